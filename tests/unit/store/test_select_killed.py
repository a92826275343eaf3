"""Killed at whatever moment: nothing confirmed is lost, nothing half-written is visible, the chain holds."""

from __future__ import annotations

import json
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from hamsafar.store import Record, audit
from records import code, intake, record_in

TESTS = Path(__file__).parents[2]


def kill(folder: Path, rounds: int, seed: int) -> dict[str, Any]:
    command = [sys.executable, "killing.py", str(folder), str(rounds), str(seed)]
    done = subprocess.run(command, cwd=TESTS, capture_output=True, text=True, timeout=1_800, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_twelve_kills(tmp_path: Path) -> None:
    found = kill(tmp_path, 12, seed=1)
    assert found["faults"] == []
    assert found["confirmed"] > 0


@pytest.mark.slow
def test_two_hundred_kills_during_intake_marking_and_decisions(tmp_path: Path) -> None:
    found = kill(tmp_path, 200, seed=2)
    assert found["faults"] == []
    assert found["confirmed"] > 200  # the kills came in the midst of work
    assert found["cut_short"] > 0  # and some in the midst of a transaction, its journal on the disk


def _intake(folder: Path, first: int) -> None:
    record = Record.open(folder)
    for step in range(5):
        intake(record, 3, first=first + 3 * step)


@pytest.mark.parametrize("kind", ["threads", pytest.param("processes", marks=pytest.mark.slow)])
def test_two_at_once_wait_for_each_other(kind: str, tmp_path: Path) -> None:
    record = record_in(tmp_path)
    make: Any = Thread if kind == "threads" else get_context("spawn").Process
    both = [make(target=_intake, args=(tmp_path, first)) for first in (1, 101)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert set(record.codes()) == {code(n) for n in (*range(1, 16), *range(101, 116))}
    assert len(record.events()) == 11
    assert audit(tmp_path).verdict == "holds"
    assert len(Record.open(tmp_path).applicants(by="office-1", purpose="check")) == 30
