"""PPL-02: nobody is planned for while they are away, on the ground and aboard."""

import aboard
from aboard import ABOARD, GUEST, UP, activity, at, label, need
from ground import local, planned, refused
from hamsafar.domain.changes import Absence
from hamsafar.timeline import Instant
from programmes import person, phase, session, subject, tiny_programme

MORNING = {"phases": (phase(from_d=14 + 4 / 24, to_d=14),)}  # Monday 2027-02-15, 08:00 to 12:00
EIGHT = Instant.utc(2027, 2, 15, 0, 0)
TEACHER = person("teacher", "instructor", qualifications=("ship",))
SECOND = person("second-teacher", "instructor", qualifications=("ship",))


def away(who: str, start: Instant, end: Instant | None, reason: str = "") -> tuple[Absence, ...]:
    return (Absence(person=who, start=start, end=end, reason=reason),)


def morning(minutes: int, *absences: Absence, people=()):
    taught = session("a/x", minutes, instructor="ship" if people else None)
    return tiny_programme(subject(taught), in_term=MORNING, people=people, absences=absences)


def test_a_session_moves_out_of_an_absence_and_not_a_minute_further() -> None:
    gone = away("trainee-prime", EIGHT, EIGHT.plus(minutes=60), "ill")
    assert local(planned(morning(180, *gone))["a/x@trainee-prime"].start) == "Mon 02-15 09:00"
    said = refused(morning(181, *gone))
    assert said["PPL-02"] == (
        "PPL-02: trainee-prime is planned for nothing while away; away 2027-02-15 08:00 to 2027-02-15 09:00, ill"
    )
    assert planned(morning(181, *gone), "PPL-02")


def test_a_second_of_a_minute_takes_all_of_it() -> None:
    gone = away("trainee-prime", EIGHT.plus(seconds=30), EIGHT.plus(minutes=59, seconds=1))
    assert local(planned(morning(180, *gone))["a/x@trainee-prime"].start) == "Mon 02-15 09:00"
    assert "PPL-02" in refused(morning(181, *gone))


def test_the_last_minute_before_it_is_free() -> None:
    gone = away("trainee-prime", EIGHT.plus(minutes=200), None)
    assert local(planned(morning(200, *gone))["a/x@trainee-prime"].end) == "Mon 02-15 11:20"
    said = refused(morning(201, *gone))
    assert said["PPL-02"].endswith("away from 2027-02-15 11:20 on")


def test_the_only_teacher_moves_the_session_and_one_of_two_is_not_picked() -> None:
    gone = away("teacher", EIGHT, EIGHT.plus(minutes=60))
    alone = planned(morning(60, *gone, people=(TEACHER,)))["a/x@trainee-prime"]
    assert local(alone.start) == "Mon 02-15 09:00"
    both = planned(morning(240, *gone, people=(TEACHER, SECOND)))["a/x@trainee-prime"]
    assert both.person_ids == ("trainee-prime", "second-teacher")
    neither = (*gone, *away("second-teacher", EIGHT.plus(minutes=239), None))
    assert "PPL-02" in refused(morning(240, *neither, people=(TEACHER, SECOND)))
    assert planned(morning(240, *neither, people=(TEACHER, SECOND)), "PPL-02")


def test_whole_days_are_told_by_their_dates() -> None:
    week = away("trainee-prime", EIGHT.plus(hours=-8), EIGHT.plus(days=5, hours=-8))
    assert refused(morning(60, *week))["PPL-02"].endswith("away 2027-02-15 to 2027-02-19")


def test_aboard_what_somebody_is_in_for_sure_moves_and_a_candidate_is_not_picked() -> None:
    gone = away(GUEST, at(2, "08:00"), at(2, "09:00"))
    own = aboard.programme(activity("own", 60, flight_days=(2,), hours=("08:00", "09:00")), absences=gone)
    assert label(aboard.planned(own)["own#1"].start) == "2 09:00"
    late = aboard.programme(activity("own", 60, flight_days=(2,), hours=("08:00", "08:59")), absences=gone)
    assert "PPL-02" in aboard.refused(late)
    assert len(aboard.planned(late, "PPL-02")) == 1
    job = activity("job", 30, need(UP, ABOARD, count=1), flight_days=(2,), hours=("08:00", "08:30"))
    for gone_host, other in ((UP, ABOARD), (ABOARD, UP)):
        asked = aboard.programme(job, absences=away(gone_host, at(2, "08:00"), at(2, "09:00")))
        assert aboard.planned(asked)["job#1"].person_ids == (other,)
