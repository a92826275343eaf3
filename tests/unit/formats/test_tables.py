"""Tables in CSV and XLSX: values with their places, held against the csv module and openpyxl; no file crashes."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.formats.tables import MOST_ROWS, NoValue, Table, read_tables

CELLS = st.text(alphabet="ab,;\t\"\n ='é7", max_size=6)
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=5)


def of(text: str | bytes) -> Table:
    (table,) = read_tables(text if isinstance(text, bytes) else text.encode(), where="t.csv")
    return table


def values(table: Table) -> list[list[Any]]:
    return [[cell.value for cell in row.cells] for row in table.rows]


def book(fill: Callable[[Any], None]) -> bytes:
    """The bytes of a workbook whose first sheet is filled so."""
    made = openpyxl.Workbook()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def filled(*rows: list[Any]) -> bytes:
    def fill(made: Any) -> None:
        for row in rows:
            made.active.append(row)

    return book(fill)


# CSV


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, delimiter=st.sampled_from(",;\t"))
def test_whatever_the_csv_module_writes_is_read_as_it_reads_it(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    text = f"sep={delimiter}\n{out.getvalue()}"
    expected = [
        [re.sub(r"^'(?=[=+\-@])", "", cell) if cell.strip() else None for cell in row]
        for row in csv.reader(io.StringIO(out.getvalue()), delimiter=delimiter)
    ]
    assert values(of(text)) == [row for row in expected if any(cell is not None for cell in row)]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS)
def test_each_place_leads_to_its_cell(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n").writerows(rows)
    text = f"sep=;\n{out.getvalue()}"
    lines = text.split("\n")
    for row in of(text).rows:
        for cell in row.cells:
            _, line, column = cell.at.split(":")
            begins = lines[int(line) - 1][int(column) - 1 :]
            if isinstance(cell.value, str):
                plain = cell.value.split("\n")[0]
                quoted = plain.replace('"', '""')
                assert begins.startswith((plain, f"'{plain}", f'"{quoted}', f"\"'{quoted}"))


@settings(max_examples=100, deadline=None)
@given(content=st.one_of(st.binary(max_size=60), st.text(alphabet='",;\n\rab', max_size=40).map(str.encode)))
def test_any_bytes_are_a_table_or_an_input_error(content: bytes) -> None:
    assert _place_of_error(content).startswith("t")


def _place_of_error(content: bytes) -> str:
    """Where reading stops; `t` where it doesn't."""
    try:
        read_tables(content, where="t")
    except InputError as problem:
        return problem.where if problem.what else ""
    return "t"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_as_spreadsheets_save_it(coding: str, delimiter: str, newline: str) -> None:
    text = newline.join(delimiter.join(row) for row in (["Title, long", "b"], ["Übung", "1"]) if delimiter != ",")
    if delimiter == ",":
        text = f'"Title, long",b{newline}Übung,1'
    assert values(of(text.encode(coding))) == [["Title, long", "b"], ["Übung", "1"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'a,b\n"c,d', 't.csv:2:1: begins with a quote " that is never closed'),
        (b'a,b\n"c"x,d', "t.csv:2:4: goes on after its closing quote"),
        (b"a,\xff\n", "t.csv: is not UTF-8 text (byte 2); save it as 'CSV UTF-8' or as .xlsx"),
        (b"a\0b", "t.csv: is neither a table in text nor XLSX"),
        (b"\xd0\xcf\x11\xe0rest", "t.csv: is encrypted, or in the old form .xls"),
        (b"a,b\n" * (MOST_ROWS + 1), f"t.csv:{MOST_ROWS + 1}: has more than 20,000 rows"),
        (b"," * 100 + b"a", "t.csv:1:101: has more than 100 columns"),
        (b"x" * 5_000_001, "t.csv: is longer than 5,000,000 bytes"),
    ],
)
def test_what_is_no_csv(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        read_tables(content, where="t.csv")


# XLSX

FIRST = datetime(2026, 1, 1)  # noqa: DTZ001  # a spreadsheet's dates have no zone


@settings(max_examples=15, deadline=None)
@given(
    rows=st.lists(
        st.lists(
            st.one_of(
                st.text(alphabet="ab=+-@'é 7", min_size=1, max_size=6).filter(lambda text: text.strip() != ""),
                st.integers(-1000, 1000),
                st.booleans(),
                st.datetimes(FIRST, FIRST + timedelta(days=700)).map(lambda one: one.replace(microsecond=0)),
                st.times().map(lambda one: one.replace(second=0, microsecond=0)),
            ),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_values_come_back_from_a_workbook(rows: list[list[Any]]) -> None:
    def fill(made: Any) -> None:
        for number, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                cell = made.active.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"  # a text that begins with = is a text, not a formula

    (table,) = read_tables(book(fill), where="t.xlsx")
    assert values(table) == rows


def test_places_formulas_errors_and_hidden_things() -> None:
    def fill(made: Any) -> None:
        sheet = made.active
        sheet.title = "Week 8"
        sheet["B2"], sheet["C2"], sheet["D2"], sheet["E3"] = "x", "=1+1", "#N/A", time(9, 30)
        sheet["A5"] = "title"
        sheet.merge_cells("A5:B6")
        sheet.row_dimensions[3].hidden = True
        made.create_sheet("Lists").sheet_state = "hidden"

    (table,) = read_tables(book(fill), where="t.xlsx")
    assert [row.number for row in table.rows] == [2, 3, 5]
    x, formula, error = table.rows[0].cells[1:4]
    assert (x.value, x.at) == ("x", "t.xlsx:'Week 8'!B2")
    assert isinstance(formula.value, NoValue)
    assert formula.value.what == "is a formula (=1+1); what it came to is not trusted: paste it as a value"
    assert isinstance(error.value, NoValue)
    assert "holds the error #N/A" in error.value.what
    assert (formula.text, error.text) == ("", "")
    assert table.rows[1].cells[4].value == time(9, 30)
    assert [(one.at, one.last_row) for one in table.merged] == [("t.xlsx:'Week 8'!A5:B6", 6)]
    assert table.notes == (
        "t.xlsx: hidden sheets are passed over: Lists",
        "t.xlsx:'Week 8': hidden rows (1) are read like the others",
    )


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
        new.writestr(name, part)
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda good: good[: len(good) // 2], "can't be read as XLSX (BadZipFile)"),
        (lambda good: _with_part(good, SHEET, b"<worksheet"), "can't be read as XLSX"),
        (lambda good: _with_part(good, SHEET, ENTITIES), "declares a document type"),
        (lambda good: _with_part(good, SHEET, ENTITIES.decode().encode("utf-16")), "declares a document type"),
        (lambda good: _with_part(good, "xl/media/x.bin", bytes(20_000_001)), "is larger than 20,000,000 bytes"),
        (lambda good: _with_part(_with_part(good, "[Content_Types].xml", b""), "x", b""), "can't be read as XLSX"),
        (lambda good: filled([*range(101)]), "t.xlsx:Sheet: reaches to row 1 and column 101"),
    ],
)
def test_what_is_no_xlsx(content: Callable[[bytes], bytes], said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as told:
        read_tables(content(filled(["a", "b"])), where="t.xlsx")
    assert told.value.where.startswith("t.xlsx")


def test_another_office_format_and_an_encrypted_one_are_told() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    with pytest.raises(InputError, match="is not XLSX; save it as"):
        read_tables(out.getvalue(), where="t.ods")
    marked = bytearray(filled(["a"]))
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(header)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(header, at + 4)
    with pytest.raises(InputError, match="is encrypted; save it without a password"):
        read_tables(bytes(marked), where="t.xlsx")


def test_styles_that_are_not_there_print_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as parts:
        styles = parts.read("xl/styles.xml")
    broken = re.sub(rb'(<cellStyle [^>]*xfId)="0"', rb'\1="999999"', styles)
    assert broken != styles
    _place_of_error(_with_part(GOOD, "xl/styles.xml", broken))
    assert capsys.readouterr() == ("", "")


@settings(max_examples=40, deadline=None)
@given(at=st.integers(0, 4_000), byte=st.integers(0, 255))
def test_a_damaged_workbook_ends_in_an_input_error_or_is_read(at: int, byte: int) -> None:
    content = bytearray(GOOD)
    content[at % len(content)] = byte
    assert _place_of_error(bytes(content)).startswith("t")


GOOD = filled(["Session", "Outcome"], ["ship/theory", "x"])
