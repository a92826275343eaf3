"""Links under the antenna limits of both ends, and through relays that move, against the angles themselves."""

from __future__ import annotations

import numpy as np
import pytest
from events_dense import START, STATION, Patchy, agrees, random_orbit
from numpy.typing import NDArray

from hamsafar.domain.elements import HeldOrbit
from hamsafar.domain.places import Relay
from hamsafar.errors import InputError
from hamsafar.events.relay import CLEAR_RADIUS_KM, GEOSTATIONARY_RADIUS_KM, relay_teme_km, relay_windows
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.frames import itrs_from_teme
from hamsafar.orbit.times import grid
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory, Trajectory
from hamsafar.timeline import Span, Windows
from hamsafar.verify import physics

# Tianlian II-02, as public element sets gave it on 26 July 2025; 420 d from our station's epoch SGP4 still says
# where a geosynchronous relay moves and how, which is all that is asked here.
TIANLIAN = """\
1 50005U 21124A   25207.15322565 -.00000026  00000-0  00000+0 0  9993
2 50005   0.0539 244.4876 0001840 331.6982 314.0187  1.00271880 13330
"""


def angle_deg(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Between vectors (n, 3), by arctangent."""
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b), axis=-1), np.sum(a * b, axis=-1)))


def linked(
    trajectory: Trajectory, relay: Relay | Trajectory, cone_deg: float, nadir_deg: float, tai_ns: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """From the angles at both ends, and the distance of the line between them from the Earth's centre."""
    r_km, relay_km = trajectory.states_teme(tai_ns)[0], relay_teme_km(relay, tai_ns)
    line = relay_km - r_km
    share = np.clip(-np.sum(r_km * line, axis=-1) / np.sum(line * line, axis=-1), 0.0, 1.0)
    nearest_km = np.linalg.norm(r_km + share[:, None] * line, axis=-1)
    clear = (nearest_km > CLEAR_RADIUS_KM) | (share == 0.0)
    return clear & (angle_deg(r_km, line) <= cone_deg) & (angle_deg(-relay_km, -line) <= nadir_deg)


def case(seed: int) -> Windows:
    random = np.random.default_rng(seed)
    span = Span(START, START.plus(hours=12))
    # Some stations are as high as half-way to the relay, where its limit opens to both sides of the Earth.
    trajectory = random_orbit(random, most_km=float(random.choice([7_000.0, 8_500.0, 26_000.0])))
    cone_deg, nadir_deg = float(random.uniform(20, 150)), float(random.choice([3.0, 8.0, random.uniform(0.5, 40)]))
    relay: Relay | Trajectory
    if random.random() < 0.5:
        longitude = float(random.uniform(-180, 180))
        relay = Relay(id="r", name="R", longitude_deg=longitude, max_nadir_angle_deg=nadir_deg)
    else:  # an inclined geosynchronous one
        relay = HeldTrajectory(
            HeldOrbit(
                epoch=START,
                semi_major_axis_km=GEOSTATIONARY_RADIUS_KM,
                inclination_deg=float(random.uniform(0, 60)),
                raan_deg=float(random.uniform(0, 360)),
                argument_of_latitude_deg=float(random.uniform(0, 360)),
            )
        )
    windows = relay_windows(trajectory, relay, cone_deg, span, max_nadir_angle_deg=nadir_deg)
    moments = grid(span, 4.0)
    agrees(windows, moments, linked(trajectory, relay, cone_deg, nadir_deg, moments))
    return windows


@pytest.mark.parametrize("part", range(3))
def test_links_between_two_cones_sample_by_sample(part: int) -> None:
    assert sum(len(case(100 * part + n)) for n in range(12)) > 20


@pytest.mark.slow
@pytest.mark.parametrize("part", range(6))
def test_links_between_two_cones_for_thousands_of_orbits(part: int) -> None:
    assert sum(len(case(10_000 + 1_000 * part + n)) for n in range(350)) > 350


def test_the_verifier_sees_the_same_limit() -> None:
    relay = Relay(id="r", name="R", longitude_deg=77.0, max_nadir_angle_deg=7.5)
    span = Span(START, START.plus(days=1))
    moments = grid(span, 10.0)
    r_km = itrs_from_teme(STATION.states_teme(moments)[0], moments)
    limited = relay_windows(STATION, relay, 104.0, span)
    # Its geostationary radius has a decimal less, and so the angle is a millionth of a degree another.
    agrees(limited, moments, physics.sees_relay(r_km, relay, 104.0), edge_s=0.1)
    free = relay_windows(STATION, Relay(id="r", name="R", longitude_deg=77.0), 104.0, span)
    assert sum(one.seconds for one in limited) < 0.9 * sum(one.seconds for one in free)


def test_an_element_set_of_a_relay_is_as_good_as_its_longitude() -> None:
    tianlian = Sgp4Trajectory(read_tles(TIANLIAN, where="tianlian.tle")[0])
    near = Span(tianlian.elements.epoch, tianlian.elements.epoch.plus(days=1))
    station = HeldTrajectory(
        HeldOrbit(
            epoch=near.start,
            semi_major_axis_km=6_765,
            inclination_deg=41.5,
            raan_deg=10.0,
            argument_of_latitude_deg=0.0,
        )
    )
    moving = relay_windows(station, tianlian, 70.0, near)
    hanging = relay_windows(station, Relay(id="r", name="R", longitude_deg=170.95), 70.0, near)
    assert len(moving) == len(hanging) > 10
    for one, other in zip(moving, hanging, strict=True):
        # The real one is within 0.06 deg of the equator and 0.1 of that longitude; the station turns 0.065 deg/s.
        assert abs(one.start.seconds_since(other.start)) < 6
        assert abs(one.end.seconds_since(other.end)) < 6


def test_where_the_relay_is_unknown_so_is_the_link() -> None:
    span = Span(START, START.plus(days=1))
    relay = HeldTrajectory(
        HeldOrbit(
            epoch=START,
            semi_major_axis_km=GEOSTATIONARY_RADIUS_KM,
            inclination_deg=5.0,
            raan_deg=0.0,
            argument_of_latitude_deg=0.0,
        )
    )
    patchy = Patchy(relay, span)
    windows = relay_windows(STATION, patchy, 60.0, span)
    assert windows.known == patchy.parts
    assert windows.state_at(span.middle) == "unknown"


@pytest.mark.parametrize("nadir_deg", [0.0, -3.0, 90.1])
def test_a_limit_outside_the_half_sky_is_refused(nadir_deg: float) -> None:
    with pytest.raises(ValueError, match="max_nadir_angle_deg"):
        Relay(id="r", name="R", longitude_deg=0.0, max_nadir_angle_deg=nadir_deg)
    with pytest.raises(InputError, match="nadir"):
        relay_windows(
            STATION,
            random_orbit(np.random.default_rng(1)),
            60.0,
            Span(START, START.plus(hours=1)),
            max_nadir_angle_deg=nadir_deg,
        )
