"""The solver's variables for a problem, named as people say them: `start[centrifuge-2]`, `in[centrifuge-2@480]`.

Inside, ticks are counted from `problem.first`. A start that cannot be is not representable: its domain is the meeting
of all that must hold with the horizon. Which bucket a task starts in is told by *cells*: the task's starts are cut
wherever a constraint asks, and each cell that holds a possible start has one literal, shared by all who ask. The cells
of a task partition its starts, so exactly one of them is true when it is present; each literal pins the start to its
cell, and with exactly one true that makes the channel exact in both directions.

What a soft constraint is broken by is a variable of its own, its *amount*, bounded from below only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence

from attrs import define, field, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.parts import Expression, Part, running_parts
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.running import Piece
from hamsafar.schedule.tasks import Allowed, Forbidden, Mode, Pick, Price, Task

Literal = cp_model.IntVar  # a 0-1 variable
Stretch = tuple[str, int, int]  # task, and a half-open stretch of problem ticks
Softened = Constraint | Allowed | Forbidden | Pick


@frozen
class Cell:
    """One cut of a task's possible starts (problem ticks), and whether it starts there."""

    starts: Ranges
    literal: Literal


def _first_start(cell: Cell) -> int:
    return cell.starts[0][0]


@frozen
class Way:
    """One way to do a task in this model: whether it is done so, where it may then start, and its pauses."""

    mode: Mode
    literal: Literal
    starts: Ranges
    pieces: tuple[Piece, ...]  # only those with a possible start


@frozen
class Take:
    """One way in which a task may take a resource: always, or by being picked (then `literal` says so)."""

    task: str
    mode: str
    amount: int
    literal: Literal
    picked: bool


