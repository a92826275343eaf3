"""A programme built on each crew day of the catalogue: planned, and it holds, with nothing not checked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from hamsafar.app.planning import Options, Planned, plan
from hamsafar.app.sheets import sheets
from hamsafar.programme import read_programme
from hamsafar.programme.crew_days import crew_day_names
from hamsafar.rules import BOOK

EVE = Path(__file__).parents[2] / "examples" / "tiangong-eve"
LETTERS = """activities:
  - id: letters
    title: Letters to every school
    kind: free
    duration: 60 h
    who: [{function: writer, from: [guest], certificate: speaker}]
    task_list: true
    due: 4
"""
LEAVE_OUT = "[fajr, dhuhr-asr, maghrib-isha, station-work-last, hygiene]"  # fewer to place, so that it takes seconds


def on_crew_day(folder: Path, name: str) -> Path:
    """The eve's flight on a crew day, with a task list and no activities of its own; `three` find nobody aboard."""
    shutil.copytree(EVE, folder)
    (folder / "aboard.yaml").write_text(LETTERS, encoding="utf-8")
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    if name == "three":
        crew = re.search(r"crew_up: (\[.*\])", text)
        assert crew is not None
        text = re.sub(r"crew_aboard: \[.*\]", "crew_aboard: []", text)
        text = re.sub(r"crew_down: \[.*\]", f"crew_down: {crew[1]}", text)
        text = re.sub(r"ship_down: \{.*\}", "ship_down: {id: ship-up, type: shenzhou}", text)
    chosen = f"  crew_day: {name}\n  leave_out: {LEAVE_OUT}\n"
    text = text.replace("  guest: trainee-prime\n", "  guest: trainee-prime\n" + chosen)
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    return folder


SLOW = ("six-in-handover",)  # 12 s
NAMES = [pytest.param(one, marks=pytest.mark.slow if one in SLOW else ()) for one in crew_day_names()]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_planned_and_holds(tmp_path: Path, name: str) -> None:
    folder = on_crew_day(tmp_path / name, name)
    answer = plan(folder, out=tmp_path / "out", options=Options(effort=0.02))
    assert isinstance(answer, Planned), answer
    assert [f for f in answer.judgement.findings if f.status != "holds"] == []
    assert {finding.rule for finding in answer.judgement.findings} == set(BOOK)
    assert {one.of for one in answer.plan.placements} == {one.id for one in read_programme(folder).activities}
    spare = answer.plan.spare
    assert spare is not None
    assert [(one.item, one.person) for one in spare.listed] == [("letters", "trainee-prime")]
    assert any(room.short_min for room in spare.room)
    assert any("min with nothing planned by then" in said for said in answer.plan.warnings)
    assert "TOO MUCH" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert any(one.placement.startswith("free-time@") for one in spare.movable)
    sheets(answer.plan, out=tmp_path / "sheets", only=("trainee-prime",))
    page = (tmp_path / "sheets" / "aboard" / "people" / "trainee-prime.html").read_text(encoding="utf-8")
    assert "Task list: when there is time" in page
    assert "Letters to every school" in page
    assert "flexible, " in page
