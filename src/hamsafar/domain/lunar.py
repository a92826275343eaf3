"""A lunar CubeSat and those around it: craft, release, stations, links, what it photographs and in which week.

This is what a mission's file says (`docs/reference/mission-files.md`). What is not known is an `Assumption`, and may be
swept.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from attrs import field, frozen
from attrs.validators import and_, ge, gt, in_, le, lt, optional

from hamsafar.domain.orbits import Burn, Drag, OrbitState, SolarPressure, Vector
from hamsafar.domain.places import Site
from hamsafar.timeline import Instant, Span

Pointing = Literal["tumbling", "sun", "earth", "nadir"]
POINTINGS: tuple[Pointing, ...] = ("tumbling", "sun", "earth", "nadir")
_share = and_(ge(0.0), le(1.0))


@frozen(kw_only=True)
class Assumption:
    """A value that nobody published: where it stands in the file, why it was chosen, and values to sweep instead."""

    of: str  # "release.inclination"
    why: str
    sweep: tuple[float, ...] = ()  # in the unit that `of` ends with, or deg for angles


@frozen(kw_only=True)
class Spread:
    """How uncertain a release is: standard deviations, along radial, transverse and normal."""

    position_km: Vector = (0.0, 0.0, 0.0)
    velocity_m_s: Vector = (0.0, 0.0, 0.0)
    solar_share: float = field(default=0.0, validator=ge(0.0))  # of cr * area / mass
    gravity: bool = False  # whether the field is drawn within its formal errors


@frozen(kw_only=True)
class Panel:
    """Solar cells on one face (or wing): normal in body axes (+x camera, +z antenna by custom)."""

    normal: Vector
    area_m2: float = field(validator=gt(0.0))
    efficiency: float = field(validator=and_(gt(0.0), le(1.0)))


@frozen(kw_only=True)
class Mode:
    """How the craft may be: where it points and what it draws (W, camera and transmitter apart)."""

    id: str
    pointing: Pointing = field(validator=in_(POINTINGS))
    load_w: float = field(validator=ge(0.0))


@frozen(kw_only=True)
class Power:
    """Cells, battery and loads. `sun_axis`: the body axis turned to the Sun when Sun-pointing."""

    panels: tuple[Panel, ...]
    battery_wh: float = field(validator=gt(0.0))
    lowest_share: float = field(default=0.3, validator=_share)  # of the battery: never below
    at_release_share: float = field(default=0.8, validator=_share)  # when stowed for launch
    stowed_loss_share_per_month: float = field(default=0.0, validator=_share)
    charge_efficiency: float = field(default=0.95, validator=and_(gt(0.0), le(1.0)))
    discharge_efficiency: float = field(default=0.95, validator=and_(gt(0.0), le(1.0)))
    path_efficiency: float = field(default=0.9, validator=and_(gt(0.0), le(1.0)))  # cells to bus
    sun_axis: Vector = (0.0, 0.0, 1.0)
    modes: tuple[Mode, ...]
    safe_mode: str
    idle_mode: str


@frozen(kw_only=True)
class LossLine:
    """One line of a link budget that takes (or gives, negative) decibels."""

    title: str
    loss_db: float


@frozen(kw_only=True)
class Link:
    """One radio link. Down: from the craft to stations; up: the other way."""

    id: str
    title: str
    direction: Literal["down", "up"] = field(validator=in_(("down", "up")))
    frequency_mhz: float = field(validator=gt(0.0))
    rate_bit_s: float = field(validator=gt(0.0))  # information bits
    craft_power_w: float | None = field(default=None, validator=optional(gt(0.0)))  # transmitter aboard (down)
    craft_gain_dbi: float
    craft_noise_k: float | None = field(default=None, validator=optional(gt(0.0)))  # receiver aboard (up)
    losses: tuple[LossLine, ...] = ()
    needed_eb_n0_db: float
    coding: str = ""
    margin_db: float = field(default=3.0)  # asked above what is needed
    transmitter_w: float = field(default=0.0, validator=ge(0.0))  # drawn from the bus while on
    efficiency: float = field(default=1.0, validator=and_(gt(0.0), le(1.0)))  # payload bits of information bits


@frozen(kw_only=True)
class Antenna:
    """A dish, or any antenna of a known gain, at one frequency band of a station."""

    dish_m: float | None = field(default=None, validator=optional(gt(0.0)))
    aperture_efficiency: float = field(default=0.6, validator=and_(gt(0.0), le(1.0)))
    gain_dbi: float | None = None  # instead of a dish
    noise_k: float | None = field(default=None, validator=optional(gt(0.0)))  # system temperature; None: can't receive
    power_w: float | None = field(default=None, validator=optional(gt(0.0)))  # None: can't transmit
    losses: tuple[LossLine, ...] = ()
    lowest_mhz: float = field(validator=gt(0.0))
    highest_mhz: float = field(validator=gt(0.0))


@frozen(kw_only=True)
class Booking:
    """When a station is ours, or is not there."""

    span: Span
    note: str = ""


@frozen(kw_only=True)
class Station:
    """A ground station: where it is (with its horizon mask), how low it tracks, its antennas, when it can be had."""

    site: Site
    min_elevation_deg: float = field(default=5.0, validator=and_(ge(-5.0), lt(90.0)))
    antennas: tuple[Antenna, ...] = ()
    amateur: bool = False
    booked: tuple[Booking, ...] | None = None  # only then is it ours; None: whenever it sees the craft
    closed: tuple[Booking, ...] = ()

    @property
    def id(self) -> str:
        """The site's."""
        return self.site.id


