"""Life and work aboard: what is to be done, by whom, with what, in which windows."""

from __future__ import annotations

from datetime import date, time
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt

from hamsafar.domain.training import After

ActivityKind = Literal[
    "sleep", "meal", "exercise", "hygiene", "conference", "medical", "family", "prayer", "free",
    "arrival", "safety", "handover", "transfer", "descent", "farewell",
    "experiment", "link", "outreach", "photography", "housekeeping", "station-work",
]  # fmt: skip
Repeat = Literal["once", "each-day", "each-person-day"]
WindowKind = Literal[
    "relay", "pass", "visible-pass", "daylight-target", "night-target",
    "darkness", "sunlight", "daylight", "clear-of-anomaly", "prayer",
]  # fmt: skip
# What a window is of. Kinds that are not named here are of nothing: they are the station's own.
OF_A_SITE: tuple[WindowKind, ...] = ("pass", "visible-pass", "daylight-target", "night-target")
_OWN_RHYTHM = ("sleep", "meal", "exercise", "arrival", "safety")  # kinds that rules of their own hold in place
OF_A_BLOCK: tuple[WindowKind, ...] = ("prayer",)


@frozen(kw_only=True)
class WindowNeed:
    """The activity must lie wholly inside an open window of this kind."""

    kind: WindowKind
    of: str | None = None  # a site, or a prayer block; any where None


@frozen(kw_only=True)
class Resource:
    """Something shared aboard with a capacity (a rack: 1; power: watts), or a stock that is used up (vials).

    What keeps samples in the cold is one too: full where they fill its capacity.
    """

    id: str
    title: str
    capacity: int = field(validator=gt(0))
    unit: str = ""
    stock: int | None = None  # how much there is to use up; None: it is not used up
    source: str = ""  # the public figure behind it; empty: ours
    calendar: str | None = None  # in whose hours it is there (those of a team on the ground); None: at all hours
    window: WindowNeed | None = None  # while which it is there (data rate: a relay link); None: always


@frozen(kw_only=True)
class Use:
    """An amount of a resource, held for the whole of an activity."""

    resource: str
    amount: int = field(default=1, validator=gt(0))


@frozen(kw_only=True)
class Sample:
    """What an activity leaves to be kept. `life_min` is how long it keeps outside cold stowage, up to landing."""

    sample: str
    mass_g: int = field(validator=gt(0))
    life_min: int | None = None
    stowed_min: int | None = None  # how soon after it was taken it must lie in cold stowage; None: it needs none
    returns: bool = False  # in the ship down
    kept_in: Use | None = None  # what of which resource it fills in cold stowage, from stowing until it is packed


@frozen(kw_only=True)
class Cargo:
    """What goes up, or comes down, for the guest whatever is done aboard."""

    id: str
    title: str
    mass_g: int = field(validator=gt(0))
    way: Literal["up", "down"]


@frozen(kw_only=True)
class Need:
    """`count` of the candidates serve in a function; each must hold the certificate, where one is named."""

    function: str  # operator, subject, camera, speaker, ...
    candidates: tuple[str, ...]
    count: int = field(default=1, validator=gt(0))
    certificate: str | None = None


@frozen(kw_only=True)
class Pace:
    """How long it takes aboard, where an activity says so itself: factors on the ground figure (rule CRW-20).

    `fixed`: just as long as planned, whoever does it. What is None is the rule's.
    """

    fixed: bool = False
    first_mean: float | None = None  # of a newcomer's first execution
    first_p90: float | None = None  # nine in ten stay below
    learned_mean: float | None = None  # once learned
    learned_p90: float | None = None

    @property
    def is_own(self) -> bool:
        """Whether it says any factor."""
        return any(one is not None for one in (self.first_mean, self.first_p90, self.learned_mean, self.learned_p90))


