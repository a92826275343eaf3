"""What lies before a selection board: ranks with their intervals, how good the marks are, fairness. Codes, no names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from attrs import frozen

from hamsafar.domain.selection import MedicalVerdict

Place = Literal["in", "out", "undecided", "unknown"]
HurdleVerdict = Literal["passes", "fails", "second-look", "unknown"]


@frozen(kw_only=True)
class ScoreInTest:
    """A candidate's adjusted score in one test, on its scale, with its standard error; None: not marked."""

    test: str
    score: float | None
    error: float | None
    marks: int
    verdict: HurdleVerdict  # against the test's pass mark; a score within one standard error of it is looked at again


@frozen(kw_only=True)
class BoardRow:
    """One candidate as the marks show them."""

    candidate: str
    composite: float | None
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    p_top: float | None  # probability of being among those for whom there are places
    place: Place  # in or out where the evidence tells (97.5 %), else undecided
    verdict: HurdleVerdict
    stopped_by: tuple[str, ...]  # tests whose hurdle was not passed
    scores: tuple[ScoreInTest, ...]
    stays_in: float | None  # share of other weightings under which they are among the places
    would_change: str  # the least that would have changed whether they are in
    medical: MedicalVerdict | None = None
    limits: tuple[str, ...] = ()


@frozen(kw_only=True)
class AssessorRow:
    """How severe somebody marks beside the others, and how consistently."""

    test: str
    assessor: str
    marks: int
    severity: float  # positive: marks lower than the others, on the test's scale
    severity_error: float
    consistency: float | None  # correlation of their marks with the candidates' adjusted scores
    note: str = ""


@frozen(kw_only=True)
class MarkQuality:
    """How good the marks of a test are."""

    test: str
    title: str
    candidates: int
    assessors: int
    marks: int
    lowest: float
    highest: float
    variance: Mapping[str, float]
    icc: float | None
    g: float | None
    alpha: float | None
    alpha_low: float | None
    alpha_high: float | None
    connected: bool
    sentences: tuple[str, ...]  # what the figures mean, what more ratings would bring, warnings


@frozen(kw_only=True)
class GroupRow:
    """How a group fared in a stage or a part of it."""

    stage: str  # or `overall`
    by: str
    group: str
    entered: int
    passed: int
    rate: float | None
    ratio: float | None
    flag: bool


@frozen(kw_only=True)
class ImpactTable:
    """The groups of one stage by one field, with what may be said of them."""

    stage: str
    by: str
    rows: tuple[GroupRow, ...]
    exact_p: float | None
    sentence: str


@frozen(kw_only=True)
class FunnelStep:
    """How many reached a stage and how many went on; None while it is not decided."""

    stage: str
    title: str
    run_by: str
    entered: int
    passed: int | None


@frozen(kw_only=True)
class BoardReport:
    """A stage before its board. The ranking advises; what is decided stands elsewhere, with who decided it."""

    campaign: str
    campaign_title: str
    stage: str
    stage_title: str
    as_of: date
    combining: str
    weights: Mapping[str, float]
    places: int | None
    reserves: int
    rows: tuple[BoardRow, ...]
    cannot_tell: tuple[str, ...]  # plain statements of which differences the evidence can't tell
    assessors: tuple[AssessorRow, ...]
    quality: tuple[MarkQuality, ...]
    impact: tuple[ImpactTable, ...]
    funnel: tuple[FunnelStep, ...]
    hurdles: tuple[str, ...]  # what another pass mark would have done
    warnings: tuple[str, ...]
    record: str  # chain value of the record that it was made from
