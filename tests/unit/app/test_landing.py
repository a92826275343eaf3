"""`landings` as the API gives them: many sets, backups, empty days, wind, places in the area, and real landings."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hamsafar.app.elements import read_elements
from hamsafar.app.landing import Landing, _holds, _utc_days, landings
from hamsafar.app.wind import wind_of
from hamsafar.catalog import load
from hamsafar.domain.elements import Elements
from hamsafar.domain.places import LandingArea
from hamsafar.errors import InputError, InputErrors
from hamsafar.timeline import Instant, Span

ROOT = Path(__file__).parents[3]
CALIBRATION = ROOT / "tools" / "calibration"
CATALOGUE = load()
STATION, SHIP, SITE = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("dongfeng")


@cache
def history() -> tuple[Elements, ...]:
    return read_elements(ROOT / "examples" / "tiangong-eve" / "elements.tle")


@cache
def lately() -> tuple[Elements, ...]:
    return tuple(one for one in history() if one.epoch > Instant.utc(2026, 5, 10))


@cache
def calibration() -> tuple[Elements, ...]:
    sets = read_elements(CALIBRATION / "elements.tle")
    return tuple(one for one in sets if one.norad == STATION.norad)


def of_both(start, end, **more):
    return landings("tiangong", more.pop("elements", lately()), "dongfeng", "shenzhou", start, end, **more)


def gist(one: Landing) -> tuple[object, ...]:
    return one.profile.name, one.landing.iso(3), one.opportunity.elements_epoch, one.backups and one.backups[0].iso(3)


def test_each_landing_names_the_nearest_of_many_sets_and_each_orbit_is_told_once() -> None:
    found = of_both("2026-05-15", "2026-06-05")
    epochs = [one.epoch for one in found.forecast.sets]
    for one in found:
        nearest = min(epochs, key=lambda epoch: abs(epoch.seconds_since(one.landing)))
        assert one.opportunity.elements_epoch == nearest
    by_profile = {profile.name: [one for one in found if one.profile is profile] for profile in found.profiles}
    assert set(by_profile) == {"five-orbits", "three-orbits"}
    for each in by_profile.values():
        assert len(each) >= 15
        assert min(b.landing.seconds_since(a.landing) for a, b in pairwise(each)) > 5_000  # an orbit is 5,540 s
    times = [[one.landing for one in each] for each in by_profile.values()]
    assert times[0] == times[1]  # the two ways down differ before the landing only


FOUR_DAYS = Instant.utc(2026, 5, 20), Instant.utc(2026, 5, 24)


@cache
def of_four_days() -> list[tuple[object, ...]]:
    return [gist(one) for one in of_both(*FOUR_DAYS)]


@settings(max_examples=10, deadline=None)
@given(cut_s=st.integers(1, 4 * 86_400 - 1))
def test_a_window_cut_anywhere_holds_the_same(cut_s: int) -> None:
    start, end = FOUR_DAYS
    cut = start.plus(seconds=cut_s)
    parts = [*of_both(start, cut), *of_both(cut, end)]
    assert [gist(one) for one in parts] == of_four_days()


def test_a_window_cut_at_a_landing_leaves_it_to_the_later_part() -> None:
    start, end = Instant.utc(2026, 6, 11), Instant.utc(2026, 6, 16)
    at = of_both(start, end).opportunities[2].landing
    assert all(one.landing < at for one in of_both(start, at))
    assert of_both(at, end).opportunities[0].landing == at


def test_backups_are_the_later_landings_that_the_ship_can_wait_for() -> None:
    week = of_both("2026-05-20", "2026-05-27", profiles=["five-orbits"])
    all_times = [one.landing for one in of_both("2026-05-20", "2026-05-29", profiles=["five-orbits"])]
    (profile,) = week.profiles
    for one in week:
        wait_s = profile.longest_wait_h * 3_600
        assert list(one.backups) == [at for at in all_times if 0 < at.seconds_since(one.landing) <= wait_s]
    assert any(one.backups for one in week)
    patient = evolve(SHIP, returns=(evolve(SHIP.returns[0], longest_wait_h=0.0),))
    assert not any(one.backups for one in landings(STATION, lately(), SITE, patient, "2026-05-20", "2026-05-27"))


def test_every_day_has_a_landing_or_a_reason() -> None:
    start, end = Instant.utc(2026, 6, 1, 20), Instant.utc(2026, 9, 3, 4)
    found = of_both(start, end, profiles=["five-orbits"])
    landed = {one.landing.datetime().date() for one in found}
    empty = {one.span.start.datetime().date() for one in found.empty_days}
    days = {part.start.datetime().date() for part in _utc_days(found.span)}
    assert landed | empty == days
    assert not landed & empty
    assert any(one.opportunity.basis == "far" for one in found)
    limit_km = max(one.opportunity.crossrange_km for one in found)
    for day in found.empty_days:
        assert day.span.contains(day.closest)
        assert (day.crossrange_km > limit_km) == ("beside it" in day.why)


def test_a_day_just_beyond_is_marginal_and_its_figures_differ() -> None:
    """On 25 May as seen from the 20th: beside by little more than the 44.5 km (0.4 deg of 6,369 km) of the ship."""
    found = of_both("2026-05-24", "2026-06-01", as_of="2026-05-20")
    by_day = {one.span.start.iso()[:10]: one for one in found.empty_days}
    said = re.search(r"([\d.]+) km to the side, just beyond the ([\d.]+) km up to", by_day["2026-05-25"].why)
    assert said is not None
    assert 44.5 == float(said[2]) < float(said[1]) < 45.5
    for one in by_day.values():
        share = one.crossrange_km / found.longest_crossrange_km(found.profiles[0])
        assert ("marginal" in one.why) == (1 < share <= 1.1)


def test_times_are_told_once_each_and_a_boosts_chance_grows_with_them() -> None:
    found = of_both("2026-06-11", "2026-06-25")
    assert len(found.times) == len(found) / 2
    assert list(found.times) == sorted(set(found.times))
    chances = [one.boost_chance for one in found]
    assert chances == sorted(chances)
    assert [found.forecast.boost_chance(one.landing) for one in found] == chances
    assert not any(one.boost_chance for one in of_both("2026-05-20", "2026-05-23"))  # later sets are known
    assert not any("chance of a boost" in one for one in of_both("2026-05-20", "2026-05-23").warnings)


def test_reasons_that_two_profiles_share_are_told_once() -> None:
    found = of_both("2026-06-11T12:00Z", "2026-06-11T13:00Z")
    (day,) = found.empty_days
    assert day.profiles == ("five-orbits", "three-orbits")


def test_days_are_those_of_utc_and_a_leap_second_lengthens_one() -> None:
    parts = list(_utc_days(Span(Instant.utc(2016, 12, 31), Instant.utc(2017, 1, 2))))
    assert [part.seconds for part in parts] == [86_401, 86_400]
    half = list(_utc_days(Span(Instant.utc(2016, 12, 31, 18), Instant.utc(2017, 1, 1, 6))))
    assert [part.seconds for part in half] == [6 * 3_600 + 1, 6 * 3_600]


def test_times_before_the_landing_are_elapsed_and_sigmas_add() -> None:
    for one in of_both("2026-05-20", "2026-05-22"):
        of, way = one.opportunity, one.profile
        assert of.landing.seconds_since(of.undocking) == way.undocking_to_landing_min * 60
        assert of.landing.seconds_since(of.deorbit) == way.deorbit_to_landing_min * 60
        apart_s = way.undocking_to_landing_sigma_min * 60
        assert one.undocking_sigma_s**2 == pytest.approx(of.sigma_s**2 + apart_s**2)


def test_later_sets_change_nothing_of_what_was_known_then() -> None:
    as_of = Instant.utc(2026, 5, 20)
    early = [one for one in history() if one.epoch <= as_of]
    then = of_both("2026-05-22", "2026-06-20", elements=early)
    now = of_both("2026-05-22", "2026-06-20", elements=tuple(reversed(history())), as_of=as_of)
    assert now.opportunities == then.opportunities
    assert now.empty_days == then.empty_days


def test_far_landings_are_told_as_such() -> None:
    found = of_both("2026-11-01", "2026-11-08")
    assert len(found) >= 10
    assert all(one.opportunity.basis == "far" and one.opportunity.sigma_s > 1_500 for one in found)
    assert any("too far from the elements" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("flight", "most_s"), [("Shenzhou-14", 180), ("Shenzhou-20 (empty)", 180), ("Shenzhou-21 (three orbits)", 480)]
)
def test_real_landings_are_found(flight: str, most_s: float) -> None:
    """The promise: 3 min with elements under two days old, 8 min under fifteen; no boost lies between here."""
    rows = YAML(typ="safe", pure=True).load((CALIBRATION / "flights.yaml").read_text(encoding="utf-8"))["landings"]
    row = next(one for one in rows if one["flight"] == flight)
    landed, undocked = Instant.parse(row["landing"]), Instant.parse(row["undocking"].replace("Z", ":00Z"))
    found = of_both(landed.plus(days=-1), landed.plus(days=1), elements=calibration(), as_of=landed)
    best = min(found, key=lambda one: abs(one.opportunity.undocking.seconds_since(undocked)))
    assert abs(best.landing.seconds_since(landed)) <= most_s
    assert abs(best.landing.seconds_since(landed)) <= 4 * best.opportunity.sigma_s
    assert abs(best.opportunity.undocking.seconds_since(undocked)) <= 4 * best.undocking_sigma_s
    assert best.profile.name == ("three-orbits" if "three" in flight else "five-orbits")


def test_a_place_in_the_landing_area_is_landed_at_by_the_same_rules() -> None:
    centre = of_both("2026-05-20", "2026-05-23")
    near = landings(
        "48274", lately(), f"{SITE.latitude_deg},{SITE.longitude_deg}", "shenzhou", "2026-05-20", "2026-05-23"
    )
    assert [one.landing for one in near] == [one.landing for one in centre]
    assert near.site.landing == SITE.landing


def test_an_area_may_run_over_the_date_line() -> None:
    area = LandingArea(south_deg=-10, north_deg=10, west_deg=175, east_deg=-175)
    for longitude_deg, inside in ((174.9, False), (175.0, True), (180.0, True), (-175.0, True), (-174.9, False)):
        assert _holds(area, evolve(SITE, latitude_deg=0.0, longitude_deg=longitude_deg)) == inside
    assert not _holds(area, evolve(SITE, latitude_deg=10.1, longitude_deg=180.0))
    with pytest.raises(InputError, match="runs from south to north"):
        LandingArea(south_deg=10, north_deg=10, west_deg=0, east_deg=1)


def asked(**changes):
    words = {
        "station": "tiangong",
        "elements": lately(),
        "site": "dongfeng",
        "ship": "shenzhou",
        "start": "2026-05-20",
        "end": "2026-05-21",
        **changes,
    }
    more = {name: words.pop(name) for name in ("profiles", "wind", "as_of") if name in words}
    return landings(**words, **more)


FAR_NORTH = evolve(SITE, id="north", latitude_deg=60.0)
TO_NORTH = evolve(SHIP, returns=(evolve(SHIP.returns[0], site="north"),))


@pytest.mark.parametrize(
    ("changes", "where", "said"),
    [
        ({"station": "tiangon"}, "--station", "did you mean 'tiangong'"),
        ({"station": "25544"}, "--station", r"no station of the catalogue has the number 25544; known: 48274"),
        ({"elements": (evolve(history()[0], norad=25544),)}, "--elements", "those of 25544, but Tiangong is 48274"),
        ({"site": "dongfen"}, "--site", "did you mean 'dongfeng'"),
        ({"site": "islamabad"}, "--site", "no return profile to 'islamabad'; it lands at dongfeng"),
        ({"site": "60,100"}, "--site", "geocentric latitude of 59.83 deg, 18.36 deg outside the orbit's"),
        ({"site": FAR_NORTH, "ship": TO_NORTH}, "--site", "and the ship lands up to"),
        ({"ship": "shenzou"}, "--ship", "did you mean 'shenzhou'"),
        ({"ship": evolve(SHIP, station="elsewhere")}, "--ship", "flies to 'elsewhere', not to 'tiangong'"),
        ({"ship": evolve(SHIP, returns=())}, "--site", "it is not made to come back"),
        ({"profiles": ["five-orbit"]}, "--profile", "did you mean 'five-orbits'"),
        ({"start": "2026-05-21", "end": "2026-05-20"}, "--to", "should come after --from"),
        ({"start": "2031-05-21", "end": "2031-05-22"}, "--from", "not even the orbit's plane is known"),
        ({"as_of": "2026-05-01"}, "--as-of", "there are no elements up to"),
        ({"wind": "-3"}, "--wind", "must not be negative"),
        ({"wind": ["3 m/s"]}, "--wind", "is in m/s already; leave the unit off"),
        ({"wind": ["3 knots"]}, "--wind", "should be a number of m/s"),
        ({"wind": ["nan"]}, "--wind", "should be a number of m/s"),
        ({"wind": ["400"]}, "--wind", "at most 150 m/s"),
        ({"wind": ["2026-05-22=4"]}, "--wind", "outside the days asked about, 2026-05-20 to 2026-05-20"),
        ({"wind": ["2026-02-30=4"]}, "--wind", "should begin with a date"),
        ({"wind": ["4", "5"]}, "--wind", "is given twice for all days"),
        ({"wind": ["2026-05-20=4", "2026-05-20=5"]}, "--wind", "is given twice for 2026-05-20"),
        ({"wind": 4, "site": evolve(SITE, landing=None)}, "--wind", "has no wind limit"),
    ],
)
def test_what_does_not_fit_is_told_with_its_option(changes, where: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        asked(**changes)
    assert caught.value.where == where


def test_everything_wrong_is_told_at_once() -> None:
    with pytest.raises(InputErrors) as caught:
        asked(station="moon", site="mars", ship="boat", start="soon")
    assert {one.where for one in caught.value.errors} == {"--station", "--site", "--ship", "--from"}


def test_wind_decides_go_or_no_go_by_the_sites_limit() -> None:
    found = asked(start="2026-05-20", end="2026-05-23", wind=["10", "2026-05-21=10.1"])
    for one in found:
        assert one.wind is not None
        assert one.wind.go == (one.landing.datetime().day != 21)
        assert "limit of 10 m/s at 100 m height" in one.wind.why
    assert any(not one.wind.go for one in found)
    only = asked(start="2026-05-20", end="2026-05-23", wind=["2026-05-21=3"])
    assert {one.landing.datetime().day for one in only if one.wind} == {21}


@given(st.floats(0, 150), st.integers(0, 9))
def test_any_wind_is_read_as_written(wind_m_s: float, days: int) -> None:
    span = Span(Instant.utc(2026, 5, 20), Instant.utc(2026, 5, 30))
    day = 20 + days
    for given_wind in (f"2026-05-{day}={wind_m_s:.6f}", f"{wind_m_s:.6f}"):
        check = wind_of([given_wind], SITE, span).check(Instant.utc(2026, 5, day, 12))
        assert check is not None
        assert check.forecast_m_s == float(f"{wind_m_s:.6f}")
        assert check.go == (check.forecast_m_s <= SITE.landing.max_wind_m_s)
