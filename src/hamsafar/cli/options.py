"""The command line itself, and the options that several of its commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from hamsafar.cli.stopping import INTERRUPTED, tell_interrupted

try:
    import typer
except KeyboardInterrupt:  # the longest part of starting up, before anything of ours could catch it
    tell_interrupted(in_json="--json" in sys.argv)
    raise SystemExit(INTERRUPTED) from None

__all__ = ["AsOf", "CatalogueFile", "ElementsFile", "From", "Json", "Reading", "To", "app", "typer"]

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
