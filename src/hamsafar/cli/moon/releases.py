"""`hamsafar moon releases`: parse, call `app`, print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.moon.options import Degree, Spec, moon, typer
from hamsafar.cli.moon.tables import print_assumed, second, table
from hamsafar.cli.options import Json
from hamsafar.cli.stopping import StopRequest
from hamsafar.cli.telling import Teller
from hamsafar.units import MOON_RADIUS_KM

if TYPE_CHECKING:
    from hamsafar.app.moon.releases import ReleasesFound

_MOST_ROWS = 60  # options on a terminal


@moon.command()
def releases(
    spec: Spec,
    until: Annotated[
        str | None,
        typer.Option("--until", "--to", metavar="INSTANT", help="An instant, or a length such as 60d; else 90 days."),
    ] = None,
    degree: Degree = None,
    times: Annotated[
        int | None, typer.Option("--times", metavar="N", min=1, help="How many moments are tried; 8 if not said.")
    ] = None,
    ephemeris: Annotated[
        Path | None, typer.Option("--carrier", metavar="OEM", help="The carrier's ephemeris: CCSDS OEM, Moon or Earth.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Threads; all cores if not said.")
    ] = None,
    time_limit_s: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Answer with what there is after so many seconds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare ways to be let go by the carrier: when, which way and how fast; life, clearance and contact of each."""
    with StopRequest() as stop, Teller("Reading the mission") as teller:
        from hamsafar.app.moon.releases import releases as run
        from hamsafar.app.moon.releases import releases_document

        answer = run(
            spec,
            until=until,
            degree=degree,
            times=times,
            ephemeris=ephemeris,
            workers=workers,
            time_limit_s=time_limit_s,
            tell=teller.tell,
            stopped=stop.heard,
        )
    if as_json:
        print_json(releases_document(answer))
    else:
        _print(answer)
    if not answer.found.complete:
        raise typer.Exit(Exit.UNDECIDED)


def _print(answer: ReleasesFound) -> None:
    found = answer.found
    days = found.clearance_span_s / 86_400.0
    typer.echo(
        f"{answer.mission.title}: {len(found.releases)} ways to be released, lives to {second(found.until)} UTC."
    )
    typer.echo(
        f"Clearance is looked at over {days:.1f} d; {found.min_clearance_km:g} km is asked for from "
        f"{found.clear_after_h:g} h after release on."
    )
    rows = table(
        "front", "option", "Release UTC", "way", "m/s", "life d", "lowest altitude km", "closest km", "h/d", "why not"
    )
    for one in found.releases[:_MOST_ROWS]:
        rows.add(
            "-" if one.front is None else str(one.front),
            str(one.option.number),
            second(one.option.time),
            one.option.way,
            f"{one.option.speed_m_s:g}",
            f"{one.life_d:.1f}" + ("" if one.ended_by == "impact" else "+"),
            f"{one.lowest_km - MOON_RADIUS_KM:z.1f}",
            f"{one.closest_km:.1f}",
            "" if one.contact_h_a_day is None else f"{one.contact_h_a_day:.2f}",
            "; ".join(one.why_not),
        )
    rows.show()
    if len(found.releases) > _MOST_ROWS:
        typer.echo(f"... and {len(found.releases) - _MOST_ROWS} more; --json has them all")
    typer.echo("Front 1: no other option is better in one thing and as good in the rest. +: still alive then.")
    print_assumed(answer.mission, answer.assumed)
