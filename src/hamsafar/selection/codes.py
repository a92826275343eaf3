"""Codes that stand for candidates: random, so that they say nothing of a person, with a check character."""

from __future__ import annotations

import secrets
from collections.abc import Collection

LETTERS = "23456789ABCDEFGHJKMNPQRTUVWXYZ"  # thirty: none that is taken for another (0 O, 1 I L, 5 S)
LENGTH = 7  # of the random letters: 30^7 is 21,870 million, so that a code can't be guessed among 25,000


def check_letter(letters: str) -> str:
    """The check character of some letters: ISO 7064, hybrid system MOD 31,30.

    Every single wrong letter is found, and every two neighbours swapped save one pair.
    """
    most = len(LETTERS)
    product = most
    for letter in letters:
        total = (product + LETTERS.index(letter)) % most or most
        product = 2 * total % (most + 1)
    return LETTERS[(most + 1 - product) % most]


def is_code(text: str) -> bool:
    """Whether a text is a code whose check character fits, `K7Q2-9M4H`."""
    bare = text.replace("-", "")
    if len(bare) != LENGTH + 1 or any(letter not in LETTERS for letter in bare):
        return False
    return text == _hyphened(bare) and check_letter(bare[:-1]) == bare[-1]


def new_codes(count: int, taken: Collection[str]) -> tuple[str, ...]:
    """So many new codes, all different and none of those taken; from the system's randomness."""
    known = set(taken)
    found: list[str] = []
    while len(found) < count:
        letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
        code = _hyphened(letters + check_letter(letters))
        if code not in known:
            known.add(code)
            found.append(code)
    return tuple(found)


def _hyphened(bare: str) -> str:
    return f"{bare[:4]}-{bare[4:]}"
