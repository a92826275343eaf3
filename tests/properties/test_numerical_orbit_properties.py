"""Whatever ellipse is flown: its energy and angular momentum stay, and flown back it is where it began."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.orbit.numerical import ForceModel, GravityField, Tables
from hamsafar.orbit.numerical.arc import integrate
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2026, 10, 1)
MU = 4902.8
POINT = GravityField(
    name="point", mu_km3_s2=MU, radius_km=1738.0, c=np.array([[1.0]]), s=np.array([[0.0]]), axes="MOON_PA"
)
TABLES = Tables(bodies=(), start_s=-1e8, piece_s=2e8, coefficients=np.zeros((1, 3, 2)))
ALONE = ForceModel(centre="moon", degree=0, bodies=())


@settings(max_examples=25, deadline=None)
@given(st.floats(20.0, 5_000.0), st.floats(0.0, 0.9), st.floats(0.0, 180.0), st.floats(0.1, 5.0))
def test_an_ellipse_keeps_what_it_has_and_comes_back(low_km, e, inclination_deg, days):
    r, i = 1737.4 + low_km, np.radians(inclination_deg)
    v = np.sqrt(MU * (1 + e) / r)
    start = OrbitState(
        epoch=EPOCH, centre="moon", position_km=(r, 0.0, 0.0), velocity_km_s=(0.0, v * np.cos(i), v * np.sin(i))
    )
    there = integrate(start, Craft(mass_kg=1.0), ALONE, EPOCH.plus(days=days), field=POINT, tables=TABLES)
    end_r, end_v = there.states_icrf(np.array([there.end.tai_ns]))
    energy = (end_v[0] @ end_v[0] / 2 - MU / np.linalg.norm(end_r[0])) / (v * v / 2 - MU / r)
    assert abs(energy - 1) < 1e-12  # a few hundred roundings at the most
    assert np.linalg.norm(np.cross(end_r[0], end_v[0])) / (r * v) - 1 < 1e-13
    turned = OrbitState(epoch=there.end, centre="moon", position_km=tuple(end_r[0]), velocity_km_s=tuple(end_v[0]))
    back = integrate(turned, Craft(mass_kg=1.0), ALONE, EPOCH, field=POINT, tables=TABLES, epoch=EPOCH)
    again, _ = back.states_icrf(np.array([EPOCH.tai_ns]))
    assert np.linalg.norm(again[0] - start.position_km) < 1e-6  # km
