"""Names that people give us: known ones, and the nearest known one to a name we don't know."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol, TypeVar

from hamsafar.errors import InputError


class HasId(Protocol):
    """Anything with an id."""

    @property
    def id(self) -> str:
        """Its id."""


_Identified = TypeVar("_Identified", bound=HasId)


def hint(name: str, names: Iterable[str]) -> str:
    """`; did you mean 'jiuquan'?` for a near miss, else the list of what is known."""
    choices = sorted(names)
    near = get_close_matches(name.lower(), choices, n=1, cutoff=0.6)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(choices)}" if choices else ""


def known(things: Iterable[_Identified], id_: str, kind: str, *, where: str = "") -> _Identified:
    """The thing of that id; InputError naming the nearest known id if there is none."""
    by_id = {thing.id: thing for thing in things}
    if id_ not in by_id:
        raise InputError(f"unknown {kind} {id_!r}{hint(id_, by_id)}", where=where)
    return by_id[id_]
