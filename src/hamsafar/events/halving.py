"""Roots between known signs, to the nanosecond: vectorised bisection, which always converges."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hamsafar.orbit.times import Floats, TaiNs

Quantity = Callable[[TaiNs], Floats]  # moments in ns of TAI (n,) -> values (n,)


def rising_roots_ns(quantity: Quantity, low_ns: TaiNs, high_ns: TaiNs) -> TaiNs:
    """The moments (n,) at which `quantity` passes from below zero to zero or above, one in each (low, high].

    The caller promises quantity(low) < 0 <= quantity(high); if several crossings lie between, one of them is found.
    46 halvings take half a day to a nanosecond.
    """
    low, high = low_ns.copy(), high_ns.copy()
    while low.size and int((high - low).max()) > 1:
        middle = low + (high - low) // 2
        below = quantity(middle) < 0
        low = np.where(below, middle, low)
        high = np.where(below, high, middle)
    return high
