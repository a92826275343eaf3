"""Rules of combining tests: multiple hurdles, compensatory, mixed; with a second look near a pass mark.

A pass mark is a line through uncertain scores: who lies within one standard error of it, on either side, is for a
second look. Places go by the weighted mean; who ties for the last of them is told, never drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from hamsafar.domain.campaign import Combining, Stage, Test
from hamsafar.domain.selection import Verdict

Numbers: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Scale: TypeAlias = Literal["percent", "z"]
Place: TypeAlias = Literal["in", "reserve", "out", "tied"]

_DIGITS = 9  # composites that agree so far are equal


@frozen(kw_only=True)
class Part:
    """How one test counts."""

    id: str
    weight: float = 1.0
    pass_mark: float | None = None
    lowest: float = 0.0
    highest: float = 100.0

    @classmethod
    def of(cls, test: Test) -> Part:
        """As the campaign has it."""
        return cls(id=test.id, weight=test.weight, pass_mark=test.pass_mark, lowest=test.lowest, highest=test.highest)


@frozen(kw_only=True)
class Rule:
    """How the tests of a stage are combined.

    `scale`: tests are brought to per cent of their own scales, or to standard deviations from the mean of all who
    took them (`z`), which counts a test by how far it spreads people. `compensatory` leaves pass marks aside.
    """

    tests: tuple[Part, ...]
    combining: Combining = "hurdles"
    places: int | None = None  # None: all who pass
    reserves: int = 0
    scale: Scale = "percent"
    overall_mark: float | None = None  # on the weighted mean, in its scale

    @classmethod
    def of(cls, stage: Stage) -> Rule:
        """As the campaign has it."""
        tests = tuple(Part.of(test) for test in stage.tests)
        return cls(tests=tests, combining=stage.combining, places=stage.places, reserves=stage.reserves)

    @property
    def weights(self) -> Numbers:
        """(tests,), of sum one."""
        given = np.array([test.weight for test in self.tests])
        return np.asarray(given / given.sum(), dtype=np.float64)

    @property
    def pass_marks(self) -> Numbers:
        """(tests,); minus infinity where there is none, or where tests compensate."""
        marks = [-np.inf if test.pass_mark is None else test.pass_mark for test in self.tests]
        return np.full(len(marks), -np.inf) if self.combining == "compensatory" else np.array(marks, dtype=float)


@frozen(kw_only=True, eq=False)
class Scores:
    """Adjusted scores and their standard errors, (candidates, tests) in the order of the rule; nan: none."""

    candidates: tuple[str, ...]
    values: Numbers
    errors: Numbers = field()

    @errors.default
    def _exact(self) -> Numbers:
        return np.zeros_like(self.values)

    @classmethod
    def of(cls, rule: Rule, scores: Mapping[tuple[str, str], tuple[float, float]], candidates: Iterable[str]) -> Scores:
        """From (candidate, test) → score and its standard error."""
        who = tuple(candidates)
        none = (np.nan, np.nan)
        cells = np.array([[scores.get((one, test.id), none) for test in rule.tests] for one in who], dtype=float)
        cells = cells.reshape(len(who), len(rule.tests), 2)
        return cls(candidates=who, values=cells[:, :, 0], errors=np.nan_to_num(cells[:, :, 1]))


@frozen(kw_only=True)
class Combination:
    """One candidate under a rule. `verdict` looks at pass marks with their errors; `place` at the marks alone."""

    candidate: str
    verdict: Verdict
    stopped_by: tuple[str, ...]  # tests whose pass mark is missed; `overall` for that of the weighted mean
    second_look: tuple[str, ...]  # tests within one standard error of their pass mark
    missing: tuple[str, ...]  # tests without a score
    composite: float | None  # in the rule's scale
    composite_error: float | None  # errors of different tests taken as independent
    rank: int | None  # among those who meet all marks; equals share one
    place: Place


@frozen(kw_only=True)
class Combined:
    """All candidates under a rule, in the order given."""

    candidates: tuple[Combination, ...]
    filled: int
    places: int | None
    tied: tuple[str, ...]  # for the last places, more than there are
    cut: float | None  # the lowest weighted mean that is in
    sentence: str

    def placed(self, place: Place) -> tuple[str, ...]:
        """Who is in, say, in the order given."""
        return tuple(one.candidate for one in self.candidates if one.place == place)


def combine(scores: Scores, rule: Rule) -> Combined:
    """What the rule says of each candidate, who fills the places, and who ties for the last."""
    means = composites(scores.values, rule)
    meets = meeting(scores.values, rule, means)
    behind = _ahead(means, meets)
    errors = np.sqrt(((scores.errors * _units(scores.values, rule) * rule.weights) ** 2).sum(axis=1))
    places = _places(means, meets, rule)
    rows = tuple(
        _combination(scores, rule, number, means, errors, behind, meets, places)
        for number in range(len(scores.candidates))
    )
    inside = [one.composite for one in rows if one.place == "in" and one.composite is not None]
    tied = tuple(one.candidate for one in rows if one.place == "tied")
    return Combined(
        candidates=rows,
        filled=len(inside),
        places=rule.places,
        tied=tied,
        cut=min(inside, default=None),
        sentence=_sentence(rule, len(inside), tied),
    )


def _units(values: Numbers, rule: Rule) -> Numbers:
    """(tests,): what one mark is worth in the common scale."""
    if rule.scale == "percent":
        return np.array([100 / (test.highest - test.lowest) for test in rule.tests])
    spread = np.array([_spread(column) for column in values.T])
    return np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)


def _spread(column: Numbers) -> float:
    seen = column[~np.isnan(column)]
    return float(seen.std()) if seen.size else 0.0


def scaled(values: Numbers, rule: Rule) -> Numbers:
    """Scores (candidates, tests) in the common scale. A test that spreads nobody counts nothing under `z`."""
    lowest = np.array([test.lowest for test in rule.tests])
    if rule.scale == "z":
        seen = ~np.isnan(values)
        lowest = np.where(seen, values, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return np.asarray((values - lowest) * _units(values, rule), dtype=np.float64)


def composites(values: Numbers, rule: Rule) -> Numbers:
    """(candidates,): weighted means in the common scale; nan where a test that counts has no score."""
    counts = rule.weights > 0
    return np.asarray(np.round(scaled(values, rule)[:, counts] @ rule.weights[counts], _DIGITS), dtype=np.float64)


def meeting(values: Numbers, rule: Rule, means: Numbers | None = None) -> Bools:
    """(candidates,): who meets every pass mark, and the overall one. Without a score nobody does."""
    means = composites(values, rule) if means is None else means
    marks = rule.pass_marks
    hurdles = (values >= marks) | np.isneginf(marks)
    overall = -np.inf if rule.overall_mark is None else rule.overall_mark
    return np.asarray(hurdles.all(axis=1) & ~np.isnan(means) & (means >= overall))


def inside(values: Numbers, rule: Rule) -> Bools:
    """(candidates,): who meets the marks, and has fewer than `places` others at or above their weighted mean."""
    means = composites(values, rule)
    meets = meeting(values, rule, means)
    return meets if rule.places is None else np.asarray(meets & (_level(means, meets) <= rule.places))


def _level(means: Numbers, meets: Bools) -> NDArray[np.intp]:
    """(candidates,): how many of those who meet the marks have a mean at least as high, oneself among them."""
    ranked = np.sort(means[meets])
    return np.asarray(len(ranked) - np.searchsorted(ranked, means, side="left"), dtype=np.intp)


def _ahead(means: Numbers, meets: Bools) -> NDArray[np.intp]:
    """(candidates,): how many of those who meet the marks have a higher mean."""
    ranked = np.sort(means[meets])
    return np.asarray(len(ranked) - np.searchsorted(ranked, means, side="right"), dtype=np.intp)


def _places(means: Numbers, meets: Bools, rule: Rule) -> list[Place]:
    level, ahead = _level(means, meets), _ahead(means, meets)
    found: list[Place] = []
    for number in range(len(means)):
        if not meets[number]:
            found.append("out")
        elif rule.places is None or level[number] <= rule.places:
            found.append("in")
        elif ahead[number] < rule.places:
            found.append("tied")
        else:
            found.append("reserve" if level[number] <= rule.places + rule.reserves else "out")
    return found


def _combination(
    scores: Scores,
    rule: Rule,
    number: int,
    means: Numbers,
    errors: Numbers,
    ahead: NDArray[np.intp],
    meets: Bools,
    places: Sequence[Place],
) -> Combination:
    values, marks, mean = scores.values[number], rule.pass_marks, float(means[number])
    ids = [test.id for test in rule.tests]
    missing = tuple(
        one for one, value, weight in zip(ids, values, rule.weights, strict=True) if np.isnan(value) and weight
    )
    below = {one: mark - value for one, value, mark in zip(ids, values, marks, strict=True) if not np.isneginf(mark)}
    slack = dict(zip(ids, scores.errors[number], strict=True))
    if rule.overall_mark is not None:
        below["overall"], slack["overall"] = rule.overall_mark - mean, float(errors[number])
    known = {one: gap for one, gap in below.items() if not np.isnan(gap)}
    near = tuple(one for one, gap in known.items() if slack[one] > 0 and abs(gap) <= slack[one])
    stopped = tuple(one for one, gap in known.items() if gap > 0)
    return Combination(
        candidate=scores.candidates[number],
        verdict=_verdict(near, stopped, bool(missing) or len(known) < len(below)),
        stopped_by=stopped,
        second_look=near,
        missing=missing,
        composite=None if np.isnan(mean) else mean,
        composite_error=None if np.isnan(mean) else float(errors[number]),
        rank=int(ahead[number]) + 1 if meets[number] else None,
        place=places[number],
    )


def _verdict(near: Sequence[str], stopped: Sequence[str], unknown: bool) -> Verdict:
    """A mark that is clearly missed fails, whatever the others are; a second look needs all that fail to be near."""
    if any(one not in near for one in stopped):
        return "fails"
    if unknown:
        return "unknown"
    return "second-look" if near else "passes"


def _sentence(rule: Rule, filled: int, tied: Sequence[str]) -> str:
    scale = "per cent of each test's scale" if rule.scale == "percent" else "standard deviations of each test"
    how = {
        "hurdles": "Each pass mark must be met",
        "compensatory": "Tests make up for each other, pass marks left aside",
        "mixed": "Each pass mark must be met, then tests make up for each other",
    }[rule.combining]
    if rule.places is None:
        return f"{how}; all {filled} who meet them go on. Weighted means are in {scale}."
    ties = f" {len(tied)} tie for the last {rule.places - filled}: the board decides." if tied else ""
    return f"{how}; {filled} of {rule.places} places are filled by the weighted mean, in {scale}.{ties}"
