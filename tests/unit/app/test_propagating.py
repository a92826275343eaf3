"""`propagate`: what is asked for, what comes back, and every complaint with its place."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import hamsafar
from hamsafar.app.orbit_messages import given_of_text
from hamsafar.app.propagated_files import orbit_form, orbit_pieces
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import read_oem, read_opm
from hamsafar.orbit.states import about, from_keplerian
from hamsafar.timeline import Instant

MOON = """\
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
SOLAR_RAD_AREA = 0.1
SOLAR_RAD_COEFF = 1.4
"""
EARTH = (
    MOON.replace("CENTER_NAME = MOON", "CENTER_NAME = EARTH")
    .replace("X = 1937.4", "X = 6800")
    .replace("Y_DOT = 1.2", "Y_DOT = 4.8")
    .replace("Z_DOT = 1.5", "Z_DOT = 5.9")
    .replace("SOLAR_RAD_AREA = 0.1\nSOLAR_RAD_COEFF = 1.4", "DRAG_AREA = 0.05")
)
BURN = """\
MAN_EPOCH_IGNITION = 2026-10-01T00:10:00
MAN_DURATION = {duration}
MAN_DELTA_MASS = -0.5
MAN_REF_FRAME = {frame}
MAN_DV_1 = 0.01
MAN_DV_2 = 0.0
MAN_DV_3 = 0.0
"""


STATION = """\
CCSDS_OEM_VERS = 2.0
CREATION_DATE = 2025-02-26T18:00:00
ORIGINATOR = JSC
META_START
OBJECT_NAME = STATION
OBJECT_ID = 1998-067-A
CENTER_NAME = EARTH
REF_FRAME = EME2000
TIME_SYSTEM = UTC
START_TIME = 2025-02-26T12:00:00
STOP_TIME = 2025-02-26T18:00:00
META_STOP
COMMENT MASS=450000
COMMENT DRAG_AREA=1800
COMMENT DRAG_COEFF=2
COMMENT |       EVENT        |       TIG        | ORB |   DV    |   HA    |   HP    |
COMMENT |                    |       GMT        |     |   M/S   |   KM    |   KM    |
COMMENT  Reboost               057:13:00:00.000             1.8     422.7     412.9
2025-02-26T12:00:00 236.607 -5167.453 4405.822 6.3567713 -2.6048266 -3.3862049
2025-02-26T18:00:00 236.607 -5167.453 4405.822 6.3567713 -2.6048266 -3.3862049
"""


def follow(text: str, **asked: object) -> hamsafar.Propagated:
    quick = {"to": "30 min", "degree": 2, "bodies": "none", **asked}
    return hamsafar.propagate(given_of_text(text, where="f.opm"), **quick)


def complaints(text: str, **asked: object) -> list[str]:
    with pytest.raises(InputError) as caught:
        follow(text, **asked)
    return [str(one) for one in (caught.value.errors if isinstance(caught.value, InputErrors) else (caught.value,))]


def test_states_come_in_equal_steps_and_at_the_end() -> None:
    found = follow(MOON, step="7 min")
    assert [one.seconds_since(found.start) for one in map(Instant, found.tai_ns.tolist())] == [
        0,
        420,
        840,
        1260,
        1680,
        1800,
    ]
    assert (found.centre, found.frame, found.ended_by, found.impact) == ("moon", "ICRF", "until", None)
    assert found.position_km[0] == pytest.approx([1937.4, 0, 0])
    assert found.assumed == ()  # there is no air to brake it


@pytest.mark.parametrize("frame", ["ICRF", "EME2000", "MOON_PA", "MOON_ME", "MOON_EQUATOR", "MOON_PA_INERTIAL"])
def test_a_state_read_back_from_any_frame_goes_on_the_same_way(frame: str) -> None:
    whole = follow(MOON, to="1 h")
    half = "".join(orbit_pieces(follow(MOON, frame=frame), "opm"))
    assert f"REF_FRAME = {frame}" in half
    rest = follow(half, frame="ICRF")
    # Velocities in turning frames are kept to rounding; axes that stand are those of another epoch, a half hour apart.
    if not frame.endswith("INERTIAL") and frame != "MOON_EQUATOR":
        assert rest.position_km[-1] == pytest.approx(whole.position_km[-1], abs=1e-6)


def test_an_end_is_an_instant_or_a_duration() -> None:
    for to in ("1 h", "2026-10-01T01:00Z", Instant.utc(2026, 10, 1, 1)):
        assert follow(MOON, to=to).end == Instant.utc(2026, 10, 1, 1)


def test_an_impact_is_found_and_placed() -> None:
    found = follow(MOON.replace("Z_DOT = 1.5", "Z_DOT = 0.7"), to="1 d")
    assert found.ended_by == "impact"
    assert found.impact is not None
    assert found.impact.radius_km == pytest.approx(1737.4, abs=1e-6)
    assert found.end < found.asked_end
    assert len(found.periapsis) == 0


@pytest.mark.parametrize(("frame", "duration"), [("TNW", 0.0), ("RSW", 60.0), ("EME2000", 0.0), ("GCRF", 5.0)])
def test_burns_of_an_opm_are_flown(frame: str, duration: float) -> None:
    text = MOON + BURN.format(frame=frame, duration=duration)
    free, pushed = follow(MOON), follow(text)
    before, after = (np.linalg.norm(pushed.position_km - free.position_km, axis=1)[[2, -1]]).tolist()
    assert before < 1e-6  # at 600 s it only begins
    assert 1.0 < after < 25.0  # km: 10 m/s for twenty minutes, and what the orbit makes of it
    left = read_opm("".join(orbit_pieces(pushed, "opm")), where="f").spacecraft
    assert left is not None
    assert left.mass_kg == 8.5


def test_an_ephemeris_begins_anew_at_an_impulse_and_carries_the_mass() -> None:
    found = follow(MOON + BURN.format(frame="TNW", duration=0))
    read = read_oem("".join(orbit_pieces(found, "oem")), where="f")
    assert [len(part.clock_ns) for part in read.segments] == [2, 5]
    assert "MASS = 8.5" in read.segments[0].comments
    assert read.segments[0].metadata.center_name == "MOON"
    assert read.segments[-1].position_km[-1].tolist() == found.position_km[-1].tolist()
    assert all(b.metadata.start_time.clock_ns > a.metadata.stop_time.clock_ns for a, b in pairwise(read.segments))


def test_air_brakes_and_may_be_left_out() -> None:
    braked, free = follow(EARTH, to="3 h"), follow(EARTH, to="3 h", drag=False)
    assert "no DRAG_COEFF is given: 2.2" in braked.assumed
    assert 0.0005 < np.linalg.norm(braked.position_km[-1] - free.position_km[-1]) < 5.0
    assert any("predicted" in one for one in braked.warnings)


def test_a_stations_comments_are_flown_and_its_weather_is_that_of_its_making() -> None:
    given = given_of_text(STATION, where="f.oem")
    assert given.craft.drag is not None
    assert (given.craft.mass_kg, given.craft.drag.area_m2, given.craft.drag.cd) == (450_000.0, 1_800.0, 2.0)
    (burn,) = given.craft.burns
    assert (burn.start, burn.axes, burn.duration_s) == (Instant.utc(2025, 2, 26, 13), "TNW", pytest.approx(1_000.0))
    assert given.foreseen_at == Instant.utc(2025, 2, 26, 18)
    found = follow(STATION, to="7 h")
    assert [text.split(" ")[0] for text in found.assumed] == ["no", "Reboost", "space"]
    found = follow(STATION, to="90 min")  # before it was made: as it came
    assert [text.split(" ")[0] for text in found.assumed] == ["no", "Reboost"]
    free = follow(STATION.replace(" 1.8 ", " 0.0 "), to="90 min")
    assert len(free.assumed) == 1
    assert 0.2 < np.linalg.norm(found.position_km[-1] - free.position_km[-1]) < 5.0
    assert len(follow(STATION, to="7 h", as_of="observed").assumed) == 2


@pytest.mark.parametrize("made", ["2026-06-01T00:00:00", "2026-06-01T02:00:00", "2026-11-01T00:00:00"])
def test_an_ephemeris_of_ours_followed_again_goes_its_own_way(made: str) -> None:
    june = EARTH.replace("EPOCH = 2026-10-01", "EPOCH = 2026-06-01").replace(
        "CREATION_DATE = 2026-10-01T00:00:00", f"CREATION_DATE = {made}"
    )
    once = follow(june, to="6 h")
    foreseen = any("foreseen" in text for text in once.assumed)
    assert foreseen == (made < "2026-06-01T06")  # of an OPM as of an OEM; what came where it was made afterwards
    again = follow("".join(orbit_pieces(once, "oem")), to="6 h")
    assert again.against is not None
    assert again.against.apart_km.max() < 1e-6  # a millimetre: the states are written to the last digit
    assert any("foreseen" in text for text in again.assumed) == foreseen


def test_json_is_one_document_with_the_events() -> None:
    read = json.loads("".join(orbit_pieces(follow(MOON, to="5 h"), "json")))
    assert (read["centre"], read["ended_by"], read["events"]["impact"]) == ("moon", "until", None)
    assert set(read["events"]["periapsis"][0]) == {"time", "radius_km", "altitude_km"}
    assert set(read["states"][0]) == {"time", "position_km", "velocity_km_s"}
    assert read["states"][-1]["time"] == read["end"] == "2026-10-01T05:00:00Z"


def test_csv_names_its_frame() -> None:
    rows = "".join(orbit_pieces(follow(MOON, frame="MOON_ME"), "csv")).splitlines()
    assert rows[0] == "time,x_moon_me_km,y_moon_me_km,z_moon_me_km,vx_moon_me_km_s,vy_moon_me_km_s,vz_moon_me_km_s"
    assert len(rows) == 8


def test_a_state_about_the_earth_is_followed_about_the_moon() -> None:
    from hamsafar.orbit.bodies import state_icrf

    at = np.array([Instant.utc(2026, 10, 1).tai_ns])
    r, v = (one[0] for one in state_icrf("moon", "earth", at))
    numbers = [*np.add(r, [1937.4, 0, 0]).tolist(), *np.add(v, [0, 1.2, 1.5]).tolist()]
    text = MOON.replace("CENTER_NAME = MOON", "CENTER_NAME = EARTH")
    for keyword, number in zip(("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"), numbers, strict=True):
        text = re.sub(rf"(?m)^{keyword} = .*$", f"{keyword} = {number!r}", text)
    moved = follow(text, center="moon")
    assert (moved.centre, moved.frame) == ("moon", "ICRF")
    assert moved.position_km[-1] == pytest.approx(follow(MOON).position_km[-1], abs=1e-6)


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        (("X = 1937.4", "X = 1700"), "f.opm:10:1 X", "inside the Moon"),
        (("Z_DOT = 1.5", "Z_DOT = 2.5"), "f.opm:13:1 X_DOT", "2.773 km/s where 2.250 km/s is enough to escape"),
        (("X = 1937.4", "X = 1937400"), "f.opm:10:1 X", "the position is in metres instead of km"),
        (("Y_DOT = 1.2\nZ_DOT = 1.5", "Y_DOT = 1200\nZ_DOT = 1500"), "f.opm:13:1 X_DOT", "the velocity is in m/s"),
        (("MASS = 9", "MASS = 0"), "f.opm:16:1 MASS", "above 0"),
        (("SOLAR_RAD_AREA = 0.1", "SOLAR_RAD_AREA = -0.1"), "f.opm:17:1 SOLAR_RAD_AREA", "0 or more"),
        (("REF_FRAME = ICRF", "REF_FRAME = MARS_FIXED"), "f.opm:7:1 REF_FRAME", "unknown frame"),
        (("CENTER_NAME = MOON", "CENTER_NAME = MARS"), "f.opm:6:1 CENTER_NAME", "EARTH and MOON"),
        (("TIME_SYSTEM = UTC", "TIME_SYSTEM = UT1"), "f.opm:8:1 TIME_SYSTEM", "UT1"),
        (("EPOCH = 2026-10-01", "EPOCH = 2071-10-01"), "f.opm:9:1 EPOCH", "1960 to 2060"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_place(change: tuple[str, str], place: str, what: str) -> None:
    said = complaints(MOON.replace(*change))
    assert any(one.startswith(f"{place}: ") and what in one for one in said), said


def test_a_hyperbola_is_not_taken_for_another_unit() -> None:
    (said,) = complaints(MOON.replace("Z_DOT = 1.5", "Z_DOT = 2.5"))
    assert "1000" not in said
    metres = MOON.replace("X = 1937.4", "X = 1937400")
    (said,) = complaints(metres.replace("Y_DOT = 1.2\nZ_DOT = 1.5", "Y_DOT = 1200\nZ_DOT = 1500"))
    assert "in m and m/s instead of km and km/s" in said


def test_a_degree_too_far_names_what_there_is_to_do() -> None:
    (said,) = complaints(MOON, degree=900)
    assert "--field reads a larger one" in said


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"to": "2026-09-30T00:00Z"}, "--to"),
        ({"to": "soon"}, "--to"),
        ({"step": "0"}, "--step"),
        ({"to": "300 d", "step": "0.1"}, "--step"),
        ({"degree": 361}, "--degree"),
        ({"degree": 4, "order": 5}, "--order"),
        ({"bodies": "sun,pluto"}, "--bodies"),
        ({"bodies": "moon"}, "--bodies"),
        ({"frame": "ITRF"}, "--frame"),
        ({"center": "mars"}, "--center"),
        ({"fit_drag_h": 6.0}, "--fit-drag"),
    ],
)
def test_what_is_asked_in_vain_is_named(asked: dict[str, object], where: str) -> None:
    assert any(one.startswith(f"{where}: ") for one in complaints(MOON, **asked))


def test_an_unknown_frame_is_told_once() -> None:
    assert len(complaints(MOON.replace("REF_FRAME = ICRF", "REF_FRAME = MARS_FIXED"))) == 1


def test_everything_wrong_is_told_at_once() -> None:
    said = complaints(MOON, to="soon", step="-1", bodies="pluto")
    assert [one.split(":")[0] for one in said] == ["--step", "--to", "--bodies"]


def test_keplerian_elements_beside_the_state_that_say_something_else_are_told() -> None:
    block = "SEMI_MAJOR_AXIS = 2500\nECCENTRICITY = 0.1\nINCLINATION = 50\nRA_OF_ASC_NODE = 0\nARG_OF_PERICENTER = 0\n"
    text = MOON.replace("MASS = 9", block + "TRUE_ANOMALY = 0\nGM = 4902.8\nMASS = 9")
    assert any("2500.000 km" in one for one in follow(text).warnings)


def test_a_maneuver_before_the_state_is_left_out_and_told() -> None:
    early = BURN.format(frame="TNW", duration=0).replace("T00:10", "T00:10").replace("2026-10-01", "2026-09-30")
    found = follow(MOON + early)
    assert found.craft.burns == ()
    assert any("before the state" in one for one in found.warnings)


def test_what_runs_out_of_time_says_how_far_it_came() -> None:
    found = follow(MOON, to="3650 d", step="1 d", degree=50, bodies="sun,earth", time_limit_s=0.2)
    assert found.ended_by == "time"
    assert found.start < found.end < found.asked_end


def test_forms_are_told_by_name_or_by_ending() -> None:
    assert [orbit_form(None, None), orbit_form("OEM", None), orbit_form(None, "a.opm")] == ["json", "oem", "opm"]
    for asked, name in (("csv", "a.oem"), (None, "a.txt"), ("xml", None)):
        with pytest.raises(InputError):
            orbit_form(asked, name)


def test_neither_opm_nor_oem(tmp_path: Path) -> None:
    file = tmp_path / "state.txt"
    file.write_text("1 25544U\n")
    with pytest.raises(InputError, match="neither a CCSDS OPM nor an OEM"):
        hamsafar.propagate(file)


def test_a_state_about_the_earth_that_orbits_the_moon_is_warned_of_and_its_impact_told_of_the_moon(
    tmp_path: Path,
) -> None:
    start = from_keplerian(
        epoch=Instant.utc(2026, 10, 1),
        centre="moon",
        frame="ICRF",
        semi_major_axis_km=6_000.0,
        eccentricity=0.75,
        inclination_deg=40.0,
        node_deg=10.0,
        periapsis_deg=20.0,
        true_anomaly_deg=181.0,
    )
    moved = about(start, "earth")
    text = EARTH
    for keyword, value in zip(
        ("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"), (*moved.position_km, *moved.velocity_km_s), strict=True
    ):
        text = re.sub(rf"(?m)^{keyword} = .*$", f"{keyword} = {value!r}", text)
    given = given_of_text(text.replace("DRAG_AREA = 0.05\n", ""), where="x.opm")
    earth = hamsafar.propagate(given, to="1 d", degree=2, frame="ICRF")
    moon = hamsafar.propagate(given, to="1 d", degree=0, center="moon")
    assert any("--center moon" in warning for warning in earth.warnings)
    assert not any("--center moon" in warning for warning in moon.warnings)
    assert earth.impact is not None
    assert moon.impact is not None
    assert (earth.ended_by, earth.impact.body, moon.impact.body) == ("impact", "moon", "moon")
    assert earth.impact.radius_km == pytest.approx(1_737.4, abs=1e-3)
    assert earth.impact.latitude_deg == pytest.approx(moon.impact.latitude_deg, abs=1e-3)
    assert earth.impact.longitude_deg == pytest.approx(moon.impact.longitude_deg, abs=1e-3)


def test_a_field_of_another_body_is_refused_at_the_option(tmp_path: Path) -> None:
    field = tmp_path / "earth.tab"
    field.write_text("6378.137, 398600.4415, 0.0, 0, 0, 1, 0, 0\n0, 0, 1.0, 0.0, 0.0, 0.0\n")
    with pytest.raises(InputError, match="is not the Moon's field") as told:
        hamsafar.propagate(given_of_text(MOON, where="x.opm"), to="10 min", degree=0, field=field)
    assert told.value.where.startswith("--field")
    started = hamsafar.propagate(given_of_text(EARTH, where="x.opm"), to="10 min", degree=0, field=field, drag=False)
    assert started.field_name == "earth.tab"


def test_a_frame_that_is_unknown_is_told_once() -> None:
    with pytest.raises(InputError, match="unknown frame 'MARS'") as told:
        hamsafar.propagate(given_of_text(MOON.replace("REF_FRAME = ICRF", "REF_FRAME = MARS"), where="x.opm"))
    assert not isinstance(told.value, InputErrors)
