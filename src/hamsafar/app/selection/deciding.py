"""`select decide`: what a board decided, who was present, on what evidence. The ranking advises; the board answers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.app.files import read_bytes
from hamsafar.app.selection.campaigns import now_or, record_of
from hamsafar.domain.campaign import Board, Campaign, Stage
from hamsafar.domain.selection import Decision, Outcome
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import MOST_BYTES, read_tables
from hamsafar.programme.selection.decisions_table import Decided, decisions_of
from hamsafar.timeline import local_date

if TYPE_CHECKING:
    from hamsafar.store import Record

_ON: tuple[Outcome, ...] = "advance", "conditional", "selected"  # outcomes that take a place


@frozen(kw_only=True)
class BoardDecisions:
    """What was recorded, and what a reader should mind: places exceeded, decisions changed or against the ranking."""

    event: int
    stage: str
    board: str
    decisions: tuple[Decision, ...]
    notes: tuple[str, ...]
    evidence: Mapping[str, str]  # file → SHA-256


def decide(
    campaign: Path | str,
    *,
    stage: str,
    board: str,
    present: Sequence[str],
    by: str,
    reason: str,
    file: Path | str | None = None,
    decided: Sequence[Decided] = (),
    evidence: Sequence[Path | str] = (),
    ranking: Path | str | Sequence[str] | None = None,
) -> BoardDecisions:
    """Records a board's decisions, from a table or given one by one.

    `evidence`: the files that lay before the board; their digests are kept. `ranking`: the candidates, best first, or
    the JSON of `select rank`, if one lay before the board: whoever goes on past a better one that does not is marked.
    Raises InputErrors with all that forbids it: no quorum, a member with a conflict, no medical verdict that still
    counts, a seat that another holds, an unknown candidate.
    """

    if file is not None:
        content = read_bytes(Path(file), most_bytes=MOST_BYTES)
        decided = (*decided, *decisions_of(read_tables(content, where=str(file))))
    if not decided:
        raise InputError("should name decisions: a file with --decisions, or --candidate with --outcome")
    digests = {str(one): sha256(read_bytes(Path(one))).hexdigest() for one in evidence}
    order = _ranked(Path(ranking)) if isinstance(ranking, Path | str) else ranking
    record = record_of(campaign)
    asked = _Asked(record, stage, board, tuple(dict.fromkeys(present)), by)
    errors = [*asked.sitting(), *asked.each(decided)]
    if errors:
        raise InputErrors(errors)
    against = _against(decided, order, asked.standing)
    rows = tuple(asked.decision(one, tuple(digests.values()), one.candidate in against) for one in decided)
    with record.change(command="decide", by=by, reason=reason) as change:
        change.decided(rows)
        change.body.update(stage=stage, board=board, present=list(asked.present), evidence=sorted(digests.values()))
    return BoardDecisions(
        event=change.number,
        stage=stage,
        board=board,
        decisions=rows,
        notes=tuple(asked.notes(decided, against)),
        evidence=digests,
    )


class _Asked:
    """A board's sitting on a stage, held against the record."""

    def __init__(self, record: Record, stage: str, board: str, present: tuple[str, ...], by: str) -> None:
        self.stage: Stage = record.stage(stage)
        self.board = _board(record, board)
        self.present, self.by = present, by
        self.roles = {one.id for one in record.campaign.roles}
        self.last = record.campaign.stages[-1].id
        self.seats = record.campaign.cohort.seats if record.campaign.cohort else ()
        self.today = _today(record.campaign, self.stage)
        self.gone = record.expired()
        self.standing = dict(record.standing(stage))
        self.reached = set(record.in_stage(stage))
        screened = record.screenings(stage)
        self.judged = {one.candidate for one in screened}
        self.failed: dict[str, list[str]] = {}
        for one in screened:
            if one.verdict == "fails":
                self.failed.setdefault(one.candidate, []).append(one.criterion)
        self.known = set(record.codes())
        self.medicals = {one.candidate: one for one in record.medicals(stage)}
        self.holders = self._holders(record)
        self.conflicts = {
            (one.assessor, one.candidate): one.conflict
            for every in record.campaign.stages
            for one in record.declarations(every.id)
        }

    def _holders(self, record: Record) -> dict[str, str]:
        """Who holds each seat by the latest decisions; whoever withdrew or expired holds none."""
        latest = {one.candidate: one for one in record.decisions(self.stage.id)}
        return {
            one.seat: code
            for code, one in latest.items()
            if one.outcome == "selected" and one.seat and code in self.reached and code not in self.gone
        }

    def sitting(self) -> Iterator[InputError]:
        """What is wrong with who sat: quorum, members, the chair, whose decision it is."""
        members = {self.board.chair, *self.board.members}
        if self.stage.board != self.board.id:
            said = f"does not decide the stage {self.stage.id}: that is {self.stage.board or 'left to the criteria'}"
            yield InputError(said, where=f"--board {self.board.id}")
        for one in self.present:
            if one not in members:
                what = "is no role of this campaign" if one not in self.roles else "is no member of this board"
                yield InputError(f"{what} (its members: {', '.join(sorted(members))})", where=f"--present {one}")
        there = len(members & set(self.present))
        if there < self.board.quorum:
            yield InputError(f"makes no quorum: {there} of the {self.board.quorum} members it takes", where="--present")
        if self.by not in members:
            said = f"is no member of the board {self.board.id}, so they can't record what it decided"
            yield InputError(f"{said} ({', '.join(sorted(members))})", where=f"--by {self.by}")

    def each(self, decided: Sequence[Decided]) -> Iterator[InputError]:
        """What forbids each decision, and all of them together."""
        for one in decided:
            yield from (InputError(what, where=f"{one.at}: {one.candidate}") for what in self._forbids(one))
        yield from self._seats(decided)

    def _forbids(self, one: Decided) -> Iterator[str]:
        if one.candidate not in self.known:
            yield "is no candidate of this campaign"
            return
        if one.candidate not in self.reached:
            yield f"did not reach the stage {self.stage.id}, or has withdrawn"
        if one.candidate in self.gone:
            yield "personal data of this candidate have expired; nothing can be decided on them any more"
        for member in self.present:
            if self.conflicts.get((member, one.candidate)):
                yield f"{member} has declared a conflict of interest and may not be present for it"
        if self.by not in self.present and self.conflicts.get((self.by, one.candidate)):
            yield f"{self.by} has declared a conflict of interest and may not record it; another member does"
        if self.stage.medical and one.outcome in _ON:
            yield from self._medical(one)
        if one.outcome == "conditional" and not (one.condition and one.due):
            yield "a conditional decision says what must be shown, and until when (condition, due)"
        if one.outcome == "conditional" and one.due and one.due < self.today:
            yield f"the condition was due before today ({self.today}; got {one.due})"
        if one.outcome == "selected" and self.stage.id != self.last:
            yield f"only the last stage ({self.last}) selects; in this one they advance"
        if one.outcome == "selected" and self.seats and one.seat not in self.seats:
            yield f"a selection says for which seat: {', '.join(self.seats)} (got {one.seat})"
        if one.outcome != "selected" and one.seat:
            yield f"only the selected take a seat (got {one.seat})"

    def _medical(self, one: Decided) -> Iterator[str]:
        medical = self.medicals.get(one.candidate)
        if medical is not None and medical.verdict == "not-fit":
            yield "is not fit by the medical verdict, and can't go on"
        elif one.outcome == "conditional":
            return
        elif medical is None:
            yield "has no medical verdict in this stage yet; it may go on under that condition"
        elif medical.valid_until is not None and medical.valid_until < self.today:
            yield f"its medical verdict ended on {medical.valid_until}; it may go on under the condition of a new one"

    def _seats(self, decided: Sequence[Decided]) -> Iterator[InputError]:
        taken: dict[str, str] = {}
        for one in decided:
            if one.seat and one.outcome == "selected":
                if one.seat in taken:
                    yield InputError(f"the seat {one.seat} is given to {taken[one.seat]} too", where=one.at)
                taken.setdefault(one.seat, one.candidate)
        deciding = {one.candidate for one in decided}
        for seat, code in taken.items():
            holder = self.holders.get(seat)
            if holder is not None and holder not in deciding:
                said = f"the seat {seat} is held by {holder}: decide {holder} anew first, or both in one file"
                yield InputError(said, where=f"{next(one.at for one in decided if one.candidate == code)}: {code}")

    def decision(self, one: Decided, evidence: tuple[str, ...], against: bool) -> Decision:
        """The noun of one row."""
        return Decision(
            candidate=one.candidate,
            stage=self.stage.id,
            board=self.board.id,
            outcome=one.outcome,
            present=self.present,
            reason=one.reason,
            evidence=evidence,
            condition=one.condition,
            condition_due=one.due,
            seat=one.seat,
            against_ranking=against,
        )

    def notes(self, decided: Sequence[Decided], against: frozenset[str]) -> Iterator[str]:
        """What is allowed, and said: more places than there are, changed decisions, others than the ranking says."""
        after = self.standing | {one.candidate: one.outcome for one in decided}
        for outcomes, most, name in (
            (_ON, self.stage.places, "places"),
            (("reserve",), self.stage.reserves, "reserves"),
        ):
            count = sum(outcome in outcomes for outcome in after.values())
            if most is not None and count > most:
                yield f"the stage {self.stage.id} has {most} {name}, and {count} candidates hold one"
        for member in self.present:
            if not any(one == member for one, _ in self.conflicts):
                yield f"{member} has made no declaration of conflicts of interest"
        for one in decided:
            before = self.standing.get(one.candidate)
            if before is not None and before != one.outcome:
                yield f"{one.candidate}: was {before}, is now {one.outcome}; both decisions stay in the record"
            if one.candidate in against:
                yield f"{one.candidate}: {one.outcome} against the ranking"
            if one.outcome in _ON and one.candidate in self.failed:
                yield f"{one.candidate}: {one.outcome} though they fail {', '.join(self.failed[one.candidate])}"
            if one.outcome in _ON and self.stage.criteria and one.candidate not in self.judged:
                yield f"{one.candidate}: {one.outcome} without having been screened"


