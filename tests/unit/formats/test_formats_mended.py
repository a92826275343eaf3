"""What once went wrong with files that people and catalogues may well send: time, places, forms, and limits."""

from __future__ import annotations

import re
from time import process_time

import pytest
from attrs import evolve
from ccsds_texts import CSV, KVN, OEM, SHORT_JSON, TLE, XML

from hamsafar.domain.elements import Elements
from hamsafar.domain.messages import EphemerisMessage, covariance_faults
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import elements_of, omm_of, read_oem, read_omm, write_oem, write_omm
from hamsafar.formats.ccsds.naming import ascii_lines, ascii_name
from hamsafar.formats.ccsds.sniff import form_of, kind_of
from hamsafar.formats.elements_file import read_elements, read_object
from hamsafar.formats.horizon import read_horizon
from hamsafar.formats.tle import read_tles
from hamsafar.formats.tle_writer import write_tle, write_tles

READERS = {"omm": read_omm, "oem": read_oem, "elements": read_elements, "tle": read_tles, "horizon": read_horizon}
FAST_S = 4.0  # ten times what these take on a slow machine; each took longer, most far longer, before


def the_tle() -> Elements:
    return read_tles(TLE, where="f")[0]


def errors_of(reader: str, text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        READERS[reader](text, where="f")
    return [str(error) for error in caught.value.errors]


def joined(xml: str) -> str:
    """The same XML on one line."""
    return re.sub(r"\n\s*", "", xml)


# Time: none grows faster than the file


def test_a_catalogue_on_one_line_takes_no_longer() -> None:
    (message,) = read_omm(KVN, where="f")
    text = joined(write_omm([message] * 600, form="xml").decode())
    # Characters beyond ASCII, too, must not be counted again for every element.
    text = text.replace("made by hand", "máde by hånd")
    start = process_time()
    assert len(read_omm(text, where="f")) == 600
    assert process_time() - start < FAST_S


def test_an_ephemeris_with_units_on_one_line_takes_no_longer() -> None:
    text = joined(write_oem(read_oem(OEM, where="f"), form="xml").decode())
    state = text[text.index("<stateVector>") : text.index("</stateVector>") + len("</stateVector>")]
    many = "".join(  # every 5 ms from 12:02:00 on
        state.replace("T12:00:00", f"T12:02:{i // 200:02}.{i % 200 * 5:03}").replace('"km"', '"KM"')
        for i in range(11_999)
    )
    second = text.index("<stateVector>", text.index("<stateVector>") + 1)
    third = text.index("<stateVector>", second + 1)
    start = process_time()
    message = read_oem(text[:third] + many + text[third:], where="f")
    assert process_time() - start < FAST_S
    assert message.segments[0].clock_ns.size == 12_002


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        ("omm", KVN.replace(" [rev/day]", " " * 60_000 + "]")),
        ("omm", KVN.replace("15.60068670 [rev/day]", "1" * 60_000 + "x")),
        ("horizon", "0," + "1" * 60_000 + "x"),
        ("omm", "EPOCH,MEAN_MOTION," + ",".join(f"K{i}" for i in range(60_000)) + "\n1,2\n"),
        ("omm", "EPOCH,MEAN_MOTION," + ",".join("K" for _ in range(60_000)) + "\n1,2\n"),
        ("omm", KVN + "BTERM = 1\n" * 60_000),
    ],
    ids=["blanks", "digits", "horizon digits", "columns", "one column again and again", "another theory"],
)
def test_a_strange_text_is_refused_at_once(reader: str, text: str) -> None:
    start = process_time()
    assert errors_of(reader, text)
    assert process_time() - start < FAST_S


