"""A small campaign, and a record of it, for the tests of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from hamsafar.domain.campaign import Board, Campaign, Criterion, Field, Item, Retention, Role, Stage, Test
from hamsafar.domain.people import Agency
from hamsafar.domain.selection import Applicant, Assigned, Decision, Declaration, Mark, Medical, Notice, Screened
from hamsafar.store import Record
from hamsafar.timeline import Instant

TEXT = b"campaign: pair-2027\n"


def role(name: str, *rights: str, organisation: str = "guest") -> Role:
    return Role(id=name, title=name, organisation=organisation, rights=rights)  # type: ignore[arg-type]


ROLES = (
    role("office-1", "office"),
    role("assessor-01", "assessor"),
    role("assessor-02", "assessor", organisation="host"),
    role("board-chair", "board"),
    role("board-2", "board"),
    role("board-3", "board", organisation="host"),
    role("medical-officer", "medical"),
    role("auditor-1", "auditor"),
    role("data-protection-1", "data-protection"),
)

CAMPAIGN = Campaign(
    id="pair-2027",
    title="A pair for 2027",
    opens=date(2026, 1, 1),
    closes=date(2026, 2, 1),
    organisations=(
        Agency(id="guest", name="Guest agency", role="guest", zone="Asia/Karachi"),
        Agency(id="host", name="Host agency", role="host", zone="Asia/Shanghai"),
    ),
    roles=ROLES,
    fields=(
        Field(id="name", title="Name", kind="text", identifies=True, same_person=True),
        Field(id="height", title="Height", kind="number", unit="m"),
        Field(id="born", title="Born", kind="date"),
        Field(id="sex", title="Sex", kind="text", group=True),
    ),
    criteria=(Criterion(id="tall", title="Height", field="height", minimum=1.6, maximum=1.75),),
    stages=(
        Stage(
            id="papers",
            title="Papers",
            run_by="guest",
            begins=date(2026, 2, 2),
            ends=date(2026, 3, 1),
            answer_due=date(2026, 3, 15),
            criteria=("tall",),
        ),
        Stage(
            id="final",
            title="Final",
            run_by="host",
            begins=date(2026, 4, 1),
            ends=date(2026, 5, 1),
            answer_due=date(2026, 6, 1),
            tests=(
                Test(
                    id="interview",
                    title="Interview",
                    items=(Item(id="a", title="A"), Item(id="b", title="B")),
                    assessors=2,
                ),
            ),
            places=2,
            reserves=1,
            board="final-board",
            medical=True,
        ),
    ),
    boards=(
        Board(
            id="final-board",
            title="Final board",
            chair="board-chair",
            members=("board-chair", "board-2", "board-3"),
            quorum=2,
        ),
    ),
    rooms=(),
    retention=Retention(not_chosen=date(2027, 1, 1), chosen=date(2037, 1, 1)),
)


def applicant(number: int, **fields: object) -> Applicant:
    """A synthetic application."""
    said = {"name": f"Applicant {number:05} امیدوار 申请人", "height": 1.7, "born": date(1990, 1, 1), "sex": "female"}
    return Applicant(
        code=code(number),
        source="redcap",
        source_id=str(number),
        submitted=Instant.utc(2026, 1, 15, 12),
        fields=said | fields,  # type: ignore[arg-type]
        valid=True,
    )


def code(number: int) -> str:
    return f"C{number:05}"


def record_in(folder: Path) -> Record:
    """A new record in a folder."""
    return Record.create(folder, CAMPAIGN, text=TEXT, by="office-1", reason="the campaign opens")


def intake(record: Record, count: int, *, first: int = 1) -> tuple[str, ...]:
    """Adds so many applicants."""
    with record.change(command="import", by="office-1", reason="intake") as change:
        change.add_applicants(applicant(number) for number in range(first, first + count))
    return tuple(code(number) for number in range(first, first + count))


def marks_of(candidate: str, assessor: str, *, note: str = "", items: Iterable[str] = ("a", "b")) -> list[Mark]:
    return [
        Mark(
            stage="final",
            test="interview",
            item=item,
            candidate=candidate,
            assessor=assessor,
            mark=60.5,
            note=note,
        )
        for item in items
    ]


def lived(record: Record) -> Record:
    """A record in which a little of everything has happened, so that no table is empty."""
    one, two, three = intake(record, 3)
    with record.change(command="withdraw", by="office-1", reason="asked by mail") as change:
        change.withdraw([three])
    record.applicants(by="office-1", purpose="screening", fields=["height"])
    with record.change(command="screen", by="office-1", reason="papers") as change:
        change.screened(
            Screened(candidate=code, stage="papers", criterion="tall", verdict="passes", sentence="Height: met.")
            for code in (one, two)
        )
        change.body["candidates"] = 2
    with record.change(command="assign", by="office-1", reason="interviews") as change:
        change.declared(
            [
                Declaration(assessor="assessor-01", stage="final", candidate=None, conflict=False),
                Declaration(assessor="assessor-02", stage="final", candidate=two, conflict=True, kind="supervisor"),
            ]
        )
        change.assigned(
            [
                Assigned(
                    stage="final",
                    test="interview",
                    candidate=one,
                    assessor="assessor-01",
                    begins=Instant.utc(2026, 4, 2, 9),
                    minutes=45,
                    room="room-1",
                ),
                Assigned(stage="final", test="interview", candidate=one, assessor="assessor-02"),
                Assigned(stage="final", test="interview", candidate=two, assessor="assessor-01"),
            ]
        )
    with record.change(command="marks", by="assessor-01", reason="sheet returned") as change:
        change.marked(marks_of(one, "assessor-01", note="calm, precise") + marks_of(two, "assessor-01"))
    return record


def judged(record: Record, officer: bytes) -> Record:
    """The rest of it: the medical key, verdicts, decisions, notices, an expiry. `officer` is a public key."""
    one, _, three = record.codes()[:3]
    with record.change(command="medical", by="medical-officer", reason="the officer's key") as change:
        change.add_public_key("medical", officer)
    with record.change(command="medical", by="medical-officer", reason="examined") as change:
        change.medical(
            Medical(
                candidate=one,
                stage="final",
                verdict="fit-with-waiver",
                limits=("no centrifuge above 6 g",),
                valid_until=date(2027, 4, 1),
            ),
            details=b"bone density T = -0.8",
        )
    with record.change(command="decide", by="board-chair", reason="the board met") as change:
        change.decided(
            [
                Decision(
                    candidate=one,
                    stage="final",
                    board="final-board",
                    outcome="selected",
                    present=("board-chair", "board-2"),
                    reason="covers both needs",
                    evidence=("ab" * 32,),
                    condition="language course",
                    condition_due=date(2026, 9, 1),
                    seat="trainee-prime",
                )
            ]
        )
    with record.change(command="notify", by="office-1", reason="told") as change:
        change.noticed(
            [
                Notice(
                    candidate=one,
                    stage="final",
                    kind="advanced",
                    due=date(2026, 6, 1),
                    sent=Instant.utc(2026, 5, 20, 8),
                    text="Dear applicant, you have been selected.",
                )
            ]
        )
    record.expire([three], by="data-protection-1", reason="withdrew")
    return record
