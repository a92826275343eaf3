"""What `moon` takes as its SPEC: an OPM about the Moon however it is told, and one error for what can't be taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from attrs import evolve

from hamsafar import lunar
from hamsafar.app.moon.orbit import orbit_pieces
from hamsafar.app.moon.spec import mission_of
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.formats.ccsds import read_opm
from hamsafar.orbit.states import about, from_keplerian, in_frame, keplerian
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2019, 7, 18, 0, 30)
ELEMENTS = {
    "semi_major_axis_km": 8_697.812,
    "eccentricity": 0.78253,
    "inclination_deg": 44.259,
    "node_deg": 60.543,
    "periapsis_deg": 79.156,
}
STATE = from_keplerian(epoch=EPOCH, centre="moon", frame="ICRF", true_anomaly_deg=251.2, mu_km3_s2=4_902.8, **ELEMENTS)
MEAN_DEG = keplerian(STATE, mu_km3_s2=4_902.8).mean_anomaly_deg
HEAD = """\
CCSDS_OPM_VERS = 2.0
CREATION_DATE = 2019-07-01T00:00:00
ORIGINATOR = X
OBJECT_NAME = LUNAR
OBJECT_ID = 2018-045B
CENTER_NAME = {centre}
REF_FRAME = {frame}
TIME_SYSTEM = UTC
EPOCH = 2019-07-18T00:30:00
"""
MASS = "MASS = 45\nSOLAR_RAD_AREA = 0.25\nSOLAR_RAD_COEFF = 1.8\n"


def opm(folder: Path, state: Any, centre: str = "EARTH") -> Path:
    words = zip(("X", "Y", "Z", "X_DOT", "Y_DOT", "Z_DOT"), (*state.position_km, *state.velocity_km_s), strict=True)
    text = HEAD.format(centre=centre, frame=state.frame) + "".join(f"{k} = {x!r}\n" for k, x in words) + MASS
    path = folder / "state.opm"
    path.write_text(text)
    return path


@pytest.mark.parametrize("frame", ["ICRF", "EME2000", "ITRF"])
def test_a_state_about_the_earth_that_is_bound_to_the_moon_is_moved_there_and_said_so(
    tmp_path: Path, frame: str
) -> None:
    mission = mission_of(opm(tmp_path, in_frame(about(STATE, "earth"), frame)))
    assert (mission.state.centre, mission.state.frame) == ("moon", "ICRF")
    # km, km/s: the Earth's turning in ITRF, of 366,000 km, is rounded to 1e-5 km
    assert np.allclose(mission.state.position_km, STATE.position_km, atol=1e-4)
    assert np.allclose(mission.state.velocity_km_s, STATE.velocity_km_s, atol=1e-8)
    said = lunar.orbit(mission, end="10 min", degree=0).assumed
    assert any("CENTER_NAME = EARTH" in sentence and "Moon" in sentence for sentence in said)


def test_a_state_that_does_not_orbit_the_moon_names_the_other_command(tmp_path: Path) -> None:
    leo = from_keplerian(
        epoch=EPOCH, centre="earth", frame="ICRF", true_anomaly_deg=0.0, **{**ELEMENTS, "semi_major_axis_km": 60_000.0}
    )
    with pytest.raises(InputError, match=r"propagate --center moon") as told:
        mission_of(opm(tmp_path, leo))
    assert told.value.where.endswith("state.opm:6:1 CENTER_NAME")


def elements_only(folder: Path, *, frame: str = "ICRF", **changed: str) -> Path:
    words = {
        "SEMI_MAJOR_AXIS": "8697.812",
        "ECCENTRICITY": "0.78253",
        "INCLINATION": "44.259",
        "RA_OF_ASC_NODE": "60.543",
        "ARG_OF_PERICENTER": "79.156",
        "TRUE_ANOMALY": "251.2",
        "GM": "4902.8",
        **changed,
    }
    text = HEAD.format(centre="MOON", frame=frame) + "".join(f"{k} = {x}\n" for k, x in words.items() if x) + MASS
    path = folder / "elements.opm"
    path.write_text(text)
    return path


@pytest.mark.parametrize("anomaly", [{}, {"TRUE_ANOMALY": "", "MEAN_ANOMALY": repr(MEAN_DEG)}])
def test_keplerian_elements_alone_are_taken_with_their_own_gm(tmp_path: Path, anomaly: dict[str, str]) -> None:
    mission = mission_of(elements_only(tmp_path, **anomaly))
    assert np.allclose(mission.state.position_km, STATE.position_km, atol=1e-8)  # km: rounding
    assert np.allclose(mission.state.velocity_km_s, STATE.velocity_km_s, atol=1e-11)
    assert any("Keplerian elements with GM = 4902.8" in one.why for one in mission.assumptions)


@pytest.mark.parametrize(
    ("frame", "changed", "says"),
    [
        ("MOON_PA", {}, "MOON_PA turns"),
        ("ICRF", {"ECCENTRICITY": "1.2"}, "no closed orbit"),
        ("ICRF", {"GM": ""}, "GM: is missing"),
    ],
)
def test_elements_that_cannot_be_taken_are_one_error(
    tmp_path: Path, frame: str, changed: dict[str, str], says: str
) -> None:
    with pytest.raises(InputError, match=says) as told:
        mission_of(elements_only(tmp_path, frame=frame, **changed))
    assert "\n" not in str(told.value)


def test_a_reader_without_means_says_once_that_the_vector_is_missing(tmp_path: Path) -> None:
    text = elements_only(tmp_path).read_text()
    with pytest.raises(InputError, match="standard demands position and velocity") as told:
        read_opm(text, where="x.opm")
    assert "\n" not in str(told.value)


def test_of_an_ephemeris_the_first_state_is_taken(tmp_path: Path) -> None:
    out = tmp_path / "way.oem"
    found = lunar.orbit(opm(tmp_path, about(STATE, "earth")), end="20 min", degree=0)
    out.write_text("".join(orbit_pieces(found, "oem")))
    mission = mission_of(out)
    assert mission.state.epoch == EPOCH
    assert np.allclose(mission.state.position_km, STATE.position_km, atol=1e-4)
    assert any("only its first state" in one.why for one in mission.assumptions)


@pytest.mark.parametrize("ask", [lunar.lifetime, lunar.light])
def test_a_year_that_nobody_asked_for_ends_with_the_ephemeris_and_says_so(tmp_path: Path, ask: Any) -> None:
    late = evolve(mission_of(opm(tmp_path, STATE, "MOON")), state=evolve(STATE, epoch=Instant.utc(2059, 12, 20)))
    found = ask(late, degree=0)
    assert any("bundled ephemeris (DE440) ends" in sentence for sentence in found_assumed(found))
    with pytest.raises(OutOfRangeError, match="--until: orbits about the Moon") as told:
        ask(late, degree=0, **{"until" if ask is lunar.lifetime else "end": "200 d"})
    assert isinstance(told.value.last, Instant)
    assert told.value.asked == late.state.epoch.plus(days=200)


def found_assumed(found: Any) -> tuple[str, ...]:
    said: tuple[str, ...] = found.assumed if hasattr(found, "assumed") else found.followed.assumed
    return said
