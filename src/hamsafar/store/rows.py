"""Nouns to rows and back. A row is a dict by column, without its event, line and hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from hamsafar.domain.selection import Assigned, Decision, Declaration, Event, Mark, Medical, Notice, Screened
from hamsafar.store.canonical import canonical_json
from hamsafar.timeline import Instant

Row = dict[str, Any]


def _listed(values: tuple[str, ...]) -> str:
    return canonical_json(list(values))


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _moment(at: Instant | None) -> str | None:
    return at.exact_iso() if at is not None else None


def _instant(text: str | None) -> Instant | None:
    return Instant.parse(text) if text is not None else None


def _day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text is not None else None


def screened_row(one: Screened) -> Row:
    return {
        "candidate": one.candidate,
        "stage": one.stage,
        "criterion": one.criterion,
        "verdict": one.verdict,
        "sentence": one.sentence,
    }


def screened(row: Any) -> Screened:
    return Screened(
        candidate=row.candidate,
        stage=row.stage,
        criterion=row.criterion,
        verdict=row.verdict,
        sentence=row.sentence,
    )


def declaration_row(one: Declaration) -> Row:
    return {
        "assessor": one.assessor,
        "stage": one.stage,
        "candidate": one.candidate,
        "conflict": int(one.conflict),
        "kind": one.kind,
    }


def declaration(row: Any) -> Declaration:
    return Declaration(
        assessor=row.assessor,
        stage=row.stage,
        candidate=row.candidate,
        conflict=bool(row.conflict),
        kind=row.kind,
    )


def assigned_row(one: Assigned) -> Row:
    return {
        "stage": one.stage,
        "test": one.test,
        "candidate": one.candidate,
        "assessor": one.assessor,
        "begins": _moment(one.begins),
        "minutes": one.minutes,
        "room": one.room,
    }


def assigned(row: Any) -> Assigned:
    return Assigned(
        stage=row.stage,
        test=row.test,
        candidate=row.candidate,
        assessor=row.assessor,
        begins=_instant(row.begins),
        minutes=row.minutes,
        room=row.room,
    )


def mark_row(one: Mark) -> Row:
    return {
        "stage": one.stage,
        "test": one.test,
        "item": one.item,
        "candidate": one.candidate,
        "assessor": one.assessor,
        # SQLite keeps no sign of a zero, so none is hashed.
        "mark": None if one.mark is None else float(one.mark) + 0.0,
        "sealed": None,
        "commitment": None,
    }


def mark(row: Any, note: str) -> Mark:
    _, _, stage, test, item, candidate, assessor, mark, *_ = row  # by place: there are 300,000
    return Mark(stage=stage, test=test, item=item, candidate=candidate, assessor=assessor, mark=mark, note=note)


def medical_row(one: Medical) -> Row:
    return {
        "candidate": one.candidate,
        "stage": one.stage,
        "verdict": one.verdict,
        "limits": _listed(one.limits),
        "valid_until": _day(one.valid_until),
        "sealed": None,
        "commitment": None,
    }


def medical(row: Any) -> Medical:
    return Medical(
        candidate=row.candidate,
        stage=row.stage,
        verdict=row.verdict,
        limits=_tuple(row.limits),
        valid_until=_date(row.valid_until),
    )


def decision_row(one: Decision) -> Row:
    return {
        "candidate": one.candidate,
        "stage": one.stage,
        "board": one.board,
        "outcome": one.outcome,
        "present": _listed(one.present),
        "reason": one.reason,
        "evidence": _listed(one.evidence),
        "condition": one.condition,
        "condition_due": _day(one.condition_due),
        "seat": one.seat,
        "against_ranking": int(one.against_ranking),
    }


def decision(row: Any) -> Decision:
    return Decision(
        candidate=row.candidate,
        stage=row.stage,
        board=row.board,
        outcome=row.outcome,
        present=_tuple(row.present),
        reason=row.reason,
        evidence=_tuple(row.evidence),
        condition=row.condition,
        condition_due=_date(row.condition_due),
        seat=row.seat,
        against_ranking=bool(row.against_ranking),
    )


def notice_row(one: Notice) -> Row:
    return {
        "candidate": one.candidate,
        "stage": one.stage,
        "kind": one.kind,
        "due": _day(one.due),
        "sent": _moment(one.sent),
        "sealed": None,
        "commitment": None,
    }


def notice(row: Any, text: str = "") -> Notice:
    return Notice(
        candidate=row.candidate,
        stage=row.stage,
        kind=row.kind,
        due=_date(row.due),
        sent=_instant(row.sent),
        text=text,
    )


def event(row: Any) -> Event:
    body: Mapping[str, object] = json.loads(row.body)
    return Event(
        number=row.number,
        at=Instant.parse(row.at),
        by=row.role,
        command=row.command,
        reason=row.reason,
        body=body,
        digest=row.digest,
        chain=row.chain,
    )


READ: Mapping[str, Callable[[Any], Any]] = {
    "screened": screened,
    "declaration": declaration,
    "assigned": assigned,
    "medical": medical,
    "decision": decision,
    "notice": notice,
}
