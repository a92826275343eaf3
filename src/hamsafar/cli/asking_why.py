"""What `why` does: call `app`, print what came back, choose the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.no_plan import clash_rows, print_relaxations, relaxation_rows
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant, local_label

if TYPE_CHECKING:
    from hamsafar.app.asking_why import Cost, Elsewhere, Freedom, Leaving, Placing, Preferred, Why

_MOST_TOLD = 12  # ids named one by one on a screen; --json names all


def why(
    plan: Path,
    activity: str,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar why`."""
    from hamsafar.app.operations.files import is_week

    if is_week(plan):
        from hamsafar.cli import operations

        operations.why(plan, activity, as_json)
        return
    with Teller("Reading the plan") as teller:
        from hamsafar.app.asking_why import EFFORT, Options
        from hamsafar.app.asking_why import why as run

        options = Options(
            seed=seed,
            workers=workers,
            effort=EFFORT if effort is None else effort,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
        answer = run(plan, activity, options=options)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)
    raise typer.Exit(Exit.DONE if answer.is_decided else Exit.UNDECIDED)


def _document(answer: Why) -> dict[str, Any]:
    return {
        "about": answer.about,
        "status": "answered" if answer.is_decided else "undecided",
        "placed": [_placing_row(one) for one in answer.placed],
        "left_out": [_leaving_row(one) for one in answer.left_out],
    }


def _placing_row(one: Placing) -> dict[str, Any]:
    placement = one.placement
    return {
        "placement": placement.id,
        "title": placement.title,
        "start": placement.start.exact_iso(),
        "end": placement.end.exact_iso(),
        "reasons": [{"kind": why.kind, "rule": why.rule, "sentence": why.sentence} for why in one.reasons],
        "broken": list(one.broken),
        "freedom": None if one.freedom is None else _freedom_row(one.freedom),
        "preferred": None if one.preferred is None else _preferred_row(one.preferred),
        "forced": one.is_forced if one.elsewhere is None or one.elsewhere.possible is not None else None,
        "elsewhere": None if one.elsewhere is None else _elsewhere_row(one.elsewhere),
    }


def _freedom_row(freedom: Freedom) -> dict[str, Any]:
    return {
        "first_start": freedom.first.exact_iso(),
        "last_start": freedom.last.exact_iso(),
        "stopped_before_by": list(freedom.before),
        "stopped_after_by": list(freedom.after),
        "earliest_start": _iso(freedom.earliest),
        "latest_start": _iso(freedom.latest),
    }


def _preferred_row(preferred: Preferred) -> dict[str, Any]:
    return {
        "start": preferred.start.exact_iso(),
        "away_min": preferred.away_min,
        "stopped_by": list(preferred.stopped_by),
    }


def _elsewhere_row(elsewhere: Elsewhere) -> dict[str, Any]:
    return {
        "possible": elsewhere.possible,
        "start": _iso(elsewhere.start),
        "moved": list(elsewhere.moved),
        "conflict": clash_rows(elsewhere.clashes),
    }


def _leaving_row(one: Leaving) -> dict[str, Any]:
    return {
        "placement": one.dropped.id,
        "title": one.dropped.title,
        "value": one.dropped.value,
        "why": one.dropped.why,
        "possible": one.possible,
        "beside_all": one.beside_all,
        "conflict": clash_rows(one.clashes),
        "minimal": one.minimal,
        "cost": None if one.cost is None else _cost_row(one.cost),
        "relaxations": relaxation_rows(one.relaxations),
        "stopped_by": one.stopped_by,
    }


def _cost_row(cost: Cost) -> dict[str, Any]:
    return {
        "start": cost.span.start.exact_iso(),
        "end": cost.span.end.exact_iso(),
        "objective": [
            {"name": term.name, "unit": term.unit, "before": term.before, "after": term.after, "bound": term.bound}
            for term in cost.terms
        ],
        "left_out": list(cost.left_out),
        "put_in": list(cost.put_in),
        "moved": [
            {"placement": one.placement, "from": one.before.exact_iso(), "to": one.after.exact_iso()}
            for one in cost.moved
        ],
        "proved": cost.proved,
    }


def _iso(moment: Instant | None) -> str | None:
    return None if moment is None else moment.exact_iso()


# For people


def _print(answer: Why) -> None:
    for placing in answer.placed:
        _print_placing(placing)
    for leaving in answer.left_out:
        _print_leaving(leaving)


