"""The history of the elements in a programme reaches the plan, its page and its verdict, and a bad set spoils none."""

from __future__ import annotations

import pytest
from attrs import evolve

from hamsafar.domain.elements import Elements
from hamsafar.domain.history import MOST_CARRIED, thinned
from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.export.page import report_html
from hamsafar.formats.elements_file import read_object
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.formats.tle_writer import write_tles
from hamsafar.planning.answer import Made
from hamsafar.planning.make import Options, make_plan
from hamsafar.planning.refresh import Refreshed, refresh
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from refreshable import NEWER, eve, up_to

LARGEST_SET_BYTES = 900  # of plan.json: sixteen names with their numbers, and two or three lines of 69


def made(programme: Programme) -> Plan:
    answer = make_plan(programme, Options(effort=0.4, workers=1))
    assert isinstance(answer, Made), answer
    return read_plan(write_plan(answer.plan))


def resting_on(*sets: Elements) -> Programme:
    return evolve(eve().programme, elements=sets)


def as_of(moment: str) -> Programme:
    return evolve(eve().programme, as_of=Instant.parse(moment), elements=thinned(up_to(moment)))


def spoilt(elements: Elements, **changes: float) -> Elements:
    return read_object(write_tles([evolve(elements, **changes)]), where="made")[0]


def test_the_history_up_to_the_eve_is_in_the_plan_and_keeps_it_small() -> None:
    carried = eve().programme.elements
    assert carried == thinned(up_to("2026-05-24T00:00Z"))
    assert 60 < len(carried) <= MOST_CARRIED
    assert eve().trajectory.elements == carried[-1]
    alone = made(resting_on(carried[-1]))
    grown_bytes = len(write_plan(eve()).encode()) - len(write_plan(alone).encode())
    assert 0 < grown_bytes < LARGEST_SET_BYTES * len(carried)


@pytest.mark.slow
def test_the_same_history_gives_the_same_bytes() -> None:
    first = make_plan(eve().programme, Options(effort=0.4, workers=1))
    again = make_plan(resting_on(*reversed(eve().programme.elements)), Options(effort=0.4, workers=1))
    assert isinstance(first, Made)
    assert isinstance(again, Made)
    assert write_plan(evolve(again.plan, programme=first.plan.programme)) == write_plan(first.plan)


@pytest.mark.slow
def test_the_page_says_how_much_history_there_is_and_the_last_boost() -> None:
    note = eve().trajectory.history_note
    assert note.startswith("90 element sets since 2024-03-26 (2 more not trusted); boosted by 2.9 km about 22 May;")
    assert note in report_html(eve(), verify(eve()), ()).decode()
    alone = made(resting_on(eve().trajectory.elements)).trajectory.history_note
    assert alone == "One element set, of 2026-05-23; one set shows no boost; elements less than a day old."


@pytest.mark.parametrize(
    ("moment", "basis"),
    [("2026-05-18T00:00Z", "near"), ("2026-05-06T00:00Z", "far"), ("2026-04-02T00:00Z", "far")],
    ids=["a week before", "where the phase is foretold badly", "where it is not known"],
)
def test_a_plan_from_any_cut_of_the_history_holds(moment: str, basis: str) -> None:
    plan = made(as_of(moment))
    assert (plan.trajectory.basis, plan.trajectory.elements) == (basis, up_to(moment)[-1])
    assert verify(plan).verdict == "holds"
    assert any("Provisional" in warning for warning in plan.warnings) == (basis == "far")


def test_a_bad_newest_set_is_not_rested_on_and_said_to_be_bad() -> None:
    *good, last = eve().programme.elements
    bad = spoilt(last, inclination_deg=last.inclination_deg + 0.01)
    plan = made(resting_on(*good, bad))
    assert plan.programme.elements[-1] == bad
    assert plan.trajectory.elements == good[-1]
    assert plan.flight.launch.elements_epoch == good[-1].epoch
    assert verify(plan).verdict == "holds"
    assert any(f"elements of {bad.epoch.iso()} are newer" in warning for warning in plan.warnings)
    assert abs(plan.flight.launch.launch.seconds_since(eve().flight.launch.launch)) < 5  # s: planes half a day older


@pytest.mark.slow
def test_a_newest_set_that_puts_the_station_elsewhere_leaves_the_phase_in_doubt() -> None:
    """A boost or a bad set: nobody can tell yet, so the plan says what it doesn't know."""
    last = eve().programme.elements[-1]
    elsewhere = spoilt(last, epoch=last.epoch.plus(hours=2), mean_anomaly_deg=(last.mean_anomaly_deg + 40) % 360)
    plan = made(resting_on(*eve().programme.elements, elsewhere))
    assert (plan.trajectory.basis, plan.trajectory.elements) == ("far", last)
    assert verify(plan).verdict == "holds"
    believed = evolve(plan, trajectory=evolve(plan.trajectory, basis="near", held=None))
    assert any(one.rule == "FOR-01" for one in verify(believed).findings if one.status == "broken")


def test_one_fresh_set_keeps_the_history_that_the_plan_had() -> None:
    newest = up_to(NEWER)[-1]
    found = refresh(eve(), (newest,))
    assert isinstance(found, Refreshed)
    assert found.plan.trajectory.elements == newest
    assert found.plan.programme.elements == thinned((*eve().programme.elements, newest))
    earlier = eve().programme.elements[-5]
    back = refresh(eve(), (earlier,))
    assert isinstance(back, Refreshed)
    assert back.plan.programme.elements == thinned(eve().programme.elements[:-4])


def test_refresh_carries_the_history_given_and_the_doubt_in_it() -> None:
    *good, last = up_to(NEWER)
    bad = spoilt(last, inclination_deg=last.inclination_deg + 0.01)
    found = refresh(eve(), (*good, bad))
    assert isinstance(found, Refreshed)
    plan = read_plan(write_plan(found.plan))
    assert plan.programme.elements == thinned((*good, bad))
    assert plan.trajectory.elements == good[-1]
    assert not [one for one in verify(plan).findings if one.rule == "FOR-01" and one.status != "holds"]
    again = refresh(plan, plan.programme.elements)
    assert isinstance(again, Refreshed)
    assert write_plan(again.plan) == write_plan(plan)
