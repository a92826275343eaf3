"""A campaign's folder → Campaign, or every error in its file at once."""

from __future__ import annotations

from pathlib import Path

from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError
from hamsafar.programme.draft import Draft
from hamsafar.programme.selection.campaign_draft import FILE, read_draft, read_draft_text
from hamsafar.programme.selection.campaign_resolve import resolved
from hamsafar.programme.selection.campaign_sense import tell_sense


def read_campaign(folder: Path) -> Campaign:
    """The campaign of a folder's `campaign.yaml` (docs/reference/campaign-files.md); the file itself will do too.

    Raises InputErrors with every error found in it, in reading order, each `file:line:column path`. Nothing is
    executed, and no other file is opened.
    """
    path = Path(folder)
    if path.is_dir():
        path = path / FILE
    if not path.exists():
        what = f"there is no {FILE}; `hamsafar select new` writes a campaign to start from"
        raise InputError(what, where=str(path.parent if path.name == FILE else path))
    return _of(read_draft(path))


def read_campaign_text(text: str, *, where: str = FILE) -> Campaign:
    """The same of a text that was such a file."""
    return _of(read_draft_text(text, where))


def _of(draft: Draft) -> Campaign:
    tell_sense(draft)
    draft.problems.raise_if_any()
    return resolved(draft)
