"""mission.yaml: the example, and every error with its place."""

from __future__ import annotations

import json
from contextlib import suppress
from math import hypot, radians
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hamsafar.domain.orbits import KeplerElements
from hamsafar.errors import InputError, InputErrors
from hamsafar.orbit import kepler
from hamsafar.orbit.states import MOON_FRAMES, frame_of
from hamsafar.programme.lunar import mission_schema_text, read_mission
from hamsafar.programme.lunar.mission_model import LISTS, ONCE
from hamsafar.programme.lunar.mission_sense import FRAMES
from hamsafar.programme.nodes import read_nodes
from hamsafar.resources import read_text
from hamsafar.units import MOON_MU_KM3_S2, MOON_RADIUS_KM

EXAMPLE = Path(__file__).parents[3] / "examples" / "lunar-cubesat" / "mission.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")


def wrong(tmp_path: Path, text: str) -> list[str]:
    file = tmp_path / "mission.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputErrors) as found:
        read_mission(file)
    return [str(one).replace(str(tmp_path) + "/", "") for one in found.value.errors]


def test_the_example_says_what_was_published() -> None:
    made = read_mission(EXAMPLE.parent)
    assert hypot(*made.state.position_km) == pytest.approx(
        MOON_RADIUS_KM + 8_600, abs=20.0
    )  # two degrees of anomaly off: 14 km
    assert made.state.epoch.iso() == "2024-05-08T08:14:00Z"
    assert made.cameras[0].raw_kbit == 7372.8  # 1280 x 720 x 8 bits
    assert made.cameras[0].image_kbit == pytest.approx(737.28)
    link = next(link for link in made.links if link.direction == "down")
    assert made.cameras[0].raw_kbit / (link.rate_bit_s / 1_000) / 3_600 == pytest.approx(2.05, abs=0.01)  # hours
    assert made.stowed_months == pytest.approx(60 / 30.436875)
    assert [one.days_before for one in made.papers][-1] == -180
    assert made.assumptions[0].of == "release.elements.inclination"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("periapsis_altitude: 200 km", "periapsis_altitude: -200 km", "should be more than 0 km"),
        ("    apoapsis_altitude: 8600 km\n    incl", "    incl", "need both altitudes, or the semi-major axis"),
        ("inclination: 138 deg", "inclination: 200 deg", "release.elements.inclination: should be at most 180 deg"),
        ("inclination: 138 deg", "inclination: -1 deg", "release.elements.inclination: should be at least 0 deg"),
        ("mass: 7 kg", "mass: 0 kg", "craft.mass: should be more than 0 kg"),
        ("mass: 7 kg", "mass: 7", "craft.mass: should be a mass with a unit"),
        ("frame: MOON_EQUATOR", "frame: MOON_EQUATER", "did you mean 'MOON_EQUATOR'?"),
        ("epoch: 2024-05-08T08:14:00Z", "epoch: 2124-05-08T08:14:00Z", "lies outside the years 1972 to 2059"),
        ("frequency: 435.4 MHz", "frequency: 2.2 GHz", "has no station: none hears at 2200 MHz"),
        ("downlink: downlink", "downlink: uplink", "is a link that goes up; it should go down"),
        ("safe_mode: safe", "safe_mode: save", "is none of the modes; did you mean 'safe'?"),
        ("target: tycho", "target: tyco", "there is no target of this id; did you mean 'tycho'?"),
        ("latitude: 33.65 deg", "latitude: 133.65 deg", "should be at most 90 deg"),
        ("to: 2024-05-16T00:00Z", "to: 2024-05-06T00:00Z", "operations.to: lies before 'from'"),
        ("after: [deploy-wings]", "after: [camera-check]", "wait for each other in a circle"),
        ("{dish: 9 m, noise", "{dish: 9 m, gain: 3 dBi, noise", "needs either 'dish' or 'gain'"),
        ("compression: 10, load: 3 W, exposure: 2 min}\n", "compression: 0.5, load: 3 W}\n", "at least 1"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in TEXT
    found = wrong(tmp_path, TEXT.replace(before, after, 1))
    assert any(said in one for one in found), found
    assert all(one.startswith("mission.yaml:") for one in found)


@pytest.mark.parametrize("section", ["cameras", "targets", "power", "links", "stations", "release"])
def test_a_misspelt_section_is_the_only_error(tmp_path: Path, section: str) -> None:
    (said,) = wrong(tmp_path, TEXT.replace(f"\n{section}:", f"\n{section[:-2]}x{section[-1]}:", 1))
    assert f"did you mean {section!r}?" in said


def test_an_unknown_frame_lists_those_there_are(tmp_path: Path) -> None:
    (said,) = wrong(tmp_path, TEXT.replace("frame: MOON_EQUATOR", "frame: MOON_EQ", 1))
    assert "MOON_EQUATOR" in said
    assert "MOON_PA_INERTIAL" in said


def test_links_without_any_stations_say_so(tmp_path: Path) -> None:
    links = TEXT.index("\nlinks:")
    text = TEXT[: TEXT.index("\nstations:")] + TEXT[links : TEXT.index("\n\n", links + 1)] + "\n"
    said = wrong(tmp_path, text)
    assert any("there is no section 'stations'" in one for one in said), said


HEAD = "mission: {id: a, title: A}\ncraft: {mass: 7 kg}\n"


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("position: [100 km, 0 km, 0 km], velocity: [0 m/s, 1600 m/s, 0 m/s]", "lies inside the Moon: 100.0 km"),
        ("position: [1838 km, 0 km, 0 km], velocity: [0 m/s, 2400 m/s, 0 m/s]", "is hyperbolic: 2.400 km/s"),
        ("position: [1838 km, 0 km, 0 km]", "needs 'elements', or 'position' and 'velocity'"),
        (
            "elements: {semi_major_axis: 9000 km, eccentricity: 1.2, inclination: 0 deg, raan: 0 deg, "
            "argument_of_periapsis: 0 deg, true_anomaly: 0 deg}",
            "below 1 it stays",
        ),
        (
            "elements: {semi_major_axis: 2000 km, eccentricity: 0.5, inclination: 0 deg, raan: 0 deg, "
            "argument_of_periapsis: 0 deg, true_anomaly: 180 deg}",
            "have their periapsis inside the Moon, 737.4 km deep",
        ),
    ],
)
def test_a_state_that_is_no_orbit_about_the_moon(tmp_path: Path, release: str, said: str) -> None:
    found = wrong(tmp_path, HEAD + "release: {epoch: 2024-05-08T08:14Z, frame: ICRF, " + release + "}\n")
    assert len(found) == 1
    assert said in found[0]
    assert "mission.yaml:3:" in found[0]


