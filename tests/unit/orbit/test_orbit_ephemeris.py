"""Interpolated ephemerides against closed orbits, SGP4 and states left out; the frames they come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import erfa
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.formats.tle import read_tles
from hamsafar.orbit import frames
from hamsafar.orbit.ephemeris import EphemerisTrajectory, StateTable
from hamsafar.orbit.frames import (
    eme2000_from_gcrs,
    frame_named,
    gcrs_from_eme2000,
    gcrs_states_from_teme,
    itrs_from_teme,
    states_from_teme,
    teme_states,
)
from hamsafar.orbit.times import Floats, TaiNs, grid, julian_date_tt, tai_ns_after, tai_ns_of
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_MU_KM3_S2

TIANGONG = """\
1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990
2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703
"""
STATION = Sgp4Trajectory(read_tles(TIANGONG, where="tiangong.tle")[0])
EPOCH = STATION.elements.epoch
AGENCY = Path(__file__).parents[2] / "oracles" / "data" / "agency_ephemeris_cut.json"
FRAMES = ("TEME", "TOD", "EME2000", "GCRS", "ITRS")


def table(tai_ns: TaiNs, r: Floats, v: Floats, **more: Any) -> StateTable:
    return StateTable(**{"tai_ns": tai_ns, "position_km": r, "velocity_km_s": v, "frame": "TEME", **more})


def station_table(start_h: float, hours: float, *, step_s: float = 240, frame: Any = "TEME", **more: Any) -> StateTable:
    start = EPOCH.plus(hours=start_h)
    at_ns = grid(Span(start, start.plus(hours=hours, seconds=0.001)), step_s)
    return table(at_ns, *states_from_teme(frame, *STATION.states_teme(at_ns), at_ns), frame=frame, **more)


def apart_m(left: Floats, right: Floats) -> Floats:
    found: Floats = np.linalg.norm(left - right, axis=-1) * 1_000
    return found


def ellipse(at_s: Floats, a_km: float, e: float) -> tuple[Floats, Floats]:
    """Kepler's closed orbit in a tilted plane: (n, 3) km and km/s."""
    n = np.sqrt(EARTH_MU_KM3_S2 / a_km**3)
    mean = n * at_s
    anomaly = mean + e * np.sin(mean)
    for _ in range(20):
        anomaly -= (anomaly - e * np.sin(anomaly) - mean) / (1 - e * np.cos(anomaly))
    b_km, rate = a_km * np.sqrt(1 - e * e), n / (1 - e * np.cos(anomaly))
    p, q = np.array([0.6, 0.8, 0.0]), np.array([-0.48, 0.36, 0.8])
    along, across = (np.cos(anomaly) - e)[:, None], np.sin(anomaly)[:, None]
    r = a_km * along * p + b_km * across * q
    v = rate[:, None] * (-a_km * across * p + b_km * np.cos(anomaly)[:, None] * q)
    return r, v


@pytest.mark.parametrize(
    ("step_s", "most_m", "at_ends_m"), [(60, 1e-6, 1e-5), (240, 1e-5, 0.03), (480, 0.01, 6.0), (660, 0.4, 70.0)]
)
def test_a_closed_orbit_is_met(step_s: int, most_m: float, at_ends_m: float) -> None:
    at_s = np.arange(0.0, 40_000.0, step_s)
    r, v = ellipse(at_s, 6_778.0, 0.01)
    trajectory = EphemerisTrajectory([table(tai_ns_after(EPOCH, at_s), r, v)])
    between_s = np.random.default_rng(1).uniform(0.0, at_s[-1], 4_000)
    at_ns = tai_ns_after(EPOCH, between_s)
    r_true, v_true = ellipse((at_ns - EPOCH.tai_ns) / NS_PER_S, 6_778.0, 0.01)
    r_found, v_found = trajectory.states_teme(at_ns)
    error_m, slope_m_s = apart_m(r_found, r_true), apart_m(v_found, v_true)
    at_ends = (between_s < 3 * step_s) | (between_s > at_s[-1] - 3 * step_s)
    # The remainder through six states is 12.4 (n h)^12 / 12! of the radius, through four at the ends 1.3 (n h)^8 / 8!.
    assert error_m[~at_ends].max() < most_m
    assert error_m.max() < at_ends_m
    assert slope_m_s[~at_ends].max() < max(most_m / step_s * 12, 1e-6)


