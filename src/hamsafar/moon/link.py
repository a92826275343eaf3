"""A radio link between the craft and a station, line by line, and when it closes.

    EIRP = 10 log P + G - losses                              dBW
    free space = 20 log(4 pi range f / c)                     dB
    C/N0 = EIRP - free space - air - losses + G/T + 228.6     dBHz
    Eb/N0 = C/N0 - 10 log rate;  margin = Eb/N0 - needed

The Moon fills part of a dish's beam and glows at 240 K: its noise is added, as if it stood in the middle of the beam.
The Sun in the beam and rain are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite, log, log10, pi, radians, sqrt
from typing import Literal

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import Antenna, Link, LossLine, LunarMission, Station
from hamsafar.errors import InputError
from hamsafar.moon.along import Looks, Path, looks_along, stretches_along
from hamsafar.moon.contacts import Contact, contacts_along, look
from hamsafar.orbit.bodies import LIGHT_KM_S
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import MOON_RADIUS_KM

BOLTZMANN_DB = -228.599_167_9  # 10 log of 1.380649e-23 J/K, exact in SI since 2019
SHANNON_DB = 10 * log10(log(2))  # -1.59 dB: no code needs less Eb/N0 (Shannon 1948)
MOON_K = 240.0  # brightness of the disc's middle at metre to centimetre waves, 210 to 270 K with the phase
ZENITH_AIR_DB = 0.05  # oxygen and water straight up, up to 10 GHz, rounded up (after ITU-R P.676)
LEAST_AIR_DEG = 5.0  # below, the air is taken as thick as there: 1 / sin no longer holds
DRY_MHZ = 10_000.0  # above, the air's part grows as the square of the frequency here, and rain would decide
BEAM_RAD = radians(70.0)  # half-power width of a dish times its diameter in wavelengths

Unit = Literal["dBW", "dBi", "dB", "dBHz", "K"]


@frozen(kw_only=True)
class BudgetLine:
    """One line of a budget, as it is printed."""

    title: str
    value: float
    unit: Unit


@frozen(kw_only=True)
class Budget:
    """A link with a station at a range and an elevation.

    `margin_db` is above the Eb/N0 that is needed, `spare_db` above the margin that is asked.
    """

    link: str
    station: str
    range_km: float
    elevation_deg: float
    lines: tuple[BudgetLine, ...]
    c_n0_db_hz: float
    eb_n0_db: float
    margin_db: float
    spare_db: float
    highest_rate_bit_s: float  # that closes with the margin asked
    shannon_rate_bit_s: float  # that no code can pass, whatever the bandwidth

    @property
    def closes(self) -> bool:
        """Whether it has the margin asked."""
        return self.spare_db >= 0.0


def antenna_of(link: Link, station: Station) -> Antenna:
    """The station's antenna for a link: of those on its band that can, the one with the best margin.

    Raises InputError naming both where there is none.
    """
    on_band = [one for one in station.antennas if one.lowest_mhz <= link.frequency_mhz <= one.highest_mhz]
    if not on_band:
        raise InputError(f"station {station.id} has no antenna at {link.frequency_mhz:g} MHz for link {link.id}")
    if link.direction == "down":
        can, lacks = "receive", "noise"
        able = [one for one in on_band if one.noise_k is not None]
    else:
        can, lacks = "send", "power"
        able = [one for one in on_band if one.power_w is not None]
    if not able:
        said = f"station {station.id} can't {can} link {link.id}: its antenna at {link.frequency_mhz:g} MHz"
        raise InputError(f"{said} has no {lacks}")
    return max(able, key=lambda one: _merit_db(one, link))


def _merit_db(antenna: Antenna, link: Link) -> float:
    of = antenna.noise_k if link.direction == "down" else 1.0 / (antenna.power_w or 1.0)
    return gain_dbi(antenna, link.frequency_mhz) - 10 * log10(of or 1.0) - sum(line.loss_db for line in antenna.losses)


def stations_of(link: Link, stations: Iterable[Station]) -> tuple[Station, ...]:
    """The stations that can work a link. Raises InputError naming it where none can."""
    able = []
    for station in stations:
        try:
            antenna_of(link, station)
        except InputError:
            continue
        able.append(station)
    if not able:
        can = "receive" if link.direction == "down" else "send"
        raise InputError(f"link {link.id} has no station: none of them can {can} at {link.frequency_mhz:g} MHz")
    return tuple(able)


def gain_dbi(antenna: Antenna, frequency_mhz: float) -> float:
    """Gain on axis: as given, or of the dish, efficiency (pi D / wavelength)^2 (Balanis 2016, eq. 15-54)."""
    if antenna.gain_dbi is not None:
        return antenna.gain_dbi
    if antenna.dish_m is None:
        raise InputError("an antenna needs a dish or a gain (dish_m or gain_dbi)")
    return 10 * log10(antenna.aperture_efficiency * (pi * antenna.dish_m * frequency_mhz * 1e3 / LIGHT_KM_S) ** 2)


def moon_noise_k(antenna: Antenna, frequency_mhz: float, moon_km: Floats) -> Floats:
    """What the Moon at distances (n,) adds to the noise of a station whose beam points at it, K: at most its own 240 K.

    The share of a Gaussian beam that the disc fills, 1 - exp(-ln 2 (disc / beam)^2); the beam's width is 70 deg times
    wavelength over diameter, of the dish, or of one that would have the gain.
    """
    wave_m = LIGHT_KM_S / (frequency_mhz * 1e3)
    dish_m = antenna.dish_m
    if dish_m is None:
        dish_m = wave_m / pi * sqrt(10 ** (gain_dbi(antenna, frequency_mhz) / 10) / antenna.aperture_efficiency)
    disc = 2 * np.arcsin(MOON_RADIUS_KM / moon_km)
    noise: Floats = MOON_K * (1.0 - np.exp(-log(2) * (disc / (BEAM_RAD * wave_m / dish_m)) ** 2))
    return noise


def air_db(elevation_deg: Floats, frequency_mhz: float) -> Floats:
    """What clear air takes at elevations (n,), dB."""
    zenith_db = ZENITH_AIR_DB * max(1.0, frequency_mhz / DRY_MHZ) ** 2
    loss: Floats = zenith_db / np.sin(np.radians(np.maximum(elevation_deg, LEAST_AIR_DEG)))
    return loss


def free_space_db(range_km: Floats, frequency_mhz: float) -> Floats:
    """20 log(4 pi range / wavelength), (n,) dB (Friis 1946)."""
    loss: Floats = 20 * np.log10(4 * pi * range_km * frequency_mhz * 1e6 / LIGHT_KM_S)
    return loss


@frozen(eq=False)
class Radio:
    """One link with one station: what does not depend on where the craft is."""

    link: Link
    station: Station
    antenna: Antenna
    before: tuple[BudgetLine, ...]  # the way through space
    after: tuple[BudgetLine, ...]  # it, noise apart

    @classmethod
    def of(cls, link: Link, station: Station) -> Radio:
        """Raises InputError, naming link and station, where they can't work together or a number makes no sense."""
        _refuse_nonsense(link)
        antenna = antenna_of(link, station)
        here = [BudgetLine(title="antenna of the station", value=gain_dbi(antenna, link.frequency_mhz), unit="dBi")]
        here += [_loss(line) for line in antenna.losses]
        aboard = [BudgetLine(title="antenna of the craft", value=link.craft_gain_dbi, unit="dBi")]
        aboard += [_loss(line) for line in link.losses]
        if link.direction == "down":
            return cls(link, station, antenna, (_power("craft", link.craft_power_w or 0.0), *aboard), tuple(here))
        return cls(link, station, antenna, (_power("station", antenna.power_w or 0.0), *here), tuple(aboard))

    def noise_k(self, moon_km: Floats) -> Floats:
        """Of the receiver and, at a station, of the Moon in its beam at distances (n,)."""
        if self.link.direction == "up":
            return np.full(np.shape(moon_km), self.link.craft_noise_k)
        moon: Floats = moon_noise_k(self.antenna, self.link.frequency_mhz, moon_km)
        return (self.antenna.noise_k or 0.0) + moon

    def c_n0_db_hz(self, range_km: Floats, elevation_deg: Floats, moon_km: Floats) -> Floats:
        """Carrier to noise density at ranges and elevations, the Moon at a distance, each (n,)."""
        fixed_db = sum(line.value for line in (*self.before, *self.after)) - BOLTZMANN_DB
        way_db = free_space_db(range_km, self.link.frequency_mhz) + air_db(elevation_deg, self.link.frequency_mhz)
        c_n0: Floats = fixed_db - way_db - 10 * np.log10(self.noise_k(moon_km))
        return c_n0

    def margin_db(self, range_km: Floats, elevation_deg: Floats, moon_km: Floats) -> Floats:
        """Above the Eb/N0 that is needed, (n,)."""
        asked_db = 10 * log10(self.link.rate_bit_s) + self.link.needed_eb_n0_db
        margin: Floats = self.c_n0_db_hz(range_km, elevation_deg, moon_km) - asked_db
        return margin


