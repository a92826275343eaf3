"""Does a task lie as it asks to itself? There, in the horizon, where it may start and run, with enough people."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.schedule.check_facts import Facts, Finding, Present, Schedule, distance, picks_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Pick, Task


def unreadable(problem: Problem, placed: Schedule) -> Iterator[Finding]:
    """What the problem does not know: tasks, modes, picks."""
    tasks = {task.id: task for task in problem.tasks}
    for name, place in placed.items():
        if name not in tasks:
            yield Finding(1, (name,), f"{name} is not a task of this problem")
            continue
        task = tasks[name]
        modes = {way.id: way for way in task.ways}
        if place.mode not in modes:
            yield Finding(1, (name,), _mode_words(task, place.mode))
            continue
        if unasked := set(place.picked) - {pick.name for pick in picks_of(task, modes[place.mode])}:
            yield Finding(
                len(unasked), (name,), f"{name} has picks that nobody asked for: {', '.join(sorted(unasked))}"
            )


def _mode_words(task: Task, mode: str) -> str:
    if not task.modes:
        return f"{task.id} is in mode {mode!r}, and has no modes"
    return f"{task.id} is in mode {mode!r}, and has {', '.join(way.id for way in task.modes)}"


def left_out(task: Task, placed: Schedule) -> Iterator[Finding]:
    """A mandatory task is there."""
    if not task.optional and task.id not in placed:
        yield Finding(1, (task.id,), f"{task.id} is left out")


def outside_horizon(there: Present, problem: Problem) -> Iterator[Finding]:
    """It starts and ends inside the horizon."""
    outside = max(0, problem.first - there.start) + max(0, there.end - problem.last)
    if outside:
        yield Finding(outside, (there.id,), f"{there.id} does not lie in the horizon [{problem.first}, {problem.last})")


def allowed(rule: Allowed, there: Present) -> Iterator[Finding]:
    """It starts in one of the ranges."""
    if away := distance(there.start, rule.ranges):
        yield Finding(away, (there.id,), f"{there.id} starts at {there.start}, outside what is allowed")


def forbidden(rule: Forbidden, there: Present) -> Iterator[Finding]:
    """It runs at no tick of the stretches."""
    for first, end in rule.stretches:
        if ticks := there.runs_within(first, end):
            yield Finding(ticks, (there.id,), f"{there.id} runs for {ticks} in [{first}, {end}), where it may not")


def breaks(rule: Breaks, there: Present) -> Iterator[Finding]:
    """It does not start in a pause (nor does it end in one, for only running ends it)."""
    for first, end in rule.stretches:
        if first <= there.start < end:
            yield Finding(end - there.start, (there.id,), f"{there.id} starts at {there.start}, in a pause until {end}")


def too_few(rule: Pick, there: Present, chosen: tuple[str, ...]) -> Iterator[Finding]:
    """As many are picked as were asked for."""
    if len(chosen) < rule.count:
        words = f"{there.id} needs {rule.count} as {rule.name}, has {len(chosen)}"
        yield Finding(rule.count - len(chosen), (there.id,), words)


def wrong_picks(rule: Pick, there: Present, chosen: tuple[str, ...], facts: Facts) -> Iterator[Finding]:
    """Nobody is picked twice, too many or unfit: this holds even where too few cost no more than points."""
    if len(chosen) > rule.count:
        words = f"{there.id} needs {rule.count} as {rule.name}, has {len(chosen)}"
        yield Finding(len(chosen) - rule.count, (there.id,), words)
    for who in sorted(set(chosen)):
        if (times := chosen.count(who)) > 1:
            yield Finding(times - 1, (there.id,), f"{who} is picked {times} times as {rule.name} of {there.id}")
    if strange := sorted(set(chosen) - set(facts.problem.candidates(rule))):
        yield Finding(len(strange), (there.id,), f"{', '.join(strange)} cannot be {rule.name} of {there.id}")
