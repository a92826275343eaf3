"""The command line run in this process, for tests of what stands at the door."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hamsafar.cli import app, door
from hamsafar.cli.telling import Teller


class Outcome:
    """What a command left behind."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session", autouse=True)
def _patient() -> Iterator[None]:
    """Commands that are quick leave stderr empty; here they stay quick however busy the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Teller, "_plain_after_s", 3_600.0)
        yield


@pytest.fixture(scope="session", autouse=True)
def _put_together_once() -> Iterator[None]:
    """The commands and their options are put together once and not at each of a thousand calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", cache(typer.main.get_command))
        yield


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs a command line in this process, in an empty folder: `run("passes", "--help")` gives its Outcome."""

    def through(*arguments: str) -> Outcome:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["hamsafar", *arguments])
        with pytest.raises(SystemExit) as ended:
            door.through(app)
        printed = capsys.readouterr()
        return Outcome(int(ended.value.code or 0), printed.out, printed.err)

    return through
