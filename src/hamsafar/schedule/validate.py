"""Is a problem well formed? Whatever is not is named, all of it at once, with its path in the JSON form.

Malformed is what cannot be meant: unknown and repeated ids, negative amounts, stretches that end before they start,
cycles of activities that wait for each other, numbers that the solver's 64-bit sums could not hold. What can be meant
but cannot be had (a gap too long, more people picked than there are with the skill, an empty calendar) is a conflict
for the solver to find: an answer, not an error.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import attrs

from hamsafar.errors import SolverError
from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.faults import Fault, Names, Path, shown
from hamsafar.schedule.form_shape import entries
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Pick, Tag
from hamsafar.schedule.validate_asked import constraint_faults, objective_faults
from hamsafar.schedule.validate_cycles import cycle_faults
from hamsafar.schedule.validate_parts import repeated, unknown
from hamsafar.schedule.validate_sums import LARGEST, sum_faults
from hamsafar.schedule.validate_tasks import task_faults

MOST_TOO_LARGE = 1_000  # numbers that are told to be too large

Demand = Allowed | Forbidden | Breaks | Pick


def ensure_valid(problem: Problem) -> None:
    """Raises SolverError naming everything that is malformed, or returns quietly."""
    faults = tuple(faults_of(problem))
    if faults:
        raise SolverError(f"problem {problem.name!r} is malformed:\n" + "\n".join(f"  {fault}" for fault in faults))


def faults_of(problem: Problem) -> Iterator[Fault]:
    """Everything malformed, with its path in the JSON form (`activities[3].duration`)."""
    too_large = tuple(islice(_too_large(problem, (), set()), MOST_TOO_LARGE))
    if problem.last < problem.first:
        words = f"the horizon [{problem.first}, {problem.last}) ends before it begins"
        yield Fault(("last",), words, also=(("first",),))
    yield from repeated((person.id for person in problem.people), ("people",), key="id")
    yield from repeated((task.id for task in problem.tasks), ("activities",), key="id")
    for number, task in enumerate(problem.tasks):
        yield from task_faults(task, ("activities", number))
    known = Names.of(task.id for task in problem.tasks)
    for number, constraint in enumerate(problem.constraints):
        yield from constraint_faults(constraint, ("constraints", number), known)
    yield from repeated((objective.name for objective in problem.objectives), ("objectives",), key="name")
    for number, objective in enumerate(problem.objectives):
        yield from objective_faults(objective, ("objectives", number), known)
    yield from unknown(problem.hint, ("hint",), known)
    yield from _price_and_tag_faults(problem)
    yield from cycle_faults(problem)
    yield from too_large
    if not too_large:
        yield from sum_faults(problem)


def _price_and_tag_faults(problem: Problem) -> Iterator[Fault]:
    """Prices that no objective counts, and what no rule asks for."""
    counted = Names.of(objective.name for objective in problem.objectives if isinstance(objective, SoftCosts))
    for asked, at in _asked(problem):
        if not asked.tag.rule:
            yield Fault((*at, "rule"), "is empty; every demand names the rule that it comes from")
        price = getattr(asked, "price", None)
        if price is not None and price.term not in counted:
            near = counted.near(price.term)
            yield Fault((*at, "price", "term"), f"no soft-costs objective is called {shown(price.term)}{near}")


def _asked(problem: Problem) -> Iterator[tuple[Demand | Constraint, Path]]:
    """All that carries a tag, and where it stands."""
    for number, task in enumerate(problem.tasks):
        at: Path = ("activities", number)
        yield from ((allowed, (*at, "allowed", k)) for k, allowed in enumerate(task.allowed))
        yield from ((forbidden, (*at, "forbidden", k)) for k, forbidden in enumerate(task.forbidden))
        if task.breaks is not None:
            yield task.breaks, (*at, "breaks")
        yield from ((pick, (*at, "picks", k)) for k, pick in enumerate(task.picks))
        for m, mode in enumerate(task.modes):
            yield from ((pick, (*at, "modes", m, "picks", k)) for k, pick in enumerate(mode.picks))
    yield from ((constraint, ("constraints", number)) for number, constraint in enumerate(problem.constraints))


# ---- numbers beyond all meaning


def _too_large(value: Any, at: Path, small: set[int]) -> Iterator[Fault]:
    """Every number in a value that lies beyond LARGEST; `small` are the ids of tuples known to hold none."""
    if isinstance(value, int):
        if abs(value) > LARGEST:
            yield Fault(at, f"lies beyond ±{LARGEST} (got {value})")
    elif isinstance(value, tuple):
        if id(value) in small:
            return  # calendars are shared by hundreds of activities
        found = False
        for number, one in enumerate(value) if not _plainly_small(value) else ():
            for fault in _too_large(one, (*at, number), small):
                found = True
                yield fault
        if not found:
            small.add(id(value))
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _too_large(one, (*at, key), small)
    elif attrs.has(type(value)) and not isinstance(value, Tag):
        kind: type = type(value)
        for entry in entries(kind):
            held = None if entry.of_tag else getattr(value, entry.attribute)
            if held and not isinstance(held, str) and not _is_small(held):  # nothing, and most numbers, at once
                yield from _too_large(held, (*at, entry.key), small)


def _plainly_small(values: tuple[Any, ...]) -> bool:
    """Whether this is nothing but texts or pairs of ticks, all of them small: most of what a problem holds."""
    if all(type(one) is str for one in values):
        return True
    return all(type(one) is tuple and len(one) == 2 and _is_small(one[0]) and _is_small(one[1]) for one in values)


def _is_small(tick: Any) -> bool:
    return type(tick) is int and -LARGEST <= tick <= LARGEST
