"""`select record`: a candidate's whole record, as the person it is about may ask for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hamsafar.app.files import ensure_replaceable, write_file
from hamsafar.errors import InputError
from hamsafar.export.candidate_record import candidate_html

if TYPE_CHECKING:
    from hamsafar.store import WholeRecord


def whole_record(
    campaign: Path | str, candidate: str, *, by: str, reason: str, out: Path | str | None = None
) -> WholeRecord:
    """All that was ever written of a candidate, and who read it; the asking is recorded. To a file too, if asked for.

    `out`: JSON or HTML, by how its name ends. Raises InputError where the role has no right to it.
    """
    from hamsafar.store import Record, whole

    file = Path(out) if out is not None else None
    if file is not None:
        if file.suffix.lower() not in (".json", ".html"):
            raise InputError("should end in .json or .html, the forms in which it is written", where=f"--out {file}")
        ensure_replaceable(file)
    record = Record.open(Path(campaign))
    found = whole(record, candidate, by=by, purpose=reason)
    if file is not None:
        text = (
            candidate_html(record.campaign.title, document(found)) if file.suffix.lower() == ".html" else _json(found)
        )
        write_file(file, [text])
    return found


def document(found: WholeRecord) -> dict[str, Any]:
    """A whole record as JSON keeps it."""
    return {
        "campaign": found.campaign,
        "candidate": found.candidate,
        "expired": found.expired,
        "entries": [
            {
                "event": one.event,
                "at": one.at.iso(),
                "by": one.by,
                "kind": one.kind,
                "reason": one.reason,
                "said": dict(one.said),
            }
            for one in found.entries
        ],
    }


def _json(found: WholeRecord) -> bytes:
    return (json.dumps(document(found), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
