"""The sections of a change file, one pydantic model each: shape and words only, no reference is followed.

The specification is docs/reference/change-files.md; the JSON Schema is generated from these models.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

from pydantic import Field, create_model

from hamsafar.domain.aboard import ActivityKind, WindowKind
from hamsafar.domain.host import HostWord
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import (
    LONGEST_MIN,
    Day,
    DayOrMoment,
    FileName,
    Id,
    Moment,
    PlacementName,
    Text,
    Whole,
    WorkName,
)
from hamsafar.programme.rules_section import RulesSection
from hamsafar.programme.sections import HostsMinutesSection, SessionEntry, SubjectEntry
from hamsafar.programme.sections_aboard import ActivityEntry

_FROM = "The first day, or the instant from which on."
_TO = "The last day, itself included, or the instant up to which."
_WHY = "Why; the plan quotes it."
MOST_DAYS = 3_660
_Days = Annotated[int, Field(ge=-MOST_DAYS, le=MOST_DAYS)]


class ChangeSection(Entry):
    """What the change is called, and who asked for it."""

    title: Text = Field(description="What people read in the list of versions.")
    asked_by: Id = Field(description="Who asked for it: an agency or a person of the programme.")
    asked_on: Day | None = Field(None, description="When they asked.")
    why: Text = Field("", description="Why they asked.")


class StretchEntry(Entry):
    """From when to when."""

    begins: DayOrMoment = Field(alias="from", description=_FROM)
    ends: DayOrMoment = Field(alias="to", description=_TO)


class LaunchEntry(Entry):
    """When lift-off is wanted now: one of the keys."""

    by_days: _Days | None = Field(None, description="So many days after the day planned; below 0: before it.")
    not_before: DayOrMoment | None = Field(None, description="Not before this day or instant.")
    window: StretchEntry | None = Field(None, description="Between these.")


class LandingEntry(Entry):
    """When landing is wanted now: `by_days`, or one or both of the others."""

    by_days: _Days | None = Field(None, description="A stay of so many days more than planned; below 0: fewer.")
    not_before: DayOrMoment | None = Field(None, description="Not before this day or instant.")
    not_after: DayOrMoment | None = Field(None, description="Not after this day (itself included) or instant.")


class UnfitEntry(Entry):
    """A ship at the station in which nobody can go home."""

    ship: Id = Field(description="Which: the ship up, the ship down, or another one at the station.")
    begins: DayOrMoment | None = Field(None, alias="from", description=_FROM + " Left out: from `now` on.")
    why: Text = Field("", description=_WHY)


class UnseatedEntry(Entry):
    """That people have no seat in a ship that can leave, accepted for a while."""

    people: list[Id] = Field(min_length=1, description="Who, of those aboard.")
    begins: DayOrMoment | None = Field(None, alias="from", description=_FROM + " Left out: from `now` on.")
    ends: DayOrMoment = Field(alias="to", description=_TO)
    accepted_by: Id = Field(description="Who accepts it: an agency or a person of the programme.")
    why: Text = Field("", description=_WHY)


class ShipsEntry(Entry):
    """What is different about the ships."""

    down: Id | None = Field(
        None, description="The ship that goes home: the ship up or down; or another one, such as the ship down is."
    )
    crew_down: list[Id] = Field([], description="Everybody who goes home in it; left out: the same people.")
    unfit: list[UnfitEntry] = Field([], description="Ships in which nobody can go home.")
    without_seat: list[UnseatedEntry] = Field([], description="Who may be without a seat in a ship that can leave.")


class OnDaysEntry(Entry):
    """On which flight days something aboard is done, of those to come."""

    of: Id = Field(description="An activity.")
    days: list[Annotated[int, Field(ge=1, le=MOST_DAYS)]] = Field(
        min_length=1, description="The flight days, from 1, in place of those to come; past ones stay."
    )


class OptionalEntry(Entry):
    """Something aboard that may be left out from now on."""

    of: Id = Field(description="An activity.")
    value: Whole = Field(0, description="What it is worth when it competes with others, in points.")


class ClosedWindowsEntry(StretchEntry):
    """Windows that don't count for a while."""

    kind: WindowKind = Field(description="What kind of window.")
    of: Id | None = Field(None, description="Of which site, block of prayer or relay; left out: all of that kind.")
    why: Text = Field("", description=_WHY)


class AwayEntry(Entry):
    """Somebody is away."""

    person: Id = Field(description="Who.")
    begins: DayOrMoment = Field(alias="from", description=_FROM)
    ends: DayOrMoment | None = Field(None, alias="to", description=_TO + " Left out: for good.")
    why: Text = Field("", description=_WHY)


class ShutEntry(StretchEntry):
    """Something can't be used for a while."""

    what: Id = Field(description="A facility of the term, or a resource aboard.")
    why: Text = Field("", description=_WHY)


class DurationEntry(Entry):
    """Something takes longer, or less long, from now on."""

    of: WorkName = Field(description="An activity, or a session as subject/session.")
    minutes: Annotated[int, Field(ge=1, le=LONGEST_MIN)] = Field(description="How many minutes it takes.")


class AddedSessionEntry(SessionEntry):
    """A session more. What is left out is as in the session before it (where it is the first: after it)."""

    subject: Id = Field(description="The subject it becomes part of.")
    before: Id | None = Field(None, description="The session of the subject that it goes in front of; left out: last.")


