"""A sign of life before anything slow, heavy imports too: at once on a terminal, soon elsewhere."""

from __future__ import annotations

import errno
import io
import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hamsafar.cli.telling import Teller

PLAIN_AFTER_S = Teller._plain_after_s  # as users have it; tests of quick commands have none
LIMIT_S = 30.0  # by far: what is asked is the order, not the clock
SKY = ["--elements", "none.tle", "--from", "2026-09-19", "--to", "2026-09-20"]
FLIGHT = [*SKY, "--station", "tiangong", "--ship", "shenzhou", "--site", "dongfeng"]
COMMANDS = [
    (["plan", "nowhere"], "Reading the programme"),
    (["verify", "nowhere"], "Verifying the plan by its own physics"),
    (["refresh", "nowhere", "--elements", "none.tle"], "Reading the plan and the elements"),
    (["passes", *SKY, "--site", "islamabad"], "Searching passes"),
    (["light", *SKY], "Searching eclipses"),
    (["ephemeris", *SKY, "--step", "60"], "Computing states"),
    (["launches", *FLIGHT], "Searching lift-offs"),
    (["landings", *FLIGHT], "Searching landings"),
    (["propagate", "none.opm"], "Reading the state"),
    (["moon", "lifetime", "nowhere"], "Reading the mission"),
    (["boosts", "--elements", "none.tle"], "Reading the history"),
]
# Runs command after command; each ends where the first heavy module is asked for, and what is seen by then counts.
# Not counted is pydantic, a tenth of a second: typer itself reads arguments with it.
PROGRAM = """
import json, sys
from importlib.abc import MetaPathFinder

class Heavy(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name in ("rich", "numpy", "ortools", "erfa", "sgp4", "ruamel", "cattrs", "matplotlib"):
            print(f"asks for {name}", file=sys.stderr, flush=True)
            raise SystemExit(77)

sys.meta_path.insert(0, Heavy())
from hamsafar.cli import app, door

for command in json.loads(sys.argv[1]):
    sys.argv = ["hamsafar", *command]
    print("RUN", file=sys.stderr, flush=True)
    try:
        door.through(app)
    except SystemExit as ended:
        assert ended.code == 77, (command, ended.code)
"""


def read_terminal(number: int) -> bytes:
    try:
        return os.read(number, 65_536)
    except OSError as problem:  # Linux says so when the other side is closed
        if problem.errno != errno.EIO:
            raise
        return b""


def test_a_terminal_shows_a_line_before_anything_heavy_is_imported(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, json.dumps([command for command, _ in COMMANDS])],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    seen = b"".join(iter(lambda: read_terminal(ours), b"")).decode()
    os.close(ours)
    assert running.wait(LIMIT_S) == 0, seen
    shown = [part.strip() for part in seen.split("RUN")[1:]]
    assert len(shown) == len(COMMANDS)
    for (command, first), part in zip(COMMANDS, shown, strict=True):
        assert part.startswith(f"{first} ..."), (command, part)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(io.StringIO):
    def write(self, text: str) -> int:
        super().write("asked")
        raise BrokenPipeError(errno.EPIPE, "Broken pipe", text)


def heard(monkeypatch: pytest.MonkeyPatch, after_s: float, stderr: io.StringIO | None = None) -> io.StringIO:
    """The stderr of what follows in a test; pytest has its own between fixtures and tests."""
    stderr = stderr or io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    monkeypatch.setattr(Teller, "_plain_after_s", after_s)
    return stderr


def wait_for(stderr: io.StringIO, text: str) -> None:
    until_s = time.monotonic() + LIMIT_S
    while stderr.getvalue() != text and time.monotonic() < until_s:
        time.sleep(0.005)
    assert stderr.getvalue() == text


def test_elsewhere_a_line_comes_though_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PLAIN_AFTER_S < 0.5  # what people are promised
    stderr = heard(monkeypatch, after_s=0.01)
    with Teller("Searching") as teller:
        wait_for(stderr, "Searching\n")
        teller.tell("Searching: the same stage")
        teller.tell("Checking")
    assert stderr.getvalue() == "Searching\nChecking\n"


def test_what_is_told_before_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=0.05)
    with Teller("Starting") as teller:
        teller.tell("Reading")
        time.sleep(0.15)
    assert stderr.getvalue().endswith("Reading\n")
    assert stderr.getvalue().count("\n") == 1


def test_a_quick_command_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=3_600.0)
    with Teller("Searching"):
        pass
    assert stderr.getvalue() == ""


def test_percentages_come_in_tens_and_end_with_all(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=0.0)
    monkeypatch.setattr(Teller, "_plain_every_s", 0.0)
    monkeypatch.setattr(Teller, "_plain_after_s", -1.0)
    with Teller("Reading") as teller:
        teller.tell("Reading")
        for percent in range(101):
            teller.tell(f"Drawn lives: {percent}%, about 40 s left" if percent < 100 else "Drawn lives: 100%")
        teller.tell("Drawn lives: 100%")
    assert [line.split(",")[0] for line in stderr.getvalue().splitlines()[-11:]] == [
        f"Drawn lives: {percent}%" for percent in range(0, 101, 10)
    ]
    assert stderr.getvalue().count("100%") == 1


def test_a_stage_that_is_soon_over_begins_no_percentages(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=3_600.0)
    with Teller("Reading") as teller:
        for percent in (0, 50, 100):
            teller.tell(f"Following the orbit: {percent}%")
        teller.tell("Searching")
    assert stderr.getvalue() == "Searching\n"


def test_nothing_is_told_twice_in_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=0.01)
    monkeypatch.setattr(Teller, "_plain_every_s", 0.0)
    with Teller("Reading the mission") as teller:
        wait_for(stderr, "Reading the mission\n")
        teller.tell("Reading the mission")
        teller.tell("Reading the mission")
    assert stderr.getvalue() == "Reading the mission\n"


def test_a_stderr_that_is_gone_hinders_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stderr = heard(monkeypatch, after_s=0.01, stderr=Gone())
    with Teller("Searching"):
        wait_for(stderr, "asked")


@pytest.mark.parametrize(("term", "live"), [("xterm", True), ("dumb", False)])
def test_a_terminal_that_can_go_back_has_a_live_line(term: str, live: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", term)
    stderr = heard(monkeypatch, after_s=3_600.0, stderr=Terminal())
    with Teller("Searching [all]"):
        assert stderr.getvalue().startswith("Searching [all] ...\r") == live
    assert ("\n" in stderr.getvalue()) <= live


def test_a_live_line_is_closed_where_the_command_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    stderr = heard(monkeypatch, after_s=3_600.0, stderr=Terminal())
    with pytest.raises(KeyboardInterrupt), Teller("Searching"):
        raise KeyboardInterrupt
    assert "\x1b[?25h" in stderr.getvalue()[-20:]  # the cursor is seen again
