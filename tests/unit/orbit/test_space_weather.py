"""F10.7 and ap: what the bundled table says, and what may be known of it when."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.numerical.atmosphere import air_table, density_kg_m3
from hamsafar.orbit.numerical.space_weather import QUIET_AP, activity_at, doubts_of, known_span
from hamsafar.timeline import Instant, Span

NOON = Instant.utc(2025, 2, 26, 12)


def ns(*moments: Instant) -> np.ndarray:
    return np.array([one.tai_ns for one in moments])


def test_a_day_is_as_the_table_has_it() -> None:
    # CelesTrak's rows of 2025-02-24, -25 and -26: ap by three hours, F10.7 observed 202.9, 190.1, 180.2.
    found = activity_at(ns(NOON))
    day = [15, 18, 15, 9, 15, 18, 15, 7]
    before = [5, 4, 7, 5, 5, 6, 12, 15]
    two_before = [15, 4, 5, 15, 15, 7, 39, 12]
    assert found.f107.tolist() == [190.1]  # of the day before
    assert found.f107_mean.tolist() == [179.6]
    assert found.ap[0, :5].tolist() == [np.mean(day), 15, 9, 15, 18]
    assert found.ap[0, 5] == np.mean([day[0], *before[1:]])  # 12 to 33 h before
    assert found.ap[0, 6] == np.mean([before[0], *two_before[1:]])  # 36 to 57 h before


def test_three_hours_and_days_begin_on_the_utc_second() -> None:
    late, now = NOON.plus(seconds=-1e-9), NOON
    assert activity_at(ns(late, now)).ap[:, 1].tolist() == [9, 15]
    midnight = Instant.utc(2025, 2, 26)
    assert activity_at(ns(midnight.plus(seconds=-1e-9), midnight)).f107.tolist() == [202.9, 190.1]


def test_what_came_after_is_not_foreseen() -> None:
    known = Instant.utc(2025, 2, 26, 18)
    found = activity_at(ns(NOON, NOON.plus(days=1), NOON.plus(days=5)), known_at=known)
    assert found.f107.tolist() == [190.1, 180.2, 180.2]
    assert found.f107_mean.tolist() == [179.6] * 3
    assert found.ap[:, 0].tolist() == [14.0, QUIET_AP, QUIET_AP]


def test_predictions_say_so_and_the_ends_are_named() -> None:
    known = known_span()
    assert activity_at(ns(known.start, known.end.plus(seconds=-1))).f107.min() > 60
    for outside in (known.start.plus(seconds=-1), known.end, Instant.utc(2060, 1, 1)):
        with pytest.raises(OutOfRangeError, match="space weather"):
            activity_at(ns(outside))
    assert doubts_of(Span(NOON, NOON.plus(days=1))) == ()
    assert "predicted" in doubts_of(Span(NOON, Instant.utc(2026, 9, 10)))[0]
    assert "monthly" in doubts_of(Span(NOON, Instant.utc(2030, 1, 1)))[0]


def test_no_moments_no_air() -> None:
    assert density_kg_m3(ns(), np.empty((0, 3))).shape == (0,)


def test_the_table_along_a_path_meets_the_model_between_its_nodes_and_heights() -> None:
    rate = 2 * np.pi / 5_560.0

    def place(seconds: np.ndarray) -> np.ndarray:
        angle = rate * seconds
        return 6_790.0 * np.stack([np.cos(angle), 0.62 * np.sin(angle), 0.7846 * np.sin(angle)], axis=1)

    table = air_table(NOON, 0.0, 5_400.0, place)
    seconds = np.arange(47.0, 5_000.0, 611.0)
    index, x = np.divmod((seconds - table.start_s) / table.step_s, 1.0)
    at = index.astype(int)
    weights = np.stack(
        [
            x * (x - 1) * (2 - x) / 6,
            (x + 1) * (x - 1) * (x - 2) / 2,
            (x + 1) * x * (2 - x) / 2,
            (x + 1) * x * (x - 1) / 6,
        ]
    )
    log_rho = sum(weights[k][:, None] * table.log_rho[at + k - 1] for k in range(4))
    radius = sum(weights[k] * table.radius_km[at + k - 1] for k in range(4))
    from hamsafar.orbit.frames import itrs_from_teme, teme_from_gcrs

    moments = NOON.tai_ns + (seconds * 1e9).astype(np.int64)
    r = itrs_from_teme(teme_from_gcrs(place(seconds), moments), moments)
    for off_km in (0.0, 2.5, -4.0):
        s = (np.linalg.norm(r, axis=1) + off_km - radius) / table.spread_km
        a, b, c = log_rho.T
        met = b + 0.5 * s * (c - a) + 0.5 * s * s * (a - 2 * b + c)
        direct = np.log(density_kg_m3(moments, r * (1 + off_km / np.linalg.norm(r, axis=1))[:, None]))
        assert met == pytest.approx(direct, abs=3e-4)  # of the density; the model itself is good to 15 %
