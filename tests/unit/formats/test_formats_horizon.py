"""Horizon profiles in CSV: read back equal, every error with its place, and nothing else raised whatever comes."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.places import Horizon, HorizonPoint
from hamsafar.errors import InputErrors
from hamsafar.formats.horizon import read_horizon, write_horizon

AZIMUTHS = st.lists(st.floats(0, 360, exclude_max=True), min_size=1, max_size=30, unique=True).map(sorted)


@settings(max_examples=100, deadline=None)
@given(azimuths=AZIMUTHS, elevations=st.lists(st.floats(-90, 90), min_size=30, max_size=30))
def test_written_and_read_back(azimuths: list[float], elevations: list[float]) -> None:
    pairs = zip(azimuths, elevations, strict=False)
    horizon = Horizon(points=tuple(HorizonPoint(azimuth_deg=a, elevation_deg=e) for a, e in pairs))
    assert read_horizon(write_horizon(horizon), where="h.csv") == horizon


def test_what_people_send() -> None:
    rows = ["\ufeff# by theodolite", "Azimuth_deg, elevation_deg", "", "0, 5", " 90.5,1e1", "90.5,-.5", "360,+5", ""]
    text = "\r\n".join(rows)
    assert [(p.azimuth_deg, p.elevation_deg) for p in read_horizon(text, where="h.csv").points] == [
        (0.0, 5.0),
        (90.5, 10.0),
        (90.5, -0.5),
        (360.0, 5.0),
    ]
    assert read_horizon("5,1", where="h.csv").points == (HorizonPoint(azimuth_deg=5.0, elevation_deg=1.0),)


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("", ["h.csv:1:1: holds no points of a horizon"]),
        ("azimuth_deg,elevation_deg\n# none\n", ["h.csv:1:1: holds no points of a horizon"]),
        ("0,5\n90,x", ["h.csv:2:4 elevation_deg: should be a number of degrees (got 'x')"]),
        (
            "az,el\n0,5",
            [
                "h.csv:1:1 azimuth_deg: should be a number of degrees (got 'az')",
                "h.csv:1:4 elevation_deg: should be a number of degrees (got 'el')",
            ],
        ),
        ("0,-90.5", ["h.csv:1:3 elevation_deg: should be from -90 to 90 deg (got -90.5)"]),
        ("  361 ,0", ["h.csv:1:3 azimuth_deg: should be from 0 to 360 deg (got 361)"]),
        (
            "1e999,nan",
            [
                "h.csv:1:1 azimuth_deg: should be from 0 to 360 deg (got 1e999)",
                "h.csv:1:7 elevation_deg: should be a number of degrees (got 'nan')",
            ],
        ),
        ("0;5", ["h.csv:1:1: should hold two numbers, azimuth_deg,elevation_deg (got 1 fields)"]),
        ("0,1,2\n", ["h.csv:1:1: should hold two numbers, azimuth_deg,elevation_deg (got 3 fields)"]),
        ("10,2\n5,3", ["h.csv:2:1 azimuth_deg: goes back from azimuth 10 deg; rows are in ascending azimuth (got 5)"]),
        (
            "0,1\n0,2\n360,3",
            [
                "h.csv:3:1 azimuth_deg: is the third point of one azimuth (360 deg); "
                "two are a wall, more have no meaning"
            ],
        ),
    ],
)  # fmt: skip
def test_every_error_with_its_place(text: str, errors: list[str]) -> None:
    with pytest.raises(InputErrors) as caught:
        read_horizon(text, where="h.csv")
    assert [str(error) for error in caught.value.errors] == errors


def test_a_horizon_of_a_million_rows_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputErrors, match="too many for a horizon"):
        read_horizon("0,1\n" * 100_001, where="h.csv")


def test_two_thousand_mutated_files() -> None:
    random = np.random.default_rng(7)
    seed = "azimuth_deg,elevation_deg\n0,5\n45.25,-1.5e0\n90,12\n90,3\n359,4\n# end\n"
    odd = "\x00\t ,;#-+.eE0123456789naninf\n\r\u0663\ud800é"
    for _ in range(2_000):
        text = list(seed)
        for _ in range(int(random.integers(1, 6))):
            at = int(random.integers(0, len(text)))
            what = int(random.integers(0, 3))
            if what == 0:
                text[at] = odd[int(random.integers(0, len(odd)))]
            elif what == 1:
                del text[at : at + int(random.integers(1, 8))]
                text = text or ["0"]
            else:
                text.insert(at, odd[int(random.integers(0, len(odd)))] * int(random.integers(1, 4)))
        assert all(re.match(r"h\.csv:\d+:\d+", place) for place in places_of_errors("".join(text)))


def places_of_errors(text: str) -> list[str]:
    """Where the errors are; any exception of another kind comes through."""
    try:
        read_horizon(text, where="h.csv")
    except InputErrors as caught:
        return [error.where for error in caught.errors]
    return []