def test_an_eccentric_orbit_is_met_from_perigee_to_apogee() -> None:
    at_s = np.arange(0.0, 90_000.0, 240.0)
    r, v = ellipse(at_s, 26_560.0, 0.7)
    trajectory = EphemerisTrajectory([table(tai_ns_after(EPOCH, at_s), r, v)])
    middle_s = (at_s[1:] + at_s[:-1]) / 2
    found, _ = trajectory.states_teme(tai_ns_after(EPOCH, middle_s))
    assert apart_m(found, ellipse(middle_s, 26_560.0, 0.7)[0])[3:-3].max() < 0.01  # its perigee is passed at 1 mrad/s


@pytest.mark.parametrize("frame", FRAMES)
def test_a_closed_orbit_is_met_in_every_frame(frame: Any) -> None:
    at_ns = tai_ns_after(EPOCH, np.arange(0.0, 40_000.0, 240.0))
    there = states_from_teme(frame, *ellipse((at_ns - EPOCH.tai_ns) / NS_PER_S, 6_778.0, 0.01), at_ns)
    trajectory = EphemerisTrajectory([table(at_ns, *there, frame=frame)])
    between_ns = np.random.default_rng(4).integers(at_ns[3], at_ns[-4], 4_000)
    r_true, v_true = ellipse((between_ns - EPOCH.tai_ns) / NS_PER_S, 6_778.0, 0.01)
    r, v = trajectory.states_teme(between_ns)
    # TEME's own turning, left out of velocities, is 0.15 mm/s: over two minutes a centimetre.
    assert apart_m(r, r_true).max() < 0.02
    assert apart_m(v, v_true).max() < 5e-4  # m/s


def test_the_station_by_sgp4_is_met() -> None:
    trajectory = EphemerisTrajectory([station_table(0, 24)])
    at_ns = grid(Span(EPOCH, EPOCH.plus(hours=24)), 59.7)
    error_m = apart_m(trajectory.states_teme(at_ns)[0], STATION.states_teme(at_ns)[0])
    # SGP4's velocities are not quite the slopes of its positions: up to 15 mm/s, which no curve can meet both of.
    assert error_m[5:-5].max() < 0.7
    assert error_m.max() < 2.0


def test_given_states_come_back() -> None:
    given = station_table(0, 6, frame="EME2000")
    r, v = EphemerisTrajectory([given]).states_teme(given.tai_ns)
    r_given, v_given = teme_states("EME2000", given.position_km, given.velocity_km_s, given.tai_ns)
    assert apart_m(r, r_given).max() < 1e-6
    assert apart_m(v, v_given).max() < 1e-6


def agency() -> tuple[TaiNs, Floats, Floats]:
    rows = json.loads(AGENCY.read_text(encoding="ascii"))["rows"]
    numbers = np.array([row[1:] for row in rows])
    return np.array([row[0] for row in rows]), numbers[:, :3], numbers[:, 3:]


def test_every_second_state_of_an_agencys_ephemeris_is_found_from_the_others() -> None:
    at_ns, r, v = (column[:111] for column in agency())  # the even steps: 4 min, once 60 s and once 234 s
    trajectory = EphemerisTrajectory([table(at_ns[::2], r[::2], v[::2], frame="EME2000")])
    left_out = slice(1, 111, 2)
    found, speed = states_from_teme("EME2000", *trajectory.states_teme(at_ns[left_out]), at_ns[left_out])
    error_m = apart_m(found, r[left_out])
    # Eight minutes apart the Earth's lesser bumps pass unseen; at the four that agencies publish it is 30 times less.
    assert np.median(error_m) < 0.5
    assert np.sort(error_m)[-5] < 1.2
    assert error_m.max() < 6.0  # at the table's ends
    assert apart_m(speed, v[left_out]).max() < 0.05  # m/s


