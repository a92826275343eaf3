"""The commands that calculate: orbits, launches and landings, and schedules of any kind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hamsafar.cli.options import AsOf, CatalogueFile, ElementsFile, From, Json, Reading, To, app


@app.command()
def passes(
    elements: ElementsFile,
    site: Annotated[
        str,
        typer.Option(help="A site of the catalogue (islamabad), or LAT,LON[,HEIGHT_M] in degrees and metres, WGS-84."),
    ],
    start: From,
    end: To,
    min_elevation: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="A pass is at least this high, in degrees above the horizon; 10 if not said."),
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            help="The site's own horizon instead: CSV with azimuth_deg,elevation_deg; straight between points."
        ),
    ] = None,
    as_of: AsOf = None,
    catalogue: CatalogueFile = None,
    visible: Annotated[bool, typer.Option("--visible", help="Only the passes that can be seen.")] = False,
    as_json: Json = False,
) -> None:
    """List every pass over a site, and when it can be seen there (sunlit, the Sun's centre below -6 degrees)."""
    from hamsafar.cli import sky

    sky.passes(elements, site, start, end, min_elevation, mask, as_of, catalogue, visible, as_json)


@app.command()
def light(
    elements: ElementsFile,
    start: From,
    end: To,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List every stay in the Earth's umbra and penumbra, and the Sun's angle above the orbit plane (beta)."""
    from hamsafar.cli import sky

    sky.light(elements, start, end, as_of, as_json)


@app.command()
def ephemeris(
    elements: ElementsFile,
    start: From,
    end: To,
    step: Annotated[str, typer.Option(help="Seconds between two states, or with a unit such as '4 min'.")],
    frame: Annotated[
        str,
        typer.Option(
            metavar="TEME|GCRS|ITRS", help="The frame of the states; also EME2000, TOD, and other names of these."
        ),
    ] = "TEME",
    form: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="json|csv|oem", help="The form: json, csv, or oem (CCSDS, KVN); a table if not said."
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the states to this file, whole or not at all.")] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Print position and velocity in equal steps, the end included where a step falls on it."""
    from hamsafar.cli import sky

    sky.ephemeris(elements, start, end, step, frame, form, out, as_of, as_json)


@app.command()
def propagate(
    state: Annotated[
        Path,
        typer.Argument(
            help="One state and what flies, at the Earth or the Moon: CCSDS OPM, or OEM for its first state (KVN, XML)."
        ),
    ],
    to: Annotated[
        str, typer.Option(help="Where it ends: an instant, or a duration after the state such as '30 d'.")
    ] = "1 d",
    step: Annotated[str, typer.Option(help="Seconds between two states, or with a unit such as '4 min'.")] = "5 min",
    degree: Annotated[
        int | None, typer.Option(min=0, help="Degree of the gravity field; 50 if not said, 0 for a point mass.")
    ] = None,
    order: Annotated[int | None, typer.Option(min=0, help="Its order, up to the degree; the same if not said.")] = None,
    bodies: Annotated[
        str | None,
        typer.Option(metavar="LIST", help="Whose pull counts besides: sun,earth at the Moon if not said; or none."),
    ] = None,
    frame: Annotated[
        str | None,
        typer.Option(
            metavar="FRAME",
            help="Of the states: ICRF, EME2000, TEME, ITRF, MOON_PA, MOON_ME, ...; the file's if not said.",
        ),
    ] = None,
    center: Annotated[
        str | None, typer.Option(metavar="earth|moon", help="Follow the orbit about this body; the file's if not said.")
    ] = None,
    segment: Annotated[int, typer.Option(min=1, help="Of an OEM: the segment whose first state is meant.")] = 1,
    drag: Annotated[bool, typer.Option("--drag/--no-drag", help="Whether the Earth's air brakes.")] = True,
    sunlight: Annotated[bool, typer.Option("--sunlight/--no-sunlight", help="Whether sunlight pushes.")] = True,
    fit_drag: Annotated[
        float | None,
        typer.Option(metavar="HOURS", help="Of an OEM: scale the drag so that its first hours are met best."),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT|observed",
            help="Space weather as foreseen then, or as it came (observed); "
            "if not said, as foreseen when the file was made.",
        ),
    ] = None,
    field: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Another gravity field: SHADR (.tab) or ICGEM (.gfc).")
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="json|csv|oem|opm",
            help="The form: json, csv, oem (CCSDS, all states) or opm (the last one); a summary if not said.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write it to this file, whole or not at all.")] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Wall-clock limit in seconds; the answer says how far it came.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Follow an orbit numerically, at the Moon or the Earth: gravity, Sun and Moon, sunlight, air, burns, impact."""
    from hamsafar.cli import propagating

    asked = {
        "to": to,
        "step": step,
        "degree": degree,
        "order": order,
        "bodies": bodies,
        "frame": frame,
        "center": center,
        "segment": segment,
        "drag": drag,
        "sunlight": sunlight,
        "fit_drag_h": fit_drag,
        "as_of": as_of,
        "field": field,
        "time_limit_s": time_limit,
    }
    propagating.propagate(state, asked, form, out, as_json)


@app.command()
def boosts(
    elements: Annotated[
        Path,
        typer.Option(
            "--elements",
            help="The object's history: element sets of many epochs, TLE, 3LE or CCSDS OMM (KVN, XML, ...).",
        ),
    ],
    start: Annotated[
        str | None, typer.Option("--from", help="Tell nothing from before this instant; everything is still read.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Tell nothing from this instant on; everything is still read.")
    ] = None,
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """List when the orbit was raised or lowered, by how much, and how fast it sank between; bad sets are named."""
    from hamsafar.cli import history

    history.boosts(elements, start, end, as_of, as_json)


@app.command()
def launches(
    station: Annotated[str, typer.Option(help="A station of the catalogue (tiangong), or its NORAD number.")],
    elements: Annotated[
        Path,
        typer.Option(
            "--elements",
            help="The station's element sets: TLE, 3LE or CCSDS OMM (KVN, XML, JSON, CSV); of many epochs the nearest "
            "to each lift-off counts.",
        ),
    ],
    site: Annotated[
        str,
        typer.Option(
            help="The pad: a site of the catalogue (jiuquan; wenchang), or LAT,LON[,HEIGHT_M] within 20 km of one."
        ),
    ],
    ship: Annotated[str, typer.Option(help="A ship of the catalogue: shenzhou, or tianzhou, the cargo ship.")],
    start: From,
    end: To,
    profile: Annotated[
        list[str] | None, typer.Option(help="Only this rendezvous profile; may be said again. All if not said.")
    ] = None,
    as_of: AsOf = None,
    catalogue: CatalogueFile = None,
    stay: Annotated[
        str, typer.Option(metavar="DAYS", help="From docking to undocking, for the landing: 7, or 7 d, or 168 h.")
    ] = "7",
    calendar: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw the days into this file, which ends in .png or .html.")
    ] = None,
    clock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ZONE", help="A time zone beside UTC; may be said again. Beijing's and Islamabad's if not."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List every lift-off of a ship to a station: when, which way, and which rendezvous its phase allows."""
    from hamsafar.cli import launching

    zones = clock or launching.ZONES
    launching.launches(
        station, elements, site, ship, start, end, profile or (), as_of, catalogue, stay, calendar, zones, as_json
    )


