"""The doors of a campaign's first half: new, open, import, screen, status, notify, withdraw; in Python and typed."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from hamsafar.app.selection.handing_over import hand_over
from hamsafar.app.selection.importing import import_applications, withdraw
from hamsafar.app.selection.notifying import notify
from hamsafar.app.selection.opening import open_campaign
from hamsafar.app.selection.screening import screen
from hamsafar.app.selection.starting import new_campaign
from hamsafar.app.selection.status import status
from hamsafar.domain.campaign import Criterion, Field, Option, PopulationShare
from hamsafar.domain.selection import Decision, Outcome
from hamsafar.errors import InputError, InputErrors
from hamsafar.programme.selection import campaign_templates, read_campaign
from hamsafar.selection.codes import is_code
from hamsafar.selection.exclusion import preview
from hamsafar.store import Record
from hamsafar.timeline import Instant
from selecting import applicants, as_csv, campaign, campaign_folder, table_rows

OFFICE = {"by": "office-1", "reason": "a test"}
BEFORE, AFTER = Instant.utc(2027, 1, 20), Instant.utc(2027, 2, 10)
CAMPAIGN = campaign()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign that was opened once; each test has a copy."""
    place = campaign_folder(tmp_path_factory.mktemp("opened") / "campaign")
    open_campaign(place, **OFFICE, accept_exclusions=True)
    return place


@pytest.fixture
def folder(opened: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(opened, tmp_path / "campaign"))


def rows_of(count: int = 8) -> list[list[str]]:
    return table_rows(applicants(CAMPAIGN, count, not_meeting=0))


def export(folder: Path, rows: list[list[str]], name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(as_csv(rows))
    return path


def taken(folder: Path, rows: list[list[str]], **more: Any) -> Any:
    return import_applications(folder, [export(folder, rows)], **{**OFFICE, "at": BEFORE, **more})


def head(rows: list[list[str]], name: str) -> int:
    return rows[0].index(name)


@pytest.mark.parametrize("name", campaign_templates())
def test_a_new_campaign_can_be_opened_as_it_is(tmp_path: Path, name: str) -> None:
    new_campaign(tmp_path / "c", name)
    assert (
        (tmp_path / "c" / "campaign.yaml").read_text().startswith("# yaml-language-server: $schema=./campaign.schema")
    )
    assert (tmp_path / "c" / "campaign.schema.json").exists()
    assert read_campaign(tmp_path / "c").stages
    with pytest.raises(InputError, match="exists and is not empty"):
        new_campaign(tmp_path / "c", name)
    with pytest.raises(InputError, match="there are: pair, six-stage, three-stage"):
        new_campaign(tmp_path / "d", "four-stage")


def test_a_campaign_that_excludes_a_group_opens_only_where_somebody_says_so(tmp_path: Path) -> None:
    """Of women 155.5 ± 6.0 cm tall, 22.6 % lie in 160 to 175 cm; of men 168.0 ± 5.8 cm, 73.5 % in 162 to 175 cm.

    By tables of the normal distribution: Φ(3.25) - Φ(0.75) = 0.2260, Φ(1.207) - Φ(-1.034) = 0.7358.
    """
    place = campaign_folder(tmp_path / "campaign")
    with pytest.raises(InputErrors, match=r"female: .*22\.6 %.*below four fifths; widen them, or open with --accept"):
        open_campaign(place, **OFFICE)
    assert not (place / "record").exists()
    answer = open_campaign(place, **OFFICE, accept_exclusions=True)
    assert [(one.by, one.group) for one in answer.exclusions] == [("sex", "female")]


def test_a_changed_file_is_noticed_and_recorded_with_why(folder: Path) -> None:
    path = folder / "campaign.yaml"
    path.write_text(path.read_text().replace("maximum: 45", "maximum: 47"))
    with pytest.raises(InputError, match="was changed since the campaign was opened"):
        status(folder)
    amended = open_campaign(folder, by="office-1", reason="the age limit was a slip", accept_exclusions=True)
    assert amended.amended
    last = Record.open(folder).events()[-1]
    assert (last.command, last.reason) == ("amend", "the age limit was a slip")
    assert last.body["text"] == amended.digest
    assert status(folder).counts["submitted"] == 0
    with pytest.raises(InputError, match="has not changed since"):
        open_campaign(folder, **OFFICE, accept_exclusions=True)


def test_another_campaign_does_not_take_the_place_of_the_first(folder: Path) -> None:
    path = folder / "campaign.yaml"
    path.write_text(path.read_text().replace("id: first-flight", "id: second-flight"))
    with pytest.raises(InputError, match="is another campaign"):
        open_campaign(folder, **OFFICE, accept_exclusions=True)


def test_importing_again_doubles_nothing_and_a_change_is_a_new_version(folder: Path) -> None:
    rows = rows_of()
    first = taken(folder, rows)
    assert (first.new, first.changed, first.unchanged) == (8, 0, 0)
    assert (first.counts.submitted, first.counts.valid) == (8, 8)
    codes = Record.open(folder).codes()
    assert all(map(is_code, codes))
    events = len(Record.open(folder).events())
    again = taken(folder, rows)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 8)
    assert len(Record.open(folder).events()) == events + 1  # that the office read the applications
    rows[3][head(rows, "Height (cm)")] = "170.5"
    rows.append([*rows[8][:0], *rows[8]])
    rows[-1][0], rows[-1][3], rows[-1][4] = "99", "new@example.org", "99"
    changed = taken(folder, rows)
    assert (changed.new, changed.changed, changed.unchanged) == (1, 1, 7)
    assert Record.open(folder).codes()[:8] == codes


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    answer = taken(folder, rows_of(), dry_run=True)
    assert (answer.new, answer.written, answer.counts.submitted) == (8, False, 8)
    assert Record.open(folder).codes() == ()


