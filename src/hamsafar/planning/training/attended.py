"""Each session that a trainee is asked to attend, and what became of it: done, to come, or nowhere in the plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

from attrs import frozen

from hamsafar.domain.changes import Happened, last_records
from hamsafar.domain.plan import Placement, Plan
from hamsafar.domain.progress import Mishap
from hamsafar.domain.training import Session, Subject
from hamsafar.planning.training.grid import TermGrid
from hamsafar.timeline import Span, local_date

State = Literal["done", "to come", "missing"]


@frozen(kw_only=True)
class Attended:
    """One session of one trainee."""

    id: str  # of the placement
    session: Session
    subject: Subject
    state: State
    span: Span | None  # when it was held, or is to be; None where it is missing
    missed: int  # times
    failed: int

    @property
    def minutes(self) -> int:
        """How long it was, is to be, or should be."""
        return self.session.duration_min if self.span is None else round(self.span.seconds / 60)


def grid_of(plan: Plan) -> TermGrid | None:
    """The plan's term in ticks; None where it has none."""
    if plan.programme.term is None:
        return None
    flight = plan.flight
    return TermGrid(
        programme=plan.programme,
        term=plan.programme.term,
        launch=flight.launch.launch,
        landing=flight.landing.landing,
    )


def today_of(plan: Plan) -> date:
    """The day up to which it is known what happened, else the one that the plan is made for."""
    past, term = plan.programme.past_until, plan.programme.term
    return plan.programme.now if past is None or term is None else local_date(past, term.zone)


def attended(plan: Plan, grid: TermGrid, person: str) -> tuple[Attended, ...]:
    """Every session that is asked of somebody or that they take part in, in the order of the syllabus."""
    subjects = {session.id: subject for subject in grid.term.subjects for session in subject.sessions}
    sessions = {session.id: session for subject in grid.term.subjects for session in subject.sessions}
    asked = {one.id: one.session.id for one in grid.occurrences if person in (*one.held_for, *one.trainees)}
    own = [one for one in plan.placements if one.stage == "training" and person in one.person_ids]
    asked |= {one.id: one.of for one in own if one.of in sessions}
    placed = {one.id: one for one in own}
    last = last_records(plan.programme.happened)
    counted = {outcome: dict(_times(plan, person, outcome)) for outcome in ("missed", "failed")}
    found = []
    for id_, of in asked.items():
        state, span = _became(plan, person, placed.get(id_), last.get(id_))
        found.append(
            Attended(
                id=id_,
                session=sessions[of],
                subject=subjects[of],
                state=state,
                span=span,
                missed=counted["missed"].get(id_, 0),
                failed=counted["failed"].get(id_, 0),
            )
        )
    order = {id_: n for n, id_ in enumerate(sessions)}
    return tuple(sorted(found, key=lambda one: order[one.session.id]))


def _became(plan: Plan, person: str, placement: Placement | None, record: Happened | None) -> tuple[State, Span | None]:
    """What became of a session for somebody, and when; by its last record, else by where it is placed."""
    if record is not None and record.outcome == "done":
        return ("done", Span(record.start, record.end)) if person in record.people else ("missing", None)
    span = _to_come(plan, placement)
    return ("missing", None) if span is None else ("to come", span)


def _to_come(plan: Plan, placement: Placement | None) -> Span | None:
    past = plan.programme.past_until
    return None if placement is None or (past is not None and placement.start < past) else placement.span


def _times(plan: Plan, person: str, outcome: str) -> Iterator[tuple[str, int]]:
    """Placement → how often it was missed or failed."""
    yield from Counter(record.placement for record, became in _undone(plan, person) if became == outcome).items()


def _undone(plan: Plan, person: str) -> Iterator[tuple[Happened, Literal["missed", "failed"]]]:
    """The records of what was missed or failed; what was last held without somebody, was missed by them."""
    last = last_records(plan.programme.happened)
    for record in plan.programme.happened:
        if record.outcome != "done":
            yield record, record.outcome
        elif record == last[record.placement] and person not in record.people:
            yield record, "missed"


def mishaps(plan: Plan, own: Sequence[Attended], person: str) -> tuple[Mishap, ...]:
    """Every time that somebody missed a session or failed an exam, and when it is made up."""
    theirs = {one.id: one for one in own}
    found = [
        Mishap(
            of=record.placement,
            title=theirs[record.placement].session.title,
            outcome=became,
            when=Span(record.start, record.end),
            note=record.note,
            again=theirs[record.placement].span,
            made_up=theirs[record.placement].state == "done",
        )
        for record, became in _undone(plan, person)
        if record.placement in theirs
    ]
    return tuple(sorted(found, key=lambda one: (one.when.start, one.of)))
