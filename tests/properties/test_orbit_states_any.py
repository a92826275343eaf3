"""Any orbit survives its elements, any state its frames, and no text breaks a reader of fields but with its line."""

from __future__ import annotations

from math import atan2, cos, degrees, pi, radians, sin, sqrt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.orbit import kepler
from hamsafar.orbit.numerical.field import read_gfc, read_shadr
from hamsafar.orbit.states import MOON_FRAMES, from_keplerian, in_frame, to_icrf
from hamsafar.timeline import Instant

MU = 4_902.8
angles = st.floats(-pi, pi)
ellipses = st.floats(0.0, 0.99)
hyperbolas = st.floats(1.01, 8.0)


@given(ellipses | hyperbolas, angles, angles, st.floats(0, pi), st.floats(-0.99, 0.99), st.floats(1_800, 50_000))
def test_elements_come_back(e: float, node: float, periapsis: float, tilt: float, part: float, low_km: float) -> None:
    widest = pi if e < 1 else np.arccos(-1 / e) * 0.99
    told = kepler.Elements(
        semi_major_axis_km=low_km / (1 - e),
        eccentricity=e,
        inclination_rad=tilt,
        node_rad=node,
        periapsis_rad=periapsis,
        true_anomaly_rad=part * widest,
    )
    r, v = kepler.vectors(told, MU)
    # The closed forms: the conic's radius, and vis viva.
    radius = float(np.linalg.norm(r))
    assert abs(radius * (1 + e * cos(told.true_anomaly_rad)) / (low_km * (1 + e)) - 1) < 1e-12
    assert abs(float(v @ v) / (MU * (2 / radius - 1 / told.semi_major_axis_km)) - 1) < 1e-9
    back = kepler.vectors(kepler.elements_of(r, v, MU), MU)
    assert np.abs(back[0] - r).max() < 1e-7 * radius
    assert np.abs(back[1] - v).max() < 1e-7 * np.linalg.norm(v)


@given(ellipses, angles)
def test_keplers_equation_is_met(e: float, mean: float) -> None:
    nu = kepler.true_anomaly_rad(mean, e)
    eccentric = atan2(sqrt(1 - e * e) * sin(nu), e + cos(nu))
    off = eccentric - e * sin(eccentric) - mean
    # Rad; near the periapsis of a narrow ellipse the true anomaly runs twenty times ahead of its mean.
    assert abs((off + pi) % (2 * pi) - pi) < 1e-12


@given(hyperbolas, st.floats(-40, 40))
def test_the_mean_anomaly_of_a_hyperbola_comes_back(e: float, mean: float) -> None:
    elements = kepler.Elements(
        semi_major_axis_km=-3_000.0,
        eccentricity=e,
        inclination_rad=1.0,
        node_rad=0.0,
        periapsis_rad=0.0,
        true_anomaly_rad=kepler.true_anomaly_rad(mean, e),
    )
    assert abs(elements.mean_anomaly_rad - mean) < 1e-9 * max(1.0, abs(mean))


@given(
    st.sampled_from(MOON_FRAMES),
    st.floats(0, 0.9),
    st.floats(0, 180),
    st.floats(0, 360),
    st.integers(-300_000, 500_000),
)
def test_frames_about_the_moon_keep_the_state(frame: str, e: float, tilt: float, node: float, hours: int) -> None:
    state = from_keplerian(
        epoch=Instant.utc(2000, 1, 1).plus(hours=hours),
        centre="moon",
        frame="EME2000",
        semi_major_axis_km=2_000 / (1 - e),
        eccentricity=e,
        inclination_deg=tilt,
        node_deg=node,
        periapsis_deg=degrees(radians(node) * 0.7),
        mean_anomaly_deg=node / 2,
    )
    here, back = to_icrf(state), to_icrf(in_frame(state, frame))
    assert np.abs(np.subtract(here.position_km, back.position_km)).max() < 1e-9
    assert np.abs(np.subtract(here.velocity_km_s, back.velocity_km_s)).max() < 1e-12


HEAD = "1738.0, 4902.8, 0.0, 2, 2, 1, 0.0, 0.0\n"
lines = st.text(st.sampled_from("0123456789.,-+eED \tgfct#nan"), max_size=40)


@given(st.lists(lines, max_size=8), st.booleans())
def test_no_text_breaks_the_readers(rows: list[str], with_head: bool) -> None:
    for read, head in (
        (read_shadr, HEAD),
        (read_gfc, "radius 1\nmax_degree 2\nearth_gravity_constant 1\nend_of_head\n"),
    ):
        try:
            field = read((head if with_head else "") + "\n".join(rows), 2, name="f")
        except InputError as problem:
            assert "f" in str(problem)  # noqa: PT017  # either outcome is right
        else:
            assert np.isfinite(field.c).all()
