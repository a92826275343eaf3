"""Lift-offs don't depend on how they are asked for: windows cut, files shuffled, sets that came later."""

from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.app.elements import read_elements
from hamsafar.app.launching import launches
from hamsafar.timeline import Instant

SETS = read_elements(Path(__file__).parents[2] / "examples" / "tiangong-eve" / "elements.tle")
START, END = Instant.utc(2026, 5, 12), Instant.utc(2026, 6, 25)
ASKED = {"station": "tiangong", "site": "jiuquan", "ship": "shenzhou"}


def told(start, end, sets=SETS, as_of=None):
    return launches(**ASKED, elements=sets, start=start, end=end, as_of=as_of)


def close(one, other):
    """The same lift-off but for the rounding of a search that began elsewhere: a microsecond, a ten-millionth deg."""
    assert abs(one.launch.tai_ns - other.launch.tai_ns) <= 1_000
    assert (one.elements_epoch, one.basis, one.branch) == (other.elements_epoch, other.basis, other.branch)
    assert (one.phase_deg is None) == (other.phase_deg is None)
    if one.phase_deg is not None:
        assert abs(one.phase_deg - other.phase_deg) < 1e-6
    assert abs(one.sigma_s - other.sigma_s) < 1e-3
    assert [answer.feasible for answer in one.profiles] == [answer.feasible for answer in other.profiles]


WHOLE = tuple(told(START, END))


@settings(max_examples=12, deadline=None)
@given(share=st.floats(0.001, 0.999))
def test_a_window_cut_anywhere_has_the_same_lift_offs(share):
    cut = START.plus(seconds=share * END.seconds_since(START))
    parts = [*told(START, cut), *told(cut, END)]
    assert len(parts) == len(WHOLE)
    for one, other in zip(parts, WHOLE, strict=True):
        close(one, other)


def test_no_lift_off_is_lost_or_told_twice_where_one_set_hands_over_to_the_next():
    gaps_h = [after.launch.seconds_since(one.launch) / 3_600 for one, after in pairwise(WHOLE)]
    assert min(gaps_h) > 23.5
    assert max(gaps_h) < 23.6


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_sets_does_not_matter(seed):
    shuffled = list(SETS)
    random.Random(seed).shuffle(shuffled)
    assert tuple(told(START, END, shuffled)) == WHOLE


@settings(max_examples=15, deadline=None)
@given(number=st.integers(60, len(SETS) - 1), wrong=st.booleans(), day=st.floats(0, 30))
def test_an_answer_as_of_a_moment_knows_nothing_of_later_sets(number, wrong, day):
    as_of = SETS[number - 1].epoch.plus(seconds=0.5)
    later = [evolve(one, mean_anomaly_deg=77.0, inclination_deg=43.0) if wrong else one for one in SETS[number:]]
    start = as_of.plus(days=day)
    known = told(start, start.plus(days=4), SETS[:number], as_of)
    assert told(start, start.plus(days=4), [*later, *SETS[:number]], as_of) == known
