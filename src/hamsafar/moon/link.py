"""A radio link between the craft and a station, line by line, and when it closes.

    EIRP = 10 log P + G - losses                              dBW
    free space = 20 log(4 pi range f / c)                     dB
    C/N0 = EIRP - free space - air - losses + G/T + 228.6     dBHz
    Eb/N0 = C/N0 - 10 log rate;  margin = Eb/N0 - needed

The Moon fills part of a dish's beam and is as warm as a room in winter: its noise is added, as if it stood in the middle
of the beam. The Sun in the beam and rain are not counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import asin, exp, isfinite, log, log10, pi
from typing import Literal

import numpy as np
from attrs import frozen

from hamsafar.domain.lunar import Antenna, Link, LossLine, LunarMission, Station
from hamsafar.errors import InputError
from hamsafar.moon.along import Looks, Path, looks_along, stretches_along
from hamsafar.moon.contacts import Contact, contacts_along, look
from hamsafar.moon.sky import Look
from hamsafar.orbit.bodies import LIGHT_KM_S
from hamsafar.orbit.lunar_frames import MOON_RADIUS_KM
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span, Windows

BOLTZMANN_DB = -228.599_167_9  # 10 log of 1.380649e-23 J/K, exact in SI since 2019
SHANNON_DB = 10 * log10(log(2))  # -1.59 dB: no code needs less Eb/N0 (Shannon 1948)
MOON_K = (
    240.0  # brightness of the whole disc at metre to centimetre waves, 210 to 270 K with the phase (ITU-R P.372-16)
)
ZENITH_AIR_DB = 0.04  # oxygen and water straight up, 1 to 10 GHz (ITU-R P.676-13, fig. 4); below 1 GHz it is less
LEAST_AIR_DEG = 5.0  # below, the air is no thicker than there: 1 / sin no longer holds
HIGHEST_MHZ = 12_000.0  # above, rain and water decide, and this page doesn't know them
MEAN_MOON_KM = 384_400.0

Unit = Literal["dBW", "dBi", "dB", "dB/K", "dBHz", "dBm", "K", "km", "deg", "bit/s", "MHz"]


@frozen(kw_only=True)
class BudgetLine:
    """One line of a budget, as it is printed."""

    title: str
    value: float
    unit: Unit


@frozen(kw_only=True)
class Budget:
    """A link with a station at a range and an elevation. `margin_db` is above `needed`; `spare_db` above what is asked."""

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
    """The station's antenna for a link: of those on its band that can, the one with the most gain over noise (or power).

    Raises InputError naming both where there is none.
    """
    on_band = [one for one in station.antennas if one.lowest_mhz <= link.frequency_mhz <= one.highest_mhz]
    if not on_band:
        raise InputError(f"station {station.id} has no antenna at {link.frequency_mhz:g} MHz for link {link.id}")
    if link.direction == "down":
        able = [one for one in on_band if one.noise_k is not None]
        lacking = f"station {station.id} can't receive link {link.id}: its antenna at {link.frequency_mhz:g} MHz has no noise_k"
    else:
        able = [one for one in on_band if one.power_w is not None]
        lacking = (
            f"station {station.id} can't send link {link.id}: its antenna at {link.frequency_mhz:g} MHz has no power_w"
        )
    if not able:
        raise InputError(lacking)
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


def moon_noise_k(antenna: Antenna, frequency_mhz: float, *, moon_km: float = MEAN_MOON_KM) -> float:
    """What the Moon adds to the noise of a station whose beam points at it, K: at most its own 240 K.

    A Gaussian beam with the antenna's directivity, 16 log 2 / width^2, the Moon in its middle. A dish loses its
    efficiency's part to the sides.
    """
    directivity = 10 ** (gain_dbi(antenna, frequency_mhz) / 10)
    if antenna.gain_dbi is None:
        directivity /= antenna.aperture_efficiency**0.5
    half_width2 = 4 * log(2) / directivity  # (width / 2)^2, rad^2
    disc = asin(MOON_RADIUS_KM / moon_km)
    return MOON_K * (1.0 - exp(-log(2) * disc**2 / half_width2))


def air_db(elevation_deg: Floats) -> Floats:
    """What the air takes at elevations (n,), dB."""
    loss: Floats = ZENITH_AIR_DB / np.sin(np.radians(np.maximum(elevation_deg, LEAST_AIR_DEG)))
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
    head: tuple[BudgetLine, ...]  # up to the way through space
    tail: tuple[BudgetLine, ...]  # after it
    fixed_db_hz: float  # C/N0 without the way through space and air

    @classmethod
    def of(cls, link: Link, station: Station) -> Radio:
        """Raises InputError, naming link and station, where they can't work together or a number makes no sense."""
        _refuse_nonsense(link)
        antenna = antenna_of(link, station)
        gain_db = gain_dbi(antenna, link.frequency_mhz)
        if link.direction == "down":
            if link.craft_power_w is None:
                raise InputError(f"link {link.id} comes down, so it needs craft_power_w")
            sent, here = _sent("craft", link.craft_power_w, link.craft_gain_dbi), _received(antenna, link, gain_db)
        else:
            if link.craft_noise_k is None:
                raise InputError(f"link {link.id} goes up, so it needs craft_noise_k")
            sent = _sent("station", antenna.power_w or 0.0, gain_db)
            noise = [BudgetLine(title="noise of the craft's receiver", value=link.craft_noise_k, unit="K")]
            here = [BudgetLine(title="antenna of the craft", value=link.craft_gain_dbi, unit="dBi"), *noise]
        losses = [_loss(line) for line in (*link.losses, *antenna.losses)]
        every = [*sent, *here, *losses]
        fixed = -BOLTZMANN_DB + sum(-10 * log10(one.value) if one.unit == "K" else one.value for one in _counted(every))
        return cls(link, station, antenna, tuple(sent), (*losses, *here), fixed)

    def c_n0_db_hz(self, range_km: Floats, elevation_deg: Floats) -> Floats:
        """Carrier to noise density at ranges and elevations, (n,)."""
        return self.fixed_db_hz - free_space_db(range_km, self.link.frequency_mhz) - air_db(elevation_deg)

    def spare_db(self, range_km: Floats, elevation_deg: Floats) -> Floats:
        """Above what is needed and the margin asked, (n,)."""
        link = self.link
        return (
            self.c_n0_db_hz(range_km, elevation_deg)
            - 10 * log10(link.rate_bit_s)
            - link.needed_eb_n0_db
            - link.margin_db
        )


