"""What a change does to the frame: the flight, figures, absences, what is shut and closed, pins, and today's date."""

from __future__ import annotations

from datetime import date

import pytest
from attrs import evolve

from changing import DOCKING, HEAD, LAUNCH, UNDOCKING, after, replaced, small_plan, small_programme, told
from hamsafar.domain.changes import Absence, Change, LandingMove, LaunchMove, Outage, Pin, Shut
from hamsafar.domain.people import Limits
from hamsafar.errors import InputError, InputErrors
from hamsafar.planning.changed import changed
from hamsafar.programme import read_change_text
from hamsafar.timeline import Instant, Span

WINDOW = small_programme().flight.launch_window
DAY_MIN = 1_440


def at(text: str) -> Instant:
    return Instant.parse(text)


def stays(text: str) -> tuple[int, int]:
    flight = after(text).flight
    return flight.stay_min - flight.stay_tolerance_min, flight.stay_min + flight.stay_tolerance_min


# The launch


def phases(text: str) -> dict[str, date | None]:
    term = after(text).term
    assert term is not None
    return {phase.id: phase.begun for phase in term.phases}


def test_a_phase_that_has_begun_stays_so_when_the_launch_slips() -> None:
    # Lift-off on 10 June: 26 weeks before is 10 December, ten weeks before 1 April.
    slip = "launch: {by_days: 45}\nnow: "
    assert phases(f"{slip}2026-12-09") == {"basics": None, "last": None}
    assert phases(f"{slip}2026-12-11") == {"basics": date(2026, 12, 10), "last": None}
    assert phases("launch: {by_days: 45}") == {"basics": None, "last": None}


def test_a_phase_that_reaches_into_quarantine_moves_along() -> None:
    assert phases("launch: {by_days: 45}\nnow: 2027-04-02") == {"basics": date(2026, 12, 10), "last": None}


def test_a_slip_begins_the_window_on_the_planned_day_and_so_many_more_and_keeps_its_length() -> None:
    window = after("launch: {by_days: 10}").flight.launch_window
    assert window.start == at("2027-06-20T00:00+08:00")  # the pad's day; lift-off was planned for the 10th
    assert window.seconds == WINDOW.seconds
    assert not window.contains(LAUNCH)


def test_a_launch_may_be_wanted_sooner() -> None:
    window = after("launch: {by_days: -3}").flight.launch_window
    assert window == Span(at("2027-06-07T00:00+08:00"), at("2027-06-07T00:00+08:00").plus(seconds=WINDOW.seconds))


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        ("2027-06-21", "2027-06-21T00:00+08:00"),
        ("2027-06-21T05:30Z", "2027-06-21T05:30Z"),
        ("2027-06-01", "2027-06-05T00:00Z"),  # the window begins later anyhow
    ],
)
def test_not_before_begins_the_window_unless_it_begins_later(asked: str, start: str) -> None:
    window = after(f"launch: {{not_before: {asked}}}").flight.launch_window
    assert (window.start, window.seconds) == (at(start), WINDOW.seconds)


def test_a_window_is_taken_as_it_is_and_its_last_day_is_included() -> None:
    window = after("launch: {window: {from: 2027-07-01, to: 2027-07-02}}").flight.launch_window
    assert window == Span(at("2027-07-01T00:00+08:00"), at("2027-07-03T00:00+08:00"))


def test_without_a_word_of_it_the_flight_is_asked_for_as_before() -> None:
    assert after("now: 2027-06-08").flight == small_programme().flight


# The landing


def test_a_stay_of_a_day_more_is_counted_from_the_planned_one_and_leaves_that_out() -> None:
    low, high = stays("landing: {by_days: 1}")
    assert (low, high) == (8 * DAY_MIN - 18 * 60, 8 * DAY_MIN + 18 * 60)
    assert low > 7 * DAY_MIN  # the stay as planned


def test_a_wide_tolerance_is_cut_until_the_planned_stay_is_out() -> None:
    plan = small_plan()
    wide = evolve(plan.programme.flight, stay_tolerance_min=3 * DAY_MIN)
    plan = evolve(plan, programme=evolve(plan.programme, flight=wide))
    flight = after("landing: {by_days: -1}", plan).flight
    assert flight.stay_min + flight.stay_tolerance_min == 7 * DAY_MIN - 1


def landing_of(stay_min: int) -> Instant:
    (way,) = [one for one in small_programme().flight.ship_down.returns if one.name == "five-orbits"]
    return DOCKING.plus(minutes=stay_min + way.undocking_to_landing_min)


