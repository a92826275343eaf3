"""`hamsafar select status`: how far a campaign is; `select notify`: the letters that are owed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from attrs import asdict

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.status import Status

_Day = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="On this day; left out: today.")]


@select.command()
def status(folder: CampaignFolder, as_of: _Day = None, as_json: Json = False) -> None:
    """Say who waits for what from whom, since when, and what is overdue."""
    day = _day(as_of)
    with Teller("Reading the record"):
        from hamsafar.app.selection.status import status as run

        answer = run(folder, as_of=day)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)


def _day(said: str | None) -> date | None:
    if said is None:
        return None
    from hamsafar.errors import InputError

    try:
        return date.fromisoformat(said)
    except ValueError as problem:
        raise InputError(f"should be a day such as 2027-02-01 (got {said!r:.40})", where="--as-of") from problem


def _document(answer: Status) -> dict[str, Any]:
    return asdict(answer, value_serializer=lambda _, __, value: value.isoformat() if isinstance(value, date) else value)


def _print(answer: Status) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console()
    typer.echo(f"{answer.title}, on {answer.day}")
    typer.echo("Applications: " + ", ".join(f"{name} {count:,}" for name, count in answer.counts.items()) + ".")
    if answer.frozen is not None:
        typer.echo("At the close: " + ", ".join(f"{name} {count:,}" for name, count in answer.frozen.items()) + ".")
    for stage in answer.stages:
        said = ", ".join(f"{name} {count:,}" for name, count in stage.outcomes.items())
        typer.echo(f"{stage.stage} ({stage.run_by}): {stage.state}, {stage.reached:,} reached it. {said}")
    if answer.waiting:
        table = Table(title="Who waits for what")
        for heading in ("stage", "who", "waits for", "from", "since", "due", "overdue"):
            table.add_column(heading, no_wrap=heading in ("since", "due", "overdue"), overflow="fold")
        for one in answer.waiting:
            late = f"{one.overdue_d} d" if one.overdue_d > 0 else ""
            table.add_row(one.stage, one.who, one.what, one.of, str(one.since), str(one.due), late)
        console.print(table)
    typer.echo(f"Letters written: {answer.notices_sent:,}; owed: {answer.notices_owed:,}.")
    if answer.next_notice is not None:
        typer.echo(f"Next to tell: {answer.next_notice}.")


@select.command()
def notify(
    folder: CampaignFolder,
    by: By,
    reason: Reason,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the letters are written.")],
    stage: Annotated[str | None, typer.Option("--stage", help="The stage they are about.")] = None,
    kind: Annotated[str, typer.Option(metavar="answers|received|invited|delayed", help="Which letters.")] = "answers",
    as_json: Json = False,
) -> None:
    """Write the letters that candidates are owed, and note them; nothing is sent."""
    with Teller("Writing the letters"):
        from hamsafar.app.selection.notifying import notify as run

        answer = run(folder, out=out, by=by, reason=reason, stage=stage, kind=kind)
    if as_json:
        print_json({"folder": str(answer.folder), "counts": dict(answer.counts), "files": answer.files})
        return
    said = ", ".join(f"{name} {count:,}" for name, count in answer.counts.items())
    typer.echo(f"Letters: {said}; in {answer.folder}, with addresses.csv beside them.")
