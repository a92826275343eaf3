"""The JSON form of a problem → Problem, or every error in it at once, each `name:line:column path: what is wrong`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain, islice
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import attrs
from attrs import define, field

from hamsafar.errors import InputError, InputErrors
from hamsafar.schedule.faults import Fault, Names, Path, has_half, shown
from hamsafar.schedule.form_names import typos_of
from hamsafar.schedule.form_shape import FORMAT, KINDS, OWN_RULE, Entry, by_kind, entries, is_tagged, without_none
from hamsafar.schedule.json_text import JsonText, read_json
from hamsafar.schedule.objectives import SoftCosts
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag, Task
from hamsafar.schedule.validate import faults_of

MOST_FAULTS = 10_000  # looked for, of each sort; a file that has more is of another making


class TooMany(Exception):
    """More faults than anyone will read."""


def read_problem(text: str, name: str) -> Problem:
    """The problem that a JSON text tells (docs/reference/scheduling-problem.md); `name` is the file's, for errors.

    Raises InputErrors with every error found, in reading order: what is no JSON, keys and types that do not fit, all
    that `validate` calls malformed, and names that nothing else in the file knows.
    """
    read = read_json(text, name)
    _refuse_others(read)
    reader = Reader()
    try:
        problem = reader.object(Problem, read.value, (), besides=("format",))
    except TooMany:
        read.raise_for(reader.faults)
    meant = Prefixes((*reader.inert, *(fault.at for fault in reader.faults if not fault.on_key)))
    rest = chain(faults_of(problem), typos_of(problem, _resources_told(read.value)))
    more = islice((fault for fault in rest if not meant.touches(fault)), MOST_FAULTS)
    read.raise_for((*reader.faults, *more))
    return problem  # type: ignore[no-any-return]  # made by its class


def _refuse_others(read: JsonText) -> None:
    """Another kind of file is told as one error, not as one for each of its keys."""
    body = read.value
    if not isinstance(body, dict):
        what = f"should be an object {{ }} with the keys of a problem (got {shown(body)})"
        raise InputErrors([InputError(what, where=f"{read.name}:1:1")])
    if body.get("format") != FORMAT:
        got = f" (got {shown(body['format'])})" if "format" in body else "; add it first in the file"
        read.raise_for([Fault(("format",), f'should be "{FORMAT}"{got}')])


def _resources_told(body: Any) -> Iterator[str]:
    """Every `resource` that any constraint of the text names, even where something else is wrong with it."""
    constraints = body.get("constraints")
    for constraint in constraints if isinstance(constraints, list) else ():
        if isinstance(constraint, dict) and isinstance(constraint.get("resource"), str):
            yield constraint["resource"]


class Prefixes:
    """Places that have been blamed: what lies on, above or below one of them is not blamed for its consequences."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.blamed = set(paths)
        self.above = {path[:length] for path in self.blamed for length in range(len(path) + 1)}

    def touches(self, fault: Fault) -> bool:
        """Whether a fault rests on a blamed place."""
        return any(
            path in self.above or any(path[:length] in self.blamed for length in range(len(path)))
            for path in (fault.at, *fault.also)
        )


