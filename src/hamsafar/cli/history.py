"""What `boosts` does: call `app`, print what came back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from rich.table import Table

    from hamsafar.app.boosting import Boosts
    from hamsafar.domain.history import Boost, DecaySpan, RejectedSet

_DAY_S, _HOUR_S = 86_400.0, 3_600.0
_WIDE = 160  # columns where no terminal says how many it has
_UNITS = (" km", " m/s", " m/d", " d")  # columns of numbers


def boosts(elements: Path, start: str | None, end: str | None, as_of: str | None, as_json: bool) -> None:
    """`hamsafar boosts`."""
    with Teller("Reading the history"):
        from hamsafar.app.boosting import boosts as find

        found = find(elements, start=start, end=end, as_of=as_of)
    for warning in found.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    if as_json:
        print_json(_document(found))
    else:
        _print(found)


def _document(found: Boosts) -> dict[str, Any]:
    sets = found.history.sets
    return {
        "object": {"name": found.name, "norad": found.norad},
        "from": sets[0].epoch.exact_iso() if sets else None,
        "to": sets[-1].epoch.exact_iso() if sets else None,
        "as_of": found.as_of.exact_iso() if found.as_of else None,
        "words": found.words,
        "boosts": [_boost_row(one) for one in found],
        "decay_km_per_day": [round(rate, 5) for rate in found.decay_km_per_day],
        "decays": [_decay_row(one) for one in found.decays],
        "sets_kept": len(sets),
        "rejected": [_rejected_row(one) for one in found.rejected],
        "warnings": list(found.warnings),
    }


def _boost_row(one: Boost) -> dict[str, Any]:
    return {
        "time": one.time.iso(),
        "time_sigma_s": round(one.time_sigma_s),
        "earliest": one.earliest.exact_iso(),
        "latest": one.latest.exact_iso(),
        "delta_altitude_km": round(one.delta_altitude_km, 4),
        "delta_altitude_sigma_km": round(one.delta_altitude_sigma_km, 4),
        "delta_v_m_s": round(one.delta_v_m_s, 4),
        "net": one.net,
    }


def _decay_row(one: DecaySpan) -> dict[str, Any]:
    return {
        "from": one.span.start.exact_iso(),
        "to": one.span.end.exact_iso(),
        "rate_km_per_day": round(one.rate_km_per_day, 5),
        "sigma_km_per_day": round(one.sigma_km_per_day, 5),
        "largest_gap_d": round(one.largest_gap_d, 3),
    }


def _rejected_row(one: RejectedSet) -> dict[str, Any]:
    return {
        "epoch": one.elements.epoch.exact_iso(),
        "element_set": one.elements.element_set,
        "why": one.why,
        "doubtful": one.doubtful,
    }


def _print(found: Boosts) -> None:
    from hamsafar.app.boosting import no_boost_said

    name = f"{found.name or 'Object'} ({found.norad})"
    if found.history.boosts:
        typer.echo(f"{name}: {found.words}.")
    else:
        typer.echo(f"{name}: {no_boost_said(found.history)}.")
    if len(found):
        _print_table(_boost_table(found))
        if any(one.net for one in found):
            typer.echo("* the net of all that was done in a long gap between sets, on one day or several")
    elif found.history.boosts:
        typer.echo("No boost between --from and --to.")
    if found.decays:
        typer.echo("Decay between:")
        _print_table(_decay_table(found))
    for one in found.rejected:
        typer.echo(f"{'Doubtful' if one.doubtful else 'Left out'}: the set of {one.elements.epoch.iso()}: {one.why}.")


def _boost_table(found: Boosts) -> Table:
    table = _table("Boost UTC", "±", "Height km", "± km", "Cost m/s", "Between the sets of")
    for one in found:
        table.add_row(
            "not known*" if one.net else _minute(one.time),
            "" if one.net else _lasting(one.time_sigma_s),
            f"{one.delta_altitude_km:+.2f}",
            f"{one.delta_altitude_sigma_km:.2f}",
            f"{one.delta_v_m_s:+.2f}",
            f"{_minute(one.earliest)} and {_minute(one.latest)}",
        )
    return table


def _decay_table(found: Boosts) -> Table:
    table = _table("From UTC", "To UTC", "Sinking m/d", "± m/d", "Longest gap d")
    for one in found.decays:
        table.add_row(
            _minute(one.span.start),
            _minute(one.span.end),
            f"{1_000 * one.rate_km_per_day:.0f}",
            f"{1_000 * one.sigma_km_per_day:.1f}",
            f"{one.largest_gap_d:.1f}",
        )
    return table


def _lasting(seconds: float) -> str:
    return f"{seconds / _DAY_S:.1f} d" if seconds > 2 * _DAY_S else f"{seconds / _HOUR_S:.1f} h"


def _minute(moment: Instant) -> str:
    """`2026-09-19 12:34`, in UTC."""
    return moment.iso().replace("T", " ")[:16]


def _table(*names: str) -> Table:
    """A table with some columns; cells break at blanks where the terminal is narrow."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in names:
        justify: Literal["left", "right"] = "right" if name.endswith(_UNITS) else "left"
        table.add_column(name, overflow="fold", justify=justify)
    return table


def _print_table(table: Table) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(table)
