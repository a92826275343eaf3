"""States from frame to frame and centre to centre, and as Keplerian elements."""

from __future__ import annotations

import numpy as np
import pytest

from hamsafar.domain.orbits import Centre, OrbitState
from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.orbit import states
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.lunar_frames import me_from_icrf
from hamsafar.orbit.states import about, frame_of, from_keplerian, in_frame, keplerian, refuse_unflyable, to_icrf
from hamsafar.orbit.times import tai_ns_of
from hamsafar.timeline import Instant

EPOCH = Instant.utc(2019, 7, 18, 0, 30)
LOW = OrbitState(epoch=EPOCH, centre="moon", position_km=(1_500.0, 900.0, -700.0), velocity_km_s=(0.3, -1.2, -0.9))
FRAMES: dict[Centre, tuple[str, ...]] = {
    "moon": states.MOON_FRAMES,
    "earth": ("ICRF", "EME2000", "TEME", "TOD", "ITRF"),
}


def apart(a: OrbitState, b: OrbitState) -> tuple[float, float]:
    assert (a.epoch, a.centre, a.frame) == (b.epoch, b.centre, b.frame)
    away = [np.subtract(a.position_km, b.position_km), np.subtract(a.velocity_km_s, b.velocity_km_s)]
    return float(np.abs(away[0]).max()), float(np.abs(away[1]).max())


@pytest.mark.parametrize(("centre", "frame"), [(centre, frame) for centre, all_ in FRAMES.items() for frame in all_])
def test_every_frame_goes_and_comes_back(centre: Centre, frame: str) -> None:
    given = OrbitState(
        epoch=EPOCH, centre=centre, position_km=(-6_500.0, 900.0, 2_700.0), velocity_km_s=(1.3, -5.2, 4.9)
    )
    there = in_frame(given, frame)
    assert there.frame == frame
    assert np.linalg.norm(there.position_km) == pytest.approx(np.linalg.norm(given.position_km), rel=1e-13)
    far, fast = apart(to_icrf(there), given)
    assert far < 1e-10
    # A velocity on the turning Earth is carried at one rate there, and back: rounding only.
    assert fast < 1e-13


@pytest.mark.parametrize("label", ["icrf", "GCRF", "ICRF3", "icrf_3", "GCRS"])
def test_labels_of_one_frame_about_the_moon(label: str) -> None:
    assert frame_of(label, "moon") == "ICRF"


def test_labels_that_others_use() -> None:
    assert frame_of("moon_me", "moon") == frame_of("MOON_ME_DE440_ME421", "moon") == "MOON_ME"
    assert frame_of("Moon PA DE440", "moon") == "MOON_PA"
    assert frame_of("J2000", "moon") == frame_of("j2000", "earth") == "EME2000"
    assert frame_of("ITRF2014", "earth") == frame_of("ITRF-97", "earth") == "ITRF"


@pytest.mark.parametrize(
    ("label", "centre", "known"),
    [("IAU_MOON", "moon", "MOON_ME"), ("ITRF", "moon", "MOON_PA"), ("TEME", "moon", "MOON_PA"),
     ("MOON_ME", "earth", "TEME"), ("TETE", "earth", "TEME"), ("", "moon", "ICRF")],
)  # fmt: skip
def test_an_unknown_frame_names_the_known_ones(label: str, centre: Centre, known: str) -> None:
    with pytest.raises(InputError, match=known) as caught:
        frame_of(label, centre)
    assert repr(label) in str(caught.value)


def test_axes_at_one_epoch_do_not_turn() -> None:
    at = tai_ns_of((EPOCH, EPOCH.plus(days=5)))
    r, v = np.tile(LOW.position_km, (2, 1)), np.tile(LOW.velocity_km_s, (2, 1))
    stood = states.frame_arrays("MOON_ME_INERTIAL", "moon", r, v, at, axes_at=EPOCH)[0]
    assert np.array_equal(stood[0], stood[1])
    turned = states.frame_arrays("MOON_ME_INERTIAL", "moon", r, v, at)[0]
    assert np.linalg.norm(turned[1] - turned[0]) > 1_000.0  # 66 degrees in five days
    back = states.icrf_arrays("MOON_ME_INERTIAL", "moon", stood, v, at, axes_at=EPOCH)[0]
    assert np.abs(back - r).max() < 1e-11


def test_the_lunar_equator_has_its_pole_up_and_its_node_ahead() -> None:
    turn = me_from_icrf(tai_ns_of(EPOCH))[0]
    pole = OrbitState(epoch=EPOCH, centre="moon", position_km=tuple(2_000 * turn[2]), velocity_km_s=(0.0, 0.0, 0.0))
    assert in_frame(pole, "MOON_EQUATOR").position_km == pytest.approx((0, 0, 2_000), abs=1e-9)
    node = OrbitState(
        epoch=EPOCH, centre="moon", frame="MOON_EQUATOR", position_km=(2_000.0, 0.0, 0.0), velocity_km_s=(0.0, 1.0, 0.0)
    )
    there = to_icrf(node)
    assert there.position_km[2] == pytest.approx(0.0, abs=1e-9)
    assert there.velocity_km_s[2] > 0.3  # ascending: the lunar equator is 22 to 25 degrees from the Earth's


