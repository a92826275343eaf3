"""Whether the backup could fly instead, on plans made by hand: lift-off on 1 March 2027, landing on the 9th."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.people import Certificate, HeldCertificate
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.domain.progress import Gap, SwapDay
from hamsafar.planning.training.readiness import readiness_of
from hamsafar.timeline import Instant
from programmes import person, session, subject, tiny_programme
from termed import BACKUP, PRIME, asking, placed, record, termed_plan

LIFTOFF, LAST = date(2027, 3, 1), date(2027, 3, 9)
EVE = LIFTOFF - timedelta(days=1)


def programme(*held: HeldCertificate, **more: Any) -> Programme:
    """A fit for each, a rehearsal for the prime alone, a lecture for both; the flight asks the guest for `paper`."""
    return tiny_programme(
        subject(session("suit/fit", 60, kind="practice")),
        subject(session("seat/rehearsal", 60, kind="practice"), trainees=(PRIME,)),
        subject(session("talk/lecture", 60, attendance="together")),
        trainees=(person(PRIME), person(BACKUP, backs_up=PRIME, certificates=held)),
        certificates=(Certificate(id="paper", title="Paper"), Certificate(id="other", title="Other")),
        activities=(asking("paper", PRIME), asking("other", "commander")),
        **more,
    )


def paper(first: date = date(2026, 1, 1), last: date = LAST) -> HeldCertificate:
    return HeldCertificate(certificate="paper", valid_from=first, valid_until=last)


def sessions(known: Programme, rehearsal: str = "2027-02-10T01:00") -> list[Placement]:
    return [
        placed(known, f"suit/fit@{PRIME}", "2027-02-03T01:00", PRIME),
        placed(known, f"suit/fit@{BACKUP}", "2027-02-04T01:00", BACKUP),
        placed(known, f"seat/rehearsal@{PRIME}", rehearsal, PRIME),
        placed(known, "talk/lecture", "2027-02-11T01:00", PRIME, BACKUP),
    ]


def days(plan: Plan) -> dict[date, SwapDay]:
    (one,) = readiness_of(plan)
    assert (one.prime, one.backup) == (PRIME, BACKUP)
    return {day.day: day for day in one.days}


def test_every_day_from_eight_weeks_before_lift_off_to_its_eve_is_judged() -> None:
    known = programme(paper())
    found = days(termed_plan(known, *sessions(known)[:2]))
    assert list(found) == [LIFTOFF - timedelta(days=56) + timedelta(days=n) for n in range(56)]
    assert all(day.feasible for day in found.values())


def test_what_is_held_for_the_prime_alone_can_be_taken_over_until_it_is_held() -> None:
    known = programme(paper())
    found = days(termed_plan(known, *sessions(known)))
    gap = Gap(kind="session", of=f"seat/rehearsal@{PRIME}", title="seat/rehearsal", first=date(2027, 2, 10), last=EVE)
    assert {day: one.gaps for day, one in found.items()} == {
        day: (gap,) if day >= date(2027, 2, 10) else () for day in found
    }


def test_nobody_takes_over_what_is_held_while_they_are_elsewhere() -> None:
    known = programme(paper())
    found = days(termed_plan(known, *sessions(known, rehearsal="2027-02-11T01:30")))
    assert not any(day.feasible for day in found.values())
    touching = days(termed_plan(known, *sessions(known, rehearsal="2027-02-11T02:00")))
    assert [day for day, one in touching.items() if one.feasible][-1] == date(2027, 2, 10)


def test_a_fit_that_the_backup_missed_is_a_gap_and_a_lecture_is_not() -> None:
    known = programme(paper())
    prime_fit, backup_fit, _, lecture = sessions(known)
    happened = (record(prime_fit, "done"), record(backup_fit, "missed"), record(lecture, "done", PRIME))
    plan = termed_plan(known, prime_fit, lecture, now=Instant.parse("2027-02-12T00:00Z"), happened=happened)
    found = days(plan)
    assert {gap.of for day in found.values() for gap in day.gaps} == {f"suit/fit@{PRIME}"}
    assert not any(day.feasible for day in found.values())  # it has been held: nobody can take it over any more
    again = evolve(backup_fit, start=Instant.parse("2027-02-15T01:00Z"), end=Instant.parse("2027-02-15T02:00Z"))
    assert all(day.feasible for day in days(evolve(plan, placements=(*plan.placements, again))).values())


@pytest.mark.parametrize(
    ("held", "gap"),
    [
        ((), (LIFTOFF - timedelta(days=56), LAST)),
        ((paper(last=LAST),), None),
        ((paper(last=LAST - timedelta(days=1)),), (LAST, LAST)),
        ((paper(last=date(2027, 2, 20)),), (date(2027, 2, 21), LAST)),
        ((paper(first=LIFTOFF),), None),
        ((paper(last=EVE), paper(first=LIFTOFF + timedelta(days=1))), (LIFTOFF, LIFTOFF)),
        ((paper(last=date(2027, 3, 4)), paper(first=date(2027, 3, 5))), None),
    ],
)
def test_a_certificate_that_does_not_last_is_named_with_its_days(
    held: tuple[HeldCertificate, ...], gap: tuple[date, date] | None
) -> None:
    known = programme(*held)
    found = days(termed_plan(known))
    wanted = () if gap is None else (Gap(kind="certificate", of="paper", title="Paper", first=gap[0], last=gap[1]),)
    assert {one.gaps for one in found.values()} == {wanted}


def test_what_the_prime_missed_too_is_no_gap() -> None:
    known = programme(paper())
    prime_fit, _, _, lecture = sessions(known)
    told = {"now": Instant.parse("2027-02-12T00:00Z"), "happened": (record(prime_fit, "done", "somebody else"),)}
    assert all(day.feasible for day in days(termed_plan(known, prime_fit, lecture, **told)).values())


def test_what_is_still_to_be_earned_is_told_and_no_gap() -> None:
    known = programme(paper(first=date(2027, 2, 10)))
    found = days(termed_plan(known))
    assert {day for day, one in found.items() if one.to_earn} == {day for day in found if day < date(2027, 2, 10)}


def test_there_is_no_readiness_without_a_backup_or_a_term() -> None:
    known = programme(paper())
    assert readiness_of(termed_plan(evolve(known, term=None))) == ()
    alone = tuple(evolve(one, backs_up=None) for one in known.people)
    assert readiness_of(termed_plan(evolve(known, people=alone))) == ()


@given(st.lists(st.tuples(st.integers(-80, 12), st.integers(0, 90)), max_size=4))
def test_a_swap_is_feasible_just_where_each_day_of_the_flight_is_covered(spans: list[tuple[int, int]]) -> None:
    held = [paper(LIFTOFF + timedelta(days=at), LIFTOFF + timedelta(days=at + long)) for at, long in spans]
    flown = [LIFTOFF + timedelta(days=n) for n in range((LAST - LIFTOFF).days + 1)]
    covered = all(any(one.valid_from <= day <= one.valid_until for one in held) for day in flown)
    found = days(termed_plan(programme(*held)))
    assert {one.feasible for one in found.values()} == {covered}
