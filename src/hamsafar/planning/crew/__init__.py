"""The days aboard: from a programme, a flight and its windows to a problem, and back to placements."""

from hamsafar.planning.crew.answer import crew_placements, dropped
from hamsafar.planning.crew.build import crew_problem
from hamsafar.planning.crew.hint import first_schedule
from hamsafar.planning.crew.undone import left_undone

__all__ = ["crew_placements", "crew_problem", "dropped", "first_schedule", "left_undone"]
