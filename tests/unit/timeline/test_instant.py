"""Instants against erfa, and against themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import erfa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.timeline import Instant, leap_seconds_expire, local_instant, local_label, mission_elapsed

moments = st.integers(min_value=-870_000_000 * 10**9, max_value=1_500_000_000 * 10**9).map(Instant)


@given(moments)
def test_text_reads_back_exactly(moment: Instant) -> None:
    assert Instant.parse(moment.exact_iso()) == moment


@given(moments.filter(lambda moment: moment < Instant.utc(2027, 6, 28)))  # beyond, erfa warns that it can't know
def test_utc_agrees_with_erfa(moment: Instant) -> None:
    days, ns = divmod(moment.tai_ns, 86_400 * 10**9)
    utc1, utc2 = erfa.taiutc(2_451_544.5 + days, ns / 86_400e9)
    year, month, day, clock = erfa.d2dtf("UTC", 9, utc1, utc2)
    hour, minute, second, fraction = (int(part) for part in clock.item())
    expected = Instant.utc(int(year), int(month), int(day), hour, minute, second + fraction * 1e-9)
    # erfa's two doubles hold a day to about 1e-11 d; 10 us is far above that and far below any use of ours
    assert abs(moment.tai_ns - expected.tai_ns) < 10_000


def test_a_leap_second_is_read_and_written() -> None:
    inside = Instant.parse("2016-12-31T23:59:60.5Z")
    assert inside.exact_iso() == "2016-12-31T23:59:60.5Z"
    assert Instant.parse("2017-01-01T00:00:00Z").seconds_since(Instant.parse("2016-12-31T23:59:59Z")) == 2.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2027-06-05T09:30", "no zone"),
        ("2027-06-05", "instant such as"),
        ("2027-02-30T00:00Z", "no such"),
        ("2027-06-05T24:00Z", "no such"),
        ("2027-06-05T09:59:60Z", "no such"),
        ("2017-12-31T23:59:60Z", "no such"),
        ("2027-06-05T09:30+25:00", "offset"),
        ("", "instant such as"),
        ("٢٠٢٧-06-05T09:30Z", "instant such as"),
    ],
)
def test_what_is_not_an_instant_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Instant.parse(text)


def test_an_offset_is_taken_off() -> None:
    assert Instant.parse("2027-06-05T14:30:15.25+05:00") == Instant.utc(2027, 6, 5, 9, 30, 15.25)
    assert Instant.parse("2027-06-05T00:30-01:00") == Instant.utc(2027, 6, 5, 1, 30)


def test_naive_datetimes_and_early_times_are_refused() -> None:
    with pytest.raises(InputError):
        Instant.from_datetime(datetime(2027, 6, 5))  # noqa: DTZ001  # that it has no zone is the point
    with pytest.raises(OutOfRangeError):
        Instant.utc(1971, 12, 31)
    with pytest.raises(TypeError):
        Instant(1.5)  # type: ignore[arg-type]


@given(moments)
def test_datetimes_agree_to_the_microsecond_outside_leap_seconds(moment: Instant) -> None:
    there = Instant.from_datetime(moment.datetime())
    assert 0 <= moment.tai_ns - there.tai_ns <= 1_000_000_000  # a leap second reads 23:59:59.999999
    shown = moment.datetime(timezone(timedelta(hours=8)))
    assert shown.utcoffset() == timedelta(hours=8)


@given(moments)
def test_minutes_round_the_way_they_say(moment: Instant) -> None:
    floor, ceil = Instant.from_utc_minute(moment.floor_utc_minute()), Instant.from_utc_minute(moment.ceil_utc_minute())
    assert floor <= moment <= ceil
    assert ceil.seconds_since(floor) in (0.0, 60.0, 61.0)


@given(moments, st.integers(min_value=0, max_value=9))
def test_rounded_text_is_within_half_a_unit(moment: Instant, decimals: int) -> None:
    shown = Instant.parse(moment.iso(decimals))
    assert abs(shown.tai_ns - moment.tai_ns) <= 10 ** (9 - decimals) / 2


def test_julian_dates_of_a_known_epoch() -> None:
    assert sum(Instant.utc(2000, 1, 1, 12).plus(seconds=-64.184).julian_date_tt()) == 2_451_545.0
    assert Instant.utc(2026, 5, 24).julian_date_utc() == (2_461_184.5, 0.0)


def test_the_leap_second_table_says_how_long_it_holds() -> None:
    assert leap_seconds_expire() > date(2026, 6, 1)


def test_local_labels_carry_their_offset_and_keep_their_clock() -> None:
    moment = local_instant(date(2027, 6, 5), time(7, 30), "Asia/Karachi")
    assert moment == Instant.utc(2027, 6, 5, 2, 30)
    assert local_label(moment, "Asia/Shanghai") == "2027-06-05 10:30 +08:00"
    assert local_label(moment, "America/New_York") == "2027-06-04 22:30 -04:00"
    with pytest.raises(InputError, match="does not exist"):
        local_instant(date(2027, 3, 14), time(2, 30), "America/New_York")
    with pytest.raises(InputError, match="unknown time zone"):
        local_instant(date(2027, 3, 14), time(2, 30), "Mars/Olympus")


def test_mission_elapsed_time_on_both_sides_of_lift_off() -> None:
    liftoff = Instant.utc(2027, 6, 5, 5, 43, 10)
    assert mission_elapsed(liftoff, liftoff) == "T+000d 00:00:00"
    assert mission_elapsed(liftoff.plus(days=3, hours=4, minutes=5, seconds=6), liftoff) == "T+003d 04:05:06"
    assert mission_elapsed(liftoff.plus(seconds=-90), liftoff) == "T-000d 00:01:30"
    assert mission_elapsed(Instant.from_datetime(datetime(2027, 6, 5, 5, 43, 10, tzinfo=UTC)), liftoff)[1] == "+"
