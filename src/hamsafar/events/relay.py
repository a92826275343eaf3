"""Links through relay satellites: geostationary ones at their longitudes, or any with a trajectory of its own."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, radians, sin

import numpy as np
from attrs import frozen

from hamsafar.domain.places import Relay
from hamsafar.errors import InputError
from hamsafar.events.along import windows_along
from hamsafar.orbit.frames import teme_from_itrs
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.orbit.trajectory import Trajectory
from hamsafar.timeline import Instant, Span, Windows
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM

GEOSTATIONARY_RADIUS_KM = 42_164.17  # mu and one sidereal day, J2 apart
# The line of sight stays 100 km above a ball of the equatorial radius: above the air that bends it and, below the
# ionosphere's lower edge, dims it (the height at which the Federation Aeronautique Internationale has space begin,
# its Sporting Code, section 8). At high latitudes the ball is up to 21 km above the ground, on the safe side.
CLEAR_RADIUS_KM = EARTH_EQUATORIAL_RADIUS_KM + 100.0


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


def relay_teme_km(relay: Relay | Trajectory, tai_ns: TaiNs) -> Floats:
    """Where a relay is, (n, 3) km, TEME: hanging over its longitude, or on its own trajectory."""
    if isinstance(relay, Relay):
        return teme_from_itrs(relay_itrs_km(relay), tai_ns)
    return relay.states_teme(tai_ns)[0]


def relay_zenith_cosine(trajectory: Trajectory, relay: Relay | Trajectory, tai_ns: TaiNs) -> tuple[Floats, Floats]:
    """Cosine of the angle at the station from geocentric up to the relay, and the station's radius in km, each (n,)."""
    moments = np.asarray(tai_ns, dtype=np.int64)
    r_teme_km, _ = trajectory.states_teme(moments)
    to_relay_km = relay_teme_km(relay, moments) - r_teme_km
    radius_km = np.linalg.norm(r_teme_km, axis=-1)
    cosine = np.einsum("ni,ni->n", r_teme_km, to_relay_km) / (radius_km * np.linalg.norm(to_relay_km, axis=-1))
    return cosine, radius_km


def relay_windows(
    trajectory: Trajectory,
    relay: Relay | Trajectory,
    cone_deg: float,
    span: Span,
    *,
    max_nadir_angle_deg: float | None = None,
) -> Windows:
    """When a relay and the station are each in the other's antenna cone, and the Earth is not between them.

    `cone_deg`: half-angle about the station's geocentric zenith; 180 or more is no limit. `max_nadir_angle_deg`
    (0-90): half-angle about the relay's geocentric nadir; of a Relay the noun says it. A relay with a trajectory of
    its own moves about as slowly as a geostationary one; where it has no states the link is unknown.
    """
    nadir_deg = relay.max_nadir_angle_deg if isinstance(relay, Relay) else max_nadir_angle_deg
    if nadir_deg is not None and not 0.0 < nadir_deg <= 90.0:
        raise InputError(f"an angle from a relay's nadir is above 0 and at most 90 deg (got {nadir_deg})")
    cone_cosine = cos(radians(min(cone_deg, 180.0)))

    def within_cone(tai_ns: TaiNs) -> Floats:
        return relay_zenith_cosine(trajectory, relay, tai_ns)[0] - cone_cosine

    def above_limb(tai_ns: TaiNs) -> Floats:
        # The line leaves the station at an angle z from the zenith and passes the centre at r sin z where z > 90 deg,
        # so it is clear while z <= 180 deg - asin(R / r).
        cosine, radius_km = relay_zenith_cosine(trajectory, relay, tai_ns)
        return cosine + np.sqrt(np.maximum(0.0, 1 - (CLEAR_RADIUS_KM / radius_km) ** 2))

    both = _Both(trajectory, relay)
    open_ = windows_along(both, span, within_cone)
    if cone_deg > 90.0:  # up to 90 deg from the zenith a line only climbs, so the Earth is never in its way
        open_ = open_.intersection(windows_along(both, span, above_limb))
    if nadir_deg is None:
        return open_
    return open_.intersection(_in_sight_of_relay(both, nadir_deg, span))


class _Both:
    """The station's trajectory, known where the relay's is too."""

    def __init__(self, station: Trajectory, relay: Relay | Trajectory) -> None:
        self.station, self.relay = station, relay

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """The station's states."""
        return self.station.states_teme(tai_ns)

    def known(self, span: Span) -> tuple[Span, ...]:
        """The parts of a span for which both have states."""
        parts = self.station.known(span)
        if isinstance(self.relay, Relay):
            return parts
        return tuple(one for part in parts for one in self.relay.known(part))


def _in_sight_of_relay(both: _Both, nadir_deg: float, span: Span) -> Windows:
    """When the station is within an angle b of the relay's nadir; the Earth's blocking is not looked at.

    With r and R the distances of station and relay from the centre and z the station's height along the relay's
    direction, the angle is at most b where z is outside the two roots R sin^2 b -+ cos b sqrt(r^2 - R^2 sin^2 b):
    beyond the upper one on the relay's side of the Earth, below the lower one behind it. So what is searched is
    z / r, the cosine of an angle at the centre. Where the root is of less than zero every z will do, and the two
    windows overlap.
    """
    sine, cosine = sin(radians(nadir_deg)), cos(radians(nadir_deg))

    def along_and_roots(tai_ns: TaiNs) -> tuple[Floats, Floats, Floats]:
        r_km, relay_km = both.states_teme(tai_ns)[0], relay_teme_km(both.relay, tai_ns)
        radius_km, relay_radius_km = np.linalg.norm(r_km, axis=-1), np.linalg.norm(relay_km, axis=-1)
        along = np.einsum("ni,ni->n", r_km, relay_km) / (radius_km * relay_radius_km)
        ratio = relay_radius_km / radius_km
        under_root = 1.0 - (ratio * sine) ** 2
        half_gap = cosine * np.copysign(np.sqrt(np.abs(under_root)), under_root)
        # A station above the relay is never before it: no cosine reaches 2.
        upper = np.where(ratio > 1.0, ratio * sine**2 + half_gap, 2.0)
        return along, ratio * sine**2 - half_gap, upper

    def before_the_earth(tai_ns: TaiNs) -> Floats:
        along, _, upper = along_and_roots(tai_ns)
        return along - upper

    def behind_the_earth(tai_ns: TaiNs) -> Floats:
        along, lower, _ = along_and_roots(tai_ns)
        return lower - along

    return windows_along(both, span, before_the_earth).union(windows_along(both, span, behind_the_earth))


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
