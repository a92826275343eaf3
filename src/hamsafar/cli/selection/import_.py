"""`hamsafar select import`: applications out of exports; `select withdraw`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from attrs import asdict

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.importing import Imported

_MOST_SHOWN = 20  # cells and duplicates told on a screen; --json tells up to a thousand

_Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help="Exports: CSV, XLSX or JSON.")]
_MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="FILE", help="Which column is which field, and what cells mean.")
]
_Source = Annotated[
    str | None, typer.Option(help="The tool that numbers them, where several do; the same at each import.")
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")]
_Late = Annotated[bool, typer.Option("--late", help="Take new and changed ones after the close.")]


@select.command("import")
def import_(
    folder: CampaignFolder,
    files: _Files,
    by: By,
    reason: Reason,
    mapping: _MappingFile = None,
    source: _Source = None,
    dry_run: _DryRun = False,
    late: _Late = False,
    as_json: Json = False,
) -> None:
    """Take in applications: each once, changed ones as a new version, all of them or none."""
    with Teller("Reading the applications") as teller:
        from hamsafar.app.selection.importing import import_applications

        answer = import_applications(
            folder,
            files,
            by=by,
            reason=reason,
            mapping=mapping,
            source=source,
            dry_run=dry_run,
            late=late,
            told=teller.tell,
        )
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)


def _document(answer: Imported) -> dict[str, Any]:
    return asdict(answer)


def _print(answer: Imported) -> None:
    for note in answer.notes:
        typer.echo(f"Note: {note}")
    for one in answer.unread[:_MOST_SHOWN]:
        typer.echo(f"{one.where}: {one.what}")
    rest = len(answer.unread) - _MOST_SHOWN + answer.more_unread
    if rest > 0:
        typer.echo(f"... and {rest:,} more cells that could not be read")
    for each in answer.duplicates[:_MOST_SHOWN]:
        typer.echo(f"Perhaps one person, {each.why}: {', '.join(each.codes)}; withdraw all but one")
    if len(answer.duplicates) > _MOST_SHOWN:
        typer.echo(f"... and {len(answer.duplicates) - _MOST_SHOWN:,} more")
    said = "" if answer.written else "Nothing was written. It would be: "
    typer.echo(f"{said}{answer.new:,} new, {answer.changed:,} changed, {answer.unchanged:,} unchanged.")
    counts = answer.counts
    typer.echo(
        f"Submitted {counts.submitted:,}: valid {counts.valid:,}, not valid {counts.invalid:,}, "
        f"withdrawn {counts.withdrawn:,}."
    )


@select.command()
def withdraw(
    folder: CampaignFolder,
    codes: Annotated[list[str], typer.Argument(metavar="CODE...", help="Candidates, by code.")],
    by: By,
    reason: Reason,
    as_json: Json = False,
) -> None:
    """Note that applications were withdrawn."""
    from hamsafar.app.selection.importing import withdraw as run

    gone = run(folder, codes, by=by, reason=reason)
    if as_json:
        print_json({"withdrawn": list(gone)})
    else:
        typer.echo(f"Withdrawn: {', '.join(gone)}.")