def test_not_before_and_not_after_bound_the_landing_itself() -> None:
    low, high = stays("landing: {not_before: 2027-06-19T00:00Z, not_after: 2027-06-20T00:00Z}")
    assert landing_of(low) >= at("2027-06-19T00:00Z") > landing_of(low - 2)
    assert landing_of(high) <= at("2027-06-20T00:00Z") < landing_of(high + 2)


def test_not_before_alone_moves_the_stays_and_keeps_their_width() -> None:
    low, high = stays("landing: {not_before: 2027-06-19}")
    assert landing_of(low) >= at("2027-06-19T00:00+08:00") > landing_of(low - 2)
    assert high - low == 2 * 18 * 60
    low, high = stays("landing: {not_after: 2027-06-16}")
    assert landing_of(high) <= at("2027-06-17T00:00+08:00") < landing_of(high + 2)
    assert high - low == 2 * 18 * 60


def test_a_bound_that_holds_anyhow_changes_nothing() -> None:
    assert after("landing: {not_before: 2027-06-12}").flight == small_programme().flight


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("launch: {not_before: 2027-06-20}\nlanding: {not_before: 2027-06-30}", "3:10", "by_days"),
        ("landing: {by_days: -7}", "2:20", "no time aboard"),
        ("landing: {not_after: 2027-06-10}", "2:10", "no time"),
        ("now: 2027-06-11\nlaunch: {by_days: 3}", "3:9", "lift-off was at 2027-06-10T04:00:00Z"),
        ("now: 2027-06-18\nlanding: {by_days: 3}", "3:10", "has undocked"),
        ("now: 2027-06-09\nlaunch: {by_days: -2}", "3:19", "before now"),
        ("now: 2027-06-09\nlaunch: {not_before: 2027-06-07}", "3:22", "before now"),
        ("now: 2027-06-09\nlaunch: {window: {from: 2027-06-07, to: 2027-06-20}}", "3:25", "before now"),
        ("now: 2027-06-16\nlanding: {not_before: 2027-06-15}", "3:23", "before now"),
    ],
)
def test_flights_that_cannot_be_asked_for(text: str, place: str, words: str) -> None:
    ((where, what),) = told(text)
    assert where.startswith(f"change.yaml:{place} ")
    assert words in what


# Figures, absences, what is shut


def test_figures_replace_those_of_the_programme_and_no_others() -> None:
    programme, before = after("limits: {TRN-05: {max_week: 42 h}, CRW-08: {first_share: 0.7}}"), small_programme()
    assert (programme.limit("TRN-05", "max_week_min"), programme.limit("CRW-08", "first_share")) == (2_520, 0.7)
    assert programme.limit("TRN-04", "max_day_min") == before.limit("TRN-04", "max_day_min") == 420
    assert [one for one in programme.limits if one.rule not in ("TRN-05", "CRW-08")] == [
        one for one in before.limits if one.rule not in ("TRN-05", "CRW-08")
    ]


def test_who_is_away_and_what_is_shut_adds_to_what_was() -> None:
    plan = replaced(small_plan(), "away: [{person: teacher, from: 2027-01-11, to: 2027-01-12, why: flu}]")
    text = """
away: [{person: interpreter, from: 2027-04-01}]
shut: [{what: mock-up, from: 2027-03-01, to: 2027-03-30}, {what: rack, from: 2027-06-12T00:00Z, to: 2027-06-12T06:00Z}]
windows_closed: [{kind: relay, from: 2027-06-12, to: 2027-06-12, why: relay in repair}]
"""
    programme = after(text, plan)
    assert programme.absences == (
        Absence(person="teacher", start=at("2027-01-11T00:00+08:00"), end=at("2027-01-13T00:00+08:00"), reason="flu"),
        Absence(person="interpreter", start=at("2027-04-01T00:00+08:00")),
    )
    assert programme.shut == (
        Shut(of="mock-up", span=Span(at("2027-03-01T00:00+08:00"), at("2027-03-31T00:00+08:00"))),
        Shut(of="rack", span=Span(at("2027-06-12T00:00Z"), at("2027-06-12T06:00Z"))),
    )
    day = Span(at("2027-06-12T00:00+08:00"), at("2027-06-13T00:00+08:00"))
    assert programme.outages == (Outage(kind="relay", of=None, span=day, reason="relay in repair"),)


# Pins


