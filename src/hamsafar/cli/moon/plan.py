"""`hamsafar moon plan`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from hamsafar.cli.moon.options import Spec, moon, typer
from hamsafar.cli.options import Json


@moon.command("plan")
def plan(
    spec: Spec,
    costs: Annotated[bool, typer.Option("--costs", help="Only what each wish costs; nothing is planned.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where the files go; out/NAME of the mission if not said.")] = None,
    seed: Annotated[int, typer.Option(min=0, max=2_147_483_647, help="The solver's seed.")] = 0,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Solver threads.")] = 2,
    effort: Annotated[
        float | None,
        typer.Option(min=0.1, max=100_000, help="Solver effort, in its own deterministic seconds; 12 if not said."),
    ] = None,
    time_limit: Annotated[
        float | None, typer.Option(min=0.1, help="Wall-clock limit in seconds; the plan then depends on the machine.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Plan the week of operations: pictures, transmissions, upkeep; verify; write the report and exports."""
    from hamsafar.cli import operations

    if costs:
        operations.costs(spec, as_json)
    else:
        operations.plan(spec, out, seed, workers, effort, time_limit, as_json)
