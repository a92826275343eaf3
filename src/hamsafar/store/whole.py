"""A candidate's whole record: all that was ever written of one person, who did it and who read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from attrs import frozen

from hamsafar.domain.selection import Applicant
from hamsafar.errors import InputError
from hamsafar.store import rows, tables
from hamsafar.store.record import Record
from hamsafar.store.rights import demand
from hamsafar.store.sealing import application
from hamsafar.timeline import Instant

_MINUTES = {  # the tables that tell of one candidate, in the order of a campaign
    tables.applicant: "application",
    tables.withdrawn: "withdrawal",
    tables.screened: "criterion",
    tables.declaration: "conflict",
    tables.assigned: "assignment",
    tables.mark: "mark",
    tables.medical: "medical verdict",
    tables.decision: "decision",
    tables.notice: "notice",
    tables.expired: "expiry",
}
_HIDDEN = {"event", "line", "row_hash", "sealed", "commitment", "key_hash", "candidate"}


@frozen(kw_only=True)
class Entry:
    """One thing that was written, or read, of a candidate: in which event, by whom, why, and what it says."""

    event: int
    at: Instant
    by: str
    kind: str
    reason: str
    said: Mapping[str, object]


@frozen(kw_only=True)
class WholeRecord:
    """All of one candidate, in the order in which it happened; `expired` says why nothing personal is left."""

    campaign: str
    candidate: str
    entries: tuple[Entry, ...]
    expired: str | None


def whole(record: Record, candidate: str, *, by: str, purpose: str) -> WholeRecord:
    """The whole record of a candidate; the read is recorded, and so in it. Medical details stay sealed.

    Raises InputError where the role has no right to it, or there is no such candidate.
    """
    demand(record.campaign, by, ["data-protection"], "see a person's whole record")
    if candidate not in record.codes():
        raise InputError("is no candidate of this campaign", where=candidate)
    record.log_read([candidate], "whole record", by=by, purpose=purpose)
    events = {one.number: one for one in record.events()}
    found = [
        Entry(
            event=number,
            at=events[number].at,
            by=events[number].by,
            kind=kind,
            reason=events[number].reason,
            said=said,
        )
        for number, kind, said in _all(record, candidate)
    ]
    return WholeRecord(
        campaign=record.campaign.id,
        candidate=candidate,
        entries=tuple(sorted(found, key=lambda one: one.event)),
        expired=record.expired().get(candidate),
    )


def _all(record: Record, candidate: str) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    first = None
    for table, kind in _MINUTES.items():
        found = record.rows_of(table, table.c.candidate == candidate)
        opens = "sealed" in table.c and table is not tables.medical  # that opens with the medical officer's key alone
        opens = "sealed" in table.c and table is not tables.medical  # that opens with the medical officer's key alone
        texts = record.texts_of(table, [row for row in found if opens and row.sealed is not None])
        for row in found:
            first = first or row.event
            yield row.event, kind, _said(row, table, texts.get((row.event, row.line)))
    for row in record.rows_of(tables.access, tables.access.c.candidate == candidate):
        yield row.event, "read", {"what": row.what}
    for row in record.rows_of(tables.access, tables.access.c.candidate.is_(None), tables.access.c.event > (first or 0)):
        yield row.event, "read", {"what": row.what}


def _said(row: Any, table: Any, text: str | None) -> dict[str, object]:
    said = {name: value for name, value in row._mapping.items() if name not in _HIDDEN and value is not None}
    for name in ("conflict", "valid", "against_ranking"):
        if name in said:
            said[name] = bool(said[name])
    for name in ("limits", "present", "evidence"):
        if name in said:
            said[name] = list(rows.listed(said[name]))
    if table is tables.applicant and text is not None:
        return said | _application(row, text)
    if table is tables.medical:
        return said | {"details": "sealed to the medical officer" if row.sealed is not None else "none"}
    if text is not None:
        said["note" if table is tables.mark else "text"] = text
    return said


def _application(row: Any, text: str) -> dict[str, object]:
    one: Applicant = application(
        text.encode("utf-8"), code=row.candidate, source=row.source, valid=bool(row.valid), withdrawn=False
    )
    return {
        "source_id": one.source_id,
        "submitted": one.submitted.exact_iso() if one.submitted else None,
        "fields": {name: _plain(value) for name, value in one.fields.items()},
        "why_invalid": list(one.why_invalid),
    }


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
