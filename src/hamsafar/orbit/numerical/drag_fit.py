"""How much more or less an orbit is braked than a model says: one factor, by least squares on known places."""

from __future__ import annotations

import numpy as np
from attrs import evolve, frozen

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.errors import ConvergenceError, InputError
from hamsafar.orbit.numerical.model import ForceModel, GravityField
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant

USUAL_DEGREES = (20, 24, 30, 36, 40, 50, 60, 70)  # of fields that operators use in low orbits
_STEP = 0.1  # of the factor, to tell how places depend on it: nearly in proportion
_ENOUGH = 1e-4
_MOST_TURNS = 8
_LEAST, _MOST = 0.0, 20.0  # what a factor can be


@frozen(kw_only=True)
class FittedDrag:
    """The factor on the drag coefficient, its formal sigma from what is left, and what was left before and after."""

    scale: float
    scale_sigma: float
    states: int
    degree: int
    rms_before_km: float
    rms_after_km: float


def fit_drag(
    state: OrbitState,
    craft: Craft,
    forces: ForceModel,
    tai_ns: TaiNs,
    r_icrf_km: Floats,
    *,
    field: GravityField | None = None,
    weather_known_at: Instant | None = None,
) -> FittedDrag:
    """The factor on `craft.drag.cd` with which the path from a state fits places (n, 3) at later moments (n,) best.

    The state itself is held. Gauss and Newton's way, the derivative from two runs. Raises InputError where the craft
    has no drag or the path ends before the places do, ConvergenceError where no factor fits.
    """
    if craft.drag is None:
        raise InputError("there is no drag to fit: the craft has none")
    drag, until = craft.drag, Instant(int(tai_ns.max()))

    def missed(scale: float) -> Floats:
        """What is left, (n, 3) km, with a factor."""
        from hamsafar.orbit.numerical.run import propagate

        braked = evolve(craft, drag=evolve(drag, cd=drag.cd * scale))
        path = propagate(state, braked, forces, until, field=field, weather_known_at=weather_known_at)
        if path.ended_by != "until":
            raise InputError(f"the path ends at {path.end}, before the places that drag is fitted to")
        left: Floats = r_icrf_km - path.states_icrf(tai_ns)[0]
        return left

    scale = 1.0
    before = left = missed(scale)
    slope = (left - missed(scale + _STEP)) / _STEP
    for _ in range(_MOST_TURNS):
        change = float(np.sum(slope * left) / np.sum(slope * slope))
        scale = min(_MOST, max(_LEAST, scale + change))
        left = missed(scale)
        if abs(change) < _ENOUGH:
            break
    else:
        raise ConvergenceError("no factor on the drag fits the ephemeris")
    freedom = max(1, left.size - 1)
    sigma = float(np.sqrt(np.sum(left * left) / freedom / np.sum(slope * slope)))
    return FittedDrag(
        scale=scale,
        scale_sigma=sigma,
        states=len(tai_ns),
        degree=forces.degree,
        rms_before_km=_rms(before),
        rms_after_km=_rms(left),
    )


def fit_degree_and_drag(
    state: OrbitState,
    craft: Craft,
    forces: ForceModel,
    tai_ns: TaiNs,
    r_icrf_km: Floats,
    *,
    degrees: tuple[int, ...] = USUAL_DEGREES,
    weather_known_at: Instant | None = None,
) -> FittedDrag:
    """As `fit_drag`, with the degree of the bundled field that leaves least.

    An ephemeris is followed best with the field it was made with, and agencies use smaller ones than they could: what
    a larger field adds would be taken for drag.
    """
    found = [
        fit_drag(state, craft, evolve(forces, degree=degree), tai_ns, r_icrf_km, weather_known_at=weather_known_at)
        for degree in degrees
    ]
    return min(found, key=lambda one: one.rms_after_km)


def _rms(missed_km: Floats) -> float:
    return float(np.sqrt(np.mean(np.sum(missed_km * missed_km, axis=1))))