@app.command()
def landings(
    station: Annotated[str, typer.Option(help="A station of the catalogue (tiangong), or its NORAD number.")],
    elements: Annotated[
        Path,
        typer.Option(
            "--elements",
            help="The station's element sets: TLE, 3LE or CCSDS OMM (KVN, XML, JSON, CSV); of many epochs the nearest "
            "to each landing counts.",
        ),
    ],
    site: Annotated[
        str,
        typer.Option(
            help="The landing site: one of the catalogue (dongfeng), or LAT,LON[,HEIGHT_M] in the landing area of one."
        ),
    ],
    ship: Annotated[str, typer.Option(help="A ship of the catalogue (shenzhou).")],
    start: From,
    end: To,
    profile: Annotated[
        list[str] | None, typer.Option(help="Only this return profile; may be said again. All if not said.")
    ] = None,
    wind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[DATE=]M_S",
            help="The wind forecast for landings in m/s, or for those of one UTC day (2026-11-03=12); may be said "
            "again. Gives go or no-go by the site's limit.",
        ),
    ] = None,
    as_of: AsOf = None,
    catalogue: CatalogueFile = None,
    clock: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ZONE", help="A time zone beside UTC; may be said again. Beijing's and Islamabad's if not."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """List every landing of a ship at a site: undocking, deorbit, later orbits as backups, light, the site's rule."""
    from hamsafar.cli import landing

    zones = clock or landing.ZONES
    landing.landings(
        station, elements, site, ship, start, end, profile or (), wind or (), as_of, catalogue, zones, as_json
    )


@app.command()
def solve(
    file: Annotated[
        Path,
        typer.Argument(
            help="The problem: our own JSON form, or a benchmark's .sm, .mm, .rcp, .sch, .dzn, .def or .pddl (with "
            "domain.pddl beside it).",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the schedule to this file, whole or not at all.")
    ] = None,
    reading: Reading = None,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The solver's seed.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Solver threads.")] = 2,
    effort: Annotated[
        float | None,
        typer.Option(
            min=0.1, max=100_000, help="Solver effort, in its own deterministic seconds; 10 if no limit is said."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, help="Wall-clock limit in seconds; the schedule then depends on the machine."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Find the best schedule of a problem, with proved bounds; or say which of its rules can't hold together."""
    from hamsafar.cli import scheduling

    scheduling.solve(file, out, reading, seed, workers, effort, time_limit, as_json)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The problem, as for `solve`.")],
    schedule: Annotated[
        Path,
        typer.Argument(help="What `solve` printed with --json or wrote; or another's start, mode and picked, in JSON."),
    ],
    reading: Reading = None,
    as_json: Json = False,
) -> None:
    """Judge a schedule against its problem, term by term, without the solver."""
    from hamsafar.cli import scheduling

    scheduling.check(file, schedule, reading, as_json)
