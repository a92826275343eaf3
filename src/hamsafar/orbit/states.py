"""States of bodies in flight from frame to frame, from centre to centre, and as Keplerian elements.

Everything is calculated along ICRF axes from the centre. About the Earth a state may also be told in EME2000, TEME, TOD
or ITRF (`hamsafar.orbit.frames`); about the Moon in EME2000 and in

    MOON_PA, MOON_ME                    axes fixed to the Moon, velocities as seen from it
    MOON_PA_INERTIAL, MOON_ME_INERTIAL  the same axes as they stand at the state's epoch, not turning
    MOON_EQUATOR                        not turning; x along the node of the lunar equator (ME, of the epoch) on the
                                        ICRF equator, z along the lunar pole (ME, of the epoch)
    MOON_EQUATOR_J2000                  the same of the epoch J2000: what GMAT calls body-inertial, to 0.005 degrees
"""

from __future__ import annotations

from math import degrees, radians
from typing import Literal, TypeAlias, get_args

import numpy as np
from attrs import frozen

from hamsafar.domain.orbits import Centre, OrbitState, Vector
from hamsafar.errors import InputError
from hamsafar.orbit import frames, kepler
from hamsafar.orbit.bodies import GM_KM3_S2, refuse_outside_ephemeris, state_icrf
from hamsafar.orbit.lunar_frames import LunarAxes, icrf_states, me_from_icrf, moon_fixed_states, pa_from_icrf
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_of
from hamsafar.timeline import Instant
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2, MOON_RADIUS_KM

MoonFrame: TypeAlias = Literal[
    "ICRF",
    "EME2000",
    "MOON_PA",
    "MOON_ME",
    "MOON_PA_INERTIAL",
    "MOON_ME_INERTIAL",
    "MOON_EQUATOR",
    "MOON_EQUATOR_J2000",
]
MOON_FRAMES: tuple[MoonFrame, ...] = get_args(MoonFrame)
_MOON_LABELS: dict[str, MoonFrame] = {
    **{name: name for name in MOON_FRAMES},
    "J2000": "EME2000",
    **dict.fromkeys(("GCRF", "GCRS", "ICRS"), "ICRF"),
    "MOON_PA_DE440": "MOON_PA",
    "MOON_ME_DE440_ME421": "MOON_ME",
}
_J2000 = tai_ns_of(Instant.utc(2000, 1, 1, 12))  # to a minute: the pole turns 0.08 degrees a year
# About which elements turn when nothing else is said.
MU_KM3_S2: dict[Centre, float] = {"earth": EARTH_MU_KM3_S2, "moon": GM_KM3_S2["moon"]}
MOON_SPHERE_KM = 66_000.0  # of influence: nearer the Moon's pull is the stronger one (Vallado 2013, table 12-1)
SURFACE_KM: dict[Centre, float] = {"earth": EARTH_EQUATORIAL_RADIUS_KM, "moon": MOON_RADIUS_KM}


def frame_of(label: str, centre: Centre) -> str:
    """Our name of the frame that a label means about a centre; capitals or not.

    Raises InputError with the frames that are known about that centre. Axes of one body are refused about another.
    """
    text = label.strip().upper().replace("-", "_").replace(" ", "_")
    if centre == "earth" and not text.startswith("MOON"):
        named = frames.frame_named(label)
        return {"GCRS": "ICRF", "ITRS": "ITRF"}.get(named, named)
    base = text.rstrip("0123456789").rstrip("_") if text.startswith(("ICRF", "GCRF")) else text
    if centre == "moon" and base in _MOON_LABELS:
        return _MOON_LABELS[base]
    known = MOON_FRAMES if centre == "moon" else ("ICRF", "EME2000", "TEME", "TOD", "ITRF")
    raise InputError(f"unknown frame {label!r} about the {centre}; known are {', '.join(known)}")


