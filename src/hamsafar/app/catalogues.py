"""The catalogue that names are looked up in: the bundled one, or as a file of the user's own changes it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from hamsafar.catalog import Catalogue
    from hamsafar.domain.places import Site
    from hamsafar.domain.vehicles import Ship, Station

CatalogueGiven: TypeAlias = "Catalogue | Path | str | None"
CatalogueEntry: TypeAlias = "Station | Ship | Site"


def catalogue_of(given: CatalogueGiven) -> Catalogue:
    """The bundled catalogue, or as a file changes it that is one section `catalogue`, written as in a programme.

    Raises InputErrors with every error in the file, each with its line and column.
    """
    from hamsafar.catalog import load  # not needed where a site is given by its numbers

    if given is None:
        return load()
    if not isinstance(given, (str, Path)):
        return given
    from hamsafar.programme import read_catalogue  # slow, and seldom needed

    return read_catalogue(Path(given))


def entries_of_file(catalogue: Catalogue, *asked: CatalogueEntry) -> tuple[CatalogueEntry, ...]:
    """Those asked about that are as the catalogue's file says, and not as bundled; none where there is no file."""
    if catalogue.file is None:
        return ()
    bundled, here = ([*one.stations, *one.ships, *one.sites] for one in (catalogue_of(None), catalogue))
    return tuple(one for one in asked if one in here and one not in bundled)
