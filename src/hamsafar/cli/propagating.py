"""What `propagate` does: call `app`, print what came back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import Exit, print_document, print_json
from hamsafar.cli.telling import Teller
from hamsafar.errors import InputError

if TYPE_CHECKING:
    from hamsafar.app.propagating import Propagated


def propagate(state: Path, asked: dict[str, Any], form: str | None, out: Path | None, as_json: bool) -> None:
    """`hamsafar propagate`."""
    with Teller("Reading the state") as teller:
        from hamsafar.app.files import ensure_replaceable, write_file
        from hamsafar.app.propagated_files import facts, orbit_form, orbit_pieces
        from hamsafar.app.propagating import propagate as follow

        wanted = orbit_form(form, None if out is None else out.name)
        if as_json and out is None and wanted != "json":
            what = f"prints {wanted}, but --json asks for one JSON document; name a file with --out"
            raise InputError(what, where="--format")
        if out is not None:
            ensure_replaceable(out)
        found = follow(state, tell=teller.tell, **asked)
    for warning in found.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    if out is not None:
        path = write_file(out, (piece.encode() for piece in orbit_pieces(found, wanted)))
        if as_json:
            print_json({"files": [str(path)], "states_written": len(found), **facts(found)})
        else:
            _print_summary(found)
            typer.echo(f"Wrote {'the last state' if wanted == 'opm' else f'{len(found):,} states'} to {path}.")
    elif as_json or form is not None:
        print_document(orbit_pieces(found, wanted), in_json=wanted == "json")
    else:
        _print_summary(found)
    if found.ended_by == "time":
        typer.echo(f"The time was up at {found.end}, before {found.asked_end}.", err=True)
        raise typer.Exit(Exit.UNDECIDED)


def _print_summary(found: Propagated) -> None:
    """What a person wants to know first."""
    typer.echo(f"{found.name}, about the {found.centre.capitalize()}, {found.frame}: {found.start} to {found.end}")
    typer.echo(
        f"{found.field_name} to degree {found.forces.degree}; {', '.join(found.forces.bodies) or 'no other body'}"
    )
    for text in found.assumed:
        typer.echo(f"Assumed: {text}.")
    if found.fitted is not None:
        fit = found.fitted
        what = f"Drag x {fit.scale:.3f} ± {fit.scale_sigma:.3f}, field to degree {fit.degree}"
        typer.echo(f"{what}: {fit.states} states met to {fit.rms_after_km * 1_000:.1f} m")
    if found.against is not None:
        typer.echo(f"From the ephemeris's own states: at most {found.against.apart_km.max():.3f} km")
    _print_ends(found)


def _print_ends(found: Propagated) -> None:
    for label, some in (("Periapsis", found.periapsis), ("Apoapsis", found.apoapsis)):
        if some:
            low, high = (pick(one.altitude_km for one in some) for pick in (min, max))
            typer.echo(f"{label}: {len(some)}, height {low:z.3f} to {high:z.3f} km")
    heads = "".join(f"{axis + ' km':>14}" for axis in "xyz") + "".join(f"{'v' + axis + ' km/s':>12}" for axis in "xyz")
    typer.echo(f"{'UTC':<24}{heads}")
    for moment, r, v in ((found.tai_ns[0], found.position_km[0], found.velocity_km_s[0]), _last(found)):
        from hamsafar.timeline import Instant

        numbers = "".join(f"{x:z14.4f}" for x in r) + "".join(f"{x:z12.7f}" for x in v)
        typer.echo(f"{Instant(int(moment)).iso(3):<24}{numbers}")
    if found.impact is not None:
        hit, what = found.impact, _met(found.centre, found.impact.body)
        typer.echo(f"{what}: {hit.time.iso(1)} at {hit.latitude_deg:z.3f} °N {hit.longitude_deg:z.3f} °E")
    if found.ended_by == "escape":
        typer.echo(f"It leaves the {found.centre.capitalize()} at {found.end}.")


def _met(centre: str, body: str) -> str:
    if body == "earth":
        return "80 km above the Earth"
    return "Impact" if centre == "moon" else "Impact on the Moon"


def _last(found: Propagated) -> tuple[Any, Any, Any]:
    return found.tai_ns[-1], found.position_km[-1], found.velocity_km_s[-1]
