"""How many sleeps each person has, on which evenings they nominally fall, and when they would best begin.

The starts of one person's sleeps are a chain: each of CRW-01 to CRW-03 bounds the first, the last, or the distance
of two neighbours. Bounds carried forward and then backward along such a chain are exact (it is a simple temporal
network, Dechter, Meiri and Pearl 1991), to the minute; where a night's usual distance, 24 h, is allowed, moving each
bedtime to the nearest start that is left gives the least total deviation from bedtime.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from itertools import pairwise

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.programme import Programme
from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_was
from hamsafar.planning.crew.occurrences import Occurrence, occurrence_id
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.tasks import Allowed, Tag

_DAY_MIN = 1_440
_USUAL_BEDTIME = time(22)  # where a programme names no preferred start of sleep
_WAKING = time(6)  # when residents woke on flight day 1, as the rules have it
_FREEDOM_MIN = 360  # a sleep may leave its best start by this much to make room for other things
_FAR = 10**9  # ticks; beyond any stay: no bound


@frozen(kw_only=True)
class Chain:
    """What the rules of sleep ask of the starts of one person's sleeps; inclusive, in ticks."""

    first: tuple[int, int]  # of the first sleep
    last: tuple[int, int]  # of the last sleep
    any: tuple[int, int]  # of every sleep
    gap: tuple[int, int]  # from one start to the next


@frozen(kw_only=True)
class Sleep:
    """One sleep: its occurrence, where the chain lets it start, and its best start."""

    occurrence: Occurrence
    reach: tuple[int, int]
    best: int
    sound: bool  # whether the chain it is of can be kept at all


def sleeps_of(stay: Stay, person: str, activity: Activity, without: frozenset[str]) -> tuple[Sleep, ...]:
    """The sleeps of one person, in order of time; those of a chain that can't be kept where there is no other.

    A sleep that has been is one of them, whatever the chain says; one that was missed, or can't be any more, is not.
    """
    chain = chain_of(stay, person, activity.duration_min, without)
    found = [
        (first, starts)
        for first in stay_evenings(stay)
        for count in range(1, len(stay.dates) + 2)
        if (starts := _placed(stay, activity, chain, first, count)) is not None
    ]
    if not found:
        return _as_it_was(stay, person, activity, _unsound(stay, person, activity))

    def price(option: tuple[int, list[tuple[int, int, int]]]) -> tuple[int, int, int]:
        first, starts = option
        bedtimes = (bedtime(stay, activity, first + k) for k in range(len(starts)))
        deviation = sum(abs(best - bedtime) for (_, _, best), bedtime in zip(starts, bedtimes, strict=True))
        return deviation, -len(starts), first

    first, starts = min(found, key=price)
    sleeps = tuple(
        Sleep(
            occurrence=_occurrence(activity, first + k, person),
            reach=(max(low, best - _FREEDOM_MIN), min(high, best + _FREEDOM_MIN)),
            best=best,
            sound=True,
        )
        for k, (low, high, best) in enumerate(starts)
    )
    return _as_it_was(stay, person, activity, sleeps)


def _as_it_was(stay: Stay, person: str, activity: Activity, sleeps: tuple[Sleep, ...]) -> tuple[Sleep, ...]:
    """The sleeps with every one that has been, and without those that were missed or whose time has gone by."""
    asked = {
        sleep.occurrence.id: sleep for sleep in sleeps if not stay.past.is_gone(sleep.occurrence.id, sleep.reach[1])
    }
    for evening in stay_evenings(stay):
        occurrence = _occurrence(activity, evening, person)
        if occurrence.id in stay.past.done:
            start, _ = as_it_was(stay.past.done[occurrence.id])
            asked[occurrence.id] = Sleep(occurrence=occurrence, reach=(start, start), best=start, sound=True)
    return tuple(sorted(asked.values() or sleeps, key=lambda sleep: sleep.occurrence.day or 0))


def stay_evenings(stay: Stay) -> range:
    """The flight days on whose evening somebody's first sleep may nominally fall; 0: the evening before docking."""
    return range(len(stay.dates) + 1)


