"""The JSON Schema that editors use is the one that the models give, and it accepts what the reader accepts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from hamsafar.programme import schema_text
from hamsafar.programme.file_model import LISTS, ONCE
from hamsafar.programme.nodes import read_nodes
from hamsafar.resources import read_text

ROOT = Path(__file__).parents[2]
FILES = sorted([*ROOT.glob("examples/tiangong-*/*.yaml"), *ROOT.glob("tests/broken/base/*.yaml")])
SCHEMA: dict[str, Any] = json.loads(schema_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def test_the_committed_schema_is_up_to_date() -> None:
    """`python tools/write_schema.py` writes it again."""
    assert read_text("programme/programme.schema.json") == schema_text()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert set(SCHEMA["properties"]) == {*ONCE, *LISTS}


def test_every_field_is_described() -> None:
    for name, definition in {**SCHEMA["$defs"], "ProgrammeFile": SCHEMA}.items():
        assert definition["description"], name
        for key, field in definition.get("properties", {}).items():
            assert field.get("description"), f"{name}.{key}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_accepts_every_file_that_is_read(path: Path) -> None:
    root = read_nodes(path.read_bytes(), where=path.name)
    assert root is not None
    VALIDATOR.validate(root.plain())


@pytest.mark.parametrize(
    "body",
    [
        {"people": [{"id": "A"}]},
        {"ruels": {}},
        {"rules": {"TRN-04": {"max_day": 7}}},
        {"rules": {"TRN-04": {"max_dya": "7 h"}}},
        {"resources": [{"id": "rack", "title": "Rack", "capacity": "1"}]},
        {"catalogue": {"sites": [{"id": "x", "latitude": 1}]}},
        {"people": None},
    ],
)
def test_it_refuses_what_the_reader_refuses(body: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(body)


def test_the_specification_describes_every_section_and_its_examples_have_the_right_shape() -> None:
    page = (ROOT / "docs" / "reference" / "programme-files.md").read_text(encoding="utf-8")
    seen: set[str] = set()
    for block in re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL):
        root = read_nodes(block.encode(), where="programme-files.md")
        assert root is not None
        VALIDATOR.validate(root.plain())
        seen |= set(root.fields)
    assert seen == {*ONCE, *LISTS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_our_nodes_agree_with_the_parsers_own_values(path: Path) -> None:
    """Dates apart, which the parser makes dates of and we keep as texts."""

    def comparable(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: comparable(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [comparable(inner) for inner in value]
        return value if isinstance(value, (str, bool, int, float)) or value is None else "a date"

    def dates_out(value: Any, theirs: Any) -> Any:
        if isinstance(value, dict):
            return {key: dates_out(inner, theirs[key]) for key, inner in value.items()}
        if isinstance(value, list):
            return [dates_out(inner, other) for inner, other in zip(value, theirs, strict=True)]
        return theirs if theirs == "a date" else value

    theirs = comparable(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    root = read_nodes(path.read_bytes(), where=path.name)
    assert root is not None
    assert dates_out(root.plain(), theirs) == theirs
