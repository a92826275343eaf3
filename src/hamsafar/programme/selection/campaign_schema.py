"""The JSON Schema of `campaign.yaml`, for editors; generated from the models that read it."""

from __future__ import annotations

from hamsafar.programme.schema import text_of


def campaign_schema_text() -> str:
    """The JSON Schema (draft 2020-12) of a campaign's file, ending in a newline; the same text every time."""
    from hamsafar.programme.selection.campaign_model import CampaignFile

    return text_of(CampaignFile)
