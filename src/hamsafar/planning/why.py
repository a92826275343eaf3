"""Why something is where it is in a plan, or why it was left out and what putting it in would cost.

The stage's problem is built again from the plan alone, and the plan's placements are its schedule. What holds a
placement is told from the programme; how far it could move is measured with everything else where it is
(`schedule.slack`), and where it can't move at all, the whole stage is asked whether it could lie elsewhere with others
moved. What was left out is asked for: whether it can be in at all, whether it can be in with all that is in, and what
the objectives then come to. Nothing is claimed that was not proved by the checker or by planning again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from attrs import define, evolve, field, frozen

from hamsafar.domain.plan import Dropped, Placement, Plan, Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import Relaxed
from hamsafar.planning.figures import Asked
from hamsafar.planning.holding import Reason, broken_in_words, has_happened, holding
from hamsafar.planning.news import news, units_of
from hamsafar.planning.rebuilt import StageAgain, problem_of, stage_again
from hamsafar.planning.relaxing import no_plan
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import instant_of
from hamsafar.planning.words import Clash, clashes
from hamsafar.schedule.check import Violation, evaluate
from hamsafar.schedule.objectives import AwayFromPreferred, Moved
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved
from hamsafar.schedule.slack import broken_at, slack
from hamsafar.schedule.tasks import Allowed, Tag
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from hamsafar.planning.make import Options

_ELSEWHERE = "elsewhere"  # the rule of the tag that forbids a placement its own start
_FEW = 3  # placements asked about at once; of more it is not asked whether each could lie elsewhere with others moved
_SHARE = 0.25  # of the effort, for each question of yes or no


@frozen(kw_only=True)
class Freedom:
    """How far a placement can move while everything else stays where it is.

    `first` to `last`: the starts about its own that break nothing; what stops it a minute before and after.
    `earliest` and `latest`: of all its starts, with whoever else could serve; None where that was not proved.
    """

    first: Instant
    last: Instant
    before: tuple[str, ...]
    after: tuple[str, ...]
    earliest: Instant | None
    latest: Instant | None


@frozen(kw_only=True)
class Elsewhere:
    """Whether a placement could lie elsewhere with others moved: yes (for instance when), no (why not), or unknown."""

    possible: bool | None
    start: Instant | None = None
    moved: tuple[str, ...] = ()  # others that lie elsewhere then
    clashes: tuple[Clash, ...] = ()


@frozen(kw_only=True)
class Preferred:
    """The start that the programme prefers, and what stops it there while everything else stays."""

    start: Instant
    away_min: int
    stopped_by: tuple[str, ...]


@frozen(kw_only=True)
class Placing:
    """Why a placement is where it is."""

    placement: Placement
    reasons: tuple[Reason, ...]
    broken: tuple[str, ...] = ()  # what it breaks where it is
    freedom: Freedom | None = None  # None where it has happened, or where the plan breaks its own rules
    preferred: Preferred | None = None
    elsewhere: Elsewhere | None = None  # None where it was not asked: it can move as it is, or many were asked about

    @property
    def is_forced(self) -> bool:
        """Whether it is proved that it can lie nowhere else."""
        return self.elsewhere is not None and self.elsewhere.possible is False


@frozen(kw_only=True)
class TermChange:
    """What one objective of the plan comes to without and with something.

    `bound`: no plan with it has less, that is as good in what comes before; None where that was not looked for.
    """

    name: str
    unit: str
    before: int
    after: int
    bound: int | None


@frozen(kw_only=True)
class Shift:
    """A placement that would lie elsewhere."""

    placement: str
    before: Instant
    after: Instant


@frozen(kw_only=True)
class Cost:
    """What it costs to put something in: the best plan found with it, against the plan."""

    span: Span
    terms: tuple[TermChange, ...]
    left_out: tuple[str, ...]
    put_in: tuple[str, ...]
    moved: tuple[Shift, ...]
    proved: bool  # whether nothing is better in these, the fewest moved before the last of them


@frozen(kw_only=True)
class Leaving:
    """Why something optional was left out. `possible`: whether it can be in at all; None where that was not found out.

    `clashes`: where it can't, the rules and facts that bar it; where it can, those that bar it while everything stays
    that is in the plan (none: nothing has to go for it). `cost` where a plan with it was found, `relaxations` where it
    can't be in.
    """

    dropped: Dropped
    possible: bool | None
    clashes: tuple[Clash, ...] = ()
    minimal: bool = True
    beside_all: bool | None = None  # whether it can be in with all that is in the plan
    cost: Cost | None = None
    relaxations: tuple[Relaxed, ...] = ()
    stopped_by: str | None = None


@frozen(kw_only=True)
class Why:
    """The answer about everything that was asked for, by start; what was left out comes last."""

    about: str
    placed: tuple[Placing, ...]
    left_out: tuple[Leaving, ...]

    @property
    def is_decided(self) -> bool:
        """Whether every question found its answer in the effort given."""
        open_ = any(one.elsewhere is not None and one.elsewhere.possible is None for one in self.placed)
        return not open_ and all(one.possible is not None for one in self.left_out)


def known_ids(plan: Plan) -> tuple[str, ...]:
    """Everything that may be asked about: placements, what was left out, and what they are occurrences of."""
    every: tuple[Placement | Dropped, ...] = (*plan.placements, *plan.dropped)
    return tuple(dict.fromkeys([one.id for one in every] + [one.of for one in every]))


def why(plan: Plan, about: str, options: Options) -> Why:
    """Why a placement, or all of an activity or a session, is where it is, or was left out.

    `about` is one of `known_ids`; KeyError otherwise.
    """
    placed = [one for one in plan.placements if about in (one.id, one.of)]
    left_out = [one for one in plan.dropped if about in (one.id, one.of)]
    if not placed and not left_out:
        raise KeyError(about)
    asking = _Asking(plan=plan, options=options, many=len(placed) + len(left_out) > _FEW)
    return Why(
        about=about,
        placed=tuple(asking.placing(one) for one in placed),
        left_out=tuple(asking.leaving(one) for one in left_out),
    )


@define(kw_only=True)
class _Asking:
    """Asks the stages of one plan, each built once."""

    plan: Plan
    options: Options
    many: bool
    _stages: dict[Stage, StageAgain] = field(factory=dict)

    def _stage(self, stage: Stage) -> StageAgain:
        if stage not in self._stages:
            self.options.tell(f"Building the problem again: {'training' if stage == 'training' else 'days aboard'}")
            self._stages[stage] = stage_again(self.plan, stage)
        return self._stages[stage]

    # ---- what is in the plan

    def placing(self, placement: Placement) -> Placing:
        """Why it is where it is."""
        again = self._stage(placement.stage)
        reasons = tuple(holding(self.plan, placement, again.problem))
        if has_happened(self.plan, placement):
            return Placing(placement=placement, reasons=reasons)
        if again.broken or placement.id not in again.placed:
            found = [one for one in again.broken if placement.id in one.tasks]
            told = self._said(found, placement.id) or ("the plan breaks its own rules elsewhere; see hamsafar verify",)
            return Placing(placement=placement, reasons=reasons, broken=told)
        self.options.tell(f"Looking how far it can move: {placement.id}")
        freedom = self._freedom(again, placement)
        stuck = freedom.first == freedom.last and freedom.earliest == freedom.latest
        return Placing(
            placement=placement,
            reasons=reasons,
            freedom=freedom,
            preferred=self._preferred(again, placement),
            elsewhere=self._elsewhere(again, placement) if stuck and not self.many else None,
        )

    def _freedom(self, again: StageAgain, placement: Placement) -> Freedom:
        found = slack(again.problem, again.placed, placement.id, seed=self.options.seed)
        return Freedom(
            first=instant_of(found.room.first),
            last=instant_of(found.room.last),
            before=self._said(found.room.before, placement.id),
            after=self._said(found.room.after, placement.id),
            earliest=None if found.earliest is None else instant_of(found.earliest),
            latest=None if found.latest is None else instant_of(found.latest),
        )

    def _said(self, found: Iterable[Violation], about: str) -> tuple[str, ...]:
        """What is broken, in people's words, and with what it would collide."""
        return tuple(dict.fromkeys(broken_in_words(self.plan, one, about) for one in found))

    def _preferred(self, again: StageAgain, placement: Placement) -> Preferred | None:
        wanted = {
            name: tick
            for one in again.problem.objectives
            if isinstance(one, AwayFromPreferred)
            for name, tick in one.preferred.items()
        }
        if placement.id not in wanted:
            return None
        start, at = wanted[placement.id], again.placed[placement.id].start
        broken = () if start == at else broken_at(again.problem, again.placed, placement.id, start)
        return Preferred(start=instant_of(start), away_min=abs(start - at), stopped_by=self._said(broken, placement.id))

    def _elsewhere(self, again: StageAgain, placement: Placement) -> Elsewhere:
        """Asks the whole stage for a schedule in which it starts at any other time."""
        self.options.tell(f"Asking whether it could lie elsewhere: {placement.id}")
        at = again.placed[placement.id].start
        tag = Tag(_ELSEWHERE, placement.id)
        first, last = again.problem.first, again.problem.last
        other = Allowed(ranges=tuple(one for one in ((first, at - 1), (at + 1, last)) if one[0] <= one[1]), tag=tag)
        tasks = tuple(
            evolve(task, allowed=(*task.allowed, other), optional=False) if task.id == placement.id else task
            for task in again.problem.tasks
        )
        near = AwayFromPreferred(name="away", unit="min", preferred=_starts(again.placed, without=placement.id))
        answer = self._solved(evolve(again.problem, tasks=tasks, objectives=(near,)), again.placed, _SHARE)
        if isinstance(answer, Conflict):
            tags = [one for one in answer.tags if one.rule != _ELSEWHERE]
            return Elsewhere(possible=False, clashes=clashes(self.plan.programme, tags))
        if not isinstance(answer, Solved):
            return Elsewhere(possible=None)
        moved = [one.placement for one in _shifts(again.placed, answer.placed) if one.placement != placement.id]
        return Elsewhere(possible=True, start=instant_of(answer.placed[placement.id].start), moved=tuple(moved))

    # ---- what was left out

    def leaving(self, dropped: Dropped) -> Leaving:
        """Why it was left out, and what it would cost to put it in."""
        again = self._stage("flight")
        if dropped.id not in {task.id for task in again.problem.tasks}:
            return self._over(dropped)
        self.options.tell(f"Asking whether it can be in at all: {dropped.id}")
        must = _required(again.problem, {dropped.id})
        answer = self._solved(evolve(must, objectives=()), again.placed, _SHARE)
        if isinstance(answer, Conflict):
            return self._barred(dropped, again, must, answer)
        if not isinstance(answer, Solved):
            return Leaving(dropped=dropped, possible=None, stopped_by=answer.stopped_by)
        return self._costing(dropped, again, must, answer)

    def _over(self, dropped: Dropped) -> Leaving:
        """What no problem asks for any more, because its day is over."""
        now = self.plan.programme.past_until
        if now is None:
            return Leaving(dropped=dropped, possible=None, stopped_by="the plan's own problem doesn't know it")
        tags = tag_of("PST-01", "now", f"{now.iso()[:16]}Z"), tag_of("CRW-12", dropped.id, "its day is over")
        return Leaving(dropped=dropped, possible=False, beside_all=False, clashes=clashes(self.plan.programme, tags))

    def _barred(self, dropped: Dropped, again: StageAgain, must: Problem, conflict: Conflict) -> Leaving:
        asked = Asked(
            programme=self.plan.programme,
            stage="flight",
            flight=self.plan.flight,
            problem=must,
            conflict=conflict,
            build=partial(_built_with, self.plan, dropped.id),
            whole=partial(_built_with, self.plan, dropped.id, whole=True),
            known=again.placed,
        )
        answer = no_plan(asked, self.options)
        return Leaving(
            dropped=dropped,
            possible=False,
            clashes=answer.clashes,
            minimal=answer.minimal,
            beside_all=False,
            relaxations=tuple(one for one in answer.relaxations if not _leaves_out(one, dropped.id)),
        )

    def _costing(self, dropped: Dropped, again: StageAgain, must: Problem, found: Solved) -> Leaving:
        self.options.tell(f"Asking whether it can be in beside all that is in the plan: {dropped.id}")
        whole = _required(again.problem, {dropped.id, *again.placed})
        beside = self._solved(evolve(whole, objectives=()), again.placed, _SHARE)
        self.options.tell(f"Planning again with it: {dropped.id}")
        best = self._solved(_kept_near(must, again.placed), found.placed, 1.0)
        schedule = best if isinstance(best, Solved) else found
        barred = isinstance(beside, Conflict)
        return Leaving(
            dropped=dropped,
            possible=True,
            clashes=clashes(self.plan.programme, beside.tags) if isinstance(beside, Conflict) else (),
            minimal=beside.minimal if isinstance(beside, Conflict) else True,
            beside_all=True if isinstance(beside, Solved) else False if barred else None,
            cost=_cost(dropped.id, again, schedule),
        )

    def _solved(self, problem: Problem, near: Mapping[str, Placed], share: float) -> Answer:
        from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

        return solve(
            evolve(problem, hint=_starts(near)),
            seed=self.options.seed,
            workers=self.options.workers,
            effort=self.options.effort * share,
            time_limit_s=self.options.time_limit_s,
            on_progress=lambda step: self.options.tell(f"Planning again: {news(step, units_of(problem))}"),
            should_stop=self.options.should_stop,
        )


