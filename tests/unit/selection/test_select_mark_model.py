"""The mark model: closed forms, what can't be told, and the same answer however marks come."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.errors import InputError
from hamsafar.selection.adjusted import aim_of, assessors, errors, scored
from hamsafar.selection.connected import parts_of
from hamsafar.selection.design import design_of
from hamsafar.selection.likelihood import minus_two_logs, slope, solve
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.mixed import fitted
from made_marks import Made, made_marks


def _balanced(seed: int = 2) -> tuple[MarkTable, np.ndarray]:
    random = np.random.default_rng(seed)
    table, _ = made_marks(Made(candidates=12, assessors=4, items=5, panel=4, missing=0.0), random)
    marks = np.empty((12, 4, 5))
    marks[table.candidate, table.assessor, table.item] = table.mark
    return table, marks


def test_variances_of_a_balanced_table_are_those_of_its_mean_squares() -> None:
    """REML of balanced data is the analysis of variance where no component is negative (Searle et al. 1992, 4.8)."""
    table, y = _balanced()
    (c, a, i), whole = y.shape, y.mean()
    ca, ci, ai = y.mean(2), y.mean(1), y.mean(0)
    mc, ma, mi = y.mean((1, 2)), y.mean((0, 2)), y.mean((0, 1))
    rest = y - ca[:, :, None] - ci[:, None, :] - ai + mc[:, None, None] + ma[None, :, None] + mi - whole
    inter = {
        "candidate_assessor": i * ((ca - mc[:, None] - ma + whole) ** 2).sum() / ((c - 1) * (a - 1)),
        "candidate_item": a * ((ci - mc[:, None] - mi + whole) ** 2).sum() / ((c - 1) * (i - 1)),
        "assessor_item": c * ((ai - ma[:, None] - mi + whole) ** 2).sum() / ((a - 1) * (i - 1)),
    }
    mean_square = (rest**2).sum() / ((c - 1) * (a - 1) * (i - 1))
    expected = {
        "residual": mean_square,
        "candidate_assessor": (inter["candidate_assessor"] - mean_square) / i,
        "candidate_item": (inter["candidate_item"] - mean_square) / a,
        "assessor_item": (inter["assessor_item"] - mean_square) / c,
    }
    sums = {"candidate": (mc, a * i, ("candidate_assessor", "candidate_item"), c)}
    sums["assessor"] = (ma, c * i, ("candidate_assessor", "assessor_item"), a)
    sums["item"] = (mi, c * a, ("candidate_item", "assessor_item"), i)
    for term, (means, times, others, levels) in sums.items():
        square = times * ((means - whole) ** 2).sum() / (levels - 1)
        expected[term] = (square - inter[others[0]] - inter[others[1]] + mean_square) / times
    assert min(expected.values()) > 0, "the seed is one without a component at zero"
    assert fitted(table).variance == pytest.approx(expected, rel=1e-5)  # where the search stops


def test_the_slope_is_that_of_the_likelihood() -> None:
    table, _ = made_marks(Made(candidates=15, missing=0.2), np.random.default_rng(1))
    design = design_of(table)
    at = np.array([0.4, 0.5, 0.3, 0.2, 0.1, 0.15, 0.05])
    gradient, _ = slope(solve(design, at))
    step = 1e-5
    for k in range(at.size):
        move = step * np.eye(at.size)[k]
        up, down = (solve(design, at + sign * move).minus_two_log for sign in (1, -1))
        assert gradient[k] == pytest.approx(-0.25 * (up - down) / step, rel=1e-5, abs=1e-5)


def test_many_sets_of_variances_at_once_are_as_one_by_one() -> None:
    table, _ = made_marks(Made(candidates=15, missing=0.2), np.random.default_rng(1))
    design = design_of(table)
    sets = np.random.default_rng(2).uniform(0.01, 1, size=(7, 7))
    one_by_one = [solve(design, one).minus_two_log for one in sets]
    assert minus_two_logs(design, sets) == pytest.approx(one_by_one, abs=1e-8)


def test_a_dense_model_gives_the_same_scores() -> None:
    """Henderson's equations against the covariance of all marks written out, weights of items included."""
    table, _ = made_marks(Made(candidates=9, assessors=5, missing=0.25), np.random.default_rng(8))
    fit = fitted(table)
    design, aim = fit.design, aim_of(fit.design, {"i00000": 3, "i00001": 1, "i00002": 0})
    v = dict(zip(design.terms, fit.solved.variances, strict=True))
    whole = v["residual"] * np.eye(len(table))
    for term in design.terms[1:]:
        whole += v[term] * (design.groups[term][:, None] == design.groups[term])
    inverse, ones = np.linalg.inv(whole), np.ones(len(table))
    mean = ones @ inverse @ design.y / (ones @ inverse @ ones)
    assert aim.weights is not None
    found, error = scored(fit.solved, aim), errors(fit.solved, scored(fit.solved, aim))
    prior = v["candidate"] + (v["item"] + v["candidate_item"]) * float(aim.weights @ aim.weights)
    for k, who in enumerate(found.who):
        mine = table.candidate == who
        with_score = mine * (v["candidate"] + v["candidate_item"] * aim.weights[table.item])
        with_score = with_score + v["item"] * aim.weights[table.item]
        pull = with_score @ inverse
        assert found.score[k] == pytest.approx(mean + pull @ (design.y - mean), abs=1e-9)
        left = 1 - pull @ ones
        expected = prior - pull @ with_score + left**2 / (ones @ inverse @ ones)
        assert error[k] ** 2 == pytest.approx(expected, abs=1e-9)


