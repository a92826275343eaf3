"""Why there is no schedule: the smallest set of tags that can't hold together.

What a set of tags asks for is told in `asked.py`: fewer tags are never harder to obey, and with none nothing has to be
there, so a conflict is never empty. Every set is judged by the model of what it asks for, and no more: a few tags make
a small model.

What can be seen without search (a task that fits nowhere, lags that go round in a circle, days that hold less than has
to be done on them) is shrunk first, by that alone. Then what is left, or the whole, is proved once more, with another
seed and without presolve: the solver has had false conflicts. Then tags are dropped: those of tasks that the solver's
assumptions spare (a hint, proved before it is used), whole rules one at a time, and tags by growing chunks. What
remains is proved again in the same way. Shrinking may use what is left of effort and time, less a share for that last
proof; where it is stopped, or the last proof fails, what was proved before is told, and not called minimal.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain

from attrs import define, evolve, field, frozen

from hamsafar.errors import SolverError
from hamsafar.schedule.again import planned, without_presolve
from hamsafar.schedule.asked import FACT, all_tags, demands, limited, presence_tag
from hamsafar.schedule.constraints import Capacity, NoOverlap
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.model import assemble
from hamsafar.schedule.overfull import day_loads, overfull
from hamsafar.schedule.problem import Conflict, Placed, Problem
from hamsafar.schedule.quick.distances import implied_orders
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.tasks import Tag
from hamsafar.schedule.validate import ensure_valid

__all__ = ["FACT", "all_tags", "conflict_of", "explain", "limited", "presence_tag"]

SIGHT_SHARE = 0.25  # of the time, at most, to shrink what is seen without search
WHOLE_SHARE = 0.5  # of the effort and time, at most, for the second proof of the whole
CONFIRM_SHARE = 0.25  # of what is then left, kept back for the last proof
CALL_SHARE = 0.125  # of the rest, at most, for one question
FEW = 60  # tags that are dropped one by one as fast as the solver says whom it blames
UNANSWERED = 8  # questions without an answer, and no more are asked


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


@frozen(kw_only=True)
class Conflicts:
    """Conflicts that share no tag, and a schedule of all that none of them asks for, where one was found.

    Without one there may be `more`; with one, whatever other conflict there is has a tag of these.
    """

    found: tuple[Conflict, ...]
    placed: Mapping[str, Placed] | None

    @property
    def more(self) -> bool:
        """Whether there may be more that share no tag with these."""
        return self.placed is None


def conflicts_beside(
    problem: Problem, found: Sequence[Conflict], engine: Engine, facts: Mapping[str, Tag] | None = None
) -> Conflicts:
    """These conflicts and, one after another, those that are left when the tags of all before are dropped."""
    every = list(found)
    while not engine.spent:
        dropped = {tag for conflict in every for tag in conflict.tags}
        rest = limited(problem, (tag for tag in all_tags(problem, facts) if tag not in dropped), facts)
        status, placed = ("infeasible", None) if _nowhere(rest) else planned(rest, engine)
        more = conflict_of(rest, engine, facts) if status == "infeasible" else None
        if more is None:
            return Conflicts(found=tuple(every), placed=placed)
        every.append(more)
    return Conflicts(found=tuple(every), placed=None)


def conflict_of(
    problem: Problem, engine: Engine, facts: Mapping[str, Tag] | None = None, *, shrink: bool = True
) -> Conflict | None:
    """The conflict of a problem that one run found infeasible; None where no second run could confirm it.

    Without `shrink` it is told whole, as soon as it is confirmed. Raises SolverError where a second run finds a
    schedule instead.
    """
    judge = _Judge(problem, engine, facts or {})
    with share_of(engine, SIGHT_SHARE):
        whole = _seen_at_once(judge, judge.in_play(all_tags(problem, facts)))
    with share_of(engine, WHOLE_SHARE):
        proved = judge.proved_again(whole)
    if not shrink:
        return Conflict(tags=whole, minimal=False) if proved else None
    engine.workers = 1  # assumptions ask for it, and small models gain nothing from more
    with share_of(engine, 1 - CONFIRM_SHARE):
        tags = _shrunk(judge, whole)
    if not (proved and tags == whole) and judge.proved_again(tags, doubtful=not proved):
        return Conflict(tags=tags, minimal=judge.sure, needed=judge.needed(tags))
    if proved:
        return Conflict(tags=whole, minimal=judge.sure and tags == whole, needed=judge.needed(whole))
    return None


def conflict_within(
    problem: Problem, conflict: Conflict, engine: Engine, facts: Mapping[str, Tag] | None = None
) -> Conflict | None:
    """The conflict of a problem that has the same schedules as another, of which this conflict is, and asks for more.

    The other may leave out what its tags make hold anyway: here fewer tags may do, or others may be needed besides.
    None where the effort doesn't last.
    """
    part = limited(problem, conflict.tags, facts)
    run = engine.run(assemble(evolve(part, constraints=part.constraints + day_loads(part))).model)
    if run.status == "unknown":
        return None
    return conflict_of(problem if run.found else part, engine, facts)


@contextmanager
def share_of(engine: Engine, share: float) -> Iterator[None]:
    """Within it, the engine has this share of the effort and time that are left; afterwards what remains of all."""
    left, used, ends_at_s = engine.left, engine.used, engine.ends_at_s
    engine.left *= share
    if ends_at_s is not None:
        now_s = time.monotonic()
        engine.ends_at_s = now_s + share * max(0.0, ends_at_s - now_s)
    try:
        yield
    finally:
        engine.left, engine.ends_at_s = max(0.0, left - (engine.used - used)), ends_at_s
        if engine.stopped_by in ("effort", "time limit"):  # of the share; the engine looks again at what is left
            engine.stopped_by = ""


@define
class _Judge:
    """Says whether a set of tags is impossible, remembering what it saw."""

    problem: Problem
    engine: Engine
    facts: Mapping[str, Tag]
    searches: bool = True  # False: what can't be seen without search counts as possible
    unanswered: int = 0
    patience: float = CALL_SHARE
    _possible: list[frozenset[Tag]] = field(factory=list)

    @property
    def sure(self) -> bool:
        """Whether every question was answered."""
        return not self.unanswered

    @property
    def done(self) -> bool:
        """Whether nothing more should be asked."""
        return self.unanswered >= UNANSWERED or self.engine.spent

    def proved_again(self, tags: tuple[Tag, ...], *, doubtful: bool = True) -> bool:
        """Whether another seed, without presolve, shows them impossible; False where it can't say.

        Raises SolverError where it finds a schedule, and what it should have proved was `doubtful`.
        """
        if self.engine.spent:
            return False
        part = limited(self.problem, tags, self.facts)
        more = evolve(part, constraints=part.constraints + day_loads(part))
        workers = without_presolve(self.engine)
        run = self.engine.run(assemble(more).model, seed_shift=1, presolve=False, workers=workers)
        if run.found and doubtful:
            raise SolverError(f"problem {self.problem.name!r}: a conflict was found that another run solved: {tags}")
        return run.status == "infeasible"

    def impossible(self, tags: Iterable[Tag]) -> bool:
        """Whether these tags are shown to be impossible together."""
        asked = frozenset(tags)
        if any(asked <= seen for seen in self._possible):
            return False
        if self.done:
            self.unanswered += 1
            return False
        part = limited(self.problem, asked, self.facts)
        implied = None if _nowhere(part) else implied_orders(part)
        if implied is None or not self.searches:
            return implied is None
        if part.constraints or _has_picks(part):
            more = evolve(part, constraints=part.constraints + implied + day_loads(part))
            run = self.engine.run(assemble(more).model, share=self.patience)
            if run.status == "infeasible":
                return True
            if not run.found:
                self.unanswered += 1
                return False
        self._possible.append(asked)
        return False

    def needed(self, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """Those of the tags without which the others were seen to be possible."""
        return tuple(tag for tag in tags if any(set(tags) - {tag} <= seen for seen in self._possible))

    def in_play(self, tags: Iterable[Tag]) -> tuple[Tag, ...]:
        """Those of the tags that ask something of a task that is there, or of all together, in their order."""
        kept = tuple(tags)
        part = limited(self.problem, kept, self.facts)
        speaking = {constraint.tag for constraint in part.constraints}
        speaking.update(presence_tag(task, self.facts) for task in part.tasks)
        speaking.update(tag for task in part.tasks for tag in demands(task))
        return tuple(tag for tag in kept if tag in speaking)

    def core(self, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
        """A hint: the tags in play when only the tasks that the solver blames are there."""
        part = limited(self.problem, tags, self.facts)
        sure = {task.id: presence_tag(task, self.facts) for task in part.tasks if not task.optional}
        free = tuple(evolve(task, optional=True, required=None) for task in part.tasks)
        built = assemble(evolve(part, tasks=free, constraints=part.constraints + day_loads(part)))
        present = built.variables.present
        built.model.add_assumptions([present[name] for name in sure])
        run = self.engine.run(built.model, share=self.patience)
        if run.status != "infeasible":
            return tags
        blamed = {tag for name, tag in sure.items() if present[name].index in run.core}
        return self.in_play(tag for tag in tags if tag in blamed or tag not in sure.values())


def _nowhere(part: Problem) -> frozenset[str]:
    """A task that must be there and fits nowhere, or some that can't all take one thing, where there are such."""
    nowhere = next((task.id for task in part.tasks if not task.optional and not possible_starts(part, task)), None)
    if nowhere is not None:
        return frozenset((nowhere,))
    many = overfull(part)
    return frozenset() if many is None else many.tasks


