"""Problems so small that every schedule can be tried, with every kind of constraint, and the trying itself.

The judge of a single schedule is the checker, which has examples and second readings of its own; that it agrees with
the solver on thousands of problems holds both to account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from math import prod
from typing import Any, get_args

from attrs import evolve, frozen
from hypothesis import strategies as st

from hamsafar.schedule.check import JUDGES, check, soft
from hamsafar.schedule.check_facts import Facts, Present, picks_of, present_of
from hamsafar.schedule.check_values import value_of
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Flow,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.objectives import (
    AwayFromPreferred,
    Consumed,
    Lateness,
    LeftOut,
    LostValue,
    Makespan,
    Moved,
    Objective,
    Peak,
    PeakLoad,
    Reassigned,
    SoftCosts,
    WeightedStarts,
)
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Price, Tag, Task

FIRSTS = (10, 10, 0, -4)  # a horizon that doesn't begin at zero shows a forgotten shift
THINGS = ("r", "s")  # people and things alike: both are occupied, picked and counted
SKILLED = (Person(id="r", skills={"arm": 2, "eva": 1}), Person(id="s", skills={"arm": 1}))
TERMS = ("costs", "fines")  # what prices name
MOST_SCHEDULES = 4_000  # to be tried for one problem

KINDS: tuple[type, ...] = (*get_args(Constraint), Allowed, Forbidden, Breaks, Pick, Mode)
GOALS: tuple[type, ...] = get_args(Objective)
WITH_PICKS = frozenset(
    {Pick, PickAllowed, SamePeople, OtherPeople, Together, NeverTogether, NoOverlap, Capacity, Apart, Load, Rolling}
)


# ---- trying everything


@frozen
class Choice:
    """One way to place one task, and what it costs by itself, by the name of the SoftCosts objective."""

    place: Placed
    there: Present
    costs: dict[str, int]


def choices_of(problem: Problem, task: Task) -> list[Choice]:
    """Every start, mode and pick at which the task obeys all that it asks for itself."""
    alone = evolve(problem, tasks=(task,), constraints=(), objectives=())
    found = []
    for place in places_of(problem, task):
        there = present_of(task, place)
        if there is not None and not check(alone, {task.id: place}):
            costs: dict[str, int] = {}
            for broken, price in soft(alone, {task.id: place}):
                costs[price.term] = costs.get(price.term, 0) + broken.amount * price.each
            found.append(Choice(place, there, costs))
    return found


def places_of(problem: Problem, task: Task) -> Iterator[Placed]:
    """Every start in the horizon, mode and pick, whether it obeys or not."""
    for way in task.ways:
        picks = picks_of(task, way)
        for team in product(*(_teams(problem, pick) for pick in picks)):
            picked = dict(zip((pick.name for pick in picks), team, strict=True))
            for start in range(problem.first, problem.last + 1):
                yield Placed(start=start, mode=way.id, picked=picked)


def _teams(problem: Problem, pick: Pick) -> list[tuple[str, ...]]:
    sizes = (pick.count,) if pick.price is None else range(pick.count + 1)
    return [team for size in sizes for team in combinations(problem.candidates(pick), size)]


def every_schedule(problem: Problem) -> Iterator[tuple[dict[str, Placed], tuple[int, ...]]]:
    """Every schedule that holds, with the objectives' values."""
    choices: list[list[Choice | None]] = [
        [*choices_of(problem, task), *((None,) if task.optional else ())] for task in problem.tasks
    ]
    hard = [constraint for constraint in problem.constraints if constraint.price is None]
    for chosen in product(*choices):
        there = [choice for choice in chosen if choice is not None]
        facts = Facts(problem, {choice.there.id: choice.there for choice in there})
        if not any(amount_in(constraint, facts) for constraint in hard):
            yield {choice.there.id: choice.place for choice in there}, _values(problem, facts, there)


def amount_in(constraint: Constraint, facts: Facts) -> int:
    """By how much the constraint is broken."""
    judge, amount = JUDGES[type(constraint)]
    return amount(finding.amount for finding in judge(constraint, facts))


def _values(problem: Problem, facts: Facts, there: list[Choice]) -> tuple[int, ...]:
    def costs(term: str) -> int:
        shared = sum(
            constraint.price.each * amount_in(constraint, facts)
            for constraint in problem.constraints
            if constraint.price is not None and constraint.price.term == term
        )
        return shared + sum(choice.costs.get(term, 0) for choice in there)

    return tuple(value_of(objective, facts, costs) for objective in problem.objectives)


