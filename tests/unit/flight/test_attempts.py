"""Backups and the chance to leave: every pattern of scrubs, and every choice of attempts."""

from __future__ import annotations

from itertools import combinations, pairwise, product

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.catalog import load
from hamsafar.domain.places import Range
from hamsafar.flight.attempts import backups
from hamsafar.timeline import Instant

FIRST = Instant.utc(2026, 6, 1)
STATES = st.sampled_from(["yes", "unknown", "no"])
RANGES = st.builds(
    Range,
    scrub_probability=st.floats(0, 0.95),
    turnaround_d=st.sampled_from([0.5, 0.95, 1.0, 2.0, 3.0]),
    longest_wait_d=st.sampled_from([1.0, 3.0, 7.0]),
)


def _leaves_by_enumeration(lift_offs, at):
    """Every pattern of scrubbed and flown, weighed; `lift_offs` in days, the first at 0 or absent."""
    total = 0.0
    for scrubbed in product([True, False], repeat=len(lift_offs)):
        chance, ready, left = 1.0, 0.0, False
        for day, scrub in zip(lift_offs, scrubbed, strict=True):
            chance *= at.scrub_probability if scrub else 1 - at.scrub_probability
            if not left and day >= ready and day <= at.longest_wait_d:
                left, ready = not scrub, day + at.turnaround_d
        total += chance * left
    return total


@settings(max_examples=150, deadline=None)
@given(state=st.sampled_from(["yes", "unknown"]), states=st.lists(STATES, max_size=7), at=RANGES)
def test_the_chance_is_that_of_all_patterns_of_scrubs(state, states, at):
    days = [0.985 * (n + 1) for n in range(len(states))]
    later = [(FIRST.plus(days=day), can) for day, can in zip(days, states, strict=True)]
    found = backups(FIRST, state, later, at)
    possible = [0.0] + [day for day, can in zip(days, states, strict=True) if can != "no"]
    assert abs(found.leaves_possibly - _leaves_by_enumeration(possible, at)) < 1e-12
    sure = [day for day, can in zip(days, states, strict=True) if can == "yes" and day >= at.turnaround_d]
    chosen = ([0.0] if state == "yes" else []) + sure
    assert abs(found.leaves_surely - _leaves_by_enumeration(chosen, at)) < 1e-12
    assert found.leaves_surely <= found.leaves_possibly + 1e-12


@settings(max_examples=100, deadline=None)
@given(gaps=st.lists(st.sampled_from([0.3, 0.985, 1.7]), max_size=8), at=RANGES)
def test_no_other_choice_has_more_attempts(gaps, at):
    days = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    moments = [FIRST.plus(days=day) for day in days]
    found = backups(FIRST, "yes", [(moment, "yes") for moment in moments], at).sure

    def allowed(chosen):
        chain = [FIRST, *chosen]
        in_turn = all(after >= one.plus(days=at.turnaround_d) for one, after in pairwise(chain))
        return in_turn and all(one <= FIRST.plus(days=at.longest_wait_d) for one in chosen)

    most = max(
        len(chosen) for size in range(len(moments) + 1) for chosen in combinations(moments, size) if allowed(chosen)
    )
    assert allowed(found)
    assert len(found) == most


def test_the_catalogue_marks_its_ranges_as_ours():
    for name in ("jiuquan", "wenchang"):
        at = load().site(name).range
        assert at is not None
        assert "ours" in at.source.lower()
        assert at.turnaround_d < 0.983  # a day's crossing comes 0.983 d after the last: it may be used
    assert load().site("karachi").range is None


@pytest.mark.parametrize(
    "wrong", [{"scrub_probability": 1.0}, {"scrub_probability": -0.1}, {"turnaround_d": 0.0}, {"longest_wait_d": 0.0}]
)
def test_a_range_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        Range(**{"scrub_probability": 0.1, "turnaround_d": 1.0, "longest_wait_d": 7.0, **wrong})
    with pytest.raises(FrozenInstanceError):
        load().site("jiuquan").range.turnaround_d = 2.0
