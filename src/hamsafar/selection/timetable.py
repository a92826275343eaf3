"""Test days: when and where each candidate is seen, by the engine; hours on the running organisation's clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import date, time, timedelta
from math import gcd

from attrs import define, evolve, frozen

from hamsafar.domain.campaign import Role, Room, Stage, Test
from hamsafar.domain.selection import Assigned
from hamsafar.errors import InputError
from hamsafar.schedule.constraints import ActiveBuckets, Apart, Capacity, Constraint, NoOverlap
from hamsafar.schedule.objectives import Makespan, Moved, SoftCosts
from hamsafar.schedule.problem import Answer, Conflict, Problem, Solved
from hamsafar.schedule.tasks import Allowed, Forbidden, Price, Tag, Task
from hamsafar.selection.timetable_words import conflict_said
from hamsafar.timeline import local_instant, zone

EFFORT = 2.0  # of the solver, where nobody says how much
_DAY_MIN = 24 * 60
_OF_CANDIDATES, _OF_ASSESSORS, _EARLY = "days of candidates", "days of travelling assessors", "end of the last day"
_MOVED = "appointments moved"
_FRIDAY = 4


@frozen(kw_only=True)
class Days:
    """Who is seen when: the rows as assigned, those with an appointment with its time and room."""

    rows: tuple[Assigned, ...]
    first: date
    last: date
    candidate_days: int  # summed over candidates; who comes once for all tests counts one
    candidate_days_bound: int  # no timetable has fewer
    proved: bool  # the best in every objective


@frozen(kw_only=True)
class NoDays:
    """No timetable keeps all of these together."""

    conflict: tuple[str, ...]


@frozen(kw_only=True)
class DaysUndecided:
    """None was found in the effort given, and none shown impossible."""

    stopped_by: str


@define
class _Spot:
    """One place in a room."""

    free_from: int
    room: str


@frozen(kw_only=True)
class _Frame:
    """The stage's days in ticks from the midnight before the first: so many minutes a tick."""

    days: tuple[date, ...]
    tick_min: int
    opens_min: int
    closes_min: int
    breaks_min: tuple[tuple[int, int], ...]

    @property
    def ticks_a_day(self) -> int:
        return _DAY_MIN // self.tick_min

    def midnight(self, day: date) -> int:
        return (day - self.days[0]).days * self.ticks_a_day

    @property
    def edges(self) -> tuple[int, ...]:
        every = (self.days[-1] - self.days[0]).days + 2
        return tuple(n * self.ticks_a_day for n in range(every))


@frozen(kw_only=True)
class _Meeting:
    """One candidate in one test: what becomes a task."""

    test: Test
    candidate: str
    assessors: tuple[str, ...]
    place: str

    @property
    def id(self) -> str:
        return f"{self.test.id}/{self.candidate}"


