"""What people ask with: a site, an interval, a step. Text, as a command line gives it, or the noun itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar, cast

from hamsafar.domain.places import Site
from hamsafar.errors import InputError, InputErrors, OutOfRangeError
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import parse_quantity

if TYPE_CHECKING:
    from hamsafar.catalog import Catalogue

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBERS = re.compile(r"[-+.\d].*|.*,.*", re.ASCII | re.DOTALL)  # bundled names begin with a letter, none has a comma
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_SECONDS = re.compile(rf"\s*{_NUMBER.pattern}([eE][+-]?\d+)?\s*", re.ASCII)
_LEAST_HEIGHT_M, _MOST_HEIGHT_M = -1_000.0, 100_000.0  # the Dead Sea's shore to the edge of space
_LAST = Instant.utc(2099, 12, 1)  # what the Sun's theory serves
_LONGEST_D = 20 * 365.25  # no element set is worth a year; this stops a slip of the pen from filling the memory

_LONGEST_STEP_S = 1e9  # longer than any interval

Answer = TypeVar("Answer")


class _Failed:
    """Stands for what could not be read."""

    def __bool__(self) -> bool:
        return False


_FAILED = _Failed()


class Asked:
    """Reads several things a person asked with; on leaving, all that is wrong is raised together, each fault once.

    with Asked() as asked:
        site = asked.read(site_of, text)
        span = asked.read(span_of, start, end)
    """

    def __init__(self) -> None:
        self._errors: list[InputError] = []

    def __enter__(self) -> Asked:
        return self

    def read(self, reader: Callable[..., Answer], *arguments: object) -> Answer:
        """What the reader makes of its arguments. Where it complains, leaving will raise, so the answer is not used.

        A reader is not asked about what could not be read before.
        """
        if any(one is _FAILED for one in arguments):
            return cast(Answer, _FAILED)
        try:
            return reader(*arguments)
        except InputErrors as problem:
            self._errors.extend(problem.errors)
        except InputError as problem:
            self._errors.append(problem)
        return cast(Answer, _FAILED)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None and self._errors:
            once = list({(each.where, each.what): each for each in self._errors}.values())
            raise once[0] if len(once) == 1 else InputErrors(once)


def instant_of(asked: Instant | datetime | str, where: str) -> Instant:
    """An instant, `2026-09-19T12:00Z` or with an offset; a plain date means 00:00 UTC. Or a datetime with a zone."""
    if isinstance(asked, Instant):
        return asked
    if not isinstance(asked, (str, datetime)):
        raise InputError(f"should be an Instant, a text or a datetime (got {asked!r})", where=where)
    if isinstance(asked, datetime):
        return Instant.from_datetime(asked)
    text = asked.strip()
    try:
        return Instant.parse(f"{text}T00:00Z" if _DATE.fullmatch(text) else text)
    except (InputError, OutOfRangeError) as problem:
        what = str(getattr(problem, "what", problem))
        or_date = ", or a date such as 2027-06-05, which means its 00:00 UTC" if what.startswith("should be") else ""
        raise InputError(f"{what}{or_date} (got {asked!r})", where=where) from problem


def span_of(start: Instant | str, end: Instant | str) -> Span:
    """The interval asked about, at most 20 years of 1972 to 2099. Raises InputErrors with every fault."""
    with Asked() as both:
        first, last = both.read(instant_of, start, "--from"), both.read(instant_of, end, "--to")
    if last <= first:
        raise InputError(f"should come after --from ({first}) (got {last})", where="--to")
    if last > _LAST:
        raise InputError(f"the Sun's place is known until {_LAST} (got {last})", where="--to")
    span = Span(first, last)
    if span.seconds > _LONGEST_D * 86_400:
        raise InputError(f"is more than 20 years after --from ({first}); ask for less (got {last})", where="--to")
    return span


def site_of(asked: Site | str, catalogue: Catalogue | None = None) -> Site:
    """A site by its name in the catalogue, or `LAT,LON[,HEIGHT_M]` on WGS-84 (degrees north and east, metres).

    `catalogue`: instead of the bundled one. Raises InputError for an unknown name, naming the nearest known one, and
    for numbers no place has.
    """
    if isinstance(asked, Site):
        return asked
    if not isinstance(asked, str):
        raise InputError(f"should be a Site, a name, or a text LAT,LON[,HEIGHT_M] (got {asked!r})", where="--site")
    text = asked.strip()
    is_named = catalogue is not None and any(one.id == text.lower() for one in catalogue.sites)
    if is_named or not _NUMBERS.fullmatch(text):
        return _site_named(text.lower(), catalogue)
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (2, 3):
        what = "should be a name of the catalogue, or LAT,LON[,HEIGHT_M] in degrees and metres"
        raise InputError(f"{what}, such as 33.68,73.05,540 (got {asked!r})", where="--site")
    limits = (
        ("latitude", -90.0, 90.0, "deg"),
        ("longitude", -180.0, 360.0, "deg"),
        ("height", _LEAST_HEIGHT_M, _MOST_HEIGHT_M, "m"),
    )
    with Asked() as each:
        values = [each.read(_number, part, asked, *limit) for part, limit in zip(parts, limits, strict=False)]
    latitude_deg, longitude_deg, height_m = (*values, 0.0)[:3]
    return Site(id=text, name=text, latitude_deg=latitude_deg, longitude_deg=longitude_deg, height_km=height_m / 1_000)


def _site_named(name: str, catalogue: Catalogue | None) -> Site:
    from hamsafar.catalog import known, load  # not needed where a site is given by its numbers

    return known((catalogue or load()).sites, name, "site", where="--site")


def _number(text: str, asked: str, what: str, least: float, most: float, unit: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise InputError(f"the {what} should be a number of {unit} (got {text!r} in {asked!r})", where="--site")
    if not least <= float(text) <= most:
        raise InputError(f"the {what} lies between {least:g} and {most:g} {unit} (got {text})", where="--site")
    return float(text)


def elevation_of(asked: float, where: str) -> float:
    """An elevation above the horizon in degrees; InputError for one that no sky has."""
    if not -90.0 <= asked <= 90.0:
        raise InputError(f"an elevation lies between -90 and 90 deg (got {asked:g})", where=where)
    return float(asked)


def step_ns_of(asked: float | str) -> int:
    """A step in whole nanoseconds, from seconds or a text with a unit (`4 min`)."""
    example = "should be a number of seconds above 0, or one with a unit such as '4 min'"
    try:
        is_bare = not isinstance(asked, str) or _SECONDS.fullmatch(asked) is not None
        seconds = float(asked if is_bare else parse_quantity(str(asked), "duration"))
    except (InputError, TypeError, OverflowError) as problem:
        raise InputError(f"{example} (got {asked!r})", where="--step") from problem
    if not 1 / NS_PER_S <= seconds <= _LONGEST_STEP_S:  # a NaN compares with nothing
        raise InputError(f"{example}, and at most 1e9 s (got {asked!r})", where="--step")
    return round(seconds * NS_PER_S)