def test_entries_without_an_id_are_all_read(tmp_path: Path) -> None:
    burns = "\nburns:\n" + "".join(
        f"  - {{start: 2024-05-{day:02d}T00:00Z, delta_v: [1 m/s, 0 m/s, 0 m/s]}}\n" for day in (20, 21, 22)
    )
    file = tmp_path / "mission.yaml"
    file.write_text(TEXT + burns, encoding="utf-8")
    made = read_mission(file)
    assert [one.start.iso()[8:10] for one in made.burns] == ["20", "21", "22"]
    assert len(made.assumptions) == 10


def test_frames_are_those_that_orbits_know_about_the_moon() -> None:
    assert set(MOON_FRAMES) <= set(FRAMES)
    assert {frame_of(name, "moon") for name in FRAMES} == set(MOON_FRAMES)


@pytest.mark.parametrize("frame", ["MOON_ME", "MOON_PA"])
def test_elements_in_axes_that_turn_are_refused_and_vectors_are_not(tmp_path: Path, frame: str) -> None:
    found = wrong(tmp_path, TEXT.replace("frame: MOON_EQUATOR", f"frame: {frame}"))
    assert len([one for one in found if "turns with the Moon" in one]) == 2  # of the release and of the carrier
    vectors = "position: [2000 km, 0 km, 0 km], velocity: [0 m/s, 1500 m/s, 0 m/s]"
    file = tmp_path / "mission.yaml"
    file.write_text(HEAD + "release: {epoch: 2024-05-08T08:14Z, frame: " + frame + ", " + vectors + "}\n")
    assert read_mission(file).state.frame == frame


def test_a_hyperbola_is_seen_in_each_frame_that_does_not_turn(tmp_path: Path) -> None:
    """EME2000 has the letters of ME in it."""
    vectors = "position: [1838 km, 0 km, 0 km], velocity: [0 m/s, 2400 m/s, 0 m/s]"
    for frame in ("ICRF", "EME2000", "MOON_ME_INERTIAL", "MOON_EQUATOR_J2000"):
        found = wrong(tmp_path, HEAD + f"release: {{epoch: 2024-05-08T08:14Z, frame: {frame}, {vectors}}}\n")
        assert len(found) == 1
        assert "is hyperbolic" in found[0]


@settings(max_examples=100)
@given(st.floats(1_800, 60_000), st.floats(0, 0.97), st.floats(0, 180), st.tuples(*[st.floats(-360, 360)] * 3))
def test_elements_become_the_vectors_that_orbits_make_of_them(
    axis_km: float, eccentricity: float, inclination_deg: float, angles_deg: tuple[float, float, float]
) -> None:
    """Two writings of the same algorithm: a file's, which may not import orbits, and theirs."""
    node, periapsis, anomaly = angles_deg
    mine = KeplerElements(
        semi_major_axis_km=axis_km,
        eccentricity=eccentricity,
        inclination_deg=inclination_deg,
        raan_deg=node,
        argument_of_periapsis_deg=periapsis,
        true_anomaly_deg=anomaly,
    ).vectors(MOON_MU_KM3_S2)
    rad = [radians(angle) for angle in (inclination_deg, node, periapsis, anomaly)]
    theirs = kepler.vectors(
        kepler.Elements(
            semi_major_axis_km=axis_km,
            eccentricity=eccentricity,
            inclination_rad=rad[0],
            node_rad=rad[1],
            periapsis_rad=rad[2],
            true_anomaly_rad=rad[3],
        ),
        MOON_MU_KM3_S2,
    )
    assert mine[0] == pytest.approx(tuple(theirs[0]), abs=1e-8)  # km; rounding of 120,000 km
    assert mine[1] == pytest.approx(tuple(theirs[1]), abs=1e-11)


def test_a_missing_file_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="hamsafar new DIR --from lunar-cubesat"):
        read_mission(tmp_path)


def test_the_schema_is_the_committed_one_and_accepts_the_example() -> None:
    assert read_text("programme/lunar/mission.schema.json") == mission_schema_text()
    schema = json.loads(mission_schema_text())
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == {*ONCE, *LISTS}
    root = read_nodes(TEXT.encode(), where="mission.yaml")
    assert root is not None
    Draft202012Validator(schema).validate(root.plain())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(TEXT) - 1), st.sampled_from(["", "x", "-", ": ", "\n", "[", "9" * 30, "\u0000"]))
def test_a_broken_file_is_told_and_never_crashes(at: int, piece: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mission.yaml"
        file.write_text(TEXT[:at] + piece + TEXT[at + 1 :], encoding="utf-8")
        with suppress(InputError):  # anything else would be a crash
            read_mission(file)
