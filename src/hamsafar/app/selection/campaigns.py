"""A campaign that a door is given: itself, or the folder of its file."""

from __future__ import annotations

from pathlib import Path

from hamsafar.domain.campaign import Campaign
from hamsafar.programme.selection import read_campaign

__all__ = ["campaign_given", "record_folder"]


def campaign_given(folder: Path | str | Campaign) -> Campaign:
    """The campaign of a folder. Raises InputErrors with everything wrong in its `campaign.yaml`."""
    return folder if isinstance(folder, Campaign) else read_campaign(Path(folder))


def record_folder(folder: Path | str) -> Path:
    """Where the record of a campaign lies."""
    return Path(folder) / "record"
