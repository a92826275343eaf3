"""The audit of a record: from the rows alone, without any key, and without writing anything.

Every hash is taken anew from what is stored: each row's, each event's over its rows, the chain over all events, and
every signature with the record's public key. What is stored as a hash is only compared, so the place of a change shows.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from attrs import field, frozen
from sqlalchemy import Connection, Table, inspect
from sqlalchemy.exc import DBAPIError

from hamsafar.errors import InputError
from hamsafar.store import tables
from hamsafar.store.canonical import START, chained, hashed_columns, row_hash, rows_digest, tables_digest
from hamsafar.store.databases import FILE, REVISIONS, engine_of, reading, revision_of
from hamsafar.store.findings import Audit, Found, Weight
from hamsafar.store.heads import FOLDER, HEAD, Head, head_of
from hamsafar.store.keys import wrapped_hashes
from hamsafar.store.personal import PERSON_KEYS
from hamsafar.store.schema import differences

__all__ = ["Audit", "audit"]

_VERSION = "alembic_version"


@frozen(kw_only=True)
class _Read:
    """What was read on the way."""

    events: dict[int, dict[str, Any]] = field(factory=dict)
    signing: list[str] = field(factory=list)
    campaign: list[str] = field(factory=list)
    key_hashes: dict[str, bytes] = field(factory=dict)  # of each candidate
    expired: dict[str, object] = field(factory=dict)  # the event of each
    rows: list[int] = field(factory=lambda: [0])


def audit(folder: Path, *, kept: Sequence[Head] = ()) -> Audit:
    """The audit of the record in a campaign's folder; `kept` are heads that the auditor kept apart.

    Raises InputError where there is no record. Of one newer than we are it says what was not checked.
    """
    place, found, read = folder / FOLDER, Found(), _Read()
    if not place.is_dir():
        raise InputError("has no record to audit", where=str(folder))
    try:
        with _opened(place) as connection:
            _schema(connection, found, str(place))
            _events(connection, read, found)
            for table in tables.ROW_TABLES:
                _table(connection, table, read, found)
    except _Unreadable as problem:
        found.add("broken", str(problem))
    _chain(read, found)
    beside = _beside(place, found)
    _heads(read, beside, kept, found)
    keys = _keys(place, read, found)
    last = max(read.events, default=0)
    return Audit(
        verdict=found.verdict,
        campaign=read.campaign[0] if read.campaign else "",
        events=len(read.events),
        rows=read.rows[0],
        expired=len(read.expired),
        number=last,
        chain=str(read.events[last]["chain"]) if last else START,
        public_key=read.signing[0] if read.signing else "",
        head=beside.number if beside else None,
        kept=tuple(head.number for head in kept),
        keys=keys,
        findings=tuple(found.told),
        more=found.more,
    )


class _Unreadable(Exception):
    """The database can't be read on."""


@contextmanager
def _opened(place: Path) -> Iterator[Connection]:
    """The database, read only. What a crash left half-written is rolled back in a copy, never in the record itself."""
    with tempfile.TemporaryDirectory() as copy:
        if (place / f"{FILE}-journal").exists() and not _readable(place):
            place = _copied(place, Path(copy))
        engine, where = engine_of(place, read_only=place != Path(copy))
        try:
            with reading(engine, where) as connection:
                if connection.dialect.name == "sqlite":
                    raw: Any = connection.connection.dbapi_connection
                    raw.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
                yield connection
        except InputError as problem:
            if (
                isinstance(problem.__cause__, DBAPIError | sqlite3.Error | UnicodeDecodeError)
                and engine.dialect.name == "sqlite"
            ):
                raise _Unreadable(problem.what) from problem
            raise


def _readable(place: Path) -> bool:
    try:
        engine, where = engine_of(place, read_only=True)
        with reading(engine, where) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM event").scalar()
    except InputError:
        return False
    return True


def _copied(place: Path, copy: Path) -> Path:
    for name in (FILE, f"{FILE}-journal"):
        shutil.copyfile(place / name, copy / name)
    return copy


def _schema(connection: Connection, found: Found, where: str) -> None:
    """Holds the database's make against what the migrations make; the number of the migration is a claim too."""
    there = set(inspect(connection).get_table_names())
    if tables.event.name not in there or not there & {_VERSION, tables.applicant.name}:
        raise InputError("is not a record of a campaign", where=where)
    revision = revision_of(connection)
    known = revision in REVISIONS
    grave = False
    for one in differences(connection, str(revision) if known else REVISIONS[-1]):
        grave = grave or one.grave
        weight: Weight = ("broken" if known else "not-checked") if one.grave else "mind"
        found.add(weight, one.what, table=one.table)
    if not known and grave:
        said = f"says it was written by a newer Hamsafar ({revision!r}), and differs: audit it with the newest"
        found.add("not-checked", said, table=_VERSION)
    elif not known:
        said = f"says it was written by a newer Hamsafar ({revision!r}), and holds nothing new: this was changed"
        found.add("broken", said, table=_VERSION)
    elif revision != REVISIONS[-1]:
        said = f"is of an older Hamsafar ({revision}): the next command brings it up to date"
        found.add("mind", said, table=_VERSION)


