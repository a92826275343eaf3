"""The term: classes, subjects, sessions, phases, facilities."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Literal

from attrs import field, frozen
from attrs.validators import ge, gt

from hamsafar.domain.calendars import DateRange

SessionKind = Literal[
    "theory", "practice", "simulation", "drill", "exam", "language", "physical", "medical", "self-study", "travel"
]
Attendance = Literal["together", "each"]


@frozen(kw_only=True)
class After:
    """This starts at least `min_gap_min` after the end of `of`, and at most `max_gap_min` where given."""

    of: str
    min_gap_min: int = field(default=0, validator=ge(0))
    max_gap_min: int | None = None


@frozen(kw_only=True)
class Facility:
    """A room, device or ground that sessions need; `capacity` sessions at a time."""

    id: str
    title: str
    calendar: str
    capacity: int = field(default=1, validator=gt(0))
    open_in_quarantine: bool = False
    closed: tuple[DateRange, ...] = ()


@frozen(kw_only=True)
class Phase:
    """A stretch of the term, in days before lift-off: from `from_d` (larger) to `to_d` (smaller)."""

    id: str
    title: str
    from_d: float
    to_d: float = field(validator=ge(0))


@frozen(kw_only=True)
class TrainingClass:
    """One of the classes of the syllabus (the host's eight)."""

    id: str
    title: str


@frozen(kw_only=True)
class Session:
    """One block of training. `id` is `subject/session`."""

    id: str
    subject: str
    title: str
    kind: SessionKind
    duration_min: int = field(validator=gt(0))
    phase: str
    facilities: tuple[str, ...]
    attendance: Attendance
    language: str
    instructor: str | None  # the qualification that whoever teaches must hold
    joined_by: tuple[str, ...] = ()  # people besides the trainees (the crew they will fly with)
    after: tuple[After, ...] = ()
    needs: tuple[str, ...] = ()  # certificates that attendees must hold by then
    recovery_min: int = field(default=0, validator=ge(0))  # no demanding session for so long afterwards
    demanding: bool = False
    in_quarantine: bool = False
    promised: bool = False  # to somebody outside: moved last when the plan changes


@frozen(kw_only=True)
class Subject:
    """A subject of a class: its sessions in order, and the certificate that its last session gives."""

    id: str
    title: str
    training_class: str
    sessions: tuple[Session, ...]
    certificate: str | None = None
    trainees: tuple[str, ...] = ()

    @property
    def in_order(self) -> bool:
        """Whether each session comes after the one before it."""
        return all(one.id in [after.of for after in then.after] for one, then in pairwise(self.sessions))


@frozen(kw_only=True)
class Term:
    """The frame of the training: first day, quarantine, and when the day's last minute may fall."""

    start: date
    zone: str
    quarantine_d: int = field(validator=ge(0))
    phases: tuple[Phase, ...]
    classes: tuple[TrainingClass, ...]
    subjects: tuple[Subject, ...]
    facilities: tuple[Facility, ...]
