"""Small stays, built in Python, solved and checked, for tests of the rules aboard."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from typing import Any

from hamsafar.domain.aboard import Activity, Need, Resource, Use, WindowNeed
from hamsafar.domain.plan import Dropped, Flight, LandingOpportunity, LaunchOpportunity, OpenSpan, Placement, WindowList
from hamsafar.domain.programme import FlightRequest, Programme
from hamsafar.planning.crew import crew_placements, crew_problem, dropped, left_undone
from hamsafar.planning.training import Held
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Instant, Span, local_instant, zone
from programmes import LAUNCH, ZONE, person, tiny_programme

GUEST, UP, ABOARD, OTHER = "guest", "host-up", "host-aboard", "host-other"
FIRST_DATE = date(2027, 3, 1)
SLEEP_RULES = ("CRW-01", "CRW-02", "CRW-03")

__all__ = ["LAUNCH", "ZONE", "Held", "Use", "WindowNeed"]


def at(day: int, clock: str) -> Instant:
    """A station-local time of a flight day: `at(2, "08:00")`."""
    return local_instant(date(FIRST_DATE.year, FIRST_DATE.month, day), time.fromisoformat(clock), ZONE)


def label(moment: Instant) -> str:
    """`2 08:00`: flight day and station-local time."""
    local = moment.datetime(zone(ZONE))
    return f"{(local.date() - FIRST_DATE).days + 1} {local:%H:%M}"


def flight_of(launch: Instant, docking: Instant, undocking: Instant, landing: Instant, hatch_min: int = 90) -> Flight:
    """A flight by its four moments; hatches open and close `hatch_min` after docking and before undocking."""
    lift_off = LaunchOpportunity(
        launch=launch, sigma_s=1, crossing=launch, branch="ascending", azimuth_deg=42, plane_offset_deg=0,
        phase_deg=None, phase_sigma_deg=None, beta_deg=0, pad_sun_elevation_deg=10, elements_epoch=launch,
        elements_age_d=0, basis="far", profiles=(),
    )  # fmt: skip
    down = LandingOpportunity(
        landing=landing, sigma_s=60, undocking=undocking, deorbit=landing.plus(minutes=-50), crossrange_km=0,
        station_lead_deg=0, sun_elevation_deg=10, free_flight_min=60,
        elements_epoch=launch, elements_age_d=0, basis="far",
    )  # fmt: skip
    return Flight(
        launch=lift_off, profile="fast", docking=docking, docking_sigma_s=60,
        hatch_open=docking.plus(minutes=hatch_min), hatch_close=undocking.plus(minutes=-hatch_min), landing=down,
        backups=(), landing_backups=(), considered=1,
    )  # fmt: skip


# Lift-off at noon of flight day 1; hatches open at 17:00 and close at 12:30 of flight day 4; landing at 20:00.
FLIGHT = flight_of(LAUNCH, at(1, "15:30"), at(4, "14:00"), at(4, "20:00"))


def need(*candidates: str, count: int | None = None, function: str = "worker", certificate: str | None = None) -> Need:
    """All of these serve, unless `count` says how many."""
    number = len(candidates) if count is None else count
    return Need(function=function, candidates=candidates, count=number, certificate=certificate)


def activity(id_: str, duration: int = 60, *needs: Need, hours: tuple[str, str] | None = None, **more: Any) -> Activity:
    """Something the guest does once, not counted as work; `hours` are its `starts_between`."""
    facts: dict[str, Any] = {
        "title": id_,
        "kind": "free",
        "who": needs or (need(GUEST, function="self"),),
        "work": False,
        "starts_between": None if hours is None else tuple(time.fromisoformat(clock) for clock in hours),
    }
    prefer = more.pop("prefer", None)
    return Activity(
        id=id_, duration_min=duration, prefer=None if prefer is None else time.fromisoformat(prefer), **(facts | more)
    )


def sleep(minutes: int = 480, *people: str, **more: Any) -> Activity:
    """Everybody's sleep, best from 21:30."""
    who = need(*(people or (GUEST, UP, ABOARD)), count=1, function="sleeper")
    return activity("sleep", minutes, who, kind="sleep", repeat="each-person-day", prefer="21:30", **more)


def programme(
    *activities: Activity,
    resources: Iterable[tuple[str, int]] = (),
    up: tuple[str, ...] = (GUEST, UP),
    aboard: tuple[str, ...] = (ABOARD,),
    down: tuple[str, ...] = (ABOARD,),
    **more: Any,
) -> Programme:
    """A guest and a host come up and stay; a host aboard goes down. `rules` are overrides of figures."""
    bare = tiny_programme(trainees=(person(GUEST),))
    request = {name: getattr(bare.flight, name) for name in FlightRequest.__annotations__}
    request |= {"crew_up": up, "crew_aboard": aboard, "crew_down": down, "guest": GUEST}
    hosts = tuple(person(id_, "crew") for id_ in dict.fromkeys((*up, *aboard)) if id_ != GUEST)
    return tiny_programme(
        trainees=(person(GUEST),),
        people=hosts,
        flight=FlightRequest(**request),
        term=None,
        activities=activities,
        resources=tuple(Resource(id=id_, title=id_, capacity=capacity) for id_, capacity in resources),
        **more,
    )


def windows(*spans: tuple[Instant, Instant], kind: Any = "relay", of: str | None = None, sigma_s: float | None = 0.0):
    """One list of windows."""
    opened = tuple(OpenSpan(start=start, end=end, sigma_s=sigma_s) for start, end in spans)
    return WindowList(kind=kind, of=of, title=kind, basis="near", known=(Span(LAUNCH, at(9, "00:00")),), spans=opened)


def problem_of(
    asked: Programme,
    *without: str,
    flight: Flight = FLIGHT,
    open_: tuple[WindowList, ...] = (),
    held: tuple[Held, ...] = (),
) -> Problem:
    """The problem; nobody need sleep where the programme has no sleep."""
    sleepless = () if any(one.kind == "sleep" for one in asked.activities) else SLEEP_RULES
    return crew_problem(asked, flight, open_, held, without=frozenset((*without, *sleepless)))


def planned(asked: Programme, *without: str, **more: Any) -> dict[str, Placement]:
    """The placements by id, one worker, checked against the problem they answer."""
    return _answered(asked, *without, **more)[0]


def planned_and_dropped(asked: Programme, *without: str, **more: Any) -> tuple[dict[str, Placement], dict[str, str]]:
    """The placements by id, and id → reason of what was left out."""
    found, out = _answered(asked, *without, **more)
    return found, {one.id: one.why for one in out}


def _answered(asked: Programme, *without: str, **more: Any) -> tuple[dict[str, Placement], tuple[Dropped, ...]]:
    problem = problem_of(asked, *without, **more)
    answer = solve(problem, effort=2.0)
    assert isinstance(answer, Solved), answer
    assert check(problem, answer.placed) == ()
    flight = more.get("flight", FLIGHT)
    placements = crew_placements(asked, flight, problem, answer)
    undone = left_undone(asked, flight, more.get("open_", ()), [one.id for one in placements])
    return {one.id: one for one in placements}, (*dropped(asked, problem, answer), *undone)


def refused(asked: Programme, *without: str, **more: Any) -> set[str]:
    """The rules of the conflict that there is."""
    answer = solve(problem_of(asked, *without, **more), effort=2.0)
    assert isinstance(answer, Conflict), answer
    return {tag.rule for tag in answer.tags}
