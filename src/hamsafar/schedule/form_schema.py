"""The JSON Schema of the problem form, for editors; generated from the classes that are read."""

from __future__ import annotations

import json
from inspect import getdoc
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from hamsafar.schedule.form_shape import (
    FORMAT,
    KINDS,
    OWN_RULE,
    Entry,
    by_kind,
    entries,
    is_tagged,
    kind_of,
    without_none,
)
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag
from hamsafar.schedule.validate_sums import LARGEST

SCHEMA_ID = "https://json-schema.org/draft/2020-12/schema"
_WHOLE = {"type": "integer", "minimum": -LARGEST, "maximum": LARGEST}
_PLAIN: dict[Any, dict[str, Any]] = {int: _WHOLE, str: {"type": "string"}, bool: {"type": "boolean"}}


def schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a problem file, ending in a newline; the same text every time."""
    made = _Schema()
    body = made.object(Problem)
    body["properties"] = {"format": {"const": FORMAT}, **body["properties"]}
    body["required"] = ["format", *body["required"]]
    schema = {"$schema": SCHEMA_ID, "title": "A scheduling problem", **body, "$defs": dict(sorted(made.defs.items()))}
    return json.dumps(schema, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


class _Schema:
    """Objects as they are met, each told once below `$defs`."""

    def __init__(self) -> None:
        self.defs: dict[str, Any] = {}

    def object(self, made: type) -> dict[str, Any]:
        """What an object of one class may and must hold."""
        properties = {entry.key: self._entry(entry) for entry in entries(made)}
        needed = [entry.key for entry in entries(made) if entry.default is attrs.NOTHING]
        if any(made in get_args(union) for union in KINDS):
            properties = {"kind": {"const": kind_of(made)}, **properties}
            needed = ["kind", *needed]
        elif is_tagged(made) or made is Tag:  # it stands in an activity, which gives the tag
            needed = [key for key in needed if key != "rule"]
            properties["rule"] = {**properties["rule"], "default": OWN_RULE}
            properties["place"] = {"type": "string", "description": "Left out: the activity's id."}
        told = {"description": getdoc(made) or "", "type": "object", "properties": properties}
        return {**told, "required": needed, "additionalProperties": False}

    def _entry(self, entry: Entry) -> dict[str, Any]:
        told = self.typed(entry.wanted)
        if entry.least is not None:
            told = {**told, "minimum": entry.least}
        if isinstance(entry.default, (bool, int, str)) and entry.default != "":
            told = {**told, "default": entry.default}
        return told

    def typed(self, wanted: Any) -> dict[str, Any]:
        """What a value of one type may be."""
        if wanted in KINDS:
            return {"anyOf": [self._reference(made) for made in by_kind(wanted).values()]}
        if wanted in _PLAIN:
            return _PLAIN[wanted]
        if attrs.has(wanted):
            return self._reference(wanted)
        origin, types = get_origin(wanted), get_args(wanted)
        if origin in (Union, UnionType):
            return {"anyOf": [self.typed(without_none(wanted)), {"type": "null"}]}
        if origin is Literal:
            return {"enum": list(types)}
        if origin is tuple and types[1:] == (...,):
            return {"type": "array", "items": self.typed(types[0])}
        if origin is tuple:
            return {
                "type": "array",
                "prefixItems": [self.typed(one) for one in types],
                "items": False,
                "minItems": len(types),
            }
        return {"type": "object", "additionalProperties": self.typed(types[1])}

    def _reference(self, made: type) -> dict[str, Any]:
        if made.__name__ not in self.defs:
            self.defs[made.__name__] = {}  # met, in case it holds itself
            self.defs[made.__name__] = self.object(made)
        return {"$ref": f"#/$defs/{made.__name__}"}
