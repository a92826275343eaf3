"""The verifier's main field against another program's values, and against the potential in its textbook form."""

from __future__ import annotations

import json
from datetime import date
from math import factorial, radians, sqrt
from pathlib import Path

import erfa
import numpy as np
import pytest
from numpy.polynomial import legendre

from hamsafar.errors import OutOfRangeError
from hamsafar.resources import read_text
from hamsafar.timeline import Instant
from hamsafar.verify.magnetism import ROW, main_field_nt

REFERENCE = json.loads((Path(__file__).parents[1] / "events" / "igrf_reference.json").read_text(encoding="utf-8"))
NOW = np.zeros(1)


def place_km(latitude_deg: float, longitude_deg: float, height_km: float) -> np.ndarray:
    return erfa.gd2gc(1, radians(longitude_deg), radians(latitude_deg), height_km * 1_000) / 1_000


def schmidt(n: int, m: int, x: float) -> float:
    """Schmidt's quasi-normalised function, from the m-th derivative of Legendre's polynomial."""
    bare = (1 - x * x) ** (m / 2) * legendre.legval(x, legendre.legder([0] * n + [1], m))
    return float(bare * (sqrt(2 * factorial(n - m) / factorial(n + m)) if m else 1.0))


def potential(year: float, at_km: np.ndarray) -> float:
    """The scalar potential, nT km, for a year that the table states; Alken et al. 2021, eq. 1."""
    header, *rows = [line.split() for line in read_text("events/data/igrf14.txt").splitlines() if line[0] != "#"]
    column = [float(each) if each[0].isdigit() else each for each in header].index(year)
    radius = float(np.linalg.norm(at_km))
    longitude = np.arctan2(at_km[1], at_km[0])
    total = 0.0
    for row in rows:
        n, m, value = int(row[0]), int(row[1]), float(row[column])
        wave = np.cos(m * longitude) if m >= 0 else np.sin(-m * longitude)
        total += value * (6_371.2 / radius) ** (n + 1) * wave * schmidt(n, abs(m), at_km[2] / radius)
    return 6_371.2 * float(total)


@pytest.mark.parametrize("row", REFERENCE["field"][::3], ids=lambda row: row["day"])
def test_the_intensity_is_another_programs(row: dict[str, float | str]) -> None:
    at_km = place_km(row["latitude_deg"], row["longitude_deg"], row["height_km"])
    day = date.fromisoformat(row["day"])
    field = main_field_nt(Instant.utc(day.year, day.month, day.day), NOW, at_km[None, :])
    assert abs(np.linalg.norm(field) - row["intensity_nt"]) <= 1e-3  # printed to 1e-4; years are counted in leap days


@pytest.mark.parametrize(("latitude", "longitude"), [(-26.0, -57.0), (89.9, 10.0), (0.0, 180.0), (-64.0, 137.0)])
def test_the_field_is_the_downward_slope_of_the_potential(latitude: float, longitude: float) -> None:
    at_km, step = place_km(latitude, longitude, 3.0), 0.5
    slope = [
        (potential(2020.0, at_km + step * axis) - potential(2020.0, at_km - step * axis)) / (2 * step)
        for axis in np.eye(3)
    ]
    ours = main_field_nt(Instant.utc(2020, 1, 1), NOW, at_km[None, :])[0]
    assert np.abs(ours + np.array(slope)).max() <= 0.02  # a step of 0.5 km leaves its square over the radius squared


def test_a_month_in_one_row_is_every_moment_of_it() -> None:
    start, seconds = Instant.utc(2027, 3, 1), np.linspace(0.0, 31 * 86_400.0, 2 * ROW + 7)
    points = np.random.default_rng(3).normal(size=(len(seconds), 3))
    points *= 6_378 / np.linalg.norm(points, axis=1)[:, None]
    together = main_field_nt(start, seconds, points)
    for i in (0, 1, ROW - 1, ROW, 2 * ROW + 6):
        alone = main_field_nt(start.plus(seconds=float(seconds[i])), NOW, points[i : i + 1])[0]
        assert np.abs(together[i] - alone).max() <= 1e-6
    assert np.abs(together[-1] - main_field_nt(start, NOW, points[-1:])[0]).max() > 0.5  # it does move in a month


def test_over_the_turn_of_a_model_year_nothing_jumps() -> None:
    turn, at_km = Instant.utc(2025, 1, 1), place_km(-26.0, -57.0, 0.0)[None, :]
    before, after = (main_field_nt(turn.plus(seconds=s), NOW, at_km)[0] for s in (-1.0, 1.0))
    assert np.abs(before - after).max() <= 1e-4
    across = main_field_nt(turn.plus(days=-15), np.linspace(0, 30 * 86_400.0, 3), np.repeat(at_km, 3, axis=0))[1]
    assert np.abs(across - before).max() <= 1.0  # the straight line cuts the bend between two five-year slopes


def test_no_moments_no_field() -> None:
    assert main_field_nt(Instant.utc(2027, 1, 1), np.zeros(0), np.zeros((0, 3))).shape == (0, 3)


def test_the_model_ends_where_it_says() -> None:
    at_km = place_km(0.0, 0.0, 0.0)[None, :]
    for inside in (Instant.utc(1975, 1, 1), Instant.utc(2030, 1, 1)):
        assert 20_000 < np.linalg.norm(main_field_nt(inside, NOW, at_km)) < 40_000
    for base, seconds in ((Instant.utc(1975, 1, 1), -1.0), (Instant.utc(2029, 12, 31), 86_401.0)):
        with pytest.raises(OutOfRangeError, match="covers 1975-01-01T00:00:00Z to 2030-01-01T00:00:00Z"):
            main_field_nt(base, np.array([0.0, seconds]), np.repeat(at_km, 2, axis=0))
