"""The record: what goes in comes out, on both databases; who may do what; what a crash leaves."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from nacl.public import PrivateKey
from sqlalchemy import text

from hamsafar.domain.selection import Assigned, Decision, Declaration, Mark, Medical, Notice, Screened
from hamsafar.errors import InputError
from hamsafar.store import Record, audit
from hamsafar.store.databases import REVISIONS, migrate, sqlite_engine, writing
from hamsafar.store.tables import ROW_TABLES, metadata
from hamsafar.timeline import Instant
from records import CAMPAIGN, TEXT, applicant, code, intake, judged, lived, marks_of, record_in

Made = Callable[[Path], Record]


def test_applications_come_back_as_they_were(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    given = [
        applicant(1),
        attrs.evolve(
            applicant(2, height=None, born=date(1988, 2, 29), sex=("a", "b"), name="نام"),
            submitted=None,
            valid=False,
            why_invalid=("no height",),
        ),
        applicant(3, height=True),
    ]
    with record.change(command="import", by="office-1", reason="intake") as change:
        change.add_applicants(given)
    again = Record.open(tmp_path)
    assert again.applicants(by="office-1", purpose="check") == tuple(given)
    assert again.codes() == (code(1), code(2), code(3))
    assert again.sources() == {("redcap", str(number)): code(number) for number in (1, 2, 3)}
    assert again.standings_of_intake() == {code(1): "valid", code(2): "invalid", code(3): "valid"}
    assert audit(tmp_path).verdict == "holds"


def test_a_new_version_replaces_and_both_stay(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    intake(record, 2)
    with record.change(command="import", by="office-1", reason="mended") as change:
        change.add_applicants([applicant(1, height=1.62)])
    found = record.applicants(by="office-1", purpose="check")
    assert [one.fields["height"] for one in found] == [1.62, 1.7]
    with record._reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM applicant")).scalar() == 3
    assert audit(tmp_path).verdict == "holds"


def test_everything_comes_back_as_it_was(made: Made, tmp_path: Path) -> None:
    officer = PrivateKey.generate()
    record = judged(lived(made(tmp_path)), bytes(officer.public_key))
    one, two = code(1), code(2)
    assert record.screenings("papers")[0] == Screened(
        candidate=one, stage="papers", criterion="tall", verdict="passes", sentence="Height: met."
    )
    assert record.declarations("final")[1] == Declaration(
        assessor="assessor-02", stage="final", candidate=two, conflict=True, kind="supervisor"
    )
    assert record.assignments("final")[0] == Assigned(
        stage="final",
        test="interview",
        candidate=one,
        assessor="assessor-01",
        begins=Instant.utc(2026, 4, 2, 9),
        minutes=45,
        room="room-1",
    )
    assert record.marks("final", by="board-2") == (
        *marks_of(one, "assessor-01", note="calm, precise"),
        *marks_of(two, "assessor-01"),
    )
    assert record.medicals() == (
        Medical(
            candidate=one,
            stage="final",
            verdict="fit-with-waiver",
            limits=("no centrifuge above 6 g",),
            valid_until=date(2027, 4, 1),
        ),
    )
    assert record.decisions()[0] == Decision(
        candidate=one,
        stage="final",
        board="final-board",
        outcome="selected",
        present=("board-chair", "board-2"),
        reason="covers both needs",
        evidence=("ab" * 32,),
        condition="language course",
        condition_due=date(2026, 9, 1),
        seat="trainee-prime",
    )
    assert record.notices() == (
        Notice(candidate=one, stage="final", kind="advanced", due=date(2026, 6, 1), sent=Instant.utc(2026, 5, 20, 8)),
    )
    assert (record.standing("papers"), record.in_stage("papers")) == ({one: "advance", two: "advance"}, (one, two))
    assert (record.standing("final"), record.in_stage("final")) == ({one: "selected"}, (one, two))
    assert (
        record.medical_details(one, "final", by="medical-officer", purpose="x", key=bytes(officer))
        == b"bone density T = -0.8"
    )
    assert record.campaign == CAMPAIGN
    assert record.campaign_text == TEXT
    assert [event.number for event in record.events()] == list(range(1, 13 + 1))
    assert audit(tmp_path).verdict == "holds"


@pytest.mark.slow
def test_both_databases_have_the_same_hashes(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same campaign on SQLite and PostgreSQL: every hash that rests on nothing random is the same."""
    import postgresql

    digests: list[Any] = []
    for name in ("file", "server"):
        folder = tmp_path / name
        folder.mkdir()
        if name == "server":
            monkeypatch.setenv("HAMSAFAR_RECORD_URL", postgresql.empty_database(server, "the_same"))
        record = record_in(folder)
        intake(record, 2)
        with record.change(command="marks", by="office-1", reason="sheets") as change:
            change.marked(
                Mark(stage="final", test="interview", item="a", candidate=code(1), assessor=f"a-{k}", mark=mark)
                for k, mark in enumerate((0.1, 1 / 3, -0.0, 5.0, 1e300, 5e-324, None))
            )
            change.assigned(
                [Assigned(stage="final", test="interview", candidate=code(1), assessor="اسیسر-'1'", minutes=45)]
            )
        with record._reading() as connection:
            found = connection.execute(text("SELECT row_hash FROM mark ORDER BY line")).scalars().all()
            found += connection.execute(text("SELECT row_hash FROM assigned")).scalars().all()
        digests.append([bytes(one) for one in found])
        assert audit(folder).verdict == "holds"
    assert digests[0] == digests[1]


