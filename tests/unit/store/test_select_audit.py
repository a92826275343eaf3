"""Every change of anything that is stored is found by the audit, with its place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey

from hamsafar.errors import InputError
from hamsafar.store import Record, audit, head_of, tables
from records import CAMPAIGN, code, intake, judged, lived, record_in

TABLES = {table.name: table for table in tables.metadata.sorted_tables}
COLUMNS = [(table.name, column.name) for table in TABLES.values() for column in table.columns]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record in which every table has rows."""
    folder = tmp_path_factory.mktemp("whole")
    judged(lived(record_in(folder)), bytes(PrivateKey.generate().public_key))
    return folder


@pytest.fixture
def copy(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "copy"))


def at(folder: Path, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Changes the database behind the record's back: its guards are dropped first, and put back after."""
    with closing(sqlite3.connect(folder / "record" / "campaign.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # nobody pulls the plug here
        connection.execute("BEGIN")
        guards = connection.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(*((statement,) if isinstance(statement, str) else statement))
        left = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for _, table, guard in guards:
            if table in left:
                connection.execute(guard)
        connection.execute("COMMIT")


def rows_of(folder: Path, statement: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "record" / "campaign.db")) as connection:
        return connection.execute(statement).fetchall()


def test_a_record_that_nobody_touched_holds(whole: Path) -> None:
    found = audit(whole)
    assert (found.verdict, found.findings) == ("holds", ())
    assert found.campaign == CAMPAIGN.id
    assert found.expired == 1
    assert all(
        rows_of(whole, f"SELECT count(*) FROM {name}")[0][0] for name in TABLES
    )  # the tests below see every table


def other(value: Any) -> Any:
    """Another value of the same kind, as near as can be."""
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:]
    if isinstance(value, float):
        return value + 1e-9
    if isinstance(value, int):
        return value + 1
    return "a" if value is None else value + " "


ROWS = [pytest.param(1, id="first"), pytest.param(None, id="all", marks=pytest.mark.slow)]  # how many of each table


@pytest.mark.parametrize("most", ROWS)
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_changed_value_of_any_column_is_found_in_its_place(
    table: str, column: str, most: int | None, copy: Path
) -> None:
    key = "number" if table == "event" else "event"
    line = "0" if table == "event" else "line"
    for number, at_line, value in rows_of(copy, f'SELECT {key}, {line}, "{column}" FROM {table}')[:most]:
        where = f"{key} = {number}" + ("" if table == "event" else f" AND line = {at_line}")
        new = value + 10_000 if column in ("number", "line", "event") else other(value)
        at(copy, (f'UPDATE {table} SET "{column}" = ? WHERE {where}', (new,)))
        found = audit(copy)
        assert found.verdict == "broken"
        places = {(one.event, one.table) for one in found.findings}
        assert {(number, table), (number, None), (new, table)} & places, found.findings
        if table != "event" and column not in ("event", "line"):
            assert any((one.table, one.event, one.row) == (table, number, at_line) for one in found.findings)
        back = (
            where.replace(f"{column} = {value}", f"{column} = {new}")
            if column in ("number", "line", "event")
            else where
        )
        at(copy, (f'UPDATE {table} SET "{column}" = ? WHERE {back}', (value,)))


QUICK = ("event", "mark", "decision")
SOME_QUICK = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in TABLES]


@pytest.mark.parametrize(
    "table", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in TABLES]
)
def test_a_value_made_null_or_of_another_type_is_found(table: str, copy: Path) -> None:
    for _, column in (pair for pair in COLUMNS if pair[0] == table):
        before = rows_of(copy, f'SELECT rowid, "{column}" FROM {table} ORDER BY rowid LIMIT 1')[0]
        for new in (None, b"\xff", "\udcff"):
            if new == before[1]:
                continue
            try:
                value: Any = new.encode("utf-8", "surrogateescape") if isinstance(new, str) else new
                cast = "CAST(? AS TEXT)" if isinstance(new, str) else "?"
                at(copy, (f'UPDATE {table} SET "{column}" = {cast} WHERE rowid = {before[0]}', (value,)))
            except sqlite3.IntegrityError:
                continue  # the database itself refuses it
            assert audit(copy).verdict == "broken", (column, new)
            rowid = rows_of(copy, f"SELECT min(rowid) FROM {table}")[0][0] if column in ("number",) else before[0]
            at(copy, (f'UPDATE {table} SET "{column}" = ? WHERE rowid = {rowid}', (before[1],)))
    assert audit(copy).verdict == "holds"


