"""A stage from its record to what lies before the board, and the practice that leads there."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from shutil import copytree

import pytest

from hamsafar.app.selection.board import document, rank_stage, report
from hamsafar.app.selection.campaigns import campaign_given
from hamsafar.app.selection.impact import impact
from hamsafar.app.selection.importing import import_applications
from hamsafar.app.selection.opening import open_campaign
from hamsafar.app.selection.rehearsing import rehearse
from hamsafar.app.selection.screening import screen
from hamsafar.domain.selection import Applicant, Declaration, Medical
from hamsafar.errors import InputError
from hamsafar.selection.rehearsal import applications, marks
from hamsafar.selection.screening import screened
from hamsafar.store import Record
from selecting import applicants, campaign, campaign_folder, panels
from selecting import marks as made_marks


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign whose first stage is screened, assigned and marked."""
    folder = campaign_folder(tmp_path_factory.mktemp("campaign") / "c")
    given = campaign_given(folder)
    stage = given.stages[0]
    people = applicants(given, 40)
    with Record.create(folder, given, text=(folder / "campaign.yaml").read_bytes(), by="office-1", reason="r").change(
        command="import", by="office-1", reason="r"
    ) as change:
        change.add_applicants(people)
    rows = screened(given, stage, people).rows
    codes = [one.code for one in people if all(row.verdict != "fails" for row in rows if row.candidate == one.code)]
    assigned = panels(stage, codes, [role.id for role in given.roles if "assessor" in role.rights])
    with Record.open(folder).change(command="mark", by="office-1", reason="r") as change:
        change.screened(rows)
        change.assigned(assigned)
        change.marked(made_marks(stage, assigned))
    return folder


def test_the_report_has_everybody_who_met_the_criteria_and_no_name(marked: Path, tmp_path: Path) -> None:
    written = report(marked, stage="preliminary", by="board-chair", out=tmp_path / "out")
    found = written.report
    failed = {one.candidate for one in Record.open(marked).screenings("preliminary") if one.verdict == "fails"}
    assert {row.candidate for row in found.rows} == set(Record.open(marked).codes()) - failed
    assert sorted(row.rank or 0 for row in found.rows) == list(range(1, len(found.rows) + 1))
    page = (tmp_path / "out" / "board.html").read_text(encoding="utf-8")
    assert "example.org" not in page
    assert all(row.candidate in page for row in found.rows)
    said = json.loads((tmp_path / "out" / "ranking.json").read_text(encoding="utf-8"))
    assert [row["candidate"] for row in said["candidates"]] == [row.candidate for row in found.rows]
    assert {"candidates", "assessors", "variance", "reliability"} <= said.keys()
    assert said["candidates"][0].keys() >= {"candidate", "score", "rank", "rank_low", "rank_high", "p_top"}


def test_the_proposal_fills_the_places_by_the_marks(marked: Path, tmp_path: Path) -> None:
    report(marked, stage="preliminary", by="board-chair", out=tmp_path)
    rows = list(csv.DictReader(io.StringIO((tmp_path / "proposal.csv").read_text(encoding="utf-8"))))
    places = min(40, len(rows))
    assert [row["outcome"] for row in rows[:places]] == ["advance"] * places


def test_marks_before_a_declared_conflict_are_left_out_and_said(marked: Path, tmp_path: Path) -> None:
    folder = Path(copytree(marked, tmp_path / "c"))
    record = Record.open(folder)
    one = next(row for row in record.assignments("preliminary") if row.assessor.startswith("assessor"))
    own = [
        m
        for m in record.marks("preliminary", by="office-1")
        if (m.assessor, m.candidate) == (one.assessor, one.candidate)
    ]
    before = rank_stage(folder, stage="preliminary", by="board-chair").report
    with record.change(command="declare", by=one.assessor, reason="found out") as change:
        change.declared(
            [Declaration(assessor=one.assessor, stage="preliminary", candidate=one.candidate, conflict=True)]
        )
    after = rank_stage(folder, stage="preliminary", by="board-chair").report
    assert sum(each.marks for each in before.quality) - sum(each.marks for each in after.quality) == len(own) > 0
    many = f"{len(own)} marks" if len(own) > 1 else "1 mark"
    assert any(text.startswith(f"{many} of {one.assessor} on {one.candidate} ") for text in after.warnings)
    assert not any("left out" in text for text in before.warnings)


