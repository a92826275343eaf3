"""The plan: the programme it answers, the flight, the windows, what was placed where, and what it rests on.

This is all of `plan.json` (`hamsafar.formats.plan_json`): a stranger can judge it from the file alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt, min_len

from hamsafar.domain.aboard import WindowKind
from hamsafar.domain.changes import Move, Version
from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.hosts_minutes import HostDay
from hamsafar.domain.programme import Programme
from hamsafar.timeline import Instant, Span

Basis = Literal["near", "far"]
Feasible = Literal["yes", "no", "unknown"]
Stage = Literal["training", "flight"]
SolveStatus = Literal["optimal", "feasible"]
Verdict = Literal["holds", "broken", "incomplete"]
FindingStatus = Literal["holds", "broken", "not_checked"]


@frozen(kw_only=True)
class Trim:
    """The station's phasing burn that brings the phase to the nearest end of a profile's band by lift-off.

    Along the track; positive raises the orbit and lets the station fall back. Where the phase is not known it is the
    largest that can be needed, half a turn, and positive.
    """

    days_ahead: float
    delta_v_m_s: float


@frozen(kw_only=True)
class ProfileAnswer:
    """Whether one rendezvous profile is possible at one lift-off, and why."""

    name: str
    feasible: Feasible
    docking: Instant
    docking_sigma_s: float
    phase_error_deg: float | None  # how far outside the band; 0 inside; None when the phase is not known
    trim: tuple[Trim, ...]  # by days ahead, ascending; empty where the phase lies in the band
    why: str


@frozen(kw_only=True)
class LaunchOpportunity:
    """A lift-off second: the pad in the orbit plane, the ship's offset added."""

    launch: Instant
    sigma_s: float
    crossing: Instant  # when the pad passes through the station's plane
    branch: Literal["ascending", "descending"]
    azimuth_deg: float  # of the plane at the pad at lift-off, inertial, from geodetic north, clockwise
    plane_offset_deg: float  # of the pad from the plane at lift-off, positive to the side of the angular momentum
    phase_deg: float | None  # None when it can't be known (far)
    phase_sigma_deg: float | None
    beta_deg: float
    pad_sun_elevation_deg: float
    elements_epoch: Instant
    elements_age_d: float
    basis: Basis
    profiles: tuple[ProfileAnswer, ...]


@frozen(kw_only=True)
class LandingOpportunity:
    """A landing on one orbit, and the times that lead to it."""

    landing: Instant
    sigma_s: float
    undocking: Instant
    deorbit: Instant
    crossrange_km: float
    station_lead_deg: float
    sun_elevation_deg: float
    free_flight_min: float
    elements_epoch: Instant
    elements_age_d: float
    basis: Basis


@frozen(kw_only=True)
class Flight:
    """The flight chosen: one launch, one profile, one landing, and what else was possible."""

    launch: LaunchOpportunity
    profile: str
    docking: Instant
    docking_sigma_s: float
    hatch_open: Instant
    hatch_close: Instant
    landing: LandingOpportunity
    backups: tuple[Instant, ...]  # later lift-offs in the window that would do
    landing_backups: tuple[Instant, ...]  # later landings of the same days
    considered: int  # launch opportunities looked at

    @property
    def aboard(self) -> Span:
        """Docking to undocking."""
        return Span(self.docking, self.landing.undocking)


@frozen(kw_only=True)
class Trajectory:
    """What the station's path over the stay rests on.

    near: SGP4 from `elements`. far: the labelled reference trajectory `held`, provisional.
    """

    basis: Basis
    elements: Elements
    held: HeldOrbit | None  # the reference trajectory where basis is far, None where near
    held_note: str = ""
    history_note: str = ""  # how long a history of elements the forecast knows, and the last boost in it


@frozen(kw_only=True)
class OpenSpan:
    """One open window; `sigma_s` is None where the phase is not known (far)."""

    start: Instant
    end: Instant = field()
    sigma_s: float | None = None
    note: str = ""  # e.g. "max elevation 54 deg", "via relay-3"

    @property
    def span(self) -> Span:
        """The window's span."""
        return Span(self.start, self.end)


@frozen(kw_only=True)
class WindowList:
    """All windows of one kind over the stay; outside `known` nothing is known."""

    kind: WindowKind
    of: str | None
    title: str
    basis: Basis | Literal["sun"]  # "sun": known without any forecast of the station
    known: tuple[Span, ...]
    spans: tuple[OpenSpan, ...]


@frozen(kw_only=True)
class Assignment:
    """Somebody in a function."""

    person: str
    function: str


