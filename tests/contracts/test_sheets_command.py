"""`hamsafar sheets`: what it writes, what it says, and what it refuses."""

from __future__ import annotations

import re
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import hamsafar
from export_plan import rich_plan
from hamsafar.domain.plan import Plan
from hamsafar.formats.plan_json import write_plan
from staying import staying_plan

PEOPLE = ("trainee-prime", "trainee-backup", "interpreter-1")


@pytest.fixture(scope="module")
def rich() -> Plan:
    """A plan that lacks its first session."""
    whole = rich_plan(sessions_each=18)
    return evolve(whole, placements=whole.placements[1:])


@pytest.fixture
def plan(tmp_path: Path, rich: Plan) -> str:
    (tmp_path / "plan.json").write_text(write_plan(rich), encoding="utf-8")
    return "plan.json"


def test_all_sheets_are_written_and_every_link_leads_somewhere(run: Any, plan: str, tmp_path: Path, rich: Plan) -> None:
    done = run("sheets", plan, "--out", "sheets", "--json")
    assert done.code == 0
    assert done.err.splitlines()[-1] == "Writing 16 sheets"
    files = [tmp_path / one for one in done.document["files"]]
    assert all(one.is_file() for one in files)
    assert rich.programme.term is not None
    viewers = sum(one.function != "crew" for one in rich.programme.people) + len(rich.programme.term.facilities)
    crew = sum(one.function == "crew" for one in rich.programme.people) + 1  # and the guest
    assert len(files) == 3 * viewers + 2 + 1 + 2 * crew + 1  # sheets, progress, index, days aboard, the ground
    links = 0
    for page in (one for one in files if one.suffix == ".html"):
        for href in re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8")):
            assert (page.parent / href).is_file(), (page, href)
            links += 1
    assert links > 3 * viewers


def test_the_document_tells_progress_and_readiness(run: Any, plan: str) -> None:
    document = run("sheets", plan, "--out", "sheets", "--for", "trainee-prime", "--json").document
    assert set(document) == {"files", "progress", "readiness"}
    (progress,) = document["progress"]
    assert progress["person"] == "trainee-prime"
    assert {"class", "done_min", "to_come_min", "missing_min"} == set(progress["classes"][0])
    assert [one["class"] for one in progress["classes"]][-2:] == ["self-study", "travel"]
    assert progress["mishaps"] == []
    assert {"kind", "of", "day", "spare_d"} == set(progress["risks"][0])
    (readiness,) = document["readiness"]
    assert len(readiness["days"]) == 56
    assert set(readiness["days"][0]) == {"day", "feasible", "gaps"}


def test_people_are_told_the_same_in_words(run: Any, plan: str) -> None:
    done = run("sheets", plan, "--out", "sheets", *(part for one in PEOPLE for part in ("--for", one)))
    assert done.code == 0
    assert "Prime trainee: 0 min of" in done.out
    assert "Backup trainee can fly instead of Prime trainee" in done.out
    assert "Begin with sheets/index.html" in done.out


