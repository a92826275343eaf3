"""`select expire`: personal data end on their day, by destroying the person's key."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.errors import InputError

if TYPE_CHECKING:
    from hamsafar.store import Record


@frozen(kw_only=True)
class Expiry:
    """Whose personal data ended, and how many are kept on, until when the next of them."""

    expired: tuple[str, ...]
    kept: int
    next_day: date | None


def expire(
    campaign: Path | str, *, by: str, reason: str, as_of: date | None = None, candidate: str | None = None
) -> Expiry:
    """Lets personal data expire: of those not chosen and those chosen each after their day, or of one candidate now.

    The keys are destroyed for good; the record still holds. Raises InputError where the role has no right to it, and
    for a day that is still to come.
    """
    from hamsafar.store import Record

    record = Record.open(Path(campaign))
    gone = record.expired()
    live = [code for code in record.codes() if code not in gone]
    days = _days(record, live)
    today = _today()
    if as_of is not None and as_of > today:
        said = f"lies after today ({today}, UTC; got {as_of}): keys that are destroyed never come back"
        raise InputError(said, where="--as-of")
    if candidate is not None:
        _ensure_there(candidate, live, gone)
        due: tuple[str, ...] = (candidate,)
    else:
        due = tuple(code for code in live if days[code] < (as_of or today))
    record.expire(due, by=by, reason=reason)
    left = [days[code] for code in live if code not in set(due)]
    return Expiry(expired=due, kept=len(left), next_day=min(left, default=None))


def _today() -> date:
    return datetime.now(UTC).date()


def _days(record: Record, live: list[str]) -> dict[str, date]:
    """The last day on which each one's data are kept: whoever was selected last counts as chosen."""
    kept = record.campaign.retention
    last = {(one.candidate, one.stage): one.outcome for one in record.decisions()}
    chosen = {code for (code, _), outcome in last.items() if outcome == "selected"}
    return {code: kept.chosen if code in chosen else kept.not_chosen for code in live}


def _ensure_there(candidate: str, live: list[str], gone: Container[str]) -> None:
    if candidate in live:
        return
    if candidate in gone:
        raise InputError("personal data of this candidate have expired already", where=f"--candidate {candidate}")
    raise InputError("is no candidate of this campaign", where=f"--candidate {candidate}")
