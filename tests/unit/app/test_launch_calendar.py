"""The door of the launch calendar: what may be asked, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendars import SETS
from hamsafar.app.landing import landings
from hamsafar.app.launch_calendar import launch_calendar, stay_of
from hamsafar.app.launching import launches
from hamsafar.catalog import load
from hamsafar.domain.launch_calendar import CrewDay
from hamsafar.domain.places import Range
from hamsafar.errors import InputError, InputErrors

FOUND = launches("tiangong", SETS, "jiuquan", "shenzhou", "2026-05-24", "2026-06-03")


def test_what_is_not_said_comes_from_the_catalogue():
    calendar = launch_calendar(FOUND)
    assert calendar.stay_d == 7.0
    assert calendar.return_profile == FOUND.ship.returns[0].name
    assert calendar.landing_site == load().site("dongfeng")
    assert calendar.range == load().site("jiuquan").range
    assert calendar.zones == ("Asia/Shanghai", "Asia/Karachi")
    assert calendar.crew_day.zone == "Asia/Shanghai"
    assert calendar.warnings == FOUND.warnings
    assert [one.opportunity for one in calendar.launches] == list(FOUND.opportunities)


def test_the_landing_follows_the_stay():
    profile = FOUND.ship.returns[0]
    for stay_d in (3.0, 7.0, 30.0):
        for one in launch_calendar(FOUND, stay_d=stay_d).launches:
            docking = next(answer for answer in one.opportunity.profiles if answer.name == one.profile).docking
            wanted = docking.plus(days=stay_d, minutes=profile.undocking_to_landing_min)
            assert one.landing is None or abs(one.landing.about.seconds_since(wanted)) <= 86_400


@pytest.mark.parametrize(
    ("start", "end", "as_of"), [("2026-05-20", "2026-06-12", "2026-05-22"), ("2026-03-24", "2026-04-20", None)]
)
def test_the_landings_are_those_that_landings_tells(start, end, as_of):
    calendar = launch_calendar(launches("tiangong", SETS, "jiuquan", "shenzhou", start, end, as_of=as_of))
    told = landings(
        "tiangong", SETS, "dongfeng", "shenzhou", start, "2026-06-30", profiles=[calendar.return_profile], as_of=as_of
    )
    sigmas_s = {one.landing.iso(): (one.opportunity.sigma_s, one.opportunity.basis) for one in told}
    shown = [one.landing for one in calendar.launches if one.landing is not None]
    assert len(shown) > len(calendar.launches) // 2
    for one in shown:
        sigma_s, basis = sigmas_s[one.about.iso()]
        assert one.spread_s == pytest.approx(sigma_s, abs=1e-3)  # the same root, found from another bracket
        assert one.basis == basis


@given(
    st.floats(0.01, 400),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from([("", 1), ("d", 1), ("h", 24), ("min", 1_440)]),
)
def test_a_stay_is_days_or_a_time_with_its_unit(days, blank, unit):
    name, of_day = unit
    assert stay_of(f"{days * of_day!r}{blank}{name}") == pytest.approx(days, rel=1e-12)


@pytest.mark.parametrize("text", ["", "d", "7 days", "7 weeks", "nan", "inf", "1,5", "7 d d"])
def test_a_stay_in_other_words_is_refused(text):
    with pytest.raises(InputError, match="--stay"):
        stay_of(text)


def test_a_range_a_crew_day_and_closed_days_of_ones_own():
    own = Range(scrub_probability=0.5, turnaround_d=2.0, longest_wait_d=5.0)
    crew_day = CrewDay(zone="UTC", wake_min=0, awake_h=24.0)
    calendar = launch_calendar(
        FOUND, launch_range=own, crew_day=crew_day, closed_days=(date(2026, 5, 26), "2026-05-27")
    )
    assert calendar.range == own
    assert all(one.crew_shift_h == 0 for one in calendar.launches)  # who never sleeps need not shift
    assert [day.day.day for day in calendar.days if day.closed] == [26, 27]
    for one in calendar.launches:
        assert one.backups is None or len(one.backups.possible) <= 2
        for moment in one.backups.possible if one.backups else ():
            assert moment.datetime().date() not in (date(2026, 5, 26), date(2026, 5, 27))


@pytest.mark.parametrize(
    ("asked", "where", "what"),
    [
        ({"stay_d": 0.0}, "--stay", "above 0 and at most 400 days"),
        ({"stay_d": float("nan")}, "--stay", "above 0"),
        ({"stay_d": 4_000.0}, "--stay", "above 0"),
        ({"closed_days": ("2026-02-30",)}, "--closed", "a date such as"),
        ({"return_profile": "five-orbit"}, "", "did you mean 'five-orbits'"),
        ({"landing_site": load().site("jiuquan")}, "landing_site", "lands at 'dongfeng', not at 'jiuquan'"),
    ],
)
def test_bad_questions_say_where_and_what(asked, where, what):
    with pytest.raises(InputError, match=what) as problem:
        launch_calendar(FOUND, **asked)
    assert where in (problem.value.where or "")


def test_all_that_is_wrong_is_told_together():
    with pytest.raises(InputErrors) as problem:
        launch_calendar(FOUND, stay_d=-1.0, closed_days=("soon", "2026-13-01"))
    assert len(problem.value.errors) == 3
