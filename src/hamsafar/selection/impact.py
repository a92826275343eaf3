"""How a selection falls on groups: rates, impact ratios, the four-fifths rule, exact tests, small numbers.

The rules are those of the Uniform Guidelines on Employee Selection Procedures (29 CFR 1607.4 D, 1607.15 A) and of
the agencies' questions and answers to them (1979, number 21). They say what is evidence; nothing here is a verdict.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

import attrs
from attrs import frozen

from hamsafar.selection.exact import ExactTest, exact_test
from hamsafar.selection.impact_words import overall_notes, told
from hamsafar.selection.rate_ratio import ratio_interval

FOUR_FIFTHS = (4, 5)
SIGNIFICANT = 0.05  # the level of the exact test
SMALL_SHARE = 0.02  # of all who entered: below, no determination need be made (29 CFR 1607.15 A 2)
NOT_SAID = "not said"  # the group of those who gave no answer
OnePerson: TypeAlias = Literal["lifts", "reverses", "flags"]


@frozen(kw_only=True)
class Count:
    """How many of a group entered a stage, and how many passed it."""

    stage: str
    group: str
    entered: int
    passed: int
    by: str = ""  # what the groups are of: sex, age; where there are several groupings
    component: str = ""  # one criterion or test of the stage; empty: the stage as a whole


@frozen(kw_only=True)
class Passage:
    """Who entered a stage, or one component of it, and who passed, by code."""

    stage: str
    entered: frozenset[str]
    passed: frozenset[str]
    component: str = ""


@frozen(kw_only=True)
class GroupImpact:
    """One group in one stage. Rates are shares of those who entered; ratios are to the best group's rate.

    `one_person` says what the choice of one different person would do: lift a flagged group to four fifths, reverse
    which of the two has the higher rate, or flag one that is not flagged.
    """

    group: str
    entered: int
    passed: int
    rate: float | None  # None: nobody entered
    ratio: float | None  # None: nobody entered, or nobody passed at all
    ratio_low: float | None = None  # the ends of its interval at 95 %, Koopman's score
    ratio_high: float | None = None
    flag: bool = False
    exact_p: float | None = None  # Fisher's, against the best group alone
    one_person: OnePerson | None = None
    small_numbers: bool = False  # flagged, but one person or chance could account for it
    under_2_percent: bool = False
    sentence: str = ""


@frozen(kw_only=True)
class StageImpact:
    """All groups of one grouping in one stage, or from the first stage to the last."""

    stage: str
    by: str
    component: str
    groups: tuple[GroupImpact, ...]
    best: str | None
    exact: ExactTest | None
    small_numbers: bool = False
    sentence: str = ""

    @property
    def flagged(self) -> tuple[str, ...]:
        """The groups below four fifths."""
        return tuple(one.group for one in self.groups if one.flag)


@frozen(kw_only=True)
class Impact:
    """Every stage and component, the whole from the first stage to the last of each grouping, and what to note."""

    stages: tuple[StageImpact, ...]
    overall: tuple[StageImpact, ...]
    notes: tuple[str, ...]


def impact_of(counts: Iterable[Count], *, seed: int = 0) -> Impact:
    """The impact of each stage in the order given, and overall where the stages follow each other.

    `seed` is for exact tests that have to be simulated. Counts should be sound: 0 <= passed <= entered.
    """
    tables: dict[tuple[str, str, str], list[Count]] = {}
    for one in counts:
        tables.setdefault((one.by, one.stage, one.component), []).append(one)
    small = _small_groups(tables)
    stages = tuple(stage_impact(rows, small=small[by], seed=seed) for (by, _, _), rows in tables.items())
    groupings = dict.fromkeys(by for by, _, _ in tables)
    wholes = {by: _whole([rows for (of, _, part), rows in tables.items() if of == by and not part]) for by in groupings}
    overall = tuple(stage_impact(rows, small=small[by], seed=seed) for by, rows in wholes.items() if rows)
    return Impact(stages=stages, overall=overall, notes=overall_notes(stages, overall))


def counts_of(groups: Mapping[str, Mapping[str, str]], passages: Sequence[Passage]) -> tuple[Count, ...]:
    """The counts of every stage and component in each grouping.

    `groups`: grouping → candidate's code → group; who says nothing is counted as "not said".
    """
    return tuple(
        one for by, of in groups.items() for passage in passages for one in _counted(by, of, passage, passages)
    )


def _counted(by: str, of: Mapping[str, str], one: Passage, passages: Sequence[Passage]) -> Iterator[Count]:
    everybody = frozenset[str]().union(*(each.entered for each in passages))
    entered = Counter(of.get(code, NOT_SAID) for code in one.entered)
    passed = Counter(of.get(code, NOT_SAID) for code in one.passed)
    for group in sorted({of.get(code, NOT_SAID) for code in everybody}):
        yield Count(
            by=by,
            stage=one.stage,
            component=one.component,
            group=group,
            entered=entered[group],
            passed=passed[group],
        )


def _small_groups(tables: Mapping[tuple[str, str, str], list[Count]]) -> dict[str, frozenset[str]]:
    """Grouping → the groups with less than 2 % of those who entered its first stage."""
    found: dict[str, frozenset[str]] = {}
    for (by, _, _), rows in tables.items():
        total = sum(one.entered for one in rows)
        found.setdefault(by, frozenset(one.group for one in rows if one.entered < SMALL_SHARE * total))
    return found


def _whole(stages: Sequence[Sequence[Count]]) -> list[Count]:
    """From entering the first stage to passing the last; nothing where there is one stage, or they don't follow."""
    passed = [{one.group: one.passed for one in rows} for rows in stages]
    follow = all(
        one.entered <= before.get(one.group, 0)
        for before, rows in zip(passed, stages[1:], strict=False)
        for one in rows
    )
    if len(stages) < 2 or not follow:
        return []
    return [attrs.evolve(one, stage="overall", passed=passed[-1].get(one.group, 0)) for one in stages[0]]


