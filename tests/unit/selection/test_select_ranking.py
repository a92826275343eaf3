"""Rankings: intervals against counting by hand, what is said where the marks can't tell, the door."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from hamsafar.app.selection.ranking import rank, rank_table, ranking_document
from hamsafar.cli import app
from hamsafar.errors import InputError
from hamsafar.selection.adjusted import Aim, assessors, errors
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.mixed import fitted
from hamsafar.selection.posterior import posterior_of
from hamsafar.selection.ranking import ranking_of
from hamsafar.selection.ranks import alike, rank_draws
from made_marks import Made, made_marks


def test_an_interval_is_the_one_nearest_to_what_is_aimed_at() -> None:
    """Against trying every interval, of the counts of some thousand draws."""
    random = np.random.default_rng(5)
    draws = random.standard_normal((7, 1)) + 0.7 * random.standard_normal((7, 3_000))
    found = rank_draws(draws)
    for row, low, high in zip(found.ranks, found.low, found.high, strict=True):
        shares = {(a, b): float(((row >= a) & (row <= b)).mean()) for a in range(1, 8) for b in range(a, 8)}
        best = [max(share for (a, b), share in shares.items() if b - a == length) for length in range(7)]
        aimed = min(abs(share - 0.955) for share in best if share >= 0.9)
        assert abs(shares[low, high] - 0.955) == pytest.approx(aimed)
        assert shares[low, high] == best[high - low]


def test_chances_of_the_top_add_up_to_the_places() -> None:
    table, _ = made_marks(Made(candidates=15), np.random.default_rng(0))
    ranking = ranking_of(table, top=4)
    assert sum(one.p_top or 0 for one in ranking.candidates) == pytest.approx(4)
    scores = [one.score or 0 for one in ranking.candidates]
    assert scores == sorted(scores, reverse=True)
    assert [one.rank for one in ranking.candidates] == list(range(1, 16))


def test_means_and_errors_of_draws_are_those_of_the_equations() -> None:
    """With twenty thousand marks and more the variances are fixed, and the equations know the answer."""
    table, _ = made_marks(Made(candidates=1_500, assessors=20, items=5, missing=0.05), np.random.default_rng(7))
    fit = fitted(table)
    posterior = posterior_of(fit, Aim(weights=None), draws=4_000, random=np.random.default_rng(1))
    assert posterior.sets == 1
    expected = errors(fit.solved, posterior.scored)
    # Four thousand draws: a mean is off by 1/63 of the error, and 1,500 of them seldom by four times that.
    assert np.abs(posterior.draws.mean(axis=1) - posterior.score).max() < 5 / 63 * expected.max()
    assert posterior.draws.std(axis=1) == pytest.approx(expected, rel=0.06)  # five times 1/√8000
    known = [one.severity_se for one in assessors(fit.solved)]
    assert fit.design.spread * posterior.severity_se == pytest.approx(np.array(known), rel=0.06)


def test_runs_of_ranks_hold_nobody_who_can_be_told_apart() -> None:
    random = np.random.default_rng(2)
    centre = np.sort(random.standard_normal(9))[::-1]
    found = rank_draws(centre[:, None] + 0.5 * random.standard_normal((9, 1_000)))
    above = found.above()
    told = np.maximum(above, above.T) >= 0.95

    def is_run(first: int, last: int) -> bool:
        return not any(told[a, b] for a in range(first, last + 1) for b in range(a + 1, last + 1))

    every = [(a, b) for a in range(9) for b in range(a + 1, 9) if is_run(a, b)]
    longest = {(a + 1, b + 1) for a, b in every if not any((c, d) != (a, b) and c <= a and b <= d for c, d in every)}
    assert set(alike(above, np.arange(9))) == longest


def test_the_same_marks_and_seed_give_the_same_bytes() -> None:
    table, _ = made_marks(Made(candidates=6), np.random.default_rng(3))
    one, again, other = (json.dumps(ranking_document(rank_table(table, seed=seed, top=2))) for seed in (1, 1, 2))
    assert one == again != other


def test_parts_that_share_no_assessor_have_no_common_ranks() -> None:
    random = np.random.default_rng(6)
    rows = [
        (f"{part}{k}", f"{part}-{a}", f"i{i}", 60 + 3 * k + random.standard_normal())
        for part, many in (("east", 5), ("west", 4))
        for k in range(many)
        for a in range(3)
        for i in range(2)
    ]
    ranking = ranking_of(MarkTable.of(rows), top=2)
    assert not ranking.connected
    assert [len(part) for part in ranking.parts] == [5, 4]
    assert "2 parts that share no assessors (5, 4 candidates)" in ranking.warnings[0]
    by_code = {one.candidate: one for one in ranking.candidates}
    assert {one.rank for one in ranking.candidates} == {None}
    assert {one.p_top for one in ranking.candidates} == {None}
    best, worst = by_code["east4"], by_code["east0"]
    assert (best.rank_low, best.rank_high, worst.rank_low, worst.rank_high) == (1, 5, 5, 9)


def test_of_one_mark_each_plain_marks_rank_and_nothing_is_sure() -> None:
    ranking = ranking_of(MarkTable.of([("a", "paper", "i", 5), ("b", "paper", "i", 7), ("c", "paper", "i", None)]))
    rows = [(one.candidate, one.score, one.rank, one.rank_low, one.rank_high) for one in ranking.candidates]
    assert rows == [("b", 7, 1, 1, 2), ("a", 5, 2, 1, 2), ("c", None, None, None, None)]
    assert any("nothing tells how sure" in one for one in ranking.warnings)
    assert any("no marks, so no score: c" in one for one in ranking.warnings)


@pytest.mark.parametrize("marks", [[5.0] * 12, [5.0]])
def test_marks_that_are_all_equal_rank_all_first(marks: list[float]) -> None:
    ranking = ranking_of(MarkTable.of((f"c{k % 4}", f"a{k // 4}", "i", mark) for k, mark in enumerate(marks)))
    assert {one.rank for one in ranking.candidates} == {1}
    assert {one.rank_high for one in ranking.candidates} == {len(ranking.candidates)}


def test_a_ranking_without_marks_or_places_is_refused() -> None:
    with pytest.raises(InputError, match="no mark at all"):
        ranking_of(MarkTable.of([("a", "x", "i", None)]))
    with pytest.raises(InputError, match="top must be 1 to 1"):
        ranking_of(MarkTable.of([("a", "x", "i", 5.0)]), top=2)


def test_severe_assessors_are_adjusted_for() -> None:
    """Two panels of which one marks ten lower: scores follow ability, plain averages follow the panel."""
    table, ability = made_marks(
        Made(candidates=60, assessors=6, panel=2, severity=3.0, missing=0.0), np.random.default_rng(9)
    )
    ranking = ranking_of(table)
    score = {one.candidate: one.score or 0 for one in ranking.candidates}
    adjusted = np.corrcoef([score[one] for one in table.candidates], ability)[0, 1]
    plain = np.corrcoef(np.bincount(table.candidate, table.mark), ability)[0, 1]
    assert adjusted > plain + 0.2
    means = np.bincount(table.assessor, table.mark) / np.bincount(table.assessor)
    severity = [one.severity or 0 for one in ranking.assessors]
    assert np.corrcoef(severity, means)[0, 1] < -0.9  # positive is severe: marks lower


@pytest.fixture
def marks_file(tmp_path: Path) -> Path:
    table, _ = made_marks(Made(candidates=9, missing=0.0), np.random.default_rng(3))
    path = tmp_path / "marks.csv"
    rows = zip(table.candidate, table.assessor, table.item, table.mark, strict=True)
    lines = [f"{table.candidates[c]},{table.assessors[a]},{table.items[i]},{m:.2f}" for c, a, i, m in rows]
    path.write_text("\n".join(["candidate,assessor,item,mark", *lines]) + "\n", encoding="utf-8")
    return path


def test_the_command_prints_one_document_with_every_key(marks_file: Path) -> None:
    said = CliRunner().invoke(app, ["select", "rank", str(marks_file), "--top", "3", "--json"])
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    assert {"candidates", "assessors", "variance", "reliability"} <= found.keys()
    assert {"candidate", "score", "rank", "rank_low", "rank_high", "p_top"} <= found["candidates"][0].keys()
    assert {"assessor", "severity", "consistency"} <= found["assessors"][0].keys()
    assert {"candidate", "assessor", "item", "residual"} <= found["variance"].keys()
    assert {"icc", "g", "alpha", "alpha_low", "alpha_high"} <= found["reliability"].keys()
    assert all(one["rank_low"] <= one["rank"] <= one["rank_high"] for one in found["candidates"])
    assert all(a["rank"] < b["rank"] for a, b in pairwise(found["candidates"]))


def test_the_command_shows_tables(marks_file: Path) -> None:
    said = CliRunner().invoke(app, ["select", "rank", str(marks_file)])
    assert said.exit_code == 0
    assert "95 % interval" in said.stdout
    assert "severity" in said.stdout


def test_more_places_than_candidates_are_refused(marks_file: Path) -> None:
    with pytest.raises(InputError, match="--top: must be 1 to 9"):
        rank(marks_file, top=10)


@pytest.mark.parametrize(("spread", "warned"), [(1.0, True), (12.0, False)])
def test_weak_evidence_is_said_to_be_weak(spread: float, warned: bool) -> None:
    luck = np.random.default_rng(4)
    true, severe = luck.normal(0, spread, 12), luck.normal(0, 4, 4)
    rows = [
        (f"C{k:02d}", f"a{who}", f"i{item}", 50 + true[k] - severe[who] + luck.normal(0, 6))
        for k in range(12)
        for who in sorted({k % 4, (k + 1 + k // 4) % 4})
        for item in range(2)
    ]
    said = " ".join(ranking_of(MarkTable.of(rows), draws=500).warnings)
    assert ("more of the scores is chance" in said or "spread of candidates is zero" in said) == warned
