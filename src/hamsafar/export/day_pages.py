"""The sheets of the days aboard as HTML pages that print one page a sheet of A4; PDF is made in `pdf`."""

from __future__ import annotations

from hamsafar.domain.plan import Plan
from hamsafar.export.paper import PX_A_MM, Document
from hamsafar.export.svg_day import strip_svg
from hamsafar.export.templates import drawn, filled


def document_html(plan: Plan, document: Document) -> bytes:
    """One document, for a screen and for a printer."""
    pages = [(page, drawn(strip_svg(page.strip)) if page.strip is not None else None) for page in document.pages]
    return filled(
        "day_sheets.html.j2",
        "days.css",
        programme=plan.programme,
        document=document,
        pages=pages,
        px_a_mm=PX_A_MM,
        up="../" * document.path.count("/"),
    )
