"""The signed head of a record: how many events there are and the chain after the last, kept outside the database."""

from __future__ import annotations

import json
from typing import Any

from attrs import frozen
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from hamsafar.errors import InputError
from hamsafar.store.canonical import canonical_json

FORMAT = "hamsafar-head/1"
_SAID = ("campaign", "number", "chain", "at", "public_key")


@frozen(kw_only=True)
class Head:
    """Where a record stood: whoever keeps one can tell later that nothing before it was cut off or written anew."""

    campaign: str
    number: int
    chain: str
    at: str  # of the last event, ISO 8601
    public_key: str
    signature: str

    def text(self) -> bytes:
        """The file `head.json`."""
        said = {"format": FORMAT} | {name: getattr(self, name) for name in (*_SAID, "signature")}
        return (json.dumps(said, indent=1) + "\n").encode("utf-8")

    @property
    def holds(self) -> bool:
        """Whether the signature is by the key it names, over what it says."""
        try:
            VerifyKey(bytes.fromhex(self.public_key)).verify(_message(self), bytes.fromhex(self.signature))
        except (BadSignatureError, ValueError, TypeError):
            return False
        return True


def _message(head: Head) -> bytes:
    said = {name: getattr(head, name) for name in _SAID}
    return FORMAT.encode("ascii") + b"\0" + canonical_json(said).encode("ascii")


def signed(key: SigningKey, *, campaign: str, number: int, chain: str, at: str) -> Head:
    """The head after an event, signed with the campaign's key."""
    public = key.verify_key.encode().hex()
    bare = Head(campaign=campaign, number=number, chain=chain, at=at, public_key=public, signature="")
    signature = key.sign(_message(bare)).signature.hex()
    return Head(campaign=campaign, number=number, chain=chain, at=at, public_key=public, signature=signature)


def head_of(text: bytes, *, where: str) -> Head:
    """The head of a file; InputError where it is none. Whether its signature holds is not judged here."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError) as problem:
        raise InputError("is not a head of a record: no JSON", where=where) from problem
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise InputError(f'is not a head of a record: its "format" should be "{FORMAT}"', where=where)
    kinds = {name: int if name == "number" else str for name in (*_SAID, "signature")}
    for name, kind in kinds.items():
        if type(said.get(name)) is not kind:
            raise InputError(f"is not a whole head of a record: {name} is missing or of another kind", where=where)
    return Head(**{name: said[name] for name in kinds})
