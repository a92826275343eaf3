"""`select impact`: how each stage falls on groups, by the four-fifths rule and the exact test."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from hamsafar.app.files import read_bytes
from hamsafar.errors import InputError
from hamsafar.selection.impact import Count, GroupImpact, Impact, StageImpact, impact_of, published

__all__ = ["Count", "GroupImpact", "Impact", "StageImpact", "counts_given", "for_public", "impact"]


def impact(counts: Path | str | Iterable[Count], *, by: str | None = None, seed: int = 0) -> Impact:
    """The impact of counts given as such, of a table `stage,group,entered,passed` (CSV or XLSX), or of a campaign.

    `by`: the role that asks, where a campaign's folder is given; its read of the groups is recorded. `seed`: of exact
    tests too large to be enumerated. Raises InputErrors for counts that can't be, and where the role may not read.
    """
    if isinstance(counts, str | Path) and Path(counts).is_dir():
        return _of_folder(Path(counts), by, seed)
    return impact_of(counts_given(counts), seed=seed)


def counts_given(counts: Path | str | Iterable[Count]) -> tuple[Count, ...]:
    """Counts at hand, or those of a file."""
    if not isinstance(counts, str | Path):
        return _sound(tuple(counts))
    from hamsafar.programme.selection.counts_table import read_counts

    path = Path(counts)
    rows = read_counts(read_bytes(path), where=str(path))
    return tuple(
        Count(stage=stage, group=group, entered=entered, passed=passed, by=by, component=component)
        for stage, group, entered, passed, by, component in rows
    )


def _of_folder(folder: Path, by: str | None, seed: int) -> Impact:
    if by is None:
        what = "is a campaign's folder: name the role that asks with --by, as its read of the groups is recorded"
        raise InputError(what, where=str(folder))
    from hamsafar.app.selection.impact_of_campaign import impact_of_record
    from hamsafar.store import Record

    return impact_of_record(Record.open(folder), by=by, seed=seed)


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
