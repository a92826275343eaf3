"""The second opinion: judges a finished plan with its own physics and its own reading of the rules.

It shares nouns with the planner, never verbs: nothing of `orbit`, `events`, `flight`, `schedule` or `planning`
is imported here, and the solver's own word on the plan is not read.
"""

from hamsafar.verify.judge import verify
from hamsafar.verify.registry import CHECKERS

__all__ = ["CHECKERS", "verify"]
