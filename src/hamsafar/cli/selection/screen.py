"""`hamsafar select screen`: the criteria of a stage, and the list of second looks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from attrs import asdict

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.screening import ScreenedStage

_Stage = Annotated[str | None, typer.Option("--stage", help="The stage; left out: the first that has criteria.")]
_Looked = Annotated[
    Path | None, typer.Option("--looked", metavar="FILE", help="The list of second looks, filled in: passes or fails.")
]
_Out = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the list of second looks: codes only, CSV.")
]


@select.command()
def screen(
    folder: CampaignFolder,
    by: By,
    reason: Reason,
    stage: _Stage = None,
    looked: _Looked = None,
    out: _Out = None,
    as_json: Json = False,
) -> None:
    """Judge each criterion for each candidate; what is near a limit goes to a second look."""
    with Teller("Screening") as teller:
        from hamsafar.app.selection.screening import screen as run

        answer = run(folder, by=by, reason=reason, stage=stage, looked=looked, out=out, told=teller.tell)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)


def _document(answer: ScreenedStage) -> dict[str, Any]:
    return {**asdict(answer), "file": None if answer.file is None else str(answer.file)}


def _print(answer: ScreenedStage) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"Screening of {answer.stage}")
    for heading in ("criterion", "passes", "fails", "second look", "unknown"):
        table.add_column(heading, justify="left" if heading == "criterion" else "right")
    for criterion, counts in [*answer.counts.items(), ("all of them", answer.overall)]:
        said = [counts.get(one, 0) for one in ("passes", "fails", "second-look", "unknown")]
        table.add_row(criterion, *(f"{count:,}" for count in said))
    Console().print(table)
    typer.echo(f"{len(answer.second_looks):,} second looks are open, {answer.settled:,} decided by a person.")
    if answer.file is not None:
        typer.echo(f"Their list, codes only: {answer.file}. Filled in, it goes back with --looked.")
    if answer.frozen is not None:
        typer.echo("Frozen at the close: " + ", ".join(f"{name} {n:,}" for name, n in answer.frozen.items()) + ".")
