"""Chebyshev series over pieces of equal length: read at any moments, and fitted to functions of time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S


@frozen(kw_only=True, eq=False)
class Pieces:
    """Series of the first kind: `coefficients` is (pieces, quantities, terms), pieces of whole seconds."""

    start_s: int
    piece_s: int
    coefficients: Floats

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "") -> Pieces:
        """From a bundled file: its `start_s`, `piece_s` and `coefficients`, each after the prefix."""
        return cls(
            start_s=int(arrays[prefix + "start_s"]),
            piece_s=int(arrays[prefix + "piece_s"]),
            coefficients=arrays[prefix + "coefficients"],
        )

    @property
    def end_s(self) -> int:
        """Where the last piece ends."""
        return self.start_s + self.piece_s * len(self.coefficients)

    def at(self, whole_ns: TaiNs, further_s: Floats) -> tuple[Floats, Floats]:
        """Values and their rates a second, each (n, quantities), at nanoseconds and a small addition in seconds.

        Nanoseconds count from where `start_s` does, as integers, so that no digit is lost. The caller keeps them within
        the pieces; an addition that leaves a piece by milliseconds is met by its polynomial, which is smooth.
        """
        piece, within_ns = np.divmod(whole_ns - self.start_s * NS_PER_S, self.piece_s * NS_PER_S)
        last = len(self.coefficients) - 1
        over = np.clip(piece, 0, last)
        within_s = within_ns / NS_PER_S + further_s + (piece - over) * float(self.piece_s)
        x = 2.0 * within_s / self.piece_s - 1.0
        values, slopes = _clenshaw(self.coefficients[over], x)
        return values, slopes * (2.0 / self.piece_s)


def _clenshaw(coefficients: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Sums of (n, quantities, terms) at x (n,), and their derivatives with x (Clenshaw 1955)."""
    twice = 2.0 * x[:, None]
    shape = coefficients.shape[:2]
    b1, b2, d1, d2 = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for k in range(coefficients.shape[2] - 1, 0, -1):
        d1, d2 = twice * d1 - d2 + 2.0 * b1, d1
        b1, b2 = twice * b1 - b2 + coefficients[:, :, k], b1
    half = 0.5 * twice
    return half * b1 - b2 + coefficients[:, :, 0], half * d1 - d2 + b1


def nodes(terms: int) -> Floats:
    """The zeros of T_terms, (terms,), from 1 down to -1."""
    found: Floats = np.cos(np.pi * (np.arange(terms) + 0.5) / terms)
    return found


def fitted(function: Callable[[Floats], Floats], starts_s: Floats, piece_s: float, terms: int) -> Floats:
    """Coefficients (pieces, quantities, terms) of a function (pieces, terms) s → (pieces, terms, quantities).

    It meets the function at the zeros of T_terms on each piece that starts at `starts_s` (pieces,).
    """
    x = nodes(terms)
    values = function(starts_s[:, None] + 0.5 * piece_s * (x + 1.0))
    k = np.arange(terms)
    weights = np.cos(np.outer(k, np.arccos(x))) * (2.0 / terms)
    weights[0] *= 0.5
    found: Floats = np.einsum("kj,pjq->pqk", weights, values)
    return np.ascontiguousarray(found)
