"""The database under a record: a SQLite file, or a PostgreSQL server named by an environment variable."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from hamsafar.errors import InputError
from hamsafar.store.keys import BUSY_S
from hamsafar.store.schema import refuse_foreign

URL_VARIABLE = "HAMSAFAR_RECORD_URL"  # postgresql://user@host/database; one database holds one campaign
REVISIONS = ("0001", "0002")  # of the migrations, oldest first
FILE = "campaign.db"

_PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = EXTRA",  # what is confirmed is on the disk, the journal's end too
    f"busy_timeout = {round(BUSY_S * 1000)}",
    "secure_delete = ON",
    "cell_size_check = ON",
    "trusted_schema = OFF",
)


def url_given() -> str | None:
    """The server that the environment names, if it names one."""
    return os.environ.get(URL_VARIABLE) or None


def engine_of(folder: Path, *, read_only: bool = False) -> tuple[Engine, str]:
    """The database of a record's folder, and how it is called in errors. Raises InputError where there is none."""
    path = folder / FILE
    if path.exists():
        return sqlite_engine(path, read_only=read_only), str(path)
    url = url_given()
    if url is None:
        raise InputError(
            f"has no record: no {FILE}, and {URL_VARIABLE} names no server; `hamsafar select open` makes one",
            where=str(folder),
        )
    return postgresql_engine(url)


def sqlite_engine(path: Path, *, read_only: bool = False) -> Engine:
    """A SQLite file. Transactions are begun by hand, so that a change takes the lock before it reads."""
    url = URL.create(
        "sqlite",
        database=path.absolute().as_uri(),
        query={"uri": "true", "mode": "ro" if read_only else "rw"},
    )
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_S})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("hamsafar_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def postgresql_engine(url: str) -> tuple[Engine, str]:
    """A PostgreSQL server, and its address without the password. Raises InputError for an address that is none."""
    try:
        address = make_url(url)
    except ArgumentError as problem:
        raise InputError("is not an address such as postgresql://user@host/database", where=URL_VARIABLE) from problem
    if address.get_backend_name() != "postgresql":
        raise InputError(
            f"names a database of the kind {address.get_backend_name()!r}; PostgreSQL is meant", where=URL_VARIABLE
        )
    try:
        engine = create_engine(address.set(drivername="postgresql+psycopg"), poolclass=NullPool)
    except (ModuleNotFoundError, NoSuchModuleError) as problem:
        raise InputError("needs the extra: pip install 'hamsafar[postgresql]'", where=URL_VARIABLE) from problem
    return engine, address.render_as_string(hide_password=True)


@contextlib.contextmanager
def reading(engine: Engine, where: str) -> Iterator[Connection]:
    """One look at the database: all that is read in it is of one moment."""
    with told(where), engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


@contextlib.contextmanager
def writing(engine: Engine, where: str) -> Iterator[Connection]:
    """One change, the only one at its time: others wait until it is done."""
    with told(where), engine.connect() as connection:
        connection = connection.execution_options(hamsafar_writes=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(7526470)"))
            yield connection


def add_rows(connection: Connection, table: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Adds rows in each database's own fast way: the general one doubles the time of 300,000 marks."""
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quote, columns))
    if connection.dialect.name == "sqlite":
        places = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f"INSERT INTO {quote(table)} ({names}) VALUES ({places})", rows)
        return
    import psycopg

    server: Any = connection.connection.dbapi_connection
    try:
        with server.cursor() as cursor, cursor.copy(f"COPY {quote(table)} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as problem:
        raise InputError(_sentence(str(problem)), where=table) from problem


@contextlib.contextmanager
def told(where: str) -> Iterator[None]:
    """What a database says when it fails, as a sentence: raises InputError."""
    try:
        yield
    except DBAPIError as problem:
        raise InputError(_sentence(str(problem.orig)), where=where) from problem
    except (sqlite3.Error, UnicodeDecodeError) as problem:  # while connecting; a message or text that is damaged itself
        raise InputError(_sentence(str(problem)), where=where) from problem


def _sentence(said: str) -> str:
    for part, sentence in {
        "database is locked": "another process has been changing the record for a minute; try again when it is done",
        "not a database": "is not a database, or it is damaged; nothing was written",
        "codec can't decode": "the database is damaged; audit it, and go back to a copy that holds",
        "malformed": "the database is damaged; audit it, and go back to a copy that holds",
        "readonly": "can't be written; nothing was recorded",
        "disk is full": "the disk is full; nothing was recorded",
        "disk I/O error": "the disk failed or is full; nothing was recorded",
        "unable to open": "can't be opened",
        "append-only": "rows of a record are never changed or removed",
    }.items():
        if part in said:
            return sentence
    return f"the database failed: {' '.join(said.split())[:300]}"


def revision_of(connection: Connection) -> str | None:
    """The migration a database stands at; None where it is not a record."""
    inspector = inspect(connection)
    if not inspector.has_table("alembic_version") or not inspector.has_table("event"):
        return None
    rows = connection.exec_driver_sql("SELECT version_num FROM alembic_version").fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""


def ensure_current(engine: Engine, where: str) -> None:
    """Brings an older database to what we know.

    Raises InputError where it is newer, no record at all, or holds a trigger or a view that could act on what we do.
    """
    with reading(engine, where) as connection:
        revision = revision_of(connection)
    if revision is None:
        raise InputError("is not a record of a campaign", where=where)
    if revision not in REVISIONS:
        raise InputError(
            f"was written by a newer Hamsafar (schema {revision!r}, known up to {REVISIONS[-1]}); update Hamsafar",
            where=where,
        )
    with reading(engine, where) as connection:
        refuse_foreign(connection, revision, where)
    if revision != REVISIONS[-1]:
        with writing(engine, where) as connection:
            migrate(connection)


def migrate(connection: Connection, to: str = "head") -> None:
    """Runs the migrations that are missing, in the transaction that is open."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