def stage_impact(rows: Sequence[Count], *, small: frozenset[str] = frozenset(), seed: int = 0) -> StageImpact:
    """One stage's groups against the one with the highest rate."""
    test = exact_test([one.entered for one in rows], [one.passed for one in rows], seed=seed)
    best = _best(rows)
    chance = test is not None and test.p >= SIGNIFICANT
    groups = tuple(_group(one, rows, best, small) for one in rows)
    bare = StageImpact(
        stage=rows[0].stage,
        by=rows[0].by,
        component=rows[0].component,
        groups=groups,
        best=best.group if best else None,
        exact=test,
    )
    return told(attrs.evolve(bare, small_numbers=_is_small(bare, chance=chance)))


def _is_small(stage: StageImpact, *, chance: bool) -> bool:
    """Whether the stage's flags may all be due to one person, or the split as a whole to chance."""
    flags = [one for one in stage.groups if one.flag]
    return bool(flags) and (chance or all(one.one_person is not None for one in flags))


def _best(rows: Sequence[Count]) -> Count | None:
    """The group with the highest rate, of equals the largest; None where nobody passed."""
    some = (one for one in rows if one.passed)
    return max(some, key=lambda one: (Fraction(one.passed, one.entered), one.entered), default=None)


def _group(one: Count, rows: Sequence[Count], best: Count | None, small: frozenset[str]) -> GroupImpact:
    bare = GroupImpact(
        group=one.group,
        entered=one.entered,
        passed=one.passed,
        rate=one.passed / one.entered if one.entered else None,
        ratio=None,
        under_2_percent=one.group in small,
    )
    if best is None or not one.entered:
        return bare
    flag = _below_four_fifths(one, best)
    test = exact_test([one.entered, best.entered], [one.passed, best.passed]) if one.group != best.group else None
    person = _one_person(one, rows, best, flag)
    low, high = ratio_interval(one.passed, one.entered, best.passed, best.entered)
    is_best = one.group == best.group
    return attrs.evolve(
        bare,
        ratio=(one.passed * best.entered) / (one.entered * best.passed),
        ratio_low=None if is_best else low,
        ratio_high=None if is_best else high,
        flag=flag,
        exact_p=test.p if test else None,
        one_person=person,
        small_numbers=flag and (person is not None or test is None or test.p >= SIGNIFICANT),
    )


def _below_four_fifths(one: Count, best: Count) -> bool:
    """In whole numbers, so that exactly four fifths is not below."""
    four, five = FOUR_FIFTHS
    return five * one.passed * best.entered < four * best.passed * one.entered


def _one_person(one: Count, rows: Sequence[Count], best: Count, flag: bool) -> OnePerson | None:
    """What changes when one different person is chosen: one more of a flagged group, one fewer of another."""
    if flag:
        if one.passed == one.entered:
            return None
        changed = _swapped(rows, up=one.group, down=best.group)
        mine, other = changed[one.group], changed[best.group]
        if mine.passed * other.entered > other.passed * mine.entered:
            return "reverses"
        now = _best(list(changed.values()))
        return None if now is None or _below_four_fifths(mine, now) else "lifts"
    against = _best([row for row in rows if row.group != one.group and row.passed < row.entered])
    if against is None or not one.passed:
        return None
    changed = _swapped(rows, up=against.group, down=one.group)
    now = _best(list(changed.values()))
    return "flags" if now is not None and _below_four_fifths(changed[one.group], now) else None


def _swapped(rows: Sequence[Count], *, up: str, down: str) -> dict[str, Count]:
    """One more of a group passes in place of one of another."""
    by = {up: 1, down: -1}
    return {row.group: attrs.evolve(row, passed=row.passed + by.get(row.group, 0)) for row in rows}


def published(stage: StageImpact, *, least: int = 5) -> StageImpact:
    """A stage as the public may see it: no count below `least` can be read from it, nor worked out from the others.

    A group is left out where fewer than `least` of it passed or didn't; and the next smallest with it where it would
    stand alone, as the stage's totals would give it away.
    """
    hidden = {one.group for one in stage.groups if _tells(one, least)}
    others = sorted((one for one in stage.groups if one.group not in hidden), key=lambda one: (one.entered, one.group))
    if len(hidden) == 1 and others:
        hidden.add(others[0].group)
    shown = tuple(one for one in stage.groups if one.group not in hidden)
    if not hidden:
        return stage
    said = f"{len(hidden)} groups are left out, so that nobody is known by a count below {least}."
    rows = [
        Count(stage=stage.stage, by=stage.by, group=one.group, entered=one.entered, passed=one.passed) for one in shown
    ]
    if len(rows) < 2:
        return attrs.evolve(stage, groups=(), best=None, exact=None, small_numbers=False, sentence=said)
    again = attrs.evolve(stage_impact(rows), component=stage.component)
    return attrs.evolve(again, sentence=f"{again.sentence} {said}")


def _tells(one: GroupImpact, least: int) -> bool:
    return 0 < one.passed < least or 0 < one.entered - one.passed < least or 0 < one.entered < least
