"""The tables of a record. Rows are only ever added; each carries the event that wrote it and its line in that event.

Only types that SQLite and PostgreSQL give back as the same Python value are used: whole numbers, doubles, text, bytes.
An Instant is its exact ISO text, a date its ISO text, a tuple a JSON list. `row_hash` covers the rest of its row.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKeyConstraint, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()

event = Table(
    "event",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON, nothing personal
    Column("tables", Text, nullable=False),  # canonical JSON: table → [rows it wrote there, SHA-256 of their hashes]
    Column("digest", Text, nullable=False),  # SHA-256 of `tables`
    Column("chain", Text, nullable=False),  # SHA-256 over the chain before and all of the above
    Column("signature", Text, nullable=False),  # Ed25519, of the head that ends here
)


def _rows(name: str, *columns: Column[object]) -> Table:
    return Table(
        name,
        metadata,
        Column("event", Integer, primary_key=True, autoincrement=False),
        Column("line", Integer, primary_key=True, autoincrement=False),
        *columns,
        Column("row_hash", LargeBinary, nullable=False),
        # The event's own row comes last, once the hashes of all its rows are known.
        ForeignKeyConstraint(["event"], ["event.number"], deferrable=True, initially="DEFERRED"),
    )


def _text(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, Text, nullable=optional)


def _number(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, Integer, nullable=optional)


def _sealed(*, optional: bool = False) -> tuple[Column[object], Column[object]]:
    return Column("sealed", LargeBinary, nullable=optional), Column("commitment", LargeBinary, nullable=optional)


campaign = _rows("campaign", Column("text", LargeBinary, nullable=False), _text("noun"))
public_key = _rows("public_key", _text("role"), _text("purpose"), _text("key"))
applicant = _rows(
    "applicant",
    _text("candidate"),
    _text("source"),
    _number("valid"),
    Column("key_hash", LargeBinary, nullable=False),  # SHA-256 of the person's key as it lies wrapped in keys.db
    *_sealed(),
)
withdrawn = _rows("withdrawn", _text("candidate"))
screened = _rows(
    "screened", _text("candidate"), _text("stage"), _text("criterion"), _text("verdict"), _text("sentence")
)
declaration = _rows(
    "declaration",
    _text("assessor"),
    _text("stage"),
    _text("candidate", optional=True),
    _number("conflict"),
    _text("kind"),
)
assigned = _rows(
    "assigned",
    _text("stage"),
    _text("test"),
    _text("candidate"),
    _text("assessor"),
    _text("begins", optional=True),
    _number("minutes", optional=True),
    _text("room", optional=True),
)
mark = _rows(
    "mark",
    _text("stage"),
    _text("test"),
    _text("item"),
    _text("candidate"),
    _text("assessor"),
    Column("mark", Double, nullable=True),
    *_sealed(optional=True),  # the note
)
medical = _rows(
    "medical",
    _text("candidate"),
    _text("stage"),
    _text("verdict"),
    _text("limits"),
    _text("valid_until", optional=True),
    *_sealed(optional=True),  # the details: to the medical officer, then under the person's key
)
decision = _rows(
    "decision",
    _text("candidate"),
    _text("stage"),
    _text("board"),
    _text("outcome"),
    _text("present"),
    _text("reason"),
    _text("evidence"),
    _text("condition"),
    _text("condition_due", optional=True),
    _text("seat", optional=True),
    _number("against_ranking"),
)
notice = _rows(
    "notice",
    _text("candidate"),
    _text("stage"),
    _text("kind"),
    _text("due", optional=True),
    _text("sent", optional=True),
    *_sealed(optional=True),  # the letter
)
access = _rows(
    "access",
    _text("candidate", optional=True),  # None: all who were in the record then
    _text("what"),
    _text("purpose"),
)
expired = _rows("expired", _text("candidate"), _text("why"))

ROW_TABLES = tuple(table for table in metadata.sorted_tables if table is not event)
