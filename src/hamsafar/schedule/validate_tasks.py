"""What is malformed in one activity: its times, its demands, its modes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hamsafar.schedule.faults import Fault, Path
from hamsafar.schedule.tasks import Mode, Pick, Task
from hamsafar.schedule.validate_parts import no_negative_in, not_negative, ranges, repeated, stretches


def task_faults(task: Task, at: Path) -> Iterator[Fault]:
    """Everything malformed in an activity, apart from what other parts of the problem say about it."""
    yield from not_negative(at, value=task.value)
    if task.optional and task.required is not None:
        words = f"is optional, and required by {task.required.rule}"
        yield Fault((*at, "optional"), words, also=((*at, "required"),))
    yield from _way_faults(task, at)
    for number, allowed in enumerate(task.allowed):
        yield from ranges(allowed.ranges, (*at, "allowed", number, "ranges"))
    for number, forbidden in enumerate(task.forbidden):
        yield from stretches(forbidden.stretches, (*at, "forbidden", number, "stretches"))
    yield from _break_faults(task, at)
    yield from repeated((mode.id for mode in task.modes), (*at, "modes"), key="id")
    for number, mode in enumerate(task.modes):
        inside = (*at, "modes", number)
        yield from _way_faults(mode, inside)
        for position, pick in enumerate(mode.picks):
            if any(pick.name == other.name for other in task.picks):
                words = f"the activity has a pick {pick.name!r} in every mode"
                yield Fault((*inside, "picks", position, "name"), words)


def _way_faults(way: Task | Mode, at: Path) -> Iterator[Fault]:
    yield from no_negative_in(way.occupies, (*at, "occupies"))
    yield from no_negative_in(way.consumes, (*at, "consumes"))
    yield from repeated((pick.name for pick in way.picks), (*at, "picks"), key="name")
    for number, pick in enumerate(way.picks):
        yield from _pick_faults(pick, (*at, "picks", number))


def _pick_faults(pick: Pick, at: Path) -> Iterator[Fault]:
    """With a skill it is open how many have it, and too few is a conflict; a list without one is what it is."""
    yield from repeated(pick.candidates, (*at, "candidates"))
    yield from not_negative(at, count=pick.count)
    also: tuple[Path, ...] = ((*at, "candidates"), (*at, "skill"))
    if pick.count > 0 and not pick.candidates and not pick.skill:
        yield Fault(
            (*at, "candidates"), f"lists nobody for a count of {pick.count}; list some, or ask for a skill", also
        )
    elif pick.candidates and pick.count > len(pick.candidates):
        yield Fault((*at, "count"), f"is {pick.count} of {len(pick.candidates)} candidates", also)


def _break_faults(task: Task, at: Path) -> Iterator[Fault]:
    if task.breaks is None:
        return
    yield from stretches(task.breaks.stretches, (*at, "breaks", "stretches"), apart=True)
    for number, way in enumerate(task.ways):
        if way.duration == 0:
            where: Path = (*at, "modes", number, "duration") if task.modes else (*at, "duration")
            yield Fault(where, "is 0, and what takes no time cannot pause in breaks", also=((*at, "breaks"),))


def milestone_faults(task: Task, at: Path) -> Iterator[Fault]:
    """What a milestone takes: nobody and nothing is ever busy with it, so whoever wrote that meant something else.

    Asked of what people write. A problem may come to such tasks by itself, as when one is shortened to nothing.
    """
    ways = [((*at, "modes", number), way) for number, way in enumerate(task.modes)] or [(at, task.ways[0])]
    idle = [inside for inside, way in ways if way.duration == 0]
    for inside, way in ways:
        if inside in idle:
            yield from _without_effect(inside, way.occupies, way.picks)
    if len(idle) == len(ways):  # else they are picked for the other modes
        yield from _without_effect(at, {}, task.picks)


def _without_effect(at: Path, occupies: Mapping[str, int], picks: Sequence[Pick]) -> Iterator[Fault]:
    words = "has no effect: a milestone (duration 0) is never under way; give it a duration, or leave this out"
    if any(amount > 0 for amount in occupies.values()):
        yield Fault((*at, "occupies"), words, also=((*at, "duration"),))
    if any(pick.count > 0 for pick in picks):
        yield Fault((*at, "picks"), words, also=((*at, "duration"),))
