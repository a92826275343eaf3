"""What every entry of a programme file is, and the small entries that say how often and how far apart."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from hamsafar.errors import InputError
from hamsafar.programme.fields import Minutes, Moment, SomeDays, Text, read_minutes, said, saying


class Entry(BaseModel):
    """A mapping with a closed list of keys; nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_LATEST_DAY = 1_000
FlightDay = Annotated[int, Field(ge=1, le=_LATEST_DAY)]
_DayCount = Annotated[int, Field(ge=0, le=1_000)]


class GapEntry(Entry):
    """A gap between the end of one thing and the start of the next."""

    min: Minutes = Field(0, description="At least so long.")
    max: Minutes | None = Field(None, description="At most so long; without it, any time later.")


class SpacingEntry(GapEntry):
    """How far apart repeats start."""


def spacing_alone(value: Any) -> Any:
    """A spacing that is one length is the least."""
    return value if isinstance(value, (dict, SpacingEntry)) else _LEAST(value)


def _least(value: Any) -> SpacingEntry:
    return SpacingEntry.model_construct(min=read_minutes(value), max=None)


_LEAST = saying(_least)
NO_SPACING = SpacingEntry.model_construct(min=0, max=None)


def _read_event(value: Any) -> int | str:
    """A flight day, or an event that is one by itself."""
    if value in ("docking", "undocking") or (type(value) is int and 1 <= value <= _LATEST_DAY):
        return value  # type: ignore[no-any-return]  # one of the two words, or a day
    raise InputError("should be a flight day such as 3, or docking, or undocking")


Event = Annotated[
    int | str,
    said(_read_event),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"enum": ["docking", "undocking"]}]}),
]


class CampaignEntry(Entry):
    """On which flight days something daily takes place: every so many days, or about an event."""

    every: SomeDays | None = Field(None, description="One day in so many, for instance 2 d.")
    from_day: FlightDay | None = Field(None, description="With `every`: the first flight day; left out: 1.")
    to_day: FlightDay | None = Field(None, description="With `every`: none later; left out: to the end of the stay.")
    around: Event | None = Field(
        None, description="The event: a flight day (that of a sleep shift), docking (day 1) or undocking (the last)."
    )
    days_before: _DayCount = Field(0, description="With `around`: from so many days before it.")
    days_after: _DayCount = Field(0, description="With `around`: to so many days after it.")
    a_day: Annotated[int, Field(ge=1, le=100)] | None = Field(
        None, description="How often on each of these days; left out: as `times` says."
    )


class BoostEntry(Entry):
    """A manoeuvre of the station that its operator has announced."""

    opens: Moment = Field(alias="from", description="When it begins, with Z or an offset.")
    closes: Moment = Field(alias="to", description="When it is over.")
    reason: Text = Field("", description="What for; the plan quotes it.")