def _power(who: str, power_w: float) -> BudgetLine:
    return BudgetLine(title=f"power of the {who}", value=10 * log10(power_w), unit="dBW")


def _loss(line: LossLine) -> BudgetLine:
    return BudgetLine(title=line.title, value=-line.loss_db, unit="dB")


def _refuse_nonsense(link: Link) -> None:
    if link.direction == "down" and link.craft_power_w is None:
        raise InputError(f"link {link.id} comes down, so it needs the power of the craft's transmitter (craft_power)")
    if link.direction == "up" and link.craft_noise_k is None:
        raise InputError(f"link {link.id} goes up, so it needs the noise of the craft's receiver (craft_noise)")
    if link.needed_eb_n0_db < SHANNON_DB:
        said = f"link {link.id} needs {link.needed_eb_n0_db:g} dB of Eb/N0, less than any code can do"
        raise InputError(f"{said}: {SHANNON_DB:.2f} dB")
    if not isfinite(link.craft_gain_dbi):
        raise InputError(f"link {link.id} has a gain of the craft's antenna that is no number")


def budget(
    link: Link, station: Station, *, range_km: float, elevation_deg: float, moon_km: float | None = None
) -> Budget:
    """The link line by line at a range and an elevation. Raises InputError naming link and station.

    `moon_km`: how far the Moon is, for its noise; as far as the craft where not said.
    """
    radio = Radio.of(link, station)
    away, high, moon = np.array([range_km]), np.array([elevation_deg]), np.array([moon_km or range_km])
    c_n0 = float(radio.c_n0_db_hz(away, high, moon)[0])
    margin = float(radio.margin_db(away, high, moon)[0])
    return Budget(
        link=link.id,
        station=station.id,
        range_km=range_km,
        elevation_deg=elevation_deg,
        lines=(*_way_lines(radio, away, high), *_noise_lines(radio, moon), *_answer_lines(link, c_n0, margin)),
        c_n0_db_hz=c_n0,
        eb_n0_db=margin + link.needed_eb_n0_db,
        margin_db=margin,
        spare_db=margin - link.margin_db,
        highest_rate_bit_s=link.rate_bit_s * 10 ** ((margin - link.margin_db) / 10),
        shannon_rate_bit_s=10 ** (c_n0 / 10) / log(2),
    )


