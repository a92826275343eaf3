"""What makes a stage fit, in people's words: how far a rule gives way, where, for what, and in whose time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.domain.plan import Flight, Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.hosts_minutes import ALL_HOSTS, flight_day_of
from hamsafar.planning.ticks import Stretch, date_at, instant_of
from hamsafar.planning.words import help_span, newcomers_min, said_length
from hamsafar.schedule.giving import Change
from hamsafar.schedule.tasks import Tag
from hamsafar.timeline import local_date, zone

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation

_Phrase = Callable[["Told", Change], str]
_NAMED = 3  # activities named one by one


@frozen(kw_only=True)
class Told:
    """One relaxation and all that its words need."""

    programme: Programme
    stage: Stage
    flight: Flight
    way: Relaxation

    @property
    def zone_name(self) -> str:
        """Whose wall clock the stage keeps."""
        term = self.programme.term
        return term.zone if self.stage == "training" and term is not None else self.programme.station.zone

    def span(self, change: Change) -> Stretch:
        """When the activity of a change lies then; where no schedule is known, when it could."""
        name = change.tasks[0]
        task = next(one for one in self.way.problem.tasks if one.id == name)
        place = self.way.placed.get(name)
        first = change.stretches[0][0] if change.stretches else change.after or self.way.problem.first
        start, mode = (place.start, place.mode) if place is not None else (first, task.ways[0].id)
        return start, task.end(start, mode)

    def outside(self, change: Change) -> Stretch:
        """The part of that which the old hours don't cover."""
        start, end = self.span(change)
        if change.before is None or change.after is None:
            return start, end
        by = start - change.before
        return (max(start, end - by), end) if by > 0 else (start, min(end, start - by))

    def when(self, stretch: Stretch) -> str:
        """`on 2027-03-03 from 16:00 to 17:30 (Asia/Shanghai; 08:00 to 09:30 UTC)`."""
        first, end = map(instant_of, stretch)
        local_first, local_end = (moment.datetime(zone(self.zone_name)) for moment in (first, end))
        until = f"{local_end:%H:%M}" if local_end.date() == local_first.date() else f"{local_end:%Y-%m-%d %H:%M}"
        return (
            f"on {local_first:%Y-%m-%d} from {local_first:%H:%M} to {until} "
            f"({self.zone_name}; {first.datetime():%H:%M} to {end.datetime():%H:%M} UTC)"
        )

    def at(self, tick: int) -> str:
        """`2027-03-03 16:00 (Asia/Shanghai; 08:00 UTC)`."""
        moment = instant_of(tick)
        local = moment.datetime(zone(self.zone_name))
        return f"{local:%Y-%m-%d %H:%M} ({self.zone_name}; {moment.datetime():%H:%M} UTC)"

    def flight_day(self, tick: int) -> int:
        """The flight day of a tick."""
        first = local_date(self.flight.docking, self.zone_name)
        return (date_at(tick, self.zone_name) - first) // timedelta(days=1) + 1


def said(told: Told) -> str:
    """The sentence of a relaxation, its rule first; what has to give besides comes in `together`.

    Where no schedule proves it, its moments say nothing: then only how much at least; nothing where not even that.
    """
    if not told.way.proved and not all(map(_is_plain, told.way.changes)):
        return _at_least(told.way)
    phrases = _few(dict.fromkeys(_phrase(told, change) for change in told.way.changes))
    return f"{told.way.tag.rule}: {'; '.join(phrases) or 'how far is not known'}"


def _few(phrases: Iterable[str]) -> list[str]:
    """The first of many, and how many more there are."""
    every = list(phrases)
    if len(every) <= _NAMED + 1:
        return every
    return [*every[:_NAMED], f"and {len(every) - _NAMED} more of these"]


def together(told: Told) -> tuple[str, ...]:
    """What has to give besides, a sentence each."""
    plain = told.way.proved
    return tuple(
        dict.fromkeys(
            f"{one.tag.rule}: {_phrase(told, one)}" if plain or _is_plain(one) else f"{_named_tag(one.tag)} gives way"
            for one in told.way.together
        )
    )


