"""Strategies for problems that are well formed, of any kind that the form has: a new kind is drawn without being told.

Values follow from the types of the classes; where a name says more (`tasks`, `edges`), from the name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from hypothesis import strategies as st

from hamsafar.schedule.constraints import Budget, Capacity, Constraint
from hamsafar.schedule.form_shape import KINDS, entries, is_tagged, without_none
from hamsafar.schedule.objectives import Objective, SoftCosts
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Person, Pick, Price, Tag, Task

IDS = ("a", "b", '3→7 "x"', "d")
PEOPLE = ("ann", "guest 2")
THINGS = ("lab", "arm", *PEOPLE)  # all of them limited, or people
TERM = "soft"

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=6)
small = st.integers(-20, 20)
counts = st.integers(0, 9)
tags = st.builds(Tag, st.one_of(texts, st.just("ACTIVITY")), st.sampled_from(("", "a", "x")), st.just(""), st.just("s"))
prices = st.one_of(st.none(), st.builds(Price, st.just(TERM), counts))


def _subset(names: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(names), unique=True, min_size=least).map(tuple)


def _by_name(names: tuple[str, ...], each: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from(names), each, max_size=3)


def _stretches(step: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Ascending pairs, each at least `step` after the one before it."""

    def cut(ticks: list[int]) -> tuple[tuple[int, int], ...]:
        return tuple((a * step, b * step) for a, b in zip(ticks[::2], ticks[1::2], strict=False))

    return st.lists(small, unique=True, max_size=6).map(sorted).map(cut)


NAMED: dict[str, st.SearchStrategy[Any]] = {
    "tasks": _subset(IDS),
    "people": _subset(PEOPLE),
    "candidates": _subset(THINGS, least=2),
    "count": st.integers(0, 2),
    "skill": st.just("medicine"),
    "ranges": _stretches(2),
    "stretches": _stretches(2),
    "edges": st.lists(small, unique=True).map(sorted).map(tuple),
    "changes": st.dictionaries(small, counts, max_size=3).map(lambda made: tuple(sorted(made.items()))),
    "setup": st.dictionaries(st.just((IDS[0], IDS[1])), counts).map(lambda d: tuple((*k, n) for k, n in d.items())),
    "occupies": _by_name(THINGS, counts),
    "consumes": _by_name(("fuel",), counts),
    "weights": _by_name(IDS, counts),
    "due": _by_name(IDS, st.tuples(small, counts)),
    "preferred": _by_name(IDS, small),
    "starts": _by_name(IDS, small),
    "teams": _by_name(IDS, st.dictionaries(texts, _subset(THINGS), max_size=2)),
    "ways": _by_name(IDS, texts),
    "hint": _by_name(IDS, small),
    "skills": st.dictionaries(texts, small, max_size=2),
    "start": st.integers(-9, 0),
    "end": st.integers(1, 9),
    "least": st.integers(0, 2),
    "lowest": st.integers(-9, 0),
    "span": st.integers(1, 5),
    "window": st.integers(1, 5),
    "price": prices,
    **dict.fromkeys(("task", "before", "first"), st.just(IDS[0])),
    **dict.fromkeys(("after", "second", "needs"), st.just(IDS[1])),
    **dict.fromkeys(("resource", "candidate"), st.sampled_from(THINGS)),
    "picked": st.one_of(st.none(), st.sampled_from(THINGS)),
    **dict.fromkeys(("most", "limit", "highest"), st.integers(2, 9)),
    **dict.fromkeys(("gap", "capacity", "duration", "value", "level", "left_out"), counts),
}


def of_type(wanted: Any, name: str = "") -> st.SearchStrategy[Any]:
    """Values of a type of the form, for the attribute of this name."""
    if name in NAMED:
        return NAMED[name]
    plain = {int: small, str: texts, bool: st.booleans(), Tag: tags}
    if wanted in plain:
        return plain[wanted]
    if attrs.has(wanted):
        return objects(wanted)
    origin, types = get_origin(wanted), get_args(wanted)
    if wanted in KINDS:
        return st.one_of([objects(made) for made in types])
    if origin in (Union, UnionType):
        return st.one_of(st.none(), of_type(without_none(wanted)))
    if origin is Literal:
        return st.sampled_from(types)
    if origin is tuple and types[1:] == (...,):
        return st.lists(of_type(types[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(of_type(one) for one in types))
    assert origin is not None
    assert issubclass(origin, Mapping), wanted
    return st.dictionaries(texts, of_type(types[1]), max_size=3)


def objects(made: Any) -> st.SearchStrategy[Any]:
    """Objects of one class, with any of what may be left out left out."""
    needed, free = {}, {}
    for entry in entries(made):
        if not entry.of_tag:
            held = needed if entry.default is attrs.NOTHING else free
            held[entry.attribute] = of_type(entry.wanted, entry.attribute)
    if is_tagged(made):
        needed["tag"] = tags
    return st.fixed_dictionaries(needed, optional=free).map(lambda values: made(**values))


def _unique(things: tuple[Any, ...], name: str) -> tuple[Any, ...]:
    return tuple({getattr(one, name): one for one in things}.values())


def _picks(picks: tuple[Pick, ...], taken: frozenset[str] = frozenset()) -> tuple[Pick, ...]:
    """Picks of names of their own, each with somebody to pick."""
    free = (pick for pick in _unique(picks, "name") if pick.name not in taken)
    skilled = (pick if pick.skill else attrs.evolve(pick, level=0) for pick in free)
    return tuple(pick if pick.skill or pick.candidates else attrs.evolve(pick, count=0) for pick in skilled)


def _mended(task: Task, name: str) -> Task:
    """The task under a name of its own, and without what could not be meant."""
    picks = _picks(task.picks)
    taken = frozenset(pick.name for pick in picks)
    modes = tuple(attrs.evolve(mode, picks=_picks(mode.picks, taken)) for mode in _unique(task.modes, "id"))
    body: dict[str, Any] = {"id": name, "modes": modes, "picks": picks}
    if modes:
        body |= {"duration": 0, "occupies": {}, "consumes": {}}
    if task.optional:
        body["required"] = None
    mended: Task = attrs.evolve(task, **body)
    still = [way.duration == 0 for way in mended.ways]
    if any(still):
        idle = tuple(attrs.evolve(mode, occupies={}, picks=()) if not mode.duration else mode for mode in mended.modes)
        mended = attrs.evolve(mended, breaks=None, modes=idle)
    return attrs.evolve(mended, occupies={}, picks=()) if all(still) else mended


@st.composite
def problems(draw: st.DrawFn, of: Any = None) -> Problem:
    """A well-formed problem; with `of`, one constraint, or objective, of this class."""
    tasks = tuple(_mended(draw(objects(Task)), name) for name in IDS)
    asked = draw(objects(of) if of in get_args(Constraint) else of_type(Constraint))
    wanted = draw(objects(of) if of in get_args(Objective) else of_type(Objective))
    limits = tuple(Capacity(resource=thing, capacity=1, tag=Tag("CAP")) for thing in ("lab", "arm"))
    return Problem(
        name=draw(texts),
        first=draw(st.integers(-9, 0)),
        last=draw(counts),
        people=tuple(Person(id=who, skills=draw(NAMED["skills"])) for who in PEOPLE),
        tasks=tasks,
        constraints=(*limits, Budget(resource="fuel", limit=3, tag=Tag("FUEL")), asked),
        objectives=_unique((SoftCosts(name=TERM), *((wanted,) if wanted.name != TERM else ())), "name"),
        tick=draw(texts),
        hint=draw(NAMED["hint"]),
    )
