"""`campaign.yaml` as far as it can be read: its sections over those of the template that it is built on."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from hamsafar.programme.draft import Draft, Entry, Section, root_of
from hamsafar.programme.nodes import Node, read_nodes
from hamsafar.programme.problems import Place, Problems, nearest, shown
from hamsafar.programme.selection.campaign_model import LISTS, NEEDED, ONCE
from hamsafar.programme.shapes import read_shape
from hamsafar.resources import names_below, read_text

_FOLDER = "catalog/data/campaigns"
FILE = "campaign.yaml"
_OWN = ("id", "title", "opens", "template")  # of the section `campaign`: what no template says for another


def campaign_templates() -> tuple[str, ...]:
    """The campaigns that another can be built on."""
    return tuple(name.removesuffix(".yaml") for name in names_below(_FOLDER, ".yaml"))


def template_text(name: str) -> str:
    """The file of one template."""
    return read_text(f"{_FOLDER}/{name}.yaml")


def read_draft(path: Path) -> Draft:
    """The sections of a campaign's file, shaped; what is wrong is in `problems`."""
    problems = Problems()
    root = root_of(path, problems, such_as="campaign")
    if root is None:
        problems.raise_if_any()
    assert root is not None, "a file without a root is a problem"
    return _drafted(root, str(path), problems)


def read_draft_text(text: str, where: str) -> Draft:
    """The same of a text that was such a file."""
    problems = Problems()
    root = read_nodes(text.encode(), where=where)
    if root is None or root.kind != "mapping":
        problems.add(Place(file=where, line=1, column=1), "should begin with the name of a section: 'campaign:'")
        problems.raise_if_any()
    assert root is not None, "a text without a root is a problem"
    return _drafted(root, where, problems)


def _drafted(root: Node, file: str, problems: Problems) -> Draft:
    whole = True
    for name in root.fields:
        if name not in ONCE and name not in LISTS:
            line, column = root.keys[name]
            at = Place(file=file, line=line, column=column, path=name[:80])
            problems.add(at, f"unknown section {shown(name)}{nearest(name, [*ONCE, *LISTS])}")
            whole = False
    head = root.fields.get("campaign")
    template = _template(head, file, problems)
    if template is None and head is not None and "template" in head.fields:
        whole = False  # what it would have said is not known
    draft = Draft(folder=Path(file).parent, problems=problems, sections={}, whole=whole)
    for name in (*ONCE, *LISTS):
        own = root.fields.get(name)
        if own is not None and name in LISTS and own.kind != "list":
            at = Place(file=file, line=own.line, column=own.column, path=name)
            problems.add(at, "should be a list, in [ ] or with '- ' lines", got=own.plain())
        parts = _section(name, own, template, file)
        if parts:
            draft.sections[name] = _shaped(name, parts, problems)
    _tell_missing(draft, root, file)
    return draft


def _tell_missing(draft: Draft, root: Node, file: str) -> None:
    for name in NEEDED:
        written = root.fields.get(name)
        if name in draft.sections or not draft.whole or (written is not None and written.kind != "list"):
            continue
        at = Place(file=file, line=1, column=1, path=name)
        if written is not None:
            at = Place(file=file, line=written.line, column=written.column, path=name)
        draft.problems.add(at, f"section {name!r} is missing: {(ONCE.get(name) or LISTS[name])[1]}")


@frozen(kw_only=True)
class _Template:
    """A campaign of the catalogue, and how its file is called in errors."""

    file: str
    root: Node


def _template(head: Node | None, file: str, problems: Problems) -> _Template | None:
    named = None if head is None else head.fields.get("template")
    if named is None:
        return None
    if not isinstance(named.scalar, str) or named.scalar not in campaign_templates():
        at = Place(file=file, line=named.line, column=named.column, path="campaign.template")
        hint = nearest(named.scalar, campaign_templates())
        problems.add(at, f"the catalogue has no campaign of this name{hint}", got=named.plain())
        return None
    return _template_of(named.scalar)


@cache
def _template_of(name: str) -> _Template:
    file = f"catalogue:campaigns/{name}.yaml"
    root = read_nodes(template_text(name).encode(), where=file)
    assert root is not None, "no template is empty"
    return _Template(file=file, root=root)


def _section(name: str, own: Node | None, template: _Template | None, file: str) -> list[tuple[str, str, Node]]:
    """(file, head, node) of every entry: the own ones over those of the template with the same id."""
    below = None if template is None else template.root.fields.get(name)
    lent = "" if template is None else template.file
    if name in ONCE:
        return _once(name, own, below, (file, lent))
    listed = own.items if own is not None and own.kind == "list" else ()
    known = {} if below is None else {one.text("id"): one for one in below.items if one.text("id") is not None}
    named = {one.text("id"): (f"{name}[{index}]", one) for index, one in enumerate(listed) if one.text("id")}
    parts: list[tuple[str, str, Node]] = []
    for index, one in enumerate(() if below is None else below.items):
        if one.text("id") in named:
            head, mine = named[one.text("id")]
            parts.append((file, head, _over(mine, one)))
        elif one.text("id") is not None or own is None:
            parts.append((lent, f"{name}[{index}]", one))
    added = [(f"{name}[{index}]", one) for index, one in enumerate(listed)]
    seen: set[Any] = set()
    for head, one in added:
        id_ = one.text("id")
        if id_ is None or id_ not in known or id_ in seen:
            parts.append((file, head, one))
        seen.add(id_)
    return parts


def _once(name: str, own: Node | None, below: Node | None, files: tuple[str, str]) -> list[tuple[str, str, Node]]:
    if own is None:
        return [] if below is None else [(files[1], name, below)]
    if below is None or own.kind != "mapping":
        return [(files[0], name, own)]
    leave = _OWN if name == "campaign" else ()
    kept = {key: value for key, value in below.fields.items() if key not in leave}
    return [(files[0], name, _over(own, evolve(below, fields=kept)))]


def _over(own: Node, below: Node) -> Node:
    """A mapping with its own keys, and those of the template that it doesn't say; these stand where it stands."""
    if own.kind != "mapping" or below.kind != "mapping":
        return own
    lent = {key: _moved(value, own) for key, value in below.fields.items() if key not in own.fields}
    keys = {**dict.fromkeys(lent, (own.line, own.column)), **own.keys}
    return evolve(own, fields={**lent, **own.fields}, keys=keys)


def _moved(node: Node, to: Node) -> Node:
    fields = {key: _moved(value, to) for key, value in node.fields.items()}
    keys = dict.fromkeys(node.keys, (to.line, to.column))
    items = tuple(_moved(item, to) for item in node.items)
    return evolve(node, line=to.line, column=to.column, fields=fields, keys=keys, items=items)


def _shaped(name: str, parts: list[tuple[str, str, Node]], problems: Problems) -> Section:
    model = (ONCE.get(name) or LISTS[name])[0]
    entries: list[Entry[Any]] = []
    first: dict[str, Place] = {}
    for file, head, node in parts:
        shaped = read_shape(model, node, file=file, head=head, problems=problems)
        entry = Entry[Any](file=file, head=head, node=node, id=node.text("id"), model=shaped)
        entries.append(entry)
        if entry.id is None or name in ONCE:
            continue
        if entry.id in first:
            what = f"id {shown(entry.id)} is used twice; the first is at {first[entry.id].short}"
            problems.add(entry.place("id"), what)
        else:
            first[entry.id] = entry.place("id")
    return Section(present=True, entries=tuple(entries))
