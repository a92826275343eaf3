"""Tables and times of the group `moon`, as a terminal shows them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Literal

from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.domain.lunar import LunarMission

_UNITS = ("km", "°", "d", "%", "h", "m/s", "min", "km/s", "kg", "m²")  # columns of numbers
_WIDE = 160  # columns where no terminal says how many it has


class Rows:
    """A table. Cells break at blanks where the terminal is narrow: nothing is cut off."""

    def __init__(self, *names: str) -> None:
        from rich import box
        from rich.table import Table

        self._table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for name in names:
            justify: Literal["left", "right"] = "right" if name.split(" ")[-1] in _UNITS else "left"
            self._table.add_column(name, overflow="fold", justify=justify)

    def add(self, *cells: str) -> None:
        """One row."""
        self._table.add_row(*cells)

    def show(self) -> None:
        """Prints it."""
        from rich.console import Console

        Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(self._table)


def table(*names: str) -> Rows:
    """A table with these columns; those that end with a unit are of numbers."""
    return Rows(*names)


def second(moment: Instant) -> str:
    """`2026-09-19 12:34:56`, in UTC."""
    return moment.iso().replace("T", " ").removesuffix("Z")


def print_assumed(mission: LunarMission, said: tuple[str, ...]) -> None:
    """What an answer rests on, and how many assumptions of the file it does not."""
    import typer

    from hamsafar.app.moon.asking import assumed_besides

    for sentence in said:
        typer.echo(f"Assumed: {sentence}")
    more = assumed_besides(mission, said)
    if more:
        what = "1 more assumption" if more == 1 else f"{more} more assumptions"
        typer.echo(f"{what} of {mission.source} play{'s' if more == 1 else ''} no part here.")
