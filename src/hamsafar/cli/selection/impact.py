"""`hamsafar select impact`: parse, call `app`, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.options import Json
from hamsafar.cli.selection.options import select
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.selection.impact import GroupImpact, Impact, StageImpact


@select.command()
def impact(
    counts: Annotated[
        Path,
        typer.Argument(metavar="COUNTS", help="A table stage,group,entered,passed[,by][,component]: CSV or XLSX."),
    ],
    public: Annotated[
        bool, typer.Option("--public", help="For publication: groups with counts below five are left out.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show how each stage falls on groups: impact ratios, the four-fifths rule, exact tests, small numbers."""
    with Teller("Reading the counts"):
        from hamsafar.app.selection.impact import for_public
        from hamsafar.app.selection.impact import impact as run

        answer = for_public(run(counts)) if public else run(counts)
    if as_json:
        print_json(document(answer))
    else:
        _print(answer)


def document(answer: Impact) -> dict[str, Any]:
    """The answer as JSON has it."""
    return {
        "stages": [_stage_row(one) for one in answer.stages],
        "overall": [_stage_row(one) for one in answer.overall],
        "notes": list(answer.notes),
    }


def _stage_row(one: StageImpact) -> dict[str, Any]:
    test = one.exact
    return {
        "stage": one.stage,
        "by": one.by or None,
        "component": one.component or None,
        "groups": [_group_row(each) for each in one.groups],
        "best": one.best,
        "exact_p": test.p if test else None,
        "exact_method": test.method if test else None,
        "exact_error": test.error if test else None,
        "exact_draws": test.draws if test else None,
        "exact_seed": test.seed if test else None,
        "small_numbers": one.small_numbers,
        "sentence": one.sentence,
    }


def _group_row(one: GroupImpact) -> dict[str, Any]:
    return {
        "group": one.group,
        "entered": one.entered,
        "passed": one.passed,
        "rate": one.rate,
        "ratio": one.ratio,
        "ratio_low": one.ratio_low,
        "ratio_high": one.ratio_high,
        "flag": one.flag,
        "exact_p": one.exact_p,
        "one_person": one.one_person,
        "small_numbers": one.small_numbers,
        "under_2_percent": one.under_2_percent,
        "sentence": one.sentence,
    }


def _print(answer: Impact) -> None:
    for one in (*answer.stages, *answer.overall):
        _print_stage(one)
    for note in answer.notes:
        typer.echo(note)
    typer.echo("Counts are evidence of an effect, not of its cause; below four fifths is no finding of discrimination.")


def _print_stage(one: StageImpact) -> None:
    part = f", {one.component}" if one.component else ""
    typer.echo(f"{one.stage}{part}{f', by {one.by}' if one.by else ''}: {one.sentence}")
    wide = max((len(each.group) for each in one.groups), default=0)
    for each in one.groups:
        typer.echo(f"  {each.group:{wide}}  {each.passed:>7} of {each.entered:<7} {_rates(each)}")
    for each in one.groups:
        if each.flag or each.one_person:
            typer.echo(f"  {each.sentence}")
    if one.exact is not None:
        error = "" if one.exact.error is None else f" ± {one.exact.error:.2g}, simulated with seed {one.exact.seed}"
        typer.echo(f"  exact test: p = {one.exact.p:.2g}{error}")


def _rates(one: GroupImpact) -> str:
    if one.rate is None:
        return "nobody entered"
    ratio = "" if one.ratio is None else f"  ratio {one.ratio:.2f}{_ends(one)}"
    return f"{100 * one.rate:6.2f} %{ratio}{'  below 4/5' if one.flag else ''}{', small' if one.small_numbers else ''}"


def _ends(one: GroupImpact) -> str:
    if one.ratio_low is None:
        return ""
    high = "" if one.ratio_high is None else f"{one.ratio_high:.2f}"
    return f" ({one.ratio_low:.2f} to {high or 'any'})"
