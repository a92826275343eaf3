"""`select impact` on tables as people send them: one document, or every error with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hamsafar.app.selection.impact import counts_given, for_public, impact
from hamsafar.cli import app
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection.counts_table import read_counts
from hamsafar.selection.impact import Count, Passage, counts_of, impact_of

GOOD = "stage,group,entered,passed\nfinal,F,146,2\nfinal,M,708,25\n"


def table(folder: Path, text: str) -> Path:
    path = folder / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_json_document(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["select", "impact", str(table(tmp_path, GOOD)), "--json"])
    assert done.exit_code == 0, done.output
    (stage,) = json.loads(done.stdout)["stages"]
    assert stage["stage"] == "final"
    assert [(one["group"], one["flag"]) for one in stage["groups"]] == [("F", True), ("M", False)]
    assert stage["groups"][0]["ratio"] == pytest.approx(0.388, abs=5e-4)
    assert stage["exact_p"] == pytest.approx(0.294368458738853, rel=1e-9)  # scipy 1.17 fisher_exact
    assert stage["small_numbers"] is True


def test_people_get_a_table(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["select", "impact", str(table(tmp_path, GOOD))])
    assert "chance alone gives as much with probability 0.29" in done.stdout
    assert "no finding of discrimination" in done.stdout


def test_headings_in_any_order_and_thousands_apart(tmp_path: Path) -> None:
    text = 'Passed;note;GROUP;entered;Stage\n"1 084";x;خواتین;"1,850";papers\n3;;男;9;papers\n'
    assert read_counts(text.encode(), where="c.csv") == (
        ("papers", "خواتین", 1850, 1084, "", ""),
        ("papers", "男", 9, 3, "", ""),
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "c.csv: has no rows"),
        ("stage,group,entered,passed\n", "c.csv: has headings and no counts"),
        ("stage,group,entered\na,b,3\n", "c.csv:1:1: has no column passed"),
        ("stage,group,entered,passed,passed\na,b,3,1,1\n", "c.csv:1:28: the heading passed stands twice"),
        ("stage,group,entered,passed\na,b,3,4\n", "c.csv:2:7: more passed than entered (got 4 of 3)"),
        ("stage,group,entered,passed\na,b,3.5,1\n", "c.csv:2:5: entered should be a whole number"),
        ("stage,group,entered,passed\na,b,nan,1\n", "c.csv:2:5: entered should be a whole number"),
        ("stage,group,entered,passed\na,b,-3,1\n", "c.csv:2:5: entered should be a whole number"),
        ("stage,group,entered,passed\na,b,3\n", "passed should be a whole number of people"),
        ("stage,group,entered,passed\na,b,٣,1\n", "c.csv:2:5: entered should be a whole number"),
        ("stage,group,entered,passed\na,,3,1\n", "c.csv:2:3: names no group"),
        ("stage,group,entered,passed\na,b,3,1\na,b,4,1\n", "c.csv:3:1: says b in a again; it stands at c.csv:2:1"),
        ("stage,group,entered,passed\na,b,99999999999999999999999,1\n", "c.csv:2:5: entered should be"),
        ("stage,group,entered,passed\n" + "".join(f"a,g{i},3,1\n" for i in range(61)), "stage a has 61 groups"),
    ],
)
def test_what_is_wrong_is_placed(text: str, said: str) -> None:
    with pytest.raises(InputError) as problem:
        read_counts(text.encode(), where="c.csv")
    assert said in str(problem.value)


def test_every_error_is_told() -> None:
    with pytest.raises(InputErrors) as problem:
        read_counts(b"stage,group,entered,passed\n,b,x,y\na,c,1,2\n", where="c.csv")
    assert [one.where for one in problem.value.errors] == ["c.csv:2:1", "c.csv:2:4", "c.csv:2:6", "c.csv:3:7"]


def test_counts_in_python_are_checked() -> None:
    with pytest.raises(InputError, match="got 4 of 3"):
        counts_given([Count(stage="a", group="b", entered=3, passed=4)])


def test_empty_groups_and_nobody_passed() -> None:
    found = impact([Count(stage="a", group="F", entered=0, passed=0), Count(stage="a", group="M", entered=5, passed=0)])
    (stage,) = found.stages
    assert [(one.rate, one.ratio, one.flag) for one in stage.groups] == [(None, None, False), (0.0, None, False)]
    assert (stage.best, stage.exact, stage.small_numbers) == (None, None, False)


def test_stages_that_do_not_follow_have_no_total() -> None:
    rows = [("a", "F", 10, 4), ("a", "M", 10, 6), ("b", "F", 5, 4), ("b", "M", 6, 6)]
    found = impact_of([Count(stage=s, group=g, entered=n, passed=x) for s, g, n, x in rows])
    assert found.overall == ()
    assert "don't follow each other" in found.notes[0]


def test_codes_are_counted_by_group_and_component() -> None:
    sex = {"A1": "female", "B2": "male", "C3": "female"}
    all_four = frozenset(("A1", "B2", "C3", "D4"))
    passages = [
        Passage(stage="papers", entered=all_four, passed=frozenset(("A1", "D4"))),
        Passage(stage="papers", component="height", entered=all_four, passed=frozenset(("A1", "B2", "D4"))),
    ]
    counts = counts_of({"sex": sex}, passages)
    assert [(one.component, one.group, one.entered, one.passed) for one in counts] == [
        ("", "female", 2, 1),
        ("", "male", 1, 0),
        ("", "not said", 1, 1),
        ("height", "female", 2, 1),
        ("height", "male", 1, 1),
        ("height", "not said", 1, 1),
    ]


def test_the_public_sees_no_total_that_would_tell_a_part() -> None:
    rows = [("a", "F", 40, 20), ("a", "M", 40, 30), ("b", "F", 20, 1), ("b", "M", 30, 10)]
    found = for_public(impact_of([Count(stage=s, group=g, entered=n, passed=x) for s, g, n, x in rows]))
    assert [len(one.groups) for one in found.stages] == [2, 0]
    assert (found.overall, found.notes) == ((), ())


def test_groups_under_two_percent_are_noted() -> None:
    rows = [("F", 500, 50), ("M", 500, 60), ("X", 10, 0)]
    found = impact_of([Count(stage="a", group=g, entered=n, passed=x) for g, n, x in rows])
    assert [one.under_2_percent for one in found.stages[0].groups] == [False, False, True]