def _select(connection: Connection, table: Table, order: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table as the database gives them, whatever type they have become."""
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    asked = f"SELECT {columns} FROM {quote(table.name)} ORDER BY {order}"
    for row in connection.exec_driver_sql(asked):
        yield tuple(row)


def _events(connection: Connection, read: _Read, found: Found) -> None:
    names = tables.event.columns.keys()
    for values in _select(connection, tables.event, "number"):
        row = dict(zip(names, values, strict=True))
        number = row["number"]
        if type(number) is not int or number < 1:
            found.add("broken", f"has an event whose number is {number!r}", table="event")
            continue
        read.events[number] = row
    with suppress(KeyError, TypeError, ValueError):
        read.campaign.append(str(json.loads(read.events[1]["body"])["campaign"]))


def _chain(read: _Read, found: Found) -> None:
    before, last, at = START, max(read.events, default=0), ""
    if not last:
        found.add("broken", "no event is left")
    for number in range(1, last + 1):
        row = read.events.get(number)
        if row is None:
            if number == 1 or number - 1 in read.events:
                found.add("broken", "this event is missing", event=number, table="event")
            continue
        before = _link(row, before, read, found)
        if isinstance(row["at"], str) and row["at"] < at:
            found.add("mind", f"is dated {row['at']}, before the event before it", event=number, table="event")
        at = str(row["at"])


def _link(row: dict[str, Any], before: str, read: _Read, found: Found) -> str:
    """Judges one event; returns the chain that the next one should follow."""
    number = row["number"]
    if not isinstance(row["tables"], str) or row["digest"] != tables_digest(row["tables"]):
        found.add("broken", "what it says it wrote is not what its digest says", event=number, table="event")
    try:
        computed = chained(before, row)
    except (TypeError, ValueError):
        computed = ""
    if _signed(row, str(row["chain"]), read):
        if computed != row["chain"]:
            said = "it, or the event before it, was changed: its chain does not follow"
            found.add("broken", said, event=number, table="event")
        return str(row["chain"])
    if computed and _signed(row, computed, read):
        found.add("broken", "its chain was changed", event=number, table="event")
        return computed
    found.add("broken", "its signature is not the record's: it was changed, or written by another", event=number)
    return str(row["chain"])


def _signed(row: dict[str, Any], chain: str, read: _Read) -> bool:
    if not read.signing or not read.campaign:
        return False
    head = Head(
        campaign=read.campaign[0],
        number=row["number"],
        chain=chain,
        at=str(row["at"]),
        public_key=read.signing[0],
        signature=str(row["signature"]),
    )
    return head.holds


def _table(connection: Connection, table: Table, read: _Read, found: Found) -> None:
    said = {number: _written(row, table.name) for number, row in read.events.items()}
    judge = _Judge(table, found)
    seen: set[int] = set()
    for number, rows in groupby(_select(connection, table, "event, line"), key=itemgetter(0)):
        hashes = judge.hashes(_noted(rows, table, read))
        read.rows[0] += len(hashes)
        if type(number) is not int or number not in said:
            what = f"{len(hashes)} rows of an event that is not there"
            found.add("broken", what, event=_int(number), table=table.name)
            continue
        seen.add(number)
        count, digest = said[number]
        if count != len(hashes):
            what = f"has {len(hashes)} rows where the event wrote {count}"
            found.add("broken", what, event=number, table=table.name)
        elif digest != rows_digest(hashes):
            found.add("broken", "rows were changed", event=number, table=table.name)
    for number, (count, _) in said.items():
        if count and number not in seen:
            found.add("broken", f"all {count} rows are missing", event=number, table=table.name)


class _Judge:
    """Judges the rows of a table, one event after another."""

    def __init__(self, table: Table, found: Found) -> None:
        self._table, self._found, self._columns = table.name, found, hashed_columns(table)
        names = table.columns.keys()  # the event first, then the line, the hash last
        self._order = [names.index(name) for name in self._columns]

    def hashes(self, rows: Iterable[tuple[Any, ...]]) -> list[bytes]:
        """The hashes of the rows of one event as they are now; empty where a row has none."""
        made, line = [], 0
        for row in rows:
            if row[1] != line + 1:
                self._tell(row, f"follows line {line}: rows are missing, or out of their place")
            line = row[1] if type(row[1]) is int else line + 1
            try:
                computed = row_hash(self._table, self._columns, [row[index] for index in self._order])
            except (TypeError, ValueError):
                computed = b""
            if computed != row[-1]:
                self._tell(row, "this row was changed, or put in the place of another")
            made.append(computed)
        return made

    def _tell(self, row: tuple[Any, ...], what: str) -> None:
        self._found.add("broken", what, event=_int(row[0]), table=self._table, row=_int(row[1]))


def _int(value: object) -> int | None:
    return value if type(value) is int else None


def _written(row: dict[str, Any], table: str) -> tuple[int, str]:
    """How many rows an event says it wrote in a table, and their digest."""
    try:
        count, digest = json.loads(row["tables"]).get(table, [0, rows_digest([])])
        return int(count), str(digest)
    except (ValueError, TypeError, AttributeError):
        return 0, ""


def _noted(rows: Iterable[tuple[Any, ...]], table: Table, read: _Read) -> Iterable[tuple[Any, ...]]:
    """The rows as they are, what is needed later kept."""
    if table not in (tables.applicant, tables.expired, tables.public_key):
        return rows
    kept, names = list(rows), table.columns.keys()
    for values in kept:
        row = dict(zip(names, values, strict=True))
        if table is tables.applicant:
            read.key_hashes[str(row["candidate"])] = row["key_hash"]
        elif table is tables.expired:
            read.expired[str(row["candidate"])] = row["event"]
        elif row["purpose"] == "signing":
            read.signing.append(str(row["key"]))
    return kept


def _heads(read: _Read, beside: Head | None, kept: Sequence[Head], found: Found) -> None:
    """Judges the head that lies beside the database, and those the auditor kept."""
    last = max(read.events, default=0)
    if beside is None and not kept:
        found.add("not-checked", "there is no signed head, so nobody can tell whether later events were cut off")
    if beside is not None and _head(beside, "the head beside the database", read, found) and beside.number < last:
        said = f"the head beside the database is of event {beside.number}, {last - beside.number} before the last: "
        found.add("mind", said + "a process ended between the two; the next command mends it", event=beside.number)
    for head in kept:
        _head(head, "the head that was kept", read, found)


def _head(head: Head, name: str, read: _Read, found: Found) -> bool:
    last = max(read.events, default=0)
    if not head.holds:
        found.add("broken", f"{name} has a signature that does not hold", event=head.number)
        return False
    if read.signing and head.public_key != read.signing[0]:
        found.add("broken", f"{name} is signed with another key than the record's: the record was written anew")
    if read.campaign and head.campaign != read.campaign[0]:
        found.add("broken", f"{name} is of another campaign ({head.campaign})")
    if head.number > last:
        found.add("broken", f"events {last + 1} to {head.number} were cut off: {name} names them", event=head.number)
        return False
    row = read.events.get(head.number)
    if row is None or row["chain"] != head.chain:
        found.add(
            "broken", f"the record was written anew before this event: {name} has another chain", event=head.number
        )
        return False
    return True


def _beside(place: Path, found: Found) -> Head | None:
    """The head that lies beside the database."""
    path = place / HEAD
    try:
        return head_of(path.read_bytes(), where=HEAD) if path.exists() else None
    except (OSError, InputError) as problem:
        found.add("broken", f"the head beside the database can't be read: {problem}")
        return None


def _keys(place: Path, read: _Read, found: Found) -> bool:
    """Compares the persons' keys with what the record says of them; False where they are not there."""
    path = place / PERSON_KEYS
    if not path.is_file():
        found.add("mind", "the persons' keys are not here, so they were not compared; an auditor's copy has none")
        return False
    try:
        hashes = wrapped_hashes(path)
    except InputError as problem:
        found.add("broken", f"the persons' keys can't be read: {problem.what}", table=PERSON_KEYS)
        return False
    for code, said in read.key_hashes.items():
        if code in read.expired:
            if code in hashes:
                _key_is_back(code, read, found)
        elif code not in hashes:
            found.add("broken", f"the key of {code} is missing, and it has not expired", table=PERSON_KEYS)
        elif hashes[code] != said:
            found.add("broken", f"the key of {code} was exchanged", table=PERSON_KEYS)
    for code in sorted(hashes.keys() - read.key_hashes.keys()):
        what = f"there is a key of nobody in the record ({code}): left by an intake that was cut short, or added"
        found.add("mind", what, table=PERSON_KEYS)
    return True


def _key_is_back(code: str, read: _Read, found: Found) -> None:
    what = f"the key of {code} is there, and the record says it was destroyed"
    if read.expired[code] == max(read.events, default=0):
        said = f"{what}: a process ended between the two, and the next command does it"
        found.add("mind", said, table=PERSON_KEYS)
    else:
        found.add("broken", what, table=PERSON_KEYS)
