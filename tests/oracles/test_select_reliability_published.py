"""Reliability against published tables, another house's package, and formulas worked by hand."""

from __future__ import annotations

import krippendorff
import numpy as np
import pytest

from hamsafar.selection.agreement import Level, alpha_of, alpha_of_units
from hamsafar.selection.dstudy import ratings_for, reliability_with, spearman_brown, study
from hamsafar.selection.icc import iccs
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.reliability import reliability_of

# Shrout and Fleiss (1979), table 2: six targets, four judges
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
# Krippendorff (2011), section C: four observers, twelve units, gaps
GAP = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
)
# ANOVA of table 2 in Shrout and Fleiss: mean squares 11.24, 32.49 and 1.02, so variances
VARIANCE = {"candidate": (11.2416667 - 1.0194444) / 4, "assessor": (32.4861111 - 1.0194444) / 6, "residual": 1.0194444}


def table_of(marks: np.ndarray) -> MarkTable:
    return MarkTable.of(
        (f"c{i}", f"a{j}", "whole", float(mark)) for (i, j), mark in np.ndenumerate(marks) if not np.isnan(mark)
    )


def test_the_six_forms() -> None:
    """Values: Shrout and Fleiss (1979). Lower ends: R's psych on them; upper ends: from memory (M)."""
    found = {one.form: (one.value, one.low, one.high) for one in iccs(SHROUT_FLEISS)}
    printed = {
        "ICC(1,1)": (0.17, -0.133, 0.72),
        "ICC(2,1)": (0.29, 0.019, 0.76),
        "ICC(3,1)": (0.71, 0.342, 0.95),
        "ICC(1,k)": (0.44, -0.884, 0.91),
        "ICC(2,k)": (0.62, 0.071, 0.93),
        "ICC(3,k)": (0.91, 0.676, 0.99),
    }
    for form, (value, low, high) in printed.items():
        assert abs(found[form][0] - value) <= 0.005  # printed to two digits
        assert abs(found[form][1] - low) <= 0.0005  # printed to three
        assert abs(found[form][2] - high) <= 0.005


def test_from_variances_as_from_the_full_table() -> None:
    """On a table without gaps the variance components give ICC(2,1), (2,k), (3,1) and (3,k) again."""
    found = reliability_of(table_of(SHROUT_FLEISS), VARIANCE)
    forms = {one.form: one.value for one in found.forms}
    assert found.icc == pytest.approx(forms["ICC(2,1)"], abs=1e-7)  # the mean squares have eight digits
    assert found.icc_panel == found.phi == pytest.approx(forms["ICC(2,k)"], abs=1e-7)
    assert found.icc_consistency == pytest.approx(forms["ICC(3,1)"], abs=1e-7)
    assert found.g == pytest.approx(forms["ICC(3,k)"], abs=1e-7)
    assert found.g_plain == pytest.approx(found.g or 0)  # all have the same assessors
    assert found.sem == pytest.approx((1.0194444 / 4) ** 0.5)


@pytest.mark.parametrize(("level", "printed"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorffs_own_example(level: Level, printed: float) -> None:
    seen = ~np.isnan(KRIPPENDORFF)
    unit = np.tile(np.arange(12), (4, 1))
    found = alpha_of_units(unit[seen], KRIPPENDORFF[seen], level=level)
    assert found.alpha == pytest.approx(printed, abs=5e-4)  # printed to three digits
    assert found.alpha == pytest.approx(krippendorff.alpha(KRIPPENDORFF, level_of_measurement=level), rel=1e-12)
    assert found.low is not None
    assert found.low < printed < (found.high or 0) + 1e-9
    assert (found.units, found.marks) == (11, 40)


def test_nothing_to_agree_on() -> None:
    alone = alpha_of(table_of(np.array([[1.0, GAP], [GAP, 2.0]])))
    assert (alone.alpha, alone.why) == (None, "no unit has two marks")
    equal = alpha_of(table_of(np.full((3, 2), 5.0)))
    assert equal.alpha is None
    assert "all marks are equal" in equal.why


def test_spearman_brown_of_separate_interviewers() -> None:
    """Huffcutt and others (2013), .44 for one: .70 for three and .80 for five (facts/selection.md)."""
    assert round(spearman_brown(0.44, 3), 2) == 0.70
    assert round(spearman_brown(0.44, 5), 2) == 0.80
    assert ratings_for(0.44, 0.70) == 3
    assert ratings_for(0.44, 0.80) == 6  # five give .797


# A published study of summaries marked by raters on dimensions, persons × items × raters, components as printed
# (Language Testing in Asia 2019, 10.1186/s40468-019-0087-6, table 4)
PUBLISHED = {
    "candidate_item": 0.184,
    "candidate_assessor": 0.138,
    "candidate": 0.111,
    "assessor_item": 0.045,
    "item": 0.025,
    "assessor": 0.0,
    "residual": 0.220,
}


def test_generalisability_of_published_components() -> None:
    """Three raters on four items, by hand: .111 / (.111 + .046 + .184/4 + .220/12), and more for Phi."""
    relative = 0.111 / (0.111 + 0.046 + 0.046 + 0.220 / 12)
    absolute = 0.111 / (0.111 + 0.046 + 0.046 + 0.220 / 12 + 0.025 / 4 + 0.045 / 12)
    assert reliability_with(PUBLISHED, 3, 4) == pytest.approx(relative, rel=1e-12)
    assert reliability_with(PUBLISHED, 3, 4, absolute=True) == pytest.approx(absolute, rel=1e-12)


def test_a_study_finds_the_fewest() -> None:
    found = study(PUBLISHED, assessors=3, items=4, target=0.7, candidates=40, minutes_each=30)
    assert found.now.reliability == pytest.approx(0.5015, abs=5e-4)
    assert found.more_assessors is None  # items alone leave .111 / (.111 + .046)
    assert found.limit_assessors == pytest.approx(0.111 / 0.157)
    for one in (found.more_items, found.cheapest):
        if one is not None:
            assert one.reliability >= 0.7
    tried = [(k * n, k) for k in range(1, 31) for n in range(1, 61) if reliability_with(PUBLISHED, k, n) >= 0.7]
    assert found.cheapest is not None
    assert (found.cheapest.ratings_each, found.cheapest.assessors) == min(tried)
    assert found.cheapest.hours == pytest.approx(40 * 0.5 * found.cheapest.assessors * found.cheapest.items / 4)
    assert "0.7 takes" in found.sentence


def test_one_item_does_not_tell_what_more_items_would_bring() -> None:
    found = study({"candidate": 2.0, "residual": 4.0}, assessors=2, items=1, target=0.8)
    assert (found.more_items, found.limit_items) == (None, None)
    assert found.more_assessors is not None
    assert found.more_assessors.assessors == 8  # 2 / (2 + 4/8)
