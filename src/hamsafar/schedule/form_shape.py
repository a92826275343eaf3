"""The JSON form of a problem as its classes say it: which keys an object has, of what type, and which may be left out.

The classes of `tasks`, `constraints`, `objectives` and `problem` are the one truth; reader, writer, JSON Schema and
reference page all walk what is derived from them here. What the form adds: the problem's `tasks` are called
`activities`; a constraint or an objective carries its `kind`, the class's name in kebab case; a tag lies flat beside
the fields of what it tags, and inside an activity it may be left out (its rule is then OWN_RULE, its place the
activity).
"""

from __future__ import annotations

import re
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs
from attrs import frozen

from hamsafar.schedule.constraints import Constraint
from hamsafar.schedule.objectives import Objective
from hamsafar.schedule.tasks import Tag

FORMAT = "hamsafar-problem/1"
OWN_RULE = "ACTIVITY"  # what an activity asks for where no rule is named
KINDS = (Constraint, Objective)  # unions told apart by `kind`

_KEYS = {("Problem", "tasks"): "activities"}
_INNER_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


@frozen(kw_only=True)
class Entry:
    """One key of an object: the attribute it stands for, its type, and what it is where it is left out."""

    key: str
    attribute: str
    wanted: Any  # a type, resolved
    default: Any  # attrs.NOTHING: it may not be left out
    least: int | None = None  # what its validator asks of a number
    of_tag: bool = False  # an attribute of the tag rather than of the object


@cache
def entries(made: type) -> tuple[Entry, ...]:
    """The keys of one class in their order, those of its tag last."""
    hints, found, tags = get_type_hints(made), [], []
    for attribute in attrs.fields(made):
        if hints[attribute.name] is Tag:
            tags = [attrs.evolve(entry, of_tag=True) for entry in entries(Tag)]
            continue
        found.append(
            Entry(
                key=_KEYS.get((made.__name__, attribute.name), attribute.name),
                attribute=attribute.name,
                wanted=hints[attribute.name],
                default=_default(attribute),
                least=getattr(attribute.validator, "bound", None),
            )
        )
    return (*found, *tags)


def _default(attribute: Any) -> Any:
    default = attribute.default
    return default.factory() if isinstance(default, attrs.Factory) else default  # type: ignore[arg-type]


def is_tagged(made: type) -> bool:
    """Whether objects of this class carry a tag."""
    return any(entry.of_tag for entry in entries(made))


def kind_of(made: type) -> str:
    """The class's name in kebab case: `no-overlap`."""
    return _INNER_CAPITAL.sub("-", made.__name__).lower()


@cache
def by_kind(union: Any) -> dict[str, type]:
    """The classes of a union told apart by `kind`."""
    return {kind_of(made): made for made in get_args(union)}


def without_none(wanted: Any) -> Any:
    """`X` of `X | None`; anything else as it is."""
    if get_origin(wanted) in (Union, UnionType) and type(None) in get_args(wanted):
        (inner,) = (one for one in get_args(wanted) if one is not type(None))
        return inner
    return wanted
