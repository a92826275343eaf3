"""The shape of `mission.yaml`: every section of it, as people write it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, create_model

from hamsafar.domain.lunar import Pointing
from hamsafar.programme.entry import Entry
from hamsafar.programme.fields import Count, Day, FileName, Id, Minutes, Number, SomeMinutes, Text, Zone
from hamsafar.programme.lunar import mission_fields as of


class MissionSection(Entry):
    """The mission itself."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    launch: of.Moment | None = Field(default=None, description="Lift-off of the carrier.")
    end_of_life: of.Moment | None = Field(default=None, description="Until when it is looked at; a year if not said.")
    degree: int = Field(default=50, ge=0, le=360, description="Degree of the Moon's gravity field.")
    bodies: list[Literal["earth", "sun", "venus", "mars", "jupiter", "saturn"]] = Field(
        default=["earth", "sun"], description="Whose pull is counted besides the Moon's."
    )
    zones: list[Zone] = Field(
        default=["Asia/Shanghai", "Asia/Karachi"], description="Time zones that people read besides UTC."
    )


class ElementsEntry(Entry):
    """Keplerian elements; two of the shape, three of the plane, one of the place."""

    semi_major_axis: of.Altitude | None = Field(default=None, description="With the eccentricity.")
    eccentricity: of.Eccentricity | None = Field(default=None, description="With the semi-major axis.")
    periapsis_altitude: of.Altitude | None = Field(default=None, description="Above 1737.4 km; with the apoapsis.")
    apoapsis_altitude: of.Altitude | None = Field(default=None, description="Above 1737.4 km; with the periapsis.")
    inclination: of.Inclination = Field(description="To the frame's equator.")
    raan: of.Angle = Field(description="Right ascension of the ascending node in the frame.")
    argument_of_periapsis: of.Angle = Field(description="From the node, in the direction of flight.")
    true_anomaly: of.Angle = Field(description="From the periapsis; 180 deg is the apoapsis.")


class SpreadEntry(Entry):
    """How uncertain the release is: standard deviations, radial, transverse and normal."""

    position: of.Lengths = Field(default=(0.0, 0.0, 0.0), description="Of the place.")
    velocity: of.Speeds = Field(default=(0.0, 0.0, 0.0), description="Of the velocity.")
    solar: of.Share = Field(default=0.0, description="Of the solar pressure, as a share of it.")
    gravity: bool = Field(default=False, description="Whether the field is drawn within its formal errors.")


class ReleaseSection(Entry):
    """Where the CubeSat is when it is let go: elements, or position and velocity."""

    epoch: of.Moment = Field(description="When.")
    frame: Text = Field(default="MOON_EQUATOR", description="ICRF, EME2000, MOON_EQUATOR, MOON_ME, MOON_PA, ...")
    elements: ElementsEntry | None = Field(default=None, description="Keplerian elements.")
    position: of.Lengths | None = Field(default=None, description="Instead of elements, with the velocity.")
    velocity: of.Speeds | None = Field(default=None, description="Instead of elements, with the position.")
    spread: SpreadEntry | None = Field(default=None, description="How uncertain it is.")


class CraftSection(Entry):
    """What flies."""

    mass: of.Mass = Field(description="At release.")
    area: of.Area = Field(default=0.0, description="On which the Sun presses.")
    cr: of.Reflectivity = Field(default=1.3, description="How sunlight is given back: 1 swallowed, 2 mirrored.")
    stowed: of.Hours = Field(default=0.0, description="From the last charge to the release.")


class PanelEntry(Entry):
    """Solar cells on one face or wing."""

    normal: of.Direction = Field(description="In body axes.")
    area: of.SomeArea = Field(description="Of the cells.")
    efficiency: of.SomeShare = Field(description="At the end of life.")


class ModeEntry(Entry):
    """A way to be: where the craft points, what it draws without camera and transmitter."""

    id: Id = Field(description="Its short name.")
    pointing: Pointing = Field(description="Where it points.")
    load: of.Watts = Field(description="What it draws.")


