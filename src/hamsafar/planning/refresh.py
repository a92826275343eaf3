"""A plan on other element sets: the same flight found again, its windows opened anew, what was placed left in place."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from attrs import evolve, frozen

from hamsafar.domain.aboard import WindowKind
from hamsafar.domain.elements import Elements
from hamsafar.domain.history import thinned
from hamsafar.domain.plan import Flight, OpenSpan, Placement, Plan, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputError
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.choice import Chosen, NoFlight, choose_flight
from hamsafar.planning.hosts_minutes import account_of
from hamsafar.planning.make import Options, provenance_of, warnings_of
from hamsafar.planning.spare import said_of_lists, spare_of
from hamsafar.planning.windows import open_windows
from hamsafar.planning.words import clashes
from hamsafar.timeline import Instant

EventName = Literal["lift-off", "docking", "hatch opening", "hatch closing", "undocking", "landing"]
HatchName = Literal["hatch opening", "hatch closing"]
ChangeKind = Literal["moved", "appeared", "vanished", "restated"]


@frozen(kw_only=True)
class FlightEvent:
    """A moment of the flight before and after; `sigma_*_s` is None for what is derived from another moment."""

    name: EventName
    before: Instant
    after: Instant
    sigma_before_s: float | None = None
    sigma_after_s: float | None = None

    @property
    def shift_s(self) -> float:
        """By how much later it is now, seconds."""
        return self.after.seconds_since(self.before)


@frozen(kw_only=True)
class WindowChange:
    """One window before and after; one of the two is None where it appeared or vanished."""

    kind: WindowKind
    of: str | None
    title: str
    before: OpenSpan | None
    after: OpenSpan | None

    @property
    def name(self) -> str:
        """`pass islamabad`."""
        return self.kind if self.of is None else f"{self.kind} {self.of}"

    @property
    def change(self) -> ChangeKind:
        """What became of it; *restated* where it kept its times and only what is said of them changed."""
        if self.before is None:
            return "appeared"
        if self.after is None:
            return "vanished"
        return "restated" if self.before.span == self.after.span else "moved"

    @property
    def shift_s(self) -> float | None:
        """By how much later it opens now, seconds; None where there is nothing to compare."""
        if self.before is None or self.after is None:
            return None
        return self.after.start.seconds_since(self.before.start)


@frozen(kw_only=True)
class Touch:
    """A placement that begins no later than a hatch opens, or ends no sooner than it closes, where that has moved."""

    event: HatchName
    placement: Placement


@frozen(kw_only=True)
class Refreshed:
    """A plan on other elements, not yet verified: every placement at its old UTC, everything around them new.

    Appointments keep their wall clock, so their mission elapsed time changes with the lift-off.
    """

    before: Plan
    plan: Plan
    changed: tuple[WindowChange, ...]  # by list and time; empty where every window is as it was
    touching: tuple[Touch, ...]

    @property
    def events(self) -> tuple[FlightEvent, ...]:
        """The flight's moments, in their order."""
        return flight_events(self.before.flight, self.plan.flight)

    @property
    def is_as_before(self) -> bool:
        """Whether flight and windows are what they were, so that nothing was changed but what they rest on."""
        return self.plan.flight == self.before.flight and self.plan.windows == self.before.windows

    @property
    def days_moved(self) -> int:
        """By how many days the lift-off moved."""
        return round(self.events[0].shift_s / 86_400)


def flight_events(old: Flight, new: Flight) -> tuple[FlightEvent, ...]:
    """The moments of a flight before and after, in their order."""
    return (
        FlightEvent(
            name="lift-off",
            before=old.launch.launch,
            after=new.launch.launch,
            sigma_before_s=old.launch.sigma_s,
            sigma_after_s=new.launch.sigma_s,
        ),
        FlightEvent(
            name="docking",
            before=old.docking,
            after=new.docking,
            sigma_before_s=old.docking_sigma_s,
            sigma_after_s=new.docking_sigma_s,
        ),
        FlightEvent(name="hatch opening", before=old.hatch_open, after=new.hatch_open),
        FlightEvent(name="hatch closing", before=old.hatch_close, after=new.hatch_close),
        FlightEvent(name="undocking", before=old.landing.undocking, after=new.landing.undocking),
        FlightEvent(
            name="landing",
            before=old.landing.landing,
            after=new.landing.landing,
            sigma_before_s=old.landing.sigma_s,
            sigma_after_s=new.landing.sigma_s,
        ),
    )


