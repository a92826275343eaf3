"""One state of a body in flight, about the Earth or the Moon, and what pushes it besides gravity."""

from __future__ import annotations

from typing import Literal, get_args

from attrs import field, frozen
from attrs.validators import ge, gt, in_, instance_of

from hamsafar.errors import InputError
from hamsafar.timeline import Instant

Centre = Literal["earth", "moon"]
Vector = tuple[float, float, float]

CENTRES: tuple[Centre, ...] = get_args(Centre)


def _vector(_: object, attribute: object, value: Vector) -> None:
    from math import isfinite

    if len(value) != 3 or not all(isfinite(part) for part in value):
        raise InputError(f"should be three finite numbers (got {value!r})")


@frozen(kw_only=True)
class OrbitState:
    """Position and velocity at an instant, in a named frame about a centre.

    `frame`: any label that `hamsafar.orbit.states` knows; "ICRF" (axes of the ICRF, origin at the centre) is what
    everything is calculated in. In a rotating frame the velocity is relative to that frame.
    """

    epoch: Instant
    centre: Centre = field(validator=in_(CENTRES))
    frame: str = "ICRF"
    position_km: Vector = field(validator=_vector)
    velocity_km_s: Vector = field(validator=_vector)


@frozen(kw_only=True)
class KeplerElements:
    """Osculating elements; angles in degrees, from the frame they are told in."""

    semi_major_axis_km: float
    eccentricity: float
    inclination_deg: float
    raan_deg: float
    argument_of_periapsis_deg: float
    true_anomaly_deg: float

    def vectors(self, mu_km3_s2: float) -> tuple[Vector, Vector]:
        """Position (km) and velocity (km/s); Vallado 2013, algorithm 10 (COE2RV).

        Raises InputError unless 0 <= e < 1.
        """
        from math import cos, radians, sin, sqrt

        if not 0.0 <= self.eccentricity < 1.0 or not self.semi_major_axis_km > 0.0:
            raise InputError(f"describe no closed orbit (a {self.semi_major_axis_km:g} km, e {self.eccentricity:g})")
        p_km = self.semi_major_axis_km * (1.0 - self.eccentricity**2)
        nu, w = radians(self.true_anomaly_deg), radians(self.argument_of_periapsis_deg)
        node, tilt = radians(self.raan_deg), radians(self.inclination_deg)
        r_km, speed_km_s = p_km / (1.0 + self.eccentricity * cos(nu)), sqrt(mu_km3_s2 / p_km)
        along = (
            cos(node) * cos(w) - sin(node) * sin(w) * cos(tilt),
            sin(node) * cos(w) + cos(node) * sin(w) * cos(tilt),
            sin(w) * sin(tilt),
        )
        across = (
            -cos(node) * sin(w) - sin(node) * cos(w) * cos(tilt),
            -sin(node) * sin(w) + cos(node) * cos(w) * cos(tilt),
            cos(w) * sin(tilt),
        )
        x, y = r_km * cos(nu), r_km * sin(nu)
        u, v = -speed_km_s * sin(nu), speed_km_s * (self.eccentricity + cos(nu))
        position = (x * along[0] + y * across[0], x * along[1] + y * across[1], x * along[2] + y * across[2])
        velocity = (u * along[0] + v * across[0], u * along[1] + v * across[1], u * along[2] + v * across[2])
        return position, velocity


@frozen(kw_only=True)
class SolarPressure:
    """A cannonball in sunlight: acceleration = shadow * cr * area / mass * pressure, away from the Sun."""

    area_m2: float = field(validator=ge(0.0))
    cr: float = field(default=1.3, validator=ge(0.0))


@frozen(kw_only=True)
class Drag:
    """A body in the Earth's air: acceleration = -1/2 rho cd area / mass |v| v, v relative to air that turns along."""

    area_m2: float = field(validator=ge(0.0))
    cd: float = field(default=2.2, validator=ge(0.0))


@frozen(kw_only=True)
class Burn:
    """A change of velocity at an instant (`duration_s` 0: at once), in km/s.

    Axes: "ICRF", or "TNW"-like local axes named as CCSDS does: "RTN" (radial, transverse, normal: along the position,
    in the plane across it, along the angular momentum) or "TNW" (along the velocity, in the plane across it to the
    outside, along the angular momentum). Local axes of a long burn turn with the orbit. A long burn has constant
    thrust: with `mass_loss_kg` its acceleration grows as the mass falls; its integral is the change of velocity given.
    """

    start: Instant
    delta_v_km_s: Vector = field(validator=_vector)
    axes: Literal["ICRF", "RTN", "TNW"] = field(default="ICRF", validator=in_(("ICRF", "RTN", "TNW")))
    duration_s: float = field(default=0.0, validator=ge(0.0))
    mass_loss_kg: float = field(default=0.0, validator=ge(0.0))


@frozen(kw_only=True)
class Craft:
    """What flies, as far as its orbit minds."""

    mass_kg: float = field(validator=gt(0.0))
    solar: SolarPressure | None = None
    drag: Drag | None = None
    burns: tuple[Burn, ...] = field(default=(), validator=instance_of(tuple))
