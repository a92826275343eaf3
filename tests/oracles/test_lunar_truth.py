"""A craft that really flew and fell: Longjiang-2 (DSLWP-B), from published states to published events.

States and events are those of an amateur's GMAT runs and of the tracking files of the flight (facts/lunar.md, E3):
LP165P 10 x 10, Earth, Sun and planets, sunlight on 0.25 m2 of a craft of 45 kg with Cr 1.8. The impact was found by
LRO. What each part of the model is worth over the 13.6 days to the impact, measured here: degree 2 instead of 10,
10 s; degree 50 instead of 10, 0.5 s and 0.01 degrees; planets, under 0.1 s; sunlight, 4.3 s; principal axes instead of
mean Earth, 0.02 degrees in place; 2 km of ground, 5 s, 0.19 degrees in latitude and 0.33 in longitude.
"""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.orbits import Craft, OrbitState, SolarPressure, Vector
from hamsafar.orbit import frames
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.lunar_frames import me_from_icrf, selenographic
from hamsafar.orbit.numerical import ForceModel, NumericalTrajectory, propagate
from hamsafar.orbit.states import about, from_keplerian, keplerian, to_icrf
from hamsafar.orbit.times import tai_ns_of
from hamsafar.timeline import Instant

CRAFT = Craft(mass_kg=45.0, solar=SolarPressure(area_m2=0.25, cr=1.8))
MODEL = ForceModel(centre="moon", degree=10, bodies=("earth", "sun", "venus", "mars", "jupiter", "saturn"))
PUBLISHED_IMPACT = Instant.utc(2019, 7, 31, 14, 19, 54)
IMPACT_LATITUDE_DEG, IMPACT_LONGITUDE_DEG = 16.6785, 159.5196
EARTH_FIXED: dict[str, tuple[Vector, Vector]] = {
    "2018-05-26T00:00Z": ((303527.4363, -255336.4971, -38291.07068), (-17.836844, -21.171093, -0.471039)),
    "2018-07-27T12:00Z": ((-390283.9661355, 25405.58175, -143011.16878), (1.450682447, 27.389746447, 0.268657131)),
    "2018-07-27T19:00Z": ((97799.18451, 381410.4047, -132904.3203), (26.375592, -7.001739, 0.495267)),
}


def fall(surface_km: float, degree: int = 10) -> tuple[Instant, float, float]:
    """When and where (ME latitude and longitude, degrees) the state of 18 July 2019 comes down on a sphere."""
    state = from_keplerian(
        epoch=Instant.utc(2019, 7, 18, 0, 30),
        centre="moon",
        frame="ICRF",
        semi_major_axis_km=8_697.812,
        eccentricity=0.78253,
        inclination_deg=44.259,
        node_deg=60.543,
        periapsis_deg=79.156,
        true_anomaly_deg=251.17445463820727,
    )
    model = ForceModel(centre="moon", degree=degree, bodies=MODEL.bodies)
    path = propagate(state, CRAFT, model, state.epoch.plus(days=16), surface_km=surface_km)
    assert path.ended_by == "impact"
    at = tai_ns_of(path.end)
    r_me = np.einsum("nij,nj->ni", me_from_icrf(at), path.states_icrf(at)[0])
    latitude_deg, longitude_deg, radius_km = (float(value[0]) for value in selenographic(r_me))
    assert radius_km == pytest.approx(surface_km, abs=1e-3)
    return path.end, latitude_deg, longitude_deg


# (sphere km, time within s, place within degrees, degree of the field). 1,735.4 km is what a map of the place says to
# 0.3 km; 1,736.0 is where time and place of the published fall meet; 1,737.4 the mean sphere. Bounds of the acceptance
# are 20 s, and 0.1 degrees with the local radius or 0.5 on the sphere.
@pytest.mark.parametrize(
    ("surface_km", "within_s", "within_deg", "degree"),
    [(1_735.4, 3.0, 0.1, 10), (1_736.0, 1.0, 0.03, 10), (1_736.0, 1.0, 0.03, 50), (1_737.4, 6.0, 0.3, 10)],
)
def test_the_fall_is_where_and_when_it_was(surface_km: float, within_s: float, within_deg: float, degree: int) -> None:
    when, latitude_deg, longitude_deg = fall(surface_km, degree)
    assert abs(when.seconds_since(PUBLISHED_IMPACT)) < within_s
    assert abs(latitude_deg - IMPACT_LATITUDE_DEG) < within_deg
    assert abs(longitude_deg - IMPACT_LONGITUDE_DEG) < within_deg


