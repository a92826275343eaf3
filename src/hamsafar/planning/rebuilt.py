"""The scheduling problem of a stage again, from a plan alone, and the plan's own placements as its schedule."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from hamsafar.domain.plan import Plan, Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.as_placed import as_placed
from hamsafar.planning.brought import brought
from hamsafar.planning.crew import crew_problem
from hamsafar.planning.crew.stowage import with_stand_ins
from hamsafar.planning.happened import with_what_happened
from hamsafar.planning.limits import with_every_figure
from hamsafar.planning.training import certificates_held, training_problem, with_days_away
from hamsafar.schedule.check import Violation, check
from hamsafar.schedule.problem import Placed, Problem


@frozen(kw_only=True, eq=False)
class StageAgain:
    """A stage's problem, the plan's schedule of it, and what that breaks (of a plan of ours: nothing)."""

    stage: Stage
    problem: Problem
    placed: Mapping[str, Placed]
    broken: tuple[Violation, ...]


def stage_again(plan: Plan, stage: Stage) -> StageAgain:
    """The problem of a stage as the plan's programme, flight, windows and certificates make it; without a hint."""
    problem = problem_of(plan, plan.programme, stage)
    own = [one for one in plan.placements if one.stage == stage]
    past = brought(plan.programme)
    placed = {
        id_: Placed(start=place.start) if id_ in past.done else place
        for id_, place in with_stand_ins(problem, as_placed(problem, own)).items()
    }
    if stage == "training":
        placed = with_days_away(problem, placed)
    return StageAgain(stage=stage, problem=problem, placed=placed, broken=check(problem, placed))


def problem_of(plan: Plan, programme: Programme, stage: Stage, *, whole: bool = False) -> Problem:
    """The problem of a stage of a plan, were this its programme; flight, windows and certificates as in the plan.

    `whole`: with nothing left out because of what could give way.
    """
    programme = with_every_figure(programme)
    if stage == "training":
        problem = training_problem(programme, plan.flight.launch.launch, plan.flight.landing.landing, hinted=False)
    else:
        term = [one for one in plan.placements if one.stage == "training"]
        held = certificates_held(programme, term if programme.term is not None else None)
        problem = crew_problem(programme, plan.flight, plan.windows, held, hinted=False, whole=whole)
    past = brought(programme)
    done = [one for one in plan.placements if one.stage == stage and one.id in past.done]
    return with_what_happened(problem, past, done)
