"""Ticks: rounding against ourselves, civil days where clocks change, and the algebra against plain sets."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.calendars import Calendar, DateRange, Hours
from hamsafar.planning import ticks
from hamsafar.timeline import Instant, Span

stretches = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 12)), max_size=6).map(
    lambda found: ticks.merged((first, first + length) for first, length in found)
)


def as_set(pieces: ticks.Stretches) -> set[int]:
    return {tick for first, end in pieces for tick in range(first, end)}


def test_a_tick_is_a_whole_utc_minute_since_1970() -> None:
    assert ticks.tick_at_or_after(Instant.utc(1972, 1, 1)) == 730 * 1_440
    assert ticks.instant_of(730 * 1_440) == Instant.utc(1972, 1, 1)


def test_windows_are_rounded_inward() -> None:
    opens, closes = Instant.utc(2027, 2, 1, 8, 0, 0.1), Instant.utc(2027, 2, 1, 9, 0, 59.9)
    first, end = ticks.whole_ticks(Span(opens, closes)) or (0, 0)
    assert ticks.span_of(first, end) == Span(Instant.utc(2027, 2, 1, 8, 1), Instant.utc(2027, 2, 1, 9, 0))
    assert ticks.whole_ticks(Span(opens, opens.plus(seconds=100))) is None


def test_a_day_is_as_long_as_its_zone_makes_it() -> None:
    # Europe/Berlin: clocks go forward on 2027-03-28 and back on 2027-10-31.
    lengths = {
        day: end - first
        for day in (date(2027, 3, 27), date(2027, 3, 28), date(2027, 10, 31))
        for first, end in [ticks.day_stretch(day, "Europe/Berlin")]
    }
    assert list(lengths.values()) == [1_440, 1_380, 1_500]


def test_a_label_that_the_clocks_skip_is_the_moment_after() -> None:
    skipped = ticks.label_tick(date(2027, 3, 28), time(2, 0), "Europe/Berlin")
    assert skipped == ticks.label_tick(date(2027, 3, 28), time(3, 0), "Europe/Berlin")
    # In Sao Paulo of 2018 the skipped hour was midnight: the day begins at 01:00.
    assert ticks.instant_of(ticks.day_start(date(2018, 11, 4), "America/Sao_Paulo")) == Instant.utc(2018, 11, 4, 3)


def test_edges_of_days_and_weeks() -> None:
    first = ticks.label_tick(date(2027, 2, 3), time(12, 0), "Asia/Shanghai")  # a Wednesday
    end = ticks.day_start(date(2027, 2, 8), "Asia/Shanghai")  # Monday 00:00: that week isn't touched
    days = ticks.day_edges(first, end, "Asia/Shanghai")
    assert [ticks.date_at(edge, "Asia/Shanghai").day for edge in days] == [3, 4, 5, 6, 7, 8]
    weeks = ticks.week_edges(first, end, "Asia/Shanghai")
    assert [ticks.date_at(edge, "Asia/Shanghai") for edge in weeks] == [date(2027, 2, 1), date(2027, 2, 8)]
    assert ticks.week_edges(first, end + 1, "Asia/Shanghai")[-1] > weeks[-1]


def test_opening_hours_know_days_off_and_keep_breaks() -> None:
    closed = (DateRange(first=date(2027, 2, 2), last=date(2027, 2, 2)),)
    hours = (Hours(opens=time(8), closes=time(12)), Hours(opens=time(14), closes=time(18)))
    work = Calendar(id="work", zone="UTC", weekdays=(1, 2, 3), hours=hours, closed=closed)
    first, end = ticks.day_start(date(2027, 2, 1), "UTC"), ticks.day_start(date(2027, 2, 8), "UTC")
    found = [(opens - first, closes - first) for opens, closes in ticks.open_stretches(work, first, end)]
    assert found == [(480, 720), (840, 1_080), (480 + 2_880, 720 + 2_880), (840 + 2_880, 1_080 + 2_880)]


def test_fit_is_exact() -> None:
    assert ticks.fit([(480, 720), (840, 1_080)], 240) == ((480, 480), (840, 840))
    assert ticks.fit([(480, 720), (840, 1_080)], 241) == ()
    assert ticks.fit([(0, 10), (10, 20)], 10) == ((0, 0), (10, 10))  # stretches that touch stay two
    assert ticks.earliest(((0, 5), (9, 12)), 6) == 9
    assert ticks.earliest(((0, 5), (9, 12)), 13) is None


@given(stretches, stretches)
def test_the_algebra_is_that_of_sets(left: ticks.Stretches, right: ticks.Stretches) -> None:
    assert as_set(ticks.intersection(left, right)) == as_set(left) & as_set(right)
    assert as_set(ticks.subtraction(left, right)) == as_set(left) - as_set(right)
    assert as_set(ticks.complement(left, 5, 70)) == set(range(5, 70)) - as_set(left)
    assert as_set(ticks.merged([*left, *right])) == as_set(left) | as_set(right)


@given(stretches, st.integers(1, 8))
def test_fit_finds_every_start_and_no_other(pieces: ticks.Stretches, duration: int) -> None:
    inside = {at for at in range(80) if set(range(at, at + duration)) <= as_set(pieces)}
    assert as_set(ticks.exclusive(ticks.fit(pieces, duration))) == inside
    assert ticks.clear_of(ticks.complement(pieces, 0, 90), duration, 0, 90) == ticks.fit(pieces, duration)


@pytest.mark.parametrize("others", [(), (((3, 4), (8, 9)),), (((3, 9),), ((4, 8),))])
def test_shared_starts(others: tuple[ticks.Starts, ...]) -> None:
    shared = as_set(ticks.exclusive(ticks.shared_starts(((0, 3), (8, 20)), *others)))
    expected = {*range(4), *range(8, 21)}
    for other in others:
        expected &= as_set(ticks.exclusive(other))
    assert shared == expected
