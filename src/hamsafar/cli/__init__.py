"""The command line: parse, call `app`, print. Exit codes and JSON are those of the reference page.

Everything heavy is imported inside the commands, so that `--help` stays quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from hamsafar._version import __version__
from hamsafar.cli.stopping import INTERRUPTED, tell_interrupted

try:
    import typer
except KeyboardInterrupt:  # the longest part of starting up, before anything of ours could catch it
    tell_interrupted(in_json="--json" in sys.argv)
    raise SystemExit(INTERRUPTED) from None

app = typer.Typer(
    name="hamsafar",
    help="Plans a guest astronaut's flight, from the first training day to the landing, and verifies the plan.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 bad input; 2 bad usage; 3 no plan exists; 4 none found in the effort given; "
    "5 something is broken; 6 something is not checked; 130 interrupted.",
)

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on stdout.")]
ElementsFile = Annotated[
    Path,
    typer.Option(
        "--elements",
        help="The object's element sets: TLE, 3LE or CCSDS OMM (KVN, XML, JSON, CSV); of many epochs the nearest to "
        "each answer counts. Or its ephemeris: CCSDS OEM.",
    ),
]
From = Annotated[
    str, typer.Option("--from", help="Where the interval begins: 2026-09-19T12:00Z, or 2026-09-19 for 00:00 UTC.")
]
To = Annotated[str, typer.Option("--to", help="Where the interval ends (not included).")]
AsOf = Annotated[str | None, typer.Option(help="Use only elements up to this instant, for instance 2026-05-24T00:00Z.")]
CatalogueFile = Annotated[
    Path | None,
    typer.Option(
        "--catalogue",
        metavar="FILE",
        help="Other stations, ships, pads and landing sites, or other figures for known ones: YAML, one section "
        "`catalogue` as in a programme.",
    ),
]
Reading = Annotated[
    str | None,
    typer.Option(
        metavar="published|strict",
        help="Of crew planning in PDDL: as published (if not said), or its loophole closed: no work before waking.",
    ),
]


def main() -> None:
    """The entry point of the `hamsafar` command."""
    try:
        from hamsafar.cli.door import through
    except KeyboardInterrupt:
        tell_interrupted(in_json="--json" in sys.argv)
        raise SystemExit(INTERRUPTED) from None
    through(app)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hamsafar {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version  # its callback has done what it asks for


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")],
    template: Annotated[str, typer.Option("--from", help="The programme to start from.")] = "tiangong-guest",
    as_json: Json = False,
) -> None:
    """Write a documented programme to start from."""
    from hamsafar.cli import commands

    commands.new(folder, template, as_json)


@app.command()
def plan(
    programme: Annotated[Path, typer.Argument(help="The folder of the programme.")],
    out: Annotated[Path | None, typer.Option(help="Where the files go; out/NAME of the programme if not said.")] = None,
    as_of: Annotated[
        str | None, typer.Option(help="Use only elements up to this instant, for instance 2026-05-24T00:00Z.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The solver's seed.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Solver threads.")] = 2,
    effort: Annotated[
        float | None,
        typer.Option(min=0.1, max=100_000, help="Solver effort, in its own deterministic seconds; 2 if not said."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, help="Wall-clock limit of each solve in seconds; the plan then depends on the machine."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Plan a programme: flight, training term, days aboard; verify; write the report and exports."""
    from hamsafar.cli import commands

    commands.plan(programme, out, as_of, seed, workers, effort, time_limit, as_json)


@app.command()
def verify(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    as_json: Json = False,
) -> None:
    """Judge a written plan, rule by rule, by independent physics."""
    from hamsafar.cli import commands

    commands.verify(plan_file, as_json)


