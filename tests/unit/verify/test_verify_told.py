"""Lengths and moments as findings tell them: never nothing, never more decimals than are worth reading."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.timeline import Instant
from hamsafar.verify.flight import _aged
from hamsafar.verify.windows import _length, _told


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1e-9, "less than 0.1 s"),
        (0.0999, "less than 0.1 s"),
        (0.1, "0.1 s"),
        (0.34, "0.3 s"),
        (9.94, "9.9 s"),
        (10.4, "10 s"),
        (188.2, "188 s"),
    ],
)
def test_a_length_is_never_none(seconds: float, told: str) -> None:
    assert _length(seconds) == told


@given(st.integers(0, 10**18))
def test_a_moment_is_told_to_the_millisecond_at_most(tai_ns: int) -> None:
    told = _told(Instant(tai_ns))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", told)
    assert abs(Instant.parse(told).tai_ns - tai_ns) <= 500_000  # half a millisecond


def test_a_whole_second_has_no_decimals() -> None:
    assert _told(Instant.utc(2026, 5, 28, 11, 8, 44)) == "2026-05-28T11:08:44Z"


def test_elements_of_after_the_lift_off_have_no_age_below_nothing() -> None:
    assert _aged(0.8) == "at lift-off the elements are 0.8 d old"
    assert _aged(-116.7) == "the elements are of 116.7 d after lift-off"
