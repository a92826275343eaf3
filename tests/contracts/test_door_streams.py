"""How commands end when they are stopped, misused, or can't print: a code, a sentence, one document, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from hamsafar.cli import door

HAMSAFAR = Path(sys.executable).with_name("hamsafar")
EXAMPLES = Path(__file__).parents[2] / "examples"
ELEMENTS = EXAMPLES / "tiangong-guest" / "elements.tle"
HISTORY = EXAMPLES / "tiangong-eve" / "elements.tle"
LIGHT = f"light --elements {ELEMENTS} --from 2026-09-19 --to 2026-09-20"
PASSES = f"passes --elements {ELEMENTS} --site islamabad --from 2026-09-19 --to 2026-09-20"


def shell(line: str, cwd: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line],
        cwd=cwd,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("form", ["", "--json"])
def test_ctrl_c_while_searching_is_told(form: str, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [HAMSAFAR, "light", "--elements", HISTORY, "--from", "2021-07-01", "--to", "2026-06-01", *form.split()],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    assert "Searching" in running.stderr.readline()  # it is at work, or about to be
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.endswith("Interrupted; no half-written file is left.\n")
    assert "Traceback" not in err
    assert json.loads(out) == {"error": {"kind": "interrupted", "errors": []}} if form else out == ""


@pytest.mark.parametrize("module", ["typer", "hamsafar.cli.door"])
def test_ctrl_c_while_starting_up_leaves_no_traceback(module: str, tmp_path: Path) -> None:
    program = f"""
import sys
class Stops:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stops())
sys.argv = ["hamsafar", "light", "--json"]
from hamsafar.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == "Interrupted; no half-written file is left.\n"
    assert json.loads(done.stdout)["error"]["kind"] == "interrupted"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs a command of one's own through the door, as JSON."""

    def through(pieces: Iterator[str]) -> tuple[int, str, str]:
        app = typer.Typer()

        @app.command()
        def _(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
            door.print_document(pieces, in_json=as_json)

        monkeypatch.setattr(sys, "argv", ["hamsafar", "--json"])
        with pytest.raises(SystemExit) as ended:
            door.through(app)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return through


def test_no_second_document_follows_one_that_was_begun(small: Any) -> None:
    def stopped(after: list[str]) -> Iterator[str]:
        yield from after
        raise KeyboardInterrupt

    code, out, err = small(stopped(['{"states": [']))
    assert (code, out) == (130, '{"states": [')
    assert "Interrupted" in err
    code, out, _ = small(stopped([]))
    assert code == 130
    assert json.loads(out)["error"]["kind"] == "interrupted"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("no-such-command --json", "No such command 'no-such-command'."),
        ("plan --json", "Missing argument"),
        ("plan . --seed x --json", "'--seed'"),
        ("plan . --workers 0 --json", "'--workers'"),
        (f"{LIGHT} --json --colour", "No such option: --colour"),
    ],
)
def test_bad_usage_in_json_is_one_document_of_the_same_shape(words: str, said: str, run: Any) -> None:
    done = run(*words.split())
    assert done.code == 2
    (error,) = done.document["error"]["errors"]
    assert done.document["error"]["kind"] == "usage"
    assert error["where"] == ""
    assert said in error["what"]
    assert "Usage: " in done.err


def test_bad_usage_without_json_is_told_on_stderr_alone(tmp_path: Path) -> None:
    done = shell(f"{HAMSAFAR} plan", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: hamsafar plan " in done.stderr
    assert "Missing argument" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("words", [LIGHT, f"{LIGHT} --json", "--help"])
def test_a_full_disk_is_told(words: str, tmp_path: Path) -> None:
    done = shell(f"{HAMSAFAR} {words} > /dev/full", tmp_path)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "The answer can't be printed: No space left on device."


def test_a_closed_stdout_is_told(tmp_path: Path) -> None:
    done = shell(f"{HAMSAFAR} {LIGHT} >&-", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("stdout is closed")
    assert done.stderr.count("\n") == 1


def test_a_closed_stderr_hinders_nothing(run: Any, tmp_path: Path) -> None:
    done = shell(f"{HAMSAFAR} {LIGHT} 2>&-", tmp_path)
    assert done.returncode == 0
    assert done.stdout == run(*LIGHT.split()).out


def test_letters_that_the_terminal_lacks_stop_nothing(tmp_path: Path) -> None:
    plain = shell(f"{HAMSAFAR} {PASSES}", tmp_path, PYTHONIOENCODING="ascii")
    assert plain.returncode == 0
    assert plain.stderr in ("", "Searching passes\n")  # on a busy machine it tells that it works
    assert "Azimuth ?" in plain.stdout
    name = "Tiānhé 🛰"
    (tmp_path / "named.tle").write_text(f"{name}\n" + ELEMENTS.read_text(encoding="utf-8").partition("\n")[2], "utf-8")
    for words in ("--json", "--json --step 3600", "--format json --step 3600"):
        command = "ephemeris" if "--step" in words else "light"
        asked = f"{command} --elements named.tle --from 2026-09-19 --to 2026-09-20 {words}"
        done = shell(f"{HAMSAFAR} {asked}", tmp_path, PYTHONIOENCODING="ascii")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["object"]["name"] == name
