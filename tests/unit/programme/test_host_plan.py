"""The host's timeline as hosts send it: columns, days, zones and people as people write them; and what is refused."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from changing import small_programme
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.host_people import Aboard
from hamsafar.programme.host_plan import HEADINGS, HostFile, read_host_plan
from hamsafar.programme.zones_said import zone_in_words, zone_said
from hamsafar.timeline import Instant

ABOARD = Aboard.of(small_programme())
CREW = ("commander-up", "trainee-prime", "commander-aboard")
HEAD = "Activity,Start (UTC),End,Crew\n"


def read(text: str, *, zone: str | None = None) -> tuple[tuple[object, ...], ...]:
    plan = read_host_plan([HostFile(name="in/host.csv", content=text.encode(), zone=zone)], ABOARD)
    return tuple((one.activity, str(one.start)[5:16], str(one.end)[5:16], one.people) for one in plan.fixed)


def told(text: str, **more: str | None) -> list[str]:
    with pytest.raises(InputError) as found:
        read(text, **more)
    return [str(one) for one in getattr(found.value, "errors", [found.value])]


EVA = ("host-eva", "06-12T02:00", "06-12T03:30", ("commander-up",))


@pytest.mark.parametrize(
    "text",
    [
        "Activity,Start (UTC),End,Crew\nEVA,2027-06-12 02:00,03:30,commander-up\n",
        "Crew;End;Begin BJT;Title\ncommander-up;11:30;12 June 2027 10:00;EVA\n",
        "EVENT\tDAY\tFROM\tDUR\tWHO\tTZ\nEVA\t12.06.2027\t07:00\t90 min\tcommander-up\tAsia/Karachi\n",
        "Our week, all times UTC+8\n\nTitle,Start,Duration (h),Crew\nEVA,2027-06-12 10:00,1.5,commander-up\n",
        "Time zone,BJT\nTitle,Start,Length,Crew\nEVA,2027-06-12 10:00,1:30,commander-up\n",
        "Title,Start,End,Crew\nEVA,2027-06-12T02:00Z,2027-06-12T03:30Z,commander-up\n",
        "Title,Start,End,Crew\nEVA,2027-06-12 10:00 BJT,11:30,commander-up\n",
        "Title,Start (MSK),Length,Crew,ID\nA walk outside,2027-06-12 05:00,1 h 30 min,commander-up,EVA\n",
        "活动,开始 (BJT),结束,人员\nEVA,2027-06-12 10:00,11:30,commander-up\n",
    ],
)
def test_the_same_thing_said_in_many_ways(text: str) -> None:
    assert read(text) == (EVA,)


def test_a_zone_may_be_said_beside_the_file_and_the_file_itself_counts_more() -> None:
    bare = "Title,Start,End,Crew\nEVA,2027-06-12 10:00,11:30,commander-up\n"
    assert read(bare, zone="Asia/Shanghai") == (EVA,)
    assert read(bare.replace("Start", "Start (BJT)"), zone="UTC") == (EVA,)


@pytest.mark.parametrize("heading", ["Start", "Start (local)", "Start (CST)", "Start (IST)"])
def test_a_time_in_an_unstated_zone_is_refused_at_its_cell(heading: str) -> None:
    (said,) = told(f"Title,{heading},End,Crew\nEVA,2027-06-12 10:00,11:30,hosts\n")
    assert said.startswith(f"in/host.csv:2:5 {heading}: says no zone, so nobody knows when 2027-06-12 10:00 is")
    assert "'Start (UTC)'" in said


def test_in_a_workbook_the_sheet_and_the_cell_are_named_and_date_cells_are_read() -> None:
    book = Workbook()
    book.active.title = "Week 1"
    book.active.append(["Title", "Start", "End", "Crew"])
    book.active.append(["EVA", datetime(2027, 6, 12, 10), datetime(2027, 6, 12, 11, 30), "commander-up"])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(InputErrors, match=r"h\.xlsx:'Week 1'!B2 Start: says no zone"):
        read_host_plan([HostFile(name="h.xlsx", content=out.getvalue())], ABOARD)
    (one,) = read_host_plan([HostFile(name="x/h.xlsx", content=out.getvalue(), zone="+08:00")], ABOARD).fixed
    assert (one.start, one.end) == (Instant.utc(2027, 6, 12, 2), Instant.utc(2027, 6, 12, 3, 30))
    assert one.source == "h.xlsx:'Week 1'!A2 Title"  # no folder of anybody's machine


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        ("EVA,5/6/2027 10:00,11:00,hosts", "2:5 Start", "nobody knows which is which"),
        ("EVA,10:00,11:00,hosts", "2:5 Start", "has no date"),
        ("EVA,,11:00,hosts", "2:5 Start", "says no start"),
        ("EVA,2027-06-12 10:00,,hosts", "2:22 End", "neither an end nor a length"),
        ("EVA,2027-06-12 10:00,2027-06-12 09:00,hosts", "2:22 End", "ends before it starts"),
        ("EVA,2027-06-12 10:00,11:00,", "2:28 Crew", "says nobody"),
        ("EVA,2027-06-12 10:00,11:00,commander-u", "2:28 Crew", "did you mean 'commander-up'"),
        ("EVA,2027-06-12 10:00,11:00,trainee-backup", "2:28 Crew", "is nobody aboard"),
        (",2027-06-12 10:00,11:00,hosts", "2:1 Activity", "names no activity"),
        ("=1+1,2027-06-12 10:00,11:00,hosts", "2:1 Activity", "is a formula"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell(row: str, where: str, what: str) -> None:
    (said,) = told(HEAD + row + "\n")
    assert f"host.csv:{where}" in said
    assert what in said


def test_lengths_need_a_unit_and_agree_with_the_end_and_kinds_are_those_of_the_host() -> None:
    head = "Activity,Start (UTC),End,Length,Crew,Kind\nEVA,2027-06-12 10:00,"
    assert "is in no unit" in told(f"{head},90,hosts,\n")[0]
    assert "says 90 min, but from start to end it is 60 min" in told(f"{head}11:00,90 min,hosts,\n")[0]
    assert "which the plan places itself" in told(f"{head}11:00,,hosts,Sleep\n")[0]
    assert "is not a kind of activity" in told(f"{head}11:00,,hosts,EVA\n")[0]
    assert "contradicts the heading" in told("Title,Start (UTC),End,Crew,Zone\nE,2027-06-12 10:00,11:00,hosts,BJT\n")[0]


def test_all_errors_of_all_files_come_at_once() -> None:
    bad = [HostFile(name=f"{n}.csv", content=(HEAD + "E,x,y,z\nF,10:00,11:00,hosts\n").encode()) for n in "ab"]
    with pytest.raises(InputErrors) as found:
        read_host_plan(bad, ABOARD)
    assert [one.where.partition(" ")[0] for one in found.value.errors] == [
        "a.csv:2:3",
        "a.csv:3:3",
        "b.csv:2:3",
        "b.csv:3:3",
    ]


def test_past_midnight_rows_of_one_thing_and_names_used_again() -> None:
    rows = (
        "Watch,2027-06-12 23:30,00:30,commander-up\nWatch,2027-06-12 23:30,00:30,commander-aboard\n"
        "Watch,2027-06-13 23:30,00:30,everyone\n值班,2027-06-14 23:30,00:30,hosts\n"
    )
    assert read(HEAD + rows) == (
        ("host-watch", "06-12T23:30", "06-13T00:30", ("commander-up", "commander-aboard")),
        ("host-watch-2", "06-13T23:30", "06-14T00:30", CREW),
        ("host-2027-06-14t2330", "06-14T23:30", "06-15T00:30", ("commander-up", "commander-aboard")),
    )


def ics(*lines: str, zone: str = "") -> bytes:
    event = ["BEGIN:VEVENT", "UID:1", "DTSTAMP:20270101T000000Z", "SUMMARY:EVA", *lines, "END:VEVENT"]
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:host", *([f"X-WR-TIMEZONE:{zone}"] if zone else [])]
    return "\r\n".join([*head, *event, "END:VCALENDAR", ""]).encode()


WHO = 'ATTENDEE;CN="commander-up":mailto:someone@host.example'


@pytest.mark.parametrize(
    "content",
    [
        ics("DTSTART:20270612T020000Z", "DTEND:20270612T033000Z", WHO),
        ics("DTSTART;TZID=Asia/Shanghai:20270612T100000", "DURATION:PT1H30M", WHO),
        ics("DTSTART:20270612T100000", "DURATION:PT1H30M", WHO, zone="Asia/Shanghai"),
        ics("DTSTART:20270612T020000Z", "DTEND:20270612T033000Z", "ATTENDEE:mailto:commander-up@host.example"),
    ],
)
def test_calendars_say_the_same(content: bytes) -> None:
    (one,) = read_host_plan([HostFile(name="h.ics", content=content)], ABOARD).fixed
    assert (one.activity, one.start, one.people) == ("host-eva", Instant.utc(2027, 6, 12, 2), ("commander-up",))
    assert one.end == Instant.utc(2027, 6, 12, 3, 30)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (ics("DTSTART:20270612T100000", "DURATION:PT1H", WHO), r"with a Z \(UTC\) or a TZID"),
        (ics("DTSTART;VALUE=DATE:20270612", WHO), "has no times of day"),
        (ics("DTSTART:20270612T100000Z", WHO), "neither DTEND nor DURATION"),
        (ics("DTSTART:20270612T100000Z", "DURATION:PT1H"), "has no ATTENDEE"),
        (ics("DTSTART:20270612T100000Z", "DURATION:PT1H", WHO, "RRULE:FREQ=DAILY"), "repeats"),
        (ics("DTSTART:20270612T100000Z", "DURATION:PT1H", WHO, "STATUS:CANCELLED"), "fixes nothing"),
        (ics("DTSTART:20270612T100000Z", "DTEND:20270612T090000Z", WHO), "ends before it starts"),
    ],
)
def test_calendars_that_say_too_little_are_refused_at_their_line(content: bytes, what: str) -> None:
    with pytest.raises(InputError, match=what) as found:
        read_host_plan([HostFile(name="h.ics", content=content)], ABOARD)
    assert "h.ics" in str(found.value)
    assert "fixes" in what or "h.ics:4" in str(found.value) or "h.ics:5" in str(found.value)


def test_zones_as_people_say_them() -> None:
    said = {"utc": "UTC", "BJT": "Asia/Shanghai", "UTC+8": "+08:00", "GMT-3:30": "-03:30", "+05:00": "+05:00"}
    assert {text: zone_said(text) for text in said} == said
    assert [zone_said(text) for text in ("CST", "IST", "local", "UTC+15", "Asia/Atlantis", "")] == [None] * 6
    assert zone_in_words("All times are in Asia/Karachi.") == "Asia/Karachi"
    assert zone_in_words("Time zone: UTC+8") == "+08:00"
    assert zone_in_words("UTC Aerospace, week 3") is None


# Whatever is written, in whatever order and spelling, comes back as it was; whatever else is, is an InputError

_SPELLED = st.fixed_dictionaries(
    {says: st.sampled_from(HEADINGS[says]) for says in ("title", "start", "end", "people")}
)
_ROW = st.tuples(st.integers(0, 20_000), st.integers(1, 900), st.sets(st.sampled_from(CREW), min_size=1))
_ZONES = {"UTC": 0, "BJT": 8, "UTC+5": 5, "-03:00": -3}


@given(
    st.lists(_ROW, min_size=1, max_size=5),
    _SPELLED,
    st.randoms(use_true_random=False),
    st.sampled_from(sorted(_ZONES)),
    st.sampled_from((",", ";", "\t")),
)  # fmt: skip
def test_a_timeline_comes_back_whatever_its_columns(
    rows: list[tuple[int, int, set[str]]], spelled: dict[str, str], mix: random.Random, zone: str, mark: str
) -> None:
    order = sorted(spelled)
    mix.shuffle(order)
    day = datetime.combine(date(2027, 6, 1), time())
    lines = [mark.join(f"{spelled[says]} ({zone})" if says == "start" else spelled[says] for says in order)]
    for number, (start, lasts, people) in enumerate(rows):
        begins = day + timedelta(minutes=start)
        cells = {
            "title": f"No {number}",
            "start": f"{begins:%Y-%m-%d %H:%M}",
            "end": f"{begins + timedelta(minutes=lasts):%d.%m.%Y %H:%M}",
            "people": "/".join(sorted(people)),
        }
        lines.append(mark.join(cells[says] for says in order))
    plan = read_host_plan([HostFile(name="h.csv", content="\n".join(lines).encode())], ABOARD)
    first = Instant.utc(2027, 6, 1).plus(hours=-_ZONES[zone])
    found = {one.title: (one.start, one.end, set(one.people)) for one in plan.fixed}
    assert found == {
        f"No {n}": (first.plus(minutes=start), first.plus(minutes=start + lasts), people)
        for n, (start, lasts, people) in enumerate(rows)
    }


_CELLS = st.one_of(
    st.sampled_from(
        ("EVA", "2027-06-12 10:00", "10:00Z", "=1", "hosts", "90 min", "UTC", '"', "\u202e", "1e9", "24:00")
    ),
    st.text(max_size=12),
)


@given(
    st.lists(st.lists(_CELLS, max_size=6), max_size=5), st.sampled_from(("", HEAD, "Title,Start,Duration,Crew,Zone\n"))
)
def test_no_table_makes_it_stumble(rows: Sequence[Sequence[str]], head: str) -> None:
    text = head + "\n".join(",".join(row) for row in rows)
    try:
        read_host_plan([HostFile(name="h.csv", content=text.encode("utf-8", "surrogatepass"))], ABOARD)
    except InputError as problem:
        assert "h.csv" in str(problem)  # noqa: PT017  # it may be read as well


_LINES = ics("DTSTART:20270612T100000Z", "DURATION:PT1H", WHO).decode().split("\r\n")


@given(st.lists(st.sampled_from(_LINES), max_size=14), st.text(max_size=8))
def test_no_calendar_makes_it_stumble(lines: list[str], junk: str) -> None:
    text = "\r\n".join(["BEGIN:VCALENDAR", *lines, junk, "END:VCALENDAR"])
    try:
        read_host_plan([HostFile(name="h.ics", content=text.encode("utf-8", "surrogatepass"))], ABOARD)
    except InputError as problem:
        assert "h.ics" in str(problem)  # noqa: PT017  # it may be read as well
