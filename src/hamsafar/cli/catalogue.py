"""What an answer owes to a catalogue file of the user's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from hamsafar.app.catalogues import CatalogueEntry
    from hamsafar.app.landing import Landings
    from hamsafar.app.launching import Launches
    from hamsafar.app.passing import Passes

_Found: TypeAlias = "Launches | Landings | Passes"


def catalogue_row(found: _Found) -> dict[str, Any] | None:
    """The file, and what of the question it gives; None where there is no file."""
    if found.catalogue is None or found.catalogue.file is None:
        return None
    entries = [{"kind": _kind(one), "id": one.id, "source": one.source} for one in found.changed]
    return {"file": found.catalogue.file, "entries": entries}


def print_changed(found: _Found) -> None:
    """Says which of station, ship and site are the file's."""
    if found.catalogue is not None and found.catalogue.file is not None:
        listed = ", ".join(f"{_kind(one)} {one.id}" for one in found.changed)
        typer.echo(f"From {found.catalogue.file}: {listed or 'nothing that was asked about'}.")


def _kind(entry: CatalogueEntry) -> str:
    return type(entry).__name__.lower()
