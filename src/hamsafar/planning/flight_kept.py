"""The flight after a change: the very same where nothing of it was asked, else the one nearest to it; its windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import time, timedelta

from attrs import evolve, frozen

from hamsafar.domain.changes import Change
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Flight, Plan, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.choice import Chosen, NoFlight, choose_flight, seats_fit
from hamsafar.planning.flight_relaxing import no_flight
from hamsafar.planning.refresh import ensure_ours, resting_on, with_history
from hamsafar.planning.ticks import day_stretch, instant_of, label_tick
from hamsafar.planning.windows import open_windows
from hamsafar.planning.words import describe
from hamsafar.timeline import Instant, Span, local_date

_A_DAY_S = 86_400
_FLIGHT_RULES = ("FLT-", "FOR-", "SEA-")
_NOON = time(12)


@frozen(kw_only=True)
class Kept:
    """The programme on what its flight rests on, the flight, and the windows of its stay."""

    programme: Programme
    chosen: Chosen
    windows: tuple[WindowList, ...]
    warnings: tuple[str, ...] = ()  # where the flight isn't on the day asked for, and why


def keep_flight(plan: Plan, programme: Programme, change: Change, elements: Sequence[Elements]) -> Kept | NoPlan:
    """The plan's flight in a changed programme; or the conflict, where none fits any more.

    `elements`: newer sets of the station, as `refresh` takes them; without any, those of the programme. The lift-off
    nearest to the planned one counts, or to the day asked for; the landing moves along by whole days. What of the
    flight lies before now stays as it was. Raises InputError for elements of another object.
    """
    rests_on: Programme = programme
    if elements:
        ensure_ours(programme, elements)
        rests_on = evolve(programme, elements=with_history(programme.elements, elements))
    elif _flight_asked(programme) == _flight_asked(plan.programme) and seats_fit(programme):
        return _with_windows(plan, programme, Chosen(flight=plan.flight, trajectory=plan.trajectory))
    chosen = _nearest(plan, rests_on, change)
    if isinstance(chosen, NoPlan):
        return chosen
    if elements:  # the backups too rest on nothing but what the plan carries
        rests_on = resting_on(programme, rests_on.elements, chosen, None)
        chosen = _chosen(rests_on, chosen.flight)
        if isinstance(chosen, NoPlan):
            return chosen
    warnings = tuple(_another_day(plan, rests_on, change, chosen.flight))
    kept = _with_windows(plan, rests_on, _as_flown(plan.flight, chosen, programme.past_until))
    return evolve(kept, warnings=warnings)


def _flight_asked(programme: Programme) -> tuple[object, ...]:
    """All that the choice of a flight looks at, but for who sits where: another ship of the type flies the same."""
    request = evolve(
        programme.flight,
        ship_up=evolve(programme.flight.ship_up, id="", name=""),
        ship_down=evolve(programme.flight.ship_down, id="", name=""),
        crew_up=(),
        crew_down=(),
        seats=(),
        seats_since=None,
        unfit=(),
        unseated=(),
    )
    limits = [one for one in programme.limits if one.rule.startswith(_FLIGHT_RULES)]
    return request, programme.station, programme.sites, programme.elements, programme.as_of, limits


def _nearest(plan: Plan, programme: Programme, change: Change) -> Chosen | NoPlan:
    """The flight nearest to the plan's, moved by what was asked.

    Landings move by whole days: by how many is known when the lift-off is, so a second look may be needed.
    """
    days = 0 if change.landing is None else change.landing.by_days or 0
    if change.docking is not None:
        days += _days(plan.flight.docking, change.docking)
    wanted = _wanted_launch(plan, change)
    like = _like(plan.flight, wanted, days)
    chosen = _chosen(programme, like)
    if isinstance(chosen, NoPlan):
        return chosen
    exact = _like(plan.flight, chosen.flight.launch.launch, days)
    looked_at = like.landing.landing.plus(days=_days(wanted, chosen.flight.launch.launch))
    return chosen if looked_at == exact.landing.landing else _chosen(programme, exact)


def _chosen(programme: Programme, like: Flight) -> Chosen | NoPlan:
    found = choose_flight(programme, like=like)
    return no_flight(programme, found, frozenset()) if isinstance(found, NoFlight) else found


def _wanted_launch(plan: Plan, change: Change) -> Instant:
    """The planned lift-off; where it is to move by days, noon of its day at the pad and so many days on."""
    planned = plan.flight.launch.launch
    if change.launch is None or change.launch.by_days is None:
        return planned
    zone_name = _pad_zone(plan.programme)
    day = local_date(planned, zone_name) + timedelta(days=change.launch.by_days)
    return instant_of(label_tick(day, _NOON, zone_name))


def _pad_zone(programme: Programme) -> str:
    return programme.site(programme.flight.pad).zone


def _another_day(plan: Plan, programme: Programme, change: Change, flight: Flight) -> Iterator[str]:
    """What to say where no flight fits on the day asked for: which one it is, and which rules leave none that day."""
    if change.launch is None or change.launch.by_days is None:
        return
    zone_name = _pad_zone(programme)
    asked = local_date(_wanted_launch(plan, change), zone_name)
    days = (local_date(flight.launch.launch, zone_name) - asked).days
    if days == 0:
        return
    begins, ends = day_stretch(asked, zone_name)
    request = evolve(programme.flight, launch_window=Span(instant_of(begins), instant_of(ends)))
    that_day = choose_flight(evolve(programme, flight=request))
    why = f": {'; '.join(describe(programme, that_day.tags))}" if isinstance(that_day, NoFlight) else ""
    apart = f"{abs(days)} d {'later' if days > 0 else 'earlier'} than that"
    moved = f"it moves by {change.launch.by_days + days:+d} d instead of {change.launch.by_days:+d} d"
    yield f"No flight fits on {asked}, the day asked for, so lift-off is {apart} ({moved}){why}."


def _like(flight: Flight, launch: Instant, longer_d: int) -> Flight:
    """The flight that is to be kept, at another lift-off: its landing as many whole days later, and `longer_d` more."""
    landing = flight.landing.landing.plus(days=_days(flight.launch.launch, launch) + longer_d)
    return evolve(flight, launch=evolve(flight.launch, launch=launch), landing=evolve(flight.landing, landing=landing))


def _days(before: Instant, after: Instant) -> int:
    return round(after.seconds_since(before) / _A_DAY_S)


def _as_flown(old: Flight, chosen: Chosen, now: Instant | None) -> Chosen:
    """What of the old flight lies before now is no forecast any more, and stays."""
    if now is None or old.launch.launch >= now:
        return chosen
    flight = evolve(chosen.flight, launch=old.launch, profile=old.profile, backups=old.backups)
    if old.docking < now:
        flight = evolve(flight, docking=old.docking, docking_sigma_s=old.docking_sigma_s, hatch_open=old.hatch_open)
    if old.landing.undocking < now:
        flight = evolve(flight, landing=old.landing, hatch_close=old.hatch_close, landing_backups=old.landing_backups)
    return evolve(chosen, flight=flight)


def _with_windows(plan: Plan, programme: Programme, chosen: Chosen) -> Kept:
    """The windows of the plan where nothing that they hang on changed, else opened anew."""
    same = chosen.flight == plan.flight and chosen.trajectory == plan.trajectory
    if same and _sky_asked(programme) == _sky_asked(plan.programme):
        return Kept(programme=programme, chosen=chosen, windows=plan.windows)
    stay = _untouched(plan, programme) if same else ()
    windows = open_windows(programme, chosen.flight, chosen.trajectory, stay)
    return Kept(programme=programme, chosen=chosen, windows=windows)


def _untouched(plan: Plan, programme: Programme) -> tuple[WindowList, ...]:
    """The lists of the plan that open and close as they did: where only outages and needs are others, most of them."""
    old = plan.programme
    if _sky_asked(evolve(old, outages=(), activities=())) != _sky_asked(evolve(programme, outages=(), activities=())):
        return ()
    touched = {one.kind for one in {*old.outages} ^ {*programme.outages}}
    return tuple(one for one in plan.windows if one.kind not in touched)


def _sky_asked(programme: Programme) -> tuple[object, ...]:
    """All that the windows look at besides the flight."""
    return (
        programme.elements,
        programme.station,
        programme.sites,
        programme.relays,
        programme.prayer,
        programme.outages,
        programme.window_needs,
    )
