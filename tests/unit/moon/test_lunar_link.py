"""Link budgets: by hand, against what was heard of Longjiang-2, and the errors that name link and station."""

from __future__ import annotations

from math import log10, pi

import numpy as np
import pytest
from attrs import evolve

from hamsafar.domain.lunar import Antenna, Link, LossLine, LunarMission, Station
from hamsafar.domain.orbits import OrbitState
from hamsafar.domain.places import Site
from hamsafar.errors import InputError
from hamsafar.moon.contacts import find_contacts, look
from hamsafar.moon.link import Radio, budget, free_space_db, gain_dbi, link_windows, moon_noise_k, stations_of
from hamsafar.orbit.times import tai_ns_after
from hamsafar.timeline import Instant, Span
from lunar_paths import KeplerPath

DISH = Antenna(dish_m=25.0, noise_k=150.0, lowest_mhz=400.0, highest_mhz=440.0)
YAGI = Antenna(gain_dbi=15.4, noise_k=400.0, lowest_mhz=430.0, highest_mhz=440.0)
PLACE = Site(id="dwingeloo", name="Dwingeloo", latitude_deg=52.81201944, longitude_deg=6.39616944)
DWINGELOO = Station(site=PLACE, antennas=(DISH,))
AMATEUR = Station(site=evolve(PLACE, id="yagi"), antennas=(YAGI,), amateur=True)
# 2 W and 0 dBi aboard are assumptions; GMSK, turbo rate 1/2 decodes down to 25 dB C/N0 at 250 bit/s, which is 1 dB.
DOWN = Link(
    id="down",
    title="Telemetry",
    direction="down",
    frequency_mhz=435.4,
    rate_bit_s=250.0,
    craft_power_w=2.0,
    craft_gain_dbi=0.0,
    losses=(LossLine(title="cables", loss_db=1.0), LossLine(title="polarisation", loss_db=3.0)),
    needed_eb_n0_db=1.0,
    margin_db=3.0,
)


def test_a_budget_by_hand() -> None:
    found = budget(DOWN, DWINGELOO, range_km=400_000.0, elevation_deg=30.0)
    wave_m = 299.792458 / 435.4
    beam_deg, disc_deg = 70 * wave_m / 25, np.degrees(2 * np.arcsin(1_737.4 / 400_000))
    noise_k = 150 + 240 * (1 - 2 ** -((disc_deg / beam_deg) ** 2))
    c_n0 = 10 * log10(2) - 4 - 20 * log10(4 * pi * 4e8 / wave_m) - 0.1 + 10 * log10(0.6 * (pi * 25 / wave_m) ** 2)
    c_n0 += 228.5991679 - 10 * log10(noise_k)
    assert found.c_n0_db_hz == pytest.approx(c_n0, abs=1e-9)
    assert found.margin_db == pytest.approx(c_n0 - 10 * log10(250) - 1, abs=1e-9)
    assert found.highest_rate_bit_s == pytest.approx(10 ** ((c_n0 - 1 - 3) / 10), rel=1e-9)


def test_the_lines_add_up_to_the_margin() -> None:
    for station in (DWINGELOO, AMATEUR):
        found = budget(DOWN, station, range_km=380_000.0, elevation_deg=12.0)
        carried = [line for line in found.lines if line.unit != "K" and line.title not in ("C/N0", "Eb/N0", "margin")]
        assert sum(line.value for line in carried) == pytest.approx(found.margin_db, abs=1e-9)
        assert found.lines[-1].value == found.margin_db


def test_what_was_heard_of_longjiang_2_closes_and_what_was_not_does_not() -> None:
    """The 25 m dish decoded 250 and 500 bit/s; a Yagi of 15.4 dBi could not, but heard JT4G (-17 dB in 2.5 kHz)."""
    big = budget(DOWN, DWINGELOO, range_km=400_000.0, elevation_deg=30.0)
    small = budget(DOWN, AMATEUR, range_km=400_000.0, elevation_deg=30.0)
    assert big.closes
    assert budget(evolve(DOWN, rate_bit_s=500.0), DWINGELOO, range_km=400_000.0, elevation_deg=30.0).closes
    assert not small.closes
    assert small.c_n0_db_hz > -17 + 10 * log10(2_500)  # 17 dBHz


