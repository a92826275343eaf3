"""`passes`, `light` and `ephemeris` in Python: many element sets against each set alone, and against Skyfield."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from attrs import evolve
from skyfield.api import EarthSatellite, load, wgs84

import hamsafar
from hamsafar.app.elements import object_of
from hamsafar.app.ephemeris import ephemeris
from hamsafar.app.lighting import light
from hamsafar.app.nearest import nearest
from hamsafar.app.passing import pass_table, passes
from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Horizon, HorizonPoint, Site
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.events.light import penumbra
from hamsafar.events.mask import masked_passes, masked_windows
from hamsafar.events.passes import Pass, find_passes, pass_windows
from hamsafar.formats.elements_file import read_object
from hamsafar.orbit.frames import geodetic, itrs_from_teme
from hamsafar.orbit.times import tai_ns_of
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span

EXAMPLES = Path(__file__).parents[3] / "examples"
NEWEST = EXAMPLES / "tiangong-guest" / "elements.tle"
HISTORY = EXAMPLES / "tiangong-eve" / "elements.tle"  # 338 real sets, June 2021 to June 2026
SETS = read_object(HISTORY.read_text(encoding="utf-8"), where=str(HISTORY))
EPOCHS = tuple(one.epoch for one in SETS)
SAME_S = 0.003  # each search meets a moment to 1 ms

# Borders between sets not more than three days apart: the two then agree to seconds, so it is plain which of their
# events are the same. The younger half of them.
BORDERS = [n for n, (a, b) in enumerate(pairwise(SETS)) if b.epoch.seconds_since(a.epoch) < 3 * 86_400][-60:]


def border(n: int) -> Instant:
    return Instant((EPOCHS[n].tai_ns + EPOCHS[n + 1].tai_ns) // 2)


def below(elements: Elements, moment: Instant) -> Site:
    """The site over which one set puts the station at a moment."""
    at = tai_ns_of(moment)
    latitude, longitude, _ = geodetic(itrs_from_teme(Sgp4Trajectory(elements).states_teme(at)[0], at))
    return Site(id="below", name="Below", latitude_deg=float(latitude[0]), longitude_deg=float(longitude[0]))


@pytest.mark.parametrize("n", BORDERS[::3])
def test_a_pass_on_the_border_of_two_sets_is_told_once(n: int) -> None:
    """The hardest case: by one set the culmination is at the border itself, by the other seconds beside it."""
    for of in (n, n + 1):
        middle = border(n)
        site, span = below(SETS[of], middle), Span(middle.plus(hours=-2), middle.plus(hours=2))
        found = [one for one in passes(SETS, site, span.start, span.end) if one.max_elevation_deg > 60]
        assert len(found) == 1
        alone = {
            which: next(
                one
                for one in find_passes(Sgp4Trajectory(SETS[which]), site, span, min_elevation_deg=10.0)
                if one.max_elevation_deg > 60
            )
            for which in (n, n + 1)
        }
        by = EPOCHS.index(found[0].elements_epoch)  # type: ignore[arg-type]  # sets have epochs
        assert abs(found[0].rise.seconds_since(alone[by].rise)) <= SAME_S
        assert abs(found[0].set.seconds_since(alone[by].set)) <= SAME_S
        own = [which for which, one in alone.items() if nearest(EPOCHS, tai_ns_of(one.culmination))[0] == which]
        assert by in own or not own


def test_many_sets_give_each_pass_as_its_nearest_set_alone_gives_it() -> None:
    """Three weeks with a set every day or two, against every set's own search of the whole."""
    site = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05)
    span = Span(Instant.utc(2026, 5, 15), Instant.utc(2026, 6, 5))
    found = passes(SETS, site, span.start, span.end).passes
    assert all(a.set < b.rise for a, b in pairwise(found)), "a pass is told twice"
    used = {EPOCHS.index(one.elements_epoch) for one in found if one.elements_epoch}
    assert len(used) > 8
    expected = 0
    for of in range(min(used), max(used) + 1):
        for one in find_passes(Sgp4Trajectory(SETS[of]), site, span, min_elevation_deg=10.0):
            if nearest(EPOCHS, tai_ns_of(one.culmination))[0] == of:
                expected += 1
                same = [mine for mine in found if mine.span.overlaps(one.span)]
                assert len(same) == 1, one
                if same[0].elements_epoch == EPOCHS[of]:
                    assert abs(same[0].rise.seconds_since(one.rise)) <= SAME_S
                    assert abs(same[0].set.seconds_since(one.set)) <= SAME_S
                    assert same[0].max_elevation_deg == pytest.approx(one.max_elevation_deg, abs=1e-4)
    assert len(found) >= expected - 1  # a pass that two sets each put in their own turn is expected twice
    assert len(found) <= expected + 1


