"""What a record says without opening anything personal: the current state is a query over rows that only grow."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, select

from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.domain.selection import (
    Assigned,
    Decision,
    Declaration,
    Event,
    Medical,
    Notice,
    Outcome,
    Screened,
)
from hamsafar.errors import InputError
from hamsafar.store import rows, tables
from hamsafar.store.databases import reading
from hamsafar.store.nouns import campaign_of

_GOES_ON: tuple[Outcome, ...] = "advance", "conditional", "selected"


class Reads:
    """The looks at a record that open nothing personal."""

    def __init__(self, folder: Path, engine: Engine, where: str) -> None:
        self.folder, self.where = folder, where
        self._engine = engine
        self._changing: Connection | None = None

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign as it was last opened or amended."""
        return campaign_of(self._campaign_row("noun"), where=self.where)

    @property
    def campaign_text(self) -> bytes:
        """The text of the campaign as it was last opened or amended, as people wrote it."""
        return bytes(self._campaign_row("text"))

    def _campaign_row(self, column: str) -> Any:
        kept = tables.campaign.c
        with self._reading() as connection:
            found = connection.execute(select(kept[column]).order_by(kept.event.desc(), kept.line.desc()).limit(1))
            return found.scalar_one()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._changing is not None:
            yield self._changing
            return
        with reading(self._engine, self.where) as connection:
            yield connection

    def rows_of(self, table: Table, *where: Any) -> list[Any]:
        with self._reading() as connection:
            asked = select(table).where(*where).order_by(table.c.event, table.c.line)
            return list(connection.execute(asked).all())

    def codes(self) -> tuple[str, ...]:
        """Who ever applied, in the order in which they came: withdrawn and expired too."""
        with self._reading() as connection:
            kept = tables.applicant.c
            return tuple(
                dict.fromkeys(connection.execute(select(kept.candidate).order_by(kept.event, kept.line)).scalars())
            )

    def standings_of_intake(self) -> Mapping[str, str]:
        """Of each candidate whether the application is `valid`, `invalid` or `withdrawn`; opens nothing personal."""
        with self._reading() as connection:
            kept = tables.applicant.c
            found = connection.execute(select(kept.candidate, kept.valid).order_by(kept.event, kept.line))
            said = {code: "valid" if valid else "invalid" for code, valid in found}
        return said | dict.fromkeys(self._withdrawn() & said.keys(), "withdrawn")

    def _withdrawn(self) -> frozenset[str]:
        with self._reading() as connection:
            return frozenset(connection.execute(select(tables.withdrawn.c.candidate)).scalars())

    def expired(self) -> Mapping[str, str]:
        """Whose personal data have expired, and why."""
        return {row.candidate: row.why for row in self.rows_of(tables.expired)}

    def screenings(self, stage: str) -> tuple[Screened, ...]:
        """The last word of each criterion on each candidate."""
        found = self.rows_of(tables.screened, tables.screened.c.stage == stage)
        return tuple(map(rows.screened, latest(found, lambda row: (row.candidate, row.criterion)).values()))

    def declarations(self, stage: str) -> tuple[Declaration, ...]:
        """The last declaration of each assessor on each candidate, and on all others."""
        found = self.rows_of(tables.declaration, tables.declaration.c.stage == stage)
        return tuple(map(rows.declaration, latest(found, lambda row: (row.assessor, row.candidate)).values()))

    def assignments(self, stage: str) -> tuple[Assigned, ...]:
        """Who marks whom in each test, as it was last assigned."""
        found = self.rows_of(tables.assigned, tables.assigned.c.stage == stage)
        last = {row.test: row.event for row in found}
        return tuple(rows.assigned(row) for row in found if row.event == last[row.test])

    def decisions(self, stage: str | None = None) -> tuple[Decision, ...]:
        """All decisions, in the order in which they were taken: a later one of a candidate and stage counts."""
        where = () if stage is None else (tables.decision.c.stage == stage,)
        return tuple(map(rows.decision, self.rows_of(tables.decision, *where)))

    def medicals(self, stage: str | None = None) -> tuple[Medical, ...]:
        """The last medical verdict on each candidate in each stage; no details."""
        where = () if stage is None else (tables.medical.c.stage == stage,)
        found = latest(self.rows_of(tables.medical, *where), lambda row: (row.candidate, row.stage))
        return tuple(map(rows.medical, found.values()))

    def notices(self) -> tuple[Notice, ...]:
        """All notices, in order, without their texts: those tell who somebody is."""
        return tuple(rows.notice(row) for row in self.rows_of(tables.notice))

    def events(self) -> tuple[Event, ...]:
        """Everything that happened, in order."""
        with self._reading() as connection:
            return tuple(map(rows.event, connection.execute(select(tables.event).order_by(tables.event.c.number))))

    def stage(self, stage: str) -> Stage:
        """The stage of an id. Raises InputError where the campaign has none of it."""
        for one in self.campaign.stages:
            if one.id == stage:
                return one
        known = ", ".join(one.id for one in self.campaign.stages)
        raise InputError(f"is no stage of this campaign (its stages: {known})", where=f"--stage {stage}")

    def standing(self, stage: str) -> Mapping[str, Outcome]:
        """How each candidate stands after a stage: by the latest decision, else by the criteria.

        Whoever fails a criterion is stopped by it, whatever else the stage holds; whoever passes all goes on only where
        nothing but criteria is asked. Whoever they leave open (a second look, an answer missing) stands nowhere yet.
        """
        decided = {one.candidate: one.outcome for one in self.decisions(stage)}
        asked = self.stage(stage)
        judged = self._by_criteria(stage)
        if asked.board is not None or asked.tests:
            judged = {code: outcome for code, outcome in judged.items() if outcome == "stop"}
        return judged | decided

    def _by_criteria(self, stage: str) -> dict[str, Outcome]:
        verdicts: dict[str, set[str]] = {}
        for one in self.screenings(stage):
            verdicts.setdefault(one.candidate, set()).add(one.verdict)
        said: dict[str, Outcome] = {}
        for code, found in verdicts.items():
            if "fails" in found:
                said[code] = "stop"
            elif found == {"passes"}:
                said[code] = "advance"
        return said

    def in_stage(self, stage: str) -> tuple[str, ...]:
        """Who reached a stage and has not withdrawn, in the order in which they applied."""
        order = [one.id for one in self.campaign.stages]
        at = order.index(self.stage(stage).id)
        intake = self.standings_of_intake()
        able = [code for code, said in intake.items() if said == "valid"]
        if at == 0:
            return tuple(able)
        before = self.standing(order[at - 1])
        return tuple(code for code in able if before.get(code) in _GOES_ON)

    def to_mark(self, stage: str) -> tuple[str, ...]:
        """Who reached a stage and fails none of its criteria; a second look that is still open keeps nobody out."""
        failed = {one.candidate for one in self.screenings(stage) if one.verdict == "fails"}
        return tuple(code for code in self.in_stage(stage) if code not in failed)


def latest(found: Iterable[Any], key: Callable[[Any], Hashable]) -> dict[Any, Any]:
    """The last row of each key, in the order in which the keys first came."""
    return {key(row): row for row in found}
