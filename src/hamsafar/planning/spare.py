"""What a plan leaves to the people aboard: task lists against their free time, what they may move or do ahead.

Nothing of it is searched for by the solver. Lists go to whoever has the most room for them; how far something may move,
and when something may be done ahead, is tried on the stage's own problem, start by start, with everything else where
it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, islice, product

from attrs import frozen

from hamsafar.domain.aboard import ListItem
from hamsafar.domain.plan import Ahead, Assignment, Listed, ListRoom, Movable, Placement, Plan, Spare
from hamsafar.planning import ticks
from hamsafar.planning.crew.occurrences import person_of
from hamsafar.planning.crew.people import need_names, person_named, person_resource
from hamsafar.planning.crew.stay import Stay, stay_of
from hamsafar.planning.enforces import enforces
from hamsafar.planning.limits import with_every_figure
from hamsafar.planning.rebuilt import StageAgain, stage_again
from hamsafar.planning.ticks import Stretch
from hamsafar.planning.training import certificates_held
from hamsafar.planning.training.certificates import Held
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.running import possible_starts
from hamsafar.schedule.slack import around, gap_about, room_about
from hamsafar.schedule.tasks import Task

_STEP_MIN = 5  # starts that are tried for what may be done ahead
_MOST_CREWS = 12  # choices of people that are tried for what was left out


def spare_of(plan: Plan) -> Spare | None:
    """All that is left to the people aboard; None where that is nothing."""
    days = _Days(plan)
    listed, unlisted = _lists(days)
    movable, ahead = _moves(plan, days.stay)
    found = Spare(listed=listed, unlisted=unlisted, room=tuple(_room(days, listed)), movable=movable, ahead=ahead)
    return None if found == Spare() else found


def said_of_lists(plan: Plan) -> Iterator[str]:
    """Which lists are too long for the time there is, and what nobody may do: for the plan's warnings."""
    if plan.spare is None:
        return
    titles = {one.id: one.title for one in plan.programme.task_list}
    for id_ in plan.spare.unlisted:
        yield f"Task list: too few of those asked for hold the certificate that {titles[id_]!r} needs by its day."
    for room in plan.spare.room:
        if room.short_min:
            yield (
                f"Task list: {room.person} has {room.listed_min} min on the list by flight day {room.until_day}, and "
                f"{room.free_min} min with nothing planned by then."
            )


# Task lists


class _Days:
    """Who has how much time with nothing planned, by flight day."""

    def __init__(self, plan: Plan) -> None:
        self.programme = with_every_figure(plan.programme)
        self.stay = stay_of(self.programme, plan.flight)
        term = [one for one in plan.placements if one.stage == "training"]
        self.held: Sequence[Held] = certificates_held(self.programme, term if self.programme.term is not None else None)
        self.busy: dict[str, list[Stretch]] = {}
        for one in plan.placements:
            if one.stage == "flight":
                for person in one.person_ids:
                    taken = (ticks.tick_at_or_before(one.start), ticks.tick_at_or_after(one.end))
                    self.busy.setdefault(person, []).append(taken)

    def free_min(self, person: str, until_day: int) -> int:
        """Minutes with nothing planned, to the end of a flight day, in gaps of a day that are worth while."""
        return sum(self._free_on(person, day) for day in range(1, until_day + 1))

    def _free_on(self, person: str, day: int) -> int:
        shortest = self.programme.limit("CRW-23", "min_gap_min")
        first, end = self.stay.day_stretch(day)
        here_from, here_to = self.stay.presence[person]
        now = self.stay.past.now
        gaps = gaps_of(
            self.busy.get(person, []), max(first, here_from, first if now is None else now), min(end, here_to)
        )
        return sum(to - begin for begin, to in gaps if to - begin >= shortest)

    def last_day(self, item: ListItem) -> int:
        """The flight day by whose end it is done."""
        return min(item.due_day or len(self.stay.dates), len(self.stay.dates))

    def is_over(self, item: ListItem) -> bool:
        """Whether its day has gone by: what became of it nobody has said."""
        return self.stay.past.now is not None and self.stay.day_stretch(self.last_day(item))[1] <= self.stay.past.now

    def may_do(self, item: ListItem, person: str) -> bool:
        """Whether somebody is aboard before its day is over, and holds what it needs from coming aboard until then."""
        if person not in self.stay.presence:
            return False
        first, end = self.stay.presence[person]
        until = min(self.stay.day_stretch(self.last_day(item))[1], end)
        if first >= until:
            return False
        days = ticks.date_at(first, self.stay.zone), ticks.date_at(until - 1, self.stay.zone)
        return item.who.certificate is None or self._holds(person, item.who.certificate, *days)

    def _holds(self, person: str, certificate: str, first: date, last: date) -> bool:
        own = (one for one in self.held if (one.person, one.certificate) == (person, certificate))
        return any(one.valid_from <= first and last <= one.valid_until for one in own)


