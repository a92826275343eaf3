"""Every rule has mutants, and each is seen under exactly its rule, by the checker and not by the safety net."""

from collections import Counter

import mutants_campaign  # all of these register their mutants
import mutants_changes  # noqa: F401
import mutants_common  # noqa: F401
import mutants_crew  # noqa: F401
import mutants_day  # noqa: F401
import mutants_flight
import mutants_host  # noqa: F401
import mutants_needs  # noqa: F401
import mutants_samples  # noqa: F401
import mutants_spare  # noqa: F401
import mutants_training  # noqa: F401
import mutants_windows  # noqa: F401
import pytest
from attrs import evolve
from herd import HERD, Mutant, with_programme

from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Finding, Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.rules import BOOK
from hamsafar.verify import CHECKERS, judge, verify
from hamsafar.verify.case import Case
from hamsafar.verify.judge import UNEXPECTED
from handmade import ELEMENTS, far_plan, near_plan


def broken(plan: Plan, rule: str) -> list[Finding]:
    """What is broken of one rule. The checkers of the others, which take most of the time, find nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "CHECKERS", {id_: CHECKERS[id_] if id_ == rule else lambda case: () for id_ in BOOK})
        findings = verify(plan).findings
    assert not [f for f in findings if UNEXPECTED in f.sentence]
    return [f for f in findings if f.rule == rule and f.status == "broken"]


def test_book_checkers_and_mutants_are_the_same_rules() -> None:
    assert set(BOOK) == set(CHECKERS) == {mutant.rule for mutant in HERD}


def test_there_are_three_hundred_mutants_and_two_of_every_rule() -> None:
    """Each with its own name under its rule; those that stand on a limit are judged on both sides of it."""
    assert len({(mutant.rule, mutant.name) for mutant in HERD}) == len(HERD) >= 300
    of_rule = Counter(mutant.rule for mutant in HERD)
    assert {rule for rule in BOOK if of_rule[rule] < 2} == set()
    assert sum(mutant.exact for mutant in HERD) >= 150


@pytest.mark.parametrize("plan", [far_plan, near_plan])
def test_the_unbroken_plans_hold(plan) -> None:
    judgement = verify(read_plan(write_plan(plan())))
    assert [f.sentence for f in judgement.findings if f.status != "holds"] == []
    assert judgement.verdict == "holds"
    assert [f.rule for f in judgement.findings] == list(BOOK)


def test_the_unbroken_plan_with_a_campaign_holds() -> None:
    campaign = mutants_campaign.with_nights(mutants_campaign.with_road(far_plan()))
    judgement = verify(read_plan(write_plan(campaign)))
    assert [f.sentence for f in judgement.findings if f.status != "holds"] == []


@pytest.mark.parametrize("mutant", HERD, ids=lambda m: f"{m.rule}-{m.name}")
def test_the_mutant_is_seen(mutant: Mutant) -> None:
    found = broken(mutant.plan(), mutant.rule)
    assert found, f"{mutant.name} went unseen"
    assert all(f.sentence.endswith(".") for f in found)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", HERD, ids=lambda m: f"{m.rule}-{m.name}")
def test_no_checker_stumbles_over_a_mutant_of_another_rule(mutant: Mutant) -> None:
    findings = verify(mutant.plan()).findings
    assert not [f for f in findings if UNEXPECTED in f.sentence]
    assert [f for f in findings if f.rule == mutant.rule and f.status == "broken"]


@pytest.mark.parametrize("mutant", [m for m in HERD if m.exact], ids=lambda m: f"{m.rule}-{m.name}")
def test_on_the_limit_it_holds(mutant: Mutant) -> None:
    plan = mutant.plan(0)
    case = Case(plan, {limits.rule: limits.params for limits in plan.programme.limits})
    assert list(CHECKERS[mutant.rule](case)) == []


def believed_older(plan: Plan, *doubted: Elements) -> list[str]:
    """What is found under FOR-01 where a plan carries newer sets than the one it rests on."""
    return [found.sentence for found in broken(with_programme(plan, elements=(ELEMENTS, *doubted)), "FOR-01")]


def test_a_newer_set_that_contradicts_is_rightly_left_out() -> None:
    later = mutants_flight.newer(ELEMENTS)
    absurd = evolve(later, mean_anomaly_deg=(later.mean_anomaly_deg + 90) % 360)
    decayed = evolve(later, mean_motion_rev_d=16.45, bstar_per_er=0.05)
    tilted = evolve(later, inclination_deg=later.inclination_deg + 0.01)
    for bad in (absurd, decayed, tilted):
        assert believed_older(far_plan(), bad) == []
    assert believed_older(far_plan(), absurd, tilted) == []
    assert believed_older(near_plan(), tilted) == []  # it leaves the phase what it was


def test_the_words_for_a_newer_set_left_out() -> None:
    later = mutants_flight.newer(ELEMENTS)
    (told,) = believed_older(far_plan(), later)
    assert "though there are some of 2026-09-18T09:08:44" in told
    assert told.endswith("which agree with them.")
    risen = mutants_flight.newer(ELEMENTS, boosted_deg_d=-5.0)
    (told,) = believed_older(far_plan(), risen, mutants_flight.newer(risen))
    assert told.endswith("that those of 2026-09-18T11:08:44.680704Z bear out.")


def test_a_mutant_is_still_seen_in_the_written_plan() -> None:
    plan = next(m for m in HERD if m.name == "a_minute_short").plan()
    assert verify(read_plan(write_plan(plan))) == verify(plan)


def test_three_who_find_nobody_aboard_hand_nothing_over() -> None:
    plan = mutants_flight.asking(far_plan(), "FLT-07", "min_handover_d", 9)
    assert broken(plan, "FLT-07") != []
    alone = evolve(plan.programme.flight, crew_aboard=(), crew_down=plan.programme.flight.crew_up)
    assert broken(with_programme(plan, flight=alone), "FLT-07") == []


def test_rules_left_out_are_seen() -> None:
    judgement = verify(evolve(far_plan(), rules=()))
    assert [(f.rule, f.status) for f in judgement.findings] == [(id_, "broken") for id_ in BOOK]


@pytest.mark.slow
def test_a_plan_made_before_a_rule_says_so_and_is_judged_by_it() -> None:
    """It leaves out all rules of an edition, and nothing of the one it was made with."""
    plan, newer = far_plan(), {rule.id for rule in BOOK.values() if rule.edition > 1}
    assert newer >= {"PPL-02", "RES-02", "WIN-02", "PIN-01", "PST-01"}
    old = evolve(plan, rules=tuple(use for use in plan.rules if use.id not in newer))
    judgement = verify(old)
    assert judgement.verdict == "incomplete"
    told = {f.rule: f for f in judgement.findings if f.status != "holds"}
    assert told.keys() == newer
    assert all(
        f.status == "not_checked" and "made before this rule was in the book" in f.sentence for f in told.values()
    )
    away = next(m for m in HERD if m.rule == "PPL-02").plan()
    away = evolve(away, rules=tuple(use for use in away.rules if use.id not in newer))
    assert "broken" in {f.status for f in verify(away).findings if f.rule == "PPL-02"}
    for id_ in sorted(newer):
        one_out = evolve(plan, rules=tuple(use for use in plan.rules if use.id != id_))
        telling = any(BOOK[use.id].edition >= BOOK[id_].edition for use in one_out.rules)  # that it knew of this one
        status = "broken" if telling else "not_checked"
        assert [(f.rule, f.status) for f in verify(one_out).findings if f.status != "holds"] == [(id_, status)]


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
