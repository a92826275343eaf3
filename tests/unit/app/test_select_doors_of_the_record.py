"""Decisions, medical verdicts, whole records, expiry and the audit, through their doors and on the command line."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest

from hamsafar.app.selection.deciding import decide, one_decision
from hamsafar.app.selection.expiring import expire
from hamsafar.app.selection.medical import make_key, read_details, record_verdict
from hamsafar.app.selection.recording import whole_record
from hamsafar.cli import main
from hamsafar.domain.campaign import CohortRule
from hamsafar.domain.selection import Declaration, Screened
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection.decisions_table import Decided
from hamsafar.store import Record, audit
from records import CAMPAIGN, TEXT, code, intake, lived, record_in

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`hamsafar select ...` in this process: exit code, stdout, stderr."""

    def started(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["hamsafar", "select", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return started


@pytest.fixture
def final(tmp_path: Path) -> Path:
    """A campaign in which five candidates reached the final, all but the fifth fit."""
    record = record_in(tmp_path)
    codes = intake(record, 5)
    with record.change(command="screen", by="office-1", reason="papers") as change:
        change.screened(
            Screened(candidate=one, stage="papers", criterion="tall", verdict="passes", sentence="met") for one in codes
        )
    for one, verdict in zip(codes, ("fit", "fit-with-waiver", "fit", "not-fit"), strict=False):
        record_verdict(tmp_path, candidate=one, stage="final", verdict=verdict, by="medical-officer", reason="examined")
    return tmp_path


def decided(folder: Path, given: Sequence[Decided], **other: Any) -> Any:
    said = {
        "stage": "final",
        "board": "final-board",
        "present": ("board-chair", "board-2"),
        "by": "board-chair",
        "reason": "the board met",
    }
    return decide(folder, decided=given, **said | other)


def told(given: Callable[[], object]) -> str:
    with pytest.raises(InputErrors) as caught:
        given()
    return str(caught.value)


def test_a_decision_is_recorded_with_who_was_present_and_the_evidence(final: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_bytes(b"abc")
    done = decided(final, [one_decision(code(1), "selected", "covers both needs")], evidence=[report])
    # SHA-256 of "abc": FIPS 180-4, the first example.
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert dict(done.evidence) == {str(report): digest}
    record = Record.open(final)
    (row,) = record.decisions("final")
    assert (row.outcome, row.present, row.evidence) == ("selected", ("board-chair", "board-2"), (digest,))
    assert record.standing("final") == {code(1): "selected"}
    assert audit(final).verdict == "holds"


def test_a_later_decision_counts_and_both_stay(final: Path) -> None:
    decided(final, [one_decision(code(1), "advance", "good")])
    done = decided(final, [one_decision(code(1), "stop", "withdrew the consent of the employer")])
    assert any("was advance, is now stop" in note for note in done.notes)
    record = Record.open(final)
    assert [one.outcome for one in record.decisions("final")] == ["advance", "stop"]
    assert record.standing("final") == {code(1): "stop"}


def test_all_that_forbids_a_decision_is_told_at_once(final: Path) -> None:
    record = Record.open(final)
    with record.change(command="assign", by="office-1", reason="declared") as change:
        change.declared(
            [Declaration(assessor="board-2", stage="final", candidate=code(1), conflict=True, kind="employer")]
        )
    given = [
        one_decision(code(1), "advance", "x"),
        one_decision(code(4), "advance", "x"),
        one_decision(code(5), "advance", "x"),
        one_decision(code(5), "conditional", "x"),
        one_decision("NOBODY", "stop", "x"),
    ]
    said = told(lambda: decided(final, given))
    assert "board-2 has declared a conflict of interest" in said
    assert "not fit by the medical verdict" in said
    assert "no medical verdict in this stage yet" in said
    assert "what must be shown, and until when" in said
    assert "NOBODY: is no candidate" in said
    assert Record.open(final).decisions() == ()  # nothing was written


def test_a_conflict_that_was_taken_back_forbids_nothing(final: Path) -> None:
    record = Record.open(final)
    for conflict in (True, False):
        with record.change(command="assign", by="office-1", reason="declared") as change:
            change.declared(
                [Declaration(assessor="board-2", stage="final", candidate=code(1), conflict=conflict, kind="")]
            )
    decided(final, [one_decision(code(1), "advance", "x")])


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"present": ("board-chair",)}, "makes no quorum: 1 of the 2"),
        ({"present": ("board-chair", "office-1")}, "is no member of this board"),
        ({"present": ("board-chair", "board-2", "board-77")}, "is no role of this campaign"),
        ({"by": "office-1"}, "is no member of the board"),
        ({"stage": "papers"}, "does not decide the stage papers"),
    ],
)
def test_who_may_decide(other: dict[str, Any], said: str, final: Path) -> None:
    assert said in told(lambda: decided(final, [one_decision(code(1), "advance", "x")], **other))


