"""Windows before and after: which is which, what moved by how much, what came and what went."""

from __future__ import annotations

from collections import Counter

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.domain.plan import OpenSpan, WindowList
from hamsafar.planning.refresh import WindowChange, window_changes
from hamsafar.timeline import Instant

START = Instant.utc(2026, 5, 24)
REACH_S = 2_770.0  # half a revolution


def opened(*minutes: tuple[float, float], sigma_s: float | None = 1.0) -> tuple[OpenSpan, ...]:
    return tuple(
        OpenSpan(start=START.plus(minutes=start), end=START.plus(minutes=end), sigma_s=sigma_s)
        for start, end in minutes
    )


def listed(*spans: OpenSpan, of: str | None = "home") -> WindowList:
    return WindowList(kind="pass", of=of, title="Pass over home", basis="near", known=(), spans=spans)


def changes(old: tuple[OpenSpan, ...], new: tuple[OpenSpan, ...]) -> list[tuple[str, float | None]]:
    found = window_changes([listed(*old)], [listed(*new)], reach_s=REACH_S)
    return [(one.change, one.shift_s) for one in found]


def test_what_is_as_it_was_is_not_told() -> None:
    assert changes(opened((0, 9), (92, 99)), opened((0, 9), (92, 99))) == []


def test_a_pass_that_moved_appeared_and_vanished() -> None:
    old, new = opened((0, 9), (92, 99), (600, 605)), opened((1, 9.5), (92, 99), (1_440, 1_448))
    assert changes(old, new) == [("moved", 60.0), ("vanished", None), ("appeared", None)]


def test_beyond_half_a_revolution_it_is_another_pass() -> None:
    at_reach = REACH_S / 60
    assert changes(opened((0, 9)), opened((at_reach, at_reach + 9))) == [("moved", REACH_S)]
    assert [one for one, _ in changes(opened((0, 9)), opened((at_reach + 0.1, at_reach + 9)))] == [
        "vanished",
        "appeared",
    ]


def test_a_window_cut_in_two_moved_and_one_appeared() -> None:
    assert changes(opened((0, 60)), opened((0, 20), (25, 60))) == [("moved", 0.0), ("appeared", None)]


def test_times_kept_with_another_sigma_are_restated() -> None:
    assert changes(opened((0, 9)), opened((0, 9), sigma_s=None)) == [("restated", 0.0)]


def test_lists_are_told_apart_by_what_they_are_of() -> None:
    old, new = [listed(*opened((0, 9)), of="home")], [listed(*opened((0, 9)), of="away")]
    found = window_changes(old, new, reach_s=REACH_S)
    assert [(one.name, one.change) for one in found] == [("pass home", "vanished"), ("pass away", "appeared")]


@st.composite
def windows(draw: st.DrawFn) -> tuple[OpenSpan, ...]:
    """Ascending, disjoint, in whole minutes of two days."""
    edges = sorted(draw(st.sets(st.integers(0, 2_880), max_size=24)))
    return opened(*zip(edges[::2], edges[1::2], strict=False))


@given(windows(), windows())
def test_what_changed_leads_from_the_one_to_the_other(old: tuple[OpenSpan, ...], new: tuple[OpenSpan, ...]) -> None:
    found = window_changes([listed(*old)], [listed(*new)], reach_s=REACH_S)
    gone, come = [one.before for one in found if one.before], [one.after for one in found if one.after]
    kept = Counter(old) - Counter(gone)
    assert kept + Counter(come) == Counter(new)
    assert all(count == 1 for count in (Counter(gone) + Counter()).values())  # nothing is told twice
    for one in found:
        assert one.shift_s is None or abs(one.shift_s) <= REACH_S
        assert one.before != one.after


@given(windows())
def test_nothing_changes_from_windows_to_themselves(same: tuple[OpenSpan, ...]) -> None:
    assert changes(same, same) == []


@given(windows(), windows())
def test_back_again_it_is_the_same_the_other_way_round(old: tuple[OpenSpan, ...], new: tuple[OpenSpan, ...]) -> None:
    there = window_changes([listed(*old)], [listed(*new)], reach_s=REACH_S)
    back = window_changes([listed(*new)], [listed(*old)], reach_s=REACH_S)
    assert Counter(map(turned, back)) == Counter(there)


def turned(one: WindowChange) -> WindowChange:
    return evolve(one, before=one.after, after=one.before)


@given(st.integers(-60, 60).filter(bool), windows())
def test_a_shift_of_all_is_told_of_all(minutes: int, old: tuple[OpenSpan, ...]) -> None:
    """Where windows open further apart than twice the shift, each one is found again."""
    apart = [one for n, one in enumerate(old) if not n or one.start.seconds_since(old[n - 1].start) > 7_200]
    apart = [one for n, one in enumerate(apart) if n % 2 == 0]
    new = tuple(evolve(one, start=one.start.plus(minutes=minutes), end=one.end.plus(minutes=minutes)) for one in apart)
    told = changes(tuple(apart), new)
    if abs(minutes) * 60 <= REACH_S:
        assert told == [("moved", minutes * 60.0)] * len(apart)
    else:
        assert {change for change, _ in told} <= {"vanished", "appeared"}