@pytest.mark.parametrize("most", ROWS)
@pytest.mark.parametrize("table", TABLES)
def test_a_removed_row_is_found(table: str, most: int | None, copy: Path) -> None:
    key = "number" if table == "event" else "event"
    for rowid, number in rows_of(copy, f"SELECT rowid, {key} FROM {table}")[:most]:
        with closing(sqlite3.connect(copy / "record" / "campaign.db")) as connection:
            saved = connection.execute(f"SELECT * FROM {table} WHERE rowid = {rowid}").fetchone()
        at(copy, f"DELETE FROM {table} WHERE rowid = {rowid}")
        found = audit(copy)
        assert found.verdict == "broken"
        assert any(one.event in (number, number + 1) for one in found.findings)
        at(copy, (f"INSERT INTO {table} VALUES ({', '.join('?' * len(saved))})", saved))


@pytest.mark.parametrize("table", [name for name in TABLES if name != "event"])
def test_an_added_row_is_found(table: str, copy: Path) -> None:
    columns = [column.name for column in TABLES[table].columns]
    said = ", ".join(f'"{name}"' if name != "line" else "line + 1000" for name in columns)
    at(copy, f"INSERT INTO {table} SELECT {said} FROM {table} ORDER BY event LIMIT 1")
    found = audit(copy)
    assert found.verdict == "broken"
    assert any(one.table == table for one in found.findings)


def test_two_rows_that_change_places_are_found(copy: Path) -> None:
    columns = ", ".join(f'"{column.name}"' for column in TABLES["mark"].columns if column.name not in ("event", "line"))
    number = rows_of(copy, "SELECT min(event) FROM mark")[0][0]
    one, two = (rows_of(copy, f"SELECT {columns} FROM mark WHERE event = {number} AND line = {n}")[0] for n in (1, 2))
    for line, row in ((2, one), (1, two)):
        change = f"UPDATE mark SET ({columns}) = ({', '.join('?' * len(row))}) WHERE event = {number} AND line = {line}"
        at(copy, (change, row))
    found = audit(copy)
    assert [(one.event, one.table, one.row) for one in found.findings][:2] == [(number, "mark", 1), (number, "mark", 2)]


def test_two_events_that_change_places_are_found(copy: Path) -> None:
    at(
        copy,
        "UPDATE event SET number = 1000 WHERE number = 2",
        "UPDATE event SET number = 2 WHERE number = 3",
        "UPDATE event SET number = 3 WHERE number = 1000",
    )
    found = audit(copy)
    assert found.verdict == "broken"
    assert {2, 3} <= {one.event for one in found.findings}


def test_a_row_changed_together_with_its_hash_is_found(copy: Path) -> None:
    from hamsafar.store.canonical import hashed_columns, row_hash

    columns = hashed_columns(TABLES["decision"])
    said = ", ".join(f'"{name}"' for name in columns)
    values = dict(zip(columns, rows_of(copy, f"SELECT {said} FROM decision")[0], strict=True)) | {"outcome": "stop"}
    forged = row_hash("decision", columns, [values[name] for name in columns])
    at(copy, ("UPDATE decision SET outcome = 'stop', row_hash = ?", (forged,)))
    found = audit(copy)
    assert [(one.event, one.table, one.what) for one in found.findings] == [
        (values["event"], "decision", "rows were changed")
    ]


def test_events_cut_off_are_found_by_the_head_beside(copy: Path) -> None:
    last = rows_of(copy, "SELECT max(number) FROM event")[0][0]
    at(copy, f"DELETE FROM event WHERE number = {last}", f"DELETE FROM expired WHERE event = {last}")
    found = audit(copy)
    assert found.verdict == "broken"
    assert any("were cut off" in one.what and one.event == last for one in found.findings)


