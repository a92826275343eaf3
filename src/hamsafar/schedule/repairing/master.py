"""What must move at least: which tasks leave their old places, told by what stands in whose way, and by conflicts.

A model of those only that may have to move. A task that moves goes to one of its slots, and whoever is in the way there
moves as well; those whose slots are known keep clear of each other in their new places; sets of tasks that were shown
not to be able to stay all together say so. Tasks whose slots nobody asked about yet vanish when they move, and whatever
else the problem asks is left open. So no repair moves less than the best of this model, and where its best can be had
it is the best of all (an implicit hitting set in the sense of Davies and Bacchus 2011).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from attrs import define, evolve, field, frozen
from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.repairing.slots import Slot, Slots
from hamsafar.schedule.variables import Literal

Heard = Callable[[int | None, int | None], None]

CALL_SHARE = 0.25  # of what is left, for one search


@frozen(kw_only=True)
class Costs:
    """What it costs to move or leave out a task: promises, values and moves in one number, in their strict order."""

    moved: Mapping[str, int]  # by task of the old plan
    left_out: Mapping[str, int]  # on top of that, by optional task of the old plan
    horizon: int  # the shift of what is left out


@frozen(kw_only=True)
class Least:
    """The best of the relaxed model: what moves in it, and to where."""

    moved: frozenset[str]
    starts: Mapping[str, int]


@define
class Master:
    """Grows with all that is found out, and is built anew when it is asked."""

    slots: Slots
    costs: Costs
    bound: int = 0  # of what is asked for now: the cost, or the shift
    exhausted: bool = False  # nothing is left of what it was asked to look at
    _clauses: dict[frozenset[str], None] = field(factory=dict)  # of each, one moves
    _for_now: dict[frozenset[str], None] = field(factory=dict)  # the same, in all that is better
    _expanded: dict[str, None] = field(factory=dict)
    _most: int | None = None  # no more than this is paid for moves
    _last: Least | None = None

    def must_move(self, name: str) -> None:
        """The task can't stay, or it is new."""
        self._clauses[frozenset((name,))] = None
        self._expanded[name] = None

    def homeless(self) -> frozenset[str]:
        """Tasks to be placed anew: those that can't stay, and one of each set that can't stay together."""
        alone = {name for names in self._clauses for name in names if len(names) == 1}
        return frozenset(alone.union(max(names) for names in self._clauses if alone.isdisjoint(names)))

    def some_move(self, names: Iterable[str], *, for_now: bool = False) -> None:
        """These tasks can't all stay; `for_now`: not in anything better than what there is."""
        (self._for_now if for_now else self._clauses)[frozenset(names)] = None

    def no_worse_than(self, cost: int) -> None:
        """From now on only what costs no more is looked at."""
        self._most = cost
        self._for_now.clear()
        self.bound = 0

    def best(self, engine: Engine, heard: Heard, *, of_shift: bool = False) -> Least | None:
        """The best that this model allows, once the slots of all that moves in it are known; None where none is found.

        Where it has no solution at all it is `exhausted`.
        """
        while True:
            built = _Built(self.slots, self.costs, self._expanded)
            for names in (*self._clauses, *self._for_now):
                built.model.add_bool_or([built.moved(name) for name in sorted(names)])
            if self._most is not None:
                built.model.add(built.cost() <= self._most)
            if self._last is not None:
                built.hint(self._last)
            built.model.minimize(built.shift() if of_shift else built.cost())
            run = engine.run(built.model, share=CALL_SHARE, search="cores", heard=heard)
            self.bound = max(self.bound, run.bound or 0)
            if not run.values:
                self.exhausted = run.status == "infeasible"
                return None
            self._last = built.found(run.values)
            unknown = self._last.moved - self._expanded.keys()
            if not unknown:
                return self._last
            self._expanded.update(dict.fromkeys(sorted(unknown)))


