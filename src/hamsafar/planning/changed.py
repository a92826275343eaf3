"""A plan and a change → the programme that the changed plan is to answer; or all that doesn't fit together, at once."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from math import ceil, floor

from attrs import evolve

from hamsafar.catalog.names import hint
from hamsafar.domain.changes import Change, Happened, LandingMove, LaunchMove, Pin, last_records
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.domain.training import Term
from hamsafar.planning.agreed import Agreed, agreed, fixed_now
from hamsafar.planning.changed_docking import in_the_stay, with_docking
from hamsafar.planning.changed_past import what_happened
from hamsafar.planning.changed_ships import with_ships
from hamsafar.planning.changed_work import Work, changed_work
from hamsafar.planning.choice import return_profile
from hamsafar.planning.limits import with_every_figure
from hamsafar.planning.misfits import Misfits
from hamsafar.rules import BOOK
from hamsafar.timeline import Instant, Span, local_date, zone

_DAY_MIN = 1_440


def changed(plan: Plan, change: Change) -> Programme:
    """The plan's programme with the change in it: what is away, shut, closed, pinned, dropped, added, and the past.

    Every placement that begins before `now` has a record in `happened` (the last one of a placement counts): as the
    change says, else done as planned. Elements stay as they are.
    Raises InputErrors, each with its place in the change file, where the change doesn't fit the plan.
    """
    misfits = Misfits(change)
    old = with_every_figure(plan.programme)
    if change == Change(title=change.title, asked_by=change.asked_by, asked_on=change.asked_on, why=change.why):
        misfits.add("change", "asks for nothing; say what is to change")
    now = _now(plan, change, misfits)
    happened = in_the_stay(plan, change, what_happened(plan, change, now, misfits))
    done = frozenset(id_ for id_, record in last_records(happened).items() if record.outcome == "done")
    fixed, work = fixed_now(plan, change, changed_work(plan, change, done, misfits), done, now, misfits)
    host = agreed(plan, change, work, done, now, misfits)
    programme = evolve(
        old,
        sites=(*old.sites, *(site for site in change.sites if site.id not in {one.id for one in old.sites})),
        activities=work.activities,
        term=_with_phases_begun(plan, work.term, now),
        flight=with_ships(plan, _flight(plan, change, now, misfits), change, happened, now, misfits),
        limits=_limits(old, change, misfits),
        hosts_minutes=change.hosts_minutes or old.hosts_minutes,
        absences=(*old.absences, *change.away),
        shut=(*old.shut, *change.shut),
        outages=(*old.outages, *change.closed),
        pins=_pins(plan, change, host, done, work, now, misfits),
        past_until=now,
        happened=_of_what_is_left(happened, plan, work),
        now=old.now if now is None else max(old.now, local_date(now, _people_zone(old))),
        fixed=fixed,
        requests=host.requests,
    )
    _tell_unknown(old, change, misfits)
    misfits.raise_if_any()
    return programme


def _now(plan: Plan, change: Change, misfits: Misfits) -> Instant | None:
    before = plan.programme.past_until
    if change.now is not None and before is not None and change.now < before:
        misfits.add("now", f"lies before {before}, up to which this plan knows what happened")
        return before
    zone_name = _people_zone(plan.programme)
    if change.now is not None and local_date(change.now, zone_name) < plan.programme.now:
        misfits.add("now", f"lies before {plan.programme.now}, the day this plan was made for")
    return change.now or before


def _with_phases_begun(plan: Plan, term: Term | None, now: Instant | None) -> Term | None:
    """The term, in which a phase that has begun stays so wherever lift-off goes.

    One that reaches into quarantine hangs on lift-off and moves along, with its medicals and journeys.
    """
    if term is None or now is None:
        return term
    lift_off = plan.flight.launch.launch
    opened = {phase.id: phase.opens(lift_off, term.zone) for phase in term.phases}
    phases = (
        evolve(phase, begun=local_date(opened[phase.id], term.zone))
        if opened[phase.id] <= now and phase.to_d >= term.quarantine_d
        else phase
        for phase in term.phases
    )
    return evolve(term, phases=tuple(phases))


def _people_zone(programme: Programme) -> str:
    return programme.term.zone if programme.term is not None else programme.station.zone


def _tell_unknown(programme: Programme, change: Change, misfits: Misfits) -> None:
    """Names that nothing has, in a change that no file was read for."""
    people = {person.id for person in programme.people}
    rooms = {facility.id for facility in programme.term.facilities} if programme.term is not None else set()
    things = rooms | {resource.id for resource in programme.resources}
    for number, away in enumerate(change.away):
        if away.person not in people:
            misfits.add(f"away[{number}].person", f"is not the name of a person{hint(away.person, people)}")
    for number, shut in enumerate(change.shut):
        if shut.of not in things:
            misfits.add(f"shut[{number}].what", f"is not the name of a facility or a resource{hint(shut.of, things)}")


def _limits(programme: Programme, change: Change, misfits: Misfits) -> tuple[Limits, ...]:
    figures = {one.rule: dict(one.params) for one in programme.limits}
    for asked in change.limits:
        known = BOOK[asked.rule].params if asked.rule in BOOK else {}
        for param, figure in asked.params.items():
            if param in known:
                figures.setdefault(asked.rule, {})[param] = figure
            else:
                misfits.add(f"limits.{asked.rule}", f"has no figure {param!r}{hint(param, known)}")
    return tuple(Limits(rule=rule, params=params) for rule, params in figures.items())


# Pins, and what is left of the past


def _pins(
    plan: Plan, change: Change, host: Agreed, done: frozenset[str], work: Work, now: Instant | None, misfits: Misfits
) -> tuple[Pin, ...]:
    """Those of the programme that still bind, without those taken out; then those agreed with the host or asked for."""
    placed = {placement.id: placement for placement in plan.placements}
    old = {pin.placement: pin for pin in plan.programme.pins}
    for number, id_ in enumerate(change.unpin):
        if id_ not in old:
            misfits.add(f"unpin[{number}]", f"is not pinned{hint(id_, old)}")
        elif id_ in change.pin:
            misfits.add(f"unpin[{number}]", "is pinned by the same change")
    anew = {*change.unpin, *change.pin, *host.answered_by(change)}
    kept = [pin for id_, pin in old.items() if id_ not in anew and _is_coming(plan, id_, done, work, now)]
    kept += host.pins
    for number, id_ in enumerate(change.pin):
        at = f"pin[{number}]"
        placement = placed.get(id_)
        if placement is None:
            misfits.add(at, f"is not placed in this plan{hint(id_, placed)}")
        elif id_ in done or (now is not None and placement.start < now):
            misfits.add(at, f"begins at {placement.start}, which is past; what is past stays anyhow")
        elif not work.asks_for(placement):
            misfits.add(at, "is dropped by the same change")
        else:
            kept.append(Pin(placement=id_, start=placement.start))
    return tuple(sorted(kept, key=lambda pin: (pin.start, pin.placement)))


def _is_coming(plan: Plan, id_: str, done: frozenset[str], work: Work, now: Instant | None) -> bool:
    placement = next((one for one in plan.placements if one.id == id_), None)
    if placement is None:
        return True  # pinned, and not in the plan: the programme asks for it
    past = id_ in done or (now is not None and placement.start < now)
    return not past and work.asks_for(placement)


def _of_what_is_left(happened: tuple[Happened, ...], plan: Plan, work: Work) -> tuple[Happened, ...]:
    """Without what was missed or failed of things that nobody asks for any more."""
    placed = {placement.id: placement for placement in plan.placements}
    return tuple(
        record
        for record in happened
        if record.outcome == "done" or record.placement not in placed or work.asks_for(placed[record.placement])
    )


# The flight


def _flight(plan: Plan, change: Change, now: Instant | None, misfits: Misfits) -> FlightRequest:
    request = plan.programme.flight
    if change.launch is not None:
        lift_off = plan.flight.launch.launch
        if now is not None and lift_off < now:
            misfits.add("launch", f"cannot move: lift-off was at {lift_off}, before now ({now})")
        else:
            request = evolve(request, launch_window=_launch_window(plan, change.launch, now, misfits))
    if change.docking is not None:
        request = with_docking(plan, request, change.docking, now, misfits)
    if change.landing is not None:
        landing = plan.flight.landing.landing
        if now is not None and plan.flight.landing.undocking < now:
            misfits.add(
                "landing", f"cannot move: the ship has undocked for its landing at {landing}, before now ({now})"
            )
        elif change.launch is not None and change.landing.by_days is None:
            what = (
                "should be moved by_days: docking moves with the launch, so a date of landing asks for no certain stay"
            )
            misfits.add("landing", what)
        else:
            request = _stay(plan, request, change.landing, now, misfits)
    return request


def _launch_window(plan: Plan, asked: LaunchMove, now: Instant | None, misfits: Misfits) -> Span:
    """The window asked for, or the old one, begun no sooner than asked and as long as it was."""
    old = plan.programme.flight.launch_window
    if asked.window is not None:
        at, window = "launch.window.from", asked.window
    elif asked.not_before is not None:
        at, window = "launch.not_before", _begun(old, max(old.start, asked.not_before))
    else:
        at, window = "launch.by_days", _begun(old, _day_asked(plan, asked.by_days or 0))
    begins = asked.not_before or window.start
    if now is not None and begins < now:
        misfits.add(at, f"asks for a lift-off from {begins} on, before now ({now})")
    return window


def _begun(window: Span, start: Instant) -> Span:
    return Span(start, start.plus(seconds=window.seconds))


def _day_asked(plan: Plan, by_days: int) -> Instant:
    """The beginning of the planned lift-off's day at the pad, so many days on."""
    zone_name = plan.programme.site(plan.programme.flight.pad).zone
    day = local_date(plan.flight.launch.launch, zone_name) + timedelta(days=by_days)
    return Instant.from_datetime(datetime.combine(day, time(), zone(zone_name)))


