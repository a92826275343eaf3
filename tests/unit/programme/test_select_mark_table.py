"""Marks as people send them: read right, or refused with line and column."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection.mark_table import read_marks


def _read(text: str) -> list[tuple[str, str, str, float]]:
    read = read_marks(text.encode(), where="m.csv")
    columns = zip(read.candidate, read.assessor, read.item, read.mark, strict=True)
    return [(read.candidates[c], read.assessors[a], read.items[i], float(m)) for c, a, i, m in columns]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("candidate,assessor,mark\nc1,a1,5\n", [("c1", "a1", "mark", 5.0)]),
        ("mark,item,assessor,candidate\n-5.25,i,a,c\n", [("c", "a", "i", -5.25)]),
        ("Candidate; Assessor ;ITEM;mark;note\r\nc;a;i;12,5;x\r\n", [("c", "a", "i", 12.5)]),
        ("sep=;\ncandidate;assessor;mark\nc;a;7\n", [("c", "a", "mark", 7.0)]),
        ('candidate,assessor,mark\n"c, d",a,"7,5"\n\n,,\n', [("c, d", "a", "mark", 7.5)]),
        ("candidate\tassessor\tmark\nسلمیٰ ۱\t评委\t3e1\n", [("سلمیٰ ۱", "评委", "mark", 30.0)]),
        ("\ufeffcandidate,assessor,mark\n'=c,a,\u22125\n", [("=c", "a", "mark", -5.0)]),
    ],
)
def test_marks_are_read_however_they_are_laid_out(text: str, rows: list[tuple[str, str, str, float]]) -> None:
    assert _read(text) == rows


def test_a_blank_mark_is_none_given() -> None:
    assert np.isnan(_read("candidate,assessor,mark\nc,a,\n")[0][3])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "m.csv: has no rows"),
        ("a,b\n", "m.csv:1:1: has no column candidate (got a, b)"),
        ("candidate,assessor,mark,mark\nc,a,1,2\n", "m.csv:1:25: the heading mark stands twice"),
        ("candidate,assessor,mark\n", "m.csv: has headings and no marks"),
        ("candidate,assessor,mark\nc,a,nan\n", "m.csv:2:5: a mark must be a number"),
        ("candidate,assessor,mark\nc,a,inf\n", "m.csv:2:5: a mark must be a number"),
        ("candidate,assessor,mark\nc,a,1e999\n", "m.csv:2:5: a mark must lie between"),
        ("candidate,assessor,mark\nc,a,=1+1\n", "m.csv:2:5: a mark must be a number"),
        ("candidate,assessor,mark\nc,a,٥\n", "m.csv:2:5: a mark must be a number"),
        ("candidate;assessor;mark\nc;a;1,234\n", "m.csv:2:5: could be a decimal comma or thousands"),
        ("candidate,assessor,mark\nc,a,12,5\n", "m.csv:2:8: stands beyond the last heading"),
        ("candidate,assessor,mark\n,a,1\n", "m.csv:2:1: is blank; each row needs its candidate"),
        ("candidate,assessor,mark\nc\n", "m.csv:2:1: is blank; each row needs its assessor"),
        ('candidate,assessor,mark\n"c\nd",b,1\nc,a,x\n', "m.csv:4:5: a mark must be a number"),
        ("candidate,assessor,mark\nc,a,1\nc,b,1\nc,a,2\n", "m.csv:4:5: c, a, mark: is marked twice, first in row 2"),
        ('candidate,assessor,mark\nc,"a,1\n', 'm.csv:2:1: has a quote " that is never closed'),
        ('candidate,assessor,mark\nc,"a"b,1\n', "m.csv:2:1: has a cell that goes on after its closing quote"),
        ("candidate,assessor,mark\nc,a," + "9" * 10_000_000 + "\n", "m.csv:2:1: has a cell of more than"),
        ("candidate,assessor,mark\n" + "c" * 300 + ",a,1\n", "m.csv:2:1: an id may have up to 200 letters"),
        ("candidate,assessor,mark\nc\x1b[2J,a,1\n", "m.csv:2:1: an id can't have control characters"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_marks(text.encode(), where="m.csv")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("content", [b"\x89PNG\0\0", b"candidate,assessor,mark\nJos\xe9,a,1\n", b"PK\x03\x04 no zip"])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(InputError):
        read_marks(content, where="m.csv")


def test_every_error_is_told_in_the_order_of_the_file() -> None:
    with pytest.raises(InputErrors) as caught:
        read_marks(b"candidate,assessor,mark\nc,a,x\n,b,1\nc,d,y\n", where="m.csv")
    assert [error.where for error in caught.value.errors] == ["m.csv:2:5", "m.csv:3:1", "m.csv:4:5"]


def test_a_workbook_is_read_and_a_formula_in_it_refused() -> None:
    book = Workbook()
    sheet = book.active
    for row in (["candidate", "assessor", "mark"], ["c", "a", 5.5], ["d", "a", None]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    read = read_marks(stream.getvalue(), where="m.xlsx")
    assert read.candidates == ("c", "d")
    assert read.mark.tolist()[0] == 5.5
    sheet["C3"] = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match=r"m\.xlsx:Sheet!C3"):
        read_marks(stream.getvalue(), where="m.xlsx")


@given(st.text(alphabet=st.sampled_from("candidate,asorm;\t\n\"'=5.é评"), max_size=60), st.booleans())
def test_whatever_stands_in_a_file_is_read_or_refused(text: str, headed: bool) -> None:
    whole = "candidate,assessor,item,mark\n" + text if headed else text
    try:
        read = read_marks(whole.encode(), where="m.csv")
    except InputError:
        return
    assert read.mark.size == read.candidate.size > 0
