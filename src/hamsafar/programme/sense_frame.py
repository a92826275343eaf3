"""Whether the frame makes sense: calendars, people, the flight, the term. References are known to be good or told."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hamsafar.catalog import Catalogue
from hamsafar.domain.calendars import Hours
from hamsafar.domain.vehicles import Ship
from hamsafar.errors import InputError
from hamsafar.programme.draft import Draft, Entry
from hamsafar.programme.entry import GapEntry
from hamsafar.programme.problems import nearest
from hamsafar.programme.public_holidays import countries, public_holidays
from hamsafar.programme.references import GROUPS
from hamsafar.programme.sections import (
    CalendarEntry,
    ClosedEntry,
    FacilityEntry,
    FlightSection,
    PersonEntry,
    ProgrammeSection,
    TrainingSection,
)


def tell_twice(draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], values: Sequence[Hashable]) -> None:
    """Values of a list that occur more than once in it."""
    for index, value in enumerate(values):
        if value in values[:index]:
            draft.blame(entry, (*path, index), "is listed twice")


def tell_gap(draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], gap: GapEntry | None) -> None:
    """A gap that is at most less than it is at least."""
    if gap is not None and gap.max is not None and gap.max < gap.min:
        draft.blame(entry, (*path, "max"), f"is less than `min` ({gap.min} min)")


def years_that_matter(draft: Draft) -> tuple[int, int] | None:
    """From the year before the term (or today) to the year after the launch window; None if that can't be known."""
    programme, flight = draft.once("programme", ProgrammeSection), draft.once("flight", FlightSection)
    if programme is None or flight is None:
        return None
    training = draft.once("training", TrainingSection)
    first = min([programme[1].now, *([training[1].start] if training else [])])
    last = flight[1].launch_window.closes.datetime().date()
    return first.year - 1, max(last.year, first.year) + 1


def tell_calendars(draft: Draft) -> None:
    """Hours out of order, ranges backwards, holidays of nowhere."""
    years = years_that_matter(draft)
    for entry, calendar in draft.of("calendars", CalendarEntry):
        tell_twice(draft, entry, ("weekdays",), calendar.weekdays)
        _tell_hours(draft, entry, ("hours",), calendar.hours)
        _tell_ranges(draft, entry, ("closed",), calendar.closed)
        _tell_ranges(draft, entry, ("shorter",), calendar.shorter)
        for index, stretch in enumerate(calendar.shorter):
            _tell_hours(draft, entry, ("shorter", index, "hours"), stretch.hours)
        if calendar.public_holidays is not None:
            _tell_holidays(draft, entry, calendar, years)
    for place, facility in draft.of("facilities", FacilityEntry):
        _tell_ranges(draft, place, ("closed",), facility.closed)


def _tell_hours(draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], hours: Sequence[Hours]) -> None:
    for index, (early, late) in enumerate(pairwise(hours), 1):
        if late.opens < early.closes:
            draft.blame(entry, (*path, index), "should come after the hours before it, without overlap")


def _tell_ranges(draft: Draft, entry: Entry[Any], path: tuple[str | int, ...], ranges: Sequence[ClosedEntry]) -> None:
    for index, days in enumerate(ranges):
        if days.last < days.first:
            draft.blame(entry, (*path, index, "to"), f"ends before it starts ({days.first})")


def _tell_holidays(draft: Draft, entry: Entry[Any], calendar: CalendarEntry, years: tuple[int, int] | None) -> None:
    choice = calendar.public_holidays
    assert choice is not None
    path = ("public_holidays", "country") if isinstance(entry.value("public_holidays"), dict) else ("public_holidays",)
    if choice.country not in countries():
        hint = nearest(choice.country.upper(), countries())
        draft.blame(entry, path, f"is no ISO country code with known holidays{hint}")
        return
    for index, text in enumerate(choice.only):
        try:
            if years is not None:
                public_holidays(choice.country, [text], years)
        except InputError as problem:
            draft.blame(entry, ("public_holidays", "only", index), problem.what)


def tell_people(draft: Draft) -> None:
    """Ids that mean a group, certificates that end before they begin, people who back up themselves."""
    functions = functions_of(draft)
    for entry, person in draft.of("people", PersonEntry):
        if person.id in GROUPS:
            draft.blame(entry, ("id",), "is the name of a group; call this person otherwise")
        for index, held in enumerate(person.certificates):
            if held.valid_until < held.valid_from:
                draft.blame(entry, ("certificates", index, "until"), f"ends before it starts ({held.valid_from})")
        if person.backs_up == person.id:
            draft.blame(entry, ("backs_up",), "nobody backs up themselves")
        elif functions.get(person.backs_up or "", person.function) != person.function:
            what = f"is of function {functions[person.backs_up or '']}, but this person is {person.function}"
            draft.blame(entry, ("backs_up",), what)


def functions_of(draft: Draft) -> dict[str, str]:
    """person → function, of everybody whose entry is sound."""
    return {person.id: person.function for _, person in draft.of("people", PersonEntry)}


def tell_flight(draft: Draft, catalogue: Catalogue) -> None:
    """Windows backwards, crews that don't fit together, ships that don't go there."""
    found = draft.once("flight", FlightSection)
    if found is None:
        return
    entry, flight = found
    window = flight.launch_window
    if window.closes <= window.opens:
        draft.blame(entry, ("launch_window", "to"), f"ends before it starts ({window.opens})")
    if flight.stay_tolerance >= flight.stay:
        draft.blame(entry, ("stay_tolerance",), f"should be shorter than the stay ({flight.stay} min)")
    _tell_crew(draft, entry, flight)
    _tell_ships(draft, entry, flight, catalogue)
    _tell_dates(draft, flight)


