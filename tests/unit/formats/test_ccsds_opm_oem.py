"""OPM and OEM: what is read, and that every error is named with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import process_time

import erfa
import numpy as np
import pytest
from attrs import evolve
from ccsds_texts import OEM, OPM

from hamsafar.domain.messages import EphemerisMessage, EphemerisMetadata, EphemerisSegment, Epoch, MessageHeader
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import read_oem, read_opm, write_oem, write_opm
from hamsafar.timeline import Instant, tdb_clock_of

STATION = Path(__file__).parents[4] / "shared" / "data" / "station_oem" / "ISS.OEM_J2K_EPH_2025-057.xml"


def errors_of(read: Callable[..., object], text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read(text, where="f")
    assert all(error.where.startswith("f:") for error in caught.value.errors)
    return [str(error) for error in caught.value.errors]


def test_an_opm_is_read_exactly() -> None:
    message = read_opm(OPM, where="f")
    assert message.header.comments == ("a small orbiter",)
    assert (message.metadata.center_name, message.metadata.ref_frame) == ("MOON", "EME2000")
    assert message.state.comments == ("at the release",)
    assert message.state.position_km == (1838.25, -3.5, 0.1)
    assert message.state.velocity_km_s == (0.0, 1.633, -0.25)
    # Day 307 of 2026 is 3 November; from 2000-01-01 that are 9,803 days.
    assert message.state.epoch == Epoch(clock_ns=(9_803 * 86_400) * 10**9 + 250_000_000, time_system="TDB")
    assert message.kepler is not None
    assert (message.kepler.true_anomaly_deg, message.kepler.mean_anomaly_deg) == (3.5, None)
    assert message.kepler.gm_km3_s2 == 4902.800066
    assert message.spacecraft is not None
    assert (message.spacecraft.mass_kg, message.spacecraft.solar_radiation_coefficient) == (9.25, 1.3)
    first, second = message.maneuvers
    assert first.comments == ("lower the pericentre",)
    assert (first.duration_s, first.delta_mass_kg, first.ref_frame) == (132.6, -0.018, "RTN")
    assert (second.dv_1_km_s, second.duration_s) == (0.0001, 0.0)
    assert message.user_defined == (("GRAVITY", "degree 60"),)


def test_a_time_without_an_exact_definition_keeps_its_label_only() -> None:
    state = read_opm(OPM.replace("= TDB", "= UT1"), where="f").state
    with pytest.raises(InputError, match="UT1"):
        _ = state.epoch.instant
    utc = read_opm(OPM.replace("= TDB", "= utc"), where="f")
    assert utc.metadata.time_system == "UTC"
    assert utc.state.epoch.instant == Instant.parse("2026-11-03T00:00:00.25Z")


@pytest.mark.parametrize(
    ("system", "utc"),
    [
        ("UTC", "2026-11-03T00:00:00.25Z"),
        ("TAI", "2026-11-02T23:59:23.25Z"),  # TAI - UTC = 37 s since 2017 (IERS Bulletin C)
        ("TT", "2026-11-02T23:58:51.066Z"),  # TT = TAI + 32.184 s
        ("GPS", "2026-11-02T23:59:42.25Z"),  # GPS = UTC + 18 s since 2017
    ],
)
def test_time_systems_that_are_defined_exactly(system: str, utc: str) -> None:
    message = read_opm(OPM.replace("= TDB", f"= {system}"), where="f")
    assert message.state.epoch.instant == Instant.parse(utc)
    for form in ("kvn", "xml"):
        assert read_opm(write_opm(message, form=form).decode(), where="f") == message  # type: ignore[arg-type]


def test_barycentric_time_is_met_to_ten_microseconds() -> None:
    epoch = read_opm(OPM, where="f").state.epoch
    tt = Instant.parse("2026-11-02T23:58:51.066Z")
    # Fairhead & Bretagnon's full series, at the Earth's centre, as ERFA has it.
    full_s = erfa.dtdb(*tt.julian_date_tt(), 0.0, 0.0, 0.0, 0.0)
    assert (epoch.instant.tai_ns - tt.tai_ns) * 1e-9 == pytest.approx(-full_s, abs=1e-5)
    assert abs(tdb_clock_of(epoch.instant.tai_ns) - epoch.clock_ns) <= 1


def test_a_leap_second_is_read_and_written() -> None:
    text = OPM.replace("= TDB", "= UTC").replace("2026-307T00:00:00.25", "2016-12-31T23:59:60.5")
    message = read_opm(text, where="f")
    assert message.state.epoch.instant == Instant.parse("2016-12-31T23:59:60.5Z")
    assert b"EPOCH = 2016-12-31T23:59:60.5\n" in write_opm(message)
    found = errors_of(read_opm, text.replace("= UTC", "= TAI"))
    assert "no such time of day in TAI" in found[0]


def test_more_decimals_than_nanoseconds_are_rounded() -> None:
    message = read_opm(OPM.replace("00:00:00.25", "00:00:00.9999999996"), where="f")
    assert message.state.epoch.clock_ns == (9_803 * 86_400 + 1) * 10**9


def opm(old: str, new: str) -> str:
    assert old in OPM
    return OPM.replace(old, new)


BAD_OPM = {
    "mass with a maneuver": (opm("MASS = 9.25 [kg]\n", ""), "f:30:1 MASS: is missing from the spacecraft parameters"),
    "anomalies": (opm("GM =", "MEAN_ANOMALY = 3\nGM ="), "f:23:1 TRUE_ANOMALY: and MEAN_ANOMALY exclude each other"),
    "no anomaly": (opm("TRUE_ANOMALY = 3.5 [deg]\n", ""), "f:18:1 TRUE_ANOMALY: should be given, or MEAN_ANOMALY"),
    "gm": (opm("GM = 4902.800066", "GM = -4902.8"), "f:24:6 GM: should be above 0 (got -4902.8)"),
    "half of Kepler": (opm("INCLINATION = 90.5 [deg]\n", ""), "f:18:1 INCLINATION: is missing from the Keplerian"),
    "mass gained": (opm("-0.018", "0.018"), "f:33:18 MAN_DELTA_MASS: should not be positive"),
    "duration": (opm("132.6", "-132.6"), "f:32:16 MAN_DURATION: should not be negative"),
    "burn without a frame": (opm("MAN_REF_FRAME = TNW\n", ""), "f:38:1 MAN_REF_FRAME: is missing from a maneuver"),
    "keyword of OMM": (opm("X = 1", "BSTAR = 1\nX = 1"), "f:12:1 BSTAR: is not a keyword of the state vector"),
    "block too late": (OPM + "MASS = 3\n", "f:46:1 MASS: belongs to the spacecraft parameters"),
    "two messages": (OPM + OPM, "f:46:1: begins a second OPM"),
    "no creation date": (
        opm("CREATION_DATE = 2026-11-03T05:29:31", "CREATION_DATE ="),
        "f:3:16 CREATION_DATE: has no",
    ),
    "not ascii digits": (opm("= 90.5", "= ٩٠"), "f:20:15 INCLINATION: should be a number"),
    "underscore": (opm("-3.5", "3_5"), "f:13:5 Y: should be a number (got '3_5')"),
}


@pytest.mark.parametrize("name", BAD_OPM)
def test_a_bad_opm_says_where_and_what(name: str) -> None:
    text, expected = BAD_OPM[name]
    found = errors_of(read_opm, text)
    assert any(error.startswith(expected) for error in found), found


def test_an_oem_is_read_exactly() -> None:
    message = read_oem(OEM, where="f")
    first, second = message.segments
    assert first.metadata.interpolation_degree == 3
    assert first.metadata.useable_stop_time is not None
    assert first.comments == ("three states", "a word between")
    start = Instant.parse("2026-09-18T11:59:42Z").tai_ns  # GPS is 18 s ahead of UTC
    assert first.tai_ns.tolist() == [start, start + 60 * 10**9, start + 180 * 10**9]
    assert first.position_km.tolist() == [[7000.5, -1.25, 0.003], [7001.5, -2.25, 0.004], [7002.5, -3.25, 0.005]]
    assert first.velocity_km_s[1].tolist() == [0.2, 7.5, -0.25]
    assert first.acceleration_km_s2 is None
    one, two = first.covariances
    assert (one.comments, one.ref_frame, two.ref_frame) == (("how sure",), "RTN", None)
    assert one.lower == tuple(float(i) for i in range(1, 22))
    assert two.lower[0] == 1.5
    assert second.acceleration_km_s2 is not None
    assert second.acceleration_km_s2.tolist() == [[-0.008, 0.0, 1e-9]] * 2
    with pytest.raises(ValueError, match="read-only"):
        first.position_km[0, 0] = 0.0


def oem(old: str, new: str, count: int = 1) -> str:
    assert old in OEM
    return OEM.replace(old, new, count)


SECOND = "2026-261T12:01:00Z       7001.5 -2.25 4e-3  0.2 7.5 -.25\n"
BAD_OEM = {
    "order": (oem("2026-261T12:01:00Z", "2026-261T12:00:00"), "f:19:1 EPOCH: states should ascend in time"),
    "epoch": (oem("2026-261T12:01:00Z", "2026-261T12:61:00Z"), "f:19:1 EPOCH: no such time of day in GPS"),
    "start and stop": (oem("2026-261T12:00:00.000", "2026-262T12:00:00"), "f:10:14 START_TIME: lies after STOP_TIME"),
    "before start": (
        oem("2026-261T12:00:00.000", "2026-261T12:00:01"),
        "f:10:14 START_TIME: lies after the first",
    ),
    "after stop": (oem("T12:03:00Z", "T12:02:59"), "f:13:13 STOP_TIME: lies before the last state"),
    "useable": (oem("= 2026-261T12:01:00", "= 2026-261T11:01:00"), "f:11:22 USEABLE_START_TIME: lies outside"),
    "useable turned": (
        oem("= 2026-261T12:01:00", "= 2026-261T12:02:30"),
        "f:11:22 USEABLE_START_TIME: lies after",
    ),
    "degree": (oem("INTERPOLATION_DEGREE = 3\n", ""), "f:14:17 INTERPOLATION: needs INTERPOLATION_DEGREE"),
    "degree zero": (oem("DEGREE = 3", "DEGREE = 0"), "f:15:24 INTERPOLATION_DEGREE: should be from 1 to 99"),
    "number": (oem("7001.5", "7001,5"), "f:19:26 X: should be a number (got '7001,5')"),
    "nan": (oem("7001.5", "nan"), "f:19:26 X: should be a number (got 'nan')"),
    "infinite": (oem("-2.25", "-1e999"), "f:19:33 Y: is too large to be a number"),
    "five numbers": (oem(" -.25\n", "\n"), "f:18:1: should be an epoch and 6 numbers, or 9 with accelerations"),
    "now six, now nine": (oem("4e-3  0.2 7.5 -.25", "4e-3  0.2 7.5 -.25 0 0 0"), "f:19:1: has 9 numbers"),
    "no states": (OEM[: OEM.index("COMMENT three")] + OEM[OEM.index("META_START\n", 300) :], "f:4:1: holds no states"),
    "covariance row": (oem("4 5 6\n", "4 5\n"), "f:29:1: row 3 of a covariance matrix has 3 terms (got 2)"),
    "covariance too short": (oem("16 17 18 19 20 21\n", ""), "f:25:1 EPOCH: has 15 terms of its 21"),
    "covariance too long": (oem("19 20 21\n", "19 20 21\n22\n"), "f:33:1: gives its covariance matrix 22 terms"),
    "covariance order": (
        oem("EPOCH = 2026-09-18T12:01:00", "EPOCH = 2026-09-18T11:59:59"),
        "f:33:1 EPOCH: cov",
    ),
    "row before its epoch": (oem("EPOCH = 2026-09-18T12:00:00\n", ""), "f:25:1 COV_REF_FRAME: stands before"),
    "open covariance": (OEM[: OEM.index("COVARIANCE_STOP")], "f:39:1: the covariance block has no COVARIANCE_STOP"),
    "open metadata": (OEM[: OEM.index("META_STOP")], "f:15:1: the metadata has no META_STOP"),
    "states in the metadata": (oem("META_STOP\n", ""), "f:17:1: a state stands in the metadata"),
    "missing": (oem("STOP_TIME = 2026-09-18T12:03:00Z\n", ""), "f:4:1 STOP_TIME: is missing from the metadata"),
    "other object": (OEM[::-1].replace("A530-1202", "B530-1202", 1)[::-1], "f:43:13 OBJECT_ID: differs from the first"),
    "other time system": (OEM[::-1].replace("SPG", "IAT", 1)[::-1], "f:46:15 TIME_SYSTEM: differs from the first"),
    "assignment in the data": (
        oem("COMMENT a word", "MASS = 3\nCOMMENT a word"),
        "f:21:1 MASS: is no keyword",
    ),
    "two messages": (OEM + OEM, "f:52:1 CCSDS_OEM_VERS: begins a second message"),
    "another message": (oem("CCSDS_OEM", "CCSDS_AEM"), "f:1:1: should be CCSDS_OEM_VERS"),
    "empty": ("", "f:1:1: holds no OEM"),
    "header only": (
        "CCSDS_OEM_VERS = 2.0\nCREATION_DATE = 2026-01-01T00:00:00\nORIGINATOR = A\n",
        "f:1:1: holds no",
    ),
    "version": (oem("= 2.0", "= 4.0"), "f:1:18 CCSDS_OEM_VERS: should be a version we know"),
}


@pytest.mark.parametrize("name", BAD_OEM)
def test_a_bad_oem_says_where_and_what(name: str) -> None:
    text, expected = BAD_OEM[name]
    found = errors_of(read_oem, text)
    assert len(found) == 1  # one thing is wrong, and it is said once
    assert found[0].startswith(expected), found


def test_bad_states_in_xml_say_where() -> None:
    good = write_oem(read_oem(OEM, where="f"), form="xml").decode()
    line = good[: good.index("<X ")].count("\n") + 1
    for old, new, expected in (
        ('<X units="km">7000.5</X>', "<X>nan</X>", f"f:{line}:11 X: should be a number (got 'nan')"),
        ('<X units="km">', '<X units="m">', f"f:{line}:11 X: is in km by the standard (got 'm')"),
        ('<X units="km">7000.5</X>', "", f"f:{line - 2}:9 X: is missing from a state vector"),
        ("<X ", "<X>1</X><X ", f"f:{line}:19 X: stands twice in one state vector"),
        ("<X ", "<W>1</W><X ", f"f:{line}:11 W: is not a keyword of a state vector"),
        ("7000.5</X>", "7<b/></X>", f"f:{line}:26 <X>: should hold a value, not <b>"),
        (' version="2.0"', "", "f:2:1 <oem>: has no version"),
        ("<X ", '<X sure="no" ', f"f:{line}:11 X: has an attribute the standard does not know"),
    ):
        assert old in good
        found = errors_of(read_oem, good.replace(old, new, 1))
        assert found[0].startswith(expected), (expected, found)


def test_overlapping_segments_of_one_object_are_kept_as_they_are() -> None:
    message = read_oem(OEM.replace("2026-261T12:03:00.000", "2026-261T12:00:00"), where="f")
    assert len(message.segments) == 2


def made(count: int) -> EphemerisMessage:
    """An ephemeris of many states a second apart."""
    start = Instant.parse("2026-09-18T00:00:00Z").tai_ns
    clock_ns = start + np.arange(count, dtype=np.int64) * 10**9
    draw = np.random.default_rng(7)
    metadata = EphemerisMetadata(
        object_name="MADE",
        object_id="UNKNOWN",
        ref_frame="TEME",
        start_time=Epoch(clock_ns=int(clock_ns[0]), time_system="UTC"),
        stop_time=Epoch(clock_ns=int(clock_ns[-1]), time_system="UTC"),
    )
    segment = EphemerisSegment(
        metadata=metadata,
        clock_ns=clock_ns,
        position_km=draw.normal(size=(count, 3)) * 7_000,
        velocity_km_s=draw.normal(size=(count, 3)),
    )
    header = MessageHeader(creation_date=Instant(start), originator="HAMSAFAR")
    return EphemerisMessage(header=header, segments=(segment,))


def test_twenty_thousand_states_are_read_at_once() -> None:
    message = made(20_000)
    text = write_oem(message).decode()
    began = process_time()
    again = read_oem(text, where="f")
    # Measured 0.16 s of one core; far more than that is allowed for a busy machine, far less than quadratic work takes.
    assert process_time() - began < 1.5
    assert again == message


def test_a_segment_is_validated_at_birth() -> None:
    (segment,) = made(3).segments
    for change, what in (
        ({"clock_ns": segment.clock_ns[::-1]}, "ascend"),
        ({"position_km": segment.position_km[:2]}, "shape"),
        ({"position_km": segment.position_km * np.nan}, "finite"),
        ({"metadata": evolve(segment.metadata, stop_time=segment.metadata.start_time)}, "STOP_TIME"),
    ):
        with pytest.raises(InputError, match=what):
            evolve(segment, **change)


def test_writers_refuse_what_the_standard_does_not_allow() -> None:
    message = read_oem(OEM, where="f")
    with pytest.raises(InputError, match="CREATION_DATE"):
        write_oem(evolve(message, header=evolve(message.header, creation_date=None)))
    state = read_opm(OPM, where="f")
    with pytest.raises(InputError, match="MASS"):
        write_opm(evolve(state, spacecraft=None))
    with pytest.raises(InputError, match="is in UTC"):
        write_opm(evolve(state, state=evolve(state.state, epoch=Epoch(clock_ns=0, time_system="UTC"))))
    with pytest.raises(InputError, match=r"MESSAGE_ID needs version 3\.0"):
        write_opm(evolve(state, header=evolve(state.header, message_id="1")))


@pytest.mark.skipif(not STATION.exists(), reason="the agency's file is not in a fresh clone")
def test_the_agencys_file_is_read_without_loss() -> None:
    message = read_oem(STATION.read_text(encoding="utf-8"), where=STATION.name)
    (segment,) = message.segments
    assert (segment.metadata.object_name, segment.metadata.object_id) == ("ISS", "1998-067-A")
    assert segment.clock_ns.size == 5_413
    assert "MASS=454339.00" in segment.comments
    assert segment.position_km[0].tolist() == [236.607189722756, -5167.4525798095301, 4405.8223442860099]
    assert Instant(int(segment.tai_ns[-1])) == Instant.parse("2025-03-13T12:00:00Z")
    for form in ("kvn", "xml"):
        assert read_oem(write_oem(message, form=form).decode(), where="f") == message  # type: ignore[arg-type]
