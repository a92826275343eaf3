"""The record of a campaign: everything that happened, who did it, when and why."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from nacl.signing import SigningKey
from nacl.utils import random as random_bytes
from sqlalchemy import Connection, Engine, inspect, select

from hamsafar.domain.campaign import Campaign
from hamsafar.errors import InputError
from hamsafar.store import tables
from hamsafar.store.change import Change, ensure_text
from hamsafar.store.databases import (
    FILE,
    engine_of,
    ensure_current,
    migrate,
    postgresql_engine,
    sqlite_engine,
    url_given,
    writing,
)
from hamsafar.store.heads import FOLDER, HEAD, Head, head_of
from hamsafar.store.keys import KEY_BYTES, PASSPHRASE_VARIABLE, PersonKeys, key_file, key_in, write_private
from hamsafar.store.personal import KEYS, PERSON_KEYS, PersonalReads
from hamsafar.store.rights import demand, role_of
from hamsafar.timeline import Instant


class Record(PersonalReads):
    """The record in a campaign's folder. Reading personal or medical data writes an event first, always."""

    # Making and opening.

    @classmethod
    def create(
        cls, folder: Path, campaign: Campaign, *, text: bytes, by: str, reason: str, at: Instant | None = None
    ) -> Record:
        """A new record in a campaign's folder, its first event the opening. Raises InputError where there is one."""
        demand(campaign, by, ["office"], "open the campaign")
        place = folder / FOLDER
        if place.exists():
            raise InputError("there is a record already; it is never written over", where=str(place))
        part = _part_folder(folder)
        try:
            _write_keys(part)
            engine, where = _new_engine(part)
            record = cls(part, engine, where)
            with writing(engine, where) as connection:
                _refuse_other(connection, where)
                migrate(connection)
                record.__dict__["campaign"] = campaign
                head = record._first(connection, text=text, by=by, reason=reason, at=at)
            write_private(part / HEAD, head.text())
            part.replace(place)
        except OSError as problem:
            raise InputError(f"can't be written: {problem.strerror}", where=str(place)) from problem
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return cls.open(folder)

    def _first(self, connection: Connection, *, text: bytes, by: str, reason: str, at: Instant | None) -> Head:
        change = self._change_on(connection, command="open", by=by, reason=reason)
        change.amended(self.campaign, text)
        change.add_public_key("signing", self._signing.verify_key.encode())
        change.body = {"campaign": self.campaign.id, "text": sha256(text).hexdigest()}
        return change.finish(at or _now(), self._signing)

    @classmethod
    def open(cls, folder: Path) -> Record:
        """The record of a campaign's folder, brought to today's form, and what a crash left undone done.

        Raises InputError where there is none, it is damaged, newer than we are, or does not go with its signed head.
        """
        place = folder / FOLDER
        if not place.is_dir():
            raise InputError("has no record yet; `hamsafar select open` makes one", where=str(folder))
        engine, where = engine_of(place)
        ensure_current(engine, where)
        record = cls(place, engine, where)
        record._mend()
        return record

    def _mend(self) -> None:
        """The head of the last event, where a crash came between the two; keys that were to be destroyed."""
        last = self._last_head()
        kept = self.head
        if kept is None or kept.chain != last.chain:
            with self._reading() as connection:
                at = select(tables.event.c.chain).where(tables.event.c.number == (kept.number if kept else 0))
                chain = connection.execute(at).scalar()
            if kept is not None and chain != kept.chain:
                raise InputError(
                    f"does not go with its signed head ({HEAD}: event {kept.number}); audit the record",
                    where=self.where,
                )
            if kept is None or kept.number < last.number:  # another process may have gone on meanwhile
                write_private(self.folder / HEAD, last.text())
        if (self.folder / PERSON_KEYS).exists() and (self.folder / KEYS).exists():
            gone = self.expired()
            left = self._keys.hashes().keys() & gone.keys() if gone else ()
            if left:
                self._keys.destroy(left)
            self._keys.clear_journal()

    def _last_head(self) -> Head:
        """The head that the last event was signed with. Raises InputError where the signature does not hold."""
        with self._reading() as connection:
            last = connection.execute(select(tables.event).order_by(tables.event.c.number.desc()).limit(1)).first()
            key = tables.public_key.c
            asked = select(key.key).where(key.purpose == "signing").order_by(key.event, key.line).limit(1)
            public = connection.execute(asked).scalar()
        if last is None or public is None:
            raise InputError("is a record without its first event; audit it", where=self.where)
        head = Head(
            campaign=self.campaign.id,
            number=last.number,
            chain=last.chain,
            at=last.at,
            public_key=public,
            signature=last.signature,
        )
        if not head.holds:
            raise InputError("its last event is not signed with the record's key; audit the record", where=self.where)
        return head

    # What it is.

    @property
    def head(self) -> Head | None:
        """The signed head that lies beside the database, if it does."""
        path = self.folder / HEAD
        try:
            return head_of(path.read_bytes(), where=str(path)) if path.exists() else None
        except OSError as problem:
            raise InputError(f"can't be read: {problem.strerror}", where=str(path)) from problem

    @cached_property
    def _signing(self) -> SigningKey:
        return SigningKey(key_in(self.folder / KEYS / "signing.key", "signing", os.environ.get(PASSPHRASE_VARIABLE)))

    # Changing.

    @contextmanager
    def change(self, *, command: str, by: str, reason: str, at: Instant | None = None) -> Iterator[Change]:
        """One change: one event and its rows, all of it or nothing; others wait until it is done.

        Raises InputError where the role is unknown, no reason is given, or the record can't be written.
        """
        role_of(self.campaign, by)
        if not reason.strip():
            raise InputError("should say why, in a few words", where="--reason")
        ensure_text([reason, command], "--reason")
        if self._changing is not None:
            raise RuntimeError("a change of this record is open already")
        with writing(self._engine, self.where) as connection:
            self._changing = connection
            try:
                change = self._change_on(connection, command=command, by=by, reason=reason)
                yield change
                head = change.finish(at or _now(), self._signing)
            finally:
                self._changing = None
        self.__dict__.pop("campaign", None)
        write_private(self.folder / HEAD, head.text())

    def _change_on(self, connection: Connection, *, command: str, by: str, reason: str) -> Change:
        return Change(connection, campaign=self.campaign, keys=self._keys, by=by, command=command, reason=reason)

    def expire(self, codes: Iterable[str], *, by: str, reason: str, at: Instant | None = None) -> tuple[str, ...]:
        """Lets personal data expire: recorded first, then the keys are destroyed; returns who it was."""
        demand(self.campaign, by, ["data-protection"], "let personal data expire")
        gone = self.expired()
        codes = tuple(code for code in dict.fromkeys(codes) if code not in gone)
        if not codes:
            return ()
        sources = self._source_digests(codes)
        with self.change(command="expire", by=by, reason=reason, at=at) as change:
            change.expired(codes, reason)
            change.body.update(candidates=len(codes), sources=sources)
        self._keys.destroy(codes)
        return codes

    def log_read(self, candidates: Iterable[str | None], what: str, *, by: str, purpose: str) -> None:
        """Writes down who reads what of whom, before it is read; None stands for all."""
        if self._changing is not None:
            raise RuntimeError("read personal data before the change begins: its log must not go with the change")
        with self.change(command="read", by=by, reason=purpose) as change:
            change.accessed(candidates, what, purpose)


