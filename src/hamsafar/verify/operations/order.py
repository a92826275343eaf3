"""OPS-01, 02, 03, 07, 11, 13: what is placed, in which order, how often, and how long the transmitter is on."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, pairwise

from hamsafar.domain.operations import OperationsTask
from hamsafar.timeline import Instant
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.registry import Breach, Said, checks

DAY_S = 86_400.0
NOTHING_S = 0.001


@checks("OPS-01")
def asked_for_and_in_the_week(case: OperationsCase) -> Said:
    """Every task has an id of its own, is of the file, lasts as long as asked, and lies in the week."""
    week = case.week.span
    if case.plan.span != week:
        stated = f"The plan is for {case.plan.span.start} to {case.plan.span.end}"
        yield Breach(f"{stated}; the file asks for {week.start} to {week.end}.")
    for id_, count in Counter(task.id for task in case.tasks).items():
        if count > 1:
            yield Breach(f"{count} tasks have the id {id_}.", (id_,), count - 1)
    for task in case.tasks:
        out_s = max(0.0, week.start.seconds_since(task.start)) + max(0.0, task.end.seconds_since(week.end))
        if out_s > 0:
            yield Breach(f"{task.id} is outside of the week for {out_s / 60:g} min.", (task.id,), out_s / 60, "min")
        yield from _as_asked(case, task)


def _as_asked(case: OperationsCase, task: OperationsTask) -> Said:
    length_min = task.end.seconds_since(task.start) / 60
    step, camera = case.step_of(task), case.camera_of(task)
    asked_min: float | None = None
    if task.kind == "image":
        asked_min, mode = None if camera is None else camera.exposure_min, case.week.image_mode
        known = task.of in case.images
    elif task.kind == "transmission":
        known, mode = task.of == case.week.downlink, case.week.downlink_mode
    else:
        steps = case.week.commissioning if task.kind == "commissioning" else case.week.upkeep
        known = any(each.id == task.of for each in steps)
        asked_min = None if step is None else step.duration_min
        mode = task.mode if step is None else step.mode
    if mode != task.mode:
        yield Breach(f"{task.id} is placed in the mode {task.mode}; the file asks for {mode}.", (task.id,))
    if not known:
        yield Breach(
            f"{task.id} is said to be the {task.kind} {task.of!r}, which the file doesn't ask for.", (task.id,)
        )
    if not length_min > 0:
        yield Breach(f"{task.id} ends at {task.end}, not after its start.", (task.id,), -length_min, "min")
    elif asked_min is not None and not abs(length_min - asked_min) <= NOTHING_S / 60:
        sentence = f"{task.id} lasts {length_min:g} min; {asked_min:g} min are asked for"
        yield Breach(f"{sentence}.", (task.id,), abs(length_min - asked_min), "min")


@checks("OPS-02")
def commissioning_first(case: OperationsCase) -> Said:
    """Pictures after all of commissioning; whatever comes after a step, after all of its occurrences."""
    commissioning = [task for task in case.tasks if task.kind == "commissioning"]
    if commissioning:
        last = max(commissioning, key=lambda task: task.end)
        for picture in case.pictures:
            yield from _later(picture, last, "the last of commissioning")
    for step in case.steps.values():
        for id_ in step.after:
            for earlier in case.done.get(id_, []):
                for task in case.done.get(step.id, []):
                    yield from _later(task, earlier, "which comes first")


def _later(task: OperationsTask, earlier: OperationsTask, why: str) -> Said:
    early_s = earlier.end.seconds_since(task.start)
    if not early_s <= 0:
        sentence = f"{task.id} starts at {task.start}, {early_s / 60:g} min before the end of {earlier.id}, {why}"
        yield Breach(f"{sentence}.", (task.id, earlier.id), early_s / 60, "min")


@checks("OPS-03")
def one_thing_at_a_time(case: OperationsCase) -> Said:
    """Every pair: no time shared, and time to turn between two that point differently."""
    turn_min = case.week.slew_min + case.week.settle_min
    for a, b in combinations(case.tasks, 2):  # in the order of their starts
        gap_s = b.start.seconds_since(a.end)
        if gap_s >= turn_min * 60:
            continue
        if not gap_s >= 0:
            shared_s = min(a.end, b.end).seconds_since(b.start)
            yield Breach(f"{a.id} and {b.id} share {shared_s / 60:g} min.", (a.id, b.id), shared_s / 60, "min")
        elif _pointing(case, a) != _pointing(case, b):
            short_min = turn_min - gap_s / 60
            sentence = f"From {a.id} to {b.id} the craft turns, which takes {turn_min} min, and has {gap_s / 60:g}"
            yield Breach(f"{sentence}.", (a.id, b.id), short_min, "min")


def _pointing(case: OperationsCase, task: OperationsTask) -> tuple[str, ...]:
    """Where the craft points meanwhile: as its mode says, but for a picture the camera at its target."""
    wish = case.images.get(task.of) if task.kind == "image" else None
    if wish is not None:
        return ("image", wish.target, wish.camera)
    mode = case.modes.get(task.mode)
    return ("unknown", task.mode) if mode is None else (mode.pointing,)


@checks("OPS-07")
def transmitter_within_limits(case: OperationsCase) -> Said:
    """Each transmission, each pair that follow each other, and the 24 h from every start."""
    week = case.week
    for task in case.transmissions:
        length_min = task.end.seconds_since(task.start) / 60
        over, under = length_min - week.longest_transmission_min, week.shortest_transmission_min - length_min
        if not over <= NOTHING_S / 60:
            sentence = f"{task.id} is on for {length_min:g} min; {week.longest_transmission_min} are the most at a time"
            yield Breach(f"{sentence}.", (task.id,), over, "min")
        if not under <= NOTHING_S / 60:
            sentence = f"{task.id} is on for {length_min:g} min; {week.shortest_transmission_min} are the least"
            yield Breach(f"{sentence}.", (task.id,), under, "min")
    for a, b in pairwise(case.transmissions):
        short_min = week.transmitter_rest_min - b.start.seconds_since(a.end) / 60
        if not short_min <= NOTHING_S / 60:
            sentence = f"The transmitter rests {week.transmitter_rest_min} min; between {a.id} and {b.id} it has"
            rest = week.transmitter_rest_min - short_min
            yield Breach(f"{sentence} {rest:g}.", (a.id, b.id), short_min, "min")
    yield from _any_day(case)


def _any_day(case: OperationsCase) -> Said:
    """The fullest stretch begins at a start: moved back from within a transmission it loses no more than it gains."""
    allowed = case.week.transmitter_min_a_day
    begins = {task.start for task in case.transmissions}
    found = [(_on_min(case, begin), begin) for begin in sorted(begins)]
    if not found:
        return
    most_min, begin = max(found, key=lambda pair: pair[0])
    if not most_min - allowed <= NOTHING_S / 60:
        sentence = f"In the 24 h from {begin} the transmitter is on for {most_min:g} min; {allowed} are the most"
        ids = [task.id for task in case.transmissions if task.end > begin and task.start < begin.plus(seconds=DAY_S)]
        yield Breach(f"{sentence}.", tuple(ids), most_min - allowed, "min")


def _on_min(case: OperationsCase, begin: Instant) -> float:
    end = begin.plus(seconds=DAY_S)
    shared = (min(task.end, end).seconds_since(max(task.start, begin)) for task in case.transmissions)
    return sum(max(0.0, each) for each in shared) / 60


@checks("OPS-11")
def heard_often_enough(case: OperationsCase) -> Said:
    """The silences between transmissions, with that from the week's start and that to its end."""
    allowed = case.week.contact_every_min
    if allowed is None:
        return
    since, after = case.plan.span.start, "the week's start"
    for task in (*case.transmissions, None):
        until, before = (case.plan.span.end, "the week's end") if task is None else (task.start, task.id)
        silent_min = until.seconds_since(since) / 60
        if not silent_min - allowed <= NOTHING_S / 60:
            sentence = f"From {after} ({since}) to {before} ({until}) nothing is heard for {silent_min:g} min"
            where = tuple(name for name in (after, before) if not name.startswith("the week"))
            yield Breach(f"{sentence}; {allowed} are the most.", where, silent_min - allowed, "min")
        if task is not None and task.end > since:
            since, after = task.end, task.id


