"""A second model of larger problems, tick by tick: one literal for each start of each task in each mode.

It shares nothing with the engine's own models, which know intervals and distances, but the solver underneath. It knows
what projects are made of, all of it hard: lags, capacities, things taken once at a time, picks, and the two objectives
that look at ends.
"""

from __future__ import annotations

from itertools import product

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Capacity, Lag, NoOverlap
from hamsafar.schedule.objectives import Lateness, Makespan, Objective
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Mode, Pick, Task

Whole = cp_model.LinearExprT


class TickModel:
    """Built on making; `best` solves it."""

    def __init__(self, problem: Problem) -> None:
        self.problem, self.model = problem, cp_model.CpModel()
        self.at: dict[tuple[str, str, int], cp_model.IntVar] = {}  # task, mode, start
        self.chosen: dict[tuple[str, str, str], cp_model.IntVar] = {}  # task, pick, who
        for task in problem.tasks:
            self._add_task(task)
        for constraint in problem.constraints:
            match constraint:
                case Lag():
                    self._add_lag(constraint)
                case Capacity() | NoOverlap():
                    self._add_taken(constraint)
                case _:
                    raise AssertionError(f"projects are not drawn with {constraint}")

    def best(self) -> tuple[int, ...] | None:
        """The objectives' values of the best schedule; None where none holds."""
        values: list[int] = []
        for objective in self.problem.objectives:
            cost, solver = self._cost(objective), cp_model.CpSolver()
            self.model.minimize(cost)
            solver.parameters.num_workers = 1
            status = solver.solve(self.model)
            if status == cp_model.INFEASIBLE:
                return None
            assert status == cp_model.OPTIMAL
            values.append(round(solver.objective_value))
            self.model.clear_objective()  # type: ignore[no-untyped-call]
            self.model.add(cost <= values[-1])
        return tuple(values)

    def _add_task(self, task: Task) -> None:
        for way in task.ways:
            for start in range(self.problem.first, self.problem.last - way.duration + 1):
                if all(any(a <= start <= b for a, b in allowed.ranges) for allowed in task.allowed):
                    self.at[task.id, way.id, start] = self.model.new_bool_var("")
        there = sum(self._literals(task))
        self.model.add(there <= 1 if task.optional else there == 1)
        for pick in task.picks:
            self._add_pick(task, pick, there)
        for way in task.ways:
            for pick in way.picks:
                self._add_pick(task, pick, sum(self._literals(task, way)))

    def _add_pick(self, task: Task, pick: Pick, there: Whole) -> None:
        for who in self.problem.candidates(pick):
            self.chosen[task.id, pick.name, who] = self.model.new_bool_var("")
        picked = sum(self.chosen[task.id, pick.name, who] for who in self.problem.candidates(pick))
        self.model.add(picked == pick.count * there)

    def _literals(self, task: Task, way: Mode | None = None) -> list[cp_model.IntVar]:
        return [self.at[key] for key in self.at if key[0] == task.id and (way is None or key[1] == way.id)]

    def _edge(self, name: str, end: bool) -> Whole:
        task = next(task for task in self.problem.tasks if task.id == name)
        ticks = {way.id: way.duration if end else 0 for way in task.ways}
        return sum((key[2] + ticks[key[1]]) * literal for key, literal in self.at.items() if key[0] == name)

    def _there(self, name: str) -> Whole:
        return sum(literal for key, literal in self.at.items() if key[0] == name)

    def _add_lag(self, lag: Lag) -> None:
        gap = self._edge(lag.after, lag.until == "end") - self._edge(lag.before, lag.since == "end")
        far = 10 * (abs(self.problem.first) + abs(self.problem.last)) + 100  # where one of them is not there
        free = far * (2 - self._there(lag.before) - self._there(lag.after))
        if lag.min_gap is not None:
            self.model.add(gap + free >= lag.min_gap)
        if lag.max_gap is not None:
            self.model.add(gap - free <= lag.max_gap)

    def _add_taken(self, rule: Capacity | NoOverlap) -> None:
        for now in range(self.problem.first, self.problem.last):
            there_are = 1
            if isinstance(rule, Capacity):
                there_are = ([rule.capacity] + [capacity for tick, capacity in rule.changes if tick <= now])[-1]
            used = [one for task in self.problem.tasks for one in self._taken_at(task, now, rule)]
            self.model.add(sum(used) <= there_are)

    def _taken_at(self, task: Task, now: int, rule: Capacity | NoOverlap) -> list[Whole]:
        """What the task takes of the thing at a tick, taking by taking."""
        taken: list[Whole] = []
        for way in task.ways:
            starts = range(now - way.duration + 1, now + 1)
            runs = [self.at[task.id, way.id, start] for start in starts if (task.id, way.id, start) in self.at]
            amount = way.occupies.get(rule.resource, 0)
            if runs and amount:
                taken.append(sum(runs) * (amount if isinstance(rule, Capacity) else 1))
            for pick, literal in product((*task.picks, *way.picks) if runs else (), runs):
                if (who := self.chosen.get((task.id, pick.name, rule.resource))) is not None:
                    both = self.model.new_bool_var("")
                    self.model.add_bool_or([literal.negated(), who.negated(), both])
                    taken.append(both)
        return taken

    def _cost(self, objective: Objective) -> Whole:
        names = [task.id for task in self.problem.tasks]
        first, last, model = self.problem.first, self.problem.last, self.model
        match objective:
            case Makespan():
                span = model.new_int_var(0, last - first, "")
                for name in names:
                    model.add(span >= self._edge(name, True) - first * self._there(name))
                return span
            case Lateness():
                costs: list[Whole] = []
                for name, (due, weight) in objective.due.items():
                    late = model.new_int_var(0, abs(first) + abs(last) + abs(due), "")
                    model.add(late >= self._edge(name, True) - due * self._there(name))
                    costs.append(weight * late)
                return sum(costs)
            case _:
                raise AssertionError(f"projects are not drawn with {objective}")
