"""A scheduling problem in whole ticks and ids. No solver in sight.

A tick is whatever the asker says (a minute for terms and crew days, a second for passes). Stretches of time are
half-open, [first, end); sets of starts are inclusive, [first, last]. Tasks are in `tasks`, what may be asked of them
in `constraints`, what is wanted in `objectives`. Every constraint, and everything a task asks for, carries a Tag: the
rule it comes from, its source and its place (a person, a facility, a fact of the programme), so that a conflict can
be told in those words. Removing all that one rule tagged is `Problem.without(rule)`.

What carries a `price` is soft: it may be broken, and each unit of its *amount* (told with each kind) then costs
`price.each` in the objective `SoftCosts` of the name `price.term`. Without a price it must hold.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import evolve, field, frozen

from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.objectives import Objective
from hamsafar.schedule.tasks import Person, Pick, Tag, Task


@frozen(kw_only=True)
class Problem:
    """Tasks, constraints, and objectives in strict order of importance. Every task lies in [first, last)."""

    name: str
    first: int
    last: int  # every task ends at or before this tick
    tasks: tuple[Task, ...]
    constraints: tuple[Constraint, ...]
    objectives: tuple[Objective, ...]
    people: tuple[Person, ...] = ()
    tick: str = "tick"  # what one tick is, as people say it: "min", "s"
    hint: Mapping[str, int] = field(factory=dict)  # starts to try first

    def candidates(self, pick: Pick) -> tuple[str, ...]:
        """Who may be picked: those listed, and qualified where a skill is asked for."""
        if not pick.skill:
            return pick.candidates
        skilled = (p.id for p in self.people if p.skills.get(pick.skill, pick.level - 1) >= pick.level)
        return tuple(who for who in skilled if not pick.candidates or who in pick.candidates)

    def without(self, rule: str) -> Problem:
        """The same problem with all that one rule tagged taken out.

        Most of that only asks for more, so whatever held still holds. Two kinds are part of what a task is, and without
        them another schedule may be needed: without its breaks a task runs on where it paused, and so ends sooner and
        takes things at other ticks; without a pick nobody takes that part, and what counts those who do counts less.
        """
        tasks = tuple(_task_without(task, rule) for task in self.tasks)
        kept = tuple(constraint for constraint in self.constraints if constraint.tag.rule != rule)
        return evolve(self, tasks=tasks, constraints=kept)


def _task_without(task: Task, rule: str) -> Task:
    required = None if task.required is not None and task.required.rule == rule else task.required
    return evolve(
        task,
        allowed=tuple(allowed for allowed in task.allowed if allowed.tag.rule != rule),
        forbidden=tuple(forbidden for forbidden in task.forbidden if forbidden.tag.rule != rule),
        breaks=None if task.breaks is not None and task.breaks.tag.rule == rule else task.breaks,
        picks=_picks_without(task.picks, rule),
        modes=tuple(evolve(mode, picks=_picks_without(mode.picks, rule)) for mode in task.modes),
        optional=task.optional or required is not task.required,
        required=required,
    )


def _picks_without(picks: tuple[Pick, ...], rule: str) -> tuple[Pick, ...]:
    return tuple(pick for pick in picks if pick.tag.rule != rule)


@frozen(kw_only=True)
class Placed:
    """Where a task came to lie, who was picked for it, by pick name, and in which mode it is done."""

    start: int
    picked: Mapping[str, tuple[str, ...]] = field(factory=dict)
    mode: str = ""


@frozen(kw_only=True)
class TermValue:
    """What an objective came to, and the proved bound."""

    name: str
    value: int
    bound: int
    unit: str


@frozen(kw_only=True)
class Solved:
    """A schedule. `optimal` means every objective in its turn was proved."""

    placed: Mapping[str, Placed]  # present tasks only
    optimal: bool
    terms: tuple[TermValue, ...]
    effort: float  # deterministic time used
    stopped_by: str | None = None  # effort, time limit or asked to stop; None where optimal


@frozen(kw_only=True)
class Conflict:
    """No schedule exists. These tags, taken together, can't hold; each is needed for that where `minimal`.

    `needed` are those of them without which the others can hold, as far as that was shown.
    """

    tags: tuple[Tag, ...]
    minimal: bool
    needed: tuple[Tag, ...] = field(default=(), eq=False)


@frozen(kw_only=True)
class Unknown:
    """No schedule was found in the effort given, and none was shown impossible.

    Where one run found that there is none and no second one could confirm it in time, these tags are `suspected`.
    """

    effort: float
    stopped_by: str
    suspected: tuple[Tag, ...] = ()


Answer = Solved | Conflict | Unknown
