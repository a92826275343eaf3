"""The station's path over the stay, sampled for people and for other programs."""

from __future__ import annotations

from hamsafar.domain.plan import Plan
from hamsafar.events.light import is_sunlit
from hamsafar.export.oem import StateRow
from hamsafar.export.track import TrackPoint
from hamsafar.orbit.frames import geodetic, itrs_from_teme
from hamsafar.orbit.times import grid
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.timeline import Instant

_TRACK_STEP_S = 60.0
_OEM_STEP_S = 240.0  # 1/23 of an orbit: Lagrange interpolation of degree 7 stays within a metre


def track_points(plan: Plan) -> tuple[TrackPoint, ...]:
    """The sub-satellite point every minute of the stay, and whether the station is in sunlight."""
    path, span = trajectory_of(plan.trajectory), plan.flight.aboard
    tai_ns = grid(span, _TRACK_STEP_S)
    positions, _ = path.states_teme(tai_ns)
    latitude_deg, longitude_deg, _ = geodetic(itrs_from_teme(positions, tai_ns))
    return tuple(
        TrackPoint(
            instant=Instant(int(ns)), latitude_deg=float(latitude), longitude_deg=float(longitude), sunlit=bool(lit)
        )
        for ns, latitude, longitude, lit in zip(
            tai_ns, latitude_deg, longitude_deg, is_sunlit(path, tai_ns), strict=True
        )
    )


def oem_states(plan: Plan) -> tuple[StateRow, ...]:
    """States in TEME every four minutes of the stay."""
    tai_ns = grid(plan.flight.aboard, _OEM_STEP_S)
    positions, velocities = trajectory_of(plan.trajectory).states_teme(tai_ns)
    return tuple(
        StateRow(
            instant=Instant(int(ns)),
            position_km=(float(x), float(y), float(z)),
            velocity_km_s=(float(vx), float(vy), float(vz)),
        )
        for ns, (x, y, z), (vx, vy, vz) in zip(tai_ns, positions, velocities, strict=True)
    )
