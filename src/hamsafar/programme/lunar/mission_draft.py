"""`mission.yaml` as far as it can be read: its sections, each shaped by its model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hamsafar.programme.draft import Draft, Entry, Section, root_of
from hamsafar.programme.lunar.mission_model import LISTS, NEEDED, ONCE
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import Place, Problems, nearest, shown
from hamsafar.programme.shapes import read_shape

FILE = "mission.yaml"


def read_draft(path: Path) -> Draft:
    """The sections of a mission's file, shaped; what is wrong is in `problems`. Raises where there is no mapping."""
    problems = Problems()
    root = root_of(path, problems, such_as="mission")
    problems.raise_if_any()
    assert root is not None, "a file without a root is a problem"
    file = str(path)
    draft = Draft(folder=path.parent, problems=problems, sections={}, whole=_known_only(root, file, problems))
    for name in (*ONCE, *LISTS):
        own = root.fields.get(name)
        if own is not None:
            draft.sections[name] = _section(name, own, file, problems)
    for name in NEEDED:
        if name not in draft.sections and draft.whole:
            at = Place(file=file, line=1, column=1, path=name)
            problems.add(at, f"section {name!r} is missing: {ONCE[name][1]}")
    return draft


def _known_only(root: Node, file: str, problems: Problems) -> bool:
    unknown = [name for name in root.fields if name not in ONCE and name not in LISTS]
    for name in unknown:
        line, column = root.keys[name]
        at = Place(file=file, line=line, column=column, path=name[:80])
        problems.add(at, f"unknown section {shown(name)}{nearest(name, [*ONCE, *LISTS])}")
    return not unknown


def _section(name: str, own: Node, file: str, problems: Problems) -> Section:
    if name in ONCE:
        shaped = read_shape(ONCE[name][0], own, file=file, head=name, problems=problems)
        one = Entry[Any](file=file, head=name, node=own, id=None, model=shaped)
        return Section(present=True, entries=(one,))
    if own.kind != "list":
        at = Place(file=file, line=own.line, column=own.column, path=name)
        problems.add(at, "should be a list, in [ ] or with '- ' lines", got=own.plain())
        return Section(present=True, complete=False)
    return Section(present=True, entries=tuple(_entries(name, own, file, problems)))


def _entries(name: str, own: Node, file: str, problems: Problems) -> list[Entry[Any]]:
    first: dict[str, Place] = {}
    entries = []
    for index, node in enumerate(own.items):
        head = f"{name}[{index}]"
        shaped = read_shape(LISTS[name][0], node, file=file, head=head, problems=problems)
        entry = Entry[Any](file=file, head=head, node=node, id=node.text("id"), model=shaped)
        entries.append(entry)
        if entry.id is None:
            continue
        if entry.id in first:
            what = f"id {shown(entry.id)} is used twice; the first is at {first[entry.id].short}"
            problems.add(entry.place("id"), what)
        else:
            first[entry.id] = entry.place("id")
    return entries