class PowerSection(Entry):
    """Cells, battery and loads."""

    panels: list[PanelEntry] = Field(min_length=1, max_length=60, description="The solar cells.")
    battery: of.Energy = Field(description="What it holds when full.")
    lowest: of.Share = Field(default=0.3, description="Share of it that is never used.")
    charged: of.Share = Field(default=0.8, description="Share it held when last charged.")
    loss_per_month: of.Share = Field(default=0.02, description="Share that it loses in a month, stowed.")
    charge_efficiency: of.SomeShare = Field(default=0.95, description="Into the battery.")
    discharge_efficiency: of.SomeShare = Field(default=0.95, description="Out of it.")
    path_efficiency: of.SomeShare = Field(default=0.9, description="From the cells to the bus.")
    sun_axis: of.Direction = Field(default=(0.0, 0.0, 1.0), description="Body axis that is turned to the Sun.")
    modes: list[ModeEntry] = Field(min_length=1, max_length=40, description="Its modes.")
    safe_mode: Id = Field(description="The mode it falls back to.")
    idle_mode: Id = Field(description="The mode between tasks.")


class LossEntry(Entry):
    """A line of a link budget."""

    title: Text = Field(description="What it is.")
    loss: of.Decibels = Field(description="What it takes; negative gives.")


class AntennaEntry(Entry):
    """A dish, or any antenna of a known gain, over a band."""

    dish: of.Dish | None = Field(default=None, description="Its diameter; or else the gain.")
    efficiency: of.SomeShare = Field(default=0.6, description="Of the dish's aperture.")
    gain: of.Decibels | None = Field(default=None, description="Instead of a dish.")
    noise: of.Kelvin | None = Field(default=None, description="System noise temperature; without it, no receiving.")
    power: of.SomeWatts | None = Field(default=None, description="Transmitter; without it, no commands.")
    losses: list[LossEntry] = Field(default=[], max_length=40, description="Lines of the budget.")
    lowest: of.Frequency = Field(description="Of the band.")
    highest: of.Frequency = Field(description="Of the band.")


class BookingEntry(Entry):
    """A stretch of a station's time."""

    begin: of.Moment = Field(alias="from", description="Start.")
    end: of.Moment = Field(alias="to", description="End.")
    note: Text | None = Field(default=None, description="Why, or for whom.")


class StationEntry(Entry):
    """A ground station, its own or one of the catalogue's sites."""

    id: Id = Field(description="Its short name.")
    site: Id | None = Field(default=None, description="A site of the catalogue; or else latitude and longitude.")
    title: Text | None = Field(default=None, description="Its name for people.")
    latitude: of.Latitude | None = Field(default=None, description="WGS-84, north positive.")
    longitude: of.Angle | None = Field(default=None, description="WGS-84, east positive.")
    height: of.Height = Field(default=0.0, description="Above the ellipsoid.")
    zone: Zone = Field(default="UTC", description="Its civil time.")
    min_elevation: of.Elevation = Field(default=5.0, description="How low it tracks.")
    horizon: list[of.Pair] = Field(
        default=[], max_length=2_000, description="Mask: [azimuth, elevation] in degrees, by azimuth."
    )
    amateur: bool = Field(default=False, description="Whether it is an amateur's.")
    antennas: list[AntennaEntry] = Field(default=[], max_length=40, description="What it hears and speaks with.")
    booked: list[BookingEntry] | None = Field(default=None, description="Only then is it ours; always if not said.")
    closed: list[BookingEntry] = Field(default=[], description="Then it is not there.")
    source: Text = Field(default="", description="Where its figures come from.")


class LinkEntry(Entry):
    """One radio link."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    direction: Literal["down", "up"] = Field(description="From the craft, or to it.")
    frequency: of.Frequency = Field(description="Of the carrier.")
    rate: of.Rate = Field(description="Of information bits.")
    craft_power: of.SomeWatts | None = Field(default=None, description="Transmitter aboard (down).")
    craft_gain: of.Decibels = Field(description="Of the antenna aboard, as it is pointed.")
    craft_noise: of.Kelvin | None = Field(default=None, description="System noise aboard (up).")
    losses: list[LossEntry] = Field(default=[], max_length=40, description="Lines of the budget.")
    needed_eb_n0: of.Decibels = Field(description="For the bit error rate asked for, with the coding.")
    coding: Text = Field(default="", description="Modulation and coding.")
    margin: of.Decibels = Field(default=3.0, description="Asked above what is needed.")
    transmitter: of.Watts = Field(default=0.0, description="Drawn from the bus while it sends.")
    efficiency: of.SomeShare = Field(default=1.0, description="Payload bits of information bits.")


class CameraEntry(Entry):
    """A camera."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    boresight: of.Direction = Field(default=(1.0, 0.0, 0.0), description="Which way it looks, body axes.")
    field: of.Opening = Field(description="How wide it sees, whole cone.")
    width_px: Count = Field(description="Pixels across.")
    height_px: Count = Field(description="Pixels down.")
    bits_per_px: int = Field(default=8, ge=1, le=64, description="Bits of a pixel.")
    compression: of.Compression = Field(default=1.0, description="Raw size over stored size.")
    load: of.Watts = Field(default=0.0, description="What it draws.")
    exposure: SomeMinutes = Field(default=1, description="Held still, photographed, stored.")


