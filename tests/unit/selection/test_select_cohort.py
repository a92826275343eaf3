"""Cohorts against every cohort tried one by one, and the words that tell why others lost."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.campaign import SkillNeed
from hamsafar.selection.cohort import Cohorts, NoCohort, best_cohorts
from hamsafar.selection.skills import Draws, Finalist, Scale

PAIR = ("trainee-prime", "trainee-backup")
SCALES = {"chinese": Scale(lowest=0, highest=50), "medicine": Scale(lowest=0, highest=100)}


def one(code: str, score: float, **skills: float) -> Finalist:
    return Finalist(code=code, score=score, skills=skills)


def need(skill: str, at_least: float, of: str = "any", weight: float = 1.0) -> SkillNeed:
    return SkillNeed(skill=skill, title=skill, at_least=at_least, of=of, weight=weight)  # type: ignore[arg-type]


def slow(
    finalists: list[Finalist], seats: tuple[str, ...], needs: list[SkillNeed]
) -> list[tuple[float, float, tuple[str, ...]]]:
    """Every cohort that meets the needs: (value, score of the prime, codes), backups in any order once; best first."""
    found = set()
    for way in permutations(finalists, len(seats)):
        value, fails = sum(who.score for who in way), False
        for asked in needs:
            low, high = SCALES[asked.skill].lowest, SCALES[asked.skill].highest
            own = {"prime": way[:1], "backup": way[1:]}.get(asked.of, way)
            shown = [who.skills.get(asked.skill, low - (high - low)) for who in own]
            got = max(shown) if asked.of == "any" else min(shown)
            fails = fails or got < asked.at_least
            value += asked.weight * 100 * (got - asked.at_least) / (high - low)
        if not fails:
            found.add((round(value, 3), way[0].score, (way[0].code, *sorted(who.code for who in way[1:]))))
    return sorted(found, key=lambda row: (-row[0], -row[1], row[2]))


def as_rows(found: Cohorts) -> list[tuple[float, tuple[str, ...]]]:
    return [(round(cohort.value, 3), tuple(cohort.seats.values())) for cohort in found.cohorts]


FINALISTS = [
    one("AAA", 80, chinese=40, medicine=50),
    one("BBB", 78, chinese=20, medicine=90),
    one("CCC", 75, chinese=45, medicine=40),
    one("DDD", 70, medicine=95),
]


def test_the_best_pair_covers_the_needs() -> None:
    needs = [need("chinese", 35, "prime"), need("medicine", 60)]
    found = best_cohorts(FINALISTS, PAIR, needs, scales=SCALES)
    assert isinstance(found, Cohorts)
    # scores 75 + 78; Chinese 100 x (45 - 35) / 50 = 20; medicine 90 - 60 = 30
    assert as_rows(found) == [
        (203, ("CCC", "BBB")),
        (200, ("CCC", "DDD")),
        (198, ("AAA", "BBB")),
        (195, ("AAA", "DDD")),
    ]
    assert found.cohorts[0].covered[0].by == ("CCC",)
    assert found.cohorts[2].why == "AAA for CCC: 5.0 points less (chinese (prime) -10.0, scores +5.0)"


def test_a_not_fit_finalist_is_out_and_named() -> None:
    barred = Finalist(code="AAA", score=99, skills={"chinese": 50.0}, barred="not fit")
    found = best_cohorts([barred, *FINALISTS[1:]], PAIR, [], scales=SCALES)
    assert isinstance(found, Cohorts)
    assert found.barred == (barred,)
    assert all("AAA" not in cohort.seats.values() for cohort in found.cohorts)


def test_a_need_that_nobody_meets_is_named_with_the_least_to_give() -> None:
    found = best_cohorts(FINALISTS, PAIR, [need("chinese", 48), need("medicine", 60)], scales=SCALES)
    assert isinstance(found, NoCohort)
    assert found.conflict == found.nobody == ("chinese (any)",)
    (lowered,) = found.lowered
    assert (lowered.at_least, lowered.to) == (48, 45)


def test_two_needs_that_conflict_are_named_together() -> None:
    needs = [need("chinese", 35, "each"), need("medicine", 60), need("medicine", 30, "each")]
    found = best_cohorts(FINALISTS, PAIR, needs, scales=SCALES)
    assert isinstance(found, NoCohort)
    assert found.conflict == ("chinese (each)", "medicine (any)")
    assert not found.nobody
    assert found.lowered  # medicine from 60 to 50: ten points of 100; Chinese would have to give thirty
    assert [(lowered.need, lowered.to) for lowered in found.lowered] == [("medicine (any)", 50)]


def test_a_skill_nobody_showed_would_have_to_go() -> None:
    found = best_cohorts(FINALISTS[3:] + FINALISTS[3:], PAIR, [need("chinese", 10)], scales=SCALES)
    assert isinstance(found, NoCohort)
    assert found.lowered[0].to is None


def test_a_stronger_cohort_that_misses_a_need_is_told() -> None:
    stars = [one("AAA", 90, medicine=10), one("BBB", 90, medicine=10), one("CCC", 50, medicine=70)]
    found = best_cohorts(stars, PAIR, [need("medicine", 60, weight=0)], scales=SCALES)
    assert isinstance(found, Cohorts)
    assert found.possible == 4
    assert found.kept_out[0].why == ("BBB for CCC: 40.0 points more, but medicine (any) 10 where 60 is asked")


def test_ties_are_told_and_the_order_does_not_matter() -> None:
    alike = [one(code, 70) for code in ("AAA", "BBB", "CCC")]
    found, turned = (best_cohorts(order, PAIR, []) for order in (alike, alike[::-1]))
    assert isinstance(found, Cohorts)
    assert isinstance(turned, Cohorts)
    assert found.tied == 6
    assert as_rows(found) == as_rows(turned)
    assert "as good as the first" in found.cohorts[1].why


def test_too_few_finalists() -> None:
    found = best_cohorts(FINALISTS[:1], PAIR, [])
    assert isinstance(found, NoCohort)
    assert found.why == "1 can be chosen for 2 seats"


def test_the_chance_to_be_the_best() -> None:
    """Two draws, each with another best pair; where scores are certain the chance is one."""
    trio = [one("AAA", 80), one("BBB", 70), one("CCC", 60)]
    certain = Draws(score=np.array([[80.0, 70.0, 60.0]] * 4))
    found = best_cohorts(trio, PAIR, [], draws=certain)
    assert isinstance(found, Cohorts)
    # where prime and backup may change seats at the same value, the stronger prime comes first
    assert [cohort.p_best for cohort in found.cohorts[:3]] == [1.0, 0.0, 0.0]
    split = Draws(score=np.array([[80.0, 70.0, 60.0], [60.0, 70.0, 80.0]]))
    found = best_cohorts(trio, PAIR, [], draws=split)
    assert isinstance(found, Cohorts)
    assert sum(cohort.p_best or 0 for cohort in found.cohorts) == pytest.approx(1.0)


def test_how_sure_a_need_is_met() -> None:
    draws = Draws(
        score=np.full((4, 4), 70.0), skills={"medicine": np.array([[50.0, 55.0, 40, 95]] * 3 + [[50, 65, 40, 95]])}
    )
    found = best_cohorts(
        FINALISTS[:3],
        PAIR,
        [need("medicine", 60)],
        scales=SCALES,
        draws=Draws(score=draws.score[:, :3], skills={"medicine": draws.skills["medicine"][:, :3]}),
    )
    assert isinstance(found, Cohorts)
    with_bbb = next(cohort for cohort in found.cohorts if "BBB" in cohort.seats.values())
    assert with_bbb.covered[0].p_met == 0.25


# ---- against every cohort


_FIGURES = st.integers(0, 20).map(float)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Finalist], tuple[str, ...], list[SkillNeed]]:
    people = draw(st.integers(2, 6))
    skills = st.dictionaries(st.sampled_from(sorted(SCALES)), st.integers(0, 10).map(lambda tenth: 5.0 * tenth))
    finalists = [Finalist(code=f"C{at}", score=draw(_FIGURES), skills=draw(skills)) for at in range(people)]
    seats = ("prime", "backup-1", "backup-2")[: draw(st.integers(1, min(3, people)))]
    reach = st.sampled_from(["prime", "backup", "each", "any"] if len(seats) > 1 else ["prime", "each", "any"])
    one_need = st.builds(
        need,
        st.sampled_from(sorted(SCALES)),
        st.sampled_from([0.0, 10.0, 25.0]),
        reach,
        st.sampled_from([0.0, 0.5, 1, 2]),
    )
    return finalists, seats, draw(st.lists(one_need, max_size=3))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_cohorts_are_those_of_exhaustive_search(case: tuple[list[Finalist], tuple[str, ...], list[SkillNeed]]) -> None:
    finalists, seats, needs = case
    every = slow(finalists, seats, needs)
    found = best_cohorts(finalists, seats, needs, scales=SCALES, count=8)
    if not every:
        assert isinstance(found, NoCohort)
        assert found.conflict
        return
    assert isinstance(found, Cohorts)
    assert as_rows(found) == [(value, codes) for value, _, codes in every[:8]]
    assert found.possible == len(every)
    assert found.tied == sum(row[0] == every[0][0] for row in every)


@settings(max_examples=25, deadline=None)
@given(cases())
def test_the_solver_finds_the_same(case: tuple[list[Finalist], tuple[str, ...], list[SkillNeed]]) -> None:
    finalists, seats, needs = case
    every = slow(finalists, seats, needs)
    found = best_cohorts(finalists, seats, needs, scales=SCALES, count=3, listed=0)
    if not every:
        assert isinstance(found, NoCohort)
        return
    assert isinstance(found, Cohorts)
    assert found.proved
    assert [row[0] for row in as_rows(found)] == [row[0] for row in every[:3]]


def test_lowered_needs_make_a_cohort_possible() -> None:
    needs = [need("chinese", 48, "each"), need("medicine", 93, "each")]
    found = best_cohorts(FINALISTS, PAIR, needs, scales=SCALES)
    assert isinstance(found, NoCohort)
    lowered: Mapping[str, float | None] = {row.need: row.to for row in found.lowered}
    eased = [need(one.skill, lowered.get(f"{one.skill} (each)", one.at_least) or 0, "each") for one in needs]
    assert isinstance(best_cohorts(FINALISTS, PAIR, eased, scales=SCALES), Cohorts)
