"""Medical verdicts of a table: read, or refused with the cell."""

from __future__ import annotations

import contextlib
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.formats.tables import read_tables
from hamsafar.programme.selection.verdicts_table import verdicts_of


def read(text: str) -> tuple[object, ...]:
    return verdicts_of(read_tables(text.encode(), where="v.csv"), stage="final")


def test_verdicts_with_limits_and_days_are_read() -> None:
    found = verdicts_of(
        read_tables(
            b"Candidate,Verdict,Limits,valid_until\nA1,Fit,,\n"
            b"B2,fit-with-waiver,no centrifuge above 6 g; glasses,2027-05-31\n",
            where="v.csv",
        ),
        stage="final",
    )
    assert [(one.candidate, one.verdict, one.limits, one.valid_until) for one in found] == [
        ("A1", "fit", (), None),
        ("B2", "fit-with-waiver", ("no centrifuge above 6 g", "glasses"), date(2027, 5, 31)),
    ]
    assert {one.stage for one in found} == {"final"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "candidate,verdict\nA1,healthy\n",
            "v.csv:2:4: should be one of fit, fit-with-waiver, not-fit (got 'hea",
        ),
        ("candidate,verdict\n,fit\n", "has no candidate"),
        ("candidate,verdict\nA1,fit\nA1,not-fit\n", "A1 stands twice"),
        ("candidate,verdict,valid_until\nA1,fit,soon\n", "should be a day such as 2027-06-05 (got 'soon')"),
        ("candidate,verdict,diagnosis\nA1,fit,x\n", "is no column of medical verdicts (got 'diagnosis')"),
        ("candidate\nA1\n", "has no column verdict"),
        ("candidate,verdict\n", "holds no verdict below its headings"),
        ("", "holds no rows"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, says: str) -> None:
    with pytest.raises(InputError, match=re.escape(says)):
        read(text)


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), max_size=5))
def test_any_table_is_read_or_refused(rows: list[list[str]]) -> None:
    text = "candidate,verdict\n" + "\n".join(",".join(cell.replace("\n", " ") for cell in row) for row in rows)
    with contextlib.suppress(InputError):
        read(text)
