"""`hamsafar select open`: fixes a campaign in its record, or records a change of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from attrs import asdict

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer

if TYPE_CHECKING:
    from hamsafar.app.selection.opening import Opened

_Accept = Annotated[
    bool, typer.Option("--accept-exclusions", help="Open although criteria exclude a group; --reason says why.")
]


@select.command("open")
def open_(
    folder: CampaignFolder, by: By, reason: Reason, accept_exclusions: _Accept = False, as_json: Json = False
) -> None:
    """Show whom the criteria exclude, and open the campaign: its file is fixed in the record."""
    from hamsafar.app.selection.opening import open_campaign

    answer = open_campaign(folder, by=by, reason=reason, accept_exclusions=accept_exclusions)
    if as_json:
        print_json(_document(answer))
        return
    for one in answer.preview.groups:
        typer.echo(f"{one.by} {one.sentence}{' Accepted.' if one in answer.exclusions else ''}")
    for part in answer.masked:
        typer.echo(f"{part.by} {part.sentence}. Accepted.")
    for note in answer.preview.notes:
        typer.echo(f"Note: {note}")
    said = "Recorded the change of" if answer.amended else "Opened"
    typer.echo(f"{said} {answer.campaign}; its file is fixed with digest {answer.digest[:16]}...")


def _document(answer: Opened) -> dict[str, Any]:
    return {
        "campaign": answer.campaign,
        "digest": answer.digest,
        "amended": answer.amended,
        "groups": [asdict(one) for one in answer.preview.groups],
        "accepted": [{"by": by, "group": group} for by, group in answer.accepted],
        "notes": list(answer.preview.notes),
    }
