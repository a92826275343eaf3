"""Which window an activity is done in, told to the solver: literals, and what they exclude and cost.

An activity with forty windows has forty places, and the solver sees one start with holes in it. For a small problem it
pays to give every window a literal (a cell, see `variables.py`). A window less than twice as long as its activity has
a core in which the activity runs wherever it starts; of all windows whose cores share a tick of one thing, one is used
at most. And what a start costs at least is known window by window. Both are what a linear program sees: of fifty
activities set free among a thousand, it proves the best in a tenth of the time that they take without.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hamsafar.schedule.constraints import Capacity, NoOverlap
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.ranges import Ranges
from hamsafar.schedule.variables import Literal, Stretch, Variables

MOST_WINDOWS = 100  # of one activity
MOST_CLIQUES = 4_000

Core = tuple[int, int, Literal]


def window_stretches(problem: Problem, possible: Mapping[str, Ranges]) -> Iterator[Stretch]:
    """Every window of every activity that has several."""
    for task in problem.tasks:
        windows = possible[task.id]
        if 1 < len(windows) <= MOST_WINDOWS:
            yield from ((task.id, first, last + 1) for first, last in windows)


def add_windows(made: Variables) -> None:
    """Starts follow from windows, and windows whose cores meet exclude each other."""
    for name in made.tasks:
        if len(made.cells[name]) > 1:
            _add_start(made, name)
    things = dict.fromkeys(
        c.resource for c in made.problem.constraints if isinstance(c, NoOverlap | Capacity) and _single(c)
    )
    budget = MOST_CLIQUES
    for thing in things:
        for clique in _meeting(tuple(_cores(made, thing))):
            if budget:
                made.model.add_at_most_one(clique)
                budget -= 1


def _single(constraint: NoOverlap | Capacity) -> bool:
    return constraint.price is None and (isinstance(constraint, NoOverlap) or _most(constraint) == 1)


def _most(constraint: Capacity) -> int:
    return max((constraint.capacity, *(capacity for _, capacity in constraint.changes)))


def _add_start(made: Variables, name: str) -> None:
    """The start lies in the window that is chosen."""
    first, start = made.problem.first, made.start[name]
    cells = made.cells[name]
    made.model.add(start >= sum((cell.starts[0][0] - first) * cell.literal for cell in cells))
    if not made.tasks[name].optional:
        made.model.add(start <= sum((cell.starts[-1][1] - first) * cell.literal for cell in cells))


def _cores(made: Variables, thing: str) -> Iterator[Core]:
    """The stretches in which a task runs for certain when it starts in a cell."""
    for take in made.takes.get(thing, ()):
        if take.picked or made.pauses(take.task) or len(made.ways[take.task]) > 1:
            continue
        duration = made.ways[take.task][0].mode.duration
        for cell in made.cells[take.task]:
            if cell.starts[-1][1] < cell.starts[0][0] + duration:
                yield cell.starts[-1][1], cell.starts[0][0] + duration, cell.literal


def _meeting(cores: Sequence[Core]) -> Iterator[list[Literal]]:
    """The largest sets of cores that share a tick, in the order of time."""
    begins = 1
    edges = sorted(
        edge for number, (start, end, _) in enumerate(cores) for edge in ((start, begins, number), (end, 0, number))
    )
    now: set[int] = set()
    grown = False
    for _, kind, number in edges:
        if kind == begins:
            now.add(number)
            grown = True
            continue
        if grown and len(now) > 1:
            yield [cores[one][2] for one in sorted(now)]
        grown = False
        now.discard(number)
