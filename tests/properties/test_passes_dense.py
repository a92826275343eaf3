"""Passes of thousands of random orbits over random sites against dense sampling: none lost, none invented."""

from __future__ import annotations

from math import pi, sqrt

import numpy as np
import pytest
from attrs import evolve
from numpy.typing import NDArray

from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.errors import OutOfRangeError
from hamsafar.events.finder import Crossing, stretches
from hamsafar.events.pace import extrema_gap_s
from hamsafar.events.passes import elevation_deg, find_passes, find_passes_over
from hamsafar.orbit.frames import geodetic, itrs_from_teme
from hamsafar.orbit.times import tai_ns_after, tai_ns_of
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

EPOCH = Instant.utc(2026, 9, 18, 7)
_SAMPLES_A_TURN = 1_500  # every 4 s on a low orbit: humps between samples are judged by their parabola


def random_elements(rng: np.random.Generator, kind: str) -> Elements:
    """Elements of a low, medium, geosynchronous or eccentric orbit."""
    perigee_km = rng.uniform(200, 1_500)
    if kind == "low":
        eccentricity, period_min = rng.uniform(0, 0.02), rng.uniform(92, 128)
    elif kind == "medium":
        eccentricity, period_min = rng.uniform(0, 0.05), rng.uniform(150, 800)
    elif kind == "geosynchronous":
        eccentricity, period_min = rng.uniform(0, 0.3), rng.uniform(1_300, 1_500)
    else:
        period_min = rng.choice([rng.uniform(150, 700), 717.9])
        a_km = (EARTH_MU_KM3_S2 * (period_min * 60 / (2 * pi)) ** 2) ** (1 / 3)
        eccentricity = 1 - (EARTH_EQUATORIAL_RADIUS_KM + perigee_km) / a_km
    return Elements(
        name=kind,
        norad=1,
        designator="",
        epoch=EPOCH,
        mean_motion_rev_d=1_440 / period_min,
        eccentricity=float(eccentricity),
        inclination_deg=float(rng.choice([rng.uniform(0, 150), 0.05, 63.43, 90.0])),
        raan_deg=float(rng.uniform(0, 360)),
        argument_of_perigee_deg=float(rng.uniform(0, 360)),
        mean_anomaly_deg=float(rng.uniform(0, 360)),
        bstar_per_er=0.0,
        mean_motion_dot=0.0,
        mean_motion_ddot=0.0,
        element_set=0,
        revolution=0,
        text=(),
    )


def random_site(rng: np.random.Generator) -> Site:
    latitude_deg = float(rng.choice([np.degrees(np.arcsin(rng.uniform(-1, 1))), 0.0, 90.0, -89.9]))
    return Site(
        id="s",
        name="S",
        latitude_deg=latitude_deg,
        longitude_deg=float(rng.uniform(-180, 180)),
        height_km=float(rng.choice([0.0, rng.uniform(0, 5)])),
    )


