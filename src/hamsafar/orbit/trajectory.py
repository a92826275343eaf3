"""Where the station is: SGP4 from elements, or the circular orbit held where elements are too old. Frame: TEME."""

from __future__ import annotations

from math import ceil, cos, log, pi, radians, sin, sqrt
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs, tai_ns_after
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_J2, EARTH_MU_KM3_S2

if TYPE_CHECKING:
    from sgp4.api import Satrec

    from hamsafar.domain import plan
    from hamsafar.domain.elements import Elements, HeldOrbit

_LARGEST_ALPHA5 = 339_999
_SGP4_ORIGIN_JD = 2_433_281.5  # 1949-12-31T00:00 UTC, where SGP4 counts days from
_REV_D_TO_RAD_MIN = 2 * pi / 1_440


class Trajectory(Protocol):
    """Anything that can say where an object is and how it moves, in TEME."""

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) in km and velocities (n, 3) in km/s, TEME of date, at TAI nanoseconds (n,)."""
        ...

    def known(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span, ascending, that it has states for, their ends included; empty where it has none.

        Parts that touch meet at a seam, where the path may bend: a search goes over each by itself.
        """
        ...


class Sgp4Trajectory:
    """SGP4 (the reference C++ code through `sgp4`, WGS-72 constants) from one element set.

    Time since epoch is elapsed (TAI) time. Numbers are taken from the nouns, so any format that carries SGP4
    elements will do; against elements read from their lines the difference is below 1 mm. Held to the published
    vectors of Vallado et al. 2006, AIAA 2006-6753.
    """

    def __init__(self, elements: Elements) -> None:
        self.elements = elements
        self._satrec = satrec(elements)
        self._alive_until_s = 0.0
        self._dead: tuple[int, int] | None = None  # SGP4's error, and a moment at which it had given up
        if self._satrec.error:
            raise self._out_of_range(int(self._satrec.error), elements.epoch.tai_ns)

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s; OutOfRangeError where SGP4 gives up (decayed, ...)."""
        moments = np.ascontiguousarray(tai_ns, dtype=np.int64)
        codes, r_teme_km, v_teme_km_s = self._run(moments)
        failed = np.flatnonzero((codes != 0) | ~np.isfinite(r_teme_km[:, 0]))  # some impossible elements give no code
        if failed.size:
            raise self._out_of_range(int(codes[failed[0]]), int(moments[failed[0]]))
        self._ensure_alive(moments)
        return r_teme_km, v_teme_km_s

    def _run(self, tai_ns: TaiNs) -> tuple[NDArray[np.uint8], Floats, Floats]:
        days, ns = np.divmod(tai_ns - self.elements.epoch.tai_ns, DAY_NS)
        ran: tuple[NDArray[np.uint8], Floats, Floats] = self._satrec.sgp4_array(
            self._satrec.jdsatepoch + days, self._satrec.jdsatepochF + ns / DAY_NS
        )
        return ran

    def _ensure_alive(self, moments: TaiNs) -> None:
        """Raises where SGP4 had given up between the epoch and a moment: it does not remember, and answers again."""
        if not moments.size:
            return
        last_ns = int(moments.max())
        last_s = (last_ns - self.elements.epoch.tai_ns) / NS_PER_S
        if last_s > self._alive_until_s and self._dead is None:
            looks_s = life_looks_s(last_s)
            tai_ns = tai_ns_after(self.elements.epoch, looks_s[looks_s > self._alive_until_s])
            codes = self._run(tai_ns)[0]
            self._alive_until_s = last_s
            if codes.any():
                first = int(np.argmax(codes != 0))
                self._dead = int(codes[first]), int(tai_ns[first])
        if self._dead is not None and last_ns > self._dead[1]:
            raise self._out_of_range(*self._dead)

    def known(self, span: Span) -> tuple[Span, ...]:
        """The whole span: a decay shows only when a state is asked for."""
        return (span,)

    def _out_of_range(self, code: int, tai_ns: int) -> OutOfRangeError:
        from sgp4.api import SGP4_ERRORS

        of, moment = self.elements, Instant(tai_ns)
        message = SGP4_ERRORS.get(code, f"error {code}") if code else "the elements describe no orbit"
        what = f"SGP4 has no state of {of.name or 'object'} ({of.norad}) at {moment.iso()}: {message}"
        return OutOfRangeError(f"{what} (elements of {of.epoch.iso()})", asked=moment)


def life_looks_s(until_s: float) -> Floats:
    """Seconds after an epoch (n,) that show whether SGP4 gave up before: each a tenth later than the one before.

    A decay puts its object under the ground for longer than it took from the epoch, by the powers of time that SGP4
    counts drag in, before its axis, squared, may grow again.
    """
    number = max(1, ceil(log(max(until_s, 600.0) / 600.0) / log(1.1)) + 1)
    looks = np.asarray(600.0 * 1.1 ** np.arange(number), dtype=np.float64)
    return looks[looks < until_s]


def satrec(elements: Elements) -> Satrec:
    """The SGP4 record of an element set, WGS-72, improved mode."""
    from sgp4.api import WGS72, Satrec

    midnight, fraction = elements.epoch.julian_date_utc()
    record = Satrec()
    record.sgp4init(
        WGS72,
        "i",
        elements.norad if elements.norad <= _LARGEST_ALPHA5 else 0,  # a label; the theory has no use for it
        midnight - _SGP4_ORIGIN_JD + fraction,
        elements.bstar_per_er,
        elements.mean_motion_dot * _REV_D_TO_RAD_MIN / 1_440,  # SGP4 itself does not use the two rates
        elements.mean_motion_ddot * _REV_D_TO_RAD_MIN / 1_440**2,
        elements.eccentricity,
        radians(elements.argument_of_perigee_deg),
        radians(elements.inclination_deg),
        radians(elements.mean_anomaly_deg),
        elements.mean_motion_rev_d * _REV_D_TO_RAD_MIN,
        radians(elements.raan_deg),
    )
    return record


class HeldTrajectory:
    """A circular orbit held at one altitude; the node and the argument of latitude carried by first-order J2.

    With a, i, the node and the argument of latitude u of the HeldOrbit, t elapsed since its epoch, and mu, Re,
    J2 of `hamsafar.units` (Vallado 2013, secular rates of section 9.6, eq. 9-41 and its fellows, at e = 0, p = a):

        n        = sqrt(mu / a^3)
        k        = J2 (Re / a)^2
        raan_dot = -3/2 n k cos i
        u_dot    = n + 3/4 n k (4 - 5 sin^2 i) + 3/4 n k (2 - 3 sin^2 i)       (perigee's rate + the anomaly's)
        r        = a [cos u (cos raan, sin raan, 0) + sin u (-sin raan cos i, cos raan cos i, sin i)]
        v        = a u_dot [-sin u (cos raan, sin raan, 0) + cos u (-sin raan cos i, cos raan cos i, sin i)]

    The velocity lies in the orbit plane of the moment: the node's own motion (under 9 m/s) is left out, so that
    r x v is the plane's normal, as in a real orbit, which turns its plane about r.
    """

    def __init__(self, held: HeldOrbit) -> None:
        self.held = held
        a_km, i_rad = held.semi_major_axis_km, radians(held.inclination_deg)
        n_rad_s = sqrt(EARTH_MU_KM3_S2 / a_km**3)
        k = EARTH_J2 * (EARTH_EQUATORIAL_RADIUS_KM / a_km) ** 2
        of_perigee = 0.75 * n_rad_s * k * (4 - 5 * sin(i_rad) ** 2)
        of_anomaly = 0.75 * n_rad_s * k * (2 - 3 * sin(i_rad) ** 2)
        self.raan_dot_rad_s = -1.5 * n_rad_s * k * cos(i_rad)
        self.u_dot_rad_s = n_rad_s + of_perigee + of_anomaly

    def known(self, span: Span) -> tuple[Span, ...]:
        """The whole span."""
        return (span,)

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions (n, 3) km and velocities (n, 3) km/s."""
        t_s = (np.asarray(tai_ns, dtype=np.int64) - self.held.epoch.tai_ns) / NS_PER_S
        raan = radians(self.held.raan_deg) + self.raan_dot_rad_s * t_s
        u = radians(self.held.argument_of_latitude_deg) + self.u_dot_rad_s * t_s
        i_rad, a_km = radians(self.held.inclination_deg), self.held.semi_major_axis_km
        to_node = np.stack([np.cos(raan), np.sin(raan), np.zeros_like(raan)], axis=-1)
        ahead = np.stack([-np.sin(raan) * cos(i_rad), np.cos(raan) * cos(i_rad), np.full_like(raan, sin(i_rad))], -1)
        cos_u, sin_u = np.cos(u)[:, None], np.sin(u)[:, None]
        return a_km * (cos_u * to_node + sin_u * ahead), a_km * self.u_dot_rad_s * (cos_u * ahead - sin_u * to_node)


def trajectory_of(trajectory: plan.Trajectory) -> Trajectory:
    """What a plan's trajectory rests on: the held orbit where there is one (far), else SGP4 (near)."""
    if trajectory.held is not None:
        return HeldTrajectory(trajectory.held)
    return Sgp4Trajectory(trajectory.elements)
