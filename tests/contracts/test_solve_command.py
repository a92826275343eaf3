"""`solve` and `check` at the door: the contract's keys, exit codes, bad input, a stop that keeps the best so far."""

from __future__ import annotations

import errno
import json
import os
import pty
import random
import re
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hamsafar.cli import scheduling
from hamsafar.schedule.constraints import Capacity, Lag
from hamsafar.schedule.form import write_problem
from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Problem, Unknown
from hamsafar.schedule.tasks import Mode, Person, Pick, Tag, Task

HAMSAFAR = Path(sys.executable).with_name("hamsafar")
BENCHMARKS = Path(__file__).parents[3] / "shared" / "benchmarks"
KEYS = {
    *("status", "objective", "start", "mode", "picked", "soft", "conflict", "minimal", "stopped_by", "seconds"),
    *("problem", "tick", "files", "conflicts", "more_conflicts", "relaxations", "suspected"),
}
LIMIT_S = 120
HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"


def day(last: int = 20) -> Problem:
    """Two who can hold the arm, one way to be fast, eight minutes at the least."""
    return Problem(
        name="a day",
        first=0,
        last=last,
        tick="min",
        tasks=(
            Task(id="wake", duration=3),
            Task(
                id="work",
                modes=(Mode(id="slow", duration=6), Mode(id="fast", duration=4)),
                picks=(Pick(name="who", count=1, skill="arm", tag=Tag("WHO", "work")),),
            ),
        ),
        constraints=(
            Lag(before="wake", after="work", min_gap=1, max_gap=None, tag=Tag("ORDER", "wake→work", source="house")),
        ),
        objectives=(Makespan(name="makespan", unit="min"),),
        people=(Person(id="left", skills={"arm": 2}), Person(id="right")),
    )


