"""What a board's report says, put together from the record and the ranking of a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from hamsafar.app.selection.campaigns import now_or
from hamsafar.app.selection.impact_of_campaign import impact_of_stage, passages_of
from hamsafar.domain.board import (
    AssessorRow,
    BoardReport,
    BoardRow,
    FunnelStep,
    GroupRow,
    ImpactTable,
    MarkQuality,
    ScoreInTest,
)
from hamsafar.domain.campaign import Stage, Test
from hamsafar.timeline import local_date

if TYPE_CHECKING:
    from hamsafar.selection.impact import StageImpact
    from hamsafar.selection.marks import MarkTable
    from hamsafar.selection.sensitivity import Turn
    from hamsafar.selection.stage_ranking import StageRanking
    from hamsafar.store import Record

_ENOUGH = 0.8  # reliability that a decision about people should have (facts: three assessors .70, five .80)
_MOST_RUNS = 5  # of ranks that can't be told apart, in words
_MOST_TURNED = 60  # candidates either side of the line for whom what would have changed it is worked out


def report_of(
    record: Record, stage: Stage, ranking: StageRanking, tables: Mapping[str, MarkTable], by: str, seed: int
) -> BoardReport:
    campaign = record.campaign
    zone = next(one.zone for one in campaign.organisations if one.id == stage.run_by)
    impacts = impact_of_stage(record, stage.id, by=by, seed=seed, marks=(ranking.rule, ranking.scores))
    return BoardReport(
        campaign=campaign.id,
        campaign_title=campaign.title,
        stage=stage.id,
        stage_title=stage.title,
        as_of=local_date(now_or(None), zone),
        combining=ranking.combined.sentence,
        weights={test.id: test.weight for test in ranking.rule.tests},
        places=ranking.rule.places,
        reserves=stage.reserves,
        rows=(*_rows(record, stage, ranking, tables, seed), *_barred(record, stage)),
        cannot_tell=tuple(_cannot_tell(ranking)),
        assessors=tuple(_assessors(ranking)),
        quality=tuple(_quality(test, tables[test.id], ranking, seed) for test in stage.tests),
        impact=tuple(_impact(one) for one in impacts),
        funnel=tuple(_funnel(record)),
        hurdles=tuple(_hurdles(ranking)),
        warnings=tuple(_warnings(stage, ranking, tables)),
        record=record.events()[-1].chain,
    )


def not_fit(record: Record, stage: str) -> tuple[str, ...]:
    """Who can't go on for medical reasons, by code, though they were marked."""
    left = set(record.to_mark(stage))
    return tuple(
        sorted(one.candidate for one in record.medicals(stage) if one.verdict == "not-fit" and one.candidate in left)
    )


def _barred(record: Record, stage: Stage) -> list[BoardRow]:
    """Those who are not fit: without a rank, as they take nobody's place."""
    limits = {one.candidate: one.limits for one in record.medicals(stage.id)}
    nothing = dict.fromkeys(("composite", "rank", "rank_low", "rank_high", "p_top", "stays_in"))
    return [
        BoardRow(
            candidate=code,
            **nothing,
            place="out",
            verdict="fails",
            stopped_by=("medical",),
            scores=(),
            would_change="",
            medical="not-fit",
            limits=limits[code],
        )
        for code in not_fit(record, stage.id)
    ]


def _rows(
    record: Record, stage: Stage, ranking: StageRanking, tables: Mapping[str, MarkTable], seed: int
) -> list[BoardRow]:
    from hamsafar.selection.sensitivity import steadiness

    steady = {one.candidate: one.share for one in steadiness(ranking.scores, ranking.rule, seed=seed)}
    medical = {one.candidate: one for one in record.medicals(stage.id)}
    combined = {one.candidate: one for one in ranking.combined.candidates}
    marks = {test: _counted(table) for test, table in tables.items()}
    turns = _turns(ranking)
    rows = []
    for row in ranking.rows:
        one = combined[row.candidate]
        seen = medical.get(row.candidate)
        rows.append(
            BoardRow(
                candidate=row.candidate,
                composite=row.composite,
                rank=row.rank,
                rank_low=row.rank_low,
                rank_high=row.rank_high,
                p_top=row.p_place,
                place=row.place,  # type: ignore[arg-type]  # one of the four
                verdict=one.verdict,
                stopped_by=one.stopped_by,
                scores=tuple(_score(test, ranking, row.candidate, marks) for test in stage.tests),
                stays_in=None if row.rank is None else steady[row.candidate],
                would_change=turns.get(row.candidate, ""),
                medical=None if seen is None else seen.verdict,
                limits=() if seen is None else seen.limits,
            )
        )
    return rows


