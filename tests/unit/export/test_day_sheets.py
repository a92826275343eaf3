"""Sheets of the days aboard: whole, four times right, free time and links told, private only to whom it concerns."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from export_plan import CREW, GUEST, HOSTS
from hamsafar.app.day_sheets import day_sheets, known_aboard
from hamsafar.app.pace import pace_of
from hamsafar.domain.aboard import Activity, Need, Use, WindowNeed
from hamsafar.domain.pace import ActivityPace, Chance
from hamsafar.domain.plan import Plan
from hamsafar.export.calendars import aboard_ics
from hamsafar.export.day_pages import document_html
from hamsafar.export.day_sheets import free_spans, host_minutes, own_placements, person_document
from hamsafar.export.day_words import aboard_of, next_link, opens_text, window_cell
from hamsafar.export.flight_days import FlightDay, crew_of, flight_days, presence
from hamsafar.export.ground_sheets import ground_document
from hamsafar.export.paper import PX_A_MM, Column, Document, Page, Row, Table, cut_to_pages, size_mm
from hamsafar.export.svg_day import lines_on
from hamsafar.export.team_sheets import team_document, teams_of
from hamsafar.timeline import Span
from staying import aboard, at, staying_plan

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"
DIGEST = "0123456789abcdef" * 4
SECRETS = ("Call with mother", "Heart rhythm with the doctor")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return staying_plan()


class Html(HTMLParser):
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
        if tag != "meta":
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def person_sheet(plan: Plan, id_: str = GUEST) -> Document:
    return person_document(plan, plan.programme.person(id_), flight_days(plan), DIGEST)


def rows_of(document: Document) -> list[Row]:
    return [row for page in document.pages for table in page.tables for row in table.rows]


def row_of(plan: Plan, number: int, title: str) -> Row:
    """The first row of that title on the guest's sheet of a flight day."""
    day = flight_days(plan)[number - 1]
    rows = rows_of(person_document(plan, plan.programme.person(GUEST), (day,), DIGEST))
    return next(row for row in rows if row.cells[5][0] == title)


def texts_of(document: Document) -> str:
    """All that a document says, its pictures too."""
    rows = [line for row in rows_of(document) for cell in row.cells for line in cell]
    bars = [
        said
        for page in document.pages
        if page.strip is not None
        for lane in page.strip.lanes
        for bar in lane.bars
        for said in (bar.text, *bar.said)
    ]
    return "\n".join([*rows, *bars, *(line for page in document.pages for line in (page.title, *page.lines))])


# What is on a sheet


def test_every_day_of_everybody_shows_just_what_they_take_part_in(plan: Plan) -> None:
    for person in crew_of(plan)[:4]:
        for day in flight_days(plan)[::2]:
            document = person_document(plan, person, (day,), DIGEST)
            shown = [row.cells[5][0] for row in rows_of(document) if row.key not in ("free", "event")]
            aboard_then = [one for one in plan.placements if one.stage == "flight" and one.span.overlaps(day.span)]
            mine = [one.title for one in aboard_then if person.id in one.person_ids]
            assert shown == mine


def test_a_row_has_four_times_the_part_the_certificate_and_with_whom(plan: Plan) -> None:
    """Flight day 3 is 16 June 2027; the four times are counted by hand."""
    row = row_of(plan, 3, "Fluid cell run")
    assert row.cells[1:5] == (
        ("01:30", "03:45"),  # UTC
        ("09:30", "11:45"),  # Beijing, 8 h ahead
        ("06:30", "08:45"),  # Islamabad, 5 h ahead
        ("1d 22:08:23", "2d 00:23:23"),  # lift-off was on 14 June at 03:21:37 UTC
    )
    assert row.cells[5] == ("Fluid cell run", "operator, by Fluid cell operator")
    assert row.cells[6] == ("with Commander aboard (assistant)", "Fluid physics rack")


def test_a_time_on_another_date_than_the_sheets_says_its_day(plan: Plan) -> None:
    sleep = row_of(plan, 3, "Sleep")
    assert sleep.cells[2] == ("Tue 22:00", "06:00")
    assert sleep.cells[1] == ("Tue 14:00", "Tue 22:00")


