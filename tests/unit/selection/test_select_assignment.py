"""Assignments against a checker written from the rules, exhaustive search, and a flow solver."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.campaign import Item, Role, Stage
from hamsafar.domain.campaign import Test as Trial
from hamsafar.domain.selection import Assigned, Declaration
from hamsafar.schedule.matching import Matched, Matching, match
from hamsafar.selection.assignment import Assignment, NoAssignment, assign
from hamsafar.selection.mixing import crossing, least_split

DAY = date(2027, 3, 1)


def a_test(id_: str = "interview", assessors: int = 3, **more: object) -> Trial:
    return Trial(id=id_, title=id_, items=(Item(id="whole", title="The whole"),), assessors=assessors, **more)  # type: ignore[arg-type]


def a_stage(*tests: Trial, mixing: int = 0) -> Stage:
    return Stage(
        id="final",
        title="Final",
        run_by="host",
        begins=DAY,
        ends=date(2027, 3, 5),
        answer_due=date(2027, 4, 1),
        tests=tests,
        mixing=mixing,
    )


def panel(number: int, **more: object) -> tuple[Role, ...]:
    return tuple(
        Role(id=f"assessor-{n:02}", title="Assessor", organisation="host", rights=("assessor",), **more)  # type: ignore[arg-type]
        for n in range(1, number + 1)
    )


def free(roles: tuple[Role, ...]) -> list[Declaration]:
    return [Declaration(assessor=one.id, stage="final", candidate=None, conflict=False) for one in roles]


def conflict(assessor: str, candidate: str) -> Declaration:
    return Declaration(assessor=assessor, stage="final", candidate=candidate, conflict=True, kind="supervisor")


def codes(number: int) -> list[str]:
    return [f"C{n:03}" for n in range(number)]


def broken(
    stage: Stage, roles: tuple[Role, ...], candidates: list[str], said: list[Declaration], rows: tuple[Assigned, ...]
) -> list[str]:
    """What is wrong with an assignment, read off the rules one by one."""
    found = []
    by_id = {one.id: one for one in roles}
    named = {(one.assessor, one.candidate) for one in said if one.conflict}
    declared = {one.assessor for one in said if one.candidate is None and not one.conflict}
    for row in rows:
        role, test = by_id[row.assessor], next(one for one in stage.tests if one.id == row.test)
        if (row.assessor, row.candidate) in named:
            found.append(f"conflict {row}")
        if row.assessor not in declared or "assessor" not in role.rights:
            found.append(f"undeclared {row}")
        if test.language and test.language not in role.languages:
            found.append(f"language {row}")
        if role.expertise and test.id not in role.expertise and test.skill not in role.expertise:
            found.append(f"expertise {row}")
        if any(first <= stage.begins and stage.ends <= last for first, last in role.away):
            found.append(f"away {row}")
    for test, code in product(stage.tests, candidates):
        who = [row.assessor for row in rows if (row.test, row.candidate) == (test.id, code)]
        if len(who) != test.assessors or len(set(who)) != len(who):
            found.append(f"{code} in {test.id} has {who}")
    for who, load in Counter(row.assessor for row in rows).items():
        if (most := by_id[who].most_candidates) is not None and load > most:
            found.append(f"{who} has {load}")
    return found


def test_finalists_are_assigned_evenly_and_crossed() -> None:
    roles, stage = panel(12), a_stage(a_test(), mixing=4)
    found = assign(stage, roles, codes(25), free(roles))
    assert isinstance(found, Assignment)
    assert not broken(stage, roles, codes(25), free(roles), found.rows)
    assert set(found.loads.values()) == {6, 7}  # 25 x 3 = 75 = 9 x 6 + 3 x 7
    assert found.balanced
    (mixing,) = found.mixing
    assert mixing.connects == mixing.bound == 6  # none is better: whoever has six shares six at most
    assert mixing.squares == mixing.least_squares == 93  # 75 meetings over 66 pairs: 9 pairs twice, 57 once
    assert mixing.enough


def test_a_missing_declaration_keeps_an_assessor_out() -> None:
    roles = panel(5)
    found = assign(a_stage(a_test()), roles, codes(6), free(roles)[1:])
    assert isinstance(found, Assignment)
    assert "assessor-01" not in found.loads
    assert [(one.assessor, one.why) for one in found.left_out] == [("assessor-01", "no declaration")]


def test_a_declaration_of_another_stage_counts_for_nothing() -> None:
    roles = panel(3)
    old = [Declaration(assessor=one.id, stage="preliminary", candidate=None, conflict=False) for one in roles]
    found = assign(a_stage(a_test()), roles, codes(2), old)
    assert isinstance(found, NoAssignment)
    (short,) = found.shortages
    assert short.candidates == ("C000", "C001")
    assert short.reasons == {"no declaration": ("assessor-01", "assessor-02", "assessor-03")}


def test_the_later_of_two_declarations_counts() -> None:
    roles = panel(3)
    taken_back = Declaration(assessor="assessor-01", stage="final", candidate="C000", conflict=False)
    said = [*free(roles), conflict("assessor-01", "C000")]
    assert isinstance(assign(a_stage(a_test()), roles, codes(1), said), NoAssignment)
    assert isinstance(assign(a_stage(a_test()), roles, codes(1), [*said, taken_back]), Assignment)


def test_a_conflict_after_the_assignment_moves_only_that_pair() -> None:
    roles, stage = panel(8), a_stage(a_test())
    before = assign(stage, roles, codes(16), free(roles))
    assert isinstance(before, Assignment)
    moved = before.rows[0]
    said = [*free(roles), conflict(moved.assessor, moved.candidate)]
    after = assign(stage, roles, codes(16), said, before=before.rows)
    assert isinstance(after, Assignment)
    assert not broken(stage, roles, codes(16), said, after.rows)
    assert after.withdrawn == (moved,)
    assert after.kept == 16 * 3 - 1


def test_who_has_too_few_free_assessors_is_named_with_the_reason() -> None:
    roles = panel(3)
    said = [*free(roles), conflict("assessor-02", "C001")]
    found = assign(a_stage(a_test()), roles, codes(3), said)
    assert isinstance(found, NoAssignment)
    (short,) = found.shortages
    assert (short.candidates, short.needed, short.free) == (("C001",), 3, 2)
    assert short.reasons == {"conflict": ("assessor-02",)}


def test_full_assessors_are_named() -> None:
    roles = panel(3, most_candidates=2)
    found = assign(a_stage(a_test(assessors=2)), roles, codes(4), free(roles))
    assert isinstance(found, NoAssignment)
    (short,) = found.shortages
    assert (short.needed, short.free) == (8, 6)  # 4 x 2 places, 3 assessors of 2 candidates
    assert short.full == tuple(one.id for one in roles)


def test_language_expertise_and_absence_count() -> None:
    away = ((date(2027, 2, 1), date(2027, 3, 31)),)
    roles = (
        *panel(2, languages=("en",)),
        Role(id="a-3", title="", organisation="host", rights=("assessor",), languages=("zh",)),
        Role(id="a-4", title="", organisation="host", rights=("assessor",), languages=("en",), expertise=("medicine",)),
        Role(id="a-5", title="", organisation="host", rights=("assessor",), languages=("en",), away=away),
        Role(id="office-1", title="", organisation="host", rights=("office",), languages=("en",)),
    )
    stage = a_stage(a_test(assessors=2, language="en"))
    found = assign(stage, roles, codes(3), free(roles))
    assert isinstance(found, Assignment)
    assert set(found.loads) == {"assessor-01", "assessor-02"}
    assert isinstance(assign(a_stage(a_test(assessors=3, language="en")), roles, codes(3), free(roles)), NoAssignment)


def test_the_extra_candidate_goes_to_who_need_not_travel() -> None:
    roles = panel(4)
    for far in roles:
        found = assign(a_stage(a_test(assessors=1)), roles, codes(7), free(roles), travellers=frozenset([far.id]))
        assert isinstance(found, Assignment)
        assert found.loads[far.id] == 1


def test_two_panels_that_never_meet_are_told() -> None:
    languages = ("en",), ("zh",)
    roles = tuple(
        Role(id=f"{language[0]}-{n}", title="", organisation="host", rights=("assessor",), expertise=expertise)
        for language, expertise in zip(languages, (("a",), ("b",)), strict=True)
        for n in range(3)
    )
    stage = a_stage(a_test("a", assessors=1), mixing=2)
    found = assign(stage, roles, codes(6), free(roles))
    assert isinstance(found, Assignment)
    assert not found.mixing[0].enough
    assert found.mixing[0].connects == 0


def test_the_same_seed_gives_the_same_assignment() -> None:
    roles, stage = panel(9), a_stage(a_test())
    first, again, other = (assign(stage, roles, codes(20), free(roles), seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


# ---- against slower ways


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_rule_is_broken_and_what_has_no_answer_has_none(data: st.DataObject) -> None:
    number, people = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    most = data.draw(st.lists(st.none() | st.integers(0, 3), min_size=people, max_size=people))
    roles = tuple(
        Role(id=f"a-{n}", title="", organisation="h", rights=("assessor",), most_candidates=most[n])
        for n in range(people)
    )
    pairs = st.tuples(st.integers(0, people - 1), st.integers(0, number - 1))
    said = [*free(roles), *(conflict(f"a-{a}", f"C{c:03}") for a, c in data.draw(st.lists(pairs, max_size=5)))]
    stage = a_stage(a_test(assessors=data.draw(st.integers(1, 2))))
    found = assign(stage, roles, codes(number), said)
    best = _best_squares(stage, roles, codes(number), said)
    if isinstance(found, NoAssignment):
        assert best is None
        return
    assert not broken(stage, roles, codes(number), said, found.rows)
    assert sum(load**2 for load in found.loads.values()) == best


def _best_squares(stage: Stage, roles: tuple[Role, ...], candidates: list[str], said: list[Declaration]) -> int | None:
    """The least sum of squared loads over every way there is; None where there is none."""
    (test,) = stage.tests
    named = {(one.assessor, one.candidate) for one in said if one.conflict}
    choices = [
        [who for who in combinations(roles, test.assessors) if not any((one.id, code) in named for one in who)]
        for code in candidates
    ]
    best = None
    for way in product(*choices):
        loads = Counter(one.id for who in way for one in who)
        if all(one.most_candidates is None or loads[one.id] <= one.most_candidates for one in roles):
            squares = sum(load**2 for load in loads.values())
            best = squares if best is None else min(best, squares)
    return best


@pytest.mark.parametrize("share", [0.12, 0.3, 0.6])
@pytest.mark.parametrize("seed", range(12))
def test_balance_and_kept_pairs_against_a_flow_solver(seed: int, share: float) -> None:
    from ortools.graph.python import min_cost_flow

    random = np.random.default_rng(seed)
    rows, columns, each = 40, 9, 2
    allowed = random.random((rows, columns)) ** 2 < share * random.random(columns)
    allowed[np.arange(rows), np.arange(rows) % columns] = True
    allowed[allowed.sum(axis=1) < each] = True
    kept = allowed & (random.random(allowed.shape) < 0.25) & (np.cumsum(allowed, axis=1) <= each)
    most = np.full(columns, 40, dtype=np.int64)
    counts = np.full(rows, each, dtype=np.int64)
    none = np.zeros(columns, dtype=bool)
    found = match(
        Matching(allowed=allowed, counts=counts, most=most, groups=np.zeros(rows, np.int64), kept=kept, dearer=none)
    )
    assert isinstance(found, Matched)
    flow = min_cost_flow.SimpleMinCostFlow()
    for row in range(rows):
        flow.set_node_supply(row, each)
        for column in np.flatnonzero(allowed[row]):
            flow.add_arc_with_capacity_and_unit_cost(row, rows + int(column), 1, -1000 * int(kept[row, column]))
    for column in range(columns):
        for load in range(int(most[column])):
            flow.add_arc_with_capacity_and_unit_cost(rows + column, rows + columns, 1, 2 * load + 1)
    flow.set_node_supply(rows + columns, -rows * each)
    assert flow.solve() == flow.OPTIMAL
    squares = int((found.loads**2).sum())
    assert squares - 1000 * int((kept & found.chosen).sum()) == flow.optimal_cost()
    assert found.lost == 0


def test_kept_pairs_are_given_up_only_where_nothing_else_fits() -> None:
    allowed = np.array([[True, True], [True, False]])
    kept = np.array([[True, False], [False, False]])
    one = np.array([1, 1], dtype=np.int64)
    found = match(
        Matching(allowed=allowed, counts=one, most=one, groups=0 * one, kept=kept, dearer=np.zeros(2, dtype=bool))
    )
    assert isinstance(found, Matched)
    assert found.lost == 1
    assert found.chosen.tolist() == [[False, True], [True, False]]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 7), st.integers(1, 12))
def test_the_least_division_is_the_least_of_all(seed: int, columns: int, rows: int) -> None:
    members = np.random.default_rng(seed).random((rows, columns)) < 0.4
    found, side = least_split(members)
    splits = []
    for size in range(1, columns):
        for one in combinations(range(columns), size):
            inside = members[:, list(one)].any(axis=1)
            outside = members[:, [at for at in range(columns) if at not in one]].any(axis=1)
            splits.append((int((inside & outside).sum()), one))
    assert found == min(splits)[0]
    assert (found, side) in splits or found == min(splits)[0]
    assert (found, tuple(sorted(side))) in splits


def test_crossing_of_a_balanced_block_design() -> None:
    """The Fano plane: seven panels of three among seven, every pair meets once."""
    lines = [(0, 1, 2), (0, 3, 4), (0, 5, 6), (1, 3, 5), (1, 4, 6), (2, 3, 6), (2, 4, 5)]
    chosen = np.zeros((7, 7), dtype=bool)
    for row, line in enumerate(lines):
        chosen[row, list(line)] = True
    found = crossing(chosen)
    assert (found.squares, found.least_squares, found.shared_least) == (21, 21, 1)
    assert found.connects == found.bound == 3


@pytest.mark.slow
def test_a_stage_of_twenty_five_thousand_is_balanced() -> None:
    roles, stage = panel(200), a_stage(a_test())
    found = assign(stage, roles, codes(25_000), free(roles))
    assert isinstance(found, Assignment)
    assert set(found.loads.values()) == {375}
    assert found.mixing[0].connects == found.mixing[0].bound
