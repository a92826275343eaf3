"""`select status`: how many applied, who waits for what from whom, since when, and what is overdue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from attrs import frozen

from hamsafar.app.selection.campaigns import counts_of, frozen_counts, now_or, record_of
from hamsafar.domain.campaign import Stage
from hamsafar.domain.selection import Mark
from hamsafar.store import Record
from hamsafar.timeline import local_date

_Owed = Callable[[int, str, str, date, date], None]


@frozen(kw_only=True)
class Waiting:
    """Something that is not done yet. `overdue_d` is positive where it should have been."""

    stage: str
    who: str  # who waits: `7 candidates`, an organisation
    what: str
    of: str  # from whom: a role, a board, an organisation
    count: int
    since: date
    due: date
    overdue_d: int


@frozen(kw_only=True)
class StageStatus:
    """How far a stage is."""

    stage: str
    title: str
    run_by: str
    state: str  # before, open, done
    reached: int
    outcomes: Mapping[str, int]
    waiting: tuple[Waiting, ...]


@frozen(kw_only=True)
class Status:
    """How far a campaign is on a day."""

    campaign: str
    title: str
    day: date
    counts: Mapping[str, int]  # as they are now
    frozen: Mapping[str, int] | None  # as they were at the close
    stages: tuple[StageStatus, ...]
    notices_sent: int
    notices_owed: int
    next_notice: str | None

    @property
    def waiting(self) -> tuple[Waiting, ...]:
        """All that is not done yet, what is overdue longest first."""
        found = [one for stage in self.stages for one in stage.waiting]
        return tuple(sorted(found, key=lambda one: (-one.overdue_d, one.due)))


def status(folder: Path | str, *, as_of: date | None = None) -> Status:
    """How far a campaign is; nothing personal is opened. Raises InputError where there is no record."""
    record = record_of(folder)
    campaign = record.campaign
    zones = {one.id: one.zone for one in campaign.organisations}
    today = as_of or local_date(now_or(None), zones[campaign.stages[0].run_by])
    notices = record.notices()
    told = {(one.candidate, one.stage) for one in notices if one.sent is not None and one.kind in _ANSWERS}
    stages = tuple(_stage(record, index, today, told) for index in range(len(campaign.stages)))
    owed = sum(one.count for stage in stages for one in stage.waiting if one.what == "their answer")
    return Status(
        campaign=campaign.id,
        title=campaign.title,
        day=today,
        counts=counts_of(record),
        frozen=frozen_counts(record),
        stages=stages,
        notices_sent=sum(1 for one in notices if one.sent is not None),
        notices_owed=owed,
        next_notice=_next(campaign.stages, stages, today),
    )


_ANSWERS = ("criterion-failed", "advanced", "stopped", "reserve", "conditional", "selected")


def _stage(record: Record, index: int, today: date, told: set[tuple[str, str]]) -> StageStatus:
    campaign = record.campaign
    stage = campaign.stages[index]
    reached = record.in_stage(stage.id)
    standing = record.standing(stage.id)
    outcomes: dict[str, int] = {}
    for code in reached:
        said = standing.get(code)
        if said is not None:
            outcomes[said] = outcomes.get(said, 0) + 1
    open_ = [code for code in reached if code not in standing]
    waiting = () if not reached else tuple(_waiting(record, stage, reached, open_, today, told))
    if reached and not open_ and index + 1 < len(campaign.stages):
        waiting += tuple(_hand_over(record, stage, today))
    state = "before" if not reached or (today < stage.begins and not standing) else "done" if not waiting else "open"
    return StageStatus(
        stage=stage.id,
        title=stage.title,
        run_by=stage.run_by,
        state=state,
        reached=len(reached),
        outcomes=outcomes,
        waiting=waiting,
    )


def _waiting(
    record: Record, stage: Stage, reached: Sequence[str], open_: Sequence[str], today: date, told: set[tuple[str, str]]
) -> list[Waiting]:
    """Each step of a stage that somebody still owes, in the order in which they follow each other."""
    found: list[Waiting] = []

    def owed(count: int, what: str, of: str, due: date, since: date) -> None:
        if count:
            who = f"{count:,} candidate{'s' if count > 1 else ''}"
            overdue_d = (today - due).days
            found.append(
                Waiting(
                    stage=stage.id, who=who, what=what, of=of, count=count, since=since, due=due, overdue_d=overdue_d
                )
            )

    office = f"the office of {stage.run_by}"
    screenings = record.screenings(stage.id) if stage.criteria else ()
    failed = {one.candidate for one in screenings if one.verdict == "fails"}
    if stage.criteria:
        looked_at = {one.candidate for one in screenings}
        owed(sum(1 for code in reached if code not in looked_at), "screening", office, stage.ends, stage.begins)
        unsure = {one.candidate for one in screenings if one.verdict in ("second-look", "unknown")} - failed
        owed(len(unsure & set(open_)), "a second look", office, stage.ends, stage.begins)
    still = [code for code in open_ if code not in failed]
    _marks_owed(record, stage, still, owed)
    if stage.medical:
        seen = {one.candidate for one in record.medicals(stage.id)}
        due = stage.ends
        owed(
            sum(1 for code in still if code not in seen), "a medical verdict", "the medical officer", due, stage.begins
        )
    if stage.board is not None:
        owed(len(still), "a decision", stage.board, stage.answer_due, stage.ends)
    answered = [code for code in reached if (code, stage.id) not in told]
    owed(len(answered), "their answer", office, stage.answer_due, stage.begins)
    return found


def _marks_owed(record: Record, stage: Stage, still: Sequence[str], owed: _Owed) -> None:
    """Whom nobody is assigned to mark, and of each assessor how many candidates have marks missing."""
    if not stage.tests:
        return
    there = set(still)
    assigned = [one for one in record.assignments(stage.id) if one.candidate in there]
    marked = {(one.candidate, one.test, one.assessor) for one in _marks(record, stage.id)}
    for test in stage.tests:
        if not test.assessors:
            scored = {candidate for candidate, of, _ in marked if of == test.id}
            owed(len(there - scored), f"scores of {test.id}", test.id, stage.ends, stage.begins)
            continue
        panel = [one for one in assigned if one.test == test.id]
        owed(
            len(there - {one.candidate for one in panel}),
            f"assessors for {test.id}",
            "the office",
            stage.ends,
            stage.begins,
        )
        missing: dict[str, int] = {}
        for one in panel:
            if (one.candidate, test.id, one.assessor) not in marked:
                missing[one.assessor] = missing.get(one.assessor, 0) + 1
        for assessor, count in sorted(missing.items()):
            owed(count, f"marks in {test.id}", assessor, stage.ends, stage.begins)


def _marks(record: Record, stage: str) -> Sequence[Mark]:
    office = next((one.id for one in record.campaign.roles if "office" in one.rights), None)
    return () if office is None else record.marks(stage, by=office)


def _hand_over(record: Record, stage: Stage, today: date) -> list[Waiting]:
    passed = stage.passes_on
    if passed is None:
        return []
    done = any(event.command == "hand-over" and event.body.get("stage") == stage.id for event in record.events())
    if done:
        return []
    what = f"what {stage.id} passes on ({', '.join(passed.fields) or 'no fields'}{', scores' if passed.scores else ''})"
    overdue_d = (today - passed.due).days
    return [
        Waiting(
            stage=stage.id,
            who=passed.to,
            what=what,
            of=stage.run_by,
            count=1,
            since=stage.ends,
            due=passed.due,
            overdue_d=overdue_d,
        )
    ]


def _next(stages: Sequence[Stage], found: Sequence[StageStatus], today: date) -> str | None:
    """What has to be told next, in words."""
    for stage, said in zip(stages, found, strict=True):
        answers = next((one for one in said.waiting if one.what == "their answer"), None)
        if answers is None:
            continue
        if today > stage.answer_due:
            return f"delayed: {answers.who} of {stage.id} should have had their answer by {stage.answer_due}"
        return f"answers of {stage.id} to {answers.who}, by {stage.answer_due}"
    return None


__all__ = ["StageStatus", "Status", "Waiting", "status"]
