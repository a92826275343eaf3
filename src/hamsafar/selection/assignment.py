"""Who marks whom in a stage: no conflict of interest, loads balanced, panels crossed. Codes and roles only.

It fails closed. Nobody marks in a stage before they declared, for this stage, that they are free of conflicts but
those they name: a declaration that is missing keeps an assessor out, and is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

import numpy as np
from attrs import frozen

from hamsafar.domain.campaign import Role, Stage, Test
from hamsafar.domain.selection import Assigned, Declaration
from hamsafar.schedule.matching import Flags, Matched, Matching, Overfull, match
from hamsafar.selection.mixing import Crossing, crossing, mixed

Why = Literal["no declaration", "conflict with all", "away", "conflict", "language", "expertise"]


@frozen(kw_only=True)
class LeftOut:
    """An assessor who marks nobody in the stage, and why."""

    assessor: str
    why: Why


@frozen(kw_only=True)
class Mixing:
    """How the assessors of one test cross: figures of `Crossing`, with roles, and what the stage asks."""

    test: str
    asked: int
    connects: int
    bound: int
    apart: tuple[str, ...]
    squares: int
    least_squares: int
    shared_least: int

    @property
    def enough(self) -> bool:
        """Whether any two assessors are linked by as many candidates as the stage asks."""
        return self.connects >= self.asked


@frozen(kw_only=True)
class Assignment:
    """Who marks whom, and how good that is."""

    rows: tuple[Assigned, ...]
    loads: Mapping[str, int]  # candidates by assessor, each test counted
    balanced: bool  # proved: no other choice that keeps what is kept has its loads more even
    mixing: tuple[Mixing, ...]  # of each test that people mark
    left_out: tuple[LeftOut, ...]
    withdrawn: tuple[Assigned, ...]  # of those assigned before: a conflict came up, or somebody left
    kept: int  # pairs of those assigned before


@frozen(kw_only=True)
class Shortage:
    """Candidates in a test who can't all get their assessors, and what keeps each assessor from them."""

    test: str
    candidates: tuple[str, ...]
    needed: int
    free: int
    reasons: Mapping[Why, tuple[str, ...]]  # assessors kept out, of one candidate or of the stage
    full: tuple[str, ...]  # assessors who may mark no more candidates


@frozen(kw_only=True)
class NoAssignment:
    """No assignment keeps every rule; each shortage alone is enough for that."""

    shortages: tuple[Shortage, ...]
    left_out: tuple[LeftOut, ...]


@frozen(kw_only=True)
class _Case:
    """What is to be matched: a row for each candidate in each test."""

    stage: Stage
    people: tuple[Role, ...]
    rows: tuple[tuple[Test, str], ...]
    allowed: Flags
    left_out: tuple[LeftOut, ...]
    declared: _Declared


@frozen(kw_only=True)
class _Declared:
    """The latest word of each assessor, of all candidates and of each."""

    of_all: Mapping[str, bool]  # assessor → conflict
    of_one: Mapping[tuple[str, str], bool]


def assign(
    stage: Stage,
    roles: Sequence[Role],
    candidates: Sequence[str],
    declarations: Iterable[Declaration],
    *,
    before: Iterable[Assigned] = (),
    travellers: frozenset[str] = frozenset(),
    seed: int = 0,
    tell: Callable[[str], None] | None = None,
) -> Assignment | NoAssignment:
    """Who marks whom in every test of the stage that people mark.

    Hard: declarations, language of the test, expertise, absence for the whole stage, `most_candidates` (a candidate
    seen in two tests counts twice), and `Test.assessors` different people for each. Then in this order: as much as can
    be kept of what was assigned `before`, even loads (proved), panels that cross evenly, larger loads for those who
    need not travel. The same input and seed give the same answer.
    """
    case = _case(stage, roles, tuple(dict.fromkeys(candidates)), declarations)
    problem = _problem(case, before, travellers)
    few = _too_few(case, problem)
    if few:
        return NoAssignment(shortages=few, left_out=case.left_out)
    found = match(problem, seed=seed, tell=tell)
    if isinstance(found, Overfull):
        return NoAssignment(shortages=_overfull(case, found), left_out=case.left_out)
    chosen = _mixed(case, problem, found, seed)
    return _assignment(case, problem, found, chosen, tuple(before))


