"""Why one cohort lost to another, in words with figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hamsafar.selection.cohort import Cohort


def why_lost(one: Cohort, first: Cohort) -> str:
    """Why a cohort lost: who sits elsewhere, and the figures that make the difference, the largest first."""
    if one.behind == 0:
        return f"{difference(one, first)}: as good as the first in value; of equals the stronger prime comes first"
    parts = {"scores": one.score - first.score}
    parts |= {a.need: a.adds - b.adds for a, b in zip(one.covered, first.covered, strict=True)}
    told = [f"{name} {by:+.1f}" for name, by in sorted(parts.items(), key=lambda part: part[1]) if abs(by) >= 0.05]
    behind = f"{one.behind:.1f} points less" if one.behind > 0 else f"{-one.behind:.1f} points more"
    return f"{difference(one, first)}: {behind}{' (' + ', '.join(told) + ')' if told else ''}"


def difference(one: Cohort, first: Cohort) -> str:
    """Who is in it for whom, or who changed seats."""
    new, gone = (
        [who for who in a.seats.values() if who not in b.seats.values()] for a, b in ((one, first), (first, one))
    )
    if not new:
        return "the same people in other seats"
    return f"{' and '.join(new)} for {' and '.join(gone)}"
