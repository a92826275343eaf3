"""The sections of a programme file about life and work aboard, one pydantic model each: shape and words only."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from hamsafar.domain.aboard import ActivityKind, Repeat, WindowKind
from hamsafar.programme.entry import (
    NO_SPACING,
    CampaignEntry,
    Entry,
    FlightDay,
    GapEntry,
    SpacingEntry,
    spacing_alone,
)
from hamsafar.programme.fields import (
    Clock,
    Count,
    Factor,
    Grams,
    Id,
    Minutes,
    SomeMinutes,
    Text,
    Twilight,
    Whole,
)

_ID = "What the rest of the programme calls it."
_TITLE = "What people read in the plan."


class AfterActivity(GapEntry):
    """An activity that comes before this one."""

    of: Id = Field(description="The earlier activity.")


class WindowEntry(Entry):
    """A window that it needs."""

    kind: WindowKind = Field(description="What kind of window.")
    of: Id | None = Field(None, description="For a pass or a target a site, for prayer a block, otherwise nothing.")


class ResourceEntry(Entry):
    """Something shared aboard that has a capacity."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    capacity: Count | None = Field(
        None, description="How much of it there is at a time, in its unit; left out: all of its stock."
    )
    unit: Text = Field("", description="The unit of capacity, stock and amounts, such as W.")
    stock: Count | None = Field(None, description="How much of it there is to use up; left out: it is not used up.")
    source: Text = Field("", description="The public figure behind it; left out: ours.")
    calendar: Id | None = Field(None, description="In whose hours it is there; left out: at all hours.")
    window: WindowEntry | None = Field(None, description="While which kind of window it is there; left out: always.")


class NeedEntry(Entry):
    """A function to be filled."""

    function: Id = Field(description="What they do in it: operator, assistant, speaker …")
    candidates: list[Id] = Field(
        alias="from",
        min_length=1,
        description="People, or groups: guest, hosts, arriving, returning, staying, residents, relief (who come up and "
        "stay), relieved (who are aboard and go down), everyone.",
    )
    count: Count = Field(1, description="How many of them serve.")
    certificate: Id | None = Field(None, description="The certificate each of them needs.")


class UseEntry(Entry):
    """An amount of a resource."""

    resource: Id = Field(description="Which resource.")
    amount: Count = Field(1, description="How much, in the resource's unit.")


class SampleEntry(Entry):
    """A sample that is left to be kept."""

    sample: Id = Field(description="What the rest of the programme calls it.")
    mass: Grams = Field(description="What it weighs, its container included, each time one is taken.")
    life: SomeMinutes | None = Field(
        None, description="How long it keeps outside cold stowage, up to landing; left out: long enough."
    )
    stowed: SomeMinutes | None = Field(
        None, description="How soon after it was taken it lies in cold stowage; left out: it needs none."
    )
    returns: bool = Field(False, description="Whether it comes down with the guest.")
    kept_in: UseEntry | None = Field(
        None,
        description="What of which resource it fills from stowing until it is packed; left out: nothing that counts.",
    )


class CargoEntry(Entry):
    """What goes up, or comes down, for the guest whatever is done aboard."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    mass: Grams = Field(description="What it weighs.")
    way: Literal["up", "down"] = Field(description="In which ship it goes.")


class PaceEntry(Entry):
    """How long it takes aboard, as factors on the ground figure; what is left out is rule CRW-20's."""

    fixed: bool = Field(False, description="Whether it takes just as long as planned, whoever does it.")
    first_mean: Factor | None = Field(None, description="Mean of a newcomer's first execution.")
    first_p90: Factor | None = Field(None, description="What nine in ten first executions stay below.")
    learned_mean: Factor | None = Field(None, description="Mean of a newcomer's executions once learned.")
    learned_p90: Factor | None = Field(None, description="What nine in ten of them stay below.")