class TargetEntry(Entry):
    """Something to photograph."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    body: Literal["moon", "earth"] = Field(default="moon", description="A place on the Moon, or the Earth.")
    latitude: of.Latitude | None = Field(default=None, description="Of a place on the Moon, mean-Earth frame.")
    longitude: of.Angle | None = Field(default=None, description="Of a place on the Moon, east positive.")
    min_sun_elevation: of.Elevation = Field(default=5.0, description="At the place.")
    max_sun_elevation: of.Elevation = Field(default=90.0, description="At the place.")
    max_look: of.Look = Field(default=60.0, description="Emission angle: from the place's zenith.")
    max_range: of.Range | None = Field(default=None, description="How far away at the most.")
    min_sun_separation: of.Separation = Field(default=30.0, description="Of the camera's axis from the Sun.")


class ImageEntry(Entry):
    """A wish."""

    id: Id = Field(description="Its short name.")
    target: Id = Field(description="Of the targets.")
    camera: Id = Field(description="Of the cameras.")
    count: int = Field(default=1, ge=1, le=500, description="How many pictures.")
    value: int = Field(default=1, ge=1, le=1_000, description="What each is worth, against the others.")
    by: of.Moment | None = Field(default=None, description="To be home by then.")


class StepEntry(Entry):
    """A step of commissioning or upkeep."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="Its name for people.")
    duration: SomeMinutes = Field(description="How long it takes the craft.")
    mode: Id = Field(description="Of the craft meanwhile.")
    in_contact: bool = Field(default=False, description="Only while a station hears it.")
    in_sunlight: bool = Field(default=False, description="Only in sunlight.")
    data: of.Data = Field(default=0.0, description="That it leaves in the store.")
    after: list[Id] = Field(default=[], description="Steps that end before.")
    count: int = Field(default=1, ge=1, le=500, description="How often.")
    spacing: Minutes = Field(default=0, description="Between two starts, at least.")
    value: int | None = Field(default=None, ge=1, le=1_000, description="Of an optional one; without it, a must.")


class OperationsSection(Entry):
    """The week to be planned."""

    begin: of.Moment = Field(alias="from", description="Start.")
    end: of.Moment = Field(alias="to", description="End.")
    commissioning: list[StepEntry] = Field(default=[], max_length=200, description="Before any picture, in order.")
    upkeep: list[StepEntry] = Field(default=[], max_length=200, description="Between.")
    images: list[ImageEntry] = Field(default=[], max_length=200, description="The wishes.")
    downlink: Id = Field(description="Link that brings pictures and telemetry.")
    command: Id | None = Field(default=None, description="Link that takes commands.")
    image_mode: Id = Field(description="Mode of the craft while it photographs.")
    downlink_mode: Id = Field(description="Mode of the craft while it sends.")
    slew: Minutes = Field(default=5, description="From one pointing to another.")
    settle: Minutes = Field(default=1, description="After a slew.")
    longest_transmission: SomeMinutes = Field(default=30, description="At a time.")
    shortest_transmission: SomeMinutes = Field(default=5, description="Shorter ones are not worth it.")
    transmitter_rest: Minutes = Field(default=10, description="Between two transmissions.")
    transmitter_a_day: SomeMinutes = Field(default=240, description="In any 24 h, at most.")
    contact_every: SomeMinutes | None = Field(default=1_440, description="Heard at least so often.")
    telemetry: of.RateOrNone | None = Field(default=None, description="That gathers in the store.")
    store: of.SomeData = Field(description="What the store holds.")
    stored: of.Data = Field(default=0.0, description="What it holds when the week begins.")
    battery: of.Share | None = Field(default=None, description="Share when the week begins; else as calculated.")


