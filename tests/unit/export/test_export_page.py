"""The report page: whole, safe, self-contained, and the same every time."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from math import asin, cos, degrees, radians, sin

import pytest
from attrs import evolve

from export_plan import DOCKING, GUEST, UNDOCKING, judgement_of, retitled, rich_plan, track
from hamsafar.domain.plan import Judgement, Placement, Plan
from hamsafar.export.flight_days import crew_of
from hamsafar.export.page import report_html
from hamsafar.export.sun import subsolar_point, terminator
from hamsafar.export.svg import num
from hamsafar.export.svg_crew import day_panels
from hamsafar.export.svg_map import HEIGHT_PX, WIDTH_PX, ground_map, track_days, x_of, y_of
from hamsafar.export.svg_strip import WIDTH_PX as STRIP_PX
from hamsafar.export.svg_strip import glance
from hamsafar.export.words import clean, duration_text, fit, mark, sigma_text, text_width_px
from hamsafar.planning.pace.overruns import overruns_of
from hamsafar.resources import read_text
from hamsafar.timeline import Instant

VOID = {"meta", "input", "br", "link", "img", "hr"}
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


class Balance(HTMLParser):
    """Collects tags, attributes and text; fails where an end tag doesn't close what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice in <{tag}>"
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(page: bytes) -> Balance:
    parser = Balance()
    parser.feed(page.decode("utf-8"))
    parser.close()
    assert parser.open == []
    return parser


@pytest.fixture(scope="module")
def far() -> Plan:
    return rich_plan("far")


@pytest.fixture(scope="module")
def page(far: Plan) -> bytes:
    return report_html(far, judgement_of(far), track())


def test_page_is_well_formed_small_and_has_every_part(page: bytes) -> None:
    parser = parsed(page)
    assert len(page) < 2_500_000
    assert len(parser.ids) == len(set(parser.ids))
    parts = ["glance", "track", "training", "crew", "activities", "windows", "findings", "leftout", "rests"]
    assert [id_ for id_ in parser.ids if id_ in parts] == parts
    assert ("html", {"lang": "en"}) in parser.tags
    tables = sum(tag == "table" for tag, _ in parser.tags)
    assert tables == sum(tag == "caption" for tag, _ in parser.tags) > 25
    links = {found["href"][1:] for tag, found in parser.tags if tag == "a"}
    assert links <= set(parser.ids)


def test_page_asks_nothing_of_any_network_and_runs_only_its_own_script(page: bytes) -> None:
    parser = parsed(page)
    for tag, found in parser.tags:
        assert not any(name.startswith("on") or name == "style" for name in found), (tag, found)
        assert all(found[name].startswith("#") for name in ("src", "href", "action", "data") if name in found)
    assert [tag for tag, _ in parser.tags if tag in ("script", "link", "img", "iframe", "object", "base")] == ["script"]
    assert re.search(rb"url\((?!#)|@import|https?://|srcset", page) is None
    policy = next(found["content"] for _, found in parser.tags if found.get("http-equiv"))
    assert "default-src 'none'" in policy
    assert policy.count("sha256-") == 2
    assert "unsafe" not in policy


def test_untrusted_texts_are_shown_and_never_run(far: Plan, page: bytes) -> None:
    plan = retitled(far, ATTACK)
    first = evolve(judgement_of(far).findings[0], sentence=ATTACK, where=(ATTACK,), unit=ATTACK, by=1.0)
    parser = parsed(report_html(plan, Judgement(verdict="broken", findings=(first,)), track(200)))
    assert [tag for tag, _ in parser.tags].count("script") == 1
    assert all(tag != "img" for tag, _ in parser.tags)
    assert any(ATTACK in text for text in parser.text)
    assert "49" not in {text.strip() for text in parser.text}


def test_same_plan_gives_the_same_bytes(far: Plan, page: bytes) -> None:
    assert report_html(far, judgement_of(far), track()) == page


def test_provisional_is_loud_where_far_and_absent_where_near(far: Plan, page: bytes) -> None:
    near = rich_plan("near")
    loud = "".join(parsed(page).text)
    quiet = "".join(parsed(report_html(near, judgement_of(near), track(300))).text)
    assert loud.count("PROVISIONAL") > 400  # every bar aboard says it
    assert "PROVISIONAL" not in quiet.replace("PROVISIONAL: ", "")
    assert "±41 s" in quiet
    assert "205 days older than lift-off" in loud