def test_lift_off_docking_hatch_and_landing_are_told_before_what_starts_with_them(plan: Plan) -> None:
    told = [row.cells[5][0] for row in rows_of(person_sheet(plan)) if row.key == "event"]
    assert told == ["Lift-off", "Docking", "Hatch opens", "Hatch closes", "Undocking", "Landing"]


def test_free_time_and_what_is_placed_fill_the_stay_minute_by_minute(plan: Plan) -> None:
    for person in crew_of(plan)[:2]:
        here = presence(plan, person)
        for day in flight_days(plan)[:2]:
            own = own_placements(plan, person.id)
            free = free_spans(plan, person, day, [one for one in own if one.span.overlaps(day.span)])
            assert all(span.seconds >= 900 for span in free)
            taken_run = 0
            for minute in range(1440):
                moment = day.span.start.plus(minutes=minute + 0.5)
                busy = any(one.span.contains(moment) for one in own) or not here.contains(moment)
                told = any(span.contains(moment) for span in free)
                assert not (busy and told)
                taken_run = 0 if busy or told else taken_run + 1
                assert taken_run < 15


def test_the_next_link_is_the_open_one_or_the_first_to_open(plan: Plan) -> None:
    known = aboard_of(plan)
    relay = next(one for one in plan.windows if one.kind == "relay").spans
    inside, between = relay[3].start.plus(minutes=10), relay[3].end.plus(minutes=5)
    beijing = known.station
    assert next_link(known, inside) == (f"now, to {beijing(relay[3].end, '%H:%M')}",)
    assert next_link(known, between)[0].startswith(opens_text(beijing, relay[4].start))
    assert next_link(known, relay[3].end)[0].startswith(opens_text(beijing, relay[4].start))  # it closes just then
    assert next_link(known, relay[-1].end) == ("none known",)


def test_windows_are_told_rounded_inward_and_with_their_sigma(plan: Plan) -> None:
    known = aboard_of(plan)
    relay = next(one for one in plan.windows if one.kind == "relay").spans[10]
    within = aboard("school-link", "Live link", "link", relay.start.plus(minutes=5), 20)
    assert window_cell(known, within) == ("Relay links", f"closes {known.station(relay.end, '%H:%M')}, ±8 s")
    outside = aboard("school-link", "Live link", "link", relay.end.plus(minutes=-5), 20)
    assert window_cell(known, outside) == ("Relay links", "NOT OPEN all the while")
    blind = aboard_of(evolve(plan, windows=()))
    assert window_cell(blind, within) == ("relay", "window not known")
    assert window_cell(blind, aboard("bone-scan", "Bone scan", "experiment", relay.start, 20)) == ("",)
    assert relay.start.datetime().second
    assert opens_text(known.clocks[0], relay.start) > known.clocks[0](relay.start, "%H:%M")


def test_what_is_far_is_called_provisional_everywhere() -> None:
    far = staying_plan("far")
    for document in (person_sheet(far), ground_document(far, flight_days(far)[2:3], DIGEST)):
        assert document.provisional
        page = document_html(far, document).decode()
        assert page.count("PROVISIONAL") == len(document.pages)
        assert "prov." in texts_of(document)
    assert "PROVISIONAL" not in document_html(staying_plan(), person_sheet(staying_plan())).decode()


def test_promised_optional_and_flexible_are_marked() -> None:
    alone = Activity(id="a", title="A", kind="housekeeping", duration_min=20,
                     who=(Need(function="worker", candidates=CREW),))  # fmt: skip
    assert alone.is_flexible
    for bound in (
        {"promised": True},
        {"window": WindowNeed(kind="relay")},
        {"uses": (Use(resource="rack"),)},
        {"kind": "meal"},
        {"who": (Need(function="worker", candidates=CREW, count=2),)},
        {"quiet": True},
        {"spacing_min": 60},
    ):
        assert not evolve(alone, **bound).is_flexible
    told = [
        row.cells[5] for row in rows_of(person_sheet(staying_plan())) if row.cells[5][0] == "Live link with a school"
    ]
    assert told
    assert all("promised" in cell[1] for cell in told)


