"""`launches` in Python: what it finds, what it rests on, what it warns of, and what it refuses."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from attrs import evolve

import hamsafar
from hamsafar import InputError, Instant, read_elements
from hamsafar.app.launching import Launches, launches, picture_of
from hamsafar.catalog import load
from hamsafar.domain.vehicles import LaunchOffset
from hamsafar.errors import InputErrors
from made_history import with_altitude_off

EXAMPLES = Path(__file__).parents[3] / "examples"
EVE = EXAMPLES / "tiangong-eve" / "elements.tle"
SETS = read_elements(EVE)
CATALOGUE = load()
STATION, SHIP, PAD = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("jiuquan")
OEM = """CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2026-05-01T00:00:00
ORIGINATOR = TEST
META_START
OBJECT_NAME = CSS
OBJECT_ID = 2021-035A
CENTER_NAME = EARTH
REF_FRAME = EME2000
TIME_SYSTEM = UTC
START_TIME = 2026-05-01T00:00:00
STOP_TIME = 2026-05-01T00:04:00
META_STOP
2026-05-01T00:00:00 6700 0 0 0 7.7 0
2026-05-01T00:04:00 6440 1822 0 -2.1 7.4 0
"""


def ask(start="2026-05-24", end="2026-05-29", **changes) -> Launches:
    asked = {"station": "tiangong", "elements": SETS, "site": "jiuquan", "ship": "shenzhou", **changes}
    as_of = asked.pop("as_of", "2026-05-24")
    profiles = asked.pop("profiles", ())
    return launches(**asked, start=start, end=end, as_of=as_of, profiles=profiles)


@cache
def five_days() -> Launches:
    return ask()


def test_it_is_public():
    assert hamsafar.launches is launches
    assert hamsafar.Launches is Launches


def test_names_numbers_nouns_and_files_ask_the_same():
    found = five_days()
    assert len(found) == len(found.opportunities) == 5
    assert list(found) == list(found.opportunities)
    assert ask(station=48274) == ask(station=" 48274 ") == ask(station=STATION) == found
    assert ask(ship=SHIP, site=PAD) == found
    assert ask(elements=EVE) == ask(elements=str(EVE)) == found
    assert ask(elements=hamsafar.app.elements.object_of(EVE)) == found
    assert ask(Instant.utc(2026, 5, 24), Instant.utc(2026, 5, 29), as_of=Instant.utc(2026, 5, 24)) == found
    assert (found.station, found.ship, found.pad) == (STATION, SHIP, PAD)
    assert found.as_of == Instant.utc(2026, 5, 24)


def test_every_answer_rests_on_what_was_known():
    found = five_days()
    assert all(one.elements_epoch <= Instant.utc(2026, 5, 24) for one in found)
    assert {one.elements_epoch for one in found} == {found.forecast.sets[-1].epoch}
    assert found.forecast.sets[-1].epoch < Instant.utc(2026, 5, 24)
    assert found.offsets == tuple(one for one in SHIP.launches if one.pad == "jiuquan")


def test_profiles_can_be_chosen():
    names = tuple(one.name for one in SHIP.profiles)
    assert five_days().profiles == names
    last = ask(profiles=[names[-1], names[-1]])
    assert last.profiles == names[-1:]
    assert [one.profiles for one in last] == [one.profiles[-1:] for one in five_days()]
    assert ask(profiles=names[::-1]).profiles == names  # in the ship's order


def test_the_words_name_the_last_boost_the_age_and_the_first_lift_off():
    words = five_days().words
    assert words.startswith("boosted by 2.9 km about 22 May; elements less than a day old; first lift-off ±")
    assert words.endswith("°")
    assert "±" in words.rsplit("phase ", 1)[1]
    far = ask("2027-05-24", "2027-05-26")
    assert "elements 366 days old" in far.words
    assert far.words.endswith("phase unknown")
    assert ask("2026-05-24", "2026-05-24T06:00Z").words.endswith("; no lift-off")


def test_old_elements_and_what_they_cost_are_told():
    far = ask("2028-05-01", "2028-05-04")
    judged, sigma, *_ = (text for text in far.warnings if "element sets" not in text)
    assert judged.startswith("3 lift-offs are too far from the elements to judge the phase (the first, 2028-05-0")
    assert "profiles are unknown there" in judged
    assert " min only (one sigma)" in sigma
    assert not any("lift-off is known to" in text for text in five_days().warnings)


def test_later_elements_are_used_backwards_and_that_is_told():
    found = ask("2025-10-28", "2025-11-01", as_of=None)
    assert all(one.elements_age_d < 0 for one in found)
    (told,) = (text for text in found.warnings if "backwards" in text)
    assert told.startswith("4 lift-offs rest on later elements")
    assert "--as-of" in told
    assert "used backwards: elements of 2025-11-01" in found.words
    assert not any("backwards" in text for text in five_days().warnings)


def test_bad_sets_are_named():
    bad = with_altitude_off(SETS[-30], 1.5)
    found = ask(elements=[*SETS[:-30], bad, *SETS[-29:]], as_of=None)
    assert bad not in found.forecast.sets
    assert any(bad.epoch.iso() in text for text in found.warnings)
    assert not any(bad.epoch.iso() in text for text in ask(as_of=None).warnings)


def test_a_doubtful_last_set_is_told_with_its_reason():
    bad = with_altitude_off(SETS[-1], -1.5)
    found = ask("2026-06-11", "2026-06-14", elements=[*SETS[:-1], bad], as_of=None)
    (told,) = (text for text in found.warnings if "doubtful" in text)
    assert bad.epoch.iso() in told
    assert "altitude" in told


def test_a_boost_between_lift_off_and_its_elements_is_told():
    # The station was boosted on 9 May about 07:45; the sets left in lie so that a lift-off rests across it.
    known = [one for one in SETS if not Instant.utc(2026, 5, 8, 12) < one.epoch < Instant.utc(2026, 5, 12)]
    found = ask("2026-05-07", "2026-05-13", elements=known, as_of=None)
    (told,) = (text for text in found.warnings if text.startswith("the station was boosted by 4."))
    assert "more than its sigma" in told


def test_a_place_at_a_pad_counts_as_that_pad():
    found = ask(site="40.9606,100.2983")
    (told,) = (text for text in found.warnings if "launch offset" in text)
    assert told == "the launch offset is that of jiuquan, 0.7 km from the place given"
    assert [one.offset_s for one in found.offsets] == [one.offset_s for one in five_days().offsets]
    moved_s = [one.launch.seconds_since(other.launch) for one, other in zip(found, five_days(), strict=True)]
    assert all(-9 < seconds < -5 for seconds in moved_s)  # sites.yaml: every crossing 7 s earlier


def test_a_ship_of_ones_own_leaves_a_pad_of_ones_own_on_both_branches():
    pad = evolve(PAD, id="south", name="South", latitude_deg=-20.0, longitude_deg=30.0)
    offsets = tuple(
        LaunchOffset(pad="south", branch=branch, offset_s=-100.0, offset_sigma_s=5.0, flights=())
        for branch in ("ascending", "descending")
    )
    found = ask(site=pad, ship=evolve(SHIP, launches=offsets))
    assert {one.branch for one in found} == {"ascending", "descending"}
    assert len(found) in (10, 11)
    for one in found:
        assert one.launch.seconds_since(one.crossing) == -100.0
        northward = one.azimuth_deg < 90 or one.azimuth_deg > 270
        assert northward == (one.branch == "ascending")


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"station": "tiangon"}, "--station", "unknown station 'tiangon'; did you mean 'tiangong'?"),
        ({"station": 25544}, "--station", r"has the number 25544; known: .*48274 \(tiangong\)"),
        ({"site": "jiuqan"}, "--site", "unknown site 'jiuqan'; did you mean 'jiuquan'?"),
        ({"site": "islamabad"}, "--site", "no launch offset for 'islamabad'.*it has one for: jiuquan"),
        ({"site": "62,100"}, "--site", r"latitude of 61\.84 deg, outside the orbit's, which reaches 41\.4"),
        ({"site": "-62,100"}, "--site", r"latitude of -61\.84 deg"),
        ({"ship": "shenzou"}, "--ship", "unknown ship 'shenzou'; did you mean 'shenzhou'?"),
        ({"ship": evolve(SHIP, station="elsewhere")}, "--ship", "flies to 'elsewhere', not to 'tiangong'"),
        ({"profiles": ["fast-3h31"]}, "--profile", "'fast-3h31'; did you mean 'fast-3h30'"),
        ({"end": "2026-05-24"}, "--to", "should come after --from"),
        ({"end": "2036-06-01"}, "--to", "more than 10 years after --from"),
        ({"start": "24 May"}, "--from", "24 May"),
        ({"as_of": "2021-01-01"}, "--as-of", "no elements up to 2021-01-01T00:00:00Z; the first are of 2021-06-01"),
        ({"start": "2030-05-24", "end": "2030-05-28"}, "--from", r"1[0-9]{3} d from the nearest element set"),
        ({"elements": [evolve(SETS[0], norad=25544)], "as_of": None}, "--elements", "those of 25544.* is 48274"),
        ({"elements": "nowhere.tle"}, "nowhere.tle", "no such file"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(changes, where, what):
    with pytest.raises(InputError, match=what) as raised:
        ask(**changes)
    assert raised.value.where == where


def test_everything_wrong_is_said_at_once():
    with pytest.raises(InputErrors) as raised:
        ask(station="x", site="y", ship="z", end="2020-01-01", elements="nowhere.tle")
    assert [one.where for one in raised.value.errors] == ["--station", "nowhere.tle", "--site", "--ship", "--to"]


def test_an_ephemeris_is_refused_and_what_is_needed_is_said(tmp_path):
    path = tmp_path / "css.oem"
    path.write_text(OEM, encoding="utf-8")
    for as_of in (None, "2026-05-01"):
        with pytest.raises(InputError, match=r"is an ephemeris.*needs element sets: a TLE or an OMM") as raised:
            ask(elements=path, as_of=as_of)
        assert raised.value.where == str(path)


def test_pictures_are_told_by_their_ending():
    assert picture_of("a.PNG") == "png"
    assert picture_of("b.html") == "html"
    with pytest.raises(InputError, match=r"ends in \.png or \.html \(got 'c\.jpg'\)"):
        picture_of("c.jpg")