def _counted(table: MarkTable) -> dict[str, int]:
    import numpy as np

    number = np.bincount(table.candidate, minlength=len(table.candidates))
    return dict(zip(table.candidates, map(int, number), strict=True))


def _score(test: Test, ranking: StageRanking, candidate: str, marks: Mapping[str, Mapping[str, int]]) -> ScoreInTest:
    from math import isnan

    row = ranking.scores.candidates.index(candidate)
    column = next(k for k, one in enumerate(ranking.rule.tests) if one.id == test.id)
    value, error = float(ranking.scores.values[row, column]), float(ranking.scores.errors[row, column])
    combination = ranking.combined.candidates[row]
    near, stopped = test.id in combination.second_look, test.id in combination.stopped_by
    verdict = "unknown" if isnan(value) else "second-look" if near else "fails" if stopped else "passes"
    return ScoreInTest(
        test=test.id,
        score=None if isnan(value) else value,
        error=error if error > 0 else None,
        marks=marks[test.id].get(candidate, 0),
        verdict=verdict,  # type: ignore[arg-type]  # one of the four
    )


def _turns(ranking: StageRanking) -> dict[str, str]:
    """The nearest change of a score that would have turned each outcome, of those nearest to the line."""
    from hamsafar.selection.sensitivity import turns

    ranked = [row for row in ranking.rows if row.rank is not None]
    last = sum(1 for one in ranking.combined.candidates if one.place == "in")
    near = [row for row in ranked if abs((row.rank or 0) - last) <= _MOST_TURNED / 2]
    said = {}
    for row in near:
        found = [one for one in turns(ranking.scores, ranking.rule, row.candidate) if one.what == "score"]
        if found:
            said[row.candidate] = _turned(found[0])
    return said


def _turned(one: Turn) -> str:
    way = "at least" if one.change > 0 else "at most"
    way = way if one.reached else ("more than" if one.change > 0 else "less than")
    return f"{'in' if one.enters else 'out'} with {way} {one.then:.1f} in {one.test} (has {one.now:.1f})"


def _cannot_tell(ranking: StageRanking) -> list[str]:
    """Runs of ranks across the line first: they are what the board has to settle. The others are many and overlap."""
    last = ranking.rule.places or 0
    across = [run for run in ranking.groups if run[0] <= last < run[1]]
    shown = (across or list(ranking.groups))[:_MOST_RUNS]
    said = [
        f"Ranks {first} to {past} can't be told apart: of no two of them is it known with 95 % who is better."
        for first, past in shown
    ]
    if len(ranking.groups) > len(shown):
        said.append(f"The same holds within {len(ranking.groups) - len(shown)} other runs of ranks; see the picture.")
    undecided = sum(1 for row in ranking.rows if row.place == "undecided")
    if undecided and ranking.rule.places is not None:
        said.append(f"Who of {undecided} candidates fills the last places, the marks don't tell: the board decides.")
    return said


def _assessors(ranking: StageRanking) -> list[AssessorRow]:
    return [
        AssessorRow(
            test=test,
            assessor=one.assessor,
            marks=one.marks,
            severity=one.severity,
            severity_error=one.severity_se,
            consistency=one.consistency,
            note=one.says,
        )
        for test, ranked in ranking.rankings.items()
        for one in ranked.assessors
        if one.assessor != test  # a machine or a paper
    ]


def _untold(bare: Mapping[str, object], table: MarkTable, told: str) -> MarkQuality:
    """Of a test whose marks say nothing of how good they are."""
    nothing = dict.fromkeys(("icc", "g", "alpha", "alpha_low", "alpha_high"))
    counts = {"candidates": int(table.marked().size), "assessors": 0, "marks": len(table), "connected": True}
    return MarkQuality(**bare, **nothing, **counts, variance={}, sentences=(told,))  # type: ignore[arg-type]


