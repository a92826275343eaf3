"""`select new`: a documented campaign to start from."""

from __future__ import annotations

from pathlib import Path

from hamsafar.app.files import write_whole
from hamsafar.errors import InputError
from hamsafar.programme.selection import campaign_schema_text, campaign_templates, template_text
from hamsafar.programme.selection.campaign_draft import FILE

SCHEMA_NAME = "campaign.schema.json"


def new_campaign(folder: Path | str, template: str) -> tuple[Path, ...]:
    """Writes a campaign's file, as a template has it, and the schema that editors check with; returns their paths.

    Raises InputError for an unknown template, and where the folder already holds something.
    """
    place = Path(folder)
    if template not in campaign_templates():
        known = ", ".join(campaign_templates())
        raise InputError(f"there is no template {template!r:.60}; there are: {known}", where="--from")
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError("exists and is not empty; name a new folder", where=str(place))
    text = f"# yaml-language-server: $schema=./{SCHEMA_NAME}\n{template_text(template)}"
    return write_whole(place, {FILE: text.encode(), SCHEMA_NAME: campaign_schema_text().encode()})
