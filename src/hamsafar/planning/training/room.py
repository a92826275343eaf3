"""Where a session could be held by the calendars, its phase and its facilities alone: how much room is left to it."""

from __future__ import annotations

from hamsafar.planning import ticks
from hamsafar.planning.ticks import Starts
from hamsafar.planning.training import starts
from hamsafar.planning.training.grid import TermGrid

_BOUNDS = (
    starts.working_hours,
    starts.opening_hours,
    starts.in_its_phase,
    starts.outside_quarantine,
    starts.while_all_are_there,
    starts.while_not_shut,
)


def possible_starts(grid: TermGrid) -> dict[str, Starts]:
    """Placement → the starts that nothing but other sessions could bar; of what has been held, those it had."""
    found: dict[str, Starts] = {one.id: ((grid.first, grid.end),) for one in grid.occurrences}
    for ask in _BOUNDS:
        for id_, allowed in ask(grid):
            found[id_] = _both(found[id_], allowed.ranges)
    return found


def _both(left: Starts, right: Starts) -> Starts:
    """The starts in both; ranges of starts include their last."""
    return ticks.inclusive(ticks.intersection(ticks.exclusive(left), ticks.exclusive(right)))


def starts_within(room: Starts, first: int, last: int) -> bool:
    """Whether a start lies between two, both included."""
    return any(opens <= last and first <= closes for opens, closes in room)
