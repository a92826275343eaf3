"""The mark model against lme4: variances to four digits, predictions and the variances of their errors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hamsafar.selection.adjusted import Aim, assessors, errors, scored
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.mixed import fitted

REFERENCE = json.loads((Path(__file__).parent / "data" / "lme4_marks.json").read_text(encoding="ascii"))


@pytest.mark.parametrize("made", REFERENCE["designs"], ids=lambda one: one["name"])
def test_the_mark_model_says_what_lme4_says(made: dict[str, Any]) -> None:
    fit = fitted(MarkTable.of(tuple(row) for row in made["marks"]))
    assert fit.settled
    assert set(fit.variance) == set(made["variance"])
    total = sum(made["variance"].values())
    for term, value in made["variance"].items():
        # Four digits; and a variance that is zero for us is one that lme4's search leaves near it.
        assert fit.variance[term] == pytest.approx(value, rel=5e-5, abs=1e-6 * total), term

    found = scored(fit.solved, Aim(weights=None))
    spread = fit.design.spread
    score = fit.design.mean + spread * found.score
    error = spread * errors(fit.solved, found)
    effects = made["effects"]["candidate"]
    ids = [fit.design.table.candidates[one] for one in found.who]
    expected = np.array([effects[one] for one in ids])
    # Marks and their squares; lme4's variances differ from ours in the fifth digit, and these follow them.
    assert score == pytest.approx(made["mean"] + expected[:, 0], abs=2e-3)
    assert error**2 == pytest.approx(expected[:, 2], rel=2e-4)

    for one in assessors(fit.solved):
        value, variance, _ = made["effects"]["assessor"][one.assessor]
        assert one.severity == pytest.approx(-value, abs=2e-3)
        assert one.severity_se is not None
        assert one.severity_se**2 == pytest.approx(variance, rel=2e-4, abs=1e-6)
