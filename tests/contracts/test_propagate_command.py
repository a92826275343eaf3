"""`propagate` at the door: the contract's keys, words for people, exit codes, bad input."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

LUNAR = """\
CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2026-10-01T00:00:00
ORIGINATOR = IST
OBJECT_NAME = ICUBE
OBJECT_ID = 2024-083C
CENTER_NAME = MOON
REF_FRAME = ICRF
TIME_SYSTEM = UTC
EPOCH = 2026-10-01T00:00:00
X = 1937.4
Y = 0
Z = 0
X_DOT = 0
Y_DOT = 1.2
Z_DOT = 1.5
MASS = 9
"""
QUICK = ("--degree", "2", "--to", "20 min")


@pytest.fixture
def run(run: Any) -> Any:
    """Runs `hamsafar propagate`."""
    return partial(run, "propagate")


@pytest.fixture
def opm(tmp_path: Path) -> Path:
    """A state about the Moon."""
    file = tmp_path / "lunar.opm"
    file.write_text(LUNAR, encoding="ascii")
    return file


def test_the_answer_is_as_the_contract_says(run: Any, opm: Path) -> None:
    done = run(str(opm), *QUICK, "--json")
    assert done.code == 0
    found = done.document
    head = {"centre", "frame", "start", "end", "ended_by", "assumed", "warnings", "events", "states"}
    assert head <= set(found)
    assert (found["centre"], found["frame"], found["ended_by"]) == ("moon", "ICRF", "until")
    assert set(found["events"]) == {"periapsis", "apoapsis", "impact"}
    assert found["states"][0]["position_km"] == [1937.4, 0.0, 0.0]
    assert [row["time"][11:16] for row in found["states"]] == ["00:00", "00:05", "00:10", "00:15", "00:20"]


def test_a_person_reads_what_was_assumed(run: Any, opm: Path) -> None:
    done = run(str(opm), *QUICK)
    assert done.code == 0
    assert "GRGM1200A to degree 2; earth, sun" in done.out
    assert "Assumed: no SOLAR_RAD_AREA is given: sunlight does not push." in done.out
    heads, first, last = done.out.splitlines()[-3:]
    assert heads.split() == ["UTC", "x", "km", "y", "km", "z", "km", "vx", "km/s", "vy", "km/s", "vz", "km/s"]
    assert len(heads) == len(first) == len(last)


def test_no_figure_is_minus_nothing(run: Any, opm: Path) -> None:
    opm.write_text(LUNAR.replace("Y = 0", "Y = -1e-9").replace("Z = 0", "Z = -0.0"), encoding="ascii")
    assert "-0.0000" not in run(str(opm), *QUICK, "--degree", "0", "--bodies", "none").out


@pytest.mark.parametrize("form", ["oem", "opm", "csv", "json"])
def test_a_file_is_written_and_what_is_a_message_goes_on(run: Any, opm: Path, tmp_path: Path, form: str) -> None:
    out = tmp_path / f"next.{form}"
    done = run(str(opm), *QUICK, "--out", str(out), "--json")
    assert (done.code, done.document["files"]) == (0, [str(out)])
    again = run(str(out), *QUICK)
    assert again.code == (0 if form in ("oem", "opm") else 1)


def test_time_that_runs_out_says_how_far_it_came(run: Any, opm: Path) -> None:
    done = run(str(opm), "--to", "3650 d", "--step", "1 d", "--time-limit", "0.1", "--json")
    assert (done.code, done.document["ended_by"]) == (4, "time")
    assert done.document["start"] < done.document["end"] < done.document["asked_end"]
    assert "The time was up at" in done.err


def test_bad_input_names_its_place_and_writes_nothing(run: Any, opm: Path, tmp_path: Path) -> None:
    opm.write_text(LUNAR.replace("MASS = 9", "MASS = 0"), encoding="ascii")
    out = tmp_path / "next.oem"
    done = run(str(opm), *QUICK, "--step", "0", "--out", str(out), "--json")
    assert done.code == 1
    where = [row["where"] for row in done.document["error"]["errors"]]
    assert where == [f"{opm}:16:1 MASS", "--step"]
    assert not out.exists()


def test_a_file_cut_off_and_one_that_is_not_there(run: Any, opm: Path, tmp_path: Path) -> None:
    opm.write_text(LUNAR[: LUNAR.index("Y_DOT")], encoding="ascii")
    assert run(str(opm)).code == 1
    gone = run(str(tmp_path / "gone.oem"))
    assert (gone.code, "there is no such file" in gone.err) == (1, True)
