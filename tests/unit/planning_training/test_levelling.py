"""Weeks made lighter by hand: what comes of it obeys all that is asked, and is never worse; judged by the checker."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.planning.training import levelling
from hamsafar.planning.training.hint import first_schedule
from hamsafar.planning.training.levelling import levelled
from hamsafar.planning.training.passes import Ground, Run
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import ActiveBuckets, Apart, Lag, Load, NoOverlap, RestBetween
from hamsafar.schedule.objectives import Lateness, Peak, PeakLoad
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Pick, Tag, Task

RULE = Tag("TRN-00")
DAY, OPEN, WEEK = 24, 9, 72  # ticks: a day, its working hours, and a week of three days
WEEKS = 3
TEACHERS = ("teacher-1", "teacher-2")
HOURS = tuple((day * DAY, day * DAY + OPEN) for day in range(3 * WEEKS))


def term(lengths: list[int], *, shared: list[bool], after: list[int], gaps: list[int], taught: list[bool]) -> Problem:
    """Sessions of one trainee, or of both, after one another as told, in the working hours of three short weeks."""
    names = [f"s{k}" for k in range(len(lengths))]
    people = {name: ("a", "b") if both else ("a",) for name, both in zip(names, shared, strict=True)}
    teach = (Pick(name="teacher", count=1, candidates=TEACHERS, tag=RULE),)
    tasks = tuple(
        Task(
            id=name,
            duration=length,
            allowed=(Allowed(ranges=tuple((first, end - length) for first, end in HOURS), tag=RULE),),
            occupies=dict.fromkeys(people[name], 1),
            picks=teach if teaches else (),
        )
        for name, length, teaches in zip(names, lengths, taught, strict=True)
    )
    orders = [
        Lag(before=names[before], after=name, min_gap=gap, max_gap=None if gap % 2 else gap + WEEK, tag=RULE)
        for name, before, gap in zip(names[1:], after, gaps, strict=True)
        if names[before] != name
    ]
    weights = {who: {name: n for name, n in zip(names, lengths, strict=True) if who in people[name]} for who in "ab"}
    days = tuple(range(0, WEEKS * WEEK + 1, DAY))
    return Problem(
        name="term",
        first=0,
        last=WEEKS * WEEK,
        tasks=tasks,
        constraints=(
            *(NoOverlap(resource=who, tag=RULE) for who in ("a", "b", *TEACHERS)),
            *orders,
            *(Load(weights=weights["a"], start=a, end=b, limit=7, tag=RULE) for a, b in pairwise(days)),
            RestBetween(tasks=tuple(weights["a"]), edges=days, gap=DAY - 4, tag=RULE),
            ActiveBuckets(tasks=tuple(names[::2]), edges=days, window=2, limit=1, tag=RULE),
            Apart(first=names[0], second=names[-1], gap=2, both_ways=True, tag=RULE),
        ),
        objectives=(
            Lateness(name="late", unit="tick", due={names[-1]: (WEEK + OPEN, 1)}),
            Peak(
                name="busiest week",
                unit="tick",
                loads=tuple(
                    PeakLoad(weights=weights[who], start=week * WEEK, end=(week + 1) * WEEK)
                    for who in "ab"
                    if weights[who]
                    for week in range(WEEKS)
                ),
            ),
        ),
    )


def taught(problem: Problem, starts: Mapping[str, int]) -> dict[str, Placed]:
    """The schedule with somebody to teach wherever it is asked: whoever is free, which does where all may teach all."""
    free_from, placed = dict.fromkeys(TEACHERS, -1), dict[str, Placed]()
    for task in sorted(problem.tasks, key=lambda task: starts[task.id]):
        picked = {}
        if task.picks:
            who = min(TEACHERS, key=lambda one: free_from[one])
            free_from[who], picked = starts[task.id] + task.duration, {"teacher": (who,)}
        placed[task.id] = Placed(start=starts[task.id], mode=task.ways[0].id, picked=picked)
    return placed


@st.composite
def terms(draw: st.DrawFn) -> Problem:
    count = draw(st.integers(4, 12))

    def some(values: st.SearchStrategy, fewer: int = 0) -> list:
        return draw(st.lists(values, min_size=count - fewer, max_size=count - fewer))

    return term(
        some(st.integers(1, 4)),
        shared=some(st.booleans()),
        after=[draw(st.integers(0, k)) for k in range(count - 1)],
        gaps=some(st.integers(0, 30), fewer=1),
        taught=some(st.booleans()),
    )


def begun(problem: Problem) -> dict[str, int]:
    """A plain pass: all as early as it fits."""
    ground = Ground(problem)
    return Run(ground, {}, ground.deadlines(dict.fromkeys(ground.tasks, 0))).starts()


@settings(max_examples=60, deadline=None)
@given(terms())
def test_all_that_is_asked_holds_and_nothing_is_worse(problem: Problem) -> None:
    starts = begun(problem)
    if len(starts) < len(problem.tasks):
        return
    found = levelled(Ground(problem), problem.objectives[1], dict(starts))
    old, new = taught(problem, starts), taught(problem, found)
    assert check(problem, new) == ()
    assert evaluate(problem, new) <= evaluate(problem, old)
    assert evaluate(problem, new)[0] <= evaluate(problem, old)[0]
    assert found == levelled(Ground(problem), problem.objectives[1], dict(starts))


def best_by_trial(problem: Problem) -> int:
    """The least peak over all ways to lay the sessions into weeks, where only the order binds."""
    loads, names = problem.objectives[1].loads, [task.id for task in problem.tasks]
    lags = [one for one in problem.constraints if isinstance(one, Lag)]
    peaks = []
    for weeks in product(range(WEEKS), repeat=len(names)):
        lies = dict(zip(names, weeks, strict=True))
        if all(lies[lag.before] <= lies[lag.after] for lag in lags):
            peaks.append(
                max(sum(w for name, w in load.weights.items() if lies[name] * WEEK == load.start) for load in loads)
            )
    return min(peaks)


def test_weeks_come_out_as_light_as_any_schedule_has_them() -> None:
    lengths = [3, 2, 2, 3, 1, 2, 2]
    problem = term(lengths, shared=[True] * 7, after=[0, 1, 0, 3, 4, 2], gaps=[1] * 6, taught=[False] * 7)
    problem = evolve(problem, objectives=(Lateness(name="late", unit="tick", due={}), problem.objectives[1]))
    starts = begun(problem)
    found = levelled(Ground(problem), problem.objectives[1], starts)
    assert evaluate(problem, taught(problem, starts))[1] == 15  # all in the first week
    assert evaluate(problem, taught(problem, found))[1] == best_by_trial(problem) == 5


def test_the_first_schedule_is_levelled() -> None:
    problem = term([2] * 6, shared=[True] * 6, after=[0] * 5, gaps=[1] * 5, taught=[True] * 6)
    problem = evolve(problem, constraints=tuple(one for one in problem.constraints if not isinstance(one, Lag)))
    assert evaluate(problem, taught(problem, first_schedule(problem))) == (0, 4)


def test_what_is_taken_back_leaves_no_trace() -> None:
    problem = term([2, 3, 1, 2, 4, 1], shared=[True, False] * 3, after=[0, 1, 2, 0, 1], gaps=[3] * 5, taught=[True] * 6)
    starts = begun(problem)
    run = levelling._Levelling(
        ground=Ground(problem), capped={}, deadlines=dict.fromkeys(starts, 0), peak=problem.objectives[1]
    )
    assert run.take_over(starts)
    books = repr((sorted(run.at.items()), run.busy, run.edges_of_day, run.active, [row.sums for row in run._weeks]))
    used = dict(run.used)
    for name in starts:
        run._put(name, *run._lift(name))
    again = repr((sorted(run.at.items()), run.busy, run.edges_of_day, run.active, [row.sums for row in run._weeks]))
    assert (again, run.used) == (books, used)
    for name in list(starts):
        run._lift(name)
    assert not any(run.used.values())
    assert not any(load for row in run._weeks for load in row.sums)
    assert not any(day for days in (*run.edges_of_day.values(), *run.active.values()) for day in days)
    assert not any(run.busy.values())


def test_a_peak_that_counts_by_who_is_picked_is_left_alone() -> None:
    problem = term([2] * 4, shared=[True] * 4, after=[0, 1, 2], gaps=[1] * 3, taught=[True] * 4)
    peak = problem.objectives[1]
    by_pick = evolve(peak, loads=(*peak.loads, evolve(peak.loads[0], picked="teacher-1")))
    starts = begun(problem)
    assert levelled(Ground(problem), by_pick, starts) is starts
