"""Every rule of the CubeSat's week has mutants, and each is seen under its rule, by the checker and not by the net."""

from __future__ import annotations

from collections import Counter

import pytest
from attrs import evolve
from mutants_operations import FLOCK, Broken

from hamsafar.domain.operations import OperationsPlan
from hamsafar.domain.plan import Finding, RuleUse
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.verify.operations import CHECKERS, judge, verify_operations
from operated_day import plan

NAMES = [f"{each.rule}-{each.name}" for each in FLOCK]


def found(plan_: OperationsPlan, rule: str) -> list[Finding]:
    """What is said of one rule but that it holds. The checkers of the others find nothing."""
    with pytest.MonkeyPatch.context() as patch:
        alone = {id_: CHECKERS[id_] if id_ == rule else lambda case: iter(()) for id_ in OPERATIONS_BOOK}
        patch.setattr(judge, "CHECKERS", alone)
        findings = verify_operations(plan_).findings
    assert not [each for each in findings if judge.UNEXPECTED in each.sentence]
    return [each for each in findings if each.rule == rule and each.status != "holds"]


def test_book_checkers_and_mutants_are_the_same_rules() -> None:
    assert set(OPERATIONS_BOOK) == set(CHECKERS) == {each.rule for each in FLOCK}


def test_every_rule_has_two_mutants_and_one_on_its_limit() -> None:
    assert len(set(NAMES)) == len(FLOCK) >= 60
    of_rule, exact = Counter(each.rule for each in FLOCK), Counter(each.rule for each in FLOCK if each.exact)
    assert [rule for rule in OPERATIONS_BOOK if of_rule[rule] < 2 or exact[rule] < 1] == []


def test_the_unbroken_plan_holds() -> None:
    judgement = verify_operations(plan())
    assert [each.sentence for each in judgement.findings if each.status != "holds"] == []
    assert judgement.verdict == "holds"
    assert [each.rule for each in judgement.findings] == list(OPERATIONS_BOOK)


QUICK_FLIGHTS = ("a_jump", "another_moon", "faster_than_light", "beyond_all_numbers")


def param(one: Broken) -> object:
    """The orbit is flown again for each mutant of it: most are slow."""
    slow = one.rule == "OPS-15" and one.name not in QUICK_FLIGHTS
    return pytest.param(one, id=f"{one.rule}-{one.name}", marks=[pytest.mark.slow] if slow else [])


@pytest.mark.parametrize("one", [param(each) for each in FLOCK])
def test_the_mutant_is_seen(one: Broken) -> None:
    said = [each for each in found(one.plan(), one.rule) if each.status == "broken"]
    assert said, f"{one.name} went unseen"
    assert all(each.sentence.endswith(".") for each in said)
    assert all(each.by is None or any(sign.isdigit() for sign in each.sentence) for each in said)


@pytest.mark.parametrize("one", [param(each) for each in FLOCK if each.exact])
def test_on_the_limit_it_holds(one: Broken) -> None:
    assert [each.sentence for each in found(one.plan(0), one.rule)] == []


@pytest.mark.slow
@pytest.mark.parametrize("one", FLOCK, ids=NAMES)
def test_it_breaks_that_rule_alone(one: Broken) -> None:
    findings = verify_operations(one.plan()).findings
    assert {each.rule for each in findings if each.status == "broken"} - one.also == {one.rule}
    assert not [each for each in findings if judge.UNEXPECTED in each.sentence]


@pytest.mark.parametrize("rule", list(OPERATIONS_BOOK))
def test_a_plan_cannot_loosen_a_rule(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "CHECKERS", {id_: lambda case: iter(()) for id_ in OPERATIONS_BOOK})
    uses = plan().rules

    def said(rules: tuple[RuleUse, ...]) -> set[tuple[str, str]]:
        findings = verify_operations(evolve(plan(), rules=rules)).findings
        return {(each.rule, each.status) for each in findings if each.status != "holds"}

    assert said(tuple(use for use in uses if use.id != rule)) == {(rule, "broken")}
    assert said((*uses, next(use for use in uses if use.id == rule))) == {(rule, "broken")}
    for name, value in OPERATIONS_BOOK[rule].params.items():
        for params in ({name: value.default + 1}, {}):
            others = next(use for use in uses if use.id == rule).params
            changed = {key: other for key, other in others.items() if key != name} | params
            new = tuple(evolve(use, params=changed) if use.id == rule else use for use in uses)
            assert said(new) == {(rule, "broken")}


def test_an_unknown_rule_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judge, "CHECKERS", {id_: lambda case: iter(()) for id_ in OPERATIONS_BOOK})
    strange = RuleUse(id="OPS-99", sentence="Something else.", source="elsewhere", params={})
    judgement = verify_operations(evolve(plan(), rules=(*plan().rules, strange)))
    assert judgement.verdict == "incomplete"
    assert [each.rule for each in judgement.findings if each.status == "not_checked"] == ["OPS-99"]
