"""A trajectory seen from the turning Earth, tabled: quick to search, close enough to know where to look.

At every node the trajectory says where it is, and again two seconds later. Between two nodes the path is the
polynomial of degree seven through the eight places of the four nodes around. Velocities aren't asked for, because
those of SGP4 are some cm/s off the motion of its own positions. With nineteen nodes a turn a low orbit is met to some
centimetres. What is found on the table is then settled on the trajectory itself.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.orbit.frames import itrs_from_teme
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Span

Indices: TypeAlias = NDArray[np.intp]

_PAIR_S = 2.0  # apart enough to tell the velocity to a millionth of it


@frozen(eq=False)
class FixedPath:
    """Positions and velocities in ITRS at even nodes, both ends of the span among them, and what lies between.

    `r_km` (3, n) and `v_km_s` (3, n), the velocity as seen from the Earth; node k is at `k * step_s` after the
    span's start. Cell k lies between the nodes k and k + 1.
    """

    span: Span
    step_s: float
    r_km: Floats
    v_km_s: Floats
    _coefficients: Floats  # (n - 1, 8, 3): km, powers of the share of the cell

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return int(self.r_km.shape[1]) - 1

    def pieces(self, cells: Indices) -> Floats:
        """The polynomials of some cells (m,), made ready for `place`: (8, 3, m)."""
        return np.ascontiguousarray(self._coefficients[cells].transpose(1, 2, 0))

    def motion(self, pieces: Floats, share: Floats) -> tuple[Floats, Floats]:
        """Position (km) and velocity (km/s) at shares (m,) of cells, each (3, m)."""
        r = pieces[-1] * share
        r += pieces[-2]
        v = pieces[-1].copy()
        for term in pieces[-3::-1]:
            v *= share
            v += r
            r *= share
            r += term
        v /= self.step_s
        return r, v

    def place(self, pieces: Floats, share: Floats) -> tuple[Floats, Floats, Floats]:
        """Position (km), velocity (km/s) and acceleration (km/s^2) at shares (m,) of cells, each (3, m)."""
        r = pieces[-1].copy()
        v, half_a = np.zeros_like(r), np.zeros_like(r)
        for term in pieces[-2::-1]:
            half_a *= share
            half_a += v
            v *= share
            v += r
            r *= share
            r += term
        v /= self.step_s
        half_a *= 2 / self.step_s**2
        return r, v, half_a


_kept: WeakKeyDictionary[Trajectory, tuple[tuple[Span, float], FixedPath]] = WeakKeyDictionary()


def fixed_path(trajectory: Trajectory, span: Span, *, most_step_s: float) -> FixedPath:
    """The table of a trajectory over a span that it covers; the last one of each trajectory is kept."""
    asked = (span, most_step_s)
    kept = _kept.get(trajectory)
    if kept is None or kept[0] != asked:  # a finer one would do, but then answers hung on what was asked before
        kept = _kept[trajectory] = asked, _tabled(trajectory, span, most_step_s)
    return kept[1]


def _tabled(trajectory: Trajectory, span: Span, most_step_s: float) -> FixedPath:
    cells = max(4, ceil(span.seconds / most_step_s))
    step_s = span.seconds / cells
    pair_s = min(_PAIR_S, step_s / 3)  # at half a cell, the last two places beside nodes would be the same
    apart = np.full(cells + 1, pair_s)
    apart[-1] = -pair_s  # nothing is asked beyond the span's end
    nodes_s = np.linspace(0.0, span.seconds, cells + 1)
    tai_ns = tai_ns_after(span.start, np.concatenate([nodes_s, nodes_s + apart]))
    r_km = itrs_from_teme(trajectory.states_teme(tai_ns)[0], tai_ns)
    coefficients = _through(r_km.reshape(2, -1, 3), pair_s / step_s)
    v_km_s = np.concatenate([coefficients[:, 1], np.arange(8.0)[None] @ coefficients[-1]]) / step_s
    return FixedPath(
        span, step_s, np.ascontiguousarray(r_km[: cells + 1].T), np.ascontiguousarray(v_km_s.T), coefficients
    )


def _through(pairs: Floats, apart: float) -> Floats:
    """Coefficients (n - 1, 8, 3) from the pairs of places (2, n, 3), `apart` of a cell from each other."""
    both = np.concatenate([pairs[0], pairs[1]], axis=1)
    four = np.lib.stride_tricks.sliding_window_view(both, 4, axis=0)  # (n - 3, 6, 4): four nodes in a row
    known = np.concatenate([four[:, :3], four[:, 3:]], axis=2)  # (n - 3, 3, 8)
    cells = [
        known[:1] @ _solved(0, apart, False).T,
        known[:-1] @ _solved(1, apart, False).T,
        known[-1:] @ _solved(1, apart, True).T,
        known[-1:] @ _solved(2, apart, True).T,
    ]
    coefficients: Floats = np.concatenate(cells).transpose(0, 2, 1)
    return coefficients


@lru_cache(maxsize=16)
def _solved(nodes_before: int, apart: float, last_is_end: bool) -> Floats:
    """(8, 8): from the places at four nodes and beside them to the powers of the share of one cell among them."""
    at = np.arange(4.0) - nodes_before
    beside = at + apart
    if last_is_end:
        beside[-1] = at[-1] - apart
    solved: Floats = np.linalg.inv(np.concatenate([at, beside])[:, None] ** np.arange(8))
    return solved
