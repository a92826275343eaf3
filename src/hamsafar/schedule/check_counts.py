"""How much and how many: Load, Rolling, ActiveBuckets, RestBetween, Implies, AllOrNone, Choose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from hamsafar.schedule.check_facts import Facts, Finding, Present
from hamsafar.schedule.check_order import bucket_of
from hamsafar.schedule.constraints import ActiveBuckets, AllOrNone, Choose, Implies, Load, RestBetween, Rolling
from hamsafar.schedule.units import in_units


def load(rule: Load, facts: Facts) -> Iterator[Finding]:
    """The weights in the one stretch are added."""
    counted = _counted(rule, facts)
    total = _total(rule, counted, rule.start, rule.end)
    tasks, said = tuple(there.id for there in counted), f"load {total} in [{rule.start}, {rule.end})"
    if rule.limit is not None and total > rule.limit:
        yield Finding(total - rule.limit, tasks, f"{said}, at most {rule.limit} is allowed")
    if rule.least and total < rule.least:  # a balance may well be below nothing
        yield Finding(rule.least - total, tasks, f"{said}, at least {rule.least} is asked")


def rolling(rule: Rolling, facts: Facts) -> Iterator[Finding]:
    """The weights are added in each stretch where the sum can be at its highest or lowest; the worst two are told."""
    counted = _counted(rule, facts)
    first, last = facts.problem.first, facts.problem.last
    turns = _turns(rule, counted, first, last)
    totals = [(_total(rule, counted, start, start + rule.span), start) for start in turns]
    tasks = tuple(there.id for there in counted)
    if rule.limit is not None:
        most, start = max(totals)
        if most > rule.limit:
            words = f"load {most} in [{start}, {start + rule.span}), at most {rule.limit} is allowed in any {rule.span}"
            yield Finding(most - rule.limit, tasks, words)
    within = [(total, start) for total, start in totals if first <= start and start + rule.span <= last]
    if within:
        fewest, start = min(within)
        if fewest < rule.least:
            words = f"load {fewest} in [{start}, {start + rule.span}), at least {rule.least} is asked in any"
            yield Finding(rule.least - fewest, tasks, f"{words} {rule.span}")


def _turns(rule: Rolling, counted: list[Present], first: int, last: int) -> list[int]:
    """Where a stretch may begin when its sum turns: something comes to lie in it, or no longer does."""
    if rule.by == "starts":
        edges = {tick for there in counted for tick in (there.start, there.start + 1)}
    else:
        edges = {tick for there in counted for part in there.running for tick in part}
    return sorted({first, last - rule.span} | {edge - back for edge in edges for back in (0, rule.span)})


def _counted(rule: Load | Rolling, facts: Facts) -> list[Present]:
    return [there for there in facts.of(rule.weights) if rule.picked is None or there.taken(rule.picked)]


def _total(rule: Load | Rolling, counted: list[Present], start: int, end: int) -> int:
    if rule.by == "starts":
        return sum(rule.weights[there.id] for there in counted if start <= there.start < end)
    return sum(rule.weights[there.id] * there.runs_within(start, end) for there in counted)


def active_buckets(rule: ActiveBuckets, facts: Facts) -> Iterator[Finding]:
    """The buckets in use are counted in each window; where there are fewer than a window has, in all of them."""
    present = facts.of(rule.tasks)
    active = [any(a <= there.start < b for there in present) for a, b in pairwise(rule.edges)]
    for first in range(max(1, len(active) - rule.window + 1)):
        used = sum(active[first : first + rule.window])
        if used > rule.limit:
            edges = rule.edges[first : first + rule.window + 1]
            tasks = tuple(there.id for there in present if edges[0] <= there.start < edges[-1])
            words = f"{used} buckets of {rule.window} are in use from {edges[0]}, at most {rule.limit} is allowed"
            yield Finding(used - rule.limit, tasks, words)


def rest_between(rule: RestBetween, facts: Facts) -> Iterator[Finding]:
    """Every task of a bucket is held against every one of the next."""
    days = dict[int, list[Present]]()
    for there in (present := facts.of(rule.tasks)):
        if (day := bucket_of(there.start, rule.edges)) is not None:
            days.setdefault(day, []).append(there)
    for one in present:
        evening = bucket_of(one.start, rule.edges)
        for other in days.get(evening + 1, ()) if evening is not None else ():
            rest = other.start - one.end
            if rest < rule.gap:
                told = in_units(rest, facts.problem.tick)
                words = f"rest between {one.id} and {other.id} is {told}, at least {rule.gap} is asked"
                yield Finding(rule.gap - rest, (one.id, other.id), words)


def implies(rule: Implies, facts: Facts) -> Iterator[Finding]:
    """What is needed is there."""
    if rule.task in facts.present and rule.needs not in facts.present:
        yield Finding(1, (rule.task, rule.needs), f"{rule.task} is there without {rule.needs}")


def all_or_none(rule: AllOrNone, facts: Facts) -> Iterator[Finding]:
    """Nothing is missing of what has begun."""
    missing = [name for name in rule.tasks if name not in facts.present]
    if missing and len(missing) < len(rule.tasks):
        there = ", ".join(name for name in rule.tasks if name in facts.present)
        yield Finding(1, rule.tasks, f"{there} is there without {', '.join(missing)}")


def choose(rule: Choose, facts: Facts) -> Iterator[Finding]:
    """The present ones are counted."""
    count, among = len(facts.of(rule.tasks)), f"of {', '.join(rule.tasks)}"
    if count < rule.least:
        yield Finding(rule.least - count, rule.tasks, f"{count} {among} are there, at least {rule.least} is asked")
    if count > rule.most:
        yield Finding(count - rule.most, rule.tasks, f"{count} {among} are there, at most {rule.most} is allowed")
