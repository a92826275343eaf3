"""A craft at the Moon as Skyfield sees it from stations: directions, ranges, rates, and when it comes and goes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hamsafar.domain.lunar import Station
from hamsafar.domain.places import Site
from hamsafar.moon.contacts import find_contacts, look
from hamsafar.orbit.bodies import LIGHT_KM_S, velocity_icrf_km_s
from hamsafar.orbit.frames import gcrs_from_teme, site_axes, teme_from_itrs
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

_REFERENCE = json.loads((Path(__file__).parent / "data" / "lunar_contacts_skyfield.json").read_text())
_START = Instant(_REFERENCE["start_tai_s"] * 10**9)
_NAMES = [f"{one['orbit']} {one['site']}" for one in _REFERENCE["rows"]]
_ROWS = pytest.mark.parametrize("row", _REFERENCE["rows"], ids=_NAMES)


def _path(row: dict[str, Any]) -> KeplerPath:
    return KeplerPath(start=_START, end=_START.plus(days=_REFERENCE["days"]), **row["elements"])


def _site(row: dict[str, Any]) -> Site:
    latitude, longitude, height_km = row["place"]
    return Site(id=row["site"], name=row["site"], latitude_deg=latitude, longitude_deg=longitude, height_km=height_km)


@_ROWS
def test_directions_ranges_and_rates(row: dict[str, Any]) -> None:
    seen = look(_path(row), _site(row), tai_ns_after(_START, np.array(row["at_s"])))
    # Skyfield has no polar motion (0.5 arcsec here) and its own table of UT1 (some ms, 0.015 arcsec each).
    assert np.abs(seen.elevation_deg - row["elevation_deg"]).max() <= 3e-4
    sides = (seen.azimuth_deg - row["azimuth_deg"] + 180) % 360 - 180
    assert np.abs(sides * np.cos(np.radians(seen.elevation_deg))).max() <= 3e-4
    # Its range is what the light has run as the solar system's barycentre sees it; in the frame that moves with the
    # Earth that is longer by the Earth's speed towards the craft over the light's (special relativity, first order).
    towards = _icrf(row, seen.away_km)
    earth_km_s = velocity_icrf_km_s("earth", "ssb", tai_ns_after(_START, np.array(row["at_s"])))
    factor = 1.0 + np.einsum("ni,ni->n", towards, earth_km_s) / LIGHT_KM_S
    # 1e-4 squared of 400,000 km; UT1 and polar motion at the site.
    assert np.abs(seen.range_km - row["range_km"] * factor).max() <= 0.02
    # The factor turns with the Earth and the Moon: at most 1e-4 of 1 km/s, and 3e-6 rad/s of 40 km.
    assert np.abs(seen.range_rate_km_s - row["range_rate_km_s"] * factor).max() <= 2.5e-4


def _icrf(row: dict[str, Any], away_km: Floats) -> Floats:
    """East, north and up as directions along ICRF axes."""
    moments = tai_ns_after(_START, np.array(row["at_s"]))
    turned = gcrs_from_teme(teme_from_itrs(away_km @ site_axes(_site(row)), moments), moments)
    directions: Floats = turned / np.linalg.norm(turned, axis=-1, keepdims=True)
    return directions


@_ROWS
def test_every_contact_that_dense_sampling_finds_and_no_other(row: dict[str, Any]) -> None:
    path, step_s = _path(row), row["dense_step_s"]
    station = Station(site=_site(row), min_elevation_deg=5.0)
    first_s, last_s = row["dense_from_s"], _REFERENCE["days"] * 86_400 - row["dense_from_s"] - step_s
    span = Span(_START.plus(seconds=first_s), _START.plus(seconds=last_s))
    found = find_contacts((station,), path, span)
    edges = [(one.aos, one.begins) for one in found] + [(one.los, one.ends) for one in found]
    at_s = sorted(at.seconds_since(_START) for at, edge in edges if edge != "span")
    between = np.array(row["turns_after_s"])
    assert bool(found and found[0].begins == "span") == row["first_seen"]
    assert len(at_s) == between.size
    # Within the sampling's own step, and 0.1 s for Skyfield's Earth orientation.
    assert np.all((at_s >= between - 0.1) & (at_s <= between + step_s + 0.1))
