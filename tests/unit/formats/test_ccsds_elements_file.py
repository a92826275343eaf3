"""Element sets of any form from one door; one object where one is meant; element lines written."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
from attrs import evolve
from ccsds_texts import CSV, FULL_JSON, KVN, OEM, OPM, SHORT_JSON, TLE, XML
from hypothesis import given, settings
from hypothesis import strategies as st
from sgp4.api import WGS72, Satrec

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import omm_of, write_omm
from hamsafar.formats.elements_file import read_elements, read_object
from hamsafar.formats.tle import read_tles
from hamsafar.formats.tle_writer import write_tle, write_tles
from hamsafar.timeline import Instant

TIANGONG = Path(__file__).parents[4] / "shared" / "data" / "tiangong_elements.tle"
BUNDLED = Path(__file__).parents[1] / "flight" / "real_elements.tle"
FORMS = {"tle": TLE, "kvn": KVN, "xml": XML, "full": FULL_JSON, "short": SHORT_JSON, "csv": CSV}


def the_tle() -> Elements:
    return read_tles(TLE, where="f")[0]


def signed(line: str) -> str:
    """The line with its checksum put right."""
    body = line[:68]
    return body + str(sum(int(c) if c.isdigit() else c == "-" for c in body) % 10)


BEGINNINGS = [(form, before) for form in FORMS for before in ("", "\ufeff", "\n\n")]
BEGINNINGS.remove(("xml", "\n\n"))  # an XML declaration stands first, by the XML standard


@pytest.mark.parametrize(("form", "before"), BEGINNINGS)
def test_the_form_is_told_from_the_text(form: str, before: str) -> None:
    for read in (read_elements, read_object):
        (elements,) = read(before + FORMS[form], where="f")
        assert evolve(elements, text=the_tle().text) == the_tle()


def test_an_empty_file_is_an_error() -> None:
    for text in ("", "\n \n", "\ufeff", "# nothing\n"):
        with pytest.raises(InputErrors, match="f:1:1: holds no element sets"):
            read_elements(text, where="f")


@pytest.mark.parametrize(("text", "kind"), [(OEM, "OEM"), (OPM, "OPM")])
def test_another_message_is_called_by_its_name(text: str, kind: str) -> None:
    with pytest.raises(InputErrors, match=f"f:1:1 CCSDS_{kind}_VERS: is a CCSDS {kind}: .* give a TLE or an OMM here"):
        read_elements(text, where="f")


def test_sets_come_in_order_and_repeats_once() -> None:
    later = evolve(the_tle(), epoch=the_tle().epoch.plus(days=1))
    text = write_omm([omm_of(later), omm_of(the_tle()), omm_of(later)], form="json").decode()
    assert [each.epoch for each in read_elements(text, where="f")] == [the_tle().epoch, later.epoch]


@pytest.mark.parametrize("form", ["tle", "kvn", "xml", "json", "csv"])
def test_a_second_object_is_named_with_its_line(form: str) -> None:
    one, other = the_tle(), evolve(the_tle(), norad=25544, name="ISS (ZARYA)", designator="98067A")
    if form == "tle":
        text = write_tles([one, one, other, one])
    else:
        text = write_omm([omm_of(each) for each in (one, one, other, one)], form=form).decode()  # type: ignore[arg-type]
    place = {"tle": "7:1", "kvn": "51:1", "xml": "81:1", "json": "3:1", "csv": "4:1"}[form]
    with pytest.raises(InputErrors) as caught:
        read_object(text, where="f")
    (error,) = caught.value.errors
    assert error.where == f"f:{place}"
    assert "25544 (ISS (ZARYA))" in error.what
    assert "48274 (CSS (TIANHE))" in error.what
    assert len(read_elements(text, where="f")) == 2


def test_a_perigee_inside_the_earth_is_shown_at_what_puts_it_there() -> None:
    one, two = TLE.splitlines()[1:]
    deep = f"{one}\n{signed(two[:26] + '5000000' + two[33:])}\n"
    with pytest.raises(InputErrors, match=r"f:2:27: puts the perigee 33\d\d km from the Earth's centre, inside"):
        read_object(deep, where="f")
    assert read_elements(deep, where="f")
    fast = f"{one}\n{signed(two[:52] + '17.90000000' + two[63:])}\n"
    with pytest.raises(InputErrors, match="f:2:53: puts the perigee 61"):
        read_object(fast, where="f")
    with pytest.raises(InputErrors, match="f:17:23 ECCENTRICITY: puts the perigee"):
        read_object(KVN.replace("= .0002625", "= .5"), where="f")
    with pytest.raises(InputErrors, match="f:2:40 MEAN_MOTION: puts the perigee"):
        read_object(CSV.replace("15.60068670", "17.9").replace("CSS (TIANHE)", "C"), where="f")


def test_the_published_verification_sets_are_still_read() -> None:
    text = files("sgp4").joinpath("SGP4-VER.TLE").read_text()
    lines = [signed(line) for line in text.splitlines() if line[:2] in ("1 ", "2 ")]
    assert len(lines) == 66
    found = read_elements("\n".join(lines), where="SGP4-VER.TLE")
    assert {each.norad for each in found} == {int(line[2:7]) for line in lines}


def real_sets() -> tuple[Elements, ...]:
    path = TIANGONG if TIANGONG.exists() else BUNDLED
    return read_tles(path.read_text(encoding="ascii"), where=path.name)


def test_real_sets_are_written_and_read_back_equal() -> None:
    sets = real_sets()
    assert read_tles(write_tles(sets), where="f") == tuple(
        evolve(each, text=((each.name,) if each.name else ()) + write_tle(each)) for each in sets
    )
    same = 0
    for each in sets:
        assert evolve(read_tles("\n".join(write_tle(each)), where="f")[0], name=each.name, text=each.text) == each
        same += write_tle(each) == each.text[-2:]
    # A zero second rate is printed 00000+0 or, in the older sets, 00000-0; we write the first.
    old = sum(" 00000-0 " in each.text[-2] for each in sets)
    assert same == len(sets) - old
    assert same > 0


@pytest.mark.parametrize("name", ["1 KUNS-PF", "2 BRAVO", "0 X", "#9", "ISS (ZARYA)", "x" * 24])
def test_a_name_is_read_back(name: str) -> None:
    (elements,) = read_tles(write_tles([evolve(the_tle(), name=name)]), where="f")
    assert elements.name == name


def test_another_writer_gives_the_same_lines() -> None:
    # sgp4's exporter, which prints a zero rate in its own way: all else must agree to the character.
    for each in real_sets()[:20]:
        theirs = Satrec.twoline2rv(*write_tle(each), WGS72)
        assert (theirs.satnum, theirs.elnum, theirs.revnum) == (each.norad, each.element_set, each.revolution)
        assert theirs.intldesg.strip() == each.designator
        assert theirs.bstar == pytest.approx(each.bstar_per_er, rel=1e-12)


@pytest.mark.parametrize(
    ("change", "line", "first", "text"),
    [
        ({"norad": 5}, 0, 3, "00005"),
        ({"norad": 148_493}, 0, 3, "E8493"),
        ({"norad": 339_999}, 0, 3, "Z9999"),
        ({"norad": 100_000}, 1, 3, "A0000"),
        ({"mean_motion_dot": -0.5}, 0, 34, "-.50000000"),
        ({"mean_motion_dot": 1.25}, 0, 34, "1.25000000"),
        ({"bstar_per_er": -0.00020659}, 0, 54, "-20659-3"),
        ({"bstar_per_er": 0.12345678}, 0, 54, " 12346+0"),
        ({"bstar_per_er": 1.5}, 0, 54, " 15000+1"),
        ({"bstar_per_er": 0.999999}, 0, 54, " 10000+1"),
        ({"bstar_per_er": 1.234e-11}, 0, 54, " 01234-9"),
        ({"bstar_per_er": 1e-20}, 0, 54, " 00000+0"),
        ({"raan_deg": -10.0}, 1, 18, "350.0000"),
        ({"mean_anomaly_deg": 5.0}, 1, 44, "  5.0000"),
        ({"mean_motion_rev_d": 1.00271}, 1, 53, " 1.00271000"),
        ({"eccentricity": 0.85}, 1, 27, "8500000"),
        ({"designator": ""}, 0, 10, "        "),
        ({"epoch": Instant.parse("2026-12-31T23:59:59.9999Z")}, 0, 19, "27001.00000000"),
        ({"epoch": Instant.parse("2016-12-31T23:59:60.5Z")}, 0, 19, "17001.00000000"),
        ({"epoch": Instant.parse("1999-01-01T12:00:00Z")}, 0, 19, "99001.50000000"),
    ],
)
def test_a_value_has_its_columns(change: dict[str, object], line: int, first: int, text: str) -> None:
    lines = write_tle(evolve(the_tle(), **change))
    assert lines[line][first - 1 : first - 1 + len(text)] == text
    assert read_tles("\n".join(lines), where="f")


@pytest.mark.parametrize(
    "change",
    [
        {"norad": 340_000},
        {"norad": -1},
        {"designator": "2021-035A-X"},
        {"mean_motion_dot": 10.0},
        {"mean_motion_dot": -1.0},
        {"bstar_per_er": 1e10},
        {"mean_motion_ddot": float("nan")},
        {"eccentricity": 0.99999999},
        {"eccentricity": -0.1},
        {"inclination_deg": 180.1},
        {"mean_anomaly_deg": float("nan")},
        {"mean_motion_rev_d": 0.0},
        {"mean_motion_rev_d": 100.0},
        {"element_set": 10_000},
        {"revolution": 100_000},
        {"epoch": Instant.parse("2057-01-01T00:00:00Z")},
    ],
)
def test_what_lines_cannot_carry_is_an_error(change: dict[str, object]) -> None:
    with pytest.raises(InputError, match="write an OMM instead"):
        write_tle(evolve(the_tle(), **change))


@settings(max_examples=200, deadline=None)
@given(
    st.builds(
        Elements,
        name=st.just(""),
        norad=st.integers(0, 339_999),
        designator=st.just("98067A"),
        epoch=st.integers(0, 20_000 * 10**8).map(lambda parts: Instant(37 * 10**9 + parts * 864_000)),
        mean_motion_rev_d=st.floats(0.01, 17.9),
        eccentricity=st.floats(0.0, 0.9999),
        inclination_deg=st.floats(0.0, 180.0),
        raan_deg=st.floats(-360.0, 360.0),
        argument_of_perigee_deg=st.floats(0.0, 360.0),
        mean_anomaly_deg=st.floats(0.0, 360.0),
        bstar_per_er=st.floats(-9e8, 9e8),
        mean_motion_dot=st.floats(-0.9, 9.9),
        mean_motion_ddot=st.floats(-1.0, 1.0),
        element_set=st.integers(0, 9_999),
        revolution=st.integers(0, 99_999),
        text=st.just(()),
    )
)
def test_lines_are_read_back_to_the_digits_they_have(elements: Elements) -> None:
    lines = write_tle(elements)
    (read,) = read_tles("\n".join(lines), where="f")
    assert write_tle(read) == lines
    assert (read.norad, read.element_set, read.revolution) == (
        elements.norad,
        elements.element_set,
        elements.revolution,
    )
    assert abs(read.epoch.tai_ns - elements.epoch.tai_ns) <= 432_000  # half of 1e-8 d
    assert abs(read.eccentricity - elements.eccentricity) <= 0.51e-7
    assert abs(read.mean_motion_rev_d - elements.mean_motion_rev_d) <= 0.51e-8
    assert abs(read.mean_motion_dot - elements.mean_motion_dot) <= 0.51e-8
    assert abs(read.inclination_deg - elements.inclination_deg) <= 0.51e-4
    assert abs((read.raan_deg - elements.raan_deg + 180.0) % 360.0 - 180.0) <= 0.51e-4
    assert abs(read.bstar_per_er - elements.bstar_per_er) <= max(0.51e-4 * abs(elements.bstar_per_er), 0.51e-14)
