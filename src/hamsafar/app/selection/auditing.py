"""`select audit`: whether a campaign's record is what was written, judged without any key and without writing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hamsafar.app.files import read_bytes

if TYPE_CHECKING:
    from hamsafar.store import Audit

__all__ = ["Audit", "audit"]

_MOST_HEAD_BYTES = 100_000


def audit(campaign: Path | str, *, heads: Sequence[Path | str] = ()) -> Audit:
    """The audit of the record in a campaign's folder, held against heads that the auditor kept apart.

    Raises InputError where there is no record, or a head is none.
    """
    from hamsafar.store import audit as audited
    from hamsafar.store import head_of

    kept = [head_of(read_bytes(Path(one), most_bytes=_MOST_HEAD_BYTES), where=str(one)) for one in heads]
    return audited(Path(campaign), kept=kept)