def _now() -> Instant:
    return Instant.from_datetime(datetime.now(UTC))


def _part_folder(folder: Path) -> Path:
    if not folder.is_dir():
        raise InputError("there is no such folder", where=str(folder))
    try:
        return Path(tempfile.mkdtemp(dir=folder, prefix=".hamsafar-", suffix=".part"))  # mode 0700
    except OSError as problem:
        raise InputError(f"can't be written: {problem.strerror}", where=str(folder)) from problem


def _write_keys(place: Path) -> None:
    passphrase = os.environ.get(PASSPHRASE_VARIABLE)
    (place / KEYS).mkdir(mode=0o700)
    write_private(place / KEYS / "campaign.key", key_file("campaign", random_bytes(KEY_BYTES), passphrase))
    write_private(place / KEYS / "signing.key", key_file("signing", random_bytes(KEY_BYTES), passphrase))
    PersonKeys.create(place / PERSON_KEYS)


def _new_engine(place: Path) -> tuple[Engine, str]:
    url = url_given()
    if url is not None:
        return postgresql_engine(url)
    path = place / FILE
    path.touch(mode=0o600)
    return sqlite_engine(path), str(path)


def _refuse_other(connection: Connection, where: str) -> None:
    if inspect(connection).get_table_names():
        raise InputError("holds tables already; a record needs a database of its own", where=where)
