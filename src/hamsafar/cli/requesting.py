"""What `requests` does: call `app`, print what came back."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller
from hamsafar.timeline import local_label

if TYPE_CHECKING:
    from hamsafar.app.requesting import RequestRow
    from hamsafar.timeline import Instant


def requests(plan: Path, out: Path | None, as_json: bool) -> None:
    """`hamsafar requests`."""
    with Teller("Reading the plan"):
        from hamsafar.app.requesting import requests as run

        answer = run(plan, out=out)
    if as_json:
        file = None if answer.file is None else str(answer.file)
        print_json({"said": answer.said, "file": file, "requests": [_document(row) for row in answer.rows]})
        return
    for row in answer.rows:
        typer.echo(_line(row, answer.zone))
        for told in _why(row, answer.zone):
            typer.echo(f"        {told}")
    lies = next((row.placement for row in answer.rows if row.start is not None), None)
    if lies is not None:
        asked = f"hamsafar why {shlex.quote(str(plan))} {shlex.quote(lies)}"
        typer.echo(f"What else could move for one of them, and whether it is forced: {asked}")
    typer.echo(f"{answer.said or 'Nothing is asked of the host'}.")
    if answer.file is not None:
        typer.echo(f"List: {answer.file}")
        typer.echo(f"Answered, it goes back with: hamsafar replan {plan} --answers {answer.file}")


def _line(row: RequestRow, zone_name: str) -> str:
    """`  7  open      2027-05-20 10:00 +08:00  fluid-cell@3#1: rack-fluids; answer due 2027-05-06T00:00:00Z`."""
    when = "-" if row.start is None else local_label(row.start, zone_name)
    due = "" if row.due is None else f"; answer due {row.due.iso()}"
    reason = f" ({row.reason})" if row.reason else ""
    needs = f": {', '.join(row.needs)}" if row.needs else ""
    return f"{row.number:>4}  {row.state:<9}  {when:<23}  {row.placement}{needs}{due}{reason}"


def _why(row: RequestRow, zone_name: str) -> Iterator[str]:
    """Of what is open: what holds it, how far it may start with all else in place, and what stops it there."""
    if row.state != "open":
        return
    if row.held_by:
        yield "; ".join(row.held_by)
    if row.may_move is not None:
        first, last = (local_label(moment, zone_name) for moment in row.may_move)
        yield f"with all else in place it could start {f'only at {first}' if first == last else f'{first} to {last}'}"
        yield from (f"  not before: {told}" for told in row.stopped_before_by)
        yield from (f"  not after: {told}" for told in row.stopped_after_by)


def _document(row: RequestRow) -> dict[str, Any]:
    return {
        "request": row.number,
        "placement": row.placement,
        "title": row.title,
        "kind": row.kind,
        "state": row.state,
        "start": _iso(row.start),
        "end": _iso(row.end),
        "duration_min": row.duration_min,
        "people": list(row.people),
        "needs": list(row.needs),
        "could_start": [{"from": _iso(first), "to": _iso(last)} for first, last in row.could_start],
        "may_move": None if row.may_move is None else dict(zip(("from", "to"), map(_iso, row.may_move), strict=True)),
        "stopped_before_by": list(row.stopped_before_by),
        "stopped_after_by": list(row.stopped_after_by),
        "held_by": list(row.held_by),
        "promised": row.promised,
        "value": row.value,
        "answer_due": _iso(row.due),
        "by": row.by,
        "on": None if row.on is None else row.on.isoformat(),
        "reason": row.reason,
    }


def _iso(moment: Instant | None) -> str | None:
    return None if moment is None else moment.iso()
