"""`hamsafar select hand-over`: what one organisation passes to the other after a stage."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from attrs import asdict

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

_Scores = Annotated[
    Path | None, typer.Option("--scores", metavar="FILE", help="A table of candidate, score, low, high.")
]


@select.command("hand-over")
def hand_over(
    folder: CampaignFolder,
    stage: Annotated[str, typer.Option("--stage", help="The stage that is over.")],
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where it is written: CSV.")],
    by: By,
    reason: Reason,
    scores: _Scores = None,
    as_json: Json = False,
) -> None:
    """Write what the other organisation is owed after a stage: who goes on, by code, and the fields named."""
    with Teller("Reading the record"):
        from hamsafar.app.selection.handing_over import hand_over as run

        answer = run(folder, stage=stage, out=out, by=by, reason=reason, scores=scores)
    if as_json:
        print_json({**asdict(answer), "file": str(answer.file)})
        return
    typer.echo(f"{answer.candidates:,} candidates for {answer.to}: {answer.file} (SHA-256 {answer.digest[:16]}...)")
