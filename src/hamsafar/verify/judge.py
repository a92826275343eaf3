"""`verify`: every rule of the book judged on one plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hamsafar.domain.plan import Finding, Judgement, Plan, RuleUse, Verdict
from hamsafar.errors import HamsafarError
from hamsafar.rules import BOOK, Rule
from hamsafar.verify import (  # noqa: F401  # they register checkers
    campaign,
    changes,
    common,
    crew,
    flight,
    host,
    hosts_minutes,
    liners,
    needs,
    nights,
    samples,
    spare,
    training,
    windows,
)
from hamsafar.verify.case import Case
from hamsafar.verify.registry import CHECKERS, Breach, Gap

UNEXPECTED = "the verifier itself failed here"  # a test shows that no mutant gets this far


def verify(plan: Plan) -> Judgement:
    """The second opinion on a plan: at least one finding for every rule of the book, in the book's order.

    The verdict is *broken* if anything is broken, else *incomplete* if anything could not be checked, else *holds*.
    It never raises for a plan that `plan_json` can read. It reads neither what the solver said (`stages`,
    `objective`) nor an earlier verdict.
    """
    asked = {rule.id: _asked(plan, rule) for rule in BOOK.values()}
    case = Case(plan, asked)
    findings: list[Finding] = []
    for rule in BOOK.values():
        found = [*_loosened(plan, rule, asked[rule.id]), *_judged(case, rule, asked[rule.id])]
        findings.extend(found or [_finding(rule, "holds", rule.sentence, asked[rule.id])])
    findings.extend(_unknown_rules(plan))
    return Judgement(verdict=_verdict(findings), findings=tuple(findings))


def _verdict(findings: list[Finding]) -> Verdict:
    statuses = {finding.status for finding in findings}
    if "broken" in statuses:
        return "broken"
    return "incomplete" if "not_checked" in statuses else "holds"


def _asked(plan: Plan, rule: Rule) -> dict[str, float]:
    """A rule's parameters as the programme asks for them; the book's where the programme says nothing."""
    book = {name: param.default for name, param in rule.params.items()}
    limits = next((limits.params for limits in plan.programme.limits if limits.rule == rule.id), {})
    return book | {name: value for name, value in limits.items() if name in book}


def _loosened(plan: Plan, rule: Rule, asked: Mapping[str, float]) -> Iterator[Finding]:
    """Findings where the plan's own copy of a rule is missing, doubled, or has other figures than asked for."""
    uses = [use for use in plan.rules if use.id == rule.id]
    if not uses and rule.edition > _edition(plan):
        said = "was made before this rule was in the book, and is judged by it all the same"
        yield _finding(rule, "not_checked", f"The plan {said}; plan it again, so that it states the rule.", asked)
    elif len(uses) != 1:
        said = "leaves this rule out" if not uses else f"states this rule {len(uses)} times"
        yield _finding(rule, "broken", f"The plan {said}; every rule is to be stated once.", asked)
    for use in uses:
        yield from _changed(rule, use, asked)


def _edition(plan: Plan) -> int:
    """The edition of the rule book that a plan was made with: the newest of which it states a rule."""
    latest = max(rule.edition for rule in BOOK.values())
    return max((BOOK[use.id].edition for use in plan.rules if use.id in BOOK), default=latest)


def _changed(rule: Rule, use: RuleUse, asked: Mapping[str, float]) -> Iterator[Finding]:
    for name, value in asked.items():
        stated = use.params.get(name)
        if stated is None:
            yield _finding(rule, "broken", f"The plan states the rule without its figure {name}.", asked, (name,))
        elif stated != value:
            sentence = f"The plan states {name} = {stated:g}, but the programme asks for {value:g}."
            yield _finding(rule, "broken", sentence, asked, (name,), by=abs(stated - value))


def _judged(case: Case, rule: Rule, params: Mapping[str, float]) -> Iterator[Finding]:
    """What the rule's checker says of what isn't past alone. Nothing it raises gets out."""
    try:
        for said in CHECKERS[rule.id](case):
            if case.are_facts(said.where):
                continue
            match said:
                case Breach():
                    yield _finding(rule, "broken", said.sentence, params, said.where, said.by, said.unit)
                case Gap():
                    yield _finding(rule, "not_checked", said.why, params, said.where)
    except HamsafarError as problem:  # a value of the plan that nobody can compute with
        yield _finding(rule, "not_checked", f"This could not be judged: {problem}.", params)
    except Exception as problem:  # the safety net: a verifier that dies says nothing about all the other rules
        sentence = f"This could not be judged: {UNEXPECTED} ({type(problem).__name__}: {problem})."
        yield _finding(rule, "not_checked", sentence, params)


def _finding(
    rule: Rule,
    status: str,
    sentence: str,
    params: Mapping[str, float],
    where: tuple[str, ...] = (),
    by: float | None = None,
    unit: str = "",
) -> Finding:
    return Finding(
        rule=rule.id,
        status=status,  # type: ignore[arg-type]  # one of the three, written in this module
        where=where,
        sentence=sentence,
        by=None if by is None else round(by, 6),
        unit=unit,
        params=dict(params),
    )


def _unknown_rules(plan: Plan) -> Iterator[Finding]:
    for id_ in sorted({use.id for use in plan.rules} - set(BOOK)):
        why = "The plan states a rule that this verifier doesn't know, so nothing was judged by it."
        yield Finding(rule=id_, status="not_checked", where=(), sentence=why)