# ---- who may


def declared(declarations: Iterable[Declaration], stage: str) -> _Declared:
    """What holds of a stage's declarations: of two on the same, the later."""
    of_all: dict[str, bool] = {}
    of_one: dict[tuple[str, str], bool] = {}
    for one in declarations:
        if one.stage != stage:
            continue
        if one.candidate is None:
            of_all[one.assessor] = one.conflict
        else:
            of_one[one.assessor, one.candidate] = one.conflict
    return _Declared(of_all=of_all, of_one=of_one)


def may_mark(role: Role, test: Test) -> Why | None:
    """What keeps somebody from a test, whoever the candidate: language or expertise; None where nothing does."""
    if test.language is not None and test.language not in role.languages:
        return "language"
    known = {test.id, test.skill} - {None}
    return "expertise" if role.expertise and not known & set(role.expertise) else None


def _kept_out(role: Role, stage: Stage, said: _Declared) -> Why | None:
    """What keeps somebody from the whole stage."""
    if role.id not in said.of_all:
        return "no declaration"
    if said.of_all[role.id]:
        return "conflict with all"
    return "away" if _away_throughout(role, stage.begins, stage.ends) else None


def _away_throughout(role: Role, first: date, last: date) -> bool:
    return all(
        any(gone <= date.fromordinal(day) <= back for gone, back in role.away)
        for day in range(first.toordinal(), last.toordinal() + 1)
    )


def _case(stage: Stage, roles: Sequence[Role], candidates: Sequence[str], told: Iterable[Declaration]) -> _Case:
    said = declared(told, stage.id)
    people = tuple(role for role in roles if "assessor" in role.rights)
    out = {role.id: _kept_out(role, stage, said) for role in people}
    rows = tuple((test, code) for test in stage.tests if test.assessors > 0 for code in candidates)
    place = {code: at for at, code in enumerate(candidates)}
    free = np.array([out[role.id] is None for role in people], dtype=bool)
    open_ = np.ones((len(candidates), len(people)), dtype=bool) & free
    for at, role in enumerate(people):
        for (who, code), conflict in said.of_one.items():
            if conflict and who == role.id and code in place:
                open_[place[code], at] = False
    tests = [test for test in stage.tests if test.assessors > 0]
    blocks = [open_ & np.array([may_mark(role, test) is None for role in people], dtype=bool) for test in tests]
    return _Case(
        stage=stage,
        people=people,
        rows=rows,
        allowed=np.concatenate(blocks) if blocks else np.zeros((0, len(people)), dtype=bool),
        left_out=tuple(LeftOut(assessor=who, why=why) for who, why in out.items() if why is not None),
        declared=said,
    )


def _problem(case: _Case, before: Iterable[Assigned], travellers: frozenset[str]) -> Matching:
    columns = {role.id: at for at, role in enumerate(case.people)}
    rows = {(test.id, code): at for at, (test, code) in enumerate(case.rows)}
    kept = np.zeros(case.allowed.shape, dtype=bool)
    for one in before:
        at, column = rows.get((one.test, one.candidate)), columns.get(one.assessor)
        if at is not None and column is not None:
            kept[at, column] = True
    tests = list(dict.fromkeys(test.id for test, _ in case.rows))
    most = [len(case.rows) if role.most_candidates is None else role.most_candidates for role in case.people]
    return Matching(
        allowed=case.allowed,
        counts=np.array([test.assessors for test, _ in case.rows], dtype=np.int64),
        most=np.array(most, dtype=np.int64),
        groups=np.array([tests.index(test.id) for test, _ in case.rows], dtype=np.int64),
        kept=kept & case.allowed,
        dearer=np.array([role.id in travellers for role in case.people], dtype=bool),
    )


# ---- why there is none