def test_fewer_places_may_be_asked_for(marked: Path) -> None:
    found = rank_stage(marked, stage="preliminary", by="board-chair", top=5).report
    assert sum(row.p_top or 0.0 for row in found.rows) == pytest.approx(5, abs=1e-9)
    assert found.rows[0].place == "in"
    assert any("can't be told apart" in text for text in found.cannot_tell)
    assert any(row.would_change.startswith("out with") for row in found.rows[:5])
    assert document(found)["places"] == 5


@pytest.mark.parametrize(
    ("stage", "by", "says"),
    [
        ("nowhere", "board-chair", "is no stage of this campaign"),
        ("secondary", "board-chair", "has no mark"),
        ("preliminary", "assessor-01", "may not"),
        ("preliminary", "somebody", "is no role"),
    ],
)
def test_what_cannot_be_ranked_is_said(marked: Path, stage: str, by: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        rank_stage(marked, stage=stage, by=by)


def test_groups_are_counted_as_by_hand(marked: Path) -> None:
    found = impact(marked, by="office-1")
    height = next(one for one in found.stages if one.by == "sex" and one.component == "doctorate")
    people = {one.code: one for one in applicants(campaign(), 40)}
    for group in height.groups:
        of = {code for code, one in people.items() if one.fields["sex"] == group.group}
        fails = {c for c in of if people[c].fields["degree"] != "doctorate"}
        assert (group.entered, group.passed) == (len(of), len(of - fails))


@pytest.mark.parametrize("name", ["three-stage", "six-stage"])
def test_rehearsed_applications_meet_the_criteria_or_fail_as_asked(name: str) -> None:
    given = campaign(name)
    stage = next(one for one in given.stages if one.criteria)

    def failing(share: float) -> int:
        made = applications(given, 150, seed=3, not_meeting=share)
        people = [
            Applicant(code=str(n), source="s", source_id=str(n), submitted=None, fields=dict(one), valid=True)
            for n, one in enumerate(made)
        ]
        return len({row.candidate for row in screened(given, stage, people).rows if row.verdict != "passes"})

    assert failing(0.0) == 0
    assert failing(1.0) >= 140  # a few are asked nothing that could fail


def test_rehearsed_marks_belong_to_who_gives_them_and_stay_on_the_scale() -> None:
    rows = [(f"C{n}", "t", "i", 1.0, 5.0) for n in range(200)]
    one, same, other = marks(rows, "a"), marks(rows, "a"), marks(rows, "b")
    assert one == same
    assert one != other
    assert all(1 <= mark <= 5 and mark * 2 == round(mark * 2) for mark in one.values())


def test_a_rehearsal_is_taken_in_whole(tmp_path: Path) -> None:
    folder = campaign_folder(tmp_path / "c")
    made = rehearse(folder, applicants=60, seed=5)
    open_campaign(folder, by="office-1", reason="practice", accept_exclusions=True)
    taken = import_applications(folder, [made.files[0]], by="office-1", reason="practice")
    assert Record.open(folder).standings_of_intake()
    assert set(Record.open(folder).standings_of_intake().values()) == {"valid"}, taken
    screen(folder, by="office-1", reason="practice")
    assert Record.open(folder).screenings("preliminary")


def test_who_is_not_fit_takes_nobodys_place(marked: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    copytree(marked, folder)
    before = rank_stage(folder, stage="preliminary", by="board-chair", top=3).report
    first, *others = [row.candidate for row in before.rows]
    with Record.open(folder).change(command="medical", by="medical-officer", reason="r") as change:
        change.medical(Medical(candidate=first, stage="preliminary", verdict="not-fit", limits=("ground only",)), b"")
    found = rank_stage(folder, stage="preliminary", by="board-chair", top=3).report
    assert [row.candidate for row in found.rows] == [*others, first]
    assert [row.rank for row in found.rows[:3]] == [1, 2, 3]
    assert found.rows[-1].rank is None
    assert (found.rows[-1].stopped_by, found.rows[-1].limits) == (("medical",), ("ground only",))
    report(folder, stage="preliminary", by="board-chair", out=tmp_path / "out")
    text = (tmp_path / "out" / "proposal.csv").read_text(encoding="utf-8")
    assert f"{first},stop,not fit by the medical verdict" in text
