"""Chebyshev series over pieces of equal length: read at any moments, and fitted to functions of time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S

_BLOCK = 4_096


@frozen(kw_only=True, eq=False, slots=False)
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

    @cached_property
    def _terms(self) -> Floats:
        """(terms, pieces, quantities): a term of all pieces lies together."""
        return np.ascontiguousarray(np.moveaxis(self.coefficients, 2, 0))

    def at(self, whole_ns: TaiNs, further_s: Floats) -> Floats:
        """Values (n, quantities) at nanoseconds and a small addition in seconds.

        Nanoseconds count from where `start_s` does, as integers, so that no digit is lost. The caller keeps them within
        the pieces; an addition that leaves a piece by milliseconds is met by its polynomial, which is smooth.
        """
        values = np.empty((len(whole_ns), self.coefficients.shape[1]))
        for chosen, piece, x in self._blocks(whole_ns, further_s):
            values[chosen] = _sum(self._terms, piece, _waves(x, len(self._terms)))
        return values

    def rates_at(self, whole_ns: TaiNs, further_s: Floats) -> Floats:
        """Rates a second (n, quantities), at moments as in `at`."""
        rates = np.empty((len(whole_ns), self.coefficients.shape[1]))
        for chosen, piece, x in self._blocks(whole_ns, further_s):
            slopes = _sum(self._terms, piece, _slopes(x, len(self._terms)))
            rates[chosen] = slopes * (2.0 / self.piece_s)
        return rates

    def _blocks(self, whole_ns: TaiNs, further_s: Floats) -> Iterator[tuple[slice, NDArray[np.int64], Floats]]:
        """Which moments, their pieces, and where in them, -1 to 1; so many at a time that they stay in the cache."""
        for first in range(0, len(whole_ns), _BLOCK):
            chosen = slice(first, first + _BLOCK)
            since_ns = whole_ns[chosen] - self.start_s * NS_PER_S
            piece = np.clip(since_ns // (self.piece_s * NS_PER_S), 0, len(self.coefficients) - 1)
            within_s = (since_ns - piece * (self.piece_s * NS_PER_S)) / NS_PER_S + further_s[chosen]
            yield chosen, piece, 2.0 * within_s / self.piece_s - 1.0


def _sum(terms: Floats, piece: NDArray[np.int64], waves: Floats) -> Floats:
    """Sum over terms of each moment's piece times its wave, (n, quantities): small ones first, so less is lost."""
    total: Floats = terms[-1].take(piece, axis=0) * waves[-1][:, None]
    for k in range(len(terms) - 2, -1, -1):
        total += terms[k].take(piece, axis=0) * waves[k][:, None]
    return total


def _waves(x: Floats, terms: int) -> Floats:
    """T_0 to T_(terms - 1) at x (n,): (terms, n)."""
    waves = np.ones((terms, len(x)))
    if terms > 1:
        waves[1] = x
    for k in range(2, terms):
        waves[k] = 2.0 * x * waves[k - 1] - waves[k - 2]
    return waves


def _slopes(x: Floats, terms: int) -> Floats:
    """The derivatives of T_0 to T_(terms - 1) with x, at x (n,): k U_(k - 1), (terms, n)."""
    second = np.ones((terms, len(x)))
    if terms > 1:
        second[1] = 2.0 * x
    for k in range(2, terms):
        second[k] = 2.0 * x * second[k - 1] - second[k - 2]
    slopes = np.zeros((terms, len(x)))
    slopes[1:] = second[:-1] * np.arange(1, terms)[:, None]
    return slopes


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
