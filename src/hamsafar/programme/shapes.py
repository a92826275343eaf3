"""Nodes against models: what has the wrong shape is said in plain words, at its line and column."""

from __future__ import annotations

import re
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import UNSAID, Place, Problems, nearest, shown

_Model = TypeVar("_Model", bound=BaseModel)
_QUOTED = re.compile(r"'([^']*)'")
Step = str | int


def place(file: str, node: Node, head: str, path: tuple[Step, ...], *, key: bool = False) -> Place:
    """The place of what `path` leads to below `node`, or of the deepest node on the way that there is.

    `key`: the place of the last step's key rather than of its value.
    """
    at, line, column = node, node.line, node.column
    for number, step in enumerate(path, 1):
        below = at.child(step)
        if below is None:
            break
        if key and number == len(path) and isinstance(step, str):
            line, column = at.keys[step]
        else:
            line, column = below.line, below.column
        at = below
    return Place(file=file, line=line, column=column, path=joined(head, path))


def joined(head: str, path: tuple[Step, ...]) -> str:
    """`subjects[3]` and (sessions, 0, duration) → `subjects[3].sessions[0].duration`."""
    for step in path:
        head = f"{head}[{step}]" if isinstance(step, int) else f"{head}.{step}" if head else step
    return head


def value_at(node: Node, path: tuple[Step, ...]) -> Any:
    """The plain value that a path leads to; UNSAID where it leads nowhere."""
    at: Node | None = node
    for step in path:
        at = at.child(step) if at is not None else None
    return UNSAID if at is None else at.plain()


def read_shape(model: type[_Model], node: Node, *, file: str, head: str, problems: Problems) -> _Model | None:
    """The node as a model; None, with every fault told, where it doesn't fit."""
    if node.kind != "mapping":
        at = place(file, node, head, ())
        problems.add(at, "should be a mapping, 'key: value' lines or { }", got=node.plain())
        return None
    try:
        return model.model_validate(node.plain())
    except ValidationError as found:
        for error in found.errors(include_url=False):
            _tell(error, model, node, file, head, problems)
        return None


def _tell(error: Any, model: type[BaseModel], node: Node, file: str, head: str, problems: Problems) -> None:
    path: tuple[Step, ...] = tuple(error["loc"])
    kind = error["type"]
    at = place(file, node, head, path, key=kind == "extra_forbidden")
    if kind == "missing":
        about = _about(model, path)
        problems.add(at, f"{path[-1]!r} is missing{': ' + about if about else ''}")
    elif kind == "extra_forbidden":
        problems.add(at, f"unknown key {shown(path[-1])}{_comma(node, path) or _nearest_key(model, path)}")
    else:
        problems.add(at, _words(kind, error), got=value_at(node, path))


def _comma(node: Node, path: tuple[Step, ...]) -> str:
    """In `{title: Run of 3,000 m}` the comma begins a key without a value, which nobody means."""
    if value_at(node, path) is not None:
        return ""
    return "; it has no value: is it the rest of a text with a comma? Then put that text in quotes"


def _words(kind: str, error: Any) -> str:
    context = error.get("ctx", {})
    if kind in ("said", "value_error"):
        return str(context.get("what") or error["msg"])
    if kind == "literal_error":
        choices = _QUOTED.findall(str(context["expected"]))
        return f"should be one of {', '.join(choices)}{_near_only(error['input'], choices)}"
    if kind == "too_short":
        return f"should have at least {context['min_length']} {'entry' if context['min_length'] == 1 else 'entries'}"
    if kind == "too_long":
        return f"should have at most {context['max_length']} entries"
    if kind.startswith(("greater_than", "less_than")):
        limit = next(iter(context.values()))
        return f"should be {'at least' if kind.startswith('greater') else 'at most'} {limit}"
    return _TYPES.get(kind, f"does not fit: {error['msg']}")


_TYPES = {
    "string_type": "should be a text; put it in quotes",
    "bool_type": "should be true or false",
    "int_type": "should be a whole number, without quotes or unit",
    "int_from_float": "should be a whole number",
    "int_parsing_size": "is too large a number",
    "list_type": "should be a list, in [ ] or with '- ' lines",
    "model_type": "should be a mapping, 'key: value' lines or { }",
    "dict_type": "should be a mapping, 'key: value' lines or { }",
}


def _near_only(name: object, choices: list[str]) -> str:
    hint = nearest(name, choices)
    return hint if "did you mean" in hint else ""


def _model_at(model: Any, path: tuple[Step, ...]) -> type[BaseModel] | None:
    """The model of the mapping that a path leads to."""
    for step in path:
        if isinstance(step, str):
            found = next((f for name, f in model.model_fields.items() if (f.alias or name) == step), None)
            inner = _models_in(found.annotation) if found is not None else []
            if not inner:
                return None
            model = inner[0]
    return model  # type: ignore[no-any-return]  # a model class throughout


def _models_in(type_: Any) -> list[type[BaseModel]]:
    if isinstance(type_, type) and issubclass(type_, BaseModel):
        return [type_]
    return [model for argument in get_args(type_) for model in _models_in(argument)]


def _about(model: type[BaseModel], path: tuple[Step, ...]) -> str:
    inside = _model_at(model, path[:-1])
    if inside is None:
        return ""
    found = next((f for name, f in inside.model_fields.items() if (f.alias or name) == path[-1]), None)
    text = (found.description or "") if found is not None else ""
    return text.rstrip(".")[:1].lower() + text.rstrip(".")[1:]


def _nearest_key(model: type[BaseModel], path: tuple[Step, ...]) -> str:
    inside = _model_at(model, path[:-1])
    if inside is None:
        return ""
    keys = [field.alias or name for name, field in inside.model_fields.items()]
    return nearest(path[-1], keys) if keys else "; this rule has no figures to set"
