"""Guards that no row is changed or removed by accident. Whoever owns the file can drop them; the chain tells then."""

from __future__ import annotations

from alembic import op
from sqlalchemy import inspect, text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """One guard a table against changing and removing rows."""
    connection = op.get_bind()
    tables = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "'BEGIN RAISE EXCEPTION ''the record is append-only''; END'"
            )
        )
    for table in tables:
        for guard in _guards(connection.dialect.name, table):
            connection.execute(text(guard))


def _guards(dialect: str, table: str) -> list[str]:
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
        ]
    return [
        f"CREATE TRIGGER {table}_stays_{verb.lower()} BEFORE {verb} ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