def fly(state: OrbitState, until: Instant) -> NumericalTrajectory:
    return propagate(state, CRAFT, MODEL, until)


def test_perilune_after_55_days() -> None:
    # Elements of the tracking file, "body-inertial": the lunar equator of J2000 (see the next test). Published:
    # 3,030.91 km at 21:05; found 3,028.7 km at 21:06:05.
    state = from_keplerian(
        epoch=Instant.utc(2018, 5, 26),
        centre="moon",
        frame="MOON_EQUATOR_J2000",
        semi_major_axis_km=8_765.409,
        eccentricity=0.761882,
        inclination_deg=20.8091,
        node_deg=307.3706,
        periapsis_deg=118.7407,
        true_anomaly_deg=178.2429,
    )
    at, radius_km = fly(state, Instant.utc(2018, 7, 22)).periapsides()
    published = Instant.utc(2018, 7, 20, 21, 5)
    nearest = int(np.argmin(np.abs(at - published.tai_ns)))
    assert abs(Instant(int(at[nearest])).seconds_since(published)) < 90.0
    assert abs(radius_km[nearest] - 3_030.91) < 3.0


def earth_fixed(epoch: str, *, ut1_is_utc: bool = False) -> OrbitState:
    """A state of the tracking files about the Moon, ICRF; as their makers did it, without UT1, or by the real Earth."""
    moment = Instant.parse(epoch)
    position_km, velocity_km_s = EARTH_FIXED[epoch]
    told = OrbitState(epoch=moment, centre="earth", frame="ITRF", position_km=position_km, velocity_km_s=velocity_km_s)
    if not ut1_is_utc:
        return about(told, "moon")
    at = tai_ns_of(moment)
    ahead_s = float(frames.ut1_minus_tai_s(at)[0]) + 37.0  # TAI - UTC in 2018
    r_teme, v_teme = frames.teme_states_from_itrs(np.array([position_km]), np.array([velocity_km_s]), at)
    angle = 7.292115e-5 * ahead_s
    turn = np.array([[np.cos(angle), np.sin(angle), 0], [-np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    r_icrf, v_icrf = frames.gcrs_states_from_teme(r_teme @ turn.T, v_teme @ turn.T, at)
    shift = state_icrf("earth", "moon", at)
    r, v = (r_icrf + shift[0])[0], (v_icrf + shift[1])[0]
    return OrbitState(
        epoch=moment,
        centre="moon",
        position_km=(float(r[0]), float(r[1]), float(r[2])),
        velocity_km_s=(float(v[0]), float(v[1]), float(v[2])),
    )


def test_the_frame_of_lunar_elements_is_the_equator_of_j2000() -> None:
    # The craft's Earth-fixed state of the same moment, in the two candidates: the tracking file's elements have node
    # 307.3706 and periapsis 118.7407. The equator of the date misses by 0.45 and 0.34 degrees.
    state = earth_fixed("2018-05-26T00:00Z")
    ours, of_date = keplerian(state, frame="MOON_EQUATOR_J2000"), keplerian(state, frame="MOON_EQUATOR")
    assert ours.inclination_deg == pytest.approx(20.8091, abs=0.02)
    assert ours.node_deg == pytest.approx(307.3706, abs=0.05)
    assert ours.periapsis_deg == pytest.approx(118.7407, abs=0.1)
    assert ours.semi_major_axis_km == pytest.approx(8_765.409, abs=2.0)
    assert abs(of_date.node_deg - 307.3706) > 0.4


@pytest.mark.parametrize(("ut1_is_utc", "within_km", "beyond_km"), [(True, 0.25, 0.0), (False, 2.5, 1.5)])
def test_earth_fixed_states_seven_hours_apart(ut1_is_utc: bool, within_km: float, beyond_km: float) -> None:
    # One orbit solution, two moments. With the Earth turned by UT1 - UTC (0.07 s, 1.9 km at the Moon) all but 0.2 km of
    # what is between them is gone (with 0.077 s all but 0.06 km): the files were made without UT1, or with an old one.
    first, second = (earth_fixed(epoch, ut1_is_utc=ut1_is_utc) for epoch in list(EARTH_FIXED)[1:])
    r_icrf_km, v_icrf_km_s = fly(first, second.epoch).states_icrf(tai_ns_of(second.epoch))
    off_km = float(np.linalg.norm(r_icrf_km[0] - np.array(to_icrf(second).position_km)))
    assert beyond_km <= off_km < within_km
    assert np.linalg.norm(v_icrf_km_s[0] - np.array(second.velocity_km_s)) < 1e-4 * within_km
