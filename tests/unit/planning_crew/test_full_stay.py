"""Six people for a week with all that a real stay has: solved, and judged by code of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise

import pytest

from aboard import (
    ABOARD,
    GUEST,
    OTHER,
    UP,
    Held,
    Use,
    WindowNeed,
    activity,
    at,
    flight_of,
    label,
    need,
    problem_of,
    programme,
    sleep,
    windows,
)  # fmt: skip
from hamsafar.domain.aboard import Activity
from hamsafar.domain.plan import Flight, Placement, WindowList
from hamsafar.domain.training import After
from hamsafar.planning.crew import crew_placements, dropped
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve

UP2, THIRD = "host-up-2", "host-third"
HOSTS = (UP, UP2, ABOARD, OTHER, THIRD)
EVERYONE = (GUEST, *HOSTS)
CREW = {"up": (UP, UP2, GUEST), "aboard": (ABOARD, OTHER, THIRD), "down": (ABOARD, OTHER, GUEST)}
RELAY = WindowNeed(kind="relay")


def own(id_: str, minutes: int, kind: str, hours: tuple[str, str], prefer: str, who=EVERYONE, **more) -> Activity:
    each = need(*who, count=1, function="self")
    return activity(id_, minutes, each, kind=kind, hours=hours, prefer=prefer, repeat="each-person-day", **more)


def guests(id_: str, minutes: int, *others, **more) -> Activity:
    facts = {"kind": "experiment", "work": True, "guest_programme": True, **more}
    return activity(id_, minutes, need(GUEST, function="operator", certificate="paper"), *others, **facts)


def everybodys() -> Iterator[Activity]:
    yield sleep(480, *EVERYONE)
    yield own("breakfast", 30, "meal", ("04:00", "14:00"), "07:00")
    yield own("lunch", 45, "meal", ("09:00", "18:00"), "12:15")
    yield own("dinner", 45, "meal", ("15:00", "23:30"), "18:30")
    yield own("wash", 30, "hygiene", ("04:00", "22:00"), "06:30")
    yield own("run", 60, "exercise", ("05:00", "22:30"), "16:00", HOSTS, uses=(Use(resource="treadmill"),))
    yield own("ride", 45, "exercise", ("05:00", "22:30"), "16:30", (GUEST,), flight_days=(2, 3, 4, 5, 6, 7))
    yield own(
        "repairs", 120, "station-work", ("06:00", "20:00"), "14:00", (OTHER, THIRD), flight_days=(2, 3, 4, 5, 6, 7)
    )
    for name, hours, prefer in (("morning", ("06:00", "13:00"), "08:00"), ("evening", ("14:00", "22:00"), "19:30")):
        crew = need(*EVERYONE, function="crew")
        yield activity(
            f"{name}-talk", 15, crew, kind="conference", hours=hours, prefer=prefer, repeat="each-day", window=RELAY
        )


def guests_programme() -> Iterator[Activity]:
    speaker, camera = need(GUEST, function="speaker"), need(*HOSTS, count=1, function="camera")
    yield activity("brief", 40, need(ABOARD, UP, UP2, GUEST), kind="safety")
    yield activity("arrival", 60, need(UP, UP2, GUEST), kind="arrival", after=(After(of="brief", max_gap_min=240),))
    yield activity(
        "liner", 90, need(GUEST), need(OTHER, function="helper"), kind="transfer", after=(After(of="brief"),)
    )
    yield activity("farewell", 30, need(*EVERYONE), kind="farewell", flight_days=(7, 8), window=RELAY)
    yield activity("pack", 90, need(GUEST, ABOARD), kind="descent", after=(After(of="farewell", max_gap_min=1_440),))
    yield activity(
        "link", 20, speaker, kind="link", repeat="each-day", times=2, spacing_min=240, hours=("11:00", "23:00"),
        window=RELAY, work=True,
    )  # fmt: skip
    yield activity(
        "lesson", 30, speaker, camera, kind="outreach", times=2, spacing_min=2_400, window=RELAY, work=True,
        guest_programme=True, optional=True, value=60,
    )  # fmt: skip
    for block in ("dawn", "noon", "dusk"):
        need_ = WindowNeed(kind="prayer", of=block)
        yield activity(block, 10, kind="prayer", repeat="each-day", window=need_, optional=True, value=40)
    yield guests(
        "fluid",
        90,
        times=3,
        spacing_min=1_200,
        uses=(Use(resource="rack"), Use(resource="power", amount=400)),
        quiet=True,
    )
    yield guests("crystal", 45, flight_days=(2, 3), uses=(Use(resource="rack"), Use(resource="power", amount=300)))
    yield guests(
        "cells", 55, need(*HOSTS, count=1, function="helper"), times=2, spacing_min=2_640, uses=(Use(resource="box"),)
    )
    yield guests("seeds", 60, flight_days=(1, 2, 3), uses=(Use(resource="box"), Use(resource="power", amount=200)))
    yield guests("seeds-look", 30, times=3, spacing_min=1_200, after=(After(of="seeds", min_gap_min=1_080),))
    yield guests("saliva", 15, times=3, spacing_min=2_400, hours=("05:00", "14:00"))
    yield guests("veins", 60, need(THIRD, UP, count=1, function="helper"), times=2, spacing_min=3_600)
    yield guests("alloy", 50, times=2, spacing_min=1_800, uses=(Use(resource="power", amount=1_100),))
    yield guests("dose", 20, times=3, spacing_min=2_400)
    yield guests("balance", 40, times=2, spacing_min=2_880)
    yield guests("water", 30, times=2, spacing_min=1_800, optional=True, value=25)
    yield guests("coating", 40, uses=(Use(resource="box"),), optional=True, value=30)
    yield guests("panel", 40, uses=(Use(resource="rack"),), quiet=True, optional=True, value=30)


RESOURCES = [("treadmill", 1), ("rack", 1), ("box", 1), ("power", 1_500)]
HELD = (Held(person=GUEST, certificate="paper", valid_from=date(2027, 1, 1), valid_until=date(2028, 1, 1)),)


def open_windows(flight: Flight) -> tuple[WindowList, ...]:
    """Relay links of 35 min in every 46, and three stretches for prayers a day."""
    links = []
    while not links or links[-1][1] < flight.landing.undocking:
        start = links[-1][0].plus(minutes=46) if links else flight.docking
        links.append((start, start.plus(minutes=35)))
    days = range(1, 9)
    blocks = {"dawn": ("04:50", "06:20"), "noon": ("12:50", "18:40"), "dusk": ("18:40", "23:50")}
    prayers = (
        windows(*((at(day, opens), at(day, closes)) for day in days), kind="prayer", of=block)
        for block, (opens, closes) in blocks.items()
    )
    return (windows(*links, sigma_s=30.0), *prayers)


def shifted(lift_off: str) -> Flight:
    launch = at(1, lift_off)
    docking = launch.plus(hours=3.5)
    undocking = docking.plus(hours=7 * 24 + 3)
    return flight_of(launch, docking, undocking, undocking.plus(hours=9), hatch_min=120)


def asked_for():
    return programme(*everybodys(), *guests_programme(), resources=RESOURCES, **CREW)


@pytest.mark.slow
@pytest.mark.parametrize("lift_off", ["06:00", "13:00"])
def test_a_hint_is_found_for_all_that_is_mandatory(lift_off: str) -> None:
    flight = shifted(lift_off)
    ensure_hinted(problem_of(asked_for(), flight=flight, open_=open_windows(flight), held=HELD))


def ensure_hinted(problem: Problem) -> None:
    assert [task.id for task in problem.tasks if not task.optional and task.id not in problem.hint] == []
    assert len(problem.tasks) > 350


@pytest.mark.slow
def test_a_whole_stay_keeps_the_rules() -> None:
    flight, asked = shifted("09:20"), asked_for()
    open_ = open_windows(flight)
    problem = problem_of(asked, flight=flight, open_=open_, held=HELD)
    ensure_hinted(problem)
    answer = solve(problem, effort=0.1, workers=2)
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    found = crew_placements(asked, flight, problem, answer)
    left_out = {one.id for one in dropped(asked, problem, answer)}
    assert {one.id for one in found} | left_out == {task.id for task in problem.tasks}
    for person in EVERYONE:
        mine = [one for one in found if person in one.person_ids]
        assert all(not a.span.overlaps(b.span) for a, b in combinations(mine, 2))
        meals = sorted(one.start for one in mine if one.kind == "meal")
        assert all(later.seconds_since(sooner) >= 180 * 60 for sooner, later in pairwise(meals))
        assert list(faults_of_exercise(mine)) == []
        assert max(work_a_day(asked, mine).values(), default=0) <= (513 if person == GUEST else 570)
    quiet = [one for one in found if asked.activity(one.of).quiet]
    assert not any(a.span.overlaps(b.span) for a in quiet for b in found if b.kind == "exercise")
    linked = [one for one in found if asked.activity(one.of).window == RELAY]
    assert all(any(span.start.plus(seconds=30) <= one.start and one.end <= span.end.plus(seconds=-30)
                   for span in open_[0].spans) for one in linked)  # fmt: skip


def faults_of_exercise(mine: list[Placement]) -> Iterator[tuple[str, str]]:
    for a in mine:
        for b in mine:
            gap_min = b.start.seconds_since(a.end) / 60
            if (a.kind, b.kind) == ("meal", "exercise") and 0 <= gap_min < 60:
                yield a.id, b.id
            if a.kind == "exercise" and b.kind in ("link", "outreach") and 0 <= gap_min < 30:
                yield a.id, b.id


def work_a_day(asked, mine: list[Placement]) -> dict[str, float]:
    days: dict[str, float] = {}
    for one in mine:
        if asked.activity(one.of).work:
            day = label(one.start).split()[0]
            days[day] = days.get(day, 0) + one.span.seconds / 60
    return days