def test_a_file_with_a_fault_leaves_no_half_import(folder: Path) -> None:
    rows = rows_of()
    rows[5][0] = rows[4][0]
    with pytest.raises(InputErrors, match="is the same application"):
        taken(folder, rows)
    assert Record.open(folder).codes() == ()


def test_after_the_close_nothing_new_and_nothing_changed_is_taken_unless_late(folder: Path) -> None:
    rows = rows_of()
    taken(folder, rows[:5])
    rows[2][head(rows, "Height (cm)")] = "170.5"
    with pytest.raises(InputErrors, match="--late"):
        taken(folder, rows[:5], at=AFTER)
    assert taken(folder, rows[:5], at=AFTER, late=True).changed == 1
    rows[8][head(rows, "Timestamp")] = "2027-02-02T09:00Z"
    late = taken(folder, rows, at=AFTER)  # those that were sent in time are taken; one came too late and says so
    assert (late.new, late.counts.valid, late.counts.invalid) == (4, 7, 1)


def test_the_same_person_twice_is_told_and_left_to_the_office(folder: Path) -> None:
    rows = rows_of()
    rows[2][head(rows, "Email")] = rows[1][head(rows, "Email")].upper()
    rows[4][head(rows, "CNIC")] = rows[3][head(rows, "CNIC")][:5] + " " + rows[3][head(rows, "CNIC")][5:]
    rows[6][head(rows, "Full name")] = rows[5][head(rows, "Full name")]
    rows[6][head(rows, "Date of birth")] = rows[5][head(rows, "Date of birth")]
    answer = taken(folder, rows)
    assert [one.why for one in answer.duplicates] == [
        "the same 'E-mail address'",
        "the same 'National identity number'",
        "the same name and date of birth",
    ]
    assert answer.counts.valid == 8
    withdraw(folder, [answer.duplicates[0].codes[1]], **OFFICE)
    assert status(folder).counts == {"submitted": 8, "valid": 7, "invalid": 0, "withdrawn": 1}
    assert len(taken(folder, rows).duplicates) == 2
    with pytest.raises(InputError, match="is no candidate"):
        withdraw(folder, ["2222-2222"], **OFFICE)


def test_two_tools_may_use_the_same_numbers(folder: Path) -> None:
    rows, other = rows_of(4), rows_of(8)[:1] + rows_of(8)[5:]
    for number, one in enumerate(other[1:], 1):
        one[0] = str(number)
    taken(folder, rows, source="forms")
    assert taken(folder, other, source="redcap").new == 4
    assert taken(folder, rows, source="forms").unchanged == 4