# Private


def test_medical_and_family_are_told_to_the_one_they_concern_and_to_nobody_else(plan: Plan) -> None:
    days = flight_days(plan)[2:3]
    assert all(secret in texts_of(person_sheet(plan)) for secret in SECRETS)
    others = [person_document(plan, plan.programme.person(id_), days, DIGEST) for id_ in HOSTS]
    teams = [team_document(plan, team, days, DIGEST, pace_of(plan, runs=60)) for team in teams_of(plan)]
    for document in (ground_document(plan, days, DIGEST), *others, *teams):
        said = texts_of(document) + document_html(plan, document).decode()
        assert not any(secret in said for secret in SECRETS)
    assert texts_of(ground_document(plan, days, DIGEST)).count("Private") >= 2  # that somebody is busy is seen


def test_what_is_private_is_in_nobody_elses_calendar(plan: Plan) -> None:
    files = day_sheets(plan, flight_days(plan)[2:3], (), digest=DIGEST, pdf=False, tell=lambda _: None).files
    for path, content in files.items():
        told = any(secret.encode() in content.replace(b"\r\n ", b"") for secret in SECRETS)
        assert told == (f"people/{GUEST}." in path)


# The ground


def test_the_hosts_minutes_are_those_of_the_guests_programme_by_the_day_they_begin(plan: Plan) -> None:
    known = aboard_of(plan)
    ours = {one.id for one in plan.programme.activities if one.guest_programme}
    for person in HOSTS:
        for day in flight_days(plan):
            counted = sum(
                one.span.seconds / 60
                for one in plan.placements
                if one.of in ours and person in one.person_ids and day.span.contains(one.start)
            )
            assert host_minutes(known, person, day) == round(counted)
    said = ground_document(plan, flight_days(plan)[2:3], DIGEST).pages[0].lines[0]
    assert "at most 90 each" in said
    assert "Commander aboard 135" in said  # the fluid run of day 3, 9:30 to 11:45: over the budget, and said so


def test_the_ground_sees_everybody_every_link_and_what_it_is_used_for(plan: Plan) -> None:
    day = flight_days(plan)[3]
    document = ground_document(plan, (day,), DIGEST)
    assert document.wide
    strip = document.pages[0].strip
    assert strip is not None
    assert [lane.title for lane in strip.lanes[:6]] == [one.title for one in crew_of(plan)]
    relay = [
        one for one in next(one for one in plan.windows if one.kind == "relay").spans if one.span.overlaps(day.span)
    ]
    links = [row for row in rows_of(document) if row.key == "relay"]
    assert len(links) == sum(one.span.overlaps(day.span) for one in relay)
    used = [row for row in links if "Live link with a school" in row.cells[-1][0]]
    assert len(used) <= 1


# Experiments' teams


def test_an_experiment_is_what_waits_for_each_other_in_the_guests_programme(plan: Plan) -> None:
    assert [one.ids for one in teams_of(plan)] == [("fluids-run", "bone-scan"), ("school-link",)]
    assert [one.title for one in teams_of(plan)] == ["Fluid cell run and 1 more", "Live link with a school"]
    assert {"fluids-run", "bone-scan", "school-link", "ground", GUEST} <= set(known_aboard(plan))


def chance(share: float) -> Chance:
    return Chance(share=share, error=0.0)


