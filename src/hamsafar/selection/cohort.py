"""Who takes which seat: cohorts that cover what the flight needs, best first, and why the others lost.

What counts, in this order. (1) Every need is met: of the prime, of each backup, of each of them, or of any. (2) The
value is high: the sum of their adjusted scores, and of what they have above each need, times its weight, all in points
of 100. Backups count as much as the prime: one of them may fly. (3) The prime's own score is high. Equal ones are told
as equal. The board decides; this only says what follows from the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from hamsafar.domain.campaign import SkillNeed
from hamsafar.schedule.choosing import Reached, Seating, seated
from hamsafar.selection.cohort_words import difference, why_lost
from hamsafar.selection.skills import (
    NOT_SHOWN,
    THOUSANDTHS,
    Draws,
    Finalist,
    Scale,
    least_points,
    need_key,
    skill_points,
    whole,
)

MOST_LISTED = 1_500_000  # cohorts that are looked at one by one; of more the solver finds the best
_MOST_DRAWN = 1_000  # cohorts, best first, among which the chance to be the best is shared out
Numbers = NDArray[np.int64]


@frozen(kw_only=True)
class Covered:
    """One need as one cohort meets it. `figure` and `at_least` are on the skill's own scale."""

    need: str
    at_least: float
    figure: float | None  # None: not shown
    by: tuple[str, ...]  # those whose figure it is
    adds: float  # points of the value
    p_met: float | None = None  # over the draws


@frozen(kw_only=True)
class Cohort:
    """A choice: codes by seat, its value in points, and what makes it up."""

    seats: Mapping[str, str]
    value: float
    score: float  # sum of the adjusted scores
    covered: tuple[Covered, ...]
    behind: float  # points behind the first
    why: str  # in words: why it is the first, or lost to it
    p_best: float | None = None


@frozen(kw_only=True)
class Cohorts:
    """Cohorts that meet every need, best first. `tied`: how many are as good as the first, itself counted."""

    cohorts: tuple[Cohort, ...]
    tied: int
    possible: int | None  # cohorts that meet every need; None where they were not all looked at
    proved: bool
    kept_out: tuple[Cohort, ...]  # of higher value, that miss a need
    barred: tuple[Finalist, ...]


@frozen(kw_only=True)
class Lowered:
    """A need, and the least that it would have to give."""

    need: str
    at_least: float
    to: float | None  # None: nobody shows the skill at all, so it would have to go


@frozen(kw_only=True)
class NoCohort:
    """No cohort meets every need. `conflict`: needs that no cohort meets together; each is needed for that."""

    conflict: tuple[str, ...]
    nobody: tuple[str, ...]  # needs that no cohort meets even alone
    lowered: tuple[Lowered, ...]  # the least that is to be given up, over all needs together
    seats: Mapping[str, str]  # who would then be chosen
    barred: tuple[Finalist, ...]
    why: str


@frozen(kw_only=True)
class _Pool:
    """What is chosen from, in thousandths of a point."""

    finalists: tuple[Finalist, ...]
    seats: tuple[str, ...]
    needs: tuple[SkillNeed, ...]
    scales: Mapping[str, Scale]
    worth: Numbers  # (finalists,)
    shown: Numbers  # (needs, finalists)
    least: Numbers  # (needs,)
    draws: Draws | None


