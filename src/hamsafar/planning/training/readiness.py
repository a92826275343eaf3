"""Whether the backup could fly instead, for each day on which the prime might leave; else what they would lack."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import Gap, Readiness, SwapDay, ValidDays
from hamsafar.planning.training.attended import Attended, attended, grid_of
from hamsafar.planning.training.certificates import Held, certificates_held
from hamsafar.planning.training.grid import TermGrid
from hamsafar.planning.training.progress import uncovered
from hamsafar.timeline import days_between, local_date

WEEKS = 8  # before lift-off: from then on a swap must be possible on any day
# What can't be made up (the fit of a suit or a seat liner, a rehearsal). All else can be read, or trained by oneself,
# and what an exam proves is its certificate.
HANDS_ON = ("practice", "simulation", "drill")


@frozen(kw_only=True)
class _Owed:
    """A session that the prime has and the backup hasn't: the backup can take the prime's place until it is held."""

    gap: Gap
    takes_over_until: date | None  # None: the backup is elsewhere meanwhile, or it has been held


def readiness_of(plan: Plan) -> tuple[Readiness, ...]:
    """For each backup of the guest, every day from eight weeks before lift-off to its eve, the backup's plan going on.

    The backup can fly with every certificate that the flight asks of the guest valid from lift-off to landing, and
    with every practice, simulation and drill that the prime has in theirs. Empty without a term.
    """
    grid, guest = grid_of(plan), plan.programme.flight.guest
    if grid is None:
        return ()
    backups = [one.id for one in plan.programme.people if one.backs_up == guest and one.id in grid.trainees]
    return tuple(_readiness(plan, grid, guest, backup) for backup in backups)


def _readiness(plan: Plan, grid: TermGrid, prime: str, backup: str) -> Readiness:
    liftoff = local_date(grid.launch, grid.term.zone)
    first = liftoff - timedelta(weeks=WEEKS)
    asked = [one for one in plan.programme.certificates if one.id in _asked_of(plan, prime)]
    held = [one for one in certificates_held(plan.programme, plan.placements) if one.person == backup]
    lacking = [
        Gap(kind="certificate", of=one.id, title=one.title, first=since, last=until)
        for one in asked
        for since, until in uncovered(_valid(held, one.id), first, grid.last_day)
        if until >= liftoff
    ]
    owed = tuple(_owed(plan, grid, prime, backup))
    return Readiness(
        prime=prime,
        backup=backup,
        days=tuple(
            SwapDay(
                day=day,
                gaps=(*lacking, *(one.gap for one in owed if not _can_take_over(one, day))),
                to_earn=tuple(
                    one.id
                    for one in asked
                    if uncovered(_valid(held, one.id), day, day) and one.id not in [gap.of for gap in lacking]
                ),
            )
            for day in days_between(first, liftoff - timedelta(days=1))
        ),
    )


def _asked_of(plan: Plan, guest: str) -> frozenset[str]:
    """The certificates that flying, and activities aboard, ask of the guest, whom the backup would be instead."""
    return frozenset(one.id for one in plan.programme.certificates if one.for_flight) | frozenset(
        need.certificate
        for activity in plan.programme.activities
        for need in activity.who
        if need.certificate is not None and guest in need.candidates
    )


def _valid(held: Sequence[Held], certificate: str) -> list[ValidDays]:
    return [
        ValidDays(first=one.valid_from, last=one.valid_until, earned=True)
        for one in held
        if one.certificate == certificate
    ]


def _owed(plan: Plan, grid: TermGrid, prime: str, backup: str) -> Iterator[_Owed]:
    theirs = attended(plan, grid, backup)
    has = {one.session.id for one in theirs if one.state != "missing"}
    for one in attended(plan, grid, prime):
        if one.span is None or one.session.kind not in HANDS_ON or one.session.id in has:
            continue
        held_on = local_date(one.span.start, grid.term.zone)
        gap = Gap(
            kind="session",
            of=one.id,
            title=one.session.title,
            first=held_on,
            last=local_date(grid.launch, grid.term.zone) - timedelta(days=1),
        )
        free = one.state == "to come" and not _busy(one, theirs)
        yield _Owed(gap=gap, takes_over_until=held_on if free else None)


def _busy(one: Attended, theirs: Sequence[Attended]) -> bool:
    """Whether the backup is in a session of their own meanwhile."""
    return one.span is not None and any(other.span is not None and other.span.overlaps(one.span) for other in theirs)


def _can_take_over(owed: _Owed, day: date) -> bool:
    return owed.takes_over_until is not None and day < owed.takes_over_until