@pytest.mark.parametrize("n", BORDERS[::4])
def test_an_eclipse_on_the_border_of_two_sets_is_told_once(n: int) -> None:
    span = Span(border(n).plus(hours=-3), border(n).plus(hours=3))
    found = light(SETS, span.start, span.end).eclipses
    for kind in ("umbra", "penumbra"):
        mine = [one for one in found if one.kind == kind]
        assert all(a.leave < b.enter for a, b in pairwise(mine)), "an eclipse is told twice"
        if kind == "umbra":
            continue
        for of in (n, n + 1):
            alone = list(penumbra(Sgp4Trajectory(SETS[of]), span))
            assert len(alone) == len(mine)
            for theirs, ours in zip(alone, mine, strict=True):
                allowed_s = SAME_S if ours.elements_epoch == EPOCHS[of] else 60.0  # sets up to three days apart
                assert abs(theirs.start.seconds_since(ours.enter)) <= allowed_s


def test_umbra_and_penumbra_of_one_eclipse_come_from_the_same_elements() -> None:
    found = light(SETS, "2026-05-15", "2026-06-05").eclipses
    outer = [one for one in found if one.kind == "penumbra"]
    for one in found:
        if one.kind == "umbra":
            (around,) = [other for other in outer if other.span.overlaps(one.span)]
            assert around.elements_epoch == one.elements_epoch
            assert around.enter < one.enter < one.leave < around.leave


def test_each_state_and_each_beta_comes_from_the_nearest_set() -> None:
    found = ephemeris(SETS, "2026-05-20", "2026-05-23", step=1_800)
    assert len(set(found.elements_of.tolist())) > 2
    for n in range(0, len(found), 7):
        moment = Instant(int(found.tai_ns[n]))
        best = min(SETS, key=lambda one: abs(one.epoch.tai_ns - moment.tai_ns))
        assert found.epochs[found.elements_of[n]] == best.epoch
        r_km, v_km_s = Sgp4Trajectory(best).states_teme(tai_ns_of(moment))
        assert np.array_equal(found.position_km[n], r_km[0])
        assert np.array_equal(found.velocity_km_s[n], v_km_s[0])
    for beta in light(SETS, "2026-05-20", "2026-05-26").beta:
        assert beta.elements_epoch == min(EPOCHS, key=lambda epoch: abs(epoch.tai_ns - beta.time.tai_ns))


def test_the_frames_are_those_of_skyfield() -> None:
    lines = NEWEST.read_text(encoding="utf-8").splitlines()
    satellite, ts = EarthSatellite(lines[1], lines[2], lines[0]), load.timescale(builtin=True)
    turning = ephemeris(NEWEST, "2026-09-19", "2026-09-20", step="3 h", frame="ITRS")
    fixed = ephemeris(NEWEST, "2026-09-19", "2026-09-20", step="3 h", frame="GCRS")
    for n in range(len(turning)):
        at = satellite.at(ts.utc(2026, 9, 19, 3 * n))
        there = wgs84.geographic_position_of(at)
        latitude, longitude, height_km = geodetic(turning.position_km[n : n + 1])
        # Skyfield leaves polar motion out (up to 15 m) and predicts UT1 by a long-term fit (to 0.1 s: 46 m).
        assert latitude[0] == pytest.approx(there.latitude.degrees, abs=1e-3)
        assert longitude[0] == pytest.approx(there.longitude.degrees, abs=1e-3)
        assert height_km[0] == pytest.approx(there.elevation.km, abs=0.02)
        assert fixed.position_km[n] == pytest.approx(at.position.km, abs=0.06)
        assert fixed.velocity_km_s[n] == pytest.approx(at.velocity.km_per_s, abs=6e-5)


