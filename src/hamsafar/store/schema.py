"""What a record's database consists of, held against what the migrations make: guards, columns, nothing foreign."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen
from sqlalchemy import Connection, inspect

from hamsafar.errors import InputError
from hamsafar.store import tables

__all__ = ["Difference", "differences", "refuse_foreign"]

_GUARDED = "0002"  # the migration from which on every table has its guards
_VERSION = "alembic_version"


@frozen(kw_only=True)
class Difference:
    """One thing in which a database differs. `grave`: it may change what is written or read."""

    what: str
    table: str
    grave: bool = True
    acts: bool = False  # a trigger or a view that is no part of a record


def differences(connection: Connection, revision: str) -> Iterator[Difference]:
    """In what a database differs from a record of that migration, table by table."""
    inspector = inspect(connection)
    there = set(inspector.get_table_names())
    for name in sorted(there - set(tables.metadata.tables) - {_VERSION}):
        yield Difference(what="the database has a table that is no part of a record", table=name, grave=False)
    for name, table in sorted(tables.metadata.tables.items()):
        if name not in there:
            yield Difference(what="this table is missing", table=name)
            continue
        found = [str(column["name"]) for column in inspector.get_columns(name)]
        known = table.columns.keys()
        for column in sorted(set(found) - set(known)):
            yield Difference(what=f"has a column that is no part of a record: {column}", table=name)
        for column in sorted(set(known) - set(found)):
            yield Difference(what=f"lacks its column {column}", table=name)
    yield from _foreign(connection, revision)
    yield from _missing_guards(connection, there, revision)
    for name in sorted(there & set(tables.metadata.tables)):
        for index in inspector.get_indexes(name):
            what = f"has an index that is no part of a record: {index['name']}"
            yield Difference(what=what, table=name, grave=False)


def refuse_foreign(connection: Connection, revision: str, where: str) -> None:
    """Raises InputError where a trigger or a view is there that a record doesn't have: it could act on what we do."""
    for one in _foreign(connection, revision):
        if one.acts:
            raise InputError(f"{one.table}: {one.what}; nothing was done; audit the record", where=where)


def _foreign(connection: Connection, revision: str) -> Iterator[Difference]:
    """The triggers and views that are no part of a record, guards that were changed among them."""
    expected = _guards(connection.dialect.name, revision)
    for (table, name), text in sorted(_triggers(connection).items()):
        if (table, name) not in expected:
            yield Difference(what=f"has a trigger that is no part of a record: {name}", table=table, acts=True)
        elif text != expected[table, name]:
            yield Difference(what=f"its guard {name} was changed", table=table, acts=True)
    for name in sorted(inspect(connection).get_view_names()):
        yield Difference(what="the database has a view that is no part of a record", table=name, acts=True)


def _missing_guards(connection: Connection, there: set[str], revision: str) -> Iterator[Difference]:
    found = _triggers(connection)
    for table, name in sorted(_guards(connection.dialect.name, revision).keys() - found.keys()):
        if table in there:
            yield Difference(what=f"its guard {name} against changing rows is missing", table=table)


def _guards(dialect: str, revision: str) -> Mapping[tuple[str, str], str]:
    """(table, name) → what the guard does, of all guards that the migrations make."""
    if revision < _GUARDED:
        return {}
    if dialect == "postgresql":
        does = "O BEGIN RAISE EXCEPTION 'the record is append-only'; END"
        return {(table, f"{table}_stays"): does for table in tables.metadata.tables}
    return {
        (table, f"{table}_stays_{verb.lower()}"): f"CREATE TRIGGER {table}_stays_{verb.lower()} BEFORE {verb} ON "
        f"{table} BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
        for table in tables.metadata.tables
        for verb in ("UPDATE", "DELETE")
    }


def _triggers(connection: Connection) -> dict[tuple[str, str], str]:
    """(table, name) → what it does, of all triggers that are there."""
    if connection.dialect.name == "sqlite":
        asked = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
    else:
        asked = (
            "SELECT c.relname, t.tgname, CAST(t.tgenabled AS text) || ' ' || p.prosrc FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE NOT t.tgisinternal AND n.nspname = current_schema()"
        )
    found = connection.exec_driver_sql(asked).fetchall()
    return {(str(table), str(name)): " ".join(str(text).split()) for table, name, text in found}
