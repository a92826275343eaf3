"""A change file as far as it could be read: every section with its entries, sound ones and broken ones alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

from attrs import field, frozen
from pydantic import BaseModel

from hamsafar.programme.change_sections import ADDED, KEYS, LISTS, NAMES, ONCE, part_model
from hamsafar.programme.draft import Entry
from hamsafar.programme.nodes import Node
from hamsafar.programme.problems import Place, Problems, nearest, shown
from hamsafar.programme.shapes import read_shape

_Model = TypeVar("_Model", bound=BaseModel)


@frozen(kw_only=True, eq=False)
class ChangeDraft:
    """The sections of a change file. `added` has an entry for each thing below `add`, by the list it stands in."""

    file: str
    root: Node
    problems: Problems
    once: dict[str, Entry[Any]] = field(factory=dict)
    lists: dict[str, tuple[Entry[Any], ...]] = field(factory=dict)
    added: dict[str, tuple[Entry[Any], ...]] = field(factory=dict)

    def value(self, name: str, model: type[_Model]) -> tuple[Entry[_Model], _Model] | None:
        """A section that is a mapping, if it is there and sound."""
        entry = self.once.get(name)
        found = getattr(entry.model, name) if entry is not None and entry.model is not None else None
        return (entry, found) if entry is not None and isinstance(found, model) else None

    def plain(self, name: str) -> Any:
        """The value of a section that is one value, or a list of names; None where it isn't there or isn't sound."""
        entry = self.once.get(name)
        return getattr(entry.model, name) if entry is not None and entry.model is not None else None

    def of(self, name: str, model: type[_Model]) -> Iterator[tuple[Entry[_Model], _Model]]:
        """The sound entries of a list."""
        for entry in self.lists.get(name, ()):
            if isinstance(entry.model, model):
                yield entry, entry.model

    def names(self, name: str) -> Iterator[tuple[Place, str]]:
        """Each name of a list of names, with its place."""
        for index, found in enumerate(self.plain(name) or ()):
            yield self.once[name].place(name, index), found


def shaped(root: Node, file: str, problems: Problems) -> ChangeDraft:
    """The sections of a file's root mapping; what has the wrong shape is in `problems`."""
    draft = ChangeDraft(file=file, root=root, problems=problems)
    for name, node in root.fields.items():
        if name == "add":
            _add_section(draft, node)
        elif name in LISTS:
            draft.lists[name] = _entries(draft, name, LISTS[name][0], node)
        elif name in ONCE or name in NAMES:
            draft.once[name] = _part(draft, name)
        else:
            line, column = root.keys[name]
            at = Place(file=file, line=line, column=column, path=name[:80])
            problems.add(at, f"unknown key {shown(name)}{nearest(name, KEYS)}")
    if "change" not in root.fields:
        at = Place(file=file, line=root.line, column=root.column, path="change")
        problems.add(at, f"'change' is missing: {ONCE['change'][1][:1].lower()}{ONCE['change'][1][1:-1]}")
    return draft


def _part(draft: ChangeDraft, name: str) -> Entry[Any]:
    """A section as a mapping with one key, so that its places are told from the file's root."""
    root, node = draft.root, draft.root.fields[name]
    alone = Node(kind="mapping", line=root.line, column=root.column, fields={name: node}, keys={name: root.keys[name]})
    model = read_shape(part_model(name), alone, file=draft.file, head="", problems=draft.problems)
    return Entry[Any](file=draft.file, head="", node=alone, id=None, model=model)


def _entries(draft: ChangeDraft, head: str, model: type[BaseModel], node: Node) -> tuple[Entry[Any], ...]:
    if node.kind != "list":
        at = Place(file=draft.file, line=node.line, column=node.column, path=head)
        draft.problems.add(at, "should be a list, in [ ] or with '- ' lines", got=node.plain())
    return tuple(
        Entry[Any](
            file=draft.file,
            head=f"{head}[{index}]",
            node=item,
            id=item.text("id"),
            model=read_shape(model, item, file=draft.file, head=f"{head}[{index}]", problems=draft.problems),
        )
        for index, item in enumerate(node.items)
    )


def _add_section(draft: ChangeDraft, node: Node) -> None:
    if node.kind != "mapping":
        at = Place(file=draft.file, line=node.line, column=node.column, path="add")
        what = f"should be a mapping with the lists {', '.join(ADDED)}"
        draft.problems.add(at, what, got=node.plain())
    for name, listed in node.fields.items():
        if name in ADDED:
            draft.added[name] = _entries(draft, f"add.{name}", ADDED[name], listed)
        else:
            line, column = node.keys[name]
            at = Place(file=draft.file, line=line, column=column, path=f"add.{name[:80]}")
            draft.problems.add(at, f"unknown key {shown(name)}{nearest(name, ADDED)}")