def _quality(test: Test, table: MarkTable, ranking: StageRanking, seed: int) -> MarkQuality:
    from hamsafar.selection.dstudy import study
    from hamsafar.selection.reliability import reliability_of

    ranked = ranking.rankings.get(test.id)
    bare = {"test": test.id, "title": test.title, "lowest": test.lowest, "highest": test.highest}
    if ranked is None:
        return _untold(bare, table, "Nobody was marked in it yet.")
    if not test.assessors:
        told = "One score each, from a machine or a paper: how far it can be trusted, these scores don't tell."
        return _untold(bare, table, told)
    found = reliability_of(table, ranked.variance, seed=seed)
    more = study(
        ranked.variance,
        assessors=max(1, round(found.assessors_each)),
        items=max(1, round(found.items_each)),
        target=_ENOUGH,
        candidates=found.candidates,
        minutes_each=test.duration_min,
    )
    return MarkQuality(
        **bare,  # type: ignore[arg-type]
        candidates=int(table.marked().size),
        assessors=len(table.assessors),
        marks=len(table),
        variance=ranked.variance,
        icc=found.icc,
        g=found.g,
        alpha=found.alpha,
        alpha_low=found.alpha_low,
        alpha_high=found.alpha_high,
        connected=ranked.connected,
        sentences=(*map(_sentence, ranked.sentences), *map(_sentence, found.sentences), _sentence(more.sentence)),
    )


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") or not text else ".")


def _impact(one: StageImpact) -> ImpactTable:
    stage = f"{one.stage}, {one.component}" if one.component else one.stage
    rows = tuple(
        GroupRow(
            stage=stage,
            by=one.by,
            group=each.group,
            entered=each.entered,
            passed=each.passed,
            rate=each.rate,
            ratio=each.ratio,
            flag=each.flag,
        )
        for each in one.groups
    )
    test = one.exact
    return ImpactTable(
        stage=stage, by=one.by, rows=rows, exact_p=None if test is None else test.p, sentence=one.sentence
    )


def _funnel(record: Record) -> list[FunnelStep]:
    titles = {one.id: one.name for one in record.campaign.organisations}
    passed = {one.stage: one for one in passages_of(record) if not one.component}
    return [
        FunnelStep(
            stage=stage.id,
            title=stage.title,
            run_by=titles[stage.run_by],
            entered=len(record.in_stage(stage.id)),
            passed=len(passed[stage.id].passed) if stage.id in passed else None,
        )
        for stage in record.campaign.stages
    ]


def _hurdles(ranking: StageRanking) -> list[str]:
    from hamsafar.selection.sensitivity import nearest_weights, other_marks

    said = [one.sentence for one in other_marks(ranking.scores, ranking.rule)]
    weights = nearest_weights(ranking.scores, ranking.rule) if len(ranking.rule.tests) > 1 else None
    if weights is not None:
        shares = ", ".join(
            f"{test.id} {share:.0%}" for test, share in zip(ranking.rule.tests, weights.weights, strict=True)
        )
        said.append(
            f"With the nearest other weights that change who is in ({shares}), {weights.enters} draws level with "
            f"{weights.leaves}; {weights.change / 2:.1%} of the weight moves."
        )
    return said


def _warnings(stage: Stage, ranking: StageRanking, tables: Mapping[str, MarkTable]) -> list[str]:
    exact = [test.id for test in stage.tests if len(tables[test.id]) and not test.assessors]
    marked = {test: ranked for test, ranked in ranking.rankings.items() if test not in exact}
    said = [f"{test}: {_sentence(warning)}" for test, ranked in marked.items() for warning in ranked.warnings]
    missing = [row.candidate for row in ranking.rows if row.rank is None]
    if missing:
        some = ", ".join(missing[:8]) + (" and more" if len(missing) > 8 else "")
        said.append(f"{len(missing)} candidates have no rank, as a test that counts has no score of theirs: {some}.")
    if exact:
        said.append(f"How far {', '.join(exact)} may be off is unknown: one score each; it is taken as exact.")
    return said
