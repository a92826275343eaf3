"""Barycentric Dynamical Time, the clock of planetary ephemerides: TT and a wobble of 1.7 ms."""

from __future__ import annotations

from math import sin

NS_PER_S = 1_000_000_000
_TT_MINUS_TAI_NS = 32_184_000_000  # IAU 1991 recommendation IV
_J2000_CLOCK_S = 43_200.0  # the noon of 2000-01-01, counted from its 00:00
_CENTURY_S = 36_525 * 86_400.0

# (amplitude s, rate rad per century, phase rad); the last also grows with the centuries. Kaplan 2005, USNO Circular
# 179, eq. 2.6, after Fairhead & Bretagnon 1990: within 10 microseconds of their series from 1600 to 2200.
_TERMS = (
    (0.001657, 628.3076, 6.2401),
    (0.000022, 575.3385, 4.2970),
    (0.000014, 1256.6152, 6.1969),
    (0.000005, 606.9777, 4.0212),
    (0.000005, 52.9691, 0.4444),
    (0.000002, 21.3299, 5.5431),
)
_GROWING = (0.000010, 628.3076, 4.2490)


def tdb_minus_tt_s(clock_s: float) -> float:
    """How far TDB is ahead of TT, in seconds, `clock_s` seconds after 2000-01-01T00:00 of either clock.

    At the Earth's centre, to 10 microseconds.
    """
    centuries = (clock_s - _J2000_CLOCK_S) / _CENTURY_S
    amplitude, rate, phase = _GROWING
    periodic = sum(size * sin(speed * centuries + start) for size, speed, start in _TERMS)
    return periodic + amplitude * centuries * sin(rate * centuries + phase)


def tai_ns_of_tdb(clock_ns: int) -> int:
    """Nanoseconds of TAI since 2000-01-01T00:00 TAI at a count of TDB since its own 2000-01-01T00:00."""
    return clock_ns - _TT_MINUS_TAI_NS - round(tdb_minus_tt_s(clock_ns / NS_PER_S) * NS_PER_S)


def tdb_clock_of(tai_ns: int) -> int:
    """The count of TDB at a moment: the inverse of `tai_ns_of_tdb`, to a nanosecond."""
    tt_ns = tai_ns + _TT_MINUS_TAI_NS
    return tt_ns + round(tdb_minus_tt_s(tt_ns / NS_PER_S) * NS_PER_S)
