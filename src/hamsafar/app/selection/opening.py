"""`select open`: whom the criteria exclude is shown, then the campaign is fixed in a record; later changes with why."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from attrs import frozen

from hamsafar.app.selection.campaigns import campaign_given, campaign_text
from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError, InputErrors
from hamsafar.selection.exclusion import Exclusion, GroupPreview, Preview, exclusions_of, preview
from hamsafar.store import Record
from hamsafar.timeline import Instant


@frozen(kw_only=True)
class Opened:
    """A campaign that is open: the digest of its text, and what its criteria do to each group."""

    campaign: str
    digest: str  # SHA-256 of campaign.yaml
    amended: bool  # it was open before, with another text
    exclusions: tuple[GroupPreview, ...]
    masked: tuple[Exclusion, ...]  # by one field, where another field makes up for it in the whole
    preview: Preview

    @property
    def accepted(self) -> tuple[tuple[str, str], ...]:
        """(field, group) of every exclusion that was accepted."""
        groups = [(one.by, one.group) for one in self.exclusions]
        return (*groups, *((one.by, one.group) for one in self.masked))


def open_campaign(
    folder: Path | str, *, by: str, reason: str, accept_exclusions: bool = False, at: Instant | None = None
) -> Opened:
    """Opens a campaign, or records a change of one that is open.

    Raises InputErrors where its file is wrong, where criteria exclude a group and nobody said that this is accepted,
    where it is open already as it is, and where it changed into another campaign.
    """
    campaign, text = campaign_given(folder), campaign_text(folder)
    shown = preview(campaign)
    exclusions = tuple(one for one in shown.groups if one.flag or one.excluded_by)
    told = {(one.by, one.group) for one in exclusions}
    masked = tuple(one for one in exclusions_of(campaign) if (one.by, one.group) not in told)
    if (exclusions or masked) and not accept_exclusions:
        raise InputErrors([*map(_excluded, exclusions), *map(_excluded, masked)])
    amended = (Path(folder) / "record").exists()
    if amended:
        _amend(folder, campaign, text, by=by, reason=reason, at=at)
    else:
        Record.create(Path(folder), campaign, text=text, by=by, reason=reason, at=at)
    return Opened(
        campaign=campaign.id,
        digest=sha256(text).hexdigest(),
        amended=amended,
        exclusions=exclusions,
        masked=masked,
        preview=shown,
    )


def _amend(folder: Path | str, campaign: Campaign, text: bytes, *, by: str, reason: str, at: Instant | None) -> None:
    record = Record.open(Path(folder))
    if record.campaign_text == text:
        raise InputError("is open already, and its file has not changed since", where=str(folder))
    if record.campaign.id != campaign.id:
        what = f"is another campaign than the one in its record ({record.campaign.id!r}); make a folder of its own"
        raise InputError(what, where=f"{Path(folder) / 'campaign.yaml'} campaign.id")
    with record.change(command="amend", by=by, reason=reason, at=at) as change:
        change.amended(campaign, text)
        change.body.update(text=sha256(text).hexdigest(), before=sha256(record.campaign_text).hexdigest())


def _excluded(one: GroupPreview | Exclusion) -> InputError:
    what = f"{one.sentence.rstrip('.')}; widen them, or open with --accept-exclusions and say in --reason why"
    return InputError(what, where=f"criteria, {one.by}")
