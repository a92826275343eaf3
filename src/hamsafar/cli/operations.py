"""What `plan`, `verify`, `why`, `replan` and `diff` do with a CubeSat's week."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from attrs import evolve

from hamsafar.cli.commands import code_of, finding_rows, print_judgement
from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.operations.planning import Effort, NotFound, NoWeek, PlannedWeek, WeekCosts
    from hamsafar.domain.operations import OperationsPlan
    from hamsafar.domain.operations_changes import WeekMove
    from hamsafar.domain.plan import Judgement
    from hamsafar.timeline import Span


def plan(
    spec: Path,
    out: Path | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar plan` of a mission's folder, and `hamsafar moon plan`."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.operations.planning import plan_week

        asked = effort_of(seed, workers, effort, time_limit_s, teller)
        answer = plan_week(spec, out=out, effort=asked, costs=lambda _: None)
    print_answer(answer, as_json)


def effort_of(seed: int, workers: int, effort: float | None, time_limit_s: float | None, teller: Teller) -> Effort:
    """How hard to look, as it was asked for."""
    from hamsafar.app.operations.planning import Effort

    asked = Effort(seed=seed, workers=workers, time_limit_s=time_limit_s, tell=teller.tell)
    return asked if effort is None else evolve(asked, effort=effort)


def print_answer(answer: PlannedWeek | NoWeek | NotFound, as_json: bool) -> None:
    """What came of planning; ends with its exit code."""
    from hamsafar.app.operations.planning import NoWeek, PlannedWeek

    if isinstance(answer, PlannedWeek):
        if as_json:
            document = week_document(answer.plan, answer.judgement, answer.files, answer.seconds)
            print_json({**document, "costs": costs_document(answer.costs)})
        else:
            print_costs(answer.costs)
            print_week(answer.plan, answer.judgement, answer.files)
        raise typer.Exit(code_of(answer.judgement.verdict))
    if isinstance(answer, NoWeek):
        print_no_week(answer, as_json)
        raise typer.Exit(Exit.NO_PLAN)
    print_not_found(answer, as_json)
    raise typer.Exit(Exit.UNDECIDED)


def costs(spec: Path, as_json: bool) -> None:
    """`hamsafar moon plan --costs`."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.operations.planning import week_costs

        answer = week_costs(spec, tell=teller.tell)
    if as_json:
        print_json({"costs": costs_document(answer)})
    else:
        print_costs(answer)


def verify(plan_file: Path, as_json: bool) -> None:
    """`hamsafar verify` of a week."""
    with Teller("Verifying the week by its own physics"):
        from hamsafar.app.operations.verifying import verify_week

        judgement = verify_week(plan_file)
    if as_json:
        print_json({"verdict": judgement.verdict, "findings": finding_rows(judgement.findings)})
    else:
        print_judgement(judgement)
    raise typer.Exit(code_of(judgement.verdict))


# ---- documents


def week_document(
    plan: OperationsPlan, judgement: Judgement, files: Iterable[Path], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """A week that was found, as JSON carries it."""
    return {
        "status": plan.status,
        "objective": [
            {"name": term.name, "value": term.value, "bound": term.bound, "unit": term.unit} for term in plan.objective
        ],
        "verdict": judgement.verdict,
        "findings": finding_rows(judgement.findings),
        "home": list(plan.home),
        "undone": [
            {"id": one.id, "of": one.of, "title": one.title, "value": one.value, "reason": one.reason}
            for one in plan.undone
        ],
        "files": [str(file) for file in files],
        "seconds": dict(seconds),
    }


def costs_document(costs: WeekCosts) -> dict[str, Any]:
    """What wishes cost, as JSON carries it."""
    return {
        "link_min": costs.link_min,
        "wanted_min": costs.wanted_min,
        "telemetry_min": costs.telemetry_min,
        "wishes": [
            {
                "wish": one.wish,
                "title": one.title,
                "count": one.count,
                "value": one.value,
                "kbit": one.kbit,
                "link_min": one.link_min,
                "passes": one.passes,
                "energy_wh": round(one.energy_wh, 3),
                "share_of_week": None if one.share_of_week is None else round(one.share_of_week, 4),
                "openings": one.openings,
            }
            for one in costs.wishes
        ],
    }


# ---- for people


def print_costs(costs: WeekCosts) -> None:
    """A table of wishes: what one picture costs, before anything is asked."""
    typer.echo(
        f"The link can be on for {hours(costs.link_min)} of the week at most; "
        f"all wishes want {hours(costs.wanted_min)}."
    )
    for one in costs.wishes:
        passes = "no pass is long enough" if one.passes is None else f"{one.passes} pass{'es' * (one.passes != 1)}"
        each = f"{one.kbit:,.0f} kbit, {hours(one.link_min)} of link ({passes}), {one.energy_wh:.1f} Wh"
        share = "the week has no link"
        if one.share_of_week is not None:
            share = f"{100 * one.share_of_week:.0f} % of the week's link for {one.count}"
        typer.echo(f"  {one.wish:<20} {one.title}: {each}; {share}; in view {one.openings} times")


def hours(minutes: int) -> str:
    """`2 h 3 min`."""
    whole, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{whole} h" if whole else "", f"{rest} min" if rest or not whole else "") if part
    )


