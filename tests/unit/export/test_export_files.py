"""Calendars, spreadsheets and ephemerides, each read back by somebody else's program."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
from attrs import evolve
from ccsds_ndm.ndm_io import NdmIo
from icalendar import Calendar

from export_plan import GUEST, LAUNCH, TRAINEES, rich_plan, states
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.calendars import person_ics
from hamsafar.export.oem import station_oem
from hamsafar.export.sheets import activities_csv, activities_xlsx
from hamsafar.export.track import StateRow
from hamsafar.formats.ccsds.naming import object_id

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1")


@pytest.fixture(scope="module")
def far() -> Plan:
    return rich_plan("far")


def titled(plan: Plan, title: str) -> Plan:
    return evolve(plan, placements=tuple(evolve(one, title=title) for one in plan.placements[-20:]))


def test_calendar_reads_back_with_the_right_instants_also_past_midnight(far: Plan) -> None:
    calendar = Calendar.from_ical(person_ics(far, GUEST))
    own = [one for one in far.placements if GUEST in one.person_ids]
    events = calendar.walk("VEVENT")
    assert len(events) == len(own) > 150
    past_midnight = 0
    for event, one in zip(events, own, strict=True):
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert str(start.tzinfo) == one.zone
        assert (start.astimezone(UTC), end.astimezone(UTC)) == (one.start.datetime(), one.end.datetime())
        past_midnight += start.date() != end.date()
        assert event["UID"] == f"tiangong-guest/{one.id}@hamsafar"
        assert f"UTC {one.start.datetime():%Y-%m-%d %H:%M}" in event["DESCRIPTION"]
        assert "MET T" in event["DESCRIPTION"]
    assert past_midnight >= 6
    assert len({str(event["UID"]) for event in events}) == len(events)


def test_calendar_defines_its_zone_and_is_tentative_where_far(far: Plan) -> None:
    calendar = Calendar.from_ical(person_ics(far, GUEST))
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert calendar.get_missing_tzids() == set()
    status = {(str(event["CATEGORIES"].cats[0]) == "sleep", str(event["STATUS"])) for event in calendar.walk("VEVENT")}
    assert (True, "TENTATIVE") in status
    assert (True, "CONFIRMED") not in status
    assert (False, "CONFIRMED") in status  # training is by the calendar
    near = Calendar.from_ical(person_ics(rich_plan("near"), GUEST))
    assert {str(event["STATUS"]) for event in near.walk("VEVENT")} == {"CONFIRMED"}


def test_calendar_is_the_same_twice_and_a_later_plan_replaces_it(far: Plan) -> None:
    first = person_ics(far, TRAINEES[1])
    assert person_ics(far, TRAINEES[1]) == first
    later = evolve(far, programme=evolve(far.programme, now=far.programme.now + timedelta(days=3)))
    old, new = (Calendar.from_ical(text).walk("VEVENT")[0] for text in (first, person_ics(later, TRAINEES[1])))
    assert old["UID"] == new["UID"]
    assert new["SEQUENCE"] == old["SEQUENCE"] + 3
    assert new["DTSTAMP"].dt == datetime(2026, 11, 24, tzinfo=UTC)


def test_calendar_of_nobody_and_of_somebody_idle(far: Plan) -> None:
    with pytest.raises(InputError, match="nobody"):
        person_ics(far, "nobody")
    idle = evolve(far, placements=())
    assert Calendar.from_ical(person_ics(idle, GUEST)).walk("VEVENT") == []


def test_calendar_texts_cannot_add_lines(far: Plan) -> None:
    text = person_ics(titled(far, "a\r\nEND:VEVENT\r\nATTACH:x;y,z\\"), GUEST).decode()
    assert "\r\nATTACH" not in text
    events = Calendar.from_ical(text).walk("VEVENT")
    assert str(events[0]["SUMMARY"]).endswith("END:VEVENT  ATTACH:x;y,z\\")


def test_workbook_reads_back_as_values(far: Plan) -> None:
    book = openpyxl.load_workbook(io.BytesIO(activities_xlsx(far)))
    assert book.sheetnames == ["Activities", "Windows", "Flight", "Hosts' minutes", "Left out"]
    rows = list(book["Activities"].iter_rows(values_only=True))
    assert len(rows) == len(far.placements) + 1
    header = list(rows[0])
    for row, one in zip(rows[1:], far.placements, strict=True):
        found = dict(zip(header, row, strict=True))
        assert found["Id"] == one.id
        assert found["UTC start"] == one.start.datetime().replace(tzinfo=None)
        assert found["Beijing end"] - found["UTC end"] == timedelta(hours=8)
        assert found["Islamabad start"] - found["UTC start"] == timedelta(hours=5)
        assert found["Duration (min)"] == round(one.span.seconds / 60)
        assert found["Basis"] == ("far" if one.stage == "flight" else "calendar")
    flight = {row[0]: row for row in book["Flight"].iter_rows(values_only=True)}
    assert flight["Lift-off"][1] == LAUNCH.datetime().replace(tzinfo=None)
    assert flight["Lift-off"][4] == "T+000d 00:00:00"
    windows = sum(len(listed.spans) for listed in far.windows)
    assert book["Windows"].max_row == windows + 1
    assert book["Left out"].max_row == len(far.dropped) + 1


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_can_act_as_a_formula(far: Plan, text: str) -> None:
    plan = titled(far, text)
    for sheet in openpyxl.load_workbook(io.BytesIO(activities_xlsx(plan))):
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    for row in list(csv.reader(io.StringIO(activities_csv(plan).decode("utf-8-sig"))))[1:]:
        assert row[2].startswith("'")
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_csv_has_a_mark_crlf_and_whole_offsets(far: Plan) -> None:
    body = activities_csv(titled(far, 'هم سفر, "试验"'))
    assert body.startswith(b"\xef\xbb\xbfId,Stage,")
    assert body.count(b"\r\n") == 21
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert rows[0]["Title"] == 'هم سفر, "试验"'
    for row in rows:
        moments = {datetime.fromisoformat(row[f"{clock} start"]) for clock in ("UTC", "Beijing", "Islamabad")}
        assert len(moments) == 1


def test_spreadsheets_are_the_same_twice(far: Plan) -> None:
    assert activities_xlsx(far) == activities_xlsx(far)
    assert activities_csv(far) == activities_csv(far)


def test_ephemeris_reads_back(far: Plan) -> None:
    text = station_oem(far, states(), frame="EME2000").decode("ascii")
    lines = text.splitlines()
    keys = dict(line.split(" = ", 1) for line in lines if " = " in line)
    assert keys["OBJECT_ID"] == "2021-035A"
    assert keys["REF_FRAME"] == "EME2000"
    assert keys["CREATION_DATE"] == "2026-11-21T00:00:00"
    rows = [line.split() for line in lines[lines.index("META_STOP") + 2 :]]
    assert len(rows) == 30
    assert (keys["START_TIME"], keys["STOP_TIME"]) == (rows[0][0], rows[-1][0])
    for row, state in zip(rows, states(), strict=True):
        assert abs(float(row[1]) - state.position_km[0]) <= 5e-7  # printed to the millimetre
        assert abs(float(row[5]) - state.velocity_km_s[1]) <= 5e-10  # printed to the micrometre a second
        assert datetime.fromisoformat(row[0]).replace(tzinfo=UTC) == state.instant.datetime()


def test_ephemeris_reads_back_by_another_program(far: Plan) -> None:
    message = NdmIo().from_string(station_oem(far, states(), frame="TEME").decode("ascii"))
    segment = message.body.segment[0]
    assert segment.metadata.object_id == "2021-035A"
    assert segment.metadata.ref_frame == "TEME"
    assert len(segment.data.state_vector) == 30
    first = segment.data.state_vector[0]
    assert abs(float(first.x.value) - states()[0].position_km[0]) <= 5e-7
    assert abs(float(first.y_dot.value) - states()[0].velocity_km_s[1]) <= 5e-10


def test_ephemeris_says_what_it_rests_on(far: Plan) -> None:
    text = station_oem(far, states(), frame="TEME").decode()
    assert "COMMENT PROVISIONAL" in text
    assert "epoch 2026-11-21T03:21:37.000Z" in text
    near = station_oem(rich_plan("near"), states(3), frame="TEME").decode()
    assert "PROVISIONAL" not in near
    assert "INTERPOLATION" not in near  # three states are too few for it
    tricky = evolve(far, programme=evolve(far.programme, title="a\nMETA_START\nهم" + "x" * 400))
    lines = station_oem(tricky, states(), frame="TEME").decode("ascii").splitlines()
    assert lines.count("META_START") == 1
    assert max(map(len, lines)) <= 254


def test_ephemeris_refuses_what_is_no_ephemeris(far: Plan) -> None:
    rows = states(3)
    nan = StateRow(rows[0].instant, (float("nan"), 0.0, 0.0), (0.0, 0.0, 0.0))
    for bad in ([], [rows[1], rows[0]], [rows[0], rows[0]], [nan]):
        with pytest.raises(InputError):
            station_oem(far, bad, frame="TEME")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("21035A", "2021-035A"),
        ("2021-035A", "2021-035A"),
        ("98067A  ", "1998-067A"),
        ("57001B", "1957-001B"),
        ("", "UNKNOWN"),
        ("Tianhe", "UNKNOWN"),
    ],
)
def test_designators(written: str, meant: str) -> None:
    assert object_id(written) == meant