def chain_of(stay: Stay, person: str, duration: int, without: frozenset[str] = frozenset()) -> Chain:
    """What CRW-01, CRW-02 and CRW-03 ask of one person's sleeps of that length, besides lying in their presence."""
    limits = _Limits.of(stay)
    present_from, present_to = stay.presence[person]
    first = [-_FAR, _FAR]
    last = [-_FAR, _FAR]
    gap = [duration, _FAR]
    longest = _DAY_MIN + limits.shift
    if "CRW-16" not in without and stay.arriving(person):
        first[0] = present_from + arrival_min(stay.programme, person)
    if "CRW-01" not in without:
        gap[1] = min(gap[1], longest)
        if present_to - present_from >= longest:
            first[1] = min(first[1], present_from + longest)
            last[0] = max(last[0], present_to - longest)
    if "CRW-02" not in without:
        gap[1] = min(gap[1], duration + limits.awake)
        first[1] = min(first[1], latest_first(stay, person, limits))
        last[0] = max(last[0], earliest_last_end(stay, person, limits) - duration)
    if "CRW-03" not in without:
        gap = [max(gap[0], _DAY_MIN - limits.shift), min(gap[1], longest)]
    return Chain(
        first=(first[0], first[1]),
        last=(last[0], last[1]),
        any=(present_from, present_to - duration),
        gap=(gap[0], gap[1]),
    )


def arrival_min(programme: Programme, person: str) -> int:
    """The minutes that arriving takes somebody at least: the longest chain of what leads to an `arrival`."""
    by_id = {one.id: one for one in programme.activities if any(person in need.candidates for need in one.who)}

    def lasts(activity: Activity, above: frozenset[str]) -> int:
        leads = [by_id[after.of] for after in activity.after if after.of in by_id and after.of not in above]
        before = [lasts(one, above | {one.id}) for one in leads if one.repeat == "once" and not one.optional]
        return activity.duration_min + max(before, default=0)

    arrivals = [one for one in by_id.values() if one.kind == "arrival" and not one.optional]
    return max((lasts(one, frozenset({one.id})) for one in arrivals), default=0)


@frozen(kw_only=True)
class _Limits:
    awake: int
    awake_event: int
    before_launch: int
    shift: int

    @classmethod
    def of(cls, stay: Stay) -> _Limits:
        """The rules' figures, rounded against ourselves to whole minutes."""
        limit = stay.programme.limit
        return cls(
            awake=int(limit("CRW-02", "max_awake_min")),
            awake_event=int(limit("CRW-02", "max_awake_event_min")),
            before_launch=-int(-limit("CRW-02", "wake_before_launch_min") // 1),
            shift=int(limit("CRW-03", "max_shift_min")),
        )


def latest_first(stay: Stay, person: str, limits: _Limits) -> int:
    """The latest start of somebody's first sleep, by CRW-02.

    On a way up too long to stay awake they sleep in the ship, and are up as long before docking as before a lift-off.
    """
    if stay.arriving(person):
        launch = ticks.tick_at_or_before(stay.flight.launch.launch)
        docking = ticks.tick_at_or_before(stay.flight.docking)
        if docking - launch + limits.before_launch > limits.awake_event:
            return docking - limits.before_launch + limits.awake_event
        return launch - limits.before_launch + limits.awake_event
    return stay.label(1, _WAKING) + limits.awake


def earliest_last_end(stay: Stay, person: str, limits: _Limits) -> int:
    """The earliest end of somebody's last sleep, by CRW-02."""
    until = ticks.tick_at_or_after(stay.flight.landing.landing) if stay.returning(person) else stay.last
    return until - limits.awake_event


def _placed(stay: Stay, activity: Activity, chain: Chain, first: int, count: int) -> list[tuple[int, int, int]] | None:
    """(earliest, latest, best) start of each of `count` sleeps from an evening on; None where there is no way."""
    bounds = [_hours(stay, activity, chain, first + k) for k in range(count)]
    bounds[0] = _meet(bounds[0], chain.first)
    bounds[-1] = _meet(bounds[-1], chain.last)
    least, most = chain.gap
    for k in range(1, count):
        bounds[k] = _meet(bounds[k], (bounds[k - 1][0] + least, bounds[k - 1][1] + most))
    for k in range(count - 1, 0, -1):
        bounds[k - 1] = _meet(bounds[k - 1], (bounds[k][0] - most, bounds[k][1] - least))
    if any(low > high for low, high in bounds):
        return None
    found: list[tuple[int, int, int]] = []
    for k, (low, high) in enumerate(bounds):
        reach = (low, high) if not found else _meet((low, high), (found[-1][2] + least, found[-1][2] + most))
        best = min(max(bedtime(stay, activity, first + k), reach[0]), reach[1])
        found.append((low, high, best))
    return found


def _hours(stay: Stay, activity: Activity, chain: Chain, evening: int) -> tuple[int, int]:
    """Where the sleep of one evening may start: in the presence, and in the activity's own hours if it has any."""
    if activity.starts_between is None:
        return chain.any
    opens, closes = activity.starts_between
    next_day = evening if closes > opens else evening + 1
    return _meet(chain.any, (stay.label(evening, opens), stay.label(next_day, closes)))


def _meet(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])


