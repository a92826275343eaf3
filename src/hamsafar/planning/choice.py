"""Which flight: one launch, one rendezvous profile, one landing that fit the request, or the rules that clash.

Launches are few (one a day), so all are looked at, in the order of time; the first that fits every rule is taken,
with the accepted profile that is best liked and the landing closest to the stay asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from attrs import evolve, field, frozen

from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Basis, Flight, LandingOpportunity, LaunchOpportunity, ProfileAnswer, Trajectory
from hamsafar.domain.programme import Programme
from hamsafar.domain.vehicles import RendezvousProfile, ReturnProfile
from hamsafar.errors import InputError
from hamsafar.flight.forecast import phase_sigma_deg
from hamsafar.flight.landings import landing_opportunities
from hamsafar.flight.launches import launch_opportunities
from hamsafar.flight.reference import reference_orbit
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.planning.enforces import enforces
from hamsafar.schedule.problem import Tag
from hamsafar.timeline import NS_PER_S, Instant, Span

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


def choose_flight(programme: Programme, *, without: frozenset[str] = frozenset()) -> Chosen | NoFlight:
    """The first flight that fits every rule, or the smallest set of rules that leaves none.

    Raises InputError where no answer can exist (no elements, a pad outside the orbit's latitudes).
    """
    search = _Search(programme=programme)
    active = frozenset(_RULES) - without
    found = search.first(active)
    return found if found is not None else _clash(search, active)


def _clash(search: _Search, active: frozenset[str]) -> NoFlight:
    """Shrinks the rules by deletion until each is needed."""
    needed = active
    for rule in sorted(active):
        if search.first(needed - {rule}) is None:
            needed -= {rule}
    tags = tuple(Tag(rule, search.programme.id) for rule in sorted(needed))
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
    _landings: dict[tuple[Instant, str], tuple[LandingOpportunity, ...]] = field(factory=dict)

    def first(self, active: frozenset[str]) -> Chosen | None:
        """The first flight under these rules, with its backups."""
        if not all(holds(self.programme) for rule, holds in _BEFORE.items() if rule in active):
            return None
        launches = [launch for launch in self._launches(active) if self._answers(launch, active)]
        for number, launch in enumerate(launches):
            for answer in self._answers(launch, active):
                trajectory = self._path(launch, answer, active)
                landings = self._fitting_landings(launch, answer, trajectory, active)
                if landings:
                    later = tuple(other.launch for other in launches[number + 1 : number + 1 + _BACKUPS])
                    return self._chosen(launch, answer, trajectory, landings, later)
        return None

    @enforces("FLT-01", "FLT-02")
    def _launches(self, active: frozenset[str]) -> tuple[LaunchOpportunity, ...]:
        window = self.programme.flight.launch_window
        found = self.all_launches
        if "FLT-01" in active:
            found = tuple(launch for launch in found if window.contains(launch.launch))
        if "FLT-02" not in active and found:
            found = (_moved(found[0], window.start),)
        return found

    @cached_property
    def all_launches(self) -> tuple[LaunchOpportunity, ...]:
        """Every lift-off in the window asked for and a little around it."""
        request, programme = self.programme.flight, self.programme
        found = launch_opportunities(
            programme.elements,
            programme.station,
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
        if "FLT-03" not in active:
            return [next(answer for answer in launch.profiles if answer.name == accepted[0])]
        by_name = {answer.name: answer for answer in launch.profiles}
        possible = [by_name[name] for name in accepted if name in by_name]
        if launch.basis == "far":
            return possible  # the operator sets the phase: the reference trajectory is built for the profile
        return [answer for answer in possible if answer.feasible == "yes"]

    @enforces("FOR-01")
    def _path(self, launch: LaunchOpportunity, answer: ProfileAnswer, active: frozenset[str]) -> Trajectory:
        elements = self._elements_of(launch)
        if launch.basis == "near" or "FOR-01" not in active:
            return Trajectory(basis="near", elements=elements, held=None)
        request = self.programme.flight
        profile = _profile(request.ship_up.profiles, answer.name)
        held = reference_orbit(
            elements,
            self.programme.station,
            request.ship_up,
            self.programme.site(request.pad),
            launch.launch,
            profile,
        )
        note = (
            f"Reference trajectory, provisional: the elements are {launch.elements_age_d:.0f} days old at lift-off, "
            f"so the phase can't be known. The station's mean altitude over its known history "
            f"({self.programme.station.mean_altitude_km:.0f} km) is held, and the phase at lift-off is set to the "
            f"middle of the band of {answer.name}, as the operator would set it."
        )
        return Trajectory(basis="far", elements=elements, held=held, held_note=note)

    def _elements_of(self, launch: LaunchOpportunity) -> Elements:
        return next(e for e in self.programme.elements if e.epoch == launch.elements_epoch)

    def _fitting_landings(
        self, launch: LaunchOpportunity, answer: ProfileAnswer, trajectory: Trajectory, active: frozenset[str]
    ) -> list[LandingOpportunity]:
        """Landings that every active rule admits, the one closest to the stay asked for first."""
        request = self.programme.flight
        candidates = [
            _Candidate(launch=launch, answer=answer, landing=landing)
            for landing in self._all_landings(launch, answer, trajectory, active)
        ]
        tests = [test for rule, test in _OF_LANDING.items() if rule in active]
        fitting = [one.landing for one in candidates if all(test(self.programme, one) for test in tests)]

        def misfit(landing: LandingOpportunity) -> tuple[float, Instant]:
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
            epoch = trajectory.elements.epoch

            def sigma_at(moment: Instant) -> float:
                return phase_sigma_deg(station, moment.seconds_since(epoch) / 86_400)

            found = landing_opportunities(
                trajectory_of(trajectory),
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
            return (evolve(closest, undocking=undocking, landing=landing, deorbit=deorbit),)
        return found

    def _chosen(
        self,
        launch: LaunchOpportunity,
        answer: ProfileAnswer,
        trajectory: Trajectory,
        landings: list[LandingOpportunity],
        backups: tuple[Instant, ...],
    ) -> Chosen:
        request, landing = self.programme.flight, landings[0]
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
            landing_backups=tuple(sorted(other.landing for other in landings[1:] if other.landing > landing.landing)),
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
    return len(request.crew_up) <= request.ship_up.seats and len(request.crew_down) <= request.ship_down.seats


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
    hatch_open = one.answer.docking.plus(minutes=request.ship_up.docking_to_hatch_min)
    hatch_close = one.landing.undocking.plus(minutes=-request.ship_down.hatch_to_undocking_min)
    together_min = hatch_close.floor_utc_minute() - hatch_open.ceil_utc_minute()
    return together_min >= programme.limit("FLT-07", "min_handover_d") * 1_440


_BEFORE: dict[str, Callable[[Programme], bool]] = {"SEA-01": _seats, "SEA-03": _sleeping_places}
_OF_LANDING: dict[str, Callable[[Programme, _Candidate], bool]] = {
    "FLT-04": _stay_as_asked,
    "FLT-06": _daylight,
    "FLT-07": _handover,
}
_RULES = ("FLT-01", "FLT-02", "FLT-03", "FLT-05", "FOR-01", *_BEFORE, *_OF_LANDING)
