"""The days aboard as PDF: the pages that the HTML prints, texts as texts, the same bytes every time."""

from __future__ import annotations

import re

import pytest
from attrs import evolve

from export_plan import GUEST
from hamsafar.app.pace import pace_of
from hamsafar.export.day_sheets import person_document
from hamsafar.export.flight_days import flight_days
from hamsafar.export.ground_sheets import ground_document
from hamsafar.export.pdf import document_pdf
from hamsafar.export.team_sheets import team_document, teams_of
from staying import staying_plan

pytest.importorskip("typst", reason="the extra pdf")

DIGEST = "0123456789abcdef" * 4


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type ?/Page\b", pdf))


def test_every_kind_of_sheet_has_the_pages_that_the_html_prints() -> None:
    plan = staying_plan("far")
    days = flight_days(plan)[2:4]
    for document in (
        person_document(plan, plan.programme.person(GUEST), days, DIGEST),
        ground_document(plan, days, DIGEST),
        team_document(plan, teams_of(plan)[0], days, DIGEST, pace_of(plan, runs=60)),
    ):
        pdf = document_pdf(plan, document)
        assert pdf.startswith(b"%PDF-")
        assert pages_in(pdf) == len(document.pages)
        assert pdf == document_pdf(plan, document)


def test_texts_are_never_read_as_markup() -> None:
    plan = staying_plan()
    hostile = '#panic("read as markup") $x$ *b* ] } "\\" #include "/etc/passwd" سلام 你好 ' + "W" * 300
    changed = evolve(plan, placements=tuple(evolve(one, title=hostile) for one in plan.placements))
    document = person_document(changed, changed.programme.person(GUEST), flight_days(changed)[2:3], DIGEST)
    assert pages_in(document_pdf(changed, document)) >= len(document.pages)
