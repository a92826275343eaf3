"""Sleep in quarantine (TRN-16): from the usual hours, night by night and one way only, to one that suits lift-off.

How far each night has moved has a closed form: no further than the nights before it allow, and no less than those that
are left can make up for. A night is called by the date of its usual evening, so that a slip leaves what has been alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from attrs import frozen

from hamsafar.domain.training import NIGHT
from hamsafar.planning import ticks
from hamsafar.planning.brought import absences_of, as_it_happened, as_it_was, bound_by_the_past, just_then
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.grid import TermGrid
from hamsafar.planning.training.starts import person_resource
from hamsafar.planning.words import said_length
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.tasks import Allowed, Task

_DAY_MIN = 1_440


@frozen(kw_only=True)
class Night:
    """One night of one person that is still to come: by how much it may have moved from the usual hours."""

    person: str
    evening: date
    usual: int  # its usual start, 24 h after that of the night before
    least: int  # ticks later than that (below 0: earlier); more than `most` where the way is too far
    most: int
    way: str  # from the first night to the last, in words

    @property
    def id(self) -> str:
        """Its placement."""
        return night_id(self.evening, self.person)


@frozen(kw_only=True)
class _Limits:
    """The rule's figures, in ticks."""

    duration: int
    later: int  # from one night to the next
    sooner: int
    first: int  # start of the last night, earliest and latest
    last: int

    @classmethod
    def of(cls, grid: TermGrid) -> _Limits:
        later, sooner, asleep, least, most = (
            int(grid.programme.limit("TRN-16", name))
            for name in ("max_delay_min", "max_advance_min", "min_sleep_min", "min_awake_min", "max_awake_min")
        )
        duration = max(asleep, _usual_length(grid))
        first, last = grid.launch.plus(minutes=-most), grid.launch.plus(minutes=-least)
        return cls(
            duration=duration,
            later=later,
            sooner=sooner,
            first=ticks.tick_at_or_after(first) - duration,
            last=ticks.tick_at_or_before(last) - duration,
        )

    def shift(self, usual: int, before: int) -> int:
        """By how much a last night has to be moved: as little as will do, from what the nights are moved by before."""
        return min(max(before, self.first - usual), self.last - usual)

    def reachable(self, way: int, nights: int) -> bool:
        """Whether so many nights are enough for a way."""
        return -nights * self.sooner <= way <= nights * self.later


def night_id(evening: date, person: str) -> str:
    """`quarantine-sleep/2027-05-30@trainee-prime`."""
    return f"{NIGHT}/{evening.isoformat()}@{person}"


def may_fly(grid: TermGrid) -> tuple[str, ...]:
    """Everybody who trains, and the crew they go up with; nobody where the term has no usual night."""
    if grid.term.usual_night is None or "TRN-16" in grid.without:
        return ()
    return tuple(dict.fromkeys((*grid.trainees, *grid.programme.flight.crew_up)))


@lru_cache(maxsize=16)  # asked for again by each rule
def nights_of(grid: TermGrid, person: str) -> tuple[Night, ...]:
    """The nights of somebody that are still to come, but for those all through which they are away."""
    limits, (first, before) = _Limits.of(grid), _begins(grid, person)
    count = _count(limits, _usual(grid, first), before)
    usual = [_usual(grid, first) + n * _DAY_MIN for n in range(count)]
    if not usual:
        return ()
    way = limits.shift(usual[-1], before) - before
    found = []
    for n, at in enumerate(usual, 1):
        left = count - n
        least = max(0, way - left * limits.later) if way > 0 else max(way, -n * limits.sooner)
        most = min(way, n * limits.later) if way > 0 else min(0, way + left * limits.sooner)
        evening = first + timedelta(days=n - 1)
        night = Night(
            person=person, evening=evening, usual=at, least=before + least, most=before + most, way=_said(way, count)
        )
        if not _is_away(grid, night, limits.duration):
            found.append(night)
    return tuple(found)


def _said(way: int, nights: int) -> str:
    """`10 h later in 4 nights`."""
    told = f"{nights} night{'s' if nights != 1 else ''}"
    return f"{said_length(abs(way))} {'later' if way > 0 else 'sooner'} in {told}" if way else f"{told} as usual"


