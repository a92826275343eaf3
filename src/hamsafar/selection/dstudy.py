"""How many more ratings would be enough: the reliability of other numbers of assessors and items, and their hours.

A decision study (Cronbach and others 1972; Brennan 2001, chapter 4) of candidates × assessors × items, all crossed.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf

import attrs
from attrs import frozen

MOST_ASSESSORS = 30  # a candidate
MOST_ITEMS = 60


@frozen(kw_only=True)
class Plan:
    """So many assessors a candidate on so many items, and what that is worth."""

    assessors: int
    items: int
    reliability: float
    ratings_each: int  # a candidate
    hours: float | None = None  # of all assessors together


@frozen(kw_only=True)
class Study:
    """What it takes to reach a target.

    None: not within MOST_ASSESSORS or MOST_ITEMS, or these marks can't say, as nobody was marked by two assessors or on
    two items.
    """

    target: float
    now: Plan
    more_assessors: Plan | None  # on the items there are
    more_items: Plan | None  # with the assessors there are
    cheapest: Plan | None  # fewest hours; ratings, where durations aren't known
    limit_assessors: float | None  # what any number of assessors would reach on these items
    limit_items: float | None  # what any number of items would reach with these assessors
    sentence: str


def spearman_brown(single: float, times: float) -> float:
    """The reliability of so many times the ratings (Spearman 1910, Brown 1910)."""
    return times * single / (1 + (times - 1) * single)


def ratings_for(single: float, target: float) -> int | None:
    """How many ratings of this reliability reach a target below 1; None where no number does."""
    if not 0 < single < 1 or not 0 < target < 1:
        return 1 if single >= target else None
    return max(1, ceil(target * (1 - single) / (single * (1 - target)) - 1e-9))


def reliability_with(variance: Mapping[str, float], assessors: float, items: float, *, absolute: bool = False) -> float:
    """G of so many assessors on so many items; `absolute`: Phi, where severity and hard items count as error."""
    own = variance.get("candidate_assessor", 0.0) / assessors + variance.get("candidate_item", 0.0) / items
    error = own + variance.get("residual", 0.0) / (assessors * items)
    if absolute:
        error += variance.get("assessor", 0.0) / assessors + variance.get("item", 0.0) / items
        error += variance.get("assessor_item", 0.0) / (assessors * items)
    true = variance.get("candidate", 0.0)
    return true / (true + error) if true > 0 else 0.0


def study(
    variance: Mapping[str, float],
    *,
    assessors: int,
    items: int,
    target: float,
    candidates: int | None = None,
    minutes_each: float | None = None,
    absolute: bool = False,
) -> Study:
    """What it takes from so many assessors a candidate on so many items to reach a target.

    `minutes_each`: of one assessor with one candidate on the items there are; more items take as much more.
    """

    def plan(k: int, n: int) -> Plan:
        hours = None
        if candidates is not None and minutes_each is not None:
            hours = candidates * k * minutes_each * n / items / 60
        worth = reliability_with(variance, k, n, absolute=absolute)
        return Plan(assessors=k, items=n, reliability=worth, ratings_each=k * n, hours=hours)

    def first(plans: list[Plan]) -> Plan | None:
        return next((one for one in plans if one.reliability >= target), None)

    many = range(1, MOST_ASSESSORS + 1) if _tells_assessors(variance, assessors, items) else (assessors,)
    long = range(1, MOST_ITEMS + 1) if "candidate_item" in variance else (items,)
    every = [plan(k, n) for k in many for n in long]
    bare = Study(
        target=target,
        now=plan(assessors, items),
        more_assessors=first([one for one in every if one.items == items]),
        more_items=first([one for one in every if one.assessors == assessors]),
        cheapest=min((one for one in every if one.reliability >= target), key=_cost, default=None),
        limit_assessors=reliability_with(variance, inf, items, absolute=absolute) if len(many) > 1 else None,
        limit_items=reliability_with(variance, assessors, inf, absolute=absolute) if len(long) > 1 else None,
        sentence="",
    )
    return attrs.evolve(bare, sentence=_sentence(bare))


def _tells_assessors(variance: Mapping[str, float], assessors: int, items: int) -> bool:
    """Whether the marks say what another assessor would bring; with one item, the residual has it."""
    return "candidate_assessor" in variance or (items == 1 and assessors > 1)


def _cost(one: Plan) -> tuple[int, int]:
    return one.ratings_each, one.assessors  # hours grow with ratings; of equals, fewer people


def _sentence(of: Study) -> str:
    now = f"{_said(of.now)} reach {of.now.reliability:.2f}"
    if of.now.reliability >= of.target:
        return f"{now}, which is the {of.target:g} asked for."
    ways = []
    if of.more_assessors:
        ways.append(f"{of.more_assessors.assessors} assessors{_hours(of.more_assessors, of.now)}")
    if of.more_items:
        ways.append(f"{of.more_items.items} items{_hours(of.more_items, of.now)}")
    if ways:
        return f"{now}; {of.target:g} takes {', or '.join(ways)}."
    if of.cheapest:
        return f"{now}; {of.target:g} takes more of both: {_said(of.cheapest)}{_hours(of.cheapest, of.now)}."
    limits = (("assessors", of.limit_assessors), ("items", of.limit_items))
    ends = [f"more {what} alone end at {limit:.2f}" for what, limit in limits if limit is not None]
    return f"{now}; {of.target:g} is out of reach: {', '.join(ends) or 'these marks do not say what more would bring'}."


def _said(one: Plan) -> str:
    assessors = f"{one.assessors} assessor{'s' if one.assessors > 1 else ''}"
    return f"{assessors} on {one.items} item{'s' if one.items > 1 else ''}"


def _hours(one: Plan, now: Plan) -> str:
    if one.hours is None or now.hours is None:
        return ""
    return f" ({one.hours - now.hours:+.0f} assessor hours)"