@frozen(kw_only=True)
class Placement:
    """Something placed in time. `of` is the session or the activity it is an occurrence of."""

    id: str
    of: str
    stage: Stage
    title: str
    kind: str
    start: Instant
    end: Instant
    zone: str  # whose wall clock the appointment keeps
    people: tuple[Assignment, ...]
    facilities: tuple[str, ...] = ()
    occurrence: int = 1

    @property
    def span(self) -> Span:
        """Start to end."""
        return Span(self.start, self.end)

    @property
    def is_session(self) -> bool:
        """Whether it is training: in the term, and no milestone or night in quarantine."""
        return self.stage == "training" and self.kind not in ("milestone", "sleep")

    @property
    def person_ids(self) -> tuple[str, ...]:
        """Everybody in it."""
        return tuple(assignment.person for assignment in self.people)


@frozen(kw_only=True)
class Dropped:
    """An occurrence that is not in the plan, and why: an optional one, or what was not done in time."""

    id: str
    of: str
    title: str
    value: int
    why: str


@frozen(kw_only=True)
class Listed:
    """An item on somebody's task list."""

    item: str
    person: str


@frozen(kw_only=True)
class ListRoom:
    """What is on somebody's list by the end of a flight day, against the time that nothing is planned in by then."""

    person: str
    until_day: int
    listed_min: int = field(validator=ge(0))
    free_min: int = field(validator=ge(0))

    @property
    def short_min(self) -> int:
        """By how much the list is too long; 0 where it isn't."""
        return max(self.listed_min - self.free_min, 0)


@frozen(kw_only=True)
class Movable:
    """The starts, `first` to `last`, that a placement may have while everything else stays where it is."""

    placement: str
    first: Instant
    last: Instant


@frozen(kw_only=True)
class Ahead:
    """Something of a later day, or left out, that may start on a day, `first` to `last`, if time is left over."""

    id: str  # of the placement, or of what was left out
    day: int
    first: Instant
    last: Instant
    duration_min: int = field(validator=gt(0))
    people: tuple[Assignment, ...]


@frozen(kw_only=True)
class Spare:
    """What a plan leaves to the people aboard: their task lists, what they may move, and what they may do ahead."""

    listed: tuple[Listed, ...] = ()  # in the order of the task list
    unlisted: tuple[str, ...] = ()  # items for which there are too few who may do them
    room: tuple[ListRoom, ...] = ()  # by person and day
    movable: tuple[Movable, ...] = ()  # by the order of placements
    ahead: tuple[Ahead, ...] = ()  # by day, then id


@frozen(kw_only=True)
class ObjectiveValue:
    """What one named term of an objective came to, and the proved bound."""

    stage: Stage
    name: str
    value: float
    bound: float
    unit: str


@frozen(kw_only=True)
class StageResult:
    """How one stage was solved."""

    stage: Stage
    status: SolveStatus
    effort: float  # deterministic solver effort used, in the solver's own seconds


@frozen(kw_only=True)
class RuleUse:
    """A rule as this plan was made and is to be judged: sentence, source, parameters."""

    id: str
    sentence: str
    source: str
    params: Mapping[str, float]


@frozen(kw_only=True)
class Provenance:
    """What it takes to make this plan again."""

    hamsafar: str
    versions: Mapping[str, str]
    tables: Mapping[str, str]  # table → date or expiry
    seed: int
    workers: int
    effort: float


@frozen(kw_only=True)
class Plan:
    """One plan, from the first training day to the landing."""

    programme: Programme
    provenance: Provenance
    trajectory: Trajectory
    flight: Flight
    windows: tuple[WindowList, ...]
    placements: tuple[Placement, ...]  # by start, then id
    dropped: tuple[Dropped, ...]
    rules: tuple[RuleUse, ...]
    stages: tuple[StageResult, ...]
    objective: tuple[ObjectiveValue, ...]
    warnings: tuple[str, ...]
    verdict: Verdict | None = None  # None until the verifier has read the file back
    # the chain that led here, oldest first; the last is this plan
    versions: tuple[Version, ...] = field(default=(Version(number=1),), validator=min_len(1))
    moved: tuple[Move, ...] = ()  # against the parent, by id
    hosts_minutes: tuple[HostDay, ...] = ()  # by day, then in the order of the crew lists; days without help left out
    spare: Spare | None = None  # what is left to the people aboard; None: not said


@frozen(kw_only=True)
class Finding:
    """A rule judged on a plan, at one place."""

    rule: str
    status: FindingStatus
    where: tuple[str, ...]  # ids of placements, people, windows, ...
    sentence: str
    by: float | None = None  # how far it is broken
    unit: str = ""
    params: Mapping[str, float] = field(factory=dict)


@frozen(kw_only=True)
class Judgement:
    """What the verifier says of a plan."""

    verdict: Verdict
    findings: tuple[Finding, ...]  # at least one for every rule
