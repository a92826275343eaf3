"""The solver's variables for a problem, named as people say them: `start[centrifuge-2]`, `in[centrifuge-2@480]`.

Inside, ticks are counted from `problem.first`. A start that cannot be is not representable: its domain is the meeting
of all allowed ranges with the horizon. Which bucket a task starts in is told by *cells*: the task's starts are cut
wherever a constraint asks, and each cell that holds a possible start has one literal, shared by all who ask. The cells
of a task partition its starts, so exactly one of them is true when it is present; each literal pins the start to its
cell, and with exactly one true that makes the channel exact in both directions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import define, field, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.problem import Placed, Problem, Task
from hamsafar.schedule.ranges import Ranges, clipped, possible_starts

Literal = cp_model.IntVar  # a 0-1 variable
Stretch = tuple[str, int, int]  # task, and a half-open stretch of problem ticks


@frozen
class Cell:
    """One cut of a task's possible starts (problem ticks), and whether it starts there."""

    starts: Ranges
    literal: Literal


def _first_start(cell: Cell) -> int:
    return cell.starts[0][0]


@frozen
class Take:
    """One way in which a task may take a resource: always, or by being picked (then `literal` says so)."""

    task: str
    amount: int
    literal: Literal


@define
class Variables:
    """All variables of one problem in one model; everything is made once and shared."""

    problem: Problem
    model: cp_model.CpModel
    tasks: Mapping[str, Task]
    possible: Mapping[str, Ranges]
    true: Literal
    start: dict[str, cp_model.IntVar] = field(factory=dict)
    present: dict[str, Literal] = field(factory=dict)
    picked: dict[tuple[str, str, str], Literal] = field(factory=dict)  # task, pick, candidate
    cells: dict[str, tuple[Cell, ...]] = field(factory=dict)
    takes: dict[str, list[Take]] = field(factory=dict)  # by resource
    _intervals: dict[tuple[str, int, int], cp_model.IntervalVar] = field(factory=dict)
    _picked_in: dict[tuple[str, str, int, int], list[Literal]] = field(factory=dict)

    def end(self, task: str) -> cp_model.LinearExpr:
        """The first tick after the task."""
        return self.start[task] + self.tasks[task].duration

    def when(self, *literals: cp_model.BoolVarT) -> list[cp_model.BoolVarT]:
        """The literals that a constraint must wait for: what is always true needs no waiting."""
        return [literal for literal in literals if literal.index != self.true.index]

    def interval(self, task: str, size: int, literal: Literal) -> cp_model.IntervalVar:
        """[start, start + size) of the task, there when the literal is."""
        key = (task, size, literal.index)
        if key not in self._intervals:
            start, name = self.start[task], f"{task} for {size} if {literal}"
            if literal.index == self.true.index:
                self._intervals[key] = self.model.new_fixed_size_interval_var(start, size, name)
            else:
                self._intervals[key] = self.model.new_optional_fixed_size_interval_var(start, size, literal, name)
        return self._intervals[key]

    def starts_in(self, task: str, start: int, end: int) -> list[Literal]:
        """Literals of which exactly one is true when the task starts in [start, end), and none otherwise.

        The stretch must have been announced when the variables were made, so that no cell straddles its ends.
        """
        cells = self.cells[task]
        low = bisect_left(cells, start, key=_first_start)
        return [cell.literal for cell in cells[low : bisect_left(cells, end, lo=low, key=_first_start)]]

    def picked_in(self, task: str, resource: str, start: int, end: int) -> list[Literal]:
        """Literals of which at least one is true when the task takes the resource and starts in [start, end).

        Good for upper bounds only: nothing forbids them to be true without need.
        """
        inside, taking = self.starts_in(task, start, end), self.taking(task, resource)
        if not inside or not taking:
            return []
        if taking[0].index == self.present[task].index:
            return inside  # taken whenever the task is there
        if len(taking) == 1 and len(inside) == len(self.cells[task]):
            return taking  # it starts in there whenever it is there
        return self._both(task, resource, (start, end), inside, taking)

    def taking(self, task: str, resource: str) -> list[Literal]:
        """Literals of which at least one is true just when the task takes the resource: its presence, or its picks."""
        literals = [take.literal for take in self.takes.get(resource, ()) if take.task == task]
        always = [literal for literal in literals if literal.index == self.present[task].index]
        return always[:1] or literals

    def _both(
        self, task: str, resource: str, stretch: tuple[int, int], inside: list[Literal], taking: list[Literal]
    ) -> list[Literal]:
        key = (task, resource, *stretch)
        if key not in self._picked_in:
            both = self.model.new_bool_var(f"counts[{task} of {resource} in {stretch[0]}..{stretch[1]}]")
            for cell in inside:
                for literal in taking:
                    self.model.add_bool_or([cell.negated(), literal.negated(), both])
            self._picked_in[key] = [both]
        return self._picked_in[key]


