"""Finalists from what a campaign knows of them: adjusted scores by test, skills, who is out and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.domain.campaign import SkillNeed, Stage, Test
from hamsafar.domain.selection import Mark, Medical, Outcome
from hamsafar.selection.adjusted import aim_of
from hamsafar.selection.connected import parts_of
from hamsafar.selection.marks import MarkTable
from hamsafar.selection.mixed import fitted
from hamsafar.selection.posterior import posterior_of
from hamsafar.selection.ranking import ranking_of
from hamsafar.selection.skills import Draws, Finalist, Scale

_DRAWS = 1_000


@frozen(kw_only=True, eq=False)
class Scores:
    """Adjusted scores of one test on its scale, and draws of them (draws, candidates) where the marks tell any."""

    test: Test
    score: Mapping[str, float]
    draws: Mapping[str, NDArray[np.float64]] = field(factory=dict)  # code → (draws,)
    parts: int = 1  # of the design: scores of different parts can't be compared


def scores_in(test: Test, marks: Iterable[Mark], *, seed: int = 0) -> Scores | None:
    """The adjusted scores of a test, items weighted as it says; None where nobody was marked in it."""
    rows = [(one.candidate, one.assessor, one.item, one.mark) for one in marks if one.test == test.id]
    table = MarkTable.of(rows)
    if not len(table):
        return None
    weights = {item.id: item.weight for item in test.items}
    fit, parts = fitted(table), parts_of(table).number
    if "candidate" not in fit.design.terms:  # too few marks for a model: plain averages, and no draws
        plain = ranking_of(table, seed=seed, weights=weights).candidates
        return Scores(
            test=test, score={one.candidate: one.score for one in plain if one.score is not None}, parts=parts
        )
    found = posterior_of(fit, aim_of(fit.design, weights), draws=_DRAWS, random=np.random.default_rng(seed))
    codes = [table.candidates[int(who)] for who in found.scored.who]
    evenly = np.linspace(0, found.draws.shape[1] - 1, _DRAWS).round().astype(int)  # of every set of variances
    mean, spread = fit.design.mean, fit.design.spread
    return Scores(
        test=test,
        score=dict(zip(codes, (mean + spread * found.score).tolist(), strict=True)),
        draws=dict(zip(codes, mean + spread * found.draws[:, evenly], strict=True)),
        parts=parts,
    )


def finalists_of(
    codes: Sequence[str],
    scored: Sequence[Scores],
    earlier: Sequence[Scores],
    *,
    standing: Mapping[str, Outcome],
    medicals: Iterable[Medical],
    medical_asked: bool,
) -> tuple[tuple[Finalist, ...], Draws | None]:
    """The finalists in the order of their codes, and draws of what was measured, where every test has any.

    The score is that of `scored`, the tests of the stage that counts, in points of 100, weighted as they say. Skills
    come from all tests, those of `scored` over `earlier` ones. Out is who was stopped, who is not fit, who has no
    medical verdict where one is asked for, and who lacks the marks of a test that counts.
    """
    verdicts = {one.candidate: one for one in medicals}
    skills = {one.test.skill: one for one in (*earlier, *scored) if one.test.skill is not None}
    made = []
    for code in codes:
        verdict = verdicts.get(code)
        made.append(
            Finalist(
                code=code,
                score=_score(code, scored),
                skills={skill: one.score[code] for skill, one in skills.items() if code in one.score},
                medical=None if verdict is None else verdict.verdict,
                limits=() if verdict is None else verdict.limits,
                barred=_barred(code, scored, standing, verdict, medical_asked),
            )
        )
    return tuple(made), _draws(codes, made, scored, skills)


def scale_of(test: Test) -> Scale:
    """The scale that a test is marked on."""
    return Scale(lowest=test.lowest, highest=test.highest)


def _score(code: str, scored: Sequence[Scores]) -> float:
    """Points of 100, the tests weighted; 0 where a test is missing, and then they are out."""
    total = sum(one.test.weight for one in scored)
    if not total or any(code not in one.score for one in scored):
        return 0.0
    return sum(one.test.weight * scale_of(one.test).points(one.score[code]) for one in scored) / total


def _barred(
    code: str,
    scored: Sequence[Scores],
    standing: Mapping[str, Outcome],
    verdict: Medical | None,
    medical_asked: bool,
) -> str:
    if standing.get(code) == "stop":
        return "stopped by the board"
    if verdict is not None and verdict.verdict == "not-fit":
        return "not fit"
    if medical_asked and verdict is None:
        return "no medical verdict"
    missing = [one.test.id for one in scored if code not in one.score]
    return f"no marks in {', '.join(missing)}" if missing else ""


def _draws(
    codes: Sequence[str], made: Sequence[Finalist], scored: Sequence[Scores], skills: Mapping[str, Scores]
) -> Draws | None:
    if not scored or any(not one.draws for one in scored):
        return None
    total = sum(one.test.weight for one in scored)
    score = np.zeros((_DRAWS, len(codes)))
    for one in scored:
        score += one.test.weight / total * _points(one, codes)
    shown = {skill: _points(one, codes) for skill, one in skills.items() if one.draws}
    return Draws(score=score, skills=shown)


def _points(one: Scores, codes: Sequence[str]) -> NDArray[np.float64]:
    """Draws in points of 100, (draws, candidates); what was not marked stays at 0, and is never chosen by it."""
    scale = scale_of(one.test)
    columns = [
        100.0 * (one.draws[code] - scale.lowest) / (scale.highest - scale.lowest) if code in one.draws else 0.0
        for code in codes
    ]
    return np.column_stack([np.broadcast_to(column, (_DRAWS,)) for column in columns])


def needs_with(asked: Sequence[SkillNeed], derived: Iterable[SkillNeed]) -> tuple[SkillNeed, ...]:
    """What is asked, and what the flight asks besides of skills that nothing is said of."""
    said = {need.skill for need in asked}
    return (*asked, *(need for need in derived if need.skill not in said))


def scales_of(stages: Iterable[Stage]) -> Mapping[str, Scale]:
    """The scale of each skill that a test shows; of several the last stage's."""
    return {test.skill: scale_of(test) for stage in stages for test in stage.tests if test.skill is not None}
