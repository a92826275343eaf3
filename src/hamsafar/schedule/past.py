"""A problem of which some has happened: what is over is fixed as it was, and only the rest is asked for.

What was done lies at its real times, as long as it really took, and takes what really took part; nothing that it asks
for itself is asked any more. Everything else starts at `now` or later. Between the two all binds as before: what is to
come keeps clear of what was, and counts with it.

A constraint that the past alone breaks can't be mended, and must not forbid the rest. It is reduced to what it still
asks of what is to come: *wherever the past alone exceeds it, nothing may be added; elsewhere it holds as it did.*

| kind | what is left of it where the past breaks it |
| --- | --- |
| `NoOverlap` | two things of the past may overlap; whatever is to come overlaps none of them, with its setups (a) |
| `Capacity` | at each tick there is as much as the past took, where that is more |
| `Budget` | the limit is what the past used up, where that is more |
| `Reservoir` | from now on only; a level that the past left out of bounds counts as the nearer bound |
| `Lag` | none between two things of the past; what is over can't wait: no least gap to it either |
| `Apart` | none between two things of the past |
| `StartsApart` | each thing of the past that is near enough with all that is to come |
| `Repeats` | in the listed order, from one thing of the past over those to come, not on to the next of the past (b) |
| `Load` | the limit is what the past comes to, where that is more; a stretch that is over is not asked about |
| `Rolling` | nothing more in a stretch that the past alone fills; a least only in stretches that are not over |
| `ActiveBuckets` | in a window that the past alone exceeds, as many buckets as the past uses |
| `RestBetween` | each thing of the past that is near enough with all that is to come |
| `Implies`, `AllOrNone` | as it was: what is wanted for the sake of the past can still be done |
| `Choose` | the most is what was done, where that is more |
| `PickAllowed` | none of what is over |
| `SamePeople` | nothing of those who took some of the past and not all |
| `OtherPeople` | those who took several things of the past take none to come |
| `Together`, `NeverTogether` | none of what is over |

(a) As capacities and distances; where a thing is taken in several amounts, or there are setups, a pause that frees it
counts as taken. (b) Always, as with `Lag`, `Apart`, `PickAllowed`, `Together` and `NeverTogether`; in all other lines a
constraint that the past alone obeys stays word for word.

What is soft stays as it is: what the past broke is paid for, whatever comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from hamsafar.errors import SolverError
from hamsafar.schedule.check_facts import facts_of
from hamsafar.schedule.past_left import Reduction
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Mode, Tag, Task

PAST = "PST-01"  # the rule that what has happened stays as it was, and nothing else begins before now


@frozen(kw_only=True)
class Done:
    """A task as it was really done: from when to when, who and what took part, and in which way."""

    start: int
    end: int
    takes: tuple[str, ...] = ()  # people and things, each in the amount that the task takes of it, or else once; where
    # it took no time, nothing
    mode: str = ""  # what it used up is that of this mode


def with_past(problem: Problem, past: Mapping[str, Done], now: int) -> Problem:
    """The problem that is left when all this has happened and it is `now`.

    Raises SolverError for a task that the problem doesn't have, and for one that began after now, ended before it
    began, or lies outside the horizon.
    """
    tasks = {task.id: task for task in problem.tasks}
    faults = tuple(fault for name, done in past.items() for fault in _faults(problem, tasks.get(name), name, done, now))
    if faults:
        raise SolverError(f"the past of problem {problem.name!r} is malformed:\n" + "\n".join(faults))
    after = Allowed(ranges=((now, problem.last),) if now <= problem.last else (), tag=Tag(PAST, "now"))
    fixed = tuple(
        _as_it_was(task, past[task.id]) if task.id in past else evolve(task, allowed=(*task.allowed, after))
        for task in problem.tasks
    )
    changed = evolve(problem, tasks=fixed)
    alone = facts_of(changed, {name: Placed(start=done.start) for name, done in past.items()})
    left = Reduction(changed, alone, now)
    constraints = tuple(one for constraint in problem.constraints for one in left.of(constraint))
    return evolve(changed, constraints=constraints)


def _faults(problem: Problem, task: Task | None, name: str, done: Done, now: int) -> Iterator[str]:
    if task is None:
        yield f"  there is no activity {name!r}"
    elif task.modes and done.mode and done.mode not in {mode.id for mode in task.modes}:
        yield f"  {name} has no mode {done.mode!r}"
    if done.end < done.start:
        yield f"  {name} ends at {done.end}, before it starts at {done.start}"
    if done.start > now:
        yield f"  {name} starts at {done.start}, after now, {now}"
    if done.start < problem.first or done.end > problem.last:
        yield f"  {name} [{done.start}, {done.end}) does not lie in the horizon [{problem.first}, {problem.last})"


def _as_it_was(task: Task, done: Done) -> Task:
    """The task as one that can only be as it was."""
    way, lasted = _way(task, done.mode), done.end > done.start
    return Task(
        id=task.id,
        duration=done.end - done.start,
        allowed=(Allowed(ranges=((done.start, done.start),), tag=Tag(PAST, task.id)),),
        occupies={thing: max(1, way.occupies.get(thing, 1)) for thing in done.takes if lasted},
        consumes=way.consumes,
        value=0,
        required=Tag(PAST, task.id),
    )


def _way(task: Task, mode: str) -> Mode:
    return next((way for way in task.ways if way.id == mode), task.ways[0])
