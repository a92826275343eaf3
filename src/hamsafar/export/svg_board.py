"""The pictures of a board's report: the funnel, ranks with their intervals, severities, impact ratios."""

from __future__ import annotations

from collections.abc import Sequence

from hamsafar.domain.board import AssessorRow, BoardReport, BoardRow, FunnelStep, ImpactTable
from hamsafar.export.svg import drawing, label, line, num, rect, titled
from hamsafar.export.words import fit

_WIDTH_PX, _NAMES_PX, _ROW_PX, _HEAD_PX = 1040, 170, 18, 30
_TITLES_PX = 300  # of stages
MOST_ROWS = 120  # of the ranks drawn; the table has all
_FOUR_FIFTHS = 0.8
_DOT_PX = 3.5


def funnel_picture(steps: Sequence[FunnelStep]) -> str:
    """A bar a stage, to scale; twelve thousand and two are told in figures where a bar is too short to see."""
    most = max([step.entered for step in steps], default=1)
    room = _WIDTH_PX - _TITLES_PX - 220
    parts = []
    for n, step in enumerate(steps):
        y = 4 + n * 30
        wide = room * step.entered / max(most, 1)
        went_on = "not decided yet" if step.passed is None else f"{step.passed:,} went on"
        inside = rect(_TITLES_PX, y, wide, 20, "bar", rx=2)
        inside += label(_TITLES_PX + wide + 8, y + 14, f"{step.entered:,} reached it; {went_on}", "axis")
        inside += label(_TITLES_PX - 8, y + 14, fit(step.title, _TITLES_PX - 12, 11.5), "row", "end")
        parts.append(titled("step", [f"{step.title}, run by {step.run_by}", f"{step.entered:,}; {went_on}"], inside))
    return drawing(_WIDTH_PX, 8 + 30 * len(steps), "".join(parts), css="funnel", title="From stage to stage")


def rank_picture(report: BoardReport) -> str:
    """A row a candidate, best first: their rank as a dot on its 95 % interval; a line where the places end."""
    rows = [row for row in report.rows if row.rank is not None][:MOST_ROWS]
    last = max([row.rank_high or 1 for row in rows], default=1)
    height = _HEAD_PX + _ROW_PX * len(rows) + 8
    parts = [_rank_axis(last, height)]
    if report.places is not None and report.places <= last:
        x = (_x(report.places, last) + _x(report.places + 1, last)) / 2
        parts.append(line(x, _HEAD_PX - 10, x, height, "cut"))
        parts.append(label(x + 4, 12, f"{report.places} places", "axis"))
    for n, row in enumerate(rows):
        parts.append(_rank_row(row, _HEAD_PX + n * _ROW_PX + _ROW_PX / 2, last, first=n == 0))
    return drawing(_WIDTH_PX, height, "".join(parts), css="ranks", title="Ranks with their 95 % intervals")


def _x(rank: float, last: int) -> float:
    return _NAMES_PX + 12 + (_WIDTH_PX - _NAMES_PX - 40) * (rank - 1) / max(last - 1, 1)


def _rank_axis(last: int, height: float) -> str:
    step = max(1, round(last / 10))
    ticks = [1, *range(step if step > 1 else 2, last + 1, step)]
    grid = "".join(line(_x(tick, last), _HEAD_PX - 6, _x(tick, last), height, "hour") for tick in ticks)
    return grid + "".join(label(_x(tick, last), _HEAD_PX - 10, str(tick), "axis", "middle") for tick in ticks)


def _rank_row(row: BoardRow, y: float, last: int, *, first: bool) -> str:
    assert row.rank is not None
    low, high = row.rank_low or row.rank, row.rank_high or row.rank
    inside = label(_NAMES_PX - 8, y + 4, row.candidate, "row", "end")
    inside += line(_x(low, last), y, _x(high, last) + 0.5, y, "interval")
    inside += f'<circle class="dot" cx="{num(_x(row.rank, last))}" cy="{num(y)}" r="{num(_DOT_PX)}"/>'
    told = [f"{row.candidate}: rank {row.rank}, 95 % between {low} and {high}"]
    if row.p_top is not None:
        told.append(f"Among the places with {row.p_top:.1%}")
    return titled(row.place, told, inside, first=first)


def severity_picture(rows: Sequence[AssessorRow], *, unit: str) -> str:
    """A row an assessor: how much lower than the others they mark, with two standard errors; right is severe."""
    told = [(row, row.severity, row.severity_error or 0.0) for row in rows if row.severity is not None]
    reach = max([abs(severity) + 2 * error for _, severity, error in told], default=1.0) or 1.0
    middle, half = _NAMES_PX + (_WIDTH_PX - _NAMES_PX) / 2, (_WIDTH_PX - _NAMES_PX) / 2 - 30
    height = _HEAD_PX + _ROW_PX * len(told) + 6
    parts = [
        line(middle, _HEAD_PX - 6, middle, height, "edge"),
        label(_NAMES_PX + 20, 14, f"milder by {reach:.1f} {unit}", "axis"),
        label(_WIDTH_PX - 20, 14, f"more severe by {reach:.1f} {unit}", "axis", "end"),
    ]
    for n, (row, severity, error) in enumerate(told):
        y = _HEAD_PX + n * _ROW_PX + _ROW_PX / 2
        x, wide = middle + half * severity / reach, 2 * half * error / reach
        inside = label(_NAMES_PX - 8, y + 4, row.assessor, "row", "end") + line(x - wide, y, x + wide, y, "interval")
        inside += f'<circle class="dot" cx="{num(x)}" cy="{num(y)}" r="{num(_DOT_PX)}"/>'
        said = [f"{row.assessor}: {severity:+.2f} ± {2 * error:.2f} {unit}, {row.marks} marks", row.note]
        parts.append(titled("severity", said, inside, first=n == 0))
    return drawing(_WIDTH_PX, height, "".join(parts), css="severities", title="Severity of each assessor")


def impact_picture(table: ImpactTable) -> str:
    """A bar a group: its rate beside the best group's, and the line at four fifths."""
    room = _WIDTH_PX - _NAMES_PX - 220
    parts = []
    for n, row in enumerate(table.rows):
        y, ratio = 4 + n * 22, row.ratio
        told = f"{row.passed:,} of {row.entered:,}" + ("" if ratio is None else f", ratio {ratio:.2f}")
        inside = label(_NAMES_PX - 8, y + 12, row.group, "row", "end")
        inside += rect(_NAMES_PX, y, room * min(ratio or 0.0, 1.0), 16, "flagged" if row.flag else "bar")
        inside += label(_NAMES_PX + room * min(ratio or 0.0, 1.0) + 8, y + 12, told, "axis")
        parts.append(titled("group", [f"{row.group}: {told}"], inside, first=n == 0))
    x = _NAMES_PX + room * _FOUR_FIFTHS
    height = 8 + 22 * len(table.rows)
    parts.append(line(x, 0, x, height, "cut"))
    return drawing(_WIDTH_PX, height, "".join(parts), css="impact", title=f"Impact ratios by {table.by}")
