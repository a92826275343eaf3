"""A two-body orbit about the Moon or the Earth as a path: a closed form, for tests that need no kernel."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from hamsafar.domain.orbits import Centre
from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant

_MU = {"moon": 4_902.800118, "earth": 398_600.4415}


@frozen(kw_only=True)
class KeplerPath:
    """Elements about ICRF axes: km and radians. `start` is at periapsis."""

    start: Instant
    end: Instant
    centre: Centre = "moon"
    a_km: float = 6_137.4
    e: float = 0.684
    i: float = 1.0
    node: float = 0.5
    periapsis: float = 1.0

    @property
    def period_s(self) -> float:
        """One revolution."""
        return float(2 * np.pi * np.sqrt(self.a_km**3 / _MU[self.centre]))

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions and velocities at moments (n,)."""
        if tai_ns.size and (tai_ns.min() < self.start.tai_ns or tai_ns.max() > self.end.tai_ns):
            raise OutOfRangeError("beyond the path", asked=Instant(int(tai_ns.min())), first=self.start, last=self.end)
        n = 2 * np.pi / self.period_s
        mean = n * ((tai_ns - self.start.tai_ns) / 1e9)
        at = mean + self.e * np.sin(mean)
        for _ in range(12):
            at = at - (at - self.e * np.sin(at) - mean) / (1 - self.e * np.cos(at))
        b = np.sqrt(1 - self.e**2)
        rate = n / (1 - self.e * np.cos(at))
        r = self.a_km * np.stack([np.cos(at) - self.e, b * np.sin(at), 0 * at], axis=-1)
        v = self.a_km * rate[:, None] * np.stack([-np.sin(at), b * np.cos(at), 0 * at], axis=-1)
        turn = _turn(self.node, 2) @ _turn(self.i, 0) @ _turn(self.periapsis, 2)
        return r @ turn.T, v @ turn.T


def _turn(angle: float, axis: int) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    one = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return one if axis == 2 else np.roll(np.roll(one, 1, axis=0), 1, axis=1)
