"""What `select record` does: call `app`, print what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from rich.table import Table


@select.command()
def record(
    campaign: CampaignFolder,
    candidate: Annotated[str, typer.Argument(metavar="CANDIDATE", help="The candidate's code.")],
    by: By,
    reason: Reason,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to a file instead: .json, or .html to print.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show a candidate's whole record: what was written of them, who decided, who read what and when."""
    with Teller("Reading the record"):
        from hamsafar.app.selection.recording import document, whole_record

        found = document(whole_record(campaign, candidate, by=by, reason=reason, out=out))
    if as_json:
        print_json(found)
    elif out is not None:
        typer.echo(f"Whole record of {candidate}: {out} ({len(found['entries'])} entries)")
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    from rich.console import Console

    expired = f"; personal data expired: {found['expired']}" if found["expired"] else ""
    typer.echo(f"{found['candidate']}: {len(found['entries'])} entries{expired}.")
    Console(soft_wrap=False).print(_table(found))


def _table(found: dict[str, Any]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table("Event", "When (UTC)", "By", "What", "Says", box=box.SIMPLE)
    for one in found["entries"]:
        said = {**one["said"], **one["said"].get("fields", {})}
        said.pop("fields", None)
        words = "; ".join(f"{name}: {_plain(value)}" for name, value in said.items() if value not in (None, "", []))
        table.add_row(str(one["event"]), one["at"], one["by"], one["kind"], Text(words))
    return table


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
