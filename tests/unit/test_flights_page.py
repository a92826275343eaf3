"""The page on launches and landings says what the calibration gives, and its pictures are there."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]


@cache
def tool():
    folder = str(ROOT / "tools")
    sys.path.insert(0, folder)
    try:
        import write_flights_page
    finally:
        while folder in sys.path:  # the tool puts it there as well
            sys.path.remove(folder)
    return write_flights_page


def page():
    return tool().PAGE.read_text(encoding="utf-8")


FLIGHTS = ("lift-offs", "offsets", "dockings", "bands", "landings", "returns", "pieces", "station", "boosts")


@pytest.mark.parametrize("name", FLIGHTS)
def test_a_table_of_flights_is_what_the_tool_gives_now(name):
    written, made = tool().blocks_of(page())[name], tool().QUICK[name]()
    assert tool().agree(written, made), f"run tools/write_flights_page.py\n{made}"


def test_every_table_stands_on_the_page_once_and_is_not_empty():
    names = re.findall(r"<!-- ([a-z-]+): written by", page())
    assert sorted(names) == sorted(tool().QUICK | tool().SLOW)
    assert set(FLIGHTS) == set(tool().QUICK)
    assert all(text.count("\n") >= 3 for text in tool().blocks_of(page()).values())


def test_every_flight_of_the_calibration_is_told():
    blocks = tool().blocks_of(page())
    for table, names in (("launches", ("lift-offs", "dockings")), ("landings", ("landings",))):
        for row in tool().TABLE[table]:
            assert all(f"| {row['flight']} | " in blocks[name] for name in names)


def test_every_picture_is_there_and_shown():
    names = set(tool().QUICK_PICTURES | tool().SLOW_PICTURES)
    shown = re.findall(r"!\[[^]]+\]\(pictures/([a-z]+\.svg)\)", page())
    assert sorted(shown) == sorted(names)
    assert {path.name for path in tool().PICTURES.iterdir()} == names
    for name in names:
        assert (tool().PICTURES / name).read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_a_flight_does_not_tell_on_itself():
    """A lift-off moved by a minute moves its own error by as much, and its forecast not at all."""
    measured = tool().measured
    rows = [one.fact for one in tool().lift_offs()]
    one = next(row for row in rows if row.flight == "Shenzhou-17")
    ship = measured.ship_without(rows, one, tool().TABLE)
    moved = [measured.evolve(row, after_crossing_s=row.after_crossing_s + 60) if row is one else row for row in rows]
    again = next(row for row in moved if row.flight == "Shenzhou-17")
    assert measured.ship_without(moved, again, tool().TABLE).launches == ship.launches


def test_a_forecast_from_before_a_flight_knows_nothing_later():
    for one in (*tool().lift_offs(), *tool().landings()):
        moment = one.fact.launch if hasattr(one.fact, "launch") else one.fact.landing
        assert one.before is None or one.before.elements_epoch < moment


@given(st.floats(-9e3, 9e3), st.integers(0, 3))
def test_numbers_agree_to_one_in_the_last_digit(value, digits):
    step = 10.0**-digits
    said = f"| Shenzhou | {value:+,.{digits}f} s |"
    assert tool().agree(said, said)
    assert tool().agree(said.replace("-", "−"), f"| Shenzhou | {value + 0.4 * step:+,.{digits}f} s |")
    assert not tool().agree(said, f"| Shenzhou | {value + 3 * step:+,.{digits}f} s |")
    assert not tool().agree(said, said.replace("Shenzhou", "Tianzhou"))


def test_a_page_keeps_its_text_when_tables_are_put_in():
    changed = tool().with_blocks(page(), {"offsets": "| new |\n"})
    assert tool().blocks_of(changed)["offsets"] == "| new |\n"
    assert tool().with_blocks(changed, {"offsets": tool().blocks_of(page())["offsets"]}) == page()


@pytest.mark.slow
def test_the_whole_page_and_its_pictures_are_what_the_tool_gives_now(capsys):
    assert tool().main(["--check"]) == 0, capsys.readouterr().out