TODAY = date(2026, 5, 1)


@pytest.fixture(autouse=True)
def the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The board meets on a day of the campaign, whenever the tests run."""
    monkeypatch.setattr("hamsafar.app.selection.deciding._today", lambda *_: TODAY)


def test_a_conflict_keeps_whoever_records_it_out_too(final: Path) -> None:
    record = Record.open(final)
    with record.change(command="assign", by="office-1", reason="declared") as change:
        change.declared([Declaration(assessor="board-chair", stage="final", candidate=code(1), conflict=True)])
    given, others = [one_decision(code(1), "advance", "x")], ("board-2", "board-3")
    assert "board-chair has declared a conflict" in told(lambda: decided(final, given, present=others))
    decided(final, given, present=others, by="board-2")


def test_a_medical_verdict_that_ended_does_not_count(final: Path) -> None:
    for number, until in ((1, date(2026, 4, 30)), (2, TODAY), (4, date(2026, 4, 30))):
        record_verdict(
            final,
            candidate=code(number),
            stage="final",
            verdict="not-fit" if number == 4 else "fit",
            valid_until=until,
            by="medical-officer",
            reason="x",
        )
    assert "its medical verdict ended on 2026-04-30" in told(
        lambda: decided(final, [one_decision(code(1), "advance", "x")])
    )
    decided(final, [one_decision(code(2), "advance", "x")])  # the last day is a day
    new_one = {"condition": "a new examination", "due": TODAY}
    decided(final, [one_decision(code(1), "conditional", "x", **new_one)])
    said = told(lambda: decided(final, [one_decision(code(4), "conditional", "x", **new_one)]))
    assert "is not fit" in said  # a bar that ended opens nothing by itself


def test_a_condition_due_before_today_is_refused(final: Path) -> None:
    late = one_decision(code(5), "conditional", "x", condition="medical proof", due=date(2026, 4, 30))
    assert "was due before today (2026-05-01; got 2026-04-30)" in told(lambda: decided(final, [late]))


def test_nothing_is_decided_on_somebody_who_expired(final: Path) -> None:
    expire(final, by="data-protection-1", reason="asked", candidate=code(1))
    assert "personal data of this candidate have expired" in told(
        lambda: decided(final, [one_decision(code(1), "stop", "x")])
    )


def test_a_conditional_decision_may_wait_for_the_medical_verdict(final: Path) -> None:
    decided(final, [one_decision(code(5), "conditional", "x", condition="medical proof", due=date(2026, 7, 1))])
    assert Record.open(final).standing("final") == {code(5): "conditional"}


def test_more_than_the_places_is_allowed_and_said(final: Path) -> None:
    done = decided(final, [one_decision(code(number), "advance", "x") for number in (1, 2, 3)])
    assert any("has 2 places, and 3 candidates hold one" in note for note in done.notes)


def test_what_goes_against_the_ranking_is_marked(final: Path, tmp_path: Path) -> None:
    rows = [{"candidate": code(number), "rank": number} for number in (3, 1, 2)]
    ranking = tmp_path / "rank.json"
    ranking.write_text(json.dumps({"candidates": rows}))
    given = [
        one_decision(code(1), "advance", "x"),
        one_decision(code(2), "stop", "x"),
        one_decision(code(3), "advance", "x"),
    ]
    done = decided(final, given, ranking=ranking)
    assert [one.against_ranking for one in done.decisions] == [False, True, True]


def test_seats_are_those_of_the_cohort_and_given_once(tmp_path: Path) -> None:
    campaign = attrs.evolve(CAMPAIGN, cohort=CohortRule(seats=("trainee-prime", "trainee-backup")))
    stages = tuple(attrs.evolve(one, medical=False) for one in campaign.stages)
    record = Record.create(
        tmp_path, attrs.evolve(campaign, stages=stages), text=TEXT, by="office-1", reason="the campaign opens"
    )
    codes = intake(record, 3)
    with record.change(command="screen", by="office-1", reason="papers") as change:
        change.screened(
            Screened(candidate=one, stage="papers", criterion="tall", verdict="passes", sentence="") for one in codes
        )
    prime = [one_decision(one, "selected", "x", seat="trainee-prime") for one in codes]
    said = told(lambda: decided(tmp_path, prime))
    assert f"the seat trainee-prime is given to {codes[0]} too" in said
    assert "for which seat" in told(lambda: decided(tmp_path, [one_decision(codes[0], "selected", "x")]))
    seats = ("trainee-prime", "trainee-backup")
    given = [one_decision(one, "selected", "x", seat=seat) for one, seat in zip(codes, seats, strict=False)]
    assert [one.seat for one in decided(tmp_path, given).decisions] == list(seats)
    said = told(lambda: decided(tmp_path, [prime[2]]))
    assert f"the seat trainee-prime is held by {codes[0]}" in said
    decided(tmp_path, [prime[2], one_decision(codes[0], "reserve", "x")])  # both in one file
    decided(tmp_path, [one_decision(codes[1], "stop", "x")])  # the other first
    decided(tmp_path, [one_decision(codes[0], "selected", "x", seat="trainee-backup")])
    held = {one.candidate: one.seat for one in Record.open(tmp_path).decisions("final")}
    assert held == {codes[0]: "trainee-backup", codes[1]: None, codes[2]: "trainee-prime"}


def test_a_seat_of_somebody_who_withdrew_is_free(tmp_path: Path) -> None:
    campaign = attrs.evolve(CAMPAIGN, cohort=CohortRule(seats=("trainee-prime",)))
    stages = (attrs.evolve(campaign.stages[1], medical=False),)
    campaign = attrs.evolve(campaign, stages=stages)
    record = Record.create(tmp_path, campaign, text=TEXT, by="office-1", reason="the campaign opens")
    codes = intake(record, 2)
    decided(tmp_path, [one_decision(codes[0], "selected", "x", seat="trainee-prime")])
    with record.change(command="withdraw", by="office-1", reason="asked") as change:
        change.withdraw([codes[0]])
    decided(tmp_path, [one_decision(codes[1], "selected", "x", seat="trainee-prime")])


def test_only_the_last_stage_selects(tmp_path: Path) -> None:
    first = attrs.evolve(CAMPAIGN.stages[1], id="first", medical=False)
    campaign = attrs.evolve(CAMPAIGN, stages=(first, CAMPAIGN.stages[1]))
    record = Record.create(tmp_path, campaign, text=TEXT, by="office-1", reason="the campaign opens")
    (one,) = intake(record, 1)
    said = told(lambda: decided(tmp_path, [one_decision(one, "selected", "x")], stage="first"))
    assert "only the last stage (final) selects" in said


def test_decisions_come_from_a_table_and_every_error_has_its_cell(final: Path, tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text("candidate,outcome,reason,due\nC00001,perhaps,x,\nC00002,advance,,\nC00003,stop,=1+1,3 June\n")
    said = told(lambda: decided(final, [], file=table))
    assert "decisions.csv:2:8: should be one of" in said
    assert "decisions.csv:3:16: has no reason" in said
    assert "decisions.csv:4:18: should be a day" in said
    table.write_text("Outcome;Candidate;Reason\nadvance;C00001;good\nstop;C00002;not now\n")
    assert [one.candidate for one in decided(final, [], file=table).decisions] == [code(1), code(2)]
    table.write_text("candidate,result,reason\n")
    assert "is no column of decisions" in told(lambda: decided(final, [], file=table))


def test_medical_details_open_for_the_officer_alone_and_each_read_is_recorded(final: Path, tmp_path: Path) -> None:
    key, report = tmp_path / "officer.key", tmp_path / "report.txt"
    report.write_bytes(b"T = -0.8")
    with pytest.raises(InputError, match="no key of the medical officer yet"):
        record_verdict(
            final, candidate=code(5), stage="final", verdict="fit", by="medical-officer", reason="x", details=report
        )
    make_key(final, key, by="medical-officer", reason="key", passphrase="correct horse")
    assert key.stat().st_mode & 0o777 == 0o600
    assert b"correct" not in key.read_bytes()
    record_verdict(
        final,
        candidate=code(5),
        stage="final",
        verdict="fit-with-waiver",
        by="medical-officer",
        reason="x",
        limits=["no centrifuge above 6 g"],
        details=report,
    )
    assert b"T = -0.8" not in (final / "record" / "campaign.db").read_bytes()
    said = {"candidate": code(5), "stage": "final", "reason": "second opinion", "key": key}
    before = len(Record.open(final).events())
    assert read_details(final, by="medical-officer", passphrase="correct horse", **said) == b"T = -0.8"
    last = Record.open(final).events()[before:]
    assert [(one.command, one.by, one.reason) for one in last] == [("read", "medical-officer", "second opinion")]
    with pytest.raises(InputError, match="passphrase does not open"):
        read_details(final, by="medical-officer", passphrase="wrong", **said)
    for role in ("office-1", "board-chair", "data-protection-1", "auditor-1"):
        with pytest.raises(InputError, match="may not read medical details"):
            read_details(final, by=role, passphrase="correct horse", **said)
    other = tmp_path / "other.key"
    make_key(final, other, by="medical-officer", reason="a new officer", passphrase=None)
    with pytest.raises(InputError, match="sealed to another key"):
        read_details(final, by="medical-officer", passphrase=None, **said | {"key": other})
    with pytest.raises(InputError, match="never written over"):
        make_key(final, other, by="medical-officer", reason="again", passphrase=None)
    expire(final, by="data-protection-1", reason="asked", candidate=code(5))
    with pytest.raises(InputError, match="have expired"):  # the officer's key alone opens nothing any more
        read_details(final, by="medical-officer", passphrase="correct horse", **said)


def test_a_whole_record_tells_everything_and_who_read_it(tmp_path: Path) -> None:
    lived(record_in(tmp_path))
    found = whole_record(tmp_path, code(1), by="data-protection-1", reason="the candidate asked")
    kinds = [one.kind for one in found.entries]
    assert kinds == ["application", "read", "criterion", "assignment", "assignment", "mark", "mark", "read"]
    assert found.entries[0].said["fields"]["born"] == "1990-01-01"  # type: ignore[index]
    assert found.entries[5].said["note"] == "calm, precise"
    assert found.entries[-1].reason == "the candidate asked"
    for role in ("office-1", "board-chair", "assessor-01", "medical-officer", "auditor-1"):
        with pytest.raises(InputError, match="may not see a person's whole record"):
            whole_record(tmp_path, code(1), by=role, reason="x")


def test_a_whole_record_as_a_page_holds_nothing_live(tmp_path: Path) -> None:
    record = record_in(tmp_path)
    from records import applicant

    with record.change(command="import", by="office-1", reason="intake") as change:
        change.add_applicants([applicant(1, name="<script>alert(1)</script>")])
    out = tmp_path / "one.html"
    whole_record(tmp_path, code(1), by="data-protection-1", reason="asked", out=out)
    page = out.read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_data_expire_on_their_day_and_the_chain_still_holds(final: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamsafar.app.selection.expiring._today", lambda: date(2027, 1, 2))
    with pytest.raises(InputError, match="lies after today"):  # keys never come back
        expire(final, by="data-protection-1", reason="retention", as_of=date(2027, 1, 3))
    decided(final, [one_decision(code(1), "selected", "x")])
    keys = final / "record" / "keys.db"
    with closing(sqlite3.connect(keys)) as connection:
        wrapped = dict(connection.execute("SELECT candidate, wrapped FROM person_key"))
    done = expire(final, by="data-protection-1", reason="retention", as_of=date(2027, 1, 1))
    assert done.expired == ()  # the last day is a day
    done = expire(final, by="data-protection-1", reason="retention", as_of=date(2027, 1, 2))
    assert done.expired == tuple(code(number) for number in (2, 3, 4, 5))
    assert (done.kept, done.next_day) == (1, date(2037, 1, 1))
    found = audit(final)
    assert (found.verdict, found.expired) == ("holds", 4)
    left = b"".join(path.read_bytes() for path in (final / "record").rglob("*") if path.is_file())
    assert wrapped[code(1)] in left
    assert not any(wrapped[code(number)] in left for number in (2, 3, 4, 5))  # nor in any journal
    record = Record.open(final)
    assert [one.code for one in record.applicants(by="office-1", purpose="x")] == [code(1)]
    assert record.codes() == tuple(code(number) for number in range(1, 6))
    assert record.sources() == {("redcap", "1"): code(1)}
    assert expire(final, by="data-protection-1", reason="again", as_of=date(2027, 1, 2)).expired == ()
    with pytest.raises(InputError, match="expired already"):
        expire(final, by="data-protection-1", reason="again", candidate=code(2))
    with pytest.raises(InputError, match="may not let personal data expire"):
        expire(final, by="office-1", reason="again", as_of=date(2027, 1, 2))


def test_the_commands_end_to_end(final: Path, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HAMSAFAR_MEDICAL_PASSPHRASE", raising=False)
    said = ("--by", "board-chair", "--reason", "met", "--json")
    exit_code, out, _ = run(
        "decide", final, "--stage", "final", "--board", "final-board", "--present", "board-chair,board-3",
        "--candidate", code(1), "--outcome", "advance", *said,
    )  # fmt: skip
    assert exit_code == 0
    assert json.loads(out)["decisions"][0]["outcome"] == "advance"
    exit_code, out, _ = run(
        "decide", final, "--stage", "final", "--board", "final-board", "--present", "board-chair",
        "--candidate", code(1), "--outcome", "advance", *said,
    )  # fmt: skip
    assert exit_code == 1
    assert "quorum" in json.loads(out)["error"]["errors"][0]["what"]
    key, report = tmp_path / "k", tmp_path / "report"
    report.write_bytes(b"details")
    officer = ("--by", "medical-officer", "--reason", "x")
    assert run("medical", final, "--make-key", key, *officer)[0] == 0
    verdict = ("--verdict", "fit", "--details", report)
    assert run("medical", final, "--candidate", code(5), "--stage", "final", *verdict, *officer)[0] == 0
    opened = tmp_path / "opened"
    reading = ("--read", "--key", key, "--out", opened)
    assert run("medical", final, "--candidate", code(5), "--stage", "final", *reading, *officer)[0] == 0
    assert opened.read_bytes() == b"details"
    protecting = ("--by", "data-protection-1", "--reason", "asked")
    exit_code, out, _ = run("record", final, code(5), *protecting, "--json")
    assert exit_code == 0
    assert [one["kind"] for one in json.loads(out)["entries"]].count("read") == 2
    assert "medical verdict" in run("record", final, code(5), *protecting)[1]
    exit_code, out, _ = run("expire", final, *protecting, "--candidate", code(5), "--json")
    assert (exit_code, json.loads(out)["expired"]) == (0, [code(5)])
    exit_code, out, _ = run("audit", final, "--json")
    assert (exit_code, json.loads(out)["verdict"]) == (0, "holds")
    head = tmp_path / "kept.json"
    head.write_bytes((final / "record" / "head.json").read_bytes())
    assert run("audit", final, "--head", head)[0] == 0
    with closing(sqlite3.connect(final / "record" / "campaign.db")) as connection, connection:
        connection.execute("DROP TRIGGER decision_stays_update")
        connection.execute("UPDATE decision SET outcome = 'stop'")
    exit_code, out, _ = run("audit", final)
    assert exit_code == 5
    assert "Broken: event" in out
    (final / "record" / "head.json").unlink()


@pytest.mark.parametrize(
    ("arguments", "code_", "said"),
    [
        (("audit", "nowhere"), 1, "has no record to audit"),
        (("expire", "nowhere", "--by", "x", "--reason", "y"), 1, "has no record yet"),
        (("record", "nowhere", "C1", "--by", "x", "--reason", "y"), 1, "has no record yet"),
        (("medical", "nowhere", "--by", "x", "--reason", "y"), 2, "say whose examination"),
    ],
)
def test_bad_input_is_told_in_sentences(
    arguments: tuple[str, ...], code_: int, said: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exit_code, _, err = run(*arguments)
    assert exit_code == code_
    assert said in err.replace("\n", " ")
