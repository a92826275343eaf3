"""`hamsafar moon lifetime`: parse, call `app`, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.moon.options import Degree, Spec, moon, typer
from hamsafar.cli.moon.tables import print_assumed, second, table
from hamsafar.cli.options import Json
from hamsafar.cli.stopping import StopRequest
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

if TYPE_CHECKING:
    from hamsafar.app.moon.lifetime import ImpactEllipse, Life, Lifetime, MonteCarlo, Sweep

_MOST_ROWS = 40  # of one table on a terminal


@moon.command()
def lifetime(
    spec: Spec,
    until: Annotated[
        str | None,
        typer.Option("--until", "--to", metavar="INSTANT", help="An instant, or a length such as 180d; else a year."),
    ] = None,
    degree: Degree = None,
    surface_radius_km: Annotated[
        float | None,
        typer.Option("--surface-radius", metavar="KM", help="Of the ground where it will hit; 1737.4 if not said."),
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", metavar="N", help="Draw so many lives from the release's spread.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of the drawn lives.")] = 0,
    sweep: Annotated[
        list[str] | None,
        typer.Option(
            "--sweep",
            metavar="WHAT",
            help="Vary an assumption of the file (inclination), or anything (inclination=30,60,90); may be said again.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", metavar="ADDRESS", help="Run drawn and swept lives on this Dask cluster."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", metavar="N", min=1, help="Threads here; all cores if not said.")
    ] = None,
    time_limit_s: Annotated[
        float | None, typer.Option("--time-limit", metavar="S", help="Answer with what there is after so many seconds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Follow a lunar CubeSat until it hits the Moon, or a year: its perilunes, where it ends, and how sure that is."""
    with StopRequest() as stop, Teller("Reading the mission") as teller:
        from hamsafar.app.moon.lifetime import lifetime as run
        from hamsafar.app.moon.lifetime_json import lifetime_document

        found = run(
            spec,
            until=until,
            degree=degree,
            surface_radius_km=surface_radius_km,
            runs=runs,
            seed=seed,
            sweep=sweep or (),
            scheduler=scheduler,
            workers=workers,
            time_limit_s=time_limit_s,
            tell=teller.tell,
            stopped=stop.heard,
        )
    if as_json:
        print_json(lifetime_document(found))
    else:
        _print(found)
    if not found.complete:
        raise typer.Exit(Exit.UNDECIDED)


def _print(found: Lifetime) -> None:
    life = found.life
    typer.echo(f"{found.mission.title}, from {second(life.start)} UTC, gravity to degree {found.degree}")
    typer.echo(_how_it_ends(life))
    _print_perilunes(life)
    if found.monte_carlo is not None:
        _print_lives(found.monte_carlo)
    if found.sweep is not None:
        _print_sweep(found.sweep)
    print_assumed(found.mission, found.assumed)


def _how_it_ends(life: Life) -> str:
    sphere_km = MOON_RADIUS_KM
    if life.impact is not None:
        one = life.impact
        return (
            f"Hits the Moon at {one.time.iso(1).replace('T', ' ')[:-1]} UTC, {life.days:.2f} d after release, at "
            f"{one.latitude_deg:+.3f}° {one.longitude_deg:+.3f}° (mean Earth; {one.latitude_pa_deg:+.3f}° "
            f"{one.longitude_pa_deg:+.3f}° in principal axes), {one.radius_km:.2f} km from the centre, with "
            f"{one.speed_km_s:.3f} km/s, {one.descent_deg:.1f}° below the horizon."
        )
    low = f"its lowest point so far is {life.lowest_km - sphere_km:z.1f} km up"
    if life.ended_by == "time":
        return f"Time ran out: followed to {second(life.end)} UTC ({life.days:.2f} of the days asked for); {low}."
    if life.ended_by == "escape":
        return f"Leaves the Moon at {second(life.end)} UTC, {life.days:.2f} d after release; {low}."
    return f"Still in orbit at {second(life.end)} UTC, after {life.days:.2f} d; {low}."


def _print_perilunes(life: Life) -> None:
    import numpy as np

    number = len(life.periapsis_km)
    if not number:
        return
    shown = np.unique(np.linspace(0, number - 1, min(number, _MOST_ROWS)).round().astype(int)).tolist()
    rows = table("Perilune UTC", "radius km", "altitude km")
    for n in shown:
        radius_km = float(life.periapsis_km[n])
        rows.add(
            second(Instant(int(life.periapsis_tai_ns[n]))), f"{radius_km:.2f}", f"{radius_km - MOON_RADIUS_KM:z.2f}"
        )
    rows.show()
    if len(shown) < number:
        typer.echo(f"{len(shown)} of {number} perilunes, evenly picked; --json has them all")


def _print_lives(found: MonteCarlo) -> None:
    of = "" if found.done == found.asked else f" of {found.asked:,} asked for"
    typer.echo(f"{found.done:,} drawn lives{of} (seed {found.seed}), followed to {second(found.until)} UTC:")
    share = f"{found.impacted_share:.1%} ± {found.impacted_error:.1%}"
    typer.echo(f"  {share} hit the Moon by then" + (f", {found.escaped} leave it" if found.escaped else ""))
    for name, part in (("5 %", 0.05), ("half", 0.5), ("95 %", 0.95)):
        days = found.life_d(part)
        typer.echo(f"  {name} have ended by " + ("then: not so many" if days is None else f"day {days:.2f}"))
    if found.ellipse is not None:
        typer.echo(f"  impacts gather {_ellipse(found.ellipse)}")
    elif found.impact_tai_ns.size:
        typer.echo(f"  impacts do not gather in one place; there are {len(found.groups)} groups in time")
    _print_groups(found)
    if found.lowest.at_s.size:
        low, middle, high = (found.lowest.radius_km[-1] - MOON_RADIUS_KM).tolist()
        typer.echo(f"  lowest perilune by the end: {low:z.1f} km (5 %), {middle:z.1f} km (half), {high:z.1f} km (95 %)")


def _print_groups(found: MonteCarlo) -> None:
    if not found.groups:
        return
    rows = table("First impact UTC", "Last UTC", "share %", "where")
    for group in found.groups[:_MOST_ROWS]:
        where = "too few for an ellipse" if group.ellipse is None else _ellipse(group.ellipse)
        rows.add(second(group.first), second(group.last), f"{100 * group.number / found.done:.1f}", where)
    rows.show()


def _ellipse(one: ImpactEllipse) -> str:
    return (
        f"about {one.latitude_deg:+.2f}° {one.longitude_deg:+.2f}°, 95 % within "
        f"{one.semi_major_95_km:.0f} × {one.semi_minor_95_km:.0f} km (half axes), the long one {one.azimuth_deg:.0f}° "
        "from north"
    )


def _print_sweep(found: Sweep) -> None:
    from hamsafar.app.moon.lifetime import heading_of

    rows = table(*(heading_of(name) for name in found.names), "life d", "end", "lowest altitude km")
    lowest = (found.lives.lowest_km() - MOON_RADIUS_KM).tolist()
    for values, end_s, hit, low in zip(
        found.values, found.lives.end_s.tolist(), found.lives.impacted.tolist(), lowest, strict=False
    ):
        rows.add(
            *(f"{value:g}" for value in values), f"{end_s / 86_400:.2f}", "impact" if hit else "lives", f"{low:z.1f}"
        )
    rows.show()
