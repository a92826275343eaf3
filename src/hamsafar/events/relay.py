"""Links through geostationary relay satellites."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sin

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Relay
from hamsafar.events.along import windows_along
from hamsafar.orbit.frames import teme_from_itrs
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM

GEOSTATIONARY_RADIUS_KM = 42_164.17  # mu and one sidereal day, J2 apart
CLEAR_RADIUS_KM = EARTH_EQUATORIAL_RADIUS_KM + 100.0  # the line of sight stays above the air


@frozen(kw_only=True, order=True)
class RelayLink:
    """The station can talk through a relay from `start` to `end`."""

    start: Instant
    end: Instant
    relay_id: str

    @property
    def span(self) -> Span:
        """Start to end."""
        return Span(self.start, self.end)


def relay_itrs_km(relay: Relay) -> Floats:
    """Where a relay hangs: (3,) km, ITRS."""
    longitude = radians(relay.longitude_deg)
    return GEOSTATIONARY_RADIUS_KM * np.array([cos(longitude), sin(longitude), 0.0])


def relay_zenith_cosine(trajectory: Trajectory, relay: Relay, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Cosine of the angle at the station from geocentric up to the relay, and the station's radius in km, each (n,)."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    r_teme_km, _ = trajectory.states_teme(moments)
    to_relay_km = teme_from_itrs(relay_itrs_km(relay), moments) - r_teme_km
    radius_km = np.linalg.norm(r_teme_km, axis=-1)
    cosine = np.einsum("ni,ni->n", r_teme_km, to_relay_km) / (radius_km * np.linalg.norm(to_relay_km, axis=-1))
    return cosine, radius_km


def relay_windows(trajectory: Trajectory, relay: Relay, cone_deg: float, span: Span) -> Windows:
    """When one relay is within the antenna's cone about the zenith and not behind the Earth."""
    cone_cosine = cos(radians(min(cone_deg, 180.0)))

    def within_cone(tai_ns: TaiNs) -> Floats:
        return relay_zenith_cosine(trajectory, relay, tai_ns)[0] - cone_cosine

    def above_limb(tai_ns: TaiNs) -> Floats:
        # The line leaves the station at an angle z from the zenith and passes the centre at r sin z where z > 90 deg,
        # so it is clear while z <= 180 deg - asin(R / r).
        cosine, radius_km = relay_zenith_cosine(trajectory, relay, tai_ns)
        return cosine + np.sqrt(np.maximum(0.0, 1 - (CLEAR_RADIUS_KM / radius_km) ** 2))

    # Up to 90 deg from the zenith a line only climbs, so the Earth is never in its way.
    in_cone = windows_along(trajectory, span, within_cone)
    return in_cone if cone_deg <= 90.0 else in_cone.intersection(windows_along(trajectory, span, above_limb))


def relay_links(trajectory: Trajectory, relays: Iterable[Relay], cone_deg: float, span: Span) -> tuple[RelayLink, ...]:
    """Every link of the span, by start; links through different relays may overlap."""
    links = [
        RelayLink(relay_id=relay.id, start=open_.start, end=open_.end)
        for relay in relays
        for open_ in relay_windows(trajectory, relay, cone_deg, span)
    ]
    return tuple(sorted(links))


def windows_of_links(links: Iterable[RelayLink], span: Span) -> Windows:
    """When there is a link through any relay, known over the span searched."""
    return Windows.within(span, [link.span for link in links])