def test_screening_freezes_the_counts_and_keeps_what_a_person_decided(folder: Path, tmp_path: Path) -> None:
    rows = rows_of()
    sexes = [one[head(rows, "Sex")] for one in rows]
    near = next(index for index in range(1, 9) if sexes[index] == "Male")
    rows[near][head(rows, "Height (cm)")] = "161.5"
    rows[near % 8 + 1][head(rows, "hospital-check")] = "No"
    taken(folder, rows)
    early = screen(folder, **OFFICE, at=BEFORE)
    assert early.frozen is None
    looks = tmp_path / "looks.csv"
    found = screen(folder, **OFFICE, at=AFTER, out=looks)
    assert found.overall["fails"] == 1
    (look,) = found.second_looks
    assert (look.criterion, look.value) == ("height-men", "161.5 cm")
    listed = list(csv.reader(looks.read_text("utf-8-sig").splitlines()))
    assert listed[1][:4] == [look.candidate, "height-men", "Height 1.62 m to 1.75 m (men)", "161.5 cm"]
    assert "example.org" not in looks.read_text("utf-8-sig")
    listed[1][4:] = ["passes", "measured again: 162.3 cm"]
    looks.write_bytes(as_csv(listed))
    settled = screen(folder, **OFFICE, at=AFTER, looked=looks)
    assert settled.second_looks == ()
    assert settled.overall["passes"] == 7
    again = screen(folder, **OFFICE, at=AFTER)
    assert (again.changed, again.settled) == (0, 1)


def test_counts_are_frozen_once(folder: Path) -> None:
    taken(folder, rows_of())
    first = screen(folder, **OFFICE, at=AFTER)
    assert first.frozen == {"submitted": 8, "valid": 8, "invalid": 0, "withdrawn": 0}
    withdraw(folder, Record.open(folder).codes()[:2], **OFFICE)
    said = status(folder, as_of=date(2027, 2, 11))
    assert said.counts["withdrawn"] == 2
    assert said.frozen == first.frozen


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (["passes", "x"], None),
        (["maybe", "x"], "should say passes or fails"),
    ],
)
def test_a_list_of_second_looks_is_judged(folder: Path, tmp_path: Path, changed: list[str], said: str | None) -> None:
    rows = rows_of(2)
    rows[1][head(rows, "work-years")] = "2.9"
    taken(folder, rows)
    looks = tmp_path / "looks.csv"
    screen(folder, **OFFICE, at=AFTER, out=looks)
    listed = list(csv.reader(looks.read_text("utf-8-sig").splitlines()))
    listed[1][4:] = changed
    looks.write_bytes(as_csv(listed))
    if said is None:
        assert screen(folder, **OFFICE, at=AFTER, looked=looks).second_looks == ()
        return
    with pytest.raises(InputErrors, match=said):
        screen(folder, **OFFICE, at=AFTER, looked=looks)


def test_status_says_who_waits_for_what_from_whom_and_what_is_overdue(folder: Path) -> None:
    rows = rows_of()
    rows[1][head(rows, "hospital-check")] = "No"
    taken(folder, rows)
    before = status(folder, as_of=date(2027, 2, 5))
    waits = {one.what: one for one in before.waiting}
    assert waits["screening"].of == "the office of guest-agency"
    assert (waits["screening"].count, waits["screening"].due) == (8, date(2027, 3, 27))
    assert not any(one.overdue_d > 0 for one in before.waiting)
    screen(folder, **OFFICE, at=AFTER)
    later = status(folder, as_of=date(2027, 4, 11))
    waits = {one.what: one for one in later.waiting}
    assert "screening" not in waits
    assert (waits["assessors for papers"].count, waits["assessors for papers"].overdue_d) == (7, 15)
    assert (waits["a decision"].of, waits["a decision"].count, waits["a decision"].overdue_d) == ("home-board", 7, 1)
    assert (waits["their answer"].count, waits["their answer"].overdue_d) == (8, 1)
    assert later.next_notice is not None
    assert later.next_notice.startswith("delayed: 8 candidates of preliminary")


