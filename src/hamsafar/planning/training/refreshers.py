"""Who stays certified until landing (CER-02): exams late enough for it, and refreshers where a certificate would lapse.

Everybody who trains may fly, the backup as well as the prime. A certificate that is passed anew counts from that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.domain.training import Subject
from hamsafar.planning import ticks
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.held import asked_by_the_flight
from hamsafar.schedule.tasks import Allowed, Task
from hamsafar.timeline import Instant, local_date

if TYPE_CHECKING:
    from hamsafar.planning.training.grid import TermGrid

Bounded = tuple[str, Allowed]  # a task, and where it may start


@frozen(kw_only=True)
class Kept:
    """What keeps one certificate of one trainee valid until landing: a last session that gives it, late enough."""

    trainee: str
    certificate: str
    by: str | None  # a subject of the term; None where nothing can
    earliest: date  # its final session ends on this training date, or later


def refresher_of(grid: TermGrid, certificate: str) -> Subject | None:
    """The subject that makes a certificate valid anew."""
    return next((one for one in grid.term.subjects if one.refreshes == certificate), None)


def kept_certificates(grid: TermGrid) -> Iterator[Kept]:
    """What has to happen for every trainee to hold until landing what the flight asks for.

    Nothing, where a certificate held or earned already lasts; an exam no sooner than so many days before landing, where
    its phase lets it; else a refresher.
    """
    asked = asked_by_the_flight(grid.programme)
    for certificate in grid.programme.certificates:
        if certificate.id not in asked:
            continue
        earliest = grid.last_day - timedelta(days=certificate.valid_d - 1)
        for trainee in grid.trainees:
            if _lasts(grid, trainee, certificate.id) >= grid.last_day:
                continue
            yield Kept(
                trainee=trainee,
                certificate=certificate.id,
                by=_by(grid, trainee, certificate.id, earliest),
                earliest=earliest,
            )


def _lasts(grid: TermGrid, trainee: str, certificate: str) -> date:
    """Until when somebody holds a certificate by what they brought, and by what has been held."""
    valid_d = next(one.valid_d for one in grid.programme.certificates if one.id == certificate)
    own = [one.valid_until for one in grid.people[trainee].certificates if one.certificate == certificate]
    passed = (
        record
        for subject in grid.term.subjects
        if subject.gives == certificate and trainee in grid.trainees_of(subject)
        for record in _passed(grid, subject, trainee)
    )
    earned = [local_date(end, grid.term.zone) + timedelta(days=valid_d - 1) for end in passed]
    return max((*own, *earned), default=date.min)


def _passed(grid: TermGrid, subject: Subject, trainee: str) -> Iterator[Instant]:
    for id_ in (subject.final.id, f"{subject.final.id}@{trainee}"):
        record = grid.past.done.get(id_)
        if record is not None and trainee in record.people:
            yield record.end


def _by(grid: TermGrid, trainee: str, certificate: str, earliest: date) -> str | None:
    """The subject whose final session can be late enough: its own exam if that is still to come, else the refresher."""
    for subject in grid.held:
        to_come = not any(_passed(grid, subject, trainee))
        if subject.certificate == certificate and trainee in grid.trainees_of(subject) and to_come:
            latest = grid.launch.plus(days=-grid.phases[subject.final.phase].to_d)
            if local_date(latest, grid.term.zone) >= earliest:
                return subject.id
    refresher = refresher_of(grid, certificate)
    return refresher.id if refresher is not None and trainee in grid.trainees_of(refresher) else None


@enforces("CER-02")
def kept_until_landing(grid: TermGrid) -> Iterator[Bounded]:
    """The final session that keeps a certificate valid is over no sooner than so many days before landing."""
    for kept in grid.kept:
        if kept.by is None:
            continue
        final = next(one.final for one in grid.term.subjects if one.id == kept.by)
        tag = tag_of("CER-02", kept.trainee, kept.certificate)
        opens = ticks.day_start(kept.earliest, grid.term.zone)
        for occurrence in grid.by_session.get(final.id, ()):
            if kept.trainee in occurrence.trainees:
                first = max(opens - occurrence.duration + 1, grid.first)
                ranges = ((first, grid.end),) if first <= grid.end else ()
                yield occurrence.id, Allowed(ranges=ranges, tag=tag)


@enforces("CER-02")
def lapsing(grid: TermGrid) -> Iterator[Task]:
    """A task that fits nowhere for each certificate that would lapse and that nothing makes valid anew."""
    for kept in grid.kept:
        if kept.by is None and "CER-02" not in grid.without:
            tag = tag_of("CER-02", kept.trainee, kept.certificate)
            nowhere = Allowed(ranges=(), tag=tag)
            id_ = f"missing CER-02 {kept.certificate}@{kept.trainee}"
            yield Task(id=id_, duration=1, allowed=(nowhere,), required=tag)