def test_clock_bar_has_all_four_clocks(page: bytes) -> None:
    text = " ".join("".join(parsed(page).text).split())
    assert (
        "Docking Mon 14 Jun 2027 09:53:37 UTC Beijing 14 Jun 17:53:37 Islamabad 14 Jun 14:53:37 MET T+000d 06:32:00"
        in text
    )
    assert "Landing Mon 21 Jun 2027 19:43:37 UTC Beijing 22 Jun 03:43:37 Islamabad 22 Jun 00:43:37" in text


def test_findings_come_broken_first_and_link_to_what_they_name(far: Plan, page: bytes) -> None:
    text = page.decode()
    order = [text.index(f'<tr class="f-{status}">') for status in ("broken", "not_checked", "holds")]
    assert order == sorted(order)
    n = next(n for n, one in enumerate(far.placements) if one.id == "fluids-run#3")
    assert f'<a href="#a{n}"><bdi>fluids-run#3</bdi></a>' in text
    assert text.count('class="b exp bad"') >= 2
    assert any(tag == "tr" and found.get("class") == "bad" for tag, found in parsed(page).tags)


def test_every_placement_has_a_row_and_every_person_aboard_a_bar(far: Plan, page: bytes) -> None:
    assert len(re.findall(rb'<tr id="a\d+"', page)) == len(far.placements)
    panels = day_panels(far, {})
    assert [panel.number for panel in panels] == list(range(1, 9))
    drawn = sum(len(re.findall(r'class="b (?!w )', panel.svg)) for panel in panels)
    aboard = {person.id for person in crew_of(far)}
    bars = [(one, person) for one in far.placements if one.stage == "flight" for person in one.person_ids]
    assert drawn >= len([1 for _, person in bars if person in aboard])
    assert crew_of(far)[0].id == GUEST


@pytest.mark.parametrize("with_term", [True, False])
@pytest.mark.parametrize("stay_d", [3, 7, 30])
def test_no_label_of_the_strip_is_cut_at_an_edge(far: Plan, with_term: bool, stay_d: int) -> None:
    later = far.flight.landing.undocking.plus(days=stay_d - 7), far.flight.landing.landing.plus(days=stay_d - 7)
    landing = evolve(far.flight.landing, undocking=later[0], landing=later[1])
    plan = evolve(far, flight=evolve(far.flight, landing=landing))
    strip = glance(plan if with_term else evolve(plan, programme=evolve(plan.programme, term=None)))
    named = re.findall(r'<text(?: class="([^"]*)")? x="([\d.-]+)" y="[^"]*"(?: text-anchor="(\w+)")?>([^<]*)', strip)
    assert sum("UTC" in text for *_, text in named) == 4
    for css, x, anchor, text in named:
        width = text_width_px(text, 11 if css in ("small", "axis") else 12)
        left = float(x) - {"": 0.0, "start": 0.0, "middle": 0.5, "end": 1.0}[anchor] * width
        assert left >= 0, text
        assert left + width <= STRIP_PX, text


def test_a_plan_without_term_windows_or_track_still_makes_a_page(far: Plan) -> None:
    programme = evolve(far.programme, term=None, prayer=None)
    aboard = tuple(one for one in far.placements if one.stage == "flight")
    bare = evolve(far, programme=programme, placements=aboard, windows=(), dropped=(), warnings=(), objective=())
    text = "".join(parsed(report_html(bare, Judgement(verdict="incomplete", findings=()), [])).text)
    assert "the term is done" in text
    assert "No track was handed to this page." in text
    empty = evolve(bare, placements=())
    parsed(report_html(empty, Judgement(verdict="holds", findings=()), []))


def test_all_findings_of_an_unknown_kind_of_activity_are_drawn_plainly(far: Plan) -> None:
    odd: Placement = evolve(far.placements[0], kind="unheard-of")
    assert mark(odd) == ("oth", "··")


def test_track_is_cut_by_station_day_and_broken_at_the_date_line(far: Plan) -> None:
    days = track_days(far, track())
    assert [day for day, _ in days] == list(range(1, 9))
    assert days[0][1][-1] == days[1][1][0]  # each day runs on to the next day's first point
    svg = ground_map(far, track())
    for path in re.findall(r'class="(?:lit|dark)" d="([^"]*)"', svg):
        for stretch in path.split("M")[1:]:
            xs = [float(pair.split()[0]) for pair in stretch.split("L")]
            assert max((abs(a - b) for a, b in pairwise(xs)), default=0) < WIDTH_PX / 2
    assert "Docking" in svg
    assert track()[0].instant == DOCKING
    assert track()[-1].instant.plus(minutes=2) > UNDOCKING


