"""What a lunar mission's report shows: days, hours, papers, sweeps; against sums of their own parts."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.app.moon import reporting
from hamsafar.domain.lunar import Assumption
from hamsafar.moon.contacts import find_contacts
from hamsafar.moon.life import life
from hamsafar.moon.light import eclipses
from hamsafar.programme.lunar import read_mission
from hamsafar.timeline import Instant, Span

MISSION = read_mission(Path(__file__).parents[3] / "examples" / "lunar-cubesat")
MIDNIGHT = Instant.parse("2024-05-10T00:00Z")


def spans(pairs: list[tuple[int, int]]) -> list[Span]:
    return [Span(MIDNIGHT.plus(minutes=a), MIDNIGHT.plus(minutes=a + length)) for a, length in pairs]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(1, 900)), max_size=12))
def test_hours_of_stations_together_are_those_of_the_minutes_that_any_hears(pairs: list[tuple[int, int]]) -> None:
    heard = {minute for start, length in pairs for minute in range(start, start + length)}
    together = reporting._together(spans(pairs))
    assert all(one.end < after.start for one, after in pairwise(together))
    by_day = reporting._hours_by_day(together)
    for n in range(5):
        expected_h = sum(1 for minute in heard if minute // 1_440 == n) / 60
        assert by_day.get(date(2024, 5, 10 + n), 0.0) == pytest.approx(expected_h, abs=1e-9)


def test_each_day_has_its_dark_and_its_hours() -> None:
    lived = life(MISSION, until=MISSION.state.epoch.plus(days=4))
    days = reporting.days_of(MISSION, lived)
    assert [one.day for one in days] == [date(2024, 5, n) for n in range(8, 13)]
    span = Span(lived.start, lived.end)
    dark = [one for one in eclipses(lived.trajectory, span, kinds=("penumbra",)) if one.body == "moon"]
    assert max(one.dark_moon_min for one in days) == pytest.approx(max(one.seconds for one in dark) / 60)
    seen_h = {"guest-dish": 0.0, "yagi": 0.0}
    for one in find_contacts([s for s in MISSION.stations if s.id in seen_h], lived.trajectory, span):
        seen_h[one.station] += one.seconds / 3_600
    hours = dict.fromkeys(seen_h, 0.0)
    for day in days:
        for station, taken in day.contact_h:
            if station in hours:
                hours[station] += taken
        assert day.could_kbit <= 24 * 3_600 * 0.9  # 1 kbit/s, nine tenths of it payload
    assert hours["guest-dish"] == pytest.approx(seen_h["guest-dish"])  # its link closes whenever it sees the craft
    assert hours["yagi"] == 0.0  # it never does
    assert seen_h["yagi"] > 10


def test_papers_count_from_their_events_and_are_told_by_when_they_begin() -> None:
    papers = reporting.papers_of(MISSION)
    assert [one.begin for one in papers] == sorted(one.begin for one in papers)
    by_id = {one.id: one for one in papers}
    assert by_id["iaru-request"].due == date(2022, 6, 3)  # 700 d before 2024-05-03
    assert by_id["iaru-request"].begin == date(2022, 5, 4)
    assert by_id["un-registration"].due == date(2024, 10, 30)  # 180 d after it
    assert not reporting.papers_of(evolve(MISSION, launch=None))


def test_what_is_swept_is_told_value_by_value() -> None:
    low = Assumption(of="release.elements.inclination", why="a test", sweep=(60.0, 90.0))
    short = evolve(MISSION, assumptions=(low,), end_of_life=MISSION.state.epoch.plus(days=3))
    swept = reporting.swept_of(short)
    assert [(one.of, one.value) for one in swept] == [(low.of, 60.0), (low.of, 90.0)]
    assert all(one.life_d is None and one.looked_d == pytest.approx(3.0) for one in swept)
    assert all(150 < one.lowest_km < 250 for one in swept)  # let go at a perilune of 200 km