def bedtime(stay: Stay, activity: Activity, evening: int) -> int:
    """The nominal start on the evening of a flight day; clock times before noon are past midnight."""
    clock = activity.prefer or _USUAL_BEDTIME
    return stay.label(evening if clock >= time(12) else evening + 1, clock)


def _occurrence(activity: Activity, evening: int, person: str) -> Occurrence:
    return Occurrence(
        id=occurrence_id(activity.id, 1, evening, person),
        activity=activity,
        n=1,
        day=evening,
        person=person,
        duration_min=activity.duration_min,
    )


def _unsound(stay: Stay, person: str, activity: Activity) -> tuple[Sleep, ...]:
    """Sleeps on the evenings that fit best, so that the solver can say why there is no keeping the rules."""
    present_from, present_to = stay.presence[person]
    reach = (stay.first, stay.last - activity.duration_min)
    fitting = [
        evening
        for evening in stay.days
        if present_from <= bedtime(stay, activity, evening) <= present_to - activity.duration_min
    ]
    return tuple(
        Sleep(
            occurrence=_occurrence(activity, evening, person),
            reach=reach,
            best=min(max(bedtime(stay, activity, evening), reach[0]), reach[1]),
            sound=False,
        )
        for evening in fitting or [1]
    )


@enforces("CRW-01", "CRW-02", "CRW-03")
def sleep_ends(stay: Stay, person: str, sleeps: tuple[Sleep, ...]) -> Iterator[tuple[str, Allowed]]:
    """What the rules ask of a person's first and last sleep, and of the length of each."""
    limits = _Limits.of(stay)
    first, last = sleeps[0].occurrence, sleeps[-1].occurrence
    duration = first.duration_min
    shortest = stay.programme.limit("CRW-01", "min_sleep_min")
    if duration < shortest:
        tag = tag_of("CRW-01", person, f"{first.activity.id} lasts {duration} min, {shortest:g} min are asked")
        yield from ((sleep.occurrence.id, Allowed(ranges=(), tag=tag)) for sleep in sleeps)
    present_from, present_to = stay.presence[person]
    longest = _DAY_MIN + limits.shift
    if present_to - present_from >= longest:
        tag = tag_of("CRW-01", person)
        yield first.id, _between(tag, stay.first, min(present_from + longest, stay.last))
        yield last.id, _between(tag, max(present_to - longest, stay.first), stay.last)
    before, after = latest_first(stay, person, limits), earliest_last_end(stay, person, limits) - duration
    began = "waking before lift-off" if stay.arriving(person) else "waking on flight day 1"
    ends = "landing" if stay.returning(person) else "the end of the last flight day"
    yield first.id, _between(tag_of("CRW-02", person, f"from {began}"), stay.first, before)
    yield last.id, _between(tag_of("CRW-02", person, f"up to {ends}"), after, max(after, stay.last))


def _between(tag: Tag, first: int, last: int) -> Allowed:
    return Allowed(ranges=((first, last),) if first <= last else (), tag=tag)


@enforces("CRW-01", "CRW-02", "CRW-03")
def nights(stay: Stay, person: str, sleeps: tuple[Sleep, ...]) -> Iterator[Constraint]:
    """What the rules ask from one sleep of a person to the next."""
    limits = _Limits.of(stay)
    for before, after in pairwise(sleeps):
        one, other = before.occurrence.id, after.occurrence.id
        shortest, longest = _DAY_MIN - limits.shift, _DAY_MIN + limits.shift
        yield Lag(before=one, after=other, min_gap=0, max_gap=longest, since="start", tag=tag_of("CRW-01", person))
        awake = tag_of("CRW-02", person, "between sleeps")
        yield Lag(before=one, after=other, min_gap=0, max_gap=limits.awake, tag=awake)
        kept = tag_of("CRW-03", person)
        yield Lag(before=one, after=other, min_gap=shortest, max_gap=longest, since="start", tag=kept)
