"""What activities need, as people write it: things in hours, cold stowage, people, apart, spacing, campaigns, boosts."""

# ruff: noqa: E501  # a table reads best with one case on one line

from __future__ import annotations

from pathlib import Path

import pytest
from breaking import break_text, copy_of_base

from hamsafar.domain.aboard import Activity, Use, WindowNeed
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant

P, A = "programme.yaml", "aboard.yaml"
RACK = "  - {id: rack, title: Rack, capacity: 1}\n"
PICTURE = "  - {id: picture,"
FREEZER = RACK + "  - {id: freezer, title: Freezer, capacity: 100, unit: g}\n"
ONE = "  - {id: a, title: A, kind: experiment, duration: 1 h, who: [{function: self, from: [guest]}], "
DAILY = ONE + "repeat: each-day, "
COLD = ONE + "yields: [{sample: s, mass: 5 g, stowed: 2 h, kept_in: %s}], stows: [s]}\n" + PICTURE

# what is replaced, by what (▸ marks the place that the error names), words of the error
CASES: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "unknown calendar": (A, RACK, "  - {id: rack, title: Rack, capacity: 1, calendar: ▸consul}\n", ("not the name of a calendar",)),
    "window of nowhere": (A, RACK, "  - {id: rack, title: Rack, capacity: 1, window: {kind: pass, of: ▸quetta-x}}\n", ("not the name of a site",)),
    "window of nothing": (A, RACK, "  - {id: rack, title: Rack, capacity: 1, window: ▸{kind: pass}}\n", ("needs `of`",)),
    "relay of something": (A, RACK, "  - {id: rack, title: Rack, capacity: 1, window: {kind: relay, of: ▸quetta}}\n", ("leave `of` out",)),
    "kept in nothing known": (A, PICTURE, COLD % "{resource: ▸fridge}", ("not the name of a resource",)),
    "the same as nobody": (A, PICTURE, ONE + "same_people_as: [▸b]}\n" + PICTURE, ("not the name of an activity",)),
    "the same as itself once": (A, PICTURE, ONE + "same_people_as: [▸a]}\n" + PICTURE, ("takes place once",)),
    "apart from itself once": (A, PICTURE, ONE + "apart_from: [▸a]}\n" + PICTURE, ("takes place once",)),
    "named twice": (A, PICTURE, ONE + "apart_from: [run, ▸run]}\n" + PICTURE, ("listed twice",)),
    "the same in pairs that are none": (A, PICTURE, DAILY + "same_people_as: [▸run]}\n" + PICTURE, ("cannot be paired",)),
    "the same people, none in common": (A, PICTURE, "  - {id: b, title: B, kind: experiment, duration: 1 h, who: [{function: self, from: [hosts]}], same_people_as: [▸setup]}\n" + PICTURE, ("no candidate in common",)),
    "others who are the same": (A, PICTURE, ONE + "other_people_than: [▸setup]}\n" + PICTURE, ("trainee-prime", "in any case")),
    "the same and others": (A, PICTURE, "  - {id: b, title: B, kind: experiment, duration: 1 h, who: [{function: self, from: [everyone]}], same_people_as: [setup], other_people_than: [▸setup]}\n" + PICTURE, ("same_people_as",)),
    "each does it alone": (A, PICTURE, ONE + "repeat: each-person-day, same_people_as: [▸a]}\n" + PICTURE, ("each-person-day",)),
    "spacing backwards": (A, "spacing: 20 h", "spacing: {min: 20 h, max: ▸19 h}", ("less than `min`",)),
    "spacing without a unit": (A, "spacing: 20 h", "spacing: ▸20", ("duration with a unit", "got 20")),
    "spacing of something else": (A, "spacing: 20 h", "spacing: {min: ▸20 km}", ("duration is needed",)),
    "spacing of nothing known": (A, "spacing: 20 h", "spacing: {▸mid: 20 h}", ("unknown key 'mid'",)),
    "spacing of one": (A, PICTURE, ONE + "spacing: {max: ▸1 d}}\n" + PICTURE, ("takes place once",)),
    "campaign of nothing": (A, PICTURE, DAILY + "campaign: ▸{a_day: 2}}\n" + PICTURE, ("`every`", "`around`")),
    "campaign of two": (A, PICTURE, DAILY + "campaign: ▸{every: 2 d, around: docking}}\n" + PICTURE, ("`every`", "`around`")),
    "campaign of half days": (A, PICTURE, DAILY + "campaign: {every: ▸36 h}}\n" + PICTURE, ("whole number of days",)),
    "campaign of what is once": (A, PICTURE, ONE + "campaign: ▸{every: 2 d}}\n" + PICTURE, ("each-day",)),
    "campaign and days": (A, PICTURE, DAILY + "flight_days: ▸[2], campaign: {every: 2 d}}\n" + PICTURE, ("leave one of them out",)),
    "campaign twice as often": (A, PICTURE, DAILY + "times: ▸2, campaign: {every: 2 d, a_day: 2}}\n" + PICTURE, ("a_day",)),
    "campaign around nothing known": (A, PICTURE, DAILY + "campaign: {around: ▸launch}}\n" + PICTURE, ("docking", "got 'launch'")),
    "campaign around a day too late": (A, PICTURE, DAILY + "campaign: {around: ▸90}}\n" + PICTURE, ("longest stay",)),
    "campaign from a day too late": (A, PICTURE, DAILY + "campaign: {every: 1 d, from_day: ▸90}}\n" + PICTURE, ("longest stay",)),
    "campaign backwards": (A, PICTURE, DAILY + "campaign: {every: 1 d, from_day: 4, to_day: ▸3}}\n" + PICTURE, ("from_day",)),
    "campaign after the end": (A, PICTURE, DAILY + "campaign: {around: undocking, days_after: ▸1}}\n" + PICTURE, ("after undocking",)),
    "campaign before the beginning": (A, PICTURE, DAILY + "campaign: {around: docking, days_before: ▸1}}\n" + PICTURE, ("before docking",)),
    "campaign with days of the other kind": (A, PICTURE, DAILY + "campaign: {every: 2 d, days_after: ▸1}}\n" + PICTURE, ("`around`",)),
    "boost without zone": (P, "  station: tiangong\n", "  station: tiangong\n  boosts: [{from: ▸2027-06-08T04:00, to: 2027-06-08T04:10Z}]\n", ("no zone",)),
    "boost that ends too soon": (P, "  station: tiangong\n", "  station: tiangong\n  boosts: [{from: 2027-06-08T04:00Z, to: ▸2027-06-08T04:00Z}]\n", ("not after",)),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words"), CASES.values(), ids=CASES)