def _count(limits: _Limits, usual: int, before: int) -> int:
    """How many nights there are to lift-off: so many that moving to the last one takes the fewest; else about that."""
    middle = (limits.first + limits.last) // 2
    latest = _DAY_MIN * limits.later // max(1, limits.later + limits.sooner)  # further, and sooner is the shorter way
    count = -(-(middle - usual - before - latest) // _DAY_MIN) + 1
    for tried in (count, count + 1, count - 1):
        last = usual + (tried - 1) * _DAY_MIN
        if tried > 0 and limits.reachable(limits.shift(last, before) - before, tried):
            return tried
    return max(0, count)


def _begins(grid: TermGrid, person: str) -> tuple[date, int]:
    """The evening of the first night to come, and by how much the night before it was moved: 0, or as it was."""
    opens = ticks.tick_at_or_after(grid.launch.plus(days=-grid.term.quarantine_d))
    fresh = _evening_from(grid, max(opens, grid.past.now or opens))
    slept = [(evening, start) for evening, start in _slept(grid, person) if evening >= _evening_from(grid, opens)]
    if not slept:
        return fresh, 0
    evening, start = max(slept)
    latest = start + _DAY_MIN + int(grid.programme.limit("TRN-16", "max_delay_min"))
    if latest < (grid.past.now or 0):
        return fresh, 0
    following = evening + timedelta(days=1)
    return following, start + _DAY_MIN - _usual(grid, following)


def _slept(grid: TermGrid, person: str) -> Iterator[tuple[date, int]]:
    """The nights that have been: evening, and start."""
    for id_, record in grid.past.done.items():
        subject, _, rest = id_.partition("/")
        evening, _, who = rest.partition("@")
        if subject == NIGHT and who == person:
            yield date.fromisoformat(evening), as_it_was(record)[0]


def _evening_from(grid: TermGrid, tick: int) -> date:
    """The first evening whose usual night begins no sooner."""
    day = grid.day(tick)
    return day if _usual(grid, day) >= tick else day + timedelta(days=1)


def _usual(grid: TermGrid, evening: date) -> int:
    assert grid.term.usual_night is not None
    return ticks.label_tick(evening, grid.term.usual_night[0], grid.term.zone)


def _usual_length(grid: TermGrid) -> int:
    assert grid.term.usual_night is not None
    begins, ends = (clock.hour * 60 + clock.minute for clock in grid.term.usual_night)
    return (ends - begins) % _DAY_MIN


def _is_away(grid: TermGrid, night: Night, duration: int) -> bool:
    return any(
        away.stretch[0] <= night.usual and night.usual + duration <= away.stretch[1]
        for away in absences_of(grid.programme, night.person, grid.end, grid.term.zone)
    )


@enforces("TRN-16")
def asleep(grid: TermGrid) -> Iterator[Task]:
    """A task for each night of each person, as it was or where it may be."""
    for person in may_fly(grid):
        resource, why = {person_resource(person): 1}, tag_of("TRN-16", person)
        for evening, _ in sorted(_slept(grid, person)):
            id_ = night_id(evening, person)
            first, end = as_it_was(grid.past.done[id_])
            then = just_then(id_, grid.past.done[id_])
            yield Task(id=id_, duration=end - first, allowed=(then,), occupies=resource, required=as_it_happened(id_))
        duration = _Limits.of(grid).duration
        for night in nights_of(grid, person):
            allowed = tuple(_where(grid, night, duration))
            yield Task(id=night.id, duration=duration, allowed=allowed, occupies=resource, required=why)


@enforces("TRN-16", "PPL-02", "PIN-01", "PST-01")
def _where(grid: TermGrid, night: Night, duration: int) -> Iterator[Allowed]:
    """On its way from the usual hours, clear of absences, from now on, and just where it is pinned."""
    ranges = ((night.usual + night.least, night.usual + night.most),) if night.least <= night.most else ()
    yield Allowed(ranges=ranges, tag=tag_of("TRN-16", night.person, night.way))
    for away in absences_of(grid.programme, night.person, grid.end, grid.term.zone):
        yield away.allows(duration, grid.first, grid.end)
    yield from bound_by_the_past(grid.past, night.id, grid.first, grid.end, grid.term.zone)


@enforces("TRN-16")
def night_after_night(grid: TermGrid) -> Iterator[Constraint]:
    """From one night to the next one way only, and no further than a body can follow."""
    for person in may_fly(grid):
        nights, limits = nights_of(grid, person), _Limits.of(grid)
        delayed = bool(nights) and nights[-1].most > nights[0].least
        later, sooner = (limits.later, 0) if delayed else (0, limits.sooner)
        for one, then in pairwise(nights):
            days = (then.evening - one.evening).days
            yield Lag(  # from the end of the one, which is as long as the other
                before=one.id,
                after=then.id,
                min_gap=days * (_DAY_MIN - sooner) - limits.duration,
                max_gap=days * (_DAY_MIN + later) - limits.duration,
                tag=tag_of("TRN-16", person, "from night to night"),
            )
