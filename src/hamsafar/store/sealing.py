"""Personal data under a person's own key, and what the record commits to without telling it.

Sealed with libsodium's secret box (XSalsa20-Poly1305) through PyNaCl; details for the medical officer with its sealed
box (X25519). What is sealed begins with 32 random bytes, the salt of the commitment HMAC-SHA-256(salt, code ‖ text):
who holds no key learns nothing from it, and who holds one can prove that this text, and no other, was recorded.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random as random_bytes

from hamsafar.domain.selection import Applicant, Value
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

SALT_BYTES = 32
_TAG = b"hamsafar-sealed/1\0"
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def sealed(text: bytes, code: str, key: bytes) -> tuple[bytes, bytes]:
    """A text under a person's key, and the commitment to it."""
    salt = random_bytes(SALT_BYTES)
    return bytes(SecretBox(key).encrypt(salt + text)), commitment(salt, code, text)


def commitment(salt: bytes, code: str, text: bytes) -> bytes:
    """HMAC-SHA-256 of a candidate's code and a text under a random salt."""
    return hmac.digest(salt, _TAG + code.encode("utf-8") + b"\0" + text, hashlib.sha256)


def opened(blob: bytes, code: str, key: bytes, committed: bytes) -> bytes:
    """The text that was sealed. Raises InputError where the key does not fit, or another text was committed to."""
    try:
        both = SecretBox(key).decrypt(blob)
    except (CryptoError, ValueError, TypeError) as problem:
        raise InputError("what is sealed does not open with this person's key; audit the record", where=code) from (
            problem
        )
    return _committed(both, code, committed)


def _committed(both: bytes, code: str, committed: bytes) -> bytes:
    salt, text = both[:SALT_BYTES], both[SALT_BYTES:]
    if not hmac.compare_digest(commitment(salt, code, text), committed):
        raise InputError("what is sealed is not what the record committed to; audit the record", where=code)
    return text


def sealed_to_officer(details: bytes, code: str, officer: bytes, key: bytes) -> tuple[bytes, bytes]:
    """Medical details that only the medical officer reads, and only while the person's key lives; the commitment."""
    salt = random_bytes(SALT_BYTES)
    inner = SealedBox(PublicKey(officer)).encrypt(salt + details)
    return bytes(SecretBox(key).encrypt(inner)), commitment(salt, code, details)


def opened_by_officer(blob: bytes, code: str, officer: bytes, key: bytes, committed: bytes) -> bytes:
    """Medical details, with the medical officer's private key. Raises InputError where either key does not fit."""
    try:
        inner = SecretBox(key).decrypt(blob)
    except (CryptoError, ValueError, TypeError) as problem:
        raise InputError("what is sealed does not open with this person's key; audit the record", where=code) from (
            problem
        )
    try:
        both = SealedBox(PrivateKey(officer)).decrypt(inner)
    except CryptoError as problem:
        raise InputError("the medical details were sealed to another key than this one", where=code) from problem
    return _committed(both, code, committed)


def application_text(one: Applicant) -> bytes:
    """All that is personal of an application, as the bytes that are sealed."""
    said = {
        "fields": {name: _said(value) for name, value in one.fields.items()},
        "source_id": one.source_id,
        "submitted": one.submitted.exact_iso() if one.submitted else None,
        "why_invalid": list(one.why_invalid),
    }
    return _encode(said).encode("ascii")


def application(text: bytes, *, code: str, source: str, valid: bool, withdrawn: bool) -> Applicant:
    """The application that was sealed."""
    said: dict[str, Any] = json.loads(text)
    return Applicant(
        code=code,
        source=source,
        source_id=said["source_id"],
        submitted=Instant.parse(said["submitted"]) if said["submitted"] else None,
        fields={name: _value(value) for name, value in said["fields"].items()},
        valid=valid,
        why_invalid=tuple(said["why_invalid"]),
        withdrawn=withdrawn,
    )


def source_id_of(text: bytes) -> str:
    """The number an application has in the file it came from."""
    return str(json.loads(text)["source_id"])


def source_digest(key: bytes, source: str, source_id: str) -> str:
    """What stays of where an expired application came from: half an HMAC-SHA-256 under the campaign's key, in hex.

    Without the key it tells nothing; with it, it tells whether an application of a given number has expired.
    """
    named = b"hamsafar-source/1\0" + source.encode("utf-8") + b"\0" + source_id.encode("utf-8")
    return hmac.digest(key, named, hashlib.sha256)[:16].hex()


def _said(value: Value) -> object:
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return list(value) if isinstance(value, tuple) else value


def _value(said: Any) -> Value:
    if isinstance(said, Mapping):
        return date.fromisoformat(said["date"])
    return tuple(said) if isinstance(said, list) else said
