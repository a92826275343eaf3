"""The JSON Schema of change files is the one the models give; it accepts what is read; the page tells all of it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from changing import small_plan
from hamsafar.domain.programme import Programme
from hamsafar.programme import change_schema_text, read_change, read_change_text, read_programme, write_change
from hamsafar.programme.change_sections import ADDED, KEYS
from hamsafar.programme.nodes import read_nodes
from hamsafar.resources import read_text

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "tests" / "unit" / "programme" / "change_sample.yaml"
PAGE = ROOT / "docs" / "reference" / "change-files.md"
EXAMPLES = sorted((ROOT / "examples" / "changes").glob("*.yaml"))
SCHEMA: dict[str, Any] = json.loads(change_schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)
HEAD = {"title": "A change", "asked_by": "host"}


@cache
def example(name: str) -> Programme:
    return read_programme(ROOT / "examples" / name)


def plain(text: str) -> dict[str, Any]:
    root = read_nodes(text.encode(), where="change.yaml")
    assert root is not None
    body: dict[str, Any] = root.plain()
    return body


def test_the_committed_schema_is_up_to_date() -> None:
    """`python tools/write_schema.py` writes it again."""
    assert read_text("programme/change.schema.json") == change_schema_text()


def test_it_is_a_schema_of_every_section() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert tuple(sorted(SCHEMA["properties"])) == tuple(sorted(KEYS))
    assert SCHEMA["required"] == ["change"]


def test_every_field_is_described() -> None:
    for name, definition in {**SCHEMA["$defs"], "ChangeFile": SCHEMA}.items():
        assert definition["description"], name
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"


def test_it_accepts_what_is_read_and_what_is_written() -> None:
    text = SAMPLE.read_text(encoding="utf-8")
    VALIDATOR.validate(plain(text))
    VALIDATOR.validate(plain(write_change(read_change_text(text, small_plan()))))


@pytest.mark.parametrize(
    "body",
    [
        {"chnage": HEAD},
        {"now": "2027-01-01"},
        {"change": {"title": "A change"}},
        {"change": HEAD, "launch": {"by_days": "10 d"}},
        {"change": HEAD, "limits": {"TRN-05": {"max_week_min": 2520}}},
        {"change": HEAD, "drop": "run"},
        {"change": HEAD, "pin": ["Run 1"]},
        {"change": HEAD, "away": [{"person": "teacher"}]},
        {"change": HEAD, "add": {"activity": []}},
        {"change": HEAD, "now": "today"},
        {"change": HEAD, "elements": "../new.tle"},
        {"change": HEAD, "happened": [{"placement": "run#1", "people": []}]},
    ],
)
def test_it_refuses_what_the_reader_refuses(body: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(body)


def test_the_specification_describes_every_section_and_its_examples_have_the_right_shape() -> None:
    seen: set[str] = set()
    added: set[str] = set()
    for block in re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL):
        body = plain(block)
        VALIDATOR.validate({"change": HEAD, **body})
        seen |= set(body)
        added |= set(body.get("add", {}))
    assert seen == set(KEYS)
    assert added == set(ADDED)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_changes_fit_the_example_they_are_for(path: Path) -> None:
    """Their first line names it."""
    text = path.read_text(encoding="utf-8")
    VALIDATOR.validate(plain(text))
    (name,) = re.findall(r"tiangong-\w+", text.partition("\n")[0])
    programme = example(name)
    change = read_change(path, programme)
    assert read_change_text(write_change(change), programme) == change


def test_the_first_example_of_the_specification_is_whole() -> None:
    """It needs no other plan than one with its agency."""
    (block, *_) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert read_change_text(block, small_plan()).title
