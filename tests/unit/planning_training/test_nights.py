"""Nights in quarantine: whether they find a way to lift-off, against every way there is; plans and the verifier."""

from __future__ import annotations

from datetime import time
from itertools import product

import pytest
from attrs import evolve

from ground import planned
from hamsafar.domain.training import Milestone
from hamsafar.planning.training.grid import TermGrid
from hamsafar.planning.training.nights import nights_of
from hamsafar.timeline import Instant
from hamsafar.verify import CHECKERS
from hamsafar.verify.case import Case
from programmes import LAUNCH, After, limits, phase, session, subject, tiny_programme
from termed import termed_plan

PERSON = "trainee-prime"
LATER, SOONER, SLEEP, LEAST, MOST = 120, 60, 480, 240, 600  # the rule book's figures, min


def programme(quarantine_d: int):
    """One trainee, a session before quarantine, and a milestone that it waits for."""
    review = Milestone(
        id="review", title="Review", kind="review", from_d=28, to_d=20, duration_min=60, calendar="work", owner="host"
    )
    in_term = {"quarantine_d": quarantine_d, "usual_night": (time(22), time(6)), "phases": (phase("basics", 28, 15),)}
    waiting = session("a/x", after=(After(of="milestone/review"),))
    return tiny_programme(subject(waiting), in_term=in_term, milestones=(review,))


def ways(launch_min: int, quarantine_min: int) -> set[int]:
    """The numbers of nights with which a way leads to lift-off: all that there are, one after the other, all steps.

    Minutes from the 22:00 with which the count of nights begins; steps of an hour reach whatever these figures reach.
    """
    first = -(-(launch_min - quarantine_min) // 1_440) * 1_440
    found, reached = set(), {first}
    for count in range(1, 20):
        steps = {(at, at + later) for at in reached for later in range(-SOONER, LATER + 1, 60)}
        usual = first + (count - 1) * 1_440
        reached = {to for at, to in steps if (to - usual) * (to - at) >= 0 and (at - usual) * (to - usual) >= 0}
        if any(launch_min - MOST <= at + SLEEP <= launch_min - LEAST for at in reached):
            found.add(count)
        reached = {at + 1_440 for at in reached}
    return found


@pytest.mark.parametrize("quarantine_d", [0, 1, 2, 3, 5, 8, 14])
def test_nights_find_a_way_where_there_is_one(quarantine_d: int) -> None:
    base = Instant.utc(2027, 2, 28, 14, 0)  # 22:00 on the wall clock
    for hour in range(24):
        launch = base.plus(hours=hour)
        asked = programme(quarantine_d)
        grid = TermGrid(programme=asked, term=asked.term, launch=launch, landing=launch.plus(days=8))
        nights = nights_of(grid, PERSON)
        possible = ways(hour * 60, quarantine_d * 1_440)
        if nights and all(one.least <= one.most for one in nights):
            assert len(nights) in possible
            last = nights[-1]
            awake = grid.end - (last.usual + last.least + SLEEP)
            assert LEAST <= awake <= MOST
            assert last.least == last.most
        else:
            assert not possible, (quarantine_d, hour)


@pytest.mark.parametrize(("hour", "quarantine_d"), list(product((1, 4, 9, 18, 22), (8, 14))))
def test_the_verifier_finds_nothing(hour: int, quarantine_d: int) -> None:
    launch = LAUNCH.plus(hours=hour - 4)
    asked = programme(quarantine_d)
    plan = termed_plan(asked, *planned(asked, launch=launch).values())
    flown = _lifted_off(plan, launch)
    case = Case(flown, {one.rule: one.params for one in limits()})
    for rule in ("TRN-16", "MIL-01", "MIL-02", "PPL-01", "ORD-01"):
        assert list(CHECKERS[rule](case)) == []


def _lifted_off(plan, launch: Instant):
    return evolve(plan, flight=evolve(plan.flight, launch=evolve(plan.flight.launch, launch=launch)))
