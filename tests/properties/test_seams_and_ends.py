"""Where paths bend, end or are strange: burns between segments, gaps, decays, orbits of many days, wide antennas."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements, HeldOrbit
from hamsafar.domain.places import Horizon, HorizonPoint, Relay, Site
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.events.along import windows_along
from hamsafar.events.mask import masked_passes, masked_windows
from hamsafar.events.passes import elevation_deg, find_passes, pass_windows
from hamsafar.events.relay import relay_itrs_km, relay_windows
from hamsafar.orbit.catalogue import SatelliteCatalogue
from hamsafar.orbit.ephemeris import EphemerisTrajectory, StateTable
from hamsafar.orbit.frames import teme_from_itrs
from hamsafar.orbit.times import TaiNs, grid
from hamsafar.orbit.trajectory import HeldTrajectory, Sgp4Trajectory, Trajectory
from hamsafar.timeline import Instant, Span, Windows

START = Instant.utc(2026, 9, 18)
LOW = HeldOrbit(epoch=START, semi_major_axis_km=6_770, inclination_deg=51.6, raan_deg=20, argument_of_latitude_deg=0)
HIGH = evolve(LOW, semi_major_axis_km=42_164)
ELEMENTS = Elements(
    name="object",
    norad=48274,
    designator="",
    epoch=START,
    mean_motion_rev_d=15.6,
    eccentricity=1e-4,
    inclination_deg=51.6,
    raan_deg=20,
    argument_of_perigee_deg=30,
    mean_anomaly_deg=40,
    bstar_per_er=0.0,
    mean_motion_dot=0.0,
    mean_motion_ddot=0.0,
    element_set=0,
    revolution=0,
    text=(),
)
SITES = [
    Site(id=f"s{lat}{lon}", name="S", latitude_deg=lat, longitude_deg=lon) for lat in (-40, 0, 45) for lon in (10, 130)
]
HILLS = Horizon(
    points=tuple(HorizonPoint(azimuth_deg=a, elevation_deg=e) for a, e in ((0, 5), (120, 25), (120, 2), (250, 12)))
)


def table(orbit: HeldOrbit, first_h: float, last_h: float, step_s: float = 120.0) -> StateTable:
    moments = grid(Span(START.plus(hours=first_h), START.plus(hours=last_h, seconds=1)), step_s)
    path = HeldTrajectory(orbit)
    r_km, _ = path.states_teme(moments)
    beside = [path.states_teme(moments + off)[0] for off in (-(10**8), 10**8)]
    velocity = (beside[1] - beside[0]) / 0.2  # of the positions themselves: a held orbit's own leaves the node's out
    return StateTable(tai_ns=moments, position_km=r_km, velocity_km_s=velocity, frame="TEME")


def agrees(windows: Windows, trajectory: Trajectory, site: Site, span: Span, mask_deg: float) -> None:
    moments = grid(span, 7.0)
    assert_open(windows, moments, elevation_deg(trajectory, site, moments) >= mask_deg)


def assert_open(windows: Windows, moments: TaiNs, is_open: NDArray[np.bool_]) -> None:
    edges = np.array([at.tai_ns for one in windows for at in (one.start, one.end)], dtype=np.int64)
    inside = np.searchsorted(edges, moments, side="right") % 2 == 1
    assert (is_open == inside).all()


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.id)
def test_a_path_that_falls_from_a_high_orbit_to_a_low_one_loses_no_pass(site: Site) -> None:
    trajectory = EphemerisTrajectory([table(HIGH, 0, 12), table(LOW, 12, 36)])
    span = Span(START, START.plus(hours=36))
    assert len(trajectory.known(span)) == 2
    assert trajectory.seams == (START.plus(hours=12),)
    agrees(pass_windows(trajectory, site, span, min_elevation_deg=10.0), trajectory, site, span, 10.0)


def test_a_segment_inside_another_hands_over_twice() -> None:
    nested = EphemerisTrajectory([table(LOW, 0, 24), table(HIGH, 8, 16)])
    assert nested.seams == (START.plus(hours=8), START.plus(hours=16))
    overlapping = EphemerisTrajectory([table(LOW, 0, 12), table(HIGH, 8, 24)])
    assert overlapping.seams == (START.plus(hours=8),)
    span = Span(START, START.plus(hours=24))
    for site in SITES[:2]:
        agrees(pass_windows(nested, site, span, min_elevation_deg=10.0), nested, site, span, 10.0)


def test_what_a_seam_cuts_is_made_whole() -> None:
    whole = HeldTrajectory(LOW)
    span, site = Span(START, START.plus(hours=24)), SITES[2]
    one = max(find_passes(whole, site, span, min_elevation_deg=5.0), key=lambda found: found.max_elevation_deg)
    for share in (0.3, 0.5, 0.8):  # before, at, after the culmination
        at_h = one.rise.plus(seconds=share * one.span.seconds).seconds_since(START) / 3_600
        cut_h = round(at_h * 60) / 60  # on a state of both tables
        cut = EphemerisTrajectory([table(LOW, 0, cut_h, 60.0), table(LOW, cut_h, 24, 60.0)])
        assert len(cut.known(span)) == 2
        for found in (
            find_passes(cut, site, span, min_elevation_deg=5.0),
            find_passes(whole, site, span, min_elevation_deg=5.0),
        ):
            assert not any(each.cut_at_start or each.cut_at_end for each in found[1:-1])
        ours, theirs = (
            [
                (each.rise, each.set, each.max_elevation_deg)
                for each in find_passes(path, site, span, min_elevation_deg=5.0)
            ]
            for path in (cut, whole)
        )
        assert len(ours) == len(theirs)
        for (rise, down, high), (rise_, down_, high_) in zip(ours, theirs, strict=True):
            assert abs(rise.seconds_since(rise_)) < 1e-3  # s; the table meets the orbit to centimetres
            assert abs(down.seconds_since(down_)) < 1e-3
            assert high == pytest.approx(high_, abs=1e-3)
        hilly = [masked_passes(path, site, span, HILLS) for path in (cut, whole)]
        assert len(hilly[0]) == len(hilly[1]) >= 3
        for a, b in zip(*hilly, strict=True):
            assert abs(a.rise.seconds_since(b.rise)) < 3e-3
            assert a.max_elevation_deg == pytest.approx(b.max_elevation_deg, abs=1e-3)


def test_horizons_over_a_gap_are_unknown_in_it() -> None:
    trajectory = EphemerisTrajectory([table(LOW, 0, 10), table(LOW, 14, 24)])
    span = Span(START, START.plus(hours=24))
    for site in SITES:
        windows = masked_windows(trajectory, site, span, HILLS)
        assert windows.state_at(START.plus(hours=12)) == "unknown"
        assert all(not one.contains(START.plus(hours=12)) for one in windows)


@pytest.mark.parametrize("period_d", [3.75, 6.0, 10.0, 12.0])
@pytest.mark.parametrize("inclination_deg", [0.1, 35.0, 90.0, 179.9])
def test_orbits_of_many_days_over_a_turning_earth(period_d: float, inclination_deg: float) -> None:
    slow = evolve(ELEMENTS, mean_motion_rev_d=1 / period_d, inclination_deg=inclination_deg, eccentricity=0.001)
    trajectory, span = Sgp4Trajectory(slow), Span(START, START.plus(days=12))
    moments = grid(span, 20.0)  # s: the Earth's turning moves them by a twelfth of a degree
    for site in (SITES[2], SITES[4]):
        elevation = elevation_deg(trajectory, site, moments)
        for mask_deg in (0.0, 45.0):
            windows = pass_windows(trajectory, site, span, min_elevation_deg=mask_deg)
            assert_open(windows, moments, elevation >= mask_deg)


DECAYING = evolve(ELEMENTS, mean_motion_rev_d=15.9, bstar_per_er=0.01)


def test_a_decayed_object_stays_so() -> None:
    later = Sgp4Trajectory(DECAYING)
    with pytest.raises(OutOfRangeError, match=r"decayed|eccentricity"):
        later.states_teme(np.array([START.plus(days=20).tai_ns]))  # where SGP4 by itself gives a state again
    assert np.isfinite(Sgp4Trajectory(DECAYING).states_teme(np.array([START.plus(days=2).tai_ns]))[0]).all()
    moments = np.array([START.plus(days=20).tai_ns])
    assert SatelliteCatalogue([DECAYING, ELEMENTS]).states_teme(moments).code.tolist() != [[0, 0]]
    assert SatelliteCatalogue([DECAYING, ELEMENTS]).states_teme(moments).code[0, 1] == 0


def test_a_number_beyond_alpha_5_is_as_good_as_any() -> None:
    moments = grid(Span(START, START.plus(hours=3)), 600)
    plain = Sgp4Trajectory(ELEMENTS).states_teme(moments)[0]
    np.testing.assert_array_equal(Sgp4Trajectory(evolve(ELEMENTS, norad=799_501_234)).states_teme(moments)[0], plain)


@pytest.mark.parametrize("cone_deg", [60.0, 90.0, 95.0, 104.0, 180.0])
@pytest.mark.parametrize("nadir_deg", [5.0, 8.5, 9.0, 46.0, 60.0, 90.0])
def test_links_through_a_relay_of_any_antenna(cone_deg: float, nadir_deg: float) -> None:
    trajectory, span = Sgp4Trajectory(ELEMENTS), Span(START, START.plus(hours=6))
    relay = Relay(id="r", name="R", longitude_deg=77.0, max_nadir_angle_deg=nadir_deg)
    windows = relay_windows(trajectory, relay, cone_deg, span)
    moments = grid(span, 11.0)
    r_km, there_km = trajectory.states_teme(moments)[0], teme_from_itrs(relay_itrs_km(relay), moments)
    to_relay = there_km - r_km
    length = np.linalg.norm(to_relay, axis=1)

    def angle_deg(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.degrees(np.arccos((a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)))

    along = np.clip(-(r_km * to_relay).sum(1) / length**2, 0.0, 1.0)  # the line's nearest point to the centre
    clear = np.linalg.norm(r_km + along[:, None] * to_relay, axis=1) >= np.minimum(
        6_478.137, np.linalg.norm(r_km, axis=1)
    )
    is_open = (angle_deg(r_km, to_relay) <= cone_deg) & (angle_deg(there_km, to_relay) <= nadir_deg) & clear
    edges = np.array([at.tai_ns for one in windows for at in (one.start, one.end)], dtype=np.int64)
    assert (is_open == (np.searchsorted(edges, moments, side="right") % 2 == 1)).all()
    assert is_open.any() or nadir_deg == 5.0


def test_states_that_are_none_are_refused() -> None:
    good = table(LOW, 0, 2)
    for factor, told in ((0.7, "inside the Earth"), (1_000.0, "are these km")):
        with pytest.raises(InputError, match=told):
            StateTable(
                tai_ns=good.tai_ns,
                position_km=good.position_km * factor,
                velocity_km_s=good.velocity_km_s,
                frame="TEME",
            )


def test_windows_along_a_seam_touch() -> None:
    trajectory = EphemerisTrajectory([table(LOW, 0, 12), table(LOW, 12, 24)])
    windows = windows_along(trajectory, Span(START, START.plus(hours=24)), lambda tai_ns: np.ones(tai_ns.size))
    assert len(windows) == 1
    assert len(windows.known) == 1


def test_years_are_searched_in_pieces_and_joined() -> None:
    hanging = HeldTrajectory(evolve(HIGH, inclination_deg=0.1))
    days = 800
    span = Span(START, START.plus(days=days))
    rate = (hanging.u_dot_rad_s + hanging.raan_dot_rad_s) * 86_400 / (2 * np.pi)  # turns a day, all but the Earth's own
    assert abs(rate - 1.0027) < 0.001
    everywhere = find_passes(hanging, SITES[2], span, min_elevation_deg=-89.9)
    assert [(one.rise, one.set) for one in everywhere] == [(span.start, span.end)]
    low = HeldTrajectory(LOW)
    about = START.plus(days=366)  # where two pieces meet
    near = Span(about.plus(hours=-30), about.plus(hours=30))
    of_all = [one for one in find_passes(low, SITES[2], span, min_elevation_deg=5.0) if near.covers(one.span)]
    alone = [
        one
        for one in find_passes(low, SITES[2], near, min_elevation_deg=5.0)
        if not (one.cut_at_start or one.cut_at_end)
    ]
    assert len(of_all) == len(alone) > 5
    for a, b in zip(of_all, alone, strict=True):
        assert abs(a.rise.seconds_since(b.rise)) < 1e-5
        assert abs(a.set.seconds_since(b.set)) < 1e-5
