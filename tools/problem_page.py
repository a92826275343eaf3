"""The reference page of scheduling problems in JSON, from the classes that are read and one example of each kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from inspect import getdoc
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs

from hamsafar.schedule.constraints import Constraint, Flow
from hamsafar.schedule.form import FORMAT
from hamsafar.schedule.form_shape import KINDS, OWN_RULE, Entry, entries, kind_of, without_none
from hamsafar.schedule.objectives import Objective, PeakLoad
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Breaks, Forbidden, Mode, Person, Pick, Price, Task
from hamsafar.schedule.validate_sums import LARGEST

EXAMPLES = Path(__file__).with_name("problem_kinds.json")
PARTS = (Person, Task, Mode, Allowed, Forbidden, Breaks, Pick, Price, Flow, PeakLoad)
_NAMES: dict[type, str] = {Task: "activity"}
_SENTENCE = re.compile(r"(?<=[.)])\s+(?=[A-Z`(])")
_ALIGNED = 110  # characters; a longer example is broken into lines


def name_of(made: type) -> str:
    """The word for objects of a class: the `kind` of a constraint or an objective."""
    return _NAMES.get(made, kind_of(made))


def problem_page() -> str:
    """How a problem is written in JSON: the whole, then every kind of part with its keys, meaning and an example."""
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    lines = [
        *_WHOLE,
        *_table(Problem, (Entry(key="format", attribute="", wanted=str, default=attrs.NOTHING),)),
        *_HOW,
    ]
    for title, words, kinds in (
        ("Activities and what they are made of", _OF_PARTS, PARTS),
        ("Constraints", _OF_CONSTRAINTS, get_args(Constraint)),
        ("Objectives", _OF_OBJECTIVES, get_args(Objective)),
    ):
        lines += ["", f"## {title}", "", *words]
        for made in kinds:
            lines += _part(made, examples[name_of(made)])
    return "\n".join((*lines, *_SCHEDULES)) + "\n"


def _part(made: type, example: Any) -> Iterator[str]:
    yield from ("", f"### `{name_of(made)}`", "")
    yield from _SENTENCE.split(" ".join((getdoc(made) or "").split()))
    yield from ("", *_table(made), "", "```json")
    kind = {"kind": name_of(made)} if any(made in get_args(union) for union in KINDS) else {}
    whole = json.dumps({**kind, **example}, ensure_ascii=False)
    yield from [whole] if len(whole) <= _ALIGNED else _broken({**kind, **example})
    yield "```"


def _broken(example: dict[str, Any]) -> Iterator[str]:
    """An example that is too long for a line, a key a line."""
    yield "{"
    for number, (key, value) in enumerate(example.items(), 1):
        comma = "," if number < len(example) else ""
        yield f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}{comma}"
    yield "}"


def _table(made: type, more: tuple[Entry, ...] = ()) -> Iterator[str]:
    yield from ("| key | what it is | left out |", "| --- | --- | --- |")
    for entry in (*more, *(entry for entry in entries(made) if not entry.of_tag)):
        least = f", at least {entry.least}" if entry.least is not None else ""
        yield f"| `{entry.key}` | {_said(entry.wanted)}{least} | {_default(entry)} |"
    if tagged := [entry for entry in entries(made) if entry.of_tag]:
        yield f"| {', '.join(f'`{entry.key}`' for entry in tagged)} | texts: the tag | {_left_out(made)} |"


def _left_out(made: type) -> str:
    if any(made in get_args(union) for union in KINDS):
        return "`rule` may not be; the others are empty"
    return f'rule `"{OWN_RULE}"`, place the activity\'s id'


def _default(entry: Entry) -> str:
    if entry.default is attrs.NOTHING:
        return "may not be"
    if entry.default is None:
        return "none"
    return f"`{json.dumps(entry.default)}`"


def _said(wanted: Any) -> str:
    plain = {int: "a whole number", str: "a text", bool: "true or false"}
    if wanted in plain:
        return plain[wanted]
    if wanted in KINDS:
        return "a [constraint](#constraints)" if wanted == Constraint else "an [objective](#objectives)"
    if attrs.has(wanted):
        name = name_of(wanted)
        return f"[{name}](#{name})" if wanted in PARTS else "an object with `rule`, `place`, `detail`, `source`"
    origin, types = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        return f"{_said(without_none(wanted))}, or null"
    if origin is Literal:
        return " or ".join(f'`"{one}"`' for one in types)
    if origin is tuple and types[1:] == (...,):
        return f"a list, each {_said(types[0])}"
    if origin is tuple:
        return f"[{', '.join(_said(one).removeprefix('a ') for one in types)}]"
    return f"an object: under each name {_said(types[1])}"


_WHOLE = (
    "# Scheduling problems in JSON",
    "",
    "A problem is what `hamsafar solve` answers and `hamsafar check` judges a schedule by.",
    f'It is one JSON object (RFC 8259) in UTF-8 with `"format": "{FORMAT}"`.',
    "Small ones to start from: [a crew day](../../examples/problems/crew-day.json), [a CubeSat"
    " day](../../examples/problems/cubesat-day.json), [a selection day](../../examples/problems/selection-day.json).",
    "The JSON Schema, for editors, is in the package: `hamsafar/schedule/problem.schema.json`.",
    "",
    "```json",
    "{",
    f'  "format": "{FORMAT}", "name": "two runs", "tick": "min", "first": 360, "last": 1290,',
    '  "activities": [',
    '    {"id": "run-1", "duration": 90, "occupies": {"treadmill": 1}},',
    '    {"id": "run-2", "duration": 60, "occupies": {"treadmill": 1}, "allowed": [{"ranges": [[400, 500]]}]}',
    "  ],",
    '  "constraints": [{"kind": "no-overlap", "resource": "treadmill", "rule": "FAC-01"}],',
    '  "objectives": [{"kind": "makespan", "name": "end", "unit": "min"}]',
    "}",
    "```",
    "",
    "## The whole",
    "",
)
_HOW = (
    "",
    "`tasks` and `task` in the parts below are ids of activities; the docstrings that this page quotes say task.",
    "",
    "### Ticks and windows",
    "",
    "All times are whole ticks, and what a tick is (`tick`) is only said, never reckoned with.",
    "Every activity lies in the horizon: it starts at `first` or later and ends at `last` or before.",
    "A stretch `[first, end]` is half-open: the tick `end` is no longer part of it, so that two may touch.",
    "A range of starts `[first, last]` is inclusive: the activity may start at `last`.",
    "Both are given sorted and disjoint; a list without ranges allows no start, and that is no error.",
    "Round against yourself: durations up, windows inward.",
    f"No number may lie beyond ±{LARGEST}, and what a constraint or an objective adds up must fit 64 bits.",
    "",
    "### Tags",
    "",
    "Every constraint says why it is there: `rule`, and as you like `place`, `detail` and `source`.",
    "A conflict is told in these words, so two demands that may be given up apart need two rules or places.",
    f'What an activity asks for itself may leave them out: its rule is then `"{OWN_RULE}"` and its place the activity.',
    "",
    "### Prices",
    "",
    "What has a `price` is soft: it may be broken.",
    "Each unit of its *amount* then costs `each` in the soft-costs objective whose name is `term`.",
    "The amount is a whole number, told with each kind, and 0 where it holds.",
    "Without a price a demand is hard.",
    "",
    "### Names",
    "",
    "A resource is a name that activities occupy or pick; people are resources with skills.",
    "In a file, a resource that is no person and that no `capacity` or `no-overlap` names is an error: most likely it"
    " is misspelt.",
    "The same holds for what is consumed and that no `budget` and no `consumed` objective names.",
    "An activity must be there unless it is `optional`.",
    "",
    "### Errors",
    "",
    "Whatever is malformed is told at once, each as `file:line:column path: what is wrong`: keys that are unknown,"
    " written twice or missing, wrong types (`3.0` is no whole number), unknown and repeated ids, negative amounts,"
    " windows that end before they start, cycles of activities that wait for each other.",
    "A cycle is malformed where hard lags with a `min_gap` of 0 or more close it among activities that must be there.",
    "What can be meant but not be had (more picked than qualified, a gap too long) is a conflict: an answer.",
)
_OF_PARTS = (
    "What an activity asks for (`allowed`, `forbidden`, `breaks`, `picks`) carries a tag, flat beside its other keys.",
)
_OF_CONSTRAINTS = (
    "Each has its `kind`, and its tag flat beside its own keys.",
    "They speak about present activities only: one that is left out takes nothing, follows nobody and counts nowhere.",
    "An activity *takes* a resource when it occupies it (always, or in its mode) or picks it; a taking lasts while it"
    " runs, through pauses too where its breaks hold.",
    "Buckets (days) are the half-open stretches between consecutive `edges`.",
)
_OF_OBJECTIVES = (
    "All are minimised, in strict order of importance: what one has reached is held for those after it.",
    "Each has its `kind`, a `name` of its own and mostly a `unit`, so that the answer can say what it came to.",
)
_SCHEDULES = (
    "",
    "## Schedules",
    "",
    "`hamsafar solve --json` prints a schedule as follows, among other keys, and `hamsafar check` reads it.",
    "",
    "```json",
    '{"start": {"run-1": 460, "run-2": 400}, "mode": {"experiment": "alone"}, "picked": {"arm-survey": {"operator":'
    ' ["engineer"]}}}',
    "```",
    "",
    "`start` holds every activity that is there, at its first tick; those it does not name are left out.",
    "`mode` names the mode of each that has several, and may be left out for the others.",
    "`picked` names who is picked, by the pick's name.",
    "Other keys are passed over.",
)
