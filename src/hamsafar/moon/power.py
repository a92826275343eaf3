"""What the cells give, by how the craft points, and what the battery makes of it.

Attitude by pointing. *Tumbling*: every attitude equally likely, so that a flat cell shows a quarter of itself to the Sun,
exactly. *Sun*: `Power.sun_axis` at the Sun. *Earth*: the +z axis (the antenna) at the Earth; *nadir*: the +x axis (the
camera) at the Moon's centre; the turn left free is used to bring the Sun's axis as near the Sun as can be, and where the
Sun's axis is the pointed one, so that no turn helps, the mean over it counts. Panels don't shade each other.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import Mode, Pointing, Power
from hamsafar.errors import InputError
from hamsafar.moon.along import Looks, Path, looks_along
from hamsafar.moon.light import Eclipse, eclipses_along, sun_share
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span
from hamsafar.units import ASTRONOMICAL_UNIT_KM

SOLAR_W_M2 = 1_361.0  # at 1 au (IAU 2015 resolution B3; Kopp and Lean 2011)
ANTENNA_AXIS = np.array([0.0, 0.0, 1.0])
CAMERA_AXIS = np.array([1.0, 0.0, 0.0])
_TURNS = 360
_ANGLES = 721  # of the pointed axis from the Sun, a quarter of a degree apart
_PENUMBRA_KNOTS = 9
_NS_PER_H = 3_600 * 10**9


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


def mode_of(power: Power, id: str) -> Mode:
    """A mode by its id. Raises InputError listing those there are."""
    for mode in power.modes:
        if mode.id == id:
            return mode
    raise InputError(f"no mode {id!r}; there are {', '.join(mode.id for mode in power.modes)}")


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
    pointing = mode.pointing if isinstance(mode, Mode) else mode
    tai_ns = _knots(looks, eclipses)
    r_km, _ = looks.path.states_icrf(tai_ns)
    sun_km = state_icrf("sun", looks.path.centre, tai_ns)[0] - r_km
    away_km = np.linalg.norm(sun_km, axis=-1)
    area_m2 = _facing_m2(power, looks, pointing, tai_ns, r_km, sun_km / away_km[:, None])
    flux_w_m2 = SOLAR_W_M2 * (ASTRONOMICAL_UNIT_KM / away_km) ** 2
    watt = area_m2 * flux_w_m2 * power.path_efficiency * sun_share(looks.path, tai_ns)
    return Generation(tai_ns, watt)


def _knots(looks: Looks, eclipses: tuple[Eclipse, ...]) -> TaiNs:
    """The looks, the ends of shadows, and in each penumbra some between."""
    every = [looks.tai_ns]
    for one in eclipses:
        inner = (
            [two for two in eclipses_within(eclipses, one) if two.kind != "penumbra"] if one.kind == "penumbra" else []
        )
        edges = [
            one.enter.tai_ns,
            *(ns for two in inner for ns in (two.enter.tai_ns, two.leave.tai_ns)),
            one.leave.tai_ns,
        ]
        if one.kind == "penumbra":
            pieces = list(zip(edges[:-1], edges[1:], strict=True))[:: 2 if inner else 1]
            every += [np.linspace(low, high, _PENUMBRA_KNOTS).astype(np.int64) for low, high in pieces]
    return np.unique(np.concatenate(every))


def eclipses_within(eclipses: tuple[Eclipse, ...], outer: Eclipse) -> list[Eclipse]:
    """Those of the same body that lie within another."""
    return [
        one
        for one in eclipses
        if one.body == outer.body and one is not outer and outer.enter <= one.enter and one.leave <= outer.leave
    ]


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
            return _turned_m2(power, ANTENNA_AXIS, earth_km, sun)
        case "nadir":
            return _turned_m2(power, CAMERA_AXIS, -r_km, sun)


def _turned_m2(power: Power, axis: Floats, towards_km: Floats, sun: Floats) -> Floats:
    """With a body axis at a target and the free turn as the module says: by the angle between target and Sun alone."""
    angle = np.linspace(0.0, np.pi, _ANGLES)
    sun_axis = _unit(power.sun_axis, "sun_axis")
    side = sun_axis - (sun_axis @ axis) * axis
    if np.linalg.norm(side) > 1e-9:
        side /= np.linalg.norm(side)
        facing = facing_m2(power, np.cos(angle)[:, None] * axis + np.sin(angle)[:, None] * side)
    else:
        one = np.roll(axis, 1)
        turns = np.linspace(0.0, 2 * np.pi, _TURNS, endpoint=False)
        sides = np.cos(turns)[:, None] * one + np.sin(turns)[:, None] * np.cross(axis, one)
        each = [facing_m2(power, np.cos(angle)[:, None] * axis + np.sin(angle)[:, None] * side) for side in sides]
        facing = np.mean(each, axis=0)
    cosine = np.einsum("ni,ni->n", towards_km, sun) / np.linalg.norm(towards_km, axis=-1)
    return np.interp(np.arccos(np.clip(cosine, -1.0, 1.0)), angle, facing)
