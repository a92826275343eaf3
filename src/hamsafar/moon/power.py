"""What the cells give, by how the craft points.

Attitude by pointing. *Tumbling*: every attitude equally likely, so that a flat cell shows a quarter of itself to the
Sun, exactly. *Sun*: `Power.sun_axis` at the Sun. *Earth* and *nadir*: +z of the body at the centre of the Earth or
of what it goes round; the turn about it is not held, so the mean over it counts. Panels don't shade each other.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from math import sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import Mode, Pointing, Power
from hamsafar.domain.orbits import CENTRES
from hamsafar.errors import InputError
from hamsafar.moon.along import Looks, Path, looks_along
from hamsafar.moon.light import Eclipse, eclipses_along, sun_share
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span
from hamsafar.units import ASTRONOMICAL_UNIT_KM

SOLAR_W_M2 = 1_361.0  # at 1 au (IAU 2015 resolution B3; Kopp and Lean 2011)
POINTED_AXIS = np.array([0.0, 0.0, 1.0])  # +z, in body axes
_PENUMBRA_KNOTS = 9


@frozen(eq=False)
class Generation:
    """Power from the cells at the bus, straight between knots: moments (n,) ascending, ns of TAI, and W (n,)."""

    tai_ns: TaiNs
    watt: Floats

    @property
    def span(self) -> Span:
        """From the first knot to the last."""
        return Span(Instant(int(self.tai_ns[0])), Instant(int(self.tai_ns[-1])))

    def at(self, tai_ns: TaiNs) -> Floats:
        """W at moments (n,); those beyond its ends read as the ends."""
        return np.interp(self._s(np.asarray(tai_ns)), self._s(self.tai_ns), self.watt)

    def energy_wh(self, span: Span) -> float:
        """Between two moments, exactly what the knots say."""
        ends = np.array([span.start.tai_ns, span.end.tai_ns])
        inside = self.tai_ns[(self.tai_ns > ends[0]) & (self.tai_ns < ends[1])]
        moments = np.concatenate([ends[:1], inside, ends[1:]])
        return float(np.trapezoid(self.at(moments), self._s(moments)) / 3_600)

    def mean_w(self, span: Span) -> float:
        """Over a span."""
        return self.energy_wh(span) * 3_600 / span.seconds

    def _s(self, tai_ns: TaiNs) -> Floats:
        seconds: Floats = (tai_ns - self.tai_ns[0]) / 1e9
        return seconds


def mode_of(power: Power, name: str) -> Mode:
    """A mode by its id. Raises InputError listing those there are."""
    for mode in power.modes:
        if mode.id == name:
            return mode
    raise InputError(f"no mode {name!r}; there are {', '.join(mode.id for mode in power.modes)}")


def generation(
    power: Power, trajectory: Path, span: Span, mode: Mode | Pointing, *, eclipses: tuple[Eclipse, ...] | None = None
) -> Generation:
    """What the cells give at the bus over the part of a span that a trajectory knows, in a mode or a pointing.

    Sun's distance, umbra and penumbra counted. `eclipses` spares finding them again. Raises OutOfRangeError.
    """
    looks = looks_along(trajectory, span)
    return generation_along(power, looks, mode, eclipses_along(looks) if eclipses is None else eclipses)


def generation_along(power: Power, looks: Looks, mode: Mode | Pointing, eclipses: tuple[Eclipse, ...]) -> Generation:
    """As `generation`, over looks and eclipses that are there already."""
    return generation_in(power, mode, lit_along(looks, eclipses))


@frozen(eq=False)
class Lit:
    """The light at knots along a path, which all modes share: moments (n,), positions and the Sun (n, 3)."""

    looks: Looks
    tai_ns: TaiNs
    r_km: Floats
    sun: Floats  # unit vectors from the craft
    flux_w_m2: Floats  # (n,) what the Sun sends there, shadows counted


def lit_along(looks: Looks, eclipses: tuple[Eclipse, ...]) -> Lit:
    """The light over looks, with knots at the ends of shadows and in the penumbra."""
    tai_ns = _knots(looks, eclipses)
    r_km, _ = looks.path.states_icrf(tai_ns)
    sun_km = state_icrf("sun", looks.path.centre, tai_ns)[0] - r_km
    away_km = np.linalg.norm(sun_km, axis=-1)
    flux_w_m2 = SOLAR_W_M2 * (ASTRONOMICAL_UNIT_KM / away_km) ** 2 * sun_share(looks.path, tai_ns)
    return Lit(looks, tai_ns, r_km, sun_km / away_km[:, None], flux_w_m2)


def generation_in(power: Power, mode: Mode | Pointing, lit: Lit) -> Generation:
    """As `generation`, in a light that is there already."""
    pointing = mode.pointing if isinstance(mode, Mode) else mode
    area_m2 = _facing_m2(power, lit.looks, pointing, lit.tai_ns, lit.r_km, lit.sun)
    return Generation(lit.tai_ns, area_m2 * lit.flux_w_m2 * power.path_efficiency)


def _knots(looks: Looks, eclipses: tuple[Eclipse, ...]) -> TaiNs:
    """The looks, the ends of shadows, and some more where the Sun is partly hidden."""
    every = [looks.tai_ns]
    for body in CENTRES:
        mine = [one for one in eclipses if one.body == body]
        deep = sorted((one.enter, one.leave) for one in mine if one.kind != "penumbra")
        for one in mine:
            if one.kind == "penumbra":
                first, last = (bisect_left(deep, (at,)) for at in (one.enter, one.leave))
                edges = sorted({one.enter, one.leave, *(end for pair in deep[first:last] for end in pair)})
                every += [_between(low, high) for low, high in pairwise(edges)]
    return np.unique(np.concatenate(every))


def _between(low: Instant, high: Instant) -> TaiNs:
    return np.linspace(low.tai_ns, high.tai_ns, _PENUMBRA_KNOTS).astype(np.int64)


def facing_m2(power: Power, sun_body: Floats) -> Floats:
    """Area times efficiency turned to the Sun, (n,) m2, for directions of the Sun in body axes (n, 3)."""
    total = np.zeros(len(sun_body))
    for panel in power.panels:
        normal = _unit(panel.normal, "a panel's normal")
        total += panel.area_m2 * panel.efficiency * np.maximum(0.0, sun_body @ normal)
    return total


def tumbling_m2(power: Power) -> float:
    """The mean of `facing_m2` over all attitudes: a quarter of the panels."""
    return sum(panel.area_m2 * panel.efficiency for panel in power.panels) / 4


def _unit(vector: tuple[float, float, float], what: str) -> Floats:
    size = sqrt(sum(part * part for part in vector))
    if size == 0.0:
        raise InputError(f"{what} has no length")
    return np.array(vector) / size


def _facing_m2(power: Power, looks: Looks, pointing: Pointing, tai_ns: TaiNs, r_km: Floats, sun: Floats) -> Floats:
    match pointing:
        case "tumbling":
            return np.full(len(tai_ns), tumbling_m2(power))
        case "sun":
            return np.repeat(facing_m2(power, _unit(power.sun_axis, "sun_axis")[None, :]), len(tai_ns))
        case "earth":
            earth_km = -r_km if looks.path.centre == "earth" else state_icrf("earth", "moon", tai_ns)[0] - r_km
            return pointed_m2(power, _cosine(earth_km, sun))
        case "nadir":
            return pointed_m2(power, _cosine(-r_km, sun))


def pointed_m2(power: Power, cosine: Floats) -> Floats:
    """The mean of `facing_m2` over the turn about +z, (n,), for the cosine of the Sun's angle from +z (n,).

    A normal n sees the Sun at a + b cos(turn), a = n_z cos t, b = sqrt(1 - n_z^2) sin t; the mean of what is above zero
    of it is (a acos(-a / b) + sqrt(b^2 - a^2)) / pi, or max(a, 0) where |a| >= b.
    """
    total = np.zeros(cosine.shape)
    for panel in power.panels:
        along = float(_unit(panel.normal, "a panel's normal") @ POINTED_AXIS)
        a = along * cosine
        b = sqrt(max(0.0, 1.0 - along**2)) * np.sqrt(np.maximum(0.0, 1.0 - cosine**2))
        share = np.maximum(a, 0.0)
        turns = np.abs(a) < b
        x = a[turns]
        share[turns] = (x * np.arccos(-x / b[turns]) + np.sqrt(b[turns] ** 2 - x**2)) / np.pi
        total += panel.area_m2 * panel.efficiency * share
    return total


def _cosine(towards_km: Floats, sun: Floats) -> Floats:
    cosine: Floats = np.einsum("ni,ni->n", towards_km, sun) / np.linalg.norm(towards_km, axis=-1)
    return np.clip(cosine, -1.0, 1.0)
