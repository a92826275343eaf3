"""The command line: parse, call `app`, print. Exit codes and JSON are those of the reference page.

Everything heavy is imported inside the commands, so that `--help` stays quick.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hamsafar._version import __version__

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


def main() -> None:
    """The entry point of the `hamsafar` command."""
    from hamsafar.cli.door import through

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
        float | None, typer.Option(min=0.1, max=100_000, help="Solver effort, in its own deterministic seconds.")
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
