"""The landing after a launch: stretches against dense sampling, the near one against the search for landings."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from calendars import SETS
from hamsafar.catalog import load
from hamsafar.events.plane import off_plane_rad, place_teme
from hamsafar.flight import landing_opportunities, station_forecast
from hamsafar.flight.landing_light import landings_after, light_of, reach_near
from hamsafar.flight.pad_crossings import PadPlane
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.timeline import NS_PER_S, Instant, Span

CATALOGUE = load()
STATION, SHIP, SITE = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("dongfeng")
PROFILE = SHIP.returns[0]
FORECAST = station_forecast(SETS, STATION)
STEP_S = 20


def _stretches_by_sampling(site, crossrange_deg, moment):
    """Every stretch within a day and a half of a moment: where a plane sampled densely is close enough."""
    span = Span(moment, moment.plus(seconds=1)).widened(130_000.0)
    times = np.arange(span.start.tai_ns, span.end.tai_ns, STEP_S * NS_PER_S, dtype=np.int64)
    plane = PadPlane(FORECAST, FORECAST.plane(SETS[-1], span), site, "descending")
    inside = np.abs(off_plane_rad(place_teme(site, times), plane.normals(times))) <= np.radians(crossrange_deg)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [
        (times[low], times[high - 1])
        for low, high in zip(edges[::2], edges[1::2], strict=True)
        if low and high < len(times)
    ]


@settings(max_examples=40, deadline=None)
@given(
    latitude_deg=st.sampled_from([41.1, -41.1, 41.9, 20.0, -33.0, 0.0]),
    crossrange_deg=st.floats(0.3, 1.5),
    hours=st.floats(0, 24 * 200),
)
def test_stretches_are_those_of_dense_sampling(latitude_deg, crossrange_deg, hours):
    site, moment = evolve(SITE, latitude_deg=latitude_deg), Instant.utc(2026, 9, 20).plus(hours=hours)
    found = reach_near(FORECAST, SETS[-1], site, crossrange_deg, np.array([moment.tai_ns]))
    sampled = _stretches_by_sampling(site, crossrange_deg, moment)
    if not sampled:
        # so short that it may lie between two samples
        assert not found.exists[0] or found.end_ns[0] - found.start_ns[0] < 300 * NS_PER_S
        return
    if not found.exists[0]:
        assert max(high - low for low, high in sampled) < 300 * NS_PER_S
        return
    middle = (found.start_ns[0] + found.end_ns[0]) // 2
    nearest = min(sampled, key=lambda one: abs((one[0] + one[1]) // 2 - middle))
    # a minute by the docstring; where the site only just comes within reach, a small angle is a long time
    grazing = found.end_ns[0] - found.start_ns[0] < 1_200 * NS_PER_S
    for mine, theirs in zip((found.start_ns[0], found.end_ns[0]), nearest, strict=True):
        assert abs(mine - theirs) <= (300 if grazing else 60 + STEP_S) * NS_PER_S
    closest = min(abs((low + high) // 2 - moment.tai_ns) for low, high in sampled)
    assert abs(abs(middle - moment.tai_ns) - closest) <= 300 * NS_PER_S


def test_a_site_beyond_reach_has_no_landing():
    site = evolve(SITE, latitude_deg=55.0)
    assert landings_after(FORECAST, SHIP, PROFILE, site, [Instant.utc(2026, 10, 1)]) == (None,)
    assert landings_after(FORECAST, SHIP, PROFILE, SITE, []) == ()


@pytest.mark.parametrize("hours", [3, 17, 40, 90])
def test_a_near_landing_is_the_orbit_that_the_search_finds(hours):
    elements = SETS[-1]
    wanted = elements.epoch.plus(hours=hours)
    (landing,) = landings_after(FORECAST, SHIP, PROFILE, SITE, [wanted])
    assert landing.basis == "near"
    searched = landing_opportunities(
        FORECAST.path(elements, wanted),
        elements=elements,
        basis="near",
        station=STATION,
        ship=SHIP,
        profile=PROFILE,
        site=SITE,
        window=Span(wanted.plus(hours=-30), wanted.plus(hours=30)),
        phase_sigma_deg_at=lambda moment: FORECAST.phase_sigma_deg(elements, moment),
    )
    opportunity = min(searched, key=lambda one: abs(one.landing.seconds_since(landing.about)))
    assert abs(opportunity.landing.seconds_since(landing.about)) < 1e-6  # the same root, found from another bracket
    assert abs(opportunity.sigma_s - landing.spread_s) < 1e-6
    sun_deg = sun_elevation_deg(SITE, np.array([landing.about.tai_ns]))[0]
    assert landing.sun_low_deg - 1e-9 <= sun_deg <= landing.sun_high_deg + 1e-9
    assert light_of(sun_deg) in landing.light


def test_far_landings_lie_in_their_stretch_and_show_every_light_that_it_has():
    wanted = [Instant.utc(2027, 1, 1).plus(days=n) for n in range(120)]
    found = landings_after(FORECAST, SHIP, PROFILE, SITE, wanted)
    assert {one.basis for one in found} == {"far"}
    assert {len(one.light) for one in found} >= {1, 2}
    for moment, one in zip(wanted, found, strict=True):
        assert abs(one.about.seconds_since(moment)) < 0.6 * 86_400  # one stretch a day, 0.983 d apart
        times = one.about.tai_ns + np.linspace(-one.spread_s, one.spread_s, 400) * NS_PER_S
        seen = {light_of(sun) for sun in sun_elevation_deg(SITE, times.astype(np.int64))}
        assert set(one.light) <= seen
        # nine samples of two hours are 15 min apart: a light met for less may be missed
        assert seen - set(one.light) <= {"twilight"}
