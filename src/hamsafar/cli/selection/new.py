"""`hamsafar select new`: a documented campaign to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import select, typer


@select.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    template: Annotated[
        str, typer.Option("--from", metavar="NAME", help="three-stage, six-stage or pair.")
    ] = "three-stage",
    as_json: Json = False,
) -> None:
    """Write a documented campaign to start from."""
    from hamsafar.app.selection.starting import new_campaign

    files = new_campaign(folder, template)
    if as_json:
        print_json({"files": [str(file) for file in files]})
        return
    typer.echo(f"Wrote {', '.join(map(str, files))}.")
    typer.echo(f"Change it, then: hamsafar select open {folder} --by office-1 --reason '...'")