def gaps_of(busy: Sequence[Stretch], first: int, end: int) -> Iterator[Stretch]:
    """What is left of a stretch between others, ascending."""
    at = first
    for begin, to in sorted(busy):
        if at < min(begin, end):
            yield at, min(begin, end)
        at = max(at, to)
    if at < end:
        yield at, end


@enforces("CRW-23")
def _lists(days: _Days) -> tuple[tuple[Listed, ...], tuple[str, ...]]:
    """Each item to as many as it asks for of those who may do it: to those with the most room, most urgent first."""
    load: dict[str, int] = {}
    found: dict[str, tuple[str, ...]] = {}
    items = days.programme.task_list
    for item in sorted(items, key=lambda one: (days.last_day(one), -one.duration_min, one.id)):
        able = [person for person in item.who.candidates if days.may_do(item, person)]
        room = {one: days.free_min(one, days.last_day(item)) - load.get(one, 0) for one in able}
        chosen = sorted(able, key=lambda one: -room[one])[: item.who.count]
        for person in chosen:
            load[person] = load.get(person, 0) + item.duration_min
        found[item.id] = tuple(person for person in able if person in chosen)
    listed = tuple(Listed(item=item.id, person=person) for item in items for person in found[item.id])
    return listed, tuple(item.id for item in items if len(found[item.id]) < item.who.count)


@enforces("CRW-23")
def _room(days: _Days, listed: Sequence[Listed]) -> Iterator[ListRoom]:
    """Of each one's list, day by day on which something is due, what is on it by then against the time there is."""
    items = {one.id: one for one in days.programme.task_list if not days.is_over(one)}
    for person in days.stay.presence:
        own = [items[one.item] for one in listed if one.person == person and one.item in items]
        for day in sorted({days.last_day(one) for one in own}):
            minutes = sum(one.duration_min for one in own if days.last_day(one) <= day)
            yield ListRoom(person=person, until_day=day, listed_min=minutes, free_min=days.free_min(person, day))


# What may be moved, or done ahead


@enforces("CRW-24")
def _moves(plan: Plan, stay: Stay) -> tuple[tuple[Movable, ...], tuple[Ahead, ...]]:
    """The starts of what is flexible, and of what may be done ahead, at which nothing of the stage's problem breaks."""
    flexible = {one.id for one in plan.programme.activities if one.is_flexible}
    early = {one.id for one in plan.programme.activities if one.get_ahead}
    still = [one for one in plan.placements if one.of in flexible and one.id not in stay.past.done]
    if not still and not early:
        return (), ()
    again = stage_again(plan, "flight")
    if again.broken:
        return (), ()
    movable = []
    for one in still:
        if one.id in again.placed:
            first, last = _starts_about(plan, again, one)
            if first < last:
                movable.append(Movable(placement=one.id, first=ticks.instant_of(first), last=ticks.instant_of(last)))
    ahead = sorted(_ahead(plan, again, stay, early), key=lambda one: (one.day, one.id))
    return tuple(movable), tuple(ahead)