def test_no_rate_beats_shannon() -> None:
    found = budget(DOWN, DWINGELOO, range_km=400_000.0, elevation_deg=30.0)
    assert found.highest_rate_bit_s < found.shannon_rate_bit_s
    with pytest.raises(InputError, match=r"link down needs -2 dB .* -1\.59"):
        budget(evolve(DOWN, needed_eb_n0_db=-2.0), DWINGELOO, range_km=400_000.0, elevation_deg=30.0)


def test_the_moon_fills_a_narrow_beam_and_hardly_a_wide_one() -> None:
    away = np.array([384_400.0])
    narrow = evolve(DISH, lowest_mhz=8_000.0, highest_mhz=9_000.0)
    assert 200.0 < moon_noise_k(narrow, 8_450.0, away)[0] <= 240.0
    assert moon_noise_k(YAGI, 435.4, away)[0] < 0.2
    # The gain of the dish and the dish itself see it alike.
    same = evolve(DISH, dish_m=None, gain_dbi=gain_dbi(DISH, 435.4))
    assert moon_noise_k(same, 435.4, away)[0] == pytest.approx(moon_noise_k(DISH, 435.4, away)[0], rel=1e-9)


def test_twice_as_far_is_six_decibels() -> None:
    near, far = free_space_db(np.array([2e5, 4e5]), 435.4)
    assert far - near == pytest.approx(20 * log10(2), abs=1e-12)


def test_errors_name_link_and_station() -> None:
    up = evolve(DOWN, id="up", direction="up", craft_power_w=None, craft_noise_k=600.0)
    with pytest.raises(InputError, match=r"station dwingeloo can't send link up: .* has no power"):
        Radio.of(up, DWINGELOO)
    with pytest.raises(InputError, match="station dwingeloo has no antenna at 2200 MHz for link down"):
        Radio.of(evolve(DOWN, frequency_mhz=2_200.0), DWINGELOO)
    with pytest.raises(InputError, match=r"link up has no station: none of them can send at 435\.4 MHz"):
        stations_of(up, (DWINGELOO, AMATEUR))
    with pytest.raises(InputError, match="link down has no station"):
        stations_of(DOWN, ())
    with pytest.raises(InputError, match="link down comes down, so it needs the power"):
        Radio.of(evolve(DOWN, craft_power_w=None), DWINGELOO)
    with pytest.raises(InputError, match="link up goes up, so it needs the noise"):
        Radio.of(evolve(up, craft_noise_k=None), evolve(DWINGELOO, antennas=(evolve(DISH, power_w=100.0),)))


def test_a_link_is_open_where_it_is_in_contact_and_closes() -> None:
    start = Instant.utc(2024, 5, 9)
    path = KeplerPath(start=start, end=start.plus(days=2), i=2.4, node=1.0, periapsis=2.6)
    span = Span(path.start, path.end)
    # A margin that is met at the near side of the orbit's range only.
    seen = look(path, PLACE, tai_ns_after(start, np.linspace(0.0, span.seconds, 500)))
    radio = Radio.of(DOWN, DWINGELOO)
    margins = radio.margin_db(seen.range_km, seen.elevation_deg, seen.moon_km)
    asked = evolve(DOWN, margin_db=float(np.median(margins)))
    state = OrbitState(epoch=start, centre="moon", position_km=(6_000.0, 0, 0), velocity_km_s=(0, 0.8, 0))
    mission = LunarMission(id="m", title="M", state=state, mass_kg=7.0, stations=(DWINGELOO,), links=(asked,))
    windows = link_windows(mission, asked, DWINGELOO, path, span)
    at_s = np.arange(0.0, span.seconds, 20.0)
    here = look(path, PLACE, tai_ns_after(start, at_s))
    closing = radio.margin_db(here.range_km, here.elevation_deg, here.moon_km) >= asked.margin_db
    open_ = closing & (here.elevation_deg >= 5.0) & (here.hidden < 0)
    told = np.zeros(at_s.size, dtype=bool)
    for one in windows:
        told |= (at_s >= one.start.seconds_since(start)) & (at_s <= one.end.seconds_since(start))
    assert np.array_equal(open_, told)
    in_contact = sum(one.seconds for one in find_contacts((DWINGELOO,), path, span))
    assert 0.0 < sum(one.seconds for one in windows) < in_contact