@pytest.mark.parametrize(
    ("reader", "text"), [("tle", "1 junk, and more of it here\n" * 30_000), ("horizon", "x,y\n" * 30_000)]
)
def test_a_hundred_errors_are_told_and_the_rest_counted(reader: str, text: str) -> None:
    found = errors_of(reader, text)
    assert len(found) == 101
    assert found[0].startswith("f:1:1")
    total = 30_000 if reader == "tle" else 60_000
    assert found[-1].endswith(f"and {total - 100} more errors in this file")
    assert found[-1].startswith("f:101:1: and" if reader == "tle" else "f:51:1: and")  # where they begin


# Places


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["CSS (TIANHE)", "Ø€𝔸 (TIANHE)"])
def test_the_place_in_xml_counts_lines_and_characters(end: str, name: str) -> None:
    text = XML.replace("CSS (TIANHE)", name).replace("\n", end)
    lines = text.split(end)
    for old, new in (("<REF_FRAME>TEME", "<REF_FRAME>GCRF"), (">41.4677<", ">north<"), (">48274<", ">x<")):
        (error,) = errors_of("omm", text.replace(old, new))
        number = next(i for i, line in enumerate(lines, 1) if old in line)
        line = lines[number - 1]
        column = line.rindex("<", 0, line.index(old) + 1) + 1
        assert error.startswith(f"f:{number}:{column} "), error


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("<!DOCTYPE omm []><omm/>", "f:1:1"),
        ('<?xml version="1.0"?>\n<!-- é -->  <!DOCTYPE omm SYSTEM "x.dtd"><omm/>', "f:2:13"),
    ],
)
def test_a_document_type_is_shown_where_it_begins(text: str, place: str) -> None:
    assert errors_of("omm", text)[0].startswith(f"{place}: has a document type declaration")


def test_a_byte_order_mark_moves_no_column() -> None:
    for text in (SHORT_JSON.replace('"CSS', '1x"CSS'), CSV.replace("OBJECT_ID", ""), "{,"):
        assert errors_of("omm", "\ufeff" + text) == errors_of("omm", text)


# Limits


def test_a_unit_stands_in_one_pair_of_brackets() -> None:
    for unit in ("[deg]  [deg]", "[d]eg]", "deg]"):
        (error,) = errors_of("omm", KVN.replace("41.4677 [deg]", f"41.4677 {unit}"))
        assert error.startswith("f:18:23 INCLINATION: should be a number")


@pytest.mark.parametrize("motion", ["1e-320", "1e-300", "0.000009", "0", "-1", "18"])
def test_a_mean_motion_that_no_orbit_has_is_refused_where_it_stands(motion: str) -> None:
    text = KVN.replace("= 15.60068670", f"= {motion}")
    for read in (read_elements, read_object):
        with pytest.raises(InputErrors, match=r"f:16:23 MEAN_MOTION: means .* it lies between 1e-05 and 18"):
            read(text, where="f")
    axis = KVN.replace("MEAN_MOTION         = 15.60068670 [rev/day]", "SEMI_MAJOR_AXIS = 1e9")
    with pytest.raises(InputErrors, match="f:16:19 SEMI_MAJOR_AXIS: means"):
        read_object(axis, where="f")


def test_a_slow_mean_motion_in_lines_is_refused_where_it_stands() -> None:
    one, two = TLE.splitlines()[1:]
    body = two[:52] + " 0.00000999" + two[63:68]
    two = body + str(sum(int(c) if c.isdigit() else c == "-" for c in body) % 10)
    assert errors_of("tle", f"{one}\n{two}\n")[0].startswith("f:2:53: the mean motion lies between 1e-05 and 18")


@pytest.mark.parametrize("digits", ["9" * 6_000, "0" * 6_000 + "1234567890"])
def test_a_whole_number_of_thousands_of_digits_is_an_error(digits: str) -> None:
    (error,) = errors_of("omm", KVN.replace("EPHEMERIS_TYPE      = 0", f"EPHEMERIS_TYPE = {digits}"))
    assert error.startswith("f:24:18 EPHEMERIS_TYPE: should be a whole number of up to nine digits")
    found = errors_of("oem", OEM.replace("DEGREE = 3", f"DEGREE = {digits}"))
    assert found[0].startswith("f:15:24 INTERPOLATION_DEGREE: should be a whole number")


