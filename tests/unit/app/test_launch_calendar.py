"""The door of the launch calendar: what may be asked, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from calendars import SETS
from hamsafar.app.launch_calendar import launch_calendar
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
            # one stretch of orbits a day, 0.983 d apart, so the nearest landing is within half of it and some orbits
            assert abs(one.landing.about.seconds_since(wanted)) < 0.7 * 86_400


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