def test_map_coordinates() -> None:
    assert (x_of(-180), x_of(0), round(x_of(179.999))) == (0, WIDTH_PX / 2, WIDTH_PX)
    assert x_of(270) == x_of(-90)
    assert 0 < y_of(41.5) < y_of(0) < y_of(-41.5) < HEIGHT_PX


def test_coastline_is_whole_unbroken_rings_without_the_pole() -> None:
    body = json.loads(read_text("export/data/land-110m.json"))
    assert len(body["rings"]) > 100
    for ring in body["rings"]:
        assert len(ring) > 2
        assert all(-89.5 < latitude < 84 for _, latitude in ring)
        assert all(abs(a[0] - b[0]) < 180 for a, b in pairwise(ring))


@pytest.mark.parametrize(
    ("moment", "latitude_deg", "longitude_deg"),
    [
        # Declination and equation of time as almanacs print them: solstice +23.44, -1.8 min; equinox 0.0, -7.5 min.
        ("2027-06-21T14:11:00Z", 23.44, -32.75 + 0.45),
        ("2027-03-20T20:25:00Z", 0.0, -126.25 + 1.9),
        ("2026-11-03T12:00:00Z", -15.1, -4.1),  # the equation of time's maximum, +16.4 min
    ],
)
def test_point_below_the_sun(moment: str, latitude_deg: float, longitude_deg: float) -> None:
    latitude, longitude = subsolar_point(Instant.parse(moment))
    assert abs(latitude - latitude_deg) < 0.1  # printed to 0.1 deg
    assert abs(longitude - longitude_deg) < 0.15  # equation of time printed to 0.1 min, 0.025 deg, and rounded here


def test_terminator_lies_ninety_degrees_from_the_sun() -> None:
    moment = Instant.parse("2027-06-14T09:53:37Z")
    sun_latitude, sun_longitude = subsolar_point(moment)
    a = radians(sun_latitude)
    for longitude, latitude in terminator(moment):
        b = radians(latitude)
        sine = sin(a) * sin(b) + cos(a) * cos(b) * cos(radians(longitude - sun_longitude))
        assert abs(degrees(asin(sine))) < 1e-6  # the definition; rounding only


def test_words() -> None:
    assert [sigma_text(value) for value in (None, 6.0, 41.4, 180.0, 5_400.0, 10_000.0, 200_000.0)] == [
        "sigma unknown", "±6 s", "±41 s", "±3.0 min", "±90 min", "±2.8 h", "±2.3 d",
    ]  # fmt: skip
    assert [duration_text(minutes) for minutes in (0, 35, 60, 150)] == ["0 min", "35 min", "1 h", "2 h 30 min"]
    assert clean("a\x00b\nc\x1b\ud800\u2028d") == "ab c d"
    assert clean("a\u202eb\u2066c\u200fd\u200ce") == "abc\u200fd\u200ce"  # overrides go, marks and joiners stay
    assert fit("Fluid cell run", 200, 11) == "Fluid cell run"
    cut = fit("Fluid cell run with a long title", 60, 11)
    assert cut.endswith("…")
    assert text_width_px(cut, 11) <= 60
    assert fit("Fluid cell run", 12, 11) == ""
    assert text_width_px("试验", 11) == 22
    assert [num(value) for value in (1.0, 2.25, -0.04, -0.5, 10)] == ["1", "2.2", "0", "-0.5", "10"]


def test_overruns_are_a_part_where_they_are_known(far: Plan, page: bytes) -> None:
    """Cells and rows of a plan whose titles are hostile are told, and never run."""
    found = overruns_of(far, runs=100, seed=1)
    assert found.tight
    parser = parsed(report_html(far, judgement_of(far), track(2), pace=found))
    assert "pace" in parser.ids
    assert len(parser.ids) == len(set(parser.ids))
    text = "".join(parser.text)
    assert "Of 100 simulated stays" in text
    assert f"{found.days[0].overrun.share:.0%}" in text
    hostile = parsed(report_html(retitled(far, ATTACK), judgement_of(far), track(2), pace=found))
    assert [tag for tag, _ in hostile.tags].count("script") == 1
    assert all(tag != "img" for tag, _ in hostile.tags)
    assert "pace" not in parsed(page).ids
