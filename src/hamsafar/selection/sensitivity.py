"""What would have changed the outcome: other weights, other pass marks, an assessor less, a few marks more.

Every answer here is exact but one: the share of weightings is simulated, with a seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, TypeAlias

import attrs
import numpy as np
from attrs import frozen

from hamsafar.selection.combining import Bools, Numbers, Rule, Scores, composites, inside, meeting, scaled

Change: TypeAlias = Literal["score", "weight", "pass mark"]
DRAWS = 10_000


# Weights


@frozen(kw_only=True)
class Steadiness:
    """In what share of the weightings a candidate is in."""

    candidate: str
    inside: bool  # under the weights given
    share: float


@frozen(kw_only=True)
class NearestWeights:
    """The weighting nearest to the one given at which somebody else is level with somebody who is in."""

    weights: tuple[float, ...]  # of sum one, in the order of the tests
    change: float  # sum of the absolute changes of the shares
    leaves: str
    enters: str


def steadiness(scores: Scores, rule: Rule, *, within: float = 0.25, seed: int = 0) -> tuple[Steadiness, ...]:
    """The share of weightings in which each candidate is in, every weight drawn between (1 - within) and (1 + within).

    In a box around what was given, as nobody means their weights more exactly; DRAWS weightings, so that a share is
    known to half a hundredth.
    """
    given = np.array([test.weight for test in rule.tests], dtype=float)
    drawn = given * np.random.default_rng(seed).uniform(1 - within, 1 + within, (DRAWS, len(given)))
    return _shares(scores, rule, drawn)


def _shares(scores: Scores, rule: Rule, drawn: Numbers) -> tuple[Steadiness, ...]:
    now = inside(scores.values, rule)
    parts = np.array_split(drawn, 1 + len(drawn) * len(now) // 2_000_000)  # 16 MB of means at once
    often = np.sum([_often(scores, rule, some) for some in parts], axis=0)
    return tuple(
        Steadiness(candidate=who, inside=bool(is_in), share=float(share))
        for who, is_in, share in zip(scores.candidates, now, often / len(drawn), strict=True)
    )


def _often(scores: Scores, rule: Rule, drawn: Numbers) -> Numbers:
    """(candidates,): in how many of the weightings (draws, tests) each is in."""
    means = _means(scaled(scores.values, rule), drawn)
    hurdles = (scores.values >= rule.pass_marks) | np.isneginf(rule.pass_marks)
    overall = -np.inf if rule.overall_mark is None else rule.overall_mark
    meets = hurdles.all(axis=1) & (means >= overall)  # without a score nobody does
    if rule.places is not None and rule.places < means.shape[1]:
        ranked = np.where(meets, means, -np.inf)
        meets &= ranked > -np.partition(-ranked, rule.places, axis=1)[:, [rule.places]]  # the first that is not in
    return np.asarray(meets.sum(axis=0), dtype=np.float64)


def _means(x: Numbers, weights: Numbers) -> Numbers:
    """(weightings, candidates): the weighted means; nan where a test that counts has no score."""
    means = weights @ np.nan_to_num(x).T / weights.sum(axis=1, keepdims=True)
    lacking = (weights > 0).astype(float) @ np.isnan(x).T.astype(float) > 0
    return np.where(lacking, np.nan, np.round(means, 9))


def _weighted(rule: Rule, weights: Sequence[float] | Numbers) -> Rule:
    tests = tuple(attrs.evolve(test, weight=float(weight)) for test, weight in zip(rule.tests, weights, strict=True))
    return attrs.evolve(rule, tests=tests)


def nearest_weights(scores: Scores, rule: Rule) -> NearestWeights | None:
    """The least change of weights that brings somebody who is out level with somebody who is in; None: there is none.

    Among those who meet the marks. For one pair the least change moves weight to the test that speaks most for the
    one who is out, first from the test that speaks most against: a fractional knapsack, so exact.
    """
    meets, now = meeting(scores.values, rule), inside(scores.values, rule)
    x, w = scaled(scores.values, rule), rule.weights
    pairs = ((i, j) for i in np.flatnonzero(now) for j in np.flatnonzero(meets & ~now))
    best: NearestWeights | None = None
    for i, j in pairs:
        moved = _moved(x[j] - x[i], w)
        if moved is None:
            continue
        change = float(np.abs(moved - w).sum())
        if best is None or change < best.change - 1e-12:
            who = scores.candidates
            best = NearestWeights(weights=tuple(map(float, moved)), change=change, leaves=who[i], enters=who[j])
    return best


def _moved(lead: Numbers, weights: Numbers) -> Numbers | None:
    """The nearest weights at which the weighted sum of leads is zero or more."""
    found = weights.copy()
    lacking = -float(lead @ weights)
    to = int(np.argmax(lead))
    if lead[to] < 0:
        return None
    for source in np.argsort(lead, kind="stable"):
        if lacking <= 1e-12 or source == to:
            break
        gain = float(lead[to] - lead[source])
        moved = min(float(found[source]), lacking / gain) if gain > 0 else 0.0
        found[source] -= moved
        found[to] += moved
        lacking -= moved * gain
    return found if lacking <= 1e-9 else None


# Pass marks and assessors


@frozen(kw_only=True)
class OtherMark:
    """Who would be in, and who no more, with another pass mark of one test."""

    test: str
    mark: float
    instead_of: float
    more: tuple[str, ...]
    fewer: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """`With a pass mark of 58 in place of 60 in interview: 3 more (A1, B2, C3).`"""
        parts = [
            f"{len(who)} {what} ({', '.join(who[:10])}{', ...' if len(who) > 10 else ''})"
            for who, what in ((self.more, "more"), (self.fewer, "fewer"))
            if who
        ]
        told = "; ".join(parts) or "nothing changes"
        return f"With a pass mark of {self.mark:.4g} in place of {self.instead_of:g} in {self.test}: {told}."


def with_mark(scores: Scores, rule: Rule, test: str, mark: float) -> OtherMark:
    """What another pass mark of a test that has one would change."""
    before = next(one.pass_mark for one in rule.tests if one.id == test)
    assert before is not None, "the test has a pass mark"
    more, fewer = _compared(scores, inside(scores.values, rule), inside(scores.values, _marked(rule, test, mark)))
    return OtherMark(test=test, mark=mark, instead_of=before, more=more, fewer=fewer)


def other_marks(scores: Scores, rule: Rule) -> tuple[OtherMark, ...]:
    """Each pass mark one standard error lower and higher, the middle one of the candidates' errors."""
    found = []
    for number, test in enumerate(rule.tests):
        seen = scores.errors[:, number][~np.isnan(scores.values[:, number])]
        error = float(np.median(seen)) if seen.size else 0.0
        if test.pass_mark is not None and rule.combining != "compensatory" and error > 0:
            found += [with_mark(scores, rule, test.id, test.pass_mark + step * error) for step in (-1, 1)]
    return tuple(found)