def refresh(plan: Plan, sets: Sequence[Elements], *, as_of: Instant | None = None) -> Refreshed | NoPlan:
    """The plan on these element sets; or the conflict, where no flight fits with them any more.

    They stand for the plan's own from their first epoch on; its older ones stay as the history. The set nearest to the
    lift-off that fits the others counts. The flight stays the one it is where it can: the lift-off nearest to the
    planned one, the same profile, the nearest landing. The same elements give the same plan.
    Raises InputError for sets of another object than the plan's station, and where there are none.
    """
    ensure_ours(plan.programme, sets)
    ascending = with_history(plan.programme.elements, sets)
    chosen = _flight_again(evolve(plan.programme, elements=ascending), plan.flight)
    if isinstance(chosen, NoPlan):
        return chosen
    programme = resting_on(plan.programme, ascending, chosen, as_of)
    chosen = _flight_again(programme, chosen.flight)  # whose backups too rest on nothing but what the plan carries
    if isinstance(chosen, NoPlan):
        return chosen
    windows = open_windows(programme, chosen.flight, chosen.trajectory)
    renewed = _renewed(plan, programme, chosen, windows)
    return Refreshed(
        before=plan,
        plan=renewed,
        changed=window_changes(plan.windows, windows, reach_s=half_revolution_s(renewed)),
        touching=tuple(_touching(plan, chosen.flight)),
    )


def ensure_ours(programme: Programme, sets: Sequence[Elements]) -> None:
    """Raises InputError where there are no sets, or they are of another object than the station."""
    if not sets:
        raise InputError("there are no element sets", where="--elements")
    station = programme.station
    for one in sets:
        if one.norad != station.norad:
            name = f" ({one.name})" if one.name else ""
            what = f"are of object {one.norad}{name}, but the plan's station is {station.norad} ({station.name})"
            raise InputError(f"{what}; give elements of that one", where="--elements")


def with_history(own: Sequence[Elements], given: Sequence[Elements]) -> tuple[Elements, ...]:
    """The sets given, ascending, after those of the plan's own that are older than all of them."""
    ascending = sorted(given, key=lambda one: one.epoch)
    return (*(one for one in own if one.epoch < ascending[0].epoch), *ascending)


def _flight_again(programme: Programme, flight: Flight) -> Chosen | NoPlan:
    chosen = choose_flight(programme, like=flight)
    if isinstance(chosen, NoFlight):
        return NoPlan(stage="flight choice", clashes=clashes(programme, chosen.tags), facts=chosen.facts)
    return chosen


def resting_on(programme: Programme, sets: tuple[Elements, ...], chosen: Chosen, as_of: Instant | None) -> Programme:
    """The programme on what the flight rests on: that set, its history, and what is nearer to lift-off and in doubt.

    The programme's own `as_of` stays where no set is later.
    """
    last = max(chosen.trajectory.elements.epoch, chosen.flight.launch.launch)
    carried = thinned(one for one in sets if one.epoch <= last)
    if as_of is None and programme.as_of is not None and carried[-1].epoch <= programme.as_of:
        as_of = programme.as_of
    return evolve(programme, elements=carried, as_of=as_of)


def _renewed(plan: Plan, programme: Programme, chosen: Chosen, windows: tuple[WindowList, ...]) -> Plan:
    """The plan with another flight and other windows. What a solver proved of it is proved no more, and goes."""
    flight, path = chosen.flight, chosen.trajectory
    moved = evolve(
        plan,
        programme=programme,
        trajectory=path,
        flight=flight,
        windows=windows,
        hosts_minutes=account_of(programme, flight, plan.placements),
    )
    if flight == plan.flight and windows == plan.windows:
        return moved
    moved = evolve(moved, spare=spare_of(moved))
    options = Options(seed=plan.provenance.seed, workers=plan.provenance.workers, effort=plan.provenance.effort)
    note = (
        f"Refreshed: flight and windows rest on elements of {path.elements.epoch.iso()}; everything placed was planned "
        f"on those of {plan.trajectory.elements.epoch.iso()} and stays where it was."
    )
    return evolve(
        moved,
        provenance=provenance_of(options),
        stages=tuple(evolve(stage, status="feasible") for stage in plan.stages),
        objective=(),
        warnings=(*warnings_of(programme, flight, path, windows), *said_of_lists(moved), note),
    )


