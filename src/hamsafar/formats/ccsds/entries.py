"""What every form of a CCSDS message is cut into: entries of a keyword and its text, each with its place."""

from __future__ import annotations

import re

from attrs import Factory, define, frozen

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.many_errors import MOST_ERRORS

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eEdD][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_LONGEST_SHOWN = 60


@frozen
class Place:
    """A line and a column, both counted from 1."""

    line: int
    column: int


@define(slots=True)
class Entry:
    """One keyword with its text. `unit` is None where none is given; `comment` entries have the keyword COMMENT."""

    keyword: str
    text: str
    place: Place  # of the keyword
    value_place: Place
    unit: str | None = None


@define(slots=True)
class Block:
    """Entries that belong together, in order, and where the block begins."""

    name: str
    place: Place
    comments: list[str] = Factory(list)
    entries: list[Entry] = Factory(list)

    def find(self, keyword: str) -> Entry | None:
        """The first entry of that keyword."""
        return next((entry for entry in self.entries if entry.keyword == keyword), None)


class Problems:
    """The errors of one text, gathered and then raised together in reading order."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[tuple[int, int, InputError]] = []
        self._left_out = 0

    def add(self, place: Place, what: str, keyword: str = "") -> None:
        """Note what is wrong at a place, under its keyword."""
        if len(self._found) >= MOST_ERRORS:
            self._left_out += 1
            return
        where = f"{self.file}:{place.line}:{place.column}"
        if not (keyword.isascii() and keyword.isprintable()) or keyword != keyword.strip():
            keyword = ascii(keyword)
        error = InputError(what, where=f"{where} {keyword}" if keyword else where)
        self._found.append((place.line, place.column, error))

    def __len__(self) -> int:
        return len(self._found)

    def done(self) -> None:
        """Raise InputErrors where anything was noted."""
        if not self._found:
            return
        errors = [error for _, _, error in sorted(self._found, key=lambda found: found[:2])]
        if self._left_out:
            last = self._found[-1]
            where = f"{self.file}:{last[0]}:{last[1]}"
            errors.append(InputError(f"and {self._left_out} more errors in this file", where=where))
        raise InputErrors(errors)


class Stop(Exception):  # never leaves the package: what follows cannot be read, the errors are noted
    """The text cannot be read any further."""


def shown(text: str) -> str:
    """A text as an error shows it: quoted and not too long."""
    return repr(text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "...")


def number(entry: Entry, unit: str, problems: Problems) -> float | None:
    """The entry's number, finite, in the unit the standard gives it; None with the error noted."""
    text = _without_unit(entry, unit, problems)
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        what = "should be a number" if text else "has no value; it should be a number"
        problems.add(entry.value_place, f"{what} (got {shown(text)})", entry.keyword)
        return None
    value = float(text.replace("d", "e").replace("D", "e"))
    if value in (float("inf"), float("-inf")):
        problems.add(entry.value_place, f"is too large to be a number (got {shown(text)})", entry.keyword)
        return None
    return value


def whole(entry: Entry, problems: Problems) -> int | None:
    """The entry's whole number of at most nine digits."""
    text = _without_unit(entry, "", problems)
    if text is None:
        return None
    digits = text.lstrip("+-").lstrip("0") or "0"
    if not _WHOLE.fullmatch(text) or len(digits) > 9:
        what = f"should be a whole number of up to nine digits (got {shown(text)})"
        problems.add(entry.value_place, what, entry.keyword)
        return None
    return -int(digits) if text[0] == "-" else int(digits)  # int() refuses thousands of zeros before them


def words(entry: Entry, problems: Problems) -> str | None:
    """The entry's text, one printable line."""
    text = entry.text.strip()
    if not text:
        problems.add(entry.value_place, "has no value", entry.keyword)
        return None
    if not text.isprintable():
        problems.add(entry.value_place, f"should be one line of printable text (got {shown(text)})", entry.keyword)
        return None
    if entry.unit is not None:
        problems.add(entry.value_place, f"is a text and has no unit (got {shown(entry.unit)})", entry.keyword)
        return None
    return text


def _without_unit(entry: Entry, unit: str, problems: Problems) -> str | None:
    text, given = entry.text.strip(), entry.unit
    if given is None and text.endswith("]"):
        before, bracket, inside = text[:-1].rpartition("[")
        if bracket and "]" not in inside:
            text, given = before.rstrip(), inside
    if given is not None and given.strip().lower() not in (unit.lower(), "" if unit else "n/a"):
        wanted = f"is in {unit} by the standard" if unit else "has no unit by the standard"
        problems.add(entry.value_place, f"{wanted} (got {shown(given)})", entry.keyword)
        return None
    return text


def one_line(text: str) -> str:
    """A comment as it is kept: tabs are blanks."""
    return text.replace("\t", " ")
