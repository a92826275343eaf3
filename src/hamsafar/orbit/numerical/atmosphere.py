"""The Earth's air: how dense it is at places and times (NRLMSISE-00), and a table of it along an orbit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from hamsafar.orbit.frames import geodetic, itrs_from_teme, teme_from_gcrs
from hamsafar.orbit.numerical.model import AirTable
from hamsafar.orbit.numerical.space_weather import activity_at
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant

# NRLMSISE-00 is in the public domain; mind that NRLMSIS 2.1 is licensed for academic, non-commercial use only.
AirModel = Literal["NRLMSISE-00", "NRLMSIS 2.1"]
AIR_MODEL: AirModel = "NRLMSISE-00"

_VERSIONS: dict[AirModel, float] = {"NRLMSISE-00": 0, "NRLMSIS 2.1": 2.1}
_HIGHEST_KM = 2_500.0  # above it the density is held: 1e-18 kg/m^3 pushes nothing
_STORM_TIME, _BY_DAY = -1, 1  # the model's switch: ap of three hours, with what came before, or of the day
_SPREAD_KM = 5.0  # between the three heights of the table: a sixth of a scale height where drag matters
_STEP_S = 30.0  # a low orbit moves 2 degrees, and the cubic between meets the density to 1e-4
_MARGIN = 3  # nodes beyond both ends of the path


def density_kg_m3(
    tai_ns: TaiNs, r_itrs_km: Floats, *, model: AirModel = AIR_MODEL, known_at: Instant | None = None
) -> Floats:
    """Total mass density (n,) in kg/m^3 at moments (n,) and Earth-fixed places (n, 3).

    `known_at`: with the space weather that could be foreseen then (`activity_at`), instead of what came.

    NRLMSISE-00 (Picone, Hedin, Drob & Aikin 2002, J. Geophys. Res. 107(A12), 1468) with the storm-time ap of three
    hours, as `pymsis` carries it; the model is good to some 15 % (1 sigma), its indices apart. Oxygen that drags but is
    not in thermal balance ("anomalous") is counted. Raises OutOfRangeError where there is no space weather.
    """
    from pymsis import Variable, calculate

    moments = np.asarray(tai_ns, dtype=np.int64)
    active = activity_at(moments, known_at=known_at)
    if not moments.size:
        return np.empty(0)
    latitude_deg, longitude_deg, height_km = geodetic(r_itrs_km)
    found = calculate(
        _dates(moments),
        longitude_deg,
        latitude_deg,
        np.minimum(height_km, _HIGHEST_KM),
        active.f107,
        active.f107_mean,
        active.ap,
        version=_VERSIONS[model],
        geomagnetic_activity=_BY_DAY if known_at is not None else _STORM_TIME,
    )
    density: Floats = found.reshape(moments.size, -1)[:, Variable.MASS_DENSITY].astype(np.float64)
    return density


def air_table(
    epoch: Instant,
    from_s: float,
    until_s: float,
    r_icrf_km: Callable[[Floats], Floats],
    *,
    model: AirModel = AIR_MODEL,
    known_at: Instant | None = None,
) -> AirTable:
    """The air along a path from `from_s` to `until_s` (seconds after `epoch`), and a little beyond both ends.

    `r_icrf_km` gives the places (n, 3) of seconds (n,), beyond the ends too. The table holds the logarithm of the
    density at the path's own distance from the Earth's centre and `spread_km` below and above it, on the same line.
    """
    nodes = int(np.ceil((until_s - from_s) / _STEP_S)) + 1 + 2 * _MARGIN
    start_s = from_s - _MARGIN * _STEP_S
    seconds = start_s + _STEP_S * np.arange(nodes, dtype=np.float64)
    tai_ns = tai_ns_after(epoch, seconds)
    r_itrs_km = itrs_from_teme(teme_from_gcrs(r_icrf_km(seconds), tai_ns), tai_ns)
    radius_km: Floats = np.linalg.norm(r_itrs_km, axis=1)
    places = (r_itrs_km * (1.0 + offset_km / radius_km)[:, None] for offset_km in (-_SPREAD_KM, 0.0, _SPREAD_KM))
    columns = [np.log(density_kg_m3(tai_ns, r, model=model, known_at=known_at)) for r in places]
    return AirTable(
        start_s=start_s, step_s=_STEP_S, radius_km=radius_km, spread_km=_SPREAD_KM, log_rho=np.stack(columns, axis=1)
    )


def _dates(tai_ns: TaiNs) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    """The moments as the model takes them: UTC, the leap seconds those of the first."""
    first = Instant(int(tai_ns[0]))
    utc = np.datetime64(first.datetime().replace(tzinfo=None), "ns")
    dates: np.ndarray[tuple[int], np.dtype[np.datetime64]] = utc + (tai_ns - tai_ns[0]).astype("timedelta64[ns]")
    return dates
