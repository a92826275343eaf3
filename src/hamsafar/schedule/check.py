"""Does a schedule obey a problem, and what is it worth? Knows the problem form and nothing of the solver.

Everything is compared directly, pair by pair and tick by tick of change: slow, and easy to believe.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, pairwise, permutations

from hamsafar.schedule.problem import (
    ActiveBuckets,
    Apart,
    AwayFromPreferred,
    Capacity,
    Constraint,
    Implies,
    Lag,
    Load,
    LostValue,
    NoOverlap,
    Objective,
    Peak,
    PickAllowed,
    Placed,
    Problem,
    RestBetween,
    StartLag,
    StartsApart,
    Tag,
    Task,
    WeightedStarts,
)

Schedule = Mapping[str, Placed]


def check(problem: Problem, placed: Schedule) -> tuple[str, ...]:
    """Everything that the schedule breaks, in words, each beginning with its tag; empty when it holds."""
    tasks = {task.id: task for task in problem.tasks}
    strangers = tuple(f"{name} is not a task of this problem" for name in placed if name not in tasks)
    if strangers:
        return strangers
    found = [words for task in problem.tasks for words in _task_violations(problem, task, placed.get(task.id))]
    for constraint in problem.constraints:
        said = _said(constraint.tag)
        found.extend(f"{said}: {words}" for words in _violations(constraint, tasks, placed))
    return tuple(found)


def evaluate(problem: Problem, placed: Schedule) -> tuple[int, ...]:
    """What each objective comes to, in the problem's order."""
    return tuple(_value(objective, problem, placed) for objective in problem.objectives)


def _said(tag: Tag) -> str:
    return " ".join(part for part in (tag.rule, tag.place, tag.detail) if part)


def _task_violations(problem: Problem, task: Task, place: Placed | None) -> Iterator[str]:
    if place is None:
        if not task.optional:
            yield f"{_said(task.required) + ': ' if task.required else ''}{task.id} is left out"
        return
    if place.start < problem.first or place.start + task.duration > problem.last:
        yield f"{task.id} does not lie in the horizon [{problem.first}, {problem.last})"
    for allowed in task.allowed:
        if not any(first <= place.start <= last for first, last in allowed.ranges):
            yield f"{_said(allowed.tag)}: {task.id} starts at {place.start}, outside what is allowed"
    if unasked := set(place.picked) - {pick.name for pick in task.picks}:
        yield f"{task.id} has picks that nobody asked for: {', '.join(sorted(unasked))}"
    for pick in task.picks:
        chosen = place.picked.get(pick.name, ())
        if len(chosen) != pick.count or len(set(chosen)) != len(chosen):
            yield f"{_said(pick.tag)}: {task.id} needs {pick.count} as {pick.name}, has {len(chosen)}"
        if strange := set(chosen) - set(pick.candidates):
            yield f"{_said(pick.tag)}: {', '.join(sorted(strange))} cannot be {pick.name} of {task.id}"