def _marked(rule: Rule, test: str, mark: float) -> Rule:
    tests = tuple(attrs.evolve(one, pass_mark=mark) if one.id == test else one for one in rule.tests)
    return attrs.evolve(rule, tests=tests)


def _compared(scores: Scores, before: Bools, after: Bools) -> tuple[tuple[str, ...], tuple[str, ...]]:
    def names(which: Bools) -> tuple[str, ...]:
        return tuple(scores.candidates[number] for number in np.flatnonzero(which))

    return names(after & ~before), names(before & ~after)


@frozen(kw_only=True)
class Without:
    """Who would be in, and who no more, without one assessor's marks."""

    assessor: str
    more: tuple[str, ...]
    fewer: tuple[str, ...]


def without_each(assessors: Iterable[str], chosen: Callable[[str | None], Iterable[str]]) -> tuple[Without, ...]:
    """What leaving out each assessor would change; `chosen` says who is in without one, or (None) with all."""
    now = frozenset(chosen(None))
    found = []
    for one in assessors:
        then = frozenset(chosen(one))
        found.append(Without(assessor=one, more=tuple(sorted(then - now)), fewer=tuple(sorted(now - then))))
    return tuple(found)


# One candidate


@frozen(kw_only=True)
class Turn:
    """The least change of one number that moves a candidate in or out, all else as it is."""

    candidate: str
    enters: bool
    what: Change
    test: str
    now: float
    then: float
    reached: bool  # whether `then` itself does it; otherwise any value beyond it

    @property
    def change(self) -> float:
        """How far it is, in the unit of the number."""
        return self.then - self.now

    @property
    def sentence(self) -> str:
        """`K7Q2 would be in with a score of at least 61 in interview (now 59).`"""
        way = "at least" if self.change > 0 else "at most"
        way = way if self.reached else ("more than" if self.change > 0 else "less than")
        where = "in" if self.enters else "out"
        far = f"{way} {self.then:.6g} in {self.test} (now {self.now:.6g})"
        return f"{self.candidate} would be {where} with a {self.what} of {far}."


