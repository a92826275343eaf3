"""`select notify`: the letters that candidates are owed, written and noted; sending them is the office's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.selection.campaigns import now_or, record_of, stage_of
from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.selection import Applicant, Decision, Notice, Outcome
from hamsafar.errors import InputError
from hamsafar.export.letters import KINDS, Letter, letter_text
from hamsafar.selection.screening import told
from hamsafar.store import Record
from hamsafar.timeline import Instant, local_date, local_label

ASKED = ("answers", "received", "invited", "delayed")
_OF_OUTCOME: Mapping[Outcome, str] = {
    "advance": "advanced",
    "conditional": "conditional",
    "reserve": "reserve",
    "stop": "stopped",
    "selected": "selected",
}


@frozen(kw_only=True)
class Notified:
    """Letters that were written: how many of each kind, and where."""

    folder: Path
    counts: Mapping[str, int]
    files: int


def notify(
    folder: Path | str,
    *,
    out: Path | str,
    by: str,
    reason: str,
    stage: str | None = None,
    kind: str = "answers",
    at: Instant | None = None,
) -> Notified:
    """Writes each letter that is owed and was not written before, a list of addresses beside them, and notes them.

    `kind`: answers (of a stage), received, invited (who has appointments) or delayed. Raises InputError where nothing
    is owed.
    """
    if kind not in ASKED:
        raise InputError(f"should be one of {', '.join(ASKED)} (got {kind!r:.40})", where="--kind")
    record, place = record_of(folder), Path(out)
    ensure_writable(place)
    campaign = record.campaign
    asked = campaign.stages[0] if kind == "received" else stage_of(campaign, stage)
    applicants = {one.code: one for one in record.applicants(by=by, purpose=f"notify: {reason}")}
    before = {(one.candidate, one.kind) for one in record.notices() if one.stage == asked.id}
    now = now_or(at)
    letters = [
        letter
        for letter in _letters(record, asked, kind, applicants, now)
        if (letter.code, letter.kind) not in before and letter.code in applicants
    ]
    if not letters:
        raise InputError(f"owes nobody a letter of this kind ({kind}) that was not written before", where=asked.id)
    files = {f"{one.kind}-{one.code}.txt": letter_text(one).encode() for one in letters}
    files["addresses.csv"] = _addresses(campaign, letters, applicants)
    with record.change(command="notify", by=by, reason=reason, at=at) as change:
        change.noticed(
            Notice(candidate=one.code, stage=asked.id, kind=one.kind, due=one.due, sent=now, text=letter_text(one))
            for one in letters
        )
        counts = {name: sum(one.kind == name for one in letters) for name in KINDS}
        counts = {name: count for name, count in counts.items() if count}
        change.body.update(stage=asked.id, letters=counts)
        write_whole(place, files)  # inside: letters that can't be written are not noted either
    return Notified(folder=place, counts=counts, files=len(files))


def _letters(
    record: Record, stage: Stage, kind: str, applicants: Mapping[str, Applicant], now: Instant
) -> Iterator[Letter]:
    campaign = record.campaign
    if kind == "received":
        for one in applicants.values():
            if not one.withdrawn:
                yield _received(campaign, stage, one)
    elif kind == "invited":
        yield from _invited(record, stage)
    elif kind == "answers":
        yield from _answers(record, stage, applicants)
    else:
        yield from _delayed(record, stage, now)


def _received(campaign: Campaign, stage: Stage, one: Applicant) -> Letter:
    if one.valid:
        return Letter(kind="received", code=one.code, campaign=campaign.title, stage=stage.title, due=stage.answer_due)
    return Letter(
        kind="not-valid",
        code=one.code,
        campaign=campaign.title,
        stage=stage.title,
        lines=one.why_invalid,
        due=campaign.closes,
    )


def _answers(record: Record, stage: Stage, applicants: Mapping[str, Applicant]) -> Iterator[Letter]:
    campaign = record.campaign
    failed: dict[str, list[str]] = {}
    for row in record.screenings(stage.id) if stage.criteria else ():
        if row.verdict == "fails" and row.candidate in applicants:
            computed = told(campaign, row, applicants[row.candidate])
            sentence = row.sentence if "A person has looked at it" in row.sentence else computed
            failed.setdefault(row.candidate, []).append(sentence)
    last = {one.candidate: one for one in record.decisions(stage.id)}
    standing = record.standing(stage.id)
    following = campaign.stages[campaign.stages.index(stage) + 1 :]
    due = following[0].answer_due if following else None
    for code in record.in_stage(stage.id):
        letter = Letter(kind="criterion-failed", code=code, campaign=campaign.title, stage=stage.title)
        if code in failed and standing.get(code) in (None, "stop"):
            yield evolve(letter, lines=tuple(failed[code]))
        elif code in standing:
            kind = _OF_OUTCOME[standing[code]]
            goes_on = kind in ("advanced", "conditional", "reserve")
            yield evolve(letter, kind=kind, lines=_condition(last.get(code)), due=due if goes_on else None)


def _condition(decision: Decision | None) -> tuple[str, ...]:
    if decision is None or not decision.condition:
        return ()
    by = "" if decision.condition_due is None else f", by {decision.condition_due}"
    return (f"{decision.condition}{by}",)


def _invited(record: Record, stage: Stage) -> Iterator[Letter]:
    zones = {one.id: one.zone for one in record.campaign.organisations}
    rooms = {one.id: f"{one.title}, {one.place}" for one in record.campaign.rooms}
    tests = {one.id: one.title for one in stage.tests}
    lines: dict[str, set[tuple[Instant, str]]] = {}
    for one in record.assignments(stage.id):
        if one.begins is not None:
            room = "" if one.room is None else f", {rooms.get(one.room, one.room)}"
            label = local_label(one.begins, zones[stage.run_by])
            lines.setdefault(one.candidate, set()).add((one.begins, f"{tests.get(one.test, one.test)}: {label}{room}"))
    for code, said in lines.items():
        yield Letter(
            kind="invited",
            code=code,
            campaign=record.campaign.title,
            stage=stage.title,
            lines=tuple(line for _, line in sorted(said)),
            due=stage.answer_due,
        )


def _delayed(record: Record, stage: Stage, now: Instant) -> Iterator[Letter]:
    zones = {one.id: one.zone for one in record.campaign.organisations}
    if local_date(now, zones[stage.run_by]) <= stage.answer_due:
        return
    standing = record.standing(stage.id)
    for code in record.in_stage(stage.id):
        if code not in standing:
            yield Letter(kind="delayed", code=code, campaign=record.campaign.title, stage=stage.title)


def _addresses(campaign: Campaign, letters: Sequence[Letter], applicants: Mapping[str, Applicant]) -> bytes:
    """Which letter goes to whom: the fields that tell who somebody is, for the office's own mail."""
    from hamsafar.export.sheets import csv_text

    fields = [one for one in campaign.fields if one.identifies and one.kind == "text"]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(["file", "code", "kind", *(csv_text(one.title) for one in fields)])
    for letter in letters:
        said = [str(applicants[letter.code].fields.get(one.id) or "") for one in fields]
        writer.writerow([f"{letter.kind}-{letter.code}.txt", letter.code, letter.kind, *map(csv_text, said)])
    return text.getvalue().encode("utf-8-sig")