def test_a_whole_number_may_have_thousands_of_zeros_before_it() -> None:
    (message,) = read_omm(KVN.replace("= 30770", "= +" + "0" * 6_000 + "30770"), where="f")
    assert message.tle.rev_at_epoch == 30_770
    assert "negative (got -7)" in errors_of("omm", KVN.replace("= 30770", "= -" + "0" * 6_000 + "7"))[0]


@pytest.mark.parametrize(
    "change",
    [
        {"mean_motion_dot": float("nan")},
        {"mean_motion_dot": float("inf")},
        {"mean_motion_dot": float("-inf")},
        {"mean_motion_rev_d": float("inf")},
        {"mean_motion_rev_d": float("nan")},
        {"mean_motion_rev_d": 18.0},
        {"mean_motion_rev_d": 9e-6},
    ],
)
def test_no_line_is_written_that_nobody_reads(change: dict[str, float]) -> None:
    (name,) = change
    with pytest.raises(InputError, match=f"{name} = .*write an OMM instead"):
        write_tle(evolve(the_tle(), **change))  # type: ignore[arg-type]  # the one name is a float's


@pytest.mark.parametrize("form", ["kvn", "xml", "json", "csv"])
@pytest.mark.parametrize("name", ["BTERM", "AGOM"])
def test_a_parameter_of_another_theory_is_not_written(form: str, name: str) -> None:
    message = evolve(omm_of(the_tle()), user_defined=(("MODEL", "WGS-72"), (name, "0.02")))
    with pytest.raises(InputError, match=f"{name}, which belongs to SGP4-XP"):
        write_omm([message], form=form)  # type: ignore[arg-type]


# Forms and kinds


def test_the_kind_is_told_by_what_begins_a_message_and_nothing_else() -> None:
    word = "see CCSDS_OEM_VERS = 2.0"
    with_word = {
        "tle": f"# {word}\n{TLE}",
        "json": SHORT_JSON.replace('[{"', f'[{{"COMMENT":"{word}","'),
        "csv": CSV.replace("CSS (TIANHE)", word),
        "kvn": KVN.replace("made by hand", word),
        "xml": XML.replace("<ndm", f"<!-- {word} <oem> -->\n<ndm").replace("made by hand", word),
    }
    for name, text in with_word.items():
        assert kind_of(text) == ("OMM" if name in ("kvn", "xml") else ""), name
        assert len(read_object(text, where="f")) == 1
    bare = KVN.replace("CCSDS_OMM_VERS      = 2.0\nCOMMENT made by hand\n", f"COMMENT {word}\n")
    assert kind_of(bare) == ""
    assert len(read_object(bare, where="f")) == 1


def test_a_kind_is_told_in_every_dress() -> None:
    ephemeris = read_oem(OEM, where="f")
    xml = write_oem(ephemeris, form="xml").decode()
    head = xml[xml.index("<oem") : xml.index(">", xml.index("<oem")) + 1]
    dressed = {
        "kvn": OEM,
        "kvn, comments": "\ufeff\n" + "COMMENT x\n" * 30 + "  " + OEM,
        "xml": xml,
        "xml, one line": "\ufeff" + joined(xml),
        "xml, in an ndm": xml.replace("<oem", "<ndm><COMMENT>x</COMMENT><oem", 1) + "</ndm>",
        "xml, without its id": xml.replace(head, "<oem>"),
        "xml, with a prefix": xml.replace(head, '<n:oem xmlns:n="u">').replace("</oem>", "</n:oem>"),
    }
    for name, text in dressed.items():
        assert kind_of(text) == "OEM", name
        with pytest.raises(InputErrors, match=r"f:\d+:\d+ CCSDS_OEM_VERS: is a CCSDS OEM"):
            read_object(text, where="f")
    assert errors_of("elements", dressed["kvn, comments"])[0].startswith("f:32:3 CCSDS_OEM_VERS")
    assert errors_of("elements", xml)[0].startswith("f:2:1 CCSDS_OEM_VERS")
    for text in ("<", "<oem", "<!DOCTYPE oem []>" + xml[xml.index("<oem") :], "<a>\ud800</a>", "", '<b id="OEM"/>'):
        assert kind_of(text) == ""


