"""What happens in a campaign: applications, screenings, marks, verdicts, decisions, notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from attrs import field, frozen

from hamsafar.timeline import Instant

Verdict = Literal["passes", "fails", "second-look", "unknown"]
MedicalVerdict = Literal["fit", "fit-with-waiver", "not-fit"]
Outcome = Literal["advance", "conditional", "reserve", "stop", "selected"]
Value = str | float | bool | date | tuple[str, ...] | None


@frozen(kw_only=True)
class Applicant:
    """One application. `code` stands for the person everywhere else; `fields` are personal."""

    code: str  # random, like `K7Q2-9M`; says nothing about the person
    source: str  # which tool or file it came from
    source_id: str  # its number there: what re-import knows it by
    submitted: Instant | None
    fields: Mapping[str, Value]  # by field id; a missing answer is None
    valid: bool  # complete and readable; whether it meets the criteria is for the screening
    why_invalid: tuple[str, ...] = ()
    withdrawn: bool = False


@frozen(kw_only=True)
class Screened:
    """One criterion judged for one candidate; the value itself is not kept here."""

    candidate: str
    stage: str
    criterion: str
    verdict: Verdict
    sentence: str  # for the applicant: what was asked, and whether it was met


@frozen(kw_only=True)
class Declaration:
    """What an assessor declared: a conflict with one candidate, or (candidate None) that all others are free of any."""

    assessor: str
    stage: str
    candidate: str | None
    conflict: bool
    kind: str = ""  # family, supervisor, employer, co-author, ...


@frozen(kw_only=True)
class Assigned:
    """One assessor marks one candidate in one test."""

    stage: str
    test: str
    candidate: str
    assessor: str
    begins: Instant | None = None
    minutes: int | None = None
    room: str | None = None


@frozen(kw_only=True)
class Mark:
    """One mark: whose, by whom, on what. None: seen, but no mark could be given (says why in `note`)."""

    stage: str
    test: str
    item: str
    candidate: str
    assessor: str
    mark: float | None
    note: str = ""


@frozen(kw_only=True)
class Medical:
    """What the board may know of a medical examination; the details are sealed to the medical officer."""

    candidate: str
    stage: str
    verdict: MedicalVerdict
    limits: tuple[str, ...] = ()  # for training and flight, in words that tell no diagnosis
    valid_until: date | None = None


@frozen(kw_only=True)
class Decision:
    """What a board decided on one candidate, apart from any ranking."""

    candidate: str
    stage: str
    board: str
    outcome: Outcome
    present: tuple[str, ...]  # roles who took part
    reason: str
    evidence: tuple[str, ...] = ()  # digests of the reports that lay before them
    condition: str = ""  # of `conditional`: what must be shown
    condition_due: date | None = None
    seat: str | None = None  # of `selected`: trainee-prime, ...
    against_ranking: bool = False


@frozen(kw_only=True)
class Notice:
    """What a candidate was told, or is owed."""

    candidate: str
    stage: str
    kind: str  # received, criterion-failed, invited, advanced, stopped, delayed, ...
    due: date | None
    sent: Instant | None = None
    text: str = ""


@frozen(kw_only=True)
class Event:
    """One entry of the record: who did what, when and why, chained to all before it."""

    number: int
    at: Instant
    by: str
    command: str
    reason: str
    body: Mapping[str, object] = field(factory=dict)  # nothing personal
    digest: str = ""  # of all rows it wrote
    chain: str = ""  # SHA-256 over the entry before and this one
