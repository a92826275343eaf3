"""Which set answers when, and that no event is lost or told twice where two sets hand over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.app.nearest import (
    REACH_OF_PERIOD,
    Sighting,
    borders_ns,
    largest_age_d,
    nearest,
    seen_in_turns,
    turns,
)
from hamsafar.timeline import NS_PER_S, Instant, Span

START = Instant.utc(2026, 9, 19)
PERIOD_S = 5_500.0
EPOCHS = st.lists(st.integers(-200_000, 200_000), min_size=1, max_size=8, unique=True).map(
    lambda seconds: tuple(START.plus(seconds=s) for s in sorted(seconds))
)
SPANS = st.tuples(st.integers(-250_000, 250_000), st.integers(1, 200_000)).map(
    lambda pair: Span(START.plus(seconds=pair[0]), START.plus(seconds=pair[0] + pair[1]))
)


def by_definition(epochs: tuple[Instant, ...], moment: Instant) -> int:
    """The set whose epoch is nearest; of two just as near, the earlier."""
    return min(range(len(epochs)), key=lambda n: (abs(epochs[n].tai_ns - moment.tai_ns), n))


@given(EPOCHS, st.lists(st.integers(-300_000 * NS_PER_S, 300_000 * NS_PER_S), min_size=1, max_size=20))
def test_the_set_that_answers_is_the_nearest(epochs: tuple[Instant, ...], after_ns: list[int]) -> None:
    on_edge = [border + by - START.tai_ns for border in borders_ns(epochs) for by in (-1, 0, 1)]
    moments = [Instant(START.tai_ns + ns) for ns in (*after_ns, *on_edge)]
    found = nearest(epochs, np.array([moment.tai_ns for moment in moments], dtype=np.int64))
    assert list(found) == [by_definition(epochs, moment) for moment in moments]


@given(EPOCHS, SPANS)
def test_turns_are_the_span_without_gap_or_overlap(epochs: tuple[Instant, ...], span: Span) -> None:
    found = turns(epochs, span)
    assert found[0].span.start == span.start
    assert found[-1].span.end == span.end
    assert all(a.span.end == b.span.start and a.of + 1 == b.of for a, b in pairwise(found))
    for turn in found:
        assert by_definition(epochs, turn.span.start) == turn.of
        assert by_definition(epochs, Instant(turn.span.end.tai_ns - 1)) == turn.of


def test_age_counts_the_moment_farthest_from_its_set() -> None:
    epochs = (START, START.plus(days=10))
    assert largest_age_d(epochs, Span(START, START.plus(days=10))) == pytest.approx(5.0)
    assert largest_age_d(epochs, Span(START.plus(days=-30), START)) == pytest.approx(30.0)
    assert largest_age_d(epochs[:1], Span(START.plus(days=1), START.plus(days=3))) == pytest.approx(3.0)


@frozen(kw_only=True)
class World:
    """Events one orbit apart, and sets that each put them a little apart and miss some."""

    epochs: tuple[Instant, ...]
    offset_s: tuple[float, ...]  # of each set
    drift: tuple[float, ...]  # of each set, seconds a second
    missed: frozenset[tuple[int, int]]  # (set, event)
    long_s: float

    def seen(self, of: int, event: int) -> Instant | None:
        if (of, event) in self.missed:
            return None
        truth_s = event * PERIOD_S * 1.03
        return START.plus(seconds=truth_s + self.offset_s[of] + self.drift[of] * (truth_s % 7_919))

    def look(self, of: int, span: Span) -> Iterator[Sighting[int]]:
        """What a search of a span by one set gives: whatever touches it, cut at its ends."""
        for event in range(-60, 60):
            middle = self.seen(of, event)
            if middle is None:
                continue
            half_s = self.long_s / 2
            whole = Span(middle.plus(seconds=-half_s), middle.plus(seconds=half_s))
            part = whole.intersect(span)
            if part is not None:
                yield Sighting(
                    of=of,
                    at=min(max(middle, part.start), part.end),
                    span=part,
                    what=event,
                    cut_at_start=part.start > whole.start,
                    cut_at_end=part.end < whole.end,
                )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    epochs = draw(EPOCHS)
    number = len(epochs)
    offsets = draw(st.lists(st.floats(-500, 500), min_size=number, max_size=number))
    drifts = draw(st.lists(st.floats(-0.01, 0.01), min_size=number, max_size=number))
    missed = draw(st.frozensets(st.tuples(st.integers(0, number - 1), st.integers(-40, 40)), max_size=6))
    long_s = draw(st.sampled_from((1.0, 600.0, 2_500.0)))
    return World(epochs=epochs, offset_s=tuple(offsets), drift=tuple(drifts), missed=missed, long_s=long_s)


def expected(world: World, span: Span) -> dict[int, int]:
    """event -> set, straight from the rule: in its own set's turn, the nearest to its epoch."""
    answers = {}
    shown = {turn.of: turn.span.widened(REACH_OF_PERIOD * PERIOD_S) for turn in turns(world.epochs, span)}
    for event in range(-60, 60):
        seen = {of: world.seen(of, event) for of in shown}
        near = {of: at for of, at in seen.items() if at is not None and shown[of].contains(at)}
        own = {of: at for of, at in near.items() if by_definition(world.epochs, at) == of}
        both = {of: at for of, at in near.items() if by_definition(world.epochs, at) in near}
        if own or both:
            answers[event] = min(
                own or both, key=lambda of: (abs((own or both)[of].tai_ns - world.epochs[of].tai_ns), of)
            )
    return answers