def _today(campaign: Campaign, stage: Stage) -> date:
    """The day where the stage is run: the day of the decision."""
    zone = next(one.zone for one in campaign.organisations if one.id == stage.run_by)
    return local_date(now_or(None), zone)


def _board(record: Record, board: str) -> Board:
    for one in record.campaign.boards:
        if one.id == board:
            return one
    known = ", ".join(one.id for one in record.campaign.boards) or "none"
    raise InputError(f"is no board of this campaign (its boards: {known})", where=f"--board {board}")


def _ranked(path: Path) -> tuple[str, ...]:
    """The candidates of a ranking's JSON, best first."""
    try:
        rows = json.loads(read_bytes(path))["candidates"]
        ranked = [row for row in rows if row["rank"] is not None]  # panels that share nobody give none
        return tuple(str(row["candidate"]) for row in sorted(ranked, key=lambda row: float(row["rank"])))
    except (ValueError, TypeError, KeyError, RecursionError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError("is not a ranking as `select rank --json` prints it", where=str(path)) from problem


def _against(
    decided: Sequence[Decided], ranking: Sequence[str] | None, standing: Mapping[str, Outcome]
) -> frozenset[str]:
    """Who goes on past somebody ranked better who does not, and who does not though somebody ranked worse goes on."""
    if ranking is None:
        return frozenset()
    after = dict(standing) | {one.candidate: one.outcome for one in decided}
    place = {code: index for index, code in enumerate(ranking)}
    on = [place[code] for code, outcome in after.items() if outcome in _ON and code in place]
    off = [place[code] for code, outcome in after.items() if outcome not in _ON and code in place]
    found = set()
    for one in decided:
        if one.candidate not in place:
            continue
        at = place[one.candidate]
        if one.outcome in _ON and any(other < at for other in off):
            found.add(one.candidate)
        if one.outcome not in _ON and any(other > at for other in on):
            found.add(one.candidate)
    return frozenset(found)


def one_decision(
    candidate: str, outcome: str, reason: str, *, condition: str = "", due: date | None = None, seat: str | None = None
) -> Decided:
    """A decision given on the command line. Raises InputError where the outcome is none."""
    from hamsafar.programme.selection.decisions_table import OUTCOMES

    for known in OUTCOMES:
        if outcome == known:
            return Decided(
                at="--candidate",
                candidate=candidate,
                outcome=known,
                reason=reason,
                condition=condition,
                due=due,
                seat=seat,
            )
    raise InputError(f"should be one of {', '.join(OUTCOMES)} (got {outcome!r})", where="--outcome")