def turns(scores: Scores, rule: Rule, candidate: str) -> tuple[Turn, ...]:
    """The least change of each single score, weight and pass mark that turns a candidate's outcome, nearest first.

    Exact: the outcome can only change where a number passes one of finitely many values, and each is tried, outwards.
    Scores stay on the test's scale, weights at or above zero; under `z` the scale stays as the scores made it.
    """
    number = scores.candidates.index(candidate)
    fixed = _on_fixed_scale(scores, rule)
    found: list[Turn | None] = []
    for place, test in enumerate(rule.tests):
        if not _is_stopped(scores, fixed, number, but=place):
            found.append(_by_score(scores, fixed, number, place, (test.lowest, test.highest)))
            if test.pass_mark is not None and rule.combining != "compensatory":
                found.append(_by_mark(scores, fixed, number, place))
        if len(rule.tests) > 1 and not _is_stopped(scores, fixed, number):
            found.append(_by_weight(scores, fixed, number, place))
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.what, abs(one.change))))


def _on_fixed_scale(scores: Scores, rule: Rule) -> Rule:
    """The same rule with `z` written as per cent of a scale whose hundredth is one standard deviation."""
    if rule.scale == "percent":
        return rule
    tests = []
    for test, column in zip(rule.tests, scores.values.T, strict=True):
        seen = column[~np.isnan(column)]
        mean, spread = (float(seen.mean()), float(seen.std())) if seen.size else (0.0, 0.0)
        tests.append(attrs.evolve(test, lowest=mean, highest=mean + (100 * spread or np.inf)))
    return attrs.evolve(rule, tests=tuple(tests), scale="percent")


def _is_stopped(scores: Scores, rule: Rule, number: int, *, but: int | None = None) -> bool:
    """Whether a pass mark of a test, besides one, is missed: then nothing else helps."""
    missed = ~(scores.values[number] >= rule.pass_marks) & ~np.isneginf(rule.pass_marks)
    if but is not None:
        missed[but] = False
    return bool(missed.any())


def _by_score(scores: Scores, rule: Rule, number: int, place: int, limits: tuple[float, float]) -> Turn | None:
    now = float(scores.values[number, place])
    if np.isnan(now):
        return None
    worth = float(rule.weights[place]) * 100 / (rule.tests[place].highest - rule.tests[place].lowest)
    others = composites(scores.values, rule)
    if rule.overall_mark is not None:
        others = np.append(others, rule.overall_mark)
    own = float(np.nansum(scaled(scores.values, rule)[number] * rule.weights))
    breaks = now + (others - own) / worth if worth > 0 else np.zeros(0)

    meets = meeting(scores.values, rule)
    meets[number] = False
    ahead = np.sort(composites(scores.values, rule)[meets])  # of the others

    def status(values: Numbers) -> Bools:
        means = np.round(own + (values - now) * worth, 9)
        overall = -np.inf if rule.overall_mark is None else rule.overall_mark
        level = len(ahead) - np.searchsorted(ahead, means, side="left")
        room = True if rule.places is None else level < rule.places
        return np.asarray((values >= rule.pass_marks[place]) & (means >= overall) & room)

    far = _nearest(now, np.append(breaks, rule.pass_marks[place]), status, limits)
    return _turn(scores, rule, number, place, "score", now, far)