def best_cohorts(
    finalists: Sequence[Finalist],
    seats: Sequence[str],
    needs: Sequence[SkillNeed],
    *,
    scales: Mapping[str, Scale] | None = None,
    draws: Draws | None = None,
    count: int = 6,
    listed: int = MOST_LISTED,
) -> Cohorts | NoCohort:
    """The best cohorts in order, or why there is none. The first seat is the prime's, the others are backups.

    Exact: every cohort is looked at, or, of more than `listed`, the solver proves each in its turn.
    """
    barred = tuple(one for one in finalists if one.barred)
    pool = _pool(finalists, tuple(seats), tuple(needs), scales or {}, draws)
    if len(pool.finalists) < len(pool.seats):
        why = f"{len(pool.finalists)} can be chosen for {len(pool.seats)} seats"
        return NoCohort(conflict=(), nobody=(), lowered=(), seats={}, barred=barred, why=why)
    if len(pool.finalists) * comb(len(pool.finalists) - 1, len(pool.seats) - 1) > listed:
        return _by_solver(pool, count, barred)
    rows = _all_rows(len(pool.finalists), len(pool.seats))
    reached = _reached(pool, rows)
    meets = (reached >= pool.least[:, None]).all(axis=0)
    if not meets.any():
        return _none(pool, rows, reached, barred)
    values = _values(pool, rows, reached)
    order = _ordered(pool, rows, values, np.flatnonzero(meets))
    told = _told(pool, rows[order[:count]])
    better = np.flatnonzero(~meets & (values > values[order[0]]))
    missed = rows[_ordered(pool, rows, values, better)[: max(0, count - 1)]]
    chances = _chances(pool, rows[order[:_MOST_DRAWN]], len(told))
    return Cohorts(
        cohorts=tuple(evolve(one, p_best=chance) for one, chance in zip(told, chances, strict=True)),
        tied=int((values[order] == values[order[0]]).sum()),
        possible=len(order),
        proved=True,
        kept_out=_kept_out(pool, missed, told[0]),
        barred=barred,
    )


def _pool(
    finalists: Sequence[Finalist],
    seats: tuple[str, ...],
    needs: tuple[SkillNeed, ...],
    scales: Mapping[str, Scale],
    draws: Draws | None,
) -> _Pool:
    free = [at for at, one in enumerate(finalists) if not one.barred]
    able = tuple(finalists[at] for at in free)
    if draws is not None:
        draws = Draws(score=draws.score[:, free], skills={of: table[:, free] for of, table in draws.skills.items()})
    shown = [skill_points(able, need, scales) for need in needs]
    return _Pool(
        finalists=able,
        seats=seats,
        needs=needs,
        scales=scales,
        worth=np.array([whole(one.score) for one in able], dtype=np.int64),
        shown=np.array(shown, dtype=np.int64).reshape(len(needs), len(able)),
        least=np.array([least_points(need, scales) for need in needs], dtype=np.int64),
        draws=draws,
    )


# ---- every cohort


def _all_rows(people: int, seats: int) -> Numbers:
    """Every choice, (choices, seats): the prime, then the backups in ascending order."""
    choices = list(combinations(range(people - 1), seats - 1))
    backups = np.array(choices, dtype=np.int64).reshape(len(choices), seats - 1)
    blocks = [np.column_stack([np.full(len(backups), prime), backups + (backups >= prime)]) for prime in range(people)]
    return np.concatenate(blocks)


def _places(need: SkillNeed, seats: int) -> slice:
    """The seats that a need speaks of."""
    return {"prime": slice(0, 1), "backup": slice(1, seats)}.get(need.of, slice(0, seats))


def _reached(pool: _Pool, rows: Numbers, shown: NDArray[np.number] | None = None) -> Numbers:
    """What each choice has of each need: the most of any, else the least; (needs, choices)."""
    shown = pool.shown if shown is None else shown
    found = np.empty((len(pool.needs), len(rows)), dtype=np.int64)
    for at, need in enumerate(pool.needs):
        own = shown[at][rows[:, _places(need, len(pool.seats))]]
        if not own.shape[1]:  # of backups where there is none: nothing is asked
            found[at] = pool.least[at]
        else:
            found[at] = own.max(axis=1) if need.of == "any" else own.min(axis=1)
    return found


def _values(pool: _Pool, rows: Numbers, reached: Numbers, worth: Numbers | None = None) -> Numbers:
    """Thousandths of points; what lacks to a need counts against a choice as what is above counts for it."""
    worth = pool.worth if worth is None else worth
    return np.asarray(worth[rows].sum(axis=1) + _adds(pool, reached).sum(axis=0), dtype=np.int64)


def _adds(pool: _Pool, reached: Numbers) -> Numbers:
    weights = np.array([need.weight for need in pool.needs], dtype=np.float64)
    return np.rint(weights[:, None] * (reached - pool.least[:, None])).astype(np.int64)


