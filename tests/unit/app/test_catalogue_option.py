"""A catalogue of one's own: a second ship, pad or station is a data file, and the answer says what it owes to it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import asin, degrees, radians
from pathlib import Path

import erfa
import numpy as np
import pytest
from attrs import evolve
from sgp4.api import Satrec

from hamsafar import InputError, Instant, landings, launches, passes
from hamsafar.app.elements import read_elements
from hamsafar.app.launch_calendar import launch_calendar
from hamsafar.catalog import load, merge
from hamsafar.errors import InputErrors
from hamsafar.programme import read_catalogue

ROOT = Path(__file__).parents[3]
VISITOR = ROOT / "docs" / "how-to" / "files" / "visitor.yaml"
EVE = ROOT / "examples" / "tiangong-eve" / "elements.tle"
AS_OF = Instant.utc(2026, 5, 24)
SECOND = """catalogue:
  stations:
    - id: second
      name: Second
      norad: 25544
      zone: UTC
      sleep_places: 4
      relays: []
      relay_cone_deg: 60
      mean_altitude_km: 410
      mean_altitude_sigma_km: 5
      keeping: {floor_km: 400, shortest_quiet_d: 15, longest_quiet_d: 60, settling_d: 20, memory_d: 60,
                sinking_km_per_day: 0.08, sinking_sigma_km_per_day: 0.03}
      forecast_errors: [{age_d: 1, plane_s: 0.5, phase_deg: 0.03}, {age_d: 30, plane_s: 12, phase_deg: 60}]
      source: made for a test
  sites:
    - {id: 9-mile, name: Nine Mile, latitude_deg: 46.0, longitude_deg: 63.3, source: made for a test}
    - id: plain
      name: Plain
      latitude_deg: 47.3
      longitude_deg: 69.6
      landing:
        area: {south_deg: 46, north_deg: 48, west_deg: 67, east_deg: 71}
        max_wind_m_s: 15
        wind_height_m: 10
  ships:
    - id: taxi
      name: Taxi
      station: second
      seats: 3
      docking_to_hatch_min: 60
      hatch_to_undocking_min: 60
      launches:
        - {pad: 9-mile, branch: ascending, offset_s: 20, offset_sigma_s: 5, flights: [], source: made for a test}
        - {pad: 9-mile, branch: descending, offset_s: -35.5, offset_sigma_s: 6, flights: []}
      profiles:
        - {name: quick, duration_min: 190, duration_sigma_min: 3, phase_low_deg: 350, phase_high_deg: 10,
           phase_margin_deg: 5, flights: []}
      returns:
        - {name: usual, site: plain, undocking_to_landing_min: 200, undocking_to_landing_sigma_min: 4,
           deorbit_to_landing_min: 53, station_lead_deg: 30, station_lead_sigma_deg: 4, max_crossrange_deg: 1,
           longest_wait_h: 30, flights: []}