class _Built:
    """One model of the tasks whose slots are known, and of those in their way."""

    def __init__(self, slots: Slots, costs: Costs, expanded: Iterable[str]) -> None:
        self.slots, self.costs = slots, costs
        self.model = cp_model.CpModel()
        self._moved: dict[str, Literal] = {}
        self._gone: dict[str, Literal] = {}
        self._start: dict[str, cp_model.IntVar] = {}
        self._there: dict[str, Literal] = {}  # moved, and not left out
        for name in expanded:
            self._expand(name)
        self._keep_clear()
        self._keep_order()

    def moved(self, name: str) -> Literal:
        """Whether the task moves or is left out."""
        if name not in self._moved:
            self._moved[name] = self.model.new_bool_var(f"moved[{name}]")
            if self.slots.needs.tasks[name].optional:
                self._gone[name] = self.model.new_bool_var(f"gone[{name}]")
                self.model.add_implication(self._gone[name], self._moved[name])
        return self._moved[name]

    def _expand(self, name: str) -> None:
        """If it moves it goes to one of its slots, or is left out; whoever is in the way there moves too."""
        model, moves = self.model, self.moved(name)
        slots = [part for slot in self.slots.of(name) for part in _elsewhere(slot, self.slots.starts.get(name))]
        there = moves if name not in self._gone else model.new_bool_var(f"there[{name}]")
        if name in self._gone:
            model.add(there + self._gone[name] == moves)
        ranges = cp_model.Domain.from_intervals([(slot.first, slot.last) for slot in slots] or [(0, 0)])
        start = model.new_int_var_from_domain(ranges, f"start[{name}]")
        chosen: list[Literal] = []
        for slot in slots:
            literal = model.new_bool_var(f"slot[{name} {slot.first}]")
            inside = cp_model.Domain(slot.first, slot.last)
            model.add_linear_expression_in_domain(start, inside).only_enforce_if(literal)
            for blocker in sorted(slot.blockers):
                model.add_implication(literal, self.moved(blocker))
            chosen.append(literal)
        model.add(sum(chosen) == there)
        self._start[name], self._there[name] = start, there

    def _keep_clear(self) -> None:
        """Those who have moved share things as they must."""
        takers: dict[str, list[tuple[cp_model.IntervalVar, int]]] = {}
        for name, start in self._start.items():
            length = self.slots.needs.shortest[name]
            for thing, amount in self.slots.needs.takes[name].items():
                interval = self.model.new_optional_fixed_size_interval_var(start, length, self._there[name], name)
                takers.setdefault(thing, []).append((interval, amount))
        for thing, taken in takers.items():
            if self.slots.needs.limits[thing] < 1:
                self.model.add_no_overlap([interval for interval, _ in taken])
            else:
                intervals, amounts = zip(*taken, strict=True)
                self.model.add_cumulative(intervals, amounts, int(self.slots.needs.limits[thing]))

    def _keep_order(self) -> None:
        for lag in {id(lag): lag for name in self._start for lag in self.slots.needs.lags.get(name, ())}.values():
            if lag.before in self._start and lag.after in self._start:
                self._add_lag(lag)

    def _add_lag(self, lag: Lag) -> None:
        ends = {lag.before: lag.since == "end", lag.after: lag.until == "end"}
        if any(at_end and not self.slots.needs.has_one_length(name) for name, at_end in ends.items()):
            return
        since, until = (
            self._start[name] + (self.slots.needs.shortest[name] if ends[name] else 0)
            for name in (lag.before, lag.after)
        )
        both = [self._there[lag.before], self._there[lag.after]]
        if lag.min_gap is not None:
            self.model.add(until - since >= lag.min_gap).only_enforce_if(both)
        if lag.max_gap is not None:
            self.model.add(until - since <= lag.max_gap).only_enforce_if(both)

    def cost(self) -> cp_model.LinearExprT:
        """Promises, values and moves."""
        moves = sum(self.costs.moved.get(name, 0) * literal for name, literal in self._moved.items())
        return moves + sum(self.costs.left_out.get(name, 0) * literal for name, literal in self._gone.items())

    def shift(self) -> cp_model.LinearExprT:
        """The way that all are moved: at least a tick each, and as it is where their slots are known."""
        total: list[cp_model.LinearExprT] = []
        for name, literal in self._moved.items():
            if name not in self.costs.moved:
                continue
            total.append(literal)
            if name in self._gone:
                total.append((self.costs.horizon - 1) * self._gone[name])
            if name in self._start:
                old = self.slots.starts[name]
                beyond = self.model.new_int_var(0, self.costs.horizon, f"beyond[{name}]")  # the first tick
                self.model.add(beyond >= self._start[name] - old - 1).only_enforce_if(self._there[name])
                self.model.add(beyond >= old - self._start[name] - 1).only_enforce_if(self._there[name])
                total.append(beyond)
        return sum(total)

    def hint(self, last: Least) -> None:
        """Suggests what was best before."""
        for name, literal in self._moved.items():
            self.model.add_hint(literal, name in last.moved)
        for name, start in self._start.items():
            if name in last.starts:
                self.model.add_hint(start, last.starts[name])

    def found(self, values: tuple[int, ...]) -> Least:
        """What the solver's values stand for."""
        moved = frozenset(name for name, literal in self._moved.items() if values[literal.index])
        starts = {name: values[self._start[name].index] for name in moved if name in self._start}
        return Least(moved=moved, starts=starts)


def _elsewhere(slot: Slot, old: int | None) -> Iterator[Slot]:
    """The slot without the old start: who moves does not come back to it."""
    if old is None or not slot.first <= old <= slot.last:
        yield slot
        return
    if slot.first < old:
        yield evolve(slot, last=old - 1)
    if old < slot.last:
        yield evolve(slot, first=old + 1)
