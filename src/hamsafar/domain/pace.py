"""What becomes of a plan's days when things take as long as they take: a simulation's answer."""

from __future__ import annotations

from math import sqrt

from attrs import frozen

from hamsafar.timeline import Instant


@frozen(kw_only=True)
class Chance:
    """A probability, as a share of simulated stays, and its standard error."""

    share: float
    error: float

    @classmethod
    def counted(cls, times: int, of: int) -> Chance:
        """So many times of so many stays."""
        share = times / of
        return cls(share=share, error=sqrt(share * (1 - share) / of))


@frozen(kw_only=True)
class DayPace:
    """One person's day: from waking to the sleep that it is named by, or to the hatch on the way home."""

    day: int  # flight day
    person: str
    ends: Instant | None  # planned bedtime, or hatch closing; None where nothing ends it
    overrun: Chance  # late to bed, or something with its own time missed: one of the next two, or both
    late: Chance  # to bed, by more than Overruns.late_min; at the hatch, at all
    missed: Chance  # something of theirs that day that needs a window, or is promised
    late_mean_min: float  # at bedtime
    late_p90_min: float  # nine in ten are less late


@frozen(kw_only=True)
class ActivityPace:
    """What becomes of one placement. As planned is what is late by no more than Overruns.late_min."""

    placement: str
    day: int  # flight day on which it begins
    begun: Chance  # as planned: not pushed by what comes before it
    in_full: Chance  # done whole, and over when the plan says
    late: Chance  # done whole, and over later
    missed: Chance  # its window or its promised time went by, or ended before it did


@frozen(kw_only=True)
class Relief:
    """How likely a day overruns without something that could be elsewhere, or left out."""

    placement: str
    without: Chance


@frozen(kw_only=True)
class TightDay:
    """A day that overruns too often, and what to move, best first: only what makes it less likely."""

    day: int
    person: str
    overrun: Chance
    reliefs: tuple[Relief, ...]


@frozen(kw_only=True)
class Enough:
    """What all would have to be elsewhere, or left out, until a day overruns seldom enough.

    In this order, each what lowers it most then: the chance beside it is without it and those before it. Where the
    last one is still too high, nothing else of the guest's programme lowers it.
    """

    day: int
    person: str
    overrun: Chance
    reliefs: tuple[Relief, ...]


@frozen(kw_only=True)
class HelpPace:
    """What the guest's programme takes of one host or of all of them, on a flight day or in the stay."""

    person: str | None  # None: of all hosts
    day: int | None  # flight day; None: in the stay
    planned_min: int
    mean_min: float
    p90_min: float  # nine in ten stays take less
    agreed_min: float | None  # None where nothing was agreed
    over: Chance | None  # how likely it is more than that


@frozen(kw_only=True)
class Overruns:
    """A simulated plan."""

    runs: int
    seed: int
    threshold: float  # share of overruns above which a day is tight
    late_min: float  # what is late by no more is as planned
    days: tuple[DayPace, ...]  # by day, then in the order of the crew lists
    activities: tuple[ActivityPace, ...]  # by start, then id
    tight: tuple[TightDay, ...]  # as `days`
    until: float | None = None  # the share of overruns that was asked for
    enough: tuple[Enough, ...] = ()  # of the guest's days above it
    help: tuple[HelpPace, ...] = ()  # of all hosts, of each, and of each on each day; of those who help
