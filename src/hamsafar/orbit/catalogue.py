"""Many objects at many times: SGP4 in batches, in machine code on all cores where `heyoka` is installed.

Near-Earth objects go through heyoka's compiled SGP4 (extra `catalogue`), everything else, and everything where it
isn't installed, through the reference code of `sgp4`. The two agree to a tenth of a millimetre wherever an orbit
lasts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import pi, radians
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs
from hamsafar.orbit.trajectory import life_looks_s, satrec
from hamsafar.timeline import NS_PER_S

if TYPE_CHECKING:
    from sgp4.api import Satrec

_Batch: TypeAlias = Callable[..., NDArray[np.float64]]

_NS_PER_MIN = 60 * NS_PER_S
_DEEP_MIN = 225.0  # periods from here on are deep space's (Hoots and Roehrich 1980)


@frozen(eq=False)
class SatelliteStates:
    """States of m objects at n times, TEME: `r_km` and `v_km_s` (n, 3, m), NaN where SGP4 gives up; see `code`.

    `code` (n, m) is SGP4's error code, 0 where there is a state.
    """

    r_km: Floats
    v_km_s: Floats
    code: NDArray[np.uint8]
    _all: Floats


class SatelliteCatalogue:
    """Element sets of many objects, made ready once."""

    def __init__(self, elements: Sequence[Elements]) -> None:
        self.elements = tuple(elements)
        self._epoch_ns = np.array([one.epoch.tai_ns for one in self.elements], dtype=np.int64)
        records = [satrec(one) for one in self.elements]
        unfit = np.array([record.error for record in records], dtype=np.uint8)
        slow = np.array([1_440 / one.mean_motion_rev_d >= _DEEP_MIN * 0.99 for one in self.elements], dtype=np.bool_)
        near = np.flatnonzero(~slow & (unfit == 0))  # SGP4 takes Kozai's share off the period: 1 %
        self._batch = _batch([self.elements[n] for n in near])
        self._near = near if self._batch is not None else near[:0]
        self._other = np.setdiff1d(np.arange(len(self.elements)), self._near)
        self._records = {n: (records[n], int(unfit[n])) for n in self._other.tolist()}  # each with its error at birth
        self._looked_until_s = 0.0
        # SGP4's error where it gives an object up, and when it first showed.
        self._dead, self._dead_ns = np.zeros(len(records), dtype=np.uint8), np.zeros(len(records), dtype=np.int64)

    def states_teme(self, tai_ns: TaiNs, *, into: SatelliteStates | None = None) -> SatelliteStates:
        """The states of every object at every moment (n,); `into` takes the memory of an answer no longer needed.

        Nothing is raised for objects that SGP4 gives up (decayed, ...): their `code` says so, from then on.
        """
        self._look_for_ends(tai_ns)
        shape = (tai_ns.size, 7, len(self.elements))
        every = into._all if into is not None and into._all.shape == shape else np.empty(shape)
        self._run(tai_ns, every)
        code = every[:, 6].astype(np.uint8)
        gone = np.flatnonzero(self._dead)
        code[:, gone] = np.where(tai_ns[:, None] > self._dead_ns[gone], self._dead[gone], code[:, gone])
        if code.any():
            every[:, :6].swapaxes(1, 2)[code != 0] = np.nan
        return SatelliteStates(every[:, :3], every[:, 3:6], code, every)

    def _look_for_ends(self, tai_ns: TaiNs) -> None:
        """Which objects SGP4 gives up before the last moment: it does not remember, and would answer again."""
        if not tai_ns.size or not self.elements:
            return
        last_s = (int(tai_ns.max()) - int(self._epoch_ns.min())) / NS_PER_S
        if last_s <= self._looked_until_s:
            return
        looks_s = life_looks_s(last_s)
        looks_s = looks_s[looks_s > self._looked_until_s]
        codes = self._codes_after(looks_s)
        ended = np.flatnonzero((codes != 0).any(axis=0) & (self._dead == 0))
        first = np.argmax(codes[:, ended] != 0, axis=0) if ended.size else ended
        self._dead[ended] = codes[first, ended]
        self._dead_ns[ended] = self._epoch_ns[ended] + np.rint(looks_s[first] * NS_PER_S).astype(np.int64)
        self._looked_until_s = last_s

    def _codes_after(self, since_epoch_s: Floats) -> NDArray[np.uint8]:
        """SGP4's error (k, m) of every object so many seconds (k,) after its own epoch."""
        codes = np.zeros((since_epoch_s.size, len(self.elements)), dtype=np.uint8)
        if self._batch is not None and since_epoch_s.size:
            since_min = np.repeat(since_epoch_s[:, None] / 60, self._near.size, axis=1)
            codes[:, self._near] = self._batch(since_min)[:, 6]
        since_ns = np.rint(since_epoch_s * NS_PER_S).astype(np.int64)
        for n, (record, unfit) in self._records.items():
            codes[:, n] = unfit or _reference(record, since_ns)[0]
        return codes

    def _run(self, tai_ns: TaiNs, every: Floats) -> None:
        """States and codes at moments (n,), into (n, 7, m)."""
        if self._near.size and not self._other.size:
            self._compiled(tai_ns, every)
            return
        if self._near.size:
            near = np.empty((tai_ns.size, 7, self._near.size))
            self._compiled(tai_ns, near)
            every[:, :, self._near] = near
        for n, (record, unfit) in self._records.items():
            code, every[:, :3, n], every[:, 3:6, n] = _reference(record, tai_ns - self._epoch_ns[n])
            every[:, 6, n] = unfit or code

    def _compiled(self, tai_ns: TaiNs, every: Floats) -> None:
        """heyoka's states of the near-Earth objects, straight into (n, 7, m)."""
        assert self._batch is not None, "there are near objects only where it is"
        first_ns = int(self._epoch_ns[0])
        since_min = (tai_ns - first_ns) / _NS_PER_MIN
        epochs_min = (self._epoch_ns[self._near] - first_ns) / _NS_PER_MIN
        self._batch(np.subtract.outer(since_min, epochs_min), out=every)


def _reference(record: Satrec, since_epoch_ns: TaiNs) -> tuple[NDArray[np.uint8], Floats, Floats]:
    """(codes, positions, velocities) by the reference code."""
    days, ns = np.divmod(since_epoch_ns, DAY_NS)
    states: tuple[NDArray[np.uint8], Floats, Floats] = record.sgp4_array(
        record.jdsatepoch + days, record.jdsatepochF + ns / DAY_NS
    )
    return states


def _batch(near: Sequence[Elements]) -> _Batch | None:
    """heyoka's compiled SGP4 of some near-Earth objects; None without heyoka, or without objects."""
    if not near:
        return None
    try:
        from heyoka import model
    except ImportError:
        return None
    rows: Any = np.array([_row(one) for one in near]).T
    compiled: _Batch = model.sgp4_propagator(np.ascontiguousarray(rows))
    return compiled


def _row(of: Elements) -> tuple[float, ...]:
    """What heyoka takes of an element set: rad, minutes, Julian date in two parts."""
    return (
        of.mean_motion_rev_d * 2 * pi / 1_440,
        of.eccentricity,
        radians(of.inclination_deg),
        radians(of.raan_deg),
        radians(of.argument_of_perigee_deg),
        radians(of.mean_anomaly_deg),
        of.bstar_per_er,
        *of.epoch.julian_date_utc(),
    )
