"""Problem → its JSON form: keys in the order of the classes, what says nothing left out, the same text every time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import attrs

from hamsafar.schedule.form_shape import FORMAT, KINDS, OWN_RULE, entries, kind_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag, Task

_LINE = 120  # characters; what fits on one line stands on one
_on_one_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
_KINDS = {made for union in KINDS for made in get_args(union)}


def write_problem(problem: Problem) -> str:
    """The problem as JSON text, ending in a newline; `read_problem` reads the same problem from it.

    (A problem that names resources nowhere limited is written as well, but read back as misspelt.)
    """
    return _lines({"format": FORMAT, **_object(problem, None)}, 0) + "\n"


def _object(made: Any, activity: str | None) -> dict[str, Any]:
    """The keys of an object; `activity` is the id of the one that it stands in."""
    if isinstance(made, Task):
        activity = made.id
    kind: type = type(made)
    told: dict[str, Any] = {"kind": kind_of(kind)} if kind in _KINDS else {}
    for entry in entries(kind):
        value = getattr(made.tag if entry.of_tag else made, entry.attribute)
        default = entry.default
        if activity is not None and (entry.of_tag or isinstance(made, Tag)):
            default = {"rule": OWN_RULE, "place": activity}.get(entry.attribute, default)
        if default is attrs.NOTHING or value != default:
            told[entry.key] = _plain(value, activity)
    return told


def _plain(value: Any, activity: str | None) -> Any:
    if isinstance(value, (str, int)):  # most of them
        return value
    if attrs.has(type(value)):
        return _object(value, activity)
    if isinstance(value, tuple):
        return [_plain(one, activity) for one in value]
    if isinstance(value, Mapping):
        return {key: _plain(one, activity) for key, one in value.items()}
    return value


def _lines(value: Any, indent: int) -> str:
    """JSON of at most so many characters a line, where it can be: lists of numbers filled, others an entry a line."""
    whole = _on_one_line(value)
    if len(whole) + indent <= _LINE or not isinstance(value, (dict, list)):
        return whole
    space = "\n" + " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{_on_one_line(key)}: {_lines(one, indent + 2)}" for key, one in value.items()]
        return "{" + space + f",{space}".join(parts) + space[:-2] + "}"
    if any(isinstance(one, dict) for one in value):
        return "[" + space + f",{space}".join(_lines(one, indent + 2) for one in value) + space[:-2] + "]"
    return "[" + space + _filled([_on_one_line(one) for one in value], space) + space[:-2] + "]"


def _filled(parts: list[str], space: str) -> str:
    lines, line = [], parts[0]
    for part in parts[1:]:
        if len(line) + len(part) + len(space) > _LINE:
            lines.append(line)
            line = part
        else:
            line += f", {part}"
    return f",{space}".join([*lines, line])
