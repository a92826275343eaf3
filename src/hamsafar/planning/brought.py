"""What a change brought, in ticks: who is away, what is shut, what is pinned, and what has happened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time, timedelta

from attrs import field, frozen

from hamsafar.domain.changes import Happened, Pin, last_records
from hamsafar.domain.host import Fixed, HostRequest
from hamsafar.domain.programme import Programme
from hamsafar.planning import ticks
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Starts, Stretch
from hamsafar.schedule.tasks import Allowed, Tag
from hamsafar.timeline import Instant, Span, local_date, zone

_MIDNIGHT = time()


@frozen(kw_only=True)
class Brought:
    """The past and the pins of a programme, by placement; a programme that nothing changed has neither."""

    now: int | None = None  # what isn't done begins no sooner
    done: Mapping[str, Happened] = field(factory=dict)
    gone: frozenset[str] = frozenset()  # missed or failed, by the last record of each
    failed: Mapping[str, Happened] = field(factory=dict)  # of those gone: exams that were sat and failed
    pins: Mapping[str, Pin] = field(factory=dict)  # of what isn't done: where it stays
    fixed: Mapping[str, Fixed] = field(factory=dict)  # of what isn't done: where the host has it
    refused: Mapping[str, HostRequest] = field(factory=dict)  # by the host: left out
    agreed: Mapping[str, HostRequest] = field(factory=dict)  # with the host: where and by whom, pinned besides

    def is_gone(self, placement: str, last_start: int) -> bool:
        """Whether something daily can't be done any more: it wasn't, and the last start of its day has gone by."""
        return self.now is not None and placement not in self.done and last_start < self.now


@frozen(kw_only=True)
class Closed:
    """A stretch in which somebody is away, or something shut, and what to say of it."""

    stretch: Stretch
    tag: Tag

    def leaves(self, duration: int, first: int, end: int) -> Starts:
        """The starts in a horizon at which something of that length keeps clear."""
        return ticks.clear_of([self.stretch], duration, first, end)

    def allows(self, duration: int, first: int, end: int) -> Allowed:
        """The same as a bound on a start."""
        return Allowed(ranges=self.leaves(duration, first, end), tag=self.tag)


def brought(programme: Programme) -> Brought:
    """What has happened, and what is pinned."""
    records = last_records(programme.happened)
    done = {id_: record for id_, record in records.items() if record.outcome == "done"}
    answered = [one for one in programme.requests if one.placement not in done]
    return Brought(
        now=None if programme.past_until is None else ticks.tick_at_or_after(programme.past_until),
        done=done,
        gone=frozenset(records.keys() - done.keys()),
        failed={id_: record for id_, record in records.items() if record.outcome == "failed"},
        pins={pin.placement: pin for pin in programme.pins if pin.placement not in done},
        fixed={one.placement: one for one in programme.fixed if one.placement not in done},
        refused={one.placement: one for one in answered if one.state == "refused"},
        agreed={one.placement: one for one in answered if one.state in ("granted", "moved")},
    )


def as_it_was(happened: Happened) -> Stretch:
    """When something happened, in ticks: all that it touched."""
    first = ticks.tick_at_or_before(happened.start)
    return first, max(first + 1, ticks.tick_at_or_after(happened.end))


def outcome_of(happened: Happened, zone_name: str) -> str:
    """`missed on 2027-02-20`."""
    return f"{happened.outcome} on {local_date(happened.start, zone_name)}"


def absences_of(programme: Programme, person: str, end: int, zone_name: str) -> Iterator[Closed]:
    """When somebody is away; for good: up to `end`, the end of a horizon."""
    for away in programme.absences:
        if away.person == person:
            first = ticks.tick_at_or_before(away.start)
            last = max(end, first) if away.end is None else ticks.tick_at_or_after(away.end)
            said = _said("away", away.start, away.end, away.reason, zone_name)
            yield Closed(stretch=(first, last), tag=tag_of("PPL-02", person, said))


def closures_of(programme: Programme, thing: str, zone_name: str) -> Iterator[Closed]:
    """When a facility, or something aboard, is shut."""
    for shut in programme.shut:
        if shut.of == thing:
            stretch = ticks.tick_at_or_before(shut.span.start), ticks.tick_at_or_after(shut.span.end)
            said = _said("shut", shut.span.start, shut.span.end, shut.reason, zone_name)
            yield Closed(stretch=stretch, tag=tag_of("RES-02", thing, said))


def bound_by_the_past(past: Brought, placement: str, first: int, end: int, zone_name: str) -> Iterator[Allowed]:
    """Where something that hasn't been done may start: from now on; and just where it is pinned."""
    if past.now is not None:
        now = ticks.instant_of(past.now).iso()[:16] + "Z"
        ranges = ((max(first, past.now), end),) if past.now <= end else ()
        yield Allowed(ranges=ranges, tag=tag_of("PST-01", "now", now))
    if (pin := past.pins.get(placement)) is not None:
        at = ticks.tick_at_or_after(pin.start)
        said = "at " + _clock(ticks.instant_of(at), zone_name) + (f", {pin.reason}" if pin.reason else "")
        yield Allowed(ranges=((at, at),), tag=tag_of("PIN-01", placement, said))


