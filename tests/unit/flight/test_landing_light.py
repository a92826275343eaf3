"""The landing after a launch: the one that the search for landings finds, with the light that it may meet."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from calendars import SETS
from hamsafar.catalog import load
from hamsafar.flight import landing_opportunities, station_forecast
from hamsafar.flight.far_landings import landing_passages
from hamsafar.flight.landing_light import landings_after, light_of
from hamsafar.flight.landings import longest_crossrange_km
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.timeline import NS_PER_S, Instant, Span

CATALOGUE = load()
STATION, SHIP, SITE = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("dongfeng")
PROFILE = SHIP.returns[0]
FORECAST = station_forecast(SETS, STATION)


def test_a_site_beyond_reach_has_no_landing():
    site = evolve(SITE, latitude_deg=55.0)
    assert landings_after(FORECAST, PROFILE, site, [Instant.utc(2026, 10, 1)]) == (None,)
    assert landings_after(FORECAST, PROFILE, SITE, []) == ()


@pytest.mark.parametrize("hours", [3, 17, 40, 90])
def test_a_near_landing_is_the_orbit_that_the_search_finds(hours):
    elements = SETS[-1]
    wanted = elements.epoch.plus(hours=hours)
    (landing,) = landings_after(FORECAST, PROFILE, SITE, [wanted])
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


def test_every_landing_is_the_nearest_of_those_told_and_shows_the_light_within_its_sigma():
    wanted = [SETS[-1].epoch.plus(days=n) for n in range(1, 120, 3)]
    found = landings_after(FORECAST, PROFILE, SITE, wanted)
    span = Span(wanted[0], wanted[-1]).widened(3 * 86_400)
    limit_km = longest_crossrange_km(PROFILE, SITE)
    told = {
        one.landing: one
        for one in landing_passages(FORECAST, SETS[-1], PROFILE, SITE, span)
        if one.crossrange_km <= limit_km
    }
    assert {one.basis for one in found if one} == {"near", "far"}
    for moment, one in zip(wanted, found, strict=True):
        nearest = min(told, key=lambda at: abs(at.seconds_since(moment)))
        apart_s = abs(nearest.seconds_since(moment))
        if one is None:
            assert apart_s > 86_400
            continue
        assert apart_s <= 86_400
        assert abs(one.about.seconds_since(nearest)) < 1e-3  # the same root, found from another bracket
        assert (one.basis, one.spread_s) == (told[nearest].basis, pytest.approx(told[nearest].sigma_s, abs=1e-3))
        times = one.about.tai_ns + np.linspace(-one.spread_s, one.spread_s, 400) * NS_PER_S
        seen = {light_of(sun) for sun in sun_elevation_deg(SITE, times.astype(np.int64))}
        assert set(one.light) <= seen
        # nine samples of an hour are 7 min apart: a light met for less may be missed
        assert seen - set(one.light) <= {"twilight"}
