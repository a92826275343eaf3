"""Many objects at once against one by one, compiled and not."""

from __future__ import annotations

import sys
from importlib.util import find_spec

import numpy as np
import pytest
from attrs import evolve

from hamsafar.errors import OutOfRangeError
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.catalogue import SatelliteCatalogue
from hamsafar.orbit.trajectory import Sgp4Trajectory

STATION = read_tles(
    "1 48274U 21035A   26261.29773936  .00016929  00000+0  20659-3 0  9990\n"
    "2 48274  41.4677 116.6699 0002625 287.9042  72.1510 15.60068670307703\n",
    where="tiangong.tle",
)[0]
SET = (
    STATION,
    evolve(STATION, norad=2, epoch=STATION.epoch.plus(days=-3.3), raan_deg=20.0, eccentricity=0.01),
    evolve(STATION, norad=3, mean_motion_rev_d=2.00563, eccentricity=0.7, inclination_deg=63.4),  # deep space
    evolve(STATION, norad=4, mean_motion_rev_d=16.3, bstar_per_er=0.1),  # decays within hours
    evolve(STATION, norad=5, mean_motion_rev_d=6.35),  # just beyond near-Earth
    evolve(STATION, norad=6, mean_motion_rev_d=6.45),  # just within
)
MOMENTS = STATION.epoch.tai_ns + np.arange(-86_400, 5 * 86_400, 3_571, dtype=np.int64) * 1_000_000_000


@pytest.fixture(params=["compiled", "reference"])
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "reference":
        monkeypatch.setitem(sys.modules, "heyoka", None)
    elif find_spec("heyoka") is None:
        pytest.skip("the extra 'catalogue' is not installed")


@pytest.mark.usefixtures("_engine")
@pytest.mark.parametrize("objects", [SET, SET[:2], SET[2:3]])
def test_each_object_is_as_it_is_alone(objects: tuple) -> None:
    states = SatelliteCatalogue(objects).states_teme(MOMENTS)
    assert states.r_km.shape == states.v_km_s.shape == (MOMENTS.size, 3, len(objects))
    for n, one in enumerate(objects):
        good = states.code[:, n] == 0
        assert good.any()
        r_km, v_km_s = Sgp4Trajectory(one).states_teme(MOMENTS[good])
        np.testing.assert_allclose(states.r_km[good, :, n], r_km, atol=1e-7, rtol=0)  # km: 0.1 mm, two compilers
        np.testing.assert_allclose(states.v_km_s[good, :, n], v_km_s, atol=1e-10, rtol=0)
        assert np.isnan(states.r_km[~good, :, n]).all()
        for moment in MOMENTS[~good][:3]:
            with pytest.raises(OutOfRangeError):
                Sgp4Trajectory(one).states_teme(np.array([moment]))


@pytest.mark.usefixtures("_engine")
def test_a_decayed_object_says_so_and_spoils_no_other() -> None:
    states = SatelliteCatalogue(SET).states_teme(MOMENTS)
    assert (states.code[-1] != 0).tolist() == [False, False, False, True, False, False]
    assert np.isfinite(states.r_km[-1][:, [0, 1, 2, 4, 5]]).all()


@pytest.mark.usefixtures("_engine")
def test_memory_is_taken_over_and_nothing_is_left_of_before() -> None:
    catalogue = SatelliteCatalogue(SET)
    first = catalogue.states_teme(MOMENTS)
    kept = first.r_km.copy()
    second = catalogue.states_teme(MOMENTS + 1_000_000_000, into=first)
    assert np.shares_memory(second.r_km, first.r_km)
    again = catalogue.states_teme(MOMENTS)
    np.testing.assert_array_equal(again.r_km, kept)
    assert not np.array_equal(second.r_km, kept, equal_nan=True)
    assert not np.shares_memory(catalogue.states_teme(MOMENTS[:3], into=second).r_km, second.r_km)


@pytest.mark.usefixtures("_engine")
def test_no_objects_and_no_times() -> None:
    assert SatelliteCatalogue(()).states_teme(MOMENTS).r_km.shape == (MOMENTS.size, 3, 0)
    assert SatelliteCatalogue(SET).states_teme(MOMENTS[:0]).r_km.shape == (0, 3, len(SET))