def _starts_about(plan: Plan, again: StageAgain, placement: Placement) -> tuple[int, int]:
    """The first and the last start round its own, all else staying; halved where only neighbours are in its way."""
    activity = plan.programme.activity(placement.of)
    things = activity.uses or activity.consumes or activity.window or activity.quiet or activity.kind == "exercise"
    kept_apart = activity.apart_from or any(placement.of in one.apart_from for one in plan.programme.activities)
    if not things and not kept_apart:
        return gap_about(again.problem, again.placed, placement.id)
    room = room_about(again.problem, again.placed, placement.id)
    return room.first, room.last


@frozen
class _Work:
    """Something that may be done ahead: its task, by whom, and the part of the problem that says where it may lie."""

    task: Task
    place: Placed
    people: tuple[Assignment, ...]
    part: Problem


def _ahead(plan: Plan, again: StageAgain, stay: Stay, early: set[str]) -> Iterator[Ahead]:
    """For each flight day what of a later day, or left out, may start on it."""
    tasks = {task.id: task for task in again.problem.tasks}
    there = {one.id: one for one in plan.placements if one.of in early and one.stage == "flight"}
    for id_ in (*there, *(one.id for one in plan.dropped if one.of in early)):
        if id_ not in tasks or id_ in stay.past.done:
            continue
        crews = list(_crews(plan, again, tasks[id_]))
        for day in stay.days:
            first, end = stay.day_stretch(day)
            if id_ in again.placed and again.placed[id_].start < end:
                break
            found = next((one for work in crews if (one := _on_day(again, work, stay, first, end)) is not None), None)
            if found is not None:
                work, begin, last = found
                yield Ahead(
                    id=id_,
                    day=day,
                    first=ticks.instant_of(begin),
                    last=ticks.instant_of(last),
                    duration_min=work.task.duration,
                    people=work.people,
                )


def _crews(plan: Plan, again: StageAgain, task: Task) -> Iterator[_Work]:
    """By whom it would be done: by those who do it, or, where it was left out, by any who may."""
    activity = plan.programme.activity(task.id.partition("#")[0].partition("@")[0])
    part = around(again.problem, again.placed, task.id)
    if task.id in again.placed:
        own = next(one for one in plan.placements if one.id == task.id)
        yield _Work(task, again.placed[task.id], own.people, part)
        return
    choices = [list(combinations(part.candidates(pick), pick.count)) for pick in task.picks]
    for crew in islice(product(*choices), _MOST_CREWS):
        picked = {pick.name: chosen for pick, chosen in zip(task.picks, crew, strict=True)}
        people: list[Assignment] = []
        for need, name in zip(activity.who, need_names(activity.who), strict=True):
            own_id = person_of(task.id)
            fixed = [one for one in need.candidates if own_id in (None, one) and person_resource(one) in task.occupies]
            serving = [person_named(one) for one in picked[name]] if name in picked else fixed
            people += [Assignment(person=one, function=need.function) for one in serving]
        yield _Work(task, Placed(start=0, picked=picked), tuple(people), part)


def _on_day(again: StageAgain, work: _Work, stay: Stay, first: int, end: int) -> tuple[_Work, int, int] | None:
    """The first stretch of a day's starts at which nothing breaks."""
    now = stay.past.now
    for low, high in possible_starts(again.problem, work.task):
        begin, last = max(low, first, first if now is None else now), min(high, end - 1)
        for start in range(begin, last + 1, _STEP_MIN):
            if _holds(again, work, start):
                while start > begin and _holds(again, work, start - 1):
                    start -= 1
                until = start
                while until < last and _holds(again, work, until + 1):
                    until += 1
                return work, start, until
    return None


def _holds(again: StageAgain, work: _Work, start: int) -> bool:
    where = {one.id: Placed(start=again.placed[one.id].start) for one in work.part.tasks if one.id in again.placed}
    place = Placed(start=start, mode=work.place.mode, picked=work.place.picked)
    return not check(work.part, {**where, work.task.id: place})