def _ordered(pool: _Pool, rows: Numbers, values: Numbers, which: Numbers) -> Numbers:
    """The choices of highest value first; of equals the best prime first, then by code."""
    place = np.argsort(np.argsort([one.code for one in pool.finalists]))
    own = rows[which]
    keys = [*(place[own[:, seat]] for seat in range(own.shape[1] - 1, -1, -1)), -pool.worth[own[:, 0]], -values[which]]
    return np.asarray(which[np.lexsort(keys)], dtype=np.int64)


def _chances(pool: _Pool, rows: Numbers, told: int) -> list[float | None]:
    """How often each of the first is the best over the draws, among those that meet the needs as they are."""
    if pool.draws is None:
        return [None] * told
    wins = np.zeros(len(rows))
    for at in range(len(pool.draws.score)):
        worth = np.rint(pool.draws.score[at] * THOUSANDTHS).astype(np.int64)
        values = _values(pool, rows, _reached(pool, rows, _drawn(pool, at)), worth)
        first = values == values.max()
        first &= worth[rows[:, 0]] == worth[rows[first, 0]].max()  # of equals the stronger prime
        wins += first / first.sum()
    return [float(one) for one in wins[:told] / len(pool.draws.score)]


def _drawn(pool: _Pool, at: int) -> Numbers:
    """What is shown of each need in one draw."""
    assert pool.draws is not None
    shown = pool.shown.copy()
    for row, need in enumerate(pool.needs):
        if need.skill in pool.draws.skills:
            known = pool.shown[row] > whole(NOT_SHOWN)
            drawn = np.rint(pool.draws.skills[need.skill][at] * THOUSANDTHS).astype(np.int64)
            shown[row] = np.where(known, drawn, pool.shown[row])
    return shown


# ---- many more than can be looked at


def _by_solver(pool: _Pool, count: int, barred: tuple[Finalist, ...]) -> Cohorts | NoCohort:
    many = len(pool.seats)
    reached = tuple(
        Reached(
            kind="most" if need.of == "any" else "least",
            seats=tuple(range(many)[_places(need, many)]),
            scores=tuple(map(int, pool.shown[at])),
            floor=int(pool.least[at]),
            weight=round(100 * need.weight),
        )
        for at, need in enumerate(pool.needs)
    )
    found = seated(Seating(worth=tuple(100 * int(one) for one in pool.worth), seats=many, reached=reached), count=count)
    if not found.choices:
        why = "no cohort meets every need" if found.proved else "no cohort was found in the effort given"
        needs = tuple(map(need_key, pool.needs))
        return NoCohort(conflict=needs, nobody=_alone(pool), lowered=(), seats={}, barred=barred, why=why)
    rows = np.array(found.choices, dtype=np.int64)
    values = _values(pool, rows, _reached(pool, rows))
    told = _told(pool, rows)
    tied = int((values == values[0]).sum())
    chances = _chances(pool, rows, len(told))
    cohorts = tuple(evolve(one, p_best=chance) for one, chance in zip(told, chances, strict=True))
    return Cohorts(cohorts=cohorts, tied=tied, possible=None, proved=found.proved, kept_out=(), barred=barred)


def _alone(pool: _Pool) -> tuple[str, ...]:
    """Needs that too few finalists meet."""
    many = len(pool.seats)
    asked = {"any": 1, "prime": 1, "backup": many - 1, "each": many}
    met = (pool.shown >= pool.least[:, None]).sum(axis=1)
    return tuple(need_key(need) for need, able in zip(pool.needs, met, strict=True) if able < asked[need.of])


# ---- none


