"""Which tasks are there: Implies, AllOrNone, Choose."""

from __future__ import annotations

from hamsafar.schedule.constraints import AllOrNone, Choose, Implies
from hamsafar.schedule.variables import Variables


def implies(made: Variables, constraint: Implies) -> None:
    """Where the one is present, what it needs is present too."""
    amount = made.amount(constraint, 1)
    made.model.add(made.present[constraint.task] <= made.present[constraint.needs] + amount)


def all_or_none(made: Variables, constraint: AllOrNone) -> None:
    """Each needs the next, and the last the first: round the circle all are alike."""
    if len(constraint.tasks) < 2:
        return
    amount = made.amount(constraint, 1)
    for one, needed in zip(constraint.tasks, constraint.tasks[1:] + constraint.tasks[:1], strict=True):
        made.model.add(made.present[one] <= made.present[needed] + amount)


def choose(made: Variables, constraint: Choose) -> None:
    """How many are present lies between the two numbers."""
    certain, count = sum(not made.tasks[name].optional for name in constraint.tasks), len(constraint.tasks)
    present = sum(made.present[name] for name in constraint.tasks)
    amount = made.amount(constraint, max(constraint.least - certain, count - constraint.most))
    if constraint.least > certain:
        made.model.add(present + amount >= constraint.least)
    if constraint.most < count:
        made.model.add(present <= constraint.most + amount)
