"""The group `moon`, and the options that several of its commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["Degree", "From", "Spec", "Until", "moon", "typer"]

moon = typer.Typer(
    name="moon",
    help="A lunar CubeSat: how long it lives, when it is dark, when and with whom it talks, what it brings home.",
    no_args_is_help=True,
)

Spec = Annotated[
    Path,
    typer.Argument(
        metavar="SPEC",
        help="A mission's folder or file (mission.yaml), or a CCSDS OPM or OEM (its first state) about the Moon.",
    ),
]
Degree = Annotated[
    int | None,
    typer.Option("--degree", metavar="N", min=0, help="Of the Moon's gravity field; else what the mission says."),
]
From = Annotated[str | None, typer.Option("--from", metavar="INSTANT", help="Start; the release if not said.")]
Until = Annotated[
    str | None,
    typer.Option(
        "--until", "--to", metavar="INSTANT", help="End, an instant or a length from the release such as 30d."
    ),
]
