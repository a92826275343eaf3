"""Horizon profiles as people send them: CSV text with two columns, `azimuth_deg,elevation_deg` → Horizon.

The first row may name the columns. A line `# ...` is a comment, an empty line nothing. Rows are in ascending azimuth,
from 0 to 360; two rows of one azimuth are a wall. A cell may stand in double quotes, as spreadsheets write them.
"""

from __future__ import annotations

import re

from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.many_errors import together

_COLUMNS = ("azimuth_deg", "elevation_deg")
_LIMITS_DEG = {"azimuth_deg": (0.0, 360.0), "elevation_deg": (-90.0, 90.0)}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_NEW_LINE = re.compile(r"\r\n|\n|\r")
_MOST_POINTS = 100_000  # a point every 13 arcsec; a longer text is no horizon


def read_horizon(text: str, *, where: str) -> Horizon:
    """The horizon of a CSV text. `where` names it (a file) and begins the place of every error, `where:line:column`.

    Raises InputErrors with the errors found, of more than a hundred the first; also for a text without any point.
    """
    errors: list[InputError] = []
    points: list[tuple[str, HorizonPoint]] = []
    lines = list(enumerate(_NEW_LINE.split(text.lstrip("\ufeff")), 1))
    rows = [(number, line) for number, line in lines if line.strip() and not line.lstrip().startswith("#")]
    if len(rows) > _MOST_POINTS:
        raise InputErrors([InputError(f"has {len(rows)} rows, too many for a horizon", where=f"{where}:1:1")])
    if rows and _is_header(rows[0][1]):
        rows = rows[1:]
    for number, line in rows:
        point = _point(line, f"{where}:{number}", errors)
        if point is not None:
            points.append((f"{where}:{number}:1", point))
    errors += _misplaced(points)
    if not rows:
        errors.append(InputError("holds no points of a horizon", where=f"{where}:1:1"))
    if errors:
        raise together(sorted(errors, key=_place), where)
    return Horizon(points=tuple(point for _, point in points))


def write_horizon(horizon: Horizon) -> str:
    """The horizon as CSV text with its columns named; reads back equal."""
    rows = (f"{point.azimuth_deg!r},{point.elevation_deg!r}" for point in horizon.points)
    return "\n".join([",".join(_COLUMNS), *rows, ""])


def _is_header(line: str) -> bool:
    return tuple(_bare(cell).lower() for cell in line.split(",")) == _COLUMNS


def _bare(cell: str) -> str:
    """The text of a cell, out of its quotes where it has them; no cell of a horizon holds a comma."""
    text = cell.strip()
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _point(line: str, where: str, errors: list[InputError]) -> HorizonPoint | None:
    """The point of one row, or None with what is wrong added to `errors`."""
    cells = line.split(",")
    if len(cells) != len(_COLUMNS):
        what = f"should hold two numbers, azimuth_deg,elevation_deg (got {len(cells)} fields)"
        errors.append(InputError(what, where=f"{where}:1"))
        return None
    values: dict[str, float] = {}
    column = 1
    for name, cell in zip(_COLUMNS, cells, strict=True):
        at = f"{where}:{column + len(cell) - len(cell.lstrip())} {name}"
        column += len(cell) + 1
        low, high = _LIMITS_DEG[name]
        written = _bare(cell)
        if not _NUMBER.fullmatch(written):
            errors.append(InputError(f"should be a number of degrees (got {written!r:.40})", where=at))
        elif not low <= float(written) <= high:
            errors.append(InputError(f"should be from {low:g} to {high:g} deg (got {written:.40})", where=at))
        else:
            values[name] = float(written)
    return HorizonPoint(**values) if len(values) == len(_COLUMNS) else None


def _misplaced(points: list[tuple[str, HorizonPoint]]) -> list[InputError]:
    """What is wrong with the order of the points."""
    found: list[InputError] = []
    seen: dict[float, int] = {}
    highest = -1.0
    for where, point in points:
        azimuth = point.azimuth_deg
        if azimuth < highest:
            what = f"goes back from azimuth {highest:g} deg; rows are in ascending azimuth (got {azimuth:g})"
            found.append(InputError(what, where=f"{where} azimuth_deg"))
        highest = max(highest, azimuth)
        seen[azimuth % 360.0] = seen.get(azimuth % 360.0, 0) + 1
        if seen[azimuth % 360.0] == 3:
            what = f"is the third point of one azimuth ({azimuth:g} deg); two are a wall, more have no meaning"
            found.append(InputError(what, where=f"{where} azimuth_deg"))
    return found


def _place(error: InputError) -> tuple[int, int]:
    line, column = re.findall(r":(\d+):(\d+)(?: \w+)?$", error.where)[0]
    return int(line), int(column)