def variables_of(problem: Problem, model: cp_model.CpModel, stretches: Iterable[Stretch]) -> Variables:
    """Fresh variables for all tasks; `stretches` are those that constraints and objectives will ask `starts_in` of."""
    possible = {task.id: possible_starts(problem, task) for task in problem.tasks}
    tasks = {task.id: task for task in problem.tasks}
    made = Variables(problem, model, tasks, possible, model.new_constant(1))
    cuts: dict[str, set[int]] = {}
    for task_id, start, end in stretches:
        cuts.setdefault(task_id, set()).update((start, end))
    for task in problem.tasks:
        _add_start(made, task)
        _add_picks(made, task)
        _add_cells(made, task, cuts.get(task.id, set()))
    return made


def _add_start(made: Variables, task: Task) -> None:
    model, first = made.model, made.problem.first
    ranges = [(a - first, b - first) for a, b in made.possible[task.id]]
    domain = cp_model.Domain.from_intervals(ranges or [(0, 0)])
    made.start[task.id] = model.new_int_var_from_domain(domain, f"start[{task.id}]")
    made.present[task.id] = model.new_bool_var(f"present[{task.id}]") if task.optional else made.true
    if not ranges:  # it fits nowhere: left out, or no schedule at all
        model.add_bool_or([made.present[task.id].negated()])


def _add_picks(made: Variables, task: Task) -> None:
    present = made.present[task.id]
    for resource, amount in task.occupies.items():
        if amount > 0:
            made.takes.setdefault(resource, []).append(Take(task.id, amount, present))
    for pick in task.picks:
        everyone = pick.count == len(pick.candidates)
        for who in pick.candidates if pick.count else ():
            literal = present if everyone else made.model.new_bool_var(f"pick[{task.id}/{pick.name}={who}]")
            made.picked[task.id, pick.name, who] = literal
            made.takes.setdefault(who, []).append(Take(task.id, 1, literal))
        if pick.count and not everyone:
            made.model.add(sum(made.picked[task.id, pick.name, who] for who in pick.candidates) == pick.count * present)


def _add_cells(made: Variables, task: Task, cuts: set[int]) -> None:
    parts = _parts(made.possible[task.id], sorted(cuts))
    if len(parts) <= 1:  # all in one cell: there when the task is
        made.cells[task.id] = tuple(Cell(part, made.present[task.id]) for part in parts)
        return
    model, first = made.model, made.problem.first
    cells = []
    for part in parts:
        literal = model.new_bool_var(f"in[{task.id}@{part[0][0]}]")
        inside = cp_model.Domain.from_intervals([(a - first, b - first) for a, b in part])
        model.add_linear_expression_in_domain(made.start[task.id], inside).only_enforce_if(literal)
        cells.append(Cell(part, literal))
    if task.optional:
        model.add(sum(cell.literal for cell in cells) == made.present[task.id])
    else:
        model.add_exactly_one(cell.literal for cell in cells)
    made.cells[task.id] = tuple(cells)


def _parts(possible: Ranges, cuts: list[int]) -> list[Ranges]:
    """The possible starts cut at the cuts; cuts that part nothing leave no trace."""
    if not possible:
        return []
    low, high = possible[0][0], possible[-1][1] + 1
    inner = cuts[bisect_left(cuts, low + 1) : bisect_left(cuts, high)]
    parts = (clipped(possible, start, end) for start, end in pairwise([low, *inner, high]))
    return [part for part in parts if part]


def hint_starts(made: Variables, starts: Mapping[str, int]) -> None:
    """Suggests these starts (problem ticks); tasks not named are suggested to be left out, where they may be."""
    for name, task in made.tasks.items():
        known = name in starts and any(a <= starts[name] <= b for a, b in made.possible[name])
        if task.optional:
            made.model.add_hint(made.present[name], known)
        if not known:
            continue
        made.model.add_hint(made.start[name], starts[name] - made.problem.first)
        if len(made.cells[name]) > 1:
            for cell in made.cells[name]:
                made.model.add_hint(cell.literal, any(a <= starts[name] <= b for a, b in cell.starts))


def placed_by(made: Variables, values: Sequence[int]) -> dict[str, Placed]:
    """The schedule that the solver's values (by variable index) stand for."""

    def value(variable: cp_model.IntVar) -> int:
        return values[variable.index]

    return {
        name: Placed(
            start=value(made.start[name]) + made.problem.first,
            picked={
                pick.name: tuple(
                    who for who in pick.candidates if pick.count and value(made.picked[name, pick.name, who])
                )
                for pick in task.picks
            },
        )
        for name, task in made.tasks.items()
        if value(made.present[name])
    }
