"""`select impact`: how each stage falls on groups, by the four-fifths rule and the exact test."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from hamsafar.app.files import read_bytes
from hamsafar.errors import InputError
from hamsafar.selection.impact import Count, GroupImpact, Impact, StageImpact, impact_of, published

__all__ = ["Count", "GroupImpact", "Impact", "StageImpact", "counts_given", "for_public", "impact"]


def impact(counts: Path | str | Iterable[Count], *, seed: int = 0) -> Impact:
    """The impact of counts given as such, or of a table `stage,group,entered,passed` (CSV or XLSX).

    `seed`: of exact tests too large to be enumerated. Raises InputErrors for counts that can't be.
    """
    return impact_of(counts_given(counts), seed=seed)


def counts_given(counts: Path | str | Iterable[Count]) -> tuple[Count, ...]:
    """Counts at hand, or those of a file."""
    if not isinstance(counts, str | Path):
        return _sound(tuple(counts))
    from hamsafar.programme.selection.counts_table import read_counts

    path = Path(counts)
    if path.is_dir():
        raise InputError("is a folder; name the table of counts in it", where=str(path))
    rows = read_counts(read_bytes(path), where=str(path))
    return tuple(
        Count(stage=stage, group=group, entered=entered, passed=passed, by=by, component=component)
        for stage, group, entered, passed, by, component in rows
    )


def for_public(answer: Impact, *, least: int = 5) -> Impact:
    """The same with no count below `least` in it, nor any that tells one; the whole is told in the stages' words only.

    The totals over all stages are left out where anything is: they would tell what was left out.
    """
    stages = tuple(published(one, least=least) for one in answer.stages)
    overall = tuple(published(one, least=least) for one in answer.overall)
    changed = (stages, overall) != (answer.stages, answer.overall)
    return attrs.evolve(
        answer, stages=stages, overall=() if changed else overall, notes=() if changed else answer.notes
    )


def _sound(counts: tuple[Count, ...]) -> tuple[Count, ...]:
    for one in counts:
        if not 0 <= one.passed <= one.entered:
            what = f"passed should lie from 0 to those who entered (got {one.passed} of {one.entered})"
            raise InputError(what, where=f"{one.stage}, {one.group}")
    return counts
