"""What counts as training, on every page alike: sessions; of their hours, those of self-study and journeys apart."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from hamsafar.domain.plan import Placement
from hamsafar.export.words import duration_text

APART = {
    "self-study": "self-study",
    "travel": "journeys",
}  # kinds that the hours of training don't count, and their name
COUNTING = (
    "Hours of training are those of sessions without self-study and journeys, which are told apart. "
    "Nights in quarantine and milestones are no sessions."
)


@frozen(kw_only=True)
class Counted:
    """Some placements of the term, counted."""

    sessions: int
    trained_min: int
    apart_min: dict[str, int]  # by kind
    nights: int

    @property
    def hours_said(self) -> str:
        """`20 h 30 min of training, 2 h of self-study, 6 h of journeys`."""
        apart = [
            f"{duration_text(self.apart_min[kind])} of {name}" for kind, name in APART.items() if self.apart_min[kind]
        ]
        trained = [f"{duration_text(self.trained_min)} of training"] if self.trained_min or not apart else []
        return ", ".join([*trained, *apart])

    @property
    def number_said(self) -> str:
        """`12 sessions`, `1 session, 7 nights`; `nothing` where there is neither."""
        said = [_number(n, what) for n, what in ((self.sessions, "session"), (self.nights, "night")) if n]
        return ", ".join(said) or "nothing"

    @property
    def said(self) -> str:
        """`12 sessions, 7 nights: 20 h 30 min of training, 2 h of self-study`."""
        return f"{self.number_said}: {self.hours_said}" if self.sessions else self.number_said


def counted(placements: Iterable[Placement]) -> Counted:
    """How many sessions and nights, and how long they train, study and travel."""
    every = list(placements)
    sessions = [one for one in every if one.is_session]
    return Counted(
        sessions=len(sessions),
        trained_min=sum(minutes_of(one) for one in sessions if one.kind not in APART),
        apart_min={kind: sum(minutes_of(one) for one in sessions if one.kind == kind) for kind in APART},
        nights=sum(one.stage == "training" and one.kind == "sleep" for one in every),
    )


def minutes_of(one: Placement) -> int:
    """Its length in minutes."""
    return round(one.span.seconds / 60)


def _number(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count != 1 else ''}"