def test_from_the_earth_to_the_moon_and_back() -> None:
    shift = state_icrf("earth", "moon", tai_ns_of(EPOCH))
    from_earth = about(LOW, "earth")
    assert from_earth.centre == "earth"
    assert np.allclose(np.subtract(LOW.position_km, from_earth.position_km), shift[0][0], atol=1e-9)
    assert max(apart(about(from_earth, "moon"), LOW)) < 1e-9
    assert about(LOW, "moon") == LOW


def test_the_elements_of_a_published_state() -> None:
    # Longjiang-2 on 18 July 2019, an agency-independent reconstruction (facts/lunar.md, E3): there and back.
    told = dict(semi_major_axis_km=8_697.812, eccentricity=0.78253, inclination_deg=44.259, node_deg=60.543)
    state = from_keplerian(
        epoch=EPOCH, centre="moon", frame="ICRF", periapsis_deg=79.156, true_anomaly_deg=251.17445463820727, **told
    )
    found = keplerian(state)
    assert {name: getattr(found, name) for name in told} == pytest.approx(told, rel=1e-12)
    assert found.periapsis_deg == pytest.approx(79.156, abs=1e-10)
    assert found.true_anomaly_deg % 360 == pytest.approx(251.17445463820727, abs=1e-10)
    again = from_keplerian(
        epoch=EPOCH, centre="moon", frame="ICRF", periapsis_deg=79.156, mean_anomaly_deg=found.mean_anomaly_deg, **told
    )
    assert max(apart(again, state)) < 1e-8


def test_elements_refuse_what_means_nothing() -> None:
    told = dict(
        epoch=EPOCH, centre="moon", frame="ICRF", semi_major_axis_km=2_000.0, eccentricity=0.1, inclination_deg=10.0,
        node_deg=0.0, periapsis_deg=0.0, true_anomaly_deg=0.0,
    )  # fmt: skip
    from_keplerian(**told)  # type: ignore[arg-type]  # of several types
    for change, says in (
        ({"frame": "MOON_ME"}, "MOON_ME_INERTIAL"),
        ({"mean_anomaly_deg": 0.0}, "not both"),
        ({"true_anomaly_deg": None}, "either"),
        ({"eccentricity": 1.2}, "below 0"),
        ({"eccentricity": -0.2}, "0 or more"),
        ({"semi_major_axis_km": float("nan")}, "finite"),
        ({"inclination_deg": 200.0}, "0 to 180"),
        ({"semi_major_axis_km": -2_000.0, "eccentricity": 1.5, "true_anomaly_deg": 170.0}, "never reaches"),
    ):
        with pytest.raises(InputError, match=says):
            from_keplerian(**{**told, **change})  # type: ignore[arg-type]  # of several types
    with pytest.raises(InputError, match="turns"):
        keplerian(in_frame(LOW, "MOON_ME"))
    with pytest.raises(InputError, match="straight"):
        keplerian(OrbitState(epoch=EPOCH, centre="moon", position_km=(3_000.0, 0, 0), velocity_km_s=(1.0, 0, 0)))


def test_states_that_do_not_fly() -> None:
    refuse_unflyable(LOW)
    inside = OrbitState(epoch=EPOCH, centre="moon", position_km=(1_000.0, 0.0, 0.0), velocity_km_s=(0.0, 1.0, 0.0))
    with pytest.raises(InputError, match=r"inside the Moon: 1,000\.0 km") as caught:
        refuse_unflyable(inside, where="craft.opm:12")
    assert caught.value.where == "craft.opm:12"
    leaving = OrbitState(epoch=EPOCH, centre="moon", position_km=(2_000.0, 0.0, 0.0), velocity_km_s=(0.0, 2.3, 0.0))
    with pytest.raises(InputError, match=r"leaves it: 2\.300 km/s where 2\.214"):
        refuse_unflyable(leaving)
    refuse_unflyable(leaving, escape=True)
    late = OrbitState(
        epoch=Instant.utc(2070, 1, 1), centre="moon", position_km=(2_000.0, 0.0, 0.0), velocity_km_s=(0.0, 1.0, 0.0)
    )
    with pytest.raises(OutOfRangeError, match="1960 to 2060"):
        refuse_unflyable(late)
    with pytest.raises(OutOfRangeError, match="1960 to 2060"):
        in_frame(late, "MOON_PA")


def test_numbers_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="finite"):
        OrbitState(epoch=EPOCH, centre="moon", position_km=(float("inf"), 0, 0), velocity_km_s=(0, 1, 0))