def test_one_fault_is_told_once_at_its_place(
    tmp_path: Path, file: str, old: str, new: str, words: tuple[str, ...]
) -> None:
    folder = copy_of_base(tmp_path)
    at = break_text(folder, file, old, new)
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.split(" ")[0] == f"{folder}/{file}:{at}"
    for word in words:
        assert word in error.what


COLD_CASES = {
    "no room for one": (
        "{resource: freezer, amount: ▸101}",
        "2 h",
        ("more than there is room for in Freezer (100 g)",),
    ),
    "no time to be stowed": ("▸{resource: freezer, amount: 1}", "", ("`stowed`",)),
}


@pytest.mark.parametrize(("kept", "stowed", "words"), COLD_CASES.values(), ids=COLD_CASES)
def test_what_is_kept_needs_room_and_a_time(tmp_path: Path, kept: str, stowed: str, words: tuple[str, ...]) -> None:
    folder = copy_of_base(tmp_path)
    break_text(folder, A, RACK, FREEZER + "▸")
    sample = COLD % kept if stowed else (COLD % kept).replace("stowed: 2 h, ", "")
    at = break_text(folder, A, PICTURE, sample)
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.split(" ")[0] == f"{folder}/{A}:{at}"
    assert all(word in error.what for word in words)


def test_what_keeps_samples_is_used_by_nothing_besides(tmp_path: Path) -> None:
    folder = copy_of_base(tmp_path)
    at = break_text(folder, A, PICTURE, COLD % "{resource: ▸rack}")
    with pytest.raises(InputErrors) as raised:
        read_programme(folder)
    (error,) = raised.value.errors
    assert error.where.split(" ")[0] == f"{folder}/{A}:{at}"
    assert "used by run as well" in error.what


