"""The term: classes, subjects, sessions, phases, facilities."""

from __future__ import annotations

from datetime import date, time
from itertools import pairwise
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt

from hamsafar.domain.calendars import DateRange
from hamsafar.timeline import Instant, local_instant

SessionKind = Literal[
    "theory", "practice", "simulation", "drill", "exam", "language", "physical", "medical", "self-study", "travel"
]
Attendance = Literal["together", "each"]
Level = Literal["user", "operator", "specialist"]
MilestoneKind = Literal["review", "delivery", "approval", "hand-over", "medical", "commission"]
MonthDay = tuple[int, int]
NIGHT = "quarantine-sleep"  # the nights in quarantine are placements `quarantine-sleep/EVENING@PERSON`
MILESTONE = "milestone"  # what sessions come after is `milestone/ID`; its placement is called so too


@frozen(kw_only=True)
class After:
    """This starts at least `min_gap_min` after the end of `of`, and at most `max_gap_min` where given."""

    of: str
    min_gap_min: int = field(default=0, validator=ge(0))
    max_gap_min: int | None = None


@frozen(kw_only=True)
class Milestone:
    """A date on the road to the flight beside the training: a review, a delivery, an approval, a hand-over.

    It lies wholly between `from_d` and `to_d` days before lift-off, in one stretch of its calendar's hours.
    """

    id: str
    title: str
    kind: MilestoneKind
    from_d: float
    to_d: float = field(validator=ge(0))
    duration_min: int = field(validator=gt(0))
    calendar: str
    owner: str  # the agency that answers for it
    after: tuple[After, ...] = ()  # sessions, and milestones as `milestone/ID`
    attended_by: tuple[str, ...] = ()
    refused: bool = False  # it was held, and the answer was no: what waits for it is neither held nor flown
    source: str = ""  # the public figure behind it; empty: ours

    @property
    def placement(self) -> str:
        """What its placement is called, and what sessions come after."""
        return f"{MILESTONE}/{self.id}"


@frozen(kw_only=True)
class Season:
    """The part of every year in which a ground can be used, both days included; it may span the turn of the year."""

    first: MonthDay
    last: MonthDay

    def contains(self, day: date) -> bool:
        """Whether a day of any year lies in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@frozen(kw_only=True)
class TrainingSite:
    """A place where training is held: the base, or one that people travel to."""

    id: str
    title: str
    zone: str
    from_base_min: int = field(default=0, validator=ge(0))  # how long the way takes, there and back alike


@frozen(kw_only=True)
class Trip:
    """One journey of a subject: so long at the site, the way there and back included."""

    to: str  # a training site
    duration_min: int | None = None  # None: one way; nobody comes back before lift-off


@frozen(kw_only=True)
class Resit:
    """When a failed exam is sat again: so long after it, at least and at most."""

    min_gap_min: int = field(validator=ge(0))
    max_gap_min: int | None = None


@frozen(kw_only=True)
class Facility:
    """A room, device or ground that sessions need; `capacity` sessions at a time."""

    id: str
    title: str
    calendar: str
    capacity: int = field(default=1, validator=gt(0))
    open_in_quarantine: bool = False
    closed: tuple[DateRange, ...] = ()
    site: str = ""  # a training site; the base where none is named
    seasons: tuple[Season, ...] = ()  # every year only in one of them; none: all the year


@frozen(kw_only=True)
class Phase:
    """A stretch of the term, in days before lift-off: from `from_d` (larger) to `to_d` (smaller).

    One that had begun when lift-off moved has stayed so: it begins on the day `begun` at the latest.
    """

    id: str
    title: str
    from_d: float
    to_d: float = field(validator=ge(0))
    begun: date | None = None

    def opens(self, lift_off: Instant, zone_name: str) -> Instant:
        """When it begins, its days in this zone; days before lift-off are elapsed days of 24 h."""
        counted = lift_off.plus(days=-self.from_d)
        return counted if self.begun is None else min(counted, local_instant(self.begun, time(), zone_name))


@frozen(kw_only=True)
class TrainingClass:
    """One of the classes of the syllabus (the host's eight)."""

    id: str
    title: str


@frozen(kw_only=True)
class Session:
    """One block of training. `id` is `subject/session`."""

    id: str
    subject: str
    title: str
    kind: SessionKind
    duration_min: int = field(validator=gt(0))
    phase: str
    facilities: tuple[str, ...]
    attendance: Attendance
    language: str
    instructor: str | None  # the qualification that whoever teaches must hold
    joined_by: tuple[str, ...] = ()  # people besides the trainees (the crew they will fly with)
    after: tuple[After, ...] = ()
    needs: tuple[str, ...] = ()  # certificates that attendees must hold by then
    recovery_min: int = field(default=0, validator=ge(0))  # no demanding session for so long afterwards
    demanding: bool = False
    in_quarantine: bool = False
    promised: bool = False  # to somebody outside: moved last when the plan changes
    resit: Resit | None = None  # of an exam: as the rule says where it doesn't say itself


@frozen(kw_only=True)
class Subject:
    """A subject of a class: its sessions in order, and the certificate that its last session gives."""

    id: str
    title: str
    training_class: str
    sessions: tuple[Session, ...]
    certificate: str | None = None
    trainees: tuple[str, ...] = ()
    only_when_needed: bool = False  # by an activity aboard, or by a subject that is held
    refreshes: str | None = None  # the certificate that its last session makes valid anew, where it would lapse
    skill: str = ""  # what whoever has done it can do, and how well
    level: Level | None = None
    trip: Trip | None = None
    source: str = ""  # the public figure behind it; empty: ours

    @property
    def gives(self) -> str | None:
        """The certificate that its final session gives, for the first time or anew."""
        return self.certificate or self.refreshes

    @property
    def final(self) -> Session:
        """The session that gives its certificate: the last one but for the way back."""
        return next((one for one in reversed(self.sessions) if one.kind != "travel"), self.sessions[-1])

    @property
    def way_out(self) -> Session | None:
        """The session that is the way to the site of its trip, where it has one."""
        return self.sessions[0] if self.trip is not None else None

    @property
    def way_back(self) -> Session | None:
        """The session that is the way back, where there is one."""
        return self.sessions[-1] if self.trip is not None and self.trip.duration_min is not None else None

    @property
    def in_order(self) -> bool:
        """Whether each session comes after the one before it."""
        return all(one.id in [after.of for after in then.after] for one, then in pairwise(self.sessions))


@frozen(kw_only=True)
class SyllabusSource:
    """The syllabus of the catalogue that a term is built on: where it comes from, as of when, under which licence."""

    id: str
    title: str
    source: str
    licence: str
    as_of: date


@frozen(kw_only=True)
class Term:
    """The frame of the training: first day, quarantine, and when the day's last minute may fall."""

    start: date
    zone: str
    quarantine_d: int = field(validator=ge(0))
    phases: tuple[Phase, ...]
    classes: tuple[TrainingClass, ...]
    subjects: tuple[Subject, ...]
    facilities: tuple[Facility, ...]
    syllabus: SyllabusSource | None = None
    sites: tuple[TrainingSite, ...] = ()  # the first is the base
    usual_night: tuple[time, time] | None = None  # when people sleep before quarantine; None: nights aren't planned