def test_letters_say_which_criterion_failed_and_are_written_once(folder: Path, tmp_path: Path) -> None:
    rows = rows_of()
    rows[1][head(rows, "Height (cm)")] = "150"
    rows[2][head(rows, "Height (cm)")] = "tall"
    taken(folder, rows)
    received = notify(folder, out=tmp_path / "received", kind="received", **OFFICE, at=BEFORE)
    assert received.counts == {"received": 7, "not-valid": 1}
    (bad,) = (tmp_path / "received").glob("not-valid-*.txt")
    assert "Height: the answer should be a number of cm." in bad.read_text()
    screen(folder, **OFFICE, at=AFTER)
    answered = notify(folder, out=tmp_path / "answers", **OFFICE, at=AFTER)
    assert answered.counts == {"criterion-failed": 1}
    (letter,) = (tmp_path / "answers").glob("criterion-failed-*.txt")
    assert "your answer: 150 cm. This is not met." in letter.read_text()
    assert "applicant-00000@example.org" in (tmp_path / "answers" / "addresses.csv").read_text("utf-8-sig")
    with pytest.raises(InputError, match="owes nobody a letter"):
        notify(folder, out=tmp_path / "again", **OFFICE, at=AFTER)
    assert not (tmp_path / "again").exists()
    sent = [one for one in Record.open(folder).notices() if one.sent is not None]
    assert len(sent) == 9
    assert status(folder, as_of=date(2027, 2, 11)).notices_sent == 9


def test_letters_of_decisions(folder: Path, tmp_path: Path) -> None:
    taken(folder, rows_of(4))
    screen(folder, **OFFICE, at=AFTER)
    record = Record.open(folder)
    decided(record, record.codes()[:3], ("advance", "stop", "reserve"))
    answered = notify(folder, out=tmp_path / "answers", **OFFICE, at=AFTER)
    assert answered.counts == {"advanced": 1, "reserve": 1, "stopped": 1}
    delayed = notify(folder, out=tmp_path / "late", kind="delayed", **OFFICE, at=Instant.utc(2027, 4, 20))
    assert delayed.counts == {"delayed": 1}


def test_a_hand_over_passes_on_codes_and_the_fields_named_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    taken(folder, rows_of(4))
    screen(folder, **OFFICE, at=AFTER)
    scores = tmp_path / "scores.csv"
    record = Record.open(folder)
    codes = record.codes()
    with pytest.raises(InputError, match="4 candidates have no decision yet"):
        hand_over(folder, stage="preliminary", out=tmp_path / "over.csv", scores=scores, **OFFICE)
    decided(record, codes, ("advance", "stop", "reserve", "stop"))
    assert any(one.who == "host-agency" for one in status(folder, as_of=date(2027, 4, 20)).waiting)
    scores.write_bytes(as_csv([["candidate", "score", "low", "high"], [codes[0], "71.5", "66", "77"]]))
    with pytest.raises(InputErrors, match=f"has no score of {codes[2]}"):
        hand_over(folder, stage="preliminary", out=tmp_path / "over.csv", scores=scores, **OFFICE)
    scores.write_bytes(scores.read_bytes() + as_csv([[codes[2], "70", "65", "75"]]))
    answer = hand_over(folder, stage="preliminary", out=tmp_path / "over.csv", scores=scores, **OFFICE)
    written = list(csv.reader(answer.file.read_text("utf-8-sig").splitlines()))
    fields = ["sex", "birth-date", "height", "degree", "discipline", "work-years"]
    assert written[0] == ["candidate", "outcome", *fields, "score", "low", "high"]
    assert [(one[0], one[1], one[8]) for one in written[1:]] == [
        (codes[0], "advance", "71.5"),
        (codes[2], "reserve", "70"),
    ]
    assert "Applicant" not in answer.file.read_text("utf-8-sig")
    assert not any(one.who == "host-agency" for one in status(folder, as_of=date(2027, 4, 20)).waiting)
    assert Record.open(folder).events()[-1].body["file"] == answer.digest
    with pytest.raises(InputError, match="passes nothing on"):
        hand_over(folder, stage="final", out=tmp_path / "over.csv", **OFFICE)


