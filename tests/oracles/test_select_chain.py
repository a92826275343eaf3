"""The chain of a record, taken anew as the how-to page says, with nothing of ours: sqlite3, json, hashlib, PyNaCl."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey
from nacl.signing import VerifyKey

from records import judged, lived, record_in


def written(value: object) -> bytes:
    def plain(one: bytes) -> dict[str, str]:
        return {"hex": one.hex()}

    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=plain).encode("ascii")


def row_hash(table: str, row: dict[str, Any]) -> bytes:
    said = {name: value for name, value in row.items() if name != "row_hash" and value is not None}
    return hashlib.sha256(b"hamsafar-row/1\0" + written([table, said])).digest()


def verify(database: Path, public_key: str) -> int:
    """Verifies a record as a stranger would; returns how many rows there are."""
    with closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        names = [name for name in names if name not in ("event", "alembic_version")]
        before, rows = "0" * 64, 0
        for event in map(dict, connection.execute("SELECT * FROM event ORDER BY number").fetchall()):
            tables = {}
            for name in names:
                asked = f"SELECT * FROM {name} WHERE event = ? ORDER BY line"
                hashes = [row_hash(name, dict(row)) for row in connection.execute(asked, (event["number"],))]
                rows += len(hashes)
                if hashes:
                    tables[name] = [len(hashes), hashlib.sha256(b"".join(hashes)).hexdigest()]
            assert event["tables"].encode() == written(tables)
            assert event["digest"] == hashlib.sha256(event["tables"].encode()).hexdigest()
            said = {
                name: event[name] for name in ("at", "body", "command", "digest", "number", "reason", "role", "tables")
            }
            chain = hashlib.sha256(b"hamsafar-event/1\0" + before.encode() + written(said)).hexdigest()
            assert event["chain"] == chain
            head = {"at": event["at"], "campaign": "pair-2027", "chain": chain, "number": event["number"]}
            message = b"hamsafar-head/1\0" + written(head | {"public_key": public_key})
            VerifyKey(bytes.fromhex(public_key)).verify(message, bytes.fromhex(event["signature"]))
            before = chain
    return rows


def test_a_stranger_verifies_a_record_from_the_page_alone(tmp_path: Path) -> None:
    record = judged(lived(record_in(tmp_path)), bytes(PrivateKey.generate().public_key))
    assert record.head is not None
    database = tmp_path / "record" / "campaign.db"
    # Of the helper: campaign 1, keys 2, applicants 3, withdrawn 1, read 1, screened 2, declared 2, assigned 3, marks 4,
    # medical 1, decision 1, expired 1, notice 1.
    assert verify(database, record.head.public_key) == 23
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DROP TRIGGER mark_stays_update")
        connection.execute("UPDATE mark SET mark = 60.500000000000007 WHERE line = 1")  # the next double but one
    with pytest.raises(AssertionError):
        verify(database, record.head.public_key)
    other = tmp_path / "other"
    other.mkdir()
    record_in(other)
    with pytest.raises(BadSignatureError):
        verify(other / "record" / "campaign.db", record.head.public_key)