@settings(max_examples=150)
@given(worlds(), SPANS)
def test_every_event_is_told_once_by_the_nearest_set_that_sees_it(world: World, span: Span) -> None:
    found = seen_in_turns(world.epochs, span, PERIOD_S, world.look)
    told = [one.what for one in found]
    assert len(told) == len(set(told)), "an event is told twice"
    assert [one.at for one in found] == sorted(one.at for one in found)
    inner = span.widened(-2 * PERIOD_S) if span.seconds > 5 * PERIOD_S else None
    if inner is None:
        return
    want = {event: of for event, of in expected(world, span).items() if inner.contains(world.seen(of, event))}  # type: ignore[arg-type]
    have = {one.what: one.of for one in found if inner.contains(one.at)}
    assert have == want
    assert not any(one.cut_at_start or one.cut_at_end for one in found if inner.contains(one.at))


@settings(max_examples=100)
@given(worlds(), SPANS)
def test_where_all_sets_see_all_events_none_is_lost(world: World, span: Span) -> None:
    sees_all = World(
        epochs=world.epochs, offset_s=world.offset_s, drift=world.drift, missed=frozenset(), long_s=world.long_s
    )
    told = {one.what for one in seen_in_turns(world.epochs, span, PERIOD_S, sees_all.look)}
    for event in range(-60, 60):
        moments = [sees_all.seen(of, event) for of in range(len(world.epochs))]
        if all(moment is not None and span.contains(moment) for moment in moments):
            assert event in told


def test_an_event_on_the_wrong_side_of_both_is_told_by_the_set_nearer_to_it() -> None:
    """The first set puts it 2 s after the midpoint, the second 1 s before: each in the other's turn."""
    epochs = (START, START.plus(seconds=10_000))
    at = (START.plus(seconds=5_002), START.plus(seconds=4_999))

    def look(of: int, span: Span) -> Iterator[Sighting[str]]:
        if span.contains(at[of]):
            yield Sighting(of=of, at=at[of], span=Span(at[of], at[of].plus(seconds=1)), what="it")

    found = seen_in_turns(epochs, Span(START, START.plus(seconds=10_000)), PERIOD_S, look)
    assert [(one.of, one.at) for one in found] == [(1, at[1])]  # 5,001 s from its epoch; the other 5,002 s


def test_what_lasts_through_every_turn_is_told_once_and_whole() -> None:
    """A geostationary satellite never sets: one stretch, cut only by the ends of the interval."""
    epochs = tuple(START.plus(days=n) for n in range(5))
    whole = Span(START, START.plus(days=5))

    def look(of: int, span: Span) -> Iterator[Sighting[str]]:
        peak = min(max(START.plus(days=2.2, seconds=of), span.start), span.end)
        yield Sighting(of=of, at=peak, span=span, what="up", cut_at_start=True, cut_at_end=True)

    found = seen_in_turns(epochs, whole, 86_164.0, look)
    assert [(one.of, one.span) for one in found] == [(2, whole)]
