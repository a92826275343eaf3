"""Roots between known signs, to the nanosecond: halving that takes a straight line's word where it can be checked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hamsafar.orbit.times import Floats, TaiNs

Quantity = Callable[[TaiNs], Floats]  # moments in ns of TAI (n,) -> values (n,)

_SLACK_ROUNDS = 1  # more than halving alone would take; rounding and the two ends add up to three
_PULL = 0.2  # how far the straight line's guess is pulled to the middle, as a share of the interval's own share


def rising_roots_ns(quantity: Quantity, low_ns: TaiNs, high_ns: TaiNs) -> TaiNs:
    """The moments (n,) at which `quantity` passes from below zero to zero or above, one in each (low, high].

    The caller promises quantity(low) < 0 <= quantity(high); if several crossings lie between, one of them is found.
    Halving takes 46 looks from half a day to a nanosecond; this never takes more than four more, and for a smooth
    quantity about ten (ITP: Oliveira & Takahashi 2020, ACM Trans. Math. Softw. 47, algorithm 1).
    """
    low, high = low_ns.copy(), high_ns.copy()
    if not low.size or int((high - low).max()) <= 1:
        return high
    at_low, at_high = quantity(low), quantity(high)
    first_ns = np.maximum(high - low, 1).astype(float)
    rounds = np.ceil(np.log2(first_ns)) + _SLACK_ROUNDS  # for each its own: what others are does not matter to it
    while int((high - low).max()) > 1:
        at = _looked_at(low, high, at_low, at_high, first_ns, rounds)
        rounds -= 1
        value = quantity(at)
        below, done = value < 0, high - low <= 1
        low, at_low = np.where(below & ~done, at, low), np.where(below & ~done, value, at_low)
        high, at_high = np.where(below | done, high, at), np.where(below | done, at_high, value)
    return high


def _looked_at(low: TaiNs, high: TaiNs, at_low: Floats, at_high: Floats, first_ns: Floats, rounds: Floats) -> TaiNs:
    """Where to look next, (n,) strictly between low and high: by the straight line, pulled to the middle, and no
    further from it than halving can still make good in the rounds that are left."""
    size = (high - low).astype(float)
    middle = size / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        straight = size * (at_low / (at_low - at_high))
    straight = np.where(np.isfinite(straight), straight, middle)
    pulled = _PULL * size * size / first_ns
    towards = np.sign(middle - straight)
    guess = np.where(pulled <= np.abs(middle - straight), straight + towards * pulled, middle)
    room = np.maximum(np.exp2(np.maximum(rounds, 1.0) - 1.0) - middle, 0.0)
    guess = np.clip(guess, middle - room, middle + room)
    inside: TaiNs = np.clip(np.round(guess).astype(np.int64), 1, np.maximum(high - low - 1, 1))
    return low + inside
