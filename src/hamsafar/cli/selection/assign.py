"""`hamsafar select assign`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import By, CampaignFolder, Reason, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.assigning import (
        Assigning,
        Assignment,
        Days,
        DaysUndecided,
        Mixing,
        NoAssignment,
        NoDays,
        Shortage,
    )

_WHY = {"no declaration": "has not declared to be free of conflicts with all others"}
_MOST_TOLD = 12  # candidates of one shortage on a screen


@select.command()
def assign(
    campaign: CampaignFolder,
    stage: Annotated[str, typer.Option("--stage", metavar="STAGE", help="The stage, by its id.")],
    by: By,
    reason: Reason,
    declarations: Annotated[
        Path | None,
        typer.Option(
            "--declarations",
            metavar="FILE",
            help="Conflicts of interest as assessors declared them (CSV or XLSX): assessor, candidate, conflict, kind; "
            "an empty candidate stands for all others. Whoever declared nothing is assigned to nobody.",
        ),
    ] = None,
    sheets: Annotated[
        Path | None,
        typer.Option(
            "--sheets", metavar="DIR", help="Write the mark sheets, the workbook of the test days and calendars there."
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same assignment.")] = 0,
    as_json: Json = False,
) -> None:
    """Assign assessors to candidates without conflicts of interest, evenly, with panels that cross; and test days.

    What was assigned before is kept as far as it can be.
    """
    with Teller("Reading the record") as teller:
        from hamsafar.app.selection.assigning import assign_stage

        answer = assign_stage(
            campaign,
            stage=stage,
            by=by,
            reason=reason,
            declarations=declarations,
            sheets=sheets,
            seed=seed,
            tell=teller.tell,
        )
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)
    if not answer.done:
        from hamsafar.app.selection.assigning import DaysUndecided

        raise typer.Exit(Exit.UNDECIDED if isinstance(answer.days, DaysUndecided) else Exit.NO_PLAN)


# ---- JSON


def _document(answer: Assigning) -> dict[str, Any]:
    from hamsafar.app.selection.assigning import Assignment

    result = answer.result
    return {
        "stage": answer.stage,
        "status": "assigned" if answer.done else _undone(answer),
        "version": answer.version if answer.done else answer.version - 1,
        "declarations": answer.declared,
        "left_out": [{"assessor": one.assessor, "why": one.why} for one in result.left_out],
        **(_assignment(result, answer) if isinstance(result, Assignment) else _shortages(result)),
        "days": _days(answer.days),
        "files": [str(path) for path in answer.files],
    }


def _undone(answer: Assigning) -> str:
    from hamsafar.app.selection.assigning import DaysUndecided

    return "undecided" if isinstance(answer.days, DaysUndecided) else "infeasible"


def _assignment(result: Assignment, answer: Assigning) -> dict[str, Any]:
    from hamsafar.app.selection.assigning import Days

    rows = answer.days.rows if isinstance(answer.days, Days) else result.rows
    marked = {(one.test, one.candidate, one.assessor) for one in answer.marked_already}
    return {
        "loads": dict(result.loads),
        "balanced": result.balanced,
        "kept": result.kept,
        "withdrawn": [
            {
                "test": one.test,
                "candidate": one.candidate,
                "assessor": one.assessor,
                "marks_in": (one.test, one.candidate, one.assessor) in marked,
            }
            for one in result.withdrawn
        ],
        "mixing": [_mixing(one) for one in result.mixing],
        "assigned": [
            {
                "test": one.test,
                "candidate": one.candidate,
                "assessor": one.assessor,
                "begins": None if one.begins is None else one.begins.iso(),
                "minutes": one.minutes,
                "room": one.room,
            }
            for one in rows
        ],
    }


def _mixing(one: Mixing) -> dict[str, Any]:
    return {
        "test": one.test,
        "connects_candidates": one.connects,
        "at_most_candidates": one.bound,
        "asked_candidates": one.asked,
        "enough": one.enough,
        "weakest_side": list(one.apart),
        "shared_by_each_pair_at_least": one.shared_least,
        "squares": one.squares,
        "squares_at_least": one.least_squares,
    }


def _shortages(result: NoAssignment) -> dict[str, Any]:
    return {
        "conflict": [
            {
                "test": one.test,
                "candidates": list(one.candidates),
                "needed": one.needed,
                "free": one.free,
                "reasons": {why: list(who) for why, who in one.reasons.items()},
                "full": list(one.full),
                "sentence": _said(one),
            }
            for one in result.shortages
        ]
    }


def _days(days: Days | NoDays | DaysUndecided | None) -> dict[str, Any] | None:
    from hamsafar.app.selection.assigning import Days, NoDays

    if days is None:
        return None
    if isinstance(days, NoDays):
        return {"status": "infeasible", "conflict": list(days.conflict)}
    if not isinstance(days, Days):
        return {"status": "undecided", "stopped_by": days.stopped_by}
    return {
        "status": "optimal" if days.proved else "feasible",
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "candidate_days": days.candidate_days,
        "candidate_days_at_least": days.candidate_days_bound,
    }


# ---- on a screen


def _print(answer: Assigning) -> None:
    from hamsafar.app.selection.assigning import Assignment

    for one in answer.result.left_out:
        typer.echo(f"{one.assessor} is assigned to nobody: {_WHY.get(one.why, one.why)}")
    if isinstance(answer.result, Assignment):
        _print_assignment(answer.result, answer)
    else:
        typer.echo(f"No assignment of the stage {answer.stage} keeps every rule; nothing was assigned.")
        for short in answer.result.shortages:
            typer.echo(f"  {_said(short)}")
    _print_days(answer.days)
    if answer.files:
        typer.echo(f"{len(answer.files)} files in {answer.files[0].parent}")


def _print_assignment(result: Assignment, answer: Assigning) -> None:
    least, most = min(result.loads.values(), default=0), max(result.loads.values(), default=0)
    proved = "proved as even as can be" if result.balanced else "as even as was found"
    done = f"assignment {answer.version}" if answer.done else "not recorded"
    typer.echo(f"{answer.stage}: {len(result.rows)} pairs to {len(result.loads)} assessors ({done})")
    typer.echo(f"  loads from {least} to {most}, {proved}; {result.kept} pairs as before")
    for gone in result.withdrawn:
        told = ", whose marks are in: they stay in the record" if gone in answer.marked_already else ""
        typer.echo(f"  withdrawn: {gone.assessor} no longer marks {gone.candidate} in {gone.test}{told}")
    for one in result.mixing:
        linked = f"any two assessors are linked by {one.connects} candidates or more (at most {one.bound} could be)"
        typer.echo(f"  {one.test}: {linked}")
        if not one.enough:
            apart = ", ".join(one.apart)
            typer.echo(f"    the stage asks for {one.asked}: the panel divides most easily at {apart}")


def _print_days(days: Days | NoDays | DaysUndecided | None) -> None:
    from hamsafar.app.selection.assigning import Days, NoDays

    if isinstance(days, Days):
        told = "proved best" if days.proved else f"at least {days.candidate_days_bound}"
        typer.echo(f"Test days {days.first} to {days.last}; {days.candidate_days} candidate days, {told}")
    elif isinstance(days, NoDays):
        typer.echo("No test days keep all of these together; nothing was assigned:")
        for one in days.conflict:
            typer.echo(f"  {one}")
    elif days is not None:
        typer.echo(f"No test days were found before the {days.stopped_by} ran out; nothing was assigned.")


def _said(one: Shortage) -> str:
    """`C001 in interview needs 3 assessors and 2 are free: conflict: assessor-02`."""
    told = ", ".join(one.candidates[:_MOST_TOLD])
    more = f" and {len(one.candidates) - _MOST_TOLD} more" if len(one.candidates) > _MOST_TOLD else ""
    if one.full:
        who = ", ".join(one.full)
        return f"{told}{more} in {one.test}: {one.needed} places fall on {who}, who may mark {one.free} together"
    reasons = "; ".join(f"{why}: {', '.join(who)}" for why, who in one.reasons.items())
    needs = "needs" if len(one.candidates) == 1 else "need"
    return f"{told}{more} in {one.test} {needs} {one.needed} assessors and {one.free} are free ({reasons})"
