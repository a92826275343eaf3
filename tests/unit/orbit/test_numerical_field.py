"""Gravity fields: the bundled ones, and what is read."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.errors import InputError
from hamsafar.orbit.numerical.field import bundled_field, cut, read_gfc, read_shadr

SHADR = """ 1.738e+03, 4.9028e+03, 6.4e-15,  2,  2,  1, 0.0, 0.0
    1,    0, 0.0, 0.0, 0.0, 0.0
    1,    1, 0.0, 0.0, 0.0, 0.0
    2,    0,-9.0884339347424299e-05, 0.0, 7.9734541185906691e-12, 0.0
    2,    1, 1.4664123604163889e-11, 1.1732764187893861e-09, 4.4e-12, 4.5e-12
    2,    2, 3.4673096457e-05, 9.0791898e-10, 3.3e-12, 3.4e-12
"""
GFC = """A model of a few words
product_type gravity_field
modelname TINY
earth_gravity_constant 3.986004415D+14
radius 6378136.3
max_degree 2
norm fully_normalized
errors formal
end_of_head =====================
gfc 0 0 1.0 0.0
gfc 1 0 0.0 0.0
gfc 1 1 0.0 0.0
gfct 2 0 -0.484165143790815d-03 0.0 1.0d-12 0.0 20050101
trnd 2 0 1.0d-11 0.0 0.0 0.0
gfc 2 1 -2.06615509074176e-10 1.38441389137979e-09 1e-12 1e-12
gfc 2 2 2.43938357328313e-06 -1.40027370385934e-06 1e-12 1e-12
"""


def test_the_moon_is_grgm1200a() -> None:
    field = bundled_field("moon", 50)
    assert (field.name, field.degree, field.axes) == ("GRGM1200A", 50, "MOON_PA")
    assert (field.radius_km, field.mu_km3_s2) == (1_738.0, 4_902.8001224453001)
    # J2 and C22 unnormalised: 203.2e-6 and 22.38e-6 (Williams et al. 2014, table 3).
    assert -field.c[2, 0] * 5**0.5 == pytest.approx(203.22e-6, abs=0.01e-6)
    assert field.c[2, 2] * (5 / 12) ** 0.5 == pytest.approx(22.38e-6, abs=0.01e-6)
    assert field.c[0, 0] == 1.0
    assert not field.c[1].any()
    assert not np.triu(field.c, 1).any()
    assert field.sigma_c is not None
    assert 0 < field.sigma_c[2, 0] < 1e-11


def test_the_earth_is_tide_free_egm2008() -> None:
    field = bundled_field("earth", 120)
    assert (field.name, field.axes) == ("EGM2008", "ITRF")
    assert field.c[2, 0] == -0.484165143790815e-03  # EGM2008_to2190_TideFree
    assert field.s[2, 2] == -1.40027370385934e-06
    # The last row, so that no column has slipped: its power follows Kaula's rule, 1e-5 / n^2, within a factor of 2.
    power = np.sqrt((field.c[120] ** 2 + field.s[120] ** 2).sum() / 241)
    assert 0.5 < power / (1e-5 / 120**2) < 2
    assert field.sigma_c is None


def test_lunar_power_falls_as_it_should_to_the_last_row() -> None:
    field = bundled_field("moon", 360)
    assert field.sigma_c is None  # sigmas reach 150
    power = [float(np.sqrt((field.c[n] ** 2 + field.s[n] ** 2).sum() / (2 * n + 1))) for n in (50, 150, 250, 360)]
    # 2.5e-4 / n^2 (Lemoine et al. 2013, figure 2), within a factor of 3 all the way.
    assert all(1 / 3 < rms / (2.5e-4 / n**2) < 3 for rms, n in zip(power, (50, 150, 250, 360), strict=True))


@pytest.mark.parametrize(("centre", "reach"), [("moon", 360), ("earth", 120)])
def test_a_degree_too_high_says_what_there_is(centre: str, reach: int) -> None:
    with pytest.raises(InputError, match=f"0 to {reach} .got {reach + 1}"):
        bundled_field(centre, reach + 1)  # type: ignore[arg-type]  # a Centre
    with pytest.raises(InputError, match="got -1"):
        bundled_field(centre, -1)  # type: ignore[arg-type]  # a Centre


def test_a_bundled_field_cant_be_changed_by_accident() -> None:
    with pytest.raises(ValueError, match="read-only"):
        bundled_field("moon", 4).c[2, 0] = 0.0


def test_cutting_keeps_the_low_degrees() -> None:
    whole, part = bundled_field("moon", 40), cut(bundled_field("moon", 40), 12)
    assert part.degree == 12
    assert np.array_equal(part.c, whole.c[:13, :13])
    assert part.sigma_s is not None
    assert part.sigma_s.shape == (13, 13)
    assert cut(whole, 40) is whole
    with pytest.raises(InputError, match="0 to 40"):
        cut(whole, 41)


def test_shadr_is_read() -> None:
    field = read_shadr(SHADR, 2)
    assert field.c[2, 0] == -9.0884339347424299e-05
    assert field.s[2, 1] == 1.1732764187893861e-09
    assert field.sigma_s is not None
    assert field.sigma_s[2, 2] == 3.4e-12
    assert read_shadr(SHADR, 1).degree == 1
    assert read_shadr(SHADR.replace("\n", "\r\n"), 2).c[2, 2] == field.c[2, 2]


def test_gfc_is_read_in_km() -> None:
    field = read_gfc(GFC, 2)
    assert (field.name, field.mu_km3_s2, field.radius_km) == ("TINY", 398_600.4415, 6_378.1363)
    assert field.c[2, 0] == -0.484165143790815e-03  # static: the trend is left out
    assert field.sigma_c is not None
    bare = read_gfc(GFC.replace(" 1e-12 1e-12", "").replace(" 1.0d-12 0.0 20050101", ""), 2)
    assert bare.sigma_c is None
    assert np.array_equal(bare.s, field.s)


@pytest.mark.parametrize(
    ("old", "new", "place", "says"),
    [
        ("2,    1, 1.46", "2,    3, 1.46", "moon.tab:5", "order 3"),
        ("9.0884339347424299e-05", "9.08x", "moon.tab:4", "should be a number"),
        ("1.1732764187893861e-09", "nan", "moon.tab:5", "not a finite number"),
        ("    2,    2,", "    2,    1,", "moon.tab:6", "given twice"),
        ("  2,  2,  1,", "  2,  2,  0,", "moon.tab:1", "not fully normalised"),
        (" 1.738e+03,", "-1.738e+03,", "moon.tab:1", "above 0"),
        ("    2,    1, 1.46", "    2.5,  1, 1.46", "moon.tab:5", "whole number"),
        ("    1,    1, 0.0, 0.0, 0.0, 0.0\n", "    1\n", "moon.tab:3", "degree, order, C, S"),
    ],
)
def test_damage_in_shadr_is_told_with_its_line(old: str, new: str, place: str, says: str) -> None:
    assert old in SHADR
    with pytest.raises(InputError, match=says) as caught:
        read_shadr(SHADR.replace(old, new), 2, name="moon.tab")
    assert caught.value.where == place


def test_a_short_file_is_no_field() -> None:
    with pytest.raises(InputError, match="degree 2 order 2 is missing"):
        read_shadr("".join(SHADR.splitlines(keepends=True)[:-1]), 2)
    with pytest.raises(InputError, match="holds degrees 0 to 2"):
        read_shadr(SHADR, 3)
    with pytest.raises(InputError, match="should begin with"):
        read_shadr("", 2)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("end_of_head =====================\n", "", "no end_of_head"),
        ("radius 6378136.3\n", "", "no radius"),
        ("earth_gravity_constant 3.986004415D+14\n", "", "no earth_gravity_constant"),
        ("norm fully_normalized", "norm unnormalized", "only fully normalised"),
        ("max_degree 2", "max_degree two", "should be a number"),
        ("gfc 2 1", "gfz 2 1", "should be gfc"),
        ("gfc 0 0 1.0", "gfc 0 0 2.0", "degree 0 should be 1"),
    ],
)
def test_damage_in_gfc_is_told(old: str, new: str, says: str) -> None:
    assert old in GFC
    with pytest.raises(InputError, match=says):
        read_gfc(GFC.replace(old, new), 2, name="x.gfc")
