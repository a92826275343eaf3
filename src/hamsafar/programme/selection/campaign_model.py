"""The shape of `campaign.yaml`: every section of it, as people write it."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, create_model

from hamsafar.domain.campaign import Combining, FieldKind, Reach, Right
from hamsafar.errors import InputError
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import (
    Clock,
    Count,
    Day,
    Id,
    Minutes,
    Number,
    OpeningHours,
    Text,
    Whole,
    Zone,
    read_date,
    read_number,
    said,
)

_AFTER_OPENING = re.compile(r"opening\s*\+\s*(\d{1,5})\s*d", re.ASCII)


def _read_day_or_count(value: Any) -> date | int:
    """A date, or so many days after the opening."""
    found = _AFTER_OPENING.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is not None:
        return int(found[1])
    try:
        return read_date(value)
    except InputError as problem:
        raise InputError(f"{problem.what}, or days after the opening such as 'opening + 21 d'") from problem


def _read_scale(value: Any) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise InputError("should be the lowest and the highest mark, such as [0, 100]")
    lowest, highest = map(read_number, value)
    if not lowest < highest:
        raise InputError("should have its lowest mark first, and a higher one second")
    return lowest, highest


_DAY_TEXT = {
    "type": "string",
    "pattern": r"^(\d{4}-\d{2}-\d{2}|opening\s*\+\s*\d{1,5}\s*d)$",
    "examples": ["2027-02-01", "opening + 21 d"],
}
SomeDay = Annotated[date | int, said(_read_day_or_count), WithJsonSchema(_DAY_TEXT)]
_TWO = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2, "examples": [[0, 100]]}
Scale = Annotated[tuple[float, float], said(_read_scale), WithJsonSchema(_TWO)]
_Texts = list[Text]


class CampaignSection(Entry):
    """The campaign itself."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    opens: Day = Field(description="First day on which applications count.")
    closes: SomeDay = Field(description="Last day on which they count, on the clock of who runs the first stage.")
    template: Text | None = Field(None, description="Of the catalogue: what this file does not say is taken from it.")


class OrganisationEntry(Entry):
    """One organisation that runs a stage."""

    id: Id = Field(description="Its short name.")
    name: Text = Field(description="Its name for people.")
    role: Literal["host", "guest"] = Field(description="host trains and flies the chosen; guest sends them.")
    zone: Zone = Field(description="Its time zone.")


class AwayEntry(Entry):
    """An absence."""

    first: Day = Field(alias="from", description="First day away.")
    last: Day = Field(alias="to", description="Last day away.")


class RoleEntry(Entry):
    """Somebody who works in the campaign, by role and never by name."""

    id: Id = Field(description="For instance assessor-07.")
    title: Text = Field(description="What they are.")
    organisation: Id = Field(description="Whom they work for.")
    rights: list[Right] = Field(min_length=1, description="What they may do.")
    languages: _Texts = Field([], description="Languages they assess in.")
    expertise: list[Id] = Field([], description="Tests or fields they can judge; left out: any.")
    away: list[AwayEntry] = Field([], description="When they are not there.")
    most_candidates: Count | None = Field(None, description="How many they mark at most in one stage.")
    home: Text | None = Field(None, description="Where they travel from.")


class OptionEntry(Entry):
    """One answer of a choice."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="As forms show it.")
    also: _Texts = Field([], description="Other spellings that exports have.")


class FieldEntry(Entry):
    """One thing that an application says."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="As forms ask it.")
    kind: FieldKind = Field(description="What kind of answer it takes.")
    unit: Literal["cm", "m", "kg", "years", "months", "days", "hours"] | None = Field(
        None, description="Of a number: what it is kept in."
    )
    options: list[OptionEntry] = Field([], description="Of a choice: its answers, lowest first where they rank.")
    columns: _Texts = Field([], description="Headings it comes under in exports, besides id and title.")
    required: bool = Field(False, description="An application without it is not valid.")
    identifies: bool = Field(False, description="Tells who somebody is: kept from assessors and boards.")
    same_person: bool = Field(False, description="Two applications with the same value may be of one person.")
    group: bool = Field(False, description="Fairness is looked at by it.")


class CriterionEntry(Entry):
    """One condition on one field."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="As applicants read it.")
    field: Id = Field(description="The field it looks at.")
    minimum: Number | None = Field(None, description="Least value, or of a date the least age in whole years.")
    maximum: Number | None = Field(None, description="Greatest value still allowed; of ages the last whole year.")
    on: SomeDay | None = Field(None, description="The day on which ages count.")
    at_least: Id | None = Field(None, description="The lowest answer that is enough.")
    one_of: _Texts = Field([], description="The answers that are enough.")
    holds: bool | None = Field(None, description="Of a yes-no field: the answer that is asked.")
    band: Annotated[float, Field(ge=0, strict=False)] = Field(
        0.0, description="A value so near a limit, on either side, goes to a second look."
    )
    only_for: dict[str, list[Id]] = Field({}, description="Asked only of those who answered so: field: [options].")
    source: Text = Field("", description="Where the condition comes from.")


class ItemEntry(Entry):
    """One thing that is marked."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="What is marked.")
    weight: Number = Field(1.0, description="Its weight within the test.")


