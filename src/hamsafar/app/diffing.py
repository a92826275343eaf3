"""`diff`: two plans side by side: placements, flight, windows, and what was asked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from attrs import frozen

from hamsafar.app.plan_files import plan_given
from hamsafar.app.versions import digest_of
from hamsafar.domain.plan import Plan
from hamsafar.planning.differences import Counts, Difference, DifferenceKind, Differences, counts_of, differences
from hamsafar.planning.programme_changes import programme_changes
from hamsafar.planning.refresh import FlightEvent, WindowChange, flight_events, half_revolution_s, window_changes

__all__ = ["Counts", "Diff", "Difference", "DifferenceKind", "FlightEvent", "WindowChange", "diff"]


@frozen(kw_only=True, slots=False)
class Diff:
    """What differs between two plans."""

    before: Plan
    after: Plan
    placements: Differences
    windows: tuple[WindowChange, ...]
    programme: tuple[str, ...]  # what is asked differently, in words

    @property
    def flight(self) -> tuple[FlightEvent, ...]:
        """The flight's moments in both, in their order."""
        return flight_events(self.before.flight, self.after.flight)

    @cached_property
    def follows(self) -> bool:
        """Whether the second is the next version of the first."""
        return self.after.versions[-1].parent == digest_of(self.before)

    def why(self, placement: str) -> str:
        """Why something moved, where the second plan is the next version of the first and says so."""
        return self._whys.get(placement, "") if self.follows else ""

    @cached_property
    def _whys(self) -> dict[str, str]:
        return {move.placement: move.why for move in self.after.moved}

    @cached_property
    def counts(self) -> Counts:
        """What became of the placements of the first plan."""
        return counts_of(self.placements, self.after)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """What the second plan lists as left out or not done."""
        return frozenset(one.id for one in self.after.dropped)

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.placements.each or self.windows or self.programme) and self.before.flight == self.after.flight


def diff(before: Path | str | Plan, after: Path | str | Plan) -> Diff:
    """What differs from one plan to another; each is a plan, its file, or the folder it lies in.

    Raises InputError where one is none.
    """
    return between(plan_given(before), plan_given(after))


def between(old: Plan, new: Plan) -> Diff:
    """The same of two plans that have been read."""
    return Diff(
        before=old,
        after=new,
        placements=differences(old, new),
        windows=window_changes(old.windows, new.windows, reach_s=half_revolution_s(new)),
        programme=programme_changes(old.programme, new.programme),
    )