def _stay(
    plan: Plan, request: FlightRequest, asked: LandingMove, now: Instant | None, misfits: Misfits
) -> FlightRequest:
    """The stays from docking to undocking that bring the landing where it is asked for."""
    for name, moment in (("not_before", asked.not_before), ("not_after", asked.not_after)):
        if moment is not None and now is not None and moment < now:
            misfits.add(f"landing.{name}", f"lies before now ({now})")
    at = "landing.by_days" if asked.by_days is not None else "landing"
    low, high = _stays_by_days(plan, asked.by_days) if asked.by_days is not None else _stays_between(plan, asked)
    if low <= 0 or high < low:
        misfits.add(at, "leaves no time aboard" if high >= low else "leaves no time between not_before and not_after")
        return request
    return evolve(request, stay_min=(low + high) // 2, stay_tolerance_min=(high - low) // 2)


def _stays_by_days(plan: Plan, days: int) -> tuple[int, int]:
    """Around the planned stay and so many days, with the tolerance of the programme, but never the planned stay."""
    planned = floor(plan.flight.aboard.seconds / 60)
    tolerance = min(plan.programme.flight.stay_tolerance_min, abs(days) * _DAY_MIN - 1)
    middle = planned + days * _DAY_MIN
    return middle - tolerance, middle + tolerance


def _stays_between(plan: Plan, asked: LandingMove) -> tuple[int, int]:
    """The stays of the programme, moved as far as needed; both ends as asked where both are."""
    request = plan.programme.flight
    low, high = request.stay_min - request.stay_tolerance_min, request.stay_min + request.stay_tolerance_min
    first = None if asked.not_before is None else ceil(_stay_before(plan, asked.not_before))
    last = None if asked.not_after is None else floor(_stay_before(plan, asked.not_after))
    if first is not None and last is not None:
        return first, last
    if first is not None and first > low:
        return first, first + high - low
    if last is not None and last < high:
        return max(last - high + low, 1), last
    return low, high


def _stay_before(plan: Plan, landing: Instant) -> float:
    """Minutes from the planned docking to the undocking for a landing."""
    way_home_min = return_profile(plan.programme).undocking_to_landing_min
    return landing.seconds_since(plan.flight.docking) / 60 - way_home_min
