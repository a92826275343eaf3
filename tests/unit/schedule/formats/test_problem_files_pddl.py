"""PDDL and crew planning: plans that PDDL accepts, makespans that are known, one error where text is wrong."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problem_files import SETS, read_or_error, spoilt

from hamsafar.errors import InputError
from hamsafar.schedule.check import check
from hamsafar.schedule.constraints import Capacity, Choose
from hamsafar.schedule.formats import Reading, read_problem_file
from hamsafar.schedule.formats.crew_domain import ACTIONS
from hamsafar.schedule.formats.pddl import Action, Domain, Fact, Instance, Timed, read_domain, read_instance
from hamsafar.schedule.problem import Problem, Solved
from hamsafar.schedule.solve import solve

FOLDER = SETS / "crewplanning"
ROWS = list(csv.DictReader((FOLDER / "best.csv").read_text().splitlines())) if FOLDER.exists() else []
QUICK = ("instance-1.pddl", "instance-5.pddl", "instance-9.pddl", "instance-15.pddl", "instance-17.pddl")
READINGS: tuple[Reading, ...] = ("published", "strict")

PREDICATES = """(:predicates (mcs_finished ?m - medicalstate ?d - day) (changed ?f - filterstate ?d - day)
 (available ?c - crewmember) (done_sleep ?c - crewmember ?d - day) (done_post_sleep ?c - crewmember ?d - day)
 (done_meal ?c - crewmember ?d - day) (done_exercise ?c - crewmember ?d - day) (done_rpcm ?r - rpcm ?d - day)
 (payload_act_done ?p - payloadact) (payload_act_completed ?p - payloadact ?d - day) (next ?a ?b - day)
 (currentday ?c - crewmember ?d - day) (initiated ?d - day) (unused ?e - exerequipment))"""
MINUTES = {"initialize_day": 1440, "post_sleep": 195, "sleep": 600, "replace_rpcm": 180, "finish_rpcm": 1}


def domain_text(minutes: Mapping[str, int]) -> str:
    """The domain with these durations; an hour where none is given, a minute for reports."""
    head, *actions = ACTIONS.split("(:durative-action ")
    usual = {"report_payload_activity_at_deadline": 1, **minutes}
    timed = (
        "(:durative-action " + action.replace("(= ?duration 1)", f"(= ?duration {usual.get(action.split()[0], 60)})")
        for action in actions
    )
    return head + PREDICATES + "\n" + "\n".join(timed)


DOMAIN = domain_text(MINUTES)
INSTANCE = """(define (problem Small) (:domain CrewPlanning)
(:objects d0 d1 d2 - Day  c1 c2 - CrewMember  f - FilterState  pa1 - PayloadAct  e1 - ExerEquipment m - MedicalState)
(:init (currentday c1 d0) (done_sleep c1 d0) (available c1) (currentday c2 d0) (done_sleep c2 d0) (available c2)
 (initiated d1) (next d0 d1) (next d1 d2) (unused e1)) ; a comment (with a bracket
(:goal (and (done_sleep c1 d1) (done_sleep c2 d1) (initiated d2) (changed f d1) (payload_act_completed pa1 d1)))
(:metric minimize (total-time)))
"""


def read(text: str = INSTANCE, domain: str | None = DOMAIN, reading: Reading = "published") -> Problem:
    return read_problem_file("small.pddl", text, beside=lambda _: domain, reading=reading)


def solved(problem: Problem, seconds: float) -> Solved:
    answer = solve(problem, workers=2, effort=1e9, time_limit_s=seconds)
    assert isinstance(answer, Solved)
    assert check(problem, answer.placed) == ()
    return answer


# ---- what is read


def test_the_tasks_are_the_actions_that_the_goals_need() -> None:
    problem = read()
    durations = {task.id: task.duration for task in problem.tasks}
    for who in ("c1", "c2"):
        assert durations[f"post_sleep {who} d0 d1"] == 195
        assert durations[f"sleep {who} d1"] == 600
        assert durations[f"have_meal {who} d1"] == durations[f"exercise {who} d1"] == 60
        assert durations[f"change_filter f {who} d1"] == durations[f"conduct_payload_activity pa1 {who}"] == 60
        assert durations[f"report_payload_activity_at_deadline {who} d1"] == 1
    assert durations["initialize_day d1 d2"] == 1440
    assert len(durations) == 2 * 7 + 2
    assert (problem.name, problem.tick, problem.objectives[0].unit) == ("small", "min", "min")
    choices = [constraint for constraint in problem.constraints if isinstance(constraint, Choose)]
    assert [choice.tag.place for choice in choices] == [
        "conduct_payload_activity pa1",
        "report_payload_activity_at_deadline",
        "change_filter f",
    ]
    capacities = {c.resource: c.capacity for c in problem.constraints if isinstance(c, Capacity)}
    assert capacities == {"c1": 1, "c2": 1, "exercise equipment": 1}


def test_durations_are_those_of_the_domain_file() -> None:
    problem = read(domain=domain_text({**MINUTES, "sleep": 480, "initialize_day": 700}))
    assert (
        solved(problem, 5).terms[0].value == 195 + 60 + 60 + 60 + 480
    )  # both exercise with one machine, one after other


@pytest.mark.parametrize(("reading", "best"), [("published", 195 + 60 * 3 + 600), ("strict", 195 + 60 * 4 + 600)])
def test_only_as_published_is_there_work_during_the_first_post_sleep(reading: Reading, best: int) -> None:
    alone = INSTANCE.replace("c1 c2 -", "c1 -")
    for fact in ("(currentday c2 d0)", "(done_sleep c2 d0)", "(available c2)", "(done_sleep c2 d1)"):
        alone = alone.replace(fact, "")
    answer = solved(read(alone, domain_text({**MINUTES, "initialize_day": 800}), reading), 5)
    assert (answer.terms[0].value, answer.terms[0].bound) == (best, best)  # filter, meal and exercise need the day


# ---- what comes of it


class Impossible(AssertionError):
    """PDDL does not accept this plan."""


def events(actions: Mapping[str, Action], plan: list[tuple[int, tuple[str, ...]]]) -> Iterator[tuple[int, int, int]]:
    """(time, ends before starts, position in the plan)."""
    for at, (start, words) in enumerate(plan):
        yield start, 1, at
        yield start + actions[words[0]].duration, 0, at


def ground(timed: Timed, of: tuple[str, ...]) -> Fact:
    return Fact(timed.fact.predicate, tuple(of[int(word[1:])] for word in timed.fact.of))


def run(domain: Domain, instance: Instance, plan: list[tuple[int, tuple[str, ...]]]) -> int:
    """Carries a plan out as PDDL 2.1 says, what ends at an instant before what starts then; gives its makespan."""
    facts, running, last = set(instance.init), set[int](), 0
    for time, starts, at in sorted(events(domain.actions, plan)):
        words = plan[at][1]
        action = domain.actions[words[0]]
        when = "at start" if starts else "at end"
        wanted = [t for t in action.conditions if t.when == when]
        if any((ground(t, words[1:]) in facts) != t.true for t in wanted):
            raise Impossible(f"{time}: {words} lacks {[ground(t, words[1:]) for t in wanted]}")
        for effect in sorted((t for t in action.effects if t.when == when), key=lambda t: t.true):
            (facts.add if effect.true else facts.discard)(ground(effect, words[1:]))
        (running.add if starts else running.discard)(at)
        for other in running:
            its = plan[other][1]
            for t in domain.actions[its[0]].conditions:
                if t.when == "over all" and ground(t, its[1:]) not in facts:
                    raise Impossible(f"{time}: {its} loses {ground(t, its[1:])}")
        last = max(last, time)
    if missing := [goal for goal in instance.goal if goal not in facts]:
        raise Impossible(f"goals not reached: {missing}")
    return last


def as_plan(instance: Instance, answer: Solved) -> list[tuple[int, tuple[str, ...]]]:
    """The ground actions of an answer: reports one by one, each exercise with a machine that is free."""
    lower = {written: name for name, (_, written) in instance.objects.items()}
    free = dict.fromkeys(instance.of_type("exerequipment"), 0)
    found: list[tuple[int, tuple[str, ...]]] = []
    for name, placed in sorted(answer.placed.items(), key=lambda item: item[1].start):
        action, *of = (lower.get(word, word) for word in name.split())
        if action.startswith("report"):
            goals = [
                goal for goal in instance.goal if goal.predicate == "payload_act_completed" and goal.of[1] == of[-1]
            ]
            found += [(placed.start, (action, goal.of[0], *of)) for goal in goals if len(of) == 2]
            continue
        if action == "exercise":
            machine = next(machine for machine, until in free.items() if until <= placed.start)
            free[machine] = placed.start + 60
            of.append(machine)
        found.append((placed.start, (action, *of)))
    return found


def ensure_known(row: Mapping[str, str], reading: Reading, seconds: float) -> None:
    """Solved to the known makespan, proved, by a plan that PDDL accepts."""
    domain_file, text = (FOLDER / "domain.pddl").read_text(), (FOLDER / row["file"]).read_text()
    problem = read_problem_file(row["file"], text, beside=lambda _: domain_file, reading=reading)
    answer = solved(problem, seconds)
    known = int(row["pddl_optimal_makespan_min" if reading == "published" else "strict_optimal_makespan_min"])
    domain = read_domain("domain.pddl", domain_file)
    instance = read_instance(row["file"], text, domain.predicates)
    assert run(domain, instance, as_plan(instance, answer)) == answer.terms[0].value
    assert (answer.terms[0].value, answer.terms[0].bound) == (known, known)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("row", [row for row in ROWS if row["file"] in QUICK], ids=lambda row: row["file"])
def test_a_known_makespan_is_reached_and_proved(row: Mapping[str, str], reading: Reading) -> None:
    ensure_known(row, reading, 10.0)


@pytest.mark.slow
@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"])
def test_every_known_makespan_is_reached_and_proved(row: Mapping[str, str], reading: Reading) -> None:
    ensure_known(row, reading, 30.0)


def test_the_test_sees_a_plan_that_pddl_refuses() -> None:
    domain = read_domain("domain.pddl", DOMAIN)
    instance = read_instance("small.pddl", INSTANCE, domain.predicates)
    plan = as_plan(instance, solved(read(), 5))
    run(domain, instance, plan)
    early = [(start - (words[0] == "sleep") * 300, words) for start, words in plan]
    with pytest.raises(Impossible):
        run(domain, instance, early)


# ---- what is wrong


def test_text_cut_off_anywhere_is_an_error_or_the_same() -> None:
    whole = read()
    for end in range(0, len(INSTANCE), 3):
        found = read_or_error(lambda end=end: read(INSTANCE[:end]), "small.pddl")
        assert found in (None, whole)
        assert found is None or not INSTANCE[end:].strip()
    for end in range(0, len(DOMAIN) - 1, 41):
        assert read_or_error(lambda end=end: read(domain=DOMAIN[:end]), "domain.pddl") is None


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_damage_is_an_input_error_or_another_problem(data: st.DataObject) -> None:
    try:
        read(spoilt(INSTANCE, data.draw), spoilt(DOMAIN, data.draw))
    except InputError as error:
        assert error.where.count(":") == 2  # noqa: PT017  # either file may be the one


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("(available c1)", "(available c3)", "small.pddl:3:57", "c3 is not among the objects"),
        ("(available c1)", "(available d1)", "small.pddl:3:57", "a crewmember here, and d1 is a day"),
        ("(available c1)", "(asleep c1)", "small.pddl:3:46", "no predicate asleep"),
        ("(available c1)", "(done_meal c1 d1)", "small.pddl:3:46", "starts with done_meal is not translated"),
        ("(next d1 d2)", "(next d1 d0)", "small.pddl:1:1", "go round in a circle: d0 → d1 → d0"),
        ("(changed f d1)", "(changed f d2)", "small.pddl:5:66", "d2 is no day at the end of which"),
        ("(changed f d1)", "(not (changed f d1))", "small.pddl:5:66", "no predicate not"),
        ("(done_sleep c2 d1)", "", "small.pddl:1:1", "ask each of the crew to sleep up to the same day"),
        ("(total-time)", "(total-cost)", "small.pddl:6:1", "the metric read is"),
        ("(:domain CrewPlanning)", "(:domain Rovers)", "small.pddl:1:1", "is an instance of rovers"),
        ("(define", "define", "small.pddl:1:1", "a bracket should open here"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old: str, new: str, where: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(INSTANCE.replace(old, new, 1))
    assert caught.value.where == where
    assert words in caught.value.what


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("(at start (unused ?e))", "", "exercise lacks the condition (at start (unused ?2))"),
        (
            "(at end (done_meal ?c ?d))",
            "(at start (done_meal ?c ?d))",
            "have_meal lacks the effect (at end (done_meal ?0 ?1))",
        ),
        ("(= ?duration 600)", "(>= ?duration 600)", "whole minutes (got >= ?duration 600)"),
        ("(= ?duration 600)", "(= ?duration 0)", "whole minutes (got = ?duration 0)"),
        ("crewplanning", "rovers", "this one is rovers"),
        (":durative-action sleep", ":durative-action doze", "this one has or lacks doze, sleep"),
    ],
)
def test_another_domain_is_refused(old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=r"^domain\.pddl:\d+:\d+: ") as caught:
        read(domain=DOMAIN.replace(old, new, 1))
    assert words in caught.value.what


def test_an_instance_without_its_domain_is_told() -> None:
    with pytest.raises(InputError, match=r"needs its domain, in a file domain\.pddl beside it"):
        read(domain=None)
