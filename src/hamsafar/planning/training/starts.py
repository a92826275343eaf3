"""Rules that say when a session may start at all: they go into the start's domain, each under its own tag."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.training import Facility, Session
from hamsafar.planning import ticks
from hamsafar.planning.brought import absences_of, bound_by_the_past, closures_of
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Starts
from hamsafar.planning.training.grid import Occurrence, TermGrid
from hamsafar.schedule.constraints import PickAllowed
from hamsafar.schedule.tasks import Allowed

Bounded = tuple[str, Allowed]  # a task, and where it may start


@enforces("TRN-01")
def working_hours(grid: TermGrid) -> Iterator[Bounded]:
    """Each attendee's calendars, and those that everybody who could serve has in common."""
    for occurrence in grid.occurrences:
        for person in occurrence.attendees:
            for calendar in grid.people[person].calendars:
                yield occurrence.id, _in_calendar(grid, occurrence, calendar, person)
        for candidates in _candidates(occurrence):
            for calendar in _common_calendars(grid, candidates):
                yield occurrence.id, _in_calendar(grid, occurrence, calendar, " or ".join(candidates))


@enforces("TRN-01")
def working_hours_of_candidates(grid: TermGrid) -> Iterator[PickAllowed]:
    """The calendars that one candidate has and not all of them: they bind where that one is picked."""
    for occurrence in grid.occurrences:
        for candidates in _candidates(occurrence):
            common = _common_calendars(grid, candidates)
            for person in candidates:
                for calendar in grid.people[person].calendars:
                    if calendar not in common:
                        yield PickAllowed(
                            task=occurrence.id,
                            candidate=person_resource(person),
                            ranges=grid.starts_in(calendar, occurrence.duration),
                            tag=tag_of("TRN-01", person, calendar),
                        )


@enforces("TRN-02")
def opening_hours(grid: TermGrid) -> Iterator[Bounded]:
    """Each facility's calendar, without the training dates on which it is closed."""
    for occurrence in grid.occurrences:
        for facility in _facilities(grid, occurrence):
            starts = grid.starts_in(facility.calendar, occurrence.duration)
            tag = tag_of("TRN-02", facility.id, facility.calendar)
            yield occurrence.id, Allowed(ranges=starts, tag=tag)
            for closed in facility.closed:
                first = ticks.day_start(closed.first, grid.term.zone)
                _, end = ticks.day_stretch(closed.last, grid.term.zone)
                detail = f"closed {closed.first} to {closed.last}" + (f", {closed.reason}" if closed.reason else "")
                open_ = ticks.inclusive(ticks.complement([(first, end)], grid.first, grid.end))
                yield occurrence.id, Allowed(ranges=open_, tag=tag_of("TRN-02", facility.id, detail))
            if facility.seasons:
                in_season = grid.starts_in_season(facility, occurrence.duration)
                yield occurrence.id, Allowed(ranges=in_season, tag=tag_of("TRN-02", facility.id, _seasons(facility)))


@enforces("TRN-03")
def in_its_phase(grid: TermGrid) -> Iterator[Bounded]:
    """Between the ends of the phase, and not before the term's first day or the day the plan is made for."""
    opening = {
        "first day of the term": ticks.day_start(grid.term.start, grid.term.zone),
        "today": ticks.day_start(grid.programme.now, grid.term.zone),
    }
    for occurrence in grid.occurrences:
        first, end = phase_ticks(grid, occurrence.session.phase)
        tag = tag_of("TRN-03", occurrence.session.phase, f"{grid.day(first)} to {grid.day(end)}")
        yield occurrence.id, Allowed(ranges=ticks.fit([(first, end)], occurrence.duration), tag=tag)
        for place, opens in opening.items():
            ranges = ticks.inclusive([(opens, grid.end)]) if opens < grid.end else ()
            yield occurrence.id, Allowed(ranges=ranges, tag=tag_of("TRN-03", place, str(grid.day(opens))))


@enforces("TRN-10")
def outside_quarantine(grid: TermGrid) -> Iterator[Bounded]:
    """What isn't meant for quarantine, or needs a facility outside it, ends before quarantine begins."""
    begins = ticks.tick_at_or_before(grid.launch.plus(days=-grid.term.quarantine_d))
    for occurrence in grid.occurrences:
        starts = ticks.fit([(grid.first, begins)], occurrence.duration)
        detail = f"from {grid.day(begins)}"
        if not occurrence.session.in_quarantine:
            yield occurrence.id, Allowed(ranges=starts, tag=tag_of("TRN-10", "quarantine", detail))
        for facility in _facilities(grid, occurrence):
            if not facility.open_in_quarantine:
                yield occurrence.id, Allowed(ranges=starts, tag=tag_of("TRN-10", facility.id, detail))


