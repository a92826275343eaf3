"""Shadows, the share of the Sun that is left, beta: closed forms and dense sampling."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.errors import OutOfRangeError
from hamsafar.moon.along import looks_along, revolutions
from hamsafar.moon.light import (
    Occulters,
    Sight,
    beta_deg,
    eclipses,
    eclipses_along,
    lit_turns,
    longest_a_day,
    sun_share,
    sunlight,
)
from hamsafar.orbit.times import tai_ns_after
from hamsafar.timeline import Instant, Span
from hamsafar.units import ASTRONOMICAL_UNIT_KM, SUN_RADIUS_KM
from lunar_paths import KeplerPath

START = Instant.utc(2024, 5, 8, 8)
PATH = KeplerPath(start=START, end=START.plus(days=3), i=2.4, node=1.0, periapsis=2.6)
SPAN = Span(PATH.start, PATH.end)


def _sight(apart_km: float, behind_km: float) -> Sight:
    """A craft `behind_km` along the Moon's shadow's axis and `apart_km` off it."""
    sun = np.array([[ASTRONOMICAL_UNIT_KM, 0.0, 0.0]])
    return Sight(np.array([[-behind_km, apart_km, 0.0]]), sun, np.array([1_737.4]))


def test_edges_of_the_cone_are_where_triangles_put_them() -> None:
    # The umbra narrows by (S - R) / d a km, the penumbra widens by (S + R) / d: similar triangles.
    behind_km = 5_000.0
    for kind, rim_km in (("umbra", 1_737.4 - SUN_RADIUS_KM), ("penumbra", 1_737.4 + SUN_RADIUS_KM)):
        sine = rim_km / ASTRONOMICAL_UNIT_KM
        edge_km = (1_737.4 + behind_km * sine) / np.sqrt(1 - sine**2)
        assert _sight(edge_km - 1e-3, behind_km).depth(kind)[0] > 0.0  # type: ignore[arg-type]
        assert _sight(edge_km + 1e-3, behind_km).depth(kind)[0] < 0.0  # type: ignore[arg-type]


def test_the_share_of_the_sun_runs_from_one_to_none() -> None:
    assert _sight(0.0, 5_000.0).lit_share()[0] == 0.0
    assert _sight(3_000.0, 5_000.0).lit_share()[0] == 1.0
    # On the axis beyond the tip the Moon's disc leaves a ring: 1 - (radius ratio)^2.
    far_km = 600_000.0
    ring = 1.0 - (np.arcsin(1_737.4 / far_km) / np.arcsin(SUN_RADIUS_KM / (ASTRONOMICAL_UNIT_KM + far_km))) ** 2
    assert _sight(0.0, far_km).lit_share()[0] == pytest.approx(ring, abs=1e-12)
    assert _sight(0.0, far_km).depth("annular")[0] > 0.0
    # Half-way through the penumbra the rim all but halves the disc: the Moon is 60 times as wide as the Sun.
    assert _sight(1_737.4, 5_000.0).lit_share()[0] == pytest.approx(0.5, abs=0.01)


def test_eclipses_are_those_of_dense_sampling() -> None:
    at_s = np.arange(0.0, SPAN.seconds, 10.0)
    share = sun_share(PATH, tai_ns_after(START, at_s))
    found = eclipses(PATH, SPAN)
    dim = np.zeros(at_s.size, dtype=bool)
    dark = np.zeros(at_s.size, dtype=bool)
    for one in found:
        inside = (at_s >= one.enter.seconds_since(START)) & (at_s <= one.leave.seconds_since(START))
        (dim if one.kind == "penumbra" else dark)[inside] = True
    assert np.array_equal(share < 1.0, dim)
    assert np.array_equal(share <= 0.0, dark)
    assert sum(one.kind == "umbra" for one in found) >= 6


def test_sunlight_is_what_shadows_leave() -> None:
    whole, some = sunlight(PATH, SPAN), sunlight(PATH, SPAN, whole=False)
    found = eclipses(PATH, SPAN)
    for windows, kind in ((whole, "penumbra"), (some, "umbra")):
        lit_s = sum(one.seconds for one in windows)
        dark_s = sum(one.seconds for one in found if one.kind == kind)
        assert lit_s + dark_s == pytest.approx(SPAN.seconds, abs=1e-6)


def test_a_wider_earth_never_makes_an_eclipse_shorter() -> None:
    start = Instant.utc(2025, 9, 7, 6)
    path = KeplerPath(start=start, end=start.plus(days=1), i=0.7, node=2.0)
    looks = looks_along(path, Span(path.start, path.end))
    (usual,) = eclipses_along(looks, bodies=["earth"], kinds=["umbra"])
    (wide,) = eclipses_along(looks, bodies=["earth"], kinds=["umbra"], occulters=Occulters(earth_km=6_450.0))
    assert wide.enter < usual.enter < usual.leave < wide.leave


def test_an_eclipse_at_the_end_is_cut_and_says_so() -> None:
    first = next(one for one in eclipses(PATH, SPAN) if one.kind == "umbra")
    cut = eclipses(PATH, Span(first.enter.plus(seconds=60), first.leave.plus(seconds=-60)), kinds=["umbra"])
    assert [(one.cut_at_start, one.cut_at_end) for one in cut] == [(True, True)]
    assert cut[0].seconds == pytest.approx(first.seconds - 120, abs=1e-6)


def test_the_light_of_revolutions_adds_up() -> None:
    looks = looks_along(PATH, SPAN)
    found, turns = eclipses_along(looks), revolutions(looks)
    assert len(turns) == int(SPAN.seconds / PATH.period_s)
    assert turns[0].seconds == pytest.approx(PATH.period_s, abs=60.0)  # linear between looks ten minutes apart
    lit = lit_turns(looks, found)
    covered = Span(turns[0].start, turns[-1].end)
    cut = [one.span.intersect(covered) for one in found if one.kind == "penumbra"]
    dim_s = sum(one.seconds for one in cut if one is not None)
    assert sum((1 - one.lit_share) * one.span.seconds for one in lit) == pytest.approx(dim_s, abs=1e-3)
    assert max(longest_a_day(found, "moon").values()) == max(one.seconds for one in found)


def test_beta_is_the_suns_height_over_the_plane() -> None:
    # A plane through the Sun has none; one square to it has a right angle.
    from hamsafar.orbit.bodies import state_icrf

    tai_ns = np.array([START.tai_ns])
    sun = state_icrf("sun", "moon", tai_ns)[0][0]
    node = float(np.arctan2(sun[1], sun[0]))
    assert beta_deg(KeplerPath(start=START, end=START.plus(days=1), i=np.pi / 2, node=node), tai_ns)[
        0
    ] == pytest.approx(0.0, abs=1e-9)
    over = np.degrees(np.arcsin(sun[2] / np.linalg.norm(sun)))
    assert beta_deg(KeplerPath(start=START, end=START.plus(days=1), i=0.0), tai_ns)[0] == pytest.approx(over, abs=1e-9)


def test_beyond_the_path_nothing_is_told() -> None:
    with pytest.raises(OutOfRangeError):
        eclipses(PATH, Span(PATH.end, PATH.end.plus(days=1)))
