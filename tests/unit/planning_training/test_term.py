"""The term as a whole: the hint, objectives, words of a conflict, and a term as long as a real one."""

from __future__ import annotations

from datetime import date, time

import pytest

from ground import planned
from hamsafar.domain.calendars import DateRange, Hours, ShorterDays
from hamsafar.domain.programme import Programme
from hamsafar.errors import SolverError
from hamsafar.planning import enforces
from hamsafar.planning.training import training_placements, training_problem
from hamsafar.planning.words import describe
from hamsafar.rules import BOOK
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.schedule.check import check, evaluate
from hamsafar.schedule.constraints import PickAllowed
from hamsafar.schedule.problem import Placed, Problem, Solved
from hamsafar.schedule.solve import solve
from hamsafar.schedule.tasks import Tag, Task
from programmes import LAUNCH, After, calendar, facility, person, phase, session, subject, term, tiny_programme


def real_sized(weeks: int = 26) -> Programme:
    """Two trainees, some seven joint sessions a week each with its room and teacher, exams one by one."""
    subjects = []
    for week in range(weeks):
        stage = f"phase-{week // 7}"
        kinds = ("theory", "practice", "simulation", "physical", "language")
        sessions = [
            session(
                f"s{week}/{kind}", 60 + 30 * ((week + n) % 5), kind=kind, phase=stage, attendance="together",
                facilities=(f"room-{(week + n) % 4}",), instructor=("ship", "body")[n % 2],
                language=("zh", "en")[n % 2], demanding=kind == "simulation",
                recovery_min=720 if kind == "physical" else 0,
                after=(After(of=f"s{week}/{kinds[n - 1]}", max_gap_min=21 * 1_440),) if n else (),
            )
            for n, kind in enumerate(kinds)
        ]  # fmt: skip
        exam = session(f"s{week}/exam", kind="exam", phase=stage, after=(After(of=f"s{week}/language"),))
        gives = {"certificate": "paper"} if week == 3 else {}
        subjects.append(subject(*sessions, exam, **gives))
    ramadan = ShorterDays(
        days=DateRange(first=date(2027, 2, 8), last=date(2027, 3, 9)), hours=(Hours(opens=time(9), closes=time(15)),)
    )
    return tiny_programme(
        *subjects,
        trainees=tuple(person(id_, calendars=("leave",)) for id_ in ("trainee-prime", "trainee-backup")),
        people=(
            person("ship-teacher", "instructor", qualifications=("ship",)),
            person("half-time-teacher", "instructor", qualifications=("ship",), calendars=("half-time",)),
            person("body-teacher", "instructor", qualifications=("body",)),
            person("interpreter", "interpreter", qualifications=("interpret-zh",)),
        ),
        calendars=(
            calendar(weekdays=range(1, 7), closed=(DateRange(first=date(2027, 2, 5), last=date(2027, 2, 11)),)),
            calendar("leave", "08:00-19:00", weekdays=range(1, 8), shorter=(ramadan,)),
            calendar("half-time", weekdays=(1, 3, 5)),
        ),
        in_term={
            "start": date(2026, 9, 1),
            "phases": tuple(phase(f"phase-{n}", 182 - 45 * n, 137 - 45 * n) for n in range(4)),
            "facilities": tuple(facility(f"room-{n}") for n in range(4)),
        },
        now=date(2026, 8, 20),
    )


def test_every_rule_of_the_term_is_obeyed_somewhere() -> None:
    trained = {rule for rule in BOOK if rule.startswith("TRN")} | {"PPL-01", "RES-01", "ORD-01", "CMP-01", "CER-01"}
    assert trained <= set(enforces.enforced())
    assert set(enforces.enforced()) <= {*BOOK, *OPERATIONS_BOOK}  # a week may have been imported beside it


def test_a_programme_without_a_term_has_nothing_to_plan() -> None:
    with pytest.raises(SolverError, match="without a term"):
        training_problem(tiny_programme(term=None), LAUNCH)


@pytest.mark.slow
def test_a_real_sized_term_has_a_whole_hint_that_holds() -> None:
    problem = training_problem(real_sized(), LAUNCH)
    assert len(problem.tasks) == len(problem.hint) == 26 * 7
    bare = {name: Placed(start=start, picked={}) for name, start in problem.hint.items()}
    unmanned = ("TRN-08", "TRN-09")
    assert [found for found in check(problem, bare) if found.tag is None or found.tag.rule not in unmanned] == []
    assert training_problem(real_sized(), LAUNCH).hint == problem.hint


