"""What guest and host agree on: what the host has fixed aboard, what it is asked for, and what it answered."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge

from hamsafar.domain.aboard import Activity, ActivityKind, Need
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

HostWord = Literal["granted", "moved", "refused"]
RequestState = Literal["open", "granted", "moved", "refused", "withdrawn"]
CREW = "crew"  # the function of everybody in what the host has fixed


@frozen(kw_only=True)
class Fixed:
    """Something of the host's own timeline that lies where it lies: the plan goes round it.

    `activity` is what it is called in the programme, where it stands among the activities too.
    """

    activity: str
    title: str
    kind: ActivityKind
    start: Instant
    end: Instant
    people: tuple[str, ...]
    source: str = ""  # the file and the place in it that said so

    def __attrs_post_init__(self) -> None:
        if self.end.utc_minute() - self.start.utc_minute() < 1:
            raise InputError(f"what the host has fixed should last a minute or longer: {self.activity}")

    @property
    def placement(self) -> str:
        """Its one placement."""
        return f"{self.activity}#1"

    def as_activity(self) -> Activity:
        """The activity that it is: once, by all of its people."""
        return Activity(
            id=self.activity,
            title=self.title,
            kind=self.kind,
            duration_min=round(self.end.utc_minute() - self.start.utc_minute()),
            who=(Need(function=CREW, candidates=self.people, count=len(self.people)),),
            work=self.kind == "station-work",
        )


@frozen(kw_only=True)
class HostAnswer:
    """What the host says to one request; `start` where it moves it."""

    request: int = field(validator=ge(1))
    word: HostWord
    start: Instant | None = None
    by: str = ""
    on: date | None = None
    reason: str = ""

    def __attrs_post_init__(self) -> None:
        if (self.word == "moved") != (self.start is not None):
            raise InputError(f"answer {self.request}: what is moved has a start, and nothing else has one")


@frozen(kw_only=True)
class HostRequest:
    """What the host is asked for, under the number by which both sides know it through all versions of a plan.

    `start` is where it lies: as asked while it is open, as agreed once it is granted or moved; None where it is
    refused or withdrawn (left out of the plan, or asked for no more). `people`: those in it when it was agreed to.
    """

    number: int = field(validator=ge(1))
    placement: str
    state: RequestState = "open"
    start: Instant | None = None
    people: tuple[str, ...] = ()
    by: str = ""
    on: date | None = None
    reason: str = ""
