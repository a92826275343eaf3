"""`diff` and `versions` at the door: the contract's keys, exit codes, bad input, and what is found beside a plan."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import hamsafar
from hamsafar.app.versions import digest_of
from hamsafar.domain.changes import Move, Version
from hamsafar.domain.plan import Plan
from hamsafar.formats.plan_json import read_plan, write_plan
from handmade import far_plan


def put(folder: Path, plan: Plan) -> Plan:
    """Writes a plan into a folder, and gives it as its file gives it back."""
    folder.mkdir(parents=True, exist_ok=True)
    written = read_plan(write_plan(plan))
    (folder / "plan.json").write_bytes(write_plan(written).encode())
    return written


def next_of(plan: Plan, title: str, **changes: Any) -> Plan:
    """A plan that says that it follows another."""
    own = Version(
        number=plan.versions[-1].number + 1,
        parent=digest_of(plan),
        title=title,
        asked_by="host",
        asked_on=date(2027, 2, 20),
        why="weather",
        change="change: {}\n",
    )
    return evolve(plan, versions=(*plan.versions, own), **changes)


def second(plan: Plan) -> Plan:
    """The plan with its first session 30 minutes later, saying why."""
    one = plan.placements[0]
    there = evolve(one, start=one.start.plus(minutes=30), end=one.end.plus(minutes=30))
    move = Move(placement=one.id, title=one.title, before=one.span, after=there.span, why="the room was taken")
    return next_of(plan, "The room is taken", placements=(there, *plan.placements[1:]), moved=(move,))


@cache
def versions_made() -> tuple[Plan, Plan, Plan]:
    """Three versions, each as its file gives it back."""
    first = read_plan(write_plan(far_plan()))
    then = read_plan(write_plan(second(first)))
    return first, then, read_plan(write_plan(next_of(then, "Nothing new", moved=())))


@cache
def texts() -> dict[str, str]:
    """Their files in folders beside each other, and a stranger's plan and other things between them."""
    first, then, last = versions_made()
    stranger = evolve(first, warnings=("another",))
    named = {"plan": first, "plan.v2": then, "elsewhere": last, "stranger": stranger}
    return {name: write_plan(plan) for name, plan in named.items()} | {"aside": "{"}


@pytest.fixture
def chain(tmp_path: Path) -> tuple[Plan, Plan, Plan]:
    for name, text in texts().items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "plan.json").write_text(text, encoding="utf-8")
    return versions_made()


def test_two_plans_are_compared_as_the_contract_says(run: Any, chain: tuple[Plan, ...]) -> None:
    found = run("diff", "plan", "plan.v2", "--json")
    assert found.code == 0
    document = found.document
    one = far_plan().placements[0]
    assert document["follows"] is True
    assert (document["from"]["version"], document["to"]["version"]) == (1, 2)
    (moved,) = document["moved"]
    assert moved["activity"] == one.id
    assert moved["from"] == one.start.exact_iso()
    assert moved["to"] == one.start.plus(minutes=30).exact_iso()
    assert (moved["shift_min"], moved["relative_shift_min"], moved["promised"]) == (30, 30, False)
    assert moved["why"] == "the room was taken"
    assert document["added"] == document["dropped"] == document["altered"] == []
    assert document["unchanged"] == len(far_plan().placements) - 1
    assert document["flight"] == document["windows"] == document["programme"] == []
    assert document["stay_moved_d"] == 0
    back = run("diff", "plan.v2", "plan", "--json").document
    assert back["follows"] is False
    assert back["moved"][0]["shift_min"] == -30
    assert back["moved"][0]["why"] == ""


def test_a_change_file_is_no_plan_and_says_where_it_goes(run: Any, chain: tuple[Plan, ...], tmp_path: Path) -> None:
    (tmp_path / "slip.yaml").write_text("# Weather\nchange: {title: Slip, asked_by: host}\n", encoding="utf-8")
    found = run("diff", "plan", "slip.yaml")
    assert found.code == 1
    assert "this is a change file, not a plan; apply it to one: hamsafar replan PLAN --change slip.yaml" in found.err


def test_people_are_told_what_moved_and_why(run: Any, chain: tuple[Plan, ...]) -> None:
    found = run("diff", "plan", "plan.v2/plan.json")
    number = len(far_plan().placements)
    assert found.code == 0
    assert "version 1 (plan) -> version 2 (plan.v2/plan.json): The room is taken" in found.out
    assert f"{number - 1} of {number} placements stayed where they were; 1 moved." in found.out
    assert f"  {far_plan().placements[0].id}  " in found.out
    assert "(+30 min): the room was taken" in found.out


def test_a_plan_and_itself(run: Any, chain: tuple[Plan, ...]) -> None:
    assert "Nothing differs." in run("diff", "plan", "plan").out
    document = run("diff", "plan", "plan", "--json").document
    assert [document[key] for key in ("moved", "altered", "added", "dropped", "windows", "programme")] == [[]] * 6
    assert document["unchanged"] == len(far_plan().placements)


