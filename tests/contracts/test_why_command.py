"""`hamsafar why`: one JSON document, exit codes, ids that nobody knows, and what `plan` tells when there is none."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hamsafar.formats.plan_json import write_plan
from refreshable import eve

HAMSAFAR = Path(sys.executable).with_name("hamsafar")
EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "plan.json").write_text(write_plan(eve()), encoding="utf-8")
    return folder


def run(*words: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([HAMSAFAR, *words], cwd=cwd, capture_output=True, text=True, check=False)


def test_what_holds_a_placement_in_one_document(plan: Path) -> None:
    done = run("why", plan, "airglow#1", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["about"], document["status"], document["left_out"]) == ("airglow#1", "answered", [])
    (one,) = document["placed"]
    assert {"placement", "title", "start", "end", "reasons", "broken", "freedom", "preferred", "forced"} <= one.keys()
    assert {reason["kind"] for reason in one["reasons"]} >= {"window", "people", "after"}
    assert one["broken"] == []
    freedom = one["freedom"]
    assert freedom["first_start"] <= one["start"] <= freedom["last_start"]
    assert freedom["earliest_start"] <= freedom["first_start"]
    assert freedom["stopped_before_by"]
    assert freedom["stopped_after_by"]


@pytest.mark.slow
def test_people_get_sentences(plan: Path) -> None:
    done = run("why", plan / "plan.json", "airglow#1")
    assert done.returncode == 0, done.stderr
    assert "WIN-01: it needs a window (darkness), and lies in the one from" in done.stdout
    assert "What stops it before that:" in done.stdout


def test_an_unknown_id_is_told_with_the_nearest(plan: Path) -> None:
    done = run("why", plan, "airglov", "--json")
    assert done.returncode == 1
    (error,) = json.loads(done.stdout)["error"]["errors"]
    assert "did you mean 'airglow'?" in error["what"]


def test_a_programme_is_no_plan() -> None:
    done = run("why", EXAMPLES / "tiangong-eve", "airglow")
    assert done.returncode == 1
    assert "this is a programme; plan it first" in done.stderr


@pytest.mark.slow
def test_a_flight_that_does_not_fit_is_told_with_lines_and_what_would_make_it_fit(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "tiangong-eve", tmp_path / "eve")
    with (tmp_path / "eve" / "programme.yaml").open("a", encoding="utf-8") as stream:
        stream.write("\nrules:\n  FLT-06: {min_sun_elevation: 89 deg}\n")
    done = run("plan", "eve", "--json", cwd=tmp_path)
    assert done.returncode == 3, done.stderr
    document = json.loads(done.stdout)
    assert (document["stage"], document["other_conflicts"], document["more"]) == ("flight choice", [], False)
    (clash,) = document["conflict"]
    assert clash["source"] == "the programme's request"
    assert clash["where"][0].startswith("eve/programme.yaml:")
    (one,) = document["relaxations"]
    assert (one["rule"], one["proved"], one["least"], one["unit"]) == ("FLT-06", True, True, "deg")
    ((param, figure),) = one["as_change"]["limits"]["FLT-06"].items()
    assert (param, figure) == ("min_sun_elevation", "19.3 deg")
    said = run("plan", "eve", cwd=tmp_path)
    assert said.returncode == 3
    assert "What would make it fit, any one of these:" in said.stderr
    assert f"  - {one['sentence']}" in said.stderr