def _leaves_out(relaxed: Relaxed, id_: str) -> bool:
    """Whether it is no answer to who wants just that in."""
    return relaxed.unit != "min" and any(tag.rule == "CMP-01" and tag.place == id_ for tag in relaxed.tags)


def _built_with(plan: Plan, id_: str, programme: Programme, *, hinted: bool, whole: bool = False) -> Problem:
    """With something asked for; its hint is the plan."""
    return _required(problem_of(plan, programme, "flight", whole=whole), {id_})


def _required(problem: Problem, ids: Collection[str]) -> Problem:
    """The problem with all of these in it, whatever else."""
    tasks = (
        evolve(task, optional=False, required=tag_of("CMP-01", task.id)) if task.optional and task.id in ids else task
        for task in problem.tasks
    )
    return evolve(problem, tasks=tuple(tasks))


def _kept_near(problem: Problem, placed: Mapping[str, Placed]) -> Problem:
    """The same objectives, but before minutes are counted that as little moves as can."""
    moved = Moved(name="moved", unit="placements", starts=_starts(placed))
    return evolve(problem, objectives=(*problem.objectives[:-1], moved, problem.objectives[-1]))


def _starts(placed: Mapping[str, Placed], without: str = "") -> dict[str, int]:
    return {name: place.start for name, place in placed.items() if name != without}


