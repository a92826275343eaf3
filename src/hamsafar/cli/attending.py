"""What `attendance` does: call `app`, print what was written."""

from __future__ import annotations

from pathlib import Path

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller


def attendance(plan: Path, week: str | None, out: Path, as_json: bool) -> None:
    """`hamsafar attendance`."""
    with Teller("Reading the plan"):
        from hamsafar.app.attending import attendance as run

        answer = run(plan, out=out, week=week)
    if as_json:
        print_json({"file": str(answer.file), "week": answer.week, "sessions": answer.sessions})
        return
    span = "the term" if answer.week is None else answer.week
    typer.echo(f"Sheet: {answer.file} ({answer.sessions} sessions of {span})")
    typer.echo(f"Filled in, it goes back with: hamsafar replan {plan} --attendance {answer.file}")
