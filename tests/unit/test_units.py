"""Quantities as people write them."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.units import in_unit_of_name, parse_quantity, whole_minutes


@pytest.mark.parametrize(
    ("text", "dimension", "value"),
    [
        ("7 d", "duration", 604_800),
        ("30 min", "duration", 1_800),
        ("1.5 h", "duration", 5_400),
        ("26 wk", "duration", 15_724_800),
        ("450 km", "length", 450),
        ("250 m", "length", Fraction(1, 4)),
        ("-10 deg", "angle", -10),
        ("300 W", "power", 300),
        ("0.1 kg", "mass", Fraction(1, 10)),
        ("1.2 Mbit/s", "rate", 1_200),
    ],
)
def test_quantities_are_exact(text: str, dimension: str, value: Fraction) -> None:
    assert parse_quantity(text, dimension) == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "dimension", "words"),
    [
        ("7", "duration", "with a unit"),
        ("7 days", "duration", "unknown unit 'days'"),
        ("7 km", "duration", "is a length"),
        ("7 km", "energy", "but an energy is needed"),
        ("1e3 s", "duration", "with a unit"),
        ("", "mass", "with a unit"),
        ("9" * 1_000 + " s", "duration", "with a unit"),
        ("٧ d", "duration", "with a unit"),
    ],
)
def test_what_is_not_a_quantity_is_refused_in_words(text: str, dimension: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_quantity(text, dimension)  # type: ignore[arg-type]


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(InputError):
        parse_quantity(text, "duration")


def test_a_parameter_s_name_says_its_unit() -> None:
    assert in_unit_of_name("7 h", "max_day_min") == 420.0
    assert in_unit_of_name("4 d", "min_handover_d") == 4.0
    assert in_unit_of_name("10 s", "tolerance_s") == 10.0
    assert in_unit_of_name("5 deg", "max_phase_sigma_deg") == 5.0
    assert in_unit_of_name("3 m/s", "burn_m_s") == 3.0
    with pytest.raises(InputError, match="no unit"):
        in_unit_of_name("7 h", "max_exams")


def test_minutes_are_whole_or_refused() -> None:
    assert whole_minutes("1.5 h") == 90
    with pytest.raises(InputError, match="whole number"):
        whole_minutes("90 s")
