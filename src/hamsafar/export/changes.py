"""What the report says of a plan's own version: who asked for it, and what isn't where it was in the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from hamsafar.domain.changes import Move, Version
from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.clocks import Clock, clocks_of
from hamsafar.export.tables import anchors_of
from hamsafar.timeline import Span

_DIGITS = 12  # of a digest, for people
_A_DAY_MIN = 1_440
_WHATS = ("moved", "altered", "left out", "not asked for any more", "added")


@frozen
class ChangeRow:
    """Something that moved, came or went. Times are on the clock that its appointments keep."""

    anchor: str
    title: str
    id: str
    what: str
    before: str
    after: str
    clock: str
    promised: bool
    why: str


@frozen
class WhatChanged:
    """The plan's version and its changes against the one before."""

    version: Version
    parent: str
    counts: str
    stay: str
    rows: tuple[ChangeRow, ...]


def what_changed(plan: Plan) -> WhatChanged | None:
    """The changes against the version before, by time; None for a first version, which has none before."""
    own = plan.versions[-1]
    if own.number < 2:
        return None
    rows = tuple(_rows(plan))
    counted = Counter(row.what for row in rows)
    counts = ", ".join(f"{counted[what]} {what}" for what in _WHATS if counted[what]) or "nothing moved"
    return WhatChanged(own, own.parent[:_DIGITS], counts, _stay(own), rows)


def _stay(own: Version) -> str:
    if not own.stay_moved_d:
        return ""
    days = f"{abs(own.stay_moved_d)} day{'' if abs(own.stay_moved_d) == 1 else 's'}"
    return f"The whole stay is {days} {'later' if own.stay_moved_d > 0 else 'earlier'}"


def _rows(plan: Plan) -> Iterator[ChangeRow]:
    placements = {one.id: one for one in plan.placements}
    anchors = anchors_of(plan)
    in_time = sorted(plan.moved, key=lambda one: span.start if (span := _span(one)) else plan.flight.docking)
    for move in in_time:
        clock = _clock(plan, placements.get(move.placement))
        yield ChangeRow(
            anchors.get(move.placement, ""),
            move.title,
            move.placement,
            _what(move, plan, placements.get(move.placement)),
            "" if move.before is None else clock.span(move.before.start, move.before.end),
            "" if move.after is None else clock.span(move.after.start, move.after.end),
            clock.label,
            move.promised,
            move.why,
        )


def _span(move: Move) -> Span | None:
    return move.after or move.before


def _clock(plan: Plan, placement: Placement | None) -> Clock:
    """The clock that something keeps; UTC for what is gone."""
    clocks = {clock.zone: clock for clock in clocks_of(plan)}
    zone_name = "UTC" if placement is None else placement.zone
    return clocks.get(zone_name, Clock(zone_name, zone_name))


def _what(move: Move, plan: Plan, placement: Placement | None) -> str:
    if move.before is None:
        return "added"
    if move.after is None:
        return "left out" if any(one.id == move.placement for one in plan.dropped) else "not asked for any more"
    with_stay_d = plan.versions[-1].stay_moved_d if placement is not None and placement.stage == "flight" else 0
    shift_min = move.after.start.floor_utc_minute() - move.before.start.floor_utc_minute()
    return "altered" if shift_min == with_stay_d * _A_DAY_MIN else "moved"