class TestEntry(Entry):
    """One test, interview or paper."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    items: list[ItemEntry] = Field(min_length=1, description="What is marked in it.")
    scale: Scale = Field((0.0, 100.0), description="Lowest and highest mark.")
    assessors: Annotated[int, Field(ge=0, le=100)] = Field(1, description="Who mark each candidate; 0: a machine.")
    pass_mark: Number | None = Field(None, description="A hurdle: the least weighted mean that goes on.")
    weight: Number = Field(1.0, description="Among the tests of the stage, where they compensate.")
    duration: Minutes | None = Field(None, description="How long one candidate's appointment is.")
    room: Id | None = Field(None, description="The kind of room it needs.")
    language: Text | None = Field(None, description="The language of its instructions.")
    skill: Id | None = Field(None, description="What a good score shows, in the words of the flight's needs.")


class HandOverEntry(Entry):
    """What one organisation passes to the other."""

    to: Id = Field(description="The organisation that gets it.")
    fields: list[Id] = Field([], description="Fields of the applications.")
    scores: bool = Field(True, description="Scores with their intervals too.")
    due: SomeDay = Field(description="Until when.")


class StageEntry(Entry):
    """One stage."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    run_by: Id = Field(description="The organisation that runs it.")
    begins: SomeDay = Field(description="Its first day.")
    ends: SomeDay = Field(description="Its last day.")
    answer_due: SomeDay = Field(description="Until then each candidate knows.")
    criteria: list[Id] = Field([], description="The criteria it looks at.")
    tests: list[TestEntry] = Field([], description="The tests it holds.")
    combining: Combining = Field("hurdles", description="How tests are put together.")
    places: Count | None = Field(None, description="How many may go on; left out: all who pass.")
    reserves: Whole = Field(0, description="How many are kept in reserve.")
    board: Id | None = Field(None, description="Who decides; left out: the criteria do.")
    medical: bool = Field(False, description="Needs a medical verdict.")
    mixing: Whole = Field(0, description="Least number of candidates that two assessors of a test both reach.")
    rooms: list[Id] = Field([], description="The rooms it may use.")
    day_begins: Clock | None = Field(None, description="When test days begin; left out: 09:00.")
    day_ends: Clock | None = Field(None, description="When they end; left out: 17:00.")
    breaks: list[OpeningHours] | None = Field(
        None, description="When nobody is seen on them; left out: 12:00-13:00; [] for no break."
    )
    passes_on: HandOverEntry | None = Field(None, description="What goes to the other organisation afterwards.")


class BoardEntry(Entry):
    """Who decides."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    chair: Id = Field(description="The role that chairs it.")
    members: list[Id] = Field(min_length=1, description="The roles that sit on it.")
    quorum: Count = Field(description="How many must be present.")


class RoomEntry(Entry):
    """A room or facility."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    kind: Id = Field(description="What kind it is; tests ask for a kind.")
    place: Text = Field(description="Where it is.")
    capacity: Count = Field(1, description="How many candidates are seen there at once.")


class RetentionSection(Entry):
    """Until when personal data are kept."""

    not_chosen: SomeDay = Field(description="Of those not chosen.")
    chosen: SomeDay = Field(description="Of those chosen.")


class NeedEntry(Entry):
    """What the flight needs of those chosen together."""

    skill: Id = Field(description="The skill, as a test names it.")
    title: Text = Field(description="Its name for people.")
    at_least: Number = Field(description="How good, on the scale of the test; 1 for a skill simply had.")
    of: Reach = Field("any", description="Of whom.")
    weight: Number = Field(1.0, description="Of what is above the least.")
    source: Text = Field("", description="Where the need comes from.")


class CohortSection(Entry):
    """How the last choice is made."""

    seats: list[Id] = Field(min_length=1, description="Who they become, such as trainee-prime.")
    needs: list[NeedEntry] = Field([], description="What they cover together.")
    programme: Text | None = Field(None, description="The folder of the flight's programme, beside this file.")


class PopulationEntry(Entry):
    """How a field is spread among people who might apply."""

    field: Id = Field(description="The field.")
    group: dict[str, str] = Field(description="The group: field: option.")
    mean: Number | None = Field(None, description="Of a number or an age.")
    sd: Number | None = Field(None, description="Its standard deviation.")
    shares: dict[str, Number] = Field({}, description="Of a choice: option: share from 0 to 1.")
    source: Text = Field("", description="Where the figures come from.")


ONCE: dict[str, tuple[type[Entry], str]] = {
    "campaign": (CampaignSection, "The campaign itself."),
    "retention": (RetentionSection, "Until when personal data are kept."),
    "cohort": (CohortSection, "How the last choice is made."),
}
LISTS: dict[str, tuple[type[Entry], str]] = {
    "organisations": (OrganisationEntry, "The organisations that run stages."),
    "roles": (RoleEntry, "Everybody who works in it, by role."),
    "fields": (FieldEntry, "What an application says."),
    "criteria": (CriterionEntry, "What applicants must meet."),
    "rooms": (RoomEntry, "Rooms and facilities for tests."),
    "boards": (BoardEntry, "Who decides."),
    "stages": (StageEntry, "The stages, in their order."),
    "population": (PopulationEntry, "Who might apply, so that exclusion shows before anybody does."),
}
NEEDED = ("campaign", "organisations", "roles", "fields", "stages", "retention")


def _file_model() -> type[Entry]:
    fields: dict[str, Any] = {name: (model, Field(None, description=about)) for name, (model, about) in ONCE.items()}
    for name, (model, about) in LISTS.items():
        fields[name] = (list[model], Field([], description=about))  # type: ignore[valid-type]  # of a table
    about = "A selection campaign. See docs/reference/campaign-files.md."
    made: type[Entry] = create_model("CampaignFile", __base__=Entry, __doc__=about, **fields)
    return made


CampaignFile = _file_model()