def _none(pool: _Pool, rows: Numbers, reached: Numbers, barred: tuple[Finalist, ...]) -> NoCohort:
    """The needs in conflict, and the cohort that asks the least of them to give."""
    meets = reached >= pool.least[:, None]
    conflict = list(range(len(pool.needs)))
    for at in range(len(pool.needs)):
        without = [other for other in conflict if other != at]
        if not meets[without].all(axis=0).any():
            conflict = without
    short = np.maximum(0, pool.least[:, None] - reached).sum(axis=0)
    nearest = np.flatnonzero(short == short.min())
    best = int(_ordered(pool, rows, _values(pool, rows, reached), nearest)[0])
    names = tuple(need_key(pool.needs[at]) for at in conflict)
    return NoCohort(
        conflict=names,
        nobody=_alone(pool),
        lowered=tuple(_lowered(pool, int(at), int(reached[at, best])) for at in np.flatnonzero(~meets[:, best])),
        seats=_seats(pool, rows[best]),
        barred=barred,
        why=f"no cohort meets {names[0]}" if len(names) == 1 else f"no cohort meets {' and '.join(names)} together",
    )


def _lowered(pool: _Pool, at: int, reached: int) -> Lowered:
    need = pool.needs[at]
    return Lowered(need=need_key(need), at_least=need.at_least, to=_figure(pool, at, reached))


# ---- in words


def _seats(pool: _Pool, row: Numbers) -> Mapping[str, str]:
    return {seat: pool.finalists[int(who)].code for seat, who in zip(pool.seats, row, strict=True)}


def _figure(pool: _Pool, at: int, thousandths: int) -> float | None:
    """On the skill's own scale; None where it was not shown."""
    if thousandths <= whole(NOT_SHOWN):
        return None
    scale = pool.scales.get(pool.needs[at].skill, Scale())
    return round(scale.figure(thousandths / THOUSANDTHS), 6)


def _told(pool: _Pool, rows: Numbers) -> tuple[Cohort, ...]:
    """Cohorts with their figures, each held against the first."""
    reached = _reached(pool, rows)
    values, adds = _values(pool, rows, reached), _adds(pool, reached)
    made = [
        Cohort(
            seats=_seats(pool, row),
            value=int(values[at]) / THOUSANDTHS,
            score=int(pool.worth[row].sum()) / THOUSANDTHS,
            covered=tuple(_covered(pool, need, row, reached[:, at], adds[:, at]) for need in range(len(pool.needs))),
            behind=int(values[0] - values[at]) / THOUSANDTHS,
            why="",
        )
        for at, row in enumerate(rows)
    ]
    return tuple(evolve(one, why=why_lost(one, made[0]) if at else "the highest value") for at, one in enumerate(made))


def _covered(pool: _Pool, at: int, row: Numbers, reached: Numbers, adds: Numbers) -> Covered:
    need = pool.needs[at]
    own = row[_places(need, len(pool.seats))]
    by = tuple(pool.finalists[int(who)].code for who in own if pool.shown[at][who] == reached[at])
    return Covered(
        need=need_key(need),
        at_least=need.at_least,
        figure=_figure(pool, at, int(reached[at])),
        by=by,
        adds=int(adds[at]) / THOUSANDTHS,
        p_met=_p_met(pool, at, row),
    )


def _p_met(pool: _Pool, at: int, row: Numbers) -> float | None:
    """How often a need is met over the draws of its skill."""
    need = pool.needs[at]
    if pool.draws is None or need.skill not in pool.draws.skills:
        return None
    own = pool.draws.skills[need.skill][:, row[_places(need, len(pool.seats))]]
    got = own.max(axis=1) if need.of == "any" else own.min(axis=1)
    return float((got * THOUSANDTHS >= pool.least[at]).mean())


def _kept_out(pool: _Pool, rows: Numbers, first: Cohort) -> tuple[Cohort, ...]:
    """Cohorts of higher value, with what they miss."""
    if not len(rows):
        return ()
    told = []
    for one in _told(pool, rows):
        behind = round(first.value - one.value, 3)
        missed = [each for each in one.covered if each.figure is None or each.figure < each.at_least]
        lacks = ", ".join(
            f"{each.need} {'not shown' if each.figure is None else f'{each.figure:g}'} where {each.at_least:g} is asked"
            for each in missed
        )
        why = f"{difference(one, first)}: {-behind:.1f} points more, but {lacks}"
        told.append(evolve(one, behind=behind, why=why))
    return tuple(told)