def _has_picks(part: Problem) -> bool:
    return any(task.picks or any(mode.picks for mode in task.modes) for task in part.tasks)


def _seen_at_once(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """As few as can be seen to be impossible without search, where all of them can; else all."""
    judge.searches = False
    part = limited(judge.problem, tags, judge.facts)
    blamed = _nowhere(part)
    if blamed:  # the plainest conflict of all, unless they are there for another's sake
        tasks = [task for task in part.tasks if task.id in blamed]
        own = {presence_tag(task, judge.facts) for task in tasks} | {tag for task in tasks for tag in demands(task)}
        own |= {one.tag for one in part.constraints if isinstance(one, NoOverlap | Capacity) and len(blamed) > 1}
        alone = judge.in_play(tag for tag in tags if tag in own)
        tags = alone if judge.impossible(alone) else tags
    if judge.impossible(tags):
        tags = _by_tag(judge, _by_rule(judge, tags))
    judge.searches = True
    return tags


def _shrunk(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """Tags that are impossible together, as few as the effort allows; with fewer rules the solver blames better."""
    tags = _by_tag(judge, _blamed(judge, _by_rule(judge, _blamed(judge, tags))))
    if judge.unanswered and not judge.done:  # what is left is small: ask once more what found no answer before
        judge.unanswered, judge.patience = 0, 2 * judge.patience
        tags = _by_tag(judge, tags)
    return tags


def _blamed(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The same without the tasks that the solver spares, where that is still impossible."""
    if judge.done or len(tags) <= FEW:
        return tags
    narrowed, unanswered = judge.core(tags), judge.unanswered
    if len(narrowed) < len(tags) and judge.impossible(narrowed):
        return narrowed
    judge.unanswered = unanswered  # an unanswered hint leaves no doubt about what follows
    return tags


def _by_rule(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The same without the rules that are not needed: many at once, as what is left is then soon small."""
    return _without_the_needless(judge, [[tag for tag in tags if tag.rule == rule] for rule in _rules(tags)])


def _by_tag(judge: _Judge, tags: tuple[Tag, ...]) -> tuple[Tag, ...]:
    """The same without the tags that are not needed."""
    return _without_the_needless(judge, [[tag] for tag in tags])


def _rules(tags: tuple[Tag, ...]) -> Iterable[str]:
    return dict.fromkeys(tag.rule for tag in tags)


def _without_the_needless(judge: _Judge, groups: Sequence[Sequence[Tag]]) -> tuple[Tag, ...]:
    """The tags of the groups that are needed: chunks of them double while they can go, and halve when they can't."""
    needed: list[Sequence[Tag]] = []
    rest, size = list(groups), max(1, len(groups) // 2)
    while rest:
        size = min(size, len(rest))
        fewer = tuple(chain.from_iterable((*needed, *rest[size:])))
        if judge.impossible(fewer):
            staying = set(judge.in_play(fewer))
            left = ([tag for tag in group if tag in staying] for group in rest[size:])
            rest, size = [group for group in left if group], size * 2
        elif size > 1:
            size //= 2
        else:
            needed, rest = [*needed, rest[0]], rest[1:]
    return tuple(chain.from_iterable(needed))
