"""`verify_operations`: every rule of the week's book judged on one plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hamsafar.domain.operations import OperationsPlan
from hamsafar.domain.plan import Finding, FindingStatus, Judgement, RuleUse, Verdict
from hamsafar.errors import HamsafarError
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.rules.rule import Rule
from hamsafar.verify.operations import battery, ledger, openings, orbit, order  # noqa: F401  # they register checkers
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.registry import CHECKERS, Breach

UNEXPECTED = "the verifier itself failed here"  # a test shows that no mutant gets this far
MOST_FINDINGS = 100  # of one rule; a plan that is wrong in more places is wrong


def verify_operations(plan: OperationsPlan) -> Judgement:
    """The second opinion on a week of operations: at least one finding for every rule, in the book's order.

    The verdict is *broken* if anything is broken, else *incomplete* if anything could not be checked, else *holds*.
    It never raises for a plan that can be read. It reads neither status nor objective, nor an earlier verdict.
    """
    asked = {rule.id: {name: param.default for name, param in rule.params.items()} for rule in OPERATIONS_BOOK.values()}
    case = OperationsCase(plan, asked)
    findings: list[Finding] = []
    for rule in OPERATIONS_BOOK.values():
        found = [*_restated(plan, rule, asked[rule.id]), *_judged(case, rule, asked[rule.id])]
        findings.extend(found or [_finding(rule, "holds", rule.sentence, asked[rule.id])])
    findings.extend(_unknown_rules(plan))
    return Judgement(verdict=_verdict(findings), findings=tuple(findings))


def _verdict(findings: list[Finding]) -> Verdict:
    statuses = {finding.status for finding in findings}
    if "broken" in statuses:
        return "broken"
    return "incomplete" if "not_checked" in statuses else "holds"


def _restated(plan: OperationsPlan, rule: Rule, asked: Mapping[str, float]) -> Iterator[Finding]:
    """Findings where the plan's own copy of a rule is missing, doubled, or has other figures than the book's."""
    uses = [use for use in plan.rules if use.id == rule.id]
    if len(uses) != 1:
        said = "leaves this rule out" if not uses else f"states this rule {len(uses)} times"
        yield _finding(rule, "broken", f"The plan {said}; every rule is to be stated once.", asked)
    for use in uses:
        yield from _changed(rule, use, asked)


def _changed(rule: Rule, use: RuleUse, asked: Mapping[str, float]) -> Iterator[Finding]:
    for name, value in asked.items():
        stated = use.params.get(name)
        if stated is None:
            yield _finding(rule, "broken", f"The plan states the rule without its figure {name}.", asked, (name,))
        elif stated != value:
            sentence = f"The plan states {name} = {stated:g}, but the book has {value:g}."
            yield _finding(rule, "broken", sentence, asked, (name,), by=abs(stated - value))


def _judged(case: OperationsCase, rule: Rule, params: Mapping[str, float]) -> Iterator[Finding]:
    """What the rule's checker says. Nothing it raises gets out."""
    try:
        for count, said in enumerate(CHECKERS[rule.id](case)):
            if count == MOST_FINDINGS:
                sentence = f"There are more findings than the {MOST_FINDINGS} told; the rest was not judged."
                yield _finding(rule, "not_checked", sentence, params)
                return
            if isinstance(said, Breach):
                yield _finding(rule, "broken", said.sentence, params, said.where, said.by, said.unit)
            else:
                yield _finding(rule, "not_checked", said.why, params, said.where)
    except HamsafarError as problem:  # a value of the plan that nobody can compute with
        yield _finding(rule, "not_checked", f"This could not be judged: {problem}.", params)
    except Exception as problem:  # the safety net: a verifier that dies says nothing about all the other rules
        sentence = f"This could not be judged: {UNEXPECTED} ({type(problem).__name__}: {problem})."
        yield _finding(rule, "not_checked", sentence, params)


def _finding(
    rule: Rule,
    status: FindingStatus,
    sentence: str,
    params: Mapping[str, float],
    where: tuple[str, ...] = (),
    by: float | None = None,
    unit: str = "",
) -> Finding:
    amount = None if by is None else round(by, 6)
    return Finding(
        rule=rule.id, status=status, where=where, sentence=sentence, by=amount, unit=unit, params=dict(params)
    )


def _unknown_rules(plan: OperationsPlan) -> Iterator[Finding]:
    for id_ in sorted({use.id for use in plan.rules} - set(OPERATIONS_BOOK)):
        why = "The plan states a rule that this verifier doesn't know, so nothing was judged by it."
        yield Finding(rule=id_, status="not_checked", where=(), sentence=why)
