"""The group `select`, and the options that several of its commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["By", "CampaignFolder", "Reason", "select", "typer"]

select = typer.Typer(
    name="select",
    help="Select candidates: a campaign of two organisations, from the first application to the decision.",
    no_args_is_help=True,
)

CampaignFolder = Annotated[Path, typer.Argument(metavar="CAMPAIGN", help="The folder of the campaign.")]
By = Annotated[str, typer.Option("--by", metavar="ROLE", help="Who does it: the id of a role of the campaign.")]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, in a few words; it is recorded.")]