@pytest.mark.parametrize("lines", [3, 39])
def test_comments_may_stand_before_what_tells_the_form(lines: int) -> None:
    bare = KVN[KVN.index("OBJECT_NAME") :]
    assert form_of("COMMENT x\n" * lines + bare) == "kvn"
    assert len(read_elements("COMMENT x\n" * lines + bare, where="f")) == 1


ODD_NAMES = ["[X", "{X}", "<omm>", "MASS = 4", "CCSDS_OEM_VERS = 2", "EPOCH,MEAN_MOTION", "COMMENT", "COMMENT 1 2"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_name_like_another_form_is_read_and_read_back(name: str) -> None:
    sets = (evolve(the_tle(), name=name),)
    text = write_tles(sets)
    assert [each.name for each in read_elements(text, where="f")] == [name]
    if form_of(name):
        assert text.startswith(f"0 {name}\n")
    plain = TLE.replace("CSS (TIANHE)", name)
    for before in ("", "\ufeff", "\n"):
        assert [each.name for each in read_elements(before + plain, where="f")] == [name]
        assert read_elements(before + plain.replace("\n1 ", "\n# a comment\n\n1 "), where="f")
        assert kind_of(before + plain) == ""


@pytest.mark.parametrize("line", ["0 ", "0"])
def test_a_name_line_without_a_name_names_nothing(line: str) -> None:
    (elements,) = read_tles(TLE.replace("CSS (TIANHE)", line), where="f")
    assert elements.name == ""
    (zero,) = read_tles(write_tles([evolve(elements, name="0")]), where="f")
    assert zero.name == "0"


def test_a_horizon_in_quotes_as_spreadsheets_write_it() -> None:
    text = '"azimuth_deg","elevation_deg"\r\n"0","5"\r\n90, "-1.5" \r\n'
    found = [(point.azimuth_deg, point.elevation_deg) for point in read_horizon(text, where="f").points]
    assert found == [(0.0, 5.0), (90.0, -1.5)]
    assert errors_of("horizon", '"0","x"') == ["f:1:5 elevation_deg: should be a number of degrees (got 'x')"]
    assert errors_of("horizon", '"0",""')[0].startswith("f:1:5 elevation_deg: should be a number")
    assert errors_of("horizon", '0,"')[0].startswith("f:1:3 elevation_deg: should be a number")


def test_a_horizon_that_goes_back_twice_is_held_against_its_highest() -> None:
    # 20 lies after 10 but before 30, where the profile has been.
    assert [error.split(":")[1] for error in errors_of("horizon", "30,1\n10,1\n20,1\n40,1")] == ["2", "3"]


# Covariances


def twice(frame: str) -> str:
    """The ephemeris with its second covariance at the epoch of the first, in a frame."""
    given = f"\nCOV_REF_FRAME = {frame}" if frame else ""
    return OEM.replace("EPOCH = 2026-09-18T12:01:00", f"EPOCH = 2026-09-18T12:00:00{given}")


@pytest.mark.parametrize("frame", ["", "EME2000", "TNW"])
def test_one_epoch_may_have_a_covariance_in_each_of_two_frames(frame: str) -> None:
    # 502.0-B-3 5.2.5.7 wants them in order of time; only of an OCM does it bar repeated times (6.2.2.4).
    message = read_oem(twice(frame), where="f")
    assert [each.ref_frame for each in message.segments[0].covariances] == ["RTN", frame or None]
    for form in ("kvn", "xml"):
        assert read_oem(write_oem(message, form=form).decode(), where="f") == message  # type: ignore[arg-type]


def test_one_epoch_has_one_covariance_in_a_frame() -> None:
    assert errors_of("oem", twice("RTN")) == [
        "f:33:1 EPOCH: covariances should ascend in time, or differ in frame (twice in RTN) (got 2026-09-18T12:00:00)"
    ]
    # Not naming the frame and naming the message's own is the same.
    own = twice("").replace("COV_REF_FRAME = RTN", "COV_REF_FRAME = EME2000")
    assert "twice in EME2000" in errors_of("oem", own)[0]
    # After a step back the times before it count no more: one thing is wrong, and it is said once.
    back = read_oem(twice("TNW"), where="f").segments[0]
    late, early = (evolve(back.covariances[0], epoch=evolve(back.covariances[0].epoch, clock_ns=ns)) for ns in (2, 1))
    found = list(covariance_faults(back.metadata, (late, evolve(early, ref_frame="TNW"), early)))
    assert found == [(1, "should ascend in time")]
    segment = read_oem(twice("TNW"), where="f").segments[0]
    with pytest.raises(InputError, match="covariances of a segment should ascend in time"):
        evolve(segment, covariances=(segment.covariances[0], segment.covariances[0]))


# Comments: none is lost or moved


def test_comments_at_the_end_of_covariances_are_kept() -> None:
    text = OEM.replace("COVARIANCE_STOP", "COMMENT so far\nCOMMENT no further\nCOVARIANCE_STOP")
    message: EphemerisMessage = read_oem(text, where="f")
    assert message.segments[0].covariances[-1].comments == ("so far", "no further")
    assert message.segments[0].covariances[0].comments == ("how sure",)


def test_comments_before_a_block_of_xml_come_before_those_in_it() -> None:
    text = XML.replace("<tleParameters>", "<COMMENT>first</COMMENT><COMMENT>second</COMMENT><tleParameters>")
    (message,) = read_omm(text, where="f")
    assert message.tle.comments == ("first", "second", "for the lines")


# Constants


@pytest.mark.parametrize(
    ("long", "short"),
    [("1957-001A", "57001A"), ("2056-001A", "56001A"), ("1956-001A", "1956-001A"), ("2057-001A", "2057-001A")],
)
def test_a_designator_is_shortened_only_where_two_digits_mean_its_year(long: str, short: str) -> None:
    (message,) = read_omm(KVN.replace("2021-035A", long), where="f")
    assert elements_of(message).designator == short
    if short != long:
        assert omm_of(elements_of(message)).metadata.object_id == long


def test_a_semi_major_axis_without_gm_is_turned_with_that_of_sgp4() -> None:
    text = KVN.replace("MEAN_MOTION         = 15.60068670 [rev/day]", "SEMI_MAJOR_AXIS = 6764.0")
    # n = 86400 / 2 pi * sqrt(398600.8 / 6764^3); WGS-84's 398600.4418 gives 7.0e-6 rev/d less, ten times the tolerance.
    expected = 86_400 / 6.283185307179586 * (398_600.8 / 6_764.0**3) ** 0.5
    assert elements_of(read_omm(text, where="f")[0]).mean_motion_rev_d == pytest.approx(expected, abs=7e-7)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", ()),
        ("  a\n b\tc ", ("a b c",)),
        ("هم", ()),
        ("x" * 250, ("x" * 200, "x" * 50)),
        ("word " * 60, (("word " * 40).strip(), ("word " * 20).strip())),
    ],
)
def test_text_comes_in_lines_that_a_message_carries(text: str, lines: tuple[str, ...]) -> None:
    assert ascii_lines(text) == lines
    assert ascii_name(text) == (lines[0] if lines else "UNKNOWN")
