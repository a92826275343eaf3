"""A crew of three that finds nobody aboard: no handover, one ship up and down; what only three can do, and it holds."""

# ruff: noqa: E501  # one activity a line reads best

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hamsafar.app.planning import Options, Planned, plan
from hamsafar.rules import BOOK

EVE = Path(__file__).parents[2] / "examples" / "tiangong-eve"
ABOARD = """
resources:
  - {id: freezer, title: Freezer, capacity: 1}
  - {id: tubes, title: Tubes, stock: 4}
cargo:
  - {id: flag, title: Flag, mass: 300 g, way: down}
activities:
  - {id: sleep, title: Sleep, kind: sleep, duration: 8 h, who: [{function: sleeper, from: [everyone], count: 1}], repeat: each-person-day, prefer: "21:30", work: false}
  - {id: arrival, title: Suits off, kind: arrival, duration: 60 min, who: [{function: arriving, from: [arriving], count: 3}]}
  - {id: breakfast, title: Breakfast, kind: meal, duration: 30 min, who: [{function: eater, from: [guest]}], repeat: each-person-day, starts_between: ["04:00", "14:00"], prefer: "07:00", work: false}
  - {id: saliva, title: Saliva, kind: experiment, duration: 10 min, who: [{function: subject, from: [guest]}], times: 2, spacing: 40 h, on_waking: 30 min, fasting: 8 h, consumes: [{resource: tubes, amount: 2}], yields: [{sample: tubes-full, mass: 100 g, stowed: 1 h, life: 48 h, returns: true}], after: [{of: arrival}]}
  - {id: freeze, title: Into the freezer, kind: experiment, duration: 10 min, who: [{function: operator, from: [hosts], count: 1}], times: 2, uses: [{resource: freezer}], stows: [tubes-full], guest_programme: true}
  - {id: pack, title: Packing, kind: descent, duration: 60 min, who: [{function: packer, from: [guest]}], packs: [tubes-full]}
"""


def three_alone(folder: Path) -> Path:
    shutil.copytree(EVE, folder)
    text = (folder / "programme.yaml").read_text(encoding="utf-8")
    crew = re.search(r"crew_up: (\[.*\])", text)
    assert crew is not None
    text = re.sub(r"crew_aboard: \[.*\]", "crew_aboard: []", text)
    text = re.sub(r"crew_down: \[.*\]", f"crew_down: {crew[1]}", text)
    text = re.sub(r"ship_down: \{.*\}", "ship_down: {id: ship-up, type: shenzhou}", text)
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    (folder / "aboard.yaml").write_text(ABOARD, encoding="utf-8")
    return folder


def test_three_alone_are_planned_and_it_holds(tmp_path: Path) -> None:
    answer = plan(three_alone(tmp_path / "three"), out=tmp_path / "out", options=Options(effort=0.02))
    assert isinstance(answer, Planned), answer
    assert [f for f in answer.judgement.findings if f.status != "holds"] == []
    assert {finding.rule for finding in answer.judgement.findings} == set(BOOK)
    ids = {one.of for one in answer.plan.placements}
    assert ids == {"sleep", "arrival", "breakfast", "saliva", "freeze", "pack"}
    assert all(len(set(one.person_ids)) <= 3 for one in answer.plan.placements)
