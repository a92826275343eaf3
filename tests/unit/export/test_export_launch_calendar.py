"""The launch calendar as picture and page: whole, self-contained, and the same every time."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from calendars import calendar_of, near_and_far
from hamsafar.errors import InputError
from hamsafar.export.launch_calendar import calendar_html, calendar_png
from hamsafar.export.launch_calendar_words import (
    MOST_DAYS,
    at,
    backups_labels,
    band_parts,
    band_scale,
    banded,
    clocks,
    elements_text,
    empty_days,
    has_sure_attempt,
    marks,
    minute_of_day,
    offset_text,
    percent,
    phase_text,
    runs,
    scale_ticks,
    shift_text,
)
from hamsafar.timeline import Instant

SIGNATURE = b"\x89PNG\r\n\x1a\n"
ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


VOID = {"meta", "br", "hr"}


class Balance(HTMLParser):
    """Collects tags, attributes, ids and text; fails where an end tag doesn't close what is open."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = {name: value or "" for name, value in attrs}
        assert len(found) == len(attrs), f"an attribute twice in <{tag}>"
        self.tags.append((tag, found))
        self.ids += [found["id"]] if "id" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        self.text.append(data)


def parsed(page):
    parser = Balance()
    parser.feed(page.decode("utf-8"))
    parser.close()
    return parser


@cache
def _png():
    return calendar_png(near_and_far())


def _text(calendar):
    return calendar_html(calendar).decode("utf-8")


# --- picture ---


@pytest.mark.slow
def test_the_picture_is_a_whole_png_of_an_a3_page():
    made = _png()
    assert made.startswith(SIGNATURE)
    assert made.endswith(b"IEND\xaeB`\x82")
    assert struct.unpack(">II", made[16:24]) == (2481, 1753)  # 16.54 by 11.69 in at 150 to the inch
    assert b"tEXt" not in made  # neither a date nor the name of a program


@pytest.mark.slow
def test_the_picture_is_the_same_in_another_process_whatever_a_user_has_set_and_leaves_no_window_open():
    code = (
        "import sys; from hashlib import sha256; from calendars import near_and_far; import matplotlib;"
        "matplotlib.rcParams.update({'font.size': 30, 'axes.facecolor': 'black', 'savefig.dpi': 20});"
        "from hamsafar.export.launch_calendar import calendar_png;"
        "print(sha256(calendar_png(near_and_far())).hexdigest());"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, check=True, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert done.stdout.strip() == sha256(_png()).hexdigest()


# --- words ---


@given(low=st.integers(-18, 17), tens=st.integers(2, 12))
def test_a_scale_of_phases_carries_a_few_numbers_inside(low, tens):
    ticks = scale_ticks(10 * low, 10 * (low + tens))
    assert 2 <= len(ticks) <= 7
    assert all(10 * low <= tick <= 10 * (low + tens) for tick in ticks)
    assert len({late - early for early, late in pairwise(ticks)}) <= 1


def test_the_scale_about_the_bands_holds_them_all():
    calendar = near_and_far()
    low, high = band_scale(calendar)
    parts = [part for profile in banded(calendar) for part in band_parts(profile)]
    assert parts
    assert all(low <= begin - 15 and end + 15 <= high for begin, end in parts)
    nowhere = evolve(calendar, ship=evolve(calendar.ship, profiles=()))
    assert band_scale(nowhere) is None
    apart = [
        evolve(profile, phase_low_deg=low_deg, phase_high_deg=low_deg + 4)
        for profile, low_deg in zip(calendar.ship.profiles, (10.0, 130.0, 250.0), strict=True)
    ]
    assert band_scale(evolve(calendar, ship=evolve(calendar.ship, profiles=tuple(apart)))) is None


def test_the_page_tells_the_same_second_as_the_table():
    calendar = near_and_far()
    text = _text(calendar)
    for one in calendar.launches:
        launch = one.opportunity.launch
        assert at(clocks(calendar)[0], launch, "%Y-%m-%dT%H:%M:%SZ") == launch.iso()
        assert f">{launch.iso()[11:19]} <small>" in text


def test_a_whole_turn_is_told_as_none():
    of = near_and_far().launches[0].opportunity
    assert phase_text(evolve(of, phase_deg=359.96, phase_sigma_deg=0.1)) == "0.0° ± 0.1°"


def test_where_nothing_is_sure_only_what_is_possible_is_counted():
    calendar = calendar_of("2026-06-20", "2026-06-27", "2026-05-25")
    assert not has_sure_attempt(calendar)
    assert all(text.isdigit() for _, text, _ in backups_labels(calendar))
    assert has_sure_attempt(calendar_of("2026-05-24", "2026-05-27", "2026-05-24"))


# --- page ---


def test_the_page_is_balanced_and_asks_nothing_of_any_network():
    page = parsed(calendar_html(near_and_far()))
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"script", "link", "img", "iframe", "object"}
    for tag, found in page.tags:
        for name in ("href", "src", "action", "xlink:href"):
            assert found.get(name, "#").startswith("#"), (tag, found)
        assert not any(name.startswith("on") for name in found)
    assert not re.search(r"https?:|url\((?!#)|@import", _text(near_and_far()))


def test_the_page_is_the_same_twice():
    assert calendar_html(near_and_far()) == calendar_html(near_and_far())


