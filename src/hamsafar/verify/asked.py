"""What a programme asks for by now, occurrence by occurrence, and what of it can't be done any more."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.aboard import Activity, WindowNeed
from hamsafar.domain.calendars import Calendar
from hamsafar.timeline import Instant, days_between, local_date, local_instant
from hamsafar.verify.case import Case, first_of_each_id, lies_in_the_stay


def expected_of(case: Case) -> Iterator[tuple[str, str, bool]]:
    """(id, what it is an occurrence of, optional) of everything that should be in the plan; sleeps apart."""
    for session, subject in case.sessions.values():
        if subject.id not in case.held:
            continue
        if session.attendance == "together":
            yield session.id, session.id, False
        else:
            yield from ((f"{session.id}@{id_}", session.id, False) for id_ in case.trainees_of(subject))
    yield from ((id_, id_, False) for id_, each in case.milestones.items() if each.id not in case.refused)
    refused = {request.placement for request in case.programme.requests if request.state == "refused"}
    for activity in case.activities.values():
        if activity.kind != "sleep":
            for id_, day, person in _every(case, activity):
                if not _has_gone_by(case, activity, day, person, id_):
                    yield id_, activity.id, activity.optional or id_ in refused


def undone_of(case: Case) -> Iterator[str]:
    """What is not asked for any more, though nobody did it; of nights, none of which is asked for, those missed."""
    for activity in case.activities.values():
        if activity.kind != "sleep":
            every = _every(case, activity)
            yield from (id_ for id_, day, person in every if _has_gone_by(case, activity, day, person, id_))
    for id_ in case.to_be_repeated:
        missed = case.activities.get(id_.partition("@")[0])
        if missed is not None and missed.kind == "sleep" and id_ not in case.by_id:
            yield id_


def _every(case: Case, activity: Activity) -> Iterator[tuple[str, int | None, str | None]]:
    """(id, flight day, person) of all that the stay asks for, whatever has happened."""
    fixed = case.fixed.get(activity.id)
    if fixed is not None and fixed.placement not in case.done and not lies_in_the_stay(case, fixed):
        return
    if activity.repeat == "once":
        yield from ((f"{activity.id}#{n}", None, None) for n in range(1, activity.times + 1))
        return
    asked = set(activity.flight_days)
    stems: list[tuple[str, int, str | None]]
    if activity.repeat == "each-day":
        stems = [(f"{activity.id}@{day}", day, None) for day in case.full_days if not asked or day in asked]
    else:
        days = [day for day in range(1, case.last_day + 1) if not asked or day in asked]
        people = activity.who[0].candidates if activity.who else ()
        stems = [(f"{activity.id}@{d}@{p}", d, p) for d in days for p in people if case.can_do_on(activity, p, d)]
    for stem, day, person in stems:
        yield from ((f"{stem}#{n}", day, person) for n in range(1, activity.times + 1))


def _has_gone_by(case: Case, activity: Activity, day: int | None, person: str | None, id_: str) -> bool:
    """Whether something daily is not done, and its day leaves it no start any more: nobody can make up for that."""
    if case.now is None or day is None or id_ in case.done:
        return False
    first, last = case.starts_allowed(activity, day)
    if case.now <= first:
        return False
    there = case.presence(person) if person is not None else None
    open_ = list(_all_open(case, activity, last))
    for minute in range(case.now.ceil_utc_minute(), last.floor_utc_minute() + 1):
        start, end = Instant.from_utc_minute(minute), Instant.from_utc_minute(minute + activity.duration_min)
        present = there is None or end <= there[1]
        if present and all(any(opens <= start and end <= closes for opens, closes in spans) for spans in open_):
            return False
    return True


def _all_open(case: Case, activity: Activity, last: Instant) -> Iterator[list[tuple[Instant, Instant]]]:
    """The spans in one of which it has to lie, for its window and for each thing it uses."""
    if activity.window is not None:
        yield _open(case, activity.window)
    used = {use.resource for use in activity.uses}
    for thing in first_of_each_id(case.programme.resources).values():
        if thing.id in used and thing.window is not None:
            yield _open(case, thing.window)
        calendar = case.calendars.get(thing.calendar) if thing.id in used and thing.calendar is not None else None
        if calendar is not None and case.now is not None:
            yield _hours(calendar, case.now, last.plus(minutes=activity.duration_min))


def _hours(calendar: Calendar, start: Instant, end: Instant) -> list[tuple[Instant, Instant]]:
    """The opening hours of a calendar about a span; hours that touch are one."""
    found: list[tuple[Instant, Instant]] = []
    for day in days_between(local_date(start, calendar.zone), local_date(end, calendar.zone)):
        for hours in calendar.hours_on(day):
            opens, closes = (local_instant(day, clock, calendar.zone) for clock in (hours.opens, hours.closes))
            if found and found[-1][1] == opens:
                opens = found.pop()[0]
            found.append((opens, closes))
    return found


def _open(case: Case, need: WindowNeed) -> list[tuple[Instant, Instant]]:
    """The windows that the plan lists for a need, without their margins."""
    sigmas = case.param("WIN-01", "margin_sigmas")
    margins = (
        (span, sigmas * (span.sigma_s or 0.0))
        for listed in case.plan.windows
        if listed.kind == need.kind and need.of in (None, listed.of)
        for span in listed.spans
    )
    return [(span.start.plus(seconds=margin_s), span.end.plus(seconds=-margin_s)) for span, margin_s in margins]