"""
LINES = (
    "1 25544U 98067A   26261.29773936  .00016929  00000+0  20659-3 0  9994",
    "2 25544  51.6400 116.6699 0002625 287.9042  72.1510 15.50068670307704",
)


USUAL = {"site": "jiuquan", "ship": "shenzhou"}
EARTH_RADIUS_KM = 6_371.0


@cache
def history():
    return read_elements(EVE)


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Path]:
    """A folder with the catalogue and the elements of another station."""
    (tmp_path / "second.yaml").write_text(SECOND, encoding="utf-8")
    (tmp_path / "second.tle").write_text("\n".join(("SECOND", *LINES)) + "\n", encoding="utf-8")
    return tmp_path


def of_visitor(**changes):
    asked = {"elements": history(), "station": "tiangong", "site": "kourou", "ship": "visitor", "catalogue": VISITOR}
    return launches(**{**asked, "start": "2026-05-24", "end": "2026-05-29", "as_of": AS_OF, **changes})


def test_a_ship_and_a_pad_of_a_file_answer_as_nouns_do():
    book = read_catalogue(VISITOR)
    by_file = of_visitor()
    by_noun = of_visitor(site=book.site("kourou"), ship=book.ship("visitor"), catalogue=None)
    assert by_file.opportunities == by_noun.opportunities
    assert len(by_file) == 10  # five days, both branches
    assert {one.branch: one.launch.seconds_since(one.crossing) for one in by_file} == {
        "ascending": -180.0,
        "descending": 240.0,
    }
    assert by_file.profiles == ("day-and-night",)
    for one in by_file:
        (answer,) = one.profiles
        assert answer.docking.seconds_since(one.launch) == 1_500 * 60
        assert (answer.feasible == "yes") == (20 <= one.phase_deg <= 250)
    assert of_visitor(catalogue=str(VISITOR)) == of_visitor(catalogue=evolve(book, file=str(VISITOR))) == by_file


def test_the_answer_says_what_is_the_files():
    found = of_visitor()
    assert found.catalogue.file == str(VISITOR)
    assert [one.id for one in found.changed] == ["visitor", "kourou"]
    usual = of_visitor(site="jiuquan", ship="shenzhou")
    assert usual.changed == ()
    assert usual.opportunities == of_visitor(site="jiuquan", ship="shenzhou", catalogue=None).opportunities
    assert of_visitor(catalogue=merge(load(), {"ships": [{"id": "shenzhou", "seats": 2}]}), **USUAL).changed == ()


def test_a_landing_rule_of_a_file_is_the_one_told():
    asked = ("tiangong", history(), "dongfeng", "visitor", "2026-05-24", "2026-06-03")
    found = landings(*asked, as_of=AS_OF, catalogue=VISITOR, wind=[11])
    assert [one.id for one in found.changed] == ["visitor", "dongfeng"]
    assert found.site.landing.max_wind_m_s == 12.0
    assert [one.name for one in found.profiles] == ["direct"]
    assert len(found) >= 3
    for one in found:
        assert one.landing.seconds_since(one.opportunity.undocking) == 240 * 60
        assert one.wind.go
    near = landings(*asked[:2], "41.7,100.2", *asked[3:], as_of=AS_OF, catalogue=VISITOR)
    assert near.site.landing == found.site.landing


def test_the_calendar_lands_where_the_file_says(second: Path):
    found = launches(
        25544, second / "second.tle", "9-mile", "taxi", "2026-09-19", "2026-09-21", catalogue=second / "second.yaml"
    )
    calendar = launch_calendar(found)
    assert calendar.landing_site.id == "plain"
    assert calendar.return_profile == "usual"


def off_plane_deg(moment: Instant, latitude_deg: float, longitude_deg: float) -> float:
    """How far a place is from the orbit plane of LINES: SGP4's own states, erfa's ellipsoid and sidereal time."""
    jd1, jd2 = 2_440_587.5, moment.datetime().timestamp() / 86_400.0
    _, r_teme_km, v_teme_km_s = Satrec.twoline2rv(*LINES).sgp4(jd1, jd2)
    normal = np.cross(r_teme_km, v_teme_km_s)
    turned_rad = erfa.gmst82(jd1, jd2)  # UT1 within 0.9 s of UTC: 0.004 deg
    place_m = erfa.gd2gc(1, np.radians(longitude_deg) + turned_rad, np.radians(latitude_deg), 0.0)
    return abs(degrees(asin(normal @ place_m / np.linalg.norm(normal) / np.linalg.norm(place_m))))


def test_another_station_by_its_number_with_elements_of_that_object(second: Path):
    asked = (second / "second.tle", "9-mile", "taxi", "2026-09-19", "2026-09-23")
    found = launches(25544, *asked, catalogue=second / "second.yaml")
    assert launches("second", *asked, catalogue=second / "second.yaml") == found
    assert [one.id for one in found.changed] == ["second", "taxi", "9-mile"]
    assert {one.branch for one in found} == {"ascending", "descending"}
    assert len(found) in (7, 8, 9)  # four days, and every crossing 25 min earlier each day
    for one in found:
        # SGP4's plane at that moment ripples by 0.02 deg against the plane over the pad; 0.02 for what SGP4 leaves out.
        assert off_plane_deg(one.crossing, 46.0, 63.3) < 0.05
        assert one.launch.seconds_since(one.crossing) == {"ascending": 20.0, "descending": -35.5}[one.branch]
        northward = one.azimuth_deg < 90 or one.azimuth_deg > 270
        assert northward == (one.branch == "ascending")
    down = landings(
        25544, second / "second.tle", "plain", "taxi", "2026-09-19", "2026-09-23", catalogue=second / "second.yaml"
    )
    assert [one.id for one in down.changed] == ["second", "taxi", "plain"]
    assert down.name == "SECOND"
    assert len(down) >= 2
    for one in down:
        km = radians(off_plane_deg(one.landing, 47.3, 69.6)) * EARTH_RADIUS_KM
        assert one.opportunity.crossrange_km == pytest.approx(km, abs=1.0)  # UT1, and the Earth's radius at the site
        assert one.opportunity.crossrange_km <= down.longest_crossrange_km(one.profile)


def test_passes_over_a_site_of_a_file(second: Path):
    found = passes(history()[-1], "9-mile", "2026-06-11", "2026-06-12", catalogue=second / "second.yaml")
    assert [one.id for one in found.changed] == ["9-mile"]
    by_numbers = passes(history()[-1], "46.0,63.3", "2026-06-11", "2026-06-12")
    assert (by_numbers.catalogue, by_numbers.changed) == (None, ())
    assert [one.culmination for one in found] == [one.culmination for one in by_numbers]
    assert len(found) > 2


def test_names_of_a_file_are_among_those_that_are_meant(second: Path):
    book = second / "second.yaml"
    for changes, where, what in (
        ({"station": "secund"}, "--station", "did you mean 'second'?"),
        ({"station": 25545}, "--station", r"known: 48274 \(tiangong\), 25544 \(second\)"),
        ({"ship": "taxis"}, "--ship", "did you mean 'taxi'?"),
        ({"ship": "taxi"}, "--ship", "flies to 'second', not to 'tiangong'"),
        ({"site": "plains"}, "--site", "did you mean 'plain'?"),
        ({"site": "8-mile"}, "--site", "name of the catalogue, or LAT,LON"),
        ({"ship": "shenzhou", "site": "9-mile"}, "--site", "outside the orbit's"),
    ):
        asked = {"site": "jiuquan", "ship": "shenzhou", "catalogue": book, **changes}
        with pytest.raises(InputError, match=what) as raised:
            of_visitor(**asked)
        assert raised.value.where == where


def test_a_number_of_two_stations_is_refused():
    again = evolve(load().station("tiangong"), id="again")
    book = evolve(load(), stations=(*load().stations, again))
    with pytest.raises(InputError, match="several stations of the catalogue have the number 48274: tiangong, again"):
        of_visitor(station=48274, catalogue=book)


def test_a_broken_file_is_told_with_everything_else_and_its_names_are_not_blamed(second: Path):
    path = second / "second.yaml"
    path.write_text(SECOND.replace("seats: 3", "seats: three").replace("norad: 25544", "norad: none"), encoding="utf-8")
    for ask in (launches, landings):
        with pytest.raises(InputErrors) as raised:
            ask("second", "nowhere.tle", "plain", "taxi", "2026-09-19", "soon", catalogue=path)
        wheres = [one.where for one in raised.value.errors]
        assert wheres == [
            f"{path}:5:14 catalogue.stations[0].norad",
            f"{path}:30:14 catalogue.ships[0].seats",
            "nowhere.tle",
            "--to",
        ]
    with pytest.raises(InputErrors) as raised:
        passes("nowhere.tle", "9-mile", "2026-09-19", "2026-09-20", catalogue=path)
    assert [one.where for one in raised.value.errors] == ["nowhere.tle", *wheres[:2]]


def test_the_words_are_as_of_the_first_lift_off_or_of_as_of_where_that_is_later():
    asked = {"site": "jiuquan", "ship": "shenzhou", "catalogue": None, "start": "2026-05-20", "end": "2026-05-27"}
    assert of_visitor(**asked, as_of="2026-05-23T21:00Z").words.startswith(
        "boosted by 2.9 km about 22 May; elements less than a day old; used backwards: elements of 2026-05-20; first"
    )
    assert of_visitor(**asked, as_of=None).words.startswith("boosted by 4.7 km about 14 May; elements ")
    assert of_visitor(**asked, as_of="2026-05-20").words.startswith("boosted by 4.7 km about 14 May; elements ")
    empty = {**asked, "end": "2026-05-20T01:00Z"}
    words = of_visitor(**empty, as_of="2026-05-23T21:00Z").words
    assert words == "boosted by 2.9 km about 22 May; elements less than a day old; no lift-off"


def test_what_disagrees_after_as_of_is_not_told():
    last, early = history()[-1], history()[-60]
    assert last.epoch > AS_OF > early.epoch
    late, before = (evolve(one, inclination_deg=41.2, text=("other",)) for one in (last, early))

    def doubts(sets, **more):
        return [text for text in of_visitor(elements=sets, **more).warnings if "disagree" in text]

    assert doubts([*history(), late]) == []
    assert of_visitor(elements=[*history(), late]).warnings == of_visitor().warnings
    (told,) = doubts([*history(), late], as_of=None)
    assert last.epoch.iso() in told
    (told,) = doubts([*history(), late, before])
    assert early.epoch.iso() in told
    assert doubts([*history(), last, early], as_of=None) == []  # the same twice
    newer = evolve(late, element_set=last.element_set + 1)
    assert doubts([*history(), late, newer], as_of=None) == []  # a later one settles it