def _is_plain(change: Change) -> bool:
    """Whether its words are a name and an amount, without moments of a schedule."""
    return change.what in ("optional", "duration", "limit")


def _at_least(way: Relaxation) -> str:
    nowhere = any(change.what == "ranges" and change.before is None for change in way.changes)
    if nowhere or way.bound <= 0 or not way.unit:
        return ""
    amount = said_length(way.bound) if way.unit == way.problem.tick else f"{way.bound:,} {way.unit}"
    return f"{_named_tag(way.tag)} gives way by {amount} at least"


def _named_tag(tag: Tag) -> str:
    return f"{tag.rule}: {' '.join(part for part in (tag.place, tag.detail) if part)}"


def _phrase(told: Told, change: Change) -> str:
    return _PHRASES.get(change.tag.rule, _figure)(told, change)


def named(ids: Iterable[str]) -> str:
    """`a, b and 4 more`."""
    known = list(dict.fromkeys(ids))
    rest = len(known) - _NAMED
    return ", ".join(known[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


# ---- one function a rule, or a kind of rule


def _figure(told: Told, change: Change) -> str:
    """Any figure of which no rule has words of its own."""
    place = f"{change.tag.place} " if change.tag.place else ""
    about = f" for {named(change.tasks)}" if change.tasks else ""
    if change.what == "asked" or change.before is None or change.after is None:
        return f"{place}{change.tag.detail}".strip() + f" is not asked{about}"
    lengths = change.unit == told.way.problem.tick
    before, after = (said_length(one) if lengths else f"{one:,}" for one in (change.before, change.after))
    return f"{place}{change.what.replace('_', ' ')} {after} instead of {before}{about}"


def _ranges(phrase: _Phrase) -> _Phrase:
    """Words for starts that are allowed besides; other figures of the same rule are told plainly."""
    return lambda told, change: phrase(told, change) if change.what == "ranges" else _figure(told, change)


def _works(told: Told, change: Change) -> str:
    return f"let {change.tag.place} work {told.when(told.outside(change))} for {change.tasks[0]}"


def _opened(told: Told, change: Change) -> str:
    return f"open {change.tag.place} {told.when(told.outside(change))} for {change.tasks[0]}"


def _out_of_phase(told: Told, change: Change) -> str:
    start, _ = told.span(change)
    by = 0 if change.before is None else start - change.before
    how = f", {said_length(abs(by))} {'after' if by > 0 else 'before'} what {change.tag.place} allows" if by else ""
    return f"let {change.tasks[0]} start at {told.at(start)}{how}"


def _at_another_time(told: Told, change: Change) -> str:
    return f"hold {change.tasks[0]} {told.when(told.span(change))}"


def _asleep(told: Told, change: Change) -> str:
    return f"don't ask that the nights of {change.tag.place} lead to lift-off, {change.tag.detail}"


def _quarantine(told: Told, change: Change) -> str:
    if change.tag.place == "quarantine" and change.before is not None and change.after is not None:
        return f"begin quarantine {said_length(change.after - change.before)} later, for {change.tasks[0]}"
    return f"use {change.tag.place} in quarantine {told.when(told.span(change))} for {change.tasks[0]}"


def _one_more_to(function: str) -> _Phrase:
    def phrase(told: Told, change: Change) -> str:
        return f"one more {function} for {change.tag.place} {told.when(told.span(change))} ({change.tasks[0]})"

    return phrase


def _somebody_else(told: Told, change: Change) -> str:
    if not change.stretches:
        return _figure(told, change)
    stretch = change.stretches[0][0], change.stretches[-1][1]
    return f"somebody else in place of {change.tag.place} {told.when(stretch)}, for one of {named(change.tasks)}"


def _one_more_thing(told: Told, change: Change) -> str:
    if not change.stretches:
        return _figure(told, change)
    more = 1 if change.before is None or change.after is None else change.after - change.before
    stretch = change.stretches[0][0], change.stretches[-1][1]
    return f"{more:,} more of {change.tag.place} {told.when(stretch)}, for {named(change.tasks)}"


def _gap(told: Told, change: Change) -> str:
    """A gap between what comes before and what comes after."""
    if change.before is None or change.after is None or len(change.tasks) < 2:
        return _figure(told, change)
    before, after = change.tasks[:2]
    lengths = f"{said_length(change.after)} instead of {said_length(change.before)} after"
    most = "at most " if change.what == "max_gap" else ""
    return f"let {after} begin {most}{lengths} {before}"


def _left_out(told: Told, change: Change) -> str:
    if change.what == "optional":
        return f"leave out {change.tasks[0]}"
    lengths = f"{change.after:,} min instead of {change.before:,}"
    if change.before is not None and change.before == newcomers_min(told.programme, change.tasks[0]):
        lengths += " at a newcomer's pace"
    return f"make {change.tasks[0]} {said_length(change.amount)} shorter ({lengths})"


def _certified(told: Told, change: Change) -> str:
    start, _ = told.span(change)
    day = date_at(start, told.zone_name)
    return f"let {change.tag.place} hold the certificate {change.tag.detail} on {day}, for {change.tasks[0]}"


def _window(told: Told, change: Change) -> str:
    start, end = told.span(change)
    day = f" on flight day {told.flight_day(start)}" if told.stage == "flight" else ""
    when = f"for instance {told.when((start, end))}"
    return f"one more window {change.tag.detail} of {end - start} min{day}, {when}, for {change.tasks[0]}"


def _more_a_day(verb: str, per: str) -> _Phrase:
    def phrase(told: Told, change: Change) -> str:
        if change.before is None or change.after is None:
            return _figure(told, change)
        lengths = f"{said_length(change.after)} instead of {said_length(change.before)}"
        return f"let {change.tag.place} {verb} {lengths} {per} {change.tag.detail}"

    return phrase


def _help(told: Told, change: Change) -> str:
    if change.before is None or change.after is None:
        return _figure(told, change)
    more = f"{said_length(change.amount)} more of {change.tag.place}'s help on {change.tag.detail}"
    return f"{more} ({said_length(change.after)} instead of {said_length(change.before)})"


def _help_agreed(told: Told, change: Change) -> str:
    if change.before is None or change.after is None:
        return _figure(told, change)
    place = change.tag.place
    whose = "all hosts'" if place == ALL_HOSTS or flight_day_of(place) is not None else f"{place}'s"
    lengths = f"{said_length(change.after)} instead of {said_length(change.before)}"
    return f"{said_length(change.amount)} more of {whose} help {help_span(place)} ({lengths})"


def _exams(told: Told, change: Change) -> str:
    return f"let {change.tag.place} sit {change.after} exams instead of {change.before} on {change.tag.detail}"


def _rest(told: Told, change: Change) -> str:
    if change.before is None or change.after is None:
        return _figure(told, change)
    lengths = f"{said_length(change.after)} instead of {said_length(change.before)}"
    return f"let {change.tag.place} rest {lengths} between two days ({named(change.tasks)})"


def _days_in_row(told: Told, change: Change) -> str:
    return f"let {change.tag.place} train {change.after} days in a row instead of {change.before}"


def _hours(told: Told, change: Change) -> str:
    """Another day, where it keeps its hours; else another hour."""
    start, _ = told.span(change)
    name, _, day = change.tasks[0].partition("#")[0].partition("@")
    activity = next((one for one in told.programme.activities if one.id == name), None)
    if activity is None or day or not activity.flight_days or told.flight_day(start) in activity.flight_days:
        return f"let {change.tasks[0]} start at {told.at(start)}, outside its hours"
    days = ", ".join(map(str, activity.flight_days))
    return f"let {change.tasks[0]} be on flight day {told.flight_day(start)} instead of {days}, at {told.at(start)}"


def _there(told: Told, change: Change) -> str:
    return f"have {change.tag.place} there {told.when(told.span(change))} for {change.tasks[0]}"


def _fewer(told: Told, change: Change) -> str:
    if change.what == "count":
        return f"let {change.tag.place} be done with {change.after} instead of {change.before}: {change.tag.detail}"
    who = change.tag.detail.partition(":")[0]
    return f"one more {who} who can serve in {change.tag.place} {told.when(told.span(change))}"


def _unpinned(told: Told, change: Change) -> str:
    return f"unpin {change.tag.place}, so that it can start at {told.at(told.span(change)[0])}"


def _asked_of_host(told: Told, change: Change) -> str:
    if change.what != "ranges":
        return f"ask the host to take {change.tag.place} out"
    return f"ask the host to let {change.tag.place} start at {told.at(told.span(change)[0])}"


def _asked_again(told: Told, change: Change) -> str:
    when = f" at {told.at(told.span(change)[0])}" if change.what == "ranges" else " by others"
    return f"ask the host again for {change.tag.place}{when}"


def _has_it(told: Told, change: Change) -> str:
    return f"have {change.tag.place} {told.when(told.span(change))} for {change.tasks[0]}"


def _more_room(told: Told, change: Change) -> str:
    if change.before is None or change.after is None:
        return _figure(told, change)
    unit = next((one.unit for one in told.programme.resources if one.id == change.tag.place), "")
    after, before = (f"{figure:,} {unit}".strip() for figure in (change.after, change.before))
    return f"room for {after} instead of {before} in {change.tag.place}"


def _by_others(told: Told, change: Change) -> str:
    linked = "themselves" if change.tag.detail == change.tag.place else change.tag.detail
    return f"don't ask who does {change.tag.place} and who does {linked} for {named(change.tasks)}"


def _at_once(told: Told, change: Change) -> str:
    return f"let {' and '.join(change.tasks[:2]) or change.tag.place} run at the same time"


def _less_quiet(told: Told, change: Change) -> str:
    return f"let {change.tasks[0]} start at {told.at(told.span(change)[0])}, near {change.tag.detail}"


_PHRASES: dict[str, _Phrase] = {
    "PPL-01": _somebody_else,
    "PPL-02": _ranges(_there),
    "RES-01": _one_more_thing,
    "RES-02": _ranges(_opened),
    "RES-03": _ranges(_has_it),
    "RES-04": _more_room,
    "PIN-01": _ranges(_unpinned),
    "HST-01": _asked_of_host,
    "HST-02": _asked_again,
    "ORD-01": _gap,
    "CMP-01": _left_out,
    "CER-01": _ranges(_certified),
    "WIN-01": _ranges(_window),
    "TRN-01": _ranges(_works),
    "TRN-02": _ranges(_opened),
    "TRN-03": _ranges(_out_of_phase),
    "TRN-04": _more_a_day("train", "on"),
    "TRN-05": _more_a_day("train", "in the week of"),
    "TRN-06": _rest,
    "TRN-07": _gap,
    "TRN-08": _one_more_to("instructor"),
    "TRN-09": _one_more_to("interpreter"),
    "TRN-10": _ranges(_quarantine),
    "TRN-16": _ranges(_asleep),
    "MIL-01": _ranges(_at_another_time),
    "MIL-02": _gap,
    "TRN-11": _exams,
    "TRN-13": _days_in_row,
    "CRW-07": _more_a_day("work", "on"),
    "CRW-08": _more_a_day("work", "on"),
    "CRW-09": _help,
    "CRW-21": _help_agreed,
    "CRW-12": _ranges(_hours),
    "CRW-25": _by_others,
    "CRW-26": _at_once,
    "CRW-27": _ranges(_less_quiet),
    "CRW-14": _ranges(_there),
    "CRW-15": _fewer,
}
