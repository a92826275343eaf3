"""Places: sites on the ground, their horizons, and relay satellites above. WGS-84, degrees, east positive."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from attrs import field, frozen
from attrs.validators import and_, ge, gt, le, optional

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


@frozen(kw_only=True)
class Relay:
    """A geostationary relay satellite at its longitude."""

    id: str
    name: str
    longitude_deg: float = field(validator=_longitude)
    max_nadir_angle_deg: float | None = field(default=None, validator=optional(and_(gt(0.0), le(90.0))))
    source: str = ""
