"""Where the Sun, the Earth, the Moon and the planets are: JPL's DE440, 1960 to 2060, ICRF axes.

Positions are geometric (the moment's own, no light time) unless asked otherwise; Mars, Jupiter and Saturn stand for the
barycentres of their systems. The Chebyshev coefficients are those of DE440s, so positions equal its own to rounding
(Park et al. 2021, AJ 161:105). Times are TAI nanoseconds; DE440 runs on TDB, which is taken from TT by Fairhead and
Bretagnon (1990) as ERFA has it: 3 ns, while the Moon moves a micrometre.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, TypeAlias

import numpy as np

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.chebyshev import Pieces
from hamsafar.orbit.nodes import Nodes
from hamsafar.orbit.times import Floats, TaiNs, julian_date_tt
from hamsafar.resources import read_arrays
from hamsafar.timeline import NS_PER_S, Instant

Point: TypeAlias = Literal["sun", "earth", "moon", "venus", "mars", "jupiter", "saturn", "emb", "ssb"]

EARTH_MOON_MASS_RATIO = 81.3005682214972154  # DE440 header, EMRAT (Park et al. 2021)
# DE440's gravitational parameters (Park et al. 2021, table 2; gm_de440.tpc), of systems for Mars and beyond.
GM_KM3_S2: dict[str, float] = {
    "sun": 132_712_440_041.27942,
    "venus": 324_858.592,
    "earth": 398_600.43550702266,
    "moon": 4_902.8001184575496,
    "mars": 42_828.375815756102,
    "jupiter": 126_712_764.09999998,
    "saturn": 37_940_584.841799997,
}
LIGHT_KM_S = 299_792.458  # SI
_TT_MINUS_TAI_NS = 32_184_000_000
_J2000_NS = 43_200 * NS_PER_S  # DE440 counts from noon, an Instant from midnight

# Each point as a sum of what the file holds: barycentres from the solar system's, the Moon from the Earth-Moon one.
_SUMS: dict[Point, dict[str, float]] = {
    "ssb": {},
    "sun": {"sun": 1.0},
    "venus": {"venus": 1.0},
    "emb": {"emb": 1.0},
    "earth": {"emb": 1.0, "moon_emb": -1.0 / EARTH_MOON_MASS_RATIO},
    "moon": {"emb": 1.0, "moon_emb": 1.0},
    "mars": {"mars": 1.0},
    "jupiter": {"jupiter": 1.0},
    "saturn": {"saturn": 1.0},
}


@cache
def _pieces() -> dict[str, Pieces]:
    arrays = read_arrays("orbit/data/de440_1960_2060.npz")
    return {name: Pieces.of(arrays, name + "_") for total in _SUMS.values() for name in total}


def _tdb_minus_tt_nodes(tai_ns: TaiNs) -> Floats:
    import erfa

    # At the Earth's centre: neither the hour nor the place matters.
    return np.asarray(erfa.dtdb(*julian_date_tt(tai_ns), 0.0, 0.0, 0.0, 0.0))[:, None]


_tdb_minus_tt = Nodes(_tdb_minus_tt_nodes, step_s=86_400)


def tdb_minus_tt_s(tai_ns: TaiNs) -> Floats:
    """TDB - TT at the Earth's centre, (n,) s, within 2 ms of 0."""
    return _tdb_minus_tt.at(tai_ns)[:, 0]


