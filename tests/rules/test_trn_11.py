"""TRN-11: so many exams of one trainee a day; others' exams don't count."""

from ground import local_start, planned, refused
from programmes import person, phase, session, subject, tiny_programme

ONE_DAY = {"phases": (phase(from_d=14.2, to_d=13.6),)}
EXAMS = subject(session("a/x", kind="exam"), session("a/y", kind="exam"))


def test_two_exams_take_two_days() -> None:
    days = {local_start(placement).date() for placement in planned(tiny_programme(EXAMS)).values()}
    assert len(days) == 2
    one_day = tiny_programme(EXAMS, in_term=ONE_DAY)
    assert refused(one_day)["TRN-11"] == "TRN-11: trainee-prime sits at most 1 exams a day; day 2027-02-15"
    assert len(planned(one_day, "TRN-11")) == 2


def test_the_figure_is_exact_and_for_each_trainee() -> None:
    two = tiny_programme(EXAMS, in_term=ONE_DAY, rules={"TRN_11": {"max_exams": 2}})
    assert len(planned(two)) == 2
    each_one = tiny_programme(
        subject(session("a/x", kind="exam")),
        trainees=(person("trainee-prime"), person("trainee-backup")),
        in_term=ONE_DAY,
    )
    assert len(planned(each_one)) == 2
