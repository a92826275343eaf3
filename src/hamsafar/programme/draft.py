"""A programme as far as it could be read: every section with its entries, sound ones and broken ones alike.

Broken entries stay visible by their ids, so that whoever refers to them is not blamed as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

from attrs import field, frozen
from pydantic import BaseModel

from hamsafar.errors import InputError
from hamsafar.programme.catalogue_section import LISTS as CATALOGUE_LISTS
from hamsafar.programme.fields import read_id
from hamsafar.programme.file_model import LISTS, NEEDED, ONCE
from hamsafar.programme.nodes import LARGEST_BYTES, Node, read_nodes
from hamsafar.programme.problems import Place, Problems, nearest, shown
from hamsafar.programme.shapes import Step, place, read_shape, value_at

MOST_FILES = 200
_Model = TypeVar("_Model", bound=BaseModel)


@frozen(kw_only=True, eq=False)
class Entry(Generic[_Model]):
    """One entry of a list section, or a whole section that occurs once."""

    file: str
    head: str  # `people[3]`
    node: Node
    id: str | None  # as written, readable or not
    model: _Model | None  # None: its shape is wrong, and that has been told

    def place(self, *path: Step, key: bool = False) -> Place:
        """The place of a field of it."""
        return place(self.file, self.node, self.head, path, key=key)

    def value(self, *path: Step) -> Any:
        """What is written in a field of it."""
        return value_at(self.node, path)


@frozen(kw_only=True, eq=False)
class Section:
    """A section: present or not, its entries, and whether all of their ids could be read."""

    present: bool = False
    entries: tuple[Entry[Any], ...] = ()
    complete: bool = True

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all entries, broken ones too."""
        return frozenset(entry.id for entry in self.entries if entry.id is not None)

    @property
    def sound(self) -> bool:
        """Whether every entry has the right shape."""
        return self.complete and all(entry.model is not None for entry in self.entries)


@frozen(kw_only=True, eq=False)
class Draft:
    """All sections of a folder."""

    folder: Path
    problems: Problems
    sections: dict[str, Section] = field(factory=dict)
    whole: bool = True  # every file could be parsed, so what isn't here isn't anywhere

    def section(self, name: str) -> Section:
        """A section; an empty one where nobody wrote it."""
        return self.sections.get(name, Section(complete=self.whole))

    def of(self, name: str, model: type[_Model]) -> Iterator[tuple[Entry[_Model], _Model]]:
        """The sound entries of a list section, in reading order, the first of each id; those that have none, all."""
        seen: set[str | None] = set()
        for entry in self.section(name).entries:
            if isinstance(entry.model, model) and (entry.id is None or entry.id not in seen):
                seen.add(entry.id)
                yield entry, entry.model

    def once(self, name: str, model: type[_Model]) -> tuple[Entry[_Model], _Model] | None:
        """A section that occurs once, if it is there and sound."""
        for entry in self.section(name).entries:
            if isinstance(entry.model, model):
                return entry, entry.model
        return None

    def blame(self, entry: Entry[Any], path: tuple[Step, ...], what: str) -> None:
        """One error at a field of an entry, with what is written there."""
        self.problems.add(entry.place(*path), what, got=entry.value(*path))


def read_draft(folder: Path) -> Draft:
    """Every `*.yaml` file of a folder, parsed and shaped; what is wrong is in `problems`."""
    problems = Problems()
    if not folder.is_dir():
        what = "is a file; a programme is a folder of *.yaml files" if folder.exists() else "there is no such folder"
        problems.add(Place(file=str(folder)), what)
        problems.raise_if_any()
    found: dict[str, list[tuple[str, Node, Node]]] = {}
    whole = True
    paths = _files(folder, problems)
    for path in paths:
        root = root_of(path, problems)
        if root is None:
            whole = False
            continue
        for name, node in root.fields.items():
            if name in ONCE or name in LISTS:
                found.setdefault(name, []).append((str(path), node, root))
            else:
                _tell_unknown_section(name, root, str(path), problems)
                whole = False  # it may have been meant to be any section
    sections = sections_of(found, problems)
    draft = Draft(folder=folder, problems=problems, sections=sections, whole=whole)
    if paths and whole:
        for name in NEEDED:
            if name not in sections:
                about = (ONCE.get(name) or LISTS[name])[1]
                problems.add(
                    Place(file=str(folder), path=name), f"section {name!r} is missing from every file: {about}"
                )
    return draft


def sections_of(found: dict[str, list[tuple[str, Node, Node]]], problems: Problems) -> dict[str, Section]:
    """Sections shaped from their parts: in which file, the part itself, and the root it stands in."""
    return {
        name: _list_section(name, parts, problems) if name in LISTS else _once_section(name, parts, problems)
        for name, parts in found.items()
    }