def _violations(constraint: Constraint, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    match constraint:
        case NoOverlap():
            yield from _no_overlap(constraint, tasks, placed)
        case Capacity():
            yield from _capacity(constraint, tasks, placed)
        case Lag() | StartLag():
            yield from _lag(constraint, tasks, placed)
        case Apart():
            yield from _apart(constraint, tasks, placed)
        case StartsApart():
            yield from _starts_apart(constraint, placed)
        case Load():
            yield from _load(constraint, tasks, placed)
        case ActiveBuckets():
            yield from _active_buckets(constraint, placed)
        case RestBetween():
            yield from _rest_between(constraint, tasks, placed)
        case Implies():
            yield from _implies(constraint, placed)
        case PickAllowed():
            yield from _pick_allowed(constraint, tasks, placed)


def _takes(resource: str, tasks: Mapping[str, Task], placed: Schedule) -> list[tuple[str, int, int, int]]:
    """Every taking of the resource as (task, start, end, amount): one for `occupies`, one for each pick of it."""
    takes = []
    for name, place in placed.items():
        end = place.start + tasks[name].duration
        if tasks[name].occupies.get(resource, 0) > 0:
            takes.append((name, place.start, end, tasks[name].occupies[resource]))
        takes.extend((name, place.start, end, 1) for chosen in place.picked.values() if resource in chosen)
    return takes


def _taken(task: Task, place: Placed) -> set[str]:
    """Everything the task takes: always, or by a pick."""
    always = {resource for resource, amount in task.occupies.items() if amount > 0}
    return always.union(*place.picked.values())


def _no_overlap(rule: NoOverlap, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    for (a, a_start, a_end, _), (b, b_start, b_end, _) in combinations(_takes(rule.resource, tasks, placed), 2):
        shared = min(a_end, b_end) - max(a_start, b_start)
        if shared > 0:
            yield f"{a} and {b} share {rule.resource} for {shared}"


def _capacity(rule: Capacity, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    takes = _takes(rule.resource, tasks, placed)
    for now in sorted({start for _, start, _, _ in takes}):  # use only rises where something starts
        used = sum(amount for _, start, end, amount in takes if start <= now < end)
        if used > rule.capacity:
            yield f"{used} of {rule.resource} are taken at {now}, {rule.capacity} are there"


def _lag(rule: Lag | StartLag, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    if rule.before not in placed or rule.after not in placed:
        return
    length = tasks[rule.before].duration if isinstance(rule, Lag) else 0
    gap = placed[rule.after].start - placed[rule.before].start - length
    if rule.min_gap is not None and gap < rule.min_gap:
        yield f"{rule.after} follows {rule.before} by {gap}, at least {rule.min_gap} is asked"
    if rule.max_gap is not None and gap > rule.max_gap:
        yield f"{rule.after} follows {rule.before} by {gap}, at most {rule.max_gap} is asked"


def _apart(rule: Apart, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    if rule.first not in placed or rule.second not in placed:
        return
    if rule.picked is not None and any(
        rule.picked not in _taken(tasks[name], placed[name]) for name in (rule.first, rule.second)
    ):
        return
    first, second = placed[rule.first].start, placed[rule.second].start
    first_end, second_end = first + tasks[rule.first].duration, second + tasks[rule.second].duration
    second_later = second >= first_end + rule.gap
    second_earlier = first >= second_end + (rule.gap if rule.both_ways else 0)
    if not second_later and not second_earlier:
        yield f"{rule.second} at {second} is too close to {rule.first} at {first}, {rule.gap} apart is asked"


def _starts_apart(rule: StartsApart, placed: Schedule) -> Iterator[str]:
    for a, b in combinations([name for name in rule.tasks if name in placed], 2):
        gap = abs(placed[a].start - placed[b].start)
        if gap < rule.gap:
            yield f"{a} and {b} start {gap} apart, at least {rule.gap} is asked"


def _load(rule: Load, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    total = 0
    for name, weight in rule.weights.items():
        if name not in placed or not rule.start <= placed[name].start < rule.end:
            continue
        if rule.picked is None or rule.picked in _taken(tasks[name], placed[name]):
            total += weight
    if total > rule.limit:
        yield f"load {total} in [{rule.start}, {rule.end}), at most {rule.limit} is allowed"


def _active_buckets(rule: ActiveBuckets, placed: Schedule) -> Iterator[str]:
    starts = [placed[name].start for name in rule.tasks if name in placed]
    active = [any(a <= start < b for start in starts) for a, b in pairwise(rule.edges)]
    for first in range(max(1, len(active) - rule.window + 1)):
        used = sum(active[first : first + rule.window])
        if used > rule.limit:
            yield f"{used} buckets in use of {rule.window} from {rule.edges[first]}, at most {rule.limit} allowed"


def _rest_between(rule: RestBetween, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    bucket = {}
    for name in rule.tasks:
        for k, (a, b) in enumerate(pairwise(rule.edges)):
            if name in placed and a <= placed[name].start < b:
                bucket[name] = k
    for one, other in permutations(bucket, 2):
        rest = placed[other].start - placed[one].start - tasks[one].duration
        if bucket[other] == bucket[one] + 1 and rest < rule.gap:
            yield f"rest between {one} and {other} is {rest}, at least {rule.gap} is asked"


def _implies(rule: Implies, placed: Schedule) -> Iterator[str]:
    if rule.task in placed and rule.needs not in placed:
        yield f"{rule.task} is there without {rule.needs}"


def _pick_allowed(rule: PickAllowed, tasks: Mapping[str, Task], placed: Schedule) -> Iterator[str]:
    if rule.task not in placed:
        return
    start = placed[rule.task].start
    taken = any(name == rule.task for name, _, _, _ in _takes(rule.candidate, tasks, placed))
    if taken and not any(first <= start <= last for first, last in rule.ranges):
        yield f"{rule.task} starts at {start}, when {rule.candidate} can't take part"


def _value(objective: Objective, problem: Problem, placed: Schedule) -> int:
    match objective:
        case Peak():
            return max((_peak_load(load, placed) for load in objective.loads), default=0)
        case LostValue():
            return sum(task.value for task in problem.tasks if task.id not in placed)
        case WeightedStarts():
            return sum(
                weight * (placed[name].start - problem.first)
                for name, weight in objective.weights.items()
                if name in placed
            )
        case AwayFromPreferred():
            return sum(
                abs(placed[name].start - preferred) for name, preferred in objective.preferred.items() if name in placed
            )


def _peak_load(load: tuple[Mapping[str, int], int, int], placed: Schedule) -> int:
    weights, start, end = load
    return sum(weight for name, weight in weights.items() if name in placed and start <= placed[name].start < end)
