"""MiniZinc data (`.dzn`): assignments of numbers, booleans, sets, lists and tables, each with its place.

Read are the parts that data files use: `name = value;` in any order, comments `% …` and `/* … */`, ranges `1..4`,
sets `{…}`, lists `[…]`, tables `[| … | … |]`, `array1d(…, […])` and `array2d(…, …, […])` (MiniZinc handbook 4.2).
"""

from __future__ import annotations

import re
from bisect import bisect_right

from attrs import define, field, frozen

from hamsafar.errors import InputError
from hamsafar.schedule.formats.words import LARGEST_NUMBER, shown

_TOKEN = re.compile(
    r"(?P<blank>\s+|%[^\n\r]*|/\*.*?\*/)|(?P<number>-?[0-9]+(?![\w.]|\.[0-9])|-?[0-9]+(?=\.\.))"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<sign>\.\.|\[\||\|\]|[\[\]{}|,;=()])",
    re.DOTALL,
)

_MOST_IN_RANGES = 1_000_000  # numbers in all ranges of a file together; data files write a few thousand
_NEW_LINE = re.compile(r"\r\n|\r|\n")

Scalar = int | bool
Plain = int | bool | frozenset[int]


@frozen
class Table:
    """Rows of plain values."""

    rows: tuple[tuple[Plain, ...], ...]


Value = Plain | tuple[Plain, ...] | Table


@frozen
class Assigned:
    """What a name was given, and where (`file:line:column`)."""

    value: Value
    where: str


@frozen
class _Token:
    kind: str
    text: str
    at: int


def read_dzn(name: str, text: str) -> dict[str, Assigned]:
    """What each name of a data file is given. Raises InputError with the place of what is wrong."""
    places = _Places(name, [0, *(match.end() for match in _NEW_LINE.finditer(text))])
    reader = _Reader(places, len(text), _tokens(places, text))
    found: dict[str, Assigned] = {}
    while reader.left():
        token = reader.take("word", "a name")
        if token.text in found:
            raise reader.error(token.at, f"{token.text} is given a second time")
        reader.sign("=")
        found[token.text] = Assigned(reader.value(token.text), places.at(token.at))
        if reader.left():
            reader.sign(";")
    return found


@frozen
class _Places:
    """Positions of a text as `file:line:column`."""

    name: str
    starts: list[int]  # of its lines

    def at(self, index: int) -> str:
        line = bisect_right(self.starts, index)
        return f"{self.name}:{line}:{index - self.starts[line - 1] + 1}"


def _tokens(places: _Places, text: str) -> list[_Token]:
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or not match.lastgroup:
            raise InputError(f"this is no MiniZinc data (got {shown(text[at : at + 10])})", where=places.at(at))
        if match.lastgroup != "blank":
            found.append(_Token(match.lastgroup, match[0], at))
        at = match.end()
    return found


@define
class _Reader:
    places: _Places
    end: int
    tokens: list[_Token]
    taken: int = 0
    in_ranges: int = field(default=0, init=False)

    def left(self) -> bool:
        return self.taken < len(self.tokens)

    def error(self, at: int, what: str) -> InputError:
        return InputError(what, where=self.places.at(at))

    def next(self, what: str) -> _Token:
        if not self.left():
            raise self.error(self.end, f"ends here, where {what} should follow; the file is cut off")
        self.taken += 1
        return self.tokens[self.taken - 1]

    def take(self, kind: str, what: str) -> _Token:
        token = self.next(what)
        if token.kind != kind:
            raise self.error(token.at, f"{what} should stand here (got {shown(token.text)})")
        return token

    def sign(self, text: str) -> None:
        token = self.next(text)
        if token.text != text:
            raise self.error(token.at, f"{text} should stand here (got {shown(token.text)})")

    def follows(self, *texts: str) -> bool:
        return self.left() and self.tokens[self.taken].text in texts

    def value(self, what: str) -> Value:
        if self.follows("array1d", "array2d"):
            return self.shaped()
        if self.follows("[|"):
            return self.table(what)
        if self.follows("["):
            return self.plains("[", "]", what)
        return self.plain(what)

    def plain(self, what: str) -> Plain:
        if self.follows("{"):
            return frozenset(self.scalars("{", "}", what))
        first = self.scalar(what)
        if not self.follows(".."):
            return first
        self.sign("..")
        last = self.scalar(what)
        self.in_ranges += max(0, last - first)
        if self.in_ranges > _MOST_IN_RANGES:
            raise self.error(
                self.tokens[self.taken - 1].at, f"ranges up to here hold more than {_MOST_IN_RANGES:,} numbers"
            )
        return frozenset(range(first, last + 1))

    def scalar(self, what: str) -> Scalar:
        token = self.next(f"a value of {what}")
        if token.text in ("true", "false"):
            return token.text == "true"
        if token.kind != "number":
            raise self.error(token.at, f"a whole number should stand here in {what} (got {shown(token.text)})")
        if len(token.text) > 18 or abs(int(token.text)) > LARGEST_NUMBER:
            raise self.error(token.at, f"a number in {what} is too large (got {shown(token.text)})")
        return int(token.text)

    def scalars(self, opens: str, closes: str, what: str) -> tuple[Scalar, ...]:
        self.sign(opens)
        found: list[Scalar] = []
        while not self.follows(closes):
            found.append(self.scalar(what))
            if not self.follows(closes):
                self.sign(",")
        self.sign(closes)
        return tuple(found)

    def plains(self, opens: str, closes: str, what: str) -> tuple[Plain, ...]:
        self.sign(opens)
        found: list[Plain] = []
        while not self.follows(closes):
            found.append(self.plain(what))
            if not self.follows(closes):
                self.sign(",")
        self.sign(closes)
        return tuple(found)

    def table(self, what: str) -> Table:
        self.sign("[|")
        rows: list[tuple[Plain, ...]] = []
        while not self.follows("|]"):
            row: list[Plain] = []
            while not self.follows("|", "|]"):
                row.append(self.plain(what))
                if not self.follows("|", "|]"):
                    self.sign(",")
            rows.append(tuple(row))
            if not self.follows("|]"):
                self.sign("|")
        self.sign("|]")
        return Table(tuple(rows))

    def shaped(self) -> Value:
        """`array1d(1..n, [...])` as a list, `array2d(1..n, 1..m, [...])` as a table."""
        token = self.next("an array")
        self.sign("(")
        sizes = []
        for _ in range(1 if token.text == "array1d" else 2):
            index = self.plain("an index set")
            if not isinstance(index, frozenset):
                raise self.error(token.at, f"{token.text} needs an index set, as 1..4 (got {index})")
            sizes.append(len(index))
            self.sign(",")
        values = self.plains("[", "]", token.text)
        self.sign(")")
        rows, columns = (sizes[0], sizes[-1]) if len(sizes) == 2 else (1, sizes[0])
        if len(values) != rows * columns:
            raise self.error(token.at, f"{token.text} of {' x '.join(map(str, sizes))} has {len(values)} values")
        if token.text == "array1d":
            return values
        return Table(tuple(values[row * columns : (row + 1) * columns] for row in range(rows)))
