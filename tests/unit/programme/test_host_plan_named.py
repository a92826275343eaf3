"""`host_plan` of a programme: the files beside it are read, and what is wrong in them or with them is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from changing import BASE
from hamsafar.errors import InputErrors
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant

ROWS = "Activity,Start,End,Crew\nArm,2027-06-14 10:00,11:30,hosts\n"


def programme(folder: Path, entry: str, rows: str = ROWS) -> Path:
    """The programme of tests/broken/base with a file of the host's."""
    shutil.copytree(BASE, folder / "p")
    (folder / "p" / "host.csv").write_text(rows, encoding="utf-8")
    (file,) = [one for one in (folder / "p").glob("*.yaml") if "\n  elements:" in one.read_text(encoding="utf-8")]
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("\n  elements:", f"\n  host_plan: [{entry}]\n  elements:", 1), encoding="utf-8")
    return folder / "p"


def told(folder: Path) -> list[str]:
    with pytest.raises(InputErrors) as found:
        read_programme(folder)
    return [str(one) for one in found.value.errors]


def test_what_the_host_has_fixed_is_among_the_activities(tmp_path: Path) -> None:
    found = read_programme(programme(tmp_path, "{file: host.csv, zone: Asia/Shanghai}"))
    (fixed,) = found.fixed
    assert (fixed.start, fixed.people) == (Instant.utc(2027, 6, 14, 2), ("commander-up", "commander-aboard"))
    assert fixed.source == "host.csv:2:1 Activity"
    assert found.activities[-1] == fixed.as_activity()


def test_a_zone_that_nobody_says_and_a_file_that_is_not_there_are_told(tmp_path: Path) -> None:
    (said,) = told(programme(tmp_path, "{file: host.csv}"))
    assert "host.csv:2:5 Start: says no zone" in said
    (tmp_path / "other").mkdir()
    (said,) = told(programme(tmp_path / "other", "{file: none.csv, zone: UTC}"))
    assert "host_plan[0].file: there is no such file" in said
