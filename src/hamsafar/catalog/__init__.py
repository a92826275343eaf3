"""Bundled data with provenance: stations, ships, sites, relays; and what people say otherwise of them."""

from hamsafar.catalog.loader import Catalogue, load, ship_of_type
from hamsafar.catalog.merge import merge
from hamsafar.catalog.names import known

__all__ = ["Catalogue", "known", "load", "merge", "ship_of_type"]
