"""A stage of several tests: places, chances and intervals agree with what was put in, with one test, and by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from attrs import evolve

from hamsafar.selection.combining import Part, Rule
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.ranking import Drawn, drawn_ranking, ranking_of
from hamsafar.selection.stage_ranking import combined_ranking, stage_ranking

CODES = tuple(f"C{n:02d}" for n in range(14))


def table(seed: int, *, spread: float = 8.0, noise: float = 4.0, items: int = 2) -> MarkTable:
    """Marks of all by three of five assessors each."""
    luck = np.random.default_rng(seed)
    true, severe = luck.normal(60, spread, len(CODES)), luck.normal(0, 3, 5)
    rows = [
        (code, f"a{who}", f"i{item}", float(true[k] - severe[who] + luck.normal(0, noise)))
        for k, code in enumerate(CODES)
        for who in luck.choice(5, 3, replace=False)
        for item in range(items)
    ]
    return MarkTable.of(rows)


@cache
def drawn(seed: int, *, noise: float = 4.0) -> Drawn:
    """Ranked once for all tests of this file."""
    return drawn_ranking(table(seed, noise=noise), seed=seed, draws=2_000)


def rule(places: int | None = 4, **other: object) -> Rule:
    tests = (Part(id="x", weight=2, pass_mark=55), Part(id="y", weight=1))
    return Rule(tests=tests, **{"combining": "mixed", "places": places, **other})  # type: ignore[arg-type]


def test_one_test_alone_is_ranked_as_by_itself() -> None:
    alone = ranking_of(table(1), top=4, seed=1, draws=2_000)
    found = combined_ranking({"x": drawn(1)}, Rule(tests=(Part(id="x"),), combining="compensatory", places=4), CODES)
    by_code = {one.candidate: one for one in alone.candidates}
    for row in found.rows:
        other = by_code[row.candidate]
        assert (row.rank, row.rank_low, row.rank_high) == (other.rank, other.rank_low, other.rank_high)
        assert row.p_place == pytest.approx(other.p_top, abs=1e-12)  # the same draws
        assert row.composite == pytest.approx(other.score, abs=1e-6)  # a scale of 0 to 100


@pytest.mark.parametrize("places", [1, 4, 13, 14, None])
def test_chances_add_up_to_the_places_or_to_those_who_meet_the_marks(places: int | None) -> None:
    open_rule = Rule(tests=(Part(id="x"), Part(id="y")), combining="compensatory", places=places)
    found = combined_ranking({"x": drawn(1), "y": drawn(2)}, open_rule, CODES)
    total = sum(row.p_place or 0.0 for row in found.rows)
    assert total == pytest.approx(len(CODES) if places is None else places, abs=1e-9)
    hard = combined_ranking({"x": drawn(1), "y": drawn(2)}, rule(places), CODES)
    assert sum(row.p_place or 0.0 for row in hard.rows) <= total + 1e-9


def test_chances_are_those_of_counting_draw_by_draw() -> None:
    asked = rule(3)
    found = combined_ranking({"x": drawn(3), "y": drawn(4)}, asked, CODES)
    draws = {test: dict(zip(one.who, one.draws, strict=True)) for test, one in (("x", drawn(3)), ("y", drawn(4)))}
    counts = dict.fromkeys(CODES, 0)
    for n in range(2_000):
        x = {code: draws["x"][code][n] for code in CODES}
        means = {code: (2 * x[code] + draws["y"][code][n]) / 3 for code in CODES if x[code] >= 55}
        for code in sorted(means, key=lambda code: -means[code])[:3]:
            counts[code] += 1
    for row in found.rows:
        assert row.p_place == pytest.approx(counts[row.candidate] / 2_000, abs=1e-12)  # the same draws


def test_a_candidate_without_a_test_that_counts_has_no_rank_and_one_without_weight_does_not_matter() -> None:
    whole = drawn(2)
    kept = [k for k, code in enumerate(whole.who) if code != "C00"]
    ranking = evolve(whole.ranking, candidates=tuple(c for c in whole.ranking.candidates if c.candidate != "C00"))
    few = Drawn(ranking=ranking, who=tuple(whole.who[k] for k in kept), draws=whole.draws[kept])
    found = combined_ranking({"x": drawn(1), "y": few}, rule(), CODES)
    lacking = next(row for row in found.rows if row.candidate == "C00")
    assert (lacking.rank, lacking.composite, lacking.place) == (None, None, "unknown")
    assert found.rows[-1] is lacking
    assert sorted(row.rank or 0 for row in found.rows[:-1]) == list(range(1, 14))
    weightless = Rule(tests=(Part(id="x"), Part(id="y", weight=0.0)), combining="compensatory")
    assert all(row.rank is not None for row in combined_ranking({"x": drawn(1), "y": few}, weightless, CODES).rows)


def test_a_better_candidate_is_surer_and_the_sure_are_in() -> None:
    found = combined_ranking({"x": drawn(5, noise=1.0), "y": drawn(5, noise=1.0)}, rule(5), CODES)
    places = [row.place for row in found.rows]
    assert places[0] == "in"
    assert places[-1] == "out"
    chances = [row.p_place or 0.0 for row in found.rows]
    assert chances[0] > 0.99
    assert chances[-1] < 0.01


def test_an_interval_holds_the_rank_that_is_told() -> None:
    """Draws that disagree with the scores put nobody outside of their own interval."""
    given = drawn(1)
    ranking = evolve(
        given.ranking, candidates=tuple(evolve(c, score=-(c.score or 0.0)) for c in given.ranking.candidates)
    )
    turned = Drawn(ranking=ranking, who=given.who, draws=given.draws)
    found = combined_ranking({"x": turned}, Rule(tests=(Part(id="x", lowest=-100),), combining="compensatory"), CODES)
    assert all((row.rank_low or 0) <= (row.rank or 0) <= (row.rank_high or 0) for row in found.rows)


def test_nobody_marked_in_a_test_leaves_everybody_without_a_rank() -> None:
    found = combined_ranking({"x": drawn(1)}, rule(), CODES)
    assert all(row.rank is None for row in found.rows)
    assert found.groups == ()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_and_another_hardly_differs() -> None:
    tables = {"x": table(6), "y": table(7)}
    one, same, other = (stage_ranking(tables, rule(), CODES, seed=seed) for seed in (1, 1, 2))
    assert one.rows == same.rows
    by_code = {row.candidate: row.p_place or 0.0 for row in other.rows}
    assert max(abs((row.p_place or 0.0) - by_code[row.candidate]) for row in one.rows) < 0.06  # of 4,000 draws