def _way_lines(radio: Radio, range_km: Floats, elevation_deg: Floats) -> tuple[BudgetLine, ...]:
    link = radio.link
    space_db = float(free_space_db(range_km, link.frequency_mhz)[0])
    loss_db = float(air_db(elevation_deg, link.frequency_mhz)[0])
    return (
        *radio.before,
        BudgetLine(title=f"free space over {range_km[0]:,.0f} km", value=-space_db, unit="dB"),
        BudgetLine(title=f"air at {elevation_deg[0]:.0f} deg", value=-loss_db, unit="dB"),
        *radio.after,
    )


def _noise_lines(radio: Radio, moon_km: Floats) -> tuple[BudgetLine, ...]:
    total_k = float(radio.noise_k(moon_km)[0])
    temperature = BudgetLine(title="noise in dB over 1 K", value=-10 * log10(total_k), unit="dB")
    boltzmann = BudgetLine(title="Boltzmann's constant", value=-BOLTZMANN_DB, unit="dB")
    if radio.link.direction == "up":
        own = BudgetLine(title="noise of the craft's receiver", value=total_k, unit="K")
        return own, temperature, boltzmann
    own = BudgetLine(title="noise of the station", value=radio.antenna.noise_k or 0.0, unit="K")
    moon = BudgetLine(title="noise of the Moon in the beam", value=total_k - own.value, unit="K")
    return own, moon, temperature, boltzmann


def _answer_lines(link: Link, c_n0_db_hz: float, margin_db: float) -> tuple[BudgetLine, ...]:
    needed = "needed Eb/N0" + (f" ({link.coding})" if link.coding else "")
    return (
        BudgetLine(title="C/N0", value=c_n0_db_hz, unit="dBHz"),
        BudgetLine(title=f"rate of {link.rate_bit_s:,.0f} bit/s", value=-10 * log10(link.rate_bit_s), unit="dB"),
        BudgetLine(title="Eb/N0", value=margin_db + link.needed_eb_n0_db, unit="dB"),
        BudgetLine(title=needed, value=-link.needed_eb_n0_db, unit="dB"),
        BudgetLine(title="margin", value=margin_db, unit="dB"),
    )


def link_windows(mission: LunarMission, link: Link, station: Station, trajectory: Path, span: Span) -> Windows:
    """When a link with a station closes with the margin asked: in contact, and range and air allowing.

    Ends to 1 ms, times at the station. Bookings and closures are not looked at: they are rules of the plan. Raises
    InputError where the station can't work the link, OutOfRangeError where the trajectory knows none of the span.
    """
    looks = looks_along(trajectory, span)
    return link_windows_along(link, station, looks, contacts_along((station,), looks))


def link_windows_along(link: Link, station: Station, looks: Looks, contacts: Iterable[Contact]) -> Windows:
    """As `link_windows`, of contacts found already."""
    spans = [one.span for one in contacts if one.station == station.id]
    radio = Radio.of(link, station)

    def spare_db(tai_ns: TaiNs) -> Floats:
        seen = look(looks.path, station.site, tai_ns)
        return radio.margin_db(seen.range_km, seen.elevation_deg, seen.moon_km) - link.margin_db

    ends = [looks.moments(np.array([one.opens_s, one.closes_s])) for one in stretches_along(looks, spare_db)]
    closes = [Span(Instant(int(opens)), Instant(int(shuts))) for opens, shuts in ends if opens < shuts]
    return Windows(spans, [looks.span]).intersection(Windows(closes, [looks.span]))
