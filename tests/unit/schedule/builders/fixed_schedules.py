"""What a model says of schedules: all that hold, and the least amount by which one given schedule breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.making import placed_by
from hamsafar.schedule.model import Assembled, assemble
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Pick, Price, Tag, Task

TAG, PRICE = Tag("RULE-1", "here"), Price("costs")
Starts = Mapping[str, int]  # of the tasks that are present


def problem_of(tasks: tuple[Task, ...], last: int, *constraints: Constraint, first: int = 0) -> Problem:
    """Tasks and constraints in a horizon; nothing is wanted."""
    return Problem(name="few", first=first, last=last, tasks=tasks, constraints=constraints, objectives=())


class _Collecting(cp_model.CpSolverSolutionCallback):
    def __init__(self, assembled: Assembled) -> None:
        super().__init__()
        self.made, self.found = assembled.variables, []

    def on_solution_callback(self) -> None:
        values = [self.value(self.made.model.get_int_var_from_proto_index(k)) for k in range(self.variables)]
        self.found.append(placed_by(self.made, values))

    @property
    def variables(self) -> int:
        return len(self.made.model.proto.variables)


def schedules_in(problem: Problem) -> list[dict[str, Placed]]:
    """Every schedule that the model allows, as the solver counts them out; one may come several times."""
    assembled, solver = assemble(problem), cp_model.CpSolver()
    solver.parameters.enumerate_all_solutions = True
    solver.parameters.num_workers = 1
    collecting = _Collecting(assembled)
    assert solver.solve(assembled.model, collecting) in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return collecting.found


def starts_in(problem: Problem) -> set[frozenset[tuple[str, int]]]:
    """The starts of all schedules that the model allows, each fixed in its turn; nobody is picked."""
    asked = _Asked(problem)
    return {starts_of(starts) for starts in _every(problem) if asked.least_amount(starts, {}) is not None}


def starts_of(starts: Starts) -> frozenset[tuple[str, int]]:
    """Starts that can be compared."""
    return frozenset(starts.items())


def by_trying(problem: Problem, holds: Callable[[Starts], bool]) -> set[frozenset[tuple[str, int]]]:
    """The starts of all schedules that lie in the horizon and hold."""
    return {starts_of(starts) for starts in _every(problem) if holds(starts)}


def _every(problem: Problem) -> Iterator[Starts]:
    choices: list[list[int | None]] = [
        [*range(problem.first, problem.last - task.duration + 1), *([None] if task.optional else [])]
        for task in problem.tasks
    ]
    for chosen in product(*choices):
        yield {task.id: start for task, start in zip(problem.tasks, chosen, strict=True) if start is not None}


def least_amount(problem: Problem, starts: Starts, picked: Mapping[str, tuple[str, ...]] | None = None) -> int | None:
    """The least that all amounts add up to when the tasks lie so (others are left out); None where they can't."""
    return _Asked(problem).least_amount(starts, picked or {})


class _Asked:
    """One model, made once, of which one schedule after another is asked: most of the time goes into making it."""

    def __init__(self, problem: Problem) -> None:
        self._first = problem.first
        self._assembled, self._solver = assemble(problem), cp_model.CpSolver()
        self._solver.parameters.num_workers = 1
        self._solver.parameters.fix_variables_to_their_hinted_value = True
        self._model = self._assembled.model
        self._model.minimize(sum(amount.variable for amount in self._assembled.variables.amounts))

    def least_amount(self, starts: Starts, picked: Mapping[str, tuple[str, ...]]) -> int | None:
        made, fixed = self._assembled.variables, dict[int, int]()
        for variable, value in (
            *((made.present[name], int(name in starts)) for name in made.tasks),
            *((made.start[name], starts[name] - self._first) for name in made.tasks if name in starts),
            *((literal, int(who in picked.get(task, ()))) for (task, _, _, who), literal in made.picked.items()),
        ):
            index, number = (variable.index, value) if variable.index >= 0 else (~variable.index, 1 - value)
            if fixed.setdefault(index, number) != number:
                return None  # one variable stands for both, as for two tasks that are always there
        self._model.clear_hints()
        for index, number in fixed.items():
            self._model.add_hint(self._model.get_int_var_from_proto_index(index), number)
        status = self._solver.solve(self._model)
        assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
        return round(self._solver.objective_value) if status == cp_model.OPTIMAL else None


def picking(name: str, *candidates: str, count: int = 1, optional: bool = False) -> Task:
    """A task of one tick that picks some of these people; its pick is soft, so that any number of them may come."""
    pick = Pick(name="crew", count=count, candidates=candidates, tag=TAG, price=Price("people", 0))
    return Task(id=name, duration=1, picks=(pick,), optional=optional)
