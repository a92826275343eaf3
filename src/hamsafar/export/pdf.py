"""The sheets of the days aboard as PDF, set by typst (extra `pdf`); the same pages as the HTML prints."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.paper import CELL_PX, MARGIN_MM, MOST_LINES, PX_A_MM, USUAL, Column, Document, Page, Table
from hamsafar.export.svg_day import Strip, lines_of_bar
from hamsafar.export.words import clean, fit
from hamsafar.resources import read_text

_COLOUR = re.compile(r"--([a-z]+):(#[0-9a-f]{3,6})")
# The first of these that a machine has; where it lacks them all, typst's own serif (DejaVu Sans is too wide for pages
# as the HTML is cut into). CJK and Urdu fall back by letter.
_FONTS = ("Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "Noto Naskh Arabic", "Noto Sans CJK SC")
_LAST_FONT = "Libertinus Serif"  # typst carries it
_LONG_WORD, _BREAK = re.compile(r"\S{20,}"), "\u200b"  # a space without width
_BANDS = {"w-relay": "lnkk", "w-pass": "pass", "w-visible-pass": "pass", "w-darkness": "night", "w-prayer": "ownk"}


def ensure_typst() -> None:
    """Raises InputError where PDF can't be written because typst isn't installed."""
    try:
        import typst  # noqa: F401
    except ImportError as problem:
        how = "pip install 'hamsafar[pdf]'; or print the HTML pages, which are cut to the same sheets of A4"
        raise InputError(f"PDF is written by typst, which isn't installed: {how}", where="--pdf") from problem


def document_pdf(plan: Plan, document: Document) -> bytes:
    """One document as PDF, the same bytes for the same plan and fonts; raises InputError without typst."""
    ensure_typst()
    import typst

    fonts = typst.Fonts()
    data = json.dumps(_data(plan, document, set(fonts.families())), ensure_ascii=False)
    made = typst.compile(
        read_text("export/data/day_sheets.typ").encode("utf-8"),
        font_paths=fonts,
        sys_inputs={"data": data},
        format="pdf",
        timestamp=datetime.combine(plan.programme.now, time(), UTC),
    )
    return bytes(made)


def _data(plan: Plan, document: Document, families: set[str]) -> dict[str, Any]:
    colours = _colours()
    foot = f"{clean(plan.programme.title)}. {document.foot}" + (". PROVISIONAL" if document.provisional else "")
    return {
        "title": f"{document.title}: {clean(plan.programme.title)}",
        "wide": document.wide,
        "margin_mm": MARGIN_MM,
        "foot": foot,
        "provisional": document.provisional,
        "fonts": [*(name for name in _FONTS if name in families), _LAST_FONT],
        "pages": [_page(page, colours) for page in document.pages],
    }


def _colours() -> dict[str, str]:
    """The colours that the style sheet prints with, by their names; the first of each is that of light pages."""
    found: dict[str, str] = {}
    for name, value in _COLOUR.findall(read_text("export/data/days.css")):
        found.setdefault(name, value)
    return found


def _page(page: Page, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": page.title,
        "sub": page.sub,
        "lines": list(page.lines),
        "dense": page.dense,
        "strip": None if page.strip is None else _strip(page.strip, colours),
        "tables": [_table(table, colours) for table in page.tables],
    }


def _table(table: Table, colours: Mapping[str, str]) -> dict[str, Any]:
    return {
        "title": table.title,
        "columns": [{"title": one.title, "width_mm": one.width_mm, "css": one.css} for one in table.columns],
        "rows": [
            {
                "key": row.key,
                "edge": colours.get(f"{row.key}k"),
                "cells": [
                    [_breakable(line, column) for line in cell]
                    for cell, column in zip(row.cells, table.columns, strict=True)
                ],
            }
            for row in table.rows
        ],
    }


def _breakable(text: str, column: Column) -> str:
    """The text cut to as many lines as a cell may have, and places to break in words as long as a line."""
    room_px = MOST_LINES * (column.width_mm * PX_A_MM - CELL_PX)
    cut = fit(text, room_px, USUAL.text_px) if column.css != "time" else text
    return _LONG_WORD.sub(lambda word: _BREAK.join(word[0][n : n + 6] for n in range(0, len(word[0]), 6)), cut)


def _strip(strip: Strip, colours: Mapping[str, str]) -> dict[str, Any]:
    lanes = [
        {
            "title": lane.title,
            "tall_px": lane.tall_px,
            "top_px": top,
            "bars": [
                {
                    "start": bar.start,
                    "end": bar.end,
                    "fill": colours.get(_BANDS.get(bar.key, bar.key)),
                    "edge": colours["soft"] if bar.key == "unknown" else colours.get(f"{bar.key}k"),
                    "lines": lines_of_bar(strip, lane, bar),
                }
                for bar in lane.bars
            ],
        }
        for lane, top in zip(strip.lanes, strip.tops_px, strict=True)
    ]
    return {
        "zone": strip.zone,
        "width_px": strip.width_px,
        "names_px": strip.names_px,
        "height_px": strip.height_px,
        "hours": [list(hour) for hour in strip.hours],
        "lanes": lanes,
    }
