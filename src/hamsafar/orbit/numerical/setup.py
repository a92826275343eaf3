"""From nouns to the kernel's numbers."""

from __future__ import annotations

from functools import lru_cache
from math import inf

import numpy as np

from hamsafar.domain.orbits import Centre, Craft
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.bodies import GM_KM3_S2
from hamsafar.orbit.numerical.compiled import record
from hamsafar.orbit.numerical.field import bundled_field
from hamsafar.orbit.numerical.forces import AU_KM, MOST_BODIES, NO_BODY, SOLAR_PRESSURE_N_M2, Forces, Numbers
from hamsafar.orbit.numerical.gravity import PackedField, pack
from hamsafar.orbit.numerical.model import AirTable, Body, ForceModel, GravityField, Tables, Thrust
from hamsafar.orbit.numerical.tables import tables_for
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant

RADIUS_KM: dict[Centre, float] = {"moon": 1737.4, "earth": 6378.137}  # whose shadow falls, and the least |r| allowed
FLOOR_KM: dict[Centre, float] = {"moon": 1737.4, "earth": 6378.137 + 80.0}
ESCAPE_KM: dict[Centre, float] = {"moon": 661_000.0, "earth": 9_250_000.0}  # ten times the sphere of influence
_SPIN_RAD_S: dict[Centre, float] = {"moon": 2.6616995e-6, "earth": 7.292115146706979e-5}
AXES: dict[Centre, str] = {"moon": "MOON_PA", "earth": "ITRF"}  # that a field is told in
_OTHER: dict[Centre, Body] = {"moon": "earth", "earth": "moon"}
_AXES = {"ICRF": 0, "RTN": 1, "TNW": 2}
_NO_THRUST = -1
_SHADE_RADIUS_KM: dict[Centre, float] = {"moon": 1737.4, "earth": 6378.137}


def field_of(forces: ForceModel, field: GravityField | None) -> GravityField:
    """The field handed in, or the bundled one of the centre to the degree asked for.

    Raises InputError for a field that is told in another body's axes.
    """
    if field is None:
        return bundled_field(forces.centre, forces.degree)
    if field.axes != AXES[forces.centre]:
        what = f"about the {forces.centre.capitalize()} a gravity field is told in {AXES[forces.centre]}"
        raise InputError(f"{what} (got {field.name} in {field.axes})")
    return field


def refuse_floor(floor_km: float) -> None:
    """Raises InputError unless a surface's distance from the centre is a number above 0."""
    if not 0.0 < floor_km < inf:
        raise InputError(f"the surface lies a number of km above 0 from the centre (got {floor_km:g})")


@lru_cache(maxsize=8)
def _packed(field: GravityField, degree: int, order: int | None) -> PackedField:
    return pack(field, degree, order)


def bodies_needed(forces: ForceModel, lit: bool) -> tuple[Body, ...]:
    """Whose places the table must hold: those that pull, and for sunlight the Sun and the other of Earth and Moon."""
    extra: tuple[Body, ...] = ("sun", _OTHER[forces.centre]) if lit else ()
    return tuple(dict.fromkeys((*forces.bodies, *extra)))


def tables_of(forces: ForceModel, craft: Craft | None, epoch: Instant, until: Instant) -> Tables:
    """The bundled tables for a run."""
    lit = craft is None or craft.solar is not None
    return tables_for(forces.centre, bodies_needed(forces, lit), epoch, until.seconds_since(epoch))


def light_of(cr_area_m2: float) -> float:
    """What the kernel multiplies by 1/mass and direction/distance^2, kg km^3/s^2."""
    return cr_area_m2 * SOLAR_PRESSURE_N_M2 * AU_KM**2 / 1_000.0