@frozen(kw_only=True)
class Camera:
    """A camera: which way it looks, how wide, how much a picture is and takes."""

    id: str
    title: str
    boresight: Vector  # body axes
    field_deg: float = field(validator=and_(gt(0.0), lt(180.0)))
    width_px: int = field(validator=gt(0))
    height_px: int = field(validator=gt(0))
    bits_per_px: int = field(validator=gt(0))
    compression: float = field(default=1.0, validator=ge(1.0))
    load_w: float = field(default=0.0, validator=ge(0.0))
    exposure_min: int = field(default=1, validator=gt(0))  # the craft held still, picture taken and stored

    @property
    def raw_kbit(self) -> float:
        """One picture before compression."""
        return self.width_px * self.height_px * self.bits_per_px / 1_000

    @property
    def image_kbit(self) -> float:
        """One picture as it is stored and sent."""
        return self.raw_kbit / self.compression


@frozen(kw_only=True)
class Target:
    """Something to photograph: a place on the Moon (mean-Earth latitude and longitude), or the Earth."""

    id: str
    title: str
    body: Literal["moon", "earth"] = field(default="moon", validator=in_(("moon", "earth")))
    latitude_deg: float | None = field(default=None, validator=optional(and_(ge(-90.0), le(90.0))))
    longitude_deg: float | None = field(default=None, validator=optional(and_(ge(-180.0), le(360.0))))
    min_sun_elevation_deg: float = 5.0  # at the place
    max_sun_elevation_deg: float = 90.0
    max_look_deg: float = field(default=60.0, validator=and_(gt(0.0), le(90.0)))  # emission angle at the place
    max_range_km: float | None = field(default=None, validator=optional(gt(0.0)))
    min_sun_separation_deg: float = field(default=30.0, validator=ge(0.0))  # of the camera's axis from the Sun


@frozen(kw_only=True)
class Image:
    """A wish: pictures of a target with a camera, what each is worth."""

    id: str
    target: str
    camera: str
    count: int = field(default=1, validator=gt(0))
    value: int = field(default=1, validator=gt(0))
    by: Instant | None = None  # home by then


