"""Where a path about one of Earth and Moon meets the other: its pull is a point's, so only here has it a ground."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError
from hamsafar.orbit.bodies import position_icrf_km
from hamsafar.orbit.numerical.model import ForceModel
from hamsafar.orbit.numerical.setup import FLOOR_KM
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import Instant

OTHER: dict[Centre, Centre] = {"moon": "earth", "earth": "moon"}
_LEAST_KM = 350_000.0  # between Earth and Moon (356,371 km: Meeus, "Mathematical Astronomy Morsels", ch. 2), and less
_BODY_KM_S = 1.2  # no faster does the Moon go about the Earth
_SEARCH_S = 30.0
_PRECISION_S = 1e-4
_FALL_KM_S = 15.0  # what a step may gain in speed: more than a fall from rest to either ground


def meets_other(
    forces: ForceModel, epoch: Instant, buffers: tuple[Floats, Floats, Floats, Floats], count: int, end_s: float
) -> float | None:
    """When these steps first come down to the other body's ground (`FLOOR_KM`), s from the epoch; None if never.

    Only a body that pulls is looked at. Raises InputError for a path that begins under its ground.
    """
    other = OTHER[forces.centre]
    if other not in forces.bodies or not count:
        return None
    from hamsafar.orbit.numerical.dense import states_at

    starts, lengths, states, series = (buffer[:count] for buffer in buffers)

    def heights(seconds: Floats) -> Floats:
        out = np.empty((len(seconds), 6))
        states_at(starts, lengths, states, series, np.zeros(len(seconds), dtype=np.int64), seconds, out)
        apart_km = out[:, :3] - position_icrf_km(other, forces.centre, tai_ns_after(epoch, seconds))
        found: Floats = np.linalg.norm(apart_km, axis=1) - FLOOR_KM[other]
        return found

    for step in _near_steps(heights, starts, lengths, states, FLOOR_KM[other]):
        last_s = min(starts[step] + lengths[step], end_s, key=lambda t: abs(t - starts[step]))
        at_s = _first_below(heights, float(starts[step]), float(last_s))
        if at_s is not None:
            if at_s == starts[0]:
                raise InputError(f"the state lies inside the {other.capitalize()}")
            return at_s
    return None


def _near_steps(
    heights: Callable[[Floats], Floats], starts: Floats, lengths: Floats, states: Floats, floor_km: float
) -> NDArray[np.intp]:
    """Steps in which the other body can be reached: far from the centre, and so near the other one."""
    longest_km = (np.linalg.norm(states[:, 3:], axis=1) + _BODY_KM_S + _FALL_KM_S) * np.abs(lengths)
    far = np.flatnonzero(np.linalg.norm(states[:, :3], axis=1) + longest_km + floor_km > _LEAST_KM)
    return far[heights(starts[far]) <= longest_km[far]] if far.size else far


def _first_below(heights: Callable[[Floats], Floats], first_s: float, last_s: float) -> float | None:
    """The first moment of a step below the ground; a dip between two looks is looked into."""
    seconds = np.linspace(first_s, last_s, max(2, int(np.ceil(abs(last_s - first_s) / _SEARCH_S))) + 1)
    found = heights(seconds)
    for at in range(len(seconds)):
        if found[at] <= 0.0:
            return float(seconds[0]) if at == 0 else _crossing(heights, float(seconds[at - 1]), float(seconds[at]))
        if 0 < at < len(seconds) - 1 and found[at] <= min(found[at - 1], found[at + 1]):
            low_s = _lowest(heights, float(seconds[at - 1]), float(seconds[at + 1]))
            if heights(np.array([low_s]))[0] <= 0.0:
                return _crossing(heights, float(seconds[at - 1]), low_s)
    return None


def _lowest(heights: Callable[[Floats], Floats], first_s: float, last_s: float) -> float:
    """The lowest moment of an interval that holds one dip."""
    while True:
        seconds = np.linspace(first_s, last_s, 21)
        at = int(np.argmin(heights(seconds)))
        if abs(last_s - first_s) <= _PRECISION_S:
            return float(seconds[at])
        first_s, last_s = float(seconds[max(at - 1, 0)]), float(seconds[min(at + 1, 20)])


def _crossing(heights: Callable[[Floats], Floats], above_s: float, below_s: float) -> float:
    while abs(below_s - above_s) > _PRECISION_S:
        middle = 0.5 * (above_s + below_s)
        if heights(np.array([middle]))[0] > 0.0:
            above_s = middle
        else:
            below_s = middle
    return below_s
