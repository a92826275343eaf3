"""`select medical`: verdicts the board may see, details that only the medical officer opens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from attrs import frozen

from hamsafar.app.files import ensure_replaceable, read_bytes
from hamsafar.domain.selection import Medical, MedicalVerdict
from hamsafar.errors import InputError, InputErrors

MOST_DETAILS_BYTES = 20_000_000  # reports and images of one examination
PASSPHRASE_VARIABLE = "HAMSAFAR_MEDICAL_PASSPHRASE"
VERDICTS: tuple[MedicalVerdict, ...] = "fit", "fit-with-waiver", "not-fit"


@frozen(kw_only=True)
class MedicalKey:
    """The medical officer's key: where the private half was written, and the public half that the record keeps."""

    file: Path
    public_key: str
    locked: bool  # under a passphrase
    event: int


@frozen(kw_only=True)
class MedicalRecorded:
    """A verdict that was recorded."""

    event: int
    verdict: Medical
    details_bytes: int


@frozen(kw_only=True)
class VerdictsRecorded:
    """Verdicts that were recorded together."""

    event: int
    verdicts: tuple[Medical, ...]


def make_key(campaign: Path | str, file: Path | str, *, by: str, reason: str, passphrase: str | None) -> MedicalKey:
    """A new pair of keys: the private one to a file that stays with the officer, the public one into the record.

    From then on details are sealed to it; earlier ones open with the earlier key. Raises InputError where the file
    is there already, or the role has no right to it.
    """
    from nacl.public import PrivateKey

    from hamsafar.store import Record, key_file, write_private

    path = Path(file)
    if path.exists():
        raise InputError("is there already; a key is never written over", where=str(path))
    ensure_replaceable(path)
    record = Record.open(Path(campaign))
    key = PrivateKey.generate()
    public = bytes(key.public_key)
    with record.change(command="medical", by=by, reason=reason) as change:
        change.add_public_key("medical", public)
        change.body["public_key"] = public.hex()
        write_private(path, key_file("medical", bytes(key), passphrase))  # before the record says so
    return MedicalKey(file=path, public_key=public.hex(), locked=bool(passphrase), event=change.number)


def record_verdict(
    campaign: Path | str,
    *,
    candidate: str,
    stage: str,
    verdict: str,
    by: str,
    reason: str,
    limits: Sequence[str] = (),
    valid_until: date | None = None,
    details: Path | str | None = None,
) -> MedicalRecorded:
    """Records a medical verdict, its details sealed. Raises InputError for what is no verdict, stage or candidate."""
    from hamsafar.store import Record

    record = Record.open(Path(campaign))
    if not record.stage(stage).medical:
        raise InputError("asks for no medical verdict", where=f"--stage {stage}")
    content = read_bytes(Path(details), most_bytes=MOST_DETAILS_BYTES) if details is not None else b""
    one = Medical(
        candidate=candidate,
        stage=stage,
        verdict=_verdict(verdict),
        limits=tuple(limits),
        valid_until=valid_until,
    )
    with record.change(command="medical", by=by, reason=reason) as change:
        change.medical(one, content)
        change.body["stage"] = stage
    return MedicalRecorded(event=change.number, verdict=one, details_bytes=len(content))


def record_verdicts(campaign: Path | str, file: Path | str, *, stage: str, by: str, reason: str) -> VerdictsRecorded:
    """Records the verdicts of a table, all or none; details are brought in one candidate at a time.

    Raises InputErrors with every row that is wrong.
    """
    from hamsafar.formats.tables import MOST_BYTES, read_tables
    from hamsafar.programme.selection.verdicts_table import verdicts_of
    from hamsafar.store import Record

    record = Record.open(Path(campaign))
    if not record.stage(stage).medical:
        raise InputError("asks for no medical verdict", where=f"--stage {stage}")
    rows = verdicts_of(read_tables(read_bytes(Path(file), most_bytes=MOST_BYTES), where=str(file)), stage=stage)
    reached = set(record.in_stage(stage))
    strange = [one.candidate for one in rows if one.candidate not in reached]
    if strange:
        raise InputErrors([InputError(f"is no candidate of the stage {stage}", where=code[:40]) for code in strange])
    with record.change(command="medical", by=by, reason=reason) as change:
        for one in rows:
            change.medical(one, b"")
        change.body.update(stage=stage, verdicts=len(rows))
    return VerdictsRecorded(event=change.number, verdicts=rows)


def _verdict(said: str) -> MedicalVerdict:
    for one in VERDICTS:
        if said == one:
            return one
    raise InputError(f"should be one of {', '.join(VERDICTS)} (got {said!r})", where="--verdict")


def read_details(
    campaign: Path | str, *, candidate: str, stage: str, by: str, reason: str, key: Path | str, passphrase: str | None
) -> bytes:
    """The details of the last examination of a stage; the read is recorded before anything is opened."""
    from hamsafar.store import Record, key_in

    private = key_in(Path(key), "medical", passphrase)
    record = Record.open(Path(campaign))
    return record.medical_details(candidate, record.stage(stage).id, by=by, purpose=reason, key=private)


def details_to_file(
    campaign: Path | str,
    out: Path | str,
    *,
    candidate: str,
    stage: str,
    by: str,
    reason: str,
    key: Path | str,
    passphrase: str | None,
) -> int:
    """Reads the details into a file that only its owner reads; returns how many bytes."""
    from hamsafar.store import write_private

    ensure_replaceable(Path(out))
    content = read_details(
        campaign, candidate=candidate, stage=stage, by=by, reason=reason, key=key, passphrase=passphrase
    )
    write_private(Path(out), content)
    return len(content)


def passphrase_given() -> str | None:
    """The passphrase that the environment names, if it names one."""
    return os.environ.get(PASSPHRASE_VARIABLE) or None
