"""When people work and places are open: civil time with its zone."""

from __future__ import annotations

from datetime import date, time

from attrs import field, frozen

from hamsafar.errors import InputError


@frozen(kw_only=True)
class Hours:
    """Opening hours of one day, `[opens, closes)` on the wall clock of the calendar's zone."""

    opens: time
    closes: time = field()

    @closes.validator
    def _after_opening(self, _: object, closes: time) -> None:
        if closes <= self.opens:
            raise InputError(f"closes ({closes:%H:%M}) before it opens ({self.opens:%H:%M})")


@frozen(kw_only=True)
class DateRange:
    """Days from `first` to `last`, both included, with the reason."""

    first: date
    last: date = field()
    reason: str = ""
    provisional: bool = False  # a date that depends on the sighting of the moon, or not announced yet

    @last.validator
    def _not_before_first(self, _: object, last: date) -> None:
        if last < self.first:
            raise InputError(f"ends ({last}) before it starts ({self.first})")

    def contains(self, day: date) -> bool:
        """Whether the day lies in the range."""
        return self.first <= day <= self.last


@frozen(kw_only=True)
class ShorterDays:
    """Other hours for a stretch of days (Ramadan)."""

    days: DateRange
    hours: tuple[Hours, ...]


@frozen(kw_only=True)
class Calendar:
    """Working days and hours, closed on holidays, with other hours in some stretches.

    `weekdays` are ISO numbers, Monday 1 to Sunday 7. The first stretch that contains a day wins.
    """

    id: str
    zone: str
    weekdays: tuple[int, ...]
    hours: tuple[Hours, ...]  # disjoint and ascending; the gaps are breaks
    closed: tuple[DateRange, ...] = ()
    shorter: tuple[ShorterDays, ...] = ()

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The opening hours of a day; empty on a day off."""
        if day.isoweekday() not in self.weekdays or any(range_.contains(day) for range_ in self.closed):
            return ()
        return next((stretch.hours for stretch in self.shorter if stretch.days.contains(day)), self.hours)
