"""The least by which each tag of a conflict must give way for a schedule to exist, each proved by planning again.

What the tags of the conflict ask for is a small problem. In it, all that carries the one tag is made soft and the
amount by which it is broken as small as can be: no smaller amount is enough for the whole problem either. The figures
of that small schedule go into the whole problem, hard; and a schedule of the whole is looked for, first with everything
else where one schedule without the conflict has it. Only where these figures do not do (one more centrifuge, but not on
that day) the whole is searched with the tag soft.

Where another conflict is left when the tag asks nothing at all, a tag of that one gives way besides, and this is said.
Nothing is claimed that was not proved: a relaxation without a schedule tells only that no smaller one is enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from attrs import define, evolve, field, frozen

from hamsafar.errors import SolverError
from hamsafar.schedule.again import held, planned
from hamsafar.schedule.asked import all_tags, limited, presence_tag
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import Reservoir, Rolling
from hamsafar.schedule.engine import Engine
from hamsafar.schedule.explain import conflict_of, conflicts_beside, share_of
from hamsafar.schedule.giving import (
    EDGES,
    Change,
    applied,
    as_asked,
    one_more,
    relaxed,
    shortened,
    softened,
    whole_lengths,
)
from hamsafar.schedule.making import hint_placed, placed_by
from hamsafar.schedule.model import assemble
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.overfull import day_loads
from hamsafar.schedule.past import PAST
from hamsafar.schedule.problem import Conflict, Placed, Problem
from hamsafar.schedule.tasks import Tag, Task
from hamsafar.schedule.validate import ensure_valid

if TYPE_CHECKING:
    from hamsafar.schedule.solve import Progress

__all__ = ["Change", "Relaxation", "relaxations"]

EFFORT = 20.0  # where nobody says how much
Way = Literal["figure", "left out", "shorter"]
GIVES, BESIDES = "gives way", "gives way besides"  # objectives of a softened problem
SMALL_SHARE = 0.4  # of the effort, at most, for the small problems of all tags
FIRST_SHARE = 0.3  # of what is then left, until the first schedule of the whole is found: it is the start of all others
LATER_SHARE = 0.15  # of what is then left: most take next to nothing
MODEL_EFFORT = 4e-6  # by variable and constraint of a model: to build it costs time, which CP-SAT doesn't count
MOST_BESIDES = 6  # tags that give way together with one; more are no advice


@frozen(kw_only=True)
class Relaxation:
    """One way in which one tag gives way: how far, and the hard problem and the schedule that prove it enough.

    A presence gives way by leaving tasks out, or by making them shorter; everything else by its figures. `together`
    are changes of other tags, without which it would not be enough. Where nothing is `proved`, `placed` is empty, and
    `amount` is the least that may be enough. The amount is counted in the kind's own unit (that of the first change).
    """

    tag: Tag
    way: Way
    amount: int
    changes: tuple[Change, ...]
    together: tuple[Change, ...]
    problem: Problem  # the whole, hard, with these changes made
    placed: Mapping[str, Placed]
    proved: bool
    bound: int  # no smaller amount is enough, whatever else is as it is (but for what gives way together with it)

    @property
    def least(self) -> bool:
        """Whether it is proved that nothing smaller does."""
        return self.proved and self.amount <= self.bound

    @property
    def unit(self) -> str:
        """What the amount is counted in, where all changes count in one."""
        units = {change.unit for change in self.changes}
        return units.pop() if len(units) == 1 else ""


def relaxations(
    problem: Problem,
    conflict: Conflict,
    *,
    facts: Mapping[str, Tag] | None = None,
    others: Sequence[Conflict] = (),
    known: Mapping[str, Placed] | None = None,
    only: Collection[Tag] | None = None,
    seed: int = 0,
    workers: int = 1,
    effort: float = EFFORT,
    time_limit_s: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Relaxation, ...]:
    """At least one for every tag of the conflict, in the order of the tags; `only`: for no others than these.

    What has happened, and that nothing begins before now, gives nothing: such a tag has none.

    `others` are further conflicts of the same problem, `known` a schedule of what all other tags ask for; both are
    looked for where they are not given. `facts` names presences as `explain` does. The same problem, seed and effort
    give the same answer, unless a time limit or a request to stop cuts in.
    """
    ensure_valid(problem)
    engine = Engine(
        left=effort,
        seed=seed,
        workers=workers,
        ends_at_s=None if time_limit_s is None else time.monotonic() + time_limit_s,
        should_stop=should_stop,
        each=MODEL_EFFORT,
    )
    search = _Relaxer(problem=problem, engine=engine, facts=facts or {}, on_progress=on_progress)
    return tuple(search.all_of(conflict, others, known, conflict.tags if only is None else only))


@frozen(kw_only=True)
class _Asked:
    """One way of one tag, and the tags of other conflicts that give way besides."""

    tag: Tag
    way: Way
    own: tuple[Tag, ...]  # of its conflict
    tags: tuple[Tag, ...]  # of all conflicts looked at
    besides: tuple[Tag, ...] = ()

    @property
    def giving(self) -> tuple[Tag, ...]:
        """All that give way."""
        return (self.tag, *self.besides)


@frozen(kw_only=True)
class _Least:
    """The least amount found and its bound, in one problem; `none`: however much it gives way, there is no schedule."""

    placed: Mapping[str, Placed] | None = None
    amount: int = 0
    bound: int = 0
    none: bool = False


@define(kw_only=True)
class _Relaxer:
    """Works on one problem with one account of effort."""

    problem: Problem
    engine: Engine
    facts: Mapping[str, Tag]
    on_progress: Callable[[Progress], None] | None
    known: Mapping[str, Placed] = field(factory=dict)

    def all_of(
        self,
        conflict: Conflict,
        others: Sequence[Conflict],
        known: Mapping[str, Placed] | None,
        only: Collection[Tag],
    ) -> Iterator[Relaxation]:
        """The relaxations of each tag: the small problems of all first, so that every tag has its bound."""
        conflicts: Sequence[Conflict] = (conflict, *others)
        self.known = known or {}
        if known is None:
            every = conflicts_beside(self.problem, conflicts, self.engine, self.facts)
            conflicts, self.known = every.found, every.placed or {}
        tags = [tag for tag in conflict.tags if tag in only and tag.rule != PAST]
        asked = [one for tag in tags for one in self._ways_of(tag, conflicts)]
        small: list[_Least] = []
        with share_of(self.engine, SMALL_SHARE):
            for k, one in enumerate(asked):
                self._tell(one, "by how little")
                with share_of(self.engine, 1 / (len(asked) - k)):
                    small.append(self._small(one))
        found: dict[int, Relaxation] = {}
        helping = [n for n, least in enumerate(small) if not least.none]  # to be shorter may not help, however short
        for k, n in enumerate(sorted(helping, key=lambda n: asked[n].way != "left out")):  # the easiest first
            self._tell(asked[n], "planning again")
            enough = LATER_SHARE if any(one.proved for one in found.values()) else FIRST_SHARE
            with share_of(self.engine, max(1 / (len(helping) - k), enough)):
                proved = self._proved(asked[n], small[n])
            if proved is not None:
                found[n] = proved
                self.known = {**self.known, **proved.placed}  # the next one needs much the same room
        yield from (found[n] for n in sorted(found))

    def _tell(self, asked: _Asked, does: str) -> None:
        if self.on_progress is not None:
            from hamsafar.schedule.solve import Progress

            where = " ".join(part for part in (asked.tag.rule, asked.tag.place, asked.tag.detail) if part)
            stage = f"{where}: {does}"
            used, wall_s = self.engine.used, self.engine.wall_s
            self.on_progress(Progress(stage=stage, value=None, bound=None, effort=used, wall_s=wall_s))

    def _without(self, tags: Collection[Tag]) -> Problem:
        every = all_tags(self.problem, self.facts)
        return limited(self.problem, (tag for tag in every if tag not in tags), self.facts)

    def _ways_of(self, tag: Tag, conflicts: Sequence[Conflict]) -> Iterator[_Asked]:
        tags = tuple(dict.fromkeys(one for conflict in conflicts for one in conflict.tags))
        own = next(one.tags for one in conflicts if tag in one.tags)
        besides = tuple(_giving(other, tag, own) for other in conflicts if tag not in other.tags)
        there = [task for task in self.problem.tasks if not task.optional and presence_tag(task, self.facts) == tag]
        asked = _Asked(tag=tag, way="left out" if there else "figure", own=own, tags=tags, besides=besides)
        yield asked
        if any(way.duration > 1 for task in there for way in task.ways):
            yield evolve(asked, way="shorter")

    # ---- the small problem

    def _small(self, asked: _Asked) -> _Least:
        part = limited(self.problem, asked.tags, self.facts)
        soft = self._softened(part, asked)
        loads = () if asked.way == "shorter" else day_loads(soft)
        least = self._least(evolve(soft, constraints=soft.constraints + loads), {}, share=1.0)
        if set(asked.own).isdisjoint(asked.besides):  # as it is, they can't hold together
            least = evolve(least, bound=max(least.bound, 1))
        if asked.way == "shorter" and not whole_lengths(part, asked.tag, self.facts):
            least = evolve(least, bound=min(least.bound, 1))  # between the lengths tried there may be a better one
        return self._narrowed(part, asked, least)

    def _softened(self, part: Problem, asked: _Asked) -> Problem:
        soften = shortened if asked.way == "shorter" else softened
        soft = soften(part, asked.tag, GIVES, self.facts)
        for tag in asked.besides:
            soft = softened(soft, tag, BESIDES, self.facts)
        terms = (GIVES, BESIDES) if asked.besides else (GIVES,)
        return evolve(soft, objectives=tuple(SoftCosts(name=term) for term in terms))

    def _least(self, soft: Problem, hint: Mapping[str, Placed], *, share: float, workers: int = 1) -> _Least:
        """The least amount of the first objective, then of the second."""
        built, best = assemble(soft), _Least()
        if hint:
            hint_placed(built.variables, hint)
        for k, term in enumerate(built.terms):
            if not isinstance(term.cost, int):
                built.model.minimize(term.cost)
            run = self.engine.run(built.model, share=share, workers=workers)
            if run.status == "infeasible":
                return _Least(none=True)
            bound = max(run.bound or 0, term.floor)
            if not run.found:
                return evolve(best, bound=best.bound if k else bound)
            placed = placed_by(built.variables, run.values)
            value = evaluate(soft, placed)[k]
            if k == 0:
                best = _Least(placed=placed, amount=value, bound=value if run.status == "optimal" else bound)
            best = evolve(best, placed=placed)
            built.model.clear_objective()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
            if not isinstance(term.cost, int):
                built.model.add(term.cost <= value)
        return best

    def _narrowed(self, part: Problem, asked: _Asked, least: _Least) -> _Least:
        """The same, but where more of a resource has to be there, it is there in one stretch as short as can be."""
        if asked.way != "figure" or least.placed is None:
            return least
        changes = self._eased(part, asked, least.placed)[1]
        more = [change for change in changes if change.what == "capacity" and change.tag == asked.tag]
        if len(more) != 1 or any(isinstance(one, Reservoir | Rolling) for one in part.constraints):
            return least  # those look at the edges of the horizon
        base = applied(part, [change for change in changes if change is not more[0]])
        begins, ends = more[0].stretches[0][0], more[0].stretches[-1][1]
        wide = part.last - part.first
        edges = {EDGES[0]: Placed(start=begins - wide), EDGES[1]: Placed(start=ends)}
        found = self._least(one_more(base, more[0]), {**least.placed, **edges}, share=0.5).placed
        if found is None:
            return least
        placed = {name: place for name, place in found.items() if name not in EDGES}
        amount = sum(change.amount for change in self._eased(part, asked, placed)[1] if change.tag == asked.tag)
        return evolve(least, placed=placed) if amount <= least.amount else least

    # ---- the whole problem

    def _proved(self, asked: _Asked, small: _Least) -> Relaxation | None:
        """The relaxation that these figures make, or else the least that the whole allows.

        None where to be shorter is not enough, however short: the tag's other way says what is needed besides.
        """
        if small.placed is None:
            return self._relaxation(asked, None, None, small.bound)
        eased, changes = self._eased(self.problem, asked, small.placed)
        free = set(small.placed) | {name for change in changes for name in change.tasks}
        part = limited(eased, all_tags(eased, self.facts), self.facts)
        astray = {name for one in check(part, self.known) for name in one.tasks}  # that other tags don't let stay
        _, placed = planned(part, self.engine, self.known, as_asked(small.placed), self._near(part, astray))
        if placed is not None or self.engine.spent:
            return self._relaxation(asked, small.placed, placed, small.bound)
        whole = limited(self.problem, all_tags(self.problem, self.facts), self.facts)
        soft = self._softened(whole, asked)
        hint = {**self.known, **small.placed}
        near = self._near(soft, free)
        least = _Least()
        if not near.issuperset(self.known):
            least = self._least(held(soft, self.known, near), hint, share=0.5)
        if least.placed is None or least.amount > small.bound:
            least = self._least(soft, hint, share=0.5, workers=self.engine.workers)
            if least.none and asked.way == "shorter":
                return None
            if least.none and len(asked.besides) < MOST_BESIDES:
                return self._with_another(asked, small)
            small = evolve(small, bound=max(small.bound, least.bound))
        least = self._narrowed(whole, asked, least)
        if least.placed is None:
            return self._relaxation(asked, small.placed, None, small.bound)
        return self._relaxation(asked, least.placed, as_asked(least.placed), small.bound)

    def _with_another(self, asked: _Asked, small: _Least) -> Relaxation | None:
        """What another conflict needs besides, that is left when this tag asks for nothing."""
        other = conflict_of(self._without(asked.giving), self.engine, self.facts)
        if other is None:
            return self._relaxation(asked, small.placed, None, small.bound)
        besides = (*asked.besides, _giving(other, asked.tag, asked.tags))
        more = evolve(asked, tags=tuple(dict.fromkeys((*asked.tags, *other.tags))), besides=besides)
        return self._proved(more, self._small(more))

    def _near(self, problem: Problem, free: Collection[str]) -> set[str]:
        """The free tasks and those that take something that one of them may take."""
        tasks = {task.id: task for task in problem.tasks}
        wanted = {name for one in free if one in tasks for name in _resources(problem, tasks[one])}
        return {*free, *(task.id for task in problem.tasks if not wanted.isdisjoint(_resources(problem, task)))}

    def _eased(
        self, problem: Problem, asked: _Asked, placed: Mapping[str, Placed]
    ) -> tuple[Problem, tuple[Change, ...]]:
        """The problem with the figures that this schedule needs, hard; and all changes."""
        changes: list[Change] = []
        for tag in asked.giving:
            problem, more = relaxed(problem, tag, placed, self.facts)
            placed = as_asked(placed)
            changes.extend(more)
        return problem, tuple(changes)

    def _relaxation(
        self, asked: _Asked, figures: Mapping[str, Placed] | None, placed: Mapping[str, Placed] | None, bound: int
    ) -> Relaxation:
        """With the figures that one schedule needs and, where it is proved, a schedule of the whole."""
        if placed is not None and asked.way == "figure" and not asked.besides:
            figures = placed  # what asks for nothing any more may be broken by more than the small problem needed
        problem, changes = (self.problem, ()) if figures is None else self._eased(self.problem, asked, figures)
        if placed is not None and (broken := check(problem, placed)):
            raise SolverError(
                f"problem {self.problem.name!r}: a relaxation breaks its own problem: {broken[0].sentence}"
            )
        own = tuple(change for change in changes if change.tag == asked.tag)
        return Relaxation(
            tag=asked.tag,
            way=asked.way,
            amount=bound if figures is None else sum(change.amount for change in own),
            changes=own,
            together=tuple(change for change in changes if change.tag != asked.tag),
            problem=problem,
            placed=placed or {},
            proved=placed is not None,
            bound=bound,
        )


def _giving(conflict: Conflict, like: Tag, known: Collection[Tag]) -> Tag:
    """The tag of a conflict that gives way besides: one that was not in those known, of the same rule if it can be.

    The past only where there is nothing else: it does not give.
    """
    return min(conflict.tags, key=lambda tag: (tag.rule == PAST, tag in known, tag.rule != like.rule))


def _resources(problem: Problem, task: Task) -> set[str]:
    """All that the task may take."""
    picks = (*task.picks, *(pick for way in task.ways for pick in way.picks))
    always = {name for way in task.ways for name, amount in way.occupies.items() if amount}
    return always.union(*(problem.candidates(pick) for pick in picks))
