"""The wind that is forecast at a landing, against what the site's rule allows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from attrs import frozen

from hamsafar.app.asking import Asked
from hamsafar.domain.places import LandingRule, Site
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span

WindGiven: TypeAlias = float | str | Sequence[float | str]
_NUMBER = re.compile(r"\+?(\d+\.?\d*|\.\d+)", re.ASCII)
_BELOW_0 = re.compile(r"-(\d+\.?\d*|\.\d+)", re.ASCII)
_IN_M_S = re.compile(rf"{_NUMBER.pattern}\s*m/s", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_STRONGEST_M_S = 150.0  # no wind near the ground was ever stronger


@frozen(kw_only=True)
class WindCheck:
    """Go or no-go for one landing by its wind."""

    forecast_m_s: float
    limit_m_s: float
    height_m: float  # above the ground, of both
    go: bool
    why: str


@frozen(kw_only=True)
class Wind:
    """The forecast at a site: for all landings, or for those of a UTC day, which then counts."""

    rule: LandingRule | None
    always_m_s: float | None
    by_day_m_s: Mapping[date, float]

    def check(self, landing: Instant) -> WindCheck | None:
        """The judgement for a landing; None where no wind was given for it."""
        wind_m_s = self.by_day_m_s.get(landing.datetime().date(), self.always_m_s)
        if self.rule is None or wind_m_s is None:
            return None
        limit_m_s, height_m = self.rule.max_wind_m_s, self.rule.wind_height_m
        go = wind_m_s <= limit_m_s
        said = "within" if go else "above"
        return WindCheck(
            forecast_m_s=wind_m_s,
            limit_m_s=limit_m_s,
            height_m=height_m,
            go=go,
            why=f"{wind_m_s:g} m/s is {said} the site's limit of {limit_m_s:g} m/s at {height_m:g} m height",
        )

    def unused(self, landings: Iterable[Instant]) -> Iterator[str]:
        """A sentence for each day that a wind was given for and no landing is on, ascending."""
        landed = {one.datetime().date() for one in landings}
        for day in sorted(set(self.by_day_m_s) - landed):
            yield f"no landing on {day}, its wind forecast is not used"


def wind_of(given: WindGiven, site: Site, span: Span) -> Wind:
    """The winds given, each a number of m/s (`8`) or one of a UTC day (`2026-11-03=12`).

    Raises InputErrors for numbers no wind has, days outside the interval, two winds for one day, and for any wind
    where the site has no limit to hold it against.
    """
    each = [given] if isinstance(given, (int, float, str)) else list(given)
    if each and site.landing is None:
        raise InputError(f"{site.id!r} has no wind limit to hold a forecast against; leave it out", where="--wind")
    always_m_s: float | None = None
    by_day_m_s: dict[date, float] = {}
    with Asked() as asked:
        for day, wind_m_s in filter(None, [asked.read(_read, str(one), span) for one in each]):
            asked.read(_ensure_new, day, always_m_s is not None if day is None else day in by_day_m_s)
            if day is None:
                always_m_s = wind_m_s
            else:
                by_day_m_s[day] = wind_m_s
    return Wind(rule=site.landing, always_m_s=always_m_s, by_day_m_s=by_day_m_s)


def _read(text: str, span: Span) -> tuple[date | None, float]:
    before, equals, after = text.strip().rpartition("=")
    if not _NUMBER.fullmatch(after.strip()):
        if _BELOW_0.fullmatch(after.strip()):
            raise InputError(f"a wind must not be negative (got {text!r})", where="--wind")
        if _IN_M_S.fullmatch(after.strip()):
            raise InputError(f"is in m/s already; leave the unit off (got {text!r})", where="--wind")
        example = "should be a number of m/s, or one with its UTC day such as 2026-11-03=12"
        raise InputError(f"{example} (got {text!r})", where="--wind")
    wind_m_s = float(after)
    if wind_m_s > _STRONGEST_M_S:
        raise InputError(f"a wind is at most {_STRONGEST_M_S:g} m/s (got {text!r})", where="--wind")
    return (_day_of(before.strip(), text, span) if equals else None), wind_m_s


def _day_of(day: str, text: str, span: Span) -> date:
    first, last = span.start.datetime().date(), Instant(span.end.tai_ns - 1).datetime().date()
    try:
        if not _DATE.fullmatch(day):
            raise ValueError(day)
        found = date.fromisoformat(day)
    except ValueError as problem:
        raise InputError(f"should begin with a date such as 2026-11-03 (got {text!r})", where="--wind") from problem
    if not first <= found <= last:
        raise InputError(f"{found} lies outside the days asked about, {first} to {last}", where="--wind")
    return found


def _ensure_new(day: date | None, is_known: bool) -> None:
    if is_known:
        raise InputError(f"is given twice for {day or 'all days'}", where="--wind")
