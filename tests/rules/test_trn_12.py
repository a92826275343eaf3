"""TRN-12: together means everybody at once; each means one for each."""

from ground import planned, refused
from programmes import calendar, person, session, subject, tiny_programme

TWO = (person("trainee-prime"), person("trainee-backup", calendars=("late",)))
CALENDARS = (calendar(), calendar("late", "18:00-20:00"))


def test_a_joint_session_has_everybody_in_it() -> None:
    joint = subject(session("a/x", attendance="together", joined_by=("commander",)))
    both = (person("trainee-prime"), person("trainee-backup"))
    placed = planned(tiny_programme(joint, trainees=both, people=(person("commander", "crew"),)))
    assert {id_: placement.person_ids for id_, placement in placed.items()} == {
        "a/x": ("trainee-prime", "trainee-backup", "commander")
    }


def test_one_for_each_is_one_for_each() -> None:
    placed = planned(tiny_programme(subject(session("a/x")), trainees=TWO, calendars=CALENDARS))
    assert {id_: placement.person_ids for id_, placement in placed.items()} == {
        "a/x@trainee-prime": ("trainee-prime",),
        "a/x@trainee-backup": ("trainee-backup",),
    }


def test_who_are_never_at_work_together_cannot_train_together() -> None:
    apart = tiny_programme(subject(session("a/x", attendance="together")), trainees=TWO, calendars=CALENDARS)
    assert "trainee-backup" in refused(apart)["TRN-01"] or "trainee-prime" in refused(apart)["TRN-01"]
    assert planned(apart, "TRN-12")["a/x"].person_ids == ("trainee-prime",)


def test_a_subject_may_be_for_some() -> None:
    some = subject(session("a/x"), trainees=("trainee-backup",))
    assert list(planned(tiny_programme(some, trainees=TWO, calendars=CALENDARS))) == ["a/x@trainee-backup"]
