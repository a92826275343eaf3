"""Our own slow truth for passes: elevation every second, crossings by bisection, every near peak sampled finer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.orbit.frames import itrs_from_teme, site_itrs_km, site_up
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import NS_PER_S, Span

Floats = NDArray[np.float64]
TaiNs = NDArray[np.int64]

_PIECE_S = 86_400  # a day of samples at a time
_NEAR_SINE = 5e-3  # a peak between samples rises at most 3e-4 above its samples (seconds apart, 1 deg/s at most)


class DenseTruth:
    """Passes of one trajectory over any number of sites, by brute force; nothing of the search is used."""

    def __init__(self, trajectory: Trajectory, span: Span) -> None:
        self.trajectory, self.span = trajectory, span
        self._at_ns = np.append(np.arange(span.start.tai_ns, span.end.tai_ns, NS_PER_S), span.end.tai_ns)
        pieces = [self._itrs_km(self._at_ns[n : n + _PIECE_S]) for n in range(0, self._at_ns.size, _PIECE_S)]
        self._r_itrs_km = np.concatenate(pieces)

    def _itrs_km(self, tai_ns: TaiNs) -> Floats:
        return itrs_from_teme(self.trajectory.states_teme(tai_ns)[0], tai_ns)

    def passes(self, site: Site, mask_deg: float) -> tuple[TaiNs, TaiNs]:
        """Rises and sets (n,) and (m,) in ns of TAI, to a microsecond, those cut by the span's ends left out."""
        least = np.sin(np.radians(mask_deg))
        above = _sine(self._r_itrs_km, site) - least
        at_ns, above = self._with_peaks(site, least, self._at_ns, above)
        up = above >= 0
        rises, sets = np.flatnonzero(~up[:-1] & up[1:]), np.flatnonzero(up[:-1] & ~up[1:])
        return self._crossed(site, least, at_ns, rises, True), self._crossed(site, least, at_ns, sets, False)

    def _with_peaks(self, site: Site, least: float, at_ns: TaiNs, above: Floats) -> tuple[TaiNs, Floats]:
        """Samples of a millisecond added around every extremum that is close to the mask."""
        turn = (above[1:-1] - above[:-2]) * (above[2:] - above[1:-1]) <= 0
        near = np.flatnonzero(turn & (np.abs(above[1:-1]) < _NEAR_SINE)) + 1
        if not near.size:
            return at_ns, above
        fine_ns = np.arange(-1_200, 1_201) * 1_000_000
        extra_ns = np.unique((at_ns[near][:, None] + fine_ns[None, :]).ravel())
        extra_ns = extra_ns[(extra_ns > at_ns[0]) & (extra_ns < at_ns[-1])]
        every_ns = np.concatenate([at_ns, extra_ns])
        every = np.concatenate([above, _sine(self._itrs_km(extra_ns), site) - least])
        every_ns, first = np.unique(every_ns, return_index=True)
        return every_ns, every[first]

    def _crossed(self, site: Site, least: float, at_ns: TaiNs, left: NDArray[np.intp], rising: bool) -> TaiNs:
        low, high = at_ns[left], at_ns[left + 1]
        while left.size and (high - low).max() > 1_000:
            middle = (low + high) // 2
            up = _sine(self._itrs_km(middle), site) >= least
            past = up if rising else ~up
            low, high = np.where(past, low, middle), np.where(past, middle, high)
        return high if rising else low


def _sine(r_itrs_km: Floats, site: Site) -> Floats:
    """Of the elevation over the geodetic horizon, (n,)."""
    x, y, z = (r_itrs_km[:, axis] - site_itrs_km(site)[axis] for axis in range(3))
    a, b, c = site_up(site)
    found: Floats = (a * x + b * y + c * z) / np.sqrt(x * x + y * y + z * z)
    return found
