"""Week sheets: to scale, whole, safe, and medical only to whom it concerns; read back by other people's programs."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, timedelta
from html.parser import HTMLParser
from itertools import pairwise

import openpyxl
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from export_plan import rich_plan
from hamsafar.domain.people import Agency
from hamsafar.domain.plan import Plan
from hamsafar.domain.training import TrainingSite, Trip
from hamsafar.errors import InputError
from hamsafar.export.calendars import person_ics
from hamsafar.export.seen_by import Viewer, entries_of, file_name, known_viewers, seen_by, trips_of, viewers_of
from hamsafar.export.svg_week import hours_of, week_picture
from hamsafar.export.week_sheets import sheet_files, sheets_html, sheets_of, sheets_xlsx
from hamsafar.export.weeks import Week, term_weeks, weeks_of
from hamsafar.timeline import Instant
from programmes import ZONE, facility, person, session, subject, tiny_programme
from termed import BACKUP, PRIME, placed, termed_plan

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
SITES = (("base", "Base"), ("sea", "Coast"))
W05 = Week(date(2027, 2, 1))


class Page(HTMLParser):
    """Tags and texts; fails where an end tag closes something else than what is open."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def rich() -> Plan:
    return rich_plan(sessions_each=60)


def clinic() -> Plan:
    """A heart test of the prime by a doctor, with an interpreter, in a clinic that both trainees use for a lecture."""
    known = tiny_programme(
        subject(
            session("heart/stress-test", kind="medical", facilities=("clinic",), language="zh"),
            session("heart/lecture", 90, attendance="together", facilities=("clinic",)),
            title="Heart",
        ),
        trainees=(person(PRIME, agency="guest"), person(BACKUP, backs_up=PRIME)),
        people=(person("doctor", "instructor"), person("voice", "interpreter")),
        agencies=(
            Agency(id="host", name="Host", role="host", zone=ZONE),
            Agency(id="guest", name="Guest", role="guest", zone="Asia/Karachi"),
        ),
        in_term={"facilities": (facility("clinic", title="Clinic"),)},
    )
    test = placed(
        known, f"heart/stress-test@{PRIME}", "2027-02-02T01:00", PRIME, instructor="doctor", interpreter="voice"
    )
    return termed_plan(known, test, placed(known, "heart/lecture", "2027-02-03T01:00", PRIME, BACKUP))


def files_of(plan: Plan, id_: str, week: Week | None = None) -> dict[str, bytes]:
    return sheet_files(plan, sheets_of(plan, known_viewers(plan)[id_], week), None)


