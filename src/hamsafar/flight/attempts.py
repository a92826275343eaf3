"""What a scrub leaves: the later attempts that a range allows, and how likely one of them leaves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hamsafar.domain.launch_calendar import Backups
from hamsafar.domain.places import Range
from hamsafar.domain.plan import Feasible
from hamsafar.timeline import Instant


def backups(first: Instant, state: Feasible, later: Sequence[tuple[Instant, Feasible]], at: Range) -> Backups:
    """The attempts after `first`: of `later` lift-offs, ascending, on open days, each as soon as the range is ready."""
    sure = _chain(first, (moment for moment, can in later if can == "yes"), at)
    possible = _chain(first, (moment for moment, can in later if can != "no"), at)
    return Backups(
        sure=sure,
        possible=possible,
        leaves_surely=_leaves(len(sure) + (state == "yes"), at),
        leaves_possibly=_leaves(len(possible) + (state != "no"), at),
    )


def _chain(first: Instant, later: Iterable[Instant], at: Range) -> tuple[Instant, ...]:
    """Always the next that the turnaround allows: no other choice leaves room for more attempts."""
    found: list[Instant] = []
    ready, until = first.plus(days=at.turnaround_d), first.plus(days=at.longest_wait_d)
    for moment in later:
        if moment > until:
            break
        if moment >= ready:
            found.append(moment)
            ready = moment.plus(days=at.turnaround_d)
    return tuple(found)


def _leaves(attempts: int, at: Range) -> float:
    """The chance that not every attempt is scrubbed."""
    return 1.0 - at.scrub_probability**attempts