def test_the_order_of_marks_changes_nothing() -> None:
    table, _ = made_marks(Made(candidates=10), np.random.default_rng(4))
    rows = [
        (table.candidates[c], table.assessors[a], table.items[i], float(m))
        for c, a, i, m in zip(table.candidate, table.assessor, table.item, table.mark, strict=True)
    ]
    again = fitted(MarkTable.of(rows[::-1]))
    assert fitted(MarkTable.of(rows)).variance == again.variance


@pytest.mark.parametrize(
    ("made", "left_out"),
    [
        (Made(items=1), {"item", "candidate_assessor", "candidate_item", "assessor_item"}),
        (Made(panel=1), {"candidate_assessor", "candidate_item"}),
        (Made(assessors=1, panel=1), {"assessor", "candidate_assessor", "candidate_item", "assessor_item"}),
        (Made(items=1, panel=1), {"candidate", "item", "candidate_assessor", "candidate_item", "assessor_item"}),
        (Made(), set()),
    ],
)
def test_terms_that_the_marks_cannot_tell_are_left_out(made: Made, left_out: set[str]) -> None:
    table, _ = made_marks(made, np.random.default_rng(0))
    fit = fitted(table)
    assert set(fit.design.left_out) == left_out
    assert set(fit.variance).isdisjoint(left_out)


def test_an_assessor_who_marks_at_random_is_seen_as_less_consistent() -> None:
    random = np.random.default_rng(12)
    table, _ = made_marks(Made(candidates=80, assessors=8, items=3, missing=0.0, residual=0.5), random)
    erratic = table.assessor == 5
    noisy = MarkTable.of_columns(
        table.candidates,
        table.assessors,
        table.items,
        table.candidate,
        table.assessor,
        table.item,
        np.where(erratic, 60 + 2.5 * random.standard_normal(len(table)), table.mark),
        np.ones(len(table), dtype=bool),
    )
    rows = assessors(fitted(noisy).solved)
    worst = min(rows, key=lambda one: one.consistency or 0)
    assert worst.assessor == "a00005"
    assert worst.says == "less consistent than the others"
    assert worst.spread == max(one.spread or 0 for one in rows)


def test_parts_are_found_by_assessors_and_by_items() -> None:
    apart = [("a", "x", "i", 5.0), ("b", "x", "i", 6.0), ("c", "y", "i", 7.0), ("d", "x", "i", None)]
    parts = parts_of(MarkTable.of(apart))
    assert (parts.number, parts.through) == (2, "assessors")
    assert parts.of_candidate.tolist() == [0, 0, 1, -1]
    by_item = [("a", "x", "i", 5.0), ("b", "x", "k", 6.0)]
    assert parts_of(MarkTable.of(by_item)).through == "items"
    assert parts_of(MarkTable.of([*apart, ("c", "x", "i", 5.0)])).number == 1


@pytest.mark.parametrize("weights", [{"i0": 1.0}, {"i0": -1.0, "i1": 2.0}, {"i0": 0.0, "i1": 0.0}])
def test_weights_that_cannot_be_are_refused(weights: dict[str, float]) -> None:
    design = design_of(MarkTable.of([("a", "x", "i0", 1.0), ("a", "x", "i1", 2.0)]))
    with pytest.raises(InputError):
        aim_of(design, weights)


def test_a_mark_given_twice_or_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="marked twice"):
        MarkTable.of([("a", "x", "i", 1.0), ("a", "x", "i", 2.0)])
    with pytest.raises(InputError, match="finite"):
        MarkTable.of([("a", "x", "i", float("inf"))])
