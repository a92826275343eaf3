"""A problem as a solver's model: variables, constraints and objective terms put together."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build import BUILDERS
from hamsafar.schedule.build.alike import order_alike
from hamsafar.schedule.build.demands import soft_demands
from hamsafar.schedule.build.redundant import add_team_capacities
from hamsafar.schedule.making import variables_of
from hamsafar.schedule.objective import Term, objective_stretches, term_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.variables import Stretch, Variables


@frozen
class Assembled:
    """A model ready to solve. Never leaves the room."""

    variables: Variables
    terms: tuple[Term, ...]

    @property
    def model(self) -> cp_model.CpModel:
        """The solver's own model."""
        return self.variables.model


def assemble(problem: Problem) -> Assembled:
    """Builds the whole model, without any objective set."""
    model = cp_model.CpModel()
    model.name = problem.name
    made = variables_of(problem, model, _stretches(problem))
    for task in problem.tasks:
        soft_demands(made, task)
    for constraint in problem.constraints:
        BUILDERS[type(constraint)].add(made, constraint)
    add_team_capacities(made)
    order_alike(made)
    return Assembled(made, tuple(term_of(made, objective) for objective in problem.objectives))


def _stretches(problem: Problem) -> Iterator[Stretch]:
    tasks = {task.id: task for task in problem.tasks}
    possible = {task.id: possible_starts(problem, task) for task in problem.tasks}
    for constraint in problem.constraints:
        yield from BUILDERS[type(constraint)].stretches(constraint, tasks, possible)
    for objective in problem.objectives:
        yield from objective_stretches(objective)