def test_a_teams_sheet_tells_order_return_what_is_left_out_and_the_chance(plan: Plan) -> None:
    team, days = teams_of(plan)[0], flight_days(plan)
    told = {
        "fluids-run#2": ActivityPace(
            placement="fluids-run#2",
            day=2,
            begun=chance(0.968),
            in_full=chance(0.8),
            late=chance(0.1),
            missed=chance(0.1),
        ),
        "fluids-run#3": ActivityPace(
            placement="fluids-run#3",
            day=3,
            begun=chance(0.999),
            in_full=chance(0.004),
            late=chance(0.996),
            missed=chance(0),
        ),
    }
    pace = evolve(pace_of(plan, runs=60), runs=10_000, activities=tuple(told.values()))
    document = team_document(plan, team, days, DIGEST, pace)
    tables = {table.title: table for page in document.pages for table in page.tables}
    cells = [row.cells[-1] for row in tables["When"].rows if row.cells[5][0] == "Fluid cell run"]
    first = next(n for n, cell in enumerate(cells) if cell != ("not known",))
    assert cells[first : first + 2] == [
        ("begins 97 %", "done 80 %", "missed 10 %"),
        ("begins > 99 %", "done < 1 %"),
    ]
    (order,) = tables["Order and samples"].rows
    assert order.cells[:3] == (("Bone scan",), ("Fluid cell run",), ("at least 1 h after, within 15 h",))
    assert [row.cells[4][0].partition(",")[0] for row in tables["Return"].rows] == [
        "Hatch closes", "Undocking", "Landing", "Landing",
    ]  # fmt: skip
    assert tables["Left out"].rows[0].cells == (("Bone scan",), ("no time was left",))
    assert "of 10,000 simulated stays" in " ".join(document.pages[0].lines)
    assert "give or take 5 min" in " ".join(document.pages[0].lines)


def test_how_far_an_activity_keeps_from_the_ends_of_its_window_is_told_in_sigma(plan: Plan) -> None:
    relay = next(one for one in plan.windows if one.kind == "relay").spans[10]
    link = aboard("school-link", "Live link with a school", "link", relay.start.plus(seconds=85), 20)
    only = evolve(plan, placements=(link,))
    document = team_document(only, teams_of(only)[1], flight_days(plan), DIGEST, pace_of(plan, runs=60))
    (row,) = [row for row in rows_of(document)
              if row.cells[5][0] == "Live link with a school"]  # fmt: skip
    assert row.cells[7][-1] == "±8 s; 1 min inside, 10.0 sigma"  # 85 s by 8.5 s


# Pages


@given(
    texts=st.lists(st.text(st.sampled_from("ab 測اﷺW-"), max_size=400), max_size=45),
    wide=st.booleans(),
)
def test_cut_to_pages_every_row_comes_once_in_order_and_each_page_fits(texts: list[str], wide: bool) -> None:
    columns = (Column(title="What", width_mm=48, css="what"), Column(title="N", width_mm=20))
    rows = tuple(Row(cells=((text,), (str(n),))) for n, text in enumerate(texts))
    page = Page(title="T", sub="S", lines=("L",), tables=(Table(title="One", columns=columns, rows=rows),))
    pages = cut_to_pages(page, wide=wide)
    assert [row for one in pages for table in one.tables for row in table.rows] == list(rows)
    most_px = size_mm(wide=wide)[1] * PX_A_MM
    for one in pages:
        lines = 9.8 if one.dense else 11.4
        assert sum(lines for table in one.tables for _ in table.rows) < most_px
    assert not any(one.dense for one in pages) or len(pages) == 1


