"""The sheet on which one assessor marks: what goes out, and what must come back the same."""

from __future__ import annotations

import json
from hashlib import sha256

from attrs import frozen

_DIGITS = 16  # of the digest that are shown: people compare them, and chance doesn't make two the same


@frozen(kw_only=True)
class MarkRow:
    """One mark to give: of whom, in which test, on what, on which scale."""

    candidate: str
    test: str
    item: str
    title: str  # of test and item
    lowest: float
    highest: float

    @property
    def key(self) -> tuple[str, str, str]:
        """What no other row of the sheet has."""
        return self.candidate, self.test, self.item


@frozen(kw_only=True)
class MarkSheet:
    """All that one assessor is to mark in a stage, in the order in which it is to be read."""

    campaign: str
    stage: str
    title: str
    assessor: str
    version: int  # how many times the stage has been assigned
    rows: tuple[MarkRow, ...]

    @property
    def digest(self) -> str:
        """Of whose it is and what is marked on it, whatever the order: another digest is another sheet."""
        marked = sorted([*row.key, row.lowest, row.highest] for row in self.rows)
        text = json.dumps([self.campaign, self.stage, self.assessor, marked], ensure_ascii=True)
        return sha256(b"hamsafar-mark-sheet/1\0" + text.encode()).hexdigest()[:_DIGITS]