def texts(plan: Plan, id_: str) -> str:
    """All that the three files of a sheet say, in one text."""
    files = files_of(plan, id_)
    book = openpyxl.load_workbook(io.BytesIO(next(files[name] for name in files if name.endswith("xlsx"))))
    cells = " ".join(str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
    said = [files[name].decode().replace("\r\n ", "") for name in files if not name.endswith("xlsx")]
    return " ".join([*said, cells])


# Whose is what


def test_a_medical_session_is_told_in_full_to_whom_it_concerns_and_to_nobody_else() -> None:
    plan = clinic()
    for id_ in (PRIME, "doctor"):
        assert "stress-test" in texts(plan, id_)
    for id_ in ("voice", "clinic"):
        said = texts(plan, id_)
        assert "Medical" in said
        assert "stress-test" not in said
        assert "Heart: heart/stress" not in said
        hidden = entries_of(plan, known_viewers(plan)["clinic"])[0]
    assert (hidden.title, hidden.others, hidden.teacher, hidden.subject) == ("Medical", "", "", "")
    assert (hidden.placement.people, hidden.placement.facilities) == ((), ())
    assert entries_of(plan, known_viewers(plan)["voice"])[0].place == "Clinic"  # they have to find it
    assert "stress-test" not in texts(plan, BACKUP)


def test_the_calendar_for_a_phone_hides_the_same() -> None:
    plan = clinic()
    assert b"stress-test" in person_ics(plan, "doctor")
    assert b"stress-test" not in person_ics(plan, "voice")
    assert len(Calendar.from_ical(person_ics(plan, "voice")).walk("VEVENT")) == 1


def test_everybody_who_trains_teaches_or_interprets_and_every_facility_has_sheets(rich: Plan) -> None:
    by_id = {one.id: one for one in rich.programme.people}
    assert rich.programme.term is not None
    assert [one.id for one in viewers_of(rich)] == [
        *(one.id for one in rich.programme.people if one.function in ("trainee", "instructor", "interpreter")),
        *(one.id for one in rich.programme.term.facilities),
    ]
    assert known_viewers(rich)["commander-up"].function == by_id["commander-up"].function


def test_a_sheet_shows_just_what_its_owner_takes_part_in(rich: Plan) -> None:
    for viewer in viewers_of(rich):
        mine = [
            (one.start, one.end)
            for one in rich.placements
            if one.stage == "training" and viewer.id in (*one.person_ids, *one.facilities)
        ]
        assert [(one.start, one.end) for one in seen_by(rich, viewer)] == mine
        sheets = sheets_of(rich, viewer, None)
        assert sum(len(sheets.of(week)) for week in sheets.weeks) == len(mine)


def test_a_plan_without_a_term_has_no_sheets(rich: Plan) -> None:
    with pytest.raises(InputError, match="no training term"):
        viewers_of(evolve(rich, programme=evolve(rich.programme, term=None)))


# The picture


def blocks(picture: str) -> list[tuple[float, float, float, float]]:
    """(x, y, width, height) of each session drawn."""
    found = re.findall(
        r'<g class="b \w+" tabindex[^>]*><title>[^<]*</title><rect class="f" x="([\d.]+)" y="([\d.]+)" '
        r'width="([\d.]+)" height="([\d.]+)"',
        picture,
    )
    return [tuple(map(float, one)) for one in found]  # type: ignore[misc]  # four of them


def drawn(plan: Plan, id_: str, week: Week = W05) -> str:
    viewer = known_viewers(plan)[id_]
    entries = entries_of(plan, viewer)
    mine = [one for one in entries if week.holds(one.placement.start, one.placement.end, ZONE)]
    return week_picture(week, viewer, mine, trips_of(plan, viewer), hours_of(entries, ZONE))


def on_days(*starts: str, capacity: int = 1, minutes: int = 60) -> Plan:
    """One session for the prime at each UTC minute, in a room."""
    known = tiny_programme(
        subject(*(session(f"s/{n}", minutes, facilities=("room",)) for n in range(len(starts)))),
        in_term={"facilities": (facility(capacity=capacity),)},
    )
    return termed_plan(known, *(placed(known, f"s/{n}@{PRIME}", at, PRIME) for n, at in enumerate(starts)))


def test_hours_are_drawn_to_scale_and_days_beside_each_other() -> None:
    plan = on_days("2027-02-01T00:00", "2027-02-01T01:00", "2027-02-03T04:30")  # 08:00, 09:00, Wednesday 12:30
    (x1, y1, wide, tall), (x2, y2, _, _), (x3, y3, _, _) = blocks(drawn(plan, PRIME))
    assert x1 == x2
    assert abs((x3 - x1) - 2 * (wide + 4)) < 0.5  # a column is the block and its margins
    hour = y2 - y1
    assert abs(tall - (hour - 1)) < 0.2
    assert abs((y3 - y1) - 4.5 * hour) < 0.2


def test_sessions_at_the_same_time_in_one_place_stand_beside_each_other() -> None:
    starts = [f"2027-02-{at}" for at in ("01T01:00", "01T01:30", "01T02:00", "01T03:00", "02T01:00")]
    plan = on_days(*starts, capacity=2)
    (x1, _, wide, _), (x2, _, _, _), (x3, _, _, _), (x4, _, after, _), (_, _, alone, _) = blocks(drawn(plan, "room"))
    assert x1 == x3 == x4
    assert x2 > x1 + wide
    assert after == alone > 2 * wide


def test_a_session_past_midnight_is_drawn_on_both_days() -> None:
    plan = on_days("2027-02-01T15:00", minutes=120)  # 23:00 to 01:00 in Beijing
    found = blocks(drawn(plan, PRIME))
    assert len(found) == 2
    assert found[0][3] == found[1][3]
    assert len(blocks(drawn(plan, PRIME, Week(date(2027, 2, 8))))) == 0


def test_a_week_with_nights_is_drawn_from_midnight_to_midnight_and_names_them() -> None:
    plan = on_days("2027-02-02T01:00")
    sleep = evolve(
        plan.placements[0], id=f"night/1@{PRIME}", of="night/1", title="Sleep", kind="sleep",
        start=Instant.parse("2027-02-02T13:00Z"), end=Instant.parse("2027-02-02T21:00Z"), facilities=(),
    )  # fmt: skip
    plan = evolve(plan, placements=(*plan.placements, sleep))
    page = sheets_html(plan, sheets_of(plan, known_viewers(plan)[PRIME], None), None).decode()
    assert re.findall(r'class="tick"[^>]*>([\d:]+)<', page)[::24] == ["00:00", "24:00"]
    assert page.count("21:00–05:00 sleep") == 2  # on both days
    assert "night of sleep" in page
    assert ".slp .f" in page
    day = sheets_html(on := on_days("2027-02-02T01:00"), sheets_of(on, known_viewers(on)[PRIME], None), None).decode()
    assert "night of sleep" not in day


def test_lift_off_is_marked_on_its_day_even_outside_the_hours_drawn() -> None:
    plan = on_days("2027-02-01T01:00")
    for at, said in (("2027-02-03T04:00", "12:00"), ("2027-02-03T15:00", "23:00")):
        moved = evolve(plan.flight.launch, launch=Instant.parse(at + "Z"))
        late = evolve(plan, flight=evolve(plan.flight, launch=moved))
        page = sheets_html(late, sheets_of(late, known_viewers(late)[PRIME], W05), None).decode()
        x, y = re.findall(r'class="now" d="M([\d.]+) ([\d.]+)L', page)[0]
        edges = [float(one) for one in re.findall(r'class="edge" d="M([\d.]+) ', page)]
        assert abs(float(x) - edges[2]) < 0.2  # Wednesday
        assert f"Lift-off {said}" in page
        assert float(y) <= max(float(one) for one in re.findall(r'class="hour" d="M[\d.]+ ([\d.]+)L', page))
    assert "Lift-off" not in drawn(plan, PRIME)


@pytest.mark.parametrize("minutes", [45, 60, 75, 90])
def test_a_short_session_still_says_where_and_with_whom(minutes: int) -> None:
    known = tiny_programme(
        subject(session("s/1", minutes, title="A title of many words that has to be cut", facilities=("room",))),
        people=(person("teacher", "instructor"),),
        in_term={"facilities": (facility(title="Bridge"),)},
    )
    plan = termed_plan(known, placed(known, f"s/1@{PRIME}", "2027-02-01T01:00", PRIME, instructor="teacher"))
    texts_drawn = re.findall(r'<text class="(?:when|title|more)"[^>]*>([^<]*)<', drawn(plan, PRIME))
    assert "09:00" in texts_drawn[0]
    assert {"Bridge", "teacher"} <= set(texts_drawn)


def test_guests_see_their_own_clock_beside_the_terms() -> None:
    plan = clinic()
    ticks = re.findall(r'class="tick"[^>]*>([\d:]+)<', drawn(plan, PRIME))
    assert ticks[:4] == ["08:00", "05:00", "09:00", "06:00"]
    assert re.findall(r'class="tick"[^>]*>([\d:]+)<', drawn(plan, BACKUP))[:2] == ["08:00", "09:00"]
    assert known_viewers(plan)[PRIME].clocks[1].label == "Islamabad"


def test_days_away_are_a_band_over_just_these_days() -> None:
    way = {"kind": "travel", "attendance": "together"}
    known = tiny_programme(
        subject(
            session("sea/out", 120, **way), session("sea/swim"), session("sea/back", 120, **way),
            trip=Trip(to="sea", duration_min=3 * 1_440), title="Sea survival",
        ),
        in_term={
            "sites": tuple(TrainingSite(id=id_, title=title, zone=ZONE) for id_, title in SITES),
            "quarantine_d": 3,
        },
    )  # fmt: skip
    plan = termed_plan(
        known,
        placed(known, "sea/out", "2027-02-02T01:00", PRIME),
        placed(known, f"sea/swim@{PRIME}", "2027-02-03T01:00", PRIME),
        placed(known, "sea/back", "2027-02-04T01:00", PRIME),
    )
    away, quarantine = trips_of(plan, known_viewers(plan)[PRIME])
    assert away.title == "Away: Coast (Sea survival)"
    assert quarantine.title == "Quarantine"
    picture = drawn(plan, PRIME)
    x, wide = map(
        float, re.findall(r'<g class="away"><rect class="f" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', picture)[0]
    )
    days = [float(at) for at in re.findall(r'<path class="edge" d="M([\d.]+) ', picture)]
    assert abs(x - days[1]) < 2  # Tuesday
    assert abs(x + wide - days[4]) < 3  # to Thursday
    assert "Quarantine" not in picture
    assert trips_of(plan, known_viewers(plan)["room"]) == ()


# Files


def test_the_page_is_whole_has_a_section_a_week_and_escapes_everything(rich: Plan) -> None:
    nasty = evolve(
        rich,
        programme=evolve(
            rich.programme, title=ATTACK, people=tuple(evolve(one, title=ATTACK) for one in rich.programme.people)
        ),
        placements=tuple(evolve(one, title=ATTACK) for one in rich.placements),
    )
    viewer = known_viewers(nasty)[PRIME]
    sheets = sheets_of(nasty, viewer, None)
    page = Page(sheets_html(nasty, sheets, "progress/x.html"))
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert "{{ 7*7 }}" in page.text
    sections = [found.get("id") for tag, found in page.tags if tag == "section"]
    assert sections == [week.name for week in sheets.weeks]
    assert all(tag != "a" or not str(found["href"]).startswith("http") for tag, found in page.tags)
    policy = next(found["content"] for tag, found in page.tags if found.get("http-equiv"))
    assert str(policy).startswith("default-src 'none'")


def test_the_calendar_and_the_workbook_say_the_same_instants(rich: Plan) -> None:
    files = files_of(rich, PRIME)
    mine = [one for one in rich.placements if one.stage == "training" and PRIME in one.person_ids]
    events = Calendar.from_ical(files[f"people/{PRIME}.ics"]).walk("VEVENT")
    assert [one["DTSTART"].dt.astimezone(UTC) for one in events] == [one.start.datetime() for one in mine]
    book = openpyxl.load_workbook(io.BytesIO(files[f"people/{PRIME}.xlsx"]))
    assert book.sheetnames == [week.name for week in sheets_of(rich, known_viewers(rich)[PRIME], None).weeks]
    rows = [row for sheet in book for row in sheet.iter_rows(min_row=2, values_only=True)]
    header = [cell.value for cell in book.worksheets[0][1]]
    assert header[:6] == ["Day", "Beijing start", "Beijing end", "Islamabad start", "Islamabad end", "Subject"]
    assert [row[1] - timedelta(hours=8) for row in rows] == [one.start.datetime().replace(tzinfo=None) for one in mine]
    assert all(row[1] - row[3] == timedelta(hours=3) for row in rows)
    assert [row[header.index("Id")] for row in rows] == [one.id for one in mine]


@pytest.mark.parametrize("title", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_a_workbook_acts_as_a_formula(rich: Plan, title: str) -> None:
    nasty = evolve(rich, placements=tuple(evolve(one, title=title) for one in rich.placements[:30]))
    book = openpyxl.load_workbook(io.BytesIO(sheets_xlsx(nasty, sheets_of(nasty, known_viewers(nasty)[PRIME], None))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds


def test_the_same_plan_gives_the_same_bytes(rich: Plan) -> None:
    assert files_of(rich, "simulator") == files_of(rich, "simulator")


def test_one_week_is_one_page_even_where_nothing_is_placed() -> None:
    plan = on_days("2027-02-01T01:00")
    for week, count in ((W05, 1), (Week(date(2027, 2, 8)), 0)):
        sheets = sheets_of(plan, known_viewers(plan)[PRIME], week)
        assert (sheets.weeks, len(sheets.entries)) == ((week,), count)
        assert Page(sheets_html(plan, sheets, None)).text.count("Nothing placed.") == 1 - count


def test_somebody_without_any_session_has_an_empty_sheet() -> None:
    known = tiny_programme(people=(person("idle", "instructor"),))
    files = files_of(termed_plan(known), "idle")
    assert "Nothing is placed in any week" in Page(files["people/idle.html"]).text
    assert openpyxl.load_workbook(io.BytesIO(files["people/idle.xlsx"])).sheetnames == ["Nothing placed"]


# Weeks and names


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)))
def test_a_week_reads_back_from_its_name(day: date) -> None:
    week = Week.of(day)
    assert Week.parse(week.name) == week
    assert day in week.days
    assert [one.weekday() for one in week.days] == list(range(7))


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}-?W[0-9]{2}", fullmatch=True))
def test_a_text_is_a_week_or_is_told_to_be_none(text: str) -> None:
    try:
        week = Week.parse(text)
    except InputError:
        return
    assert week.name.replace("-", "") == text.strip().replace("-", "")


