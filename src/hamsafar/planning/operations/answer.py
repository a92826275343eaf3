"""Why there is no week: the conflict of rules and facts in plain words, and the least that would have to give."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.levels import MW
from hamsafar.planning.operations.make import hours
from hamsafar.planning.operations.solve import Effort, Impossible
from hamsafar.rules.operations import OPERATIONS_BOOK
from hamsafar.schedule.tasks import Tag

_GIVES_S = 2.0  # of wall clock for what would have to give, where time is limited


@frozen(kw_only=True)
class Clash:
    """One rule of a conflict, with where it bites."""

    rule: str
    sentence: str
    source: str
    where: tuple[str, ...]


@frozen(kw_only=True)
class Give:
    """What one rule would have to give, at least, for everything else to fit."""

    rule: str
    sentence: str
    amount: float
    unit: str
    proved: bool


@frozen(kw_only=True)
class NoWeek:
    """No week exists: these rules can't hold together, with these facts."""

    clashes: tuple[Clash, ...]
    facts: tuple[str, ...]
    minimal: bool
    gives: tuple[Give, ...] = ()


def no_week(facts: WeekFacts, answer: Impossible, effort: Effort) -> NoWeek:
    """The conflict in words, and what would make it fit."""
    if answer.idle_low is not None:
        return NoWeek(
            clashes=(_clash("OPS-10", ()),),
            facts=(_too_low(facts, *answer.idle_low),),
            minimal=True,
            gives=(_fuller(answer.idle_low[1]),),
        )
    assert answer.conflict is not None, "no week without a reason"
    tags = answer.conflict.tags
    rules: dict[str, list[str]] = {}
    for one in tags:
        rules.setdefault(one.rule, []).extend([one.place] if one.place else [])
    clashes = tuple(_clash(rule, tuple(dict.fromkeys(places))) for rule, places in sorted(rules.items()))
    return NoWeek(
        clashes=clashes,
        facts=tuple(_facts(facts, rules)),
        minimal=answer.conflict.minimal,
        gives=tuple(_gives(answer, effort)),
    )


def _clash(rule: str, where: tuple[str, ...]) -> Clash:
    known = OPERATIONS_BOOK[rule]
    return Clash(rule=rule, sentence=known.sentence, source=known.source, where=where)


def _too_low(facts: WeekFacts, minute: int, by: int) -> str:
    wh = by / MW / 60
    idle = facts.idle_mode
    return (
        f"even in mode {idle!r} with nothing planned but what charges, the battery is {wh:.2f} Wh below its lowest "
        f"share at {facts.at(minute).iso()}: more cells, a larger battery, a smaller load, or a later week"
    )


def _fuller(by: int) -> Give:
    wh = by / MW / 60
    sentence = f"OPS-10: a lowest share that is {wh:.2f} Wh less, or so much more in the battery before, at the least"
    return Give(rule="OPS-10", sentence=sentence, amount=round(wh, 4), unit="Wh", proved=False)


def _facts(facts: WeekFacts, rules: dict[str, list[str]]) -> Iterator[str]:
    asked = facts.operations
    if {"OPS-05", "OPS-06", "OPS-11", "OPS-12"} & set(rules):
        total = sum(b - a for a, b in facts.heard)
        yield f"contacts that can be used: {len(facts.heard)}, {hours(total)} in all"
        gap = _longest_gap(facts)
        if asked.contact_every_min is not None and "OPS-11" in rules:
            every = hours(asked.contact_every_min)
            yield f"the longest stretch without one is {hours(gap)}; a transmission is asked every {every}"
    for step, _ in facts.steps:
        if step.id in rules.get("OPS-12", ()):
            need = " and ".join(["contact"] * step.in_contact + ["sunlight"] * step.in_sunlight)
            yield f"{step.title} takes {hours(step.duration_min)} in {need}"
    if "OPS-08" in rules:
        gathers = f"telemetry gathers {asked.telemetry_kbit_per_h:g} kbit an hour"
        yield f"the store holds {asked.store_kbit:g} kbit, and {gathers}"


def _longest_gap(facts: WeekFacts) -> int:
    edges = [0, *(edge for span in facts.heard for edge in span), facts.minutes]
    return max(b - a for a, b in zip(edges[::2], edges[1::2], strict=True))


def _gives(answer: Impossible, effort: Effort) -> Iterator[Give]:
    from hamsafar.schedule.relax import relaxations

    if answer.problem is None or answer.conflict is None:
        return
    limit_s = None if effort.time_limit_s is None else _GIVES_S
    found = relaxations(answer.problem, answer.conflict, seed=effort.seed, effort=effort.effort, time_limit_s=limit_s)
    nowhere = {(one.allowed_by, one.of) for one in answer.week.doings if not one.starts}
    seen: set[tuple[str, float, str]] = set()
    for one in found:
        amount, unit = float(one.amount), one.unit
        key = one.tag.rule, amount, unit
        widened = one.way != "left out" and one.way != "shorter"
        if widened and (one.tag.rule, one.tag.place) in nowhere:
            continue  # there is nothing that could be longer
        if one.proved and key not in seen:
            seen.add(key)
            yield Give(
                rule=one.tag.rule,
                sentence=_said(one.tag, one.way, amount, unit),
                amount=amount,
                unit=unit,
                proved=one.proved,
            )


def _said(tag: Tag, way: str, amount: float, unit: str) -> str:
    place = f" ({tag.place})" if tag.place else ""
    if way == "left out":
        return f"{tag.rule}{place}: left out {amount:g} time{'s' if amount != 1 else ''}, the rest fits"
    if way == "shorter":
        return f"{tag.rule}{place}: shorter by {amount:g} min, the rest fits"
    return f"{tag.rule}{place}: {amount:g} {unit or 'min'} more, and the rest fits"
