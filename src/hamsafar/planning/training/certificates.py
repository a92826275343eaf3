"""Who holds which certificate on which days (CER-01): by their own list, or from the end of the subject giving it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from attrs import frozen

from hamsafar.domain.plan import Placement
from hamsafar.domain.programme import Programme
from hamsafar.domain.training import Subject
from hamsafar.planning import ticks
from hamsafar.planning.brought import brought
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Stretches
from hamsafar.planning.training.grid import Occurrence, TermGrid
from hamsafar.planning.training.starts import Bounded, phase_ticks
from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.tasks import Allowed
from hamsafar.timeline import local_date

_MINUTES_A_DAY = 1_440


@frozen(kw_only=True, order=True)
class Held:
    """A certificate that somebody holds on every day from `valid_from` to `valid_until`, both included."""

    person: str
    certificate: str
    valid_from: date
    valid_until: date


def certificates_held(programme: Programme, placements: Iterable[Placement] | None) -> tuple[Held, ...]:
    """Who holds what, and when: by their own lists, and by the training placed, where there is any.

    A certificate of the training is held from the training date on which the subject's last session ends, on as
    many days as it is valid for. Whoever attends that session and is a trainee of the subject gets it, unless it
    lies before now and was missed or failed: then the one that is placed again gives it.
    """
    own = [
        Held(person=person.id, certificate=held.certificate, valid_from=held.valid_from, valid_until=held.valid_until)
        for person in programme.people
        for held in person.certificates
    ]
    given = () if placements is None or programme.term is None else tuple(_given(programme, tuple(placements)))
    return tuple(sorted({*own, *given}))


def _given(programme: Programme, placements: tuple[Placement, ...]) -> Iterator[Held]:
    if programme.term is None:
        return
    past = brought(programme)
    lasting = {certificate.id: certificate.valid_d for certificate in programme.certificates}
    everyone = tuple(person.id for person in programme.people if person.function == "trainee")
    giving = {subject.final.id: subject for subject in programme.term.subjects if subject.sessions}
    for placement in placements:
        subject = giving.get(placement.of)
        if placement.stage != "training" or subject is None or subject.gives is None:
            continue
        if placement.id in past.gone and past.now is not None and ticks.tick_at_or_before(placement.start) < past.now:
            continue
        first = local_date(placement.end, programme.term.zone)
        last = first + timedelta(days=lasting[subject.gives] - 1)
        for person in placement.person_ids:
            if person in (subject.trainees or everyone):
                yield Held(person=person, certificate=subject.gives, valid_from=first, valid_until=last)


@enforces("CER-01")
def certificate_days(grid: TermGrid) -> Iterator[Bounded]:
    """Where a trainee must rely on certificates of their own: on days on which one is valid."""
    for occurrence, trainee, certificate in _needs(grid):
        if _giving(grid, occurrence, trainee, certificate) is None:
            days = ticks.inclusive(ticks.merged(_own(grid, trainee, certificate)))
            yield occurrence.id, Allowed(ranges=days, tag=tag_of("CER-01", trainee, certificate))


@enforces("CER-01")
def certificate_first(grid: TermGrid) -> Iterator[Lag]:
    """Where the training gives it: after the last session of the subject, while the certificate is valid."""
    for occurrence, trainee, certificate in _needs(grid):
        last = _giving(grid, occurrence, trainee, certificate)
        if last is None:
            continue
        valid_d = next(found.valid_d for found in grid.programme.certificates if found.id == certificate)
        # Counted from the end, the last day loses its rest: a little early, never a day late.
        longest = (valid_d - 1) * _MINUTES_A_DAY
        yield Lag(
            before=last,
            after=occurrence.id,
            min_gap=0,
            max_gap=longest if longest < grid.end - grid.first else None,
            tag=tag_of("CER-01", trainee, certificate),
        )


def _needs(grid: TermGrid) -> Iterator[tuple[Occurrence, str, str]]:
    for occurrence in grid.occurrences:
        for trainee in occurrence.trainees:
            for certificate in occurrence.session.needs:
                if certificate not in grid.not_given:
                    yield occurrence, trainee, certificate


def _giving(grid: TermGrid, occurrence: Occurrence, trainee: str, certificate: str) -> str | None:
    """The placement that gives the trainee a certificate in time; None where their own must do.

    Their own must do where they are valid all through the session's phase, where nothing in the term gives the
    certificate, and for sessions of the very subject that gives it. The first subject whose last session is theirs
    counts: who was not at an exam that has been sat is given nothing by it.
    """
    first, end = phase_ticks(grid, occurrence.session.phase)
    first, end = max(first, grid.first), min(end, grid.end)
    if not ticks.subtraction([(first, end)], _own(grid, trainee, certificate)):
        return None
    for subject in grid.held:
        if subject.certificate == certificate and subject.sessions and trainee in grid.trainees_of(subject):
            if subject.id == occurrence.session.subject:
                return None
            if (last := _last_session(grid, subject, trainee)) is not None:
                return last
    return None


def _last_session(grid: TermGrid, subject: Subject, trainee: str) -> str | None:
    found = grid.by_session.get(subject.final.id, ())
    return next((occurrence.id for occurrence in found if trainee in occurrence.trainees), None)


def _own(grid: TermGrid, trainee: str, certificate: str) -> Stretches:
    return ticks.merged(
        (ticks.day_start(held.valid_from, grid.term.zone), ticks.day_stretch(held.valid_until, grid.term.zone)[1])
        for held in grid.people[trainee].certificates
        if held.certificate == certificate
    )
