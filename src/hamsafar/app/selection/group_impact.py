"""How each stage of a campaign falls on groups, from its record: whole stages, each criterion, each pass mark."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from hamsafar.app.selection.campaigns import record_of
from hamsafar.domain.campaign import Campaign, Field
from hamsafar.domain.selection import Value
from hamsafar.errors import InputError
from hamsafar.selection.impact import Impact, Passage, StageImpact, counts_of, impact_of

if TYPE_CHECKING:
    from hamsafar.selection.combining import Rule, Scores
    from hamsafar.store import Record

_ON = ("advance", "conditional", "selected")
_TOLD = ("office", "data-protection")  # rights that see fields which identify


def impact_of_campaign(campaign: Path | str, *, by: str, seed: int = 0) -> Impact:
    """Every stage that was decided, its criteria, and the whole from the first stage to the last.

    Raises InputError where no field is a group, or nothing was decided yet.
    """
    record = record_of(campaign)
    passages = passages_of(record)
    if not passages:
        raise InputError("nothing was screened or decided yet, so nobody has passed anything", where=str(campaign))
    groups = groups_of(record, by=by)
    if not groups:
        raise InputError("has no field with `group: true`, so there is nothing to look at it by", where=str(campaign))
    return impact_of(counts_of(groups, passages), seed=seed)


def stage_impacts(
    record: Record, stage: str, *, by: str, seed: int = 0, marks: tuple[Rule, Scores] | None = None
) -> tuple[StageImpact, ...]:
    """The tables of one stage and of its parts; `marks`: its rule and adjusted scores, for the parts by pass mark.

    A stage that isn't decided yet has no table of its own, its criteria and pass marks have.
    """
    groups = groups_of(record, by=by)
    passages = [one for one in passages_of(record) if one.stage == stage]
    if marks is not None:
        passages += _by_marks(stage, *marks)
    return impact_of(counts_of(groups, passages), seed=seed).stages if groups and passages else ()


def passages_of(record: Record) -> list[Passage]:
    """Who entered each stage and criterion and who passed, in the order of the stages; what isn't decided is left out.

    A criterion is passed unless it failed: a second look may still let it pass.
    """
    found = []
    for stage in record.campaign.stages:
        entered = frozenset(record.in_stage(stage.id))
        standing = record.standing(stage.id)
        failed: dict[str, set[str]] = {criterion: set() for criterion in stage.criteria}
        asked: dict[str, set[str]] = {criterion: set() for criterion in stage.criteria}
        for one in record.screenings(stage.id):
            asked.setdefault(one.criterion, set()).add(one.candidate)
            if one.verdict == "fails":
                failed.setdefault(one.criterion, set()).add(one.candidate)
        if standing:
            on = frozenset(code for code in entered if standing.get(code) in _ON)
            found.append(Passage(stage=stage.id, entered=entered, passed=on))
        for criterion, who in asked.items():
            if who:
                passed = frozenset(who - failed.get(criterion, set()))
                found.append(Passage(stage=stage.id, entered=frozenset(who), passed=passed, component=criterion))
    return found


def _by_marks(stage: str, rule: Rule, scores: Scores) -> list[Passage]:
    found = []
    for place, test in enumerate(rule.tests):
        column = scores.values[:, place]
        who = frozenset(code for code, value in zip(scores.candidates, column, strict=True) if value == value)
        if test.pass_mark is not None and rule.combining != "compensatory" and who:
            passed = frozenset(
                code for code, value in zip(scores.candidates, column, strict=True) if value >= test.pass_mark
            )
            found.append(Passage(stage=stage, entered=who, passed=passed, component=test.id))
    return found


def groups_of(record: Record, *, by: str) -> Mapping[str, Mapping[str, str]]:
    """Field → candidate → group, of the fields that this role may see; the read is recorded."""
    campaign = record.campaign
    rights = next((one.rights for one in campaign.roles if one.id == by), ())
    every = any(right in _TOLD for right in rights)
    fields = [one for one in campaign.fields if one.group and (every or not one.identifies)]
    if not fields:
        return {}
    read = record.applicants(by=by, purpose="fairness by group", fields=[one.id for one in fields])
    return {one.id: {each.code: _group(campaign, one, each.fields.get(one.id)) for each in read} for one in fields}


def _group(campaign: Campaign, field: Field, value: Value) -> str:
    """An option's title; of a date the decade of the age at the close; of several answers all of them."""
    if value is None or value == ():
        return "not said"
    titles = {one.id: one.title for one in field.options}
    if isinstance(value, date):
        day = campaign.closes
        age = day.year - value.year - ((day.month, day.day) < (value.month, value.day))
        return f"{age // 10 * 10}s"
    if isinstance(value, tuple):
        return ", ".join(titles.get(each, each) for each in value)
    return titles.get(str(value), str(value))
