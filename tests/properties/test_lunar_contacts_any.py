"""Of any orbit about the Moon, any station and any mask: no contact lost, none made up, no eclipse either."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.lunar import Station
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.events.mask import horizon_deg
from hamsafar.moon.contacts import find_contacts, look
from hamsafar.moon.light import eclipses, sun_share
from hamsafar.orbit.times import TaiNs, tai_ns_after
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

_STEP_S = 20.0
_angles = st.floats(0.0, 6.28)


@st.composite
def paths(draw: st.DrawFn) -> KeplerPath:
    """Periapsis 20 to 2,000 km up, apoapsis up to 20,000."""
    nearest_km = 1_737.4 + draw(st.floats(20.0, 2_000.0))
    farthest_km = nearest_km + draw(st.floats(1.0, 18_000.0))
    start = Instant.utc(2024, 1, 1).plus(days=draw(st.floats(0.0, 700.0)))
    a_km = (nearest_km + farthest_km) / 2
    return KeplerPath(
        start=start,
        end=start.plus(hours=30),
        a_km=a_km,
        e=(farthest_km - nearest_km) / (2 * a_km),
        i=draw(st.floats(0.0, 3.14)),
        node=draw(_angles),
        periapsis=draw(_angles),
    )


@st.composite
def horizons(draw: st.DrawFn) -> Horizon | None:
    """None, or up to six points, walls too."""
    if draw(st.booleans()):
        return None
    azimuths = sorted(draw(st.lists(st.integers(0, 359), min_size=1, max_size=6, unique=True)))
    points = [HorizonPoint(azimuth_deg=at, elevation_deg=draw(st.floats(0.0, 40.0))) for at in azimuths]
    if draw(st.booleans()):
        points.append(HorizonPoint(azimuth_deg=azimuths[-1], elevation_deg=draw(st.floats(0.0, 40.0))))
    return Horizon(points=tuple(points))


@given(paths(), st.floats(-89.0, 89.0), st.floats(-180.0, 180.0), horizons())
@settings(max_examples=12, deadline=None)
def test_contacts_are_those_of_dense_sampling(
    path: KeplerPath, latitude_deg: float, longitude_deg: float, horizon: Horizon | None
) -> None:
    site = Site(id="s", name="S", latitude_deg=latitude_deg, longitude_deg=longitude_deg, horizon=horizon)
    span = Span(path.start, path.end)
    found = find_contacts((Station(site=site, min_elevation_deg=5.0),), path, span)
    tai_ns = tai_ns_after(span.start, np.arange(0.0, span.seconds, _STEP_S))
    seen = look(path, site, tai_ns)
    least_deg = 5.0 if horizon is None else np.maximum(horizon_deg(horizon, seen.azimuth_deg), 5.0)
    free = (seen.elevation_deg >= least_deg) & (seen.hidden < 0.0)
    _same(free, [one.span for one in found], tai_ns)
    for one in found:
        assert one.range_km[0] <= one.range_km[1]
        assert one.aos <= one.highest <= one.los


@given(paths())
@settings(max_examples=12, deadline=None)
def test_eclipses_are_those_of_dense_sampling(path: KeplerPath) -> None:
    span = Span(path.start, path.end)
    tai_ns = tai_ns_after(span.start, np.arange(0.0, span.seconds, _STEP_S))
    share = sun_share(path, tai_ns)
    found = eclipses(path, span)
    _same(share < 1.0, [one.span for one in found if one.kind == "penumbra"], tai_ns)
    _same(share <= 0.0, [one.span for one in found if one.kind == "umbra"], tai_ns)


def _same(seen: np.ndarray[tuple[int], np.dtype[np.bool_]], spans: list[Span], tai_ns: TaiNs) -> None:
    """Every sample more than 2 ms from an end (of one or the other) is told as it is."""
    told, close = np.zeros(tai_ns.size, dtype=bool), np.zeros(tai_ns.size, dtype=bool)
    for one in spans:
        told |= (tai_ns >= one.start.tai_ns) & (tai_ns <= one.end.tai_ns)
        close |= np.abs(tai_ns - one.start.tai_ns) < 2_000_000
        close |= np.abs(tai_ns - one.end.tai_ns) < 2_000_000
    assert np.array_equal(seen[~close], told[~close])
