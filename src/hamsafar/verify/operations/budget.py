"""The second opinion's own link budget: one moment, one link, one station, in decibels, line by line."""

from __future__ import annotations

from math import log10, pi

import numpy as np

from hamsafar.domain.lunar import Antenna, Link, Station
from hamsafar.errors import OutOfRangeError
from hamsafar.verify.operations.sky import MOON_KM, Array

LIGHT_KM_S = 299_792.458
BOLTZMANN_DB = -228.599  # 10 log10 of 1.380649e-23 W/K/Hz
FREE_SPACE_DB = 32.4478  # 20 log10(4 pi 1e9 / c), for MHz and km
AIR_DB = 0.05  # clear air straight up, up to 10 GHz
AIR_MHZ = 10_000.0
LEAST_AIR_DEG = 5.0  # below, the flat-air formula is held
MOON_K = 240.0  # how warm the Moon's disc is to an antenna, day and night together
BEAM_DEG = 70.0  # half-power beam width times dish over wavelength


def antennas_of(station: Station, link: Link) -> list[Antenna]:
    """Those on the link's frequency that can do its direction. Raises OutOfRangeError where there is none."""
    able = [
        antenna
        for antenna in station.antennas
        if antenna.lowest_mhz <= link.frequency_mhz <= antenna.highest_mhz
        and (antenna.noise_k if link.direction == "down" else antenna.power_w) is not None
        and (antenna.dish_m is not None or antenna.gain_dbi is not None)
    ]
    if not able:
        verb = "receive" if link.direction == "down" else "send"
        raise OutOfRangeError(f"{station.id} has no antenna to {verb} at {link.frequency_mhz:g} MHz")
    return able


def margin_db(station: Station, link: Link, far_km: Array, elevation_deg: Array, moon_km: Array) -> Array:
    """Eb/N0 above what the link needs, (n,), with the station's best antenna.

    `far_km`: station to craft; `moon_km`: station to the Moon's centre. Raises OutOfRangeError where a line is missing.
    """
    each = [_margin_db(antenna, link, far_km, elevation_deg, moon_km) for antenna in antennas_of(station, link)]
    return np.asarray(np.max(each, axis=0))


def _margin_db(antenna: Antenna, link: Link, far_km: Array, elevation_deg: Array, moon_km: Array) -> Array:
    air = AIR_DB * max(1.0, link.frequency_mhz / AIR_MHZ) ** 2
    on_the_way = FREE_SPACE_DB + 20 * log10(link.frequency_mhz) + 20 * np.log10(far_km)
    on_the_way += air / np.sin(np.radians(np.maximum(elevation_deg, LEAST_AIR_DEG)))
    lost = sum(line.loss_db for line in (*link.losses, *antenna.losses))
    if link.direction == "down":
        power_w, noise_k = link.craft_power_w, (antenna.noise_k or 0.0) + MOON_K * _moon_share(antenna, link, moon_km)
    else:
        power_w, noise_k = antenna.power_w, np.asarray(link.craft_noise_k or np.nan)
    if power_w is None or (link.direction == "up" and link.craft_noise_k is None):
        what = "power of its transmitter" if link.direction == "down" else "noise of its receiver"
        raise OutOfRangeError(f"the link {link.id} states no {what} aboard")
    fixed = 10 * log10(power_w) + link.craft_gain_dbi + gain_dbi(antenna, link) - lost
    c_n0 = fixed - on_the_way - 10 * np.log10(noise_k) - BOLTZMANN_DB
    return np.asarray(c_n0 - 10 * log10(link.rate_bit_s) - link.needed_eb_n0_db)


def gain_dbi(antenna: Antenna, link: Link) -> float:
    """Of a station's antenna: as stated, or a dish's (pi D / wavelength)^2 with its efficiency."""
    if antenna.gain_dbi is not None:
        return antenna.gain_dbi
    return 10 * log10(antenna.aperture_efficiency * (pi * (antenna.dish_m or 0.0) / _wave_m(link)) ** 2)


def _wave_m(link: Link) -> float:
    return LIGHT_KM_S / 1_000 / link.frequency_mhz


def _moon_share(antenna: Antenna, link: Link, moon_km: Array) -> Array:
    """Of the noise of the antenna's beam that comes from the Moon in its middle; a beam shaped like a bell."""
    wide_m = antenna.dish_m
    if wide_m is None:
        wide_m = _wave_m(link) / pi * 10 ** ((antenna.gain_dbi or 0.0) / 20) / antenna.aperture_efficiency**0.5
    beam_deg = BEAM_DEG * _wave_m(link) / wide_m
    disc_deg = 2 * np.degrees(np.arcsin(np.clip(MOON_KM / moon_km, 0, 1)))
    return np.asarray(1 - np.exp(-np.log(2) * (disc_deg / beam_deg) ** 2))
