"""A week of a lunar CubeSat, planned: what is done when, and what it rests on.

This is all of an operations `plan.json` (`"format": "hamsafar-operations/1"`): a stranger can judge it from the file.
"""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.orbits import Vector
from hamsafar.domain.plan import RuleUse, Verdict
from hamsafar.timeline import Instant, Span

TaskKind = Literal["commissioning", "upkeep", "image", "transmission"]


@frozen(kw_only=True)
class StateRow:
    """One row of the orbit that the plan rests on, Moon-centred ICRF."""

    at: Instant
    position_km: Vector
    velocity_km_s: Vector


@frozen(kw_only=True)
class OperationsSpan:
    """One opening; `sigma_s`: how uncertain its ends are (the orbit along the track), None where nobody said."""

    start: Instant
    end: Instant
    sigma_s: float | None = None
    note: str = ""  # "max elevation 54 deg, margin 4.1 dB at the least"

    @property
    def span(self) -> Span:
        """Start to end."""
        return Span(self.start, self.end)


@frozen(kw_only=True)
class OperationsWindow:
    """When something is possible: a link closes, the Sun is on the craft, a wish's target is in view."""

    kind: Literal["contact", "sunlight", "target"]
    of: str | None  # station, or image wish
    spans: tuple[OperationsSpan, ...]


@frozen(kw_only=True)
class Sent:
    """Data that a transmission brings home: of a task that made them, or the telemetry that gathered."""

    of: str  # id of a task, or "telemetry"
    kbit: float


@frozen(kw_only=True)
class ObjectiveTerm:
    """What one named term of the objective came to, and the proved bound."""

    name: str
    value: float
    bound: float
    unit: str


@frozen(kw_only=True)
class OperationsTask:
    """Something placed in the week. `of`: the step or the wish it is an occurrence of; a transmission has a station."""

    id: str
    of: str
    kind: TaskKind
    title: str
    start: Instant
    end: Instant
    mode: str  # of the craft meanwhile
    station: str | None = None
    sends: tuple[Sent, ...] = ()  # of a transmission
    stored_kbit: float = 0.0  # that it leaves in the store when it ends

    @property
    def span(self) -> Span:
        """Start to end."""
        return Span(self.start, self.end)


@frozen(kw_only=True)
class Undone:
    """A wish left out, and why."""

    id: str
    of: str
    title: str
    value: int
    reason: str


@frozen(kw_only=True)
class OperationsPlan:
    """The whole answer."""

    mission: LunarMission
    span: Span
    orbit: tuple[StateRow, ...]  # evenly spaced over the span, fine enough to interpolate (Hermite) to 10 m
    windows: tuple[OperationsWindow, ...]
    tasks: tuple[OperationsTask, ...]
    undone: tuple[Undone, ...]
    home: tuple[str, ...]  # images whose data are on the ground by the end of the week
    status: Literal["optimal", "feasible"]
    objective: tuple[ObjectiveTerm, ...]
    rules: tuple[RuleUse, ...]
    verdict: Verdict | None = None
    failed: tuple[str, ...] = ()  # pictures in `tasks` that came to nothing: never home, though their data may be down
    engine: str = ""  # versions, seed, effort: how to make it again
