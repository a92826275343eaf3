"""The keys of a campaign: one for each person, wrapped by the campaign's own, and the one that signs the head.

They lie apart from the record (`keys.db`, `keys/`), so that a copy of the record alone tells nothing of anybody. A
person's key is destroyed when their data expire; a backup that holds `keys.db` would undo that.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random as random_bytes

from hamsafar.errors import InputError

KEY_BYTES = 32
FORMAT = "hamsafar-key/1"
PASSPHRASE_VARIABLE = "HAMSAFAR_RECORD_PASSPHRASE"  # of the campaign's own keys; without it they lie open, mode 0600
BUSY_S = 60.0

KeyKind = Literal["campaign", "signing", "medical"]

_MANY = 1_000  # keys from which all of them are read at once

_PERSON = b"hamsafar-person-key/1\0"


def write_private(path: Path, content: bytes) -> None:
    """Writes a file that only its owner reads, whole or not at all, and waits until it is on the disk."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".hamsafar-", suffix=".part")  # mode 0600
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as problem:
        raise InputError(f"can't be written: {problem.strerror}", where=str(path)) from problem


def key_file(kind: KeyKind, key: bytes, passphrase: str | None) -> bytes:
    """A key as the bytes of a file: sealed under a passphrase (Argon2id), or plain where there is none."""
    said: dict[str, str] = {"format": FORMAT, "kind": kind}
    if passphrase:
        salt = random_bytes(pwhash.argon2id.SALTBYTES)
        said |= {"salt": salt.hex(), "sealed": SecretBox(_stretched(passphrase, salt)).encrypt(key).hex()}
    else:
        said["key"] = key.hex()
    return (json.dumps(said, indent=1) + "\n").encode("ascii")


def _stretched(passphrase: str, salt: bytes) -> bytes:
    limits = pwhash.argon2id.OPSLIMIT_INTERACTIVE, pwhash.argon2id.MEMLIMIT_INTERACTIVE  # 64 MiB, a tenth of a second
    return bytes(pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode("utf-8"), salt, *limits))


def key_in(path: Path, kind: KeyKind, passphrase: str | None) -> bytes:
    """The key of a file. Raises InputError where it is none, of another kind, or the passphrase does not open it."""
    said = _key_file_said(path)
    if said.get("kind") != kind:
        raise InputError(f"is a key of the kind {said.get('kind')!r}, asked for is {kind!r}", where=str(path))
    try:
        if "key" in said:
            key = bytes.fromhex(said["key"])
        else:
            key = _unlocked(path, bytes.fromhex(said["salt"]), bytes.fromhex(said["sealed"]), passphrase)
    except (KeyError, TypeError, ValueError) as problem:
        if isinstance(problem, InputError):
            raise
        raise InputError("is not a whole key file", where=str(path)) from problem
    if len(key) != KEY_BYTES:
        raise InputError(f"is not a key of {KEY_BYTES} bytes", where=str(path))
    return key


def _key_file_said(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_bytes()[:10_000])
    except FileNotFoundError as problem:
        raise InputError("there is no such key", where=str(path)) from problem
    except OSError as problem:
        raise InputError(f"can't be read: {problem.strerror}", where=str(path)) from problem
    except (ValueError, RecursionError) as problem:
        raise InputError("is not a key file", where=str(path)) from problem
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise InputError("is not a key file", where=str(path))
    return said


def _unlocked(path: Path, salt: bytes, sealed: bytes, passphrase: str | None) -> bytes:
    if not passphrase:
        raise InputError("is locked with a passphrase, and none was given", where=str(path))
    try:
        return SecretBox(_stretched(passphrase, salt)).decrypt(sealed)
    except CryptoError as problem:
        raise InputError("the passphrase does not open it", where=str(path)) from problem


def wrapped_hash(code: str, wrapped: bytes) -> bytes:
    """What the record keeps of a person's wrapped key, so that an exchanged one shows without any key."""
    return hashlib.sha256(_PERSON + code.encode("utf-8") + b"\0" + wrapped).digest()