class CarrierSection(Entry):
    """The ship that carries the CubeSat, for `moon releases`."""

    epoch: of.Moment | None = Field(default=None, description="Of its state; or else its ephemeris.")
    frame: Text = Field(default="MOON_EQUATOR", description="Of its state.")
    elements: ElementsEntry | None = Field(default=None, description="Its elements.")
    ephemeris: FileName | None = Field(default=None, description="A CCSDS OEM beside this file.")
    begin: of.Moment | None = Field(default=None, alias="from", description="First release looked at.")
    end: of.Moment | None = Field(default=None, alias="to", description="Last release looked at.")
    directions: list[of.Direction] = Field(
        default=[
            (0.0, 1.0, 0.0),
            (0.0, -1.0, 0.0),
            (1.0, 0.0, 0.0),
            (-1.0, 0.0, 0.0),
            (0.0, 0.0, 1.0),
            (0.0, 0.0, -1.0),
        ],
        max_length=60,
        description="Radial, transverse, normal.",
    )
    speeds: list[of.Speed] = Field(default=[0.3], max_length=20, description="Of the spring.")
    clearance: of.Range = Field(default=1.0, description="From the carrier, at least, after `clear_after`.")
    clear_after: of.Hours = Field(default=21_600.0, description="From the release.")


class BurnEntry(Entry):
    """A manoeuvre of the CubeSat."""

    start: of.Moment = Field(description="When it begins.")
    delta_v: of.Speeds = Field(description="Change of velocity.")
    axes: Literal["ICRF", "RTN", "TNW"] = Field(default="TNW", description="Of the change.")
    duration: of.Hours = Field(default=0.0, description="0: at once.")


class PaperEntry(Entry):
    """A dated duty: frequency coordination, registration, reviews."""

    id: Id = Field(description="Its short name.")
    title: Text = Field(description="What it is.")
    event: Literal["launch", "release", "end"] = Field(default="launch", description="What it is counted from.")
    before: of.Hours = Field(default=0.0, description="How long before the event it is due.")
    behind: of.Hours = Field(default=0.0, alias="after_event", description="How long after the event it is due.")
    takes: of.Hours = Field(default=0.0, description="How long it takes: it begins that much earlier.")
    owner: Text = Field(default="", description="Who answers for it.")
    after: list[Id] = Field(default=[], description="Papers that come before.")
    source: Text = Field(default="", description="Who asks for it.")
    done: Day | None = Field(default=None, description="When it was done.")


class AssumptionEntry(Entry):
    """A value that nobody published."""

    of: Text = Field(description="Where it stands: release.elements.inclination.")
    why: Text = Field(description="Why this value.")
    sweep: list[Number] = Field(default=[], max_length=200, description="Other values, in the unit of the first.")


# Sections that occur once, and sections that are lists; in the order in which people read them.
ONCE: dict[str, tuple[type[Entry], str]] = {
    "mission": (MissionSection, "The mission itself (once)."),
    "craft": (CraftSection, "What flies (once)."),
    "release": (ReleaseSection, "Where it is when it is let go (once)."),
    "carrier": (CarrierSection, "The ship that carries it (once)."),
    "power": (PowerSection, "Cells, battery and loads (once)."),
    "operations": (OperationsSection, "The week to be planned (once)."),
}
LISTS: dict[str, tuple[type[Entry], str]] = {
    "burns": (BurnEntry, "Its manoeuvres."),
    "stations": (StationEntry, "Who hears it, and speaks to it."),
    "links": (LinkEntry, "Its radio links."),
    "cameras": (CameraEntry, "Its cameras."),
    "targets": (TargetEntry, "What there is to photograph."),
    "papers": (PaperEntry, "Dated duties on the way."),
    "assumptions": (AssumptionEntry, "Values that nobody published."),
}
NEEDED = ("mission", "craft", "release")


def _file_model() -> type[Entry]:
    fields: dict[str, Any] = {name: (model, Field(None, description=about)) for name, (model, about) in ONCE.items()}
    for name, (model, about) in LISTS.items():
        fields[name] = (list[model], Field([], description=about))  # type: ignore[valid-type]  # of a table
    about = "A lunar CubeSat's mission. See docs/reference/mission-files.md."
    made: type[Entry] = create_model("MissionFile", __base__=Entry, __doc__=about, **fields)
    return made


MissionFile = _file_model()
