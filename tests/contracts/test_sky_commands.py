"""`passes`, `light` and `ephemeris` at the door: the contract's keys, exit codes, bad input, nothing half done."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hamsafar.app.lighting import light
from hamsafar.app.passing import passes
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

HAMSAFAR = Path(sys.executable).with_name("hamsafar")
EXAMPLES = Path(__file__).parents[2] / "examples"
ELEMENTS = str(EXAMPLES / "tiangong-guest" / "elements.tle")
HISTORY = str(EXAMPLES / "tiangong-eve" / "elements.tle")
DAY = ("--from", "2026-09-19", "--to", "2026-09-20")
ASKED: dict[str, tuple[str, ...]] = {
    "passes": ("passes", "--elements", ELEMENTS, "--site", "islamabad", *DAY),
    "light": ("light", "--elements", ELEMENTS, *DAY),
    "ephemeris": ("ephemeris", "--elements", ELEMENTS, *DAY, "--step", "600"),
}
COMMANDS = tuple(ASKED)


GOOD = Path(ELEMENTS).read_text(encoding="utf-8").splitlines()
NAME, FIRST, SECOND = GOOD


def signed(line: str) -> str:
    """An element line with its checksum made right again."""
    total = sum(int(char) if char.isdigit() else char == "-" for char in line[:68]) % 10
    return line[:68] + str(total)


def changed(command: str, option: str, value: str) -> tuple[str, ...]:
    """A command with one option given otherwise, or added."""
    words = list(ASKED[command])
    if option in words:
        words[words.index(option) + 1] = value
        return tuple(words)
    return (*words, option, value)


def instants(rows: list[dict[str, Any]], *keys: str) -> list[list[Instant]]:
    return [[Instant.parse(row[key]) for key in keys] for row in rows]


def test_passes_answers_as_the_contract_says(run: Any) -> None:
    document = run(*ASKED["passes"], "--json").document
    assert document["object"] == {"name": "CSS (TIANHE)", "norad": 48274}
    assert document["site"]["latitude_deg"] == 33.6844
    assert (document["from"], document["to"]) == ("2026-09-19T00:00:00Z", "2026-09-20T00:00:00Z")
    assert document["unknown"] == document["warnings"] == []
    assert len(document["passes"]) == 6
    wanted = {
        *("rise", "culmination", "set", "rise_azimuth_deg", "culmination_azimuth_deg", "set_azimuth_deg"),
        *("max_elevation_deg", "range_km", "sunlit", "observer_dark"),
    }
    for row in document["passes"]:
        assert wanted <= set(row)
        rise, top, set_ = (Instant.parse(row[key]) for key in ("rise", "culmination", "set"))
        assert rise < top < set_
        assert row["max_elevation_deg"] >= 10.0
        assert row["elements_epoch"] == "2026-09-18T07:08:44.680704Z"
        assert 0.7 < row["elements_age_d"] < 1.8
        assert all(rise <= Instant.parse(v["from"]) < Instant.parse(v["to"]) <= set_ for v in row["visible"])
        if row["sunlit"] and row["observer_dark"]:
            assert any(Instant.parse(v["from"]) <= top <= Instant.parse(v["to"]) for v in row["visible"])


def test_light_answers_as_the_contract_says(run: Any) -> None:
    document = run(*ASKED["light"], "--json").document
    kinds = [row["kind"] for row in document["eclipses"]]
    assert set(kinds) == {"umbra", "penumbra"}
    assert kinds.count("umbra") == kinds.count("penumbra") == 16
    assert all(enter < leave for enter, leave in instants(document["eclipses"], "enter", "leave"))
    assert [row["time"] for row in document["beta"]] == ["2026-09-19T00:00:00Z", "2026-09-20T00:00:00Z"]
    assert all(-90 <= row["beta_deg"] <= 90 for row in document["beta"])


@pytest.mark.parametrize("frame", ["TEME", "GCRS", "ITRS", "itrs"])
def test_ephemeris_answers_as_the_contract_says(frame: str, run: Any) -> None:
    document = run(*ASKED["ephemeris"], "--frame", frame, "--json").document
    assert document["frame"] == frame.upper()
    states = document["states"]
    assert len(states) == 145  # every ten minutes of a day, its end too
    assert states[0]["time"] == "2026-09-19T00:00:00Z"
    assert states[-1]["time"] == "2026-09-20T00:00:00Z"
    for state in states:
        assert len(state["position_km"]) == len(state["velocity_km_s"]) == 3
        assert 6_700 < sum(x * x for x in state["position_km"]) ** 0.5 < 6_800


def test_the_end_is_left_out_where_no_step_falls_on_it(run: Any) -> None:
    states = run(*changed("ephemeris", "--step", "7 h"), "--json").document["states"]
    assert [state["time"][11:13] for state in states] == ["00", "07", "14", "21"]


def test_json_csv_and_the_file_hold_the_same_states(run: Any, tmp_path: Path) -> None:
    states = run(*ASKED["ephemeris"], "--json").document["states"]
    assert run(*ASKED["ephemeris"], "--format", "json").document["states"] == states
    text = run(*ASKED["ephemeris"], "--format", "csv").out
    header, *rows = csv.reader(io.StringIO(text))
    assert header[:4] == ["time", "x_teme_km", "y_teme_km", "z_teme_km"]
    assert [row[0] for row in rows] == [state["time"] for state in states]
    assert [[float(x) for x in row[1:7]] for row in rows] == [s["position_km"] + s["velocity_km_s"] for s in states]
    told = run(*ASKED["ephemeris"], "--out", "states.csv")
    assert told.out == "Wrote 145 states to states.csv.\n"
    assert (tmp_path / "states.csv").read_bytes().decode() == text
    document = run(*ASKED["ephemeris"], "--out", "states.csv", "--json").document
    assert document["files"] == ["states.csv"]
    assert [path.name for path in tmp_path.iterdir()] == ["states.csv"]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_person_gets_a_table(command: str, run: Any) -> None:
    done = run(*ASKED[command])
    assert done.code == 0
    assert "CSS (TIANHE) (48274)" in done.out
    assert "UTC" in done.out
    assert done.err == ""
    if command == "passes":
        assert "Rise Karachi" in done.out
        assert "09:48:16 +05:00" in done.out


@pytest.mark.parametrize("command", COMMANDS)
def test_two_runs_print_the_same_bytes(command: str, run: Any) -> None:
    assert run(*ASKED[command], "--json").out == run(*ASKED[command], "--json").out


def test_many_epochs_each_answer_names_the_nearest(run: Any) -> None:
    words = ("passes", "--elements", HISTORY, "--site", "islamabad", "--from", "2026-05-20", "--to", "2026-05-26")
    epochs = [row["elements_epoch"] for row in run(*words, "--json").document["passes"]]
    assert len(set(epochs)) > 3
    assert epochs == sorted(epochs)
    until = run(*words, "--as-of", "2026-05-21T00:00Z", "--json").document["passes"]
    assert max(row["elements_epoch"] for row in until) < "2026-05-21"
    assert abs(len(until) - len(epochs)) <= 1


def test_as_of_before_all_elements_is_refused(run: Any) -> None:
    for command in COMMANDS:
        done = run(*ASKED[command], "--as-of", "2026-01-01T00:00Z", "--json")
        assert done.code == 1
        (error,) = done.document["error"]["errors"]
        assert error["where"] == "--as-of"
        assert "2026-09-18T07:08:44.680704Z" in error["what"]


def test_old_elements_are_told_on_stderr_and_in_json(run: Any) -> None:
    for command in COMMANDS:
        done = run(*changed(command, "--to", "2026-11-19"), "--json")
        assert done.code == 0
        (warning,) = done.document["warnings"]
        assert "61.7 d away" in warning
        assert warning in done.err


def test_the_end_of_the_tables_is_told(run: Any, tmp_path: Path) -> None:
    without_drag = signed(FIRST.replace("20659-3", "00000-0"))
    (tmp_path / "stays.tle").write_text(f"{without_drag}\n{SECOND}\n", encoding="utf-8")
    done = run("light", "--elements", "stays.tle", "--from", "2031-01-01", "--to", "2031-01-02", "--json")
    assert any("Earth orientation table ends" in warning for warning in done.document["warnings"])
    assert any("leap second table" in warning for warning in done.document["warnings"])


@pytest.mark.parametrize("option", ["--site", "--site="])
def test_a_site_south_of_the_equator_can_be_typed(option: str, run: Any) -> None:
    site = ("--site=-22.6,14.6",) if option.endswith("=") else ("--site", "-22.6,14.6")
    done = run("passes", "--elements", ELEMENTS, *site, *DAY, "--json")
    assert done.code == 0, done.err
    assert done.document["site"]["latitude_deg"] == -22.6
    assert done.document["site"]["height_km"] == 0.0


def test_a_height_is_in_metres(run: Any) -> None:
    assert run(*changed("passes", "--site", "33.7,73.05,540"), "--json").document["site"]["height_km"] == 0.54


def test_a_mask_stands_in_the_way(run: Any, tmp_path: Path) -> None:
    """A wall all around but for the south: what remains rises and sets between its ends."""
    (tmp_path / "mask.csv").write_text(
        "azimuth_deg,elevation_deg\n0,85\n90,85\n90,10\n270,10\n270,85\n", encoding="utf-8"
    )
    document = run(*ASKED["passes"], "--mask", "mask.csv", "--json").document
    assert document["min_elevation_deg"] is None
    assert document["mask"][2] == {"azimuth_deg": 90.0, "elevation_deg": 10.0}
    assert document["passes"]
    for row in document["passes"]:
        if row["max_elevation_deg"] < 85:
            assert 89.9 < row["rise_azimuth_deg"] < 270.1
            assert 89.9 < row["set_azimuth_deg"] < 270.1
    assert "above its mask" in run(*ASKED["passes"], "--mask", "mask.csv").out


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "mask.csv:1:1"),
        ("0,10\n90,north\n", "mask.csv:2:4"),
        ("0,95\n", "mask.csv:1:3"),
        ("9,1\n5,1\n", "mask.csv:2:1"),
    ],
)
def test_a_bad_mask_is_told_with_its_place(text: str, place: str, run: Any, tmp_path: Path) -> None:
    (tmp_path / "mask.csv").write_text(text, encoding="utf-8")
    done = run(*ASKED["passes"], "--mask", "mask.csv")
    assert done.code == 1
    assert place in done.err
    assert run(*ASKED["passes"], "--mask", "nowhere.csv").code == 1


def test_a_mask_and_a_least_elevation_contradict(run: Any, tmp_path: Path) -> None:
    (tmp_path / "mask.csv").write_text("0,10\n", encoding="utf-8")
    done = run(*ASKED["passes"], "--mask", "mask.csv", "--min-elevation", "20", "--json")
    assert done.code == 1
    assert done.document["error"]["errors"][0]["where"] == "--min-elevation"


BAD_OPTIONS = [
    ("passes", "--site", "95,10", "the latitude lies between -90 and 90"),
    ("passes", "--site", "10,400", "the longitude lies between -180 and 360"),
    ("passes", "--site", "nan,10", "the latitude should be a number"),
    ("passes", "--site", "10,inf", "the longitude should be a number"),
    ("passes", "--site", "10,20,1e9", "the height should be a number"),
    ("passes", "--site", "10,20,500000", "the height lies between"),
    ("passes", "--site", "north,10", "the latitude should be a number"),
    ("passes", "--site", "33.7", "LAT,LON[,HEIGHT_M]"),
    ("passes", "--site", "1,2,3,4", "LAT,LON[,HEIGHT_M]"),
    ("passes", "--site", "10,", "the longitude should be a number"),
    ("passes", "--site", "", "unknown site"),
    ("passes", "--site", "islmabad", "did you mean 'islamabad'?"),
    ("passes", "--min-elevation", "91", "between -90 and 90"),
    ("passes", "--min-elevation", "nan", "between -90 and 90"),
    ("ephemeris", "--step", "0", "number of seconds above 0"),
    ("ephemeris", "--step", "-60", "number of seconds above 0"),
    ("ephemeris", "--step", "nan", "number of seconds above 0"),
    ("ephemeris", "--step", "inf", "number of seconds above 0"),
    ("ephemeris", "--step", "1e-12", "number of seconds above 0"),
    ("ephemeris", "--step", "a while", "number of seconds above 0"),
    ("ephemeris", "--step", "4 km", "number of seconds above 0"),
    ("ephemeris", "--step", "1_0", "number of seconds above 0"),
    ("ephemeris", "--step", "\u0664", "number of seconds above 0"),  # an Arabic 4
    ("ephemeris", "--step", "\u0664 min", "number of seconds above 0"),
    ("ephemeris", "--step", "", "number of seconds above 0"),
    ("ephemeris", "--step", "0.001", "10,000,000 is the most"),
    ("ephemeris", "--frame", "MARS", "unknown reference frame"),
    ("ephemeris", "--format", "xls", "should be one of json, csv, oem"),
    *((command, "--from", "yesterday", "should be an instant") for command in COMMANDS),
    *((command, "--from", "2026-13-01", "no such date") for command in COMMANDS),
    *((command, "--from", "2026-09-19T00:00", "has no zone") for command in COMMANDS),
    *((command, "--from", "1971-01-01", "before 1972") for command in COMMANDS),
    *((command, "--to", "2026-09-19", "should come after --from") for command in COMMANDS),
    *((command, "--to", "2020-01-01", "should come after --from") for command in COMMANDS),
    *((command, "--to", "2050-01-01", "more than 20 years") for command in COMMANDS),
    *((command, "--to", "2200-01-01", "until 2099-12-01") for command in COMMANDS),
    *((command, "--to", "9999-12-31T23:59-12:00", "no such date") for command in COMMANDS),
    *((command, "--as-of", "soon", "should be an instant") for command in COMMANDS),
]


@pytest.mark.parametrize(("command", "option", "value", "said"), BAD_OPTIONS)
def test_a_bad_option_is_one_error_with_its_place(command: str, option: str, value: str, said: str, run: Any) -> None:
    words = [*changed(command, option, value)]
    if value.startswith("-"):  # as a shell user must write it
        at = words.index(option)
        words[at : at + 2] = [f"{option}={value}"]
    plain = run(*words)
    assert plain.code == 1, plain.err
    assert plain.out == ""
    assert option in plain.err
    assert said in plain.err
    done = run(*words, "--json")
    assert done.code == 1
    (error,) = done.document["error"]["errors"]
    assert error["where"] == option
    assert said in error["what"]


def test_everything_wrong_is_told_at_once(run: Any) -> None:
    done = run("passes", "--elements", "none.tle", "--site", "95,400", "--from", "x", "--to", "y", "--json")
    assert done.code == 1
    places = [error["where"] for error in done.document["error"]["errors"]]
    assert places == ["none.tle", "--site", "--site", "--from", "--to"]


BAD_FILES = {
    "an empty file": ("", ":1:1"),
    "only blanks": ("\n\n  \n", ":1:1"),
    "a bad checksum": (f"{FIRST}\n{SECOND[:-1]}{(int(SECOND[-1]) + 1) % 10}\n", ":2:69"),
    "swapped lines": (f"{NAME}\n{SECOND}\n{FIRST}\n", ":2:1"),
    "a line cut short": (f"{FIRST}\n{SECOND[:40]}\n", ":2:41"),
    "one line only": (f"{FIRST}\n", ":1:1"),
    "a page of the web": ("<!DOCTYPE html>\n<html><body>404</body></html>\n", ":1"),
    "two objects": (
        f"{FIRST}\n{SECOND}\n{signed(FIRST.replace('48274', '25544'))}\n{signed(SECOND.replace('48274', '25544'))}\n",
        ":3",
    ),
    "a perigee inside the Earth": (f"{FIRST}\n{signed(SECOND[:26] + '3002625' + SECOND[33:])}\n", ":2:"),
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_bad_file_is_told_with_its_place(command: str, name: str, run: Any, tmp_path: Path) -> None:
    text, place = BAD_FILES[name]
    (tmp_path / "bad.tle").write_text(text, encoding="utf-8")
    done = run(*changed(command, "--elements", "bad.tle"))
    assert done.code == 1, done.err
    assert done.out == ""
    assert f"bad.tle{place}" in done.err
    assert "Traceback" not in done.err


def test_a_file_that_cannot_be_read_is_told(run: Any, tmp_path: Path) -> None:
    (tmp_path / "bytes.tle").write_bytes(b"\xff\xfe1 48274U")
    for name, said in (("nowhere.tle", "no such file"), (".", "can't be read"), ("bytes.tle", "not UTF-8")):
        done = run(*changed("light", "--elements", name))
        assert done.code == 1
        assert said in done.err


def test_a_decayed_object_is_told_with_the_moment(run: Any, tmp_path: Path) -> None:
    """Five hundred times the drag of the station: gone within days, by SGP4."""
    (tmp_path / "falls.tle").write_text(f"{signed(FIRST.replace('20659-3', '99999-1'))}\n{SECOND}\n", encoding="utf-8")
    for command in COMMANDS:
        words = [*changed(command, "--elements", "falls.tle")]
        words[words.index("--to") + 1] = "2026-10-19"
        done = run(*words)
        assert done.code == 1, (command, done.err)
        assert "SGP4 has no state of object (48274) at 2026-" in done.err
        assert done.out == ""


def test_an_output_that_cannot_be_written_is_told_and_nothing_is_left(run: Any, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for out in ("folder.csv", "no-such-folder/states.csv", "states", "states.xls", "/dev/null.csv/x.csv"):
        done = run(*ASKED["ephemeris"], "--out", out)
        assert done.code == 1, out
        assert done.out == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["folder.csv"]


def test_an_output_that_cannot_be_written_is_told_before_the_work(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def worked(*_: object, **__: object) -> None:
        raise AssertionError("somebody waits for nothing")

    monkeypatch.setattr("hamsafar.app.ephemeris.ephemeris", worked)
    (tmp_path / "file").write_text("somebody's own")
    for out in ("file/states.csv", "no-such-folder/states.csv", "x" * 300 + ".csv"):
        done = run(*ASKED["ephemeris"], "--out", out)
        assert done.code == 1
        assert out.partition("/")[0] in done.err
    monkeypatch.setattr("os.access", lambda path, mode: not mode & os.W_OK)  # who runs the tests may write everywhere
    done = run(*ASKED["ephemeris"], "--out", "states.csv")
    assert (done.code, done.out) == (1, "")
    assert "can't be written; name another folder with --out" in done.err


def test_csv_is_no_json_document(run: Any) -> None:
    done = run(*ASKED["ephemeris"], "--format", "csv", "--json")
    assert done.code == 1
    assert done.document["error"]["errors"][0]["where"] == "--format"


def test_a_form_and_a_name_that_contradict_are_told(run: Any, tmp_path: Path) -> None:
    done = run(*ASKED["ephemeris"], "--format", "csv", "--out", "states.JSON")
    assert done.code == 1
    assert "--format: is csv, but --out states.JSON names json" in done.err
    assert list(tmp_path.iterdir()) == []
    assert run(*ASKED["ephemeris"], "--format", "CSV", "--out", "states.csv").code == 0
    assert run(*ASKED["ephemeris"], "--format", "csv", "--out", "states.txt").code == 0


def test_a_nul_in_a_name_is_an_input_error() -> None:
    with pytest.raises(InputError, match="null byte"):
        light("a\0b", "2026-09-19", "2026-09-20")
    with pytest.raises(InputError, match="null byte"):
        passes(ELEMENTS, "lahore", "2026-09-19", "2026-09-20", horizon="a\0b")


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_left_out_is_bad_usage(command: str, run: Any) -> None:
    assert run(command).code == 2
    assert run(*ASKED[command], "--no-such-option").code == 2
    assert run(*changed("passes", "--min-elevation", "high")).code == 2


def test_a_month_of_passes_is_quick_from_a_cold_start(tmp_path: Path) -> None:
    words = ("passes", "--elements", ELEMENTS, "--site", "40,116.4", "--from", "2026-09-19", "--to", "2026-10-19")
    done = subprocess.run([HAMSAFAR, *words, "--json"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["passes"]) == 144  # as seven other programs count them


def test_visible_only_leaves_out_what_cannot_be_seen(run: Any) -> None:
    asked = ("passes", "--elements", ELEMENTS, "--site", "Islamabad", "--from", "2026-09-28", "--to", "2026-09-30")
    every = run(*asked, "--json").document["passes"]
    seen = run(*asked, "--visible", "--json").document["passes"]
    assert seen == [one for one in every if one["visible"]]
    assert 0 < len(seen) < len(every)
    assert "1 visible pass" in run(*asked, "--visible").out


def test_a_file_of_something_else_is_told_once(run: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("Passes\n\nfor the school,\nnext week\n" * 40)
    done = run("passes", "--elements", "notes.md", "--site", "islamabad", *DAY)
    assert done.code == 1
    assert "neither a TLE nor an OMM" in done.err
    assert len(done.err.splitlines()) == 2


def test_an_ephemeris_that_calls_itself_provisional_says_so_again(run: Any, tmp_path: Path) -> None:
    span = ("--from", "2026-09-19T00:00Z", "--to", "2026-09-19T04:00Z")
    asked = ("ephemeris", "--elements", ELEMENTS, *span, "--step", "240", "--format", "oem", "--out", "states.oem")
    assert run(*asked).code == 0
    path = tmp_path / "states.oem"
    path.write_text(path.read_text().replace("COMMENT Made by", "COMMENT PROVISIONAL - made by", 1))
    told = run("light", "--elements", "states.oem", *span, "--json").document["warnings"]
    assert any("PROVISIONAL" in warning for warning in told)
