"""Spans and windows against counting instants one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span, Windows

ticks = st.integers(min_value=0, max_value=30)
spans = st.tuples(ticks, ticks).filter(lambda pair: pair[0] < pair[1]).map(lambda p: Span(Instant(p[0]), Instant(p[1])))
windows = st.tuples(spans, st.lists(spans, max_size=4)).map(lambda args: Windows.within(*args))
STATES = ("closed", "open", "unknown")


def states(of: Windows) -> list[str]:
    return [of.state_at(Instant(tick)) for tick in range(31)]


def either(left: str, right: str) -> str:
    if "open" in (left, right):
        return "open"
    return "unknown" if "unknown" in (left, right) else "closed"


def both(left: str, right: str) -> str:
    if "closed" in (left, right):
        return "closed"
    return "unknown" if "unknown" in (left, right) else "open"


@given(windows, windows)
def test_union_and_intersection_are_pointwise(left: Windows, right: Windows) -> None:
    assert states(left.union(right)) == [either(a, b) for a, b in zip(states(left), states(right), strict=True)]
    assert states(left.intersection(right)) == [both(a, b) for a, b in zip(states(left), states(right), strict=True)]


@given(windows)
def test_spans_are_sorted_disjoint_and_closed_is_the_rest(of: Windows) -> None:
    assert all(a.end < b.start for a, b in zip(of.spans, of.spans[1:], strict=False))
    closed = Windows(of.closed(), of.known)
    assert all((closed.state_at(Instant(t)) == "open") == (of.state_at(Instant(t)) == "closed") for t in range(31))


@given(windows, spans)
def test_covers_means_open_all_through_one_span(of: Windows, span: Span) -> None:
    inside = all(of.state_at(Instant(tick)) == "open" for tick in range(span.start.tai_ns, span.end.tai_ns))
    assert of.covers(span) == inside


@given(spans, spans)
def test_intersection_of_spans_is_what_both_contain(left: Span, right: Span) -> None:
    shared = left.intersect(right)
    assert (shared is not None) == left.overlaps(right)
    for tick in range(31):
        moment = Instant(tick)
        both_hold = left.contains(moment) and right.contains(moment)
        assert both_hold == (shared is not None and shared.contains(moment))


def test_an_empty_or_backward_span_is_refused() -> None:
    with pytest.raises(InputError, match="before it starts"):
        Span(Instant(5), Instant(5))


def test_back_to_back_spans_touch_without_overlapping() -> None:
    first, second = Span(Instant(0), Instant(5)), Span(Instant(5), Instant(9))
    assert not first.overlaps(second)
    assert first.intersect(second) is None
    assert first.covers(Span(Instant(2), Instant(5)))
    assert first.widened(1, -1e-9).start == Instant(-(10**9))
    assert first.middle == Instant(2)
