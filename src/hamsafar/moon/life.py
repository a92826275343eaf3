"""One life: from the release until it hits the Moon, or a year: its periapses, its elements, where and when it ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.moon.elements import OrbitElements, elements_of
from hamsafar.moon.start import craft_of, forces_of, start_of, until_of
from hamsafar.orbit.bodies import GM_KM3_S2
from hamsafar.orbit.lunar_frames import moon_fixed_states, selenographic
from hamsafar.orbit.states import frame_arrays
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

if TYPE_CHECKING:
    from hamsafar.orbit.numerical import NumericalTrajectory, Surface

EndedBy: TypeAlias = Literal["until", "impact", "escape", "time"]
_MOST_ROWS = 2_000  # of elements: a plot's worth


@frozen(kw_only=True)
class Impact:
    """Where and when a life ends on the ground. Places in the mean-Earth frame of maps; principal axes beside it."""

    time: Instant
    latitude_deg: float
    longitude_deg: float  # east, -180 to 180
    latitude_pa_deg: float
    longitude_pa_deg: float
    radius_km: float  # of the ground there, from the Moon's centre
    speed_km_s: float  # over the turning ground
    descent_deg: float  # below the horizon


@frozen(kw_only=True, eq=False)
class ElementsHistory:
    """Osculating elements at moments (n,), in the lunar equator of date: z the mean-Earth pole, x its node on the
    ICRF equator. One row at the first apoapsis of each day, where what the Moon's lumps add is least.
    """

    tai_ns: TaiNs
    elements: OrbitElements


@frozen(kw_only=True, eq=False)
class Life:
    """How one life goes. `periapsis_tai_ns` (n,) and `periapsis_km` (n,): every lowest point, km from the centre.

    `ended_by`: "impact"; "until" where it still lives at `end`; "escape" where it left the Moon; "time" where the time
    to calculate ran out at `end`.
    """

    start: Instant
    end: Instant
    asked_until: Instant
    ended_by: EndedBy
    impact: Impact | None
    periapsis_tai_ns: TaiNs
    periapsis_km: Floats
    apoapsis_tai_ns: TaiNs
    apoapsis_km: Floats
    elements: ElementsHistory
    degree: int
    trajectory: NumericalTrajectory

    @property
    def days(self) -> float:
        """How long it was followed."""
        return self.end.seconds_since(self.start) / 86_400.0

    @property
    def lowest_km(self) -> float:
        """The lowest point from the Moon's centre, the impact included."""
        seen = [*self.periapsis_km.tolist(), *([] if self.impact is None else [self.impact.radius_km])]
        return min(seen) if seen else float(np.linalg.norm(self.trajectory.states_icrf(_one(self.start))[0][0]))


def life(
    mission: LunarMission,
    *,
    until: Instant | None = None,
    degree: int | None = None,
    surface_km: float | Surface = MOON_RADIUS_KM,
    tell: Callable[[float], None] | None = None,
    deadline_s: float | None = None,
) -> Life:
    """The life from a mission's release until impact or `until` (a year if None).

    `surface_km`: the ground's distance from the centre, or the `Surface` of a terrain model. `tell` gets the fraction
    done. Raises InputError for a state that has no life (inside the Moon, hyperbolic, about another body) and for an
    end before the release, OutOfRangeError beyond the ephemeris.
    """
    from hamsafar.orbit.numerical import propagate

    state, end = start_of(mission), until_of(mission, until)
    if end <= state.epoch:
        raise InputError(f"should come after the release at {state.epoch} (got {end})", where="--until")
    forces = forces_of(mission, degree)
    trajectory = propagate(
        state, craft_of(mission), forces, end, surface_km=surface_km, tell=tell, deadline_s=deadline_s
    )
    return life_along(trajectory, asked_until=end, degree=forces.degree)


def life_along(trajectory: NumericalTrajectory, *, asked_until: Instant, degree: int) -> Life:
    """The life that a trajectory about the Moon tells."""
    periapsis_tai_ns, periapsis_km = trajectory.periapsides()
    apoapsis_tai_ns, apoapsis_km = trajectory.apoapsides()
    return Life(
        start=trajectory.start,
        end=trajectory.end,
        asked_until=asked_until,
        ended_by=trajectory.ended_by,
        impact=impact_of(trajectory) if trajectory.ended_by == "impact" else None,
        periapsis_tai_ns=periapsis_tai_ns,
        periapsis_km=periapsis_km,
        apoapsis_tai_ns=apoapsis_tai_ns,
        apoapsis_km=apoapsis_km,
        elements=elements_along(trajectory, _daily(trajectory, apoapsis_tai_ns)),
        degree=degree,
        trajectory=trajectory,
    )


def impact_of(trajectory: NumericalTrajectory) -> Impact:
    """Where a trajectory that ends by impact ends. Raises InputError for one that met the Earth instead."""
    if trajectory.met == "earth":
        what = f"the craft leaves the Moon and meets the Earth at {trajectory.end}: ask for an end before"
        raise InputError(f"{what}, or follow it with `hamsafar propagate`", where="--until")
    at = _one(trajectory.end)
    r_icrf_km, v_icrf_km_s = trajectory.states_icrf(at)
    r_me_km, v_me_km_s = moon_fixed_states("MOON_ME", r_icrf_km, v_icrf_km_s, at)
    r_pa_km, _ = moon_fixed_states("MOON_PA", r_icrf_km, v_icrf_km_s, at)
    (latitude, longitude, radius), pa = selenographic(r_me_km[0]), selenographic(r_pa_km[0])
    speed_km_s = float(np.linalg.norm(v_me_km_s))
    climb = float(v_me_km_s[0] @ r_me_km[0]) / (speed_km_s * float(radius))
    return Impact(
        time=trajectory.end,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        latitude_pa_deg=float(pa[0]),
        longitude_pa_deg=float(pa[1]),
        radius_km=float(radius),
        speed_km_s=speed_km_s,
        descent_deg=float(-np.degrees(np.arcsin(climb))),
    )


def elements_along(trajectory: NumericalTrajectory, tai_ns: TaiNs) -> ElementsHistory:
    """Osculating elements at moments (n,) of a trajectory about the Moon, in the lunar equator of date."""
    r_icrf_km, v_icrf_km_s = trajectory.states_icrf(tai_ns)
    r_km, v_km_s = frame_arrays("MOON_EQUATOR", "moon", r_icrf_km, v_icrf_km_s, tai_ns)
    return ElementsHistory(tai_ns=tai_ns, elements=elements_of(r_km, v_km_s, GM_KM3_S2["moon"]))


def _daily(trajectory: NumericalTrajectory, apoapsis_tai_ns: TaiNs) -> TaiNs:
    """The start, the first apoapsis of each day (or of longer steps, where days are too many), and the end."""
    span_ns = trajectory.end.tai_ns - trajectory.start.tai_ns
    step_ns = max(DAY_NS, span_ns // _MOST_ROWS)
    days = (apoapsis_tai_ns - trajectory.start.tai_ns) // step_ns
    first = np.unique(days, return_index=True)[1]
    ends = np.array([trajectory.start.tai_ns, trajectory.end.tai_ns], dtype=np.int64)
    return np.unique(np.concatenate((apoapsis_tai_ns[first], ends)))


def _one(moment: Instant) -> TaiNs:
    return np.array([moment.tai_ns], dtype=np.int64)