def hard() -> Problem:
    """A project whose best schedule takes far longer to prove than to find a good one."""
    chance = random.Random(5)
    things = {f"r{k}": 10 for k in range(3)}
    tasks = tuple(
        Task(
            id=f"t{n}",
            duration=chance.randint(1, 10),
            occupies={thing: chance.randint(1, 7) for thing in things if chance.random() < 0.8},
        )
        for n in range(60)
    )
    return Problem(
        name="hard",
        first=0,
        last=600,
        tasks=tasks,
        constraints=tuple(Capacity(resource=thing, capacity=at, tag=Tag("CAP", thing)) for thing, at in things.items()),
        objectives=(Makespan(name="makespan", unit="tick"),),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, problem in (("day", day()), ("short", day(last=7)), ("hard", hard())):
        (tmp_path / f"{name}.json").write_text(write_problem(problem), encoding="utf-8")
    return tmp_path


# ---- solve


def test_solve_answers_as_the_contract_says(run: Any, folder: Path) -> None:
    done = run("solve", "day.json", "--json")
    assert (done.code, done.err) == (0, "")
    found = done.document
    assert set(found) >= KEYS
    assert found["status"] == "optimal"
    assert found["objective"] == [{"name": "makespan", "value": 8, "bound": 8, "unit": "min"}]
    assert found["start"] == {"wake": 0, "work": 4}
    assert found["mode"] == {"work": "fast"}  # what can be done in one way only has no mode
    assert found["picked"] == {"work": {"who": ["left"]}}
    assert (found["conflict"], found["soft"], found["stopped_by"]) == ([], [], None)
    assert set(found["seconds"]) == {"read", "solve", "check", "total"}


def test_what_solve_prints_holds(run: Any, folder: Path) -> None:
    (folder / "found.json").write_text(run("solve", "day.json", "--json").out, encoding="utf-8")
    done = run("check", "day.json", "found.json", "--json")
    assert (done.code, done.err) == (0, "")
    objective = [{"name": "makespan", "value": 8, "unit": "min"}]
    assert done.document == {"verdict": "holds", "objective": objective, "findings": [], "soft": []}


def test_two_runs_write_the_same_bytes(run: Any, folder: Path) -> None:
    for name in ("one", "two"):
        assert run("solve", "day.json", "--out", f"{name}.json").code == 0
    assert (folder / "one.json").read_bytes() == (folder / "two.json").read_bytes()
    assert run("check", "day.json", "one.json").code == 0
    assert {path.stem for path in folder.iterdir()} == {"day", "short", "hard", "one", "two"}  # and no half of one
    documents = [run("solve", "day.json", "--json").document for _ in range(2)]
    assert all(document.pop("seconds") for document in documents)
    assert documents[0] == documents[1]


def test_infeasible_is_three_with_what_cannot_hold_together(run: Any, folder: Path) -> None:
    done = run("solve", "short.json", "--json", "--out", "found.json")
    assert done.code == 3
    assert set(done.document) >= KEYS
    assert done.document["status"] == "infeasible"
    assert done.document["minimal"] is True
    rows = done.document["conflict"]
    assert all(set(row) >= {"rule", "place", "detail", "source"} for row in rows)
    assert ("ORDER", "house") in {(row["rule"], row["source"]) for row in rows}
    assert not (folder / "found.json").exists()
    told = run("solve", "short.json")
    assert told.code == 3
    assert told.out == ""
    assert "no schedule exists" in told.err
    assert "work starts at least 1 min after the end of wake (house)" in told.err
    assert "What would make it fit:" in told.err


def test_what_would_make_it_fit_is_told_with_lines_figures_and_proofs(run: Any, folder: Path) -> None:
    found = run("solve", "short.json", "--json").document
    (conflict,) = found["conflicts"]
    assert (conflict["tags"], conflict["minimal"], found["more_conflicts"]) == (found["conflict"], True, False)
    lines = (folder / "short.json").read_text(encoding="utf-8").splitlines()
    for row in found["conflict"]:
        name, line = row["where"].rsplit(":", 1)
        assert name == "short.json"
        assert row["place"] in " ".join(lines[int(line) - 1 :][:12])  # what begins there names it
    rows = found["relaxations"]
    assert {(row["rule"], row["place"]) for row in rows} == {(row["rule"], row["place"]) for row in found["conflict"]}
    assert all(row["proved"] and row["least"] and row["amount"] == row["at_least"] > 0 for row in rows)
    assert all(row["sentence"] and row["way"] in ("figure", "left out", "shorter") for row in rows)
    (order,) = [row for row in rows if row["rule"] == "ORDER"]
    (change,) = order["changes"]
    assert (change["kind"], change["figure"], change["from"], change["unit"]) == ("lag", "min_gap", 1, "min")
    assert change["to"] == 1 - order["amount"]
    told = run("solve", "short.json").err
    assert order["sentence"] in told
    assert f"[{found['conflict'][0]['where']}]" in told


def test_what_is_only_suspected_is_said_as_such(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    suspected = (Tag("ORDER", "wake→work", source="house"),)
    unknown = Unknown(effort=1.0, stopped_by="effort", suspected=suspected)
    monkeypatch.setattr("hamsafar.schedule.solve.solve", lambda *_, **__: unknown)
    done = run("solve", "day.json", "--json")
    assert done.code == 4
    assert [row["rule"] for row in done.document["suspected"]] == ["ORDER"]
    assert "1 tags are still suspected" in run("solve", "day.json").err


def test_undecided_is_four(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hamsafar.schedule.solve.solve", lambda *_, **__: Unknown(effort=1.0, stopped_by="effort"))
    done = run("solve", "day.json", "--json")
    assert done.code == 4
    assert set(done.document) >= KEYS
    assert (done.document["status"], done.document["stopped_by"]) == ("undecided", "effort")
    assert done.document["objective"] == [{"name": "makespan", "value": None, "bound": None, "unit": "min"}]
    told = run("solve", "day.json")
    assert (told.code, told.out) == (4, "")
    assert "stopped by effort" in told.err


def test_a_time_limit_keeps_the_best_so_far(run: Any, folder: Path) -> None:
    began_s = time.monotonic()
    done = run("solve", "hard.json", "--json", "--time-limit", "0.5")
    assert time.monotonic() - began_s < 60  # half a second and a little; more is for a machine with much else to do
    assert done.code == 0
    assert (done.document["status"], done.document["stopped_by"]) == ("feasible", "time limit")
    (term,) = done.document["objective"]
    assert 0 < term["bound"] < term["value"]
    assert len(done.document["start"]) == 60


def test_an_interrupt_keeps_the_best_so_far(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def on_progress(self: Any, news: Any) -> None:
        if news.value is not None:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(scheduling._Watch, "on_progress", on_progress)
    before = signal.getsignal(signal.SIGINT)
    done = run("solve", "hard.json", "--json", "--effort", "1000", "--out", "best.json")
    assert done.code == 130
    assert (done.document["status"], done.document["stopped_by"]) == ("feasible", "asked to stop")
    assert signal.getsignal(signal.SIGINT) is before
    assert run("check", "hard.json", "best.json").code == 0


def test_a_second_interrupt_stops_at_once(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def search(*_: Any, should_stop: Any, **__: Any) -> Any:
        should_stop()
        os.kill(os.getpid(), signal.SIGINT)
        assert should_stop()
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
        raise AssertionError("it went on")

    monkeypatch.setattr("hamsafar.schedule.solve.solve", search)
    done = run("solve", "hard.json", "--json", "--out", "best.json")
    assert done.code == 130
    assert done.document == {"error": {"kind": "interrupted", "errors": []}}
    assert not (folder / "best.json").exists()


def test_an_interrupt_before_the_search_stops_at_once(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(1)
        raise AssertionError("it went on")

    monkeypatch.setattr("hamsafar.app.solving.read_text", read)
    done = run("solve", "hard.json", "--json")
    assert done.code == 130
    assert done.document == {"error": {"kind": "interrupted", "errors": []}}


def read_terminal(number: int) -> str:
    try:
        return os.read(number, 65_536).decode(errors="replace")
    except OSError as problem:  # Linux says so when the other side is closed
        if problem.errno != errno.EIO:
            raise
        return ""


def test_a_terminal_sees_value_bound_and_gap_and_ctrl_c_prints_the_schedule(folder: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [HAMSAFAR, "solve", "hard.json", "--effort", "1000"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        text=True,
    )
    os.close(theirs)
    seen, until_s = "", time.monotonic() + LIMIT_S
    while "gap" not in seen and time.monotonic() < until_s:
        seen += read_terminal(ours)
    assert "Searching: 60 activities, 3 constraints" in seen
    assert "makespan: " in seen
    assert ", bound " in seen
    running.send_signal(signal.SIGINT)
    while part := read_terminal(ours):
        seen += part
    out, _ = running.communicate(timeout=LIMIT_S)
    os.close(ours)
    assert running.returncode == 130
    assert "hard: feasible, better ones may exist: stopped by who asked" in out
    assert "Traceback" not in seen


def test_a_person_gets_a_table(run: Any, folder: Path) -> None:
    done = run("solve", "day.json")
    assert (done.code, done.err) == (0, "")
    assert "a day: optimal, no schedule is better." in done.out
    assert "Times in min:" in done.out
    rows = [line.split() for line in done.out.splitlines() if line.startswith(" ")]
    assert ["makespan", "8", "8", "0.0", "min"] in rows
    assert ["work", "4", "8", "fast", "who:", "left"] in rows


def test_a_terminal_is_not_flooded_and_a_pipe_gets_all(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("solve", "hard.json", "--time-limit", "0.3")
    assert run(*asked).out.count(" t") >= 60
    monkeypatch.setattr(scheduling, "_MOST_ROWS", 5)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    done = run(*asked)
    assert "... and 55 more: all with --json, --out FILE" in done.out


def test_names_cannot_drive_a_terminal(run: Any, folder: Path) -> None:
    text = (folder / "day.json").read_text(encoding="utf-8").replace('"wake"', r'"wake\u001b[2J\n"')
    (folder / "day.json").write_text(text, encoding="utf-8")
    done = run("solve", "day.json")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert r"wake\x1b[2J\n" in done.out


@pytest.mark.parametrize(
    ("value", "bound", "words"),
    [
        (None, None, "makespan"),
        (43, None, "makespan: 43"),
        (None, 40, "makespan: bound 40"),
        (4_300, 3_999, "makespan: 4,300, bound 3,999, gap 7.0 %"),
        (0, 0, "makespan: 0, bound 0, gap 0.0 %"),
    ],
)
def test_progress_is_told_as_far_as_it_is_known(value: int | None, bound: int | None, words: str) -> None:
    assert scheduling.progress_words("makespan", value, bound) == words


# ---- check


def test_check_says_what_is_broken_and_by_how_much(run: Any, folder: Path) -> None:
    (folder / "theirs.json").write_text('{"start": {"wake": 0, "work": 3}, "mode": {"work": "fast"}}', encoding="utf-8")
    done = run("check", "day.json", "theirs.json", "--json")
    assert (done.code, done.err) == (5, "")
    assert done.document["verdict"] == "broken"
    assert done.document["objective"] == [{"name": "makespan", "value": 7, "unit": "min"}]
    order, who = sorted(done.document["findings"], key=lambda finding: finding["rule"])
    keys = {"rule", "source", "place", "detail", "kind", "activities", "by", "sentence"}
    assert set(order) == set(who) == keys
    assert (order["rule"], order["source"], order["kind"], order["by"]) == ("ORDER", "house", "lag", 1)
    assert (who["rule"], who["kind"], who["activities"], who["by"]) == ("WHO", "pick", ["work"], 1)
    told = run("check", "day.json", "theirs.json")
    assert told.code == 5
    assert "a day: the schedule is broken (2 findings)." in told.out
    assert "needs 1" in told.out


def test_check_never_loads_the_solver(folder: Path) -> None:
    (folder / "theirs.json").write_text('{"start": {"wake": 0}}', encoding="utf-8")
    code = (
        "import sys; from hamsafar.cli import main; sys.argv = ['hamsafar', 'check', 'day.json', 'theirs.json']\n"
        "try: main()\nexcept SystemExit as end: print(end.code, [name for name in sys.modules if 'ortools' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("5 []\n")


def test_the_page_shows_what_is_printed_of_what_is_wrong(run: Any, tmp_path: Path) -> None:
    """The blocks that end with another exit code than 0; the others are run in tests/examples."""
    page = (HOW_TO / "solve-a-scheduling-problem.md").read_text(encoding="utf-8")
    no_schedule, broken = re.findall(r"^```text\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    problem = (HOW_TO / "files" / "morning.json").read_text(encoding="utf-8")
    (tmp_path / "morning.json").write_text(problem, encoding="utf-8")
    (tmp_path / "short.json").write_text(problem.replace('"last": 300', '"last": 185'), encoding="utf-8")
    schedule = json.loads((HOW_TO / "files" / "morning-by-hand.json").read_text(encoding="utf-8"))
    schedule["start"]["run-guest"] = 100
    del schedule["picked"]
    (tmp_path / "by-hand.json").write_text(json.dumps(schedule), encoding="utf-8")
    assert run("solve", "short.json").err == no_schedule
    assert run("check", "morning.json", "by-hand.json").out.startswith(broken)


# ---- bad input and bad usage

SCHEDULE = '{"start": {"wake": 0, "work": 4}, "mode": {"work": "fast"}, "picked": {"work": {"who": ["left"]}}}'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.json", b""),
        ("p.json", b"{"),
        ("p.json", b"[]"),
        ("p.json", b"null"),
        ("p.json", b'{"format": "hamsafar-problem/2"}'),
        ("p.json", b'{"format": "hamsafar-problem/1"}'),
        ("p.json", b'{"format": "hamsafar-problem/1", "name": NaN}'),
        ("p.json", b"[" * 100_000),
        ("p.json", b'{"a":' * 100_000),
        ("p.json", b"\xff\xfe\x00\x00" * 9),
        ("p.json", b'{"format": "hamsafar-problem/1", "last": ' + b"9" * 10_000 + b"}"),
        ("p.txt", b"nothing that we know"),
        ("p", b"\x00\x01\x02"),
        *((f"p{suffix}", b"") for suffix in (".sm", ".mm", ".rcp", ".sch", ".dzn", ".def", ".pddl", ".SCH")),
        *((f"p{suffix}", b"\x89PNG\x00\xff") for suffix in (".sm", ".mm", ".rcp", ".sch", ".dzn", ".def", ".pddl")),
        *((f"p{suffix}", b"(" * 100_000) for suffix in (".sm", ".mm", ".rcp", ".sch", ".dzn", ".def", ".pddl")),
        *((f"p{suffix}", b"1 " * 100_000) for suffix in (".sm", ".mm", ".rcp", ".sch", ".dzn", ".def", ".pddl")),
    ],
)
def test_a_bad_problem_is_one_and_told(name: str, content: bytes, run: Any, folder: Path) -> None:
    (folder / name).write_bytes(content)
    (folder / "schedule.json").write_text(SCHEDULE, encoding="utf-8")
    for asked in (("solve", name), ("check", name, "schedule.json")):
        done = run(*asked, "--json")
        assert done.code == 1
        assert done.document["error"]["kind"] == "input"
        assert all(row["where"].startswith(name) for row in done.document["error"]["errors"])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"start": 3}',
        b'{"start": {"wake": 1.5}}',
        b'{"start": {"wake": true}}',
        b'{"start": {"nobody": 1}}',
        b'{"start": {"work": 1}, "mode": {"work": "other"}}',
        b'{"status": "infeasible"}',
        b"[" * 100_000,
        b"\xff" * 9,
    ],
)
def test_a_bad_schedule_is_one_and_told(content: bytes, run: Any, folder: Path) -> None:
    (folder / "schedule.json").write_bytes(content)
    done = run("check", "day.json", "schedule.json", "--json")
    assert done.code == 1
    assert all(row["where"].startswith("schedule.json") for row in done.document["error"]["errors"])
    told = run("check", "day.json", "schedule.json")
    assert (told.code, told.out) == (1, "")
    assert "schedule.json" in told.err


def test_what_cannot_be_read_is_told(run: Any, folder: Path) -> None:
    (folder / "inside.json").mkdir()
    (folder / "closed.json").write_text("{}", encoding="utf-8")
    (folder / "closed.json").chmod(0)
    names = ["inside.json", "nowhere.json", "day.json/x.json", "x" * 5_000, "."]
    names += ["closed.json"] if not os.access(folder / "closed.json", os.R_OK) else []  # root reads anything
    for name in names:
        for asked in (("solve", name), ("check", name, "day.json"), ("check", "day.json", name)):
            done = run(*asked)
            assert done.code == 1, asked
            assert done.out == ""
            assert "Traceback" not in done.err
    (folder / "closed.json").chmod(stat.S_IRUSR)


def test_what_is_too_long_is_refused(run: Any, folder: Path) -> None:
    with (folder / "long.json").open("wb") as stream:
        stream.truncate(50_000_001)
    done = run("solve", "long.json")
    assert done.code == 1
    assert "50,000,000 bytes" in done.err


def test_every_error_of_a_problem_is_told_at_once(run: Any, folder: Path) -> None:
    document = json.loads((folder / "day.json").read_text(encoding="utf-8"))
    document["constraints"][0]["before"] = "wke"
    document["activities"][0]["duration"] = -3
    (folder / "day.json").write_text(json.dumps(document, indent=1), encoding="utf-8")
    done = run("solve", "day.json", "--out", "found.json")
    assert done.code == 1
    assert "activities[0].duration" in done.err
    assert "constraints[0].before" in done.err
    assert "'wake'" in done.err  # the name that was meant
    assert not (folder / "found.json").exists()


def test_where_the_schedule_cannot_go_is_told_before_the_search(run: Any, folder: Path) -> None:
    for out in ("no/such/folder.json", ".", "day.json"):
        done = run("solve", "hard.json" if out != "day.json" else "day.json", "--out", out)
        assert done.code == 1
        assert out.split("/")[0] in done.err or "--out" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("solve",),
        ("check", "day.json"),
        ("solve", "day.json", "--workers", "0"),
        ("solve", "day.json", "--seed", "-1"),
        ("solve", "day.json", "--time-limit", "0"),
        ("solve", "day.json", "--time-limit", "nan"),
        ("solve", "day.json", "--effort", "much"),
    ],
)
def test_bad_usage_is_two(arguments: tuple[str, ...], run: Any, folder: Path) -> None:
    assert run(*arguments).code == 2


def test_a_reading_is_for_pddl_only(run: Any, folder: Path) -> None:
    for asked in (("solve", "day.json"), ("check", "day.json", "day.json")):
        done = run(*asked, "--reading", "strict")
        assert done.code == 1
        assert "--reading: only PDDL" in done.err


# ---- the field's files


@pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="the public sets are not here")
@pytest.mark.parametrize(
    ("pattern", "options"),
    [
        ("rcpsp/j30/*.sm", ()),
        ("rcpsp/patterson/*.rcp", ()),
        ("rcpsp-max/ubo10/*", ()),
        ("mmrcpsp/j10/*.mm", ()),
        ("mspsp/set-1/*.dzn", ()),
        ("crewplanning/instance-1.pddl", ()),
        ("crewplanning/instance-1.pddl", ("--reading", "strict")),
    ],
)
def test_a_file_of_the_field_is_solved_and_holds(
    pattern: str, options: tuple[str, ...], run: Any, folder: Path
) -> None:
    file = str(sorted(BENCHMARKS.glob(pattern))[0])
    done = run("solve", file, *options, "--json", "--time-limit", "3")
    assert done.code in (0, 3), done.err
    if done.code == 3:
        assert done.document["conflict"]
        return
    (folder / "found.json").write_text(done.out, encoding="utf-8")
    judged = run("check", file, "found.json", *options, "--json")
    assert judged.code == 0
    assert [one["value"] for one in judged.document["objective"]] == [
        one["value"] for one in done.document["objective"]
    ]