def _frozen_axes(frame: str, tai_ns: TaiNs) -> Floats:
    """Matrices (n, 3, 3) from the ICRF to axes that stand as they are at each moment."""
    if frame == "MOON_PA_INERTIAL":
        return pa_from_icrf(tai_ns)
    if frame == "MOON_EQUATOR_J2000":
        return _frozen_axes("MOON_EQUATOR", _J2000)
    mean_earth = me_from_icrf(tai_ns)
    if frame == "MOON_ME_INERTIAL":
        return mean_earth
    pole = mean_earth[:, 2, :]
    node = np.stack([-pole[:, 1], pole[:, 0], np.zeros(len(pole))], axis=-1)
    node /= np.linalg.norm(node, axis=1)[:, None]
    return np.stack([node, np.cross(pole, node), pole], axis=1)


def icrf_arrays(
    frame: str, centre: Centre, r_km: Floats, v_km_s: Floats, tai_ns: TaiNs, *, axes_at: Instant | None = None
) -> tuple[Floats, Floats]:
    """Positions (n, 3) km and velocities (n, 3) km/s along ICRF axes, from ones told in a frame about a centre.

    `axes_at`: the epoch whose axes a frame that doesn't turn stands for (MOON_EQUATOR and those ending in INERTIAL);
    without it, each moment's own. Raises InputError for an unknown frame, OutOfRangeError outside the ephemeris.
    """
    name = frame_of(frame, centre)
    if name == "ICRF":
        return r_km, v_km_s
    if centre == "earth":
        r_teme, v_teme = frames.teme_states(_earth_frame(name), r_km, v_km_s, tai_ns)
        return frames.gcrs_states_from_teme(r_teme, v_teme, tai_ns)
    if name == "EME2000":
        return frames.gcrs_from_eme2000(r_km), frames.gcrs_from_eme2000(v_km_s)
    if name in get_args(LunarAxes):
        return icrf_states("MOON_PA" if name == "MOON_PA" else "MOON_ME", r_km, v_km_s, tai_ns)
    matrices = _frozen_axes(name, tai_ns if axes_at is None else tai_ns_of(axes_at))
    return _turned_back(matrices, r_km), _turned_back(matrices, v_km_s)


def frame_arrays(
    frame: str, centre: Centre, r_icrf_km: Floats, v_icrf_km_s: Floats, tai_ns: TaiNs, *, axes_at: Instant | None = None
) -> tuple[Floats, Floats]:
    """The reverse of `icrf_arrays`: positions (n, 3) km and velocities (n, 3) km/s in a frame about a centre."""
    name = frame_of(frame, centre)
    if name == "ICRF":
        return r_icrf_km, v_icrf_km_s
    if centre == "earth":
        r_teme, v_teme = frames.teme_states_from_gcrs(r_icrf_km, v_icrf_km_s, tai_ns)
        return frames.states_from_teme(_earth_frame(name), r_teme, v_teme, tai_ns)
    if name == "EME2000":
        return frames.eme2000_from_gcrs(r_icrf_km), frames.eme2000_from_gcrs(v_icrf_km_s)
    if name in get_args(LunarAxes):
        return moon_fixed_states("MOON_PA" if name == "MOON_PA" else "MOON_ME", r_icrf_km, v_icrf_km_s, tai_ns)
    matrices = _frozen_axes(name, tai_ns if axes_at is None else tai_ns_of(axes_at))
    return _turned(matrices, r_icrf_km), _turned(matrices, v_icrf_km_s)


def _earth_frame(name: str) -> frames.Frame:
    return frames.frame_named(name)


def _turned(matrices: Floats, vectors: Floats) -> Floats:
    found: Floats = np.einsum("nij,nj->ni", np.broadcast_to(matrices, (len(vectors), 3, 3)), vectors)
    return found


def _turned_back(matrices: Floats, vectors: Floats) -> Floats:
    found: Floats = np.einsum("nji,nj->ni", np.broadcast_to(matrices, (len(vectors), 3, 3)), vectors)
    return found


def _vector(row: Floats) -> Vector:
    return float(row[0]), float(row[1]), float(row[2])


def _state(epoch: Instant, centre: Centre, frame: str, r_km: Floats, v_km_s: Floats) -> OrbitState:
    return OrbitState(epoch=epoch, centre=centre, frame=frame, position_km=_vector(r_km), velocity_km_s=_vector(v_km_s))


