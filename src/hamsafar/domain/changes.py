"""What a change brings: what is shut, closed, away, pinned, what really happened, and the versions of a plan."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt

from hamsafar.domain.aboard import Activity, WindowKind
from hamsafar.domain.host import Fixed, HostAnswer
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.domain.people import Limits
from hamsafar.domain.places import Site
from hamsafar.domain.training import Session, Subject
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span

Outcome = Literal["done", "missed", "failed"]


@frozen(kw_only=True)
class Absence:
    """Somebody is away: from `start` on, until `end` or for good."""

    person: str
    start: Instant
    end: Instant | None = None
    reason: str = ""


@frozen(kw_only=True)
class Shut:
    """A facility or a resource aboard can't be used all through a span."""

    of: str
    span: Span
    reason: str = ""


@frozen(kw_only=True)
class Unfit:
    """A ship at the station in which nobody can go home, from `since` on."""

    ship: str
    since: Instant
    reason: str = ""


@frozen(kw_only=True)
class Unseated:
    """That people aboard have no seat in a ship that can leave, all through a span: accepted, by whom and why."""

    people: tuple[str, ...]
    span: Span
    accepted_by: str  # an agency or a person
    reason: str = ""


@frozen(kw_only=True)
class Outage:
    """Windows of a kind don't count all through a span: a relay that is down, a pass given to others."""

    kind: WindowKind
    of: str | None  # None: of all that are of this kind
    span: Span
    reason: str = ""


@frozen(kw_only=True)
class Pin:
    """A placement that stays where it is."""

    placement: str
    start: Instant
    reason: str = ""


@frozen(kw_only=True)
class Happened:
    """What came of a placement: done as it was flown, missed, or failed (an exam).

    What was done is in the plan just so. What was missed or failed is to be placed again; the times are those at which
    it was to be, or was, held.
    """

    placement: str
    start: Instant
    end: Instant
    people: tuple[str, ...]  # those who took part
    outcome: Outcome = "done"
    note: str = ""


@frozen(kw_only=True)
class Version:
    """One plan of a chain. The digest of a plan is known to the plans that follow it."""

    number: int = field(validator=ge(1))
    parent: str = ""  # SHA-256 of the parent's plan.json, hexadecimal; empty for the first
    title: str = ""
    asked_by: str = ""  # a role or an agency
    asked_on: date | None = None
    why: str = ""
    change: str = ""  # the change file's text
    stay_moved_d: int = 0  # station days by which flight day 1 is later than the parent's


@frozen(kw_only=True)
class Move:
    """A placement that is not where it was in the parent: elsewhere, with others, added (`before` None) or gone."""

    placement: str
    title: str
    before: Span | None
    after: Span | None
    why: str = ""
    promised: bool = False


def last_records(happened: Iterable[Happened]) -> dict[str, Happened]:
    """placement → the record that counts: the last of it. What was missed may have been done at another time since."""
    return {record.placement: record for record in sorted(happened, key=lambda one: (one.start, one.end))}


# What a change asks for


@frozen(kw_only=True)
class LaunchMove:
    """When lift-off is wanted now: days after the one planned, from an instant on, or in a window; one of them."""

    by_days: int | None = None  # below 0: earlier
    not_before: Instant | None = None
    window: Span | None = None

    def __attrs_post_init__(self) -> None:
        if [self.by_days, self.not_before, self.window].count(None) != 2:
            raise InputError("a launch moves by_days, or to not_before, or to a window: say one of them")


@frozen(kw_only=True)
class LandingMove:
    """When landing is wanted now: days later (below 0: sooner) after docking, or between two instants."""

    by_days: int | None = None
    not_before: Instant | None = None
    not_after: Instant | None = None

    def __attrs_post_init__(self) -> None:
        between = self.not_before is not None or self.not_after is not None
        if between == (self.by_days is not None):
            raise InputError("a landing moves by_days, or to not_before and not_after: say one of these")


@frozen(kw_only=True)
class ShipsMove:
    """What is different about the ships: which one goes home, with whom, which ones can't, and what is accepted."""

    down: str | None = None  # one of the flight's ships; or another one, such as the ship down is
    crew_down: tuple[str, ...] = ()  # all who go home in it; empty: as it was
    unfit: tuple[Unfit, ...] = ()
    unseated: tuple[Unseated, ...] = ()


@frozen(kw_only=True)
class OnDays:
    """On which flight days something aboard is done, of those that are still to come."""

    of: str
    days: tuple[int, ...]


@frozen(kw_only=True)
class NowOptional:
    """Something aboard that may be left out from now on, and what it is worth."""

    of: str
    value: int = field(default=0, validator=ge(0))


@frozen(kw_only=True)
class Lasting:
    """How long an activity or a session takes from now on."""

    of: str
    duration_min: int = field(validator=gt(0))


@frozen(kw_only=True)
class AddedSession:
    """A session more in a subject, in front of another one or last."""

    session: Session
    before: str | None = None  # a session of the subject, as subject/session


@frozen(kw_only=True)
class Record:
    """What is said of one placement that has happened; None: as it was planned."""

    placement: str
    outcome: Outcome = "done"
    start: Instant | None = None
    end: Instant | None = None
    people: tuple[str, ...] | None = None  # those who took part
    note: str = ""


@frozen(kw_only=True)
class Change:
    """All that is asked of a plan at once, and who asked; lists are empty, and the rest None, where nothing is."""

    title: str
    asked_by: str  # an agency or a person, by role
    asked_on: date | None = None
    why: str = ""
    now: Instant | None = None  # what begins before it is past and stays
    launch: LaunchMove | None = None
    landing: LandingMove | None = None
    docking: Instant | None = None  # told by the host after lift-off
    ships: ShipsMove | None = None
    elements: str | None = None  # a file beside the change file
    closed: tuple[Outage, ...] = ()
    away: tuple[Absence, ...] = ()
    shut: tuple[Shut, ...] = ()
    durations: tuple[Lasting, ...] = ()
    flight_days: tuple[OnDays, ...] = ()
    optional: tuple[NowOptional, ...] = ()
    limits: tuple[Limits, ...] = ()  # only the figures that change
    hosts_minutes: HostsMinutes | None = None  # in place of what was agreed before
    activities: tuple[Activity, ...] = ()  # added
    sessions: tuple[AddedSession, ...] = ()
    subjects: tuple[Subject, ...] = ()  # added
    sites: tuple[Site, ...] = ()  # that the windows of what is added are of
    drop: tuple[str, ...] = ()  # activities, subjects and sessions
    pin: tuple[str, ...] = ()  # placements
    unpin: tuple[str, ...] = ()
    promise: tuple[str, ...] = ()  # activities and sessions
    unpromise: tuple[str, ...] = ()
    happened: tuple[Record, ...] = ()
    host_plan: tuple[Fixed, ...] = ()  # in place of all that the host had fixed; empty: as it was
    answers: tuple[HostAnswer, ...] = ()  # of the host, to requests
    where: Mapping[str, str] = field(factory=dict, eq=False, repr=False)  # path in the file → file:line:column path
