"""Places: sites on the ground, and relay satellites above it. WGS-84, degrees, east positive."""

from __future__ import annotations

from attrs import field, frozen
from attrs.validators import and_, ge, le

_latitude = and_(ge(-90.0), le(90.0))
_longitude = and_(ge(-180.0), le(360.0))


@frozen(kw_only=True)
class Site:
    """A place on the ground: pad, landing site, ground station, city, or target of a photograph."""

    id: str
    name: str
    latitude_deg: float = field(validator=_latitude)
    longitude_deg: float = field(validator=_longitude)
    height_km: float = 0.0
    zone: str = "UTC"
    source: str = ""


@frozen(kw_only=True)
class Relay:
    """A geostationary relay satellite at its longitude."""

    id: str
    name: str
    longitude_deg: float = field(validator=_longitude)
    source: str = ""
