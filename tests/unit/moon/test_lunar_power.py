"""Cells by pointing, and the battery: closed forms, quadrature over attitudes, fine steps."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.lunar import Mode, Panel, Power
from hamsafar.errors import InputError
from hamsafar.moon.along import looks_along
from hamsafar.moon.battery import balance, charge_at_release, first_hours, follow
from hamsafar.moon.light import eclipses_along, sun_share
from hamsafar.moon.power import (
    SOLAR_W_M2,
    Generation,
    facing_m2,
    generation,
    generation_along,
    mode_of,
    pointed_m2,
    tumbling_m2,
)
from hamsafar.orbit.bodies import state_icrf
from hamsafar.orbit.times import tai_ns_after
from hamsafar.timeline import Instant, Span
from hamsafar.units import ASTRONOMICAL_UNIT_KM
from lunar_paths import KeplerPath

START = Instant.utc(2024, 5, 8, 8)
PATH = KeplerPath(start=START, end=START.plus(days=2), i=2.4, node=1.0, periapsis=2.6)
SPAN = Span(PATH.start, PATH.end)
POWER = Power(
    panels=(
        Panel(normal=(0.0, 0.0, 1.0), area_m2=0.06, efficiency=0.27),
        Panel(normal=(0.0, 3.0, 4.0), area_m2=0.02, efficiency=0.3),
        Panel(normal=(-1.0, 0.0, 0.0), area_m2=0.03, efficiency=0.2),
    ),
    battery_wh=40.0,
    modes=(
        Mode(id="safe", pointing="tumbling", load_w=2.0),
        Mode(id="charging", pointing="sun", load_w=4.0),
        Mode(id="talk", pointing="earth", load_w=4.0),
        Mode(id="hungry", pointing="nadir", load_w=12.0),
    ),
    safe_mode="safe",
    idle_mode="charging",
    stowed_loss_share_per_month=0.03,
)


def test_tumbling_is_the_mean_over_all_attitudes() -> None:
    number = np.arange(200_000) + 0.5
    z, turn = 1 - 2 * number / number.size, np.pi * (1 + 5**0.5) * number  # a sphere filled evenly
    across = np.sqrt(1 - z**2)
    suns = np.stack([across * np.cos(turn), across * np.sin(turn), z], axis=-1)
    assert tumbling_m2(POWER) == pytest.approx(facing_m2(POWER, suns).mean(), rel=1e-5)


def test_pointing_is_the_mean_over_the_turn_left_free() -> None:
    turns = np.linspace(0.0, 2 * np.pi, 20_000, endpoint=False)
    for angle in (0.0, 0.3, 1.2, np.pi / 2, 2.5, np.pi):
        suns = np.stack(
            [np.sin(angle) * np.cos(turns), np.sin(angle) * np.sin(turns), 0 * turns + np.cos(angle)], axis=-1
        )
        assert pointed_m2(POWER, np.array([np.cos(angle)]))[0] == pytest.approx(facing_m2(POWER, suns).mean(), abs=1e-8)


def test_power_at_the_bus_in_sunlight_and_shadow() -> None:
    given = generation(POWER, PATH, SPAN, mode_of(POWER, "charging"))
    at_s = np.linspace(0.0, SPAN.seconds, 3_000)
    tai_ns = tai_ns_after(START, at_s)
    away_km = np.linalg.norm(state_icrf("sun", "moon", tai_ns)[0] - PATH.states_icrf(tai_ns)[0], axis=-1)
    area = 0.06 * 0.27 + 0.8 * 0.02 * 0.3
    watt = area * 0.9 * SOLAR_W_M2 * (ASTRONOMICAL_UNIT_KM / away_km) ** 2 * sun_share(PATH, tai_ns)
    # Straight pieces in the penumbra, nine to each of its 7 s: 2 % of full light.
    assert np.abs(given.at(tai_ns) - watt).max() < 0.02 * watt.max()
    dense_wh = float(np.trapezoid(watt, at_s) / 3_600)
    assert given.energy_wh(SPAN) == pytest.approx(dense_wh, rel=1e-3)
    assert given.mean_w(SPAN) == pytest.approx(given.energy_wh(SPAN) / 48, rel=1e-12)


def test_the_battery_by_fine_steps() -> None:
    given = generation(POWER, PATH, SPAN, "nadir")
    charge = follow(POWER, given, 3.0, start_share=0.6)
    at_s = np.arange(0.0, SPAN.seconds, 1.0)
    net = given.at(tai_ns_after(START, at_s + 0.5)) - 3.0
    now, lowest = 24.0, 24.0
    for step in np.where(net > 0, net * 0.95, net / 0.95) / 3_600:
        now = min(40.0, now + float(step))
        lowest = min(lowest, now)
    assert charge.wh[-1] == pytest.approx(now, abs=5e-3)  # Wh
    assert charge.lowest_share * 40.0 == pytest.approx(lowest, abs=5e-3)
    assert 0.0 <= charge.wh.min() <= charge.wh.max() <= 40.0


def test_what_is_spilled_and_what_is_lacking() -> None:
    knots = np.array([0, 3_600, 7_200], dtype=np.int64) * 10**9
    full = follow(POWER, Generation(knots, np.array([10.0, 10.0, 10.0])), 0.0)
    assert full.spilled_wh == pytest.approx(19.0)
    assert full.lacking_wh == 0.0
    empty = follow(POWER, Generation(knots, np.zeros(3)), 38.0, start_share=0.5)
    assert empty.lacking_wh == pytest.approx(2 * 38 / 0.95 - 20)
    assert empty.lowest_share == 0.0
    # Through zero in the middle of a piece: up 2.5 Wh times 0.95, then down as much over 0.95.
    ramp = follow(POWER, Generation(knots, np.array([10.0, 0.0, -10.0])), 0.0, start_share=0.5)
    assert ramp.wh[-1] == pytest.approx(20 + 5 * 0.95 - 5 / 0.95)


def test_which_modes_last() -> None:
    looks = looks_along(PATH, SPAN)
    found = eclipses_along(looks)
    by_mode = {mode.id: balance(POWER, mode, looks, found) for mode in POWER.modes}
    assert by_mode["safe"].positive
    assert not by_mode["hungry"].positive
    for one in by_mode.values():
        assert one.positive == (one.spare_w >= 0.0)
        again = balance(POWER, evolve(mode_of(POWER, one.mode), load_w=one.load_w + one.spare_w), looks, found)
        assert again.worst_wh == pytest.approx(0.0, abs=1e-6)
        assert one.longest_eclipse_s == max(dark.seconds for dark in found)


def test_months_in_the_box() -> None:
    assert charge_at_release(POWER, 2.0) == pytest.approx(0.8 * 0.97**2)
    looks = looks_along(PATH, SPAN)
    found = eclipses_along(looks)
    first = first_hours(POWER, 2.0, looks, found)
    umbra = next(one for one in found if one.kind == "umbra")
    assert umbra.cut_at_start  # it is let go in the dark
    assert first.first_sun_h == pytest.approx(umbra.leave.seconds_since(START) / 3_600, abs=2 / 3_600)  # a ninth of 7 s
    assert first.dark_h == pytest.approx((0.8 * 0.97**2 - 0.3) * 40 * 0.95 / 2.0)


def test_errors_name_what_is_wrong() -> None:
    with pytest.raises(InputError, match="no mode 'party'; there are safe, charging"):
        mode_of(POWER, "party")
    flat = evolve(POWER, panels=(Panel(normal=(0.0, 0.0, 0.0), area_m2=0.1, efficiency=0.3),))
    with pytest.raises(InputError, match="normal has no length"):
        generation_along(flat, looks_along(PATH, SPAN), "sun", ())
