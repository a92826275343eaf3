"""TRN-01: 240 minutes fit into a morning of four hours, 241 do not; everyone's hours count."""

from ground import local, planned, refused
from programmes import calendar, person, session, subject, tiny_programme

CALENDARS = (calendar(), calendar("late", "16:00-20:00"), calendar("early", "06:00-10:00"))


def test_a_morning_fits_exactly_and_a_minute_more_does_not() -> None:
    fits = planned(tiny_programme(subject(session("a/x", 240))))["a/x@trainee-prime"]
    assert local(fits.start)[-5:] in ("08:00", "14:00")
    said = refused(tiny_programme(subject(session("a/x", 241))))
    assert said["TRN-01"] == "TRN-01: trainee-prime trains only in working hours; calendar work"


def test_without_the_rule_it_need_not_fit() -> None:
    assert planned(tiny_programme(subject(session("a/x", 241))), "TRN-01")


def test_whoever_joins_is_at_work_too() -> None:
    joined = session("a/x", 120, attendance="together", joined_by=("commander",))
    programme = tiny_programme(
        subject(joined), people=(person("commander", "crew", calendars=("late",)),), calendars=CALENDARS
    )
    assert local(planned(programme)["a/x"].start)[-5:] == "16:00"


def test_the_only_instructor_is_at_work_too() -> None:
    programme = tiny_programme(
        subject(session("a/x", 120, instructor="ship")),
        people=(person("teacher", "instructor", qualifications=("ship",), calendars=("late",)),),
        calendars=CALENDARS,
    )
    assert local(planned(programme)["a/x@trainee-prime"].start)[-5:] == "16:00"
    assert planned(programme, "TRN-08")["a/x@trainee-prime"].person_ids == ("trainee-prime",)


def test_one_of_two_instructors_is_picked_by_the_hours_they_keep() -> None:
    programme = tiny_programme(
        subject(session("a/x", 120, instructor="ship")),
        trainees=(person("trainee-prime", calendars=("work", "late")),),
        people=(
            person("early-teacher", "instructor", qualifications=("ship",), calendars=("early",)),
            person("late-teacher", "instructor", qualifications=("ship",), calendars=("late",)),
        ),
        calendars=CALENDARS,
    )
    assert planned(programme)["a/x@trainee-prime"].person_ids == ("trainee-prime", "late-teacher")


def test_all_calendars_of_a_person_must_be_open() -> None:
    both = (person("trainee-prime", calendars=("work", "late")),)
    at = planned(tiny_programme(subject(session("a/x", 120)), trainees=both, calendars=CALENDARS))
    assert local(at["a/x@trainee-prime"].start)[-5:] == "16:00"
    assert refused(tiny_programme(subject(session("a/x", 121)), trainees=both, calendars=CALENDARS)).keys() == {
        "CMP-01",
        "TRN-01",
    }


def test_who_has_no_calendar_is_always_at_work() -> None:
    free = (person("trainee-prime", calendars=()),)
    assert planned(tiny_programme(subject(session("a/x", 470)), trainees=free))
