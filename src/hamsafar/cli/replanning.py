"""What `replan` does: call `app`, print what came back, choose the exit code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.commands import code_of, planned_document, print_hosts_minutes, print_judgement, print_requests
from hamsafar.cli.differences import change_lists, print_by_cause, print_flight, shift_text, stayed
from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.no_plan import print_no_plan, print_undecided
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.attending import Unlisted
    from hamsafar.app.diffing import Difference, DifferenceKind
    from hamsafar.app.replanning import Replan
    from hamsafar.domain.plan import ObjectiveValue, Plan, Stage, StageResult

_STAGES = {"training": "Training term", "flight": "Days aboard"}


def replan(
    plan: Path,
    change: Path | None,
    attendance: list[Path],
    unlisted: str | None,
    host_plan: list[Path],
    host_zone: str | None,
    answers: list[Path],
    out: Path | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar replan`."""
    from hamsafar.app.operations.files import is_week

    if is_week(plan):
        _replan_week(plan, change, out, seed, workers, effort, time_limit_s, as_json)
        return
    if change is None and not (attendance or host_plan or answers):
        raise typer.BadParameter("say what changed: --change, --attendance, --host-plan or --answers FILE")
    what = _unlisted(unlisted)
    minded: list[str] = []
    with Teller("Reading the plan and the change") as teller:
        from hamsafar.app.replanning import EFFORT, NoPlan, Options, Undecided
        from hamsafar.app.replanning import replan as run

        options = Options(
            seed=seed,
            workers=workers,
            effort=EFFORT if effort is None else effort,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
        answer = run(
            plan,
            change,
            out=out,
            options=options,
            attendance=attendance,
            unlisted=what,
            host_plan=host_plan,
            answers=answers,
            host_zone=host_zone,
            mind=minded.append,
        )
    for note in minded:
        typer.echo(f"Mind: {note}.", err=True)
    if isinstance(answer, NoPlan):
        print_no_plan(answer, as_json)
        raise typer.Exit(Exit.NO_PLAN)
    if isinstance(answer, Undecided):
        print_undecided(answer, as_json)
        raise typer.Exit(Exit.UNDECIDED)
    if as_json:
        print_json({**_document(answer), "attendance": minded})
    else:
        print_replan(answer)
    raise typer.Exit(code_of(answer.judgement.verdict))


def _unlisted(said: str | None) -> Unlisted | None:
    from hamsafar.app.attending import UNLISTED

    for known in (None, *UNLISTED):
        if said == known:
            return known
    raise typer.BadParameter(f"should be done or missed (got {said!r:.40})", param_hint="'--unlisted'")


def _document(answer: Replan) -> dict[str, Any]:
    own = answer.version
    return {
        **planned_document(answer.plan, answer.judgement, answer.files, answer.seconds),
        "version": own.number,
        "parent": own.parent,
        "title": own.title,
        "asked_by": own.asked_by,
        **change_lists(answer.diff, _why(answer)),
        "programme": list(answer.diff.programme),
    }


def _why(answer: Replan) -> Callable[[str], str]:
    said = {move.placement: move.why for move in answer.plan.moved}
    return lambda placement: said.get(placement, "")


def print_replan(answer: Replan) -> None:
    """The verdict and how many stayed, what moved by its cause, and how near each stage is."""
    made, own = answer.plan, answer.version
    asked = ", ".join(part for part in (own.asked_by, "" if own.asked_on is None else str(own.asked_on)) if part)
    typer.echo(made.programme.title)
    typer.echo(f"Version {own.number}: {own.title} (asked by {asked})")
    typer.echo(f"Verdict: {answer.judgement.verdict}; {stayed(answer.diff.counts)}.")
    for said in answer.of_the_flight:
        typer.echo(said)
    print_flight(answer.diff)
    print_by_cause(answer.diff, _why(answer))
    for stage in made.stages:
        typer.echo(f"{_STAGES[stage.stage]}: {_said(answer, stage)}")
    _print_left_out(made)
    print_hosts_minutes(made)
    print_requests(made)
    for warning in made.warnings:
        if warning not in answer.of_the_flight:
            typer.echo(f"Mind: {warning}")
    if answer.judgement.verdict != "holds":
        print_judgement(answer.judgement)
    for path in answer.files:
        if path.name in ("plan.json", "report.html"):
            typer.echo(f"{'Report' if path.name == 'report.html' else 'Plan'}: {path}")
    typer.echo(f"Done in {answer.seconds['total']:.0f} s.")


def _print_left_out(made: Plan) -> None:
    """What may still come in, and what can't any more."""
    from hamsafar.app.replanning import OVER

    over = [one.id for one in made.dropped if one.why.endswith(OVER)]
    optional = [one.id for one in made.dropped if one.id not in over]
    if optional:
        typer.echo("Left out, optional: " + ", ".join(optional))
    if over:
        typer.echo("Not done, and too late now: " + ", ".join(over))


def _said(answer: Replan, stage: StageResult) -> str:
    """Whether the stage is proved the nearest, and its terms, each with its bound where that is another."""
    terms = [term for term in answer.plan.objective if term.stage == stage.stage]
    nearest = "proved nearest" if _is_nearest(terms) else "not proved nearest"
    return f"{nearest}; " + "; ".join(_term(answer, term) for term in terms)


def _term(answer: Replan, term: ObjectiveValue) -> str:
    from hamsafar.app.replanning import MOVED, SHIFT

    if term.name == SHIFT:
        return _shift(answer, term)
    bound = "" if term.value == term.bound else f" (bound {term.bound:,.0f})"
    said = f"{term.name} {term.value:,.0f} {term.unit}".rstrip() + bound
    if term.name != MOVED:
        return said
    found = [*_of_stage(answer, term, "moved"), *_of_stage(answer, term, "dropped")]
    happened = len(found) - len(_to_come(answer, found))
    apart = [
        f"{number} {words}"
        for number, words in (
            (happened, "as it happened"),
            (len(found) - happened - round(term.value), "that can't be there any more"),
        )
        if number > 0
    ]
    return said + (f", besides {' and '.join(apart)}" if apart else "")


def _to_come(answer: Replan, found: Iterable[Difference]) -> list[Difference]:
    """Without what lies elsewhere because it happened there."""
    done = {one.placement for one in answer.plan.programme.happened if one.outcome == "done"}
    return [one for one in found if one.after is None or one.placement.id not in done]


def _shift(answer: Replan, term: ObjectiveValue) -> str:
    """How far what is there was shifted; the objective counts the whole horizon for each that was left out."""
    moved = _to_come(answer, _of_stage(answer, term, "moved"))
    total_min = sum(abs(one.relative_shift_min or 0) for one in moved)
    left_out = _left_out(answer, term.stage, len(moved))
    apart = f" of what is there, besides {left_out} left out" if left_out else ""
    proved = "" if term.value == term.bound else ", not proved the least"
    return f"{term.name} {shift_text(total_min).removeprefix('+')}{apart}{proved}"


def _of_stage(answer: Replan, term: ObjectiveValue, kind: DifferenceKind) -> list[Difference]:
    return [one for one in answer.diff.placements.of_kind(kind) if one.placement.stage == term.stage]


def _left_out(answer: Replan, stage: Stage, moved: int) -> int:
    """How many are left out that could be there: those that the objective counts and that didn't move."""
    from hamsafar.app.replanning import MOVED

    term = next((one for one in answer.plan.objective if (one.stage, one.name) == (stage, MOVED)), None)
    return 0 if term is None else max(0, round(term.value) - moved)


def _is_nearest(terms: Iterable[ObjectiveValue]) -> bool:
    from hamsafar.app.replanning import NEARNESS

    return all(term.value == term.bound for term in terms if term.name in NEARNESS)


def _replan_week(
    plan: Path,
    change: Path | None,
    out: Path | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    from hamsafar.cli import operations

    if change is None:
        raise typer.BadParameter("say what changed in the week: --change FILE")
    operations.replan(plan, change, out, seed, workers, effort, time_limit_s, as_json)
