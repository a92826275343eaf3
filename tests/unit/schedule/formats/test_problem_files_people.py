"""MSPSP and iMOPSE: people with skills; what is written is read, what is damaged is one error with its place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from problem_files import read, read_or_error, spoilt

from hamsafar.errors import InputError
from hamsafar.schedule.constraints import Capacity, Lag
from hamsafar.schedule.problem import Problem

DZN = """% seed = 1
mint = 5;
nActs = 3; dur = [0,10,3];
nSkills = 2;
sreq = [| 0,0, | 2,1,
  | 0,1, |];
nResources = 3;
mastery = [| true,false, | true,true, | false,true |];
nPrecs = 2;
pred = [1,2];
succ = [2,3];
USEFUL_RES = [{}, {1,2,3}, 2..3];
"""
DEF = """====================================================
File name: made.def
====================================================
General characteristics:
Tasks: 3
Resources: 2
Precedence relations: 2
Number of skill types: 2
====================================================
ResourceID \t Salary \t Skills
1\t \t \t52.9\t \t Q3: 1 \t  Q5: 0 \t
2\t \t \t51.2\t \t Q3: 2 \t
====================================================
TaskID \t Duration \t Skill \t Predecessor IDs
1\t \t \t30\t Q3: 2\t \t
2\t \t \t8\t Q5: 0\t \t1\t
7\t \t \t9\t Q3: 1\t \t2\t
====================================================
"""


def picks_of(problem: Problem) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """By task, how many are picked of whom."""
    return {task.id: [(pick.count, problem.candidates(pick)) for pick in task.picks] for task in problem.tasks}


def lags_of(problem: Problem) -> list[tuple[str, str]]:
    return [(c.before, c.after) for c in problem.constraints if isinstance(c, Lag)]


def test_a_project_of_mspsp() -> None:
    problem = read("made.dzn", DZN)
    assert picks_of(problem) == {"1": [], "2": [(2, ("R1", "R2")), (1, ("R2", "R3"))], "3": [(1, ("R2", "R3"))]}
    assert ([task.duration for task in problem.tasks], problem.last) == ([0, 10, 3], 13)
    assert lags_of(problem) == [("1", "2"), ("2", "3")]
    assert [(c.resource, c.capacity) for c in problem.constraints if isinstance(c, Capacity)] == [
        ("R1", 1),
        ("R2", 1),
        ("R3", 1),
    ]


def test_a_project_of_imopse() -> None:
    problem = read("made.def", DEF)
    assert picks_of(problem) == {"1": [(1, ("R2",))], "2": [(1, ("R1",))], "7": [(1, ("R1", "R2"))]}
    assert (lags_of(problem), problem.last) == ([("1", "2"), ("2", "7")], 47)
    assert problem.tasks[0].picks[0].tag.source == "made.def:15"


def tables_as_arrays(text: str) -> str:
    mastery = "array2d(1..3, 1..2, [true,false,true,true,false,true])"
    return text.replace("[| true,false, | true,true, | false,true |]", mastery)


@pytest.mark.parametrize(
    "other",
    [
        DZN.replace("\n", "\r\n"),
        DZN.rstrip(";\n"),
        tables_as_arrays(DZN),
        "\n".join(reversed([line for line in DZN.replace("1,\n  |", "1, |").splitlines() if "%" not in line])),
        DZN.replace("true", "1").replace("false", "0"),
        DZN.replace("[1,2];", "[ 1 , /* a\nb */ 2 , ] % c" + "\n;").replace("mint = 5;\n", ""),
    ],
)
def test_the_same_data_however_laid_out(other: str) -> None:
    whole, found = read("made.dzn", DZN), read("made.dzn", other)
    assert (found.tasks[0], picks_of(found), lags_of(found)) == (whole.tasks[0], picks_of(whole), lags_of(whole))
    assert (found.last, found.people) == (whole.last, whole.people)


@pytest.mark.parametrize(
    "other",
    [
        DEF.replace("\n", "\r\n"),
        DEF.replace(": 2\t", ":2 "),
        DEF.replace("\t", "  "),
        DEF.rstrip() + "\n\n",
        "é\n" + DEF,
    ],
)
def test_the_same_tables_however_laid_out(other: str) -> None:
    assert picks_of(read("made.def", other)) == picks_of(read("made.def", DEF))


@pytest.mark.parametrize(("name", "text"), [("a.dzn", DZN), ("a.def", DEF)])
def test_a_file_cut_off_anywhere_is_an_error_or_the_same(name: str, text: str) -> None:
    whole = read(name, text)
    found = [read_or_error(lambda end=end: read(name, text[:end]), name) for end in range(len(text))]
    assert all(problem in (None, whole) for problem in found)
    assert found.count(None) > len(text) * 0.7


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_damage_is_an_input_error_or_another_project(data: st.DataObject) -> None:
    name, text = data.draw(st.sampled_from([("a.dzn", DZN), ("a.def", DEF)]))
    problem = read_or_error(lambda: read(name, spoilt(text, data.draw)), name)
    assert problem is None or problem.last >= 0


@pytest.mark.parametrize(
    ("name", "text", "where", "words"),
    [
        ("a.dzn", DZN.replace("dur = [0,10,3]", "dur = [0,10]"), "a.dzn:3:12", "dur must have 3 values (got 2)"),
        (
            "a.dzn",
            DZN.replace("dur = [0,10,3]", "dur = [0,-1,3]"),
            "a.dzn:3:12",
            "value 2 of dur must be a whole number",
        ),
        ("a.dzn", DZN.replace("succ = [2,3]", "succ = [2,4]"), "a.dzn:11:1", "from 1 to 3 (got 4)"),
        ("a.dzn", DZN.replace("succ = [2,3]", "succ = [2,1]"), "a.dzn:10:1", "follow themselves"),
        ("a.dzn", DZN.replace("nPrecs = 2", "nPrecs = 3"), "a.dzn:10:1", "pred must have 3 values"),
        ("a.dzn", DZN.replace("pred = [1,2];", ""), "a.dzn:12:1", "pred is not given"),
        ("a.dzn", DZN.replace("sreq = [| 0,0, |", "sreq = [| 0, |"), "a.dzn:5:1", "row 1 of sreq must have 2 values"),
        ("a.dzn", DZN.replace("[1,2]", "[1,1.5]"), "a.dzn:10:11", "this is no MiniZinc data"),
        ("a.dzn", DZN + "dur = [1];", "a.dzn:13:1", "dur is given a second time"),
        ("a.dzn", "a = [1..1000000, 1..9];", "a.dzn:1:21", "ranges up to here hold more than 1,000,000 numbers"),
        ("a.dzn", "".join(f"a{k} = 1;\r\n" for k in range(20_000)) + "a0 = 1;", "a.dzn:20001:1", "a second time"),
        ("a.def", DEF.replace("\n7\t", "\n" + "=" * 300_000 + "7\t"), "a.def:17:1", "must be a whole number"),
        ("a.def", DEF.replace("Tasks: 3", "Tasks: 4"), "a.def:5:1", "4 are told as Tasks, but the tables have 3"),
        ("a.def", DEF.replace("\t2\t\n", "\t3\t\n"), "a.def:17:1", "task 7 follows task 3, which is not in the table"),
        ("a.def", DEF.replace("Q5: 0\t \t1", "Q5: 0\t \t7"), "a.def:17:1", "follow themselves: 2 → 7 → 2"),
        ("a.def", DEF.replace("\n7\t", "\n2\t"), "a.def:17:1", "task 2 is listed twice"),
        ("a.def", DEF.replace("\t8\t", "\t-8\t"), "a.def:16:7", "duration of task 2 must be from 0"),
        (
            "a.def",
            DEF.replace("Q3: 2\t \t\n2", "Q3: a\t \t\n2"),
            "a.def:15:15",
            "the level of Q3 must be a whole number",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(name: str, text: str, where: str, words: str) -> None:
    with pytest.raises(InputError) as caught:
        read(name, text)
    assert caught.value.where == where
    assert words in caught.value.what
