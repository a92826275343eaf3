"""What an audit says: holds, broken or incomplete, and each finding with its place."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

AuditVerdict = Literal["holds", "broken", "incomplete"]
Weight = Literal["broken", "not-checked", "mind"]

MOST_FINDINGS = 1_000  # that are told one by one; the rest are counted


@frozen(kw_only=True)
class AuditFinding:
    """One thing an audit found. `mind` is no fault: something a reader should know."""

    weight: Weight
    what: str
    event: int | None = None
    table: str | None = None
    row: int | None = None


@frozen(kw_only=True)
class Audit:
    """An audit of a record: what was looked at, and what was found."""

    verdict: AuditVerdict
    campaign: str
    events: int
    rows: int
    expired: int
    number: int  # of the last event
    chain: str  # after it
    public_key: str
    head: int | None  # the event that the head beside the database names
    kept: tuple[int, ...]  # those that the heads the auditor kept name
    keys: bool  # whether the persons' keys were there to be compared
    findings: tuple[AuditFinding, ...]
    more: int = 0  # findings beyond those told


@frozen
class Found:
    """The findings as they come."""

    told: list[AuditFinding] = field(factory=list)
    counts: dict[str, int] = field(factory=dict)

    def add(
        self,
        weight: Weight,
        what: str,
        *,
        event: int | None = None,
        table: str | None = None,
        row: int | None = None,
    ) -> None:
        """Notes one finding."""
        self.counts[weight] = self.counts.get(weight, 0) + 1
        if len(self.told) < MOST_FINDINGS:
            self.told.append(AuditFinding(weight=weight, what=what, event=event, table=table, row=row))

    @property
    def more(self) -> int:
        """How many were not told one by one."""
        return sum(self.counts.values()) - len(self.told)

    @property
    def verdict(self) -> AuditVerdict:
        """What they come to."""
        if self.counts.get("broken"):
            return "broken"
        return "incomplete" if self.counts.get("not-checked") else "holds"
