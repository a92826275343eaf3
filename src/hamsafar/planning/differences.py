"""Two plans side by side: what lies elsewhere, or is done by others, what came and what went.

Aboard, places are compared as the stay moved: a lecture on flight day 5 at 10:00 station time is where it was, though
the whole flight is ten days later.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Literal

from attrs import frozen

from hamsafar.domain.changes import Move
from hamsafar.domain.plan import Flight, Placement, Plan
from hamsafar.domain.programme import Programme
from hamsafar.planning.ticks import clock_at, date_at, instant_of, label_tick
from hamsafar.timeline import Instant, local_date

DifferenceKind = Literal["moved", "altered", "added", "dropped"]


@frozen(kw_only=True)
class Difference:
    """A placement that isn't the same in two plans; one of the two is None where it was added or dropped."""

    before: Placement | None
    after: Placement | None
    stay_moved_min: int = 0  # what of its shift is the stay's
    promised: bool = False  # to somebody outside

    @property
    def placement(self) -> Placement:
        """As it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None, "one of the two is there"
        return found

    @property
    def kind(self) -> DifferenceKind:
        """What became of it; *altered* where it begins as it did (with the stay) and people or its length changed."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "dropped"
        return "moved" if self.relative_shift_min else "altered"

    @property
    def shift_min(self) -> int | None:
        """By how many minutes later it begins; None where there is nothing to compare."""
        if self.before is None or self.after is None:
            return None
        return self.after.start.floor_utc_minute() - self.before.start.floor_utc_minute()

    @property
    def relative_shift_min(self) -> int | None:
        """The same, counted from where it would be had it moved with the stay."""
        return None if self.shift_min is None else self.shift_min - self.stay_moved_min


@frozen(kw_only=True, slots=False)
class Differences:
    """What differs between two plans: `each` by time, then id."""

    stay_moved_d: int  # station days from the old stay to the new
    each: tuple[Difference, ...]
    unchanged: int  # placements of both that are where they were, with the same people

    def of_kind(self, kind: DifferenceKind) -> tuple[Difference, ...]:
        """Those of a kind, in their order."""
        return self._by_kind[kind]

    @cached_property
    def _by_kind(self) -> dict[DifferenceKind, tuple[Difference, ...]]:
        kinds: tuple[DifferenceKind, ...] = ("moved", "altered", "added", "dropped")
        return {kind: tuple(one for one in self.each if one.kind == kind) for kind in kinds}


@frozen(kw_only=True)
class Counts:
    """What became of the placements of an older plan: all but `added` add up to how many there were."""

    unchanged: int
    moved: int
    altered: int
    left_out: int  # still asked for, and listed as left out or not done
    gone: int  # not asked for any more, or their days are not there
    added: int

    @property
    def before(self) -> int:
        """How many there were."""
        return self.unchanged + self.moved + self.altered + self.left_out + self.gone


def counts_of(found: Differences, after: Plan) -> Counts:
    """The numbers of what differs from an older plan to this one."""
    kinds = [one.kind for one in found.each]
    gone = [one.placement.id for one in found.of_kind("dropped")]
    return _counts(kinds, gone, after, found.unchanged)


def counts_of_own(plan: Plan) -> Counts:
    """The same against the version before, from what a plan says itself."""
    placed = {one.id: one for one in plan.placements}
    kinds = [_kind_of(one, placed.get(one.placement), plan.versions[-1].stay_moved_d) for one in plan.moved]
    gone = [one.placement for one in plan.moved if one.after is None]
    return _counts(kinds, gone, plan, len(placed) - sum(one.after is not None for one in plan.moved))


def _counts(kinds: list[DifferenceKind], gone: list[str], after: Plan, unchanged: int) -> Counts:
    listed = {one.id for one in after.dropped}
    left_out = sum(id_ in listed for id_ in gone)
    return Counts(
        unchanged=unchanged,
        moved=kinds.count("moved"),
        altered=kinds.count("altered"),
        left_out=left_out,
        gone=len(gone) - left_out,
        added=kinds.count("added"),
    )


def _kind_of(move: Move, now: Placement | None, days: int) -> DifferenceKind:
    if move.before is None:
        return "added"
    if move.after is None or now is None:
        return "dropped"
    start = move.before.start if now.stage != "flight" else carried(move.before.start, days, now.zone)
    return "altered" if start.floor_utc_minute() == move.after.start.floor_utc_minute() else "moved"


def differences(before: Plan, after: Plan) -> Differences:
    """What differs between two plans, placement by placement; those of one id are the same one.

    Starts are compared to the minute, aboard from where the stay moved to.
    """
    days = stay_moved_d(before, after)
    old, new = {one.id: one for one in before.placements}, {one.id: one for one in after.placements}
    promised = promised_ids(before.programme) | promised_ids(after.programme)
    found = [
        Difference(
            before=old.get(id_),
            after=new.get(id_),
            stay_moved_min=_stay_moved_min(old[id_], days) if id_ in old else 0,
            promised=(new.get(id_) or old[id_]).of in promised,
        )
        for id_ in {**old, **new}
    ]
    each = sorted((one for one in found if not _is_the_same(one)), key=_order)
    return Differences(stay_moved_d=days, each=tuple(each), unchanged=len(found) - len(each))


def stay_moved_d(before: Plan, after: Plan) -> int:
    """By how many station days flight day 1 is later than it was."""
    return flights_apart_d(before.flight, after.flight, before.programme.station.zone)


def flights_apart_d(before: Flight, after: Flight, zone_name: str) -> int:
    """The days from one docking to another, by a zone's calendar."""
    return (local_date(after.docking, zone_name) - local_date(before.docking, zone_name)).days


def carried(moment: Instant, days: int, zone_name: str) -> Instant:
    """The same wall clock in a zone, whole days later; a clock time that is skipped there moves past the gap."""
    tick = moment.floor_utc_minute()
    day = date_at(tick, zone_name) + timedelta(days=days)
    return moment if days == 0 else instant_of(label_tick(day, clock_at(tick, zone_name), zone_name))


def promised_ids(programme: Programme) -> frozenset[str]:
    """The activities and sessions that are promised to somebody outside."""
    sessions = () if programme.term is None else (one for found in programme.term.subjects for one in found.sessions)
    return frozenset(one.id for one in (*programme.activities, *sessions) if one.promised)


def _stay_moved_min(old: Placement, days: int) -> int:
    if old.stage != "flight":
        return 0
    return carried(old.start, days, old.zone).floor_utc_minute() - old.start.floor_utc_minute()


def _is_the_same(one: Difference) -> bool:
    if one.before is None or one.after is None:
        return False
    same_length = minutes_of(one.before) == minutes_of(one.after)
    return one.relative_shift_min == 0 and same_length and _who(one.before) == _who(one.after)


def _who(placement: Placement) -> list[tuple[str, str]]:
    return sorted((one.function, one.person) for one in placement.people)


def minutes_of(placement: Placement) -> int:
    """How long it takes, whole minutes."""
    return placement.end.floor_utc_minute() - placement.start.floor_utc_minute()


def _order(one: Difference) -> tuple[Instant, str]:
    return one.placement.start, one.placement.id
