"""Where in its files a programme names what: ids and rules, each with the places at which they are written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hamsafar.domain.training import MILESTONE
from hamsafar.programme.crew_days import with_crew_day
from hamsafar.programme.draft import Draft, read_draft
from hamsafar.programme.file_model import LISTS
from hamsafar.programme.syllabi import with_syllabus


def places_in(folder: Path) -> dict[str, tuple[str, ...]]:
    """Id → `file:line:column` of each entry of that id; of a session as `subject/session`, of a rule by its own id.

    A rule is where the programme gives it other figures; `flight` is where the flight is asked for,
    `hosts_minutes` where those are said, and `hosts_minutes/PERSON` those of one host.
    """
    draft = with_crew_day(with_syllabus(read_draft(folder)))
    found: dict[str, list[str]] = {}
    for name, place in (*_entries(draft), *_once(draft)):
        found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _entries(draft: Draft) -> Iterator[tuple[str, str]]:
    for section in LISTS:
        for entry in draft.section(section).entries:
            if entry.id is not None:
                yield entry.id, entry.place().short
            if section == "subjects":
                for (*_, index), node in entry.node.matching(("sessions", "*")):
                    yield f"{entry.id}/{node.text('id')}", entry.place("sessions", index).short
            if section == "milestones" and entry.id is not None:
                yield f"{MILESTONE}/{entry.id}", entry.place().short


def _once(draft: Draft) -> Iterator[tuple[str, str]]:
    for entry in draft.section("rules").entries:
        for rule in entry.node.fields:
            yield rule, entry.place(rule, key=True).short
    for entry in draft.section("hosts_minutes").entries:
        yield "hosts_minutes", entry.place().short
        for (*_, index), node in entry.node.matching(("people", "*")):
            yield f"hosts_minutes/{node.text('person')}", entry.place("people", index).short
    for entry in draft.section("flight").entries:
        yield "flight", entry.place().short
    for entry in draft.section("training").entries:
        for (*_, index), node in entry.node.matching(("phases", "*")):
            yield str(node.text("id")), entry.place("phases", index).short
