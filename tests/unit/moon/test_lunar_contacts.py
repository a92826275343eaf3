"""Contacts: nothing lost against dense sampling, masks, the Moon's edge, ranges and Doppler."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.lunar import Station
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.events.mask import horizon_deg
from hamsafar.moon.contacts import contact_windows, doppler_hz, find_contacts, hours_a_day, look
from hamsafar.orbit.bodies import LIGHT_KM_S
from hamsafar.orbit.times import tai_ns_after
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

START = Instant.utc(2024, 5, 9)
LOW = KeplerPath(start=START, end=START.plus(days=2), a_km=1_837.4, e=0.001, i=1.5, node=0.4)
HALF_DAY = KeplerPath(start=START, end=START.plus(days=2), i=2.4, node=1.0, periapsis=2.6)
SITE = Site(id="guest", name="Guest", latitude_deg=33.65, longitude_deg=73.08, height_km=0.54)
MASK = Horizon(
    points=tuple(
        HorizonPoint(azimuth_deg=azimuth, elevation_deg=high)
        for azimuth, high in ((0.0, 4.0), (80.0, 12.0), (80.0, 25.0), (110.0, 3.0), (200.0, 8.0), (285.0, 30.0))
    )
)


@pytest.mark.parametrize("path", [LOW, HALF_DAY], ids=["low", "12 h"])
@pytest.mark.parametrize("horizon", [None, MASK], ids=["level", "mask"])
def test_contacts_are_those_of_dense_sampling(path: KeplerPath, horizon: Horizon | None) -> None:
    station = Station(site=evolve(SITE, horizon=horizon), min_elevation_deg=5.0)
    span = Span(path.start, path.end)
    found = find_contacts((station,), path, span)
    at_s = np.arange(0.0, span.seconds, 10.0)
    seen = look(path, SITE, tai_ns_after(START, at_s))
    least_deg = np.full(at_s.size, 5.0) if horizon is None else np.maximum(horizon_deg(horizon, seen.azimuth_deg), 5.0)
    free = (seen.elevation_deg >= least_deg) & (seen.hidden < 0.0)
    told = np.zeros(at_s.size, dtype=bool)
    for one in found:
        told |= (at_s >= one.aos.seconds_since(START)) & (at_s <= one.los.seconds_since(START))
    assert np.array_equal(free, told)
    edges = {one.begins for one in found} | {one.ends for one in found}
    assert edges >= ({"moon", "horizon"} if path is LOW else {"horizon"})


def test_extremes_are_those_of_dense_sampling() -> None:
    for one in find_contacts((Station(site=SITE),), LOW, Span(LOW.start, LOW.end)):
        at_s = np.linspace(0.0, one.seconds, 400)
        seen = look(LOW, SITE, tai_ns_after(one.aos, at_s))
        assert one.max_elevation_deg == pytest.approx(seen.elevation_deg.max(), abs=2e-3)
        assert one.range_km == pytest.approx((seen.range_km.min(), seen.range_km.max()), abs=3.0)
        # 1 m/s is 1.5 Hz at 435 MHz: parabolas over a fifth of a radian of a swing of 1.6 km/s.
        rates = (seen.range_rate_km_s.min(), seen.range_rate_km_s.max())
        assert one.range_rate_km_s == pytest.approx(rates, abs=1e-3)
        assert one.aos <= one.highest <= one.los


def test_range_rate_is_the_slope_of_range() -> None:
    at_s = np.linspace(3_600.0, 160_000.0, 50)
    before, here, after = (look(HALF_DAY, SITE, tai_ns_after(START, at_s + step)) for step in (-0.5, 0.0, 0.5))
    assert np.abs(after.range_km - before.range_km - here.range_rate_km_s).max() < 1e-6  # of km/s, by differences
    assert np.abs(here.light_time_s * LIGHT_KM_S - here.range_km).max() == 0.0


def test_doppler_falls_while_the_range_grows() -> None:
    shift = doppler_hz(np.array([1.0, -1.0]), 435.4)
    assert shift[0] == pytest.approx(-435.4e6 / LIGHT_KM_S, abs=1e-6)
    assert shift[1] == -shift[0]
    assert doppler_hz(np.array([1.0]), 435.4, two_way=True)[0] == 2 * shift[0]


def test_a_higher_horizon_never_lengthens_contact() -> None:
    span = Span(LOW.start, LOW.end)
    hours = [
        hours_a_day(find_contacts((Station(site=SITE, min_elevation_deg=high),), LOW, span), span)
        for high in (0.0, 10.0, 20.0, 60.0)
    ]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] > hours[-1]


def test_windows_are_known_where_the_path_is() -> None:
    wide = Span(START.plus(days=-1), START.plus(days=9))
    windows = contact_windows(Station(site=SITE), LOW, wide)
    assert windows.known == (Span(LOW.start, LOW.end),)
    assert windows.state_at(START.plus(days=5)) == "unknown"
