"""`select cohort`: who takes which seat, best first, and why the others lost. It advises; the board decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.selection.campaigns import record_of
from hamsafar.app.selection.left_out import left_out
from hamsafar.app.selection.sheets import role_named
from hamsafar.domain.campaign import Campaign, CohortRule, SkillNeed, Stage
from hamsafar.domain.programme import Programme
from hamsafar.errors import InputError
from hamsafar.selection.cohort import Cohort, Cohorts, NoCohort, best_cohorts
from hamsafar.selection.finalists import Scores, finalists_of, needs_with, scales_of, scores_in
from hamsafar.store import Record

__all__ = ["Cohort", "CohortAdvice", "Cohorts", "NoCohort", "adjusted", "cohort", "needs_of_programme"]


@frozen(kw_only=True)
class CohortAdvice:
    """The cohorts, and what they were held against."""

    stage: str  # whose scores count
    needs: tuple[SkillNeed, ...]
    finalists: int
    medical: Mapping[str, tuple[str, tuple[str, ...]]]  # code → verdict and limits
    result: Cohorts | NoCohort
    warnings: tuple[str, ...] = ()


def cohort(
    folder: Path | str,
    *,
    count: int = 6,
    by: str | None = None,
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> CohortAdvice:
    """The best cohorts of those who reached the last stage; `count` of them, the best first.

    Scores and skills are adjusted for the severity of assessors. What the campaign needs is what it says, and what
    the flight's programme asks, where it names one. Raises InputError where the campaign has no cohort rule, or
    nobody was marked yet.
    """
    record = record_of(folder)
    campaign = record.campaign
    rule = campaign.cohort
    if rule is None:
        raise InputError("says nowhere which seats are to be filled; give it a section `cohort`", where=str(folder))
    if count < 1:
        raise InputError(f"should be 1 or more (got {count})", where="--count")
    last = campaign.stages[-1]
    scores = adjusted(record, by=by, seed=seed, tell=tell)
    scored = next((stage for stage in reversed(campaign.stages) if scores.get(stage.id)), None)
    if scored is None:
        raise InputError("nobody has been marked in any stage yet", where=str(folder))
    advice = _advice(record, rule, last, scored, scores, Path(folder), count)
    reader = _reader(campaign, by)
    conflicts = [one.id for one in campaign.stages if any(each.conflict for each in record.declarations(one.id))]
    barred = [one for stage in conflicts for one in record.counted_marks(stage, by=reader)[1]]
    return evolve(advice, warnings=(*left_out(barred), *advice.warnings))


def _reader(campaign: Campaign, by: str | None) -> str:
    """Who reads the marks: the role that asks, or a board's chair; scores tell nobody's name."""
    if by is not None:
        role = role_named(campaign, by)
        if not {"office", "board"} & set(role.rights):
            raise InputError("only the office and boards see what all were given", where=f"--by {by}")
        return by
    able = [role.id for right in ("board", "office") for role in campaign.roles if right in role.rights]
    if not able:
        raise InputError("has no role that may see all marks (office or board)")
    return able[0]


def adjusted(
    record: Record, *, by: str | None = None, seed: int = 0, tell: Callable[[str], None] | None = None
) -> Mapping[str, list[Scores]]:
    """The adjusted scores of every test in which somebody was marked, by stage."""
    reader = _reader(record.campaign, by)
    found: dict[str, list[Scores]] = {}
    for stage in record.campaign.stages:
        marks, _ = record.counted_marks(stage.id, by=reader)
        for test in stage.tests:
            if tell is not None:
                tell(f"Adjusting the marks: {test.id}")
            scores = scores_in(test, marks, seed=seed)
            if scores is not None:
                found.setdefault(stage.id, []).append(scores)
    return found


def _advice(
    record: Record,
    rule: CohortRule,
    last: Stage,
    scored: Stage,
    scores: Mapping[str, Sequence[Scores]],
    folder: Path,
    count: int,
) -> CohortAdvice:
    campaign = record.campaign
    finalists, draws = finalists_of(
        sorted(record.in_stage(last.id)),
        scores[scored.id],
        [one for stage in campaign.stages if stage.id != scored.id for one in scores.get(stage.id, ())],
        standing=record.standing(last.id),
        medicals=record.medicals(),
        medical_asked=any(stage.medical for stage in campaign.stages),
    )
    needs = needs_with(rule.needs, _of_flight(campaign, rule, folder))
    result = best_cohorts(finalists, rule.seats, needs, scales=scales_of(campaign.stages), draws=draws, count=count)
    return CohortAdvice(
        stage=scored.id,
        needs=needs,
        finalists=len(finalists),
        medical={one.code: (one.medical, one.limits) for one in finalists if one.medical is not None},
        result=result,
        warnings=tuple(_apart(one) for one in scores[scored.id] if one.parts > 1),
    )


def _apart(one: Scores) -> str:
    told = f"the assessors of {one.test.id} fall into {one.parts} groups that share no candidate"
    return f"{told}: scores of one group can't be held against those of another"


def _of_flight(campaign: Campaign, rule: CohortRule, folder: Path) -> tuple[SkillNeed, ...]:
    if rule.programme is None:
        return ()
    from hamsafar.programme import read_programme

    return needs_of_programme(campaign, read_programme(folder / rule.programme))


def needs_of_programme(campaign: Campaign, programme: Programme) -> tuple[SkillNeed, ...]:
    """What a flight asks of the pair, of skills that a test of the campaign shows: each of them, at its pass mark.

    A skill is meant where it is called as a language that training is held in, or as a certificate or a function that
    work aboard asks of a trainee. What no test shows is learnt in training, so nothing is asked of it here.
    """
    asked = _asked_by(programme)
    shown = [test for stage in campaign.stages for test in stage.tests if test.skill in asked]
    found = [
        SkillNeed(
            skill=test.skill,
            title=test.title,
            at_least=test.lowest if test.pass_mark is None else test.pass_mark,
            of="each",
            source=f"programme {programme.id}: {asked[test.skill]}",
        )
        for test in shown
        if test.skill is not None
    ]
    return tuple({need.skill: need for need in found}.values())


def _asked_by(programme: Programme) -> Mapping[str | None, str]:
    """Each language, certificate and function that trainees need, and what asks for it; the first counts."""
    trainees = {person.id for person in programme.people if person.function == "trainee"}
    asked: dict[str | None, str] = {}
    for subject in () if programme.term is None else programme.term.subjects:
        for session in subject.sessions:
            asked.setdefault(session.language, f"session {session.id} is held in it")
    for activity in programme.activities:
        for need in activity.who:
            if trainees & set(need.candidates):
                for name in (need.certificate, need.function):
                    if name is not None:
                        asked.setdefault(name, f"activity {activity.id}")
    return asked
