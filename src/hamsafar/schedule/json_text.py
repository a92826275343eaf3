"""JSON text → plain values, and afterwards the line and column of any path in it. Only JSON itself is read (RFC 8259).

Places are looked for only when something is wrong, so that a good file is read at the speed of the standard library.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from attrs import define, field, frozen

from hamsafar.errors import InputError, InputErrors
from hamsafar.schedule.faults import Fault, Path

LARGEST_CHARACTERS = 64_000_000  # far above any real problem; a larger text is refused before it is parsed
LONGEST_DIGITS = 30  # beyond any number here, far below where int() becomes slow or refuses
MOST_ERRORS = 1_000  # told of one file; after that nothing is looked for
MOST_SIGNS = {"{": 400_000, "[": 3_000_000, ",": 6_000_000}  # in a text: what is read with more takes minutes and GB

_TOKEN = re.compile(r'([{}\[\],:])|"([^"\\]*(?:\\.[^"\\]*)*)"|[^\s{}\[\],:"]+', re.DOTALL)
_SKIPPING = json.JSONDecoder(parse_int=str, parse_float=str)
_NO_NUMBERS = frozenset(("NaN", "Infinity", "-Infinity"))


@frozen
class LongNumber:
    """A whole number of too many digits to be meant."""

    digits: int

    def __repr__(self) -> str:
        return f"a number of {self.digits} digits"


@frozen(kw_only=True)
class JsonText:
    """A text that is JSON: its value, and faults of its own that JSON readers pass over (keys twice, NaN)."""

    name: str
    text: str
    value: Any
    odd: bool

    def raise_for(self, faults: Sequence[Fault]) -> None:
        """Raises InputErrors with all of these faults and the text's own, in reading order, if there are any."""
        if not faults and not self.odd:
            return
        blamed = [(_there(self.value, fault.at), fault) for fault in faults[:MOST_ERRORS]]
        found = scanned(self.text, [at for at, _ in blamed], odd=self.odd)
        places = _Places(self.text)
        told: dict[tuple[int, str], Fault] = {}  # the same place is blamed once
        for index, fault in (*found.oddities, *found.placed(blamed)):
            told.setdefault((index, fault.path), fault)
        errors = [
            InputError(fault.words, where=f"{self.name}:{places.at(index)} {path}".rstrip())
            for (index, path), fault in sorted(told.items(), key=lambda one: one[0])[:MOST_ERRORS]
        ]
        if len(faults) > MOST_ERRORS or len(told) > MOST_ERRORS:
            errors.append(InputError(f"and more: nothing was looked for after {MOST_ERRORS:,} errors", where=self.name))
        raise InputErrors(errors)


def read_json(text: str, name: str) -> JsonText:
    """The value of a JSON text. Raises InputErrors where it is none, with line and column."""
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST_CHARACTERS:
        raise _only(f"is larger than {LARGEST_CHARACTERS // 1_000_000} million characters", f"{name}:1:1")
    for sign, most in MOST_SIGNS.items():
        if text.count(sign) > most:
            raise _only(f"has more than {most:,} of the sign {sign} and so holds more than is read", f"{name}:1:1")
    odd: list[bool] = []

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) < len(pairs):
            odd.append(True)
        return made

    def no_number(word: str) -> float:
        odd.append(True)
        return float(word)

    def whole(digits: str) -> int | LongNumber:
        return int(digits) if len(digits) <= LONGEST_DIGITS else LongNumber(len(digits.lstrip("-")))

    try:
        value = json.loads(text, object_pairs_hook=unique, parse_constant=no_number, parse_int=whole)
    except json.JSONDecodeError as problem:
        what = f"is not JSON: {problem.msg[:1].lower()}{problem.msg[1:]}"
        raise _only(what, f"{name}:{problem.lineno}:{problem.colno}") from problem
    except RecursionError as problem:
        raise _only("is nested too deep to be read", f"{name}:1:1") from problem
    return JsonText(name=name, text=text, value=value, odd=bool(odd))


def _there(value: Any, path: Path) -> Path:
    """As much of a path as there is in a value."""
    for length, step in enumerate(path):
        if isinstance(step, str) if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int):
            with suppress(KeyError, IndexError):
                value = value[step]
                continue
        return path[:length]
    return path


def _only(what: str, where: str) -> InputErrors:
    return InputErrors([InputError(what, where=where)])


