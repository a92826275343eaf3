"""What `sheets` does: call `app`, print what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from attrs import frozen

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.sheets import Written
    from hamsafar.domain.progress import Gap, Progress, Readiness

_MOST_TOLD = 12  # risks told on a screen; the page and --json tell all


@frozen(kw_only=True)
class Wanted:
    """Which sheets, and where to."""

    out: Path
    week: str | None
    day: int | None
    only: list[str]
    pdf: bool


def sheets(plan: Path, wanted: Wanted, as_json: bool) -> None:
    """`hamsafar sheets`."""
    with Teller("Reading the plan") as teller:
        from hamsafar.app.sheets import sheets as run

        answer = run(
            plan,
            out=wanted.out,
            week=wanted.week,
            day=wanted.day,
            only=wanted.only,
            pdf=wanted.pdf,
            tell=teller.tell,
        )
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer, wanted.out)


def _document(answer: Written) -> dict[str, Any]:
    return {
        "files": [str(path) for path in answer.files],
        "progress": [_progress_row(one) for one in answer.progress.values()],
        "readiness": [_readiness_row(one) for one in answer.readiness],
    }


def _progress_row(one: Progress) -> dict[str, Any]:
    return {
        "person": one.person,
        "as_of": one.as_of.isoformat(),
        "classes": [
            {
                "class": each.id,
                "done_min": each.done_min,
                "to_come_min": each.to_come_min,
                "missing_min": each.missing_min,
            }
            for each in (*one.classes, one.self_study, one.journeys)
        ],
        "mishaps": [
            {
                "of": each.of,
                "outcome": each.outcome,
                "start": each.when.start.iso(),
                "end": each.when.end.iso(),
                "note": each.note,
                "again": None if each.again is None else each.again.start.iso(),
            }
            for each in one.mishaps
        ],
        "risks": [
            {
                "kind": risk.kind,
                "of": risk.of,
                "day": None if risk.day is None else risk.day.isoformat(),
                "spare_d": risk.spare_d,
            }
            for risk in one.risks
        ],
    }


def _readiness_row(one: Readiness) -> dict[str, Any]:
    return {
        "prime": one.prime,
        "backup": one.backup,
        "days": [
            {"day": day.day.isoformat(), "feasible": day.feasible, "gaps": [_gap_row(gap) for gap in day.gaps]}
            for day in one.days
        ],
    }


def _gap_row(gap: Gap) -> dict[str, Any]:
    return {"kind": gap.kind, "of": gap.of, "first": gap.first.isoformat(), "last": gap.last.isoformat()}


def _print(answer: Written, out: Path) -> None:
    from hamsafar.app.sheets import duration_text, mishap_text, readiness_text, risk_text

    term = answer.plan.programme.term
    zone_name = "UTC" if term is None else term.zone
    titles = {one.id: one.title for one in answer.plan.programme.people}
    for one in answer.progress.values():
        done, planned = (
            duration_text(sum(minutes))
            for minutes in ([each.done_min for each in one.classes], [each.planned_min for each in one.classes])
        )
        typer.echo(
            f"{titles[one.person]}: {done} of {planned} of training done by {one.as_of}; {len(one.risks)} at risk"
        )
        for mishap in one.mishaps[-_MOST_TOLD:]:
            typer.echo(f"  {mishap.title} ({mishap.of}): {mishap_text(mishap, zone_name)}")
        for risk in one.risks[:_MOST_TOLD]:
            typer.echo(f"  {risk.kind}: {risk.title} ({risk.of}): {risk_text(risk)}")
        if len(one.risks) > _MOST_TOLD:
            typer.echo(f"  ... and {len(one.risks) - _MOST_TOLD} more")
    for each in answer.readiness:
        typer.echo(readiness_text(answer.plan, each))
    typer.echo(f"Wrote {len(answer.files)} files. Begin with {out / 'index.html'}")
