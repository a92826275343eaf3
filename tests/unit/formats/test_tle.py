"""Element sets: what is read, and that every damage is named with its place."""

from __future__ import annotations

import string
from math import degrees, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sgp4.api import WGS72, Satrec
from sgp4.exporter import export_tle

from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tle import read_tles
from hamsafar.timeline import Instant

ONE = "1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990"
TWO = "2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703"
SET = f"{ONE}\n{TWO}\n"


def checked(line: str) -> str:
    """The line with its checksum put right."""
    body = line[:68]
    return body + str(sum(int(c) if c.isdigit() else c == "-" for c in body) % 10)


def at(line: str, column: int, text: str) -> str:
    """The line with other text from a column on, and its checksum put right."""
    return checked(line[: column - 1] + text + line[column - 1 + len(text) :])


def errors_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(InputErrors) as caught:
        read_tles(text, where="f.tle")
    return [(error.where, error.what) for error in caught.value.errors]


def places_of(text: str) -> list[str]:
    return [where for where, _ in errors_of(text)]


def test_a_set_is_read_exactly() -> None:
    (elements,) = read_tles(SET, where="f.tle")
    assert (elements.norad, elements.designator, elements.name) == (48274, "21035A", "")
    # Day 261 of 2026 is 18 September; 0.29773936 d = 25,724.680704 s exactly.
    assert elements.epoch == Instant.parse("2026-09-18T07:08:44.680704Z")
    assert elements.mean_motion_rev_d == 15.6006867
    assert elements.eccentricity == 0.0002625
    assert (elements.inclination_deg, elements.raan_deg) == (41.4677, 116.6699)
    assert (elements.argument_of_perigee_deg, elements.mean_anomaly_deg) == (287.9042, 72.151)
    assert elements.bstar_per_er == 0.20659e-3
    assert (elements.mean_motion_dot, elements.mean_motion_ddot) == (0.00016929, 0.0)
    assert (elements.element_set, elements.revolution) == (999, 30770)
    assert elements.text == (ONE, TWO)


@pytest.mark.parametrize("name", ["CSS (TIANHE)", "0 CSS (TIANHE)", "  CSS (TIANHE)   "])
def test_a_name_line_is_kept_as_read(name: str) -> None:
    (elements,) = read_tles(f"{name}\r\n{ONE}\r\n{TWO}\r\n", where="f.tle")
    assert elements.name == "CSS (TIANHE)"
    assert elements.text == (name.rstrip(), ONE, TWO)


@pytest.mark.parametrize("name", ["1 KUNS-PF", "2 BRAVO"])
def test_a_short_name_that_begins_like_a_line(name: str) -> None:
    assert read_tles(f"{name}\n{SET}", where="f.tle")[0].name == name


def test_blank_lines_comments_and_byte_order_mark_are_passed_over() -> None:
    text = f"\ufeff\n\n# {'a comment':60}\n{ONE}   \n\n\t\n{TWO}\r\r\n\n"
    assert read_tles(text, where="f.tle")[0].text == (ONE, TWO)


def test_sorted_by_epoch_and_repeats_once() -> None:
    later, other = at(ONE, 21, "262.00000000"), at(ONE, 21, "001.00000000")
    text = f"{later}\n{TWO}\n{SET}{other}\n{TWO}\nTIANHE\n{SET}{SET}"
    found = read_tles(text, where="f.tle")
    assert [str(e.epoch)[:10] for e in found] == ["2026-01-01", "2026-09-18", "2026-09-19"]
    assert found[1].name == "TIANHE"  # the copy that has a name is kept


@pytest.mark.parametrize(("year", "full"), [("57", 1957), ("71", 1971), ("72", 1972), ("99", 1999), ("00", 2000)])
def test_years(year: str, full: int) -> None:
    text = f"{at(ONE, 19, year)}\n{TWO}\n"
    if full < 1972:
        ((where, what),) = errors_of(text)
        assert where == "f.tle:1:19"
        assert str(full) in what
    else:
        assert str(read_tles(text, where="f.tle")[0].epoch).startswith(f"{full}-09-1")


@pytest.mark.parametrize(
    ("field", "number"),
    [
        ("00005", 5), ("    5", 5), ("99999", 99_999), ("A0000", 100_000), ("E8493", 148_493), ("J0000", 180_000),
        ("H9999", 179_999), ("N9999", 229_999), ("P0000", 230_000), ("Z9999", 339_999),
    ],
)  # fmt: skip
def test_alpha_5(field: str, number: int) -> None:
    (elements,) = read_tles(f"{at(ONE, 3, field)}\n{at(TWO, 3, field)}\n", where="f.tle")
    assert elements.norad == number