def line_of_each(text: str, paths: Iterable[Path]) -> dict[Path, int]:
    """The line, counted from 1, in which the value of each path begins; `text` is known to be JSON and to have them."""
    known = tuple(paths)
    found, places = scanned(text, known, odd=False), _Places(text)
    return {path: places.line(found.values[path]) for path in known if path in found.values}


class _Places:
    """Positions of a text as `line:column`, both counted from 1."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def line(self, index: int) -> int:
        """The line of a position."""
        return bisect_right(self.starts, index)

    def at(self, index: int) -> str:
        line = self.line(index)
        return f"{line}:{index - self.starts[line - 1] + 1}"


# ---- looking for places


@define
class _Open:
    """An object or a list that is being walked through."""

    step: str | int | None  # the key or position of what comes next
    wanted: dict[Any, Any] | None  # what is looked for below it
    keys: set[str] | None  # of an object: those seen
    key_at: int = 0
    key_next: bool = False


@define
class _Scanned:
    """Where the wanted paths and their keys begin in the text."""

    values: dict[Path, int] = field(factory=dict)
    keys: dict[Path, int] = field(factory=dict)
    oddities: list[tuple[int, Fault]] = field(factory=list)

    def placed(self, blamed: Iterable[tuple[Path, Fault]]) -> Iterator[tuple[int, Fault]]:
        """Each fault at the value of its path, at the key that is too many, or at what should hold them.

        What lies beyond the oddities that were told is left out.
        """
        for at, fault in blamed:
            if at in self.values:
                on_key = fault.on_key and at == fault.at and at in self.keys
                yield (self.keys if on_key else self.values)[at], fault


def scanned(text: str, wanted: Iterable[Path], *, odd: bool) -> _Scanned:
    """One walk through a text that is known to be JSON, and has these paths; not recursive: depth does not matter.

    Values in which nothing is looked for are passed over at the standard library's speed, and the walk ends where all
    is found; unless the text is `odd`, and then with enough oddities.
    """
    found = _Scanned()
    root, paths = _tree(wanted)
    stack: list[_Open] = []
    at = 0
    while (match := _TOKEN.search(text, at)) is not None:
        if len(found.oddities) > MOST_ERRORS if odd else len(found.values) == paths:
            break
        sign, index, at = match[1], match.start(), match.end()
        top = stack[-1] if stack else None
        if sign in (",", ":") and top is not None:
            top.key_next = sign == "," and top.keys is not None
            if sign == "," and isinstance(top.step, int):
                top.step += 1
        elif sign in ("}", "]"):
            stack.pop()
        elif top is not None and top.key_next:
            _take_key(found, stack, match, odd)
        else:
            below = root if top is None else (top.wanted or {}).get(top.step)
            _take_value(found, stack, index, below)
            if sign is not None and not below and not odd and (end := _passed(text, index)) is not None:
                at = end
            elif sign is not None:
                brace = sign == "{"
                stack.append(_Open(None if brace else 0, below, set() if brace else None, index, brace))
            elif odd and match[0] in _NO_NUMBERS:
                found.oddities.append((index, Fault(_path(stack), f"{match[0]} is not a number in JSON")))
    return found


def _take_value(found: _Scanned, stack: list[_Open], index: int, below: dict[Any, Any] | None) -> None:
    if below is not None:
        path = _path(stack)
        found.values[path] = index
        if stack and stack[-1].keys is not None:
            found.keys[path] = stack[-1].key_at


def _passed(text: str, index: int) -> int | None:
    """Where the value that begins here ends; None where it is too deep to say."""
    try:
        return _SKIPPING.raw_decode(text, index)[1]
    except RecursionError:
        return None


def _take_key(found: _Scanned, stack: list[_Open], match: re.Match[str], odd: bool) -> None:
    top = stack[-1]
    key = str(json.loads(match[0])) if "\\" in match[0] else match[2]
    top.step, top.key_at = key, match.start()
    if odd and top.keys is not None:
        if key in top.keys:
            found.oddities.append((match.start(), Fault(_path(stack), "this key is written twice")))
        top.keys.add(key)


def _path(stack: list[_Open]) -> Path:
    return tuple(level.step for level in stack if level.step is not None)


def _tree(paths: Iterable[Path]) -> tuple[dict[Any, Any], int]:
    """The paths step by step, and how many places there are on them."""
    root: dict[Any, Any] = {}
    number = 1
    for path in paths:
        node = root
        for step in path:
            if step not in node:
                node[step] = {}
                number += 1
            node = node[step]
    return root, number
