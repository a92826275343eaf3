"""What a run leaves behind: a dense solution, and its extrema of the radius."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from typing import Literal

import numpy as np
from attrs import define

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import NS_PER_S, Instant

EndedBy = Literal["until", "impact", "escape", "time"]


@define(kw_only=True, eq=False, slots=False)
class Steps:
    """The steps of one arc: starts and lengths s from the run's epoch (n,), states there (n, 6), series (n, 3, 16)."""

    epoch: Instant
    begun: Instant
    starts_s: Floats
    lengths_s: Floats
    states: Floats
    series: Floats
    end_s: float

    def at(self, tai_ns: TaiNs) -> Floats:
        """States (n, 6) at times that lie in the run."""
        from hamsafar.orbit.numerical.dense import states_at

        out = np.empty((len(tai_ns), 6))
        whole_s, part_ns = np.divmod(tai_ns - self.epoch.tai_ns, NS_PER_S)
        states_at(self.starts_s, self.lengths_s, self.states, self.series, whole_s, part_ns / NS_PER_S, out)
        return out

    def turns(self, *, lowest: bool) -> tuple[TaiNs, Floats]:
        """Extrema of |r|: TAI ns (n,), km (n,), in the order flown."""
        from hamsafar.orbit.numerical.dense import all_turns
        from hamsafar.orbit.numerical.nodes import collocation

        times, radii = all_turns(
            self.starts_s, self.lengths_s, self.states, self.series, collocation().x, self.end_s, lowest
        )
        return tai_ns_after(self.epoch, times), radii


@define(kw_only=True, eq=False, slots=False)
class NumericalTrajectory:
    """A body's path about a centre, ICRF axes, at every moment of [start, end], both included.

    `ended_by`: "until" (as asked), "impact" (fell to the surface of `met`: the centre,
    or the other of Earth and Moon), "escape" (left the centre's realm) or "time" (the
    deadline ran out: `end` says how far it came). Flown backwards, `start` is still the earlier moment. Where a burn
    changed the velocity at once, the state at that moment is the one after it. `steps_taken`: of the integrator.
    """

    centre: Centre
    ended_by: EndedBy
    parts: tuple[Steps, ...]
    begun: Instant
    ended: Instant
    met: Centre | None = None  # of an impact: on which body

    @property
    def start(self) -> Instant:
        """The first moment it covers."""
        return min(self.begun, self.ended)

    @property
    def end(self) -> Instant:
        """The last moment it covers: of an impact, the impact."""
        return max(self.begun, self.ended)

    @property
    def steps_taken(self) -> int:
        """How many steps the integrator took."""
        return sum(len(part.starts_s) for part in self.parts)

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s in ICRF axes at TAI ns (n,), any order.

        As exact as the integration itself. Raises OutOfRangeError for a moment before the start or after the end.
        """
        asked: TaiNs = np.atleast_1d(np.asarray(tai_ns, dtype=np.int64))
        first, last = self.start.tai_ns, self.end.tai_ns
        outside = (asked < first) | (asked > last)
        if outside.any():
            moment = Instant(int(asked[outside][0]))
            raise OutOfRangeError(
                f"the trajectory covers {self.start} to {self.end} (asked: {moment})",
                asked=moment,
                first=self.start,
                last=self.end,
            )
        if len(self.parts) == 1:
            states = self.parts[0].at(asked)
        else:
            states = np.empty((len(asked), 6))
            for index, chosen in enumerate(self._part_of(asked)):
                if chosen.any():
                    states[chosen] = self.parts[index].at(asked[chosen])
        return states[:, :3], states[:, 3:]

    def _part_of(self, tai_ns: TaiNs) -> list[np.ndarray[tuple[int], np.dtype[np.bool_]]]:
        seams = np.array([part.begun.tai_ns for part in self.parts[1:]], dtype=np.int64)
        backwards = self.ended < self.begun
        index = np.searchsorted(-seams, -tai_ns, side="left") if backwards else np.searchsorted(seams, tai_ns, "right")
        return [index == part for part in range(len(self.parts))]

    @cached_property
    def _periapsides(self) -> tuple[TaiNs, Floats]:
        return self._turns(lowest=True)

    @cached_property
    def _apoapsides(self) -> tuple[TaiNs, Floats]:
        return self._turns(lowest=False)

    def periapsides(self) -> tuple[TaiNs, Floats]:
        """Every local minimum of |r|, in time order: TAI ns (n,), km (n,). An impact is not one."""
        return self._periapsides

    def apoapsides(self) -> tuple[TaiNs, Floats]:
        """Every local maximum of |r|, in time order: TAI ns (n,), km (n,)."""
        return self._apoapsides

    def _turns(self, *, lowest: bool) -> tuple[TaiNs, Floats]:
        found = [part.turns(lowest=lowest) for part in self.parts]
        times = np.concatenate([times for times, _ in found])
        radii = np.concatenate([radii for _, radii in found])
        order = np.argsort(times, kind="stable")
        return times[order], radii[order]


def join(trajectories: Sequence[NumericalTrajectory]) -> NumericalTrajectory:
    """One trajectory of several flown one after the other, each beginning at the moment the last one ended."""
    if not trajectories:
        raise InputError("there is no trajectory to join")
    for before, after in pairwise(trajectories):
        if before.ended != after.begun or before.centre != after.centre:
            raise InputError(f"a trajectory that ends at {before.ended} can't be joined by one from {after.begun}")
    return NumericalTrajectory(
        centre=trajectories[0].centre,
        ended_by=trajectories[-1].ended_by,
        parts=tuple(part for one in trajectories for part in one.parts),
        begun=trajectories[0].begun,
        ended=trajectories[-1].ended,
        met=trajectories[-1].met,
    )