@frozen(kw_only=True)
class Activity:
    """Something done aboard.

    `repeat` says how often: `once` means `times` occurrences in the whole stay; `each-day` means `times` on
    every flight day it may fall on; `each-person-day` the same for each candidate of its only need.
    What is done on waking, or fasting, is asked of `subjects`: all the candidates of the first need.
    Flight day 1 is the station-local date of docking. `starts_between` are station-local wall clock times
    (the second may be after midnight: 22:00–00:30). `duration_min` is the ground figure; a newcomer's
    executions take longer, the first most (rules CRW-10 and CRW-20).

    `same_people_as` and `other_people_than` name other activities, paired with this as `after` pairs them, or this one
    itself: then all of its occurrences are meant.
    """

    id: str
    title: str
    kind: ActivityKind
    duration_min: int = field(validator=gt(0))
    who: tuple[Need, ...]
    repeat: Repeat = "once"
    times: int = field(default=1, validator=gt(0))
    flight_days: tuple[int, ...] = ()  # empty: any
    starts_between: tuple[time, time] | None = None
    prefer: time | None = None
    uses: tuple[Use, ...] = ()
    window: WindowNeed | None = None
    after: tuple[After, ...] = ()
    spacing_min: int = field(default=0, validator=ge(0))  # between starts of repeats, at least
    spacing_max_min: int | None = None  # and at most; None: however far apart
    days_before_end: tuple[int, ...] = ()  # further flight days it may fall on: so long before that of undocking
    same_people_as: tuple[str, ...] = ()  # activities whose people do this, of those who may do both
    other_people_than: tuple[str, ...] = ()  # activities none of whose people do this
    apart_from: tuple[str, ...] = ()  # activities that never run meanwhile
    work: bool = True  # counts towards the day's work
    guest_programme: bool = False  # help from the hosts counts against their budget
    quiet: bool = False  # no exercise meanwhile, nor docking, undocking or boost about it
    optional: bool = False
    value: int = field(default=0, validator=ge(0))
    promised: bool = False  # to somebody outside: moved last when the plan changes
    on_waking_min: int | None = None  # how long at most after the sleep of its first need's people; None: at any hour
    fasting_min: int = field(default=0, validator=ge(0))  # how long they have eaten nothing before it
    consumes: tuple[Use, ...] = ()  # from a stock, for good
    yields: tuple[Sample, ...] = ()  # each time
    stows: tuple[str, ...] = ()  # samples into cold stowage: the n-th of it those of the n-th that yields them
    packs: tuple[str, ...] = ()  # samples into the ship down
    moves_liners: tuple[str, ...] = ()  # of a transfer: whose seat liner and suit; empty: of everybody in it
    checks_fit: tuple[str, ...] = ()  # who tries the moved liner in the seat
    milestone: str | None = None  # of the road on the ground: where it was refused, this is not flown
    pace: Pace | None = None  # None: as long as its kind takes
    source: str = ""  # the public figures behind it; empty: ours
    flexible: bool | None = None  # whether who does it may move it without asking; None: as follows from the rest
    get_ahead: bool = False  # may be done sooner than planned, or though it was left out, where time is left over

    @property
    def is_flexible(self) -> bool:
        """Whether who does it may move it without asking: as said, or where nobody, nothing and no window waits."""
        if self.flexible is not None:
            return self.flexible
        alone = sum(need.count for need in self.who) == 1
        bound = self.uses or self.window or self.promised or self.quiet or self.spacing_min
        timed = any(after.max_gap_min is not None for after in self.after)
        return alone and not bound and not timed and self.kind not in _OWN_RHYTHM

    @property
    def subjects(self) -> tuple[str, ...]:
        """Those who serve in the first need, or may."""
        return self.who[0].candidates if self.who else ()


@frozen(kw_only=True)
class ListItem:
    """A small thing with no fixed time: it stands on task lists, and is done when there is time."""

    id: str
    title: str
    kind: ActivityKind
    duration_min: int = field(validator=gt(0))
    who: Need  # each of its `count` people does it
    due_day: int | None = None  # the flight day by whose end it is done; None: by the end of the stay
    uses: tuple[Use, ...] = ()  # what is needed for it; it isn't kept for it
    source: str = ""


@frozen(kw_only=True)
class CrewDaySource:
    """The crew day of the catalogue that the days aboard are built on: where it comes from, as of when, its licence."""

    id: str
    title: str
    source: str
    licence: str
    as_of: date


@frozen(kw_only=True)
class PrayerBlock:
    """A prayer (or two combined), between two altitudes of the Sun at the place whose times are kept.

    From the moment `opens` to the moment `closes`, each an event of the Sun there.
    """

    id: str
    title: str
    opens: Literal["dawn", "noon", "sunset"]
    closes: Literal["sunrise", "sunset", "dawn"]


@frozen(kw_only=True)
class PrayerTimes:
    """Whose rule gives the times: place, twilight angle, blocks."""

    authority: str
    place: str  # a site
    twilight_deg: float = field(validator=gt(0))
    blocks: tuple[PrayerBlock, ...]
    source: str = ""
