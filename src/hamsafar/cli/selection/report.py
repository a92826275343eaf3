"""`hamsafar select report`: parse, call `app`, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, select
from hamsafar.cli.telling import Teller


@select.command()
def report(
    campaign: CampaignFolder,
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE", help="The stage that the board decides on.")],
    by: By,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder that the report goes to.")],
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the random draws.")] = 0,
    as_json: Json = False,
) -> None:
    """Write what lies before a board: ranks with intervals, the marks' worth, fairness, stages (HTML, XLSX, JSON)."""
    with Teller("Reading the record"):
        from hamsafar.app.selection.board import document
        from hamsafar.app.selection.board import report as run

        answer = run(campaign, stage=stage, by=by, out=out, seed=seed)
    if as_json:
        print_json(
            {"files": [str(one) for one in answer.files], "sha256": dict(answer.digests), **document(answer.report)}
        )
        return
    for file in answer.files:
        typer.echo(f"{file}  {answer.digests[file.name][:16]}…")
    typer.echo("proposal.csv is what the marks alone would give; the board changes what it likes, then:")
    typer.echo(
        f"  hamsafar select decide {campaign} --stage {stage} --decisions {out}/proposal.csv --evidence FILE ..."
    )
