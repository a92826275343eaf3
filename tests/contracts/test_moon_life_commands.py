"""`moon orbit`, `moon lifetime` and `moon releases` at the door: keys, exit codes, bad input, the same in Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hamsafar import lunar
from hamsafar.timeline import Instant

EXAMPLE = Path(__file__).parents[2] / "examples" / "lunar-cubesat"
OPM = """CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2019-07-18T00:00:00
ORIGINATOR = TEST
OBJECT_NAME = LUNAR
OBJECT_ID = 2018-045B
CENTER_NAME = MOON
REF_FRAME = ICRF
TIME_SYSTEM = UTC
EPOCH = 2024-05-08T08:14:00
X = {x}
Y = 0
Z = 0
X_DOT = 0
Y_DOT = {speed}
Z_DOT = 0.4
MASS = {mass}
SOLAR_RAD_AREA = 0.1
SOLAR_RAD_COEFF = 1.5
"""


def opm(folder: Path, **changed: Any) -> str:
    text = OPM.format(**{"x": 1_900.0, "speed": 1.65, "mass": 7.0, **changed})
    for old, new in changed.items():
        text = text.replace(f"{old} = MOON", f"{old} = {new}").replace(f"{old} = ICRF", f"{old} = {new}")
    path = folder / "state.opm"
    path.write_text(text)
    return str(path)


def test_lifetime_answers_as_the_contract_says(run: Any, tmp_path: Path) -> None:
    answer = run("moon", "lifetime", opm(tmp_path, speed=1.45), "--until", "10d", "--degree", "8", "--json")
    document = answer.document
    assert answer.code == 0
    assert set(document) >= {"impact", "periapsis", "ended_by", "assumed", "elements", "model", "complete"}
    assert document["ended_by"] == "impact"
    assert set(document["impact"]) >= {"time", "latitude_deg", "longitude_deg"}
    assert document["model"]["degree"] == 8
    assert document["model"]["solar_area_m2"] == 0.1
    for row in document["periapsis"]:
        assert row["radius_km"] - row["altitude_km"] == pytest.approx(1_737.4, abs=1e-3)
    Instant.parse(document["impact"]["time"])


def test_drawn_lives_are_the_same_twice(run: Any) -> None:
    words = ("moon", "lifetime", str(EXAMPLE), "--until", "2d", "--degree", "4", "--runs", "6", "--seed", "9", "--json")
    first, second = (run(*words).document for _ in range(2))
    assert first == second
    told = first["monte_carlo"]
    assert told["runs"] == told["runs_asked"] == 6
    assert told["impacted_share"] == 0.0
    assert told["life_d"] == {"p05": None, "p50": None, "p95": None}
    assert told["impact_ellipse"] is None
    assert len(told["lowest_periapsis"]) > 0


def test_an_assumption_is_swept(run: Any) -> None:
    words = ("moon", "lifetime", str(EXAMPLE), "--until", "1d", "--degree", "2", "--json")
    told = run(*words, "--sweep", "inclination").document["sweep"]
    assert told["of"] == ["release.elements.inclination"]
    assert [row["values"][0] for row in told["variants"]] == [30, 60, 90, 110, 125, 138, 150, 165]
    own = run(*words, "--sweep", "inclination=10,20", "--sweep", "node=0,90").document["sweep"]
    assert [row["values"] for row in own["variants"]] == [[10, 0], [10, 90], [20, 0], [20, 90]]
    bad = run(*words, "--sweep", "colour")
    assert bad.code == 1
    assert "--sweep" in json.dumps(bad.document)


def test_a_swept_table_has_units_and_only_what_the_answer_rests_on_is_told(run: Any) -> None:
    said = run("moon", "lifetime", str(EXAMPLE), "--until", "1d", "--degree", "2", "--sweep", "inclination").out
    assert "inclination °" in said
    assert "lowest altitude km" in said
    told = [line for line in said.splitlines() if line.startswith("Assumed: ")]
    assert {line.split(" ")[1].split(".")[0] for line in told} == {"release", "craft"}
    assert said.splitlines()[-1] == "4 more assumptions of mission.yaml play no part here."
    document = run("moon", "lifetime", str(EXAMPLE), "--until", "1d", "--degree", "2", "--json").document
    assert [f"Assumed: {one}" for one in document["assumed"]] == told


def test_orbit_in_every_form_and_in_python(run: Any, tmp_path: Path) -> None:
    words = ("moon", "orbit", opm(tmp_path), "--until", "1h", "--step", "10 min", "--degree", "4", "--frame", "MOON_ME")
    document = run(*words, "--json").document
    assert document["frame"] == "MOON_ME"
    assert len(document["states"]) == 7
    assert set(document["states"][0]) == {"time", "position_km", "velocity_km_s", "elements"}
    same = lunar.orbit(tmp_path / "state.opm", end="1h", degree=4, frame="MOON_ME")
    assert same.position_km.tolist() == [state["position_km"] for state in document["states"]]
    out = tmp_path / "path.oem"
    assert run(*words, "--out", str(out)).code == 0
    assert "CENTER_NAME = MOON" in out.read_text()
    assert "REF_FRAME = MOON_ME" in out.read_text()
    csv = run(*words, "--format", "csv")
    assert csv.out.startswith("time,x_moon_me_km")


def test_releases_rank_their_options(run: Any, tmp_path: Path) -> None:
    text = (EXAMPLE / "mission.yaml").read_text(encoding="utf-8")
    (tmp_path / "mission.yaml").write_text(text.replace("speeds: [0.15 m/s, 0.3 m/s, 1 m/s]", "speeds: [0.5 m/s]"))
    words = ("moon", "releases", str(tmp_path), "--until", "2d", "--degree", "4", "--times", "1", "--json")
    document = run(*words).document
    assert {row["way"] for row in document["options"]} == {"along", "against", "up", "down", "left", "right"}
    first, *_, last = document["options"]
    assert first["front"] == 1
    assert first["why_not"] == []
    assert first["contact_h_a_day"] > 0
    assert last["front"] is None
    assert last["why_not"]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"x": 1_000.0}, "inside the Moon"),
        ({"speed": 2.5}, "leaves it"),
        ({"REF_FRAME": "MARS_FIXED"}, "MARS_FIXED"),
        ({"mass": 0.0}, "mass"),
        ({"CENTER_NAME": "MARS"}, "MARS"),
    ],
)
@pytest.mark.parametrize("command", ["lifetime", "orbit"])
def test_bad_states_say_where(run: Any, tmp_path: Path, changed: dict[str, Any], says: str, command: str) -> None:
    answer = run("moon", command, opm(tmp_path, **changed), "--json")
    assert answer.code == 1
    (error, *_) = answer.document["error"]["errors"]
    assert says.lower() in f"{error['where']} {error['what']}".lower()
    assert "state" in error["where"]


def test_an_orbit_message_has_lines_and_is_no_mission(run: Any, tmp_path: Path) -> None:
    bad = run("moon", "lifetime", opm(tmp_path, x=1_000.0), "--json").document["error"]["errors"][0]
    assert bad["where"].endswith("state.opm:10:1 X")
    for command, section in (("contacts", "stations"), ("link", "stations"), ("releases", "carrier")):
        said = json.dumps(run("moon", command, opm(tmp_path), "--json").document)
        assert "this needs a mission.yaml with a section" in said
        assert section in said


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("lifetime", "--until", "yesterday"), "--until"),
        (("lifetime", "--until", "2000-01-01"), "--until"),
        (("lifetime", "--degree", "999"), "--degree"),
        (("lifetime", "--time-limit", "-1"), "--time-limit"),
        (("lifetime", "--surface-radius", "1000"), "--surface-radius"),
        (("lifetime", "--until", "1d", "--degree", "2", "--runs", "0"), "--runs"),
        (("orbit", "--frame", "ABC"), "--frame"),
        (("orbit", "--step", "0"), "--step"),
        (("orbit", "--from", "2020-01-01"), "--from"),
        (("releases", "--times", "9", "--degree", "-1"), "usage"),
        (("releases", "--carrier", "no-such.oem"), "no-such.oem"),
    ],
)
def test_bad_options_are_named(run: Any, words: tuple[str, ...], where: str) -> None:
    answer = run("moon", words[0], str(EXAMPLE), *words[1:], "--json")
    assert answer.code == (2 if where == "usage" else 1)
    if where != "usage":
        assert where in answer.document["error"]["errors"][0]["where"]


def test_time_that_runs_out_is_told_with_how_far_it_came(run: Any) -> None:
    answer = run("moon", "lifetime", str(EXAMPLE), "--degree", "100", "--time-limit", "0.05", "--json")
    assert answer.code == 4
    assert answer.document["ended_by"] == "time"
    assert answer.document["complete"] is False
    assert 0 < answer.document["life_d"] < 366


@pytest.mark.parametrize("command", ["orbit", "lifetime", "releases", "light", "contacts", "link"])
def test_until_and_to_are_one_option_at_every_door(run: Any, command: str) -> None:
    for name in ("--until", "--to"):
        answer = run("moon", command, str(EXAMPLE), name, "nonsense")
        assert answer.code == 1, name
        assert "--until: " in answer.err, name


@pytest.mark.parametrize(
    ("sweep", "says"),
    [
        (("mass=0",), "mass should be above 0 kg (got 0)"),
        (("mass=7,-1",), "mass should be above 0 kg (got -1)"),
        (("inclination=370",), "inclination should be 0 to 180 deg (got 370)"),
        (("eccentricity=1",), "eccentricity should be 0 or more, and below 1 (got 1)"),
        (("node=-400",), "node should be -360 to 360 deg"),
        (("area=-1",), "area should be 0 m2 or more"),
        (("eccentricity=0.999",), "eccentricity=0.999: lies inside the Moon"),
        (("inclination=30,30",), "names a value twice"),
        (("inclination=30", "release.elements.inclination=40"), "sweeps one thing twice"),
        (("inclination=",), "should carry numbers"),
        (("colour=1",), "a life does not depend on 'colour'"),
    ],
)
def test_values_that_cannot_be_swept_are_told_at_the_option(
    run: Any, tmp_path: Path, sweep: tuple[str, ...], says: str
) -> None:
    words = [word for one in sweep for word in ("--sweep", one)]
    state = opm(tmp_path, x=1_800.0)
    answer = run("moon", "lifetime", state, "--until", "1h", "--degree", "2", *words)
    assert answer.code == 1
    assert "--sweep: " in answer.err
    assert says in answer.err
