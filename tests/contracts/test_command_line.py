"""The doors' contracts: exit codes, one JSON document, one error shape, nothing written on bad input."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from hamsafar.resources import template_names
from refreshable import KEPT
from small_example import small_example

HAMSAFAR = Path(sys.executable).with_name("hamsafar")
EXAMPLES = Path(__file__).parents[2] / "examples"


def started(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A process of its own, as users start it; what hangs on the command alone is asked of `run`, in this process."""
    return subprocess.run([HAMSAFAR, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)


def test_help_and_version_come_without_heavy_modules(tmp_path: Path) -> None:
    done = started("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "Exit codes" in done.stdout
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, hamsafar.cli; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert not {"numpy", "ortools", "pydantic", "erfa", "icalendar", "xlsxwriter", "jinja2"} & set(loaded)
    assert started("--version", cwd=tmp_path).stdout.startswith("hamsafar ")


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["plan"], ["plan", ".", "--seed", "x"], ["plan", ".", "--workers", "0"]]
)
def test_bad_usage_is_two(arguments: list[str], run: Any) -> None:
    assert run(*arguments).code == 2


def test_bad_input_is_one_and_nothing_is_written(tmp_path: Path) -> None:
    done = started("plan", "nowhere", cwd=tmp_path)
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_bad_input_in_json_is_one_document_of_one_shape(run: Any) -> None:
    for arguments in (["plan", "nowhere"], ["verify", "nowhere.json"], ["plan", ".", "--as-of", "yesterday"]):
        done = run(*arguments, "--json")
        assert done.code == 1
        document = done.document
        assert set(document) == {"error"}
        assert document["error"]["kind"] == "input"
        assert all(set(row) == {"where", "what"} for row in document["error"]["errors"])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        "{",
        '{"format": "hamsafar-plan/1"}',
        '{"format": "hamsafar-plan/2"}',
        "[" * 100_000,
        '{"a": NaN}',
    ],
)
def test_a_file_that_is_no_plan_is_refused(content: str, run: Any, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(content)
    done = run("verify", "plan.json")
    assert done.code == 1
    assert "plan.json" in done.err
    assert "Traceback" not in done.err


def test_new_writes_a_programme_that_reads_and_names_its_schema(run: Any, tmp_path: Path) -> None:
    assert "tiangong-guest" in template_names()
    done = run("new", "mine", "--json")
    assert done.code == 0
    files = done.document["files"]
    for file in files:
        if file.endswith(".yaml"):
            first = (tmp_path / file).read_text(encoding="utf-8").splitlines()[0]
            assert first == "# yaml-language-server: $schema=./programme.schema.json"
    assert (tmp_path / "mine" / "programme.schema.json").is_file()
    readme = (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    assert "examples/" not in readme
    assert "--elements mine/elements.tle" in readme
    from hamsafar.programme import read_programme

    assert read_programme(tmp_path / "mine").id == "tiangong-guest"


def test_new_never_writes_over_anything(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("somebody's own")
    assert run("new", "mine").code == 1
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
    done = run("new", "other", "--from", "nothing")
    assert done.code == 1
    assert "tiangong-eve" in done.err
    assert not (tmp_path / "other").exists()


def test_ctrl_c_is_130_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    small_example("tiangong-eve", tmp_path / "eve", (*KEPT, "breakfast", "lunch", "dinner"))
    before = sorted(tmp_path.rglob("*"))
    running = subprocess.Popen(
        [HAMSAFAR, "plan", "eve", "--effort", "1000", "--json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert running.stderr is not None
    for line in running.stderr:  # wait until the solver works: the hardest moment to stop
        if "Scheduling" in line:
            break
    time.sleep(1.0)
    running.send_signal(signal.SIGINT)
    asked = time.monotonic()
    out, err = running.communicate(timeout=120)
    assert running.returncode == 130, err
    assert json.loads(out) == {"error": {"kind": "interrupted", "errors": []}}
    assert "Traceback" not in err
    # A second or less; more is for a machine with much else to do. Left alone the search goes on for many minutes.
    assert time.monotonic() - asked < 60
    assert sorted(tmp_path.rglob("*")) == before


def test_a_reader_who_leaves_is_no_error(tmp_path: Path) -> None:
    elements = EXAMPLES / "tiangong-guest" / "elements.tle"
    asked = f"ephemeris --elements {elements} --from 2026-09-19 --to 2026-09-21 --step 10 --frame ITRS"
    for form in ("", "--json"):
        line = f"set -o pipefail; {HAMSAFAR} {asked} {form} | head -1"
        done = subprocess.run(["bash", "-c", line], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0
        assert "Traceback" not in done.stderr
        assert "Broken pipe" not in done.stderr