def _arrays(state: OrbitState) -> tuple[Floats, Floats, TaiNs]:
    return np.array([state.position_km]), np.array([state.velocity_km_s]), tai_ns_of(state.epoch)


def to_icrf(state: OrbitState) -> OrbitState:
    """The same state along ICRF axes from the same centre; InputError for an unknown frame."""
    return in_frame(state, "ICRF")


def in_frame(state: OrbitState, frame: str) -> OrbitState:
    """The same state in another frame about the same centre; InputError for an unknown one.

    Raises OutOfRangeError when the Moon's turning is needed outside the ephemeris (1960 to 2060).
    """
    name = frame_of(frame, state.centre)
    r_km, v_km_s, at = _arrays(state)
    r_icrf, v_icrf = icrf_arrays(state.frame, state.centre, r_km, v_km_s, at)
    found = frame_arrays(name, state.centre, r_icrf, v_icrf, at)
    return _state(state.epoch, state.centre, name, found[0][0], found[1][0])


def about(state: OrbitState, centre: Centre) -> OrbitState:
    """The same state along ICRF axes from another centre (Earth or Moon, by DE440)."""
    r_km, v_km_s, at = _arrays(to_icrf(state))
    if centre != state.centre:
        shift_km, shift_km_s = state_icrf(state.centre, centre, at)
        r_km, v_km_s = r_km + shift_km, v_km_s + shift_km_s
    return _state(state.epoch, centre, "ICRF", r_km[0], v_km_s[0])


def is_bound_to_moon(state: OrbitState) -> bool:
    """Whether a state, about the Earth or the Moon, is on an ellipse about the Moon and in its sphere of influence.

    Raises OutOfRangeError for an epoch outside the ephemeris.
    """
    r_km, v_km_s, _ = _arrays(about(state, "moon"))
    radius_km = float(np.linalg.norm(r_km))
    return radius_km < MOON_SPHERE_KM and float((v_km_s**2).sum()) * radius_km < 2.0 * MU_KM3_S2["moon"]


@frozen(kw_only=True)
class Keplerian:
    """Keplerian elements as people write them: km and degrees, in a frame about a centre, at an instant."""

    epoch: Instant
    centre: Centre
    frame: str
    semi_major_axis_km: float
    eccentricity: float
    inclination_deg: float
    node_deg: float
    periapsis_deg: float
    true_anomaly_deg: float
    mean_anomaly_deg: float


def keplerian(state: OrbitState, *, frame: str | None = None, mu_km3_s2: float | None = None) -> Keplerian:
    """Osculating elements of a state, in its own frame or another one that doesn't turn.

    `mu_km3_s2`: 398,600.4418 about the Earth, DE440's 4,902.800118 about the Moon, unless told. A hyperbola has a
    semi-major axis below 0. Raises InputError for a parabola, a straight fall, or a turning frame.
    """
    here = in_frame(state, frame or state.frame)
    _refuse_turning(here.frame)
    r_km, v_km_s, _ = _arrays(here)
    found = kepler.elements_of(r_km[0], v_km_s[0], mu_km3_s2 or MU_KM3_S2[state.centre])
    return Keplerian(
        epoch=state.epoch,
        centre=state.centre,
        frame=here.frame,
        semi_major_axis_km=found.semi_major_axis_km,
        eccentricity=found.eccentricity,
        inclination_deg=degrees(found.inclination_rad),
        node_deg=degrees(found.node_rad),
        periapsis_deg=degrees(found.periapsis_rad),
        true_anomaly_deg=degrees(found.true_anomaly_rad),
        mean_anomaly_deg=degrees(found.mean_anomaly_rad),
    )