def half_revolution_s(plan: Plan) -> float:
    """Half a revolution of the station, seconds: windows further apart are not the same one."""
    a_day = plan.trajectory.elements.mean_motion_rev_d
    return 43_200 / a_day if a_day > 0 else 0.0  # a stranger's plan may hold what no orbit has


# Windows before and after


def window_changes(
    before: Iterable[WindowList], after: Iterable[WindowList], *, reach_s: float
) -> tuple[WindowChange, ...]:
    """Every window that is not as it was, by list, then time.

    Two windows of a list are the same one where each opens nearest to the other, at most `reach_s` apart.
    """
    old, new = _by_name(before), _by_name(after)
    return tuple(
        WindowChange(kind=kind, of=of, title=title, before=was, after=is_now)
        for (kind, of, title) in dict.fromkeys((*old, *new))
        for was, is_now in _matched(old.get((kind, of, title), []), new.get((kind, of, title), []), reach_s)
        if was != is_now
    )


def _by_name(lists: Iterable[WindowList]) -> dict[tuple[WindowKind, str | None, str], list[OpenSpan]]:
    found: dict[tuple[WindowKind, str | None, str], list[OpenSpan]] = {}
    for listed in lists:
        found.setdefault((listed.kind, listed.of, listed.title), []).extend(listed.spans)
    return {name: sorted(spans, key=lambda one: (one.start, one.end)) for name, spans in found.items()}


def _matched(
    old: list[OpenSpan], new: list[OpenSpan], reach_s: float
) -> Iterator[tuple[OpenSpan | None, OpenSpan | None]]:
    """Ascending windows in pairs, by time; None beside those that have no other."""
    partner = {at: to for at, one in enumerate(old) if (to := _nearest(one, new, reach_s)) is not None}
    back = {to: at for to, one in enumerate(new) if (at := _nearest(one, old, reach_s)) is not None}
    kept = {at: to for at, to in partner.items() if back.get(to) == at}
    pairs: list[tuple[OpenSpan | None, OpenSpan | None]] = [(old[at], new[to]) for at, to in kept.items()]
    pairs += [(one, None) for at, one in enumerate(old) if at not in kept]
    pairs += [(None, one) for to, one in enumerate(new) if to not in kept.values()]
    yield from sorted(pairs, key=lambda pair: next(one.start for one in pair if one is not None))


def _nearest(one: OpenSpan, others: list[OpenSpan], reach_s: float) -> int | None:
    """Which of ascending windows opens nearest to one, if within reach; the earlier of two as near."""
    after = bisect_left(others, one.start, key=lambda other: other.start)
    beside = [at for at in (after - 1, after) if 0 <= at < len(others)]
    near = min(beside, key=lambda at: abs(others[at].start.tai_ns - one.start.tai_ns), default=None)
    if near is None or abs(others[near].start.seconds_since(one.start)) > reach_s:
        return None
    return near


# What hangs on the hatches


def _touching(plan: Plan, after: Flight) -> Iterator[Touch]:
    """Placements aboard that the moving hatches reach, by event and time."""
    before, request = plan.flight, plan.programme.flight
    if before.hatch_open != after.hatch_open:
        latest = max(before.hatch_open, after.hatch_open)
        for placement in _aboard(plan, request.crew_up):
            if placement.start <= latest:
                yield Touch(event="hatch opening", placement=placement)
    if before.hatch_close != after.hatch_close:
        earliest = min(before.hatch_close, after.hatch_close)
        for placement in _aboard(plan, request.crew_down):
            if placement.end >= earliest:
                yield Touch(event="hatch closing", placement=placement)


def _aboard(plan: Plan, people: Iterable[str]) -> Iterator[Placement]:
    """Placements aboard of any of these people."""
    wanted = set(people)
    return (one for one in plan.placements if one.stage == "flight" and wanted.intersection(one.person_ids))
