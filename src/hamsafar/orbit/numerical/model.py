"""What a numerical orbit is calculated from, and what comes out. Numbers in, numbers out; axes ICRF."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt, in_

from hamsafar.domain.orbits import CENTRES, Centre
from hamsafar.orbit.times import Floats

Body = Literal["sun", "earth", "moon", "venus", "mars", "jupiter", "saturn"]
MOON_BODIES: tuple[Body, ...] = ("earth", "sun")
EARTH_BODIES: tuple[Body, ...] = ("moon", "sun")


@frozen(kw_only=True)
class ForceModel:
    """Which forces act. What the craft itself adds (sunlight, air, burns) is in its `Craft`.

    `degree`: of the gravity field, order the same unless `order` says less; 0 is a point mass. `bodies`: whose pull
    is counted besides the centre's. `field`: a bundled field by name, or one loaded by the caller.
    """

    centre: Centre = field(validator=in_(CENTRES))
    degree: int = field(default=50, validator=ge(0))
    order: int | None = None
    bodies: tuple[Body, ...] = MOON_BODIES


@frozen(kw_only=True, eq=False)
class GravityField:
    """A gravity field, fully normalised (4 pi): c and s are (degree + 1, degree + 1), [n, m]; c[0, 0] = 1.

    `sigma_c`, `sigma_s`: formal standard deviations of the same shape where the source gives them. Zero-tide or
    tide-free as `tides` says. `axes`: the body frame it is told in ("MOON_PA", "ITRF").
    """

    name: str
    mu_km3_s2: float
    radius_km: float
    c: Floats
    s: Floats
    axes: str
    sigma_c: Floats | None = None
    sigma_s: Floats | None = None

    @property
    def degree(self) -> int:
        """The highest degree it holds."""
        return int(self.c.shape[0]) - 1


@frozen(kw_only=True, eq=False)
class Tables:
    """Where bodies are and how the centre is turned, as Chebyshev series of the first kind over pieces of equal length.

    `coefficients` is (pieces, quantities, terms): on piece p, with x = 2 (t - start_s - p piece_s) / piece_s - 1 and t
    in SI (TAI) seconds from the run's epoch, quantity q is sum_k coefficients[p, q, k] T_k(x). Quantities: 0, 1, 2 the
    angles a, b, c (rad, each continuous within its piece) of

        r_body_fixed = R3(c) R2(b) R1(a) r_icrf      (R_i: rotation of the axes about axis i, Vallado 2013 eq. 3-15)

    then x, y, z (km, ICRF axes, geometric, from the centre) of each of `bodies` in turn. Where a table reaches is
    [start_s, start_s + pieces * piece_s].
    """

    bodies: tuple[Body, ...]
    start_s: float
    piece_s: float
    coefficients: Floats

    @property
    def end_s(self) -> float:
        """Where the table ends, seconds from the run's epoch."""
        return float(self.start_s + self.piece_s * self.coefficients.shape[0])


@frozen(kw_only=True, eq=False)
class AirTable:
    """The density of the air along a path, for the kernel, which can't call an atmosphere model.

    `log_rho[i, j]` is ln(density in kg/m^3) at `start_s + i * step_s` (TAI seconds from the run's epoch) and |r| =
    `radius_km[i] + (j - 1) * spread_km` on the path's line. Between: cubic Lagrange over four moments of the radius
    and of each column, then a quadratic in |r|. Two moments of margin are needed on either side of the run.
    """

    start_s: float
    step_s: float = field(validator=gt(0.0))
    radius_km: Floats
    spread_km: float = field(validator=gt(0.0))
    log_rho: Floats

    @property
    def end_s(self) -> float:
        """The last moment it can be asked for, seconds from the run's epoch: one short of its last."""
        return float(self.start_s + self.step_s * (self.radius_km.shape[0] - 2))


@frozen(kw_only=True, eq=False)
class Thrust:
    """An engine that burns throughout an arc: acceleration = force / (mass - loss * (t - start)), in its axes."""

    axes: Literal["ICRF", "RTN", "TNW"]
    force_kg_km_s2: tuple[float, float, float]
    mass_kg: float = field(validator=gt(0.0))
    loss_kg_s: float = field(default=0.0, validator=ge(0.0))
    start_s: float = 0.0