@pytest.mark.parametrize("frame", ["TEME", "GCRS", "ITRS"])
def test_velocities_are_the_rate_of_the_positions(frame: str) -> None:
    found = ephemeris(NEWEST, "2026-09-19T00:00Z", "2026-09-19T00:10Z", step=0.5, frame=frame)
    rate = (found.position_km[2:] - found.position_km[:-2]) / 1.0
    # SGP4's own velocities differ from the rate of its positions by a centimetre a second (it leaves the rates of
    # its short-period terms out in part); a second's difference misses less, and the Earth's turning is 0.5 km/s.
    assert np.abs(rate - found.velocity_km_s[1:-1]).max() < 2e-5


def test_what_can_be_seen_is_lit_and_dark_second_by_second() -> None:
    from hamsafar.events.light import is_sunlit
    from hamsafar.orbit.sun import sun_elevation_deg

    site = Site(id="swakopmund", name="Swakopmund", latitude_deg=-22.645, longitude_deg=14.5888)
    path = Sgp4Trajectory(object_of(NEWEST).sets[0])
    found = passes(NEWEST, site, "2026-09-19", "2026-09-26")
    assert any(one.visible for one in found)
    assert any(one.observer_dark and not one.sunlit for one in found)
    for one in found:
        tai_ns = np.arange(one.rise.tai_ns, one.set.tai_ns, 1_000_000_000, dtype=np.int64)
        seen = is_sunlit(path, tai_ns) & (sun_elevation_deg(site, tai_ns) < -6.0)
        told = np.array([any(span.contains(Instant(int(ns))) for span in one.visible) for ns in tai_ns])
        assert (seen != told).sum() <= 2 * max(1, len(one.visible))  # an end may fall on a sample
        top = one.culmination.tai_ns
        assert one.sunlit == bool(is_sunlit(path, np.array([top]))[0])


def test_several_sites_are_answered_in_their_order() -> None:
    both = passes(NEWEST, ["lahore", "islamabad"], "2026-09-19", "2026-09-21")
    alone = passes(NEWEST, "islamabad", "2026-09-19", "2026-09-21")
    assert [site.id for site in both.sites] == ["lahore", "islamabad"]
    assert tuple(one for one in both if one.site_id == "islamabad") == alone.passes
    with pytest.raises(InputError, match="nowhere"):
        passes(NEWEST, ["lahore", "nowhere"], "2026-09-19", "2026-09-21")


def test_the_public_names_answer() -> None:
    for name in ("passes", "light", "ephemeris", "Passes", "Light", "Ephemeris", "Site", "Elements"):
        assert getattr(hamsafar, name) is not None
    assert len(hamsafar.passes(NEWEST, "islamabad", "2026-09-19", "2026-09-20")) == 6
    assert hamsafar.light(str(NEWEST), "2026-09-19", "2026-09-20").eclipses
    assert len(hamsafar.ephemeris(SETS[-1], EPOCHS[-1], EPOCHS[-1].plus(hours=1), step=60)) == 61


def test_sets_of_several_objects_or_none_are_refused() -> None:
    with pytest.raises(InputError, match="25544, 48274"):
        object_of((SETS[0], evolve(SETS[1], norad=25544)))
    with pytest.raises(InputError, match="none"):
        object_of(())


def test_of_two_sets_of_one_epoch_the_last_issued_counts() -> None:
    again = evolve(SETS[-1], element_set=SETS[-1].element_set + 1, mean_anomaly_deg=10.0)
    assert object_of((again, SETS[-1])).sets == (again,)