class ActivityEntry(Entry):
    """Something done aboard."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    kind: ActivityKind = Field(description="What kind of activity.")
    duration: SomeMinutes = Field(description="How long it takes on the ground.")
    who: list[NeedEntry] = Field(description="The functions to be filled, and by whom.")
    repeat: Repeat = Field("once", description="In the whole stay, on each day, or on each day for each person.")
    times: Annotated[int, Field(ge=1, le=1_000)] = Field(1, description="How often, in the stay or on each day.")
    flight_days: list[FlightDay] = Field(
        [], description="The flight days it may fall on; day 1 is the station-local date of docking."
    )
    campaign: CampaignEntry | None = Field(
        None, description="Of something daily, in place of flight_days: every so many days, or about an event."
    )
    starts_between: Annotated[list[Clock], Field(min_length=2, max_length=2)] | None = Field(
        None, description="Between which station-local times it starts; the second may lie after midnight."
    )
    prefer: Clock | None = Field(None, description="The start that is liked best, station-local.")
    uses: list[UseEntry] = Field([], description="Resources held all through.")
    window: WindowEntry | None = Field(None, description="The kind of window it must lie in.")
    after: list[AfterActivity] = Field([], description="Activities that come before it.")
    spacing: Annotated[SpacingEntry, BeforeValidator(spacing_alone, json_schema_input_type=Minutes | SpacingEntry)] = (
        Field(NO_SPACING, description="So long between the starts of its repeats: at least, or with min and max.")
    )
    same_people_as: list[Id] = Field(
        [], description="Activities whose people do this, of those who may do both; itself: all its times alike."
    )
    other_people_than: list[Id] = Field(
        [], description="Activities none of whose people do this; itself: each time others."
    )
    apart_from: list[Id] = Field([], description="Activities that never run meanwhile.")
    work: bool = Field(True, description="Whether it counts towards the day's work.")
    guest_programme: bool = Field(False, description="Whether the hosts' help counts against their budget.")
    quiet: bool = Field(
        False, description="Whether nobody may exercise meanwhile, and docking, undocking and boosts keep clear of it."
    )
    optional: bool = Field(False, description="Whether it may be left out.")
    value: Whole = Field(0, description="What it is worth when it competes with others.")
    promised: bool | None = Field(
        None, description="Whether somebody outside counts on it; left out: links and outreach are promised."
    )
    milestone: Id | None = Field(None, description="The milestone without which it is not flown.")
    on_waking: SomeMinutes | None = Field(
        None,
        description="How soon after the sleep of those in the first entry of `who` it starts, before all but hygiene.",
    )
    fasting: Minutes = Field(0, description="How long those in the first entry of `who` have eaten nothing before it.")
    consumes: list[UseEntry] = Field([], description="What it uses up, of resources with a stock.")
    yields: list[SampleEntry] = Field([], description="Samples that it leaves, each time.")
    stows: list[Id] = Field([], description="Samples that it puts into cold stowage, n-th time by n-th time.")
    packs: list[Id] = Field([], description="Samples that it packs into the ship down; its kind is descent.")
    moves_liners: list[Id] = Field(
        [], description="Of a transfer: people or groups whose seat liner and suit it moves; left out: all in it."
    )
    checks_fit: list[Id] = Field(
        [],
        description="People or groups who try their seat liner in the ship down; a transfer without "
        "moves_liners is such a check by itself.",
    )
    pace: PaceEntry | None = Field(None, description="How long it takes aboard, where it is not as its kind.")
    source: Text = Field("", description="The public figures behind it; left out: ours.")
    task_list: bool = Field(
        False,
        description="Whether it stands on a task list: a small thing with no fixed time, done when there is time.",
    )
    due: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        None, description="Of a task list: the flight day by whose end it is done; left out: by the end of the stay."
    )
    flexible: bool | None = Field(
        None,
        description="Whether who does it may move it without asking; left out: where nobody, nothing and no window "
        "waits for it.",
    )
    get_ahead: bool = Field(
        False, description="Whether it may be done sooner, or though it was left out, where time is left over."
    )


class BlockEntry(Entry):
    """A prayer, or two combined, between two events of the Sun."""

    id: Id = Field(description=_ID)
    title: Text = Field(description=_TITLE)
    opens: Literal["dawn", "noon", "sunset"] = Field(description="The event of the Sun with which it opens.")
    closes: Literal["sunrise", "sunset", "dawn"] = Field(description="The event of the Sun with which it closes.")


class PrayerSection(Entry):
    """Whose rule gives the prayer times."""

    authority: Text = Field(
        description="Who decided it; the plan quotes it. Where twilight is left out: one known by name, as karachi."
    )
    place: Id = Field(description="The site whose Sun gives the times.")
    twilight: Twilight | None = Field(
        None, description="How far the Sun is below the horizon at dawn; left out: as the authority says."
    )
    blocks: list[BlockEntry] = Field(min_length=1, description="The prayers.")
