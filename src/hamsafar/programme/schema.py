"""The JSON Schemas of programme files and change files, for editors; generated from the models that read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of one programme file, ending in a newline; the same text every time.

    A file names it for editors with `# yaml-language-server: $schema=./programme.schema.json` in its first line.
    """
    from hamsafar.programme.file_model import ProgrammeFile

    return text_of(ProgrammeFile)


def change_schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a change file, in the same way."""
    from hamsafar.programme.change_sections import ChangeFile

    return text_of(ChangeFile)


def text_of(model: type[BaseModel]) -> str:
    """The JSON Schema of one model, tidied."""
    body = {"$schema": SCHEMA_ID, **_tidy(model.model_json_schema(by_alias=True))}
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _tidy(schema: Any, names: bool = False) -> Any:
    """Without what only says again what the key says: generated titles, and defaults of nothing.

    `names`: the mapping's keys are names of fields, not words of JSON Schema.
    """
    if isinstance(schema, list):
        return [_tidy(entry) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _tidy(value, names=not names and key in ("properties", "$defs"))
        for key, value in schema.items()
        if names or not (key == "title" or (key == "default" and value is None))
    }
