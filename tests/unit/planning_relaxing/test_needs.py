"""What activities need and can't have: the conflict in words, and the least that would have to give."""

from __future__ import annotations

from functools import partial

from attrs import evolve

import aboard
from aboard import ABOARD, UP, Use, activity, at, need, programme
from hamsafar.domain.aboard import Resource, Sample
from hamsafar.domain.programme import PlannedBoost, Programme
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.figures import Asked
from hamsafar.planning.make import Options
from hamsafar.planning.relaxing import no_plan
from hamsafar.schedule.problem import Conflict
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Span


def told(asked: Programme) -> NoPlan:
    build = partial(crew_problem, flight=aboard.FLIGHT, windows=(), held=(), without=frozenset(aboard.SLEEP_RULES))
    problem = build(asked, hinted=False)
    conflict = solve(problem, effort=2.0)
    assert isinstance(conflict, Conflict)
    return no_plan(
        Asked(
            programme=asked, stage="flight", flight=aboard.FLIGHT, problem=problem, conflict=conflict, build=build,
            whole=partial(build, whole=True),
        ),
        Options(effort=1.0, workers=1),
    )  # fmt: skip


def proved(answer: NoPlan, rule: str) -> list[str]:
    return [one.sentence for one in answer.relaxations if one.rule == rule and one.proved]


def clashing(answer: NoPlan) -> str:
    return " | ".join(clash.sentence for clash in answer.clashes)


def test_a_team_that_is_not_there() -> None:
    calendar = evolve(programme().calendars[0], id="console")  # 08:00 to 12:00 and 14:00 to 18:00
    team = Resource(id="team", title="Team", capacity=1, calendar="console")
    watched = activity("watched", 60, uses=(Use(resource="team"),), flight_days=(2,), hours=("12:10", "12:50"))
    asked = evolve(programme(watched), resources=(team,), calendars=(*programme().calendars, calendar))
    answer = told(asked)
    assert "RES-03: team is used only while it is there" in clashing(answer)
    (sentence,) = proved(answer, "RES-03")
    assert sentence.startswith("RES-03: have team on 2027-03-02 from 12:")
    assert sentence.endswith("for watched#1")


def test_a_freezer_that_is_full() -> None:
    def sample(name: str, amount: int) -> Sample:
        kept = Use(resource="freezer", amount=amount)
        return Sample(sample=name, mass_g=1, stowed_min=2_000, kept_in=kept)

    work = [
        one
        for name, amount in (("a", 300), ("b", 250))
        for one in (
            activity(f"take-{name}", 20, yields=(sample(name, amount),), flight_days=(2,), hours=("08:00", "09:00")),
            activity(f"stow-{name}", 20, stows=(name,), flight_days=(2,), hours=("10:00", "11:00")),
        )
    ]
    freezer = Resource(id="freezer", title="Freezer", capacity=500, unit="g")
    answer = told(evolve(programme(*work), resources=(freezer,)))
    assert "RES-04: freezer holds no more than 500 at a time" in clashing(answer)
    assert proved(answer, "RES-04") == ["RES-04: room for 550 g instead of 500 g in freezer"]


def test_nobody_who_could_do_both() -> None:
    asked = programme(
        activity("setup", 60, need(UP, ABOARD, count=1), flight_days=(2,), hours=("09:00", "09:01")),
        activity("run", 60, need(UP, ABOARD, count=1), flight_days=(2,), hours=("12:00", "12:01"),
                 same_people_as=("setup",)),
        activity("busy-up", 60, need(UP), flight_days=(2,), hours=("09:00", "09:01")),
        activity("busy-aboard", 60, need(ABOARD), flight_days=(2,), hours=("12:00", "12:01")),
    )  # fmt: skip
    answer = told(asked)
    assert "CRW-25: run is done by the people it is to be done by" in clashing(answer)
    assert proved(answer, "CRW-25") == ["CRW-25: don't ask who does run and who does setup for setup#1, run#1"]


def test_two_that_have_to_be_at_once() -> None:
    asked = programme(
        activity("look", 60, flight_days=(2,), hours=("12:00", "12:01"), apart_from=("pump",)),
        activity("pump", 60, need(UP), flight_days=(2,), hours=("12:10", "12:11")),
    )
    answer = told(asked)
    assert "CRW-26: look is kept apart" in clashing(answer)
    (sentence,) = proved(answer, "CRW-26")
    assert sentence.startswith("CRW-26: let look#1 and pump#1 run at the same time")


def test_quiet_beside_a_boost() -> None:
    boost = PlannedBoost(span=Span(at(2, "12:00"), at(2, "12:10")), reason="raises the orbit")
    still = activity("still", 60, need(ABOARD), quiet=True, flight_days=(2,), hours=("10:45", "11:00"))
    answer = told(programme(still, boosts=(boost,)))
    assert "CRW-27: still, which needs quiet, keeps clear of docking, undocking and boosts; boost 2027-03-02 12:00" in (
        clashing(answer)
    )
    (sentence,) = proved(answer, "CRW-27")
    assert sentence.startswith("CRW-27: let still#1 start at 2027-03-02 10:45")
