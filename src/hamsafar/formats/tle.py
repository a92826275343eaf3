"""Two-line element sets (TLE, 3LE): text ↔ Elements, every error with its line and column.

Format: NORAD two-line elements as Space-Track documents them (columns counted from 1), catalogue numbers
up to 339,999 in Alpha-5. A line `# ...` is a comment. Nothing is guessed: a line that is damaged is an
error, and all errors of a file are raised together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from attrs import field, frozen

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.formats.many_errors import together
from hamsafar.timeline import Instant

_LINE_LENGTH = 69
_LONGEST_NAME = 69
_LONGEST_SHORT_NAME = 24  # characters a name has room for in a 3LE; a longer "1 ..." is a damaged element line
_NS_PER_1E8_DAY = 864_000  # 1e-8 of a day of 86,400 s, exactly
_ALPHA5 = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O look like digits and are left out
_BLANK_COLUMNS = {1: (2, 9, 18, 33, 44, 53, 62, 64), 2: (2, 8, 17, 26, 34, 43, 52)}
_ELEMENT_LINE = re.compile(r"[12] [ 0-9A-Z][ 0-9]{3}[0-9]", re.ASCII)
_NEW_LINE = re.compile(r"\r\n|\n|\r")
_LEAST_REV_D = 1e-5  # one of the published verification sets (33334); a turn still fits 64 bits of nanoseconds
_MOST_REV_D = 18.0  # an orbit with its perigee above the ground makes fewer than 17.1 turns a day


def read_tles(text: str, *, where: str) -> tuple[Elements, ...]:
    """The element sets of a TLE or 3LE text, ascending in epoch, repeated sets once.

    `where` names the text (a file) and begins the place of every error, `where:line:column`.
    Without a name line `Elements.name` is empty. Epochs are exact to the printed 1e-8 day.
    Raises InputErrors with the errors found, of more than a hundred the first; also for a text without any element set.
    """
    found: dict[tuple[str, ...], Elements] = {}
    for placed in read_placed_tles(text, where=where):
        elements = placed.elements
        kept = found.get(elements.text[-2:])
        if kept is None or (elements.name and not kept.name):
            found[elements.text[-2:]] = elements
    return tuple(sorted(found.values(), key=lambda e: (e.epoch, e.norad, e.text)))


@frozen(kw_only=True)
class PlacedTle:
    """An element set, and the lines of its text that it begins in and has its line 2 in, counted from 1."""

    elements: Elements
    begins_line: int
    second_line: int


def read_placed_tles(text: str, *, where: str) -> list[PlacedTle]:
    """The element sets of a text in its order, repeats included, with their places. Raises as `read_tles`."""
    lines = [_Line(number, raw.rstrip(), where) for number, raw in enumerate(_NEW_LINE.split(text.lstrip("\ufeff")), 1)]
    lines = [line for line in lines if line.text and not line.text.startswith("#")]
    errors: list[InputError] = []
    found: list[PlacedTle] = []
    for name, first, second in _triples(lines, errors):
        elements = _elements(name, first, second, errors)
        if elements is not None:
            begins = (name or first).number
            found.append(PlacedTle(elements=elements, begins_line=begins, second_line=second.number))
    if not lines:
        errors.append(InputError("holds no element sets", where=f"{where}:1:1"))
    if errors:
        raise together(sorted(errors, key=lambda error: _place(error.where)), where)
    return found


@frozen
class _Line:
    """One line of the file, with its number, and where the file is."""

    number: int
    text: str
    file: str
    kind: int = field(init=False)  # 0: a name; 1, 2: element lines

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "kind", _kind(self.text))

    def error(self, column: int, what: str) -> InputError:
        return InputError(what, where=f"{self.file}:{self.number}:{column}")


def _kind(text: str) -> int:
    if _ELEMENT_LINE.match(text) or (text[:2] in ("1 ", "2 ") and len(text) > _LONGEST_SHORT_NAME):
        return int(text[0])
    return 0


def _place(where: str) -> tuple[int, int]:
    _, line, column = where.rsplit(":", 2)
    return int(line), int(column)


def _triples(lines: list[_Line], errors: list[InputError]) -> Iterator[tuple[_Line | None, _Line, _Line]]:
    """(name or None, line 1, line 2) in order; a line out of place becomes an error."""
    name: _Line | None = None
    i = 0
    while i < len(lines):
        line, after = lines[i], lines[i + 1] if i + 1 < len(lines) else None
        if line.kind == 0:
            if after is None or after.kind == 0:
                errors.append(line.error(1, "is a name line without element lines after it"))
            name = line
            i += 1
            continue
        if line.kind == 1 and after is not None and after.kind == 2:
            yield name, line, after
            i += 2
        elif line.kind == 1:
            errors.append(line.error(1, "line 1 of an element set without its line 2 after it"))
            i += 1
        elif after is not None and _swapped(line, after, lines[i + 2] if i + 2 < len(lines) else None):
            errors.append(line.error(1, "line 2 of an element set stands before its line 1: swap the two"))
            i += 2
        else:
            errors.append(line.error(1, "line 2 of an element set without its line 1 before it"))
            i += 1
        name = None


def _swapped(line: _Line, after: _Line, third: _Line | None) -> bool:
    """Whether `line`, a line 2, is followed by its own line 1, which has no other line 2."""
    same = after.kind == 1 and after.text[2:7] == line.text[2:7]
    return same and (third is None or third.kind != 2 or third.text[2:7] != line.text[2:7])


def _elements(name: _Line | None, first: _Line, second: _Line, errors: list[InputError]) -> Elements | None:
    """One element set, or None with what is wrong added to `errors`."""
    found: list[InputError] = []
    one, two = _Fields(first, found), _Fields(second, found)
    norad, same = one.norad(), two.norad()
    if norad is not None and same is not None and norad != same:
        found.append(second.error(3, f"is of object {same}, but line 1 before it is of object {norad}"))
    one.require(8, 8, r"[UCS ]", "the classification: U, C or S")
    one.require(63, 63, r"[ 023]", "an ephemeris type that SGP4 can run: 0")  # 4 is SGP4-XP, another theory
    label = _name(name, found)
    epoch = one.epoch()
    values = {
        "designator": one.text(10, 17),
        "mean_motion_dot": one.number(34, 43, r"[+-]?\d?\.\d{1,8}", "half the mean motion's rate, like .00016929"),
        "mean_motion_ddot": one.power(45, 52, "a sixth of the mean motion's second rate, like 00000-0"),
        "bstar_per_er": one.power(54, 61, "the drag term B*, like 20659-3"),
        "element_set": one.count(65, 68, "the element set number"),
        "inclination_deg": two.angle(9, 16, "the inclination", 180.0),
        "raan_deg": two.angle(18, 25, "the right ascension of the ascending node", 360.0),
        "eccentricity": two.decimals(27, 33, "the eccentricity: seven digits"),
        "argument_of_perigee_deg": two.angle(35, 42, "the argument of perigee", 360.0),
        "mean_anomaly_deg": two.angle(44, 51, "the mean anomaly", 360.0),
        "mean_motion_rev_d": two.mean_motion(),
        "revolution": two.count(64, 68, "the revolution number"),
    }
    errors.extend(found)
    if found or epoch is None or norad is None:
        return None
    text = (*(() if name is None else (name.text,)), first.text, second.text)
    return Elements(name=label, norad=norad, epoch=epoch, text=text, **values)  # type: ignore[arg-type]  # none is None


def _name(line: _Line | None, errors: list[InputError]) -> str:
    if line is None:
        return ""
    if len(line.text) > _LONGEST_NAME or not line.text.isprintable():
        errors.append(line.error(1, "is neither an element line nor a name"))
    return "" if line.text == "0" else line.text.removeprefix("0 ").strip()  # "0 " and no name


class _Fields:
    """The fields of one element line by their columns; what is wrong goes to `errors`."""

    def __init__(self, line: _Line, errors: list[InputError]) -> None:
        self._line, self._errors = line, errors
        self._sound = self._check_line()

    def _fail(self, column: int, what: str) -> None:
        self._errors.append(self._line.error(column, what))

    def _check_line(self) -> bool:
        """Whether the line is whole enough to look at its fields; also checks its sum and its blanks."""
        text = self._line.text
        strange = next((i for i, char in enumerate(text, 1) if not (char.isascii() and char.isprintable())), None)
        if strange is not None:
            self._fail(strange, f"has a character that element lines never have: {text[strange - 1]!r}")
            return False
        if len(text) != _LINE_LENGTH:
            column = min(len(text), _LINE_LENGTH) + 1
            self._fail(column, f"is {len(text)} characters long; an element line has {_LINE_LENGTH}")
            return False
        for column in _BLANK_COLUMNS[self._line.kind]:
            if text[column - 1] != " ":
                self._fail(column, f"should be blank here, between two fields (got {text[column - 1]!r})")
        total = sum(int(char) if char.isdigit() else char == "-" for char in text[:-1]) % 10
        if text[-1] != str(total):
            self._fail(_LINE_LENGTH, f"the checksum is {text[-1]!r}, but the line adds up to {total}")
        return True

    def text(self, first: int, last: int) -> str:
        """The characters of columns first to last, without blanks around; empty in a damaged line."""
        return self._line.text[first - 1 : last].strip() if self._sound else ""

    def require(self, first: int, last: int, pattern: str, what: str) -> str | None:
        """The field's text when it has the form of `pattern`; None (and an error) when not."""
        if not self._sound:
            return None
        raw = self._line.text[first - 1 : last]
        text = raw.strip() or raw
        if re.fullmatch(pattern, text, re.ASCII):
            return text
        self._fail(first, f"should be {what} (got {raw!r})")
        return None

    def norad(self) -> int | None:
        """The catalogue number, in digits or Alpha-5."""
        text = self.require(3, 7, rf"\d{{1,5}}|[{_ALPHA5}]\d{{4}}", "a catalogue number: 48274, or E8493 in Alpha-5")
        if text is None:
            return None
        if self._line.text[6] == " ":
            self._fail(7, "the catalogue number's last digit is missing")
            return None
        return int(text) if text[0].isdigit() else (_ALPHA5.index(text[0]) + 10) * 10_000 + int(text[1:])

    def number(self, first: int, last: int, pattern: str, what: str) -> float | None:
        """A decimal number."""
        text = self.require(first, last, pattern, what)
        return None if text is None else float(text)

    def power(self, first: int, last: int, what: str) -> float | None:
        """A number with an assumed point and a power of ten: `-20659-3` is -0.20659e-3."""
        text = self.require(first, last, r"[+-]?\d{5}[+-]\d", what)
        if text is None:
            return None
        sign = "-" if text[0] == "-" else ""
        return float(f"{sign}0.{text.lstrip('+-')[:5]}e{text[-2:]}")

    def decimals(self, first: int, last: int, what: str) -> float | None:
        """Digits after an assumed point: `0002625` is 0.0002625."""
        text = self.require(first, last, rf"\d{{{last - first + 1}}}", what)
        return None if text is None else float(f"0.{text}")

    def count(self, first: int, last: int, what: str) -> int | None:
        """A whole number; blank counts as 0, as old sets print it."""
        text = self.require(first, last, r"\d+| +", f"{what}: digits")
        return None if text is None else int(text.strip() or 0)

    def angle(self, first: int, last: int, what: str, most_deg: float) -> float | None:
        """An angle in degrees, from 0 to `most_deg`."""
        value = self.number(first, last, r"\d{1,3}\.\d{1,4}", f"{what} in degrees, like 116.6699")
        if value is not None and value > most_deg:
            self._fail(first, f"{what} is at most {most_deg:g} deg (got {value:g})")
        return value

    def mean_motion(self) -> float | None:
        """Revolutions a day."""
        what = "the mean motion in revolutions a day, like 15.60068670"
        value = self.number(53, 63, r"\d{1,2}\.\d{1,8}", what)
        if value is not None and not _LEAST_REV_D <= value < _MOST_REV_D:
            limits = f"between {_LEAST_REV_D:g} and {_MOST_REV_D:g} revolutions a day"
            self._fail(53, f"the mean motion lies {limits} (got {value:g})")
        return value

    def epoch(self) -> Instant | None:
        """Year (57-99 are 19xx) and day of the year in UTC, exactly."""
        year_text = self.require(19, 20, r"\d{2}", "the last two digits of the epoch's year")
        day_text = self.require(21, 32, r"\d{1,3}\.\d{1,8}", "the epoch's day of the year, like 261.29773936")
        if year_text is None or day_text is None:
            return None
        year = int(year_text) + (1900 if int(year_text) >= 57 else 2000)
        whole, fraction = day_text.split(".")
        start, days = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
        if not 1 <= int(whole) <= days:
            self._fail(21, f"{year} has the days 1 to {days} (got {whole})")
            return None
        midnight = start + timedelta(days=int(whole) - 1)
        try:
            at_midnight = Instant.utc(midnight.year, midnight.month, midnight.day)
        except OutOfRangeError:
            self._fail(19, f"the epoch lies in {year}; UTC before 1972 is not supported")
            return None
        return Instant(at_midnight.tai_ns + int(fraction.ljust(8, "0")) * _NS_PER_1E8_DAY)
