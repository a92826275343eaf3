"""`app.solving`: what is given, what comes back, what is written, and that no wrong schedule leaves the house."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
from attrs import evolve

from hamsafar.app import solving_words
from hamsafar.app.solving import Judged, NoSchedule, Scheduled, Unsettled, check, placed_rows, read_problem, solve
from hamsafar.app.solving_words import paid_rows, tag_rows, tag_words
from hamsafar.errors import InputError, InputErrors, SolverError
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Constraint,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.form import schedule_from_json, write_problem
from hamsafar.schedule.objectives import Makespan, SoftCosts
from hamsafar.schedule.problem import Conflict, Placed, Problem, Solved, TermValue, Unknown
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Price, Tag, Task

DAY = Problem(
    name="a day",
    first=0,
    last=20,
    tick="min",
    tasks=(
        Task(id="wake", duration=3, picks=(Pick(name="who", count=1, tag=Tag("WHO", "wake"), skill="up"),)),
        Task(id="work", modes=(Mode(id="slow", duration=6), Mode(id="fast", duration=4, occupies={"arm": 1}))),
        Task(id="rest", duration=2, optional=True, value=1),
    ),
    constraints=(
        Lag(before="wake", after="work", min_gap=1, max_gap=None, tag=Tag("ORDER", "wake→work", source="day.json:7")),
        NoOverlap(resource="arm", tag=Tag("ARM", "arm")),
    ),
    objectives=(Makespan(name="makespan", unit="min"),),
    people=(Person(id="anyone", skills={"up": 1}),),
)
IMPOSSIBLE = evolve(DAY, last=6)
GOOD = {"wake": Placed(start=0, picked={"who": ("anyone",)}), "work": Placed(start=4, mode="fast")}


def solver_says(monkeypatch: pytest.MonkeyPatch, answer: Any, **heard: Any) -> dict[str, Any]:
    """Puts an answer into the solver's mouth; returns what it was asked with."""
    import hamsafar.schedule.solve as solver

    asked: dict[str, Any] = {}

    def search(problem: Problem, *, on_progress: Any, should_stop: Any, **options: Any) -> Any:
        asked.update(options)
        if heard:
            on_progress(solver.Progress(**heard))
        asked["stops"] = should_stop()
        return answer

    monkeypatch.setattr(solver, "solve", search)
    return asked


def solved(placed: Mapping[str, Placed], value: int, *, optimal: bool = True) -> Solved:
    term = TermValue(name="makespan", value=value, bound=value if optimal else 1, unit="min")
    return Solved(placed=placed, optimal=optimal, terms=(term,), effort=0.1)


# ---- solve


def test_the_best_schedule_comes_back_and_holds() -> None:
    found = solve(DAY, workers=1)
    assert isinstance(found, Scheduled)
    assert found.optimal
    assert [(term.name, term.value, term.bound) for term in found.terms] == [("makespan", 8, 8)]  # 3 + 1 + 4
    assert found.placed["wake"].start == 0
    assert found.placed["work"].mode == "fast"
    assert found.stopped_by is None
    assert check(DAY, found.placed).verdict == "holds"
    assert list(found.seconds) == ["read", "solve", "check", "total"]


def test_a_conflict_is_an_answer() -> None:
    found = solve(IMPOSSIBLE, workers=1)
    assert isinstance(found, NoSchedule)
    assert found.conflict


def test_a_schedule_written_is_read_back_the_same(tmp_path: Path) -> None:
    found = solve(DAY, workers=1, out=tmp_path / "schedule.json")
    assert isinstance(found, Scheduled)
    text = (tmp_path / "schedule.json").read_text(encoding="utf-8")
    assert schedule_from_json(text, "schedule.json", DAY) == dict(found.placed)
    assert check(DAY, tmp_path / "schedule.json").verdict == "holds"
    assert "seconds" not in json.loads(text)  # so that the same call writes the same bytes


