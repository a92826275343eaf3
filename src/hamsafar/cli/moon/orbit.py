"""`hamsafar moon orbit`: parse, call `app`, print."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit, print_document, print_json
from hamsafar.cli.moon.options import Degree, From, Spec, Until, moon, typer
from hamsafar.cli.moon.tables import print_assumed, second
from hamsafar.cli.options import Json
from hamsafar.cli.telling import Teller
from hamsafar.errors import InputError
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

if TYPE_CHECKING:
    from hamsafar.app.moon.orbit import LunarOrbit


@moon.command()
def orbit(
    spec: Spec,
    start: From = None,
    end: Until = None,
    step: Annotated[
        str, typer.Option("--step", metavar="S", help="Between two states: seconds, or with a unit.")
    ] = "10 min",
    frame: Annotated[
        str,
        typer.Option(
            "--frame",
            help="Of the states: ICRF, EME2000, MOON_PA, MOON_ME, MOON_PA_INERTIAL, MOON_ME_INERTIAL or MOON_EQUATOR.",
        ),
    ] = "ICRF",
    degree: Degree = None,
    form: Annotated[
        str | None, typer.Option("--format", metavar="json|csv|oem", help="Print or write the states in this form.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write the states; the name's end says the form.")
    ] = None,
    time_limit_s: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Answer with what there is after so many seconds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Where a lunar CubeSat is, in equal steps: states in a frame, and elements in the lunar equator."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.files import ensure_replaceable, write_file
        from hamsafar.app.moon.orbit import orbit as run
        from hamsafar.app.moon.orbit import orbit_pieces
        from hamsafar.app.state_files import form_of

        wanted = form_of(form, None if out is None else out.name)
        if as_json and out is None and wanted != "json":
            what = f"prints {wanted}, but --json asks for one JSON document; name a file with --out"
            raise InputError(what, where="--format")
        if out is not None:
            ensure_replaceable(out)
        found = run(
            spec,
            start=start,
            end=end,
            step=step,
            frame=frame,
            degree=degree,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
    if out is not None:
        path = write_file(out, (piece.encode() for piece in orbit_pieces(found, wanted)))
        if as_json:
            print_json({"files": [str(path)], "states_written": len(found), "ended_by": found.ended_by})
        else:
            typer.echo(f"Wrote {len(found):,} states to {path}.")
    elif as_json or form is not None:
        print_document(orbit_pieces(found, wanted), in_json=wanted == "json")
    else:
        _print(found)
    if found.ended_by == "time":
        raise typer.Exit(Exit.UNDECIDED)


def _print(found: LunarOrbit) -> None:
    """One line a state, of fixed width: there may be many."""
    typer.echo(f"{found.mission.title}, {found.frame} from the Moon's centre: {len(found):,} states")
    heads = ("x km", "y km", "z km", "vx km/s", "vy km/s", "vz km/s", "e", "i °", "altitude km")
    typer.echo(f"{'UTC':<24}" + "".join(f"{head:>13}" for head in heads))
    columns = (
        found.tai_ns.tolist(),
        found.position_km.tolist(),
        found.velocity_km_s.tolist(),
        found.elements.eccentricity.tolist(),
        found.elements.inclination_deg.tolist(),
    )
    for ns, r, v, e, i in zip(*columns, strict=True):
        numbers = "".join(f"{x:z13.4f}" for x in r) + "".join(f"{x:z13.7f}" for x in v)
        altitude_km = sum(x * x for x in r) ** 0.5 - MOON_RADIUS_KM
        sys.stdout.write(f"{Instant(ns).iso(3):<24}{numbers}{e:z13.6f}{i:z13.4f}{altitude_km:z13.3f}\n")
    ends = {
        "impact": "hits the Moon",
        "escape": "leaves the Moon",
        "time": "time ran out: followed so far",
        "until": "end of what was asked",
    }
    typer.echo(f"{second(found.end)} UTC: {ends[found.ended_by]}.")
    print_assumed(found.mission, found.assumed)