@pytest.mark.parametrize("title", ["Filters", "Filters and wipes of the air system in the core module, second half"])
def test_thirty_activities_a_day_come_on_one_page(plan: Plan, title: str) -> None:
    day = flight_days(plan)[3]
    many = tuple(aboard(f"job-{n}", title, "housekeeping", at(4, n // 2 + 6, 30 * (n % 2)), 25) for n in range(30))
    (page,) = person_document(evolve(plan, placements=many), plan.programme.person(GUEST), (day,), DIGEST).pages
    assert len([row for row in page.tables[0].rows if row.cells[5][0] == title]) == 30


def test_texts_from_a_plan_are_texts_and_the_page_is_well_formed(plan: Plan) -> None:
    hostile = evolve(
        plan,
        programme=evolve(plan.programme, title=ATTACK),
        placements=tuple(evolve(one, title=f"{ATTACK} سلام {one.title}") for one in plan.placements),
    )
    days = flight_days(hostile)[:2]
    for document in (
        person_document(hostile, hostile.programme.person(GUEST), days, DIGEST),
        ground_document(hostile, days, DIGEST),
        team_document(hostile, teams_of(hostile)[0], days, DIGEST, pace_of(plan, runs=60)),
    ):
        page = Html(document_html(hostile, document))
        assert not {"script", "img"} & {tag for tag, _ in page.tags}
        assert "{{ 7*7 }}" in page.text
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)


def test_the_foot_names_the_version_the_digest_and_the_page_of_all(plan: Plan) -> None:
    document = person_sheet(plan)
    page = document_html(plan, document).decode()
    assert f"Plan version 1, made for 21 November 2026, plan.json SHA-256 {DIGEST[:16]}" in page
    count = len(document.pages)
    assert re.findall(r"page (\d+) of (\d+)", page) == [(str(n), str(count)) for n in range(1, count + 1)]


def test_the_strip_draws_every_activity_to_scale_and_no_gap_as_closed(plan: Plan) -> None:
    day = flight_days(plan)[0]
    strip = person_document(plan, plan.programme.person(GUEST), (day,), DIGEST).pages[0].strip
    assert strip is not None
    relay = next(lane for lane in strip.lanes if lane.title == "Relay link")
    assert relay.bars[0].key == "unknown"  # nothing is known before docking
    assert relay.bars[0].end == pytest.approx(plan.flight.docking.seconds_since(day.span.start) / 86_400)
    sleep = next(bar for bar in strip.lanes[0].bars if bar.text == "Sleep")
    assert (sleep.start, sleep.end) == (pytest.approx(22 / 24), 1.0)


def test_a_bars_text_is_cut_and_never_spills() -> None:
    assert lines_on("Fluid cell run", 200, 1) == ["Fluid cell run"]
    assert lines_on("Fluid cell run", 60, 2) == ["Fluid cell", "run"]
    assert lines_on("Electroencephalography", 12, 2) == []


def test_calendars_hold_the_appointments_of_the_day_asked_for(plan: Plan) -> None:
    days = flight_days(plan)[2:3]
    made = day_sheets(plan, days, (GUEST,), digest=DIGEST, pdf=False, tell=lambda _: None)
    assert list(made.files) == [f"aboard/people/{GUEST}.html", f"aboard/people/{GUEST}.ics"]
    events = Calendar.from_ical(made.files[f"aboard/people/{GUEST}.ics"]).walk("VEVENT")
    mine = [one for one in own_placements(plan, GUEST) if one.span.overlaps(days[0].span)]
    assert len(events) == len(mine)
    assert aboard_ics(plan, "x", mine).count(b"BEGIN:VEVENT") == len(mine)


def test_of_a_single_day_an_experiment_that_is_not_done_on_it_has_a_sheet_only_when_asked_for(plan: Plan) -> None:
    def paths(days: tuple[FlightDay, ...], only: tuple[str, ...]) -> set[str]:
        made = day_sheets(bare, days, only, digest=DIGEST, pdf=False, tell=lambda _: None)
        return {one.path for one in made.documents if one.group == "Experiments"}

    link, days = "aboard/experiments/school-link", flight_days(plan)
    done = tuple(one for one in plan.placements if one.of in ("school-link", "sleep") and one.start < days[2].span.end)
    bare = evolve(plan, placements=done)
    assert paths(days[2:3], ()) == {link}
    assert paths(days[5:6], ()) == set()
    assert paths(days[5:6], ("school-link",)) == {link}
    assert paths(flight_days(bare), ()) == {link, "aboard/experiments/fluids-run"}  # it says why it is left out


def test_days_are_whole_station_days(plan: Plan) -> None:
    days = flight_days(plan)
    assert [one.number for one in days] == list(range(1, len(days) + 1))
    assert all(first.span.end == then.span.start for first, then in pairwise(days))
    assert days[0].share(days[0].span.start.plus(hours=6)) == 0.25
    assert Span(days[0].span.start, days[-1].span.end).covers(plan.flight.aboard)
    assert days[1].date - days[0].date == timedelta(days=1)
