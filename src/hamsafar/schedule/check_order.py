"""What comes before and after what, and how far apart: Lag, Apart, StartsApart, Repeats."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import combinations, pairwise

from hamsafar.schedule.check_facts import Facts, Finding
from hamsafar.schedule.constraints import Apart, Lag, Repeats, StartsApart
from hamsafar.schedule.units import in_units, units


def lag(rule: Lag, facts: Facts) -> Iterator[Finding]:
    """The gap is measured from the one end to the other."""
    if rule.before not in facts.present or rule.after not in facts.present:
        return
    before, after = facts.present[rule.before], facts.present[rule.after]
    since = before.start if rule.since == "start" else before.end
    until = after.start if rule.until == "start" else after.end
    gap, pair = until - since, (rule.before, rule.after)
    told = in_units(gap, facts.problem.tick)
    said = f"from the {rule.since} of {rule.before} to the {rule.until} of {rule.after} it is {told}"
    if rule.min_gap is not None and gap < rule.min_gap:
        yield Finding(rule.min_gap - gap, pair, f"{said}, at least {rule.min_gap} is asked")
    if rule.max_gap is not None and gap > rule.max_gap:
        yield Finding(gap - rule.max_gap, pair, f"{said}, at most {rule.max_gap} is asked")


def apart(rule: Apart, facts: Facts) -> Iterator[Finding]:
    """Both orders are tried; the nearer one counts."""
    if rule.first not in facts.present or rule.second not in facts.present:
        return
    first, second = facts.present[rule.first], facts.present[rule.second]
    if rule.picked is not None and not (first.taken(rule.picked) and second.taken(rule.picked)):
        return
    gap_back = rule.gap if rule.both_ways else 0
    lacking = min(first.end + rule.gap - second.start, second.end + gap_back - first.start)
    if lacking > 0:
        words = f"{rule.second} at {second.start} is too close to {rule.first} at {first.start}, by {lacking}"
        asked = in_units(rule.gap, facts.problem.tick)
        yield Finding(lacking, (rule.first, rule.second), f"{words}; {asked} apart is asked")


def starts_apart(rule: StartsApart, facts: Facts) -> Iterator[Finding]:
    """Every two starts are compared."""
    for a, b in combinations(facts.of(rule.tasks), 2):
        gap = abs(a.start - b.start)
        if gap < rule.gap:
            words = f"{a.id} and {b.id} start {in_units(gap, facts.problem.tick)} apart, at least {rule.gap} is asked"
            yield Finding(rule.gap - gap, (a.id, b.id), words)


def repeats(rule: Repeats, facts: Facts) -> Iterator[Finding]:
    """Each present task is held against the one before it, by ticks or by buckets."""
    present = facts.of(rule.tasks)
    places = [bucket_of(there.start, rule.edges) if rule.edges else there.start for there in present]
    for there, place in zip(present, places, strict=True):
        if place is None:
            yield Finding(1, (there.id,), f"{there.id} starts at {there.start}, in no bucket")
    for (a, from_), (b, to) in pairwise(zip(present, places, strict=True)):
        if from_ is None or to is None:
            continue
        step, unit = to - from_, "buckets" if rule.edges else units(facts.problem.tick)
        said = f"{b.id} starts {step} {unit} after {a.id}"
        if step < rule.least:
            yield Finding(rule.least - step, (a.id, b.id), f"{said}, at least {rule.least} is asked")
        elif rule.most is not None and step > rule.most:
            yield Finding(step - rule.most, (a.id, b.id), f"{said}, at most {rule.most} is asked")


def bucket_of(tick: int, edges: tuple[int, ...]) -> int | None:
    """Which of the buckets between these edges the tick lies in; None where in none."""
    found = bisect_right(edges, tick) - 1
    return found if 0 <= found < len(edges) - 1 else None