def test_pins_stand_where_the_plan_has_them_and_can_be_taken_out() -> None:
    plan = replaced(small_plan(), "pin: [run#2, station/exam@trainee-prime]")
    exam, run = Instant.utc(2027, 3, 1, 1), Instant.utc(2027, 6, 13, 2)
    assert plan.programme.pins == (
        Pin(placement="station/exam@trainee-prime", start=exam),
        Pin(placement="run#2", start=run),
    )
    assert after("unpin: [station/exam@trainee-prime]", plan).pins == (Pin(placement="run#2", start=run),)
    assert after("now: 2027-06-01", plan).pins == (Pin(placement="run#2", start=run),)  # the exam is past
    assert after("drop: [run]", plan).pins == (Pin(placement="station/exam@trainee-prime", start=exam),)


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("now: 2027-06-01\npin: [ship/theory]", "3:7", "past"),
        ("pin: [run#1, picture#1]\ndrop: [picture]", "2:14", "dropped"),
        ("unpin: [run#1]", "2:9", "is not pinned"),
    ],
)
def test_pins_that_make_no_sense(text: str, place: str, words: str) -> None:
    ((where, what),) = told(text)
    assert where.startswith(f"change.yaml:{place} ")
    assert words in what


def test_what_begins_at_now_can_still_be_pinned() -> None:
    assert told("now: 2027-06-13T02:00Z\npin: [run#2]") == []
    assert told("now: 2027-06-13T02:01Z\npin: [run#2]") != []


def test_pinned_and_taken_out_at_once() -> None:
    plan = replaced(small_plan(), "pin: [run#2]")
    (_, what), *others = told("pin: [run#2]\nunpin: [run#2]", plan)
    assert "same change" in what
    assert not others


# Now


def test_today_moves_on_with_now_and_never_back() -> None:
    programme = after("now: 2027-03-05")
    assert (programme.past_until, programme.now) == (at("2027-03-05T00:00+08:00"), date(2027, 3, 5))
    ((where, what),) = told("now: 2026-11-01")
    assert (where, what) == (
        "change.yaml:2:6 now",
        f"lies before {small_programme().now}, the day this plan was made for",
    )


def test_the_past_does_not_become_the_future_again() -> None:
    plan = replaced(small_plan(), "now: 2027-03-05")
    assert after("pin: [run#1]", plan).past_until == at("2027-03-05T00:00+08:00")
    ((where, what),) = told("now: 2027-03-04", plan)
    assert where == "change.yaml:2:6 now"
    assert "2027-03-04T16:00:00Z" in what


# Changes that no file was read for


def test_a_change_that_asks_for_nothing_is_refused() -> None:
    ((where, what),) = told("")
    assert where == "change.yaml:1:9 change"
    assert "nothing" in what
    assert told("now: 2027-03-04") == []


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"away": (Absence(person="teachr", start=LAUNCH),)}, "away[0].person"),
        ({"shut": (Shut(of="rak", span=Span(LAUNCH, UNDOCKING)),)}, "shut[0].what"),
        ({"limits": (Limits(rule="TRN-05", params={"max_week": 1.0}),)}, "limits.TRN-05"),
        ({"limits": (Limits(rule="TRN-95", params={"max_week_min": 1.0}),)}, "limits.TRN-95"),
        ({"pin": ("run#9",)}, "pin[0]"),
        ({"drop": ("runn",)}, "drop[0]"),
        ({"promise": ("runn",)}, "promise[0]"),
    ],
)
def test_unknown_names_are_told_by_their_path(asked: dict[str, object], where: str) -> None:
    with pytest.raises(InputErrors) as raised:
        changed(small_plan(), Change(title="Made", asked_by="host", **asked))  # type: ignore[arg-type]
    (error,) = raised.value.errors
    assert error.where == where


def test_moves_say_one_thing() -> None:
    for wrong in ({}, {"by_days": 1, "not_before": LAUNCH}):
        with pytest.raises(InputError):
            LaunchMove(**wrong)  # type: ignore[arg-type]
        with pytest.raises(InputError):
            LandingMove(**wrong)  # type: ignore[arg-type]


def test_all_that_does_not_fit_is_told_at_once_in_reading_order() -> None:
    text = "unpin: [run#1]\nnow: 2027-06-01\ndrop: [ship/theory]\npin: [ship/theory]\n"
    assert [where.split()[0] for where, _ in told(text)] == [f"change.yaml:{n}" for n in ("2:9", "4:8", "5:7")]
    assert read_change_text(HEAD + text, small_plan()).where["drop[0]"] == "change.yaml:4:8 drop[0]"
