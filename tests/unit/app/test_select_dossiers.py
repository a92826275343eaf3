"""Assessors read applications by code: of those they mark, without names or groups, of what was passed on to them."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from attrs import evolve
from openpyxl import load_workbook

from hamsafar.app.selection.assigning import assign_stage
from hamsafar.app.selection.dossiers import applications_for
from hamsafar.domain.selection import Assigned
from hamsafar.errors import InputError
from hamsafar.store import Record
from selecting import applicants, campaign, campaign_folder

GIVEN = campaign()
PEOPLE = tuple(
    evolve(one, fields={**one.fields, "motivation": f"=1+{k}", "name": f"Name-{k}-of-somebody"})
    for k, one in enumerate(applicants(GIVEN, 6))
)


@pytest.fixture
def record(tmp_path: Path) -> Record:
    folder = campaign_folder(tmp_path / "c")
    text = (folder / "campaign.yaml").read_bytes()
    made = Record.create(folder, GIVEN, text=text, by="office-1", reason="r")
    with made.change(command="import", by="office-1", reason="r") as change:
        change.add_applicants(PEOPLE)
    return made


def rows(stage: str) -> list[Assigned]:
    return [
        Assigned(stage=stage, test="papers", candidate=one.code, assessor=f"assessor-0{1 + k % 2}")
        for k, one in enumerate(PEOPLE)
    ]


def cells(content: bytes) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(io.BytesIO(content)).worksheets[0].iter_rows()]


def test_each_reads_those_they_mark_and_nothing_that_identifies_or_groups(record: Record) -> None:
    found = applications_for(record, GIVEN.stages[0], rows("preliminary"), by="office-1")
    assert list(found) == ["applications/assessor-01.xlsx", "applications/assessor-02.xlsx"]
    table = cells(found["applications/assessor-01.xlsx"])
    assert sorted(str(row[0]) for row in table[3:]) == sorted(one.code for one in PEOPLE[::2])
    said = " ".join(str(cell) for row in table for cell in row)
    for one in PEOPLE:
        assert str(one.fields["name"]) not in said
        assert str(one.fields["email"]) not in said
    assert "Sex" not in table[2]
    assert "Region" not in table[2]
    assert "Highest degree" in table[2]


def test_no_cell_is_a_formula(record: Record) -> None:
    content = applications_for(record, GIVEN.stages[0], rows("preliminary"), by="office-1")[
        "applications/assessor-01.xlsx"
    ]
    with ZipFile(io.BytesIO(content)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
    assert any(cell == "=1+0" for row in cells(content) for cell in row)


def test_the_other_organisation_reads_what_was_passed_on(record: Record) -> None:
    found = applications_for(record, GIVEN.stages[1], rows("secondary"), by="host-office-1")
    head = cells(found["applications/assessor-01.xlsx"])[2]
    passed = GIVEN.stages[0].passes_on
    assert passed is not None
    titles = {one.id: one.title for one in GIVEN.fields}
    open_ = [titles[name] for name in passed.fields if name not in ("sex", "birth-date")]
    assert sorted(str(text).split(" (")[0] for text in head[1:]) == sorted(open_)


def test_the_read_is_recorded(record: Record) -> None:
    before = len(record.events())
    applications_for(record, GIVEN.stages[0], rows("preliminary"), by="office-1")
    assert [one.command for one in record.events()[before:]] == ["read"]


def test_nobody_is_assigned_before_all_are_screened(record: Record, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="6 candidates are not screened yet"):
        assign_stage(tmp_path / "c", stage="preliminary", by="office-1", reason="r")
