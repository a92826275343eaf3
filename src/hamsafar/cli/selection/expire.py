"""What `select expire` does: call `app`, print what came back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller


@select.command()
def expire(
    campaign: CampaignFolder,
    by: By,
    reason: Reason,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to judge by, not after today; today if not said."),
    ] = None,
    candidate: Annotated[
        str | None,
        typer.Option(metavar="CODE", help="This candidate's data alone, whatever the day, as they asked."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Let personal data expire on their day, by destroying the persons' keys. There is no way back."""
    with Teller("Reading the record"):
        from hamsafar.app.selection.expiring import expire as run

        found = run(campaign, by=by, reason=reason, as_of=as_of.date() if as_of else None, candidate=candidate)
    if as_json:
        next_day = found.next_day.isoformat() if found.next_day else None
        print_json({"expired": list(found.expired), "kept": found.kept, "next_expiry_after": next_day})
        return
    typer.echo(f"Expired: {len(found.expired)}. Kept: {found.kept}.")
    if found.next_day:
        typer.echo(f"The next expire after {found.next_day.isoformat()}.")