@app.command()
def refresh(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    elements: Annotated[
        Path,
        typer.Option(
            "--elements",
            help="Element sets of the plan's station: TLE, 3LE or CCSDS OMM (KVN, XML, JSON, CSV); of many epochs the "
            "one nearest to lift-off counts.",
        ),
    ],
    as_of: AsOf = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Where the refreshed plan and its exports go; nothing is written if not said."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute a plan's flight and windows from other elements; say what changed, what still holds, what doesn't."""
    from hamsafar.cli import refreshing

    refreshing.refresh(plan_file, elements, as_of, out, as_json)


@app.command()
def replan(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    change: Annotated[
        Path | None,
        typer.Option("--change", metavar="FILE", help="What changed: a YAML file of the change file's own schema."),
    ] = None,
    attendance: Annotated[
        list[Path] | None,
        typer.Option(
            "--attendance",
            metavar="FILE",
            help="What happened, as it was written down: XLSX or CSV, a row a session and person; as often as needed.",
        ),
    ] = None,
    unlisted: Annotated[
        str | None,
        typer.Option(
            metavar="done|missed",
            help="What became of sessions before now that the attendance does not name; an error if not said.",
        ),
    ] = None,
    host_plan: Annotated[
        list[Path] | None,
        typer.Option(
            "--host-plan",
            metavar="FILE",
            help="What the host has fixed aboard, in place of what it had fixed: XLSX, CSV or ICS; as often as needed.",
        ),
    ] = None,
    host_zone: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Whose clock the host's plan keeps where it names none: UTC, BJT, UTC+8."),
    ] = None,
    answers: Annotated[
        list[Path] | None,
        typer.Option(
            "--answers",
            metavar="FILE",
            help="The host's answers to requests: the list of `hamsafar requests`, filled in, or another table.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the files go; a new folder beside the plan's, NAME.v2, if not said.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The solver's seed.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Solver threads.")] = 2,
    effort: Annotated[
        float | None,
        typer.Option(min=0.1, max=100_000, help="Solver effort, in its own deterministic seconds; 6 if not said."),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(min=0.1, help="Wall-clock limit of each solve in seconds; the plan then depends on the machine."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Change a plan as little as a change asks for: what moved, why it had to, and whether less would have done."""
    from hamsafar.cli import replanning

    replanning.replan(
        plan_file,
        change,
        attendance or [],
        unlisted,
        host_plan or [],
        host_zone,
        answers or [],
        out,
        seed,
        workers,
        effort,
        time_limit,
        as_json,
    )


@app.command()
def requests(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The list to write for the host: FILE.xlsx or FILE.csv.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List what a plan asks of the host, by number: when it could be, how far it may move, and how each stands."""
    from hamsafar.cli import requesting

    requesting.requests(plan_file, out, as_json)


@app.command()
def attendance(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The sheet to write: FILE.xlsx.")],
    week: Annotated[
        str | None, typer.Option(metavar="WEEK", help="The week, such as 2027-W08; the whole term if not said.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the attendance sheet of a week, to fill in and give to `replan --attendance`."""
    from hamsafar.cli import attending

    attending.attendance(plan_file, week, out, as_json)


@app.command()
def why(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    activity: Annotated[
        str,
        typer.Argument(
            metavar="ACTIVITY",
            help="A placement (glovebox@3#1), something left out, or an activity or session: all its occurrences.",
        ),
    ],
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The solver's seed.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Solver threads.")] = 2,
    effort: Annotated[
        float | None,
        typer.Option(min=0.1, max=100_000, help="Solver effort for each thing, in its own deterministic seconds."),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Wall-clock limit in seconds for each question asked.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why something is where it is in a plan, or why it was left out and what putting it in would cost."""
    from hamsafar.cli import asking_why

    asking_why.why(plan_file, activity, seed, workers, effort, time_limit, as_json)


@app.command()
def pace(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    runs: Annotated[int, typer.Option(min=1, max=100_000, help="How many stays are simulated.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="Of the random numbers.")] = 0,
    as_json: Json = False,
) -> None:
    """Simulate a plan's days at a newcomer's pace: how likely each overruns, and what to move to lower that."""
    from hamsafar.cli import pacing

    pacing.pace(plan_file, runs, seed, as_json)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="A plan.json, or the folder it lies in.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Another plan: what differs from A to B is told.")],
    as_json: Json = False,
) -> None:
    """Say what differs between two plans: what moved, came and went, the flight, the windows, and what was asked."""
    from hamsafar.cli import differences

    differences.diff(before, after, as_json)


@app.command()
def versions(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    as_json: Json = False,
) -> None:
    """List the chain of changes that led to a plan: who asked for what, and where each version lies."""
    from hamsafar.cli import differences

    differences.versions(plan_file, as_json)


@app.command()
def sheets(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN", help="A plan.json, or the folder it lies in.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder that the sheets go to.")],
    week: Annotated[
        str | None,
        typer.Option(metavar="YEAR-WEEK", help="Only this week of the term, as 2027-W08; all weeks if not said."),
    ] = None,
    day: Annotated[
        int | None,
        typer.Option(metavar="N", help="Only this flight day; day 1 is that of docking. All days if not said."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--for",
            metavar="ID",
            help="Only this person, facility or experiment (by an activity of it), or `ground`, the sheet of all "
            "aboard; may be said again. Everybody who trains, teaches, interprets or flies, every facility and every "
            "experiment if not said.",
        ),
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Write the days aboard as PDF too; needs the extra `pdf` (typst).")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write week sheets of the training, each trainee's progress and what is at risk, and day sheets of the stay."""
    from hamsafar.cli import handing_out

    handing_out.sheets(plan_file, handing_out.Wanted(out=out, week=week, day=day, only=only or [], pdf=pdf), as_json)


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