def timetable(
    stage: Stage,
    rows: Sequence[Assigned],
    roles: Iterable[Role],
    rooms: Iterable[Room],
    *,
    zone_name: str,
    effort: float = EFFORT,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Days | NoDays | DaysUndecided:
    """Appointments for all that a stage's rows assign in tests that have a length; others stay as they are.

    Nobody is in two places at once, candidate or assessor; rooms hold as many as they do; nobody is seen in a break,
    on a day an assessor is away, or on a Saturday or Sunday where the stage has other days; who is due in two places is
    not due in both on one day. Best: the fewest appointments moved of those that rows have already, then the fewest
    days of candidates, then of assessors who travel, then an early end.
    Raises InputError where a test needs a room and the stage has none of its kind.
    """
    known = {role.id: role for role in roles}
    halls = [room for room in rooms if room.id in stage.rooms]
    meetings = _meetings(stage, rows, known, halls)
    if not meetings:
        day = stage.begins
        return Days(rows=tuple(rows), first=day, last=day, candidate_days=0, candidate_days_bound=0, proved=True)
    frame = _frame(stage, [meeting.test for meeting in meetings])
    problem = _problem(stage, frame, meetings, known, halls)
    told = _told_before(frame, rows, {meeting.id for meeting in meetings}, zone_name)
    if told:
        moved = Moved(name=_MOVED, unit="appointments", starts=told)
        problem = evolve(problem, objectives=(moved, *problem.objectives), hint=told)
    answer = _solved(problem, effort, seed, tell)
    if isinstance(answer, Conflict):
        return NoDays(conflict=conflict_said(answer.tags))
    if not isinstance(answer, Solved):
        return DaysUndecided(stopped_by=answer.stopped_by)
    return _days(rows, frame, meetings, halls, answer, zone_name)


def _solved(problem: Problem, effort: float, seed: int, tell: Callable[[str], None] | None) -> Answer:
    from hamsafar.schedule.solve import Progress, solve

    def heard(news: Progress) -> None:
        if tell is not None:
            tell(f"Test days: {news.stage}")

    return solve(problem, seed=seed, effort=effort, on_progress=heard)


# ---- what is to be placed


def _meetings(
    stage: Stage, rows: Iterable[Assigned], known: Mapping[str, Role], rooms: Sequence[Room]
) -> list[_Meeting]:
    panels: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        panels.setdefault((row.test, row.candidate), []).append(row.assessor)
    tests = {test.id: test for test in stage.tests if test.duration_min is not None}
    places: dict[str, str] = {}
    for test in tests.values():
        everybody = [known[who] for (of, _), panel in panels.items() if of == test.id for who in panel if who in known]
        places[test.id] = _place(test, rooms, everybody)
    return [
        _Meeting(
            test=tests[test], candidate=code, assessors=tuple(who for who in panel if who in known), place=places[test]
        )
        for (test, code), panel in panels.items()
        if test in tests
    ]


def _place(test: Test, rooms: Sequence[Room], panel: Sequence[Role]) -> str:
    """Where a test is held: of the places with its kind of room, where most of its assessors live, then the largest."""
    if test.room is None:
        return ""
    fit = [room for room in rooms if room.kind == test.room]
    if not fit:
        raise InputError(f"needs a room of kind {test.room}, and the stage has none", where=f"test {test.id}")
    at_home = {place: sum(role.home == place for role in panel) for place in {room.place for room in fit}}
    held = {place: sum(room.capacity for room in fit if room.place == place) for place in at_home}
    return max(sorted(at_home), key=lambda place: (at_home[place], held[place]))


def _frame(stage: Stage, tests: Iterable[Test]) -> _Frame:
    every = [date.fromordinal(n) for n in range(stage.begins.toordinal(), stage.ends.toordinal() + 1)]
    work = [day for day in every if day.weekday() <= _FRIDAY] or every
    lengths = {test.duration_min or 0 for test in tests}
    edges = [edge for one in stage.breaks_min for edge in one]
    tick = gcd(_DAY_MIN, stage.day_begins_min, stage.day_ends_min, *lengths, *edges)
    return _Frame(
        days=tuple(work),
        tick_min=tick,
        opens_min=stage.day_begins_min,
        closes_min=stage.day_ends_min,
        breaks_min=stage.breaks_min,
    )


def _problem(
    stage: Stage, frame: _Frame, meetings: Sequence[_Meeting], known: Mapping[str, Role], rooms: Sequence[Room]
) -> Problem:
    tasks = tuple(_task(frame, meeting, known) for meeting in meetings)
    return Problem(
        name=f"test days of {stage.id}",
        first=0,
        last=frame.edges[-1],
        tasks=tasks,
        constraints=tuple(_constraints(frame, meetings, known, rooms)),
        objectives=(
            SoftCosts(name=_OF_CANDIDATES, unit="days"),
            SoftCosts(name=_OF_ASSESSORS, unit="days"),
            Makespan(name=_EARLY, unit=f"x {frame.tick_min} min"),
        ),
        tick=f"{frame.tick_min} min",
    )


def _told_before(frame: _Frame, rows: Iterable[Assigned], known: Set[str], zone_name: str) -> dict[str, int]:
    """When those who had an appointment before were to come, in ticks; people were told, so it moves last."""
    told = {}
    for row in rows:
        if row.begins is None or (id_ := f"{row.test}/{row.candidate}") not in known:
            continue
        begins = row.begins.datetime(zone(zone_name))
        minutes = (begins.date() - frame.days[0]).days * _DAY_MIN + begins.hour * 60 + begins.minute
        if 0 <= minutes < frame.edges[-1] * frame.tick_min and minutes % frame.tick_min == 0:
            told[id_] = minutes // frame.tick_min
    return told


def _task(frame: _Frame, meeting: _Meeting, known: Mapping[str, Role]) -> Task:
    length = (meeting.test.duration_min or 0) // frame.tick_min
    opens, closes = frame.opens_min // frame.tick_min, frame.closes_min // frame.tick_min
    hours = tuple(
        (frame.midnight(day) + opens, frame.midnight(day) + closes - length)
        for day in frame.days
        if closes - length >= opens
    )
    forbidden = [Forbidden(stretches=_breaks(frame), tag=Tag("breaks"))] if frame.breaks_min else []
    for who in meeting.assessors:
        gone = _away(frame, known[who])
        if gone:
            forbidden.append(Forbidden(stretches=gone, tag=Tag("away", who)))
    occupies = dict.fromkeys((_person(meeting.candidate), *map(_person, meeting.assessors)), 1)
    if meeting.place or meeting.test.room is not None:
        occupies[_hall(meeting)] = 1
    return Task(
        id=meeting.id,
        duration=length,
        allowed=(Allowed(ranges=hours, tag=Tag("hours", meeting.test.id)),),
        forbidden=tuple(forbidden),
        occupies=occupies,
    )


def _breaks(frame: _Frame) -> tuple[tuple[int, int], ...]:
    tick = frame.tick_min
    return tuple(
        (frame.midnight(day) + first // tick, frame.midnight(day) + end // tick)
        for day in frame.days
        for first, end in sorted(frame.breaks_min)
    )


def _away(frame: _Frame, role: Role) -> tuple[tuple[int, int], ...]:
    """The days somebody is away, those that touch made one."""
    gone = [day for day in frame.days if any(first <= day <= last for first, last in role.away)]
    found: list[tuple[int, int]] = []
    for start in map(frame.midnight, gone):
        end = start + frame.ticks_a_day
        if found and found[-1][1] == start:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)


def _person(id_: str) -> str:
    return f"person:{id_}"


def _hall(meeting: _Meeting) -> str:
    return f"rooms:{meeting.test.room}@{meeting.place}"


def _constraints(
    frame: _Frame, meetings: Sequence[_Meeting], known: Mapping[str, Role], rooms: Sequence[Room]
) -> Iterable[Constraint]:
    of_person: dict[str, list[_Meeting]] = {}
    for meeting in meetings:
        for who in (meeting.candidate, *meeting.assessors):
            of_person.setdefault(who, []).append(meeting)
    for who, own in of_person.items():
        if len(own) < 2:
            continue
        yield NoOverlap(resource=_person(who), tag=Tag("person", who))
        yield from _one_place_a_day(frame, who, own)
        term = _term(who, own, known)
        if term is not None:
            yield ActiveBuckets(
                tasks=tuple(meeting.id for meeting in own),
                edges=frame.edges,
                window=len(frame.edges) - 1,
                limit=1,
                tag=Tag("few days", who),
                price=Price(term=term),
            )
    for hall, (kind, place) in {_hall(one): (one.test.room, one.place) for one in meetings if one.test.room}.items():
        held = sum(room.capacity for room in rooms if (room.kind, room.place) == (kind, place))
        yield Capacity(resource=hall, capacity=held, tag=Tag("rooms", f"{kind} in {place}"))


def _term(who: str, own: Sequence[_Meeting], known: Mapping[str, Role]) -> str | None:
    """The objective that somebody's days count in: candidates always, assessors where they travel."""
    if who not in known:
        return _OF_CANDIDATES
    home = known[who].home
    return _OF_ASSESSORS if home is not None and any(one.place != home for one in own) else None


def _one_place_a_day(frame: _Frame, who: str, own: Sequence[_Meeting]) -> Iterable[Constraint]:
    """A night at least between what somebody does in two places."""
    open_min = frame.closes_min - frame.opens_min
    night = max(_DAY_MIN - open_min, open_min) // frame.tick_min
    for at, one in enumerate(own):
        for other in own[at + 1 :]:
            if one.place and other.place and one.place != other.place:
                yield Apart(first=one.id, second=other.id, gap=night, both_ways=True, tag=Tag("places", who))


# ---- the answer


def _days(
    rows: Sequence[Assigned],
    frame: _Frame,
    meetings: Sequence[_Meeting],
    rooms: Sequence[Room],
    answer: Solved,
    zone_name: str,
) -> Days:
    starts = {meeting.id: answer.placed[meeting.id].start for meeting in meetings}
    halls = _rooms_given(frame, meetings, rooms, starts)
    known = {(one.test.id, one.candidate): one for one in meetings}
    placed = [
        _placed(row, known[row.test, row.candidate], frame, starts, halls, zone_name)
        if (row.test, row.candidate) in known
        else row
        for row in rows
    ]
    days = [frame.days[0] + timedelta(days=start // frame.ticks_a_day) for start in starts.values()]
    came = {(one.candidate, starts[one.id] // frame.ticks_a_day) for one in meetings}
    candidates = len({one.candidate for one in meetings})
    bound = next((term.bound for term in answer.terms if term.name == _OF_CANDIDATES), 0)
    return Days(
        rows=tuple(placed),
        first=min(days),
        last=max(days),
        candidate_days=len(came),
        candidate_days_bound=candidates + bound,
        proved=answer.optimal,
    )


def _placed(
    row: Assigned,
    meeting: _Meeting,
    frame: _Frame,
    starts: Mapping[str, int],
    halls: Mapping[str, str],
    zone_name: str,
) -> Assigned:
    minutes = starts[meeting.id] * frame.tick_min
    day = frame.days[0] + timedelta(days=minutes // _DAY_MIN)
    clock = time(*divmod(minutes % _DAY_MIN, 60))
    return evolve(
        row,
        begins=local_instant(day, clock, zone_name),
        minutes=meeting.test.duration_min,
        room=halls.get(meeting.id),
    )


def _rooms_given(
    frame: _Frame, meetings: Sequence[_Meeting], rooms: Sequence[Room], starts: Mapping[str, int]
) -> dict[str, str]:
    """A room for each appointment: whoever begins takes a place that is free; rooms of a kind suffice by their sum."""
    given: dict[str, str] = {}
    for hall in dict.fromkeys(_hall(one) for one in meetings if one.test.room is not None):
        own = sorted((one for one in meetings if one.test.room and _hall(one) == hall), key=lambda one: starts[one.id])
        fit = [room for room in rooms if (room.kind, room.place) == (own[0].test.room, own[0].place)]
        spots = [_Spot(0, room.id) for room in fit for _ in range(room.capacity)]
        for one in own:
            spot = next(spot for spot in spots if spot.free_from <= starts[one.id])
            spot.free_from = starts[one.id] + (one.test.duration_min or 0) // frame.tick_min
            given[one.id] = spot.room
    return given
