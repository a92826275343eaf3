"""What a programme brings along from outside its YAML: catalogue, elements, and what the host has fixed."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from hamsafar.catalog import Catalogue, load, merge
from hamsafar.domain.elements import Elements
from hamsafar.domain.history import thinned
from hamsafar.domain.programme import Programme, with_fixed
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.elements_file import read_elements
from hamsafar.formats.tables import MOST_BYTES
from hamsafar.programme.catalogue_section import LISTS
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.fields import read_file_name, read_id
from hamsafar.programme.host_people import Aboard
from hamsafar.programme.host_plan import HostFile, read_host_plan
from hamsafar.programme.problems import UNSAID, Place
from hamsafar.programme.sections import FlightSection, ProgrammeSection
from hamsafar.programme.shapes import Step, place, value_at
from hamsafar.timeline import Instant

LARGEST_ELEMENTS_BYTES = 32_000_000  # a quarter of a million element sets
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def changed_catalogue(draft: Draft) -> Catalogue:
    """The catalogue with the section `catalogue` applied; as bundled, with every fault told, where that fails."""
    base = load()
    for entry in draft.section("catalogue").entries:
        if entry.node.kind != "mapping":
            what = f"should be a mapping with the lists {', '.join(LISTS)}"
            draft.problems.add(entry.place(), what, got=entry.node.plain())
            continue
        _tell_ids(draft, entry)
        try:
            return merge(base, entry.node.plain())
        except InputErrors as found:
            for error in found.errors:
                _tell_merge(draft, entry, error)
    return base


def _tell_ids(draft: Draft, entry: Entry[Any]) -> None:
    for name in LISTS:
        for at, node in entry.node.matching((name, "*", "id")):
            try:
                read_id(node.scalar)
            except InputError as problem:
                draft.blame(entry, at, problem.what)


def _tell_merge(draft: Draft, entry: Entry[Any], error: InputError) -> None:
    """An error at `catalogue.stations[0].relay_cone_deg`, told at its line and column."""
    steps: list[Step] = [int(index) if index else name for index, name in _STEP.findall(error.where)][1:]
    path = tuple(steps)
    unknown = error.what.startswith("unknown key") or error.what.startswith("unknown list")
    got = UNSAID if unknown or "(got" in error.what else value_at(entry.node, path)
    draft.problems.add(place(entry.file, entry.node, "catalogue", path, key=unknown), error.what, got=got)


def chosen_elements(draft: Draft, catalogue: Catalogue, as_of: Instant | None = None) -> tuple[Elements, ...] | None:
    """The element sets that the programme rests on, ascending; None, with the reason told, where there are none.

    The history not after `as_of` (without `as_of`, before the launch window opens), thinned; the newest is the last.
    """
    found = draft.once("programme", ProgrammeSection)
    if found is None:
        _elements_alone(draft)
        return None
    entry, programme = found
    sets = _read_elements(draft, entry, programme.elements)
    station = next((station for station in catalogue.stations if station.id == programme.station), None)
    if sets is None or station is None:
        return None
    ours = [one for one in sets if one.norad == station.norad]
    if not ours:
        numbers = sorted({str(one.norad) for one in sets})
        what = f"holds elements of {', '.join(numbers[:5])}, none of {station.name} ({station.norad})"
        draft.problems.add(entry.place("elements"), what, got=programme.elements)
        return None
    limit = _limit(draft, programme) if as_of is None else (as_of, "which is as_of")
    if limit is None:
        return None
    moment, why = limit
    early = [one for one in ours if one.epoch <= moment]
    if not early:
        what = f"holds no elements up to {moment}, {why}; the first are of {min(one.epoch for one in ours).iso()}"
        draft.problems.add(entry.place("elements"), what, got=programme.elements)
        return None
    return thinned(early)


def _limit(draft: Draft, programme: ProgrammeSection) -> tuple[Instant, str] | None:
    if programme.as_of is not None:
        return programme.as_of, "which is as_of"
    flight = draft.once("flight", FlightSection)
    return (flight[1].launch_window.opens, "when the launch window opens") if flight else None


def with_host_plan(draft: Draft, programme: Programme) -> Programme:
    """The programme with what the host has fixed among its activities; what is wrong in its files is in `problems`."""
    found = draft.once("programme", ProgrammeSection)
    if found is None or not found[1].host_plan:
        return programme
    entry, section = found
    files = [
        HostFile(name=str(draft.folder / one.file), content=content, zone=one.zone)
        for index, one in enumerate(section.host_plan)
        if (content := _host_file(draft, entry.place("host_plan", index, "file"), one.file)) is not None
    ]
    try:
        fixed = read_host_plan(files, Aboard.of(programme)).fixed
    except InputError as problem:
        draft.problems.add_error(problem, entry.place("host_plan"))
        return programme
    return with_fixed(programme, fixed)


def _host_file(draft: Draft, at: Place, name: str) -> bytes | None:
    try:
        with (draft.folder / name).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        draft.problems.add(at, "there is no such file in the programme's folder", got=name)
    except OSError as problem:
        draft.problems.add(at, f"cannot be read: {problem.strerror}", got=name)
    return None


def _elements_alone(draft: Draft) -> None:
    """Reads the elements even where the rest of their section is wrong, to tell all errors at once."""
    for entry in draft.section("programme").entries:
        with suppress(InputError):  # a name that isn't one has been told
            _read_elements(draft, entry, read_file_name(entry.node.text("elements")))


def _read_elements(draft: Draft, entry: Entry[Any], name: str) -> tuple[Elements, ...] | None:
    path = draft.folder / name
    at = entry.place("elements")
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_ELEMENTS_BYTES + 1)
        if len(raw) > LARGEST_ELEMENTS_BYTES:
            draft.problems.add(at, f"is larger than {LARGEST_ELEMENTS_BYTES // 1_000_000} MB", got=name)
            return None
        return read_elements(raw.decode("utf-8-sig"), where=str(path))
    except FileNotFoundError:
        draft.problems.add(at, "there is no such file in the programme's folder", got=name)
    except OSError as problem:
        draft.problems.add(at, f"cannot be read: {problem.strerror}", got=name)
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        column = problem.start - (problem.object[: problem.start].rfind(b"\n") + 1) + 1
        what = f"is not a text of element sets (byte 0x{problem.object[problem.start]:02X})"
        draft.problems.add(Place(file=str(path), line=line, column=column), what)
    except InputError as problem:
        draft.problems.add_error(problem, at)
    return None
