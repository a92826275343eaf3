"""SGP4 against its published vectors and its own reader; the held orbit against SGP4 and against itself."""

from __future__ import annotations

from importlib.resources import files
from math import degrees

import numpy as np
import pytest
from sgp4.api import WGS72, Satrec

from hamsafar.domain import plan
from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.errors import InputErrors, OutOfRangeError
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.times import grid, tai_ns_after
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory, trajectory_of
from hamsafar.timeline import Span

TIANGONG = """\
1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990
2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703
"""


def tiangong() -> Elements:
    return read_tles(TIANGONG, where="tiangong.tle")[0]


def published() -> dict[str, list[list[float]]]:
    """Verification states of AIAA 2006-6753, by catalogue number: rows of minutes, km (3), km/s (3)."""
    found: dict[str, list[list[float]]] = {}
    rows: list[list[float]] = []
    for line in files("sgp4").joinpath("tcppver.out").read_text().splitlines():
        words = line.split()
        if words[-1] == "xx":
            rows = found.setdefault(words[0], [])
        else:
            rows.append([float(word) for word in words[:7]])
    return found


def mended(text: str) -> str:
    """Element lines with their checksums put right: three verification sets have wrong ones."""
    lines = [line[:68] for line in text.splitlines()]
    sums = [sum(int(c) if c.isdigit() else c == "-" for c in line) % 10 for line in lines]
    return "\n".join(f"{line}{total}" for line, total in zip(lines, sums, strict=True))


def verification_sets() -> dict[str, str]:
    """The verification element sets, by catalogue number."""
    lines = files("sgp4").joinpath("SGP4-VER.TLE").read_text().splitlines()
    ones = [line for line in lines if line.startswith("1 ")]
    twos = [line for line in lines if line.startswith("2 ")]
    return {one[2:7].strip().lstrip("0"): f"{one}\n{two[:69]}\n" for one, two in zip(ones, twos, strict=True)}


_NOT_A_STATE = {"33334"}  # fails at once; the published file repeats the object before it
_FAR_OUT = {"20413", "23333"}  # beyond 140,000 km the epoch's last bit (3e-7 s) shows in the Moon's and Sun's phases


def test_published_vectors() -> None:
    states, compared = published(), 0
    for number, text in verification_sets().items():
        if number in _NOT_A_STATE:
            continue
        (elements,) = read_tles(mended(text), where="SGP4-VER.TLE")
        rows = np.array(states[number])
        r, v = Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, rows[:, 0] * 60))
        # Printed to 1e-8 km and 1e-9 km/s.
        assert np.abs(r - rows[:, 1:4]).max() < (5e-6 if number in _FAR_OUT else 7e-9), number
        assert np.abs(v - rows[:, 4:7]).max() < (2e-9 if number in _FAR_OUT else 6e-10), number
        compared += len(rows)
    assert compared == sum(len(rows) for number, rows in states.items() if number not in _NOT_A_STATE)


@pytest.mark.parametrize("number", ["33333", "33334"])
def test_the_cases_made_to_break_sgp4_say_so(number: str) -> None:
    text = verification_sets()[number]
    with pytest.raises(InputErrors, match="checksum"):
        read_tles(text, where="SGP4-VER.TLE")
    (elements,) = read_tles(mended(text), where="SGP4-VER.TLE")
    day = grid(Span(elements.epoch, elements.epoch.plus(days=1)), 300)
    with pytest.raises(OutOfRangeError, match=f"SGP4 has no state of object .{number}"):
        Sgp4Trajectory(elements).states_teme(day)


def test_numbers_and_lines_give_the_same_states() -> None:
    elements = tiangong()
    record = Satrec.twoline2rv(*elements.text, WGS72)
    moments = grid(Span(elements.epoch, elements.epoch.plus(days=30)), 977)
    r, v = Sgp4Trajectory(elements).states_teme(moments)
    days = (moments - elements.epoch.tai_ns) / 86_400e9
    _, r_ref, v_ref = record.sgp4_array(np.full(days.size, record.jdsatepoch), record.jdsatepochF + days)
    assert np.abs(r - r_ref).max() < 1e-6  # km; days in one double are good to 3e-7 s past a month... 8 km/s x 1e-10 d
    assert np.abs(v - v_ref).max() < 1e-9


def test_shapes_and_order_do_not_matter() -> None:
    trajectory, epoch = Sgp4Trajectory(tiangong()), tiangong().epoch
    moments = tai_ns_after(epoch, np.array([5e5, -3e5, 0.0]))
    r, v = trajectory.states_teme(moments)
    assert r.shape == v.shape == (3, 3)
    assert np.array_equal(trajectory.states_teme(moments[::-1])[0][::-1], r)
    assert trajectory.states_teme(moments[:0])[0].shape == (0, 3)