def best_by_trying(problem: Problem) -> tuple[int, ...] | None:
    """The objectives' values of the best schedule; None where none holds."""
    return min((values for _, values in every_schedule(problem)), default=None)


# ---- drawing


@frozen
class Span:
    """A horizon."""

    first: int
    length: int

    @property
    def last(self) -> int:
        """Its end."""
        return self.first + self.length


@st.composite
def problems(
    draw: st.DrawFn, kinds: tuple[type, ...] = (), goals: tuple[type, ...] = (), most: int = 3, *, roomy: bool = False
) -> Problem:
    """A problem of up to `most` tasks that has all of these kinds in it, and these objectives.

    Where it is `roomy` there are too many schedules to be tried: long tasks in a long horizon.
    """
    span = Span(draw(st.sampled_from(FIRSTS)), draw(st.integers(3, 8) | st.integers(0, 8)))
    if roomy:
        span = Span(span.first, 2 * span.length)
    ids = "abcd"[: draw(st.sampled_from((2, 2, 3, 3, 3, 1, 0, *range(3, most + 1))))]
    longest, loose = 5 if roomy else 3, draw(st.integers(0, 5)) == 5
    problem = Problem(
        name="tiny",
        first=span.first,
        last=span.last,
        tasks=tuple(draw(_tasks(name, span, frozenset(kinds), longest, loose)) for name in ids),
        constraints=(),
        objectives=(),
        people=SKILLED,
    )
    problem = problem if roomy else _small_enough(problem)
    kept = tuple(task.id for task in problem.tasks)
    asked = [kind for kind in kinds if kind in JUDGES and len(kept) >= FEWEST.get(kind, 1)]
    constraints = tuple(draw(_constraints(kind, kept, span, k)) for k, kind in enumerate(asked))
    objectives = [draw(_objectives(goal, kept, span)) for goal in goals if goal is not SoftCosts]
    problem = evolve(problem, constraints=constraints)
    priced = _prices_in(problem)
    for term in TERMS:
        if term in priced or (SoftCosts in goals and term == TERMS[0]):
            objectives.insert(draw(st.integers(0, len(objectives))), SoftCosts(name=term))
    return evolve(problem, objectives=tuple(objectives), hint=draw(_hints(kept, span)))


@st.composite
def projects(draw: st.DrawFn, most: int = 4) -> Problem:
    """A project as the quick start takes it, or all but one: its makespan is to be short, and perhaps something else.

    Each task picks, occupies, neither or both; each person is alone or not; lags are least ones, or have a limit.
    """
    span, ids = Span(draw(st.sampled_from(FIRSTS)), draw(st.integers(3, 7))), "abcd"[: draw(st.integers(2, most))]
    d, milestones = _Draw(draw, ids, span), draw(st.integers(0, 3)) == 3
    tasks = tuple(
        Task(
            id=name,
            duration=d.number(0 if milestones else 1, 3),
            occupies={thing: d.one_of(1, 1, 2) for thing in draw(st.sets(st.sampled_from((*THINGS, "desk"))))},
            picks=tuple(draw(_picks(name, k)) for k in ("pick", "more")[: d.one_of(0, 0, 1, 1, 2)]),
        )
        for name in ids
    )
    tasks = tuple(evolve(task, picks=tuple(evolve(pick, price=None) for pick in task.picks)) for task in tasks)
    project = _small_enough(
        Problem(
            name="project",
            first=span.first,
            last=span.last,
            tasks=tasks,
            constraints=(),
            objectives=(),
            people=SKILLED,
        )
    )
    kept = tuple(task.id for task in project.tasks)
    alone = [NoOverlap(resource=who, tag=Tag("ONE", who)) for who in THINGS if draw(st.integers(0, 5)) < 5]
    goals = [draw(_objectives(Lateness, kept, span))] if draw(st.integers(0, 2)) == 2 else []
    return evolve(
        project,
        constraints=(*alone, *draw(_plain_rules(kept, span))),
        objectives=(Makespan(name="makespan", unit="min"), *goals),
    )


