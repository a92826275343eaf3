"""What `pace` does: call `app`, print what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.domain.pace import ActivityPace, Chance, DayPace, Enough, HelpPace, Overruns, TightDay

_MOST_TOLD = 3  # things to move told of one day on a screen, and missed ones of the stay four times as many


def pace(plan: Path, runs: int, seed: int, until_percent: float | None, as_json: bool) -> None:
    """`hamsafar pace`."""
    with Teller("Reading the plan"):
        from hamsafar.app.pace import pace as run

        answer = run(plan, runs=runs, seed=seed, until=None if until_percent is None else until_percent / 100)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer)


def _document(answer: Overruns) -> dict[str, Any]:
    return {
        "runs": answer.runs,
        "seed": answer.seed,
        "threshold": answer.threshold,
        "late_min": answer.late_min,
        "days": [_day_row(one) for one in answer.days],
        "activities": [_activity_row(one) for one in answer.activities],
        "tight": [_tight_row(one) for one in answer.tight],
        "until": answer.until,
        "enough": [_tight_row(one) for one in answer.enough],
        "help": [_help_row(one) for one in answer.help],
    }


def _chance(one: Chance) -> dict[str, float]:
    return {"share": one.share, "error": round(one.error, 6)}


def _day_row(one: DayPace) -> dict[str, Any]:
    return {
        "day": one.day,
        "person": one.person,
        "ends": None if one.ends is None else one.ends.exact_iso(),
        "overrun": _chance(one.overrun),
        "late": _chance(one.late),
        "missed": _chance(one.missed),
        "late_mean_min": one.late_mean_min,
        "late_p90_min": one.late_p90_min,
    }


def _activity_row(one: ActivityPace) -> dict[str, Any]:
    return {
        "placement": one.placement,
        "day": one.day,
        "begun": _chance(one.begun),
        "in_full": _chance(one.in_full),
        "late": _chance(one.late),
        "missed": _chance(one.missed),
    }


def _tight_row(one: TightDay | Enough) -> dict[str, Any]:
    return {
        "day": one.day,
        "person": one.person,
        "overrun": _chance(one.overrun),
        "without": [{"placement": each.placement, "overrun": _chance(each.without)} for each in one.reliefs],
    }


def _help_row(one: HelpPace) -> dict[str, Any]:
    return {
        "person": one.person,
        "day": one.day,
        "planned_min": one.planned_min,
        "mean_min": one.mean_min,
        "p90_min": one.p90_min,
        "agreed_min": one.agreed_min,
        "over": None if one.over is None else _chance(one.over),
    }


def _print(answer: Overruns) -> None:
    typer.echo(f"{answer.runs:,} simulated stays, seed {answer.seed}: how likely each day overruns")
    told = f"more than {answer.late_min:g} min late to bed, late at the hatch, or something with its own time missed"
    typer.echo(f"  A day overruns for who is {told}.")
    if not answer.days:
        typer.echo("  Nothing is placed aboard.")
    wide = max((len(one.person) for one in answer.days), default=0)
    never = [one for one in answer.days if not one.overrun.share]
    for one in answer.days:
        if one in never:
            continue
        parts = f"missed {one.missed.share:5.1%}  late {one.late.share:5.1%}"
        late = f"{one.late_mean_min:.1f} min in the mean, nine in ten less than {one.late_p90_min:.1f} min"
        typer.echo(f"  day {one.day}  {one.person:{wide}}  {_percent(one.overrun):>15}  {parts}: {late}")
    if never:
        typer.echo(f"  The other {len(never)} days of somebody overrun in no simulated stay.")
    _print_tight(answer)
    _print_enough(answer)
    _print_help(answer)
    missed = sorted((one for one in answer.activities if one.missed.share > 0), key=lambda one: -one.missed.share)
    if missed:
        typer.echo("Most often missed, or cut off by their windows:")
    for each in missed[: 4 * _MOST_TOLD]:
        typer.echo(f"  {each.placement}: {_percent(each.missed)}")


def _print_tight(answer: Overruns) -> None:
    if answer.tight:
        typer.echo(f"What to move of days that overrun in more than {answer.threshold:.0%} of stays, best first:")
    for one in answer.tight:
        best = [f"without {each.placement} {_percent(each.without)}" for each in one.reliefs[:_MOST_TOLD]]
        told = "; ".join(best) or "nothing of the guest's programme lowers it"
        typer.echo(f"  day {one.day}, {one.person}, {_percent(one.overrun)}: {told}")
    if answer.tight:
        typer.echo("  Or plan it at a higher confidence, for instance rules: {CRW-20: {confidence: 0.8}}.")


def _print_enough(answer: Overruns) -> None:
    if answer.until is None:
        return
    typer.echo(f"What all to move until the guest's days overrun in no more than {answer.until:.0%} of stays:")
    for one in answer.enough:
        parts = [f"without {each.placement} {_percent(each.without)}" for each in one.reliefs]
        least = one.reliefs[-1].without.share if one.reliefs else one.overrun.share
        more = "" if least <= answer.until else "; nothing else of the guest's programme lowers it"
        typer.echo(f"  day {one.day}, {_percent(one.overrun)}: {', then '.join(parts) or 'nothing to move'}{more}")
    if not answer.enough:
        typer.echo("  nothing: none of them does")


def _print_help(answer: Overruns) -> None:
    """The hosts' minutes in the stay, and the days on which some host is likely to give more than was agreed."""
    stay = [one for one in answer.help if one.day is None]
    if stay:
        typer.echo("Hosts' minutes for the guest's programme in the stay, as simulated:")
    wide = max((len(one.person or "all hosts") for one in stay), default=0)
    for one in stay:
        taken = f"{one.planned_min} min planned, {one.mean_min:.0f} on average, nine in ten less than {one.p90_min:.0f}"
        typer.echo(f"  {one.person or 'all hosts':{wide}}  {taken}{_agreed(one)}")
    days = (one for one in answer.help if one.day is not None and one.over is not None)
    likely = sorted((one for one in days if one.over and one.over.share > 0), key=_least_likely_last)
    for one in likely[:_MOST_TOLD]:
        typer.echo(
            f"  day {one.day}, {one.person}: {one.planned_min} min planned, {one.mean_min:.0f} on average{_agreed(one)}"
        )


def _least_likely_last(one: HelpPace) -> float:
    return 0.0 if one.over is None else -one.over.share


def _agreed(one: HelpPace) -> str:
    """`; over the 90 agreed in 12.3 % ± 0.3`."""
    return "" if one.over is None else f"; over the {one.agreed_min:g} agreed in {_percent(one.over)}"


def _percent(one: Chance) -> str:
    """`12.3 % ± 0.3`."""
    return f"{100 * one.share:.1f} % \u00b1 {100 * one.error:.1f}"