@pytest.mark.slow
def test_a_real_sized_term_is_solved_and_no_worse_than_its_hint() -> None:
    problem = training_problem(real_sized(), LAUNCH)
    answer = solve(problem, effort=0.5)
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    hinted = {name: Placed(start=start, picked={}) for name, start in problem.hint.items()}
    assert tuple(term.value for term in answer.terms) <= evaluate(problem, hinted)


def test_the_busiest_week_is_made_light_first() -> None:
    four = subject(*(session(f"a/x{n}", 120) for n in range(4)))
    placed = planned(tiny_programme(four))  # four weeks before lift-off: one session each
    assert len({placement.start.datetime().isocalendar().week for placement in placed.values()}) == 4


def test_exams_leave_room_to_be_sat_again() -> None:
    others = [subject(session(f"{name}/x", 120)) for name in "abc"]
    exam = subject(session("z/exam", 120, kind="exam"), certificate="paper")
    placed = planned(tiny_programme(*others, exam))["z/exam@trainee-prime"]
    assert placed.start.plus(minutes=120 + 10 * 1_440) <= LAUNCH  # ten days, as TRN-15 wishes


def test_placements_say_what_a_stranger_needs() -> None:
    room = session("a/x", 90, title="How the air is kept", kind="practice", facilities=("room",))
    programme = tiny_programme(subject(room))
    problem = training_problem(programme, LAUNCH)
    answer = solve(problem)
    assert isinstance(answer, Solved)
    (placement,) = training_placements(programme, problem, answer)
    assert (placement.id, placement.of, placement.stage, placement.title) == (
        "a/x@trainee-prime", "a/x", "training", "How the air is kept",
    )  # fmt: skip
    assert (placement.kind, placement.zone, placement.facilities) == ("practice", "Asia/Shanghai", ("room",))
    assert placement.span.seconds == 90 * 60


def test_a_conflict_is_told_rule_by_rule_and_place_by_place() -> None:
    programme = tiny_programme(subject(*(session(f"a/x{n}", 240) for n in range(12))))
    tags = [
        Tag("TRN-05", "trainee-prime", "2027-02-08"),
        Tag("TRN-05", "trainee-prime", "2027-02-15"),
        Tag("CRW-07", "trainee-prime", "2027-06-07"),
        *(Tag("CMP-01", f"a/x{n}@trainee-prime") for n in range(12)),
    ]
    assert describe(programme, tags) == (
        "CMP-01: 12 placements, 48 h in all, must be in the plan; a/x0@trainee-prime, a/x10@trainee-prime, "
        "a/x11@trainee-prime, a/x1@trainee-prime and 8 more",
        "CRW-07: trainee-prime works at most 570 min a day; day 2027-06-07",
        "TRN-05: trainee-prime trains at most 40 h a week; week of 2027-02-08, 2027-02-15",
    )


def test_every_rule_can_be_told() -> None:
    programme = tiny_programme(subject(session("a/x")), term=term(subject(session("a/x"))))
    told = describe(programme, [Tag(rule, "somewhere") for rule in BOOK])
    assert [sentence[:6] for sentence in told] == sorted(BOOK)


def test_a_candidate_is_picked_only_in_their_own_ranges() -> None:
    from hamsafar.schedule.tasks import Pick

    pick = Pick(name="teacher", candidates=("one", "other"), count=1, tag=Tag("TRN-08"))
    bound = [
        PickAllowed(task="x", candidate="one", ranges=((5, 5),), tag=Tag("TRN-01", "one")),
        PickAllowed(task="x", candidate="other", ranges=(), tag=Tag("TRN-01", "other")),
    ]
    problem = Problem(
        name="pick", first=0, last=10, tasks=(Task(id="x", duration=2, picks=(pick,)),), constraints=tuple(bound),
        objectives=(),
    )  # fmt: skip
    answer = solve(problem)
    assert isinstance(answer, Solved)
    assert (answer.placed["x"].start, answer.placed["x"].picked) == (5, {"teacher": ("one",)})
    assert check(problem, {"x": Placed(start=5, picked={"teacher": ("one",)})}) == ()
    (said,) = check(problem, {"x": Placed(start=4, picked={"teacher": ("one",)})})
    assert said.sentence == "TRN-01 one: x starts at 4, when one can't take part"
    assert check(problem, {"x": Placed(start=5, picked={"teacher": ("other",)})})