def read_catalogue_draft(path: Path) -> Draft:
    """A file that is one section `catalogue`, parsed; what is wrong is in `problems`."""
    problems = Problems()
    sections: dict[str, Section] = {}
    root = root_of(path, problems, such_as="catalogue")
    if root is not None:
        for name, node in root.fields.items():
            if name == "catalogue":
                sections[name] = _once_section(name, [(str(path), node, root)], problems)
            else:
                _tell_beside_catalogue(name, root, str(path), problems)
        if not root.fields:
            problems.add(Place(file=str(path), line=1, column=1), "should have the section 'catalogue'")
    return Draft(folder=path.parent, problems=problems, sections=sections, whole=root is not None)


def _tell_beside_catalogue(name: str, root: Node, file: str, problems: Problems) -> None:
    line, column = root.keys[name]
    if name in CATALOGUE_LISTS:
        what = f"{name!r} should stand below 'catalogue:', indented"
    elif name in ONCE or name in LISTS:
        what = f"the section {name!r} is a programme's; this file is one section 'catalogue', and nothing else"
    else:
        what = f"unknown section {shown(name)}{nearest(name, ['catalogue'])}"
    problems.add(Place(file=file, line=line, column=column, path=name[:80]), what)


def _files(folder: Path, problems: Problems) -> list[Path]:
    try:
        entries = sorted(entry for entry in folder.iterdir() if entry.is_file() and not entry.name.startswith("."))
    except OSError as problem:
        problems.add(Place(file=str(folder)), f"cannot be read: {problem.strerror}")
        return []
    paths = [entry for entry in entries if entry.name.endswith(".yaml")]
    for entry in entries:
        if entry.suffix.lower() in (".yml", ".yaml") and entry not in paths:
            problems.add(Place(file=str(entry)), "is not read; rename it so that it ends with .yaml")
    if not paths:
        problems.add(Place(file=str(folder)), "holds no *.yaml file; `hamsafar new` writes a programme to start from")
    if len(paths) > MOST_FILES:
        problems.add(Place(file=str(folder)), f"holds more than {MOST_FILES} *.yaml files")
        return []
    return paths


def root_of(path: Path, problems: Problems, such_as: str = "people") -> Node | None:
    """The root mapping of a file; None where it couldn't be read."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
        root = read_nodes(raw, where=str(path))
    except InputError as problem:
        problems.add_error(problem, Place(file=str(path), line=1))
        return None
    except (OSError, ValueError) as problem:  # ValueError: a name that no file can have
        reason = problem.strerror if isinstance(problem, OSError) else problem
        problems.add(Place(file=str(path)), f"cannot be read: {reason}")
        return None
    if root is None:
        problems.add(Place(file=str(path), line=1, column=1), "is empty; write a section, or delete the file")
        return None
    if root.kind != "mapping":
        at = Place(file=str(path), line=root.line, column=root.column)
        problems.add(at, f"should begin with the name of a section, such as '{such_as}:'", got=root.plain())
        return None
    return root


def _tell_unknown_section(name: str, root: Node, file: str, problems: Problems) -> None:
    line, column = root.keys[name]
    at = Place(file=file, line=line, column=column, path=name[:80])
    problems.add(at, f"unknown section {shown(name)}{nearest(name, [*ONCE, *LISTS])}")


def _list_section(name: str, parts: list[tuple[str, Node, Node]], problems: Problems) -> Section:
    model, _ = LISTS[name]
    entries: list[Entry[Any]] = []
    complete = True
    for file, node, _ in parts:
        if node.kind != "list":
            at = Place(file=file, line=node.line, column=node.column, path=name)
            problems.add(at, "should be a list, in [ ] or with '- ' lines", got=node.plain())
            complete = False
        for index, item in enumerate(node.items):
            head = f"{name}[{index}]"
            shaped = read_shape(model, item, file=file, head=head, problems=problems)
            entries.append(Entry(file=file, head=head, node=item, id=item.text("id"), model=shaped))
    complete = complete and all(_readable(entry.id) for entry in entries)
    _tell_twice(entries, problems)
    return Section(present=True, entries=tuple(entries), complete=complete)


def _readable(id_: str | None) -> bool:
    try:
        read_id(id_)
    except InputError:
        return False
    return True


def _tell_twice(entries: list[Entry[Any]], problems: Problems) -> None:
    first: dict[str, Place] = {}
    for entry in entries:
        if entry.id is None:
            continue
        at = entry.place("id")
        if entry.id in first:
            problems.add(at, f"id {shown(entry.id)} is used twice; the first is at {first[entry.id].short}")
        else:
            first[entry.id] = at


def _once_section(name: str, parts: list[tuple[str, Node, Node]], problems: Problems) -> Section:
    model, _ = ONCE[name]
    file, node, root = parts[0]
    for other_file, _, other_root in parts[1:]:
        line, column = other_root.keys[name]
        at = Place(file=other_file, line=line, column=column, path=name)
        first_line, first_column = root.keys[name]
        what = f"section {name!r} may occur once; the first is at {file}:{first_line}:{first_column}"
        problems.add(at, what)
    # the catalogue's own reader judges what is said of the catalogue
    shaped = None if name == "catalogue" else read_shape(model, node, file=file, head=name, problems=problems)
    entry = Entry[Any](file=file, head=name, node=node, id=node.text("id"), model=shaped)
    return Section(present=True, entries=(entry,))
