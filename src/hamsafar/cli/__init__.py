"""The command line: parse, call `app`, print. Exit codes and JSON are those of the reference page.

Everything heavy is imported inside the commands, so that `--help` stays quick.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from hamsafar._version import __version__
from hamsafar.cli.options import AsOf, Json, app, typer
from hamsafar.cli.stopping import INTERRUPTED, tell_interrupted


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
        typer.Option(
            min=0.1,
            max=100_000,
            help="Solver effort, in its own deterministic seconds; 2 if not said, and 12 for a CubeSat's week.",
        ),
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
    until_percent: Annotated[
        float | None,
        typer.Option(
            "--until", min=0, max=100, help="Percent: what all to move until no day of the guest overruns more often."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Simulate a plan's days at a newcomer's pace: how likely each overruns, and what to move to lower that."""
    from hamsafar.cli import pacing

    pacing.pace(plan_file, runs, seed, until_percent, as_json)


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


try:
    from hamsafar.cli import calculating, moon, selection  # noqa: F401  # they come last in the help
except KeyboardInterrupt:
    tell_interrupted(in_json="--json" in sys.argv)
    raise SystemExit(INTERRUPTED) from None