def _by_mark(scores: Scores, rule: Rule, number: int, place: int) -> Turn | None:
    test = rule.tests[place]
    assert test.pass_mark is not None, "only marks there are can change"

    means, column = composites(scores.values, rule), scores.values[:, place]
    able = meeting(scores.values, _marked(rule, test.id, -np.inf), means)  # whatever this mark is

    def status(values: Numbers) -> Bools:
        meets = able & (column >= values[:, None])
        return _has_room(means[None, :], meets, number, rule)

    far = _nearest(test.pass_mark, scores.values[:, place], status, (-np.inf, np.inf))
    return _turn(scores, rule, number, place, "pass mark", test.pass_mark, far)


def _by_weight(scores: Scores, rule: Rule, number: int, place: int) -> Turn | None:
    """Two weighted means cross where a line does: the rest of the lead, and the lead in this test times its weight."""
    given = np.array([test.weight for test in rule.tests], dtype=float)
    x = scaled(scores.values, rule)
    lead = x[number] - x
    if rule.overall_mark is not None:
        lead = np.vstack((lead, x[number] - rule.overall_mark))
    rest = np.delete(lead, place, axis=1) @ np.delete(given, place)
    breaks = np.divide(-rest, lead[:, place], out=np.full(len(rest), np.nan), where=lead[:, place] != 0)

    hurdles = ((scores.values >= rule.pass_marks) | np.isneginf(rule.pass_marks)).all(axis=1)
    overall = -np.inf if rule.overall_mark is None else rule.overall_mark

    def status(values: Numbers) -> Bools:
        weights = np.repeat(given[None, :], len(values), axis=0)
        weights[:, place] = values
        counted = weights.sum(axis=1) > 0
        means = _means(x, np.where(counted[:, None], weights, 1.0))
        return np.asarray(counted & _has_room(means, hurdles & (means >= overall), number, rule), dtype=np.bool_)

    far = _nearest(float(given[place]), breaks, status, (0.0, np.inf))
    return _turn(scores, rule, number, place, "weight", float(given[place]), far)


def _has_room(means: Numbers, meets: Bools, number: int, rule: Rule) -> Bools:
    """(cases,): whether a candidate meets the marks, and fewer than `places` others are level or ahead."""
    level = (meets & (means >= means[:, [number]])).sum(axis=1)  # the candidate among them
    room = True if rule.places is None else level <= rule.places
    return np.asarray(meets[:, number] & room)


def _nearest(
    now: float, breaks: Numbers, status: Callable[[Numbers], Bools], limits: tuple[float, float]
) -> tuple[float, bool] | None:
    """The nearest value at which (True), or beyond which (False), a status is another than now; None: nowhere.

    Between two breaks nothing changes, so that a value in the middle speaks for all of them.
    """
    low, high = limits
    kept = np.unique(breaks[np.isfinite(breaks) & (breaks > low) & (breaks < high)])
    before = bool(status(np.array([now]))[0])
    ways = []
    for side, end in ((kept[kept > now], high), (kept[kept < now][::-1], low)):
        last = [end] if np.isfinite(end) else [float(side[-1] if side.size else now) + np.sign(end)]
        steps = np.concatenate(([now], side, last))
        after = (steps[:-1] + steps[1:]) / 2
        parts = np.array_split(np.concatenate((steps, after)), 1 + len(steps) // 200)  # a case is as long as the field
        turned = np.concatenate([status(part) for part in parts]) != before
        ways.append(_first(steps, turned[: len(steps)], turned[len(steps) :]))
    found = [one for one in ways if one is not None]
    return min(found, key=lambda one: abs(one[0] - now), default=None)


def _first(steps: Numbers, at: Bools, after: Bools) -> tuple[float, bool] | None:
    """The first of the steps at which, or after which, the status is another."""
    turned = at | np.append(after, False)
    if not turned.any():
        return None
    number = int(np.argmax(turned))
    return float(steps[number]), bool(at[number])


def _turn(
    scores: Scores, rule: Rule, number: int, place: int, what: Change, now: float, far: tuple[float, bool] | None
) -> Turn | None:
    if far is None:
        return None
    return Turn(
        candidate=scores.candidates[number],
        enters=not bool(inside(scores.values, rule)[number]),
        what=what,
        test=rule.tests[place].id,
        now=now,
        then=far[0],
        reached=far[1],
    )