def truth(
    trajectory: Sgp4Trajectory, site: Site, span: Span, mask_deg: float, step_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(openings, closings) in s by dense samples, bisection between them, and parabolas over humps between them."""
    at_s = np.linspace(0, span.seconds, max(10, int(span.seconds / step_s)) + 1)

    def over_deg(seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        return elevation_deg(trajectory, site, tai_ns_after(span.start, seconds)) - mask_deg

    value = over_deg(at_s)
    # Whatever turns between samples, near the mask: ten times denser there, three times over.
    for _ in range(3):
        spread = np.abs(np.diff(value))
        reach = 2 * np.maximum(np.concatenate([spread[:1], spread]), np.concatenate([spread, spread[-1:]]))
        turn = np.zeros(value.size, dtype=bool)
        turn[1:-1] = (np.diff(value)[:-1] >= 0) != (np.diff(value)[1:] >= 0)
        turn[[0, -1]] = True
        near = np.flatnonzero(turn & (np.abs(value) < reach + 1e-9))
        if not near.size:
            break
        extra = [np.linspace(at_s[max(n - 1, 0)], at_s[min(n + 1, at_s.size - 1)], 21) for n in near]
        at_s = np.unique(np.concatenate([at_s, *extra]))
        value = over_deg(at_s)
    open_ = value >= 0
    left = np.flatnonzero(open_[:-1] != open_[1:])
    low, high = at_s[left].copy(), at_s[left + 1].copy()
    for _ in range(40):
        middle = (low + high) / 2
        same = (over_deg(middle) >= 0) == open_[left] if left.size else np.zeros(0, bool)
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return high[~open_[left]], low[open_[left]]


def check(seed: int, kind: str, days: float) -> int:
    """Compares one orbit over a few sites; returns how many passes there were."""
    rng = np.random.default_rng(seed)
    elements = random_elements(rng, kind)
    trajectory = Sgp4Trajectory(elements)
    period_s = 86_400 / elements.mean_motion_rev_d
    pace_s = (
        period_s * (1 - elements.eccentricity) ** 2 / sqrt(1 - elements.eccentricity**2)
    )  # a turn at perigee's pace
    start = EPOCH.plus(hours=float(rng.uniform(0, 48)))
    span = Span(start, start.plus(days=days))
    sites = [random_site(rng) for _ in range(4)]
    masks = [float(rng.choice([0.0, 5.0, 10.0, rng.uniform(-5, 80)])) for _ in sites]
    found = find_passes_over(trajectory, sites, span, min_elevation_deg=masks)
    number = 0
    for n, (site, mask) in enumerate(zip(sites, masks, strict=True)):
        opens, closes = truth(trajectory, site, span, mask, pace_s / _SAMPLES_A_TURN)
        ours = found.site == n
        rises = (found.rise_tai_ns[ours & ~found.cut_at_start] - start.tai_ns) / NS_PER_S
        sets = (found.set_tai_ns[ours & ~found.cut_at_end] - start.tai_ns) / NS_PER_S
        where = f"seed {seed} {kind} site {n} mask {mask}"
        assert rises.size == opens.size, (where, rises, opens)
        assert sets.size == closes.size, (where, sets, closes)
        for ends, wanted in ((rises, opens), (sets, closes)):
            assert np.all(np.abs(ends - wanted) <= _tolerance_s(trajectory, site, start, wanted)), (
                where,
                ends - wanted,
            )
        number += rises.size
    return number


def _tolerance_s(
    trajectory: Sgp4Trajectory, site: Site, start: Instant, ends_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Five microseconds (two of ours, and the clock's), and where a pass grazes, what 2e-11 deg of noise make of it."""
    before, after = (elevation_deg(trajectory, site, tai_ns_after(start, ends_s + off_s)) for off_s in (-0.05, 0.05))
    return 5e-6 + np.minimum(2e-11 / np.maximum(np.abs(after - before) / 0.1, 1e-12), 0.01)


KINDS = ("low", "medium", "geosynchronous", "eccentric")


@pytest.mark.parametrize("kind", KINDS)
def test_passes_are_those_of_dense_sampling(kind: str) -> None:
    assert sum(_checked(seed, kind, 1.0) for seed in range(3)) > 5


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", range(100, 400, 50))
def test_passes_of_thousands_of_orbits_are_those_of_dense_sampling(kind: str, first: int) -> None:
    assert sum(_checked(seed, kind, 2.0) for seed in range(first, first + 50)) > 200


def _checked(seed: int, kind: str, days: float) -> int:
    try:
        return check(seed, kind, days)
    except OutOfRangeError:  # a random orbit that SGP4 gives up
        return 0


@pytest.mark.parametrize("seed", range(6))
def test_a_pass_of_milliseconds_is_found_and_a_miss_by_as_little_is_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trajectory, site = Sgp4Trajectory(random_elements(rng, "low")), random_site(rng)
    span = Span(EPOCH, EPOCH.plus(days=2))
    table = find_passes_over(trajectory, (site,), span, min_elevation_deg=3.0)
    inner = np.flatnonzero(~table.cut_at_start & ~table.cut_at_end & (table.max_elevation_deg < 85))
    for n in inner:
        for under_deg, wanted in ((1e-9, 1), (-1e-9, 0)):  # 1e-9 deg: at most 0.2 s on the highest, flattest pass
            mask_deg = float(table.max_elevation_deg[n]) - under_deg
            again = find_passes_over(trajectory, (site,), span, min_elevation_deg=mask_deg)
            near = np.abs(again.culmination_tai_ns - table.culmination_tai_ns[n]) < 60 * NS_PER_S
            assert near.sum() == wanted
            if wanted:
                lasts_s = (again.set_tai_ns - again.rise_tai_ns)[near] / NS_PER_S
                assert 0 < lasts_s[0] < 0.2


def test_many_sites_at_once_are_each_site_alone() -> None:
    rng = np.random.default_rng(5)
    trajectory, sites = Sgp4Trajectory(random_elements(rng, "low")), [random_site(rng) for _ in range(150)]
    span = Span(EPOCH, EPOCH.plus(days=1))
    table = list(find_passes_over(trajectory, sites, span, min_elevation_deg=10.0))
    assert table == [one for site in sites for one in find_passes(trajectory, site, span, min_elevation_deg=10.0)]
    assert len(table) > 300


def test_a_month_over_many_sites_is_that_of_the_plain_search() -> None:
    elements = evolve(
        random_elements(np.random.default_rng(0), "low"),
        mean_motion_rev_d=15.6,
        inclination_deg=41.47,
        eccentricity=3e-4,
    )
    trajectory, span = Sgp4Trajectory(elements), Span(EPOCH, EPOCH.plus(days=30))
    sites = [
        Site(id="s", name="S", latitude_deg=lat, longitude_deg=36.0 * n) for n in range(3) for lat in range(-50, 51, 10)
    ]
    table = find_passes_over(trajectory, sites, span, min_elevation_deg=10.0)
    for n, site in enumerate(sites):

        def above(at_s: NDArray[np.float64], site: Site = site) -> NDArray[np.float64]:
            return elevation_deg(trajectory, site, tai_ns_after(span.start, at_s)) - 10.0

        plain = stretches(Crossing(quantity=above, min_extrema_gap_s=extrema_gap_s(trajectory, span)), span.seconds)
        here = table.site == n
        assert here.sum() == len(plain)
        rises, sets = ((ns[here] - EPOCH.tai_ns) / NS_PER_S for ns in (table.rise_tai_ns, table.set_tai_ns))
        np.testing.assert_allclose(rises, [one.opens_s for one in plain], atol=1.1e-3, rtol=0)  # s: the plain one's own
        np.testing.assert_allclose(sets, [one.closes_s for one in plain], atol=1.1e-3, rtol=0)


@pytest.mark.parametrize("seed", range(8))
def test_a_culmination_in_the_zenith_on_a_node_of_the_table_is_met(seed: int) -> None:
    rng = np.random.default_rng(seed)
    trajectory = Sgp4Trajectory(random_elements(rng, "low"))
    over = EPOCH.plus(hours=float(rng.uniform(5, 40)))
    latitude_deg, longitude_deg, _ = geodetic(itrs_from_teme(*_place(trajectory, over)))
    site = Site(id="s", name="S", latitude_deg=float(latitude_deg[0]), longitude_deg=float(longitude_deg[0]))
    for hours in (3.0, 1.7):  # half-way, so a node; and not
        span = Span(over.plus(hours=-3), over.plus(hours=hours))
        passes = find_passes(trajectory, site, span, min_elevation_deg=10.0)
        one = min(passes, key=lambda found: abs(found.culmination.seconds_since(over)))
        assert abs(one.culmination.seconds_since(over)) < 1e-3  # s; the Earth turns under it, so not quite the zenith
        assert one.max_elevation_deg > 89.998


def _place(trajectory: Sgp4Trajectory, moment: Instant) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    return trajectory.states_teme(tai_ns_of(moment))[0], tai_ns_of(moment)


@pytest.mark.parametrize(("seed", "kind", "later_s"), [(2141, "medium", 130.0), (2430, "geosynchronous", 780.0)])
def test_a_hump_within_one_cell_of_the_table_is_seen(seed: int, kind: str, later_s: float) -> None:
    # Orbits found by search: the elevation stops falling for some minutes, within one cell, and the mask lies there.
    rng = np.random.default_rng(seed)
    trajectory = Sgp4Trajectory(random_elements(rng, kind))
    site, span = random_site(rng), Span(EPOCH.plus(seconds=later_s), EPOCH.plus(days=2))
    moments = tai_ns_after(EPOCH, np.arange(0, 2 * 86_400, 10.0))
    sine = np.sin(np.radians(elevation_deg(trajectory, site, moments)))
    turns = np.flatnonzero(np.diff(np.sign(np.diff(sine)))) + 1
    hump = int(np.argmin(np.diff(turns)))
    mask_deg = float(np.degrees(np.arcsin(sine[turns[hump : hump + 2]].mean())))
    opens, _ = truth(trajectory, site, span, mask_deg, 10.0)
    table = find_passes_over(trajectory, (site,), span, min_elevation_deg=mask_deg)
    assert np.count_nonzero(~table.cut_at_start) == opens.size


def test_no_sites_and_a_second_long_span() -> None:
    trajectory = Sgp4Trajectory(random_elements(np.random.default_rng(1), "low"))
    span = Span(EPOCH, EPOCH.plus(seconds=1))
    assert len(find_passes_over(trajectory, (), span, min_elevation_deg=0.0)) == 0
    pole = Site(id="pole", name="Pole", latitude_deg=90.0, longitude_deg=0.0)
    equatorial = Sgp4Trajectory(evolve(random_elements(np.random.default_rng(1), "low"), inclination_deg=1.0))
    assert len(find_passes_over(equatorial, (pole,), span, min_elevation_deg=0.0)) == 0
    everywhere = find_passes_over(trajectory, (random_site(np.random.default_rng(2)),), span, min_elevation_deg=-89.9)
    assert everywhere.cut_at_start.tolist() == everywhere.cut_at_end.tolist() == [True]