def test_a_rollback_of_database_and_head_is_found_by_the_kept_head_alone(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    intake(record, 2)
    old = shutil.copytree(tmp_path / "record", tmp_path / "old")
    with record.change(command="withdraw", by="office-1", reason="asked") as change:
        change.withdraw([code(1)])
    kept = record.head
    assert kept is not None
    assert audit(tmp_path, kept=[kept]).verdict == "holds"
    shutil.rmtree(tmp_path / "record")
    shutil.move(old, tmp_path / "record")
    assert audit(tmp_path).verdict == "holds"  # nothing in the folder tells: that is what the kept head is for
    found = audit(tmp_path, kept=[kept])
    assert found.verdict == "broken"
    assert "events 3 to 3 were cut off" in found.findings[0].what


def test_a_record_written_anew_with_other_keys_is_found_by_the_kept_head(tmp_path: Path) -> None:
    kept = record_in(tmp_path).head
    assert kept is not None
    shutil.rmtree(tmp_path / "record")
    record_in(tmp_path)
    assert audit(tmp_path).verdict == "holds"
    assert "signed with another key" in audit(tmp_path, kept=[kept]).findings[0].what


def test_an_older_kept_head_holds_while_the_record_goes_on(whole: Path, tmp_path: Path) -> None:
    record = record_in(tmp_path)
    kept = record.head
    assert kept is not None
    intake(record, 1)
    assert audit(tmp_path, kept=[kept]).verdict == "holds"


def test_a_forged_event_needs_the_signing_key(tmp_path: Path) -> None:
    """Whoever holds the file alone can't add an event: not even one the next command would sign."""
    record = record_in(tmp_path)
    shutil.copytree(tmp_path / "record", tmp_path / "kept")
    intake(record, 1)
    with closing(sqlite3.connect(tmp_path / "record" / "campaign.db")) as connection, connection:
        connection.execute("DROP TRIGGER event_stays_update")
        connection.execute(
            "UPDATE event SET reason = 'forged', signature = replace(signature, '0', '1') WHERE number = 2"
        )
    assert audit(tmp_path).verdict == "broken"
    shutil.copyfile(tmp_path / "kept" / "head.json", tmp_path / "record" / "head.json")
    with pytest.raises(InputError, match="not signed with the record's key"):
        Record.open(tmp_path)


def test_the_audit_needs_no_keys_and_writes_nothing(copy: Path) -> None:
    shutil.rmtree(copy / "record" / "keys")
    (copy / "record" / "keys.db").unlink()
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (copy / "record").iterdir()}
    found = audit(copy)
    assert found.verdict == "holds"
    assert [one.weight for one in found.findings] == ["mind"]
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in (copy / "record").iterdir()} == before


def test_without_any_head_the_audit_is_incomplete(copy: Path) -> None:
    (copy / "record" / "head.json").unlink()
    assert audit(copy).verdict == "incomplete"


def key_rows(folder: Path, *statements: tuple[str, tuple[Any, ...]]) -> None:
    with closing(sqlite3.connect(folder / "record" / "keys.db")) as connection, connection:
        for statement in statements:
            connection.execute(*statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM person_key WHERE candidate = 'C00001'", "C00001 is missing"),
        ("UPDATE person_key SET wrapped = zeroblob(72) WHERE candidate = 'C00001'", "C00001 was exchanged"),
        ("UPDATE person_key SET wrapped = 'text' WHERE candidate = 'C00002'", "C00002 was exchanged"),
        ("INSERT INTO person_key VALUES ('C00003', zeroblob(72))", "C00003 is there, and the record says"),
        ("UPDATE person_key SET candidate = 'C00009' WHERE candidate = 'C00001'", "C00001 is missing"),
        ("INSERT INTO person_key VALUES ('C77777', zeroblob(72))", "a key of nobody"),
        ("DROP TABLE person_key", "can't be read"),
    ],
)
def test_a_changed_file_of_keys_is_found(statement: str, said: str, copy: Path) -> None:
    key_rows(copy, (statement, ()))
    found = audit(copy)
    assert found.verdict == ("holds" if "nobody" in said else "broken")
    assert any(said in one.what for one in found.findings)


@pytest.fixture
def damages() -> Iterator[dict[str, Callable[[Path], None]]]:
    return {
        "head that is no JSON": lambda record: (record / "head.json").write_text("{"),
        "head with another chain": lambda record: (record / "head.json").write_text(
            (record / "head.json").read_text().replace('"chain": "', '"chain": "0')
        ),
        "database that is none": lambda record: (record / "campaign.db").write_bytes(b"no database" * 1_000),
        "database cut short": lambda record: (record / "campaign.db").write_bytes(
            (record / "campaign.db").read_bytes()[:20_000]
        ),
        "database empty": lambda record: (record / "campaign.db").write_bytes(b""),
    }