def from_keplerian(
    *,
    epoch: Instant,
    centre: Centre,
    frame: str,
    semi_major_axis_km: float,
    eccentricity: float,
    inclination_deg: float,
    node_deg: float,
    periapsis_deg: float,
    true_anomaly_deg: float | None = None,
    mean_anomaly_deg: float | None = None,
    mu_km3_s2: float | None = None,
) -> OrbitState:
    """The state of Keplerian elements, in the frame they are told in; one of the two anomalies is given.

    Raises InputError for elements that describe no orbit (see `kepler.Elements`), and for a frame that turns.
    """
    name = frame_of(frame, centre)
    _refuse_turning(name)
    if (true_anomaly_deg is None) == (mean_anomaly_deg is None):
        raise InputError("give either a true or a mean anomaly, and not both")
    anomaly_rad = (
        radians(true_anomaly_deg)
        if true_anomaly_deg is not None
        else kepler.true_anomaly_rad(radians(mean_anomaly_deg or 0.0), eccentricity)
    )
    elements = kepler.Elements(
        semi_major_axis_km=semi_major_axis_km,
        eccentricity=eccentricity,
        inclination_rad=radians(inclination_deg),
        node_rad=radians(node_deg),
        periapsis_rad=radians(periapsis_deg),
        true_anomaly_rad=anomaly_rad,
    )
    return _state(epoch, centre, name, *kepler.vectors(elements, mu_km3_s2 or MU_KM3_S2[centre]))


def _refuse_turning(frame: str) -> None:
    if frame in ("ITRF", "MOON_PA", "MOON_ME"):
        still = "ICRF" if frame == "ITRF" else f"{frame}_INERTIAL"
        raise InputError(f"{frame} turns, so Keplerian elements in it mean nothing; use {still}")


def refuse_unflyable(
    state: OrbitState, *, where: str = "", velocity_where: str | None = None, escape: bool = False
) -> None:
    """Raises InputError for a state under the surface or, unless `escape`, one that leaves its centre; it says where.

    `velocity_where` is the place of the velocity, if it has one of its own. Raises OutOfRangeError for an epoch outside
    the ephemeris. The surface is the Earth's equatorial radius, and 1,737.4 km at the Moon.
    """
    refuse_outside_ephemeris(tai_ns_of(state.epoch))
    r, v = _icrf(state)
    radius_km, floor_km, mu = float(np.linalg.norm(r)), SURFACE_KM[state.centre], MU_KM3_S2[state.centre]
    body = state.centre.capitalize()
    if radius_km < floor_km:
        raise InputError(
            f"lies inside the {body}: {radius_km:,.1f} km from its centre, and its radius is {floor_km:,.1f} km",
            where=where,
        )
    if escape or float(v @ v) * radius_km < 2.0 * mu:
        return
    at_velocity = where if velocity_where is None else velocity_where
    for what, r_by, v_by, at in (
        ("the velocity is in m/s instead of km/s", 1, 1_000, at_velocity),
        ("the position is in metres instead of km", 1_000, 1, where),
        ("position and velocity are in m and m/s instead of km and km/s", 1_000, 1_000, where),
    ):
        if _orbits(_divided(state, r_by, v_by)):
            said = f"does not orbit the {body} but leaves it, and would orbit it divided by 1000"
            raise InputError(f"{said}: perhaps {what}", where=at)
    raise InputError(
        f"does not orbit the {body} but leaves it: {np.linalg.norm(v):.3f} km/s where "
        f"{np.sqrt(2 * mu / radius_km):.3f} km/s is enough to escape, {radius_km:,.1f} km from its centre; "
        "a hyperbola is not followed: is it about the right centre?",
        where=at_velocity,
    )


def _icrf(state: OrbitState) -> tuple[Floats, Floats]:
    still = to_icrf(state)
    return np.array(still.position_km), np.array(still.velocity_km_s)


def _divided(state: OrbitState, position_by: float, velocity_by: float) -> OrbitState:
    r, v = np.array(state.position_km) / position_by, np.array(state.velocity_km_s) / velocity_by
    return _state(state.epoch, state.centre, state.frame, r, v)


def _orbits(state: OrbitState) -> bool:
    """Whether it stays about its centre, above the surface all the way round."""
    r, v = _icrf(state)
    mu, radius_km = MU_KM3_S2[state.centre], float(np.linalg.norm(r))
    inverse_axis = 2.0 / radius_km - float(v @ v) / mu
    if inverse_axis <= 0.0:
        return False
    e = np.linalg.norm(np.cross(v, np.cross(r, v)) / mu - r / radius_km)
    return bool((1.0 - e) / inverse_axis >= SURFACE_KM[state.centre])
