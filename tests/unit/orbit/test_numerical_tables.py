"""The tables a kernel reads, against the functions they were fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.orbits import Centre
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit.bodies import position_icrf_km
from hamsafar.orbit.earth_turn import itrs_from_gcrs
from hamsafar.orbit.frames import itrs_from_teme, teme_from_gcrs
from hamsafar.orbit.lunar_frames import pa_from_icrf, turn_about
from hamsafar.orbit.numerical.model import Body, Tables
from hamsafar.orbit.numerical.tables import tables_for
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import Instant

BODIES: dict[Centre, tuple[Body, ...]] = {"moon": ("earth", "sun"), "earth": ("moon", "sun")}
# An ordinary month, one before the Earth's table begins, one after it ends, and one with a leap second.
EPOCHS = (Instant.utc(2019, 7, 18, 0, 30), Instant.utc(1972, 4, 24), Instant.utc(2045, 1, 1), Instant.utc(2016, 12, 20))


def read(tables: Tables, seconds: Floats) -> Floats:
    """(n, quantities), as the contract of `Tables` says."""
    piece = ((seconds - tables.start_s) // tables.piece_s).astype(int)
    x = 2 * (seconds - tables.start_s - piece * tables.piece_s) / tables.piece_s - 1
    waves = np.cos(np.arange(tables.coefficients.shape[2]) * np.arccos(np.clip(x, -1, 1))[:, None])
    return np.einsum("nqk,nk->nq", tables.coefficients[piece], waves)


@pytest.mark.parametrize("epoch", EPOCHS, ids=lambda epoch: epoch.iso()[:10])
@pytest.mark.parametrize("centre", ["moon", "earth"])
@pytest.mark.parametrize("days", [30, -30])
def test_tables_meet_what_they_are_fitted_to(centre: Centre, epoch: Instant, days: int) -> None:
    tables = tables_for(centre, BODIES[centre], epoch, days * 86_400.0)
    low_s, high_s = min(0, days) * 86_400.0 - 3_600, max(0, days) * 86_400.0 + 3_600
    assert tables.start_s <= low_s
    assert tables.end_s >= high_s
    at = tai_ns_after(epoch, np.random.default_rng(7).uniform(low_s, high_s, 1_500))
    values = read(tables, (at - epoch.tai_ns) / 1e9)
    a, b, c = values[:, :3].T
    turned = turn_about(3, c) @ turn_about(2, b) @ turn_about(1, a)
    expected = pa_from_icrf(at) if centre == "moon" else itrs_from_gcrs(at)
    # Rad. 1e-12 is the rounding of psi, a thousand turns; the Earth's pole as it turns in a day adds as much.
    assert np.abs(turned - expected).max() < 3e-12
    for number, body in enumerate(BODIES[centre]):
        found = values[:, 3 + 3 * number : 6 + 3 * number]
        # 1 mm is the rounding of the Sun's distance; 0.01 mm does for the Moon and the Earth.
        assert np.abs(found - position_icrf_km(body, centre, at)).max() < (1e-6 if body == "sun" else 1e-8)


def test_the_earth_turns_as_it_does_for_passes() -> None:
    at = tai_ns_after(Instant.utc(2024, 3, 1), np.linspace(0, 20 * 86_400, 400))
    given = np.random.default_rng(1).normal(0, 7_000, (400, 3))
    direct = np.einsum("nij,nj->ni", itrs_from_gcrs(at), given)
    # The passes' chain is cubic between half days: under a millimetre at the station.
    assert np.abs(direct - itrs_from_teme(teme_from_gcrs(given, at), at)).max() < 3e-6


def test_pieces_are_contiguous_and_as_asked() -> None:
    tables = tables_for("moon", ("sun", "jupiter"), EPOCHS[0], 10.0)
    assert tables.bodies == ("sun", "jupiter")
    assert tables.coefficients.flags.c_contiguous
    assert tables.coefficients.shape[1] == 9


def test_odd_requests_are_refused() -> None:
    with pytest.raises(InputError, match="the moon is the centre"):
        tables_for("moon", ("earth", "moon"), EPOCHS[0], 10.0)
    with pytest.raises(InputError, match="twice"):
        tables_for("moon", ("earth", "sun", "earth"), EPOCHS[0], 10.0)
    with pytest.raises(InputError, match="no body 'pluto'"):
        tables_for("moon", ("pluto",), EPOCHS[0], 10.0)  # type: ignore[arg-type]  # what a file might say
    with pytest.raises(OutOfRangeError, match="1960 to 2060"):
        tables_for("moon", ("earth",), Instant.utc(2059, 12, 1), 60 * 86_400.0)