@frozen
class Amount:
    """What a soft constraint of a task (or of none) is broken by, and its price."""

    variable: Literal
    price: Price
    demand: Softened
    task: str  # "" for a constraint


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
    ways: dict[str, tuple[Way, ...]] = field(factory=dict)
    picked: dict[tuple[str, str, str, str], Literal] = field(factory=dict)  # task, mode ("": any), pick, candidate
    cells: dict[str, tuple[Cell, ...]] = field(factory=dict)
    takes: dict[str, list[Take]] = field(factory=dict)  # by resource
    ends: dict[str, cp_model.IntVar] = field(factory=dict)  # of tasks whose length is open
    amounts: list[Amount] = field(factory=list)
    followed: frozenset[str] = frozenset()  # tasks that never end after another that is there with them
    windows: bool = False  # whether every window has a cell of its own
    _intervals: dict[tuple[str, int, int], cp_model.IntervalVar] = field(factory=dict)
    _taken: dict[tuple[str, str, int, int], tuple[cp_model.IntervalVar, ...]] = field(factory=dict)
    _parts: dict[str, tuple[Part, ...]] = field(factory=dict)
    _whole: dict[str, cp_model.IntervalVar] = field(factory=dict)
    _both: dict[tuple[int, int], Literal] = field(factory=dict)
    _picked_in: dict[tuple[str, str, int, int], list[Literal]] = field(factory=dict)

    def end(self, task: str) -> Expression:
        """The first tick after the task."""
        return self.ends[task] if task in self.ends else self.start[task] + self.ways[task][0].mode.duration

    def latest_end(self, task: str) -> int:
        """The last tick (of the problem) at which the task may end; it has a possible start."""
        return max(piece_end(way, way.starts[-1][1]) for way in self.ways[task] if way.starts)

    def earliest_end(self, task: str) -> int:
        """The first tick (of the problem) at which the task may end; it has a possible start."""
        return min(piece_end(way, way.starts[0][0]) for way in self.ways[task] if way.starts)

    def shortest(self, task: str) -> int:
        """The fewest ticks from its start to its end."""
        return min((way.mode.duration for way in self.ways[task]), default=0)

    def when(self, *literals: cp_model.BoolVarT) -> list[cp_model.BoolVarT]:
        """The literals that a constraint must wait for: what is always true needs no waiting."""
        return [literal for literal in literals if literal.index != self.true.index]

    def both(self, one: Literal, other: Literal) -> Literal:
        """True when both are."""
        if one.index in (self.true.index, other.index):
            return other
        if other.index == self.true.index:
            return one
        low, high = sorted((one.index, other.index))
        if (low, high) not in self._both:
            literal = self.model.new_bool_var(f"both[{one} {other}]")
            self.model.add_bool_and([one, other]).only_enforce_if(literal)
            self.model.add_bool_or([one.negated(), other.negated(), literal])
            self._both[low, high] = literal
        return self._both[low, high]

    def amount(self, demand: Softened, most: int, *, task: str = "") -> Expression:
        """By how much a soft demand may be broken, up to `most`; 0 where it must hold."""
        if demand.price is None:
            return 0
        if most <= 0:
            return 0
        where = f"{demand.tag.rule} {demand.tag.place}".strip()
        variable = self.model.new_int_var(0, most, f"amount[{where} #{len(self.amounts)}]")
        self.amounts.append(Amount(variable, demand.price, demand, task))
        return variable

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

    def whole(self, task: str) -> cp_model.IntervalVar:
        """[start, end) of a task without pauses, whichever way it is done: there when the task is."""
        if task not in self._whole:
            ways, present = self.ways[task], self.present[task]
            lengths = cp_model.Domain.from_values([way.mode.duration for way in ways])
            size = self.model.new_int_var_from_domain(lengths, f"size[{task}]")
            length = sum(way.mode.duration * way.literal for way in ways)
            self.model.add(size == length).only_enforce_if(self.when(present))
            start, end = self.start[task], self.end(task)
            if present.index == self.true.index:
                self._whole[task] = self.model.new_interval_var(start, size, end, f"{task} in any way")
            else:
                self._whole[task] = self.model.new_optional_interval_var(
                    start, size, end, present, f"{task} in any way"
                )
        return self._whole[task]

    def taken_in(self, take: Take) -> tuple[cp_model.IntervalVar, ...]:
        """The intervals in which this taking lasts, each there when it is: one, or one for each running part."""
        key = (take.task, take.mode, take.literal.index, 0)
        if key not in self._taken:
            self._taken[key] = tuple(self._intervals_of(take))
        return self._taken[key]

    def _intervals_of(self, take: Take) -> Iterable[cp_model.IntervalVar]:
        breaks = self.tasks[take.task].breaks
        duration = next(way.mode.duration for way in self.ways[take.task] if way.mode.id == take.mode)
        if not duration:
            return ()
        if not self.pauses(take.task):
            return (self.interval(take.task, duration, take.literal),)
        if breaks is not None and breaks.holds:
            return (self._open_interval(self.start[take.task], self.end(take.task), take.literal, take.task),)
        return (
            self._open_interval(part.start, part.end, self.both(take.literal, part.literal), take.task)
            for part in self.parts_of(take.task)
        )

    def pauses(self, task: str) -> bool:
        """Whether a break may interrupt it at all."""
        return any(piece.pause for way in self.ways[task] for piece in way.pieces)

    def parts_of(self, task: str) -> tuple[Part, ...]:
        """The stretches in which it runs: one, or one for each running part; none where it never runs."""
        if task not in self._parts:
            self._parts[task] = running_parts(self, task)
        return self._parts[task]

    def _open_interval(self, start: Expression, end: Expression, literal: Literal, task: str) -> cp_model.IntervalVar:
        size = self.model.new_int_var(0, self.problem.last - self.problem.first, f"size[{task}]")
        if literal.index == self.true.index:
            return self.model.new_interval_var(start, size, end, task)
        return self.model.new_optional_interval_var(start, size, end, literal, f"{task} if {literal}")

    def starts_in(self, task: str, start: int, end: int) -> list[Literal]:
        """Literals of which exactly one is true when the task starts in [start, end), and none otherwise.

        The stretch must have been announced when the variables were made, so that no cell straddles its ends.
        """
        cells = self.cells[task]
        low = bisect_left(cells, start, key=_first_start)
        return [cell.literal for cell in cells[low : bisect_left(cells, end, lo=low, key=_first_start)]]

    def parted_at(self, task: str, tick: int) -> bool:
        """Whether no cell of the task has starts both before the tick and from it on."""
        return not any(cell.starts[0][0] < tick <= cell.starts[-1][1] for cell in self.cells[task])

    def picked_in(self, task: str, resource: str, start: int, end: int) -> list[Literal]:
        """Literals of which exactly one is true when the task takes the resource and starts in [start, end)."""
        inside, taking = self.starts_in(task, start, end), self.taking(task, resource)
        if not inside or not taking:
            return []
        if taking[0].index == self.present[task].index:
            return inside  # taken whenever the task is there
        if len(taking) == 1 and len(inside) == len(self.cells[task]):
            return taking  # it starts in there whenever it is there
        key = (task, resource, start, end)
        if key not in self._picked_in:
            there = self.any_of(inside, f"starts[{task} in {start}..{end}]")
            takes = self.any_of(taking, f"takes[{task} {resource}]")
            self._picked_in[key] = [self.both(there, takes)]
        return self._picked_in[key]

    def taking(self, task: str, resource: str) -> list[Literal]:
        """Literals of which at least one is true just when the task takes the resource: its presence, or its picks."""
        found = [take for take in self.takes.get(resource, ()) if take.task == task]
        always = {take.mode for take in found if not take.picked}
        if found and all(way.mode.id in always for way in self.ways[task]):
            return [self.present[task]]
        return list({take.literal.index: take.literal for take in found}.values())

    def takes_it(self, task: str, resource: str) -> Literal | None:
        """True just when the task takes the resource; None where it can't."""
        taking = self.taking(task, resource)
        return self.any_of(taking, f"takes[{task} {resource}]") if taking else None

    def any_of(self, literals: Sequence[Literal], name: str) -> Literal:
        """True just when one of them is."""
        if len(literals) == 1:
            return literals[0]
        literal = self.model.new_bool_var(name)
        self.model.add_bool_or(literals).only_enforce_if(literal)
        for one in literals:
            self.model.add_implication(one, literal)
        return literal


def piece_end(way: Way, start: int) -> int:
    """The end of a task done this way that starts then (problem ticks)."""
    for piece in way.pieces:
        if piece.first <= start <= piece.last:
            return start + way.mode.duration + piece.pause
    return start + way.mode.duration