def test_flight_and_windows_are_compared(run: Any, tmp_path: Path) -> None:
    put(tmp_path / "plan", far_plan())
    launch = far_plan().flight.launch
    flight = evolve(far_plan().flight, launch=evolve(launch, launch=launch.launch.plus(seconds=12)))
    put(tmp_path / "other", evolve(far_plan(), flight=flight, windows=far_plan().windows[1:]))
    document = run("diff", "plan", "other", "--json").document
    (event,) = document["flight"]
    assert (event["event"], event["shift_s"]) == ("lift-off", 12.0)
    gone = far_plan().windows[0]
    assert len(document["windows"]) == len(gone.spans)
    assert {row["change"] for row in document["windows"]} == {"vanished"}
    told = run("diff", "plan", "other").out
    assert "(+12 s)" in told
    assert f"Windows: {len(gone.spans)} vanished" in told


def test_versions_are_listed_with_their_files(run: Any, chain: tuple[Plan, ...], tmp_path: Path) -> None:
    found = run("versions", "elsewhere", "--json")
    assert found.code == 0
    rows = found.document["versions"]
    assert [row["version"] for row in rows] == [1, 2, 3]
    assert [row["title"] for row in rows] == ["", "The room is taken", "Nothing new"]
    assert [row["digest"] for row in rows] == [digest_of(plan) for plan in chain]
    assert [row["parent"] for row in rows] == [None, rows[0]["digest"], rows[1]["digest"]]
    names = [
        str(Path(row["file"]).relative_to(tmp_path)) if Path(row["file"]).is_absolute() else row["file"] for row in rows
    ]
    assert names == ["plan/plan.json", "plan.v2/plan.json", "elsewhere/plan.json"]
    assert [row["moved"] for row in rows] == [0, 1, 0]
    assert (rows[1]["asked_by"], rows[1]["asked_on"], rows[1]["why"]) == ("host", "2027-02-20", "weather")
    told = run("versions", "elsewhere").out
    assert "  1  planned" in told
    assert "  2  The room is taken (asked by host, 2027-02-20)" in told
    assert rows[1]["digest"][:12] in told


def test_a_version_that_does_not_lie_beside_is_said_not_to(run: Any, chain: tuple[Plan, ...], tmp_path: Path) -> None:
    alone = tmp_path / "far" / "away"
    put(alone, chain[2])
    rows = run("versions", str(alone), "--json").document["versions"]
    assert [row["file"] is None for row in rows] == [True, True, False]
    assert [row["verdict"] for row in rows[:2]] == [None, None]
    assert "not beside this plan" in run("versions", str(alone)).out


def test_the_digest_is_that_of_the_file(chain: tuple[Plan, ...], tmp_path: Path) -> None:
    from hashlib import sha256

    assert digest_of(chain[0]) == sha256((tmp_path / "plan" / "plan.json").read_bytes()).hexdigest()


def test_both_are_there_in_python(chain: tuple[Plan, ...], tmp_path: Path) -> None:
    answer = hamsafar.diff(tmp_path / "plan", chain[1])
    assert isinstance(answer, hamsafar.Diff)
    assert [one.placement.id for one in answer.placements.each] == [far_plan().placements[0].id]
    assert hamsafar.diff(chain[0], chain[0]).is_empty
    assert [known.version.number for known in hamsafar.versions(chain[2]).chain] == [1, 2, 3]
    assert hamsafar.versions(chain[2]).chain[0].file is None


@pytest.mark.parametrize("command", ["diff", "versions"])
@pytest.mark.parametrize(
    ("given", "told"),
    [("nowhere", "there is no such file"), ("aside", "is not JSON"), ("empty", "there is no such file")],
)
def test_bad_input_is_one_error_document(
    command: str, given: str, told: str, run: Any, chain: tuple[Plan, ...], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    found = run(command, *(("plan", given) if command == "diff" else (given,)), "--json")
    assert found.code == 1
    (row,) = found.document["error"]["errors"]
    assert told in row["what"]
    assert given in row["where"]
    assert "Traceback" not in found.err


def test_a_chain_without_a_version_is_no_plan(run: Any, tmp_path: Path) -> None:
    put(tmp_path / "plan", far_plan())
    body = json.loads((tmp_path / "plan" / "plan.json").read_text())
    (tmp_path / "plan" / "plan.json").write_text(json.dumps(body | {"versions": []}))
    found = run("versions", "plan", "--json")
    assert found.code == 1
    assert "versions" in found.document["error"]["errors"][0]["what"]


def test_both_plans_must_be_said(run: Any) -> None:
    assert run("diff", "plan").code == 2
    assert run("versions").code == 2
