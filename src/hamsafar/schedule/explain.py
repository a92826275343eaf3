"""Why there is no schedule: the smallest set of tags that can't hold together.

A conflict is looked for among *tags*: of the allowed sets, of the picks, of the constraints, and of the presence of
each mandatory task (its `required` reason; where it has none, the fact that it is there, `Tag("CMP-01", task)`).
The horizon and durations are facts that go with a task's presence. To switch a tag off is to leave out all that it
asked for; with every tag off nothing has to be there, so a conflict is never empty.

Nothing that is left out can make a schedule harder to find, so optional tasks play no part
(unless a mandatory one needs them), and every set of tags
is judged by the model of what it asks for, and no more: a few tags make a small model. First the tasks are narrowed by
the solver's assumptions (a hint, proved again before it is used), then whole rules are dropped one at a time, then
tags by growing chunks. What is left is proved again with another seed and without presolve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from attrs import define, evolve, field

from hamsafar.errors import SolverError
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.model import assemble
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Apart,
    Capacity,
    Conflict,
    Constraint,
    Implies,
    Lag,
    Load,
    NoOverlap,
    PickAllowed,
    Problem,
    RestBetween,
    StartLag,
    StartsApart,
    Tag,
    Task,
)
from hamsafar.schedule.ranges import possible_starts
from hamsafar.schedule.validate import ensure_valid

FACT = "CMP-01"  # the rule that whatever is mandatory is in the plan, in full length
CONFIRM_SHARE = 0.25  # of the effort, kept back for the last proof
CALL_SHARE = 0.125  # of the effort, at most, on one question: eight without an answer, and no more are asked


def explain(
    problem: Problem,
    *,
    effort: float,
    seed: int = 0,
    should_stop: Callable[[], bool] | None = None,
    facts: Mapping[str, Tag] | None = None,
) -> Conflict | None:
    """The conflict, or None where there is a schedule or none was shown impossible within the effort.

    `facts` gives, by task id, the tag of a mandatory task's presence where it has no `required` reason of its own.
    """
    ensure_valid(problem)
    engine = Engine(left=effort, seed=seed, should_stop=should_stop)
    whole = limited(problem, all_tags(problem, facts), facts)
    if engine.run(assemble(whole).model).status != "infeasible":
        return None
    return conflict_of(problem, engine, facts)


def conflict_of(problem: Problem, engine: Engine, facts: Mapping[str, Tag] | None = None) -> Conflict | None:
    """The conflict of a problem that one run found infeasible; None where that could not be confirmed."""
    engine.workers = 1  # assumptions ask for it, and small models gain nothing from more
    confirm = engine.left * CONFIRM_SHARE
    engine.left -= confirm
    judge = _Judge(problem, engine, facts or {})
    tags = _shrunk(judge, all_tags(problem, facts))
    engine.left = max(0.0, engine.left) + confirm
    if engine.stopped_by == "effort":
        engine.stopped_by = ""
    status = engine.run(assemble(limited(problem, tags, facts)).model, seed_shift=1, presolve=False).status
    if status in ("optimal", "feasible"):
        raise SolverError(f"problem {problem.name!r}: a conflict was found that another run solved: {tags}")
    return Conflict(tags=tags, minimal=judge.sure) if status == "infeasible" else None


def all_tags(problem: Problem, facts: Mapping[str, Tag] | None = None) -> tuple[Tag, ...]:
    """Every tag that may be part of a conflict: rules first, presence last, each once."""
    rules = [constraint.tag for constraint in problem.constraints]
    presence = [presence_tag(task, facts) for task in problem.tasks if not task.optional]
    needed = _needed(problem, frozenset([*rules, *presence]), facts)
    places = (tag for task in problem.tasks if task.id in needed for tag in _asked(task))
    return tuple(dict.fromkeys(chain(rules, places, presence)))


def presence_tag(task: Task, facts: Mapping[str, Tag] | None = None) -> Tag:
    """Why a mandatory task is there."""
    return task.required or (facts or {}).get(task.id) or Tag(FACT, task.id)


def limited(problem: Problem, tags: Iterable[Tag], facts: Mapping[str, Tag] | None = None) -> Problem:
    """What these tags ask for and no more, without optional tasks and objectives."""
    kept = frozenset(tags)
    needed = _needed(problem, kept, facts)
    tasks = tuple(
        evolve(
            task,
            allowed=tuple(allowed for allowed in task.allowed if allowed.tag in kept),
            picks=tuple(pick for pick in task.picks if pick.tag in kept),
            optional=False,
        )
        for task in problem.tasks
        if task.id in needed
    )
    there = {task.id: task for task in tasks}
    projected = (_projected(constraint, there) for constraint in problem.constraints if constraint.tag in kept)
    constraints = tuple(constraint for constraint in projected if constraint is not None)
    return evolve(problem, tasks=tasks, constraints=constraints, objectives=(), hint={})


def _needed(problem: Problem, kept: frozenset[Tag], facts: Mapping[str, Tag] | None) -> set[str]:
    """The tasks that have to be there: mandatory ones whose presence is asked for, and what they in turn need."""
    needed = {task.id for task in problem.tasks if not task.optional and presence_tag(task, facts) in kept}
    links = [(c.task, c.needs) for c in problem.constraints if isinstance(c, Implies) and c.tag in kept]
    while more := {needs for task, needs in links if task in needed} - needed:
        needed |= more
    return needed


def _asked(task: Task) -> Iterator[Tag]:
    yield from (allowed.tag for allowed in task.allowed)
    yield from (pick.tag for pick in task.picks)


def _projected(constraint: Constraint, there: Mapping[str, Task]) -> Constraint | None:
    """The constraint on the tasks that are there; None where it has nothing to say about them."""
    match constraint:
        case NoOverlap() | Capacity():
            least = 2 if isinstance(constraint, NoOverlap) else 1
            return constraint if _takers(constraint.resource, there) >= least else None
        case Lag() | StartLag():
            return constraint if constraint.before in there and constraint.after in there else None
        case Apart():
            return constraint if constraint.first in there and constraint.second in there else None
        case Implies():
            return constraint if constraint.task in there else None  # then what it needs is there too
        case PickAllowed():
            task = there.get(constraint.task)
            return constraint if task is not None and _may_take(task, constraint.candidate) else None
        case StartsApart() | ActiveBuckets() | RestBetween():
            tasks = tuple(name for name in constraint.tasks if name in there)
            least = 1 if isinstance(constraint, ActiveBuckets) else 2
            return evolve(constraint, tasks=tasks) if len(tasks) >= least else None
        case Load():
            weights = {name: weight for name, weight in constraint.weights.items() if name in there}
            return evolve(constraint, weights=weights) if sum(weights.values()) > constraint.limit else None


def _takers(resource: str, there: Mapping[str, Task]) -> int:
    return sum(_may_take(task, resource) for task in there.values())


def _may_take(task: Task, resource: str) -> int:
    """In how many ways the task may take the resource: always, and by each pick."""
    return (task.occupies.get(resource, 0) > 0) + sum(resource in pick.candidates for pick in task.picks)


@define
class _Judge:
    """Says whether a set of tags is impossible, remembering what it saw."""

    problem: Problem
    engine: Engine
    facts: Mapping[str, Tag]
    sure: bool = True  # False once a question went unanswered
    granted: float = field(init=False)  # effort for one question
    _possible: list[frozenset[Tag]] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        self.granted = self.engine.left * CALL_SHARE

    def impossible(self, tags: Iterable[Tag]) -> bool:
        """Whether these tags are shown to be impossible together."""
        asked = frozenset(tags)
        if any(asked <= seen for seen in self._possible):
            return False
        part = limited(self.problem, asked, self.facts)
        if any(not possible_starts(part, task) for task in part.tasks):
            return True  # no search needed: one task fits nowhere
        if part.tasks and part.constraints:
            if self.engine.spent:
                self.sure = False
                return False
            run = self.engine.run(assemble(part).model, effort=self.granted)
            if run.status == "infeasible":
                return True
            if not run.found:
                self.sure = False
                return False
        self._possible.append(asked)
        return False

    def in_play(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """Those of the tags that ask something of a task that is there, in their order."""
        kept = tuple(tags)
        part = limited(self.problem, kept, self.facts)
        speaking = {constraint.tag for constraint in part.constraints}
        speaking.update(presence_tag(task, self.facts) for task in part.tasks)
        speaking.update(tag for task in part.tasks for tag in _asked(task))
        return tuple(tag for tag in kept if tag in speaking)

    def core(self, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """A hint: the tags in play when only the tasks that the solver blames are there."""
        part = limited(self.problem, tags, self.facts)
        built = assemble(evolve(part, tasks=tuple(evolve(task, optional=True, required=None) for task in part.tasks)))
        present = built.variables.present
        built.model.add_assumptions(list(present.values()))
        blamed = set(self.engine.run(built.model, effort=self.granted).core)
        spared = {presence_tag(task, self.facts) for task in part.tasks if present[task.id].index not in blamed} - {
            presence_tag(task, self.facts) for task in part.tasks if present[task.id].index in blamed
        }
        return self.in_play(tag for tag in tags if tag not in spared) if blamed else tags


def _shrunk(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Tags that are impossible together, as few as the effort allows."""
    tags = judge.in_play(tags)
    for hint in (_nowhere, _Judge.core):
        narrowed = hint(judge, tags)
        if len(narrowed) < len(tags) and judge.impossible(narrowed):
            tags = narrowed
            break
    judge.sure = True  # an unanswered hint leaves no doubt about what follows
    return _by_tag(judge, _by_rule(judge, tags))


def _nowhere(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The tags of one task that fits nowhere, where there is one: the plainest conflict of all."""
    for task in limited(judge.problem, tags, judge.facts).tasks:
        if not possible_starts(judge.problem, task):
            own = {presence_tag(task, judge.facts), *(allowed.tag for allowed in task.allowed)}
            return judge.in_play(tag for tag in tags if tag in own)
    return tags


def _by_rule(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The same without the rules that are not needed, one at a time."""
    for rule in dict.fromkeys(tag.rule for tag in tags):
        fewer = judge.in_play(tag for tag in tags if tag.rule != rule)
        if len(fewer) < len(tags) and judge.impossible(fewer):
            tags = fewer
    return tags


def _by_tag(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The same without the tags that are not needed: chunks double while they can go, and halve when they can't."""
    needed: tuple[Tag, ...] = ()
    rest, size = tags, max(1, len(tags) // 2)
    while rest:
        size = min(size, len(rest))
        if judge.impossible(needed + rest[size:]):
            staying = set(judge.in_play(needed + rest[size:]))
            rest, size = tuple(tag for tag in rest[size:] if tag in staying), size * 2
        elif size > 1:
            size //= 2
        else:
            needed, rest = needed + rest[:1], rest[1:]
    return needed
