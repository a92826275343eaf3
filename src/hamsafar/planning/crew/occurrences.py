"""Activities as the occurrences that the stay asks for, with their ids, days, people and lengths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.plan import WindowList
from hamsafar.planning import ticks
from hamsafar.planning.brought import as_it_was
from hamsafar.planning.crew.opened import starts_in_windows, starts_while_there
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.ticks import Starts


@frozen(kw_only=True)
class Occurrence:
    """One thing to be placed. `day` is None where it may fall on several, `person` where not one person's own."""

    id: str
    activity: Activity
    n: int
    day: int | None = None
    person: str | None = None
    duration_min: int

    @property
    def days(self) -> tuple[int, ...]:
        """Its own flight day, or those its activity names; empty: any."""
        return self.activity.flight_days if self.day is None else (self.day,)


def occurrence_id(activity: str, n: int, day: int | None = None, person: str | None = None) -> str:
    """`ID#n`, `ID@DAY#n` or `ID@DAY@PERSON#n`."""
    return "@".join([activity, *(str(part) for part in (day, person) if part is not None)]) + f"#{n}"


def activity_of(occurrence: str) -> str:
    """The activity an occurrence id names."""
    return occurrence.partition("#")[0].partition("@")[0]


def person_of(occurrence: str) -> str | None:
    """The person an occurrence id names, if it does."""
    parts = occurrence.rpartition("#")[0].split("@")
    return parts[2] if len(parts) == 3 else None


def number_of(occurrence: str) -> int:
    """The n of an occurrence id."""
    return int(occurrence.rpartition("#")[2])


def occurrences_of(stay: Stay, activity: Activity, windows: Iterable[WindowList] = ()) -> Iterator[Occurrence]:
    """The occurrences of one activity (not of kind sleep), in order of day, person and n; lengths as on the ground.

    What is daily and wasn't done is asked for as long as its day leaves it a start; see `gone_of`.
    """
    return (one for one in every_of(stay, activity) if not _is_gone(stay, one, windows))


def gone_of(stay: Stay, activity: Activity, windows: Iterable[WindowList] = ()) -> Iterator[Occurrence]:
    """The others: daily, not done, and no start is left on their day.

    By now, in their hours and presence, and as their window and those of what they use allow.
    """
    return (one for one in every_of(stay, activity) if _is_gone(stay, one, windows))


def every_of(stay: Stay, activity: Activity) -> Iterator[Occurrence]:
    """Both: all that the stay asks for, whatever has happened; of what the host has fixed, what lies in the stay."""
    if not _in_the_stay(stay, activity):
        return
    for day, person in _slots(stay, activity):
        for n in range(1, activity.times + 1):
            yield Occurrence(
                id=occurrence_id(activity.id, n, day, person),
                activity=activity,
                n=n,
                day=day,
                person=person,
                duration_min=activity.duration_min,
            )


def _in_the_stay(stay: Stay, activity: Activity) -> bool:
    fixed = stay.past.fixed.get(occurrence_id(activity.id, 1))
    if fixed is None or fixed.activity != activity.id:
        return True
    return ticks.tick_at_or_before(fixed.start) < stay.last and stay.first < ticks.tick_at_or_after(fixed.end)


def _is_gone(stay: Stay, one: Occurrence, windows: Iterable[WindowList]) -> bool:
    """Whether its day has begun and offers no start any more; what is not daily is placed again on any day."""
    if one.day is None or stay.past.now is None:
        return False
    first, last = stay.starts_on(one.day, one.activity.starts_between)
    if one.person is not None:
        last = min(last, stay.presence[one.person][1] - one.duration_min)
    starts = ticks.joined([(first, last)])
    if stay.past.is_gone(one.id, first):  # while none is over, none has to be looked for
        starts = ticks.shared_starts(starts, *_when_open(stay, one, tuple(windows)))
    return stay.past.is_gone(one.id, max((end for _, end in starts), default=first))


def _when_open(stay: Stay, one: Occurrence, windows: tuple[WindowList, ...]) -> Iterator[Starts]:
    """The starts that its window, and what it uses, leave."""
    if one.activity.window is not None:
        yield starts_in_windows(stay, windows, one.activity.window, one.duration_min)
    yield from (starts for _, _, starts in starts_while_there(stay, windows, one.activity, one.duration_min))


def _slots(stay: Stay, activity: Activity) -> Iterator[tuple[int | None, str | None]]:
    """The (day, person) that each get their `times` occurrences."""
    if activity.repeat == "once":
        yield None, None
        return
    for day in stay.days:
        if activity.flight_days and day not in activity.flight_days:
            continue
        if activity.repeat == "each-day":
            if stay.is_full(day):
                yield day, None
        else:
            yield from ((day, who) for who in activity.who[0].candidates if _can(stay, activity, day, who))


def _can(stay: Stay, activity: Activity, day: int, person: str) -> bool:
    """Whether a start on that day exists for which the whole activity lies in their presence."""
    if person not in stay.presence:
        return False
    first, last = stay.starts_on(day, activity.starts_between)
    present_from, present_to = stay.presence[person]
    return max(first, present_from) <= min(last, present_to - activity.duration_min)


def chains(stay: Stay, occurrences: Iterable[Occurrence]) -> Iterator[list[Occurrence]]:
    """Occurrences that follow each other in time: of one activity, and of one person where it is each one's own.

    Those that have been come first, as they came; the others by day and number.
    """
    grouped: dict[tuple[str, str | None], list[Occurrence]] = {}
    for occurrence in occurrences:
        grouped.setdefault((occurrence.activity.id, occurrence.person), []).append(occurrence)
    for chain in grouped.values():
        yield sorted(chain, key=lambda one: (*in_time(stay, one.id), one.day or 0, one.n))


def in_time(stay: Stay, id_: str) -> tuple[bool, int]:
    """What sorts occurrences that have been before the others, in order of time."""
    done = stay.past.done.get(id_)
    return (True, 0) if done is None else (False, as_it_was(done)[0])
