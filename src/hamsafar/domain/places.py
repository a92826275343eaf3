"""Places: sites on the ground, their horizons, and relay satellites above. WGS-84, degrees, east positive."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from attrs import field, frozen
from attrs.validators import and_, ge, gt, le, lt, optional

from hamsafar.errors import InputError

_latitude = and_(ge(-90.0), le(90.0))
_longitude = and_(ge(-180.0), le(360.0))


@frozen(kw_only=True)
class HorizonPoint:
    """How high the horizon stands in one direction. Azimuths from north over east, 360 being north again."""

    azimuth_deg: float = field(validator=and_(ge(0.0), le(360.0)))
    elevation_deg: float = field(validator=and_(ge(-90.0), le(90.0)))


@frozen(kw_only=True)
class Horizon:
    """The horizon that a site's surroundings leave: points by ascending azimuth, straight in azimuth between them.

    Beyond the last point it runs on to the first. Two points of one azimuth are a wall, the first of them as seen
    coming from smaller azimuths; north counts as one azimuth, whether written 0 or 360.
    """

    points: tuple[HorizonPoint, ...] = field()

    @points.validator
    def _in_order(self, _: object, points: tuple[HorizonPoint, ...]) -> None:
        if not points:
            raise InputError("a horizon needs at least one point")
        for number, (one, after) in enumerate(pairwise(points), 2):
            if after.azimuth_deg < one.azimuth_deg:
                raise InputError(f"point {number} of a horizon goes back in azimuth, to {after.azimuth_deg:g} deg")
        for azimuth_deg, count in Counter(point.azimuth_deg % 360.0 for point in points).items():
            if count > 2:
                raise InputError(f"a horizon has {count} points at azimuth {azimuth_deg:g} deg; two are a wall")


@frozen(kw_only=True)
class Range:
    """A launch range: how often an attempt is scrubbed, and what it takes to try again."""

    scrub_probability: float = field(validator=and_(ge(0.0), lt(1.0)))  # of one attempt, by itself
    turnaround_d: float = field(validator=gt(0.0))  # from an attempt to the next, at least
    longest_wait_d: float = field(validator=gt(0.0))  # from the first attempt to the last, at most
    source: str = ""


@frozen(kw_only=True)
class LandingArea:
    """The box on the ground that ships come down in, as it is closed for them. It may run over 180 deg east."""

    south_deg: float = field(validator=_latitude)
    north_deg: float = field(validator=_latitude)
    west_deg: float = field(validator=_longitude)
    east_deg: float = field(validator=_longitude)

    def __attrs_post_init__(self) -> None:
        if self.north_deg <= self.south_deg:
            said = f"a landing area runs from south to north (got {self.south_deg:g} to {self.north_deg:g} deg)"
            raise InputError(said)


@frozen(kw_only=True)
class LandingRule:
    """What a landing site asks for: where ships come down, and the wind above which they don't."""

    area: LandingArea
    max_wind_m_s: float = field(validator=gt(0.0))  # at `wind_height_m` above the ground
    wind_height_m: float = field(validator=gt(0.0))
    source: str = ""


@frozen(kw_only=True)
class Site:
    """A place on the ground: pad, landing site, ground station, city, or target of a photograph.

    Without a `horizon` nothing around it stands in the way of a pass.
    """

    id: str
    name: str
    latitude_deg: float = field(validator=_latitude)
    longitude_deg: float = field(validator=_longitude)
    height_km: float = 0.0
    zone: str = "UTC"
    source: str = ""
    horizon: Horizon | None = None
    landing: LandingRule | None = None  # where ships land
    range: Range | None = None


@frozen(kw_only=True)
class Relay:
    """A geostationary relay satellite at its longitude."""

    id: str
    name: str
    longitude_deg: float = field(validator=_longitude)
    max_nadir_angle_deg: float | None = field(default=None, validator=optional(and_(gt(0.0), le(90.0))))
    source: str = ""