@checks("OPS-13")
def done_as_often_as_asked(case: OperationsCase) -> Said:
    """Counts of steps and wishes, and the spacing of every pair of one step."""
    for step in case.steps.values():
        tasks = case.done.get(step.id, [])
        missing, extra = step.count - len(tasks), len(tasks) - step.count
        if missing > 0 and step.value is None:
            sentence = f"{step.title} ({step.id}) is to be done {step.count} times, and is done {len(tasks)} times"
            yield Breach(f"{sentence}.", (step.id,), missing, "times")
        if extra > 0:
            sentence = f"{step.title} ({step.id}) is asked for {step.count} times, and is done {len(tasks)} times"
            yield Breach(f"{sentence}.", (step.id, *(task.id for task in tasks)), extra, "times")
        for a, b in combinations(tasks, 2):
            short_min = step.spacing_min - b.start.seconds_since(a.start) / 60
            if not short_min <= NOTHING_S / 60:
                sentence = f"{a.id} and {b.id} start {step.spacing_min - short_min:g} min apart"
                yield Breach(f"{sentence}; {step.spacing_min} are asked for.", (a.id, b.id), short_min, "min")
    for wish in case.images.values():
        extra = len(case.done.get(wish.id, [])) - wish.count
        if extra > 0:
            sentence = f"{wish.id} asks for {wish.count} pictures, and {wish.count + extra} are taken"
            yield Breach(f"{sentence}.", (wish.id,), extra, "times")
    yield from _accounted_for(case)


def _accounted_for(case: OperationsCase) -> Said:
    """Every wish is placed or said to be left out, as often as it is asked for, and nothing else is."""
    left_out = Counter(undone.of for undone in case.plan.undone)
    asked = {step.id: step.count for step in case.steps.values() if step.value is not None}
    asked |= {wish.id: wish.count for wish in case.images.values()}
    for id_, count in asked.items():
        placed = len(case.done.get(id_, []))
        missing, extra = count - placed - left_out[id_], min(left_out[id_], placed + left_out[id_] - count)
        told = f"{id_} is asked for {count} times, is placed {placed} times, and left out {left_out[id_]} times"
        if missing > 0:
            yield Breach(f"{told}: {missing} are not accounted for.", (id_,), missing, "times")
        elif extra > 0:
            yield Breach(f"{told}: {extra} too many.", (id_,), extra, "times")
    for id_ in sorted(set(left_out) - set(asked) - set(case.steps)):
        yield Breach(f"{id_} is said to be left out, and nobody asked for it.", (id_,))
    ids = Counter(undone.id for undone in case.plan.undone)
    ids.update({task.id for task in case.tasks} & set(ids))
    for id_, count in ids.items():
        if count > 1:
            yield Breach(f"{id_} is left out and placed, or left out more than once.", (id_,), count - 1)
