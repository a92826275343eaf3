"""The week again after a change: what has begun stays, and of the rest as little moves as can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from math import ceil

from attrs import evolve, frozen

from hamsafar.domain.lunar import Booking, LunarMission, Station
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.domain.operations_changes import WeekChange, WeekMove
from hamsafar.errors import InputError
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.rules import Week
from hamsafar.planning.operations.solve import Adjust
from hamsafar.planning.operations.windows import Prepared, prepare
from hamsafar.schedule.objectives import LostValue, Moved, Objective, Peak, PeakLoad, Reassigned
from hamsafar.schedule.problem import Problem
from hamsafar.timeline import Span

MOVED = "tasks changed"  # moved, longer or shorter, added or dropped
_LONGER, _MORE = "lengths changed", "transmissions added"  # parts of it, that the search counts apart


@frozen(kw_only=True)
class Changed:
    """A changed week, ready to be planned, and how to stay close to what was planned."""

    prepared: Prepared
    adjust: Adjust


def changed(plan: OperationsPlan, change: WeekChange, tell: Callable[[str], None] = lambda _: None) -> Changed:
    """The mission, windows and past after a change. Raises InputError for a mission without a week."""
    prepared = prepare(changed_mission(plan, change), tell)
    facts = prepared.facts
    past = tuple(task for task in plan.tasks if task.start < change.now)
    free_ns = max(
        [change.now.tai_ns, *(task.end.tai_ns for task in past)]
        + ([] if change.safe_until is None else [change.safe_until.tai_ns])
    )
    free = ceil((free_ns - facts.operations.span.start.tai_ns) / 60_000_000_000)
    facts = evolve(facts, past=past, failed=known_failures(plan, change), free_from=min(free, facts.minutes))
    return Changed(prepared=evolve(prepared, facts=facts), adjust=staying(plan, facts))


def known_failures(plan: OperationsPlan, change: WeekChange) -> frozenset[str]:
    """Pictures that nobody waits for: those that failed before, and those that failed now."""
    return frozenset((*plan.failed, *change.failed))


def changed_mission(plan: OperationsPlan, change: WeekChange) -> LunarMission:
    """What is asked after a change. Raises InputError for a mission without a week."""
    mission = plan.mission
    asked = mission.operations
    if asked is None:
        raise InputError("has no section `operations`: there is no week to plan", where=mission.source)
    begun = [task.of for task in plan.tasks if task.kind == "image" and task.start < change.now]
    again = [task.of for task in plan.tasks if task.id in change.failed and task.id not in plan.failed]
    images = []
    for wish in asked.images:
        count = wish.count + again.count(wish.id)
        if wish.id in change.withdrawn:
            count = begun.count(wish.id)
        if count:
            images.append(evolve(wish, count=count))
    every = asked.contact_every_min if change.contact_every_min is None else change.contact_every_min
    return evolve(
        mission,
        state=mission.state if change.state is None else change.state,
        stations=tuple(_station(one, plan.span, change) for one in mission.stations),
        operations=evolve(asked, images=(*images, *change.added), contact_every_min=every),
    )


def _station(station: Station, week: Span, change: WeekChange) -> Station:
    shut = [Booking(span=one.span, note=one.note) for one in change.closed if one.station == station.id]
    if station.id in change.lost and change.now < week.end:
        shut.append(Booking(span=Span(change.now, week.end), note=change.reason))
    return evolve(station, closed=(*station.closed, *shut)) if shut else station


def staying(plan: OperationsPlan, facts: WeekFacts) -> Adjust:
    """Value first, then as few changes as can be: steps and pictures by their ids, transmissions by their passes.

    Starts first, then lengths, then transmissions that there were not.
    """
    to_come = [task for task in plan.tasks if facts.minute_of(task.start) >= facts.free_from]

    def adjust(problem: Problem, week: Week) -> Problem:
        there = {task.id for task in problem.tasks}
        starts = {task.id: facts.minute_of(task.start) for task in to_come if task.id in there}
        old = _slots_of(week, [task for task in to_come if task.kind == "transmission"], facts)
        starts |= {slot: facts.minute_of(task.start) for slot, task in old.items()}
        ways = {slot: str(facts.minute_of(task.end) - facts.minute_of(task.start)) for slot, task in old.items()}
        lost, *others = problem.objectives
        assert isinstance(lost, LostValue), "the first is what wishes are worth"
        moved = Moved(name=MOVED, unit="tasks", starts=starts)
        longer = Reassigned(name=_LONGER, unit="tasks", teams={}, ways=ways)
        new = {one.id: 1 for one in week.transmissions if not one.past and one.id not in old}
        more = Peak(name=_MORE, unit="tasks", loads=(PeakLoad(weights=new, start=0, end=facts.minutes),) if new else ())
        between: list[Objective] = [moved, *([longer] if ways else []), *([more] if new else [])]
        hint = problem.hint or starts
        return evolve(problem, objectives=(lost, *between, *others), hint=dict(hint))

    return adjust


def _slots_of(week: Week, sent: Iterable[OperationsTask], facts: WeekFacts) -> dict[str, OperationsTask]:
    """Old transmissions by the slots of the passes that they lie in, in their order."""
    slots = [one for one in week.transmissions if not one.past]
    found: dict[str, OperationsTask] = {}
    for task in sent:
        start, end = facts.minute_of(task.start), facts.minute_of(task.end)
        for slot in slots:
            (a, b) = slot.windows[0]
            if slot.id not in found and slot.station == task.station and a <= start and end <= b:
                found[slot.id] = task
                break
    return found


def fewest_changes(before: OperationsPlan, facts: WeekFacts) -> int:
    """How many transmissions to come can't stay as they were: no usable contact of their station has them."""
    return sum(
        task.kind == "transmission"
        and facts.minute_of(task.start) >= facts.free_from
        and not any(
            a <= facts.minute_of(task.start) and facts.minute_of(task.end) <= b
            for a, b in facts.talking.get(task.station or "", ())
        )
        for task in before.tasks
    )


def moves(before: OperationsPlan, after: OperationsPlan) -> tuple[WeekMove, ...]:
    """What differs between two weeks, in the order of time: tasks by their ids, transmissions by station and start."""
    old, new = _keyed(before), _keyed(after)
    found = [
        WeekMove(
            kind="moved" if a is not None and b is not None else "added" if a is None else "dropped",
            task=(b or a).id,  # type: ignore[union-attr]  # one of them is there
            title=(b or a).title,  # type: ignore[union-attr]
            before=None if a is None else a.span,
            after=None if b is None else b.span,
        )
        for key in {**old, **new}
        if _differ(a := old.get(key), b := new.get(key))
    ]
    return tuple(sorted(found, key=lambda one: ((one.after or one.before).start, one.task)))  # type: ignore[union-attr]


def _keyed(plan: OperationsPlan) -> dict[str, OperationsTask]:
    return {task.id: task for task in plan.tasks}


def _differ(one: OperationsTask | None, other: OperationsTask | None) -> bool:
    return one is None or other is None or (one.start, one.end, one.station) != (other.start, other.end, other.station)


def names_of(plan: OperationsPlan) -> dict[tuple[str, int], str]:
    """The ids of a plan's transmissions, by station and start: those that stay where they are keep theirs."""
    return {(task.station or "", task.start.tai_ns): task.id for task in plan.tasks if task.kind == "transmission"}
