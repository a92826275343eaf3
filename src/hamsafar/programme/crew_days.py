"""The bundled crew days as sections of a draft: what is done aboard whatever the guest's programme is.

A crew day is written for a number of people and a stay of some days. On a longer or shorter stay, days of its first
half count from docking and days of its second half from undocking; days in a row through the middle are as many
more, or fewer.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from attrs import evolve

from hamsafar.programme.bundled import bundled_sections
from hamsafar.programme.draft import Draft, Entry, Section
from hamsafar.programme.problems import nearest
from hamsafar.programme.sections import CrewDaySection, FlightSection
from hamsafar.programme.sections_aboard import ActivityEntry
from hamsafar.programme.sense_frame import latest_flight_day
from hamsafar.resources import folders_below

_FOLDER = "catalog/data/crew-days"
_DAY_MIN = 1_440


def crew_day_names() -> tuple[str, ...]:
    """The crew days that a programme can be built on."""
    return folders_below(_FOLDER)


def with_crew_day(draft: Draft) -> Draft:
    """The draft with the crew day that its flight names; own entries of the same id replace those of the crew day.

    What is wrong with the name, with who is aboard, or with what is left out, is told in the draft's problems.
    """
    for entry in draft.section("flight").entries:
        name = entry.node.text("crew_day")
        if name is None and "crew_day" in entry.node.fields:
            return evolve(draft, whole=False)  # told of its shape; who refers to what it may have is not blamed
        if name is None:
            if "leave_out" in entry.node.fields:
                what = "there is nothing to leave out: the flight names no `crew_day` of the catalogue"
                draft.problems.add(entry.place("leave_out", key=True), what)
            continue
        if name not in crew_day_names():
            hint = nearest(name, crew_day_names())
            draft.blame(entry, ("crew_day",), f"the catalogue has no crew day of this name{hint}")
            return evolve(draft, whole=False)
        bundled = _sections(name)
        _tell_crew(draft, entry, _frame(bundled))
        return _joined(draft, entry, bundled, _left_out(draft, entry, bundled))
    return draft


def _tell_crew(draft: Draft, entry: Entry[Any], frame: CrewDaySection) -> None:
    """Its counts are those of one crew: on another it would be wrong without a word."""
    flight = entry.model
    if not isinstance(flight, FlightSection):
        return
    aboard = {*flight.crew_up, *flight.crew_aboard}
    if len(aboard) != frame.crew:
        what = f"is for {frame.crew} people aboard, and crew_up and crew_aboard are {len(aboard)}"
        draft.blame(entry, ("crew_day",), what)


def _left_out(draft: Draft, entry: Entry[Any], bundled: dict[str, Section]) -> frozenset[str]:
    found: set[str] = set()
    for at, node in entry.node.matching(("leave_out", "*")):
        if isinstance(node.scalar, str) and node.scalar in bundled["activities"].ids:
            found.add(node.scalar)
        else:
            hint = nearest(node.scalar, bundled["activities"].ids)
            draft.blame(entry, at, f"the crew day has no such activity{hint}")
    return frozenset(found)


def _joined(draft: Draft, entry: Entry[Any], bundled: dict[str, Section], left_out: frozenset[str]) -> Draft:
    sections = dict(draft.sections)
    flight = entry.model if isinstance(entry.model, FlightSection) else None
    for name, section in bundled.items():
        own = draft.section(name)
        if name == "crew_day":
            sections.setdefault(name, section)
            continue
        rest = [one for one in section.entries if one.id not in own.ids]
        if name == "activities":
            blocks = _blocks(draft)
            rest = [one for one in rest if one.id not in left_out and _is_prayed(one, blocks)]
            rest = [one for one in rest for one in _on_its_days(one, _frame(bundled), flight)]
        sections[name] = Section(present=True, entries=(*own.entries, *rest), complete=own.complete)
    return evolve(draft, sections=sections)


def _blocks(draft: Draft) -> frozenset[str]:
    """The prayers that the programme has times of."""
    found = (entry.node.matching(("blocks", "*", "id")) for entry in draft.section("prayer").entries)
    return frozenset(node.scalar for nodes in found for _, node in nodes if isinstance(node.scalar, str))


def _is_prayed(entry: Entry[Any], blocks: frozenset[str]) -> bool:
    """Whether it is no prayer, or one that the programme has times of: whose rule gives them is its own choice."""
    window = _activity(entry).window
    return window is None or window.kind != "prayer" or window.of in blocks


def _on_its_days(entry: Entry[Any], frame: CrewDaySection, flight: FlightSection | None) -> tuple[Entry[Any], ...]:
    """The activity on its days of the stay asked for; none where no day of it is left."""
    days = _activity(entry).flight_days
    if flight is None or not days:
        return (entry,)
    later = round((flight.stay - frame.stay) / _DAY_MIN)
    found = [day for day in days_of_stay(days, later, frame.stay // _DAY_MIN) if day <= latest_flight_day(flight)]
    if not found:
        return ()
    return (evolve(entry, model=_activity(entry).model_copy(update={"flight_days": found})),)


def days_of_stay(days: list[int], later: int, stay_d: int) -> list[int]:
    """Flight days written for a stay of `stay_d` days as those of one that ends `later` days later."""
    middle = stay_d / 2 + 1  # of flight days 1 to stay_d + 1
    first, last = min(days), max(days)
    if first <= middle < last and len(days) == last - first + 1:
        return list(range(first, last + later + 1))
    return sorted({moved for day in days if (moved := day if day <= middle else day + later) >= 1})


def _activity(entry: Entry[Any]) -> ActivityEntry:
    assert isinstance(entry.model, ActivityEntry), "a bundled crew day has no fault"
    return entry.model


def _frame(bundled: dict[str, Section]) -> CrewDaySection:
    frame = bundled["crew_day"].entries[0].model
    assert isinstance(frame, CrewDaySection), "a bundled crew day says what it is"
    return frame


@cache
def _sections(name: str) -> dict[str, Section]:
    """The sections of one bundled crew day, shaped once."""
    return bundled_sections(_FOLDER, name)