@pytest.mark.parametrize("field", ["I0000", "O0000", "a0000", "AA000", "A 000", "     ", "-0005"])
def test_no_catalogue_number(field: str) -> None:
    assert "f.tle:1:3" in places_of(f"{at(ONE, 3, field)}\n{TWO}\n")


def test_a_catalogue_number_stands_to_the_right() -> None:
    assert places_of(f"{at(ONE, 3, '4827 ')}\n{at(TWO, 3, '4827 ')}\n") == ["f.tle:1:7", "f.tle:2:7"]


@pytest.mark.parametrize(
    ("line", "column", "field"),
    [
        (1, 8, "X"), (1, 19, " 6"), (1, 21, "000.29773936"), (1, 21, "366.29773936"), (1, 21, "261,29773936"),
        (1, 34, " .0001692X"), (1, 45, " 0000 +0"), (1, 54, " 206.9-3"), (1, 63, "4"), (1, 63, "x"), (1, 65, "99 9"),
        (2, 9, "180.0001"), (2, 9, "-41.4677"), (2, 18, "360.0001"), (2, 27, "000 625"), (2, 27, ".002625"),
        (2, 35, "400.0000"), (2, 44, "  x.1510"), (2, 53, "00.00000000"), (2, 53, "18.50000000"), (2, 64, "3o770"),
        (1, 9, "5"), (1, 18, "x"), (1, 33, "1"), (1, 44, "1"), (1, 53, "1"), (1, 62, "1"), (1, 64, "x"),
        (2, 8, "1"), (2, 17, "1"), (2, 26, "1"), (2, 34, "1"), (2, 43, "1"), (2, 52, "x"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_at_its_column(line: int, column: int, field: str) -> None:
    lines = [ONE, TWO]
    lines[line - 1] = at(lines[line - 1], column, field)
    assert places_of("\n".join(lines)) == [f"f.tle:{line}:{column}"]


@pytest.mark.parametrize("field", ["180.0000", "  0.0000", "  5.1   "])
def test_angles_at_their_limits(field: str) -> None:
    assert read_tles(f"{ONE}\n{at(TWO, 9, field)}", where="f.tle")[0].inclination_deg == float(field)


def test_signs() -> None:
    one = at(at(at(ONE, 34, "-.00073094"), 45, "-17660-4"), 54, "+30915+1")
    (elements,) = read_tles(f"{one}\n{TWO}", where="f.tle")
    assert (elements.mean_motion_dot, elements.mean_motion_ddot) == (-0.00073094, -0.1766e-4)
    assert elements.bstar_per_er == 3.0915


def test_old_sets_leave_fields_blank() -> None:
    one = at(at(at(ONE, 10, "        "), 63, " "), 65, "    ")
    (elements,) = read_tles(f"{one}\n{at(TWO, 64, '     ')}", where="f.tle")
    assert (elements.designator, elements.element_set, elements.revolution) == ("", 0, 0)


def test_checksum_length_and_strange_characters() -> None:
    assert errors_of(f"{ONE[:-1]}1\n{TWO}") == [("f.tle:1:69", "the checksum is '1', but the line adds up to 0")]
    assert places_of(f"{ONE[:-1]}\n{TWO}") == ["f.tle:1:69"]
    assert places_of(f"{ONE}\n{TWO} 0.00") == ["f.tle:2:70"]
    assert places_of(f"{ONE}\n{TWO[:40]}é{TWO[41:]}") == ["f.tle:2:41"]
    assert places_of(f"{ONE}\n{TWO[:68]}²") == ["f.tle:2:69"]  # a digit to str.isdigit, not to us
    assert places_of(f"{ONE}\n{TWO[:40]}\x00{TWO[41:]}") == ["f.tle:2:41"]


def test_lines_out_of_place() -> None:
    assert errors_of(f"{TWO}\n{ONE}\n")[0][1].endswith("swap the two")
    assert places_of(f"{TWO}\n{ONE}\n") == ["f.tle:1:1"]
    assert places_of(f"{ONE}\n") == ["f.tle:1:1"]
    assert places_of(f"{TWO}\n") == ["f.tle:1:1"]
    assert places_of(f"{ONE}\n{SET}") == ["f.tle:1:1"]
    assert places_of(f"{SET}{TWO}\n{SET}") == ["f.tle:3:1"]
    assert places_of(f"A NAME\n{SET}ANOTHER\n") == ["f.tle:4:1"]
    assert places_of(f"A NAME\nANOTHER\n{SET}") == ["f.tle:1:1"]
    assert places_of(f"{ONE}\nA NAME\n{TWO}\n") == ["f.tle:1:1", "f.tle:3:1"]
    other = at(TWO, 3, "48275")
    assert places_of(f"{ONE}\n{other}\n") == ["f.tle:2:3"]
    assert places_of("") == places_of("\n\n# nothing\n") == ["f.tle:1:1"]


def test_every_error_at_once_in_reading_order() -> None:
    broken = at(TWO, 9, "190.0000")
    text = f"{at(ONE, 63, '4')}\n{broken[:-1]}{(int(broken[-1]) + 1) % 10}\n{SET}{ONE}\n"
    assert places_of(text) == ["f.tle:1:63", "f.tle:2:9", "f.tle:2:69", "f.tle:5:1"]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damage_raises_nothing_but_input_errors(data: st.DataObject) -> None:
    lines = ["0 CSS (TIANHE)", ONE, TWO, ONE, TWO]
    for _ in range(data.draw(st.integers(1, 4))):
        row = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["replace", "cut", "insert", "drop", "swap", "double"]))
        column = data.draw(st.integers(0, max(0, len(lines[row]) - 1)))
        char = data.draw(st.sampled_from(string.printable) | st.characters())
        match how:
            case "replace":
                lines[row] = lines[row][:column] + char + lines[row][column + 1 :]
            case "cut":
                lines[row] = lines[row][:column]
            case "insert":
                lines[row] = lines[row][:column] + char + lines[row][column:]
            case "drop" if len(lines) > 1:
                del lines[row]
                row = 0
            case "swap":
                lines[row], lines[0] = lines[0], lines[row]
            case _:
                lines.insert(row, lines[row])
        if data.draw(st.booleans()) and len(lines[row]) == 69 and lines[row].isascii():
            lines[row] = checked(lines[row])
    assert all(line >= 1 and column >= 1 for line, column in damage_in("\n".join(lines)))


def damage_in(text: str) -> list[tuple[int, int]]:
    """(line, column) of every error; none where the text reads after all."""
    try:
        read_tles(text, where="f.tle")
    except InputErrors as problem:
        places = [error.where.split(":") for error in problem.errors]
        return [(int(line), int(column)) for _, line, column in places]
    return []


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_raises_nothing_but_input_errors(text: str) -> None:
    with pytest.raises(InputError):
        read_tles(text, where="f.tle")


@settings(max_examples=200, deadline=None)
@given(
    norad=st.integers(1, 339_999).filter(lambda n: n // 10_000 not in (18, 23)),  # sgp4 2.27 writes I, O there
    days=st.integers(8_100 * 10**8, 38_700 * 10**8),
    bstar=st.floats(-0.09, 0.09).filter(lambda b: b == 0 or abs(b) > 1e-9),
    eccentricity=st.integers(0, 9_999_999),
    angles=st.tuples(*[st.integers(0, 3_599_999)] * 3),
    inclination=st.integers(0, 1_800_000),
    turns=st.integers(10**7, 17 * 10**8),
)
def test_numbers_agree_with_the_reference_reader(
    norad: int, days: int, bstar: float, eccentricity: int, angles: tuple[int, ...], inclination: int, turns: int
) -> None:
    record = Satrec()
    raan, perigee, anomaly = (angle / 1e4 * pi / 180 for angle in angles)
    n = turns / 1e8 * 2 * pi / 1_440
    e = eccentricity / 1e7
    record.sgp4init(
        WGS72, "i", norad, days / 1e8, bstar, 1e-9, 0.0, e, perigee, inclination / 1e4 * pi / 180, anomaly, n, raan
    )
    record.classification, record.intldesg = "U", "21035A"
    record.ephtype, record.elnum, record.revnum = 0, 999, 12345
    one, two = export_tle(record)
    reference = Satrec.twoline2rv(one, two)
    (read,) = read_tles(f"{one}\n{two}\n", where="f.tle")
    assert read.norad == reference.satnum
    assert read.eccentricity == reference.ecco
    assert read.bstar_per_er == pytest.approx(reference.bstar, rel=1e-15)
    assert read.raan_deg == pytest.approx(degrees(reference.nodeo), abs=1e-11)
    assert read.argument_of_perigee_deg == pytest.approx(degrees(reference.argpo), abs=1e-11)
    assert read.mean_anomaly_deg == pytest.approx(degrees(reference.mo), abs=1e-11)
    assert read.inclination_deg == pytest.approx(degrees(reference.inclo), abs=1e-11)
    assert read.mean_motion_rev_d == pytest.approx(reference.no_kozai * 1_440 / 2 / pi, rel=1e-14)
    midnight, fraction = read.epoch.julian_date_utc()
    assert midnight - reference.jdsatepoch + fraction - reference.jdsatepochF == pytest.approx(0, abs=1e-12)  # days