def test_a_change_that_fails_leaves_nothing(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    before = record.head

    def interrupted() -> None:
        with record.change(command="import", by="office-1", reason="x") as change:
            change.add_applicants([applicant(1)])
            raise KeyboardInterrupt

    def wrong() -> None:
        with record.change(command="import", by="office-1", reason="x") as change:
            change.add_applicants([applicant(2)])
            change.marked(marks_of("NOBODY", "assessor-01"))

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with pytest.raises(InputError, match="no candidate"):
        wrong()
    assert record.codes() == ()
    assert record.head == before
    assert audit(tmp_path).verdict == "holds"
    intake(record, 1)  # keys of those who never came are gone by now
    with closing(sqlite3.connect(tmp_path / "record" / "keys.db")) as connection:
        assert connection.execute("SELECT candidate FROM person_key").fetchall() == [(code(1),)]


def test_rows_are_never_changed_or_removed_by_accident(made: Made, tmp_path: Path) -> None:
    record = judged(lived(made(tmp_path)), bytes(PrivateKey.generate().public_key))
    for table in metadata.sorted_tables:
        for statement in (f"DELETE FROM {table.name}", f"UPDATE {table.name} SET {table.columns.keys()[2]} = NULL"):
            with (
                pytest.raises(InputError, match="never changed or removed"),
                writing(record._engine, "here") as connection,
            ):
                connection.execute(text(statement))


ALLOWED = {
    "add_applicants": ("office-1",),
    "withdraw": ("office-1", "data-protection-1"),
    "screened": ("office-1",),
    "assigned": ("office-1",),
    "declared": ("office-1", "assessor-01"),
    "marked": ("office-1", "assessor-01"),
    "medical": ("medical-officer",),
    "decided": ("board-chair", "board-2", "board-3"),
    "noticed": ("office-1",),
    "expired": ("data-protection-1",),
    "amended": ("office-1",),
}


def given_for(verb: str) -> tuple[Any, ...]:
    one = code(1)
    decision = Decision(
        candidate=one, stage="final", board="final-board", outcome="stop", present=("board-2",), reason="x"
    )
    return {
        "add_applicants": ([applicant(2)],),
        "withdraw": ([one],),
        "screened": ([Screened(candidate=one, stage="papers", criterion="tall", verdict="passes", sentence="")],),
        "assigned": ([Assigned(stage="final", test="interview", candidate=one, assessor="assessor-01")],),
        "declared": ([Declaration(assessor="assessor-01", stage="final", candidate=None, conflict=False)],),
        "marked": (marks_of(one, "assessor-01"),),
        "medical": (Medical(candidate=one, stage="final", verdict="fit"),),
        "decided": ([decision],),
        "noticed": ([Notice(candidate=one, stage="final", kind="received", due=None)],),
        "expired": ([one], "asked"),
        "amended": (CAMPAIGN, TEXT),
    }[verb]


@pytest.mark.parametrize("verb", ALLOWED)
def test_each_change_takes_its_right(verb: str, tmp_path: Path) -> None:
    record = record_in(tmp_path)
    intake(record, 1)
    for role in CAMPAIGN.roles:
        events = len(record.events())
        if role.id in ALLOWED[verb]:
            with record.change(command="x", by=role.id, reason="x") as change:
                getattr(change, verb)(*given_for(verb))
            assert len(record.events()) == events + 1
        else:
            with (
                pytest.raises(InputError, match="may not"),
                record.change(command="x", by=role.id, reason="x") as change,
            ):
                getattr(change, verb)(*given_for(verb))
            assert len(record.events()) == events


def test_an_assessor_speaks_for_nobody_else(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    intake(record, 1)
    said = "may not add marks of others: that takes the right office \\(office-1\\)"
    with (
        pytest.raises(InputError, match=said),
        record.change(command="marks", by="assessor-02", reason="x") as change,
    ):
        change.marked(marks_of(code(1), "assessor-01"))


def test_who_sees_what_applications_say(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    intake(record, 1)
    for role in ("office-1", "data-protection-1"):
        assert set(record.applicants(by=role, purpose="x")[0].fields) == {"name", "height", "born", "sex"}
    assert set(record.applicants(by="board-2", purpose="x")[0].fields) == {"height", "born", "sex"}
    with pytest.raises(InputError, match="may not read the field name"):
        record.applicants(by="board-2", purpose="x", fields=["name"])
    for role in ("assessor-01", "medical-officer", "auditor-1"):
        with pytest.raises(InputError, match="may not read what applications say"):
            record.applicants(by=role, purpose="x")
    with pytest.raises(InputError, match="is no role"):
        record.applicants(by="nobody-1", purpose="x")
    with pytest.raises(InputError, match="no field"):
        record.applicants(by="office-1", purpose="x", fields=["shoe size"])
    with pytest.raises(InputError, match="should say why"):
        record.applicants(by="office-1", purpose=" ")
    reads = [event for event in record.events() if event.command == "read"]
    assert [(event.by, event.reason) for event in reads] == [
        (role, "x") for role in ("office-1", "data-protection-1", "board-2")
    ]


def test_the_read_is_written_down_before_anything_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = record_in(tmp_path)
    intake(record, 1)

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "_applications", crash)
    with pytest.raises(KeyboardInterrupt):
        record.applicants(by="office-1", purpose="looking")
    assert record.events()[-1].reason == "looking"


def test_marks_of_others_are_hidden_until_all_of_ones_own_are_in(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    one, two = intake(record, 2)
    with record.change(command="assign", by="office-1", reason="x") as change:
        change.assigned(
            Assigned(stage="final", test="interview", candidate=candidate, assessor=assessor)
            for candidate, assessor in ((one, "assessor-01"), (one, "assessor-02"), (two, "assessor-01"))
        )
    with record.change(command="marks", by="assessor-01", reason="x") as change:
        change.marked(marks_of(one, "assessor-01") + marks_of(two, "assessor-01"))
    assert record.marks("final", by="assessor-02") == ()
    with record.change(command="marks", by="assessor-02", reason="x") as change:
        change.marked(marks_of(one, "assessor-02", items=("a",)))
    assert {mark.assessor for mark in record.marks("final", by="assessor-02")} == {"assessor-02"}  # b is owed
    none_given = attrs.evolve(marks_of(one, "assessor-02")[1], mark=None, note="was not asked")
    with record.change(command="marks", by="assessor-02", reason="x") as change:
        change.marked([none_given])
    assert {mark.assessor for mark in record.marks("final", by="assessor-02")} == {"assessor-02"}  # dashes open nothing
    with record.change(command="marks", by="office-1", reason="x") as change:
        change.marked([none_given])
    seen = record.marks("final", by="assessor-02")
    assert {(mark.candidate, mark.assessor) for mark in seen} == {(one, "assessor-01"), (one, "assessor-02")}
    assert seen[-1].note == "was not asked"
    assert len(record.marks("final", by="office-1")) == 6
    for role in ("medical-officer", "auditor-1"):
        with pytest.raises(InputError, match="may not see marks"):
            record.marks("final", by=role)


def test_marks_of_whoever_declared_a_conflict_are_kept_and_do_not_count(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    one, two = intake(record, 2)
    with record.change(command="marks", by="office-1", reason="x") as change:
        for candidate in (one, two):
            change.marked(marks_of(candidate, "assessor-01") + marks_of(candidate, "assessor-02"))

    def declare(stage: str, conflict: bool) -> None:
        with record.change(command="declare", by="assessor-01", reason="x") as change:
            change.declared([Declaration(assessor="assessor-01", stage=stage, candidate=one, conflict=conflict)])

    def left_out() -> set[tuple[str, str]]:
        counted, others = record.counted_marks("final", by="board-chair")
        assert len(counted) + len(others) == len(record.marks("final", by="board-chair")) == 8
        assert not {(mark.assessor, mark.candidate) for mark in counted} & {("assessor-01", one)} or not others
        return {(mark.assessor, mark.candidate) for mark in others}

    declare("papers", True)  # each stage has its own declarations
    assert left_out() == set()
    declare("final", True)
    assert left_out() == {("assessor-01", one)}
    declare("final", False)
    assert left_out() == set()


def test_nothing_is_decided_and_no_verdict_given_on_the_expired(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    (one,) = intake(record, 1)
    record.expire([one], by="data-protection-1", reason="asked")
    with (
        pytest.raises(InputError, match="have expired"),
        record.change(command="medical", by="medical-officer", reason="x") as change,
    ):
        change.medical(Medical(candidate=one, stage="final", verdict="fit"))
    with (
        pytest.raises(InputError, match="have expired"),
        record.change(command="decide", by="board-chair", reason="x") as change,
    ):
        change.decided(
            [Decision(candidate=one, stage="final", board="final-board", outcome="stop", present=(), reason="x")]
        )
    assert len(record.events()) == 3


def test_a_new_assignment_replaces_the_one_of_its_test(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    one, two = intake(record, 2)
    for candidates in ((one, two), (two,)):
        with record.change(command="assign", by="office-1", reason="x") as change:
            change.assigned(
                Assigned(stage="final", test="interview", candidate=candidate, assessor="assessor-01")
                for candidate in candidates
            )
    assert [row.candidate for row in record.assignments("final")] == [two]


def test_the_last_mark_counts(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    (one,) = intake(record, 1)
    for mark in (50.0, 70.0):
        with record.change(command="marks", by="office-1", reason="x") as change:
            change.marked([attrs.evolve(marks_of(one, "assessor-01")[0], mark=mark)])
    assert [mark.mark for mark in record.marks("final", by="office-1")] == [70.0]


@pytest.mark.parametrize("mark", [float("nan"), float("inf")])
def test_a_mark_that_is_no_number_is_refused(mark: float, tmp_path: Path) -> None:
    record = record_in(tmp_path)
    (one,) = intake(record, 1)
    with pytest.raises(InputError, match="finite"), record.change(command="m", by="office-1", reason="x") as change:
        change.marked([attrs.evolve(marks_of(one, "assessor-01")[0], mark=mark)])


@pytest.mark.parametrize("said", ["\udc80", "a\udfffb", "nul \0 inside"])
def test_text_that_is_no_text_is_refused(said: str, made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    (one,) = intake(record, 1)
    with pytest.raises(InputError), record.change(command="screen", by="office-1", reason="x") as change:
        change.screened([Screened(candidate=one, stage="papers", criterion="tall", verdict="passes", sentence=said)])
    with pytest.raises(InputError), record.change(command="screen", by="office-1", reason=said):
        pass
    assert audit(tmp_path).verdict == "holds"


def test_a_head_that_a_crash_left_behind_is_mended(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    old = (tmp_path / "record" / "head.json").read_bytes()
    intake(record, 1)
    (tmp_path / "record" / "head.json").write_bytes(old)
    found = audit(tmp_path)
    assert found.verdict == "holds"
    assert "1 before the last" in found.findings[0].what
    mended = Record.open(tmp_path).head
    assert mended is not None
    assert mended.number == 2
    assert audit(tmp_path).findings == ()


def test_keys_that_an_interrupted_expiry_left_are_destroyed(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    intake(record, 2)
    with record.change(
        command="expire", by="data-protection-1", reason="asked"
    ) as change:  # and then the lights go out
        change.expired([code(1)], "asked")
    assert "the next command does it" in audit(tmp_path).findings[0].what
    kept = (tmp_path / "record" / "keys.db").read_bytes()
    again = Record.open(tmp_path)
    assert audit(tmp_path).findings == ()
    assert [one.code for one in again.applicants(by="office-1", purpose="x")] == [code(2)]
    (tmp_path / "record" / "keys.db").write_bytes(kept)  # from a backup that should not have been
    assert audit(tmp_path).verdict == "broken"
    assert Record.open(tmp_path).expired() == {code(1): "asked"}
    assert audit(tmp_path).verdict == "holds"
    for given in ([applicant(1)], [attrs.evolve(applicant(2)), applicant(1)]):
        with (
            pytest.raises(InputError, match="have expired"),
            again.change(command="i", by="office-1", reason="x") as change,
        ):
            change.add_applicants(given)


def test_a_record_is_made_once_and_opened_by_the_office(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no record yet"):
        Record.open(tmp_path)
    with pytest.raises(InputError, match="no such folder"):
        record_in(tmp_path / "none")
    with pytest.raises(InputError, match="may not open the campaign"):
        Record.create(tmp_path, CAMPAIGN, text=TEXT, by="board-2", reason="x")
    assert list(tmp_path.iterdir()) == []
    record_in(tmp_path)
    with pytest.raises(InputError, match="never written over"):
        record_in(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["record"]
    for path in (tmp_path / "record").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_an_amendment_counts_from_then_on(made: Made, tmp_path: Path) -> None:
    record = made(tmp_path)
    later = attrs.evolve(CAMPAIGN, title="A pair for 2028")
    with record.change(command="open", by="office-1", reason="the flight moved") as change:
        change.amended(later, b"new text")
    assert record.campaign.title == "A pair for 2028"
    assert Record.open(tmp_path).campaign_text == b"new text"


def test_a_newer_database_is_refused_and_an_older_one_migrated(tmp_path: Path) -> None:
    record_in(tmp_path)
    path = tmp_path / "record" / "campaign.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0099'")
    with pytest.raises(InputError, match="newer Hamsafar"):
        Record.open(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:  # as the first version left it: without the guards
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
    record = Record.open(tmp_path)
    intake(record, 1)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("DELETE FROM applicant")
    assert audit(tmp_path).verdict == "holds"


def test_the_migrations_end_where_the_tables_are(tmp_path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    (tmp_path / "new.db").touch()
    with writing(sqlite_engine(tmp_path / "new.db"), "new.db") as connection:
        migrate(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert len(ROW_TABLES) == 13


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "record").mkdir()
    with closing(sqlite3.connect(tmp_path / "record" / "campaign.db")) as connection, connection:
        connection.execute("CREATE TABLE event (number INTEGER)")
    for opened in (Record.open, audit):
        with pytest.raises(InputError, match="is not a record of a campaign"):
            opened(tmp_path)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://somebody@host/x", "PostgreSQL is meant"),
        ("no address", "is not an address"),
        ("postgresql://somebody:secret@127.0.0.1:1/x", "the database failed"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(
    url: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAMSAFAR_RECORD_URL", url)
    with pytest.raises(InputError, match=said) as caught:
        record_in(tmp_path)
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_passphrase_locks_the_campaigns_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HAMSAFAR_RECORD_PASSPHRASE", "long and private")
    intake(record_in(tmp_path), 1)
    for name in ("campaign.key", "signing.key"):
        assert "key" not in json.loads((tmp_path / "record" / "keys" / name).read_text()).keys() - {"kind"}
    monkeypatch.setenv("HAMSAFAR_RECORD_PASSPHRASE", "another")
    with pytest.raises(InputError, match="passphrase does not open it"):
        intake(Record.open(tmp_path), 1, first=2)
    monkeypatch.delenv("HAMSAFAR_RECORD_PASSPHRASE")
    with pytest.raises(InputError, match="locked with a passphrase"):
        intake(Record.open(tmp_path), 1, first=2)


def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path) -> None:
    from sqlalchemy import event as listening

    record = record_in(tmp_path)
    intake(record, 1)

    @listening.listens_for(record._engine, "connect")
    def small(connection: Any, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(InputError, match="disk is full"):
        intake(record, 200, first=2)
    assert record.codes() == (code(1),)
    assert audit(tmp_path).verdict == "holds"