def test_one_week_of_one_person_is_one_page(run: Any, plan: str, tmp_path: Path) -> None:
    done = run("sheets", plan, "--out", "s", "--week", "2027-W03", "--for", "interpreter-1", "--json")
    assert sorted(Path(one).name for one in done.document["files"]) == [
        "index.html", "interpreter-1.html", "interpreter-1.ics", "interpreter-1.xlsx",
    ]  # fmt: skip
    assert (tmp_path / "s/people/interpreter-1.html").read_text(encoding="utf-8").count("<section") == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--for", "trainee-prim", "--for", "x"), "did you mean 'trainee-prime'?"),
        (("--week", "W08"), "--week: should be a week such as 2027-W08"),
        (("--week", "2027-W60"), "there is no such week"),
        (("--week", "2029-W01"), "lies outside the term, which is 2026-W51 to 2027-W24"),
        (("--day", "12"), "--day: flight day 12 is not of this plan, which has days 1 to 8"),
        (("--day", "2", "--week", "2027-W03"), "ask for one of them"),
        (("--day", "2", "--for", "simulator"), "'simulator' has no sheet of what was asked for"),
        (("--for", "seed"), "'seed' is no person, facility or experiment of the plan"),
        (("--pdf", "--week", "2027-W03"), "--pdf: only the days aboard are written as PDF"),
    ],
)
def test_what_is_not_of_the_plan_is_refused_and_nothing_written(
    run: Any, plan: str, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run("sheets", plan, "--out", "sheets", *arguments)
    assert done.code == 1
    assert said in done.err
    assert done.out == ""
    assert not (tmp_path / "sheets").exists()


def test_every_unknown_id_is_told_at_once(run: Any, plan: str) -> None:
    done = run("sheets", plan, "--out", "sheets", "--for", "x", "--for", "y", "--json")
    assert done.code == 1
    assert [one["where"] for one in done.document["error"]["errors"]] == ["--for", "--for"]


@pytest.mark.slow
def test_sheets_of_people_who_have_gone_are_cleared_away_and_nothing_else(run: Any, plan: str, tmp_path: Path) -> None:
    (tmp_path / "sheets/people").mkdir(parents=True)
    for name in ("people/gone.html", "people/notes.txt", "mine.html"):
        (tmp_path / "sheets" / name).write_text("x")
    run("sheets", plan, "--out", "sheets", "--for", "trainee-prime")
    assert (tmp_path / "sheets/people/gone.html").exists()
    run("sheets", plan, "--out", "sheets")
    assert not (tmp_path / "sheets/people/gone.html").exists()
    assert (tmp_path / "sheets/people/notes.txt").exists()
    assert (tmp_path / "sheets/mine.html").exists()


def test_a_file_in_place_of_the_folder_is_refused(run: Any, plan: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    assert run("sheets", plan, "--out", "taken").code == 1
    assert run("sheets", plan).code == 2


def test_python_has_the_same(tmp_path: Path, rich: Plan) -> None:
    found = hamsafar.sheets(rich, out=tmp_path / "s", only=["simulator"])
    assert [one.name for one in found.files] == ["index.html", "simulator.html", "simulator.ics", "simulator.xlsx"]
    assert found.progress == {}


def test_a_day_of_one_of_the_crew_is_one_page_and_its_calendar(run: Any, plan: str, tmp_path: Path) -> None:
    done = run("sheets", plan, "--out", "s", "--day", "3", "--for", "commander-up", "--json")
    assert done.code == 0
    assert [str(Path(one)) for one in done.document["files"]] == [
        "s/index.html", "s/aboard/people/commander-up.html", "s/aboard/people/commander-up.ics",
    ]  # fmt: skip
    page = (tmp_path / "s/aboard/people/commander-up.html").read_text(encoding="utf-8")
    assert page.count("<section") == 1
    digest = sha256((tmp_path / "plan.json").read_bytes()).hexdigest()
    assert f"plan.json SHA-256 {digest[:16]}" in page  # what sha256sum says of the file


def test_a_plan_whose_term_is_done_has_the_days_aboard(run: Any, tmp_path: Path, rich: Plan) -> None:
    done_with = evolve(
        rich,
        programme=evolve(rich.programme, term=None),
        placements=tuple(one for one in rich.placements if one.stage == "flight"),
    )
    (tmp_path / "plan.json").write_text(write_plan(done_with), encoding="utf-8")
    done = run("sheets", "plan.json", "--out", "s", "--for", "ground", "--json")
    assert [Path(one).name for one in done.document["files"]] == ["index.html", "ground.html"]
    assert "no training term" in run("sheets", "plan.json", "--out", "s", "--week", "2027-W03").err


def test_pdf_without_typst_says_how_to_get_it(
    run: Any, plan: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    done = run("sheets", plan, "--out", "s", "--pdf", "--day", "3")
    assert done.code == 1
    assert "pip install 'hamsafar[pdf]'" in done.err
    assert not (tmp_path / "s").exists()


def test_the_chances_on_the_teams_sheets_are_those_of_pace(run: Any, tmp_path: Path) -> None:
    staying = staying_plan()
    (tmp_path / "plan.json").write_text(write_plan(staying), encoding="utf-8")
    hamsafar.sheets(staying, out=tmp_path / "sheets", day=3, only=["bone-scan"])
    page = (tmp_path / "sheets/aboard/experiments/fluids-run.html").read_text(encoding="utf-8")
    assert "Chances, of 10,000 simulated stays" in page
    told = {one["placement"]: one for one in run("pace", "plan.json", "--json").document["activities"]}
    for one in staying.placements:
        if one.of in ("fluids-run", "bone-scan") and told[one.id]["day"] == 3:
            begun, done = (told[one.id][what]["share"] for what in ("begun", "in_full"))
            assert f"begins {begun:.0%}".replace("%", " %") in page or begun > 0.99, one.id
            assert 0.01 < done < 0.99
            assert f"done {100 * done:.0f} %" in page, one.id