@frozen(kw_only=True)
class Step:
    """A step of commissioning, or upkeep: takes the craft for so long, in a mode, perhaps in contact."""

    id: str
    title: str
    duration_min: int = field(validator=gt(0))
    mode: str
    in_contact: bool = False  # only while a station sees it (telemetry and command)
    in_sunlight: bool = False
    data_kbit: float = field(default=0.0, validator=ge(0.0))  # that it leaves in the store
    after: tuple[str, ...] = ()
    count: int = field(default=1, validator=gt(0))
    spacing_min: int = field(default=0, validator=ge(0))  # between two starts, at least
    value: int | None = None  # None: must be done


@frozen(kw_only=True)
class Operations:
    """The week to be planned."""

    span: Span
    commissioning: tuple[Step, ...] = ()  # before any picture
    upkeep: tuple[Step, ...] = ()
    images: tuple[Image, ...] = ()
    downlink: str  # link for pictures and telemetry
    command: str | None = None  # link for commands
    image_mode: str  # of the craft while it photographs; its pointing is towards the target
    downlink_mode: str  # of the craft while it sends
    slew_min: int = field(default=5, validator=ge(0))  # between two pointings, and back
    settle_min: int = field(default=1, validator=ge(0))
    longest_transmission_min: int = field(default=30, validator=gt(0))
    shortest_transmission_min: int = field(default=5, validator=gt(0))
    transmitter_rest_min: int = field(default=10, validator=ge(0))  # between two transmissions
    transmitter_min_a_day: int = field(default=240, validator=gt(0))  # any 24 h, at most
    contact_every_min: int | None = 1_440  # a transmission at least so often
    telemetry_kbit_per_h: float = field(default=0.0, validator=ge(0.0))  # gathers in the store
    store_kbit: float = field(validator=gt(0.0))
    store_at_start_kbit: float = field(default=0.0, validator=ge(0.0))
    battery_at_start_share: float | None = field(default=None, validator=optional(_share))


@frozen(kw_only=True)
class Carrier:
    """The ship that carries the CubeSat: its state, or its ephemeris, and how it lets go."""

    state: OrbitState | None = None
    ephemeris: str | None = None  # a CCSDS OEM beside the mission's file
    release_from: Instant | None = None
    release_to: Instant | None = None
    directions: tuple[Vector, ...] = ()  # radial, transverse, normal; unit vectors
    speeds_m_s: tuple[float, ...] = ()
    min_clearance_km: float = field(default=1.0, validator=ge(0.0))  # from the carrier, after `clear_after_h`
    clear_after_h: float = field(default=6.0, validator=ge(0.0))


@frozen(kw_only=True)
class Paper:
    """A dated duty on the way: frequency coordination, registration, reviews. Days count back from `event`."""

    id: str
    title: str
    event: Literal["launch", "release", "end"] = field(default="launch", validator=in_(("launch", "release", "end")))
    days_before: float  # negative: after it
    takes_d: float = field(default=0.0, validator=ge(0.0))  # how long it takes: it begins that much earlier
    owner: str = ""
    after: tuple[str, ...] = ()
    source: str = ""
    done: date | None = None


@frozen(kw_only=True)
class LunarMission:
    """Everything that a mission's file says."""

    id: str
    title: str
    state: OrbitState  # at release
    mass_kg: float = field(validator=gt(0.0))
    solar: SolarPressure | None = None
    drag: Drag | None = None
    burns: tuple[Burn, ...] = ()
    spread: Spread = Spread()
    launch: Instant | None = None
    stowed_months: float = field(default=0.0, validator=ge(0.0))
    end_of_life: Instant | None = None
    power: Power | None = None
    stations: tuple[Station, ...] = ()
    links: tuple[Link, ...] = ()
    cameras: tuple[Camera, ...] = ()
    targets: tuple[Target, ...] = ()
    operations: Operations | None = None
    carrier: Carrier | None = None
    papers: tuple[Paper, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    degree: int = field(default=50, validator=ge(0))
    bodies: tuple[str, ...] = ("earth", "sun")
    zones: tuple[str, ...] = ("Asia/Shanghai", "Asia/Karachi")
    source: str = ""  # the file's name
