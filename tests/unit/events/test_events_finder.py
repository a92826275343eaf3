"""The finder on functions whose roots are known."""

from __future__ import annotations

from itertools import pairwise
from math import pi

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from hamsafar.errors import ConvergenceError
from hamsafar.events.finder import Crossing, follow, roots, spans_of, stretches, windows_of
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant, Span


def cosine(period_s: float, phase: float, offset: float, *, gap_share: float = 0.4) -> Crossing:
    def quantity(at_s: Floats) -> Floats:
        return np.cos(2 * pi * at_s / period_s + phase) + offset

    return Crossing(quantity=quantity, min_extrema_gap_s=gap_share * period_s)


@settings(max_examples=150, deadline=None)
@given(
    period_s=st.floats(100, 20_000),
    phase=st.floats(0, 2 * pi),
    offset=st.floats(-1.2, 1.2),
    turns=st.floats(0.01, 30),
)
def test_cosine(period_s: float, phase: float, offset: float, turns: float) -> None:
    duration_s = turns * period_s
    found = stretches(cosine(period_s, phase, offset), duration_s)
    for one, after in pairwise(found):
        assert one.closes_s < after.opens_s
    if abs(offset) > 1:
        assert bool(found) == (offset > 1)
        return
    half = np.arccos(-offset) * period_s / (2 * pi)  # half a stretch
    if half < 0.01 or period_s / 2 - half < 0.01:
        return
    centres = (np.arange(-2, turns + 3) * 2 * pi - phase) * period_s / (2 * pi)
    expected = [(max(c - half, 0.0), min(c + half, duration_s)) for c in centres]
    expected = [(a, b) for a, b in expected if b - a > 0.01]
    longer = [one for one in found if one.closes_s - one.opens_s > 0.01]
    edge = 0.02  # a stretch of about the limit above may be in one list and not in the other
    assert abs(len(longer) - len(expected)) <= sum(1 for a, b in expected if b - a < 0.01 + edge)
    if len(longer) == len(expected):
        steep = max(1.0, 1e-12 / max(1e-15, np.sin(np.arccos(-offset))))
        for one, (a, b) in zip(longer, expected, strict=True):
            assert abs(one.opens_s - a) < 0.0011 * steep
            assert abs(one.closes_s - b) < 0.0011 * steep
            assert one.open_before == (a == 0.0)
            assert one.open_after == (b == duration_s)


@pytest.mark.parametrize("length_s", [0.5, 0.05, 0.004])
def test_a_grazing_stretch_of_under_a_second_is_found(length_s: float) -> None:
    period_s = 5_600.0
    offset = -float(np.cos(pi * length_s / period_s))
    for phase in np.linspace(0.1, 6.2, 23):
        found = stretches(cosine(period_s, float(phase), offset), 5.0 * period_s)
        assert len(found) in (4, 5, 6)
        for one in found:
            assert one.closes_s - one.opens_s == pytest.approx(length_s, abs=0.0021)
            assert one.opens_s <= one.peak_s <= one.closes_s


def test_a_near_miss_is_not_found() -> None:
    offset = -1.0 - 1e-9
    assert stretches(cosine(5_600.0, 0.7, offset), 50_000.0) == ()
    assert len(stretches(cosine(5_600.0, 0.7, -offset), 50_000.0)) == 1


def test_a_grazing_gap_of_under_a_second_is_found() -> None:
    offset = float(np.cos(pi * 0.5 / 5_600.0))
    found = stretches(cosine(5_600.0, 0.7, offset), 28_000.0)
    gaps = [after.opens_s - one.closes_s for one, after in pairwise(found)]
    assert gaps == pytest.approx([0.5] * 5, abs=0.003)


@pytest.mark.parametrize("peak_s", [0.3, 1.0, 40.0, 9_960.0, 9_999.7])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_extrema_close_to_the_ends(peak_s: float, sign: float) -> None:
    def bump(at_s: Floats) -> Floats:
        return sign * (0.01 - (at_s - peak_s) ** 2)

    found = stretches(Crossing(quantity=bump, min_extrema_gap_s=3_000.0), 10_000.0)
    if sign > 0:
        (one,) = found
        assert (one.opens_s, one.closes_s) == pytest.approx((peak_s - 0.1, peak_s + 0.1), abs=0.001)
        assert one.peak_s == pytest.approx(peak_s, abs=0.001)
    else:
        assert [one.open_before for one in found] == [True, False]
        assert found[0].closes_s == pytest.approx(peak_s - 0.1, abs=0.001)
        assert found[1].opens_s == pytest.approx(peak_s + 0.1, abs=0.001)


def test_extrema_are_refined() -> None:
    course = follow(cosine(5_600.0, 0.3, 0.0), 20_000.0)
    peaks = course.at_s[course.value > 1 - 1e-10]
    expected = (np.arange(1, 4) * 2 * pi - 0.3) * 5_600.0 / (2 * pi)
    assert len({round(float(p)) for p in peaks}) == 3
    for one in expected:
        assert np.abs(peaks - one).min() < 0.002


