"""That there is no plan, or that none was found: conflicts in words, what would make it fit, and what is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import print_json

if TYPE_CHECKING:
    from hamsafar.app.no_plans import Clash, NoPlan, Relaxed, Undecided


def print_no_plan(answer: NoPlan, as_json: bool) -> None:
    """The rules and facts that can't hold together, and what would make it fit."""
    if as_json:
        print_json(
            {
                "status": "infeasible",
                "stage": answer.stage,
                "conflict": clash_rows(answer.clashes),
                "minimal": answer.minimal,
                "facts": list(answer.facts),
                "other_conflicts": [clash_rows(conflict) for conflict in answer.others],
                "more": answer.more,
                "relaxations": relaxation_rows(answer.relaxations),
            }
        )
        return
    typer.echo(f"No plan exists ({answer.stage}). These rules and facts can't all hold:", err=True)
    _print_conflict(answer.clashes)
    for fact in answer.facts:
        typer.echo(f"  fact: {fact}", err=True)
    if answer.minimal:
        typer.echo("Each of them is needed for the conflict: give way in any one.", err=True)
    else:
        typer.echo("Not all of them may be needed: the effort ran out while shrinking the set.", err=True)
    for conflict in answer.others:
        typer.echo("Nor can these, whatever is done about those:", err=True)
        _print_conflict(conflict)
    if answer.more:
        typer.echo("There may be further conflicts; they were not looked for.", err=True)
    print_relaxations(answer.relaxations, err=True)


def _print_conflict(conflict: Iterable[Clash]) -> None:
    for clash in conflict:
        typer.echo(f"  - {clash.sentence}", err=True)
        told = [f"source: {clash.source}"] if clash.source else []
        told += [f"see {', '.join(clash.where)}"] if clash.where else []
        if told:
            typer.echo(f"      {'; '.join(told)}", err=True)


def print_relaxations(relaxations: Iterable[Relaxed], *, err: bool = False) -> None:
    """What would make it fit: what was proved first, and what is only known to be needed as such."""
    told = list(relaxations)
    proved, open_ = [one for one in told if one.proved], [one for one in told if not one.proved]
    if proved:
        typer.echo("What would make it fit, any one of these:", err=err)
    for one in proved:
        less = "" if one.least else " (less may do)"
        typer.echo(f"  - {one.sentence}{less}", err=err)
        for besides in one.together:
            typer.echo(f"      together with {besides}", err=err)
    if open_:
        typer.echo("Not known to be enough in the effort given; less is not:", err=err)
    for one in open_:
        typer.echo(f"  - {one.sentence}", err=err)


def clash_rows(conflict: Iterable[Clash]) -> list[dict[str, Any]]:
    """A conflict as JSON carries it."""
    return [
        {
            "rule": clash.rule,
            "sentence": clash.sentence,
            "source": clash.source,
            "where": list(clash.where),
            "tags": [{"place": tag.place, "detail": tag.detail} for tag in clash.tags],
        }
        for clash in conflict
    ]


def relaxation_rows(relaxations: Iterable[Relaxed]) -> list[dict[str, Any]]:
    """What would make it fit as JSON carries it; `as_change` is what a change file would say."""
    from hamsafar.app.no_plans import change_form

    return [
        {
            "rule": one.rule,
            "sentence": one.sentence,
            "amount": one.amount,
            "unit": one.unit,
            "proved": one.proved,
            "least": one.least,
            "together": list(one.together),
            "tags": [{"place": tag.place, "detail": tag.detail} for tag in one.tags],
            "as_change": change_form(one),
        }
        for one in relaxations
    ]


def print_undecided(answer: Undecided, as_json: bool) -> None:
    """That the effort ran out, and what is known so far."""
    if as_json:
        print_json(
            {
                "status": "undecided",
                "stage": answer.stage,
                "stopped_by": answer.stopped_by,
                "effort": answer.effort,
                "bound": None,
                "known": list(answer.known),
            }
        )
        return
    typer.echo(
        f"Undecided ({answer.stage}): no plan was found and none was shown impossible; stopped by "
        f"{answer.stopped_by} after {answer.effort:.1f} of effort. Try more: --effort, --workers.",
        err=True,
    )
    for fact in answer.known:
        typer.echo(f"  known so far: {fact}", err=True)
