"""Windows for pictures: dense sampling of every condition, by vectors alone."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from hamsafar.domain.lunar import Image, LunarMission, Target
from hamsafar.domain.orbits import OrbitState
from hamsafar.errors import InputError
from hamsafar.moon.targets import camera_of, target_windows
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.lunar_frames import me_from_icrf
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

START = Instant.utc(2024, 5, 9)
LOW = KeplerPath(start=START, end=START.plus(days=2), a_km=1_887.4, e=0.01, i=1.6, node=0.4)
HALF_DAY = KeplerPath(start=START, end=START.plus(days=3), i=2.4, node=1.0, periapsis=2.6)
TYCHO = Target(
    id="tycho", title="Tycho", latitude_deg=-43.3, longitude_deg=-11.4, min_sun_elevation_deg=-90.0, max_look_deg=60.0
)
TIGHT = Target(
    id="tight",
    title="Tight",
    latitude_deg=-40.0,
    longitude_deg=120.0,
    min_sun_elevation_deg=2.0,
    max_sun_elevation_deg=60.0,
    max_look_deg=70.0,
    max_range_km=4_000.0,
    min_sun_separation_deg=80.0,
)
EARTH = Target(id="earth", title="The Earth", body="earth", min_sun_separation_deg=45.0)
Mask: TypeAlias = NDArray[np.bool_]
STATE = OrbitState(epoch=START, centre="moon", position_km=(6_000.0, 0.0, 0.0), velocity_km_s=(0.0, 0.8, 0.0))
MISSION = LunarMission(id="m", title="M", state=STATE, mass_kg=7.0, targets=(TYCHO, TIGHT, EARTH))


def _angle_deg(one: Floats, other: Floats) -> Floats:
    sine, cosine = np.linalg.norm(np.cross(one, other), axis=-1), np.einsum("ni,ni->n", one, other)
    angle: Floats = np.degrees(np.arctan2(sine, cosine))
    return angle


def _allowed(target: Target, path: KeplerPath, tai_ns: TaiNs) -> Mask:
    r_km = path.states_icrf(tai_ns)[0]
    sun_km = state_icrf("sun", "moon", tai_ns)[0]
    if target.body == "earth":
        to_earth = state_icrf("earth", "moon", tai_ns)[0] - r_km
        apart = _angle_deg(to_earth, -r_km)
        radii = np.arcsin(1_737.4 / np.linalg.norm(r_km, axis=-1))
        radii += np.arcsin(6_378.137 / np.linalg.norm(to_earth, axis=-1))
        seen: Mask = apart >= np.degrees(radii)
        seen &= _angle_deg(to_earth, sun_km - r_km) >= target.min_sun_separation_deg
        return seen
    latitude, longitude = np.radians([target.latitude_deg or 0.0, target.longitude_deg or 0.0])
    up = [np.cos(latitude) * np.cos(longitude), np.cos(latitude) * np.sin(longitude), np.sin(latitude)]
    place = 1_737.4 * np.einsum("nji,j->ni", me_from_icrf(tai_ns), np.array(up))
    sun_up = 90.0 - _angle_deg(place, sun_km - place)
    allowed: Mask = _angle_deg(place, r_km - place) <= target.max_look_deg
    allowed &= (sun_up >= target.min_sun_elevation_deg) & (sun_up <= target.max_sun_elevation_deg)
    allowed &= _angle_deg(place - r_km, sun_km - r_km) >= target.min_sun_separation_deg
    allowed &= np.linalg.norm(place - r_km, axis=-1) <= (target.max_range_km or np.inf)
    return allowed


@pytest.mark.parametrize("path", [LOW, HALF_DAY], ids=["low", "12 h"])
@pytest.mark.parametrize("target", [TYCHO, TIGHT, EARTH], ids=lambda one: one.id)
def test_windows_are_those_of_dense_sampling(path: KeplerPath, target: Target) -> None:
    span = Span(path.start, path.end)
    at_s = np.arange(0.0, span.seconds, 10.0)
    allowed = _allowed(target, path, tai_ns_after(START, at_s))
    told = np.zeros(at_s.size, dtype=bool)
    for one in target_windows(MISSION, Image(id="i", target=target.id, camera="c"), path, span):
        told |= (at_s >= one.start.seconds_since(START)) & (at_s <= one.end.seconds_since(START))
    # A sample on the very edge may fall either way by rounding: none does here.
    assert np.array_equal(allowed, told)


def test_some_windows_open() -> None:
    for path, target in ((HALF_DAY, TIGHT), (HALF_DAY, EARTH), (LOW, EARTH), (LOW, TIGHT)):
        wish, span = Image(id="i", target=target.id, camera="c"), Span(path.start, path.end)
        assert len(target_windows(MISSION, wish, path, span)) > 0


def test_errors_name_the_wish() -> None:
    span = Span(LOW.start, LOW.end)
    with pytest.raises(InputError, match="image i is of a target that is not there: 'mars'"):
        target_windows(MISSION, Image(id="i", target="mars", camera="c"), LOW, span)
    with pytest.raises(InputError, match="image i is with a camera that is not there: 'c'"):
        camera_of(MISSION, Image(id="i", target="tycho", camera="c"))
    lost = LunarMission(id="m", title="M", state=STATE, mass_kg=7.0, targets=(Target(id="x", title="X"),))
    with pytest.raises(InputError, match="target x of image i is on the Moon, so it needs a latitude"):
        target_windows(lost, Image(id="i", target="x", camera="c"), LOW, span)
