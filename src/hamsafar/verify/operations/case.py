"""A week of operations prepared for judging: ids to nouns, tasks in order, the orbit that was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import ceil, isfinite

import numpy as np

from hamsafar.domain.lunar import Camera, Image, Link, LunarMission, Mode, Operations, Station, Step, Target
from hamsafar.domain.operations import OperationsPlan, OperationsTask, OperationsWindow
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify.operations.sky import LONGEST_D, NODE_S, Array, Sky, hermite

LIGHT_KM_S = 299_792.458
FINEST_S = 0.001  # that rows may be uneven by


class OperationsCase:
    """One plan under judgement. What it lacks for a question raises OutOfRangeError, which says what."""

    def __init__(self, plan: OperationsPlan, params: Mapping[str, Mapping[str, float]]) -> None:
        self.plan = plan
        self.mission: LunarMission = plan.mission
        self.base: Instant = plan.span.start
        self.params = params

    def param(self, rule: str, name: str) -> float:
        """A rule's figure, as it is to be judged by."""
        return self.params[rule][name]

    @cached_property
    def week(self) -> Operations:
        """What is to be planned."""
        if self.mission.operations is None:
            raise OutOfRangeError("the mission's file says nothing of operations")
        return self.mission.operations

    @cached_property
    def length_s(self) -> float:
        """Of the span planned; raises OutOfRangeError where it is longer than what is judged."""
        length_s = self.plan.span.seconds
        if length_s > LONGEST_D * 86_400:
            raise OutOfRangeError(f"{length_s / 86_400:.0f} d are more than the {LONGEST_D:.0f} d judged at once")
        return length_s

    def s(self, moment: Instant) -> float:
        """Elapsed seconds since the week's start."""
        return moment.seconds_since(self.base)

    # Nouns by their ids

    @cached_property
    def steps(self) -> dict[str, Step]:
        """Commissioning and upkeep."""
        return {step.id: step for step in (*self.week.commissioning, *self.week.upkeep)}

    @cached_property
    def images(self) -> dict[str, Image]:
        """Wishes for pictures."""
        return {image.id: image for image in self.week.images}

    @cached_property
    def modes(self) -> dict[str, Mode]:
        """How the craft may be; none where nothing is said of its power."""
        return {} if self.mission.power is None else {mode.id: mode for mode in self.mission.power.modes}

    @cached_property
    def stations(self) -> dict[str, Station]:
        """Ground stations."""
        return {station.id: station for station in self.mission.stations}

    @cached_property
    def targets(self) -> dict[str, Target]:
        """What may be photographed."""
        return {target.id: target for target in self.mission.targets}

    @cached_property
    def cameras(self) -> dict[str, Camera]:
        """With what."""
        return {camera.id: camera for camera in self.mission.cameras}

    @cached_property
    def downlink(self) -> Link:
        """The link that pictures come home by."""
        for link in self.mission.links:
            if link.id == self.week.downlink:
                return link
        raise OutOfRangeError(f"the link {self.week.downlink!r} is not among the mission's")

    # Tasks

    @cached_property
    def tasks(self) -> tuple[OperationsTask, ...]:
        """In the order of time."""
        return tuple(sorted(self.plan.tasks, key=lambda task: (task.start, task.end, task.id)))

    @cached_property
    def transmissions(self) -> tuple[OperationsTask, ...]:
        """Those that send, in the order of time."""
        return tuple(task for task in self.tasks if task.kind == "transmission")

    @cached_property
    def pictures(self) -> tuple[OperationsTask, ...]:
        """Those that photograph, in the order of time."""
        return tuple(task for task in self.tasks if task.kind == "image")

    @cached_property
    def done(self) -> dict[str, list[OperationsTask]]:
        """By the id of the step or wish."""
        found: dict[str, list[OperationsTask]] = {}
        for task in self.tasks:
            found.setdefault(task.of, []).append(task)
        return found

    def step_of(self, task: OperationsTask) -> Step | None:
        """The step that a task is an occurrence of, where it is one."""
        return self.steps.get(task.of) if task.kind in ("commissioning", "upkeep") else None

    def camera_of(self, task: OperationsTask) -> Camera | None:
        """The camera of a picture, where it is one and known."""
        wish = self.images.get(task.of) if task.kind == "image" else None
        return None if wish is None else self.cameras.get(wish.camera)

    def windows(self, kind: str, of: str | None) -> list[OperationsWindow]:
        """The lists of a kind that the plan states, of one thing or (None) of any."""
        return [window for window in self.plan.windows if window.kind == kind and of in (None, window.of)]

    # The orbit

    @cached_property
    def rows(self) -> tuple[Array, Array, Array]:
        """(seconds (n,), positions, velocities (n, 3) Moon-centred ICRF) of the orbit handed over.

        Raises OutOfRangeError where nothing can be made of it: too few, uneven, not in order, inside the Moon's centre.
        """
        if len(self.plan.orbit) < 2:
            raise OutOfRangeError(f"the plan has {len(self.plan.orbit)} rows of its orbit")
        seconds = np.array([self.s(row.at) for row in self.plan.orbit])
        r_km = np.array([row.position_km for row in self.plan.orbit], dtype=np.float64)
        v_km_s = np.array([row.velocity_km_s for row in self.plan.orbit], dtype=np.float64)
        if not (np.isfinite(r_km).all() and np.isfinite(v_km_s).all() and r_km.shape[1:] == v_km_s.shape[1:] == (3,)):
            raise OutOfRangeError("a row of the orbit is no row of numbers")
        apart = np.diff(seconds)
        if not (apart.min() > 0 and np.ptp(apart) <= FINEST_S):
            raise OutOfRangeError("the rows of the orbit are not evenly spaced in the order of time")
        if not (np.abs(r_km).max() < 1e7 and np.linalg.norm(r_km, axis=1).min() > 1.0):
            raise OutOfRangeError("a row of the orbit is at the Moon's centre, or nowhere near it")
        if not np.abs(v_km_s).max() < LIGHT_KM_S:
            raise OutOfRangeError("a row of the orbit is faster than light")
        return seconds, r_km, v_km_s

    def craft_km(self, seconds: Array) -> Array:
        """The craft at moments (n,), Moon-centred ICRF (n, 3), by the cubic between rows; see `rows`."""
        row_s, r_km, v_km_s = self.rows
        return hermite(seconds - row_s[0], float(row_s[-1] - row_s[0]) / (len(row_s) - 1), r_km, v_km_s)

    @cached_property
    def sky(self) -> Sky:
        """Earth and Sun over the week and the rows of the orbit."""
        row_s = self.rows[0]
        first_s, last_s = min(0.0, float(row_s[0])), max(self.length_s, float(row_s[-1]))
        if not isfinite(last_s - first_s):
            raise OutOfRangeError("the rows of the orbit have no times")
        return Sky.over(self.base, first_s - NODE_S, last_s + NODE_S)


def whole_steps(length_s: float, step_s: float) -> int:
    """How many steps no longer than `step_s` a length takes; at least one."""
    return max(1, ceil(length_s / step_s - 1e-9))
