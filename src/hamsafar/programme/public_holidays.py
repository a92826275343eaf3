"""Public holidays of a country as days off, from the `holidays` package (its tables are bundled with it).

Lunar dates that nobody has announced are marked there as estimated; here they become provisional.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from hamsafar.domain.calendars import DateRange
from hamsafar.errors import InputError

_ESTIMATED = re.compile(r"\s*\(([^()]*,\s*)?estimated\)")
_SPLIT = "; "  # between holidays of the same day


@cache
def countries() -> frozenset[str]:
    """The ISO 3166 codes of the countries that there are tables for."""
    from holidays import list_supported_countries  # a large package, needed only where a calendar asks

    return frozenset(code for code in list_supported_countries(include_aliases=False) if len(code) == 2)


@cache
def _names(country: str, first_year: int, last_year: int) -> tuple[tuple[date, str], ...]:
    """(day, name in English where there is one) of every holiday of these years, in order."""
    from holidays import country_holidays

    years = range(first_year, last_year + 1)
    found = country_holidays(country, years=years)
    if "en_US" in (found.supported_languages or ()):
        found = country_holidays(country, years=years, language="en_US")
    return tuple((day, name) for day, names in sorted(found.items()) for name in names.split(_SPLIT))


def public_holidays(country: str, only: Iterable[str], years: tuple[int, int]) -> tuple[DateRange, ...]:
    """Days off in order, days of one holiday in a row joined; `only` keeps names that contain one of its texts.

    Raises InputError for a text of `only` that no holiday's name contains.
    """
    listed = _names(country, *years)
    wanted = tuple(only)
    for text in wanted:
        if not any(text in name for _, name in listed):
            names = sorted({_ESTIMATED.sub("", name) for _, name in listed})
            raise InputError(f"no public holiday of {country} is called {text!r}; there are {', '.join(names)}")
    ranges: list[DateRange] = []
    for day, name in listed:
        if wanted and not any(text in name for text in wanted):
            continue
        reason, provisional = _ESTIMATED.sub("", name), bool(_ESTIMATED.search(name))
        last = ranges[-1] if ranges else None
        if last is not None and (last.reason, last.provisional, last.last) == (reason, provisional, day - timedelta(1)):
            ranges[-1] = DateRange(first=last.first, last=day, reason=reason, provisional=provisional)
        else:
            ranges.append(DateRange(first=day, last=day, reason=reason, provisional=provisional))
    return tuple(ranges)
