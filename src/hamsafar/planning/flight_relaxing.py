"""What would make a flight fit: for each rule that bars every flight, the least that it would have to give.

Each is found among the flights that fit without the rule, and proved by changing the programme and choosing again.
Orbits and forecasts (FLT-02, FOR-01) give nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor

from attrs import evolve

from hamsafar.domain.changes import LaunchMove
from hamsafar.domain.people import Limits
from hamsafar.domain.plan import Flight
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.planning.answer import NoPlan, Relaxed
from hamsafar.planning.change_of_figures import changed_by, with_figure
from hamsafar.planning.choice import Chosen, NoFlight, choose_flight, fitting_flights
from hamsafar.planning.ticks import day_start, instant_of
from hamsafar.planning.words import Clash, clashes, said_length
from hamsafar.timeline import Span, local_label

_REACH_D = (10.0, 45.0)  # so far around the launch window lift-offs are looked for, the near ones first

_Ways = Iterator[Relaxed | None]


def no_flight(programme: Programme, found: NoFlight, without: frozenset[str]) -> NoPlan:
    """The answer that no flight fits: every conflict of rules, and what each rule of them would have to give."""
    conflicts, off = list[tuple[Clash, ...]](), without
    clash: Chosen | NoFlight = found
    while isinstance(clash, NoFlight) and clash.tags:
        conflicts.append(clashes(programme, clash.tags))
        off |= {tag.rule for tag in clash.tags}
        clash = choose_flight(programme, without=off)
    relaxed = [way for said in conflicts for way in _ways(programme, said, conflicts, without)]
    return NoPlan(
        stage="flight choice",
        clashes=conflicts[0],
        facts=found.facts,
        others=tuple(conflicts[1:]),
        relaxations=tuple(relaxed),
    )


def _ways(
    programme: Programme, conflict: tuple[Clash, ...], every: list[tuple[Clash, ...]], without: frozenset[str]
) -> Iterator[Relaxed]:
    """What each rule of one conflict would have to give; the rules of other conflicts are taken as settled."""
    settled = frozenset(said.rule for other in every if other is not conflict for said in other)
    besides = tuple(_besides(other) for other in every if other is not conflict)
    for said in conflict:
        for way in _GIVING.get(said.rule, _nothing)(programme, without | settled):
            if way is not None:
                yield evolve(way, tags=said.tags, together=besides)


def _besides(conflict: tuple[Clash, ...]) -> str:
    rules = " or ".join(dict.fromkeys(said.rule for said in conflict))
    return f"{rules} has to give as well"


def _nothing(programme: Programme, without: frozenset[str]) -> _Ways:
    yield from ()


def _fits(programme: Programme, without: frozenset[str]) -> Flight | None:
    """The flight of the changed programme: what proves that the change is enough."""
    found = choose_flight(programme, without=without)
    return found.flight if isinstance(found, Chosen) else None


def _asking(programme: Programme, **changes: object) -> Programme:
    return evolve(programme, flight=evolve(programme.flight, **changes))  # type: ignore[arg-type]  # fields of the request


def _lift_off(programme: Programme, flight: Flight) -> str:
    return f"lift-off {flight.launch.launch.iso()} ({local_label(flight.launch.launch, _zone(programme))})"


def _zone(programme: Programme) -> str:
    return programme.site(programme.flight.pad).zone


# ---- one function a rule: what it would have to give


def _launch_window(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-01: the nearest lift-off after the window that fits, and the nearest before."""
    window = programme.flight.launch_window
    today = instant_of(day_start(programme.now, _zone(programme)))
    for reach_d in _REACH_D:
        wide = Span(max(min(today, window.start), window.start.plus(days=-reach_d)), window.end.plus(days=reach_d))
        found = [one.flight for one in fitting_flights(_asking(programme, launch_window=wide), without=without)]
        later = min((one.launch.launch for one in found if one.launch.launch >= window.end), default=None)
        earlier = max((one.launch.launch for one in found if one.launch.launch < window.start), default=None)
        if later is not None:
            end = instant_of(later.floor_utc_minute() + 1)
            yield _window_to(programme, Span(window.start, end), without)
        if earlier is not None:
            yield _window_to(programme, Span(instant_of(earlier.floor_utc_minute()), window.end), without)
        if later is not None or earlier is not None:
            return


