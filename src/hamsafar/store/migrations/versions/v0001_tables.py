"""The tables as they first were."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Double, ForeignKeyConstraint, Integer, LargeBinary, Text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """The events, and the tables of rows they write."""
    op.create_table(
        "event",
        Column("number", Integer, primary_key=True, autoincrement=False),
        Column("at", Text, nullable=False),
        Column("role", Text, nullable=False),
        Column("command", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("tables", Text, nullable=False),
        Column("digest", Text, nullable=False),
        Column("chain", Text, nullable=False),
        Column("signature", Text, nullable=False),
    )
    _rows(
        "access",
        Column("candidate", Text, nullable=True),
        Column("what", Text, nullable=False),
        Column("purpose", Text, nullable=False),
    )
    _rows(
        "applicant",
        Column("candidate", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("valid", Integer, nullable=False),
        Column("key_hash", LargeBinary, nullable=False),
        Column("sealed", LargeBinary, nullable=False),
        Column("commitment", LargeBinary, nullable=False),
    )
    _rows(
        "assigned",
        Column("stage", Text, nullable=False),
        Column("test", Text, nullable=False),
        Column("candidate", Text, nullable=False),
        Column("assessor", Text, nullable=False),
        Column("begins", Text, nullable=True),
        Column("minutes", Integer, nullable=True),
        Column("room", Text, nullable=True),
    )
    _rows(
        "campaign",
        Column("text", LargeBinary, nullable=False),
        Column("noun", Text, nullable=False),
    )
    _rows(
        "decision",
        Column("candidate", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("board", Text, nullable=False),
        Column("outcome", Text, nullable=False),
        Column("present", Text, nullable=False),
        Column("reason", Text, nullable=False),
        Column("evidence", Text, nullable=False),
        Column("condition", Text, nullable=False),
        Column("condition_due", Text, nullable=True),
        Column("seat", Text, nullable=True),
        Column("against_ranking", Integer, nullable=False),
    )
    _rows(
        "declaration",
        Column("assessor", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("candidate", Text, nullable=True),
        Column("conflict", Integer, nullable=False),
        Column("kind", Text, nullable=False),
    )
    _rows(
        "expired",
        Column("candidate", Text, nullable=False),
        Column("why", Text, nullable=False),
    )
    _rows(
        "mark",
        Column("stage", Text, nullable=False),
        Column("test", Text, nullable=False),
        Column("item", Text, nullable=False),
        Column("candidate", Text, nullable=False),
        Column("assessor", Text, nullable=False),
        Column("mark", Double, nullable=True),
        Column("sealed", LargeBinary, nullable=True),
        Column("commitment", LargeBinary, nullable=True),
    )
    _rows(
        "medical",
        Column("candidate", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("verdict", Text, nullable=False),
        Column("limits", Text, nullable=False),
        Column("valid_until", Text, nullable=True),
        Column("sealed", LargeBinary, nullable=True),
        Column("commitment", LargeBinary, nullable=True),
    )
    _rows(
        "notice",
        Column("candidate", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("kind", Text, nullable=False),
        Column("due", Text, nullable=True),
        Column("sent", Text, nullable=True),
        Column("sealed", LargeBinary, nullable=True),
        Column("commitment", LargeBinary, nullable=True),
    )
    _rows(
        "public_key",
        Column("role", Text, nullable=False),
        Column("purpose", Text, nullable=False),
        Column("key", Text, nullable=False),
    )
    _rows(
        "screened",
        Column("candidate", Text, nullable=False),
        Column("stage", Text, nullable=False),
        Column("criterion", Text, nullable=False),
        Column("verdict", Text, nullable=False),
        Column("sentence", Text, nullable=False),
    )
    _rows(
        "withdrawn",
        Column("candidate", Text, nullable=False),
    )


def _rows(name: str, *columns: Column[object]) -> None:
    op.create_table(
        name,
        Column("event", Integer, primary_key=True, autoincrement=False),
        Column("line", Integer, primary_key=True, autoincrement=False),
        *columns,
        Column("row_hash", LargeBinary, nullable=False),
        ForeignKeyConstraint(["event"], ["event.number"], deferrable=True, initially="DEFERRED"),
    )
