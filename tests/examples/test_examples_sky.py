"""The how-to pages on the sky: every command printed there is run, and prints what stands there."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path

import pytest

from hamsafar.cli import app, door
from hamsafar.cli.telling import Teller

ROOT = Path(__file__).parents[2]
PAGES = (
    "see-the-station-pass",
    "find-the-shadow",
    "write-an-ephemeris",
    "find-the-boosts",
    "find-a-launch",
    "find-a-landing",
    "solve-a-scheduling-problem",
)
_BLOCK = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

_NUMBER = re.compile(r"-?\d+\.\d+")  # another machine may round the last digit of a fraction otherwise


def blocks(page: str, kind: str) -> list[str]:
    text = (ROOT / "docs" / "how-to" / f"{page}.md").read_text(encoding="utf-8")
    return [body for of, body in _BLOCK.findall(text) if of == kind]


CONSOLE = [(page, n) for page in PAGES for n in range(len(blocks(page, "console")))]


def printed(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints, stderr first, blanks at the ends of lines and blank lines around left out."""
    monkeypatch.chdir(ROOT)
    (ROOT / "out").mkdir(exist_ok=True)  # where pages write to
    monkeypatch.setattr(sys, "argv", words)
    monkeypatch.setattr(Teller, "_write", lambda teller, text: None)  # progress comes as slow as the machine is
    with pytest.raises(SystemExit) as ended:
        door.through(app)
    assert not ended.value.code
    told = capsys.readouterr()
    return plain(told.err + told.out)


def plain(text: str) -> str:
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


@pytest.mark.parametrize(("page", "n"), CONSOLE)
def test_a_command_prints_what_its_page_shows(
    page: str, n: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With HAMSAFAR_WRITE_EXAMPLES=1 the page is written anew instead: read the difference before you keep it."""
    block = blocks(page, "console")[n]
    command, _, shown = block.partition("\n")
    told = printed(shlex.split(command.removeprefix("$ ")), monkeypatch, capsys)
    if os.environ.get("HAMSAFAR_WRITE_EXAMPLES"):
        path = ROOT / "docs" / "how-to" / f"{page}.md"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(block, f"{command}\n{told}\n", 1), encoding="utf-8")
        return
    agrees(told, plain(shown))


def test_the_readme_shows_what_passes_prints(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^\$ \.venv/bin/(hamsafar passes .*)\n([^`]*)```", text, re.MULTILINE)
    assert found is not None
    agrees(printed(shlex.split(found[1]), monkeypatch, capsys), plain(found[2]))


def agrees(told: str, shown: str) -> None:
    assert _NUMBER.split(told) == _NUMBER.split(shown)
    for now, then in zip(_NUMBER.findall(told), _NUMBER.findall(shown), strict=True):
        last_digit = 10.0 ** -len(then.split(".")[1])
        assert float(now) == pytest.approx(float(then), rel=1e-9, abs=1.01 * last_digit), (now, then)


@pytest.mark.parametrize("page", PAGES)
def test_the_python_of_a_page_runs(
    page: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    bodies = blocks(page, "python")
    assert bodies
    for body in bodies:
        exec(compile(body, page, "exec"), {})
        assert capsys.readouterr().out.strip()
