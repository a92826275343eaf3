"""What lags and exclusions imply together, before any search: orders that are forced, or that there is no schedule.

The least distances between all starts are closed over every chain of lags (Floyd 1962); then, where two tasks never
fit at one time and the distances leave one order only, that order becomes a distance too, until nothing changes
(immediate selection; Brucker, Drexl, Moehring, Neumann and Pesch 1999, EJOR 112, section 5). Projects with maximum
lags that can't be done are nearly all known to be so in milliseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hamsafar.schedule.constraints import Capacity, Lag, NoOverlap
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Tag, Task

if TYPE_CHECKING:
    import numpy as np

MOST_TASKS = 400  # the closure takes the cube of them: 0.3 s here
FAR = -(2**44)  # less than any distance: ticks lie within 2**40
IMPLIED = Tag("implied", detail="the only order that lags and exclusions leave")


def implied_orders(problem: Problem) -> tuple[Lag, ...] | None:
    """Lags that hold in every schedule of a problem with maximum lags, beyond those it states; None: it has none."""
    tasks = [task for task in problem.tasks if not task.optional and len(task.ways) == 1 and task.breaks is None]
    number = {task.id: k for k, task in enumerate(tasks)}
    lags = [c for c in problem.constraints if isinstance(c, Lag) and c.before in number and c.after in number]
    lags = [lag for lag in lags if lag.price is None]
    if not _cyclic(lags) or len(tasks) > MOST_TASKS:
        return ()
    windows = [possible_starts(problem, task) for task in tasks]
    if not all(windows):
        return None
    least = _distances(problem, tasks, [(w[0][0], w[-1][1]) for w in windows], lags, number)
    ordered = _select(least, _exclusions(problem, tasks), [task.ways[0].duration for task in tasks])
    if ordered is None:
        return None
    return tuple(Lag(before=tasks[i].id, after=tasks[j].id, min_gap=0, max_gap=None, tag=IMPLIED) for i, j in ordered)


def _cyclic(lags: list[Lag]) -> bool:
    """Whether anything has to follow soon enough: without that, distances exclude nothing."""
    return any(lag.max_gap is not None or (lag.min_gap is not None and lag.min_gap < 0) for lag in lags)


def _distances(
    problem: Problem,
    tasks: list[Task],
    windows: list[tuple[int, int]],
    lags: list[Lag],
    number: dict[str, int],
) -> np.ndarray:
    """Least distances of starts, closed over all chains; the last row and column are the horizon's first tick."""
    import numpy as np

    n = len(tasks)
    least = np.full((n + 1, n + 1), FAR, dtype=np.int64)
    np.fill_diagonal(least, 0)
    for k, (first, last) in enumerate(windows):
        least[n, k], least[k, n] = first - problem.first, problem.first - last
    for lag in lags:
        i, j = number[lag.before], number[lag.after]
        ends = tasks[i].ways[0].duration * (lag.since == "end") - tasks[j].ways[0].duration * (lag.until == "end")
        if lag.min_gap is not None:
            least[i, j] = max(least[i, j], lag.min_gap + ends)
        if lag.max_gap is not None:
            least[j, i] = max(least[j, i], -lag.max_gap - ends)
    for k in range(n + 1):
        np.maximum(least, least[:, k : k + 1] + least[k : k + 1, :], out=least)
        np.maximum(least, FAR, out=least)
        if (np.diag(least) > 0).any():
            break  # no schedule: what follows sees it too, and sums would grow without end
    return least


def _exclusions(problem: Problem, tasks: list[Task]) -> np.ndarray:
    """Which two tasks never fit at one time, by what they always take."""
    import numpy as np

    lasting = np.array([task.ways[0].duration > 0 for task in tasks])
    excluded = np.zeros((len(tasks), len(tasks)), dtype=bool)
    for constraint in problem.constraints:
        if not isinstance(constraint, Capacity | NoOverlap) or constraint.price is not None:
            continue
        amounts = np.array([task.ways[0].occupies.get(constraint.resource, 0) for task in tasks], dtype=np.int64)
        if isinstance(constraint, NoOverlap):
            excluded |= np.logical_and.outer(amounts > 0, amounts > 0)
        else:
            highest = max([constraint.capacity, *(capacity for _, capacity in constraint.changes)])
            both = np.logical_and.outer(amounts > 0, amounts > 0)
            excluded |= both & (np.add.outer(amounts, amounts) > highest)
    np.fill_diagonal(excluded, False)
    possible: np.ndarray = excluded & np.logical_and.outer(lasting, lasting)
    return possible


def _select(least: np.ndarray, excluded: np.ndarray, durations: list[int]) -> list[tuple[int, int]] | None:
    """Pairs (first, second) whose order is forced; None where both orders of a pair are impossible."""
    import numpy as np

    n, lengths = len(durations), np.array(durations, dtype=np.int64)
    found: list[tuple[int, int]] = []
    while not (np.diag(least) > 0).any():
        among = least[:n, :n]
        never_first = excluded & (-lengths[:, None] < among.T)  # i ends before j starts: least[j, i] forbids it
        if (never_first & never_first.T).any():
            return None
        new = [(j, i) for i, j in zip(*np.nonzero(never_first & (lengths[None, :] > among.T)), strict=True)]
        if not new:
            return found
        for first, second in new:
            found.append((int(first), int(second)))
            if least[first, second] < lengths[first]:
                through = least[:, first : first + 1] + lengths[first] + least[second : second + 1, :]
                np.maximum(least, through, out=least)
                np.maximum(least, FAR, out=least)
            if (np.diag(least) > 0).any():
                return None
    return None