def test_a_kink_is_refined_too() -> None:
    def roof(at_s: Floats) -> Floats:
        return 0.25 - np.abs(at_s - 1_234.567)

    (one,) = stretches(Crossing(quantity=roof, min_extrema_gap_s=1_000.0), 5_000.0)
    assert (one.opens_s, one.closes_s) == pytest.approx((1_234.317, 1_234.817), abs=0.001)


def test_roots_lie_on_the_open_side() -> None:
    crossing = cosine(5_600.0, 1.0, 0.2)
    rising, falling = roots(crossing, 100_000.0)
    assert len(rising) + len(falling) > 30
    for found in (rising, falling):
        assert np.all(crossing.quantity(found) >= 0)
        assert np.all(np.abs(crossing.quantity(found)) < 0.001 * 2 * pi / 5_600 * 1.01)


def test_always_and_never_and_zero() -> None:
    def level(value: float) -> Crossing:
        return Crossing(quantity=lambda at_s: np.full_like(at_s, value), min_extrema_gap_s=100.0)

    for value in (1.0, 0.0):
        (one,) = stretches(level(value), 1_000.0)
        assert (one.opens_s, one.closes_s, one.open_before, one.open_after) == (0.0, 1_000.0, True, True)
    assert stretches(level(-1e-300), 1_000.0) == ()


def test_a_very_short_search() -> None:
    (one,) = stretches(cosine(5_600.0, 0.0, 0.0), 1e-6)
    assert (one.opens_s, one.closes_s) == (0.0, 1e-6)


def test_what_is_not_a_number_raises() -> None:
    def broken(at_s: Floats) -> Floats:
        return np.where(at_s > 500.0, np.nan, 1.0)

    with pytest.raises(ConvergenceError, match="not a number"):
        stretches(Crossing(quantity=broken, min_extrema_gap_s=100.0), 1_000.0)


def test_a_jump_is_met_by_bisection() -> None:
    def jump(at_s: Floats) -> Floats:
        return np.where(at_s < 777.7, -1.0, 1.0)

    (one,) = stretches(Crossing(quantity=jump, min_extrema_gap_s=100.0), 1_000.0)
    assert one.opens_s == pytest.approx(777.7, abs=0.001)


def test_a_crossing_that_cannot_be_resolved_raises() -> None:
    # A nanosecond's precision at 1e9 s is below a double's spacing: it never converges, and says so.
    def late(at_s: Floats) -> Floats:
        return at_s - 1e9 - 0.3

    with pytest.raises(ConvergenceError, match="did not converge"):
        stretches(Crossing(quantity=late, min_extrema_gap_s=1e9, precision_s=1e-9), 1.7e9)


def test_spans_and_windows() -> None:
    start = Instant.utc(2026, 9, 18)
    span = Span(start, start.plus(seconds=10_000))
    found = stretches(cosine(5_600.0, 0.0, 0.0), span.seconds)
    windows = windows_of(found, span)
    assert windows.spans == spans_of(found, span)
    assert windows.known == (span,)
    assert windows.state_at(start) == "open"
    assert windows.state_at(start.plus(seconds=2_800)) == "closed"
    assert windows.state_at(start.plus(seconds=-1)) == "unknown"


def test_two_extrema_within_a_cell_are_found_where_a_swing_dies_out() -> None:
    # Three lines n - w, n, n + w, as an angle to a turning direction has, tuned so that the swing all but vanishes.
    rng, n, day_s = np.random.default_rng(0), 2 * np.pi / 5_500, 86_400.0
    w = n / 15.5
    dense_s = np.arange(0.0, day_s, 4.0)
    close = 0
    for _ in range(400):
        line = rng.normal(size=3) + 1j * rng.normal(size=3)
        dies_s = rng.uniform(0.2, 0.8) * day_s
        line[0] = -(line[1] * np.exp(1j * w * dies_s) + line[2] * np.exp(-1j * w * dies_s))
        line[0] += w / n * rng.uniform(0, 1) * np.exp(1j * rng.uniform(0, 2 * np.pi)) * abs(line[1] - line[2])

        def swing(t: Floats, line: NDArray[np.complex128] = line) -> Floats:
            turning = line[0] + line[1] * np.exp(1j * w * t) + line[2] * np.exp(-1j * w * t)
            return np.real(np.exp(1j * n * t) * turning)

        dense = swing(dense_s)
        turns = np.flatnonzero(np.diff(np.sign(np.diff(dense)))) + 1
        closest = int(np.argmin(np.diff(turns)))
        if dense_s[turns[closest + 1]] - dense_s[turns[closest]] > 900.0:
            continue
        close += 1
        level = dense[turns[closest : closest + 2]].mean()  # half-way up the smallest hump
        up, down = roots(Crossing(quantity=lambda t, f=swing, z=level: f(t) - z, min_extrema_gap_s=1_100.0), day_s)
        above = dense >= level
        assert up.size == np.count_nonzero(~above[:-1] & above[1:])
        assert down.size == np.count_nonzero(above[:-1] & ~above[1:])
    assert close > 8
