"""How the stages of a campaign fell on groups, from its record: by stage, by criterion, and from first to last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING

import attrs

from hamsafar.domain.campaign import Campaign, Field
from hamsafar.domain.selection import Applicant, Value
from hamsafar.selection.impact import NOT_SAID, Impact, Passage, StageImpact, counts_of, impact_of

if TYPE_CHECKING:
    from hamsafar.selection.combining import Rule, Scores
    from hamsafar.store import Record

_IDENTIFYING = ("office", "data-protection")  # rights that see fields which tell who somebody is
_GOES_ON = ("advance", "conditional", "selected")
_YOUNGEST_DECADE, _OLDEST_DECADE = 20, 60


def impact_of_record(record: Record, *, by: str, purpose: str = "fairness by group", seed: int = 0) -> Impact:
    """The impact of every stage in which anybody was decided on, in each field that is marked as a group.

    Ages go by decades, on the last day of applications. Opens the fields of groups alone, as the role `by`, and the
    read is recorded. Who withdrew is left out; who is not decided on yet is left out of the stage, and that is noted.
    """
    groups = groups_of(record, by=by, purpose=purpose)
    answer = impact_of(counts_of(groups, tuple(passages_of(record))), seed=seed)
    return attrs.evolve(answer, notes=(*answer.notes, *_open(record), *_numbers(record.campaign)))


def impact_of_stage(
    record: Record, stage: str, *, by: str, marks: tuple[Rule, Scores] | None = None, seed: int = 0
) -> tuple[StageImpact, ...]:
    """The tables of one stage and its parts; `marks`: its rule and adjusted scores, for a part a pass mark.

    A stage on which nobody was decided yet has no table of its own, its pass marks have.
    """
    groups = groups_of(record, by=by, purpose="fairness by group")
    passages = [one for one in passages_of(record) if one.stage == stage]
    passages += [] if marks is None else _by_marks(stage, *marks)
    return impact_of(counts_of(groups, passages), seed=seed).stages


def groups_of(record: Record, *, by: str, purpose: str) -> Mapping[str, Mapping[str, str]]:
    """Field → candidate → group, of the fields that this role may see; the read is recorded."""
    campaign = record.campaign
    rights = next((one.rights for one in campaign.roles if one.id == by), ())
    every = any(right in _IDENTIFYING for right in rights)
    fields = [one for one in campaign.fields if one.group and one.kind != "number" and (every or not one.identifies)]
    read = record.applicants(by=by, purpose=purpose, fields=[one.id for one in fields])
    return {one.id: _groups(one, read, campaign) for one in fields}


def _groups(field: Field, read: tuple[Applicant, ...], campaign: Campaign) -> Mapping[str, str]:
    """Code → group; who gave no answer is in none."""
    said: Callable[[Value], str] = _plain if field.kind != "date" else lambda value: _decade(value, campaign.closes)
    return {one.code: said(one.fields.get(field.id)) for one in read}


def _plain(value: Value) -> str:
    if value is None or value == "" or value == ():
        return NOT_SAID
    if isinstance(value, tuple):
        return " + ".join(sorted(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _decade(value: Value, day: date) -> str:
    """`30s`, on a day; `under 20` and `60 and over` at the ends."""
    if not isinstance(value, date):
        return NOT_SAID
    age = day.year - value.year - ((day.month, day.day) < (value.month, value.day))
    if age < _YOUNGEST_DECADE:
        return f"under {_YOUNGEST_DECADE}"
    return f"{_OLDEST_DECADE} and over" if age >= _OLDEST_DECADE else f"{age // 10 * 10}s"


def passages_of(record: Record) -> Iterator[Passage]:
    """Each stage that was decided on, and each criterion that was judged: a value to be looked at has not failed.

    Before a board has sat, only those are stopped who fail a criterion: that is no outcome of the stage yet.
    """
    for stage in record.campaign.stages:
        standing = record.standing(stage.id)
        reached = frozenset(record.in_stage(stage.id))
        entered = frozenset(code for code in reached if code in standing)
        decided = bool(record.decisions(stage.id)) if stage.board is not None or stage.tests else bool(entered)
        if decided:
            passed = frozenset(code for code in entered if standing[code] in _GOES_ON)
            yield Passage(stage=stage.id, entered=entered, passed=passed)
        judged = [row for row in record.screenings(stage.id) if row.candidate in reached]
        for criterion in stage.criteria:
            rows = [row for row in judged if row.criterion == criterion]
            met = frozenset(row.candidate for row in rows if row.verdict != "fails")
            if rows:
                every = frozenset(row.candidate for row in rows)
                yield Passage(stage=stage.id, component=criterion, entered=every, passed=met)


def _by_marks(stage: str, rule: Rule, scores: Scores) -> list[Passage]:
    found = []
    for place, test in enumerate(rule.tests):
        values = dict(zip(scores.candidates, scores.values[:, place], strict=True))
        entered = frozenset(code for code, value in values.items() if value == value)  # not nan
        if test.pass_mark is not None and rule.combining != "compensatory" and entered:
            passed = frozenset(code for code in entered if values[code] >= test.pass_mark)
            found.append(Passage(stage=stage, entered=entered, passed=passed, component=test.id))
    return found


def _open(record: Record) -> Iterator[str]:
    for stage in record.campaign.stages:
        standing = record.standing(stage.id)
        left = sum(code not in standing for code in record.in_stage(stage.id)) if standing else 0
        if left:
            yield f"{stage.id}: {left} who reached it are not decided on yet and are left out."


def _numbers(campaign: Campaign) -> Iterator[str]:
    for one in campaign.fields:
        if one.group and one.kind == "number":
            yield f"{one.id}: a number makes no groups; ask for a choice to look at it by group."
