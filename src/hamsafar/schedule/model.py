"""A problem as a solver's model: variables, constraints and objective terms put together."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.build import BUILDERS
from hamsafar.schedule.build.alike import order_alike
from hamsafar.schedule.build.demands import soft_demands
from hamsafar.schedule.build.redundant import add_team_capacities
from hamsafar.schedule.large.windows import add_windows, window_stretches
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


def assemble(problem: Problem, *, windows: bool = False) -> Assembled:
    """Builds the whole model, without any objective set; with a literal for each window where those are asked for."""
    model = cp_model.CpModel()
    model.name = problem.name
    made = variables_of(problem, model, _stretches(problem, windows=windows))
    made.windows = windows
    for task in problem.tasks:
        soft_demands(made, task)
    for constraint in problem.constraints:
        BUILDERS[type(constraint)].add(made, constraint)
    add_team_capacities(made)
    if windows:
        add_windows(made)
    order_alike(made)
    return Assembled(made, tuple(term_of(made, objective) for objective in problem.objectives))


def _stretches(problem: Problem, *, windows: bool) -> Iterator[Stretch]:
    tasks = {task.id: task for task in problem.tasks}
    possible = {task.id: possible_starts(problem, task) for task in problem.tasks}
    for constraint in problem.constraints:
        yield from BUILDERS[type(constraint)].stretches(constraint, tasks, possible)
    for objective in problem.objectives:
        yield from objective_stretches(objective)
    if windows:
        yield from window_stretches(problem, possible)
