"""What a reliability means for those who rank, in plain sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamsafar.selection.reliability import Reliability

GOOD = 0.8  # Nunnally (1978): .8 for comparing groups, .9 where single people are decided on


def sentences_of(found: Reliability, variance: Mapping[str, float]) -> tuple[str, ...]:
    """Which figure answers which question, and what stands against trusting it."""
    return tuple(one for one in (_right_icc(found), _ranking(found, variance), _plain(found), _alpha(found)) if one)


def _right_icc(found: Reliability) -> str:
    if found.icc is None:
        return "The candidates can't be told apart by these marks: no intraclass correlation has a value."
    if found.same_assessors:
        single = "" if found.icc_consistency is None else f", {found.icc_consistency:.2f} for ranking alone"
        told = "All candidates have the same assessors: one assessor's marks agree to"
        return f"{told} {found.icc:.2f} as they are{single}."
    return (
        f"Assessors rotate, so their severity counts: one assessor's marks agree to {found.icc:.2f} (absolute), "
        f"the mean of the {found.assessors_each:.3g} that a candidate has to {found.icc_panel:.2f}."
    )


def _ranking(found: Reliability, variance: Mapping[str, float]) -> str:
    if found.g is None:
        return ""
    told = f"Adjusted scores rank candidates with a reliability of {found.g:.2f}"
    if "candidate_assessor" not in variance and found.items_each > 1:
        told += " (what one assessor sees in one candidate could not be told from other chance)"
    return f"{told}." if found.g >= GOOD else f"{told}: below {GOOD}, so close ranks mean little."


def _plain(found: Reliability) -> str:
    if found.g is None or found.g_plain is None or found.g - found.g_plain < 0.01:
        return ""
    return f"Plain averages would rank with {found.g_plain:.2f}, as candidates met assessors of different severity."


def _alpha(found: Reliability) -> str:
    if found.alpha is None:
        return f"Alpha has no value: {found.agreement.why}."
    ends = "" if found.alpha_low is None else f" (95 %: {found.alpha_low:.2f} to {found.alpha_high:.2f})"
    return f"Krippendorff's alpha is {found.alpha:.2f}{ends}, {found.agreement.level} level."
