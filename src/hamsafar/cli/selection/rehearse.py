"""`hamsafar select rehearse`: parse, call `app`, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import CampaignFolder, select, typer
from hamsafar.cli.telling import Teller


@select.command()
def rehearse(
    campaign: CampaignFolder,
    applicants: Annotated[int, typer.Option("--applicants", metavar="N", help="How many apply.")] = 1_200,
    sheets: Annotated[
        Path | None,
        typer.Option("--sheets", metavar="DIR", help="Fill the mark sheets of this folder with made-up marks instead."),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="The same seed, the same people.")] = 0,
    as_json: Json = False,
) -> None:
    """Make up applications, declarations and marks, to practise a campaign before real people apply."""
    with Teller("Making people up"):
        from hamsafar.app.selection.rehearsing import rehearse as run
        from hamsafar.app.selection.rehearsing import rehearse_marks

        answer = (
            run(campaign, applicants=applicants, seed=seed) if sheets is None else rehearse_marks(sheets, seed=seed)
        )
    if as_json:
        print_json(
            {"files": [str(one) for one in answer.files], "applicants": answer.applicants, "marks": answer.marks}
        )
        return
    if sheets is None:
        typer.echo(f"{answer.applicants:,} applications of nobody: {', '.join(map(str, answer.files))}")
    else:
        typer.echo(f"{answer.marks:,} made-up marks on {len(answer.files)} sheets in {sheets}")