def _print_placing(one: Placing) -> None:
    placement, zone = one.placement, one.placement.zone
    typer.echo(f"{placement.id}, {placement.title}: {_at(placement.start, zone)} to {_at(placement.end, zone)} {zone}")
    for reason in one.reasons:
        typer.echo(f"  {reason.rule + ': ' if reason.rule else ''}{reason.sentence}")
    _print_lines("It breaks, where it is:", one.broken)
    if one.freedom is not None:
        _print_freedom(one.freedom, zone)
    if one.preferred is not None:
        _print_preferred(one.preferred, zone)
    if one.elsewhere is not None:
        _print_elsewhere(one.elsewhere, zone)


def _print_freedom(freedom: Freedom, zone: str) -> None:
    if freedom.first == freedom.last:
        typer.echo("  With everything else where it is, it can't start a minute sooner or later.")
    else:
        typer.echo(
            f"  With everything else where it is, it could start from {_at(freedom.first, zone)} to "
            f"{_at(freedom.last, zone)}."
        )
    _print_lines("What stops it before that:", freedom.before)
    _print_lines("What stops it after that:", freedom.after)
    if freedom.earliest is None or freedom.latest is None:
        typer.echo("  Whether it could start at quite another time was not found out in the effort given.")
    elif (freedom.earliest, freedom.latest) != (freedom.first, freedom.last):
        typer.echo(
            f"  Of all its starts then, the earliest is {_at(freedom.earliest, zone)} and the latest "
            f"{_at(freedom.latest, zone)}."
        )


def _print_preferred(preferred: Preferred, zone: str) -> None:
    if not preferred.away_min:
        typer.echo("  It is where it is liked best.")
        return
    typer.echo(f"  It is {preferred.away_min:,} min away from where it is liked best, {_at(preferred.start, zone)}.")
    _print_lines("What stops it there:", preferred.stopped_by)


def _print_elsewhere(elsewhere: Elsewhere, zone: str) -> None:
    if elsewhere.possible is None:
        typer.echo("  Whether it could lie elsewhere with others moved was not found out. Try more: --effort.")
    elif elsewhere.possible and elsewhere.start is not None:
        moved = f", with {_some(elsewhere.moved)} moved" if elsewhere.moved else ""
        typer.echo(f"  With others moved it could lie elsewhere, for instance at {_at(elsewhere.start, zone)}{moved}.")
    else:
        _print_lines("Its start is forced: no plan has it elsewhere. These hold it:", _sentences(elsewhere.clashes))


def _print_leaving(one: Leaving) -> None:
    typer.echo(f"{one.dropped.id}, {one.dropped.title}: left out (worth {one.dropped.value}); {one.dropped.why}")
    if one.possible is None:
        typer.echo(f"  Whether it can be in was not found out: {one.stopped_by}. Try more: --effort, --workers.")
    elif not one.possible:
        _print_lines("It can't be in the plan at all. These rules and facts can't all hold:", _sentences(one.clashes))
        print_relaxations(one.relaxations)
    elif one.cost is not None:
        _print_beside(one)
        _print_cost(one, one.cost)


def _print_beside(one: Leaving) -> None:
    if one.beside_all:
        typer.echo("  It can be in beside all that is in the plan.")
    elif one.beside_all is None:
        typer.echo("  Whether it can be in beside all that is in the plan was not found out.")
    else:
        _print_lines("It can't be in beside all that is in the plan:", _sentences(one.clashes))


def _print_cost(one: Leaving, cost: Cost) -> None:
    zone = "UTC"
    proved = "" if cost.proved else ", not proved to be the least"
    typer.echo(f"  With it, at {_at(cost.span.start, zone)} {zone}{proved}:")
    for term in cost.terms:
        bound = "" if term.bound in (None, term.after) else f" (at least {term.bound:,})"
        typer.echo(f"    {term.name}: {term.after:,} {term.unit} instead of {term.before:,}{bound}")
    if cost.left_out:
        typer.echo(f"    left out for it: {_some(cost.left_out)}")
    if cost.put_in:
        typer.echo(f"    put in besides: {_some(cost.put_in)}")
    if cost.moved:
        typer.echo(f"    moved: {_some([shift.placement for shift in cost.moved])}")


def _print_lines(head: str, lines: Iterable[str]) -> None:
    told = list(lines)
    if told:
        typer.echo(f"  {head}")
    for line in told:
        typer.echo(f"    - {line}")


def _sentences(clashes: Iterable[Any]) -> list[str]:
    return [clash.sentence for clash in clashes]


def _some(ids: Iterable[str]) -> str:
    named = list(ids)
    more = f" and {len(named) - _MOST_TOLD} more" if len(named) > _MOST_TOLD else ""
    return ", ".join(named[:_MOST_TOLD]) + more


def _at(moment: Instant, zone: str) -> str:
    return local_label(moment, zone).rpartition(" ")[0]