@pytest.mark.parametrize(
    "name",
    [
        "head that is no JSON",
        "head with another chain",
        "database that is none",
        "database cut short",
        "database empty",
    ],
)
def test_a_damaged_file_is_told(name: str, damages: dict[str, Callable[[Path], None]], copy: Path) -> None:
    damages[name](copy / "record")
    if name == "database empty":
        with pytest.raises(InputError, match="is not a record"):
            audit(copy)
    else:
        assert audit(copy).verdict == "broken"
    with pytest.raises(InputError):
        Record.open(copy)


def test_a_table_that_is_gone_is_told(copy: Path) -> None:
    at(copy, "DROP TABLE decision")
    assert audit(copy).verdict == "broken"


@pytest.mark.parametrize(
    ("statement", "table", "said"),
    [
        ("DROP TRIGGER mark_stays_update", "mark", "its guard mark_stays_update against changing rows is missing"),
        ("DROP TRIGGER event_stays_delete", "event", "its guard event_stays_delete against changing rows is missing"),
        ("ALTER TABLE mark ADD COLUMN spare TEXT", "mark", "has a column that is no part of a record: spare"),
        ("ALTER TABLE mark RENAME COLUMN item TO piece", "mark", "lacks its column item"),
        (
            "CREATE TRIGGER spy AFTER INSERT ON mark BEGIN DELETE FROM alembic_version; END",
            "mark",
            "has a trigger that is no part of a record: spy",
        ),
        ("CREATE VIEW marks AS SELECT * FROM mark", "marks", "the database has a view that is no part of a record"),
        ("DROP TABLE notice", "notice", "this table is missing"),
    ],
)
def test_a_change_of_the_schema_is_broken_and_named(statement: str, table: str, said: str, copy: Path) -> None:
    raw(copy, statement)
    found = audit(copy)
    assert found.verdict == "broken"
    assert (table, said) in {(one.table, one.what) for one in found.findings if one.weight == "broken"}


def raw(folder: Path, *statements: str) -> None:
    """Changes the database as it is, guards and all."""
    with closing(sqlite3.connect(folder / "record" / "campaign.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_guard_that_was_emptied_is_broken(copy: Path) -> None:
    raw(copy, "DROP TRIGGER mark_stays_update")
    raw(copy, "CREATE TRIGGER mark_stays_update BEFORE UPDATE ON mark BEGIN SELECT 1; END")
    assert "its guard mark_stays_update was changed" in {one.what for one in audit(copy).findings}
    with pytest.raises(InputError, match="mark_stays_update was changed"):
        Record.open(copy)


def test_a_foreign_index_and_a_foreign_table_are_minded(copy: Path) -> None:
    raw(copy, "CREATE INDEX quick ON mark (item)", "CREATE TABLE extra (a)")
    found = audit(copy)
    assert (found.verdict, {(one.weight, one.table) for one in found.findings}) == (
        "holds",
        {("mind", "mark"), ("mind", "extra")},
    )
    Record.open(copy)


@pytest.mark.parametrize(
    "foreign",
    ["CREATE TRIGGER spy AFTER INSERT ON mark BEGIN SELECT 1; END", "CREATE VIEW marks AS SELECT * FROM mark"],
)
def test_a_record_with_a_foreign_trigger_or_view_is_not_opened(foreign: str, copy: Path) -> None:
    raw(copy, foreign)
    with pytest.raises(InputError, match="no part of a record"):
        Record.open(copy)


def test_a_changed_number_of_the_migration_is_a_finding_and_no_dead_end(copy: Path) -> None:
    raw(copy, "UPDATE alembic_version SET version_num = '0099'")
    found = audit(copy)
    assert found.verdict == "broken"
    assert [(one.table, "this was changed" in one.what) for one in found.findings] == [("alembic_version", True)]
    raw(copy, "CREATE VIEW marks AS SELECT * FROM mark")  # something new: it may be of a newer Hamsafar
    assert audit(copy).verdict == "incomplete"
    raw(copy, "DROP VIEW marks", "DELETE FROM alembic_version")
    assert audit(copy).verdict == "broken"
    raw(copy, "DROP TABLE alembic_version")
    assert audit(copy).verdict == "broken"
    assert audit(copy).events > 0


def test_a_number_set_back_does_not_hide_the_guards(copy: Path) -> None:
    raw(copy, "UPDATE alembic_version SET version_num = '0001'")
    assert audit(copy).verdict == "broken"


def test_a_head_file_that_is_none_is_refused() -> None:
    for text in (b"", b"[]", b'{"format": "x"}', b'{"format": "hamsafar-head/1", "number": "1"}', b"[" * 100_000):
        with pytest.raises(InputError):
            head_of(text, where="head.json")
