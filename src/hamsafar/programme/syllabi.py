"""The bundled syllabi as sections of a draft: what a programme's own files don't say otherwise."""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import evolve

from hamsafar.programme.bundled import bundled_sections
from hamsafar.programme.draft import Draft, Entry, Section
from hamsafar.programme.problems import nearest
from hamsafar.programme.sections import SyllabusSection
from hamsafar.resources import folders_below

_FOLDER = "catalog/data/syllabi"


def syllabus_names() -> tuple[str, ...]:
    """The syllabi that a term can be built on."""
    return folders_below(_FOLDER)


def with_syllabus(draft: Draft) -> Draft:
    """The draft with the syllabus that its term names; own entries of the same id replace those of the syllabus.

    What is wrong with the name, or with what is left out of it, is told in the draft's problems.
    """
    _tell_own(draft)
    for entry in draft.section("training").entries:
        name = entry.node.text("syllabus")
        if name is None:
            continue
        if name not in syllabus_names():
            hint = nearest(name, syllabus_names())
            draft.blame(entry, ("syllabus",), f"the catalogue has no syllabus of this name{hint}")
            return _unknown(draft)
        bundled = _sections(name)
        return _joined(draft, bundled, _left_out(draft, bundled))
    return draft


def _tell_own(draft: Draft) -> None:
    """A programme's own section `syllabus` that would change another: it is built on one by its term instead."""
    for entry in draft.section("syllabus").entries:
        for name in ("extends", "moved"):
            if name in entry.node.fields:
                what = "is for the catalogue's own syllabi; a programme says `training: {syllabus: NAME}`"
                draft.problems.add(entry.place(name, key=True), what)


def _left_out(draft: Draft, bundled: dict[str, Section]) -> frozenset[str]:
    """The subjects that a programme leaves out of its syllabus."""
    found: set[str] = set()
    for entry in draft.section("training").entries:
        for at, node in entry.node.matching(("leave_out", "*")):
            if isinstance(node.scalar, str) and node.scalar in bundled["subjects"].ids:
                found.add(node.scalar)
            else:
                hint = nearest(node.scalar, bundled["subjects"].ids)
                draft.blame(entry, at, f"the syllabus has no such subject{hint}")
    return frozenset(found)


def _joined(draft: Draft, bundled: dict[str, Section], left_out: frozenset[str]) -> Draft:
    sections = dict(draft.sections)
    for name, section in bundled.items():
        own = draft.section(name)
        if name == "syllabus":
            sections.setdefault(name, section)
            continue
        without = own.ids | (left_out if name == "subjects" else frozenset())
        rest = tuple(entry for entry in section.entries if entry.id not in without)
        sections[name] = Section(present=True, entries=(*own.entries, *rest), complete=own.complete)
    return Draft(folder=draft.folder, problems=draft.problems, sections=sections, whole=draft.whole)


def _unknown(draft: Draft) -> Draft:
    """The draft of which not everything is known: who refers to what the syllabus may have is not blamed."""
    return Draft(folder=draft.folder, problems=draft.problems, sections=draft.sections, whole=False)


@cache
def _sections(name: str) -> dict[str, Section]:
    """The sections of one bundled syllabus, shaped once; those that it extends below its own."""
    sections = bundled_sections(_FOLDER, name)
    syllabus = sections["syllabus"].entries[0].model
    assert isinstance(syllabus, SyllabusSection), "a bundled syllabus says what it is"
    return sections if syllabus.extends is None else _over(sections, _moved(_sections(syllabus.extends), syllabus))


def _moved(base: dict[str, Section], syllabus: SyllabusSection) -> dict[str, Section]:
    """The sections of the extended syllabus, with those subjects in another phase that the extending one moves."""
    phase = {subject: moved.phase for moved in syllabus.moved for subject in moved.subjects}
    there, phases = base["subjects"], {one.id for one in syllabus.phases}
    assert phase.keys() <= there.ids, "a bundled syllabus moves only what is there"
    assert set(phase.values()) <= phases, "a bundled syllabus moves it into a phase of its own"
    return {**base, "subjects": evolve(there, entries=tuple(_lying_in(phase, entry) for entry in there.entries))}


def _lying_in(phase: dict[str, str], entry: Entry[Any]) -> Entry[Any]:
    """A subject in its other phase, where it has one; what is written stays, so that errors name its place."""
    if entry.id not in phase or entry.model is None:
        return entry
    return evolve(entry, model=entry.model.model_copy(update={"phase": phase[entry.id]}))


def _over(own: dict[str, Section], base: dict[str, Section]) -> dict[str, Section]:
    merged = dict(own)
    for name, section in base.items():
        if name != "syllabus":
            mine = own.get(name, Section())
            rest = tuple(entry for entry in section.entries if entry.id not in mine.ids)
            merged[name] = Section(present=True, entries=(*mine.entries, *rest))
    return merged
