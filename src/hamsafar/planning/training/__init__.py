"""The training term: from the syllabus and a lift-off to a problem, and back to placements."""

from hamsafar.planning.training.build import training_problem
from hamsafar.planning.training.certificates import Held, certificates_held
from hamsafar.planning.training.keeping import schedule_beside
from hamsafar.planning.training.read_back import training_placements
from hamsafar.planning.training.trips import with_days_away

__all__ = [
    "Held",
    "certificates_held",
    "schedule_beside",
    "training_placements",
    "training_problem",
    "with_days_away",
]
