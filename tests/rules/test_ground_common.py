"""PPL-01, RES-01, ORD-01, CMP-01 and CER-01 on the ground: boundaries, and what changes without them."""

from datetime import date, timedelta

import pytest
from attrs import evolve

from ground import local, minutes_between, planned, refused
from hamsafar.domain.changes import Happened
from hamsafar.domain.people import Certificate, HeldCertificate
from hamsafar.planning.training import certificates_held
from hamsafar.timeline import Instant
from programmes import After, facility, person, phase, session, subject, tiny_programme

MORNING = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}  # Monday 2027-02-15, 08:00 to 12:00
TWO = (person("trainee-prime"), person("trainee-backup"))


def test_ppl_01_back_to_back_fits_and_a_minute_more_does_not() -> None:
    def of_two(minutes: int):
        return tiny_programme(subject(session("a/x", 120), session("a/y", minutes)), in_term=MORNING)

    assert len(planned(of_two(120))) == 2
    assert refused(of_two(121))["PPL-01"] == "PPL-01: trainee-prime does one thing at a time"
    assert len(planned(of_two(121), "PPL-01")) == 2


@pytest.mark.parametrize("capacity", [1, 2])
def test_res_01_a_room_takes_what_it_takes(capacity: int) -> None:
    trainees = tuple(person(f"trainee-{n}") for n in range(capacity + 1))
    rooms = {"facilities": (facility(capacity=capacity),)} | MORNING

    def of(minutes: int):
        return tiny_programme(subject(session("a/x", minutes, facilities=("room",))), trainees=trainees, in_term=rooms)

    assert len(planned(of(120))) == capacity + 1
    assert refused(of(240))["RES-01"] == f"RES-01: room takes no more than {capacity} at a time"
    assert len(planned(of(240), "RES-01")) == capacity + 1


def test_ord_01_gaps_are_kept_to_the_minute() -> None:
    def of(gap: After):
        return tiny_programme(subject(session("a/x"), session("a/y", after=(gap,))), in_term=MORNING)

    at = planned(of(After(of="a/x", min_gap_min=120)))
    assert minutes_between(at["a/x@trainee-prime"], at["a/y@trainee-prime"]) == 120
    too_long = of(After(of="a/x", min_gap_min=121))
    said = refused(too_long)
    assert said["ORD-01"] == (
        "ORD-01: a/y@trainee-prime keeps its gap after what comes before it; after a/x@trainee-prime"
    )
    assert len(planned(too_long, "ORD-01")) == 2


def test_ord_01_no_later_than_the_largest_gap() -> None:
    def of(gap: After):
        last = session("a/y", phase="late", after=(gap,))
        phases = (phase("basics", 14 + 4 / 24, 14), phase("late", 13 + 4 / 24, 13))  # two mornings
        return tiny_programme(subject(session("a/x"), last), in_term={"phases": phases})

    latest = planned(of(After(of="a/x", max_gap_min=1_200)))  # from 12:00 at the latest to 08:00 at the earliest
    assert minutes_between(latest["a/x@trainee-prime"], latest["a/y@trainee-prime"]) == 1_200
    assert "ORD-01" in refused(of(After(of="a/x", max_gap_min=1_199)))


def test_ord_01_pairs_the_same_trainee_and_joint_sessions_with_all() -> None:
    theory, drill = session("a/theory"), session("a/drill", attendance="together", after=(After(of="a/theory"),))
    exam = session("a/exam", after=(After(of="a/drill"),))
    at = planned(tiny_programme(subject(theory, drill, exam), trainees=TWO))
    for trainee in ("trainee-prime", "trainee-backup"):
        assert at[f"a/theory@{trainee}"].end <= at["a/drill"].start
        assert at["a/drill"].end <= at[f"a/exam@{trainee}"].start


def test_cmp_01_everything_is_there_in_full_length() -> None:
    programme = tiny_programme(subject(session("a/x", 95), session("a/y", 45)), trainees=TWO)
    lengths = {id_: placement.span.seconds / 60 for id_, placement in planned(programme).items()}
    assert lengths == {f"a/{name}@{who.id}": minutes for name, minutes in (("x", 95), ("y", 45)) for who in TWO}


def test_cmp_01_removed_leaves_room_for_nothing() -> None:
    crowded = tiny_programme(subject(session("a/x", 240), session("a/y", 240)), in_term=MORNING)
    assert "CMP-01" in refused(crowded)
    assert len(planned(crowded, "CMP-01")) < 2


COURSE = subject(session("a/theory"), session("a/exam", kind="exam"), certificate="paper")


