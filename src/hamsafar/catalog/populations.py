"""Model populations of the catalogue: how a field is spread among people who might apply."""

from __future__ import annotations

from ruamel.yaml import YAML

from hamsafar.domain.campaign import PopulationShare
from hamsafar.errors import InputError
from hamsafar.resources import names_below, read_text

_FOLDER = "catalog/data/populations"


def population_names() -> tuple[str, ...]:
    """`china-adults`, `hong-kong-adults`: those there are."""
    return tuple(name.removesuffix(".yaml") for name in names_below(_FOLDER, ".yaml"))


def population(name: str) -> tuple[PopulationShare, ...]:
    """The shares of one of them, each with its source. Raises InputError where there is no such population."""
    if name not in population_names():
        raise InputError(f"no such population; there are {', '.join(population_names())}", where=name)
    body = YAML(typ="safe", pure=True).load(read_text(f"{_FOLDER}/{name}.yaml"))
    return tuple(PopulationShare(**row) for row in body["population"])