@enforces("PPL-02")
def while_all_are_there(grid: TermGrid) -> Iterator[Bounded]:
    """Clear of the absences of everybody who attends, and of the only one who could serve."""
    for occurrence in grid.occurrences:
        alone = tuple(candidates[0] for candidates in _candidates(occurrence) if len(candidates) == 1)
        for person in (*occurrence.attendees, *alone):
            for away in absences_of(grid.programme, person, grid.end, grid.term.zone):
                yield occurrence.id, away.allows(occurrence.duration, grid.first, grid.end)


@enforces("PPL-02")
def while_candidates_are_there(grid: TermGrid) -> Iterator[PickAllowed]:
    """The absences of each of several candidates: they bind where that one is picked."""
    for occurrence in grid.occurrences:
        for candidates in (found for found in _candidates(occurrence) if len(found) > 1):
            for person in candidates:
                for away in absences_of(grid.programme, person, grid.end, grid.term.zone):
                    yield PickAllowed(
                        task=occurrence.id,
                        candidate=person_resource(person),
                        ranges=away.leaves(occurrence.duration, grid.first, grid.end),
                        tag=away.tag,
                    )


@enforces("RES-02")
def while_not_shut(grid: TermGrid) -> Iterator[Bounded]:
    """Clear of the stretches in which a facility can't be used."""
    for occurrence in grid.occurrences:
        for facility in occurrence.session.facilities:
            for shut in closures_of(grid.programme, facility, grid.term.zone):
                yield occurrence.id, shut.allows(occurrence.duration, grid.first, grid.end)


@enforces("PIN-01", "PST-01")
def from_now_or_where_pinned(grid: TermGrid) -> Iterator[Bounded]:
    """What hasn't been held begins no sooner than now, and just where it is pinned."""
    for occurrence in grid.occurrences:
        for bound in bound_by_the_past(grid.past, occurrence.id, grid.first, grid.end, grid.term.zone):
            yield occurrence.id, bound


@enforces("TRN-15")
def sat_again(grid: TermGrid) -> Iterator[Bounded]:
    """A failed exam in its time after the one that was failed."""
    for occurrence in grid.occurrences:
        failed = grid.past.failed.get(occurrence.id)
        if failed is None or occurrence.session.kind != "exam":
            continue
        least, most = _resit_gaps(grid, occurrence.session)
        after = ticks.tick_at_or_after(failed.end)
        last = grid.end if most is None else min(grid.end, after + most)
        ranges = ((after + least, last),) if after + least <= last else ()
        said = f"failed on {grid.day(after)}"
        yield occurrence.id, Allowed(ranges=ranges, tag=tag_of("TRN-15", occurrence.id, said))


def _resit_gaps(grid: TermGrid, exam: Session) -> tuple[int, int | None]:
    if exam.resit is not None:
        return exam.resit.min_gap_min, exam.resit.max_gap_min
    least_d, most_d = (grid.programme.limit("TRN-15", name) for name in ("min_gap_d", "max_gap_d"))
    return int(least_d * 1_440), int(most_d * 1_440)


def phase_ticks(grid: TermGrid, phase: str) -> ticks.Stretch:
    """The ticks of a phase, `[first, end)`, rounded inward; days before lift-off are elapsed days of 24 h."""
    bounds = grid.phases[phase]
    first = ticks.tick_at_or_after(bounds.opens(grid.launch, grid.term.zone))
    return first, ticks.tick_at_or_before(grid.launch.plus(days=-bounds.to_d))


def person_resource(person: str) -> str:
    """The resource that a person is. Apart from facilities, whose ids may be the same."""
    return f"person:{person}"


def facility_resource(facility: str) -> str:
    """The resource that a facility is."""
    return f"facility:{facility}"


def _in_calendar(grid: TermGrid, occurrence: Occurrence, calendar: str, who: str) -> Allowed:
    starts: Starts = grid.starts_in(calendar, occurrence.duration)
    return Allowed(ranges=starts, tag=tag_of("TRN-01", who, calendar))


def _facilities(grid: TermGrid, occurrence: Occurrence) -> list[Facility]:
    return [grid.facilities[facility] for facility in occurrence.session.facilities]


def _seasons(facility: Facility) -> str:
    """`open 04-15 to 10-31 of every year`."""
    said = " and ".join(
        f"{one.first[0]:02}-{one.first[1]:02} to {one.last[0]:02}-{one.last[1]:02}" for one in facility.seasons
    )
    return f"open {said} of every year"


def _candidates(occurrence: Occurrence) -> list[tuple[str, ...]]:
    return [candidates for candidates in (occurrence.instructors, occurrence.interpreters) if candidates]


def _common_calendars(grid: TermGrid, candidates: tuple[str, ...]) -> tuple[str, ...]:
    first, *others = (grid.people[person].calendars for person in candidates)
    return tuple(calendar for calendar in first if all(calendar in calendars for calendars in others))
