"""What lies in the catalogue as programme files: a folder of them as the sections of a draft, errors under its name."""

from __future__ import annotations

from hamsafar.programme.draft import Section, sections_of
from hamsafar.programme.nodes import Node, read_nodes
from hamsafar.programme.problems import Problems
from hamsafar.resources import names_below, read_text


def bundled_sections(folder: str, name: str) -> dict[str, Section]:
    """The sections of the files in one bundled folder, shaped; their places begin with `catalogue:NAME/`."""
    problems = Problems()
    found: dict[str, list[tuple[str, Node, Node]]] = {}
    for file in names_below(f"{folder}/{name}", ".yaml"):
        where = f"catalogue:{name}/{file}"
        root = read_nodes(read_text(f"{folder}/{name}/{file}").encode(), where=where)
        assert root is not None, "no bundled file is empty"
        for section, node in root.fields.items():
            found.setdefault(section, []).append((where, node, root))
    sections = sections_of(found, problems)
    problems.raise_if_any()
    return sections
