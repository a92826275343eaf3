"""A catalogue with what people say otherwise: entries replaced field by field, or added whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, get_args, get_origin

from attrs import evolve, fields
from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

from hamsafar.catalog.loader import LISTS, Catalogue
from hamsafar.catalog.names import hint, known
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.plan_json import converter
from hamsafar.timeline import zone

_NAMED_BY_ATTRS = re.compile(r"'(\w+)' (must|should) ")  # how attrs' validators begin what they say


def merge(catalogue: Catalogue, overrides: Mapping[str, Sequence[Mapping[str, Any]]]) -> Catalogue:
    """The catalogue with `overrides` (`sites`, `relays`, `stations`, `ships`) applied.

    An entry with a known id replaces the fields that it names (a nested list as a whole); one with a new id must
    be whole. Raises InputErrors, all of them at once, each with `where` like
    `catalogue.stations[0].relay_cone_deg`.
    """
    errors: list[InputError] = []
    lists: dict[str, Sequence[Any]] = {}
    for name, entries in overrides.items():
        if name not in LISTS:
            errors.append(InputError(f"unknown list {name!r}{hint(name, LISTS)}", where=f"catalogue.{name}"))
        elif isinstance(entries, (str, Mapping)) or not isinstance(entries, Sequence):
            errors.append(InputError("should be a list of entries", where=f"catalogue.{name}"))
        else:
            lists[name] = entries
    whole = not errors  # so what isn't in these lists isn't anywhere
    merged: dict[str, Any] = {
        name: _merged_list(getattr(catalogue, name), name, entries, errors) for name, entries in lists.items()
    }
    shapeless = {error.where for error in errors}
    found = evolve(catalogue, **merged)
    errors.extend(_dangling(found, lists, whole))
    errors.extend(_given_twice(lists))
    errors.extend(_bad_zones(lists))
    errors.extend(_misfits(found, lists, shapeless))
    if errors:
        raise InputErrors(errors)
    return found


def _merged_list(
    known_entries: tuple[Any, ...], name: str, entries: Sequence[Any], errors: list[InputError]
) -> tuple[Any, ...]:
    by_id = {entry.id: entry for entry in known_entries}
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        where = f"catalogue.{name}[{index}]"
        try:
            id_ = _id_of(entry, seen, where)
            base = converter().unstructure(by_id[id_]) if id_ in by_id else {}
            by_id[id_] = converter().structure({**base, **entry}, LISTS[name])
        except InputError as problem:
            errors.append(problem)
        except Exception as problem:  # cattrs groups whatever its hooks raised; each is told with its path
            errors.extend(_told(problem, where, LISTS[name]))
    return tuple(by_id.values())


def _id_of(entry: Any, seen: set[str], where: str) -> str:
    if not isinstance(entry, Mapping):
        raise InputError(f"should be an entry with an id (got {entry!r:.60})", where=where)
    id_ = entry.get("id")
    if not isinstance(id_, str) or not id_:
        raise InputError("an entry needs an id, to say which one it replaces or adds", where=f"{where}.id")
    if id_ in seen:
        raise InputError(f"{id_!r} is given twice", where=f"{where}.id")
    seen.add(id_)
    return id_


def _told(problem: BaseException, where: str, of: Any) -> Iterator[InputError]:
    """Every fault inside what cattrs raised, each at its own path, in reading order."""
    if isinstance(problem, ClassValidationError):
        noted, bare = problem.group_exceptions()
        for inner, note in noted:
            yield from _told(inner, f"{where}.{note.name}", note.type)
        for inner in bare:
            yield from _told(inner, where, problem.cl)
    elif isinstance(problem, IterableValidationError):
        listed, bare = problem.group_exceptions()
        for inner, place in listed:
            yield from _told(inner, f"{where}[{place.index}]", place.type)
        for inner in bare:
            yield from _told(inner, where, of)
    elif isinstance(problem, ForbiddenExtraKeysError):
        names = [attribute.name for attribute in fields(problem.cl)]
        for key in sorted(map(str, problem.extra_fields)):
            yield InputError(f"unknown key {key!r}{hint(key, names)}", where=f"{where}.{key}")
    else:
        yield _one(problem, where, of)


def _one(problem: BaseException, where: str, of: Any) -> InputError:
    if isinstance(problem, InputError):
        return InputError(problem.what, where=where)
    if isinstance(problem, KeyError):
        return InputError("is missing; a new entry must be whole", where=where)
    if get_origin(of) is Literal:
        choices = ", ".join(map(str, get_args(of)))
        return InputError(f"should be one of {choices}", where=where)
    text = str(problem) or type(problem).__name__
    named = _NAMED_BY_ATTRS.match(text)
    if named:
        said = text[named.start(2) :].replace(": ", " (got ", 1)
        return InputError(f"{said})" if "(got " in said else said, where=f"{where}.{named.group(1)}")
    return InputError(text, where=where)


# What in an entry names another one, and the list that has it.
_REFERENCES = (
    ("stations", ("relays", "*"), "relays", "relay"),
    ("ships", ("station",), "stations", "station"),
    ("ships", ("launches", "*", "pad"), "sites", "site"),
    ("ships", ("returns", "*", "site"), "sites", "site"),
)


def _reached(value: Any, pattern: tuple[str, ...], where: str) -> Iterator[tuple[str, Any]]:
    """Every (place, value) that a pattern of keys reaches, whatever else is wrong; `*` is each entry of a list."""
    if not pattern:
        yield where, value
    elif pattern[0] == "*":
        for index, entry in enumerate(value if isinstance(value, (list, tuple)) else ()):
            yield from _reached(entry, pattern[1:], f"{where}[{index}]")
    elif isinstance(value, Mapping) and pattern[0] in value:
        yield from _reached(value[pattern[0]], pattern[1:], f"{where}.{pattern[0]}")


def _dangling(catalogue: Catalogue, lists: Mapping[str, Sequence[Any]], whole: bool) -> Iterator[InputError]:
    """Names that lead nowhere; entries that are broken themselves count as there."""
    for of, pattern, name, kind in _REFERENCES:
        given = [id_ for entry in lists.get(name, ()) for _, id_ in _reached(entry, ("id",), "")]
        if not whole or len(given) < len(lists.get(name, ())):
            continue  # any name may have been meant to be there
        for where, id_ in _reached(lists.get(of, ()), ("*", *pattern), f"catalogue.{of}"):
            if isinstance(id_, str) and id_ not in given:
                try:
                    known(getattr(catalogue, name), id_, kind, where=where)
                except InputError as problem:
                    yield problem


def _given_twice(lists: Mapping[str, Sequence[Any]]) -> Iterator[InputError]:
    """Ways of one ship by the same name, and two offsets of one pad and branch."""
    for ship_at, ship in _reached(lists.get("ships", ()), ("*",), "catalogue.ships"):
        for kind in ("profiles", "returns"):
            yield from _repeated(_reached(ship, (kind, "*", "name"), ship_at))
        for _, launches in _reached(ship, ("launches",), ship_at):
            by_pad = [
                (f"{where}.branch", f"{one.get('pad')} {one.get('branch')}")
                for where, one in _reached(launches, ("*",), f"{ship_at}.launches")
                if isinstance(one, Mapping)
            ]
            yield from _repeated(by_pad)


def _repeated(names: Iterable[tuple[str, Any]]) -> Iterator[InputError]:
    seen: list[Any] = []
    for where, name in names:
        if name in seen:
            yield InputError(f"{name!r} is given twice", where=where)
        seen.append(name)


def _bad_zones(lists: Mapping[str, Sequence[Any]]) -> Iterator[InputError]:
    for name in ("sites", "stations"):
        for where, called in _reached(lists.get(name, ()), ("*", "zone"), f"catalogue.{name}"):
            if isinstance(called, str):
                try:
                    zone(called)
                except InputError as problem:
                    yield InputError(problem.what, where=where)


def _misfits(catalogue: Catalogue, lists: Mapping[str, Sequence[Any]], shapeless: set[str]) -> Iterator[InputError]:
    """What only a whole entry shows; of those that are whole."""
    for name, check in (("stations", _station_misfits), ("ships", _ship_misfits)):
        nouns = {noun.id: noun for noun in getattr(catalogue, name)}
        for where, entry in _reached(lists.get(name, ()), ("*",), f"catalogue.{name}"):
            if not any(place == where or place.startswith((f"{where}.", f"{where}[")) for place in shapeless):
                yield from check(nouns[entry["id"]], where)


def _station_misfits(station: Station, where: str) -> Iterator[InputError]:
    table = station.forecast_errors
    if not table:
        yield InputError("needs at least one age", where=f"{where}.forecast_errors")
    for index, (younger, older) in enumerate(pairwise(table), 1):
        if older.age_d <= younger.age_d:
            yield InputError("ages should ascend", where=f"{where}.forecast_errors[{index}].age_d")
        if older.plane_s < younger.plane_s or older.phase_deg < younger.phase_deg:
            yield InputError("a forecast never gets better with age", where=f"{where}.forecast_errors[{index}]")


def _ship_misfits(ship: Ship, where: str) -> Iterator[InputError]:
    for index, profile in enumerate(ship.profiles):
        if (profile.phase_low_deg is None) != (profile.phase_high_deg is None):
            what = "a band of phases has two ends; give both, or null for both where none is known"
            yield InputError(what, where=f"{where}.profiles[{index}]")
