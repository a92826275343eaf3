"""What `select decide` does: call `app`, print what came back."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.deciding import BoardDecisions


@select.command()
def decide(
    campaign: CampaignFolder,
    stage: Annotated[str, typer.Option(metavar="STAGE", help="The stage that is decided.")],
    board: Annotated[str, typer.Option(metavar="BOARD", help="The board that decides.")],
    present: Annotated[str, typer.Option(metavar="ROLES", help="Who took part, by role: a,b,c.")],
    by: By,
    reason: Reason,
    decisions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="CSV or XLSX: candidate, outcome, reason, and condition, due, seat if any."),
    ] = None,
    candidate: Annotated[str | None, typer.Option(metavar="CODE", help="One decision instead of a file.")] = None,
    outcome: Annotated[str | None, typer.Option(metavar="advance|conditional|reserve|stop|selected")] = None,
    condition: Annotated[str, typer.Option(metavar="TEXT", help="Of `conditional`: what must be shown.")] = "",
    due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until when it must be shown.")] = None,
    seat: Annotated[str | None, typer.Option(metavar="SEAT", help="Of `selected`: which seat.")] = None,
    evidence: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A report that lay before the board; its digest is recorded. Repeatable."),
    ] = None,
    ranking: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="The JSON of `select rank` that lay before them, to mark what goes against it."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Record what a board decided, who was present and on what evidence, apart from any ranking."""
    if (decisions is None) == (candidate is None):
        raise typer.BadParameter("give either --decisions FILE, or --candidate CODE with --outcome")
    if candidate is not None and outcome is None:
        raise typer.BadParameter("say what was decided, with --outcome", param_hint="--candidate")
    with Teller("Reading the record"):
        from hamsafar.app.selection.deciding import decide as run
        from hamsafar.app.selection.deciding import one_decision

        given = []
        if candidate is not None and outcome is not None:
            day = due.date() if due else None
            given = [one_decision(candidate, outcome, reason, condition=condition, due=day, seat=seat)]
        done = run(
            campaign,
            stage=stage,
            board=board,
            present=[one.strip() for one in present.split(",") if one.strip()],
            by=by,
            reason=reason,
            file=decisions,
            decided=given,
            evidence=evidence or (),
            ranking=ranking,
        )
    if as_json:
        print_json(_document(done))
    else:
        _print(done)


def _document(done: BoardDecisions) -> dict[str, Any]:
    return {
        "event": done.event,
        "stage": done.stage,
        "board": done.board,
        "decisions": [
            {
                "candidate": one.candidate,
                "outcome": one.outcome,
                "reason": one.reason,
                "condition": one.condition or None,
                "condition_due": one.condition_due.isoformat() if one.condition_due else None,
                "seat": one.seat,
                "against_ranking": one.against_ranking,
            }
            for one in done.decisions
        ],
        "evidence": [{"file": name, "sha256": digest} for name, digest in done.evidence.items()],
        "notes": list(done.notes),
    }


def _print(done: BoardDecisions) -> None:
    typer.echo(f"Event {done.event}: {done.board} decided on {len(done.decisions)} of the stage {done.stage}.")
    counts: dict[str, int] = {}
    for one in done.decisions:
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
    typer.echo(", ".join(f"{outcome}: {count}" for outcome, count in counts.items()) + ".")
    for note in done.notes:
        typer.echo(f"Mind: {note}.", err=True)
