"""TRN-09: who lacks the session's language gets an interpreter, and nobody else does."""

from ground import planned, refused
from programmes import person, session, subject, tiny_programme

INTERPRETER = person("interpreter", "interpreter", qualifications=("interpret-zh",))
IN_CHINESE = subject(session("a/x", language="zh", attendance="together"))


def test_who_lacks_the_language_gets_an_interpreter() -> None:
    people = planned(tiny_programme(IN_CHINESE, people=(INTERPRETER,)))["a/x"].people
    assert [(who.person, who.function) for who in people] == [
        ("trainee-prime", "attendee"),
        ("interpreter", "interpreter"),
    ]


def test_one_of_two_who_lacks_it_is_enough() -> None:
    two = (person("trainee-prime", languages=("zh",)), person("trainee-backup"))
    assert "interpreter" in planned(tiny_programme(IN_CHINESE, trainees=two, people=(INTERPRETER,)))["a/x"].person_ids
    both = tuple(person(id_, languages=("zh", "en")) for id_ in ("trainee-prime", "trainee-backup"))
    placed = planned(tiny_programme(IN_CHINESE, trainees=both, people=(INTERPRETER,)))
    assert placed["a/x"].person_ids == ("trainee-prime", "trainee-backup")


def test_without_an_interpreter_there_is_no_plan() -> None:
    other = person("interpreter", "interpreter", qualifications=("interpret-ru",))
    alone = tiny_programme(IN_CHINESE, people=(other,))
    assert refused(alone)["TRN-09"] == "TRN-09: who lacks the language gets an interpreter, interpret-zh; a/x"
    assert planned(alone, "TRN-09")["a/x"].person_ids == ("trainee-prime",)