def forces_of(
    model: ForceModel,
    craft: Craft,
    field: GravityField,
    tables: Tables,
    air: AirTable | None = None,
    thrust: Thrust | None = None,
) -> Forces:
    """Everything the kernel needs. Raises InputError where the parts don't fit together."""
    packed = _packed(field, model.degree, model.order)
    lit = craft.solar is not None and craft.solar.cr * craft.solar.area_m2 > 0.0
    missing = [body for body in bodies_needed(model, lit) if body not in tables.bodies]
    if missing:
        raise InputError(f"the tables hold no {missing[0]} (they hold {', '.join(tables.bodies)})")
    drag = craft.drag if air is not None else None
    other = _OTHER[model.centre]
    body_mu = np.zeros(MOST_BODIES)
    body_mu[: len(tables.bodies)] = [GM_KM3_S2[body] if body in model.bodies else 0.0 for body in tables.bodies]
    numbers = Numbers(
        mu_km3_s2=float(field.mu_km3_s2),
        field_radius_km=float(field.radius_km),
        table_start_s=float(tables.start_s),
        table_piece_s=float(tables.piece_s),
        bodies=len(tables.bodies),
        body_mu=body_mu,
        sun=tables.bodies.index("sun") if lit else NO_BODY,
        other=tables.bodies.index(other) if lit else NO_BODY,
        centre_radius_km=_SHADE_RADIUS_KM[model.centre],
        other_radius_km=_SHADE_RADIUS_KM["earth" if model.centre == "moon" else "moon"],
        light=light_of(craft.solar.cr * craft.solar.area_m2) if craft.solar is not None and lit else 0.0,
        air_drag=0.5 * drag.cd * drag.area_m2 * 1_000.0 if drag is not None else 0.0,
        spin_rad_s=_SPIN_RAD_S[model.centre],
        air_start_s=float(air.start_s) if air is not None else 0.0,
        air_step_s=float(air.step_s) if air is not None else 1.0,
        air_spread_km=float(air.spread_km) if air is not None else 1.0,
        **_thrust(thrust, craft.mass_kg),  # type: ignore[arg-type]
    )
    levels, densities = _air(air)
    return Forces(
        numbers=record(numbers),
        terms=packed.terms,
        first=packed.first,
        seed=packed.seed,
        reach=packed.reach,
        table=np.ascontiguousarray(tables.coefficients, dtype=np.float64),
        air_radius_km=levels,
        air_log_rho=densities,
    )


def _air(air: AirTable | None) -> tuple[Floats, Floats]:
    """Radii (n,) and logarithms of density (n, 3): of no air, one row of zeros."""
    if air is None:
        return np.zeros(1), np.zeros((1, 3))
    if air.log_rho.shape != (len(air.radius_km), 3) or len(air.radius_km) < 4:
        raise InputError(f"a table of air has n >= 4 radii and (n, 3) densities (got {air.log_rho.shape})")
    return (
        np.ascontiguousarray(air.radius_km, dtype=np.float64),
        np.ascontiguousarray(air.log_rho, dtype=np.float64),
    )


def _thrust(thrust: Thrust | None, mass_kg: float) -> dict[str, float | int | Floats]:
    if thrust is None:
        return {
            "thrust_axes": _NO_THRUST,
            "thrust": np.zeros(3),
            "mass_kg": float(mass_kg),
            "loss_kg_s": 0.0,
            "mass_at_s": 0.0,
        }
    return {
        "thrust_axes": _AXES[thrust.axes],
        "thrust": np.array(thrust.force_kg_km_s2, dtype=np.float64),
        "mass_kg": float(thrust.mass_kg),
        "loss_kg_s": float(thrust.loss_kg_s),
        "mass_at_s": float(thrust.start_s),
    }


def refuse_beyond(tables: Tables, epoch: Instant, begun: Instant, until: Instant) -> None:
    """OutOfRangeError when tables, counted from an epoch, don't cover a run."""
    ends_s = sorted((begun.seconds_since(epoch), until.seconds_since(epoch)))
    if ends_s[0] < tables.start_s - 1e-6 or ends_s[1] > tables.end_s + 1e-6:
        first, last = epoch.plus(seconds=tables.start_s), epoch.plus(seconds=tables.end_s)
        raise OutOfRangeError(
            f"the tables cover {first} to {last} (asked: {begun} to {until})", asked=until, first=first, last=last
        )


def first_step_s(mu_km3_s2: float, state: Floats) -> float:
    """A cautious first step: a fortieth of the local period."""
    radius = float(np.linalg.norm(state[:3]))
    return 0.15 * float(np.sqrt(radius**3 / mu_km3_s2))


def state_of(state: Floats, start_s: float, step_s: float) -> Floats:
    """The kernel's running state, (16,)."""
    now = np.zeros(16)
    now[0], now[1:7], now[13] = start_s, state, step_s
    return now
