"""Every rule has mutants, and each is seen under exactly its rule, by the checker and not by the safety net."""

import mutants_common  # noqa: F401  # the five register their mutants
import mutants_crew  # noqa: F401
import mutants_flight  # noqa: F401
import mutants_training  # noqa: F401
import mutants_windows  # noqa: F401
import pytest
from attrs import evolve
from herd import HERD, Mutant

from hamsafar.domain.plan import Finding, Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.rules import BOOK
from hamsafar.verify import CHECKERS, verify
from hamsafar.verify.case import Case
from hamsafar.verify.judge import UNEXPECTED
from handmade import far_plan, near_plan


def broken(plan: Plan, rule: str) -> list[Finding]:
    judgement = verify(plan)
    assert not [f for f in judgement.findings if UNEXPECTED in f.sentence]
    return [f for f in judgement.findings if f.rule == rule and f.status == "broken"]


def test_book_checkers_and_mutants_are_the_same_rules() -> None:
    assert set(BOOK) == set(CHECKERS) == {mutant.rule for mutant in HERD}


@pytest.mark.parametrize("plan", [far_plan, near_plan])
def test_the_unbroken_plans_hold(plan) -> None:
    judgement = verify(read_plan(write_plan(plan())))
    assert [f.sentence for f in judgement.findings if f.status != "holds"] == []
    assert judgement.verdict == "holds"
    assert [f.rule for f in judgement.findings] == list(BOOK)


@pytest.mark.parametrize("mutant", HERD, ids=lambda m: f"{m.rule}-{m.name}")
def test_the_mutant_is_seen(mutant: Mutant) -> None:
    found = broken(mutant.plan(), mutant.rule)
    assert found, f"{mutant.name} went unseen"
    assert all(f.sentence.endswith(".") for f in found)


@pytest.mark.parametrize("mutant", [m for m in HERD if m.exact], ids=lambda m: f"{m.rule}-{m.name}")
def test_on_the_limit_it_holds(mutant: Mutant) -> None:
    plan = mutant.plan(0)
    case = Case(plan, {limits.rule: limits.params for limits in plan.programme.limits})
    assert list(CHECKERS[mutant.rule](case)) == []


def test_a_mutant_is_still_seen_in_the_written_plan() -> None:
    plan = next(m for m in HERD if m.name == "a_minute_short").plan()
    assert verify(read_plan(write_plan(plan))) == verify(plan)


def test_rules_left_out_are_seen() -> None:
    judgement = verify(evolve(far_plan(), rules=()))
    assert [(f.rule, f.status) for f in judgement.findings] == [(id_, "broken") for id_ in BOOK]


def test_a_rule_stated_twice_is_seen() -> None:
    plan = far_plan()
    found = verify(evolve(plan, rules=(*plan.rules, plan.rules[3]))).findings
    assert [f.rule for f in found if f.status == "broken"] == [plan.rules[3].id]


def test_figures_changed_in_the_plan_alone_are_seen_and_not_used() -> None:
    plan = far_plan()
    looser = tuple(evolve(use, params={n: v * 2 + 1 for n, v in use.params.items()}) for use in plan.rules)
    found = [f for f in verify(evolve(plan, rules=looser)).findings if f.status == "broken"]
    assert [(f.rule, f.where) for f in found] == [(r.id, (name,)) for r in BOOK.values() for name in r.params]
    assert all(f.params == {n: p.default for n, p in BOOK[f.rule].params.items()} for f in found)


def test_a_rule_nobody_knows_is_not_checked() -> None:
    plan = far_plan()
    strange = evolve(plan.rules[0], id="XYZ-99")
    judgement = verify(evolve(plan, rules=(*plan.rules, strange)))
    assert judgement.verdict == "incomplete"
    assert [(f.rule, f.status) for f in judgement.findings if f.status != "holds"] == [("XYZ-99", "not_checked")]
