"""Sheets as they lie on paper: pages of A4 with tables cut to fit, before they become HTML or PDF."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Literal

from attrs import evolve, field, frozen
from attrs.validators import min_len

from hamsafar.domain.plan import Plan
from hamsafar.export.svg_day import Strip
from hamsafar.export.words import dated, text_width_px

PX_A_MM = 96 / 25.4
MARGIN_MM = 8
MOST_LINES = 3  # of one text in a cell, as both style sheets cut it
_LINE_OF_HEAD_PX, _HEAD_PX, _FOOT_PX, _CAPTION_PX = 13.5, 42, 18, 20
CELL_PX = 7  # padding of a cell, left and right
_BOLD = 1.08  # how much wider letters of a heading are

Cell = tuple[str, ...]  # its lines, the first in full ink


@frozen(kw_only=True)
class Setting:
    """How large a table is set, as both style sheets set it: letters, a line, padding and rule of a row."""

    text_px: float
    line_px: float
    row_px: float


USUAL = Setting(text_px=9.4, line_px=11.4, row_px=4.5)
DENSE = Setting(text_px=8.4, line_px=9.8, row_px=2.5)  # for a day that would else not fit its page


@frozen(kw_only=True)
class Column:
    """A column of a table; `css` names how it is set: tick, time, what or text."""

    title: str
    width_mm: float
    css: Literal["tick", "time", "what", "text"] = "text"


@frozen(kw_only=True)
class Row:
    """A row; `key` names its colour or what it is."""

    cells: tuple[Cell, ...]
    key: str = ""


@frozen(kw_only=True)
class Table:
    """Rows under a title."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class Page:
    """One page of A4."""

    title: str
    sub: str
    lines: tuple[str, ...] = ()
    strip: Strip | None = None
    tables: tuple[Table, ...] = ()
    dense: bool = False


@frozen(kw_only=True)
class Document:
    """The pages of one reader."""

    path: str  # below the folder of the sheets, without its ending
    title: str
    group: Literal["Crew", "Ground", "Experiments"]
    about: str
    pages: tuple[Page, ...] = field(validator=min_len(1))
    wide: bool = False  # A4 landscape
    foot: str
    provisional: bool


def size_mm(*, wide: bool) -> tuple[float, float]:
    """Width and height that a page has for what is on it."""
    return (297 - 2 * MARGIN_MM, 210 - 2 * MARGIN_MM) if wide else (210 - 2 * MARGIN_MM, 297 - 2 * MARGIN_MM)


def foot_text(plan: Plan, digest: str) -> str:
    """Which plan a sheet is of, so that paper can be checked against it; `digest` is that of its file."""
    made = dated(plan.programme.now, "%-d %B %Y")
    return f"Plan version {plan.versions[-1].number}, made for {made}, plan.json SHA-256 {digest[:16]}"


def cut_to_pages(page: Page, *, wide: bool) -> tuple[Page, ...]:
    """The page itself where it fits, set densely if it must be; else as many as it takes, cut between rows."""
    found = _cut(page, wide=wide)
    if len(found) == 1:
        return found
    dense = _cut(evolve(page, dense=True), wide=wide)
    return dense if len(dense) == 1 else found


def _cut(page: Page, *, wide: bool) -> tuple[Page, ...]:
    height_px, setting = size_mm(wide=wide)[1] * PX_A_MM, DENSE if page.dense else USUAL
    found: list[Page] = []
    current, room_px = _begun(page, height_px)
    for table in page.tables:
        kept: list[Row] = []
        room_px -= _head_px(table, setting)
        for row in table.rows:
            tall_px = height_of_px(row, table.columns, setting)
            if tall_px > room_px and (kept or current.tables or current.strip is not None):
                found.append(_with(current, table, kept))
                rest = evolve(page, title=f"{page.title} (continued)", strip=None, lines=(), tables=())
                (current, room_px), kept = _begun(rest, height_px), []
                room_px -= _head_px(table, setting)
            kept.append(row)
            room_px -= tall_px
        current = _with(current, table, kept)
    return (*found, current)


def _begun(page: Page, height_px: float) -> tuple[Page, float]:
    """The page without its tables, and the room that is left for them."""
    strip_px = page.strip.height_px if page.strip is not None else 0
    return evolve(page, tables=()), height_px - _HEAD_PX - _FOOT_PX - strip_px - _LINE_OF_HEAD_PX * len(page.lines)


def _with(page: Page, table: Table, rows: Sequence[Row]) -> Page:
    return evolve(page, tables=(*page.tables, evolve(table, rows=tuple(rows)))) if rows else page


def _head_px(table: Table, setting: Setting) -> float:
    heads = Row(cells=tuple((column.title,) for column in table.columns))
    return height_of_px(heads, table.columns, setting, _BOLD) + (_CAPTION_PX if table.title else 4)


def height_of_px(row: Row, columns: Sequence[Column], setting: Setting, bold: float = 1.0) -> float:
    """How tall a row becomes, a little generously."""
    size_px = setting.text_px * bold
    most = max(
        sum(min(_lines_of(text, column.width_mm * PX_A_MM - CELL_PX, size_px), MOST_LINES) for text in cell)
        for cell, column in zip(row.cells, columns, strict=True)
    )
    return max(most, 1) * setting.line_px + setting.row_px


def _lines_of(text: str, width_px: float, size_px: float) -> int:
    """On how many lines a text comes to lie; a word that is longer than a line is broken."""
    count, used = 1, 0.0
    for word in text.split():
        wide = text_width_px(word, size_px)
        space = text_width_px(" ", size_px) if used else 0.0
        if used and used + space + wide > width_px:
            count, used, space = count + 1, 0.0, 0.0
        extra = max(ceil(wide / width_px) - 1, 0)
        count, used = count + extra, used + space + wide - extra * width_px
    return count