def test_only_a_schedule_is_written(tmp_path: Path) -> None:
    assert isinstance(solve(IMPOSSIBLE, workers=1, out=tmp_path / "schedule.json"), NoSchedule)
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_that_breaks_its_problem_never_leaves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    early = {**GOOD, "work": Placed(start=3, mode="fast")}
    solver_says(monkeypatch, solved(early, 7))
    with pytest.raises(SolverError, match="breaks its own problem: ORDER"):
        solve(DAY, out=tmp_path / "schedule.json")
    assert list(tmp_path.iterdir()) == []


def test_a_schedule_that_is_not_worth_what_it_says_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    solver_says(monkeypatch, solved(GOOD, 7))
    with pytest.raises(SolverError, match="worth"):
        solve(DAY)


@pytest.mark.parametrize(
    ("given", "effort"), [({}, 10.0), ({"time_limit_s": 5.0}, math.inf), ({"time_limit_s": 5.0, "effort": 3.0}, 3.0)]
)
def test_the_clock_alone_stops_where_no_effort_is_said(
    given: dict[str, Any], effort: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = solver_says(monkeypatch, solved(GOOD, 8))
    solve(DAY, **given)
    assert asked.get("effort") == effort


def test_who_stopped_a_search_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for why in ("effort", "asked to stop", "time limit"):
        solver_says(monkeypatch, evolve(solved(GOOD, 8, optimal=False), stopped_by=why))
        found = solve(DAY)
        assert isinstance(found, Scheduled)
        assert found.stopped_by == why


def test_what_was_proved_is_told_where_nothing_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    news = {"stage": "makespan", "value": None, "bound": 7, "effort": 0.0, "wall_s": 0.1}
    solver_says(monkeypatch, Unknown(effort=1.0, stopped_by="effort"), **news)
    found = solve(DAY)
    assert isinstance(found, Unsettled)
    assert found.bounds == {"makespan": 7}
    assert found.stopped_by == "effort"


@pytest.mark.parametrize("limit", [0.0, -1.0, math.nan])
def test_a_limit_that_is_none_is_refused(limit: float) -> None:
    with pytest.raises(InputErrors, match="--time-limit: should be a number above 0"):
        solve(DAY, time_limit_s=limit)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"time_limit_s": math.inf}, "--time-limit: should be a finite number"),
        ({"effort": math.inf}, "--effort: should be a finite number"),
        ({"workers": 0}, "--workers: should be at least 1"),
    ],
)
def test_a_search_that_may_never_end_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InputErrors, match=told):
        solve(DAY, **given)


def test_the_problem_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "day.json"
    path.write_text(write_problem(DAY), encoding="utf-8")
    (tmp_path / "link.json").symlink_to(path)
    for out in (path, tmp_path / "link.json"):
        with pytest.raises(InputError, match="is the problem itself"):
            solve(path, out=out)
    assert read_problem(path) == DAY


# ---- check


def test_a_good_schedule_holds() -> None:
    judged = check(DAY, GOOD)
    assert (judged.verdict, judged.values, judged.findings, judged.soft) == ("holds", (8,), (), ())


def test_what_others_give_without_picks_is_told_kindly(tmp_path: Path) -> None:
    path = tmp_path / "theirs.json"
    path.write_text('{"start": {"wake": 0, "work": 4}, "mode": {"work": "fast"}}', encoding="utf-8")
    judged = check(DAY, path)
    assert judged.verdict == "broken"
    (finding,) = judged.findings
    assert (finding.kind, finding.amount, finding.tasks) == ("pick", 1, ("wake",))
    assert "needs 1" in finding.sentence
    assert "has 0" in finding.sentence


def test_what_is_paid_for_is_no_breach_and_has_its_price() -> None:
    late = Lag(before="wake", after="work", min_gap=3, max_gap=None, tag=Tag("SLOW"), price=Price("comfort", 5))
    problem = evolve(DAY, constraints=(*DAY.constraints, late), objectives=(*DAY.objectives, SoftCosts(name="comfort")))
    judged = check(problem, GOOD)
    assert judged.verdict == "holds"
    assert judged.values == (8, 10)
    (row,) = paid_rows(judged.soft)
    assert (row["rule"], row["by"], row["price"], row["cost"], row["term"]) == ("SLOW", 2, 5, 10, "comfort")


