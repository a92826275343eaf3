"""The generated reference pages say what their sources say."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from hamsafar.errors import InputErrors
from hamsafar.schedule.form import read_problem
from hamsafar.schedule.form_shape import KINDS, by_kind

ROOT = Path(__file__).parents[2]


def _tool(name: str = "write_reference") -> Any:
    sys.path.insert(0, str(ROOT / "tools"))  # the tools import each other
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.mark.parametrize("name", ["rules.md", "commands.md", "errors.md", "scheduling-problem.md"])
def test_a_reference_page_is_as_its_source_says(name: str) -> None:
    page = ROOT / "docs" / "reference" / name
    assert page.read_text(encoding="utf-8") == _tool().PAGES[name](), "run tools/write_reference.py"


NAMES = ("run-1", "run-2", "lunch", "blood-draw", "freezing", "arm-survey", "downlink")
LIMITED = ("treadmill", "power-w")


def _frame() -> dict[str, Any]:
    """A problem with all names that the examples speak of, but for what they limit themselves."""
    limits = [{"kind": "capacity", "resource": thing, "capacity": 9, "rule": "CAP"} for thing in LIMITED]
    return {
        "format": "hamsafar-problem/1",
        "name": "frame",
        "first": 0,
        "last": 1440,
        "people": [{"id": who} for who in ("commander", "engineer", "guest")],
        "activities": [{"id": name, "duration": 9} for name in NAMES],
        "constraints": [*limits, {"kind": "budget", "resource": "film", "limit": 9, "rule": "CAM"}],
        "objectives": [{"kind": "soft-costs", "name": "wishes"}],
    }


def _put(frame: dict[str, Any], name: str, example: Any) -> None:
    """The example in its place."""
    constraints, objectives = (by_kind(union) for union in KINDS)
    activity = frame["activities"][0]
    if name in constraints:
        frame["constraints"].append({"kind": name, **example})
    elif name in objectives:
        frame["objectives"] = [{"kind": name, **example}] + (frame["objectives"] if name != "soft-costs" else [])
    elif name == "person":
        frame["people"] = [example, *(one for one in frame["people"] if one["id"] != example["id"])]
    elif name == "activity":
        frame["activities"] = [example, *(one for one in frame["activities"] if one["id"] != example["id"])]
    elif name == "mode":
        del activity["duration"]
        activity["modes"] = [example]
    elif name == "price":
        activity["allowed"] = [{"ranges": [], "price": example}]
    elif name in ("flow", "peak-load"):
        whole = {"flow": {"kind": "reservoir", "name": "r", "level": 1, "lowest": 0, "highest": 9, "rule": "R"}}
        kind = whole.get(name, {"kind": "peak", "name": "x", "unit": "min"})
        held = {"flow": ("constraints", "flows"), "peak-load": ("objectives", "loads")}[name]
        frame[held[0]].append({**kind, held[1]: [example]})
    else:
        activity[{"pick": "picks"}.get(name, name)] = example if name == "breaks" else [example]


def test_every_kind_has_an_example_that_is_read() -> None:
    page = _tool("problem_page")
    examples = json.loads(page.EXAMPLES.read_text(encoding="utf-8"))
    kinds = [kind for union in KINDS for kind in by_kind(union)]
    assert sorted(examples) == sorted([*kinds, *map(page.name_of, page.PARTS)])
    for name, example in examples.items():
        frame = _frame()
        _put(frame, name, example)
        try:
            read_problem(json.dumps(frame), name)
        except InputErrors as errors:
            pytest.fail(f"the example of {name}: {errors}")


def test_the_page_of_problems_is_json_and_one_sentence_a_line() -> None:
    text = (ROOT / "docs" / "reference" / "scheduling-problem.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```json\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) > 35
    assert all(isinstance(json.loads(block), dict) for block in blocks)
    read_problem(blocks[0], "the first of the page")
    prose = re.sub(r"```json\n.*?```", "", text, flags=re.DOTALL).splitlines()
    assert [line for line in prose if re.search(r"[a-z]\. [A-Z]", line) and not line.startswith("|")] == []
