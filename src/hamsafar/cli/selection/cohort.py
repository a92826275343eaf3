"""`hamsafar select cohort`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import CampaignFolder, select, typer
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.selection.cohorts import Cohort, CohortAdvice, Cohorts, NoCohort


@select.command()
def cohort(
    campaign: CampaignFolder,
    count: Annotated[int, typer.Option("--count", min=1, help="How many cohorts to tell, the best first.")] = 6,
    by: Annotated[
        str | None, typer.Option("--by", metavar="ROLE", help="Who asks: a role of the office or of a board.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the draws of what was measured.")] = 0,
    as_json: Json = False,
) -> None:
    """Choose who takes which seat: the cohorts that cover what the flight needs, best first, and why others lost.

    It advises. The board decides, with `hamsafar select decide`.
    """
    with Teller("Reading the record") as teller:
        from hamsafar.app.selection.cohorts import NoCohort
        from hamsafar.app.selection.cohorts import cohort as run

        answer = run(campaign, count=count, by=by, seed=seed, tell=teller.tell)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)
    if isinstance(answer.result, NoCohort):
        raise typer.Exit(Exit.NO_PLAN)


def _document(answer: CohortAdvice) -> dict[str, Any]:
    from hamsafar.app.selection.cohorts import Cohorts

    result = answer.result
    return {
        "stage": answer.stage,
        "finalists": answer.finalists,
        "warnings": list(answer.warnings),
        "needs": [
            {
                "skill": need.skill,
                "of": need.of,
                "at_least": need.at_least,
                "weight": need.weight,
                "source": need.source,
            }
            for need in answer.needs
        ],
        "barred": [{"candidate": one.code, "why": one.barred} for one in result.barred],
        "medical": [
            {"candidate": code, "verdict": verdict, "limits": list(limits)}
            for code, (verdict, limits) in answer.medical.items()
        ],
        **(_cohorts(result) if isinstance(result, Cohorts) else _none(result)),
    }


def _cohorts(result: Cohorts) -> dict[str, Any]:
    return {
        "status": "optimal" if result.proved else "feasible",
        "possible": result.possible,
        "tied": result.tied,
        "cohorts": [_cohort(one) for one in result.cohorts],
        "kept_out": [_cohort(one) for one in result.kept_out],
    }


def _cohort(one: Cohort) -> dict[str, Any]:
    return {
        "seats": dict(one.seats),
        "value_points": one.value,
        "score_points": one.score,
        "behind_points": one.behind,
        "p_best": one.p_best,
        "covered": [
            {
                "need": each.need,
                "at_least": each.at_least,
                "has": each.figure,
                "by": list(each.by),
                "adds_points": each.adds,
                "p_met": each.p_met,
            }
            for each in one.covered
        ],
        "why": one.why,
    }


def _none(result: NoCohort) -> dict[str, Any]:
    return {
        "status": "infeasible",
        "why": result.why,
        "conflict": list(result.conflict),
        "nobody": list(result.nobody),
        "lowered": [{"need": one.need, "at_least": one.at_least, "to": one.to} for one in result.lowered],
        "seats": dict(result.seats),
    }


def _print(answer: CohortAdvice) -> None:
    from hamsafar.app.selection.cohorts import Cohorts

    result = answer.result
    for warning in answer.warnings:
        typer.echo(f"Warning: {warning}")
    for out in result.barred:
        typer.echo(f"{out.code} can't be chosen: {out.barred}")
    if isinstance(result, Cohorts):
        _print_cohorts(answer, result)
        return
    typer.echo(f"{result.why[:1].upper()}{result.why[1:]}.")
    for need in result.nobody:
        typer.echo(f"  too few of the finalists meet {need}")
    for low in result.lowered:
        to = "it would have to go: nobody showed it" if low.to is None else f"{low.to:g} would do"
        typer.echo(f"  least to give: {low.need} from {low.at_least:g}; {to}")
    if result.seats:
        typer.echo(f"  then: {_seats(result.seats)}")


def _print_cohorts(answer: CohortAdvice, result: Cohorts) -> None:
    first = result.cohorts[0]
    proved = "proved best" if result.proved else "best found"
    typer.echo(f"{_seats(first.seats)}: {first.value:.1f} points, {proved}{_chance(first)}")
    for each in first.covered:
        has = "not shown" if each.figure is None else f"{each.figure:g}"
        sure = "" if each.p_met is None else f", met in {each.p_met:.0%} of draws"
        typer.echo(f"  {each.need}: {has} where {each.at_least:g} is asked, by {' and '.join(each.by)}{sure}")
    for code in first.seats.values():
        verdict, limits = answer.medical.get(code, ("no verdict", ()))
        typer.echo(f"  {code}: {verdict}{': ' + '; '.join(limits) if limits else ''}")
    if result.tied > 1:
        typer.echo(f"  {result.tied} cohorts are as good in value, this one counted")
    typer.echo("Others, and why they lost:")
    for one in result.cohorts[1:]:
        typer.echo(f"  {_seats(one.seats)}{_chance(one)}: {one.why}")
    if len(result.cohorts) == 1:
        typer.echo("  none meets every need")
    if result.kept_out:
        typer.echo("Of higher value, but they miss a need:")
    for one in result.kept_out:
        typer.echo(f"  {_seats(one.seats)}: {one.why}")


def _seats(seats: Any) -> str:
    return ", ".join(f"{code} as {seat}" for seat, code in seats.items())


def _chance(one: Cohort) -> str:
    return "" if one.p_best is None else f" (the best in {one.p_best:.0%} of draws)"
