"""`hamsafar pace`: one JSON document, the same for the same seed, and what is wrong with a plan that is none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import hamsafar
from hamsafar.errors import InputError
from hamsafar.formats.plan_json import write_plan
from paced import crowded

HAMSAFAR = Path(sys.executable).with_name("hamsafar")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "plan.json").write_text(write_plan(crowded(3)), encoding="utf-8")
    return folder


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([HAMSAFAR, *words], capture_output=True, text=True, check=False)


def test_one_document_and_the_same_in_python(plan: Path) -> None:
    before = (plan / "plan.json").read_bytes()
    done = run("pace", plan, "--runs", "200", "--seed", "5", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["runs"], document["seed"], document["threshold"], document["late_min"]) == (200, 5, 0.2, 5)
    found = hamsafar.pace(plan, runs=200, seed=5)
    assert [(one["day"], one["person"], one["overrun"]["share"]) for one in document["days"]] == [
        (one.day, one.person, one.overrun.share) for one in found.days
    ]
    assert {one["placement"] for one in document["activities"]} == {one.id for one in crowded(3).placements}
    for one in document["activities"]:
        assert sum(one[what]["share"] for what in ("in_full", "late", "missed")) == pytest.approx(1)
    for day in document["days"]:
        late, missed, either = (day[what]["share"] for what in ("late", "missed", "overrun"))
        assert max(late, missed) <= either <= late + missed + 1e-9
    assert all(
        each["overrun"]["share"] < one["overrun"]["share"] for one in document["tight"] for each in one["without"]
    )
    assert (plan / "plan.json").read_bytes() == before


def test_people_get_a_table_and_what_to_move(plan: Path) -> None:
    done = run("pace", plan, "--runs", "300")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("300 simulated stays, seed 0: how likely each day overruns\n")
    assert "best first:\n  day 2" in done.stdout
    assert "A day overruns for who is more than 5 min late to bed" in done.stdout
    assert "rules: {CRW-20: {confidence: 0.8}}" in done.stdout
    assert "Most often missed" in done.stdout


@pytest.mark.slow
def test_until_says_what_all_to_move(plan: Path) -> None:
    done = run("pace", plan, "--runs", "300", "--until", "50")
    assert done.returncode == 0, done.stderr
    head, _, told = done.stdout.partition(
        "What all to move until the guest's days overrun in no more than 50% of stays:\n"
    )
    assert head
    assert told.startswith("  day 3, ")
    assert ", then without " in told
    document = json.loads(run("pace", plan, "--runs", "300", "--until", "50", "--json").stdout)
    assert document["until"] == 0.5
    assert [one["person"] for one in document["enough"]] == ["guest"]
    assert run("pace", plan, "--until", "101").returncode == 2
    with pytest.raises(InputError, match="a share from 0 to 1"):
        hamsafar.pace(plan, until=20)


def test_what_is_no_plan_and_no_number_of_runs_is_told(plan: Path) -> None:
    assert run("pace", plan / "nothing").returncode == 1
    assert run("pace", plan, "--runs", "0").returncode == 2
    with pytest.raises(InputError, match="between 1 and 100000"):
        hamsafar.pace(plan, runs=0)
    with pytest.raises(InputError, match="negative"):
        hamsafar.pace(plan, seed=-1)
