"""One trainee's training against the syllabus: what is done and to come, which certificates, what is at risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import (
    CertificateLine,
    ClassProgress,
    Progress,
    Risk,
    RiskKind,
    SubjectProgress,
    ValidDays,
)
from hamsafar.errors import InputError
from hamsafar.planning import ticks
from hamsafar.planning.ticks import Starts
from hamsafar.planning.training.attended import Attended, attended, grid_of, mishaps, today_of
from hamsafar.planning.training.certificates import certificates_held
from hamsafar.planning.training.grid import NOT_COUNTED, TermGrid
from hamsafar.planning.training.held import asked_by_the_flight
from hamsafar.planning.training.room import possible_starts, starts_within
from hamsafar.planning.training.starts import phase_ticks
from hamsafar.rules import BOOK
from hamsafar.timeline import local_date

CLOSE_D = 14  # a certificate that comes so few days before it is needed leaves no time for a second try
_DAY_MIN = 1_440


def progress_of(plan: Plan, person: str) -> Progress:
    """How far one trainee has come. Raises InputError where the plan has no term, or no such trainee."""
    grid = grid_of(plan)
    if grid is None:
        raise InputError("the plan has no training term, so there is no progress to tell")
    if person not in grid.trainees:
        raise InputError(f"the programme has no trainee {person!r}")
    own = attended(plan, grid, person)
    lines = tuple(_certificate_lines(plan, grid, person, own))
    today, room = today_of(plan), possible_starts(grid)
    return Progress(
        person=person,
        as_of=today,
        classes=tuple(_classes(grid, own)),
        self_study=_counted("self-study", "Self-study", [one for one in own if one.session.kind == "self-study"]),
        journeys=_counted("travel", "Journeys", [one for one in own if one.session.kind == "travel"]),
        subjects=tuple(_subjects(grid, own)),
        certificates=lines,
        mishaps=mishaps(plan, own, person),
        risks=(
            *_not_placed(own),
            *_certificates_at_risk(lines, today),
            *_exams_at_risk(grid, own, lines, room),
            *_last_days(grid, own, room),
        ),
    )


# Hours and sessions


def _classes(grid: TermGrid, own: Sequence[Attended]) -> Iterator[ClassProgress]:
    for one in grid.term.classes:
        mine = [it for it in own if it.subject.training_class == one.id and it.session.kind not in NOT_COUNTED]
        yield _counted(one.id, one.title, mine)


def _counted(id_: str, title: str, some: Iterable[Attended]) -> ClassProgress:
    minutes = {"done": 0, "to come": 0, "missing": 0}
    for one in some:
        minutes[one.state] += one.minutes
    return ClassProgress(
        id=id_, title=title, done_min=minutes["done"], to_come_min=minutes["to come"], missing_min=minutes["missing"]
    )


def _subjects(grid: TermGrid, own: Sequence[Attended]) -> Iterator[SubjectProgress]:
    for subject in grid.term.subjects:
        mine = [one for one in own if one.subject.id == subject.id]
        if mine:
            yield SubjectProgress(
                id=subject.id,
                title=subject.title,
                training_class=subject.training_class,
                done=sum(one.state == "done" for one in mine),
                to_come=sum(one.state == "to come" for one in mine),
                missing=sum(one.state == "missing" for one in mine),
                missed=sum(one.missed for one in mine),
                failed=sum(one.failed for one in mine),
                resits=sum(one.failed - (one.state == "missing") for one in mine if one.failed),
            )


# Certificates


def _certificate_lines(plan: Plan, grid: TermGrid, person: str, own: Sequence[Attended]) -> Iterator[CertificateLine]:
    aboard = asked_by_the_flight(plan.programme)
    stay = (local_date(grid.launch, grid.term.zone), grid.last_day)
    brought = {(one.certificate, one.valid_from, one.valid_until) for one in grid.people[person].certificates}
    held = [one for one in certificates_held(plan.programme, plan.placements) if one.person == person]
    for certificate in plan.programme.certificates:
        valid = tuple(
            ValidDays(
                first=one.valid_from,
                last=one.valid_until,
                earned=(certificate.id, one.valid_from, one.valid_until) not in brought,
            )
            for one in held
            if one.certificate == certificate.id
        )
        needed = {
            local_date(one.span.start, grid.term.zone)
            for one in own
            if one.span is not None and certificate.id in one.session.needs and certificate.id not in grid.not_given
        }
        if valid or needed or certificate.id in aboard:
            yield CertificateLine(
                id=certificate.id,
                title=certificate.title,
                valid=valid,
                needed=tuple(sorted(needed)),
                needed_aboard=stay if certificate.id in aboard else None,
            )


def uncovered(valid: Iterable[ValidDays], first: date, last: date) -> tuple[tuple[date, date], ...]:
    """The stretches of days between two, both included, on which nothing is valid."""
    found, day = [], first
    for one in sorted(valid, key=lambda one: one.first):
        if one.first > last:
            break
        if one.first > day:
            found.append((day, one.first - timedelta(days=1)))
        day = max(day, one.last + timedelta(days=1))
    return (*found, (day, last)) if day <= last else tuple(found)


# Risks


def _not_placed(own: Sequence[Attended]) -> Iterator[Risk]:
    for one in own:
        if one.state == "missing":
            kind: RiskKind = "failed" if one.failed else "missed" if one.missed else "not placed"
            yield Risk(kind=kind, of=one.id, title=one.session.title)


def _certificates_at_risk(lines: Sequence[CertificateLine], today: date) -> Iterator[Risk]:
    """Not valid on a day on which it is needed, or earned so shortly before the first that nothing may slip."""
    for line in lines:
        ahead = [day for day in line.all_needed if day >= today]
        bare = [day for day in ahead if uncovered(line.valid, day, day)]
        if not bare and line.needed_aboard is not None:
            bare = [first for first, _ in uncovered(line.valid, *line.needed_aboard) if first >= today]
        if bare:
            yield Risk(kind="not valid", of=line.id, title=line.title, day=bare[0])
        elif ahead:
            since = min(one.first for one in line.valid if one.first <= ahead[0] <= one.last)
            spare_d = (ahead[0] - since).days
            if since > today and spare_d < CLOSE_D:
                yield Risk(kind="late certificate", of=line.id, title=line.title, day=ahead[0], spare_d=spare_d)


def _exams_at_risk(
    grid: TermGrid, own: Sequence[Attended], lines: Sequence[CertificateLine], room: Mapping[str, Starts]
) -> Iterator[Risk]:
    """Exams to come that could not be sat again in time: in their phase, and before their certificate is needed."""
    needed = {line.id: line.all_needed for line in lines}
    for one in own:
        if one.session.kind != "exam" or one.state != "to come" or one.span is None:
            continue
        day = local_date(one.span.start, grid.term.zone)
        gives = one.subject.gives if one.session.id == one.subject.final.id else None
        later = [then for then in needed.get(gives or "", ()) if then > day]
        _, ends = phase_ticks(grid, one.session.phase)
        by = min([ends, *(ticks.day_start(then, grid.term.zone) for then in later[:1])])
        least, most = _resit_gaps(grid, one)
        over = ticks.tick_at_or_after(one.span.end)
        last = by - one.minutes if most is None else min(by - one.minutes, over + most)
        if not starts_within(room.get(one.id, ()), over + least, last):
            yield Risk(kind="no room for a re-sit", of=one.id, title=one.session.title, day=grid.day(by))


def _resit_gaps(grid: TermGrid, exam: Attended) -> tuple[int, int | None]:
    """Least and most minutes to the re-sit; plans made before rule TRN-15 don't say, and the book does."""
    if exam.session.resit is not None:
        return exam.session.resit.min_gap_min, exam.session.resit.max_gap_min
    said = next((one.params for one in grid.programme.limits if one.rule == "TRN-15"), {})
    gaps_d = {name: param.default for name, param in BOOK["TRN-15"].params.items()} | dict(said)
    return int(gaps_d["min_gap_d"] * _DAY_MIN), int(gaps_d["max_gap_d"] * _DAY_MIN)


def _last_days(grid: TermGrid, own: Sequence[Attended], room: Mapping[str, Starts]) -> Iterator[Risk]:
    """Sessions to come on the last day on which calendars, phase and facilities would let them be."""
    for one in own:
        if one.state == "to come" and one.span is not None and room.get(one.id):
            day = local_date(one.span.start, grid.term.zone)
            if day >= grid.day(room[one.id][-1][1]) > grid.day(room[one.id][0][0]):
                yield Risk(kind="last possible day", of=one.id, title=one.session.title, day=day)
