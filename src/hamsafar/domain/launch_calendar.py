"""The launch calendar: for each UTC day of a window what a lift-off would bring, or why there is none."""

from __future__ import annotations

from datetime import date
from math import isfinite
from typing import Literal

from attrs import Attribute, field, frozen
from attrs.validators import and_, ge, gt, le, lt, optional

from hamsafar.domain.places import Range, Site
from hamsafar.domain.plan import Basis, Feasible, LaunchOpportunity
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span

Light = Literal["day", "twilight", "night"]  # day: the Sun's upper limb is up; twilight: civil

OURS = "ours, editable: no figure is public"


@frozen(kw_only=True)
class LightSpan:
    """A stretch of one light over a site."""

    span: Span
    light: Light


@frozen(kw_only=True)
class CrewDay:
    """The usual waking day aboard, and how long before lift-off the crew gets up.

    The crew of the ship is to be awake from getting up until the hatch opens; where that is longer than a waking day,
    until bedtime in the ship. The shift is the least by which a waking day of the usual length must move for that.
    """

    zone: str
    wake_min: int = field(default=6 * 60, validator=and_(ge(0), lt(1_440)))  # minutes after midnight of the zone
    awake_h: float = field(default=16.0, validator=and_(gt(0), le(24)))
    up_before_launch_h: float = field(default=8.0, validator=and_(ge(0), lt(24)))
    source: str = (
        "wake-up at 06:00 on the clock kept aboard (people.cn, 21 Jun 2012, A); "
        f"a waking day of 16 h, and getting up 8 h before lift-off, are {OURS}"
    )

    @property
    def definition(self) -> str:
        """What the shift means, in one paragraph for people."""
        bed_min = round(self.wake_min + self.awake_h * 60) % 1_440
        return (
            f"Crew sleep shift: how many hours the crew's waking day, usually {_clock(self.wake_min)} to "
            f"{_clock(bed_min)} {self.zone}, must move (+ later, - earlier) so that the crew is awake from "
            f"{self.up_before_launch_h:g} h before lift-off until the hatch opens, or, where that is more than "
            f"{self.awake_h:g} h later, until bedtime in the ship."
        )


def _clock(of_day_min: int) -> str:
    return f"{of_day_min // 60:02}:{of_day_min % 60:02}"


@frozen(kw_only=True)
class CalendarLanding:
    """The landing that would follow a launch, as `landings` tells it: near or far, `about` when, with one sigma.

    The Sun's elevations and the light are those met within that sigma.
    """

    about: Instant
    spread_s: float = field(validator=ge(0))
    sun_low_deg: float
    sun_high_deg: float
    light: tuple[Light, ...]  # in the order of time, each once; more than one where it isn't known which
    basis: Basis


@frozen(kw_only=True)
class Backups:
    """The later attempts that a scrub would leave, each as soon as the range is ready again, on open days.

    `sure`: lift-offs with a profile that works. `possible`: those and the ones where it isn't known. The
    probabilities are those of having left by the last of them, if each attempt, this lift-off the first, is scrubbed
    by itself with the range's probability; a lift-off that isn't sure counts as no attempt for `leaves_surely`.
    """

    sure: tuple[Instant, ...]
    possible: tuple[Instant, ...]
    leaves_surely: float = field(validator=and_(ge(0), le(1)))
    leaves_possibly: float = field(validator=and_(ge(0), le(1)))


@frozen(kw_only=True)
class CalendarLaunch:
    """One lift-off in the calendar, with its best profile: yes before unknown before no, then the least phase error."""

    opportunity: LaunchOpportunity
    profile: str
    state: Feasible
    light: Light  # at the pad
    hatch_open: Instant
    landing: CalendarLanding | None  # None without a return profile, or where no landing is within a day of the stay
    boost_chance: float = field(validator=and_(ge(0), le(1)))  # between the newest element set and lift-off
    crew_shift_h: float | None = field(validator=optional(and_(ge(-12), le(12))))  # None where nobody is aboard
    backups: Backups | None  # None where this lift-off is impossible, and where the pad's range isn't known


@frozen(kw_only=True)
class LaunchDay:
    """One UTC day of the window: its lift-offs, and why it is impossible where it is."""

    day: date
    span: Span  # the part of the day inside the window
    launches: tuple[CalendarLaunch, ...]  # by time
    closed: bool  # the range is closed
    pad_light: tuple[LightSpan, ...]  # of the whole UTC day, one after the other
    why_not: str | None = field()  # a sentence where nothing is possible

    @why_not.validator
    def _where_nothing_is_possible(self, _: Attribute[str | None], why_not: str | None) -> None:
        if (self.state == "no") != bool(why_not):
            raise InputError(f"{self.day}: a day says why not where nothing is possible, and only there")

    @property
    def state(self) -> Feasible:
        """What the best of its lift-offs allows; no where the range is closed."""
        states = () if self.closed else tuple(launch.state for launch in self.launches)
        return next((state for state in ("yes", "unknown") if state in states), "no")


@frozen(kw_only=True)
class LaunchCalendar:
    """A window of days and what each would bring, with what that rests on."""

    station: Station
    ship: Ship
    pad: Site
    landing_site: Site | None  # None, like the return profile, for a ship that doesn't come back
    return_profile: str | None
    stay_d: float = field(validator=gt(0))  # docking to undocking
    span: Span
    crew_day: CrewDay
    range: Range | None
    days: tuple[LaunchDay, ...]  # every UTC day that the window touches
    words: str  # of the last boost and of the elements
    warnings: tuple[str, ...]
    zones: tuple[str, ...]  # clocks that people read beside UTC

    @stay_d.validator
    def _finite(self, _: Attribute[float], stay_d: float) -> None:
        if not isfinite(stay_d):
            raise InputError(f"a stay lasts a number of days (got {stay_d})")

    @property
    def launches(self) -> tuple[CalendarLaunch, ...]:
        """Every lift-off, by time."""
        return tuple(launch for day in self.days for launch in day.launches)