def dynamical_time(tai_ns: TaiNs) -> tuple[TaiNs, Floats]:
    """TDB since J2000 (noon) as nanoseconds of TT (n,) and what TDB adds to it (n,) s."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    return moments + np.int64(_TT_MINUS_TAI_NS - _J2000_NS), tdb_minus_tt_s(moments)


def ephemeris_range() -> tuple[Instant, Instant]:
    """The first and the last moment that the bundled DE440 can answer."""
    pieces = _pieces().values()
    shift_ns = _J2000_NS - _TT_MINUS_TAI_NS
    first = max(one.start_s for one in pieces) * NS_PER_S + shift_ns
    last = min(one.end_s for one in pieces) * NS_PER_S + shift_ns
    return Instant(first + NS_PER_S), Instant(last - NS_PER_S)


def refuse_outside_ephemeris(tai_ns: TaiNs) -> None:
    """Raises OutOfRangeError unless all moments lie within the bundled DE440."""
    first, last = ephemeris_range()
    moments = np.asarray(tai_ns)
    if moments.size and (moments.min() < first.tai_ns or moments.max() > last.tai_ns):
        worst = int(moments.min() if moments.min() < first.tai_ns else moments.max())
        raise OutOfRangeError(
            "the bundled JPL ephemeris (DE440) covers 1960 to 2060 only", asked=Instant(worst), first=first, last=last
        )


def _weights(body: Point, centre: Point) -> dict[str, float]:
    """What is added up for a body seen from a centre; terms that cancel are left out."""
    total = dict(_SUMS[body])
    for name, weight in _SUMS[centre].items():
        total[name] = total.get(name, 0.0) - weight
    return {name: weight for name, weight in total.items() if weight}


def _time(tai_ns: TaiNs) -> tuple[TaiNs, Floats]:
    moments = np.atleast_1d(np.asarray(tai_ns, dtype=np.int64))
    refuse_outside_ephemeris(moments)
    return dynamical_time(moments)


def _position_km(body: Point, centre: Point, time: tuple[TaiNs, Floats]) -> Floats:
    r_icrf_km = np.zeros((len(time[0]), 3))
    for name, weight in _weights(body, centre).items():
        r_icrf_km += weight * _pieces()[name].at(*time)
    return r_icrf_km


def _velocity_km_s(body: Point, centre: Point, time: tuple[TaiNs, Floats]) -> Floats:
    v_icrf_km_s = np.zeros((len(time[0]), 3))
    for name, weight in _weights(body, centre).items():
        v_icrf_km_s += weight * _pieces()[name].rates_at(*time)
    return v_icrf_km_s


def state_icrf(body: Point, centre: Point, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Position (n, 3) km and velocity (n, 3) km/s of a body from a centre, geometric, ICRF axes.

    Velocities are per second of TDB, which is TAI's to 3e-10. Raises OutOfRangeError outside `ephemeris_range`.
    """
    time = _time(tai_ns)
    return _position_km(body, centre, time), _velocity_km_s(body, centre, time)


def position_icrf_km(body: Point, centre: Point, tai_ns: TaiNs, *, light_time: bool = False) -> Floats:
    """Position (n, 3) km of a body from a centre, ICRF axes.

    With `light_time` it is where the body was when the light left that arrives at the centre now: aberration is not
    in it. Raises OutOfRangeError outside `ephemeris_range`.
    """
    time = _time(tai_ns)
    r_icrf_km = _position_km(body, centre, time)
    if not light_time:
        return r_icrf_km
    observer_km, under_way_s = _position_km(centre, "ssb", time), np.zeros(len(r_icrf_km))
    for _ in range(5):  # each turn gains a factor v/c, 1e-4
        before_s, under_way_s = under_way_s, np.linalg.norm(r_icrf_km, axis=1) / LIGHT_KM_S
        if np.all(np.abs(under_way_s - before_s) < 1e-7):  # s: 3 mm of the fastest of them
            break
        left_ns = time[0] - np.rint(under_way_s * NS_PER_S).astype(np.int64)
        r_icrf_km = _position_km(body, "ssb", (left_ns, time[1])) - observer_km
    return r_icrf_km


def velocity_icrf_km_s(body: Point, centre: Point, tai_ns: TaiNs) -> Floats:
    """Velocity (n, 3) km/s of a body from a centre, geometric, ICRF axes."""
    return _velocity_km_s(body, centre, _time(tai_ns))
