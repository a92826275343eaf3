"""Small pieces of SVG text. Everything that comes from a plan passes through `esc`."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from hamsafar.export.words import clean, fit, text_width_px

NAMES_PX = 140  # the column of row names, which stays in view while the plot scrolls
_NAME_PX, _SMALL_PX = 11.5, 10.5


def esc(text: str) -> str:
    """Text safe inside elements and quoted attributes."""
    return escape(clean(text), quote=True)


def num(value: float) -> str:
    """A coordinate to a tenth of a pixel, as short as it can be written."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def rect(x: float, y: float, width: float, height: float, css: str = "", rx: float = 0) -> str:
    """A rectangle; its paint comes from the style sheet."""
    corner = f' rx="{num(rx)}"' if rx else ""
    return (
        f'<rect{_class(css)} x="{num(x)}" y="{num(y)}" width="{num(max(width, 0.5))}" height="{num(height)}"{corner}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    """A line."""
    return f'<path{_class(css)} d="M{num(x1)} {num(y1)}L{num(x2)} {num(y2)}"/>'


def label(x: float, y: float, text: str, css: str = "", anchor: str = "") -> str:
    """A text at a baseline; `anchor` is middle or end."""
    at = f' text-anchor="{anchor}"' if anchor else ""
    return f'<text{_class(css)} x="{num(x)}" y="{num(y)}"{at}>{esc(text)}</text>'


def titled(css: str, lines: Iterable[str], inside: str, *, first: bool = False) -> str:
    """A group that can be focused and says what it is; `first` is the one that Tab reaches, arrows do the rest."""
    said = "\n".join(esc(text) for text in lines if text)
    return f'<g class="{css}" tabindex="{0 if first else -1}" role="img"><title>{said}</title>{inside}</g>'


def drawing(width: float, height: float, body: str, *, css: str, title: str = "") -> str:
    """An SVG element of fixed size in CSS pixels."""
    named = f' role="group" aria-label="{esc(title)}"' if title else ' aria-hidden="true"'
    size = f'width="{num(width)}" height="{num(height)}" viewBox="0 0 {num(width)} {num(height)}"'
    return f'<svg class="{css}" {size}{named}>{body}</svg>'


def names_column(height: float, rows: Iterable[tuple[float, str, str]]) -> str:
    """The sticky column of row names: (baseline, text, class) each; names of people may take two lines."""
    return drawing(NAMES_PX, height, "".join(_row_name(*row) for row in rows), css="names")


def _row_name(y: float, text: str, css: str) -> str:
    room, size = NAMES_PX - 12, _NAME_PX if css.startswith("name") else _SMALL_PX
    first, rest = text, ""
    if css.startswith("name") and text_width_px(text, size) > room:
        words = text.split()
        count = max((n for n in range(1, len(words)) if text_width_px(" ".join(words[:n]), size) <= room), default=0)
        first, rest = " ".join(words[:count]), " ".join(words[count:])
    if not first:
        first, rest = rest, ""
    lines = [(y, first)] if not rest else [(y - 7, first), (y + 7, rest)]
    body = "".join(f'<tspan x="6" y="{num(at)}">{esc(fit(part, room, size))}</tspan>' for at, part in lines)
    return f'<text class="{css}">{body}<title>{esc(text)}</title></text>'


def chart(names: str, plot: str) -> str:
    """Row names and plot side by side."""
    return f'<div class="chart">{names}{plot}</div>'


def _class(css: str) -> str:
    return f' class="{css}"' if css else ""