def bound_by_the_host(past: Brought, placement: str, zone_name: str) -> Iterator[Allowed]:
    """Just where the host has fixed it; nowhere, where it has refused it."""
    if (fixed := past.fixed.get(placement)) is not None:
        at = ticks.tick_at_or_before(fixed.start)
        said = ", ".join(filter(None, ("at " + _clock(fixed.start, zone_name), fixed.source)))
        yield Allowed(ranges=((at, at),), tag=tag_of("HST-01", placement, said))
    if (refused := past.refused.get(placement)) is not None:
        yield Allowed(ranges=(), tag=tag_of("HST-02", placement, said_of_refusal(refused)))


def said_of_refusal(request: HostRequest) -> str:
    """`request 7 was refused: the rack is taken (host, 2027-04-02)`."""
    who = ", ".join(part for part in (request.by, "" if request.on is None else str(request.on)) if part)
    why = f": {request.reason}" if request.reason else ""
    return f"request {request.number} was refused{why}" + (f" ({who})" if who else "")


def just_then(placement: str, happened: Happened) -> Allowed:
    """The one start of what has happened."""
    first, _ = as_it_was(happened)
    return Allowed(ranges=((first, first),), tag=as_it_happened(placement))


def as_it_happened(placement: str) -> Tag:
    """Why what has happened is in the plan."""
    return tag_of("PST-01", placement, "as it happened")


def said_of(span: Span, reason: str, zone_name: str) -> str:
    """`closed to us 2027-05-03 to 2027-05-05, maintenance`."""
    return _said("closed to us", span.start, span.end, reason, zone_name)


def _said(what: str, start: Instant, end: Instant | None, reason: str, zone_name: str) -> str:
    """Whole days by their dates, the last included; else by the clock."""
    if end is None:
        when = f"from {_clock(start, zone_name)} on"
    elif (days := _days(start, end, zone_name)) is not None:
        when = str(days[0]) if days[0] == days[1] else f"{days[0]} to {days[1]}"
    else:
        when = f"{_clock(start, zone_name)} to {_clock(end, zone_name)}"
    return f"{what} {when}" + (f", {reason}" if reason else "")


def _days(start: Instant, end: Instant, zone_name: str) -> tuple[date, date] | None:
    opens, closes = start.datetime(zone(zone_name)), end.datetime(zone(zone_name))
    if opens.time() != _MIDNIGHT or closes.time() != _MIDNIGHT:
        return None
    return opens.date(), closes.date() - timedelta(days=1)


def _clock(moment: Instant, zone_name: str) -> str:
    """`2027-05-03`, or `2027-05-03 14:05` where it isn't midnight."""
    local = moment.datetime(zone(zone_name))
    return f"{local:%Y-%m-%d}" if local.time() == _MIDNIGHT else f"{local:%Y-%m-%d %H:%M}"