def test_a_fallen_object_names_the_moment() -> None:
    falls = evolve(SETS[-1], bstar_per_er=0.1)
    for ask in (lambda *w: passes(falls, "islamabad", *w), lambda *w: light(falls, *w)):
        with pytest.raises(OutOfRangeError, match=r"no state of .*48274"):
            ask(EPOCHS[-1], EPOCHS[-1].plus(days=30))


@pytest.mark.slow
def test_five_years_of_history_lose_and_double_nothing() -> None:
    """Where sets are at most three days apart: between two passes of a day there is an orbit, and none is missing."""
    site = Site(id="islamabad", name="Islamabad", latitude_deg=33.69, longitude_deg=73.05)
    found = passes(SETS, site, EPOCHS[0], EPOCHS[-1], min_elevation_deg=0.0).passes
    assert all(a.set < b.rise for a, b in pairwise(found) if _well_known(a.culmination))
    for n in BORDERS:
        span = Span(border(n).plus(hours=-6), border(n).plus(hours=6))
        mine = [one for one in found if span.contains(one.culmination) and one.max_elevation_deg > 5]
        for of in (n, n + 1):
            for one in find_passes(Sgp4Trajectory(SETS[of]), site, span, min_elevation_deg=0.0):
                if one.max_elevation_deg > 6 and not (one.cut_at_start or one.cut_at_end):
                    assert sum(abs(one.culmination.seconds_since(other.culmination)) < 120 for other in mine) == 1


def _well_known(moment: Instant) -> bool:
    return min(abs(epoch.tai_ns - moment.tai_ns) for epoch in EPOCHS) < 3 * 86_400 * 10**9


TOWER = Horizon(
    points=tuple(
        HorizonPoint(azimuth_deg=azimuth, elevation_deg=elevation)
        for azimuth, elevation in ((0, 5), (140, 5), (140, 40), (160, 40), (160, 5), (250, 12), (359, 5))
    )
)


def test_a_horizon_cuts_passes_where_it_stands_in_the_way() -> None:
    found = passes(NEWEST, "islamabad", "2026-09-19", "2026-09-26", horizon=TOWER)
    assert found.min_elevation_deg is None
    assert found.horizon == TOWER
    alone = masked_passes(Sgp4Trajectory(object_of(NEWEST).sets[0]), found.sites[0], found.span, TOWER)
    assert [(one.rise, one.culmination, one.set) for one in found] == [
        (one.rise, one.culmination, one.set) for one in alone
    ]
    level = passes(NEWEST, "islamabad", "2026-09-19", "2026-09-26", min_elevation_deg=5.0)
    assert len(found) > len(level), "the tower cuts some pass in two"
    with pytest.raises(InputError, match="mask says how high"):
        passes(NEWEST, "islamabad", "2026-09-19", "2026-09-26", horizon=TOWER, min_elevation_deg=5.0)


@pytest.mark.parametrize("n", BORDERS[::6])
def test_the_pieces_of_a_pass_on_the_border_of_two_sets_stay_together(n: int) -> None:
    for of in (n, n + 1):
        middle = border(n)
        site, span = below(SETS[of], middle), Span(middle.plus(hours=-2), middle.plus(hours=2))
        found = [one for one in passes(SETS, site, span.start, span.end, horizon=TOWER) if _about(one, middle)]
        (by,) = {EPOCHS.index(one.elements_epoch) for one in found if one.elements_epoch}
        alone = masked_passes(Sgp4Trajectory(SETS[by]), site, span, TOWER)
        same = [one for one in alone if _about(one, middle)]
        for mine, theirs in zip(found, same, strict=True):
            assert abs(mine.rise.seconds_since(theirs.rise)) <= SAME_S
            assert abs(mine.set.seconds_since(theirs.set)) <= SAME_S


def _about(one: Pass, moment: Instant) -> bool:
    return abs(one.culmination.seconds_since(moment)) < 900