def read(tmp_path: Path, activity: str = "", *, head: str = "", things: str = "") -> Programme:
    folder = copy_of_base(tmp_path)
    if activity:
        break_text(folder, A, PICTURE, "▸" + ONE + activity + "}\n" + PICTURE)
    if things:
        break_text(folder, A, RACK, "▸" + RACK + things + "\n")
    if head:
        break_text(folder, P, "  station: tiangong\n", "▸  station: tiangong\n" + head + "\n")
    return read_programme(folder)


def one(tmp_path: Path, activity: str, **more: str) -> Activity:
    return read(tmp_path, activity, **more).activity("a")


@pytest.mark.parametrize(
    ("campaign", "days", "from_end"),
    [
        ("{every: 2 d}", (1, 3, 5, 7, 9), ()),
        ("{every: 2 d, from_day: 2}", (2, 4, 6, 8), ()),
        ("{every: 1 d, to_day: 5}", (1, 2, 3, 4, 5), ()),
        ("{every: 3 d, from_day: 2, to_day: 7}", (2, 5), ()),
        ("{around: 4, days_before: 2, days_after: 1}", (2, 3, 4, 5), ()),
        ("{around: 2, days_before: 3, days_after: 1}", (1, 2, 3), ()),
        ("{around: docking, days_after: 2}", (1, 2, 3), ()),
        ("{around: undocking, days_before: 2}", (), (0, 1, 2)),
    ],
)
def test_a_campaign_is_flight_days(
    tmp_path: Path, campaign: str, days: tuple[int, ...], from_end: tuple[int, ...]
) -> None:
    """The longest stay of the small programme ends on flight day 9."""
    found = one(tmp_path, f"repeat: each-day, campaign: {campaign}")
    assert (found.flight_days, found.days_before_end, found.times) == (days, from_end, 1)


def test_a_campaign_says_how_often_a_day(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        "repeat: each-person-day, campaign: {around: 4, days_after: 1, a_day: 2}, spacing: {min: 4 h, max: 12 h}",
    )
    assert (found.times, found.spacing_min, found.spacing_max_min) == (2, 240, 720)


def test_what_comes_after_something_daily_has_its_campaign(tmp_path: Path) -> None:
    other = (
        "}\n"
        + ONE.replace("id: a", "id: b")
        + "repeat: each-day, after: [{of: a}], campaign: {around: undocking, days_before: %s}"
    )
    asked = "repeat: each-day, campaign: {around: undocking, days_before: 2}" + other
    assert read(tmp_path, asked % "1").activity("b").days_before_end == (0, 1)
    with pytest.raises(InputErrors, match="every flight day"):
        read(tmp_path / "more", asked % "3")


def test_all_of_it_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "same_people_as: [setup], apart_from: [run], yields: [{sample: s, mass: 5 g, stowed: 1 h, kept_in: {resource: freezer, amount: 60}}], stows: [s]",
        things="  - {id: freezer, title: Freezer, capacity: 100, unit: g}\n  - {id: rate, title: Rate, capacity: 900, unit: kbit/s, window: {kind: pass, of: quetta}, calendar: host-office}",
        head="  boosts: [{from: 2027-06-08T12:00+08:00, to: 2027-06-08T04:20Z, reason: raises the orbit}]",
    )
    activity = found.activity("a")
    assert (activity.same_people_as, activity.apart_from) == (("setup",), ("run",))
    assert activity.yields[0].kept_in == Use(resource="freezer", amount=60)
    rate = next(resource for resource in found.resources if resource.id == "rate")
    assert (rate.calendar, rate.window) == ("host-office", WindowNeed(kind="pass", of="quetta"))
    assert "quetta" in [site.id for site in found.sites]
    (boost,) = found.boosts
    assert (boost.span.start, boost.span.end) == (Instant.utc(2027, 6, 8, 4), Instant.utc(2027, 6, 8, 4, 20))
