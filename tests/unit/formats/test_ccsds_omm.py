"""OMM in its four forms: what is read, and that every error is named with its place."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from ccsds_texts import CSV, FULL_JSON, KVN, SHORT_JSON, TLE, XML
from sgp4 import omm as peer
from sgp4.api import WGS72, Satrec

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.ccsds import elements_of, omm_of, read_omm, write_omm
from hamsafar.formats.tle import read_tles
from hamsafar.timeline import Instant

ALL = {"kvn": KVN, "xml": XML, "full": FULL_JSON, "short": SHORT_JSON, "csv": CSV}


def errors_of(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_omm(text, where="f")
    assert all(error.where.startswith("f:") for error in caught.value.errors)
    return [str(error) for error in caught.value.errors]


def the_tle() -> Elements:
    return read_tles(TLE, where="f")[0]


@pytest.mark.parametrize("form", ALL)
def test_every_form_carries_the_elements_of_the_lines(form: str) -> None:
    (message,) = read_omm(ALL[form], where="f")
    assert evolve(elements_of(message), text=the_tle().text) == the_tle()


@pytest.mark.parametrize("form", ["kvn", "xml"])
def test_comments_stay_with_their_block(form: str) -> None:
    (message,) = read_omm(ALL[form], where="f")
    assert message.header.comments == ("made by hand",)
    assert message.header.creation_date == Instant.parse("2026-09-18T08:00:00Z")
    assert message.metadata.comments == ("the core module",)
    assert message.mean_elements.comments == (" from its element lines",)
    assert message.tle.comments == ("for the lines",)
    assert message.metadata.mean_element_theory == "SGP/SGP4"
    assert message.user_defined == (("MODEL", "WGS-72"),)


def test_kvn_and_xml_are_the_same_message() -> None:
    assert read_omm(KVN, where="f") == read_omm(XML, where="f")


def test_a_publishers_own_keys_are_kept_and_nulls_are_not() -> None:
    (message,) = read_omm(FULL_JSON, where="f")
    assert message.user_defined[:2] == (("SEMIMAJOR_AXIS", "6764.000"), ("GP_ID", "1"))
    assert dict(message.user_defined)["TLE_LINE1"] == TLE.splitlines()[1]
    assert set(dict(message.user_defined)) == {"SEMIMAJOR_AXIS", "GP_ID", "TLE_LINE1"}


def test_the_rates_are_those_that_element_lines_print() -> None:
    # sgp4 (its module omm) reads both catalogues' files: the same figures from both make the same record.
    fields = next(iter(peer.parse_csv(CSV.splitlines())))
    theirs, lines = Satrec(), Satrec.twoline2rv(*TLE.splitlines()[1:], WGS72)
    peer.initialize(theirs, fields)
    (message,) = read_omm(CSV, where="f")
    assert message.tle.mean_motion_dot == 0.00016929 == the_tle().mean_motion_dot
    assert theirs.ndot == pytest.approx(lines.ndot, rel=1e-12)


@pytest.mark.parametrize("form", ["kvn", "xml", "json", "csv"])
def test_several_messages_in_one_file_keep_their_order(form: Any) -> None:
    (one,) = read_omm(KVN, where="f")
    other = evolve(one, tle=evolve(one.tle, norad_cat_id=100_000_001, rev_at_epoch=None), user_defined=())
    assert read_omm(write_omm((one, other, one), form=form).decode(), where="f") == (one, other, one)


def test_the_text_of_elements_reads_back_equal() -> None:
    for text in ALL.values():
        elements = elements_of(read_omm(text, where="f")[0])
        again = elements_of(read_omm("\n".join(elements.text), where="g")[0])
        assert again == elements


def test_elements_go_into_a_message_and_back() -> None:
    elements = the_tle()
    assert evolve(elements_of(omm_of(elements)), text=elements.text) == elements
    nameless = evolve(elements, name="", designator="")
    assert omm_of(nameless).metadata.object_name == "UNKNOWN"
    assert evolve(elements_of(omm_of(nameless)), text=elements.text) == nameless


def test_kvn_without_a_header_as_a_catalogue_may_publish_it() -> None:
    bare = KVN[KVN.index("OBJECT_NAME") :]
    two = read_omm(bare + bare, where="f")
    assert len(two) == 2
    assert two[0].header.creation_date is None


def test_empty_headers_as_a_catalogue_publishes_them() -> None:
    for text in (
        XML.replace("2026-09-18T08:00:00Z", "").replace(">HAND<", "><"),
        XML.replace("<CREATION_DATE>2026-09-18T08:00:00Z</CREATION_DATE>", "<CREATION_DATE/>"),
        KVN.replace("2026-261T08:00:00", "").replace("HAND", ""),
    ):
        (message,) = read_omm(text, where="f")
        assert message.header.creation_date is None
        for form in ("kvn", "xml", "json", "csv"):
            assert read_omm(write_omm([message], form=form).decode(), where="f") == (message,)  # type: ignore[arg-type]


def test_csv_with_every_field_in_quotes() -> None:
    quoted = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in CSV.splitlines())
    assert read_omm(quoted, where="f") == read_omm(CSV, where="f")


def test_a_semi_major_axis_in_place_of_mean_motion() -> None:
    text = KVN.replace("MEAN_MOTION         = 15.60068670 [rev/day]", "SEMI_MAJOR_AXIS = 6764.0 [km]\nGM = 398600.8")
    text = text.replace("MEAN_ANOMALY        = 72.1510 [deg]", "MEAN_ANOMALY = 72.151")
    lines = text.splitlines()
    lines.remove("GM = 398600.8")
    lines.insert(next(i for i, line in enumerate(lines) if line.startswith("MEAN_ANOMALY")) + 1, "GM = 398600.8")
    elements = elements_of(read_omm("\n".join(lines), where="f")[0])
    # Kepler: n = sqrt(398600.8 / 6764^3) = 1.134914e-3 rad/s = 15.60637 rev/d, worked by hand to 7 digits.
    assert elements.mean_motion_rev_d == pytest.approx((398600.8 / 6764.0**3) ** 0.5 * 86_400 / 6.283185307179586)
    assert 15.6 < elements.mean_motion_rev_d < 15.61


def kvn(old: str, new: str) -> str:
    assert old in KVN
    return KVN.replace(old, new)


BAD_KVN = {
    "theory": (kvn("SGP/SGP4", "SGP4-XP"), "f:12:23 MEAN_ELEMENT_THEORY: should be SGP4"),
    "other theory": (kvn("SGP/SGP4", "DSST"), "f:12:23 MEAN_ELEMENT_THEORY"),
    "frame": (kvn("= TEME", "= GCRF"), "f:10:23 REF_FRAME: should be TEME"),
    "centre": (kvn("= EARTH", "= MOON"), "f:9:23 CENTER_NAME: should be EARTH"),
    "time system": (kvn("= UTC", "= TAI"), "f:11:23 TIME_SYSTEM: should be UTC"),
    "drag of another theory": (kvn("BSTAR               =", "BTERM ="), "f:29:1 BTERM: belongs to SGP4-XP"),
    "no drag": (kvn("BSTAR               = .20659E-3 [1/ER]\n", ""), "f:24:1 BSTAR: is missing from the TLE"),
    "version": (kvn("= 2.0", "= 7.0"), "f:1:23 CCSDS_OMM_VERS: should be a version we know: 2.0, 3.0 (got '7.0')"),
    "newer key": (
        kvn("ORIGINATOR          = HAND", "ORIGINATOR = HAND\nMESSAGE_ID = 1"),
        "f:5:1 MESSAGE_ID: is a",
    ),
    "missing": (kvn("OBJECT_ID           = 2021-035A\n", ""), "f:7:1 OBJECT_ID: is missing from the metadata"),
    "twice": (
        kvn("ECCENTRICITY        = .0002625", "ECCENTRICITY = 1e-4\nECCENTRICITY = 1e-4"),
        "f:18:1 ECCENTRICITY: stands twice; first",
    ),
    "unknown": (
        kvn("ECCENTRICITY        =", "ECCENTRICTY ="),
        "f:17:1 ECCENTRICTY: is not a keyword of",
    ),
    "out of its block": (KVN + "OBJECT_NAME = X\n", "f:33:1 OBJECT_NAME: belongs to the metadata"),
    "not a number": (kvn("= 41.4677", "= 41,4677"), "f:18:23 INCLINATION: should be a number (got '41,4677')"),
    "nan": (kvn("= 41.4677 [deg]", "= NaN"), "f:18:23 INCLINATION: should be a number (got 'NaN')"),
    "infinite": (kvn("= 41.4677 [deg]", "= 1e999"), "f:18:23 INCLINATION: is too large to be a number (got '1e999')"),
    "unit": (kvn("41.4677 [deg]", "0.72 [rad]"), "f:18:23 INCLINATION: is in deg by the standard (got 'rad')"),
    "inclination": (kvn("= 41.4677", "= 181"), "f:18:23 INCLINATION: should be 0 to 180"),
    "eccentricity": (kvn("= .0002625", "= 1"), "f:17:23 ECCENTRICITY: should be 0 and below 1"),
    "mean motion": (kvn("= 15.60068670", "= 18"), "f:16:23 MEAN_MOTION: means 18 revolutions a day"),
    "both": (
        kvn("ECCENTRICITY        =", "SEMI_MAJOR_AXIS = 7000\nECCENTRICITY ="),
        "f:16:1 MEAN_MOTION: and SEMI",
    ),
    "neither": (
        kvn("MEAN_MOTION         = 15.60068670 [rev/day]\n", ""),
        "f:15:1 MEAN_MOTION: should be given",
    ),
    "epoch": (kvn("2026-09-18T07", "2026-02-30T07"), "f:15:23 EPOCH: no such date: 2026-02-30"),
    "day": (kvn("2026-261T", "2026-366T"), "f:3:23 CREATION_DATE: no such date: 2026-366"),
    "hour": (kvn("18T07:08", "18T24:08"), "f:15:23 EPOCH: no such time of day in UTC"),
    "leap second": (kvn("18T07:08:44.680704", "18T23:59:60"), "f:15:23 EPOCH: no such time of day in UTC"),
    "before UTC": (
        kvn("EPOCH               = 2026", "EPOCH = 1971"),
        "f:15:9 EPOCH: UTC before 1972",
    ),
    "not a time": (kvn("= 2026-09-18T07", "= 18.9.2026 07"), "f:15:23 EPOCH: should be a time such as"),
    "number": (kvn("= 48274", "= 1000000000"), "f:26:23 NORAD_CAT_ID: should be a whole number of up to nine digits"),
    "negative": (kvn("= 48274", "= -1"), "f:26:23 NORAD_CAT_ID: should not be negative"),
    "fraction": (kvn("= 30770", "= 30770.5"), "f:28:23 REV_AT_EPOCH: should be a whole number"),
    "ephemeris type": (
        kvn("EPHEMERIS_TYPE      = 0", "EPHEMERIS_TYPE = 4"),
        "f:24:18 EPHEMERIS_TYPE: should be one",
    ),
    "no value": (kvn("= CSS (TIANHE)", "="), "f:7:22 OBJECT_NAME: has no value"),
    "a loose line": (kvn("COMMENT the core", "the core"), "f:6:1: should be KEYWORD = value or COMMENT text"),
    "half a covariance": (
        KVN.replace("USER_D", "CX_X = 1\nCY_X = 2\nUSER_D"),
        "f:32:1 CY_Y: is missing from",
    ),
    "another message": (KVN.replace("CCSDS_OMM", "CCSDS_OEM"), "f:1:1 CCSDS_OEM_VERS: is not an OMM"),
    "empty": ("", "f:1:1: holds no OMM"),
    "blank": (" \n\n", "f:1:1: holds no OMM"),
    "comment first": ("COMMENT x\n" + KVN, "f:1:1 COMMENT: stands before the version"),
    "user name": (KVN.replace("USER_DEFINED_MODEL", "USER_DEFINED_"), "f:32:1 USER_DEFINED_: is not a name"),
    "user twice": (KVN + "USER_DEFINED_MODEL = 2\n", "f:33:1 USER_DEFINED_MODEL: stands twice"),
}


@pytest.mark.parametrize("name", BAD_KVN)
def test_bad_kvn_says_where_and_what(name: str) -> None:
    text, expected = BAD_KVN[name]
    found = errors_of(text)
    assert any(error.startswith(expected) for error in found), found


def xml(old: str, new: str) -> str:
    assert old in XML
    return XML.replace(old, new)


BOMB = '<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "ha">' + '<!ENTITY y "&x;&x;&x;">]>\n<omm>&y;</omm>'
BAD_XML = {
    "truncated": (XML[: XML.index("<data>")], "f:10:5: is not XML: no element found"),
    "not closed": (xml("</segment>", "</sgment>"), "f:22:5: is not XML: mismatched tag"),
    "entities": (BOMB, "f:2:1: has a document type declaration"),
    "undefined entity": (xml("HAND<", "&hand;<"), "f:5:17: is not XML: undefined entity"),
    "root": ("<plan/>", "f:1:1: should be <omm> or <ndm> (got <plan>)"),
    "another message": ("<ndm>\n<oem/></ndm>", "f:2:1: is an OEM, where an OMM is meant"),
    "empty": ("<ndm></ndm>", "f:1:1: <ndm> holds no OMM"),
    "version": (xml('version="2.0"', 'version="1.0"'), "f:3:1 CCSDS_OMM_VERS: should be a version we know"),
    "no version": (xml(' version="2.0"', ""), "f:3:1 <omm>: has no version"),
    "id": (xml('id="CCSDS_OMM_VERS"', 'id="CCSDS_OPM_VERS"'), '<omm>: should have id="CCSDS_OMM_VERS"'),
    "unit": (xml('"deg">41', '"rad">41'), "f:13:9 INCLINATION: is in deg by the standard"),
    "unknown element": (xml("<BSTAR", "<BSTARR/><BSTAR"), "f:17:79 BSTARR: is not a keyword of the TLE parameters"),
    "unknown block": (xml("<data>", "<data><orbit/>"), "f:10:11 <orbit>: is not an element of <data>"),
    "block twice": (xml("<tleParameters>", "<tleParameters/><tleParameters>"), "the TLE parameters stands twice"),
    "keyword in another block": (xml("<BSTAR", "<MASS>1</MASS><BSTAR"), "MASS: is not a keyword of the TLE parameters"),
    "attribute": (xml("<BSTAR ", '<BSTAR sure="no" '), "BSTAR: has an attribute the standard does not know: 'sure'"),
    "loose text": (xml("<data>", "<data>words"), "f:10:5 <data>: holds loose text: 'words'"),
    "no metadata": (XML.replace("metadata", "metadat"), "<metadata>: is missing from <segment>"),
    "deep": ("<ndm>" + "<a>" * 200 + "</a>" * 200 + "</ndm>", "f:1:39: elements stand more than 12 deep"),
    "half a character": (xml("HAND", "\ud800"), "f:5:17: holds half a character"),
    "element in a value": (xml("UTC<", "<b/>UTC<"), "<TIME_SYSTEM>: should hold a value, not <b>"),
}


@pytest.mark.parametrize("name", BAD_XML)
def test_bad_xml_says_where_and_what(name: str) -> None:
    text, expected = BAD_XML[name]
    found = errors_of(text)
    assert any(expected in error for error in found), found


BAD_FLAT = {
    "not an object": ("[1]", "f:1:2: should be an object"),
    "empty array": ("[]", "f:1:2: holds no element sets"),
    "deep": ("[" * 100_000, "f:1:2: should be an object"),
    "deep value": ('{"A":' * 5_000, "f:1:6 A: should be a text or a finite number"),
    "nan": (SHORT_JSON.replace("41.4677", "NaN"), "INCLINATION: should be a text or a finite number (got 'NaN')"),
    "overflow": (SHORT_JSON.replace("41.4677", "1e999"), "INCLINATION: is too large to be a number"),
    "octal": (SHORT_JSON.replace("41.4677", "041.4"), "INCLINATION: should be a text or a finite number (got '041.4')"),
    "cut": (SHORT_JSON[:100], "f:2:1: is not JSON: Unterminated string"),
    "two values": (SHORT_JSON + "{}", "f:6:1: has more text after its end"),
    "missing": (SHORT_JSON.replace('"BSTAR"', '"BSTARR"'), "f:1:2 BSTAR: is missing from the TLE parameters"),
    "twice": (SHORT_JSON.replace('"BSTAR"', '"INCLINATION":1,"BSTAR"'), "INCLINATION: stands twice"),
    "xp": (SHORT_JSON.replace('"MEAN_MOTION_DDOT"', '"AGOM"'), "f:5:1 AGOM: belongs to SGP4-XP"),
    "theory": (FULL_JSON.replace('"SGP4"', '"SGP4-XP"'), "f:3:23 MEAN_ELEMENT_THEORY: should be SGP4"),
    "another message": (
        FULL_JSON.replace("CCSDS_OMM", "CCSDS_OEM"),
        "f:1:3 CCSDS_OEM_VERS: should be",
    ),
    "own key": (FULL_JSON.replace("GP_ID", "GP ID"), "USER_DEFINED_GP ID: is not a name for a parameter"),
    "row too short": (CSV.replace(",0\r\n", "\r\n"), "f:2:1: has 16 fields, but the header row has 17"),
    "row too long": (CSV.replace(",0\r\n", ",0,\r\n"), "f:2:1: has 18 fields, but the header row has 17"),
    "no rows": (CSV.splitlines()[0], "f:1:1: holds no element sets below its header row"),
    "header twice": (CSV.replace("OBJECT_ID", "EPOCH"), "f:1:19 EPOCH: stands twice in the header row"),
    "field": (CSV.replace("41.4677", "x"), "f:2:72 INCLINATION: should be a number (got 'x')"),
    "open quote": (CSV.replace("CSS (T", '"CSS (T'), "f:2:1: a quoted field has no closing quote"),
    "after a quote": (CSV.replace("CSS (TIANHE)", '"CSS" (TIANHE)'), "f:2:6: a quoted field ends before its comma"),
    "nameless column": (CSV.replace("OBJECT_ID", ""), "f:1:13: the header row has a field without a name"),
}


@pytest.mark.parametrize("name", BAD_FLAT)
def test_bad_json_and_csv_say_where_and_what(name: str) -> None:
    text, expected = BAD_FLAT[name]
    found = errors_of(text)
    assert any(expected in error for error in found), found


def test_all_errors_of_a_file_come_together_in_reading_order() -> None:
    text = kvn("= 41.4677", "= x").replace("= TEME", "= GCRF").replace("= 48274", "= y").replace("-261T", "-400T")
    places = [error.split(" ")[0] for error in errors_of(text)]
    assert places == ["f:3:23", "f:10:23", "f:18:23", "f:26:23"]


def test_a_file_wrong_in_every_line_says_so_with_a_hundred_errors() -> None:
    found = errors_of(KVN + "x\n" * 500)
    assert len(found) == 101
    assert "400 more errors" in found[-1]


def test_a_quoted_csv_field_may_hold_commas_quotes_and_line_ends() -> None:
    (message,) = read_omm(KVN, where="f")
    odd = evolve(
        message,
        metadata=evolve(message.metadata, object_name='A "B", C', comments=("one", "", "two, three", "")),
        header=evolve(message.header, comments=("",)),
    )
    assert read_omm(write_omm((odd, message), form="csv").decode(), where="f") == (odd, message)


def test_what_kvn_cannot_carry_is_said() -> None:
    (message,) = read_omm(KVN, where="f")
    with pytest.raises(InputError, match="ASCII"):
        write_omm([evolve(message, metadata=evolve(message.metadata, object_name="天和"))], form="kvn")
    with pytest.raises(InputError, match="254"):
        write_omm([evolve(message, user_defined=(("X", "x" * 250),))], form="kvn")
    chinese = evolve(message, metadata=evolve(message.metadata, object_name="天和"))
    for form in ("xml", "json", "csv"):
        assert read_omm(write_omm([chinese], form=form).decode(), where="f") == (chinese,)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="at least one"):
        write_omm([], form="kvn")
    with pytest.raises(InputError, match="version"):
        write_omm([evolve(message, header=evolve(message.header, version="9.9"))])


def test_written_kvn_keeps_to_the_standard() -> None:
    (message,) = read_omm(KVN, where="f")
    lines = write_omm([message], form="kvn").decode("ascii").splitlines()
    assert lines[0] == "CCSDS_OMM_VERS = 2.0"
    assert max(map(len, lines)) <= 254
    order = [line.split(" = ")[0] for line in lines if " = " in line]
    wanted = [line.split("=")[0].strip() for line in KVN.splitlines() if "=" in line]
    assert order == wanted  # the hand-written one follows tables 4-1 to 4-3
