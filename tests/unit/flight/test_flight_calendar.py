"""The launch calendar: states, reasons, crew shift, light, and days that fill the window."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendars import CREW_DAY, SETS, calendar_of, near_and_far, opportunity
from hamsafar.app.launch_calendar import launch_calendar
from hamsafar.app.launching import launches
from hamsafar.catalog import load
from hamsafar.domain.launch_calendar import CrewDay
from hamsafar.domain.places import Range
from hamsafar.errors import InputError
from hamsafar.events.sun_events import HORIZON_DEG, sun_events
from hamsafar.export.launch_calendar import calendar_html
from hamsafar.flight import station_forecast
from hamsafar.flight.calendar import best_profile, burns_after, burns_told, calendar_days, crew_shift_h
from hamsafar.flight.landing_light import light_of
from hamsafar.flight.profiles import phase_error_deg, profile_of, trim_m_s
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.timeline import Instant, Span

CATALOGUE = load()
STATION, SHIP, PAD = CATALOGUE.station("tiangong"), CATALOGUE.ship("shenzhou"), CATALOGUE.site("jiuquan")
FORECAST = station_forecast(SETS, STATION)
MADE = evolve(SHIP, profiles=tuple(evolve(SHIP.profiles[0], name=f"p{n}") for n in range(3)))  # those of `opportunity`
STATES = st.sampled_from(["yes", "unknown", "no"])


def _days(window, opportunities, closed=(), pad=PAD):
    return calendar_days(
        FORECAST,
        MADE,
        pad,
        window,
        opportunities,
        return_profile=None,
        landing_site=None,
        stay_d=7.0,
        crew_day=CREW_DAY,
        closed_days=closed,
    )


# --- days ---


@settings(max_examples=60, deadline=None)
@given(
    start_h=st.integers(0, 24 * 400).map(lambda hours: hours - 24 * 200),
    length_h=st.integers(1, 24 * 40),
    lift_offs=st.lists(st.tuples(st.floats(0, 0.9999), st.lists(STATES, min_size=1, max_size=3)), max_size=12),
    closed=st.sets(st.integers(0, 41), max_size=6),
)
@example(start_h=-24, length_h=72, lift_offs=[(0.66666, ["no"])], closed=set())  # about the leap second itself
def test_days_fill_the_window_and_say_why_not_where_nothing_is_possible(start_h, length_h, lift_offs, closed):
    start = Instant.utc(2016, 12, 31).plus(hours=start_h)  # a leap second ends this day
    window = Span(start, start.plus(hours=length_h))
    made = [opportunity(start.plus(seconds=share * window.seconds), tuple(states)) for share, states in lift_offs]
    made.sort(key=lambda one: one.launch)
    shut = {start.datetime().date() + timedelta(days=n) for n in closed}
    days = _days(window, made, shut)
    assert days[0].span.start == window.start
    assert days[-1].span.end == window.end
    assert all(one.span.end == after.span.start for one, after in pairwise(days))
    assert [launch.opportunity for day in days for launch in day.launches] == made
    for day in days:
        assert day.span.start.datetime().date() == day.day
        assert Instant(day.span.end.tai_ns - 1).datetime().date() == day.day
        assert all(day.span.contains(launch.opportunity.launch) for launch in day.launches)
        states = {answer.feasible for launch in day.launches for answer in launch.opportunity.profiles}
        possible = bool(states & {"yes", "unknown"}) and day.day not in shut
        assert (day.why_not is None) == possible
        assert day.closed == (day.day in shut)
        assert day.state == ("no" if not possible else "yes" if "yes" in states else "unknown")
        lit = [one.span for one in day.pad_light]
        assert lit[0].start == Instant.utc(day.day.year, day.day.month, day.day.day)
        assert all(one.end == after.start for one, after in pairwise(lit))
        assert lit[-1].end.seconds_since(lit[0].start) == 86_400 + (day.day == date(2016, 12, 31))


def test_a_day_never_says_why_not_and_possible_at_once():
    day = near_and_far().days[0]
    wrong = "because" if day.why_not is None else None
    with pytest.raises(InputError, match="says why not where nothing is possible"):
        evolve(day, why_not=wrong)


def test_a_crossing_comes_earlier_each_day_so_that_some_day_has_two():
    days = calendar_of("2026-06-01", "2026-08-15").days
    counts = [len(day.launches) for day in days]
    assert set(counts) == {1, 2}
    # 0.9833 d from one to the next (facts, D1): within 75 days one or two more lift-offs than days
    assert sum(counts) - len(days) in (1, 2)


def test_every_lift_off_of_the_search_is_in_the_calendar():
    calendar = near_and_far()
    assert len(calendar.days) == 35
    assert {one.opportunity.basis for one in calendar.launches} == {"near", "far"}


# --- reasons ---


def test_a_closed_day_says_when_it_would_have_been():
    day = next(day for day in near_and_far().days if day.closed)
    assert day.state == "no"
    assert day.why_not is not None
    assert "closed" in day.why_not
    assert day.launches[0].opportunity.launch.iso()[11:19] in day.why_not
    assert day.launches[0].backups is None


def test_a_far_day_is_unknown_and_not_impossible():
    far = [day for day in near_and_far().days if day.launches[0].opportunity.basis == "far" and not day.closed]
    assert len(far) > 10
    assert {day.state for day in far} == {"unknown"}
    assert all(day.why_not is None for day in far)


def test_a_phase_out_of_every_band_says_by_how_much_and_which_burn_would_help():
    as_of = Instant.utc(2026, 5, 25)
    day = next(day for day in near_and_far().days if day.state == "no" and day.span.start > as_of.plus(days=3))
    launch = day.launches[0]
    profile = profile_of(SHIP, launch.profile)
    error_deg = phase_error_deg(profile, launch.opportunity.phase_deg)
    errors = [phase_error_deg(one, launch.opportunity.phase_deg) for one in SHIP.profiles]
    assert abs(error_deg) == min(abs(one) for one in errors if one is not None)
    assert f"{abs(error_deg):.1f} deg {'above' if error_deg > 0 else 'below'} the band of {profile.name}" in day.why_not
    # of the days ahead that are told, the most that still lie after the moment that is asked
    ahead_d = max(days for days in (1, 3, 7, 14, 30) if launch.opportunity.launch.plus(days=-days) > as_of)
    axis_km = float(FORECAST.semi_major_axis_km(np.array([launch.opportunity.launch.tai_ns]))[0])
    burn_m_s = trim_m_s(-error_deg, ahead_d, axis_km)
    said = day.why_not.split("of the station of ")[1]
    assert (
        abs(float(said.split(" ")[0]) - abs(burn_m_s)) <= 0.01 * abs(burn_m_s) + 0.005
    )  # the calendar's altitude is of all sets
    assert f"{'along' if burn_m_s > 0 else 'against'} its motion, {ahead_d} day" in said


def test_a_burn_that_would_lie_before_the_question_is_not_told():
    late = next(day for day in near_and_far().days if day.state == "no" and not day.closed)
    assert late.launches[0].opportunity.launch.plus(days=-1) < Instant.utc(2026, 5, 25)
    assert late.why_not.endswith("; it is too late for a burn of the station a day before.")
    newest = FORECAST.sets[-1].epoch
    assert burns_after(FORECAST, None) == newest
    assert burns_after(FORECAST, newest.plus(days=-1)) == newest
    assert burns_after(FORECAST, newest.plus(days=1)) == newest.plus(days=1)
    answer = late.launches[0].opportunity.profiles[0]
    told = burns_told(newest.plus(days=7), answer, newest)
    assert [trim.days_ahead for trim in told] == [1, 3]  # the one of 7 days would be at the newest set itself


def test_nobody_shifts_sleep_on_a_ship_without_seats():
    found = launches("tiangong", SETS, "wenchang", "tianzhou", "2026-05-24", "2026-05-27", as_of="2026-05-24")
    calendar = launch_calendar(found)
    assert [one.crew_shift_h for one in calendar.launches] == [None] * len(found)
    assert [one.boost_chance for one in calendar.launches] == [found.boost_chance(one) for one in found]
    text = calendar_html(calendar).decode("utf-8")
    assert "leep shift" not in text
    assert "light at" not in text
    assert "Landing about" not in text
    assert "has no return profile" in text


def test_a_part_of_a_day_without_lift_off_names_its_neighbours():
    whole = calendar_of("2026-06-01", "2026-06-04")
    launch = whole.launches[1].opportunity.launch
    cut = calendar_of("2026-06-01", launch.plus(seconds=-60).iso())
    last = cut.days[-1]
    assert last.launches == ()
    assert last.state == "no"
    assert "part of it that lies in the window" in last.why_not
    assert whole.launches[0].opportunity.launch.iso() in last.why_not


def test_a_day_without_any_crossing_says_so():
    start = Instant.utc(2026, 6, 1)
    days = _days(Span(start, start.plus(days=3)), [opportunity(start.plus(hours=1)), opportunity(start.plus(hours=49))])
    assert [day.state for day in days] == ["yes", "no", "yes"]
    assert days[1].why_not == (
        "The pad does not pass through the station's plane at lift-off on this UTC day: the last one before is "
        "2026-06-01T01:00:00Z and the next one is 2026-06-03T01:00:00Z."
    )


# --- the best profile ---


@pytest.mark.parametrize(
    ("states", "best"),
    [
        (("no", "unknown", "yes"), "p2"),
        (("no", "unknown"), "p1"),
        (("no", "no"), "p0"),
        (("yes", "yes"), "p0"),
        (("unknown", "unknown"), "p0"),
    ],
)
def test_the_best_profile_is_the_surest(states, best):
    assert best_profile(opportunity(Instant.utc(2026, 6, 1), states)).name == best


def test_of_impossible_profiles_the_one_that_misses_least_is_best():
    one = opportunity(Instant.utc(2026, 6, 1), ("no", "no", "no"))
    errors = (50.0, 20.0, 90.0)
    answers = tuple(evolve(answer, phase_error_deg=error) for answer, error in zip(one.profiles, errors, strict=True))
    assert best_profile(evolve(one, profiles=answers)).name == "p1"


# --- crew ---


@settings(max_examples=200, deadline=None)
@given(
    launch_min=st.integers(0, 10 * 1_440),
    to_hatch_min=st.integers(60, 30 * 60),
    wake_min=st.integers(0, 1_439),
    awake_min=st.integers(10 * 60, 22 * 60),
    up_before_min=st.integers(0, 12 * 60),
)
def test_the_shift_is_the_least_that_keeps_the_crew_awake(launch_min, to_hatch_min, wake_min, awake_min, up_before_min):
    launch = Instant.utc(2026, 6, 1).plus(minutes=launch_min)
    day = CrewDay(zone="UTC", wake_min=wake_min, awake_h=awake_min / 60, up_before_launch_h=up_before_min / 60)
    found_h = crew_shift_h(day, launch, launch.plus(minutes=to_hatch_min))
    up = launch_min - up_before_min
    until = min(launch_min + to_hatch_min, up + awake_min)

    def awake_throughout(shift_min):
        wakes = (wake_min + shift_min + 1_440 * n for n in range(-3, 14))
        return any(wake <= up and until <= wake + awake_min for wake in wakes)

    assert -12 <= found_h <= 12
    assert awake_throughout(round(found_h * 60))
    least = min(abs(shift) for shift in range(-720, 721) if awake_throughout(shift))
    assert abs(abs(found_h) * 60 - least) < 1e-6  # whole minutes in, whole minutes out


def test_the_crew_day_says_in_words_what_it_means():
    said = CREW_DAY.definition
    assert "06:00 to 22:00 Asia/Shanghai" in said
    assert "8 h before lift-off" in said
    assert "ours" in CREW_DAY.source


# --- light ---


@pytest.mark.parametrize(
    ("sun_deg", "light"), [(-0.83, "day"), (-0.84, "twilight"), (-6.0, "twilight"), (-6.01, "night")]
)
def test_light_by_the_sun(sun_deg, light):
    assert light_of(sun_deg) == light


def test_the_light_at_the_pad_is_that_of_the_almanac():
    start = Instant.utc(2026, 6, 1)
    days = _days(Span(start, start.plus(days=40)), [])
    events = {
        "dawn": ("night", "twilight"),
        "sunrise": ("twilight", "day"),
        "sunset": ("day", "twilight"),
        "dusk": ("twilight", "night"),
    }
    wanted = [
        (one.time, events[one.kind])
        for one in sun_events(PAD, Span(start, start.plus(days=40)), 6.0)
        if one.kind in events
    ]
    spans = [one for day in days for one in day.pad_light]
    found = [(after.span.start, (one.light, after.light)) for one, after in pairwise(spans) if one.light != after.light]
    assert [kind for _, kind in found] == [kind for _, kind in wanted]
    # a straight line over 20 min of the Sun's path, as the calendar says: to a minute
    assert max(abs(mine.seconds_since(theirs)) for (mine, _), (theirs, _) in zip(found, wanted, strict=True)) < 60


def test_polar_day_and_night_are_one_light():
    pole = evolve(PAD, id="pole", latitude_deg=89.0)
    june, december = (
        _days(Span(start, start.plus(days=2)), [], pad=pole)
        for start in (Instant.utc(2026, 6, 20), Instant.utc(2026, 12, 20))
    )
    assert [one.light for day in june for one in day.pad_light] == ["day", "day"]
    assert [one.light for day in december for one in day.pad_light] == ["night", "night"]


def test_the_light_at_lift_off_is_the_band_it_stands_in():
    for day in near_and_far().days:
        for launch in day.launches:
            moment = launch.opportunity.launch
            sun_deg = sun_elevation_deg(PAD, np.array([moment.tai_ns]))[0]
            if min(abs(sun_deg - HORIZON_DEG), abs(sun_deg + 6)) > 0.3:  # a band ends within a minute, 0.25 deg
                band = next(one for one in day.pad_light if one.span.contains(moment))
                assert band.light == launch.light


# --- a pad without a range ---


def test_without_a_range_nothing_is_said_of_backups():
    start = Instant.utc(2026, 6, 1)
    made = [opportunity(start.plus(hours=23.6 * n)) for n in range(3)]
    window = Span(start, start.plus(days=4))
    assert all(one.backups is None for day in _days(window, made, pad=evolve(PAD, range=None)) for one in day.launches)
    ready = Range(scrub_probability=0.5, turnaround_d=0.9, longest_wait_d=5)
    counts = [
        len(one.backups.sure) for day in _days(window, made, pad=evolve(PAD, range=ready)) for one in day.launches
    ]
    assert counts == [2, 1, 0]
