"""`propagate`: a state, a craft and the forces on it, to a moment. Burns cut the path into arcs."""

from __future__ import annotations

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.orbit.numerical.arc import Tell, integrate
from hamsafar.orbit.numerical.model import ForceModel, GravityField
from hamsafar.orbit.numerical.surface import Surface
from hamsafar.orbit.numerical.trajectory import NumericalTrajectory
from hamsafar.timeline import Instant


def propagate(
    state: OrbitState,
    craft: Craft,
    forces: ForceModel,
    until: Instant,
    *,
    field: GravityField | None = None,
    surface_km: float | Surface | None = None,
    tell: Tell | None = None,
    deadline_s: float | None = None,
) -> NumericalTrajectory:
    """The path of a craft from a state to a moment; see `hamsafar.orbit.numerical.arc.integrate`."""
    from hamsafar.orbit.states import to_icrf

    return integrate(
        to_icrf(state),
        craft,
        forces,
        until,
        field=field,
        surface_km=surface_km,
        tell=tell,
        deadline_s=deadline_s,
    )
