"""The bundled catalogue, and what people say otherwise of it."""

from __future__ import annotations

import pytest

from hamsafar.catalog import load, merge, ship_of_type
from hamsafar.errors import InputError, InputErrors
from hamsafar.resources import names_below, read_text
from hamsafar.timeline import zone

CATALOGUE = load()


def _faults(overrides):
    with pytest.raises(InputErrors) as raised:
        merge(CATALOGUE, overrides)
    return {error.where: error.what for error in raised.value.errors}


def test_every_name_in_the_catalogue_leads_somewhere():
    for station in CATALOGUE.stations:
        assert all(CATALOGUE.relay(relay) for relay in station.relays)
        zone(station.zone)
    for ship in CATALOGUE.ships:
        assert CATALOGUE.station(ship.station)
        assert all(CATALOGUE.site(launch.pad) for launch in ship.launches)
        assert all(CATALOGUE.site(way.site) for way in ship.returns)
    for site in CATALOGUE.sites:
        zone(site.zone)
    for things in (CATALOGUE.stations, CATALOGUE.ships, CATALOGUE.sites, CATALOGUE.relays):
        ids = [thing.id for thing in things]
        assert len(set(ids)) == len(ids)


def test_everything_says_where_it_comes_from():
    ships, sites, relays = CATALOGUE.ships, CATALOGUE.sites, CATALOGUE.relays
    parts = [part for ship in ships for part in (*ship.launches, *ship.profiles, *ship.returns)]
    for thing in (*CATALOGUE.stations, *ships, *sites, *relays, *parts):
        assert len(thing.source) > 10, thing
    for part in parts:
        assert part.flights, part
    for name in names_below("catalog/data", ".yaml"):
        head = read_text(f"catalog/data/{name}").split("about:")[0].lower()
        assert all(word in head for word in ("origin", "date", "licence")), name


def test_what_was_asked_for_is_there():
    assert CATALOGUE.station("tiangong").sleep_places == 6
    ship = CATALOGUE.ship("shenzhou")
    assert ship.seats == 3
    assert [profile.name for profile in ship.profiles] == ["fast-3h30", "standard-6h30", "standard-7h"]
    cargo = CATALOGUE.ship("tianzhou")
    assert (cargo.seats, cargo.launches[0].pad) == (0, "wenchang")
    assert [profile.name for profile in cargo.profiles] == ["express-2h", "fast-3h20", "standard-7h", "slow-8h"]
    assert [way.name for way in ship.returns] == ["five-orbits", "three-orbits"]
    for name in ("jiuquan", "wenchang", "dongfeng", "islamabad", "karachi", "lahore", "beijing"):
        assert CATALOGUE.site(name).id == name
    assert load() is CATALOGUE


def test_an_unknown_name_is_answered_with_the_nearest_known_one():
    with pytest.raises(InputError, match="unknown site 'jiuqan'; did you mean 'jiuquan'"):
        CATALOGUE.site("jiuqan")
    with pytest.raises(InputError, match="unknown ship type 'xx'; known: shenzhou"):
        ship_of_type(CATALOGUE, "xx", "ship-up")


def test_a_ship_of_a_type_keeps_its_own_id():
    ship = ship_of_type(CATALOGUE, "shenzhou", "ship-up")
    assert (ship.id, ship.name, ship.launches) == ("ship-up", "Shenzhou", CATALOGUE.ship("shenzhou").launches)


def test_a_known_entry_has_the_named_fields_replaced_and_a_new_one_is_added():
    multan = {"id": "multan", "name": "Multan", "latitude_deg": 30.2, "longitude_deg": 71.5, "zone": "Asia/Karachi"}
    offset = {"pad": "wenchang", "branch": "descending", "offset_s": -330, "offset_sigma_s": 20, "flights": []}
    said = merge(
        CATALOGUE,
        {
            "stations": [{"id": "tiangong", "relay_cone_deg": 60}],
            "sites": [multan],
            "ships": [{"id": "shenzhou", "launches": [offset]}],
        },
    )
    assert said.station("tiangong").relay_cone_deg == 60
    assert said.station("tiangong").forecast_errors == CATALOGUE.station("tiangong").forecast_errors
    assert said.site("multan").zone == "Asia/Karachi"
    assert [launch.pad for launch in said.ship("shenzhou").launches] == ["wenchang"]  # a nested list as a whole
    assert said.relays == CATALOGUE.relays
    assert merge(CATALOGUE, {}) == CATALOGUE


def test_every_fault_is_told_at_its_own_place_all_at_once():
    found = _faults(
        {
            "stations": [
                {"id": "tiangong", "relay_cone_deg": -3},
                {"id": "new", "name": "New", "relay_cone_dg": 4},
            ],
            "ships": [
                {
                    "id": "shenzhou",
                    "seats": "3",
                    "launches": [{"pad": "jiuquan", "branch": "up", "offset_s": 1, "offset_sigma_s": 1, "flights": []}],
                }
            ],
            "sites": ["jiuquan", {"name": "Nowhere"}, {"id": "a"}, {"id": "a"}],
            "relay": [],
            "relays": {},
        }
    )
    assert found["catalogue.stations[0].relay_cone_deg"] == "must be > 0 (got -3.0)"
    assert found["catalogue.stations[1].relay_cone_dg"].endswith("did you mean 'relay_cone_deg'?")
    assert found["catalogue.stations[1].norad"] == "is missing; a new entry must be whole"
    assert found["catalogue.ships[0].seats"] == "should be a whole number (got '3')"
    assert found["catalogue.ships[0].launches[0].branch"] == "should be one of ascending, descending"
    assert "should be an entry with an id" in found["catalogue.sites[0]"]
    assert "needs an id" in found["catalogue.sites[1].id"]
    assert "given twice" in found["catalogue.sites[3].id"]
    assert found["catalogue.relay"].endswith("did you mean 'relays'?")
    assert found["catalogue.relays"] == "should be a list of entries"


def test_what_only_the_whole_shows_is_told_too():
    worse = [{"age_d": 2, "plane_s": 3, "phase_deg": 1}, {"age_d": 1, "plane_s": 2, "phase_deg": 2}]
    found = _faults(
        {
            "stations": [{"id": "tiangong", "relays": ["tianlian-i-17"], "forecast_errors": worse}],
            "ships": [
                {
                    "id": "shenzhou",
                    "station": "mir",
                    "launches": [
                        {"pad": "jiuqan", "branch": "ascending", "offset_s": 0, "offset_sigma_s": 1, "flights": []}
                    ],
                }
            ],
            "sites": [{"id": "karachi", "zone": "Asia/Karachee"}],
        }
    )
    assert "did you mean 'tianlian-i-17e'" in found["catalogue.stations[0].relays[0]"]
    assert found["catalogue.stations[0].forecast_errors[1].age_d"] == "ages should ascend"
    assert "never gets better" in found["catalogue.stations[0].forecast_errors[1]"]
    assert "unknown station 'mir'" in found["catalogue.ships[0].station"]
    assert "did you mean 'jiuquan'" in found["catalogue.ships[0].launches[0].pad"]
    assert "unknown time zone" in found["catalogue.sites[0].zone"]
