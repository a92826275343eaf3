"""`hamsafar select trainees`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import CampaignFolder, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.trainees import Trainee


@select.command()
def trainees(
    campaign: CampaignFolder,
    programme: Annotated[
        Path, typer.Option("--programme", metavar="DIR", help="The folder of the flight's programme.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the programme's file of people with their entries changed."),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="ROLE", help="Who asks: a role of the office or of a board.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the selected the trainees of the programme, with the languages and certificates they showed.

    The file that is written holds roles alone, nobody's code.
    """
    with Teller("Reading the record") as teller:
        from hamsafar.app.selection.trainees import trainees as run

        answer = run(campaign, programme, out=out, by=by, tell=teller.tell)
    if as_json:
        print_json(
            {
                "trainees": [_row(one) for one in answer.trainees],
                "source": str(answer.source),
                "file": None if answer.file is None else str(answer.file),
            }
        )
        return
    for one in answer.trainees:
        _print(one)
    if answer.file is not None:
        typer.echo(f"{answer.file}: put it in place of {answer.source}")


def _row(one: Trainee) -> dict[str, object]:
    return {
        "seat": one.seat,
        "candidate": one.code,
        "languages": list(one.languages),
        "certificates": [
            {
                "certificate": held.certificate,
                "from": held.valid_from.isoformat(),
                "until": held.valid_until.isoformat(),
            }
            for held in one.certificates
        ],
        "below": list(one.below),
        "limits": list(one.limits),
        "told": list(one.told),
    }


def _print(one: Trainee) -> None:
    typer.echo(f"{one.seat}")
    if one.languages:
        typer.echo(f"  speaks also: {', '.join(one.languages)}")
    for held in one.certificates:
        typer.echo(f"  holds {held.certificate} from {held.valid_from} to {held.valid_until}")
    if one.below:
        typer.echo(f"  tested, and to be learnt: {', '.join(one.below)}")
    for limit in one.limits:
        typer.echo(f"  medical limit, which the programme can't say itself: {limit}")
    for told in one.told:
        typer.echo(f"  {told}")
