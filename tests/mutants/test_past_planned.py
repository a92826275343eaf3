"""Planned on from the middle of the term, and from the middle of the flight: the verifier lets it hold."""

from __future__ import annotations

from attrs import evolve
from herd import as_planned, placed, so_far

from hamsafar.domain.plan import Placement, Plan
from hamsafar.planning.crew import crew_placements, crew_problem, dropped, left_undone
from hamsafar.planning.hosts_minutes import account_of
from hamsafar.planning.training import certificates_held, training_placements, training_problem
from hamsafar.schedule.problem import Solved
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Instant
from hamsafar.verify import verify
from handmade import far_plan


def planned_on(plan: Plan) -> Plan:
    """Both stages planned anew for the plan's programme; who served as what in what has been is not asked anew."""
    programme, flight = plan.programme, plan.flight
    problem = training_problem(programme, flight.launch.launch)
    answer = solve(problem, effort=0.1)
    assert isinstance(answer, Solved), answer
    term = training_placements(programme, problem, answer)
    problem = crew_problem(programme, flight, plan.windows, certificates_held(programme, term))
    answer = solve(problem, effort=0.1)
    assert isinstance(answer, Solved), answer
    aboard = crew_placements(programme, flight, problem, answer)
    done = {record.placement for record in programme.happened if record.outcome == "done"}

    def with_roles(made: Placement) -> Placement:
        old = placed(plan, made.id) if made.id in done else made
        assert (made.start, made.end) == (old.start, old.end) or made.id not in done
        return old

    placements = tuple(with_roles(one) for one in (*term, *aboard))
    undone = left_undone(programme, flight, plan.windows, [one.id for one in placements])
    account = account_of(programme, flight, placements)
    left_out = (*dropped(programme, problem, answer), *undone)
    return evolve(plan, placements=placements, dropped=left_out, hosts_minutes=account)


def not_held(plan: Plan) -> list[str]:
    return [found.sentence for found in verify(plan).findings if found.status != "holds"]


def test_from_the_middle_of_the_term() -> None:
    plan = far_plan()
    spin = placed(plan, "ship/spin@trainee-backup")
    anew = planned_on(so_far(plan, spin.end, as_planned(spin, outcome="missed")))
    assert not_held(anew) == []
    assert placed(anew, spin.id).start >= spin.end
    assert placed(anew, "ship/theory") == placed(plan, "ship/theory")


def test_from_the_middle_of_the_flight() -> None:
    plan, now = far_plan(), Instant.parse("2027-06-03T04:00Z")
    liner, exercise = placed(plan, "liner#1"), placed(plan, "exercise@2@trainee-prime#1")
    missed = [as_planned(one, outcome="missed") for one in (liner, exercise)]
    anew = planned_on(so_far(plan, now, *missed))
    assert not_held(anew) == []
    assert placed(anew, liner.id).start >= now
    assert exercise.id not in {one.id for one in anew.placements}
    assert [one.why for one in anew.dropped if one.id == exercise.id] == ["was missed on 2027-06-02; its day is over"]
    kept = [one for one in plan.placements if one.start < now and one not in (liner, exercise)]
    assert set(kept) <= set(anew.placements)
