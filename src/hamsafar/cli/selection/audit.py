"""What `select audit` does: call `app`, print what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import CampaignFolder, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.auditing import Audit

_CODES = {"holds": Exit.DONE, "broken": Exit.BROKEN, "incomplete": Exit.NOT_CHECKED}
_WORDS = {"broken": "Broken", "not-checked": "Not checked", "mind": "Mind"}


@select.command()
def audit(
    campaign: CampaignFolder,
    head: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A head.json that was kept apart since an earlier day: nothing before it may have been cut off or "
            "written anew. Repeatable.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Audit a campaign's record: every row, event and signature, without any key; nothing is written."""
    with Teller("Auditing the record"):
        from hamsafar.app.selection.auditing import audit as run

        found = run(campaign, heads=head or ())
    if as_json:
        print_json(_document(found))
    else:
        _print(found)
    raise typer.Exit(_CODES[found.verdict])


def _document(found: Audit) -> dict[str, Any]:
    return {
        "verdict": found.verdict,
        "campaign": found.campaign,
        "events": found.events,
        "rows": found.rows,
        "expired": found.expired,
        "last": {"number": found.number, "chain": found.chain},
        "public_key": found.public_key,
        "head": found.head,
        "kept_heads": list(found.kept),
        "keys_compared": found.keys,
        "findings": [
            {"weight": one.weight, "event": one.event, "table": one.table, "row": one.row, "what": one.what}
            for one in found.findings
        ],
        "more_findings": found.more,
    }


def _print(found: Audit) -> None:
    typer.echo(f"The record of {found.campaign or 'an unknown campaign'} {_verdict(found)}.")
    typer.echo(f"{found.events} events, {found.rows} rows, chain {found.chain[:16]}…; expired: {found.expired}.")
    if found.kept:
        typer.echo(f"Held against {len(found.kept)} kept head(s), the latest of event {max(found.kept)}.")
    elif found.verdict == "holds":
        typer.echo("Held against no head kept apart: a rollback of database and head together would not show.")
    for one in found.findings:
        place = [f"event {one.event}" if one.event else "", one.table or "", f"row {one.row}" if one.row else ""]
        typer.echo(f"{_WORDS[one.weight]}: {', '.join(part for part in place if part) or 'record'}: {one.what}.")
    if found.more:
        typer.echo(f"... and {found.more} more findings.")


def _verdict(found: Audit) -> str:
    return {"holds": "holds", "broken": "is broken", "incomplete": "could not be checked whole"}[found.verdict]