@st.composite
def _plain_rules(draw: st.DrawFn, ids: tuple[str, ...], span: Span) -> list[Constraint]:
    """What is asked in projects, most of it plainly."""
    found: list[Constraint] = []
    kinds = (Lag, Lag, Lag, Capacity, NoOverlap) if len(ids) > 1 else (Capacity, NoOverlap)
    for k, kind in enumerate(draw(st.lists(st.sampled_from(kinds), max_size=4))):
        drawn = evolve(draw(_constraints(kind, ids, span, k)), price=None)
        if isinstance(drawn, Lag) and drawn.before < drawn.after and draw(st.integers(0, 3)):
            drawn = evolve(drawn, min_gap=drawn.min_gap or 0, max_gap=None)
        elif isinstance(drawn, Capacity) and draw(st.integers(0, 3)):
            drawn = evolve(drawn, resource="desk", changes=(), capacity=drawn.capacity + 1)
        found.append(drawn)
    return found


@st.composite
def _hints(draw: st.DrawFn, ids: tuple[str, ...], span: Span) -> dict[str, int]:
    """Starts to try first, now and then: for all tasks or some, in the horizon or beside it."""
    if not ids or draw(st.integers(0, 4)) < 4:
        return {}
    named = ids if draw(st.booleans()) else draw(st.lists(st.sampled_from(ids), unique=True))
    return {
        name: draw(st.integers(span.first, span.last) | st.integers(span.first - 9, span.last + 9)) for name in named
    }


def _small_enough(problem: Problem) -> Problem:
    """The problem without its last tasks, if its schedules are too many to try."""
    sizes = [sum(1 for _ in places_of(problem, task)) + task.optional for task in problem.tasks]
    kept = len(sizes)
    while kept > 1 and prod(sizes[:kept]) > MOST_SCHEDULES:
        kept -= 1
    return evolve(problem, tasks=problem.tasks[:kept])


def _prices_in(problem: Problem) -> set[str]:
    """The terms that soft demands name."""
    demands: list[Any] = [*problem.constraints]
    for task in problem.tasks:
        demands += [*task.allowed, *task.forbidden, *task.picks, *(pick for mode in task.modes for pick in mode.picks)]
    return {demand.price.term for demand in demands if demand.price is not None}


prices = st.sampled_from((None, None, None, *(Price(TERMS[0], each) for each in (1, 2, 3, 0)), Price(TERMS[1], 2)))
names = st.sampled_from(("TRN-01", "TRN-02", "TRN-03"))


