"""A catalogue with what people say otherwise: entries replaced field by field, or added whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    merged: dict[str, tuple[Any, ...]] = {}
    for name, entries in overrides.items():
        if name not in LISTS:
            errors.append(InputError(f"unknown list {name!r}{hint(name, LISTS)}", where=f"catalogue.{name}"))
        elif isinstance(entries, (str, Mapping)) or not isinstance(entries, Sequence):
            errors.append(InputError("should be a list of entries", where=f"catalogue.{name}"))
        else:
            merged[name] = _merged_list(getattr(catalogue, name), name, entries, errors)
    found = evolve(catalogue, **merged)
    if not errors:
        errors.extend(_misfits(found, overrides))
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


def _misfits(catalogue: Catalogue, overrides: Mapping[str, Any]) -> Iterator[InputError]:
    """What only the whole catalogue shows, told of the entries that were given."""
    for name in ("sites", "stations"):
        for index, entry in enumerate(overrides.get(name, ())):
            if "zone" in entry:
                yield from _bad_zone(entry["zone"], f"catalogue.{name}[{index}].zone")
    for index, entry in enumerate(overrides.get("stations", ())):
        station = catalogue.station(entry["id"])
        yield from _station_misfits(catalogue, station, f"catalogue.stations[{index}]")
    for index, entry in enumerate(overrides.get("ships", ())):
        ship = catalogue.ship(entry["id"])
        yield from _ship_misfits(catalogue, ship, f"catalogue.ships[{index}]")


def _station_misfits(catalogue: Catalogue, station: Station, where: str) -> Iterator[InputError]:
    for index, relay in enumerate(station.relays):
        yield from _unknown(catalogue.relays, relay, "relay", f"{where}.relays[{index}]")
    table = station.forecast_errors
    if not table:
        yield InputError("needs at least one age", where=f"{where}.forecast_errors")
    for index, (younger, older) in enumerate(pairwise(table), 1):
        if older.age_d <= younger.age_d:
            yield InputError("ages should ascend", where=f"{where}.forecast_errors[{index}].age_d")
        if older.plane_s < younger.plane_s or older.phase_deg < younger.phase_deg:
            yield InputError("a forecast never gets better with age", where=f"{where}.forecast_errors[{index}]")


def _ship_misfits(catalogue: Catalogue, ship: Ship, where: str) -> Iterator[InputError]:
    yield from _unknown(catalogue.stations, ship.station, "station", f"{where}.station")
    for index, launch in enumerate(ship.launches):
        yield from _unknown(catalogue.sites, launch.pad, "site", f"{where}.launches[{index}].pad")
    for index, way in enumerate(ship.returns):
        yield from _unknown(catalogue.sites, way.site, "site", f"{where}.returns[{index}].site")
    for kind, names in (("profiles", [p.name for p in ship.profiles]), ("returns", [r.name for r in ship.returns])):
        for index, name in enumerate(names):
            if name in names[:index]:
                yield InputError(f"{name!r} is given twice", where=f"{where}.{kind}[{index}].name")


def _bad_zone(name: str, where: str) -> Iterator[InputError]:
    try:
        zone(name)
    except InputError as problem:
        yield InputError(problem.what, where=where)


def _unknown(things: Any, id_: str, kind: str, where: str) -> Iterator[InputError]:
    try:
        known(things, id_, kind, where=where)
    except InputError as problem:
        yield problem
