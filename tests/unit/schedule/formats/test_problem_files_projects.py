"""PSPLIB, Patterson and ProGen/max: what is written is read, however it is laid out; what is damaged is one error."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problem_files import Drawn, patterson_text, progen_max_text, projects, psplib_text, read, read_or_error, spoilt

from hamsafar.errors import InputError
from hamsafar.schedule.constraints import Budget, Capacity, Lag
from hamsafar.schedule.formats import LARGEST_CHARACTERS, read_problem_file
from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Problem

SM = psplib_text(
    Drawn(
        (((0, (0, 0)),), ((3, (1, 0)),), ((4, (0, 2)),), ((0, (0, 0)),)),
        ((0, 1), (0, 2), (1, 3), (2, 3)),
        (9, 10),
        (0,) * 4,
    ),
    2,
)
SCH = "1 1 0 0\r\n0 1 1 1 [0]\r\n1 1 2 2 0 [5] [-7]\r\n2 1 0\r\n0 1 0 0\r\n1 1 3 2\r\n2 1 0 0\r\n14\r\n"
RCP = "3 1\n\n10\n\n0 0 1 2\n4 10 1 3\n0 0 0\n"


def lags_of(problem: Problem) -> list[tuple[str, str, int | None]]:
    return [(c.before, c.after, c.min_gap) for c in problem.constraints if isinstance(c, Lag)]


def test_a_project_of_psplib() -> None:
    problem = read("two.sm", SM)
    assert (problem.name, problem.first, problem.last, problem.tick) == ("two", 0, 7, "period")
    assert problem.objectives == (Makespan(name="makespan", unit="period"),)
    assert [(task.id, task.duration, dict(task.occupies)) for task in problem.tasks] == [
        ("1", 0, {}),
        ("2", 3, {"R1": 1}),
        ("3", 4, {"R2": 2}),
        ("4", 0, {}),
    ]
    assert lags_of(problem) == [("1", "2", 0), ("1", "3", 0), ("2", "4", 0), ("3", "4", 0)]
    lag = problem.constraints[1]
    assert (lag.tag.rule, lag.tag.place, lag.tag.source) == ("precedence", "1→3", "two.sm:14")
    assert SM.splitlines()[13].split() == ["1", "1", "2", "2", "3"]
    assert [(c.resource, c.capacity) for c in problem.constraints if isinstance(c, Capacity)] == [("R1", 9), ("R2", 10)]


def test_lags_of_progen_max() -> None:
    problem = read("PSP1.SCH", SCH)
    assert lags_of(problem) == [("0", "1", 0), ("1", "2", 5), ("1", "0", -7)]
    assert all((c.since, c.until) == ("start", "start") for c in problem.constraints if isinstance(c, Lag))
    assert problem.last == 5  # the lag of 5 is longer than the duration of 3
    assert problem.constraints[2].tag.source == "PSP1.SCH:3"


@settings(deadline=None, max_examples=60)
@given(drawn=projects(modes=3), data=st.data())
def test_what_is_written_in_psplib_is_read(drawn: Drawn, data: st.DataObject) -> None:
    renewable = data.draw(st.integers(0, len(drawn.amounts)))
    text = psplib_text(drawn, renewable)
    problem = read("made.mm", text)
    ids = [f"R{i + 1}" if i < renewable else f"N{i + 1 - renewable}" for i in range(len(drawn.amounts))]
    several = any(len(ways) > 1 for ways in drawn.ways)
    for task, ways in zip(problem.tasks, drawn.ways, strict=True):
        assert [way.id for way in task.ways] == ([str(m + 1) for m in range(len(ways))] if several else [""])
        for way, (duration, demands) in zip(task.ways, ways, strict=True):
            asked = {name: demand for name, demand in zip(ids, demands, strict=True) if demand}
            assert (way.duration, {**way.occupies, **way.consumes}) == (duration, asked)
            assert set(way.occupies) <= set(ids[:renewable])
            assert set(way.consumes) <= set(ids[renewable:])
    assert lags_of(problem) == [(str(i + 1), str(j + 1), 0) for i, j in drawn.arcs]
    assert [c.limit for c in problem.constraints if isinstance(c, Budget)] == list(drawn.amounts[renewable:])
    assert problem.last == sum(max(duration for duration, _ in ways) for ways in drawn.ways)
    for other in (text.replace("\n", "\r\n"), text.rstrip("\n"), "\ufeff" + text + "\x1a", text.replace("  ", " \t ")):
        assert read("made.mm", other) == problem
    assert len(read("made.mm", text.upper()).tasks) == len(read("made.mm", "*****\n" + text + "***\n\n").tasks)


@settings(deadline=None, max_examples=60)
@given(drawn=projects())
def test_what_is_written_in_patterson_is_read(drawn: Drawn) -> None:
    text = patterson_text(drawn)
    problem = read("made.RCP", text)
    assert lags_of(problem) == [(str(i + 1), str(j + 1), 0) for i, j in drawn.arcs]
    assert [task.duration for task in problem.tasks] == [ways[0][0] for ways in drawn.ways]
    assert [tuple(task.occupies.get(f"R{k + 1}", 0) for k in range(len(drawn.amounts))) for task in problem.tasks] == [
        ways[0][1] for ways in drawn.ways
    ]
    one_a_line = read("made.RCP", "\r\n".join(text.split()))
    assert (one_a_line.tasks, lags_of(one_a_line)) == (problem.tasks, lags_of(problem))


@settings(deadline=None, max_examples=60)
@given(drawn=projects())
def test_what_is_written_in_progen_max_is_read(drawn: Drawn) -> None:
    problem = read("made.sch", progen_max_text(drawn))
    assert lags_of(problem) == [(str(i), str(j), lag) for (i, j), lag in zip(drawn.arcs, drawn.lags, strict=True)]
    longest = [
        max(0, ways[0][0], *(lag for (i, _), lag in zip(drawn.arcs, drawn.lags, strict=True) if i == at), 0)
        for at, ways in enumerate(drawn.ways)
    ]
    assert problem.last == sum(longest)
    assert [c.capacity for c in problem.constraints if isinstance(c, Capacity)] == list(drawn.amounts)


@pytest.mark.parametrize(("name", "text"), [("a.sm", SM), ("a.sch", SCH), ("a.rcp", RCP)])
def test_a_file_cut_off_anywhere_is_an_error_or_the_same(name: str, text: str) -> None:
    whole = read(name, text)
    found = [read_or_error(lambda end=end: read(name, text[:end]), name) for end in range(len(text))]
    assert all(problem in (None, whole) for problem in found)
    assert found.count(None) > len(text) * 0.7


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_damage_is_an_input_error_or_another_project(data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from([("a.sm", SM), ("a.sch", SCH), ("a.rcp", RCP)]))
    problem = read_or_error(lambda: read(name, spoilt(text, data.draw)), name)
    assert problem is None or problem.last >= 0


@pytest.mark.parametrize(
    ("name", "text", "where", "words"),
    [
        ("a.sm", SM.replace("   2   1   1   4", "   2   1   1   1"), "a.sm:15:1", "follow themselves: 2 → 1 → 2"),
        ("a.sm", SM.replace("   2   1   1   4", "   2   1   1   5"), "a.sm:15:16", "from 1 to 4 (got '5')"),
        (
            "a.sm",
            SM.replace("   2   1   1   4", "   2   1   2   4"),
            "a.sm:16:8",
            "successors of job 3 should stand here",
        ),
        ("a.sm", SM.replace("  2  1  3  1", "  2  1  -3  1"), "a.sm:23:9", "duration of job 2 must be from 0"),
        ("a.sm", SM.replace("  2  1  3  1", "  2  1  three  1"), "a.sm:23:9", "must be a whole number (got 'three')"),
        ("a.sm", SM.replace("   :  2   R", "   :  3   R"), "a.sm:11:1", "3 renewable resources are told, but 2"),
        ("a.sm", SM.replace("REQUESTS/DURATIONS", "REQUESTS"), "a.sm:31:1", "no section REQUESTS/DURATIONS"),
        ("a.sm", "", "a.sm:1:1", "no section"),
        ("a.rcp", "", "a.rcp:1:1", "cut off"),
        ("a.rcp", RCP + "5\n", "a.rcp:8:1", "nothing should follow"),
        ("a.sch", SCH.replace("[-7]", "[-7 3]"), "a.sch:3:19", "in brackets, one number"),
        ("a.sch", SCH.replace("1 1 0 0\r\n0 1 1", "1 1 2 0\r\n0 1 1"), "a.sch:1:5", "read without them"),
        ("a.sch", SCH.replace("1 1 2 2 0", "1 1 2 1 0"), "a.sch:3:7", "its own successor"),
        ("a.sch", SCH.replace("14\r\n", "1"), "a.sch:8:1", "cut off"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(name: str, text: str, where: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(name, text)
    assert caught.value.where == where
    assert words in caught.value.what


def test_an_infeasible_cycle_of_lags_is_an_answer_not_an_error() -> None:
    assert len(read("a.sch", SCH.replace("[-7]", "[7]")).tasks) == 3


def test_a_file_larger_than_any_of_the_sets_is_refused_at_once() -> None:
    for name in ("p.sm", "p.rcp", "p.sch", "p.dzn", "p.def", "p.pddl"):
        with pytest.raises(InputError, match="is longer than 3,000,000 characters"):
            read_problem_file(name, "1 " * LARGEST_CHARACTERS, beside=lambda _: None)


def test_a_domain_larger_than_any_is_refused_at_once() -> None:
    with pytest.raises(InputError, match=r"domain\.pddl: is longer than 3,000,000 characters"):
        read_problem_file("p.pddl", "(define)", beside=lambda _: "(" * (LARGEST_CHARACTERS + 1))


def test_other_kinds_of_file_are_told() -> None:
    with pytest.raises(InputError, match="its name ends in none of"):
        read("a.txt", SM)