def decided(record: Record, codes: Sequence[str], outcomes: Sequence[Outcome]) -> None:
    with record.change(command="decide", by="board-chair", reason="a test", at=AFTER) as change:
        change.decided(
            Decision(
                candidate=code,
                stage="preliminary",
                board="home-board",
                outcome=outcome,
                present=("board-chair", "board-2"),
                reason="a test",
            )
            for code, outcome in zip(codes, outcomes, strict=True)
        )


def test_who_has_not_the_right_is_refused(folder: Path) -> None:
    for who in ("assessor-01", "board-chair", "nobody"):
        with pytest.raises(InputError, match=r"office|no role"):
            import_applications(folder, [export(folder, rows_of())], by=who, reason="x", at=BEFORE)


def test_typed_commands_print_one_json_document(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = rows_of()
    rows[1][head(rows, "Height (cm)")] = "tall"
    path = export(folder, rows)
    who = ["--by", "office-1", "--reason", "x", "--json"]
    code, said = typed(capsys, "import", str(folder), str(path), *who)
    assert (code, said["new"], said["counts"]["invalid"]) == (0, 8, 1)
    assert said["unread"][0]["where"] == f"{path}:2:9 Height (cm)"
    code, said = typed(capsys, "screen", str(folder), *who)
    assert (code, said["overall"]["passes"]) == (0, 7)
    code, said = typed(capsys, "status", str(folder), "--as-of", "2027-02-11", "--json")
    assert (code, said["stages"][0]["reached"]) == (0, 7)
    code, said = typed(capsys, "status", str(folder), "--as-of", "soon", "--json")
    assert (code, said["error"]["errors"][0]["where"]) == (1, "--as-of")
    code, said = typed(capsys, "import", str(folder), str(folder / "none.csv"), *who)
    assert (code, said["error"]["errors"][0]["what"]) == (1, "there is no such file")


def typed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, Any]:
    """What a command ends with, and the one JSON document that it prints."""
    from hamsafar.cli import main

    before = sys.argv
    sys.argv = ["hamsafar", "select", *words]
    try:
        with pytest.raises(SystemExit) as ended:
            main()
    finally:
        sys.argv = before
    return int(ended.value.code or 0), json.loads(capsys.readouterr().out)


def test_an_application_that_expired_does_not_come_back(folder: Path) -> None:
    rows = rows_of(3)
    taken(folder, rows)
    record = Record.open(folder)
    code = record.sources()["applications", rows[2][0]]
    officer = next(role.id for role in record.campaign.roles if "data-protection" in role.rights)
    record.expire([code], by=officer, reason="asked")
    again = taken(folder, rows)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 2)
    (note,) = [one for one in again.notes if "have expired" in one]
    assert ":3:" in note
    assert len(Record.open(folder).codes()) == 3
    assert taken(folder, rows, source="another").new == 3  # another source's numbers are its own
    body = json.dumps(dict(Record.open(folder).events()[-2].body))
    assert code not in body


def test_criteria_that_shut_out_one_group_each_hide_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Women by one field, men by another: all in all both have the same share, and neither criterion is fair."""
    sides = tuple(Option(id=one, title=one) for one in ("women", "men"))
    sex = Field(id="sex", title="Sex", kind="choice", options=sides, group=True)
    lengths = tuple(Field(id=name, title=name, kind="number", unit="cm") for name in ("reach", "stride"))
    means = {("reach", "women"): 0.0, ("reach", "men"): 5.0, ("stride", "women"): 5.0, ("stride", "men"): 0.0}
    made = evolve(
        CAMPAIGN,
        fields=(sex, *lengths),
        criteria=tuple(Criterion(id=f"long-{one.id}", title="", field=one.id, minimum=1.0) for one in lengths),
        population=tuple(
            PopulationShare(field=name, group={"sex": side}, mean=mean, sd=1.0) for (name, side), mean in means.items()
        ),
    )
    assert not any(one.flag for one in preview(made).groups)  # the whole hides it
    place = campaign_folder(tmp_path / "campaign")
    monkeypatch.setattr("hamsafar.app.selection.opening.campaign_given", lambda _: made)
    with pytest.raises(InputErrors) as told:
        open_campaign(place, **OFFICE)
    said = [str(one) for one in told.value.errors]
    assert len(said) == 2
    assert "long-reach" in said[0]
    assert "long-stride" in said[1]
    assert not (place / "record").exists()