def _shifts(before: Mapping[str, Placed], after: Mapping[str, Placed]) -> Iterator[Shift]:
    for name, place in before.items():
        if name in after and after[name].start != place.start:
            yield Shift(placement=name, before=instant_of(place.start), after=instant_of(after[name].start))


def _cost(id_: str, again: StageAgain, found: Solved) -> Cost:
    """The schedule with it against the plan."""
    before, after = evaluate(again.problem, again.placed), evaluate(again.problem, found.placed)
    bounds = {term.name: term.bound for term in found.terms[:-1]}  # the last is what is left when little moves
    task = next(task for task in again.problem.tasks if task.id == id_)
    start = found.placed[id_].start
    terms = tuple(
        TermChange(name=one.name, unit=one.unit, before=old, after=new, bound=bounds.get(one.name))
        for one, old, new in zip(again.problem.objectives, before, after, strict=True)
    )
    return Cost(
        span=Span(instant_of(start), instant_of(task.end(start, found.placed[id_].mode))),
        terms=terms,
        left_out=tuple(sorted(again.placed.keys() - found.placed.keys())),
        put_in=tuple(sorted(found.placed.keys() - again.placed.keys() - {id_})),
        moved=tuple(_shifts(again.placed, found.placed)),
        proved=found.optimal,
    )