def test_the_page_has_every_day_every_lift_off_and_every_reason():
    calendar = near_and_far()
    page = parsed(calendar_html(calendar))
    dates = [found["datetime"] for tag, found in page.tags if tag == "time"]
    assert dates == [day.day.isoformat() for day in calendar.days]
    text = re.sub(r"\s+", " ", " ".join(page.text))
    for launch in calendar.launches:
        assert launch.opportunity.launch.iso()[11:19] in text
    reasons = empty_days(calendar)
    assert reasons
    for _, why in reasons:
        assert why in text
    assert calendar.crew_day.definition in text
    assert "ours: no figure is public" in text


def test_colour_is_never_the_only_sign():
    page = parsed(calendar_html(near_and_far()))
    shapes = {found["class"]: tag for tag, found in page.tags if found.get("class") in ("m-yes", "m-no", "m-unknown")}
    assert shapes == {"m-yes": "circle", "m-no": "path", "m-unknown": "path"}
    titles = [tag for tag, _ in page.tags].count("title")
    assert titles > 3 * len(near_and_far().days)  # marks say what they are
    pictures = [found for tag, found in page.tags if tag == "svg" and found.get("class") == "launches"]
    assert len(pictures) == 1
    assert "The table below says the same in words." in pictures[0]["aria-label"]


def test_texts_of_others_stay_texts():
    calendar = evolve(near_and_far(), words=ATTACK, warnings=(ATTACK,), pad=evolve(near_and_far().pad, name=ATTACK))
    page = parsed(calendar_html(calendar))
    assert not {"script", "img"} & {tag for tag, _ in page.tags}
    assert ATTACK in "".join(page.text)


def test_provisional_is_said_loudly_where_it_is_and_only_there():
    far, near = near_and_far(), calendar_of("2026-05-23", "2026-05-26")
    assert "Provisional:</strong>" in _text(far)
    assert {one.opportunity.basis for one in near.launches} == {"near"}
    assert "Provisional:</strong>" not in _text(near)


@pytest.mark.parametrize(("start", "end"), [("2026-06-01", "2026-07-31"), ("2026-06-01", "2026-06-01T01:00Z")])
def test_short_and_long_windows_are_drawn(start, end):
    calendar = calendar_of(start, end)
    assert parsed(calendar_html(calendar)).open == []
    assert calendar_png(calendar).startswith(SIGNATURE)


def test_a_ship_that_does_not_come_back_is_drawn_without_landing():
    calendar = near_and_far()
    days = tuple(
        evolve(day, launches=tuple(evolve(one, landing=None, backups=None) for one in day.launches))
        for day in calendar.days
    )
    cargo = evolve(calendar, days=days, return_profile=None, landing_site=None, range=None)
    assert "no landing is told" in _text(cargo)
    assert "none are counted" in _text(cargo)
    # a name with dollars would be a formula to matplotlib, if it were asked to read any
    assert calendar_png(evolve(cargo, words="$\\frac{1}$", warnings=(ATTACK,))).startswith(SIGNATURE)


def test_more_days_than_can_be_drawn_are_refused():
    calendar = near_and_far()
    many = evolve(calendar, days=calendar.days * (MOST_DAYS // len(calendar.days) + 1))
    for draw in (calendar_html, calendar_png):
        with pytest.raises(InputError, match=f"{MOST_DAYS} days at most"):
            draw(many)


# --- words and places ---


def test_marks_stand_in_their_columns_and_runs_cover_them_all():
    calendar = calendar_of("2026-06-01", "2026-08-15")
    for mark in marks(calendar):
        assert calendar.days[int(mark.x)] is mark.day
    found = runs(near_and_far())
    assert [run.basis for run in found] == ["near", "far"]
    assert [found[0].first, found[-1].end] == [0, len(near_and_far().days)]
    assert found[0].end == found[1].first


def test_minutes_of_a_day_count_its_leap_second():
    day = near_and_far().days[0]
    assert minute_of_day(Instant.utc(2026, 5, 24, 6, 30), day) == 390.0


@given(low=st.floats(0, 359), width=st.floats(0.1, 359))
def test_band_parts_fill_the_band(low, width):
    profile = evolve(near_and_far().ship.profiles[0], phase_low_deg=low, phase_high_deg=low + width)
    parts = band_parts(profile)
    assert all(-180 <= start <= end <= 180 + 1e-9 for start, end in parts)
    assert abs(sum(end - start for start, end in parts) - (low + width - low) % 360) < 1e-6
    assert band_parts(evolve(profile, phase_low_deg=None, phase_high_deg=None)) == []


@pytest.mark.parametrize(
    ("share", "text"), [(0.0, "0"), (0.9, "90"), (0.99, "99"), (0.999, "99.9"), (0.99999, "> 99.9"), (1.0, "100")]
)
def test_a_chance_below_one_is_never_told_as_a_hundred(share, text):
    assert percent(share) == text


def test_small_texts():
    assert offset_text(480) == "UTC+8"
    assert offset_text(-210) == "UTC-3:30"
    assert shift_text(0.0) == "none"
    assert shift_text(-3.96) == "-4.0 h"
    assert elements_text(calendar_of("2026-05-24", "2026-09-30")).startswith(
        "2 element sets of 2026-05-24 to 2026-09-18; "
    )


def test_the_ages_told_are_those_of_the_lift_offs():
    calendar = calendar_of("2026-06-10", "2026-06-13", "2026-05-25")
    ages = [one.opportunity.elements_age_d for one in calendar.launches]
    assert elements_text(calendar) == f"Elements of 2026-05-24, {ages[0]:.0f} to {ages[-1]:.0f} d old at lift-off."
