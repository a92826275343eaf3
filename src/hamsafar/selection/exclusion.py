"""Whom criteria exclude, shown before a campaign opens: the share of each group that could meet them.

From a model of who might apply (`PopulationShare`), or by logic alone where a criterion names a group. Criteria on
different fields are taken as independent, which is an assumption and is said; those on one field are joined exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import erf, inf, prod, sqrt
from typing import Literal, TypeAlias

import attrs
from attrs import frozen

from hamsafar.domain.campaign import Campaign, Criterion, Field, PopulationShare
from hamsafar.selection.impact import FOUR_FIFTHS

Basis: TypeAlias = Literal["population", "logic", "not asked", "not known"]
Group: TypeAlias = Mapping[str, str]

_HARDLY = 0.01  # fewer than one in a hundred meet it
_FOUR_FIFTHS = FOUR_FIFTHS[0] / FOUR_FIFTHS[1]


@frozen(kw_only=True)
class CriterionShare:
    """What share of a group meets one criterion; None: not known."""

    criterion: str
    share: float | None
    basis: Basis
    source: str = ""


@frozen(kw_only=True)
class GroupPreview:
    """One group before the criteria. `together` is of those that are known; `known` says whether that is all."""

    by: str  # the field
    group: str  # its option
    criteria: tuple[CriterionShare, ...]
    together: float
    known: bool
    ratio: float | None = None  # to the group with the highest share
    flag: bool = False  # below four fifths
    excluded_by: tuple[str, ...] = ()  # criteria that nobody of it can meet
    sentence: str = ""


@frozen(kw_only=True)
class Preview:
    """Every group that the campaign looks at, and what rests on what."""

    groups: tuple[GroupPreview, ...]
    notes: tuple[str, ...]


def preview(campaign: Campaign, *, criteria: Collection[str] | None = None) -> Preview:
    """The share of each group that meets each criterion, and all together; of these criteria, or of all."""
    fields = {one.id: one for one in campaign.fields}
    asked = [one for one in campaign.criteria if criteria is None or one.id in criteria]
    groups: list[GroupPreview] = []
    for by in _groupings(campaign):
        options = [option.id for option in by.options]
        rows = [_of_group(by, option, asked, fields, campaign.population) for option in options]
        groups += _compared(rows)
    return Preview(groups=tuple(groups), notes=_notes(groups))


def _groupings(campaign: Campaign) -> tuple[Field, ...]:
    return tuple(one for one in campaign.fields if one.group and one.options)


def _of_group(
    by: Field, option: str, asked: Sequence[Criterion], fields: Mapping[str, Field], people: Iterable[PopulationShare]
) -> GroupPreview:
    group = {by.id: option}
    spread = {one.field: one for one in people if all(group.get(of) == what for of, what in one.group.items())}
    shares = tuple(_share(one, group, fields[one.field], spread.get(one.field)) for one in asked)
    joined = {
        field: _joint([one for one in asked if one.field == field], group, fields[field], spread.get(field))
        for field in dict.fromkeys(one.field for one in asked)
    }
    return GroupPreview(
        by=by.id,
        group=option,
        criteria=shares,
        together=prod(one for one in joined.values() if one is not None),
        known=None not in joined.values(),
        excluded_by=tuple(one.criterion for one in shares if one.share == 0),
    )


def _share(one: Criterion, group: Group, field: Field, people: PopulationShare | None) -> CriterionShare:
    if not _is_asked(one, group):
        return CriterionShare(criterion=one.id, share=1.0, basis="not asked")
    share = _joint([one], group, field, people)
    if share is None:
        return CriterionShare(criterion=one.id, share=None, basis="not known")
    if field.id in group:
        return CriterionShare(criterion=one.id, share=share, basis="logic")
    return CriterionShare(criterion=one.id, share=share, basis="population", source=people.source if people else "")


def _is_asked(one: Criterion, group: Group) -> bool:
    """Whether a group is asked; where that hangs on something else, as if it were."""
    return all(group[field] in options for field, options in one.only_for.items() if field in group)


def _joint(criteria: Iterable[Criterion], group: Group, field: Field, people: PopulationShare | None) -> float | None:
    """The share of a group that meets all of these, which are on one field; None: not known."""
    asked = [one for one in criteria if _is_asked(one, group)]
    if not asked:
        return 1.0
    if field.id in group:
        return float(all(group[field.id] in _allowed(one, field) for one in asked))
    if people is None:
        return None
    if people.shares:
        return _of_shares(asked, field, people.shares)
    if people.mean is None or people.sd is None or any(one.one_of or one.at_least for one in asked):
        return None
    low = max(-inf if one.minimum is None else one.minimum for one in asked)
    high = min(inf if one.maximum is None else one.maximum + (field.kind == "date") for one in asked)
    return max(0.0, _below(high, people.mean, people.sd) - _below(low, people.mean, people.sd))


def _of_shares(asked: Sequence[Criterion], field: Field, shares: Mapping[str, float]) -> float:
    """Of options: the sum over those that all allow. With several answers to one question, the most it can be.

    Then criteria may be met by different answers, so the least of their sums is the bound.
    """
    allowed = [_allowed(one, field) for one in asked]
    if field.kind == "choices":
        return min(1.0, *(sum(shares.get(one, 0.0) for one in some) for some in allowed))
    return min(1.0, sum(shares.get(one, 0.0) for one in set.intersection(*allowed)))


def _allowed(one: Criterion, field: Field) -> set[str]:
    """The answers that meet a criterion."""
    options = [option.id for option in field.options]
    found = set(options) | set(one.one_of) | {"yes", "no"}
    if one.one_of:
        found &= set(one.one_of)
    if one.at_least is not None and one.at_least in options:
        found &= set(options[options.index(one.at_least) :])
    if one.holds is not None:
        found &= {"yes" if one.holds else "no"}
    return found


def _below(value: float, mean: float, sd: float) -> float:
    """The share of a normal population below a value."""
    if sd <= 0:
        return float(value >= mean)
    return 0.5 * (1 + erf((value - mean) / (sd * sqrt(2))))


def _compared(rows: Sequence[GroupPreview]) -> list[GroupPreview]:
    """Each group against the one with the highest share, where the same is known of them."""
    known = [_known(row) for row in rows]
    comparable = [row for row, what in zip(rows, known, strict=True) if what == max(known, key=len)]
    best = max((row.together for row in comparable), default=0.0)
    found = []
    for row in rows:
        ratio = row.together / best if best > 0 and (row in comparable or row.together == 0) else None
        flag = ratio is not None and ratio < _FOUR_FIFTHS - 1e-12
        changed = attrs.evolve(row, ratio=ratio, flag=flag)
        found.append(attrs.evolve(changed, sentence=_sentence(changed)))
    return found


def _known(row: GroupPreview) -> frozenset[str]:
    return frozenset(one.criterion for one in row.criteria if one.share is not None)


def _sentence(row: GroupPreview) -> str:
    if row.excluded_by:
        return f"{row.group}: excluded as a group by {', '.join(row.excluded_by)}."
    told = [one for one in row.criteria if one.basis == "population" and one.share is not None]
    if not told:
        return f"{row.group}: nothing is known of what share meets the criteria."
    parts = ", ".join(f"{one.criterion} {_percent(one.share)}" for one in told)
    whole = f"; together {_percent(row.together)}" if len(told) > 1 else ""
    few = "; hardly anybody is left" if row.together < _HARDLY else ""
    flag = (
        f"; {row.ratio:.2f} of the best group's share, below four fifths" if row.flag and row.ratio is not None else ""
    )
    return f"{row.group}: {parts}{whole}{few}{flag}."


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{100 * share:.3g} %"


def _notes(groups: Sequence[GroupPreview]) -> tuple[str, ...]:
    notes = ["Criteria on different fields are taken as independent of each other; a model of who might apply."]
    unknown = {one.criterion for row in groups for one in row.criteria if one.share is None}
    if unknown:
        notes.append(f"Not known, as the campaign says nothing of the population: {', '.join(sorted(unknown))}.")
    if not groups:
        notes.append("No field of the campaign is marked as a group, so nothing can be shown by group.")
    return tuple(notes)