class AddSection(Entry):
    """What is to be done besides, in the forms of programme files."""

    activities: list[ActivityEntry] = Field([], description="Activities aboard.")
    sessions: list[AddedSessionEntry] = Field([], description="Sessions of subjects that there are.")
    subjects: list[SubjectEntry] = Field([], description="Subjects.")


class HappenedEntry(Entry):
    """What happened other than planned."""

    placement: PlacementName = Field(description="Which placement, by its id in the plan.")
    attended: bool = Field(True, description="false: it was missed, and is to be placed again.")
    passed: bool = Field(True, description="false: an exam that was failed, and is to be placed again.")
    begins: DayOrMoment | None = Field(None, alias="from", description="The instant when it really began.")
    ends: DayOrMoment | None = Field(None, alias="to", description="The instant when it really ended.")
    people: list[Id] | None = Field(None, min_length=1, description="Who really took part.")
    why: Text = Field("", description=_WHY)


class FixedEntry(Entry):
    """Something that the host has fixed aboard."""

    id: Id = Field(description="What the plan calls it.")
    title: Text = Field(description="What people read in the plan.")
    kind: ActivityKind = Field("station-work", description="What kind of activity.")
    begins: Moment = Field(alias="from", description="The instant when it begins.")
    ends: Moment = Field(alias="to", description="The instant when it ends.")
    people: list[Id] = Field(min_length=1, description="Whom it takes, of those aboard.")
    source: Text = Field("", description="The file of the host's, and the place in it, that says so.")


class AnswerEntry(Entry):
    """What the host says to a request."""

    request: Annotated[int, Field(ge=1, le=100_000)] = Field(description="The number of the request.")
    answer: HostWord = Field(description="Granted where it was asked for, moved to another time, or refused.")
    start: Moment | None = Field(None, description="When it begins, where it is moved.")
    by: Text = Field("", description="Who answered.")
    on: Day | None = Field(None, description="When they answered.")
    why: Text = Field("", description=_WHY)


# Sections that are a mapping or a value, lists of entries, and lists of names; in the order in which people read them.
ONCE: dict[str, tuple[Any, str]] = {
    "change": (ChangeSection, "What the change is called, and who asked."),
    "now": (DayOrMoment, "What begins before this day or instant is past and stays as it was."),
    "launch": (LaunchEntry, "When lift-off is wanted now."),
    "landing": (LandingEntry, "When landing is wanted now."),
    "docking": (Moment, "When the ship docks now, as the host says once it has lifted off: an instant."),
    "ships": (ShipsEntry, "Which ship goes home with whom, which one can't, and who may be without a seat."),
    "elements": (FileName, "The file beside this one with newer elements of the station: TLE or OMM."),
    "limits": (RulesSection, "Other figures for rules, as in the section `rules` of a programme."),
    "hosts_minutes": (HostsMinutesSection, "The hosts' minutes agreed now, in place of those agreed before."),
    "add": (AddSection, "What is to be done besides."),
}
LISTS: dict[str, tuple[type[Entry], str]] = {
    "windows_closed": (ClosedWindowsEntry, "Windows that don't count for a while."),
    "away": (AwayEntry, "Who is away, and when."),
    "shut": (ShutEntry, "What can't be used, and when."),
    "durations": (DurationEntry, "What takes longer, or less long, from now on."),
    "flight_days": (OnDaysEntry, "What is done on other flight days from now on."),
    "optional": (OptionalEntry, "What may be left out from now on."),
    "host_plan": (FixedEntry, "What the host has fixed aboard from now on, in place of what it had fixed before."),
    "answers": (AnswerEntry, "What the host says to requests."),
    "happened": (HappenedEntry, "What happened other than planned; everything else before `now` was done as planned."),
}
NAMES: dict[str, tuple[Any, str]] = {
    "drop": (WorkName, "Activities, subjects and sessions that are not to be done any more."),
    "pin": (PlacementName, "Placements that stay where they are in the plan."),
    "unpin": (PlacementName, "Placements that need not stay where they are any more."),
    "promise": (WorkName, "Activities and sessions that are promised to somebody outside."),
    "unpromise": (WorkName, "Activities and sessions that are promised no more."),
}
ADDED: dict[str, type[Entry]] = {"activities": ActivityEntry, "sessions": AddedSessionEntry, "subjects": SubjectEntry}
KEYS = (*ONCE, *LISTS, *NAMES)


def _file_model() -> type[Entry]:
    fields: dict[str, Any] = {name: (of, Field(None, description=about)) for name, (of, about) in ONCE.items()}
    fields["change"] = (ChangeSection, Field(description=ONCE["change"][1]))
    for name, (of, about) in {**LISTS, **NAMES}.items():
        fields[name] = (list[of], Field([], description=about))  # type: ignore[valid-type]  # of a table
    about = "A change of a Hamsafar plan: what is asked, by whom. See docs/reference/change-files.md."
    made: type[Entry] = create_model("ChangeFile", __base__=Entry, __doc__=about, **fields)
    return made


@cache
def part_model(name: str) -> type[Entry]:
    """The model of one section alone, under its own name, so that a fault in one doesn't hide those of another."""
    of, about = {**ONCE, **NAMES}[name]
    fields: dict[str, Any] = {name: (list[of] if name in NAMES else of, Field(description=about))}  # type: ignore[valid-type]  # of a table
    made: type[Entry] = create_model(f"Part_{name}", __base__=Entry, **fields)
    return made


ChangeFile = _file_model()
