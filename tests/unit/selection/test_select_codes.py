"""Codes: no lookalikes, unique, and a check character that finds what people do wrong."""

from __future__ import annotations

from itertools import pairwise

from hamsafar.selection.codes import LETTERS, check_letter, is_code, new_codes


def test_the_letters_hold_no_lookalikes() -> None:
    assert len(LETTERS) == len(set(LETTERS)) == 30
    assert not set("01ILOS") & set(LETTERS)


def test_codes_are_new_and_check() -> None:
    taken = set(new_codes(50, ()))
    more = new_codes(2_000, taken)
    assert len(set(more) | taken) == 2_050
    assert all(map(is_code, more))


def test_every_wrong_letter_is_found() -> None:
    """All 7 × 29 of each code: the scheme finds every single substitution (ISO 7064, MOD 31,30)."""
    for code in new_codes(20, ()):
        for at, letter in enumerate(code):
            for other in LETTERS if letter != "-" else "":
                assert is_code(code[:at] + other + code[at + 1 :]) == (other == letter)


def test_swapped_neighbours_are_found_but_for_the_pair_that_the_scheme_misses() -> None:
    missed = set()
    for first in LETTERS:
        for second in LETTERS:
            if first != second and check_letter("AB" + first + second) == check_letter("AB" + second + first):
                missed.add(frozenset((first, second)))
    assert len(missed) <= 1


def test_what_is_no_code_is_not_taken_for_one() -> None:
    code = new_codes(1, ())[0]
    assert not any(map(is_code, ("", code.lower(), code.replace("-", ""), code + "2", "K7Q2", "....-....")))
    assert [a for a, b in pairwise(code) if a == b == "-"] == []
