"""Applications as people and tools make them: read right, or refused with row and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.campaign import Field, Option
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import letters, read_large
from hamsafar.programme.selection.intake import Intake, Received, last_moment, read_applications
from hamsafar.programme.selection.intake_days import day_of, moment_of, order_of
from hamsafar.programme.selection.intake_headings import fitting
from hamsafar.programme.selection.intake_mapping import Mapping, read_mapping
from hamsafar.programme.selection.intake_numbers import decimals_of
from hamsafar.programme.selection.intake_text import Unreadable, plain
from hamsafar.programme.selection.intake_values import Reading, value_of
from hamsafar.timeline import Instant
from selecting import HEADINGS, applicants, as_csv, as_xlsx, campaign, table_rows

CAMPAIGN = campaign()
NOON = datetime.combine(date(1995, 4, 3), time(12))
HEIGHT = Field(id="height", title="Height", kind="number", unit="cm")
YEARS = Field(id="years", title="Years", kind="number", unit="years")
COUNT = Field(id="count", title="Count", kind="number")
YES = Field(id="yes", title="Yes", kind="yes-no")
TONGUES = Field(
    id="tongues",
    title="Tongues",
    kind="choices",
    options=(Option(id="en", title="English"), Option(id="ur", title="اردو", also=("Urdu",))),
)


def number(raw: Any, field: Field = HEIGHT, **reading: Any) -> Any:
    return value_of(field, raw, Reading(**reading))


def refused(raw: Any, field: Field = HEIGHT, **reading: Any) -> str:
    with pytest.raises(Unreadable) as found:
        value_of(field, raw, Reading(**reading))
    return found.value.what


def intake(path: Path, content: bytes | str, mapping: Mapping | None = None) -> Intake:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    tables = read_large(path)
    table = tables[0] if len(tables) == 1 else fitting(tables, CAMPAIGN, mapping or Mapping())
    return read_applications(table, CAMPAIGN, mapping or Mapping())


def faults(path: Path, content: bytes | str, mapping: Mapping | None = None) -> list[str]:
    with pytest.raises(InputError) as found:
        intake(path, content, mapping)
    each = found.value.errors if isinstance(found.value, InputErrors) else (found.value,)
    return [str(one) for one in each]


def row(**other: str) -> list[str]:
    said = dict(zip(HEADINGS, table_rows(applicants(count=1))[1], strict=True)) | other
    return [said[name] for name in HEADINGS]


def sheet(*rows: Sequence[str]) -> bytes:
    return as_csv([HEADINGS, *rows])


def one(path: Path, **other: str) -> Received:
    return intake(path, sheet(row(**other))).received[0]


# Cells


@pytest.mark.parametrize(
    ("raw", "cm"),
    [
        (172, 172.0), (172.5, 172.5), ("172", 172.0), ("172 cm", 172.0), ("1.72 m", 172.0), ("1.72m", 172.0),
        ("5'8\"", 172.72), ("5 ft 8 in", 172.72), ("5’8”", 172.72), ("68 in", 172.72), ("1720 mm", 172.0),
        ("۱۷۲", 172.0), ("１７２", 172.0), ("١٧٢٫٥", 172.5), ("172,5", 172.5), (" 172 ", 172.0),
        ("\u200f172\u200e", 172.0),
        ("172 厘米", 172.0), ("1,72 m", 172.0), ("172.0", 172.0),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(raw: Any, cm: float) -> None:
    assert number(raw) == cm


@pytest.mark.parametrize(
    "raw", ["tall", "172 kg", "1 72", "172-175", "1e400", "about 172", "--", True, date(1990, 1, 1), "1.2.3", "#REF!"]
)
def test_what_is_no_number_is_said(raw: Any) -> None:
    assert "number" in refused(raw) or "error" in refused(raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 234,5", 1234.5),
        ("1,234,567", 1234567.0),
        ("1'234", 1234.0),
        ("0,125", 0.125),
    ],
)
def test_thousands_and_decimals(raw: str, value: float) -> None:
    assert number(raw, COUNT) == value


def test_a_comma_that_may_be_either_is_not_guessed() -> None:
    assert "comma" in refused("1,720", COUNT)
    assert number("1,720", COUNT, decimals="comma") == 1.72
    assert number("1,720", COUNT, decimals="point") == 1720
    assert decimals_of(["1,720", "3,5"]) == "comma"
    assert decimals_of(["1,720", "1,234.5"]) == "point"
    assert decimals_of(["1,720", "2,000"]) is None
    assert decimals_of(["1,234.5", "3,5"]) is None  # they contradict each other


@pytest.mark.parametrize(
    "raw",
    [
        "1995-04-03", "1995/04/03", "1995-4-3", "3 April 1995", "3rd April 1995", "April 3, 1995", "3-Apr-1995",
        "Apr 3 1995",
        "1995年4月3日", "۱۹۹۵-۰۴-۰۳", 34792, 34792.0, "34792", date(1995, 4, 3), NOON, "1995-04-03T10:30:00Z",
    ],
)  # fmt: skip
def test_dates_in_many_forms(raw: Any) -> None:
    """34792 is 3 April 1995 as spreadsheets count days: 1995-04-03 less 1899-12-30."""
    assert day_of(raw, None) == date(1995, 4, 3)


@pytest.mark.parametrize(
    "raw", ["03/04/95", "1995-13-01", "31 April 1995", "soon", "1234-05-06", 3, "99999", True, "", "1995-04"]
)
def test_what_is_no_day_is_said(raw: Any) -> None:
    with pytest.raises(Unreadable):
        day_of(raw, None)


def test_the_order_of_days_is_settled_by_the_column_or_not_at_all() -> None:
    assert order_of(["03/04/1995", "25/12/1990"]) == ("day-first", True)
    assert order_of(["03/04/1995", "12/25/1990"]) == ("month-first", True)
    assert order_of(["03/04/1995", "05/06/1990"]) == (None, True)
    assert order_of(["25/12/1990", "12/25/1990"]) == (None, False)
    assert order_of(["1995-04-03"]) == (None, False)
    assert day_of("03/04/1995", "day-first") == date(1995, 4, 3)
    assert day_of("03/04/1995", "month-first") == date(1995, 3, 4)
    with pytest.raises(Unreadable, match="day or with the month"):
        day_of("03/04/1995", None)


@given(st.dates(date(1911, 1, 1), date(2099, 12, 31)))
def test_every_day_is_read_back_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (day.isoformat(), f"{day:%d/%m/%Y}", f"{day.day} {day:%B %Y}", f"{day:%B} {day.day}, {day.year}", serial)
    assert {day_of(form, "day-first") for form in forms} == {day}
    assert day_of(f"{day:%m/%d/%Y}", "month-first") == day


@given(st.decimals(0, 10**6, places=2))
def test_every_number_is_read_back_in_every_form(value: Any) -> None:
    wanted = float(value)
    assert number(str(value), COUNT) == wanted
    assert number(f"{value:,}", COUNT, decimals="point") == wanted
    swapped = f"{value:,}".translate(str.maketrans(",.", ".,"))
    assert number(swapped, COUNT, decimals="comma") == wanted
    assert number(str(value).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")), COUNT) == wanted


@pytest.mark.parametrize(
    ("raw", "said"),
    [("Yes", True), ("是", True), ("ہاں", True), ("no", False), (0, False), (1.0, True), ("Yes, I am", True)],
)
def test_yes_and_no(raw: Any, said: bool) -> None:
    assert value_of(YES, raw, Reading()) is said


def test_answers_of_a_choice() -> None:
    assert value_of(TONGUES, "English, Urdu", Reading()) == ("en", "ur")
    assert value_of(TONGUES, "اردو;English;", Reading()) == ("ur", "en")
    assert "English" in refused("Englsh", TONGUES)
    assert value_of(TONGUES, "1", Reading(values=(("1", "ur"),))) == ("ur",)


def test_texts_are_composed_and_lose_only_marks_that_nobody_sees() -> None:
    assert plain("e\u0301") == "é"
    assert plain("\u200fدرخواست\u200c گزار\u202c") == "درخواست\u200c گزار"  # the joiner is part of the word
    assert value_of(Field(id="t", title="T", kind="text"), "=1+1", Reading()) == "=1+1"


def test_moments_have_the_zone_they_say_or_none() -> None:
    assert moment_of("2027-01-12 3:30 PM", None) == datetime.combine(date(2027, 1, 12), time(15, 30))
    assert moment_of("2027-01-12T10:00:00+05:00", None).isoformat() == "2027-01-12T05:00:00+00:00"
    assert moment_of(46399.5, None) == datetime.combine(date(2027, 1, 12), time(12))
    assert moment_of("12 January 2027", None) == datetime.combine(date(2027, 1, 12), time(23, 59, 59))


# Whole files


@pytest.mark.parametrize("form", ["csv", "xlsx", "json", "utf-16", "semicolons"])
def test_a_table_round_trips_in_every_form(tmp_path: Path, form: str) -> None:
    some = applicants(count=40)
    rows = table_rows(some)
    content = {
        "csv": lambda: as_csv(rows),
        "xlsx": lambda: as_xlsx(rows),
        "json": lambda: json.dumps([dict(zip(rows[0], each, strict=True)) for each in rows[1:]]).encode(),
        "utf-16": lambda: as_csv(rows, "utf-16"),
        "semicolons": lambda: ("\ufeff" + "\r\n".join(";".join(each) for each in rows)).encode(),
    }[form]()
    found = intake(tmp_path / "f", content)
    assert [each.fields for each in found.received] == [dict(each.fields) for each in some]
    assert [each.source_id for each in found.received] == [each.source_id for each in some]
    assert [each.submitted for each in found.received] == [each.submitted for each in some]
    assert not any(each.why_invalid for each in found.received)
    assert not found.unread


def test_an_unreadable_cell_makes_its_application_invalid_and_is_told_with_row_and_column(
    tmp_path: Path,
) -> None:
    found = intake(tmp_path / "a.csv", sheet(row(), row(record_id="2", **{"Height (cm)": "tall", "Sex": ""})))
    good, bad = found.received
    assert good.why_invalid == ()
    assert bad.why_invalid == ("Height: the answer should be a number of cm.", "Sex: the answer is missing.")
    assert [one.where for one in found.unread] == [f"{tmp_path}/a.csv:3:9 Height (cm)"]
    assert "tall" in found.unread[0].what


def test_what_tells_who_somebody_is_stays_out_of_errors(tmp_path: Path) -> None:
    found = intake(tmp_path / "a.csv", sheet(row(**{"Date of birth": "tomorrow-ish"})))
    assert "tomorrow" not in found.unread[0].what
    assert "tomorrow" not in " ".join(found.received[0].why_invalid)


def test_a_column_of_days_that_nobody_can_order_is_refused(tmp_path: Path) -> None:
    content = sheet(row(**{"Date of birth": "03/04/1990"}))
    assert "dates: day-first" in faults(tmp_path / "a.csv", content)[0]
    settled = intake(tmp_path / "a.csv", content, Mapping(dates="month-first"))
    assert settled.received[0].fields["birth-date"] == date(1990, 3, 4)


def test_columns_are_refused_where_missing_or_doubled(tmp_path: Path) -> None:
    lacking = [[cell for index, cell in enumerate(each) if index != 8] for each in table_rows(applicants(count=1))]
    assert "has no column for 'Height'" in faults(tmp_path / "a.csv", as_csv(lacking))[0]
    doubled = [[*each, each[8]] for each in table_rows(applicants(count=1))]
    said = faults(tmp_path / "a.csv", as_csv(doubled))
    what = f"is a second column for 'height'; the first is {tmp_path}/a.csv:1:9; keep one"
    assert said == [f"{tmp_path}/a.csv:1:16 Height (cm): {what}"]


def test_a_file_without_headings_we_know_says_what_to_do(tmp_path: Path) -> None:
    assert "--mapping" in faults(tmp_path / "a.csv", "a,b\n1,2\n")[0]


def test_rows_without_a_number_and_rows_twice_are_refused(tmp_path: Path) -> None:
    said = faults(tmp_path / "a.csv", sheet(row(), row(), row(record_id="")))
    assert any("is the same application as in row" in each for each in said)
    assert any(":4:1 record_id: is a row without its number" in each for each in said)


def test_totals_empty_rows_and_titles_above_are_passed_over(tmp_path: Path) -> None:
    content = as_csv([["Applications 2027"], [], HEADINGS, row(), [], ["Total", "1"]])
    found = intake(tmp_path / "a.csv", content)
    assert len(found.received) == 1
    assert any("sum up" in note for note in found.notes)


def test_without_a_number_the_person_is_the_number(tmp_path: Path) -> None:
    rows = [each[1:] for each in table_rows(applicants(count=2))]
    first = intake(tmp_path / "a.csv", as_csv(rows)).received
    rows[1][2] = rows[1][2].upper()
    again = intake(tmp_path / "a.csv", as_csv(rows)).received
    assert [each.source_id for each in first] == [each.source_id for each in again]
    assert first[0].source_id.startswith("email:")
    assert "example" not in first[0].source_id


def test_formulas_in_columns_that_are_read_are_refused_with_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Answers")
        page.write_row(0, 0, [*HEADINGS, "Age"])
        page.write_row(1, 0, row())
        page.write_formula(1, 8, "=170+2", None, 172)
        page.write_formula(1, 15, "=2027-1990", None, 37)
    said = faults(path, path.read_bytes())
    assert said == [
        f"{path}:Answers!I2 Height (cm): is a formula (170+2); what it came to is not trusted: paste it as a value"
    ]


def test_headings_in_two_rows_with_merged_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.merge_range(0, 0, 0, 4, "About you")
        page.merge_range(0, 5, 0, 14, "Your answers")
        page.write_row(1, 0, HEADINGS)
        page.write_row(2, 0, row())
    assert intake(path, path.read_bytes()).received[0].fields["height"] == applicants(count=1)[0].fields["height"]


def test_cells_merged_over_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Answers")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row())
        page.write_row(2, 0, row(record_id="2"))
        page.merge_range(1, 13, 2, 13, "north")
    assert f"{path}:Answers!N2: is merged down to row 3" in faults(path, path.read_bytes())[0]


def test_hidden_sheets_are_told_and_the_sheet_of_applications_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Notes").write(0, 0, "read me")
        page = book.add_worksheet("Answers")
        page.write_row(0, 0, HEADINGS)
        page.write_row(1, 0, row())
        book.add_worksheet("Old").hide()
    found = intake(path, path.read_bytes())
    assert found.file == f"{path}:Answers"
    with xlsxwriter.Workbook(path) as book:
        for name in ("One", "Two"):
            page = book.add_worksheet(name)
            page.write_row(0, 0, HEADINGS)
            page.write_row(1, 0, row())
    assert "several sheets" in faults(path, path.read_bytes())[0]
    assert intake(path, path.read_bytes(), Mapping(sheet="Two")).file == f"{path}:Two"


def test_a_stray_cell_far_out_is_refused_before_anything_is_laid_out(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Answers")
        page.write_row(0, 0, HEADINGS)
        page.write(1_048_575, 16_383, "x")
    assert "reaches to row 1,048,576 and column 16,384" in faults(path, path.read_bytes())[0]


def test_wrong_encodings_are_refused_with_line_and_byte(tmp_path: Path) -> None:
    content = sheet(row(), row(record_id="2", Motivation="caf\xe9")).decode().encode("latin-1", "replace")
    assert faults(tmp_path / "a.csv", content)[0].startswith(f"{tmp_path}/a.csv:3:")
    assert "0xE9" in faults(tmp_path / "a.csv", content)[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"), (b"\xd0\xcf\x11\xe0 old", "old form .xls"), (b"PK\x03\x04 no", "can't be read as XLSX"),
        (b"a\0b", "neither a table"), (b'a,b\n"c,d\n', "never closed"), (b'a,b\n"c"d,e\n', "closing quote"),
        (b'[{"a": 1}', "is not JSON"), (b'{"a": 1}', "list of records"), (b"[1, 2]", "list of records"),
        (b'[{"a": NaN}]', "NaN"), (b'[{"a": 1, "a": 2}]', "twice"), (b'[{"a": [{"b": 1}]}]', "list of records inside"),
        (b"[" * 100_000, "nested too deep"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in faults(tmp_path / "a", content)[0]


def test_files_that_are_too_large_are_refused_with_their_size(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as stream:
        stream.write(b"a,b\n")
        stream.truncate(330_000_000)
    with pytest.raises(InputError, match=r"has 330 MB; at most 320 MB are read of this form: split it"):
        read_large(path)


# The tools


def test_redcap_raw_and_label_exports_with_checkboxes(tmp_path: Path) -> None:
    made = campaign("six-stage")
    raw = (
        "record_id,name,email,birth_date,member_state,height,degree,work_years,"
        "languages___english,languages___french,medical_certificate\n"
        "1,Applicant 1,a@example.org,1990-04-03,1,172,master,5,1,0,1\n"
    )
    path = tmp_path / "a.csv"
    path.write_text(raw)
    found = read_applications(read_large(path)[0], made, Mapping()).received[0]
    assert found.fields["languages"] == ("english",)
    assert found.why_invalid == ()
    labelled = (
        raw.replace("languages___english", "Languages spoken (choice=English)")
        .replace("languages___french", "Languages spoken (choice=French)")
        .replace(",1,0,1\n", ",Unchecked,Checked,Yes\n")
    )
    path.write_text(labelled)
    assert read_applications(read_large(path)[0], made, Mapping()).received[0].fields["languages"] == ("french",)
    path.write_text(raw.replace("___french", "___klingon"))
    with pytest.raises(InputErrors, match="ticks an answer that the field has not"):
        read_applications(read_large(path)[0], made, Mapping())


def test_redcap_repeating_instruments_and_events_are_refused(tmp_path: Path) -> None:
    for name, first, second in (("redcap_repeat_instrument", "", "visits"), ("redcap_event_name", "a_1", "b_1")):
        rows = [[*HEADINGS, name], [*row(), first], [*row(record_id="2"), second]]
        said = faults(tmp_path / "a.csv", as_csv(rows))
        assert f"{tmp_path}/a.csv:3:16" in said[0]


def test_indico_registrations_with_their_state(tmp_path: Path) -> None:
    names = {"record_id": "ID", "Timestamp": "Registration date", "Email": "Email Address"}
    rows = [[*(names.get(name, name) for name in HEADINGS), "Registration state"], [*row(), "Withdrawn"]]
    mapping = Mapping(columns={"email address": "email"})
    found = intake(tmp_path / "a.csv", as_csv(rows), mapping).received[0]
    assert found.withdrawn
    assert found.source_id == "1"
    nested = {"registrations": [dict(zip(rows[0], rows[1], strict=True))]}
    assert intake(tmp_path / "a.json", json.dumps(nested), mapping).received[0].fields == found.fields


def test_a_mapping_file_says_columns_values_and_units(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(
        "number: Nr\ncolumns: {Grösse: height}\nvalues: {sex: {'1': male, '2': female}}\n"
        "units: {height: m}\ndates: day-first\n"
    )
    mapping = read_mapping(path, CAMPAIGN)
    names = {"record_id": "Nr", "Height (cm)": "Grösse"}
    rows = [[names.get(name, name) for name in HEADINGS], row(Sex="2", **{"Height (cm)": "1,72"})]
    found = intake(tmp_path / "a.csv", as_csv(rows), mapping).received[0]
    assert (found.fields["sex"], found.fields["height"], found.source_id) == ("female", 172.0, "1")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("columns: {Height: heigth}", "map.yaml:1:19 columns.Height: the campaign has no field of this name; did you"),
        ("values: {sex: {'1': mail}}", "did you mean 'male'?"),
        ("colums: {}", "unknown key 'colums'"),
        ("units: {sex: cm}", "no such number"),
        ("dates: whichever", "should be one of"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_mapping_is_told(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(InputErrors, match=said.replace("?", r"\?").replace(".", r"\.")):
        read_mapping(path, CAMPAIGN)


def test_the_close_is_the_end_of_its_day_where_the_first_stage_is_run() -> None:
    assert last_moment(CAMPAIGN) == Instant.utc(2027, 2, 1, 19)  # midnight in Karachi, five hours ahead


def test_letters_of_columns() -> None:
    assert [letters(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


# Anything at all


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_it_fail_otherwise_than_with_an_input_error(tmp_path_factory: Any, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.bin"
    path.write_bytes(content)
    try:
        for table in read_large(path):
            read_applications(table, CAMPAIGN, Mapping())
    except InputError:
        return


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text(max_size=12), min_size=15, max_size=17), max_size=4),
    st.sampled_from(["csv", "xlsx", "json"]),
)
def test_any_cells_below_good_headings_are_applications_or_refused(
    tmp_path_factory: Any, cells: list[list[str]], form: str
) -> None:
    rows = [HEADINGS, *([str(number), *each[1:]] for number, each in enumerate(cells, 1))]
    path = tmp_path_factory.getbasetemp() / f"any.{form}"
    content = {
        "csv": lambda: as_csv(rows),
        "xlsx": lambda: as_xlsx(rows),
        "json": lambda: json.dumps([dict(zip(HEADINGS, each, strict=False)) for each in rows[1:]] or [{}]).encode(),
    }[form]()
    path.write_bytes(content)
    try:
        found = read_applications(read_large(path)[0], CAMPAIGN, Mapping())
    except InputError:
        return
    assert len(found.received) == len(cells)
    for one_of_them in found.received:
        lacking = any(one_of_them.fields[each.id] is None for each in CAMPAIGN.fields if each.required)
        assert lacking == bool(one_of_them.why_invalid) or one_of_them.why_invalid


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 3_000), st.integers(0, 255))
def test_no_damaged_workbook_makes_it_fail_otherwise(tmp_path_factory: Any, at: int, byte: int) -> None:
    content = bytearray(_BOOK)
    content[at % len(content)] = byte
    path = tmp_path_factory.getbasetemp() / "any.xlsx"
    path.write_bytes(content)
    try:
        for table in read_large(path):
            read_applications(table, CAMPAIGN, Mapping())
    except InputError:
        return


_BOOK = as_xlsx(table_rows(applicants(count=3)))


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=40)
    | st.floats(allow_nan=False)
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.timedeltas()
)
def test_any_cell_is_a_value_or_says_what_it_should_be(raw: Any) -> None:
    for field in (*CAMPAIGN.fields, TONGUES):
        try:
            value = value_of(field, raw, Reading(order="day-first", decimals="comma"))
        except Unreadable:
            continue
        assert value is None or isinstance(value, (str, float, bool, date, tuple))
