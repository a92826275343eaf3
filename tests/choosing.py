"""A small campaign with its record, for tests of assignment, marks, cohort and trainees."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve

from hamsafar.domain.campaign import (
    Board,
    Campaign,
    CohortRule,
    Item,
    Retention,
    Role,
    Room,
    SkillNeed,
    Stage,
)
from hamsafar.domain.campaign import Test as Trial
from hamsafar.domain.people import Agency
from hamsafar.domain.selection import Applicant, Declaration
from hamsafar.store import Record

STAGE = "final"
OFFICE = "office-1"
WHY = "as the campaign says"


def campaign(assessors: int = 5, **stage: Any) -> Campaign:
    """One stage with an interview of three assessors and a language test of two."""
    tests = (
        Trial(
            id="interview",
            title="Interview",
            items=(Item(id="judgement", title="Judgement"), Item(id="teamwork", title="Teamwork", weight=2.0)),
            assessors=3,
        ),
        Trial(
            id="mandarin",
            title="Mandarin",
            items=(Item(id="speaking", title="Speaking"),),
            lowest=0,
            highest=10,
            assessors=2,
            skill="mandarin",
        ),
    )
    final = Stage(
        id=STAGE,
        title="Final",
        run_by="host",
        begins=date(2027, 3, 1),
        ends=date(2027, 3, 5),
        answer_due=date(2027, 4, 1),
        tests=tests,
        board="board",
        rooms=("room-1", "room-2"),
    )
    roles = [
        Role(id=OFFICE, title="Office", organisation="host", rights=("office",)),
        Role(id="chair", title="Chair", organisation="host", rights=("board",)),
        Role(id="doctor", title="Medical officer", organisation="host", rights=("medical",)),
    ]
    panel = [
        Role(id=f"assessor-{n:02}", title="Assessor", organisation="host", rights=("assessor",))
        for n in range(1, assessors + 1)
    ]
    return Campaign(
        id="guest-2027",
        title="A guest for the station",
        opens=date(2026, 9, 1),
        closes=date(2026, 10, 1),
        organisations=(
            Agency(id="host", name="Host", role="host", zone="Asia/Shanghai"),
            Agency(id="guest", name="Guest", role="guest", zone="Asia/Karachi"),
        ),
        roles=(*roles, *panel),
        fields=(),
        criteria=(),
        stages=(evolve(final, **stage),),
        boards=(Board(id="board", title="Board", chair="chair", members=("chair",), quorum=1),),
        rooms=(
            Room(id="room-1", title="Room 1", kind="office", place="beijing"),
            Room(id="room-2", title="Room 2", kind="office", place="beijing"),
        ),
        retention=Retention(not_chosen=date(2028, 1, 1), chosen=date(2040, 1, 1)),
        cohort=CohortRule(
            seats=("trainee-prime", "trainee-backup"),
            needs=(SkillNeed(skill="mandarin", title="Mandarin", at_least=6, of="any"),),
        ),
    )


def opened(folder: Path, told: Campaign, candidates: int = 6) -> Record:
    """A record of the campaign with so many candidates C000, C001, ..."""
    folder.mkdir(parents=True, exist_ok=True)
    record = Record.create(folder, told, text=b"campaign", by=OFFICE, reason=WHY)
    with record.change(command="import", by=OFFICE, reason=WHY) as change:
        change.add_applicants(
            Applicant(code=f"C{n:03}", source="form", source_id=str(n), submitted=None, fields={}, valid=True)
            for n in range(candidates)
        )
    return record


def declarations_csv(folder: Path, told: Campaign, *, without: str = "", more: tuple[str, ...] = ()) -> Path:
    """A file in which every assessor but one is free of conflicts but those named (`assessor-01,C003`)."""
    people = [role.id for role in told.roles if "assessor" in role.rights and role.id != without]
    lines = ["Assessor,Candidate,Conflict,Kind", *(f"{who},,no," for who in people)]
    lines += [f"{pair},yes,supervisor" for pair in more]
    path = folder / "declarations.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def all_free(record: Record) -> None:
    """Every assessor declares, straight into the record."""
    people = [role.id for role in record.campaign.roles if "assessor" in role.rights]
    with record.change(command="declare", by=OFFICE, reason=WHY) as change:
        change.declared(Declaration(assessor=who, stage=STAGE, candidate=None, conflict=False) for who in people)
