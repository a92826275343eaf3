"""What changed in a CubeSat's week, and what became of its plan."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from hamsafar.domain.lunar import Image
from hamsafar.domain.orbits import OrbitState
from hamsafar.timeline import Instant, Span


@frozen(kw_only=True)
class ClosedStation:
    """A station that can't be had for a while."""

    station: str
    span: Span
    note: str = ""


@frozen(kw_only=True)
class WeekChange:
    """What is known at `now`: what began before it stays as it is planned, all else may move."""

    now: Instant
    reason: str = ""
    closed: tuple[ClosedStation, ...] = ()
    lost: tuple[str, ...] = ()  # stations that can't be had any more
    safe_until: Instant | None = None  # nothing is done from now until then
    added: tuple[Image, ...] = ()  # wishes
    withdrawn: tuple[str, ...] = ()  # wishes
    failed: tuple[str, ...] = ()  # pictures that were taken and are worth nothing: they may be taken again
    contact_every_min: int | None = None  # asked from now on instead
    state: OrbitState | None = None  # the orbit as it is known now, at the week's beginning or before


@frozen(kw_only=True)
class WeekMove:
    """What became of one task."""

    kind: Literal["moved", "added", "dropped"]
    task: str
    title: str
    before: Span | None = None
    after: Span | None = None
