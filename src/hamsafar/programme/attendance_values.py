"""The cells of an attendance table: outcomes, days and clocks as people and spreadsheets write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Literal, TypeVar

from hamsafar.errors import InputError
from hamsafar.formats.tables import Cell, NoValue

Word = Literal["attended", "passed", "failed", "missed"]

WORDS: dict[Word, tuple[str, ...]] = {
    "attended": ("attended", "present", "yes", "y", "1", "x", "✓", "✔", "true", "done", "held"),
    "passed": ("passed", "pass"),
    "failed": ("failed", "fail"),
    "missed": ("absent", "missed", "excused", "no", "n", "0", "false", "ill", "not held"),
}
_WORD = {text: word for word, texts in WORDS.items() for text in texts}
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?[ -](\d{4})", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::(\d{2}))?", re.ASCII)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_FEWEST_LETTERS = 3  # of a month's name
_A_DATE = "should be a date such as 2027-02-22 (with day and month in numbers alone, nobody knows which is which)"
_A_TIME = "should be a time such as 09:30, or an instant such as 2027-02-22T09:30+08:00"
_Read = TypeVar("_Read")


def outcome_of(cells: Iterable[Cell]) -> Word | None:
    """What the cells of a row say together: whether somebody came, and what came of an exam; None where all are blank.

    Raises InputError for other words, and where they contradict each other.
    """
    said = {word for cell in cells if (word := _word(cell)) is not None}
    if len(said) > 1:
        said.discard("attended")  # who passed or failed was there
    if len(said) > 1:
        raise InputError(f"says {' and '.join(sorted(said))} in one row; leave one of them")
    return next(iter(said), None)


def day_of(cell: Cell) -> date | datetime | None:
    """A day, or a day with its clock; None where the cell is blank."""
    value = trusted(cell)
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else _to_the_minute(value)
    if isinstance(value, date) or value is None:
        return value
    if (moment := _moment(cell.text)) is not None:
        return moment
    for form, order in ((_YEAR_FIRST, (1, 2, 3)), (_DOTTED, (3, 2, 1)), (_NAMED, (3, 2, 1))):
        if (found := form.fullmatch(cell.text)) is not None:
            year, month, day = (found[index] for index in order)
            return _made(partial(_date, year, month, day), _A_DATE, cell.text)
    raise InputError(f"{_A_DATE} (got {cell.text[:30]!r})")


def clock_of(cell: Cell) -> time | datetime | None:
    """A time of day, or a moment (with its offset where it says one); None where the cell is blank."""
    value = trusted(cell)
    if value is None:
        return None
    if isinstance(value, datetime):
        return _to_the_minute(value)
    if isinstance(value, time):
        return _to_the_minute(datetime.combine(date.min, value)).time()
    if isinstance(value, timedelta) and timedelta() <= value < timedelta(days=1):
        return _to_the_minute(datetime.combine(date.min, time()) + value).time()
    if (moment := _moment(cell.text)) is not None:
        return moment
    found = _CLOCK.fullmatch(cell.text) if isinstance(value, str) else None
    if found is None:
        raise InputError(f"{_A_TIME} (got {cell.text[:30]!r})")
    return _made(lambda: time(int(found[1]), int(found[2])), _A_TIME, cell.text)


def trusted(cell: Cell) -> object:
    """The value of a cell, None where it is blank. Raises InputError for a formula or an error in its place."""
    if isinstance(cell.value, NoValue):
        raise InputError(cell.value.what)
    if isinstance(cell.value, str) and cell.text.startswith("="):
        raise InputError(f"is a formula ({cell.text[:40]}); write its value in its place")
    return cell.value if cell.text else None


def _word(cell: Cell) -> Word | None:
    if trusted(cell) is None:
        return None
    word = _WORD.get(cell.text.casefold().strip(" ."))
    if word is None:
        known = "attended, absent, excused, passed or failed (or yes, no, x, 1, 0)"
        raise InputError(f"should be one of {known}, or blank where it is not known (got {cell.text[:30]!r})")
    return word


def _moment(text: str) -> datetime | None:
    """`2027-02-22 09:30`, with its offset where it has one."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    zone = (found[3] or "").replace("Z", "+00:00")
    return _to_the_minute(_made(lambda: datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}"), _A_TIME, text))


def _to_the_minute(moment: datetime) -> datetime:
    """The nearest minute: spreadsheets count in fractions of a day."""
    seconds = moment.second + moment.microsecond / 1e6
    whole = moment.replace(second=0, microsecond=0)
    return whole if seconds < 30 or moment.time() >= time(23, 59) else whole + timedelta(minutes=1)


def _date(year: str, month: str, day: str) -> date:
    return date(int(year), _month(month), int(day))


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    found = [number for number, name in enumerate(_MONTHS, 1) if name.startswith(text.lower())]
    return found[0] if len(found) == 1 and len(text) >= _FEWEST_LETTERS else 0


def _made(make: Callable[[], _Read], what: str, text: str) -> _Read:
    """What is made of a text that has the form. Raises InputError where there is no such day or time."""
    try:
        return make()
    except (ValueError, OverflowError) as problem:
        raise InputError(f"{what} (got {text[:30]!r})") from problem
