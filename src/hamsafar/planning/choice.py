"""Which flight: one launch, one rendezvous profile, one landing that fit the request, or the rules that clash.

Launches are few (one a day), so all are looked at, in the order of time; the first that fits every rule is taken,
with the accepted profile that is best liked and the landing closest to the stay asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from attrs import evolve, field, frozen

from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Basis, Flight, LandingOpportunity, LaunchOpportunity, ProfileAnswer, Trajectory
from hamsafar.domain.programme import Programme
from hamsafar.domain.vehicles import RendezvousProfile, ReturnProfile
from hamsafar.errors import InputError
from hamsafar.flight.forecast import StationForecast, station_forecast
from hamsafar.flight.landings import landing_opportunities
from hamsafar.flight.launches import launch_opportunities
from hamsafar.flight.profiles import band_deg
from hamsafar.flight.reference import reference_orbit
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.planning.crew.liners import stay_in_ship_up
from hamsafar.planning.crew.unseated import unfit_ships
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.words import said_of_history
from hamsafar.schedule.tasks import Tag
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM

_WIDER_D = 5.0  # without FLT-01 this much before and after the window asked for is looked at too
_WIDEST_STAY_D = 30.0  # without FLT-04 landings up to so long after docking are looked at
_BACKUPS = 5


@frozen(kw_only=True)
class Chosen:
    """The flight, and the path of the station that it and all windows rest on."""

    flight: Flight
    trajectory: Trajectory


@frozen(kw_only=True)
class NoFlight:
    """No flight fits; these rules, each needed for that, clash. `facts` says in words what was looked at."""

    tags: tuple[Tag, ...]
    facts: tuple[str, ...]


def choose_flight(
    programme: Programme, *, without: frozenset[str] = frozenset(), like: Flight | None = None
) -> Chosen | NoFlight:
    """The first flight that fits every rule, or the smallest set of rules that leaves none.

    `like`: instead of the first, the flight closest to this one: its lift-off day where that still fits, its profile,
    and its landing, moved by as many days as the lift-off is.
    Raises InputError where no answer can exist (no elements, a pad outside the orbit's latitudes).
    """
    search = _Search(programme=programme, like=like)
    active = frozenset(_RULES) - without
    found = search.first(active)
    return found if found is not None else _clash(search, active)


def fitting_flights(programme: Programme, *, without: frozenset[str] = frozenset()) -> Iterator[Chosen]:
    """Every flight that fits every rule, in the order in which `choose_flight` would take them."""
    return _Search(programme=programme).fitting(frozenset(_RULES) - without)


def _clash(search: _Search, active: frozenset[str]) -> NoFlight:
    """Shrinks the rules by deletion until each is needed; to leave one out never takes a flight away."""
    needed = active
    for rule in sorted(active):
        if search.first(needed - {rule}) is None:
            needed -= {rule}
    tags = tuple(tag_of(rule, search.programme.id) for rule in sorted(needed))
    return NoFlight(tags=tags, facts=search.facts())


@frozen(kw_only=True)
class _Candidate:
    """One launch with one profile and one landing."""

    launch: LaunchOpportunity
    answer: ProfileAnswer
    landing: LandingOpportunity


@frozen(kw_only=True, slots=False)
class _Search:
    """All launches of a request, each with what follows from it; computed once, filtered often."""

    programme: Programme
    like: Flight | None = None
    _landings: dict[tuple[Instant, str], tuple[LandingOpportunity, ...]] = field(factory=dict)

    def first(self, active: frozenset[str]) -> Chosen | None:
        """The first flight under these rules, with its backups."""
        return next(self.fitting(active), None)

    def fitting(self, active: frozenset[str]) -> Iterator[Chosen]:
        """Every flight under these rules, the best first, each with its backups."""
        if not all(holds(self.programme) for rule, holds in _BEFORE.items() if rule in active):
            return
        launches = [launch for launch in self._launches(active) if self._answers(launch, active)]
        for number, launch in self._closest_first(launches):
            for answer in sorted(self._answers(launch, active), key=self._is_another):
                later = tuple(other.launch for other in launches[number + 1 : number + 1 + _BACKUPS])
                for trajectory in self._paths(launch, answer, active):
                    landings = self._fitting_landings(launch, answer, trajectory, active)
                    for landing in landings:
                        yield self._chosen(launch, answer, trajectory, landing, landings, later)

    def _closest_first(self, launches: list[LaunchOpportunity]) -> list[tuple[int, LaunchOpportunity]]:
        """Launches with their numbers: by time, or those closest to the flight that is to be kept first."""
        like = self.like
        if like is None:
            return list(enumerate(launches))
        return sorted(enumerate(launches), key=lambda one: abs(one[1].launch.tai_ns - like.launch.launch.tai_ns))

    def _is_another(self, answer: ProfileAnswer) -> bool:
        """Whether a profile differs from that of the flight that is to be kept."""
        return self.like is not None and answer.name != self.like.profile

    @enforces("FLT-01", "FLT-02")
    def _launches(self, active: frozenset[str]) -> tuple[LaunchOpportunity, ...]:
        window = self.programme.flight.launch_window
        found = self.all_launches
        if "FLT-01" in active:
            found = tuple(launch for launch in found if window.contains(launch.launch))
        if "FLT-02" not in active and found:
            found = (_moved(found[0], window.start), *found)
        return found

    @cached_property
    def forecast(self) -> StationForecast:
        """What the programme's elements say of the station's path."""
        return station_forecast(self.programme.elements, self.programme.station)

    @cached_property
    def all_launches(self) -> tuple[LaunchOpportunity, ...]:
        """Every lift-off in the window asked for and a little around it."""
        request, programme = self.programme.flight, self.programme
        found = launch_opportunities(
            self.forecast,
            request.ship_up,
            programme.site(request.pad),
            request.launch_window.widened(_WIDER_D * 86_400),
            profiles=tuple(profile.name for profile in request.ship_up.profiles),
            near_phase_sigma_deg=programme.limit("FOR-01", "max_phase_sigma_deg"),
        )
        return tuple(_moved(launch, _to_the_second(launch.launch)) for launch in found)

    @enforces("FLT-03")
    def _answers(self, launch: LaunchOpportunity, active: frozenset[str]) -> list[ProfileAnswer]:
        """The profiles that may be flown at this launch, best liked first."""
        accepted = self.programme.flight.profiles
        told = self.programme.flight.docking
        answers = launch.profiles if told is None else [evolve(one, docking=told) for one in launch.profiles]
        by_name = {answer.name: answer for answer in answers}
        possible = [by_name[name] for name in accepted if name in by_name]
        if launch.basis == "far":
            # The operator sets the phase, and the reference trajectory is built for the profile: it needs a band.
            shown = {one.name for one in self.programme.flight.ship_up.profiles if band_deg(one) is not None}
            return [answer for answer in possible if answer.name in shown]
        return [answer for answer in possible if answer.feasible == "yes" or "FLT-03" not in active]

    @enforces("FOR-01")
    def _paths(self, launch: LaunchOpportunity, answer: ProfileAnswer, active: frozenset[str]) -> Iterator[Trajectory]:
        elements = self._elements_of(launch)
        history_note = said_of_history(self.forecast.history, self.programme.as_of)
        if launch.basis == "near" or "FOR-01" not in active:
            yield Trajectory(basis="near", elements=elements, held=None, history_note=history_note)
        if launch.basis == "near":
            return
        request = self.programme.flight
        profile = _profile(request.ship_up.profiles, answer.name)
        held = reference_orbit(
            self.forecast,
            elements,
            request.ship_up,
            self.programme.site(request.pad),
            launch.launch,
            profile,
        )
        altitude_km = held.semi_major_axis_km - EARTH_EQUATORIAL_RADIUS_KM
        note = (
            f"Reference trajectory, provisional: the elements are {_aged(launch.elements_age_d)} lift-off, "
            f"so the phase can't be known. The mean altitude that the station's history makes likely "
            f"({altitude_km:.0f} km) is held, and the phase at lift-off is set to the middle of the band of "
            f"{answer.name}, as the operator would set it."
        )
        yield Trajectory(basis="far", elements=elements, held=held, held_note=note, history_note=history_note)

    def _elements_of(self, launch: LaunchOpportunity) -> Elements:
        return next(one for one in self.forecast.sets if one.epoch == launch.elements_epoch)

    def _fitting_landings(
        self, launch: LaunchOpportunity, answer: ProfileAnswer, trajectory: Trajectory, active: frozenset[str]
    ) -> list[LandingOpportunity]:
        """Landings that every active rule admits, the one closest to the stay asked for first.

        Where a flight is to be kept, the one closest to its landing comes first.
        """
        request = self.programme.flight
        candidates = [
            _Candidate(launch=launch, answer=answer, landing=landing)
            for landing in self._all_landings(launch, answer, trajectory, active)
        ]
        tests = [test for rule, test in _OF_LANDING.items() if rule in active]
        fitting = [one.landing for one in candidates if all(test(self.programme, one) for test in tests)]

        def misfit(landing: LandingOpportunity) -> tuple[float, Instant]:
            if self.like is not None:
                return abs(landing.landing.seconds_since(_landing_like(self.like, launch))), landing.landing
            stay_s = landing.undocking.seconds_since(answer.docking)
            return abs(stay_s - request.stay_min * 60), landing.landing

        return sorted(fitting, key=misfit)

    @enforces("FLT-05")
    def _all_landings(
        self, launch: LaunchOpportunity, answer: ProfileAnswer, trajectory: Trajectory, active: frozenset[str]
    ) -> tuple[LandingOpportunity, ...]:
        request, station = self.programme.flight, self.programme.station
        profile = return_profile(self.programme)
        basis: Basis = trajectory.basis
        key = (launch.launch, answer.name + basis)
        if key not in self._landings:
            first = answer.docking.plus(minutes=profile.undocking_to_landing_min)
            window = Span(first, first.plus(days=_WIDEST_STAY_D))
            elements = trajectory.elements

            def sigma_at(moment: Instant) -> float:
                return self.forecast.phase_sigma_deg(elements, moment)

            found = landing_opportunities(
                trajectory_of(trajectory),
                elements=elements,
                basis=basis,
                station=station,
                ship=request.ship_down,
                profile=profile,
                site=self.programme.site(request.landing_site),
                window=window,
                phase_sigma_deg_at=sigma_at if basis == "near" else None,
            )
            self._landings[key] = tuple(map(_landing_to_the_second, found))
        found = self._landings[key]
        if "FLT-05" not in active and found:
            undocking = answer.docking.plus(minutes=request.stay_min)
            landing = undocking.plus(minutes=profile.undocking_to_landing_min)
            deorbit = landing.plus(minutes=-profile.deorbit_to_landing_min)
            closest = min(found, key=lambda one: abs(one.landing.seconds_since(landing)))
            return (evolve(closest, undocking=undocking, landing=landing, deorbit=deorbit), *found)
        return found

    def _chosen(
        self,
        launch: LaunchOpportunity,
        answer: ProfileAnswer,
        trajectory: Trajectory,
        landing: LandingOpportunity,
        landings: list[LandingOpportunity],
        backups: tuple[Instant, ...],
    ) -> Chosen:
        request = self.programme.flight
        hatch_open = answer.docking.plus(minutes=request.ship_up.docking_to_hatch_min)
        hatch_close = landing.undocking.plus(minutes=-request.ship_down.hatch_to_undocking_min)
        flight = Flight(
            launch=launch,
            profile=answer.name,
            docking=answer.docking,
            docking_sigma_s=answer.docking_sigma_s,
            hatch_open=Instant.from_utc_minute(hatch_open.ceil_utc_minute()),
            hatch_close=Instant.from_utc_minute(hatch_close.floor_utc_minute()),
            landing=landing,
            backups=backups,
            landing_backups=tuple(sorted(other.landing for other in landings if other.landing > landing.landing)),
            considered=len(self._launches(frozenset(_RULES))),
        )
        return Chosen(flight=flight, trajectory=trajectory)

    def facts(self) -> tuple[str, ...]:
        """What was looked at, in words, one line for each launch in the window."""
        window = self.programme.flight.launch_window
        inside = [launch for launch in self.all_launches if window.contains(launch.launch)]
        lines = [f"{len(inside)} lift-off(s) lie in the launch window {window.start} to {window.end}"]
        lines += [
            f"lift-off {launch.launch.iso()}: "
            + "; ".join(f"{answer.name}: {answer.why}" for answer in launch.profiles)
            for launch in inside[:10]
        ]
        return tuple(lines)


def _landing_like(like: Flight, launch: LaunchOpportunity) -> Instant:
    """The landing of a flight that is to be kept, as many whole days later as this launch is."""
    days = round(launch.launch.seconds_since(like.launch.launch) / 86_400)
    return like.landing.landing.plus(days=days)


def _to_the_second(moment: Instant) -> Instant:
    """The nearest whole second: what a plan commands; forecasts are never better."""
    return Instant(round(moment.tai_ns / NS_PER_S) * NS_PER_S)


def _landing_to_the_second(landing: LandingOpportunity) -> LandingOpportunity:
    return evolve(
        landing,
        landing=_to_the_second(landing.landing),
        undocking=_to_the_second(landing.undocking),
        deorbit=_to_the_second(landing.deorbit),
    )


def _moved(launch: LaunchOpportunity, to: Instant) -> LaunchOpportunity:
    """The same opportunity at another time, its dockings moved with it, all in whole seconds."""
    by_s = to.seconds_since(launch.launch)
    answers = tuple(
        evolve(answer, docking=_to_the_second(answer.docking.plus(seconds=by_s))) for answer in launch.profiles
    )
    return evolve(launch, launch=to, profiles=answers)


def _aged(age_d: float) -> str:
    return f"{age_d:.0f} days old at" if age_d >= 0 else f"of {-age_d:.0f} days after"


def _profile(profiles: tuple[RendezvousProfile, ...], name: str) -> RendezvousProfile:
    return next(profile for profile in profiles if profile.name == name)


def return_profile(programme: Programme) -> ReturnProfile:
    """The return profile asked for; InputError when the ship has none of that name to that site."""
    request = programme.flight
    for profile in request.ship_down.returns:
        if profile.name == request.return_profile and profile.site == request.landing_site:
            return profile
    known = ", ".join(f"{profile.name} to {profile.site}" for profile in request.ship_down.returns)
    raise InputError(
        f"{request.ship_down.id} has no return profile {request.return_profile!r} to {request.landing_site}; "
        f"known: {known}",
        where="flight.return_profile",
    )


# One function a rule: what it asks of a candidate.


@enforces("SEA-01")
def _seats(programme: Programme) -> bool:
    request = programme.flight
    staying = stay_in_ship_up(request)
    most_up = max(len(request.crew_up), len(staying))
    return most_up <= request.ship_up.seats and len(request.crew_down) <= request.ship_down.seats


@enforces("SEA-07")
def _fit_to_go_home(programme: Programme) -> bool:
    return programme.flight.ship_down.id not in unfit_ships(programme.flight)


def seats_fit(programme: Programme) -> bool:
    """Whether everybody finds seat and sleeping place, whatever the flight."""
    return all(holds(programme) for holds in _BEFORE.values())


@enforces("SEA-03")
def _sleeping_places(programme: Programme) -> bool:
    request = programme.flight
    return len({*request.crew_up, *request.crew_aboard}) <= programme.station.sleep_places


@enforces("FLT-04")
def _stay_as_asked(programme: Programme, one: _Candidate) -> bool:
    request = programme.flight
    stay_min = one.landing.undocking.seconds_since(one.answer.docking) / 60
    return abs(stay_min - request.stay_min) <= request.stay_tolerance_min


@enforces("FLT-06")
def _daylight(programme: Programme, one: _Candidate) -> bool:
    lowest = programme.limit("FLT-06", "min_sun_elevation_deg")
    return not programme.flight.landing_by_daylight or one.landing.sun_elevation_deg >= lowest


@enforces("FLT-07")
def _handover(programme: Programme, one: _Candidate) -> bool:
    request = programme.flight
    if not request.crew_aboard:
        return True  # there is nobody to take the station over from
    hatch_open = one.answer.docking.plus(minutes=request.ship_up.docking_to_hatch_min)
    hatch_close = one.landing.undocking.plus(minutes=-request.ship_down.hatch_to_undocking_min)
    together_min = hatch_close.floor_utc_minute() - hatch_open.ceil_utc_minute()
    return together_min >= programme.limit("FLT-07", "min_handover_d") * 1_440


_BEFORE: dict[str, Callable[[Programme], bool]] = {
    "SEA-01": _seats,
    "SEA-03": _sleeping_places,
    "SEA-07": _fit_to_go_home,
}
_OF_LANDING: dict[str, Callable[[Programme, _Candidate], bool]] = {
    "FLT-04": _stay_as_asked,
    "FLT-06": _daylight,
    "FLT-07": _handover,
}
_RULES = ("FLT-01", "FLT-02", "FLT-03", "FLT-05", "FOR-01", *_BEFORE, *_OF_LANDING)