def _counted(lines: Iterable[BudgetLine]) -> list[BudgetLine]:
    """Noise told in parts counts once, as their sum."""
    kelvins = [one for one in lines if one.unit == "K"]
    total = BudgetLine(title="noise", value=sum(one.value for one in kelvins), unit="K")
    return [one for one in lines if one.unit != "K"] + [total]


def _sent(who: str, power_w: float, gain_db: float) -> list[BudgetLine]:
    return [
        BudgetLine(title=f"power of the {who}", value=10 * log10(power_w), unit="dBW"),
        BudgetLine(title=f"antenna of the {who}", value=gain_db, unit="dBi"),
    ]


def _received(antenna: Antenna, link: Link, gain_db: float) -> list[BudgetLine]:
    return [
        BudgetLine(title="antenna of the station", value=gain_db, unit="dBi"),
        BudgetLine(title="noise of the station", value=antenna.noise_k or 0.0, unit="K"),
        BudgetLine(title="noise of the Moon in the beam", value=moon_noise_k(antenna, link.frequency_mhz), unit="K"),
    ]


def _loss(line: LossLine) -> BudgetLine:
    return BudgetLine(title=line.title, value=-line.loss_db, unit="dB")


def _refuse_nonsense(link: Link) -> None:
    if link.needed_eb_n0_db < SHANNON_DB:
        said = f"link {link.id} needs {link.needed_eb_n0_db:g} dB, less than any code can do ({SHANNON_DB:.2f} dB)"
        raise InputError(said)
    if link.frequency_mhz > HIGHEST_MHZ:
        raise InputError(f"link {link.id} is at {link.frequency_mhz:g} MHz; above {HIGHEST_MHZ:g} MHz rain decides")
    if not isfinite(link.craft_gain_dbi):
        raise InputError(f"link {link.id} has a craft_gain_dbi that is no number")


def budget(link: Link, station: Station, *, range_km: float, elevation_deg: float) -> Budget:
    """The link line by line at a range and an elevation. Raises InputError naming link and station."""
    radio = Radio.of(link, station)
    space_db = float(free_space_db(np.array([range_km]), link.frequency_mhz)[0])
    loss_db = float(air_db(np.array([elevation_deg]))[0])
    c_n0 = radio.fixed_db_hz - space_db - loss_db
    eb_n0 = c_n0 - 10 * log10(link.rate_bit_s)
    margin = eb_n0 - link.needed_eb_n0_db
    lines = (
        *radio.head,
        BudgetLine(title=f"free space over {range_km:,.0f} km", value=-space_db, unit="dB"),
        BudgetLine(title=f"air at {elevation_deg:.0f} deg", value=-loss_db, unit="dB"),
        *radio.tail,
        BudgetLine(title="C/N0", value=c_n0, unit="dBHz"),
        BudgetLine(title="rate", value=link.rate_bit_s, unit="bit/s"),
        BudgetLine(title="Eb/N0", value=eb_n0, unit="dB"),
        BudgetLine(
            title="needed Eb/N0" + (f" ({link.coding})" if link.coding else ""), value=link.needed_eb_n0_db, unit="dB"
        ),
        BudgetLine(title="margin", value=margin, unit="dB"),
    )
    return Budget(
        link=link.id,
        station=station.id,
        range_km=range_km,
        elevation_deg=elevation_deg,
        lines=lines,
        c_n0_db_hz=c_n0,
        eb_n0_db=eb_n0,
        margin_db=margin,
        spare_db=margin - link.margin_db,
        highest_rate_bit_s=link.rate_bit_s * 10 ** ((margin - link.margin_db) / 10),
        shannon_rate_bit_s=10 ** (c_n0 / 10) / log(2),
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

    def spare(tai_ns: TaiNs) -> Floats:
        seen = look(looks.path, station.site, tai_ns)
        return radio.spare_db(seen.range_km, seen.elevation_deg)

    closing = stretches_along(looks, spare)
    ends = [looks.moments(np.array([one.opens_s, one.closes_s])) for one in closing]
    closes = [Span(Instant(int(opens)), Instant(int(shuts))) for opens, shuts in ends if opens < shuts]
    return Windows(spans, [looks.span]).intersection(Windows(closes, [looks.span]))


def seen_lines(seen: Look) -> tuple[Floats, Floats]:
    """Range (n,) km and elevation (n,) deg of a look."""
    return seen.range_km, seen.elevation_deg