def stretches(span: Span, most: int = 2) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Ascending pairs of ticks, some at or past an end of the horizon, no two alike."""
    ends = st.lists(st.integers(span.first - 2, span.last + 2), max_size=2 * most, unique=True).map(sorted)
    return ends.map(lambda found: tuple(zip(found[::2], found[1::2], strict=False)))


@st.composite
def _tasks(draw: st.DrawFn, name: str, span: Span, kinds: frozenset[type], longest: int, loose: bool) -> Task:
    optional = loose or draw(st.integers(0, 3)) == 3
    with_picks = kinds & WITH_PICKS and (Pick in kinds or draw(st.booleans()))
    with_breaks = Breaks in kinds and draw(st.integers(0, 3)) > 0
    shortest = 1 if with_breaks else 0
    picks = draw(st.sampled_from((("pick",), ("pick",), ("pick", "more")))) if with_picks else ()
    way = {
        "duration": draw(st.integers(shortest, longest)),
        "occupies": draw(_occupied(kinds)),
        "consumes": draw(st.dictionaries(st.just("film"), st.integers(0, 3), max_size=1)),
    }
    modes: tuple[Mode, ...] = ()
    if Mode in kinds:
        modes = tuple(
            draw(_modes(name, str(k), (shortest, longest), kinds, bool(with_picks)))
            for k in range(draw(st.integers(1, 2)))
        )
    return Task(
        id=name,
        **(way if not modes else {}),
        modes=modes,
        allowed=draw(st.lists(_allowed(name, span), max_size=2).map(tuple)) if Allowed in kinds else (),
        forbidden=draw(st.lists(_forbidden(name, span), max_size=2).map(tuple)) if Forbidden in kinds else (),
        breaks=draw(_breaks(name, span)) if with_breaks else None,
        picks=tuple(draw(_picks(name, pick)) for pick in picks),
        optional=optional,
        value=draw(st.integers(0, 4)) if optional else 0,
        required=None if optional or draw(st.booleans()) else Tag("CMP-01", name, "syllabus"),
    )


def _occupied(kinds: frozenset[type]) -> st.SearchStrategy[dict[str, int]]:
    """What a task always takes: something, where that is what a constraint is about."""
    least = 1 if kinds & {NoOverlap, Capacity} else 0
    return st.dictionaries(st.sampled_from(THINGS), st.sampled_from((1, 1, 2, 0)), min_size=least, max_size=2)


@st.composite
def _modes(
    draw: st.DrawFn, task: str, name: str, lengths: tuple[int, int], kinds: frozenset[type], with_picks: bool
) -> Mode:
    return Mode(
        id=name,
        duration=draw(st.integers(*lengths)),
        occupies=draw(_occupied(kinds)),
        consumes=draw(st.dictionaries(st.just("film"), st.integers(0, 3), max_size=1)),
        picks=(draw(_picks(task, f"{name}-pick")),) if with_picks and draw(st.booleans()) else (),
    )


@st.composite
def _allowed(draw: st.DrawFn, name: str, span: Span) -> Allowed:
    return Allowed(ranges=draw(stretches(span)), tag=Tag(draw(names), name, "allowed"), price=draw(prices))


@st.composite
def _forbidden(draw: st.DrawFn, name: str, span: Span) -> Forbidden:
    return Forbidden(stretches=draw(stretches(span)), tag=Tag(draw(names), name, "shut"), price=draw(prices))


@st.composite
def _breaks(draw: st.DrawFn, name: str, span: Span) -> Breaks:
    return Breaks(stretches=draw(stretches(span)), holds=draw(st.booleans()), tag=Tag("PAUSE", name))


@st.composite
def _picks(draw: st.DrawFn, task: str, name: str) -> Pick:
    teams: tuple[dict[str, Any], ...] = (
        {"candidates": ("r", "s"), "count": 1},
        {"candidates": ("r", "s"), "count": 2},
        {"candidates": ("s",), "count": 1},
        {"candidates": ("r", "s"), "count": 0},
        {"skill": "arm", "level": 1, "count": 1},
        {"skill": "arm", "level": 2, "count": 1},
        {"skill": "eva", "level": 1, "count": 2},  # more than are qualified
        {"skill": "eva", "level": 0, "count": 1, "candidates": ("s", "r")},
        {"skill": "arm", "level": 2, "count": 1, "candidates": ("s",)},  # nobody is
    )
    return Pick(name=name, **draw(st.sampled_from(teams)), tag=Tag("TRN-08", task, name), price=draw(prices))


@st.composite
def _constraints(draw: st.DrawFn, kind: type, ids: Sequence[str], span: Span, k: int) -> Constraint:
    said: dict[str, Any] = {"tag": Tag(f"RULE-{k}", draw(st.sampled_from(("here", "there")))), "price": draw(prices)}
    return DRAWN[kind](_Draw(draw, ids, span), said)


class _Draw:
    """What constraints are drawn from."""

    def __init__(self, draw: st.DrawFn, ids: Sequence[str], span: Span) -> None:
        self.draw, self.ids, self.span = draw, ids, span

    def number(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def tick(self, low: int = -1, high: int = 1) -> int:
        return self.number(self.span.first + low, self.span.last + high)

    def either(self) -> bool:
        return self.draw(st.booleans())

    def one_of(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))

    def thing(self) -> str:
        return self.one_of(*THINGS)

    def anything(self) -> str | None:
        return self.one_of(None, None, *THINGS)

    def pair(self) -> tuple[str, str]:
        """Two tasks in their order."""
        return tuple(sorted(self.draw(st.permutations(self.ids))[:2]))  # type: ignore[return-value]

    def group(self) -> tuple[str, ...]:
        return tuple(self.draw(st.lists(st.sampled_from(self.ids), min_size=1, unique=True)))

    def weights(self) -> dict[str, int]:
        return {name: self.number(0, 3) for name in self.group()}

    def people(self) -> tuple[str, ...]:
        return tuple(self.draw(st.lists(st.sampled_from(THINGS), min_size=1, unique=True)))

    def team(self) -> tuple[str, ...]:
        """Who was picked: nobody, one or both, or somebody who is not known."""
        return tuple(self.draw(st.lists(st.sampled_from((*THINGS, "t")), max_size=2, unique=True)))

    def edges(self) -> tuple[int, ...]:
        ticks = st.integers(self.span.first - 1, self.span.last + 1)
        return tuple(sorted(self.draw(st.sets(ticks, min_size=2, max_size=5))))

    def steps(self, low: int, high: int) -> tuple[tuple[int, int], ...]:
        ticks = sorted(self.draw(st.sets(st.integers(self.span.first - 1, self.span.last + 1), max_size=3)))
        return tuple((tick, self.number(low, high)) for tick in ticks)

    def limits(self, high: int) -> dict[str, int | None]:
        """At least and at most, or one of them."""
        least = self.one_of(0, 0, *range(high))
        return {"least": least, "limit": self.one_of(None, *range(least, high + 1))}


def _lag(d: _Draw, said: dict[str, Any]) -> Constraint:
    before, after = d.pair()
    least = d.one_of(None, *range(-4, 4))
    most = d.one_of(None, *(range(-3, 4) if least is None else range(least, least + 4)))
    if least is None and d.either():
        before, after = after, before
    ends = {"since": d.one_of("end", "start"), "until": d.one_of("start", "end")}
    return Lag(before=before, after=after, min_gap=least, max_gap=most, **ends, **said)


def _no_overlap(d: _Draw, said: dict[str, Any]) -> Constraint:
    pairs = [(a, b) for a in d.ids for b in d.ids if a != b]
    asked = d.draw(st.lists(st.sampled_from(pairs), max_size=6, unique=True)) if pairs else []
    return NoOverlap(resource=d.thing(), setup=tuple((a, b, d.number(0, 3)) for a, b in asked), **said)


def _reservoir(d: _Draw, said: dict[str, Any]) -> Constraint:
    lowest = d.number(-1, 2)
    highest = lowest + d.number(0, 4)
    count = d.number(0, 3) if d.ids else 0
    flows = tuple(
        Flow(task=d.one_of(*d.ids), amount=d.number(-3, 3), at=d.one_of("start", "end", "during")) for _ in range(count)
    )
    outside = d.one_of(0, 0, 0, 1)
    level, overflow = d.number(lowest - outside, highest + outside), d.either()
    return Reservoir(
        name="store",
        level=level,
        lowest=lowest,
        highest=highest,
        flows=flows,
        given=d.steps(-2, 2),
        overflow=overflow,
        **said,
    )


def _apart(d: _Draw, said: dict[str, Any]) -> Constraint:
    first, second = d.draw(st.permutations(d.pair()))
    return Apart(
        first=first, second=second, gap=d.one_of(0, 1, 2, 3, 12), both_ways=d.either(), picked=d.anything(), **said
    )


def _repeats(d: _Draw, said: dict[str, Any]) -> Constraint:
    least, edges = d.number(0, 2), d.edges() if d.either() else ()
    return Repeats(tasks=d.group(), least=least, most=d.one_of(None, least, least + 1), edges=edges, **said)


def _load(d: _Draw, said: dict[str, Any]) -> Constraint:
    start, by = d.tick(), d.one_of("starts", "ticks", "ticks")
    return Load(
        weights=d.weights(),
        start=start,
        end=start + d.one_of(1, 2, 3, *range(1, 10)),
        by=by,
        picked=d.anything(),
        **d.limits(6),
        **said,
    )


def _rolling(d: _Draw, said: dict[str, Any]) -> Constraint:
    by, span = d.one_of("starts", "ticks", "ticks"), d.one_of(1, 2, 2, 3, 3, *range(1, 11))
    weights = dict.fromkeys(d.ids, 1) if d.either() else d.weights()
    return Rolling(weights=weights, span=span, by=by, picked=d.anything(), **d.limits(d.one_of(3, 6, 9)), **said)


def _rest_between(d: _Draw, said: dict[str, Any]) -> Constraint:
    edges = tuple(range(d.span.first - d.number(0, 1), d.span.last + 2, d.number(1, 4))) if d.either() else d.edges()
    tasks = d.group() if d.either() else d.ids
    return RestBetween(tasks=tasks, edges=edges, gap=d.number(0, 5), **said)


def _choose(d: _Draw, said: dict[str, Any]) -> Constraint:
    tasks = d.group()
    least = d.number(0, len(tasks))
    return Choose(tasks=tasks, least=least, most=d.number(least, len(tasks)), **said)


def _implies(d: _Draw, said: dict[str, Any]) -> Constraint:
    task, needs = d.draw(st.permutations(d.pair()))
    return Implies(task=task, needs=needs, **said)


DRAWN: dict[type, Callable[[_Draw, dict[str, Any]], Constraint]] = {
    NoOverlap: _no_overlap,
    Capacity: lambda d, said: Capacity(
        resource=d.thing(), capacity=d.number(0, 3), changes=d.steps(0, 3) if d.either() else (), **said
    ),
    Budget: lambda d, said: Budget(resource="film", limit=d.number(0, 6), **said),
    Reservoir: _reservoir,
    Lag: _lag,
    Apart: _apart,
    StartsApart: lambda d, said: StartsApart(tasks=d.group(), gap=d.number(0, 4), **said),
    Repeats: _repeats,
    Load: _load,
    Rolling: _rolling,
    ActiveBuckets: lambda d, said: ActiveBuckets(
        tasks=d.group(), edges=d.edges(), window=d.number(1, 4), limit=d.number(0, 2), **said
    ),
    RestBetween: _rest_between,
    Implies: _implies,
    AllOrNone: lambda d, said: AllOrNone(tasks=d.group(), **said),
    Choose: _choose,
    PickAllowed: lambda d, said: PickAllowed(
        task=d.one_of(*d.ids), candidate=d.thing(), ranges=d.draw(stretches(d.span)), **said
    ),
    SamePeople: lambda d, said: SamePeople(tasks=d.group(), people=d.people(), **said),
    OtherPeople: lambda d, said: OtherPeople(tasks=d.group(), people=d.people(), **said),
    Together: lambda d, said: Together(tasks=d.group(), people=d.people(), **said),
    NeverTogether: lambda d, said: NeverTogether(tasks=d.group(), people=d.people(), **said),
}
FEWEST = {Lag: 2, Apart: 2, Implies: 2, Capacity: 0, NoOverlap: 0, Budget: 0, Reservoir: 0}  # tasks that it speaks of


@st.composite
def _objectives(draw: st.DrawFn, kind: type, ids: Sequence[str], span: Span) -> Objective:
    d = _Draw(draw, ids, span)
    return WANTED[kind](d, d.group() if ids else ())


def _peak(d: _Draw, group: tuple[str, ...]) -> Objective:
    cut, weights = d.tick(0, 0), {name: d.number(0, 3) for name in group}
    edges = ((d.span.first - 1, cut), (cut, cut + 9), (cut - 1, cut + 1))
    loads = tuple(PeakLoad(weights=weights, start=a, end=b, picked=d.anything()) for a, b in edges)
    return Peak(name="peak", unit="min", loads=loads[d.number(0, 1) :])


WANTED: dict[type, Callable[[_Draw, tuple[str, ...]], Objective]] = {
    Makespan: lambda d, group: Makespan(name="makespan", unit="min"),
    Lateness: lambda d, group: Lateness(
        name="late", unit="min", due={name: (d.tick(-4, 4), d.number(0, 3)) for name in group}
    ),
    Peak: _peak,
    LostValue: lambda d, group: LostValue(name="lost"),
    WeightedStarts: lambda d, group: WeightedStarts(
        name="starts", unit="min", weights={name: d.number(-2, 3) for name in group}
    ),
    AwayFromPreferred: lambda d, group: AwayFromPreferred(
        name="away", unit="min", preferred={name: d.tick(-2, 2) for name in group}, left_out=d.one_of(0, 0, 1, 5)
    ),
    Moved: lambda d, group: Moved(name="moved", unit="tasks", starts={name: d.tick(-1, 1) for name in group}),
    LeftOut: lambda d, group: LeftOut(name="gone", unit="points", weights={name: d.number(0, 3) for name in group}),
    Reassigned: lambda d, group: Reassigned(
        name="others",
        unit="tasks",
        teams={name: {d.one_of("pick", "more", "0-pick", "what"): d.team()} for name in group},
        ways={name: d.one_of("", "0", "1") for name in d.group()} if group and d.either() else {},
    ),
    Consumed: lambda d, group: Consumed(name="film", unit="m", resource=d.one_of("film", "film", "tape")),
}