def _window_to(programme: Programme, window: Span, without: frozenset[str]) -> Relaxed | None:
    """A launch window that begins earlier or ends later."""
    asked = programme.flight.launch_window
    early_min, late_min = (moment / 60 for moment in _wider_by_s(asked, window))
    flight = _fits(_asking(programme, launch_window=window), without)
    if flight is None:
        return None
    how = (
        f"end {said_length(late_min)} later, at {window.end.iso()}"
        if late_min
        else (f"begin {said_length(early_min)} earlier, at {window.start.iso()}")
    )
    return Relaxed(
        rule="FLT-01",
        sentence=f"FLT-01: let the launch window {how}: {_lift_off(programme, flight)}",
        amount=round(early_min + late_min),
        unit="min",
        proved=True,
        least=True,
        as_change=changed_by(programme, "Another launch window", launch=LaunchMove(window=window)),
    )


def _wider_by_s(asked: Span, window: Span) -> tuple[float, float]:
    return asked.start.seconds_since(window.start), window.end.seconds_since(asked.end)


def _profiles(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-03: each other rendezvous profile of the ship that would do."""
    accepted = programme.flight.profiles
    for profile in programme.flight.ship_up.profiles:
        if profile.name in accepted:
            continue
        flight = _fits(_asking(programme, profiles=(*accepted, profile.name)), without)
        if flight is not None:
            docking = f"docking {flight.docking.iso()}"
            yield Relaxed(
                rule="FLT-03",
                sentence=f"FLT-03: accept the profile {profile.name} too: {_lift_off(programme, flight)}, {docking}",
                amount=1,
                unit="profiles",
                proved=True,
                least=True,
            )


def _stay(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-04: the tolerance of the stay that lets the landing nearest to the stay asked for in."""
    request = programme.flight
    every = fitting_flights(programme, without=without | {"FLT-04"})
    stays_min = [one.flight.aboard.seconds / 60 for one in every]
    if not stays_min:
        return
    tolerance_min = min(ceil(abs(stay_min - request.stay_min)) for stay_min in stays_min)
    flight = _fits(_asking(programme, stay_tolerance_min=tolerance_min), without)
    if flight is None:
        return
    stay_min = round(flight.aboard.seconds / 60)
    yield Relaxed(
        rule="FLT-04",
        sentence=(
            f"FLT-04: accept a stay of {said_length(stay_min)} instead of {said_length(request.stay_min)}, so a "
            f"tolerance of {said_length(tolerance_min)} instead of {said_length(request.stay_tolerance_min)}: "
            f"{_lift_off(programme, flight)}, landing {flight.landing.landing.iso()}"
        ),
        amount=tolerance_min - request.stay_tolerance_min,
        unit="min",
        proved=True,
        least=True,
    )


def _return_profiles(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-05: each other return profile of the ship to the same site."""
    request = programme.flight
    for profile in request.ship_down.returns:
        if profile.site != request.landing_site or profile.name == request.return_profile:
            continue
        flight = _fits(_asking(programme, return_profile=profile.name), without)
        if flight is not None:
            yield Relaxed(
                rule="FLT-05",
                sentence=f"FLT-05: return by {profile.name}: landing {flight.landing.landing.iso()}",
                amount=1,
                unit="profiles",
                proved=True,
                least=True,
            )


def _daylight(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-06: the lowest Sun that has to be accepted."""
    every = fitting_flights(programme, without=without | {"FLT-06"})
    highest_deg = max((one.flight.landing.sun_elevation_deg for one in every), default=None)
    if highest_deg is None:
        return
    accepted_deg, asked_deg = floor(highest_deg * 10) / 10, programme.limit("FLT-06", "min_sun_elevation_deg")
    yield from _by_limit(
        programme,
        "FLT-06",
        "min_sun_elevation_deg",
        accepted_deg,
        without,
        lambda flight: (
            f"accept a landing with the Sun at {flight.landing.sun_elevation_deg:.1f} deg instead of "
            f"{asked_deg:g} deg or more: {flight.landing.landing.iso()}"
        ),
    )


def _handover(programme: Programme, without: frozenset[str]) -> _Ways:
    """FLT-07: the longest time together that there is."""
    every = fitting_flights(programme, without=without | {"FLT-07"})
    longest_min = max((_together_min(one.flight) for one in every), default=None)
    if longest_min is None:
        return
    asked_min = programme.limit("FLT-07", "min_handover_d") * 1_440
    yield from _by_limit(
        programme,
        "FLT-07",
        "min_handover_d",
        floor(longest_min / 1.44) / 1_000,
        without,
        lambda flight: (
            f"let both crews be aboard together for {said_length(_together_min(flight))} instead of "
            f"{said_length(asked_min)}: {_lift_off(programme, flight)}, landing {flight.landing.landing.iso()}"
        ),
    )


def _together_min(flight: Flight) -> int:
    return flight.hatch_close.floor_utc_minute() - flight.hatch_open.ceil_utc_minute()


def _by_limit(
    programme: Programme,
    rule: str,
    param: str,
    figure: float,
    without: frozenset[str],
    said: Callable[[Flight], str],
) -> _Ways:
    """A rule's figure as far down as it has to go."""
    figures = Limits(rule=rule, params={param: figure})
    flight = _fits(with_figure(programme, rule, param, figure), without)
    if flight is not None:
        yield Relaxed(
            rule=rule,
            sentence=f"{rule}: {said(flight)}",
            amount=round(programme.limit(rule, param) - figure, 6),
            unit=param.rpartition("_")[2],
            proved=True,
            least=True,
            as_change=changed_by(programme, f"Other figures for {rule}", limits=(figures,)),
        )


def _seats(programme: Programme, without: frozenset[str]) -> _Ways:
    """SEA-01: so many people fewer, up and down."""
    request = programme.flight
    up, down = len(request.crew_up) - request.ship_up.seats, len(request.crew_down) - request.ship_down.seats
    changes = {
        "crew_up": _fewer(request, request.crew_up, up),
        "crew_down": _fewer(request, request.crew_down, down),
    }
    if _fits(_asking(programme, **changes), without) is not None:
        sides = [
            f"{excess} of the {len(crew)} who go {way} ({ship.id} has {ship.seats} seats)"
            for excess, crew, way, ship in (
                (up, request.crew_up, "up", request.ship_up),
                (down, request.crew_down, "down", request.ship_down),
            )
            if excess > 0
        ]
        yield _people_fewer("SEA-01", f"SEA-01: leave out {' and '.join(sides)}", max(up, 0) + max(down, 0))


def _sleeping_places(programme: Programme, without: frozenset[str]) -> _Ways:
    """SEA-03: so many people fewer aboard."""
    request, places = programme.flight, programme.station.sleep_places
    aboard = {*request.crew_up, *request.crew_aboard}
    excess = len(aboard) - places
    crew_up = _fewer(request, request.crew_up, excess)
    if _fits(_asking(programme, crew_up=crew_up), without) is not None:
        said = f"SEA-03: leave out {excess} of the {len(aboard)} who would be aboard; {places} can sleep there"
        yield _people_fewer("SEA-03", said, excess)


def _another_ship(programme: Programme, without: frozenset[str]) -> _Ways:
    """SEA-07: home in the ship up, where that one is fit."""
    request = programme.flight
    if request.ship_up.id == request.ship_down.id:
        return
    if _fits(_asking(programme, ship_down=request.ship_up), without) is not None:
        sentence = f"SEA-07: go home in {request.ship_up.id} instead of {request.ship_down.id}"
        yield Relaxed(rule="SEA-07", sentence=sentence, amount=1, unit="ships", proved=True, least=True)


def _fewer(request: FlightRequest, crew: tuple[str, ...], excess: int) -> tuple[str, ...]:
    """A crew with so many fewer, the guest kept: whoever is listed last stays behind."""
    leaving = [person for person in reversed(crew) if person != request.guest][: max(excess, 0)]
    return tuple(person for person in crew if person not in leaving)


def _people_fewer(rule: str, sentence: str, amount: int) -> Relaxed:
    return Relaxed(rule=rule, sentence=sentence, amount=amount, unit="people", proved=True, least=True)


_GIVING: dict[str, Callable[[Programme, frozenset[str]], _Ways]] = {
    "FLT-01": _launch_window,
    "FLT-03": _profiles,
    "FLT-04": _stay,
    "FLT-05": _return_profiles,
    "FLT-06": _daylight,
    "FLT-07": _handover,
    "SEA-01": _seats,
    "SEA-03": _sleeping_places,
    "SEA-07": _another_ship,
}