RELAY = """\
1 50005U 21124A   25207.15322565 -.00000026  00000-0  00000+0 0  9993
2 50005   0.0539 244.4876 0001840 331.6982 314.0187  1.00271880 13330
"""


def test_what_never_sets_is_one_pass_through_every_set() -> None:
    """A geostationary satellite seen by three sets: one pass, cut by the interval only; and no eclipse in July."""
    first = read_object(RELAY, where="relay.tle")[0]
    later = [
        evolve(
            first,
            epoch=first.epoch.plus(days=days),
            mean_anomaly_deg=(first.mean_anomaly_deg + 360 * first.mean_motion_rev_d * days) % 360,
        )
        for days in (2, 5)
    ]
    start, end = first.epoch, first.epoch.plus(days=6)
    (found,) = passes([first, *later], "0,171", start, end)
    assert found.span == Span(start, end)
    assert found.cut_at_start
    assert found.cut_at_end
    assert found.range_km == pytest.approx(35_786, abs=30)
    assert not light([first, *later], start, end).eclipses


def test_a_site_on_the_other_side_has_no_pass() -> None:
    first = read_object(RELAY, where="relay.tle")[0]
    assert len(passes(first, "0,-10", first.epoch, first.epoch.plus(days=3))) == 0


def test_the_table_is_the_passes_and_takes_one_epoch_only() -> None:
    names = ["islamabad", "lahore"]
    table = pass_table(NEWEST, names, "2026-09-19", "2026-09-22", min_elevation_deg=20.0)
    told = passes(NEWEST, names, "2026-09-19", "2026-09-22", min_elevation_deg=20.0)
    assert [(table.sites[n].id, one.rise) for n, one in zip(table.site, table, strict=True)] == [
        (one.site_id, one.rise) for one in told
    ]
    assert len(table) > 5
    sets = object_of(NEWEST).sets
    two = (*sets, evolve(sets[0], epoch=sets[0].epoch.plus(days=2)))
    with pytest.raises(InputError, match="2 epochs"):
        pass_table(two, names, "2026-09-19", "2026-09-22")
    with pytest.raises(InputError, match="95"):
        pass_table(NEWEST, ["95,0"], "2026-09-19", "2026-09-22")


def test_a_site_with_a_horizon_of_its_own_is_passed_above_both() -> None:
    hill = Horizon(
        points=(
            HorizonPoint(azimuth_deg=0.0, elevation_deg=2.0),
            HorizonPoint(azimuth_deg=90.0, elevation_deg=40.0),
            HorizonPoint(azimuth_deg=90.0, elevation_deg=5.0),
            HorizonPoint(azimuth_deg=200.0, elevation_deg=30.0),
        )
    )
    flat = Site(id="s", name="S", latitude_deg=33.7, longitude_deg=73.0)
    hilly, span = evolve(flat, horizon=hill), ("2026-09-19", "2026-09-23")
    told = [(one.rise, one.set) for one in passes(NEWEST, hilly, *span, min_elevation_deg=15.0)]
    start, end = Instant.utc(2026, 9, 19), Instant.utc(2026, 9, 23)
    path = object_of(NEWEST).path(0)
    above = pass_windows(path, flat, Span(start, end), min_elevation_deg=15.0)
    both = above.intersection(masked_windows(path, flat, Span(start, end), hill))
    assert len(told) == len(both) > 5
    for (rise, down), one in zip(told, both, strict=True):
        assert abs(rise.seconds_since(one.start)) < SAME_S
        assert abs(down.seconds_since(one.end)) < SAME_S
    with pytest.raises(InputError, match="horizon"):
        pass_table(NEWEST, [hilly], *span)


def test_two_sets_that_contradict_each_other_are_told() -> None:
    one = object_of(NEWEST).sets[0]
    other = evolve(one, inclination_deg=51.47)
    told = passes((one, other), "islamabad", "2026-09-19", "2026-09-20").warnings
    assert any("disagree" in warning for warning in told)
    later = evolve(other, element_set=one.element_set + 1)
    assert passes((one, later), "islamabad", "2026-09-19", "2026-09-20").warnings == ()
