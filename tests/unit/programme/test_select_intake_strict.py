"""What may be read in two ways, or makes no sense of a person, is never taken: numbers, days, shifted rows."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputErrors
from hamsafar.formats.large_tables import read_large
from hamsafar.programme.selection.intake import Intake, read_applications
from hamsafar.programme.selection.intake_days import day_of, perhaps_swapped
from hamsafar.programme.selection.intake_mapping import Mapping
from hamsafar.programme.selection.intake_numbers import Decimals, decimals_of, number_of
from hamsafar.programme.selection.intake_text import Unreadable
from selecting import HEADINGS, applicants, as_csv, campaign, table_rows

CAMPAIGN = campaign()
BORN, HEIGHT, WORK = (HEADINGS.index(name) for name in ("Date of birth", "Height (cm)", "work-years"))


def number(raw: Any, unit: str | None = None, decimals: Decimals | None = None) -> float:
    return number_of(raw, unit=unit, said=None, decimals=decimals)


def rows(column: int, *cells: Any) -> list[list[Any]]:
    found: list[list[Any]] = [[*each] for each in table_rows(applicants(count=len(cells)))]
    for row, cell in zip(found[1:], cells, strict=True):
        row[column] = cell
    return found


def intake(path: Path, table: list[list[Any]], mapping: Mapping | None = None) -> Intake:
    path.write_bytes(as_csv(table))
    return read_applications(read_large(path)[0], CAMPAIGN, mapping or Mapping())


def faults(path: Path, table: list[list[Any]]) -> list[str]:
    with pytest.raises(InputErrors) as found:
        intake(path, table)
    return [str(one) for one in found.value.errors]


# Numbers


@pytest.mark.parametrize("raw", ["2,9", "71,5", "1,72", "1,5.2", "1.2,345", "12,34,567", "1,23,456.5", "1.234,5"])
def test_a_cell_that_does_not_fit_the_settled_mark_is_unreadable(raw: str) -> None:
    with pytest.raises(Unreadable):
        number(raw, decimals="point")
    swapped = raw.translate(str.maketrans(",.", ".,"))
    with pytest.raises(Unreadable):
        number(swapped, decimals="comma")


@pytest.mark.parametrize("decimals", [None, "point", "comma"])
@pytest.mark.parametrize("raw", ["1,5.2", "1.2,345", "5²", "5½", "Ⅴ", "1..5", "1,,5", "172.", "1٬2", "0,123,456"])
def test_what_is_no_number_in_any_form(raw: str, decimals: Decimals | None) -> None:
    with pytest.raises(Unreadable):
        number(raw, decimals=decimals)


@pytest.mark.parametrize("raw", ["1'720", "5'80", "5'12", "5 ft 14 in", "5'8,555\""])
def test_feet_have_less_than_twelve_inches_behind_them(raw: str) -> None:
    with pytest.raises(Unreadable):
        number(raw, "cm", "point")


def test_numbers_that_are_one_thing_only() -> None:
    assert number("5'11.5\"", "cm", "point") == pytest.approx(71.5 * 2.54, abs=1e-9)  # of an inch, which is 2.54 cm
    assert number("1'720") == 1720
    assert number("١٧٢٫٥", "cm", "comma") == 172.5  # an Arabic decimal mark is one in every column
    assert number("1٬234٫5") == 1234.5


@given(st.integers(0, 10**9), st.integers(0, 999), st.sampled_from(["point", "comma"]))
def test_a_number_written_with_the_other_mark_is_itself_or_unreadable(whole: int, part: int, mark: Decimals) -> None:
    """Written in one form and read in the other, a number of one or two decimals never comes out as another."""
    written = f"{whole:,}.{part % 100}"
    if mark == "point":
        written = written.translate(str.maketrans(",.", ".,"))
    with pytest.raises(Unreadable):
        number(written, decimals=mark)


@given(st.text("0123456789.,' +-", max_size=12))
def test_what_is_read_is_what_the_digits_say(raw: str) -> None:
    for mark, sign in (("point", "."), ("comma", ",")):
        try:
            found = number(raw, decimals=mark)  # type: ignore[arg-type]
        except Unreadable:
            continue
        whole, _, part = raw.partition(sign)
        assert found == float("".join(c for c in whole if c in "0123456789-+") + f".{part.strip() or 0}")


def test_the_mark_of_a_column_is_settled_by_all_its_cells() -> None:
    assert decimals_of(["1,234.5", "71,5"]) is None
    assert decimals_of(["71,5", "1,234.5"]) is None
    assert decimals_of(["71.5", "1,234"]) == "point"
    assert decimals_of(["1,234", "2,5 kg", "5²", None, 3.5]) == "comma"


def test_cells_that_contradict_each_other_are_refused_with_their_places(tmp_path: Path) -> None:
    said = faults(tmp_path / "a.csv", rows(WORK, "1,234.5", "3,5", "1,720"))
    assert [each.split(" ")[0] for each in said] == [f"{tmp_path}/a.csv:{row}:12" for row in (2, 3, 4)]
    assert all("`decimals: comma` or `point`" in each for each in said)
    found = intake(tmp_path / "a.csv", rows(WORK, "2.5", "3,5"), Mapping(decimals="point"))
    assert [one.fields["work-years"] for one in found.received] == [2.5, None]
    assert "decimal mark" in found.received[1].why_invalid[0]


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (1.72, "cm"), ("1.72", "cm"), ("-172", "cm"), (0, "cm"), ("172 m", "cm"), (1720, "cm"), (9.99, "cm"),
        (-1, "years"), ("-5 months", "years"), (1990, "years"), (-70, "kg"), (70_000, "kg"), (-0.5, "m"),
        (-1, "days"), (-1, "hours"), (-1, "months"),
    ],
)  # fmt: skip
def test_numbers_that_make_no_sense_in_their_unit_are_not_taken(raw: Any, unit: str) -> None:
    with pytest.raises(Unreadable):
        number(raw, unit)


def test_metres_in_a_column_of_centimetres_are_asked_about(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="if it is in metres, write m behind it"):
        number("1.72", "cm")
    assert number("1.72 m", "cm") == 172
    assert [number(each, "cm") for each in (10, 1000)] == [10, 1000]
    found = intake(tmp_path / "a.csv", rows(HEIGHT, "1.72", "172"))
    assert [not one.why_invalid for one in found.received] == [False, True]
    assert "'1.72'" in found.unread[0].what


# Days


def test_days_do_not_change_their_order() -> None:
    for raw, order in (("13/03/1995", "month-first"), ("03/13/1995", "day-first")):
        with pytest.raises(Unreadable, match="first; write it as"):
            day_of(raw, order)  # type: ignore[arg-type]
        assert day_of(raw, None) == date(1995, 3, 13)


@pytest.mark.parametrize("raw", ["Marble 3 1995", "3 Augury 1995", "3 Mayor 1995", "3 Apri 1995", "3² April 1995"])
def test_months_are_named_whole_or_by_three_letters(raw: str) -> None:
    with pytest.raises(Unreadable):
        day_of(raw, None)


def test_real_days_beside_days_in_text_may_be_swapped() -> None:
    swapped, sure = datetime.combine(date(1990, 3, 4), time()), date(1990, 3, 25)
    assert perhaps_swapped([swapped, "25/04/1990", sure, date(1990, 3, 3), 32936, None, True]) == [0, 4]
    assert perhaps_swapped([swapped, "04/25/1990"]) == [0]
    assert perhaps_swapped([swapped, "1990-04-25", "3 April 1990", sure]) == []
    assert perhaps_swapped(["03/04/1990", "25/04/1990", sure]) == []


def test_a_workbook_with_days_that_may_be_swapped_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Answers")
        for index, row in enumerate(rows(BORN, "", "25/04/1990")):
            page.write_row(index, 0, row)
        page.write_datetime(1, BORN, date(1990, 3, 4), book.add_format({"num_format": "dd/mm/yyyy"}))
    with pytest.raises(InputErrors, match=r"Answers!F2 Date of birth: may have day and month swapped"):
        read_applications(read_large(path)[0], CAMPAIGN, Mapping(dates="day-first"))


# Rows


def test_rows_longer_than_the_headings_are_refused(tmp_path: Path) -> None:
    table = rows(HEIGHT, "172", "173", "174")
    table[2].insert(2, "Ali")
    table[3] += ["", " "]
    said = faults(tmp_path / "a.csv", table)
    assert any(f"a.csv:3:{len(HEADINGS) + 1}: stands beyond the last heading" in each for each in said)
    assert not any(f"a.csv:{row}:{len(HEADINGS) + 1}" in each for each in said for row in (2, 4))
