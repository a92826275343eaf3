"""A campaign that a door is given: itself, or the folder of its file; and its record."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hamsafar.app.files import read_bytes
from hamsafar.domain.campaign import Campaign, Stage
from hamsafar.errors import InputError
from hamsafar.programme.selection import read_campaign
from hamsafar.programme.selection.campaign_draft import FILE
from hamsafar.store import Record
from hamsafar.timeline import Instant

__all__ = ["campaign_given", "campaign_text", "counts_of", "frozen_counts", "now_or", "record_of", "stage_of"]

_MOST_BYTES = 2_000_000


def campaign_given(folder: Path | str | Campaign) -> Campaign:
    """The campaign of a folder. Raises InputErrors with everything wrong in its `campaign.yaml`."""
    return folder if isinstance(folder, Campaign) else read_campaign(Path(folder))


def campaign_text(folder: Path | str) -> bytes:
    """The bytes of a campaign's file."""
    return read_bytes(Path(folder) / FILE, most_bytes=_MOST_BYTES)


def record_of(folder: Path | str) -> Record:
    """The record of a campaign that goes with its file as it is now.

    Raises InputError where there is no record yet, or the file was changed since it was opened.
    """
    record = Record.open(Path(folder))
    path = Path(folder) / FILE
    if path.exists() and campaign_text(folder) != record.campaign_text:
        what = "was changed since the campaign was opened; `hamsafar select open` records the change and why"
        raise InputError(what, where=str(path))
    return record


def stage_of(campaign: Campaign, name: str | None) -> Stage:
    """The stage of a name; without one, the first that has criteria. Raises InputError where there is none."""
    ids = ", ".join(one.id for one in campaign.stages)
    for one in campaign.stages:
        if one.id == name or (name is None and one.criteria):
            return one
    said = "has no stage with criteria" if name is None else f"is no stage of this campaign (got {name!r:.60})"
    raise InputError(f"{said}; there are: {ids}", where="--stage")


def now_or(at: Instant | None) -> Instant:
    """The moment that is given, or now."""
    return Instant.from_datetime(datetime.now(UTC)) if at is None else at


def counts_of(record: Record) -> dict[str, int]:
    """How many applications were submitted, and how many of them are valid, invalid and withdrawn."""
    kinds = list(record.standings_of_intake().values())
    return {"submitted": len(kinds), **{name: kinds.count(name) for name in ("valid", "invalid", "withdrawn")}}


def frozen_counts(record: Record) -> dict[str, int] | None:
    """The counts as the first screening after the close froze them; None before it."""
    for event in record.events():
        said = event.body.get("frozen")
        if isinstance(said, dict):
            return {str(name): int(count) for name, count in said.items()}
    return None
