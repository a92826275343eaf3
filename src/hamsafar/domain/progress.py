"""How far somebody's training has come, what of it is at risk, and on which days the backup could fly instead."""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge

from hamsafar.timeline import Span

RiskKind = Literal[
    "missed",
    "failed",
    "not placed",
    "not valid",
    "late certificate",
    "no room for a re-sit",
    "last possible day",
]
GapKind = Literal["certificate", "session"]


@frozen(kw_only=True)
class ClassProgress:
    """The minutes of one class of training: done, in the plan still to come, and asked for but nowhere in the plan."""

    id: str
    title: str
    done_min: int = field(default=0, validator=ge(0))
    to_come_min: int = field(default=0, validator=ge(0))
    missing_min: int = field(default=0, validator=ge(0))

    @property
    def planned_min(self) -> int:
        """All that the syllabus asks for."""
        return self.done_min + self.to_come_min + self.missing_min


@frozen(kw_only=True)
class SubjectProgress:
    """The sessions of one subject, counted; `done + to_come + missing` are those that the syllabus asks for."""

    id: str
    title: str
    training_class: str
    done: int
    to_come: int
    missing: int  # neither done nor placed
    missed: int  # times that one was missed, made up or not
    failed: int  # times that an exam was failed
    resits: int  # times that an exam was sat again, or is to be


@frozen(kw_only=True)
class ValidDays:
    """A stretch of days on which a certificate is valid, both included."""

    first: date
    last: date
    earned: bool  # by the training, not brought along


@frozen(kw_only=True)
class CertificateLine:
    """When somebody holds a certificate, and on which days they need it."""

    id: str
    title: str
    valid: tuple[ValidDays, ...]  # ascending; a later one that was earned too is a refresher's
    needed: tuple[date, ...]  # days of sessions that ask for it, ascending
    needed_aboard: tuple[date, date] | None  # lift-off to landing, where something aboard asks for it

    @property
    def all_needed(self) -> tuple[date, ...]:
        """Every day on which it matters: a stay counts by its first and last."""
        return tuple(sorted({*self.needed, *(self.needed_aboard or ())}))


@frozen(kw_only=True)
class Risk:
    """Something of a plan that one mishap would undo, or that is undone already."""

    kind: RiskKind
    of: str  # a certificate, or a placement
    title: str
    day: date | None = None  # when it is needed, or held, or when the last chance is
    spare_d: int | None = None  # days between what is planned and what is needed


@frozen(kw_only=True)
class Mishap:
    """A time at which somebody missed a session, or failed an exam, and what came of it."""

    of: str  # the placement
    title: str
    outcome: Literal["missed", "failed"]
    when: Span
    note: str  # as recorded: the mark, the reason
    again: Span | None  # when it was made up or is to be; None where it is nowhere in the plan
    made_up: bool  # by then it was


@frozen(kw_only=True)
class Progress:
    """One trainee's training against the syllabus, as of a day. Self-study and journeys are told apart."""

    person: str
    as_of: date
    classes: tuple[ClassProgress, ...]
    self_study: ClassProgress
    journeys: ClassProgress
    subjects: tuple[SubjectProgress, ...]
    certificates: tuple[CertificateLine, ...]
    mishaps: tuple[Mishap, ...]  # ascending
    risks: tuple[Risk, ...]


@frozen(kw_only=True)
class Gap:
    """What the backup lacks to fly, and on which days: a certificate that isn't valid, a session that they didn't have.

    Of a session the first day is that on which the prime had it: until then the backup can have it in their place.
    """

    kind: GapKind
    of: str
    title: str
    first: date
    last: date


@frozen(kw_only=True)
class SwapDay:
    """One day on which the prime might leave: what would keep the backup from flying."""

    day: date
    gaps: tuple[Gap, ...]
    to_earn: tuple[str, ...]  # certificates that the backup holds by lift-off, but not yet on that day

    @property
    def feasible(self) -> bool:
        """Whether the backup, going on with their own plan, can fly."""
        return not self.gaps


@frozen(kw_only=True)
class Readiness:
    """Whether a backup can fly instead, for each day from eight weeks before lift-off to its eve."""

    prime: str
    backup: str
    days: tuple[SwapDay, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap that there is on any of the days, once."""
        return tuple(dict.fromkeys(gap for day in self.days for gap in day.gaps))