def print_week(plan: OperationsPlan, judgement: Judgement, files: Iterable[Path]) -> None:
    """What lies in the week, what is home, what was left out and why."""
    pictures = sum(task.kind == "image" for task in plan.tasks)
    sent = [task for task in plan.tasks if task.kind == "transmission"]
    on_air = round(sum(task.span.seconds for task in sent) / 60)
    typer.echo(
        f"The week holds {pictures} pictures, {len(plan.home)} of them home, in {len(sent)} transmissions "
        f"({hours(on_air)} on the air): {plan.status}."
    )
    for term in plan.objective:
        gap = "" if term.bound == term.value else f" ({term.bound:g} at least)"
        typer.echo(f"  {term.name}: {term.value:g} {term.unit}{gap}")
    for one in plan.undone:
        typer.echo(f"  left out {one.id} ({one.title}, worth {one.value}): {one.reason}")
    print_judgement(judgement)
    for file in files:
        typer.echo(f"  {file}")


def print_no_week(answer: NoWeek, as_json: bool) -> None:
    """The rules and facts that can't hold together, and what would make it fit."""
    if as_json:
        print_json(
            {
                "status": "infeasible",
                "conflict": [
                    {"rule": one.rule, "sentence": one.sentence, "source": one.source, "where": list(one.where)}
                    for one in answer.clashes
                ],
                "minimal": answer.minimal,
                "facts": list(answer.facts),
                "relaxations": [
                    {
                        "rule": one.rule,
                        "sentence": one.sentence,
                        "amount": {"value": one.amount, "unit": one.unit},
                        "proved": one.proved,
                    }
                    for one in answer.gives
                ],
            }
        )
        return
    typer.echo("No week exists. These rules and facts can't all hold:", err=True)
    for clash in answer.clashes:
        where = f" ({', '.join(clash.where)})" if clash.where else ""
        typer.echo(f"  - {clash.rule}{where}: {clash.sentence}", err=True)
    for fact in answer.facts:
        typer.echo(f"  fact: {fact}", err=True)
    for give in answer.gives:
        typer.echo(f"  it would fit with {give.sentence}", err=True)


def print_not_found(answer: NotFound, as_json: bool) -> None:
    """That none was found in time."""
    if as_json:
        said = {"status": "undecided", "stopped_by": answer.stopped_by, "effort": round(answer.effort, 3)}
        print_json({**said, "reached": list(answer.reached)})
        return
    typer.echo(f"No week was found, and none was shown impossible: stopped by {answer.stopped_by}.", err=True)
    for one in answer.reached:
        typer.echo(f"  so far: {one}", err=True)


# ---- changes


def replan(
    plan_file: Path,
    change: Path,
    out: Path | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar replan` of a week."""
    with Teller("Reading the week") as teller:
        from hamsafar.app.operations.replanning import ReplannedWeek, replan_week

        answer = replan_week(plan_file, change, out=out, effort=effort_of(seed, workers, effort, time_limit_s, teller))
    if not isinstance(answer, ReplannedWeek):
        print_answer(answer, as_json)
        return
    if as_json:
        document = week_document(answer.plan, answer.judgement, answer.files, answer.seconds)
        print_json({**document, **moves_document(answer.moves)})
    else:
        print_moves(answer.moves)
        print_week(answer.plan, answer.judgement, answer.files)
    raise typer.Exit(code_of(answer.judgement.verdict))


def diff(before: Path, after: Path, as_json: bool) -> None:
    """`hamsafar diff` of two weeks."""
    with Teller("Reading both weeks"):
        from hamsafar.app.operations.replanning import diff_weeks

        found = diff_weeks(before, after)
    if as_json:
        print_json(moves_document(found))
    else:
        print_moves(found)


def moves_document(moves: Iterable[WeekMove]) -> dict[str, Any]:
    """What moved, was added and dropped, as JSON carries it."""
    rows: dict[str, list[dict[str, Any]]] = {"moved": [], "added": [], "dropped": []}
    for one in moves:
        rows[one.kind].append({"task": one.task, "title": one.title, "from": _span(one.before), "to": _span(one.after)})
    return rows


def _span(span: Span | None) -> dict[str, str] | None:
    return None if span is None else {"start": span.start.iso(), "end": span.end.iso()}


def print_moves(moves: Iterable[WeekMove]) -> None:
    """One line for each."""
    told = list(moves)
    if not told:
        typer.echo("Nothing differs.")
    for one in told:
        ends = [span.start.iso() + " to " + span.end.iso()[11:] for span in (one.before, one.after) if span is not None]
        typer.echo(f"  {one.kind} {one.task} ({one.title}): {' -> '.join(ends)}")


def why(plan_file: Path, task: str, as_json: bool) -> None:
    """`hamsafar why` of a week."""
    with Teller("Reading the week") as teller:
        from hamsafar.app.operations.asking_why import why_week

        answer = why_week(plan_file, task, tell=teller.tell)
    if as_json:
        print_json(
            {
                "task": answer.task,
                "placed": _span(answer.placed),
                "reasons": list(answer.reasons),
                "cost": None
                if answer.cost is None
                else {
                    "points": answer.cost.points,
                    "on_air_min": answer.cost.on_air_min,
                    "left_out": list(answer.cost.left_out),
                },
            }
        )
        return
    for reason in answer.reasons:
        typer.echo(reason)