@pytest.mark.parametrize("text", ["2027-W60", "2027-W53", "2027-W00", "0000-W01", "2027-8", "W08", ""])
def test_a_week_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="week"):
        Week.parse(text)


def test_weeks_of_the_term_hold_every_session(rich: Plan) -> None:
    first, last = term_weeks(rich, ZONE)
    every = [week for viewer in viewers_of(rich) for week in sheets_of(rich, viewer, None).weeks]
    assert first <= min(every) <= max(every) <= last
    viewer = known_viewers(rich)[PRIME]
    found = weeks_of(entries_of(rich, viewer), (), ZONE)
    assert all(one < after for one, after in pairwise(found))


@given(st.lists(st.text(min_size=1, max_size=80), max_size=8, unique=True))
def test_ids_become_names_of_files_that_are_safe_and_never_meet(ids: list[str]) -> None:
    names = [file_name(one) for one in ids]
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", name) for name in names)
    assert len(set(names)) == len(ids)


@pytest.mark.parametrize("id_", ["../../etc/passwd", "con", "A", "a", "x" * 300, "nul", "com1", ".hidden", "a/b"])
def test_hostile_ids_stay_in_their_folder(id_: str) -> None:
    viewer = Viewer(id=id_, title="x", kind="people", function="trainee", clocks=())
    folder, name = viewer.path.split("/")
    assert folder == "people"
    assert len(name) < 70
    assert name not in ("con", "nul", "com1")
