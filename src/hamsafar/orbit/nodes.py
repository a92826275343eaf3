"""Slow, costly functions of time: evaluated at evenly spaced nodes, kept, and cubic in between."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S

_BLOCK = 64  # nodes are computed and kept this many at a time


class Nodes:
    """A smooth function of time, (n,) → (n, k), read between nodes by the cubic through the four around it.

    The error is at most 3/128 of the fourth difference of the nodes. Nodes are fixed moments, so that an answer
    does not depend on what else was asked.
    """

    def __init__(self, function: Callable[[TaiNs], Floats], *, step_s: int) -> None:
        self._function = function
        self._step_ns = step_s * NS_PER_S
        self._blocks: dict[int, Floats] = {}

    def at(self, tai_ns: TaiNs) -> Floats:
        """The function at moments (n,): (n, k)."""
        moments = np.asarray(tai_ns, dtype=np.int64)
        index, ns = np.divmod(moments, self._step_ns)
        if not moments.size:
            return self._block(0)[:0]
        first = int(index.min()) - 1
        values = self._between(first, int(index.max()) + 2)
        x = (ns / self._step_ns)[:, None]
        at = index - first
        # Lagrange through nodes at -1, 0, 1, 2.
        cubic: Floats = (
            values[at - 1] * (x * (x - 1) * (2 - x) / 6)
            + values[at] * ((x + 1) * (x - 1) * (x - 2) / 2)
            + values[at + 1] * ((x + 1) * x * (2 - x) / 2)
            + values[at + 2] * ((x + 1) * x * (x - 1) / 6)
        )
        return cubic

    def _between(self, first: int, last: int) -> Floats:
        blocks = [self._block(number) for number in range(first // _BLOCK, last // _BLOCK + 1)]
        start = first // _BLOCK * _BLOCK
        return np.concatenate(blocks)[first - start : last - start + 1]

    def _block(self, number: int) -> Floats:
        if number not in self._blocks:
            nodes = np.arange(number * _BLOCK, (number + 1) * _BLOCK, dtype=np.int64)
            self._blocks[number] = self._function(nodes * self._step_ns)
        return self._blocks[number]