@define
class Reader:
    """Values of the form's types from plain JSON values. What does not fit is told, and something inert stands in."""

    faults: list[Fault] = field(factory=list)
    inert: list[Path] = field(factory=list)  # where something stands in for a whole object
    activity: str | None = None  # the id of the one being read: its demands' tags may be left out

    def object(self, made: type, given: Any, at: Path, *, besides: tuple[str, ...] = ()) -> Any:
        """An object of one of our classes; `besides` are keys that have been read before."""
        if not isinstance(given, dict):
            return self._tell(made, given, at)
        if made is Task:
            self.activity = given["id"] if isinstance(given.get("id"), str) else ""
        known = {entry.key: entry for entry in entries(made)}
        for key in given:
            if key not in known and key not in besides:
                self._blame(Fault((*at, key), f"this key is unknown{_near_key(made, key)}", on_key=True))
        values: dict[str, Any] = {}
        tag: dict[str, Any] = {}
        for key, entry in known.items():
            held = tag if entry.of_tag else values
            if key in given:
                held[entry.attribute] = self._at_least(
                    entry, self.value(entry.wanted, given[key], (*at, key)), (*at, key)
                )
            elif (own := self._own(entry, made)) is not None:
                held[entry.attribute] = own
            elif entry.default is attrs.NOTHING:
                self._blame(Fault((*at, key), f"is missing; it {_should_be(entry.wanted)}"))
                held[entry.attribute] = neutral(entry.wanted)
        if made is Task:
            self.activity = None
        return made(**values, tag=Tag(**tag)) if is_tagged(made) else made(**values)

    def _blame(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MOST_FAULTS:
            raise TooMany

    def _at_least(self, entry: Entry, value: Any, at: Path) -> Any:
        if entry.least is None or value >= entry.least:
            return value
        self._blame(Fault(at, f"should be at least {entry.least} (got {value})"))
        return entry.least

    def _own(self, entry: Entry, made: type) -> str | None:
        """What a tag says where it is left out: inside an activity, the activity."""
        if self.activity is None or not (entry.of_tag or made is Tag):
            return None
        return {"rule": OWN_RULE, "place": self.activity}.get(entry.attribute)

    def value(self, wanted: Any, given: Any, at: Path) -> Any:
        """A value of any type that the form knows."""
        if wanted is int and type(given) is int:
            return given
        if wanted in KINDS:
            return self._of_kind(wanted, given, at)
        origin = get_origin(wanted)
        if origin in (Union, UnionType):
            return None if given is None else self.value(without_none(wanted), given, at)
        if origin is tuple and isinstance(given, list):
            return self._list(wanted, given, at)
        if origin is Mapping and isinstance(given, dict):
            each = get_args(wanted)[1]
            return {self._text(key, (*at, key)): self.value(each, one, (*at, key)) for key, one in given.items()}
        if attrs.has(wanted):
            return self.object(wanted, given, at)
        if wanted is bool and isinstance(given, bool):
            return given
        if isinstance(given, str) and (wanted is str or given in get_args(wanted)):
            return self._text(given, at)
        return self._tell(wanted, given, at)

    def _list(self, wanted: Any, given: list[Any], at: Path) -> Any:
        types = get_args(wanted)
        if types[1:] == (...,):
            return tuple([self.value(types[0], one, (*at, number)) for number, one in enumerate(given)])
        if len(given) != len(types):
            return self._tell(wanted, given, at)
        return tuple(self.value(each, one, (*at, n)) for n, (each, one) in enumerate(zip(types, given, strict=True)))

    def _of_kind(self, union: Any, given: Any, at: Path) -> Any:
        if not isinstance(given, dict):
            return self._tell(union, given, at)
        kinds, kind = by_kind(union), given.get("kind")
        if isinstance(kind, str) and kind in kinds:
            return self.object(kinds[kind], given, at, besides=("kind",))
        if "kind" not in given:
            what = f"is missing; it should be one of {', '.join(kinds)}"
        else:
            near = Names.of(kinds).near(kind) if isinstance(kind, str) else f"; it is one of {', '.join(kinds)}"
            what = f"is no kind that we know{near} (got {shown(kind)})"
        self._blame(Fault((*at, "kind"), what))
        self.inert.append(at)
        name = given.get("name")
        inert = neutral(union)  # an objective keeps its name, so that prices that mean it are not blamed too
        return attrs.evolve(inert, name=name) if isinstance(inert, SoftCosts) and isinstance(name, str) else inert

    def _text(self, given: str, at: Path) -> str:
        if has_half(given):
            self._blame(Fault(at, "holds half a character (a lone surrogate)"))
            return ""
        return given

    def _tell(self, wanted: Any, given: Any, at: Path) -> Any:
        got = f"{len(given)} entries" if isinstance(given, list) and get_origin(wanted) is tuple else shown(given)
        self._blame(Fault(at, f"{_should_be(wanted)} (got {got})"))
        return neutral(wanted)


@lru_cache(maxsize=1_000)  # who misspells a key does so in every object
def _near_key(made: type, key: str) -> str:
    return Names.of(entry.key for entry in entries(made)).near(key)


def _should_be(wanted: Any) -> str:
    inner = without_none(wanted)
    if inner is not wanted:
        return f"{_should_be(inner)}, or null"
    origin = get_origin(wanted)
    if origin is Literal:
        return f"should be one of {', '.join(get_args(wanted))}"
    if origin is tuple:
        types = get_args(wanted)
        return "should be a list [ ]" if types[1:] == (...,) else f"should be a list of {len(types)}"
    return _PLAIN.get(wanted, "should be an object { }")


_PLAIN = {
    int: "should be a whole number, without quotes",
    str: "should be a text in quotes",
    bool: "should be true or false",
}


def neutral(wanted: Any) -> Any:
    """What stands in for a value that could not be read; chosen so that little follows from it."""
    plain = {int: 0, str: "", bool: True}  # true: an activity is then optional, and takes part in no cycle
    if wanted in plain:
        return plain[wanted]
    if wanted in KINDS:
        return neutral(SoftCosts if SoftCosts in get_args(wanted) else get_args(wanted)[0])
    origin, inner = get_origin(wanted), without_none(wanted)
    if inner is not wanted:
        return neutral(inner) if attrs.has(inner) else None  # a price that is wrong is still a price
    if origin is Literal:
        return get_args(wanted)[0]
    if origin is tuple:
        types = get_args(wanted)
        return () if types[1:] == (...,) else tuple(neutral(each) for each in types)
    if origin is not None:
        return {}
    values = {entry.attribute: neutral(entry.wanted) for entry in entries(wanted) if not entry.of_tag}
    return wanted(**values, tag=Tag("")) if is_tagged(wanted) else wanted(**values)
