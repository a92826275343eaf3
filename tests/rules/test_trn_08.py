"""TRN-08: somebody qualified teaches, and is nowhere else meanwhile."""

from ground import planned, refused
from programmes import facility, person, phase, session, subject, tiny_programme

TEACHER = person("teacher", "instructor", qualifications=("ship",))
OTHER = person("other-teacher", "instructor", qualifications=("suit",))
TWO = (person("trainee-prime"), person("trainee-backup"))
HOUR = {"phases": (phase(from_d=14 + 1 / 24, to_d=14),), "facilities": (facility(capacity=2),)}


def test_who_teaches_is_qualified() -> None:
    taught = planned(tiny_programme(subject(session("a/x", instructor="ship")), people=(OTHER, TEACHER)))
    assert [(who.person, who.function) for who in taught["a/x@trainee-prime"].people] == [
        ("trainee-prime", "attendee"),
        ("teacher", "instructor"),
    ]


def test_where_nobody_is_qualified_there_is_no_plan() -> None:
    nobody = tiny_programme(subject(session("a/x", instructor="ship")), people=(OTHER,))
    said = refused(nobody)
    assert said["TRN-08"] == "TRN-08: whoever teaches ship is qualified for it; a/x@trainee-prime"
    assert planned(nobody, "TRN-08")["a/x@trainee-prime"].person_ids == ("trainee-prime",)


def test_one_teacher_teaches_one_session_at_a_time() -> None:
    at_once = subject(session("a/x", 60, instructor="ship"))
    said = refused(tiny_programme(at_once, trainees=TWO, people=(TEACHER,), in_term=HOUR))
    assert said["PPL-01"] == "PPL-01: teacher does one thing at a time"
    second = person("second-teacher", "instructor", qualifications=("ship",))
    placed = planned(tiny_programme(at_once, trainees=TWO, people=(TEACHER, second), in_term=HOUR))
    assert {placement.person_ids[-1] for placement in placed.values()} == {"teacher", "second-teacher"}


def test_self_study_has_no_teacher() -> None:
    alone = session("a/x", kind="self-study", instructor="ship", language="zh")
    assert planned(tiny_programme(subject(alone)))["a/x@trainee-prime"].person_ids == ("trainee-prime",)