def test_four_minutes_apart_an_agencys_ephemeris_is_met_within_a_metre() -> None:
    at_ns, r, v = (column[:111] for column in agency())
    middle_ns = (at_ns[1:] + at_ns[:-1]) // 2
    by_degree = [
        EphemerisTrajectory([table(at_ns, r, v, frame="EME2000", degree=degree)]).states_teme(middle_ns)[0]
        for degree in (7, 9, 11)
    ]
    # Other polynomials through the same states: were any a metre off, they would part.
    assert apart_m(by_degree[0], by_degree[2]).max() < 0.7
    assert np.median(apart_m(by_degree[0], by_degree[2])) < 0.02


def test_steps_of_unlike_length_are_not_mixed() -> None:
    at_ns, r, v = agency()
    trajectory = EphemerisTrajectory([table(at_ns, r, v, frame="EME2000")])
    plain = EphemerisTrajectory([table(at_ns[:111], r[:111], v[:111], frame="EME2000")])
    before_burst = np.array([(at_ns[109] + at_ns[110]) // 2])
    # One polynomial over 240 s and 30.6 s steps swells the 4 m of rounded labels there to 110 m.
    assert apart_m(trajectory.states_teme(before_burst)[0], plain.states_teme(before_burst)[0]).max() < 1.0


def test_moments_come_in_any_order_and_number() -> None:
    trajectory = EphemerisTrajectory([station_table(0, 6), station_table(6, 6, frame="ITRS")])
    at_ns = np.random.default_rng(2).integers(EPOCH.tai_ns, EPOCH.plus(hours=12).tai_ns, 500)
    r, v = trajectory.states_teme(at_ns)
    alone = [trajectory.states_teme(at_ns[n : n + 1])[0][0] for n in range(0, 500, 50)]
    assert np.array_equal(np.array(alone), r[::50])
    assert np.array_equal(trajectory.states_teme(at_ns[::-1])[1][::-1], v)
    assert trajectory.states_teme(at_ns[:0])[0].shape == (0, 3)


def test_what_is_not_covered_is_an_error_that_names_the_coverage() -> None:
    trajectory = EphemerisTrajectory([station_table(0, 6), station_table(8, 4)], name="CSS")
    start, end = EPOCH, EPOCH.plus(hours=12)
    trajectory.states_teme(tai_ns_of((start, end)))  # both ends are in
    for outside in (EPOCH.plus(seconds=-0.001), EPOCH.plus(hours=7), end.plus(seconds=0.001)):
        with pytest.raises(OutOfRangeError, match="the ephemeris of CSS has no state at") as caught:
            trajectory.states_teme(tai_ns_of((EPOCH.plus(hours=1), outside)))
        assert (caught.value.asked, caught.value.first, caught.value.last) == (outside, start, end)
        assert f"{start.iso()} to {EPOCH.plus(hours=6).iso()}, {EPOCH.plus(hours=8).iso()} to" in str(caught.value)


def test_known_leaves_gaps_out() -> None:
    trajectory = EphemerisTrajectory([station_table(8, 4), station_table(0, 6)])
    first, second = Span(EPOCH, EPOCH.plus(hours=6)), Span(EPOCH.plus(hours=8), EPOCH.plus(hours=12))
    assert trajectory.coverage == (first, second)
    assert trajectory.span == Span(first.start, second.end)
    assert trajectory.known(Span(EPOCH.plus(days=-1), EPOCH.plus(days=1))) == (first, second)
    assert trajectory.known(Span(EPOCH.plus(hours=5), EPOCH.plus(hours=9))) == (
        Span(EPOCH.plus(hours=5), first.end),
        Span(second.start, EPOCH.plus(hours=9)),
    )
    assert trajectory.known(Span(EPOCH.plus(hours=6), EPOCH.plus(hours=8))) == ()
    assert trajectory.known(Span(EPOCH.plus(days=2), EPOCH.plus(days=3))) == ()


def moved(given: StateTable, by_km: float) -> StateTable:
    return table(given.tai_ns, given.position_km + by_km, given.velocity_km_s)


def test_the_later_segment_holds_from_its_start() -> None:
    earlier, later = station_table(0, 6), moved(station_table(4, 6), 5.0)
    for trajectory in (EphemerisTrajectory([earlier, later]), EphemerisTrajectory([later, earlier])):
        assert trajectory.coverage == (Span(EPOCH, EPOCH.plus(hours=10)),)
        hours = tai_ns_of(tuple(EPOCH.plus(hours=h) for h in (3.99, 4, 5, 6, 9)))
        shift = trajectory.states_teme(hours)[0] - STATION.states_teme(hours)[0]
        assert shift[:, 0] == pytest.approx([0, 5, 5, 5, 5], abs=0.002)
    # A shared end belongs to the later one, and a short later one gives back what it does not cover.
    touching = EphemerisTrajectory([earlier, moved(station_table(6, 1), 5.0)])
    ends = tai_ns_of((EPOCH.plus(hours=6),))
    assert (touching.states_teme(ends)[0] - STATION.states_teme(ends)[0])[0, 0] == pytest.approx(5, abs=0.002)
    inside = EphemerisTrajectory([earlier, moved(station_table(2, 1), 5.0)])
    hours = tai_ns_of(tuple(EPOCH.plus(hours=h) for h in (1, 2.5, 5)))
    shift = inside.states_teme(hours)[0] - STATION.states_teme(hours)[0]
    assert shift[:, 0] == pytest.approx([0, 5, 0], abs=0.002)


def test_only_the_useable_part_is_covered_and_the_rest_helps() -> None:
    useable = Span(EPOCH.plus(hours=2), EPOCH.plus(hours=4))
    trajectory = EphemerisTrajectory([station_table(0, 6, step_s=600, useable=useable)])
    assert trajectory.coverage == (useable,)
    edge = tai_ns_of((useable.start.plus(seconds=100),))
    cut = EphemerisTrajectory([station_table(2, 2, step_s=600)])
    true = STATION.states_teme(edge)[0]
    assert apart_m(trajectory.states_teme(edge)[0], true)[0] < 2.0 < 4.0 < apart_m(cut.states_teme(edge)[0], true)[0]
    with pytest.raises(OutOfRangeError):
        trajectory.states_teme(tai_ns_of(EPOCH.plus(hours=1)))


def test_states_too_far_apart_are_a_gap() -> None:
    whole = station_table(0, 12)
    kept = np.r_[0:60, 75:181]  # an hour is missing
    holed = table(whole.tai_ns[kept], whole.position_km[kept], whole.velocity_km_s[kept])
    trajectory = EphemerisTrajectory([holed])
    assert [part.seconds for part in trajectory.coverage] == [59 * 240, 105 * 240]
    with pytest.raises(OutOfRangeError):
        trajectory.states_teme(tai_ns_of(EPOCH.plus(hours=4.5)))
    with pytest.raises(InputError, match="too far apart"):
        EphemerisTrajectory([station_table(0, 24, step_s=1_800)])


@pytest.mark.parametrize(("degree", "like"), [(1, 7), (7, 7), (8, 9), (99, 15)])
def test_the_stated_degree_is_used_within_reason(degree: int, like: int) -> None:
    at_ns = tai_ns_of(EPOCH.plus(hours=3, seconds=77))
    one, other = (
        EphemerisTrajectory([station_table(0, 6, step_s=600, degree=d)]).states_teme(at_ns)[0] for d in (degree, like)
    )
    assert np.array_equal(one, other)


def test_two_states_are_enough_and_one_is_not() -> None:
    two = station_table(0, 60 / 3_600, step_s=60)
    assert two.tai_ns.size == 2
    middle = tai_ns_of(EPOCH.plus(seconds=30))
    # A cubic over a minute: (n h)^4 / 384 of the radius.
    assert apart_m(EphemerisTrajectory([two]).states_teme(middle)[0], STATION.states_teme(middle)[0])[0] < 0.5
    with pytest.raises(InputError, match="two states at least"):
        table(two.tai_ns[:1], two.position_km[:1], two.velocity_km_s[:1])
    with pytest.raises(InputError, match="one segment"):
        EphemerisTrajectory([])


pieces = st.tuples(st.integers(0, 600), st.integers(2, 40), st.integers(1, 6))  # minutes from the epoch, states, step


@settings(max_examples=150, deadline=None)
@given(several=st.lists(pieces, min_size=1, max_size=4), minute=st.floats(-30, 900))
def test_states_are_there_just_where_they_are_known(several: list[tuple[int, int, int]], minute: float) -> None:
    tables = []
    for start_min, states, step_min in several:
        at_ns = tai_ns_after(EPOCH, 60.0 * (start_min + step_min * np.arange(states)))
        tables.append(table(at_ns, *STATION.states_teme(at_ns)))
    trajectory, moment = EphemerisTrajectory(tables), EPOCH.plus(minutes=minute)
    covered = any(one.start <= moment <= one.end for one in trajectory.coverage)
    near = trajectory.known(Span(moment, moment.plus(seconds=1e-6)))
    assert not near or covered
    if covered:
        found = trajectory.states_teme(tai_ns_of(moment))[0]
        # Two states 6 min apart are joined by a cubic: (n h)^4 / 384 of the radius.
        assert apart_m(found, STATION.states_teme(tai_ns_of(moment))[0])[0] < 600
    else:
        with pytest.raises(OutOfRangeError):
            trajectory.states_teme(tai_ns_of(moment))


@pytest.mark.parametrize("frame", FRAMES)
def test_tables_of_other_centuries_are_followed(frame: Any) -> None:
    for year in (1975, 2060, 2150):
        at_ns = tai_ns_after(Instant.utc(year, 6, 1), np.arange(0.0, 20_000.0, 240.0))
        r, v = ellipse((at_ns - at_ns[0]) / NS_PER_S, 6_778.0, 0.01)
        trajectory = EphemerisTrajectory([table(at_ns, *states_from_teme(frame, r, v, at_ns), frame=frame)])
        assert (
            apart_m(
                trajectory.states_teme(at_ns[5:9] + 10**9)[0],
                ellipse((at_ns[5:9] + 10**9 - at_ns[0]) / NS_PER_S, 6_778.0, 0.01)[0],
            ).max()
            < 0.05
        )


def test_bad_tables_are_refused() -> None:
    good = station_table(0, 1)
    at_ns, r, v = good.tai_ns, good.position_km, good.velocity_km_s
    with pytest.raises(InputError, match="ascend"):
        table(at_ns[::-1], r, v)
    with pytest.raises(InputError, match="ascend"):
        table(np.repeat(at_ns[:1], at_ns.size), r, v)
    with pytest.raises(InputError, match="one time, one position"):
        table(at_ns, r[:-1], v)
    with pytest.raises(InputError, match="one time, one position"):
        table(at_ns, r, v[:, :2])
    with pytest.raises(InputError, match="not a number"):
        table(at_ns, np.where(r == r[3], np.nan, r), v)
    with pytest.raises(InputError, match=r"unknown reference frame 'RTN'.*EME2000"):
        table(at_ns, r, v, frame="RTN")


def segment(given: StateTable, *, time_system: str = "UTC", ahead_ns: int = 0, **more: Any) -> EphemerisSegment:
    """A message's segment, on the clock of its own time system."""
    clock_ns = given.tai_ns + ahead_ns
    metadata = {
        "object_name": "CSS",
        "object_id": "2021-035A",
        "ref_frame": given.frame,
        "time_system": time_system,
        "start_time": Epoch(clock_ns=int(clock_ns[0]), time_system=time_system),
        "stop_time": Epoch(clock_ns=int(clock_ns[-1]), time_system=time_system),
        **more,
    }
    return EphemerisSegment(
        metadata=EphemerisMetadata(**metadata),
        clock_ns=clock_ns,
        position_km=given.position_km,
        velocity_km_s=given.velocity_km_s,
    )


def followed(*segments: EphemerisSegment) -> EphemerisTrajectory:
    return EphemerisTrajectory.from_message(EphemerisMessage(header=MessageHeader(), segments=segments))


def test_a_message_is_followed_on_its_own_clock_in_its_own_frame_within_its_useable_times() -> None:
    useable = EPOCH.plus(hours=1).tai_ns + 32_184_000_000
    in_tt = segment(
        station_table(0, 6, frame="ITRS"),
        time_system="TT",
        ahead_ns=32_184_000_000,
        ref_frame="ITRF2014",
        interpolation="LAGRANGE",
        interpolation_degree=9,
        useable_start_time=Epoch(clock_ns=useable, time_system="TT"),
    )
    single = station_table(20, 1)
    one = table(single.tai_ns[:2], single.position_km[:2], single.velocity_km_s[:2])
    trajectory = followed(in_tt, segment(one, time_system="TT", ahead_ns=32_184_000_000))
    assert trajectory.name == "CSS"
    assert trajectory.coverage == (
        Span(EPOCH.plus(hours=1), EPOCH.plus(hours=6)),
        Span(EPOCH.plus(hours=20), EPOCH.plus(hours=20, seconds=240)),
    )
    at_ns = grid(trajectory.coverage[0], 77.7)
    assert apart_m(trajectory.states_teme(at_ns)[0], STATION.states_teme(at_ns)[0]).max() < 2.0


def test_a_message_that_cannot_be_followed_says_why() -> None:
    with pytest.raises(InputError, match="only EARTH"):
        followed(segment(station_table(0, 6), center_name="MOON"))
    with pytest.raises(InputError, match="unknown reference frame 'MCI'"):
        followed(segment(station_table(0, 6), ref_frame="MCI"))
    with pytest.raises(InputError, match="UT1"):
        followed(segment(station_table(0, 6), time_system="UT1"))


@pytest.mark.parametrize(
    ("label", "frame"),
    [
        ("TEME", "TEME"), ("tod", "TOD"), ("EME2000", "EME2000"), ("J2000", "EME2000"), ("ICRF", "GCRS"),
        ("GCRF", "GCRS"),
        ("GCRS", "GCRS"), ("ICRF3", "GCRS"), ("ITRF", "ITRS"), ("ITRF2014", "ITRS"), ("ITRF-97", "ITRS"),
        ("ITRF_2020", "ITRS"), ("ITRF93", "ITRS"), ("itrs", "ITRS"), ("WGS-84", "ITRS"), ("WGS84", "ITRS"),
    ],
)  # fmt: skip
def test_labels_of_frames(label: str, frame: str) -> None:
    assert frame_named(label) == frame


@pytest.mark.parametrize("label", ["", "GRC", "MCI", "TDR", "EME2001", "TEME2000", "RSW", "GTOD", "ITRF20X"])
def test_unknown_frames_say_what_is_known(label: str) -> None:
    with pytest.raises(InputError, match="known are TEME, TOD, EME2000, GCRS, ITRS"):
        frame_named(label)


@pytest.mark.parametrize("frame", FRAMES)
def test_states_go_there_and_back(frame: Any) -> None:
    at_ns = grid(Span(Instant.utc(2021, 3, 1), Instant.utc(2026, 11, 1)), 86_400 * 17.3)
    r, v = ellipse((at_ns - at_ns[0]) / NS_PER_S, 6_780.0, 0.001)
    back_r, back_v = teme_states(frame, *states_from_teme(frame, r, v, at_ns), at_ns)
    assert apart_m(back_r, r).max() < 1e-4
    assert apart_m(back_v, v).max() < 1e-6


@pytest.mark.parametrize("frame", ["TOD", "EME2000", "GCRS", "ITRS"])
def test_velocities_are_the_slopes_of_positions(frame: Any) -> None:
    def there(at_ns: TaiNs) -> tuple[Floats, Floats]:
        return states_from_teme(frame, *ellipse((at_ns - EPOCH.tai_ns) / NS_PER_S, 6_778.0, 0.01), at_ns)

    moments, half_ns = tai_ns_of(EPOCH.plus(days=3)), NS_PER_S // 2
    slope = there(moments + half_ns)[0] - there(moments - half_ns)[0]
    # A central difference over 1 s is off by n^2 / 24 of the speed, 0.4 mm/s; a slowly turning frame adds 0.15.
    assert apart_m(slope, there(moments)[1]).max() < 7e-4


def test_the_frame_bias_is_that_of_erfa() -> None:
    r = np.eye(3) * 6_780.0
    found = eme2000_from_gcrs(r)
    assert np.allclose(found, r @ erfa.bp00(2_451_545.0, 0.0)[0].T, atol=1e-6)  # IAU 2000's: the same to 0.1 mas
    assert 0.3 < apart_m(found, r).min() < apart_m(found, r).max() < 1.0  # 17 mas about x and y, 15 about z
    assert np.allclose(gcrs_from_eme2000(found), r, atol=1e-9)


def test_true_of_date_is_that_of_erfa() -> None:
    # TOD by IAU 2006/2000A: the bias, precession and nutation matrix; ours through TEME and 1994's equinoxes.
    at_ns = grid(Span(Instant.utc(2021, 3, 1), Instant.utc(2026, 11, 1)), 86_400 * 17.3)
    r_teme = np.tile([3_900.0, -4_700.0, 2_800.0], (at_ns.size, 1))
    r_gcrs, _ = gcrs_states_from_teme(r_teme, r_teme, at_ns)
    r_tod, _ = states_from_teme("TOD", r_teme, r_teme, at_ns)
    reference = np.einsum("nij,nj->ni", erfa.pnm06a(*julian_date_tt(at_ns)), r_gcrs)
    # The old theory's equinox lies up to 0.12 arcsec from the new one's: 4 m along the equator, none across it.
    assert apart_m(r_tod, reference).max() < 5.0
    assert np.abs(r_tod[:, 2] - reference[:, 2]).max() < 1e-6


def test_the_quick_turning_of_the_earth_is_the_direct_one() -> None:
    """To 1e-9 km at the station: over leap seconds, within the table, before and after it."""
    spans = [
        Span(Instant.utc(1972, 6, 29), Instant.utc(1973, 1, 3)),
        Span(Instant.utc(2016, 12, 30), Instant.utc(2017, 1, 3)),
        Span(Instant.utc(2026, 9, 1), Instant.utc(2027, 12, 1)),
        Span(Instant.utc(2045, 1, 1), Instant.utc(2045, 3, 1)),
    ]
    for span in spans:
        at_ns = np.random.default_rng(3).integers(span.start.tai_ns, span.end.tai_ns, 5_000)
        angle, x, y = frames._turn_at(at_ns)
        off = np.remainder(angle - frames._gmst82_directly(at_ns) + 1, 2 * np.pi) - 1
        assert (
            np.abs(off).max() < 3e-13
        )  # rad: a nanometre and a half; ERFA's own rounding is 1e-13 and grows from 2000
        assert np.abs(np.stack([x, y]) - frames.polar_motion_rad(at_ns)).max() < 1e-18
    beyond = tai_ns_of((Instant.utc(2101, 1, 1), Instant.utc(2101, 1, 2)))
    assert np.array_equal(frames._turn_at(beyond)[0], frames._gmst82_directly(beyond))


def test_polar_motion_is_that_of_erfa() -> None:
    at_ns = grid(Span(Instant.utc(2021, 3, 1), Instant.utc(2026, 11, 1)), 86_400 * 17.3)
    r = ellipse((at_ns - at_ns[0]) / NS_PER_S, 6_780.0, 0.001)[0]
    turning = erfa.rz(frames._gmst82_directly(at_ns), np.eye(3))
    pole = erfa.pom00(*frames.polar_motion_rad(at_ns), 0.0)
    reference = np.einsum("nij,njk,nk->ni", pole, turning, r)
    assert np.abs(itrs_from_teme(r, at_ns) - reference).max() < 2e-9  # km
