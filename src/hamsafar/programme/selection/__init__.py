"""What people write and send of a campaign (its file, applications, mark sheets) → domain, every error placed."""

from hamsafar.programme.selection.campaign_draft import campaign_templates, template_text
from hamsafar.programme.selection.campaign_read import read_campaign, read_campaign_text
from hamsafar.programme.selection.campaign_schema import campaign_schema_text

__all__ = ["campaign_schema_text", "campaign_templates", "read_campaign", "read_campaign_text", "template_text"]