def test_decay_is_out_of_range_and_says_what_and_when() -> None:
    elements = tiangong()
    late = elements.epoch.plus(days=3_000)
    with pytest.raises(OutOfRangeError, match="48274") as caught:
        Sgp4Trajectory(elements).states_teme(np.array([elements.epoch.tai_ns, late.tai_ns]))
    assert caught.value.asked == late
    assert late.iso() in str(caught.value)


def held(inclination_deg: float = 41.47, altitude_km: float = 390.0) -> HeldOrbit:
    return HeldOrbit(
        epoch=tiangong().epoch,
        semi_major_axis_km=6_378.137 + altitude_km,
        inclination_deg=inclination_deg,
        raan_deg=120.0,
        argument_of_latitude_deg=30.0,
    )


def test_held_rates_are_those_of_sgp4() -> None:
    elements = tiangong()
    record = Satrec.twoline2rv(*elements.text, WGS72)
    of_sgp4 = HeldTrajectory(
        HeldOrbit(
            epoch=elements.epoch,
            semi_major_axis_km=record.a * record.radiusearthkm,
            inclination_deg=elements.inclination_deg,
            raan_deg=elements.raan_deg,
            argument_of_latitude_deg=0.0,
        )
    )
    assert of_sgp4.raan_dot_rad_s * 60 == pytest.approx(record.nodedot, rel=0.005)
    # SGP4's mean longitude rate with drag apart; J2 squared and J4 are 2e-5 of it.
    assert of_sgp4.u_dot_rad_s * 60 == pytest.approx(record.mdot + record.argpdot, rel=2e-5)


def test_held_orbit_is_a_circle_in_its_plane() -> None:
    one = held()
    trajectory = HeldTrajectory(one)
    moments = grid(Span(one.epoch, one.epoch.plus(days=40)), 3_333)
    r, v = trajectory.states_teme(moments)
    normal = np.cross(r, v)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    assert np.allclose(np.linalg.norm(r, axis=-1), one.semi_major_axis_km, rtol=1e-14)
    assert np.allclose(np.einsum("ni,ni->n", r, v), 0, atol=1e-8)
    assert np.allclose(np.degrees(np.arccos(normal[:, 2])), one.inclination_deg, atol=1e-10)
    node_deg = np.degrees(np.unwrap(np.arctan2(normal[:, 0], -normal[:, 1])))
    rate = np.polyfit((moments - moments[0]) / 86_400e9, node_deg, 1)
    assert rate == pytest.approx([degrees(trajectory.raan_dot_rad_s) * 86_400, one.raan_deg], rel=1e-9)


def test_held_orbit_starts_where_it_says_and_ascends() -> None:
    one = held()
    (r,), (v,) = HeldTrajectory(one).states_teme(np.array([one.epoch.tai_ns]))
    i, u, node = np.radians([one.inclination_deg, one.argument_of_latitude_deg, one.raan_deg])
    expected = [
        np.cos(u) * np.cos(node) - np.sin(u) * np.sin(node) * np.cos(i),
        np.cos(u) * np.sin(node) + np.sin(u) * np.cos(node) * np.cos(i),
        np.sin(u) * np.sin(i),
    ]
    assert r == pytest.approx(one.semi_major_axis_km * np.array(expected), rel=1e-14)
    assert v[2] > 0


def test_held_velocity_is_the_derivative_apart_from_the_nodes_drift() -> None:
    one = held()
    trajectory = HeldTrajectory(one)
    moments = grid(Span(one.epoch, one.epoch.plus(hours=3)), 300)
    r, v = trajectory.states_teme(moments)
    half = 500_000_000
    slope = trajectory.states_teme(moments + half)[0] - trajectory.states_teme(moments - half)[0]
    drift = trajectory.raan_dot_rad_s * np.stack([-r[:, 1], r[:, 0], np.zeros(len(r))], axis=-1)
    # A central difference over 1 s is off by n^2 / 24 of the speed: 4e-7 km/s.
    assert np.abs(slope - v - drift).max() < 1e-6
    assert np.linalg.norm(drift, axis=-1).max() < 0.009


def test_sun_synchronous_orbit_keeps_up_with_the_sun() -> None:
    # The textbook case: 98.19 deg at 700 km turns 360 deg in a year.
    rate = degrees(HeldTrajectory(held(98.19, 700.0)).raan_dot_rad_s) * 86_400
    assert rate == pytest.approx(360 / 365.2422, rel=0.002)


def test_a_plan_says_which_trajectory_it_rests_on() -> None:
    near = plan.Trajectory(basis="near", elements=tiangong(), held=None)
    far = plan.Trajectory(basis="far", elements=tiangong(), held=held())
    assert isinstance(trajectory_of(near), Sgp4Trajectory)
    assert isinstance(trajectory_of(far), HeldTrajectory)