def test_both_files_are_complained_of_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as told:
        check(tmp_path / "no.json", tmp_path / "none.json")
    assert [Path(error.where).name for error in told.value.errors] == ["none.json", "no.json"]


def test_the_check_never_loads_the_solver(tmp_path: Path) -> None:
    (tmp_path / "day.json").write_text(write_problem(DAY), encoding="utf-8")
    (tmp_path / "schedule.json").write_text(json.dumps(placed_rows(DAY, GOOD)), encoding="utf-8")
    code = (
        "import sys; from hamsafar import check; "
        "print(check('day.json', 'schedule.json').verdict, *(name for name in sys.modules if 'ortools' in name))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["holds"]


# ---- what is given


def test_a_problem_made_wrong_is_refused_with_every_path() -> None:
    wrong = evolve(
        DAY,
        last=-1,
        constraints=(*DAY.constraints, Capacity(resource="arm", capacity=-2, tag=Tag("CAP"))),
    )
    for ask in (lambda: solve(wrong), lambda: check(wrong, GOOD)):
        with pytest.raises(InputErrors) as told:
            ask()
        assert {"last", "constraints[2].capacity"} <= {error.where for error in told.value.errors}


def test_our_own_form_is_known_by_its_content_too(tmp_path: Path) -> None:
    (tmp_path / "day.txt").write_text("\ufeff \n" + write_problem(DAY), encoding="utf-8")
    assert read_problem(tmp_path / "day.txt") == DAY
    (tmp_path / "day.txt").write_text("Dear planner,", encoding="utf-8")
    with pytest.raises(InputError, match=r"day\.txt: is no problem that is read here.*\.sm"):
        read_problem(tmp_path / "day.txt")


def test_a_reading_is_for_pddl(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--reading: only PDDL"):
        read_problem(tmp_path / "day.json", "strict")
    with pytest.raises(InputError, match="--reading: should be published or strict"):
        read_problem(tmp_path / "day.pddl", "loose")


def test_old_files_may_hold_latin_letters(tmp_path: Path) -> None:
    (tmp_path / "old.sm").write_bytes(b"Universit\xe4t\n")
    with pytest.raises(InputError) as told:
        read_problem(tmp_path / "old.sm")
    assert "UTF-8" not in str(told.value)  # it is read, and then it is no project


# ---- words


TAG = Tag("R", "here", "now", "book 3")
ASKED: tuple[tuple[Any, str], ...] = (
    (NoOverlap(resource="arm", tag=TAG), "one activity at a time takes arm"),
    (
        Capacity(resource="arm", capacity=3, tag=TAG, changes=((5, 1),)),
        "at most 3 of arm at a time (1 from 5 ticks on, ...)",
    ),
    (Budget(resource="gas", limit=4_000, tag=TAG), "at most 4,000 of gas in all"),
    (Reservoir(name="cell", level=1, lowest=0, highest=9, flows=(), tag=TAG), "not fall below 0 nor rise above 9"),
    (
        Lag(before="a", after="b", min_gap=5, max_gap=9, tag=TAG),
        "b starts at least 5 ticks after and at most 9 ticks after the end",
    ),
    (
        Lag(before="a", after="b", min_gap=-5, max_gap=None, tag=TAG, since="start"),
        "at most 5 ticks before the start of a",
    ),
    (Lag(before="a", after="b", min_gap=0, max_gap=0, tag=TAG, until="end"), "b ends just at the end of a"),
    (Lag(before="a", after="b", min_gap=None, max_gap=-2, tag=TAG), "b starts at least 2 ticks before the end of a"),
    (Lag(before="a", after="b", min_gap=None, max_gap=None, tag=TAG), "b starts any time from the end of a"),
    (Apart(first="a", second="b", gap=4, both_ways=True, tag=TAG), "a and b do not overlap, with 4"),
    (StartsApart(tasks=("a", "b"), gap=4, tag=TAG), "any two of a, b start 4 ticks apart"),
    (Repeats(tasks=("a", "b"), least=20, most=28, tag=TAG), "each 20 to 28 ticks after the last"),
    (Load(weights={"a": 1}, start=0, end=8, limit=3, tag=TAG), "at most 3 weight of starts of a in [0, 8)"),
    (Rolling(weights={"a": 1}, span=8, limit=None, least=2, by="ticks", tag=TAG), "at least 2 ticks of a in any 8"),
    (ActiveBuckets(tasks=("a",), edges=(0, 8), window=7, limit=5, tag=TAG), "at most 5 of 7 buckets in a row"),
    (RestBetween(tasks=("a", "b"), edges=(0, 8), gap=3, tag=TAG), "3 ticks between a, b of one bucket"),
    (Implies(task="a", needs="b", tag=TAG), "a needs b"),
    (AllOrNone(tasks=("a", "b"), tag=TAG), "all of a, b are done, or none"),
    (Choose(tasks=("a", "b"), least=1, most=1, tag=TAG), "1 of a, b are done"),
    (PickAllowed(task="a", candidate="x", ranges=((0, 4),), tag=TAG), "with x, a starts in [0, 4]"),
    (SamePeople(tasks=("a", "b"), people=("x", "y"), tag=TAG), "a, b take the same of x, y"),
    (OtherPeople(tasks=("a", "b"), people=("x", "y"), tag=TAG), "none of x, y takes two of a, b"),
    (Together(tasks=("a", "b"), people=("x", "y"), tag=TAG), "x, y take part in each of a, b together"),
    (NeverTogether(tasks=("a", "b"), people=("x", "y"), tag=TAG), "no two of x, y take part in one of a, b"),
    (Allowed(ranges=((1, 2), (4, 9)), tag=TAG), "a starts in [1, 2], [4, 9]"),
    (Allowed(ranges=(), tag=TAG), "a starts at no time at all"),
    (Forbidden(stretches=((1, 2),), tag=TAG), "a does not run in [1, 2)"),
    (Breaks(stretches=((1, 2),), holds=False, tag=TAG), "a pauses in [1, 2)"),
    (Pick(name="crew", count=2, skill="eva", level=3, tag=TAG), "a takes 2 with eva at 3 or better as crew"),
)


@pytest.mark.parametrize(("asked", "words"), ASKED, ids=lambda each: type(each).__name__)
def test_a_tag_is_told_with_what_it_asks(asked: Any, words: str) -> None:
    task = Task(id="a", duration=1)
    match asked:
        case Allowed():
            task = evolve(task, allowed=(asked,))
        case Forbidden():
            task = evolve(task, forbidden=(asked,))
        case Breaks():
            task = evolve(task, breaks=asked)
        case Pick():
            task = evolve(task, picks=(asked,))
    constraints = (asked,) if isinstance(asked, get_args(Constraint)) else ()
    problem = Problem(name="p", first=0, last=9, tasks=(task,), constraints=constraints, objectives=())
    told = tag_words(problem, TAG)
    assert told.startswith("R here now: ")
    assert words in told
    assert told.endswith(" (book 3)")


def test_every_kind_has_words() -> None:
    assert (
        set(solving_words._ASKED)
        == set(get_args(Constraint))
        == {type(a) for a, _ in ASKED} & set(get_args(Constraint))
    )


def test_many_things_under_one_tag_are_counted() -> None:
    tasks = tuple(Task(id=f"t{n}", duration=1, required=TAG) for n in range(9))
    problem = Problem(name="p", first=0, last=9, tasks=tasks, constraints=(), objectives=())
    assert tag_words(problem, TAG).endswith("t2 has to be done; and 6 more like these (book 3)")


def test_a_tag_that_nothing_carries_is_somebodys_presence() -> None:
    rows = tag_rows(DAY, (Tag("FACT", "work"), Tag("FACT", "nowhere")))
    assert [row["sentence"] for row in rows] == ["FACT work: work has to be done", "FACT nowhere"]
    assert isinstance(Conflict(tags=(TAG,), minimal=True).tags, tuple)
    assert Judged(problem=DAY, placed=GOOD, values=(8,), findings=(), soft=()).verdict == "holds"