class PersonKeys:
    """The persons' keys in `keys.db`, each wrapped by the campaign's key."""

    def __init__(self, path: Path, campaign_key: bytes) -> None:
        self._path = path
        self._box = SecretBox(campaign_key)

    @staticmethod
    def create(path: Path) -> None:
        """Writes an empty file of keys that only its owner reads."""
        path.touch(mode=0o600, exist_ok=False)
        with _open(path) as connection:
            connection.execute("CREATE TABLE person_key (candidate TEXT PRIMARY KEY, wrapped BLOB NOT NULL)")

    def add(self, codes: Iterable[str]) -> dict[str, tuple[bytes, bytes]]:
        """A new random key for each code that has none yet: the key, and the hash of it wrapped."""
        made: dict[str, tuple[bytes, bytes]] = {}
        rows = []
        for code in codes:
            key = random_bytes(KEY_BYTES)
            wrapped = bytes(self._box.encrypt(key))
            rows.append((code, wrapped))
            made[code] = key, wrapped_hash(code, wrapped)
        with _open(self._path) as connection:
            connection.executemany("INSERT INTO person_key VALUES (?, ?)", rows)
        return made

    def of(self, codes: Iterable[str]) -> dict[str, bytes]:
        """The keys of those who still have one. Raises InputError where one can't be unwrapped."""
        with _open(self._path) as connection:
            wanted = tuple(codes)
            if len(wanted) > _MANY:
                found = dict(connection.execute("SELECT candidate, wrapped FROM person_key").fetchall())
            else:
                find = "SELECT candidate, wrapped FROM person_key WHERE candidate = ?"
                found = dict(row for code in wanted for row in connection.execute(find, (code,)))
            return {code: self._unwrapped(code, found[code]) for code in wanted if code in found}

    def _unwrapped(self, code: str, wrapped: object) -> bytes:
        try:
            return self._box.decrypt(bytes(wrapped))  # type: ignore[call-overload]
        except (CryptoError, ValueError, TypeError) as problem:
            raise InputError(
                f"the key of {code} does not open with the campaign's key; audit the record", where=str(self._path)
            ) from problem

    def hashes(self) -> dict[str, bytes]:
        """Whose keys there are, each with the hash of it wrapped."""
        with _open(self._path) as connection:  # to write, so that what a crash left is rolled back
            return _hashes(connection)

    def destroy(self, codes: Iterable[str]) -> None:
        """Destroys keys for good: zeros over them in the file and in its journal, then the file built anew."""
        with _open(self._path, keep_journal=True) as connection:
            rows = [(code,) for code in codes]
            zeros = "UPDATE person_key SET wrapped = zeroblob(length(wrapped)) WHERE candidate = ?"
            connection.executemany(zeros, rows)
            connection.executemany("DELETE FROM person_key WHERE candidate = ?", rows)
        self.clear_journal()
        with _telling(self._path), contextlib.closing(_connected(self._path)) as bare:
            bare.execute("VACUUM")

    def clear_journal(self) -> None:
        """Overwrites the journal that a destruction left, which holds what was destroyed."""
        if not _journal(self._path).exists():
            return
        with _telling(self._path), contextlib.closing(_connected(self._path)) as connection:
            connection.execute("BEGIN EXCLUSIVE")  # a journal still needed is played back first, and nobody makes one
            _overwrite(_journal(self._path))
            connection.execute("COMMIT")


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


def wrapped_hashes(path: Path) -> dict[str, bytes]:
    """Whose keys a file holds, each with the hash of it wrapped; no key is needed for that, and nothing is written."""
    with tempfile.TemporaryDirectory() as copy:
        if _journal(path).exists():  # what a crash left is rolled back in a copy
            for one in (path, _journal(path)):
                with contextlib.suppress(FileNotFoundError):
                    shutil.copyfile(one, Path(copy) / one.name)
            with _open(Path(copy) / path.name) as connection:
                return _hashes(connection)
        with _open(path, read_only=True) as connection:
            return _hashes(connection)


def _hashes(connection: sqlite3.Connection) -> dict[str, bytes]:
    return {
        str(code): wrapped_hash(str(code), wrapped if isinstance(wrapped, bytes) else str(wrapped).encode())
        for code, wrapped in connection.execute("SELECT candidate, wrapped FROM person_key")
    }


def _overwrite(path: Path) -> None:
    """Zeros over all of a file, then it is gone. What a flash disk keeps beneath is out of anybody's reach here."""
    if not path.exists():
        return
    with path.open("r+b") as stream:
        stream.write(b"\0" * path.stat().st_size)
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()


def _connected(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    mode = "ro" if read_only else "rw"
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_S)
    connection.isolation_level = None
    for pragma in ("secure_delete = ON", "synchronous = EXTRA", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


@contextlib.contextmanager
def _open(path: Path, *, read_only: bool = False, keep_journal: bool = False) -> Iterator[sqlite3.Connection]:
    """One transaction on the file of keys. Raises InputError where it is missing, no such file or can't be written."""
    if not path.is_file():
        raise InputError("the persons' keys are not there, so nothing personal can be read or added", where=str(path))
    with _telling(path), contextlib.closing(_connected(path, read_only=read_only)) as connection:
        if keep_journal:
            connection.execute("PRAGMA journal_mode = PERSIST")
        connection.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise InputError(f"the file of the persons' keys failed: {problem}", where=str(path)) from problem