def _too_few(case: _Case, problem: Matching) -> tuple[Shortage, ...]:
    """Candidates with fewer assessors free than the test asks, those with the same reasons told together."""
    free = problem.allowed.sum(axis=1)
    told: dict[tuple[str, int, tuple[tuple[Why, tuple[str, ...]], ...]], list[str]] = {}
    for at in np.flatnonzero(free < problem.counts):
        test, code = case.rows[at]
        told.setdefault((test.id, int(free[at]), _reasons(case, test, code)), []).append(code)
    needed = {test.id: test.assessors for test, _ in case.rows}
    return tuple(
        Shortage(test=test, candidates=tuple(codes), needed=needed[test], free=left, reasons=dict(why), full=())
        for (test, left, why), codes in told.items()
    )


def _reasons(case: _Case, test: Test, code: str) -> tuple[tuple[Why, tuple[str, ...]], ...]:
    found: dict[Why, list[str]] = {}
    out = {one.assessor: one.why for one in case.left_out}
    for role in case.people:
        why = out.get(role.id) or may_mark(role, test)
        if why is None and case.declared.of_one.get((role.id, code)):
            why = "conflict"
        if why is not None:
            found.setdefault(why, []).append(role.id)
    return tuple((why, tuple(who)) for why, who in found.items())


def _overfull(case: _Case, found: Overfull) -> tuple[Shortage, ...]:
    by_test: dict[str, list[str]] = {}
    for row in found.rows:
        by_test.setdefault(case.rows[row][0].id, []).append(case.rows[row][1])
    full = tuple(case.people[column].id for column in found.columns)
    return tuple(
        Shortage(test=test, candidates=tuple(codes), needed=found.needed, free=found.most, reasons={}, full=full)
        for test, codes in by_test.items()
    )


# ---- the answer


def _mixed(case: _Case, problem: Matching, found: Matched, seed: int) -> Flags:
    panels = [list(map(int, np.flatnonzero(row))) for row in found.chosen]
    fixed = problem.kept & found.chosen
    rows = mixed(panels, problem.groups.tolist(), problem.allowed, fixed, seed=seed)
    chosen = np.zeros_like(found.chosen)
    for at, panel in enumerate(rows):
        chosen[at, panel] = True
    return chosen


def _assignment(
    case: _Case, problem: Matching, found: Matched, chosen: Flags, before: tuple[Assigned, ...]
) -> Assignment:
    appointed = {(one.test, one.candidate, one.assessor): one for one in before}
    rows = []
    for at, (test, code) in enumerate(case.rows):
        for column in np.flatnonzero(chosen[at]):
            who = case.people[int(column)].id
            fresh = Assigned(stage=case.stage.id, test=test.id, candidate=code, assessor=who)
            rows.append(appointed.get((test.id, code, who), fresh))
    now = {(one.test, one.candidate, one.assessor) for one in rows}
    return Assignment(
        rows=tuple(rows),
        loads={role.id: int(load) for role, load in zip(case.people, chosen.sum(axis=0), strict=True) if load},
        balanced=found.balanced,
        mixing=_mixing(case, problem, chosen),
        left_out=case.left_out,
        withdrawn=tuple(one for one in before if (one.test, one.candidate, one.assessor) not in now),
        kept=len(now & appointed.keys()),
    )


def _mixing(case: _Case, problem: Matching, chosen: Flags) -> tuple[Mixing, ...]:
    told = []
    for test in dict.fromkeys(test.id for test, _ in case.rows):
        own = np.array([one.id == test for one, _ in case.rows], dtype=bool)
        free = problem.allowed[own].astype(np.float32)
        told.append(_told(case, test, crossing(chosen[own], (free.T @ free) > 0)))
    return tuple(told)


def _told(case: _Case, test: str, found: Crossing) -> Mixing:
    return Mixing(
        test=test,
        asked=case.stage.mixing,
        connects=found.connects,
        bound=found.bound,
        apart=tuple(case.people[at].id for at in found.apart),
        squares=found.squares,
        least_squares=found.least_squares,
        shared_least=found.shared_least,
    )
