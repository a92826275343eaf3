"""The three commands on CCSDS messages: OMM in every form, OEM in and out, gaps told as unknown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ccsds_ndm.ndm_io import NdmIo

from hamsafar.app.ephemeris import ephemeris
from hamsafar.app.passing import passes
from hamsafar.cli import app, door
from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.formats.ccsds import omm_of, read_oem, write_omm
from hamsafar.formats.ccsds.oem import write_oem
from hamsafar.formats.elements_file import read_object
from hamsafar.orbit.frames import frame_named
from hamsafar.timeline import NS_PER_S, Instant

EXAMPLES = Path(__file__).parents[2] / "examples"
ELEMENTS = EXAMPLES / "tiangong-guest" / "elements.tle"
HISTORY = EXAMPLES / "tiangong-eve" / "elements.tle"
DAY = ("--from", "2026-09-19", "--to", "2026-09-20")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Runs the command line in this process, in an empty folder: exit code, stdout, stderr."""

    def through(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["hamsafar", *arguments])
        with pytest.raises(SystemExit) as ended:
            door.through(app)
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return through


def document(run: Run, *arguments: str) -> Any:
    code, out, err = run(*arguments, "--json")
    assert code == 0, (out, err)
    return json.loads(out)


@pytest.mark.parametrize("form", ["kvn", "xml", "json", "csv"])
def test_an_omm_in_any_form_gives_the_same_answer_as_its_tle(form: str, run: Run, tmp_path: Path) -> None:
    message = omm_of(read_object(ELEMENTS.read_text(encoding="utf-8"), where="elements.tle")[0])
    (tmp_path / "same").write_bytes(write_omm([message], form=form))  # type: ignore[arg-type]  # one of its forms
    wanted = document(run, "passes", "--elements", str(ELEMENTS), "--site", "lahore", *DAY)
    assert document(run, "passes", "--elements", "same", "--site", "lahore", *DAY) == wanted


