"""The bundled catalogue as nouns. Read once, from YAML 1.2 with the safe parser."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from attrs import evolve, frozen

from hamsafar.catalog.names import known
from hamsafar.domain.places import Relay, Site
from hamsafar.domain.vehicles import Ship, Station
from hamsafar.formats.plan_json import converter
from hamsafar.resources import read_text

LISTS: Mapping[str, type[Any]] = {"stations": Station, "ships": Ship, "sites": Site, "relays": Relay}


@frozen(kw_only=True)
class Catalogue:
    """What is known of stations, ships (by type), sites and relays; ids are unique in each list."""

    stations: tuple[Station, ...]
    ships: tuple[Ship, ...]
    sites: tuple[Site, ...]
    relays: tuple[Relay, ...]
    file: str | None = None  # that people changed the bundled one with

    def station(self, id_: str) -> Station:
        """The station of that id; InputError naming the nearest known one if there is none."""
        return known(self.stations, id_, "station")

    def ship(self, id_: str) -> Ship:
        """The ship type of that id; InputError naming the nearest known one if there is none."""
        return known(self.ships, id_, "ship type")

    def site(self, id_: str) -> Site:
        """The site of that id; InputError naming the nearest known one if there is none."""
        return known(self.sites, id_, "site")

    def relay(self, id_: str) -> Relay:
        """The relay of that id; InputError naming the nearest known one if there is none."""
        return known(self.relays, id_, "relay")


@cache
def load() -> Catalogue:
    """The catalogue as bundled."""
    lists: dict[str, Any] = {name: _structured(name, of) for name, of in LISTS.items()}
    return Catalogue(**lists)


def _structured(name: str, of: type[Any]) -> tuple[Any, ...]:
    from ruamel.yaml import YAML  # not needed by whoever only imports the noun

    body = YAML(typ="safe", pure=True).load(read_text(f"catalog/data/{name}.yaml"))
    return tuple(converter().structure(entry, of) for entry in body[name])


def ship_of_type(catalogue: Catalogue, type_: str, id_: str) -> Ship:
    """A programme's own ship `id_` of a type of the catalogue; InputError if the type is unknown."""
    return evolve(catalogue.ship(type_), id=id_)
