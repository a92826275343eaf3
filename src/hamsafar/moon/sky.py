"""A craft as a ground station sees it: light on its way, the Earth turning, the Moon perhaps in between.

Everything is told along the axes of the ITRS at the moment of reception, from the Earth's centre, in the frame that
moves with it: there light runs straight, and the craft is seen where it was one light time before.
"""

from __future__ import annotations

import numpy as np
from attrs import fields, frozen
from numpy.typing import NDArray

from hamsafar.domain.places import Site
from hamsafar.moon.along import Path
from hamsafar.orbit.bodies import GM_KM3_S2, LIGHT_KM_S, state_icrf
from hamsafar.orbit.frames import itrs_from_teme, site_axes, site_itrs_km, teme_from_gcrs
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.units import EARTH_ROTATION_RAD_S, MOON_RADIUS_KM

_SPIN = np.array([0.0, 0.0, EARTH_ROTATION_RAD_S])
_LIGHT_TURNS = 3  # each gains a factor of v / c, 1e-5: the second is exact


@frozen(eq=False)
class Sky:
    """Craft and Moon from the Earth's centre at moments, arrays (n, 3) along the ITRS's axes; velocities inertial."""

    craft_km: Floats
    craft_km_s: Floats
    pull_km_s2: Floats  # acceleration of the craft: towards its centre, and with the Moon towards the Earth
    moon_km: Floats
    moon_km_s: Floats

    @classmethod
    def at(cls, path: Path, tai_ns: TaiNs) -> Sky:
        """At moments (n,) of the path."""
        return cls.of_states(path, tai_ns, *path.states_icrf(tai_ns))

    @classmethod
    def of_states(cls, path: Path, tai_ns: TaiNs, r_km: Floats, v_km_s: Floats) -> Sky:
        """For states (n, 3) of the path that are known already."""
        moon_km, moon_km_s = state_icrf("moon", "earth", tai_ns)
        pull = -GM_KM3_S2[path.centre] * r_km / np.linalg.norm(r_km, axis=-1, keepdims=True) ** 3
        if path.centre == "moon":
            r_km, v_km_s = r_km + moon_km, v_km_s + moon_km_s
            pull = pull - GM_KM3_S2["earth"] * moon_km / np.linalg.norm(moon_km, axis=-1, keepdims=True) ** 3
        turn = _itrs_from_gcrs(tai_ns)
        return cls(*(np.einsum("nij,nj->ni", turn, one) for one in (r_km, v_km_s, pull, moon_km, moon_km_s)))

    def of(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Sky:
        """Some of the moments."""
        return Sky(*(getattr(self, one.name)[which] for one in fields(Sky)))


def _itrs_from_gcrs(tai_ns: TaiNs) -> Floats:
    """Matrices (n, 3, 3)."""
    axes = [itrs_from_teme(teme_from_gcrs(np.broadcast_to(one, (len(tai_ns), 3)), tai_ns), tai_ns) for one in np.eye(3)]
    return np.stack(axes, axis=-1)


@frozen(eq=False)
class Look:
    """The craft from a site, arrays (n,) or (n, 3): along the axes east, north and up."""

    away_km: Floats  # (n, 3) east, north, up: where it is seen, refraction left out
    range_km: Floats  # that the signal has run
    range_rate_km_s: Floats  # of the range per second at the site; positive while it grows
    moon_km: Floats  # how far the Moon's centre is
    hidden: Floats  # at or above zero behind the Moon: cos(angle from the shadow's axis) - cos(its edge's)

    @property
    def elevation_sine(self) -> Floats:
        """Smooth (n,)."""
        sine: Floats = self.away_km[:, 2] / self.range_km
        return sine

    @property
    def elevation_deg(self) -> Floats:
        """Above the site's geodetic horizon."""
        return np.degrees(np.arcsin(np.clip(self.elevation_sine, -1.0, 1.0)))

    @property
    def azimuth_deg(self) -> Floats:
        """From north over east, 0 to 360."""
        azimuth: Floats = np.degrees(np.arctan2(self.away_km[:, 0], self.away_km[:, 1])) % 360.0
        return azimuth

    @property
    def light_time_s(self) -> Floats:
        """One way."""
        return self.range_km / LIGHT_KM_S


def look_from(site: Site, sky: Sky) -> Look:
    """The craft as it is seen from a site."""
    from_site_km = sky.craft_km - site_itrs_km(site)
    late_s, seen_km = light_late(from_site_km, sky.craft_km_s, sky.pull_km_s2)
    range_km = late_s[:, 0] * LIGHT_KM_S
    towards = seen_km / range_km[:, None]
    left_km_s = sky.craft_km_s - sky.pull_km_s2 * late_s
    carried_km_s = np.cross(_SPIN, site_itrs_km(site))
    parting = np.einsum("ni,ni->n", towards, left_km_s - carried_km_s)
    rate = parting / (1.0 + np.einsum("ni,ni->n", towards, left_km_s) / LIGHT_KM_S)
    moon_km = sky.moon_km - sky.moon_km_s * late_s - site_itrs_km(site)
    away_km = seen_km @ site_axes(site).T
    return Look(away_km, range_km, rate, np.linalg.norm(moon_km, axis=-1), _behind(seen_km, moon_km))


def light_late(away_km: Floats, v_km_s: Floats, pull_km_s2: Floats) -> tuple[Floats, Floats]:
    """How long the light has run, (n, 1) s, and where the craft was when it left, (n, 3) km from the same point.

    From states at the moment of reception; the acceleration is taken as even over the second or so.
    """
    seen_km = away_km
    late_s = np.zeros((len(away_km), 1))
    for _ in range(_LIGHT_TURNS):
        late_s = np.linalg.norm(seen_km, axis=-1, keepdims=True) / LIGHT_KM_S
        seen_km = away_km - late_s * (v_km_s - late_s / 2 * pull_km_s2)
    return late_s, seen_km


def _behind(seen_km: Floats, moon_km: Floats) -> Floats:
    """At or above zero where the Moon's ball hides the craft, smooth (n,); both from the site, (n, 3).

    As an eclipse by a Sun without size: from the Moon's centre, the edge at distance r is asin(R / r) + asin(R / d)
    from the axis that leads away from the site, d off.
    """
    from_moon_km = seen_km - moon_km
    r_km, d_km = np.linalg.norm(from_moon_km, axis=-1), np.linalg.norm(moon_km, axis=-1)
    cosine = np.einsum("ni,ni->n", from_moon_km, moon_km) / (r_km * d_km)
    edge = np.arcsin(np.minimum(1.0, MOON_RADIUS_KM / r_km)) + np.arcsin(MOON_RADIUS_KM / d_km)
    hidden: Floats = cosine - np.cos(edge)
    return hidden