def test_a_truncated_xml_is_told_with_its_line(run: Run, tmp_path: Path) -> None:
    message = omm_of(read_object(ELEMENTS.read_text(encoding="utf-8"), where="elements.tle")[0])
    whole = write_omm([message], form="xml")
    (tmp_path / "cut.xml").write_bytes(whole[: len(whole) // 2])
    for command in (("light",), ("passes", "--site", "lahore"), ("ephemeris", "--step", "60")):
        code, out, err = run(*command, "--elements", "cut.xml", *DAY)
        assert (code, out) == (1, "")
        assert "cut.xml:" in err
        assert "Traceback" not in err


@pytest.mark.parametrize("frame", ["TEME", "GCRS", "ITRS", "EME2000"])
def test_an_oem_we_write_reads_back_equal_here_and_elsewhere(frame: str, run: Run, tmp_path: Path) -> None:
    words = ("ephemeris", "--elements", str(ELEMENTS), *DAY, "--step", "240", "--frame", frame)
    code, _, err = run(*words, "--out", "states.oem")
    assert code == 0, err
    text = (tmp_path / "states.oem").read_text(encoding="ascii")
    (segment,) = read_oem(text, where="states.oem").segments
    made = ephemeris(ELEMENTS, "2026-09-19", "2026-09-20", step=240, frame=frame)
    assert np.array_equal(segment.tai_ns, made.tai_ns)
    assert np.array_equal(segment.position_km, made.position_km)
    assert np.array_equal(segment.velocity_km_s, made.velocity_km_s)
    assert frame_named(segment.metadata.ref_frame) == frame
    assert segment.metadata.object_id == "2021-035A"
    elsewhere = NdmIo().from_string(text).body.segment[0]
    states = elsewhere.data.state_vector
    assert len(states) == 361
    assert float(states[7].x.value) == made.position_km[7, 0]


def test_an_oem_has_a_segment_for_each_element_set(run: Run, tmp_path: Path) -> None:
    words = ("ephemeris", "--elements", str(HISTORY), "--from", "2026-05-20", "--to", "2026-05-24", "--step", "600")
    assert run(*words, "--out", "states.oem")[0] == 0
    made = ephemeris(HISTORY, "2026-05-20", "2026-05-24", step=600)
    segments = read_oem((tmp_path / "states.oem").read_text(encoding="ascii"), where="states.oem").segments
    used = [made.epochs[of] for of in dict.fromkeys(made.elements_of.tolist())]
    assert [segment.comments for segment in segments] == [(f"SGP4 from elements of {epoch}",) for epoch in used]
    assert np.array_equal(np.concatenate([segment.position_km for segment in segments]), made.position_km)


@pytest.fixture
def given_oem(run: Run, tmp_path: Path) -> Path:
    """A day of the station every four minutes, with six hours missing in the middle."""
    words = ("ephemeris", "--elements", str(ELEMENTS), *DAY, "--step", "240", "--frame", "EME2000")
    assert run(*words, "--out", "whole.oem")[0] == 0
    lines = (tmp_path / "whole.oem").read_text(encoding="ascii").splitlines()
    (tmp_path / "gap.oem").write_text(
        "\n".join(line for line in lines if not "2026-09-19T09:00" < line[:16] < "2026-09-19T15:00") + "\n",
        encoding="ascii",
    )
    return tmp_path


def test_an_oem_is_followed_as_the_elements_it_was_made_from(run: Run, given_oem: Path) -> None:
    by_table = document(run, "passes", "--elements", "whole.oem", "--site", "lahore", *DAY)
    by_sets = document(run, "passes", "--elements", str(ELEMENTS), "--site", "lahore", *DAY)
    assert by_table["object"] == {"name": "CSS (TIANHE)", "norad": None}
    assert len(by_table["passes"]) == len(by_sets["passes"]) == 6
    for ours, theirs in zip(by_table["passes"], by_sets["passes"], strict=True):
        for key in ("rise", "set"):
            away_s = Instant.parse(ours[key]).seconds_since(Instant.parse(theirs[key]))
            # SGP4's velocities are not quite the rate of its positions (1 cm/s): between states 4 min apart that
            # bends the curve by up to a metre, a fraction of a millisecond; times are printed to 1 ms.
            assert abs(away_s) <= 0.005
        assert ours["elements_epoch"] is None
        assert ours["elements_age_d"] is None
        assert ours["sunlit"] == theirs["sunlit"]
    light = document(run, "light", "--elements", "whole.oem", *DAY)
    assert len(light["eclipses"]) == 32
    assert all(row["elements_epoch"] is None for row in light["eclipses"] + light["beta"])


def test_what_a_gap_hides_is_told_as_unknown(run: Run, given_oem: Path) -> None:
    gap = [{"from": "2026-09-19T09:00:00Z", "to": "2026-09-19T15:00:00Z"}]
    whole = passes(given_oem / "whole.oem", "lahore", "2026-09-19", "2026-09-20").passes
    found = document(run, "passes", "--elements", "gap.oem", "--site", "lahore", *DAY)
    assert found["unknown"] == gap
    assert 0 < len(found["passes"]) < len(whole)
    light = document(run, "light", "--elements", "gap.oem", *DAY)
    assert light["unknown"] == gap
    last, first = Instant.utc(2026, 9, 19, 9), Instant.utc(2026, 9, 19, 15)
    for row in light["eclipses"]:
        assert Instant.parse(row["leave"]) <= last or Instant.parse(row["enter"]) >= first
    states = document(run, "ephemeris", "--elements", "gap.oem", *DAY, "--step", "3600")
    assert states["unknown"] == gap
    assert [state["time"][11:13] for state in states["states"]] == [
        f"{n % 24:02}" for n in (*range(10), *range(15, 25))
    ]
    code, out, _ = run("passes", "--elements", "gap.oem", "--site", "lahore", *DAY)
    assert code == 0
    assert "Unknown from 2026-09-19T09:00:00Z to 2026-09-19T15:00:00Z" in out


def test_an_oem_of_an_ephemeris_with_a_gap_keeps_the_gap(run: Run, given_oem: Path) -> None:
    """Also where a single state is left on each side of it, so that no step is shorter than the gap."""
    for start, end, step in (("2026-09-19", "2026-09-20", "240"), ("2026-09-19T08:00Z", "2026-09-19T16:00Z", "28800")):
        words = ("ephemeris", "--elements", "gap.oem", "--from", start, "--to", end, "--step", step)
        assert run(*words, "--out", "again.oem")[0] == 0
        before, after = read_oem((given_oem / "again.oem").read_text(encoding="ascii"), where="again.oem").segments
        assert before.metadata.stop_time.clock_ns <= Instant.utc(2026, 9, 19, 9).tai_ns
        assert after.metadata.start_time.clock_ns >= Instant.utc(2026, 9, 19, 15).tai_ns
        assert before.tai_ns.size + after.tai_ns.size == (2 * 136 if step == "240" else 2)


BURN_S, END_S, BURN_KM_S = 10_800, 21_600, 0.003  # a usual boost of a station, in the middle of six hours


def two_body(r_km: np.ndarray, v_km_s: np.ndarray, steps: int, step_s: float) -> np.ndarray:
    """States (steps + 1, 6) about a point Earth, by Runge and Kutta's fourth-order formula."""

    def rate(state: np.ndarray) -> np.ndarray:
        return np.concatenate([state[3:], -398_600.4418 * state[:3] / np.linalg.norm(state[:3]) ** 3])

    states = [np.concatenate([r_km, v_km_s])]
    for _ in range(steps):
        at = states[-1]
        k1 = rate(at)
        k2 = rate(at + step_s / 2 * k1)
        k3 = rate(at + step_s / 2 * k2)
        k4 = rate(at + step_s * k3)
        states.append(at + step_s / 6 * (k1 + 2 * k2 + 2 * k3 + k4))
    return np.array(states)


def test_an_oem_of_an_ephemeris_with_a_burn_keeps_the_burn(run: Run, tmp_path: Path) -> None:
    """Two segments that touch at the burn come out as two, and the path is met on both sides of it."""
    start, grain_s = Instant.utc(2026, 9, 19), 20
    before = two_body(np.array([6_771.0, 0.0, 0.0]), np.array([0.0, 5.7, 5.1]), BURN_S // grain_s, grain_s)
    at_burn = before[-1]
    boosted = at_burn[3:] * (1 + BURN_KM_S / np.linalg.norm(at_burn[3:]))
    after = two_body(at_burn[:3], boosted, (END_S - BURN_S) // grain_s, grain_s)
    header = MessageHeader(creation_date=start, originator="TEST")
    segments = []
    for first_s, states in ((0, before), (BURN_S, after)):
        seconds = first_s + 60 * np.arange(len(states[::3]))
        clock_ns = start.tai_ns + seconds * NS_PER_S
        metadata = EphemerisMetadata(
            object_name="STATION",
            object_id="2021-035A",
            ref_frame="EME2000",
            start_time=Epoch(clock_ns=int(clock_ns[0]), time_system="UTC"),
            stop_time=Epoch(clock_ns=int(clock_ns[-1]), time_system="UTC"),
        )
        r_km, v_km_s = states[::3, :3], states[::3, 3:]
        segments.append(EphemerisSegment(metadata=metadata, clock_ns=clock_ns, position_km=r_km, velocity_km_s=v_km_s))
    (tmp_path / "burn.oem").write_bytes(write_oem(EphemerisMessage(header=header, segments=tuple(segments))))

    hours = ("--from", "2026-09-19", "--to", "2026-09-19T06:00Z", "--frame", "EME2000")
    assert run("ephemeris", "--elements", "burn.oem", *hours, "--step", "60", "--out", "again.oem")[0] == 0
    first, second = read_oem((tmp_path / "again.oem").read_text(encoding="ascii"), where="again.oem").segments
    assert (first.tai_ns.size, second.tai_ns.size) == (180, 181)
    assert int(second.tai_ns[0]) == start.plus(seconds=BURN_S).tai_ns
    assert np.linalg.norm(second.velocity_km_s[0] - boosted) < 1e-9  # km/s; the state on the burn is the one after it

    again = ephemeris(tmp_path / "again.oem", "2026-09-19", "2026-09-19T06:00Z", step=grain_s, frame="EME2000")
    (hidden,) = again.unknown  # from the last state before the burn to the burn
    assert (hidden.start, hidden.end) == (start.plus(seconds=BURN_S - 60), start.plus(seconds=BURN_S))
    truth_km = np.concatenate([before[:-1], after])[(again.tai_ns - start.tai_ns) // (grain_s * NS_PER_S), :3]
    # A curve laid through the burn swings by some 10 m about it; without one it is met to millimetres.
    assert np.linalg.norm(again.position_km - truth_km, axis=1).max() < 0.001


def test_an_interval_outside_an_ephemeris_names_its_coverage(run: Run, given_oem: Path) -> None:
    for command in (("light",), ("passes", "--site", "lahore"), ("ephemeris", "--step", "60")):
        code, out, err = run(*command, "--elements", "whole.oem", "--from", "2026-09-19", "--to", "2026-09-21")
        assert (code, out) == (1, "")
        assert "covers 2026-09-19T00:00:00Z to 2026-09-20T00:00:00Z" in err
        code, out, _ = run(*command, "--elements", "whole.oem", "--from", "2030-01-01", "--to", "2030-01-02", "--json")
        assert code == 1
        assert "covers" in json.loads(out)["error"]["errors"][0]["what"]


def test_as_of_chooses_among_element_sets_only(run: Run, given_oem: Path) -> None:
    code, _, err = run("light", "--elements", "whole.oem", *DAY, "--as-of", "2026-09-19T00:00Z")
    assert code == 1
    assert "--as-of: chooses among element sets" in err


def test_an_ephemeris_about_the_moon_or_in_an_unknown_frame_is_refused(run: Run, given_oem: Path) -> None:
    text = (given_oem / "whole.oem").read_text(encoding="ascii")
    for old, new, said in (("= EARTH", "= MOON", "MOON"), ("= EME2000", "= MARS-FIXED", "unknown reference frame")):
        (given_oem / "other.oem").write_text(text.replace(old, new), encoding="ascii")
        code, _, err = run("light", "--elements", "other.oem", *DAY)
        assert code == 1
        assert "other.oem: " in err
        assert said in err