def _tell_dates(draft: Draft, flight: FlightSection) -> None:
    last = flight.launch_window.closes.datetime().date()
    late = f"lies after the launch window, which closes on {last}"
    programme, training = draft.once("programme", ProgrammeSection), draft.once("training", TrainingSection)
    if programme is not None and programme[1].now > last:
        draft.blame(programme[0], ("now",), late)
    if training is not None and training[1].start > last:
        draft.blame(training[0], ("start",), late)


def _tell_crew(draft: Draft, entry: Entry[Any], flight: FlightSection) -> None:
    functions = functions_of(draft)
    for name in ("crew_up", "crew_aboard", "crew_down"):
        crew: list[str] = getattr(flight, name)
        tell_twice(draft, entry, (name,), crew)
        for index, person in enumerate(crew):
            if functions.get(person, "crew") not in ("crew", "trainee"):
                what = f"is of function {functions[person]}; only crew and trainees fly"
                draft.blame(entry, (name, index), what)
    for index, person in enumerate(flight.crew_aboard):
        if person in flight.crew_up:
            draft.blame(entry, ("crew_aboard", index), "is in crew_up too; nobody is in both")
    for index, person in enumerate(flight.crew_down):
        if person not in flight.crew_up and person not in flight.crew_aboard:
            draft.blame(entry, ("crew_down", index), "is neither in crew_up nor in crew_aboard")
    if functions.get(flight.guest, "trainee") != "trainee":
        draft.blame(entry, ("guest",), f"is of function {functions[flight.guest]}; the guest is a trainee")
    elif flight.guest not in flight.crew_up:
        draft.blame(entry, ("guest",), "is not in crew_up; the guest flies")


def _tell_ships(draft: Draft, entry: Entry[Any], flight: FlightSection, catalogue: Catalogue) -> None:
    types = {ship.id: ship for ship in catalogue.ships}
    up, down = types.get(flight.ship_up.type), types.get(flight.ship_down.type)
    if flight.ship_up.id == flight.ship_down.id and flight.ship_up.type != flight.ship_down.type:
        draft.blame(entry, ("ship_down", "type"), f"the same ship is of type {flight.ship_up.type!r} on the way up")
    programme = draft.once("programme", ProgrammeSection)
    for ship, name in ((up, "ship_up"), (down, "ship_down")):
        known = programme is not None and programme[1].station in {station.id for station in catalogue.stations}
        if ship is not None and programme is not None and known and ship.station != programme[1].station:
            draft.blame(entry, (name, "type"), f"flies to {ship.station}, not to {programme[1].station}")
    if up is not None:
        _tell_way_up(draft, entry, flight, up)
    if down is not None:
        _tell_way_down(draft, entry, flight, down)


def _tell_way_up(draft: Draft, entry: Entry[Any], flight: FlightSection, ship: Ship) -> None:
    pads = {launch.pad for launch in ship.launches}
    if flight.pad not in pads:
        draft.blame(entry, ("pad",), f"is not a pad that {ship.name} has left from{nearest(flight.pad, pads)}")
    names = {profile.name for profile in ship.profiles}
    tell_twice(draft, entry, ("profiles",), flight.profiles)
    for index, profile in enumerate(flight.profiles):
        if profile not in names:
            draft.blame(entry, ("profiles", index), f"is not a profile of {ship.name}{nearest(profile, names)}")


def _tell_way_down(draft: Draft, entry: Entry[Any], flight: FlightSection, ship: Ship) -> None:
    ways = {way.name: way.site for way in ship.returns}
    if flight.return_profile not in ways:
        hint = nearest(flight.return_profile, ways)
        draft.blame(entry, ("return_profile",), f"is not a return profile of {ship.name}{hint}")
    elif flight.landing_site not in {way.site for way in ship.returns if way.name == flight.return_profile}:
        site = ways[flight.return_profile]
        draft.blame(entry, ("landing_site",), f"the return profile {flight.return_profile} leads to {site}")


def tell_term(draft: Draft) -> None:
    """Phases that end before they begin, phases of the same name, and nights without an end."""
    found = draft.once("training", TrainingSection)
    if found is None:
        return
    entry, training = found
    if not training.phases and not draft.section("syllabus").present and draft.whole:
        what = "'phases' is missing: say them here, or name a `syllabus` of the catalogue"
        draft.problems.add(entry.place("phases"), what)
    if training.usual_night is not None and training.usual_night[0] == training.usual_night[1]:
        draft.blame(entry, ("usual_night", 1), "is when the night begins; say when it ends")
    for index, phase in enumerate(training.phases):
        if phase.begins <= phase.ends:
            what = "ends before it begins: `from` and `to` count back from lift-off, so `from` is the larger"
            draft.blame(entry, ("phases", index, "from"), what)
        if phase.id in [earlier.id for earlier in training.phases[:index]]:
            draft.blame(entry, ("phases", index, "id"), "is used twice")


def latest_flight_day(flight: FlightSection) -> int:
    """The last flight day that the longest stay can reach: it may begin late on day 1."""
    longest = timedelta(minutes=flight.stay + flight.stay_tolerance)
    return -(-longest // timedelta(days=1)) + 1
