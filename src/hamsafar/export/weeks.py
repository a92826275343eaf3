"""ISO weeks of a term: which a sheet has, their days, and how they are called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.seen_by import Entry, Trip
from hamsafar.export.words import dated
from hamsafar.timeline import Instant, local_date

_WRITTEN = re.compile(r"([0-9]{4})-?W([0-9]{2})")


@frozen(order=True)
class Week:
    """One week, by its Monday."""

    monday: date

    @classmethod
    def of(cls, day: date) -> Week:
        """The week that a day lies in."""
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def parse(cls, text: str) -> Week:
        """The week of `2027-W08`. Raises InputError for what is no week of the calendar."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise InputError(f"should be a week such as 2027-W08, year and number (got {text!r})")
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError as problem:
            raise InputError(f"there is no such week (got {text!r}): {problem}") from problem

    @property
    def name(self) -> str:
        """`2027-W08`, as ISO 8601 counts weeks."""
        year, number, _ = self.monday.isocalendar()
        return f"{year:04}-W{number:02}"

    @property
    def days(self) -> tuple[date, ...]:
        """Monday to Sunday."""
        return tuple(self.monday + timedelta(days=n) for n in range(7))

    @property
    def said(self) -> str:
        """`22 to 28 February 2027`, as much as differs said twice."""
        first, last = self.monday, self.days[-1]
        if first.year != last.year:
            return f"{dated(first, '%-d %B %Y')} to {dated(last, '%-d %B %Y')}"
        tail = dated(last, "%-d %B %Y")
        return f"{first.day} to {tail}" if first.month == last.month else f"{dated(first, '%-d %B')} to {tail}"

    def holds(self, start: Instant, end: Instant, zone_name: str) -> bool:
        """Whether any of a span falls into it."""
        return local_date(start, zone_name) <= self.days[-1] and self.monday <= last_day(end, zone_name)


def weeks_of(entries: Iterable[Entry], trips: Iterable[Trip], zone_name: str) -> tuple[Week, ...]:
    """The weeks in which there is anything, ascending."""
    spans = [*(one.placement.span for one in entries), *(one.span for one in trips)]
    found: set[Week] = set()
    for span in spans:
        week, last = Week.of(local_date(span.start, zone_name)), Week.of(last_day(span.end, zone_name))
        while week <= last:
            found.add(week)
            week = Week(week.monday + timedelta(weeks=1))
    return tuple(sorted(found))


def term_weeks(plan: Plan, zone_name: str) -> tuple[Week, Week]:
    """The first week of the term, and that of lift-off; both by the earliest and the latest that is placed."""
    placed = [one for one in plan.placements if one.stage == "training"]
    launch = local_date(plan.flight.launch.launch, zone_name)
    days = [local_date(one.start, zone_name) for one in placed]
    start = plan.programme.term.start if plan.programme.term is not None else launch
    return Week.of(min([start, launch, *days])), Week.of(max([launch, *days]))


def weeks_to_launch(plan: Plan, week: Week, zone_name: str) -> int:
    """Whole weeks from its Monday to that of lift-off."""
    return (Week.of(local_date(plan.flight.launch.launch, zone_name)).monday - week.monday).days // 7


def last_day(end: Instant, zone_name: str) -> date:
    """The last day that a span which ends then touches."""
    return local_date(end.plus(seconds=-1), zone_name)
