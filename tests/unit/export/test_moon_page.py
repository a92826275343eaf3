"""The report of a lunar mission: all that was calculated stands in it, nothing is loaded, every text is quoted."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from moon_samples import JUDGEMENT, MISSION, PLAN, SHOWN

from hamsafar.domain.lunar_report import MissionShown
from hamsafar.export.moon_page import mission_page
from hamsafar.export.svg_moon import (
    contacts_picture,
    dark_picture,
    data_picture,
    gauge_picture,
    home_at,
    home_picture,
    impact_picture,
    life_picture,
    round_step,
    swept_picture,
    week_picture,
)


def whole() -> str:
    return mission_page(MISSION, SHOWN, PLAN, JUDGEMENT).decode()


def test_it_tells_what_was_calculated() -> None:
    page = whole()
    for said in (
        "It falls on the Moon on 2024-10-05 08:14 at 12.00°, -100.00°",
        "costs 13 min of link; 5 min left",
        "The orbit&#39;s plane is an assumption.",
        "release.elements.inclination",
        "Lowest periapsis 50.0 km",
        "1 of 6 pictures taken are home",
        "second opinion: holds",
        "2022-02-01",
        "Beijing",
        "Islamabad",
        "T+004d 22:46:31",
    ):
        assert said in page, said


def test_it_loads_nothing_and_quotes_what_people_wrote() -> None:
    page = whole()
    assert "Task &lt;0&gt;" in page
    assert "Task <0>" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page


def test_the_same_gives_the_same_bytes_and_parts_may_be_missing() -> None:
    assert mission_page(MISSION, SHOWN, PLAN, JUDGEMENT) == mission_page(MISSION, SHOWN, PLAN, JUDGEMENT)
    bare = mission_page(MISSION, MissionShown()).decode()
    assert 'id="week"' not in bare
    assert 'id="life"' not in bare
    assert "Assumptions" in bare


def test_a_broken_plan_says_so_loudly() -> None:
    broken = evolve(PLAN, verdict="broken")
    assert "second opinion: broken" in mission_page(MISSION, SHOWN, broken, JUDGEMENT).decode()


def pictures() -> list[str]:
    assert SHOWN.life is not None
    assert SHOWN.life.impact is not None
    return [
        life_picture(SHOWN.life.lows, PLAN.span),
        contacts_picture(SHOWN.days, ["guest-dish", "dwingeloo"]),
        dark_picture(SHOWN.days),
        data_picture(SHOWN.days),
        swept_picture(SHOWN.swept, "deg"),
        impact_picture([SHOWN.life.impact]),
        gauge_picture(SHOWN.battery, PLAN.span, unit="%", limits=[(30.0, "never below")]),
        week_picture(PLAN),
        home_picture(PLAN),
    ]


@pytest.mark.parametrize("number", range(9))
def test_every_picture_is_whole_xml(number: int) -> None:
    root = ElementTree.fromstring(pictures()[number])
    assert root.tag == "svg"
    assert len(list(root.iter())) > 10


def test_bars_are_as_high_as_their_hours() -> None:
    """The first day of the contacts: 4 h and 3 h, the second on top of the first."""
    root = ElementTree.fromstring(contacts_picture(SHOWN.days[:1], ["guest-dish", "dwingeloo"]))
    bars = [one for one in root.iter("rect") if one.get("class") in ("s0", "s1")]
    heights = [float(one.get("height") or 0) for one in bars]
    assert heights[0] / heights[1] == pytest.approx(4 / 3, rel=0.01)
    tops = [float(one.get("y") or 0) for one in bars]
    assert tops[0] == pytest.approx(tops[1] + heights[1], abs=0.2)  # printed to a tenth of a pixel


def test_a_picture_is_home_when_the_last_of_it_is_sent() -> None:
    sent = [task.end for task in PLAN.tasks if task.kind == "transmission"]
    assert home_at(PLAN, "task#1") == max(sent)
    assert home_at(PLAN, "task#5") is None


def test_where_it_fell_lies_where_its_longitude_says() -> None:
    assert SHOWN.life is not None
    assert SHOWN.life.impact is not None
    for lon, x in ((-180.0, 0.0), (0.0, 360.0), (90.0, 540.0), (270.0, 180.0)):
        root = ElementTree.fromstring(impact_picture([evolve(SHOWN.life.impact, longitude_deg=lon)]))
        (dot,) = root.iter("circle")
        assert float(dot.get("cx") or 0) == pytest.approx(x, abs=0.06)


@settings(max_examples=50)
@given(st.floats(1e-9, 1e12), st.integers(1, 20))
def test_steps_are_round_and_neither_too_many_nor_too_few(reach: float, ticks: int) -> None:
    step = round_step(reach, ticks)
    assert reach / step <= ticks * (1 + 1e-9)
    assert step <= 2.5 * reach / ticks * (1 + 1e-9)
    assert re.match(r"[125]\.0+e", f"{step:.6e}")
