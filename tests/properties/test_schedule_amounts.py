"""By how much a schedule breaks a constraint, worked out a second way: ticks one by one, in sets and lists."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import combinations, count, pairwise, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_problems import problems

from hamsafar.schedule.check import amount_of, check, evaluate, soft
from hamsafar.schedule.constraints import (
    Capacity,
    Constraint,
    Load,
    NoOverlap,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
)
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Breaks, Mode, Pick, Task

Schedule = dict[str, Placed]
QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
THOROUGH = settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def schedules(draw: st.DrawFn, kind: type, *, whole: bool) -> tuple[Problem, Schedule]:
    """A problem with one constraint of the kind, and places for its tasks that hold nothing but the horizon."""
    problem = draw(problems(kinds=(kind, Mode, Pick) if whole else (kind, Breaks, Mode, Pick)))
    placed: Schedule = {}
    for task in problem.tasks:
        mode = draw(st.sampled_from([way.id for way in task.ways]))
        picks = task.picks + task.way(mode).picks
        picked = {pick.name: tuple(draw(st.permutations(("r", "s")))[: pick.count]) for pick in picks}
        latest = problem.last - task.way(mode).duration
        if latest >= problem.first and not (task.optional and draw(st.booleans())):
            start = draw(st.integers(problem.first, latest))
            if task.end(start, mode) <= problem.last:
                placed[task.id] = Placed(start=start, mode=mode, picked=picked)
    return problem, placed


def ticks_of(task: Task, place: Placed) -> list[int]:
    """The ticks at which the task runs, found by waiting at each tick."""
    left, found, pauses = task.way(place.mode).duration, [], task.breaks.stretches if task.breaks else ()
    for tick in count(place.start):
        if left == 0:
            return found
        if not any(first <= tick < end for first, end in pauses):
            found.append(tick)
            left -= 1
    raise AssertionError("unreachable: a task of finite duration ends")


def taken_at(task: Task, place: Placed) -> set[int]:
    """The ticks at which it takes what it takes."""
    runs = ticks_of(task, place)
    return set(range(place.start, runs[-1] + 1)) if runs and task.breaks and task.breaks.holds else set(runs)


def takings(problem: Problem, placed: Schedule, resource: str) -> list[tuple[Task, set[int], int]]:
    """Every taking: the task, the ticks, the amount."""
    found = []
    for task in problem.tasks:
        if task.id not in placed:
            continue
        place = placed[task.id]
        ticks = taken_at(task, place)
        amounts = [task.way(place.mode).occupies.get(resource, 0)]
        amounts += [1 for who in place.picked.values() for name in who if name == resource]
        found += [(task, ticks, amount) for amount in amounts if amount and ticks]
    return found


def overlapping(rule: NoOverlap, problem: Problem, placed: Schedule) -> int:
    """How far the later of two parts must be moved on until they are clear of each other; the worst pair."""
    taken, worst = takings(problem, placed, rule.resource), 0
    setups = {(before, after): ticks for before, after, ticks in rule.setup}
    for (a, at_a, _), (b, at_b, _) in combinations(taken, 2):
        for one, other in product(parts(at_a), parts(at_b)):
            if a is b:
                worst = max(worst, len(one) if one == other else 0)
                continue
            orders = ((one, other, setups.get((a.id, b.id), 0)), (other, one, setups.get((b.id, a.id), 0)))
            lacking = (
                next(shift for shift in count() if all(x + setup < y + shift for x in before for y in after))
                for before, after, setup in orders
            )
            worst = max(worst, min(lacking))
    return worst


def parts(ticks: set[int]) -> list[set[int]]:
    """The ticks in runs without gaps."""
    found: list[set[int]] = []
    for tick in sorted(ticks):
        if tick - 1 in ticks:
            found[-1].add(tick)
        else:
            found.append({tick})
    return found


def too_much_taken(rule: Capacity, problem: Problem, placed: Schedule) -> int:
    """Tick by tick, with the capacity written out as a list."""
    there_is = {}
    for tick in range(problem.first, problem.last):
        there_is[tick] = ([rule.capacity] + [capacity for since, capacity in rule.changes if since <= tick])[-1]
    taken = takings(problem, placed, rule.resource)
    used = {tick: sum(n for _, ticks, n in taken if tick in ticks) for tick in there_is}
    return max((used[tick] - capacity for tick, capacity in there_is.items() if used[tick] > capacity), default=0)


def out_of_bounds(rule: Reservoir, problem: Problem, placed: Schedule) -> int:
    """The level written out, tick by tick."""
    comes = dict.fromkeys(range(problem.first, problem.last + 1), 0)
    due = list(rule.given)
    tasks = {task.id: task for task in problem.tasks}
    for flow in rule.flows:
        if flow.task not in placed:
            continue
        task, place = tasks[flow.task], placed[flow.task]
        runs = ticks_of(task, place)
        if flow.at == "during":
            due += [(tick + 1, flow.amount) for tick in runs]
        else:
            due.append((place.start if flow.at == "start" or not runs else runs[-1] + 1, flow.amount))
    for tick, amount in due:
        if tick in comes:
            comes[tick] += amount
    level, levels = rule.level, []
    for tick in sorted(comes):
        level += comes[tick]
        level = min(level, rule.highest) if rule.overflow else level
        levels.append(level)
    return max(0, rule.lowest - min(levels)) + max(0, max(levels) - rule.highest)


def weights_by_tick(rule: Load | Rolling, problem: Problem, placed: Schedule) -> dict[int, int]:
    """What each tick weighs."""
    found: dict[int, int] = {}
    for task in problem.tasks:
        weight = rule.weights.get(task.id, 0)
        if task.id not in placed or not weight:
            continue
        place = placed[task.id]
        takes = {name for name, n in task.way(place.mode).occupies.items() if n}.union(*place.picked.values())
        if rule.picked is not None and rule.picked not in takes:
            continue
        for tick in [place.start] if rule.by == "starts" else ticks_of(task, place):
            found[tick] = found.get(tick, 0) + weight
    return found


def rolling_over(rule: Rolling, problem: Problem, placed: Schedule) -> int:
    """Every stretch that touches the horizon."""
    weights = weights_by_tick(rule, problem, placed)
    total = {
        start: sum(weights.get(tick, 0) for tick in range(start, start + rule.span))
        for start in range(problem.first - rule.span - 1, problem.last + 2)
    }
    most = max(total.values())
    within = [total[start] for start in range(problem.first, problem.last - rule.span + 1)]
    too_much = 0 if rule.limit is None else max(0, most - rule.limit)
    return too_much + max([0, *(rule.least - fewest for fewest in within)])


def loaded(rule: Load, problem: Problem, placed: Schedule) -> int:
    """One stretch, tick by tick."""
    weights = weights_by_tick(rule, problem, placed)
    total = sum(weights.get(tick, 0) for tick in range(rule.start, rule.end))
    return max(0, rule.least - total, 0 if rule.limit is None else total - rule.limit)


def out_of_step(rule: Repeats, problem: Problem, placed: Schedule) -> int:
    """Steps from one present task to the next, buckets found by counting edges."""
    starts = [placed[name].start for name in rule.tasks if name in placed]
    if not rule.edges:
        return sum(_outside(rule, b - a) for a, b in pairwise(starts))
    buckets = [bisect_right(rule.edges, start) for start in starts]  # 0 and the number of edges: in none
    inside = [0 < bucket < len(rule.edges) for bucket in buckets]
    steps = (_outside(rule, buckets[k] - buckets[k - 1]) for k in range(1, len(starts)) if inside[k] and inside[k - 1])
    return inside.count(False) + sum(steps)


def _outside(rule: Repeats, step: int) -> int:
    return max(0, rule.least - step, 0 if rule.most is None else step - rule.most)


def too_little_rest(rule: RestBetween, problem: Problem, placed: Schedule) -> int:
    """The latest end that began in each bucket against the earliest start in the next, of another task."""
    tasks, worst = {task.id: task for task in problem.tasks}, 0
    there = [name for name in rule.tasks if name in placed]
    bucket = {name: bisect_right(rule.edges, placed[name].start) for name in there}
    for k in range(1, len(rule.edges) - 1):
        ends = [tasks[n].end(placed[n].start, placed[n].mode) for n in there if bucket[n] == k]
        starts = [placed[n].start for n in there if bucket[n] == k + 1]
        if ends and starts:
            worst = max(worst, rule.gap - (min(starts) - max(ends)))
    return worst


SECOND: dict[type, Callable[[Constraint, Problem, Schedule], int]] = {
    NoOverlap: overlapping,
    Capacity: too_much_taken,
    Reservoir: out_of_bounds,
    Rolling: rolling_over,
    Load: loaded,
    Repeats: out_of_step,
    RestBetween: too_little_rest,
}  # type: ignore[dict-item]  # each takes its own kind


def agree(kind: type, drawn: tuple[Problem, Schedule]) -> None:
    """Both ways say the same of every constraint."""
    problem, placed = drawn
    for constraint in problem.constraints:
        assert amount_of(constraint, problem, placed) == SECOND[kind](constraint, problem, placed)


@pytest.mark.parametrize("kind", SECOND)
@QUICK
@given(data=st.data())
def test_amounts_a_second_way(kind: type, data: st.DataObject) -> None:
    agree(kind, data.draw(schedules(kind, whole=data.draw(st.booleans()))))


@pytest.mark.slow
@pytest.mark.parametrize("kind", SECOND)
@THOROUGH
@given(data=st.data())
def test_amounts_a_second_way_a_thousand_times(kind: type, data: st.DataObject) -> None:
    agree(kind, data.draw(schedules(kind, whole=data.draw(st.booleans()))))


@QUICK
@given(schedules(Reservoir, whole=False))
def test_a_task_runs_at_the_ticks_outside_its_breaks(drawn: tuple[Problem, Schedule]) -> None:
    problem, placed = drawn
    for task in problem.tasks:
        if task.id in placed:
            place = placed[task.id]
            runs = task.running(place.start, place.mode)
            assert [tick for first, end in runs for tick in range(first, end)] == ticks_of(task, place)
            assert all(end < first for (_, end), (first, _) in pairwise(runs))


@QUICK
@given(st.sampled_from(list(SECOND)).flatmap(lambda kind: schedules(kind, whole=False)))
def test_what_is_hard_or_soft_is_told_once(drawn: tuple[Problem, Schedule]) -> None:
    """A constraint with an amount is told as broken, or costs, as it has a price or none; others are not."""
    problem, placed = drawn
    for constraint in problem.constraints:
        amount, tag = amount_of(constraint, problem, placed), constraint.tag
        hard = [said for said in check(problem, placed) if said.tag == tag]
        priced = [said for said, _ in soft(problem, placed) if said.tag == tag]
        assert bool(hard) == (amount > 0 and constraint.price is None)
        assert [said.amount for said in priced] == ([amount] if amount and constraint.price is not None else [])
    for goal, value in zip(problem.objectives, evaluate(problem, placed), strict=True):
        assert isinstance(goal, SoftCosts)
        broken = soft(problem, placed)
        assert value == sum(said.amount * price.each for said, price in broken if price.term == goal.name)


@pytest.mark.parametrize(("start", "amount"), [(7, 3), (10, 0), (18, 0), (20, 2), (9, 1)])
def test_what_lies_outside_the_horizon(start: int, amount: int) -> None:
    task = Task(id="a", duration=2)
    problem = Problem(name="one", first=10, last=20, tasks=(task,), constraints=(), objectives=())
    assert [said.amount for said in check(problem, {"a": Placed(start=start)})] == ([amount] if amount else [])