def needing(*own: HeldCertificate, course=COURSE, valid_d: int = 365, in_term=MORNING):
    return tiny_programme(
        subject(session("b/drill", needs=("paper",))),
        *(() if course is None else (course,)),
        trainees=(person("trainee-prime", certificates=own),),
        certificates=(Certificate(id="paper", title="Paper", valid_d=valid_d),),
        in_term=in_term,
    )


def held(first: date, last: date) -> HeldCertificate:
    return HeldCertificate(certificate="paper", valid_from=first, valid_until=last)


def test_cer_01_what_needs_a_certificate_comes_after_the_exam_that_gives_it() -> None:
    at = planned(needing())
    assert at["a/exam@trainee-prime"].end <= at["b/drill@trainee-prime"].start
    tight = {"phases": (phase("basics", 14 + 4 / 24, 14), phase("early", 14 + 4 / 24, 14 + 3 / 24))}
    early = tiny_programme(subject(session("b/drill", phase="early", needs=("paper",))), COURSE, in_term=tight)
    said = refused(early)["CER-01"]
    assert said == "CER-01: trainee-prime holds the certificate that is needed; paper"
    assert local(planned(early, "CER-01")["b/drill@trainee-prime"].start) == "Mon 02-15 08:00"


def test_cer_01_who_was_not_at_an_exam_that_was_sat_may_earn_it_otherwise() -> None:
    sat = Instant.utc(2027, 2, 8, 1, 0)
    together = tuple(evolve(one, attendance="together") for one in COURSE.sessions)
    alone = Happened(placement="a/exam", start=sat, end=sat.plus(hours=1), people=("trainee-prime",))
    again = subject(session("c/exam", kind="exam"), certificate="paper", trainees=("trainee-backup",))
    programme = tiny_programme(
        subject(session("b/drill", needs=("paper",))), evolve(COURSE, sessions=together[-1:]), again,
        trainees=(person("trainee-prime"), person("trainee-backup", backs_up="trainee-prime")),
        certificates=(Certificate(id="paper", title="Paper", valid_d=30),),
        past_until=sat.plus(hours=2), happened=(alone,),
    )  # fmt: skip
    at = planned(programme)
    assert at["c/exam@trainee-backup"].end <= at["b/drill@trainee-backup"].start


def test_cer_01_a_certificate_runs_out() -> None:
    fortnight = {"phases": (phase(from_d=14 + 4 / 24),)}
    at = planned(needing(valid_d=1, in_term=fortnight))
    assert at["a/exam@trainee-prime"].end == at["b/drill@trainee-prime"].start  # valid on that very day
    apart = needing(valid_d=1, in_term={"phases": (phase("basics", 14 + 4 / 24, 14), phase("late", 7, 6))})
    late = tiny_programme(
        subject(session("b/drill", phase="late", needs=("paper",))), COURSE,
        certificates=(Certificate(id="paper", title="Paper", valid_d=5),), in_term={"phases": apart.term.phases},
    )  # fmt: skip
    assert "CER-01" in refused(late)


def test_cer_01_own_certificates_count_on_their_days() -> None:
    monday = date(2027, 2, 15)
    assert planned(needing(held(monday, monday), course=None))
    before = needing(held(monday - timedelta(days=9), monday - timedelta(days=1)), course=None)
    assert refused(before).keys() >= {"CER-01", "CMP-01"}
    assert planned(before, "CER-01")
    assert "CER-01" in refused(needing(course=None))


def test_cer_01_own_certificates_free_from_waiting_for_the_course() -> None:
    all_year = held(date(2027, 1, 1), date(2027, 12, 31))
    tight = {"phases": (phase("basics", 14 + 4 / 24, 14), phase("early", 14 + 4 / 24, 14 + 3 / 24))}
    early = tiny_programme(
        subject(session("b/drill", phase="early", needs=("paper",))), COURSE,
        trainees=(person("trainee-prime", certificates=(all_year,)),), in_term=tight,
    )  # fmt: skip
    assert local(planned(early)["b/drill@trainee-prime"].start) == "Mon 02-15 08:00"


def test_certificates_held_are_own_and_given() -> None:
    own = held(date(2026, 1, 1), date(2026, 12, 31))
    programme = needing(own, valid_d=10)
    placements = planned(programme).values()
    given = [(entry.valid_from, entry.valid_until) for entry in certificates_held(programme, placements)]
    assert given == [(own.valid_from, own.valid_until), (date(2027, 2, 15), date(2027, 2, 24))]  # ten days
    assert len(certificates_held(programme, None)) == 1
