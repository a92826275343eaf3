"""Rules of combining and what would have changed the outcome, against plain loops, grids and linear programmes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from hamsafar.selection.combining import Part, Rule, Scores, combine, composites, inside, meeting, scaled
from hamsafar.selection.sensitivity import (
    _shares,
    nearest_weights,
    other_marks,
    steadiness,
    turns,
    with_mark,
    without_each,
)

tests_of_rules = st.lists(
    st.builds(
        lambda mark, weight: (mark, weight),
        st.sampled_from([None, 3, 5, 7]),
        st.sampled_from([1, 2, 3]),
    ),
    min_size=1,
    max_size=3,
)


@st.composite
def campaigns(draw: st.DrawFn) -> tuple[Scores, Rule]:
    parts = draw(tests_of_rules)
    tests = tuple(Part(id=f"t{i}", weight=w, pass_mark=mark, lowest=0, highest=10) for i, (mark, w) in enumerate(parts))
    people = draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 10), min_size=len(tests), max_size=len(tests))
    values = np.array(draw(st.lists(row, min_size=people, max_size=people)), dtype=float)
    rule = Rule(
        tests=tests,
        combining=draw(st.sampled_from(["hurdles", "compensatory", "mixed"])),
        places=draw(st.sampled_from([None, 1, 2, 3])),
        scale=draw(st.sampled_from(["percent", "percent", "z"])),
    )
    return Scores(candidates=tuple(f"c{i}" for i in range(people)), values=values), rule


def by_hand(scores: Scores, rule: Rule) -> list[bool]:
    """Who is in, in plain loops: marks met, and fewer than `places` others level or ahead."""
    means = [
        round(sum(x * t.weight for x, t in zip(row, rule.tests, strict=True)) / sum(t.weight for t in rule.tests), 9)
        for row in scaled(scores.values, rule)
    ]
    meets = [
        all(
            rule.combining == "compensatory" or t.pass_mark is None or x >= t.pass_mark
            for x, t in zip(row, rule.tests, strict=True)
        )
        for row in scores.values
    ]
    others = [sum(meets[j] and means[j] >= means[i] for j in range(len(means)) if j != i) for i in range(len(means))]
    return [meets[i] and (rule.places is None or others[i] < rule.places) for i in range(len(means))]


@given(campaigns())
@settings(max_examples=150, deadline=None)
def test_who_is_in(campaign: tuple[Scores, Rule]) -> None:
    scores, rule = campaign
    found = combine(scores, rule)
    expected = by_hand(scores, rule)
    assert [one.place == "in" for one in found.candidates] == expected == list(inside(scores.values, rule))
    if rule.places is not None:
        assert found.filled <= rule.places
        room = min(rule.places, sum(meeting(scores.values, rule)))
        assert found.filled == room or len(found.tied) > room - found.filled


@given(campaigns(), st.data())
@settings(max_examples=60, deadline=None)
def test_the_least_change_turns_and_nothing_less_does(campaign: tuple[Scores, Rule], data: st.DataObject) -> None:
    scores, rule = campaign
    number = data.draw(st.integers(0, len(scores.candidates) - 1))
    found = {(one.what, one.test): one for one in turns(scores, rule, scores.candidates[number])}
    before = bool(inside(scores.values, rule)[number])
    if rule.scale == "z":
        return  # the scale is held fixed there; the next test has it
    for place, test in enumerate(rule.tests):
        now = scores.values[number, place]
        turned = _tried(scores, rule, number, place, "score", np.arange(0, 10.01, 0.25))
        _agree(found.get(("score", test.id)), now, turned, before)
        if test.pass_mark is not None and rule.combining != "compensatory":
            turned = _tried(scores, rule, number, place, "mark", np.arange(-1, 11.01, 0.25))
            _agree(found.get(("pass mark", test.id)), test.pass_mark, turned, before)
        if len(rule.tests) > 1:
            turned = _tried(scores, rule, number, place, "weight", np.arange(0, 40, 0.25))
            _agree(found.get(("weight", test.id)), test.weight, turned, before)


def _tried(scores: Scores, rule: Rule, number: int, place: int, what: str, values: np.ndarray) -> list[float]:
    """The values of a grid at which the outcome is another."""
    import attrs

    before = by_hand(scores, rule)[number]
    found = []
    for value in values:
        cells, tests = scores.values.copy(), list(rule.tests)
        if what == "score":
            cells[number, place] = value
        else:
            name = "pass_mark" if what == "mark" else "weight"
            tests[place] = attrs.evolve(tests[place], **{name: float(value)})
        changed = attrs.evolve(rule, tests=tuple(tests))
        if by_hand(Scores(candidates=scores.candidates, values=cells), changed)[number] != before:
            found.append(float(value))
    return found


def _agree(turn: object, now: float, turned: list[float], before: bool, *, grid: float = 0.25, last: float = 0) -> None:
    """A change told lies within a step of the nearest on the grid, never beyond it; without one the grid has none."""
    if turn is None:
        assert not turned
        return
    assert turn.enters is not before  # type: ignore[attr-defined]
    if turned:
        nearest = min(abs(value - now) for value in turned)
        assert abs(turn.change) <= nearest + 1e-9  # type: ignore[attr-defined]
        assert nearest <= abs(turn.change) + 4 * grid or turn.what != "score"  # type: ignore[attr-defined]


@given(campaigns(), st.data())
@settings(max_examples=120, deadline=None)
def test_a_change_told_does_turn_the_outcome(campaign: tuple[Scores, Rule], data: st.DataObject) -> None:
    """At the value, or a hair beyond it, the outcome is the other; a hair before it is not."""
    import attrs

    scores, rule = campaign
    if rule.scale == "z":
        rule = attrs.evolve(rule, scale="percent")
    number = data.draw(st.integers(0, len(scores.candidates) - 1))
    hair = 1e-6
    for one in turns(scores, rule, scores.candidates[number]):
        place = [test.id for test in rule.tests].index(one.test)
        way = np.sign(one.change) or 0
        ways = (way,) if way else (1, -1)
        what = {"score": "score", "pass mark": "mark", "weight": "weight"}[one.what]
        then = [one.then] if one.reached else [one.then + sign * hair for sign in ways]
        assert _tried(scores, rule, number, place, what, np.array(then)), one
        if one.change:
            assert not _tried(scores, rule, number, place, what, np.array([one.then - way * hair])), one


@given(campaigns())
@settings(max_examples=80, deadline=None)
def test_nearest_weights_as_linear_programmes(campaign: tuple[Scores, Rule]) -> None:
    scores, rule = campaign
    found = nearest_weights(scores, rule)
    meets, now, x, w = (
        meeting(scores.values, rule),
        inside(scores.values, rule),
        scaled(scores.values, rule),
        rule.weights,
    )
    best = np.inf
    for i in np.flatnonzero(now):
        for j in np.flatnonzero(meets & ~now):
            n = len(w)  # unknowns: increases and decreases of each weight
            lead = x[j] - x[i]
            solved = linprog(
                np.ones(2 * n),
                A_ub=[np.concatenate((-lead, lead))],
                b_ub=[lead @ w],
                A_eq=[np.concatenate((np.ones(n), -np.ones(n)))],
                b_eq=[0],
                bounds=[(0, None)] * n + [(0, float(one)) for one in w],
            )
            best = min(best, solved.fun if solved.status == 0 else np.inf)
    if found is None:
        assert best == np.inf
    else:
        assert found.change == pytest.approx(best, abs=1e-7)  # the solver's own tolerance
        i, j = scores.candidates.index(found.leaves), scores.candidates.index(found.enters)
        assert (x[j] - x[i]) @ np.array(found.weights) >= -1e-7
        assert sum(found.weights) == pytest.approx(1)


TWO = (Part(id="interview", weight=1, pass_mark=60), Part(id="paper", weight=3))


def scores_of(*rows: tuple[float, float], error: float = 2.0) -> Scores:
    values = np.array(rows, dtype=float)
    names = tuple(f"c{i}" for i in range(len(rows)))
    return Scores(candidates=names, values=values, errors=np.full(values.shape, error))


def test_a_second_look_on_either_side_of_a_mark() -> None:
    found = combine(scores_of((57, 50), (58, 50), (60, 50), (62, 50), (63, 50), (np.nan, 50)), Rule(tests=TWO))
    told = [(one.verdict, one.stopped_by, one.place) for one in found.candidates]
    assert told == [
        ("fails", ("interview",), "out"),
        ("second-look", ("interview",), "out"),
        ("second-look", (), "in"),
        ("second-look", (), "in"),
        ("passes", (), "in"),
        ("unknown", (), "out"),
    ]
    assert found.candidates[4].composite == pytest.approx((63 + 3 * 50) / 4)
    assert found.candidates[4].composite_error == pytest.approx((2**2 + 6**2) ** 0.5 / 4)
    assert found.candidates[5].missing == ("interview",)


def test_compensation_leaves_pass_marks_aside() -> None:
    rule = Rule(tests=TWO, combining="compensatory", places=1, reserves=1)
    found = combine(scores_of((40, 90), (90, 50), (95, 30)), rule)
    assert [one.place for one in found.candidates] == ["in", "reserve", "out"]
    assert [one.verdict for one in found.candidates] == ["passes"] * 3


def test_ties_for_the_last_place_are_told() -> None:
    found = combine(scores_of((70, 50), (70, 50), (80, 50)), Rule(tests=TWO, combining="mixed", places=2))
    assert (found.filled, found.tied, found.placed("in")) == (1, ("c0", "c1"), ("c2",))
    assert "2 tie for the last 1" in found.sentence


def test_z_counts_tests_by_their_spread() -> None:
    rule = Rule(tests=(Part(id="a"), Part(id="b")), combining="compensatory", scale="z")
    values = np.array([[1.0, 500], [2, 500], [3, 500]])
    assert composites(values, rule) == pytest.approx([-np.sqrt(1.5) / 2, 0, np.sqrt(1.5) / 2])


def test_other_marks_name_those_they_move() -> None:
    scores = scores_of((57, 50), (58, 50), (59, 50), (61, 50), (64, 50))
    rule = Rule(tests=TWO)
    assert with_mark(scores, rule, "interview", 58).sentence == (
        "With a pass mark of 58 in place of 60 in interview: 2 more (c1, c2)."
    )
    assert [(one.mark, one.more, one.fewer) for one in other_marks(scores, rule)] == [
        (58, ("c1", "c2"), ()),
        (62, (), ("c3",)),
    ]


def test_steadiness_is_seeded_and_knows_the_certain() -> None:
    scores = scores_of((90, 90), (80, 20), (20, 80))
    rule = Rule(tests=(Part(id="a"), Part(id="b")), combining="compensatory", places=2)
    found = steadiness(scores, rule, seed=1)
    assert found == steadiness(scores, rule, seed=1)
    assert found[0].share == 1.0
    assert found[1].share == pytest.approx(0.5, abs=0.02)  # four standard errors of 10,000 draws


def test_leaving_out_an_assessor() -> None:
    chosen = {None: ("c1", "c2"), "assessor-01": ("c1", "c2"), "assessor-02": ("c1", "c3")}
    found = without_each(("assessor-01", "assessor-02"), lambda one: chosen[one])
    assert [(one.more, one.fewer) for one in found] == [((), ()), (("c3",), ("c2",))]


@given(campaigns())
@settings(max_examples=40, deadline=None)
def test_each_weighting_drawn_is_a_rule_of_its_own(campaign: tuple[Scores, Rule]) -> None:
    import attrs

    scores, rule = campaign
    drawn = np.random.default_rng(2).dirichlet(np.ones(len(rule.tests)), 5)
    often = np.zeros(len(scores.candidates))
    for weights in drawn:
        tests = tuple(attrs.evolve(one, weight=float(w)) for one, w in zip(rule.tests, weights, strict=True))
        often += np.array(by_hand(scores, attrs.evolve(rule, tests=tests)))
    assert [one.share for one in _shares(scores, rule, drawn)] == pytest.approx(list(often / 5))
