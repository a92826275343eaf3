"""Releases: the carrier's path, the distance from it, and options compared; against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from attrs import evolve
from lunar_missions import RELEASE, mission

from hamsafar.domain.lunar import Carrier
from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.moon.carrier import CarrierPath, state_on
from hamsafar.moon.clearance import clearance
from hamsafar.moon.elements import elements_of, rtn_axes
from hamsafar.moon.releases import DEFAULT_DIRECTIONS, carrier_path, options_of, pushed, releases
from hamsafar.orbit.bodies import GM_KM3_S2, state_icrf
from hamsafar.orbit.kepler import Elements, true_anomaly_rad, vectors
from hamsafar.orbit.kepler import elements_of as kepler_elements
from hamsafar.orbit.states import to_icrf
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import NS_PER_S, Instant, Span

MU = GM_KM3_S2["moon"]


class Kepler:
    """A two-body path about the Moon, from a state at the release."""

    def __init__(self, r_km: Floats, v_km_s: Floats) -> None:
        self._elements = kepler_elements(r_km, v_km_s, MU)
        self.start, self.end = RELEASE, RELEASE.plus(days=30)
        self.period_s = 2 * np.pi * np.sqrt(self._elements.semi_major_axis_km**3 / MU)

    def states_icrf(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        one = self._elements
        found = []
        for ns in np.asarray(tai_ns).tolist():
            mean = one.mean_anomaly_rad + 2 * np.pi * (ns - RELEASE.tai_ns) / NS_PER_S / self.period_s
            anomaly = true_anomaly_rad(mean, one.eccentricity)
            found.append(np.concatenate(vectors(evolve(one, true_anomaly_rad=anomaly), MU)))
        states = np.array(found).reshape(-1, 6)
        return states[:, :3], states[:, 3:]


def circle(radius_km: float = 3_000.0) -> tuple[Floats, Floats]:
    return np.array([radius_km, 0.0, 0.0]), np.array([0.0, np.sqrt(MU / radius_km), 0.0])


def message(path: Kepler, step_s: float, **metadata: Any) -> EphemerisMessage:
    tai_ns = np.arange(RELEASE.tai_ns, RELEASE.plus(hours=14).tai_ns, round(step_s * NS_PER_S))
    r, v = path.states_icrf(tai_ns)
    if metadata.get("center_name") == "EARTH":
        shift, shift_v = state_icrf("moon", "earth", tai_ns)
        r, v = r + shift, v + shift_v
    told = EphemerisMetadata(
        **{
            "object_name": "CARRIER",
            "object_id": "2024-083A",
            "center_name": "MOON",
            "ref_frame": "ICRF",
            "start_time": Epoch(clock_ns=int(tai_ns[0]), time_system="UTC"),
            "stop_time": Epoch(clock_ns=int(tai_ns[-1]), time_system="UTC"),
            **metadata,
        }
    )
    segment = EphemerisSegment(metadata=told, clock_ns=tai_ns, position_km=r, velocity_km_s=v)
    return EphemerisMessage(header=MessageHeader(originator="TEST"), segments=(segment,))


def eccentric() -> Kepler:
    state = to_icrf(mission().state)
    return Kepler(np.array(state.position_km), np.array(state.velocity_km_s))


@pytest.mark.parametrize("centre", ["MOON", "EARTH"])
def test_between_the_states_of_an_ephemeris(centre: str) -> None:
    path = eccentric()
    carrier = CarrierPath.from_message(message(path, 120.0, center_name=centre))
    tai_ns = np.linspace(RELEASE.tai_ns, carrier.end.tai_ns, 997).astype(np.int64)
    r, v = carrier.states_icrf(tai_ns)
    true_r, true_v = path.states_icrf(tai_ns)
    assert np.abs(r - true_r).max() < 1e-5  # a centimetre, at the perilune too
    assert np.abs(v - true_v).max() < 1e-7
    with pytest.raises(OutOfRangeError, match="covers"):
        carrier.states_icrf(np.array([carrier.end.tai_ns + 1]))


def test_an_ephemeris_that_cannot_be_followed_says_why() -> None:
    with pytest.raises(InputError, match="closer together"):
        CarrierPath.from_message(message(eccentric(), 7_200.0))
    with pytest.raises(InputError, match="MARS"):
        CarrierPath.from_message(message(eccentric(), 600.0, center_name="MARS"))
    tai_ns = RELEASE.tai_ns + np.array([0, NS_PER_S])
    inside = np.full((2, 3), 100.0)
    with pytest.raises(InputError, match="inside the Moon"):
        CarrierPath([(tai_ns, inside, inside)])


def test_a_sideways_push_returns_every_half_revolution_and_one_along_drifts() -> None:
    """Clohessy and Wiltshire 1960: out of plane z = (s / n) sin(n t); and along the track 6 pi s / n a revolution,
    as a push s changes the period by 3 s / v of it.
    """
    r, v = circle()
    carrier, n = Kepler(r, v), np.sqrt(MU / 3_000.0**3)
    sideways = Kepler(r, v + np.array([0.0, 0.0, 1e-3]))
    span = Span(RELEASE, RELEASE.plus(seconds=3.4 * carrier.period_s))
    late = RELEASE.plus(seconds=0.1 * carrier.period_s)
    found = clearance(sideways, carrier, span, clear_after=late, revolution_s=carrier.period_s)
    assert found.closest.distance_km < 0.02  # the push lengthens the period a little too: 5 m a revolution
    assert found.distance_km.max() == pytest.approx(1e-3 / n, rel=0.01)
    halves = found.closest.time.seconds_since(RELEASE) / (carrier.period_s / 2)
    assert halves == pytest.approx(round(halves), abs=0.01)
    along = Kepler(r, v + np.array([0.0, 1e-3, 0.0]))
    drift = clearance(along, carrier, span, clear_after=late, revolution_s=carrier.period_s)
    assert len(drift.each_revolution) == 4
    assert drift.each_revolution[2].distance_km == pytest.approx(2 * 6 * np.pi * 1e-3 / n, rel=0.1)
    sampled_km = float(drift.distance_km[drift.tai_ns >= late.tai_ns].min())
    assert sampled_km - 0.1 < drift.closest.distance_km <= sampled_km  # a sample is up to 30 s and 90 m late


def test_a_push_is_along_radial_transverse_and_normal() -> None:
    state = to_icrf(mission().state)
    r, v = np.array(state.position_km), np.array(state.velocity_km_s)
    for axis, direction in enumerate(np.eye(3)):
        moved = np.array(pushed(state, tuple(direction), 2.0).velocity_km_s) - v
        assert moved == pytest.approx(rtn_axes(r, v)[axis] * 0.002, abs=1e-12)
    assert rtn_axes(r, v)[2] @ np.cross(r, v) > 0


def carried(**changed: Any) -> Carrier:
    return Carrier(**{"state": mission().state, "speeds_m_s": (0.5,), "min_clearance_km": 1.0, **changed})


def test_options_are_moments_times_directions_times_speeds() -> None:
    path = eccentric()
    asked = carried(release_from=RELEASE, release_to=RELEASE.plus(hours=6), speeds_m_s=(0.2, 1.0))
    options = options_of(asked, path, 3)
    assert len(options) == 3 * 6 * 2
    assert [option.number for option in options] == list(range(1, 37))
    assert {option.time for option in options} == {RELEASE.plus(hours=h) for h in (0, 3, 6)}
    assert {option.way for option in options} == {"along", "against", "up", "down", "left", "right"}
    assert len({option.time for option in options_of(carried(), path, 4)}) == 4
    assert options_of(carried(directions=((0.0, 2.0, 0.0),)), path, 1)[0].direction == (0.0, 1.0, 0.0)
    skew = options_of(carried(directions=((1.0, 1.0, 0.0),)), path, 1)[0]
    assert skew.way == "RTN +0.71,+0.71,+0.00"


@pytest.mark.parametrize(
    ("changed", "times", "says"),
    [
        ({"release_from": RELEASE, "release_to": RELEASE.plus(hours=-1)}, 3, "not come before release_from"),
        ({"directions": ((0.0, 0.0, 0.0),)}, 1, "length above 0"),
        ({}, 0, "1 or more"),
        ({"speeds_m_s": tuple(range(1, 1001))}, 8, "5,000 is the most"),
    ],
)
def test_options_that_make_no_sense(changed: dict[str, Any], times: int, says: str) -> None:
    with pytest.raises(InputError, match=says):
        options_of(carried(**changed), eccentric(), times)


def test_releases_are_ranked_and_say_why_not() -> None:
    directions = tuple(DEFAULT_DIRECTIONS[k] for k in (0, 1, 4))
    one = evolve(mission(), carrier=carried(directions=directions, release_from=RELEASE.plus(hours=-1)))
    path = carrier_path(one)
    assert path.start == RELEASE.plus(hours=-1)
    assert state_on(path, RELEASE).position_km == pytest.approx(to_icrf(one.state).position_km, abs=1e-6)
    hours = iter((1.0, 2.0, 3.0))
    found = releases(one, path, times=1, until=RELEASE.plus(days=3), contacts=lambda path, span: next(hours))
    assert len(found.releases) == 3
    by_way = {each.option.way: each for each in found.releases}
    assert by_way["left"].front is None  # it comes back to the carrier each half revolution
    assert by_way["left"].closest_km < 0.5
    assert "of the carrier on" in by_way["left"].why_not[0]
    assert found.releases[-1] is by_way["left"]
    assert found.releases[0].front == 1
    assert found.releases[0].why_not == ()
    assert all(each.ended_by == "until" and each.life_d == pytest.approx(73 / 24, abs=1e-6) for each in found.releases)
    assert by_way["along"].closest_km > 5.0
    assert found.complete
    beaten = [each for each in found.releases if each.front == 2]
    assert all(f"option {found.best[0].option.number}" in each.why_not[0] for each in beaten)


def test_an_option_that_falls_at_once_is_ruled_out() -> None:
    """Pushed against the flight at the apolune of an orbit that all but touches the ground."""
    low = mission(semi_major_axis_km=6_000.0, eccentricity=1.0 - 1_738.0 / 6_000.0, true_anomaly_deg=180.0, degree=0)
    asked = Carrier(state=low.state, directions=((0.0, -1.0, 0.0),), speeds_m_s=(20.0,), release_to=RELEASE)
    one = evolve(low, carrier=asked, bodies=("earth", "sun"))
    found = releases(one, carrier_path(one), times=1, until=RELEASE.plus(days=5))
    (only,) = found.releases
    assert only.ended_by == "impact"
    assert only.first_perilune_km is None
    assert "hits the Moon at its first perilune" in only.why_not
    assert found.best == ()


def test_a_mission_without_a_carrier_says_so() -> None:
    with pytest.raises(InputError, match="nothing of the carrier"):
        releases(mission(), eccentric())


def test_elements_of_many_states_are_those_of_each() -> None:
    r, v = eccentric().states_icrf(RELEASE.tai_ns + np.arange(7) * 5_000 * NS_PER_S)
    many = elements_of(r, v, MU)
    for n in range(7):
        one: Elements = kepler_elements(r[n], v[n], MU)
        assert many.semi_major_axis_km[n] == pytest.approx(one.semi_major_axis_km, rel=1e-12)
        assert many.eccentricity[n] == pytest.approx(one.eccentricity, abs=1e-12)
        angles = (one.inclination_rad, one.node_rad, one.periapsis_rad, one.true_anomaly_rad)
        names = ("inclination_deg", "node_deg", "argument_of_periapsis_deg", "true_anomaly_deg")
        for name, angle in zip(names, angles, strict=True):
            assert (getattr(many, name)[n] - np.degrees(angle) + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-9)
    assert Instant(RELEASE.tai_ns) == RELEASE
