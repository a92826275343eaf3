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

    Axes: "ICRF", or local ones as CCSDS names them, right-handed: "RTN" (R along the position, N along the angular
    momentum, T = N x R) or "TNW" (T along the velocity, W along the angular momentum, N = W x T, which points inward
    on a circle). Local axes of a long burn turn with the orbit. A long burn has constant thrust: with `mass_loss_kg`
    the acceleration grows as the mass falls, and its integral in its axes is the change of velocity given.
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
