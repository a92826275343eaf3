"""Contacts of a craft with ground stations: above the horizon and not behind the Moon; range, Doppler, light time.

Times are those at the station. Refraction is left out: it would lengthen a contact at 5 deg by some 40 s, and what the
Moon hides it does not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.lunar import Station
from hamsafar.domain.places import Horizon, Site
from hamsafar.events.finder import Stretch
from hamsafar.events.mask import lowest_deg, masked_of, raised
from hamsafar.events.passes import Pass
from hamsafar.moon.along import AtMoments, Looks, Path, known_of, looks_along, stretches_along
from hamsafar.moon.sky import Look, Sky, light_late, look_from
from hamsafar.orbit.bodies import LIGHT_KM_S
from hamsafar.orbit.frames import site_itrs_km, teme_from_itrs
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant, Span, Windows

Edge = Literal["horizon", "moon", "span"]
Ends = tuple[float, float, Edge, Edge]  # s from the looks' start, and what ends it there

_MASK_GAP_S = 1_800.0  # azimuth and elevation of a craft at the Moon turn no more often: the Earth's turn leads
_MOST_AT_ONCE = 500_000


@frozen(kw_only=True)
class Contact:
    """A station and the craft in sight of each other. Times at the station; refraction left out.

    `begins` and `ends` say what it is bounded by: the station's horizon, the Moon's edge, or the span searched.
    """

    station: str
    aos: Instant
    los: Instant
    begins: Edge
    ends: Edge
    highest: Instant
    max_elevation_deg: float
    range_km: tuple[float, float]  # least, most; as the signal has run
    range_rate_km_s: tuple[float, float]  # least, most; positive while the range grows
    light_time_s: float  # one way, at `highest`

    @property
    def span(self) -> Span:
        """Acquisition to loss of signal."""
        return Span(self.aos, self.los)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return self.los.seconds_since(self.aos)

    def doppler_hz(self, frequency_mhz: float, *, two_way: bool = False) -> tuple[float, float]:
        """Least and most shift of a frequency, Hz: -f * range rate / c; twice that up and back."""
        least, most = (doppler_hz(np.array([rate]), frequency_mhz, two_way=two_way)[0] for rate in self.range_rate_km_s)
        return float(most), float(least)


def doppler_hz(range_rate_km_s: Floats, frequency_mhz: float, *, two_way: bool = False) -> Floats:
    """The shift of a frequency, (n,) Hz, for rates of range (n,): classical; relativity adds under 1e-9 of it.

    `two_way`: up and back coherently, the turnaround ratio being 1.
    """
    shift: Floats = -range_rate_km_s / LIGHT_KM_S * frequency_mhz * 1e6 * (2.0 if two_way else 1.0)
    return shift


def look(path: Path, site: Site, tai_ns: TaiNs) -> Look:
    """The craft from a site at moments (n,) of reception."""
    return look_from(site, Sky.at(path, np.asarray(tai_ns, dtype=np.int64)))


def find_contacts(stations: Iterable[Station], path: Path, span: Span) -> tuple[Contact, ...]:
    """Every contact over the part of a span that a path knows, ascending by acquisition, grazing ones too.

    Ends to 1 ms of the path. Bookings and closures of stations are not looked at. OutOfRangeError where the path knows
    none of the span.
    """
    looks = looks_along(path, span)
    return contacts_along(stations, looks)


def contacts_along(stations: Iterable[Station], looks: Looks) -> tuple[Contact, ...]:
    """As `find_contacts`, over looks that are there already."""
    sky = Sky.of_states(looks.path, looks.tai_ns, looks.r_km, looks.v_km_s)
    found = [one for station in stations for one in _over(station, looks, sky)]
    return tuple(sorted(found, key=lambda one: (one.aos.tai_ns, one.station)))


def contact_windows(station: Station, path: Path, span: Span) -> Windows:
    """The contacts with one station as Windows, known over the part of the span that the path knows."""
    known = known_of(path, span)
    return Windows([one.span for one in find_contacts((station,), path, known)], [known])


def hours_a_day(contacts: Iterable[Contact], span: Span) -> float:
    """Hours in contact for each day of a span, moments with several stations counted once."""
    return hours_of_windows(Windows.within(span, [one.span for one in contacts])) / (span.seconds / 86_400)


def hours_of_windows(windows: Windows) -> float:
    """How long windows are open, together."""
    return sum(one.seconds for one in windows) / 3_600


def _over(station: Station, looks: Looks, sky: Sky) -> list[Contact]:
    seen = look_from(station.site, sky)
    above = _above(station, looks, seen)
    behind = stretches_along(looks, _quantity(looks.path, station.site, "hidden"), seen.hidden)
    ends = _less(above, [(one.opens_s, one.closes_s) for one in behind])
    return _told(station, looks, sky, ends)


def _quantity(path: Path, site: Site, name: Literal["hidden", "elevation_sine"], less: float = 0.0) -> AtMoments:
    def at(tai_ns: TaiNs) -> Floats:
        value: Floats = getattr(look(path, site, tai_ns), name)
        return value - less

    return at


def _above(station: Station, looks: Looks, seen: Look) -> list[Ends]:
    """When the craft is above a station's horizon: (from, to, what begins it, what ends it), ascending."""
    horizon = None if station.site.horizon is None else raised(station.site.horizon, station.min_elevation_deg)
    least_deg = station.min_elevation_deg if horizon is None else lowest_deg(horizon)
    least = float(np.sin(np.radians(least_deg)))
    quantity = _quantity(looks.path, station.site, "elevation_sine", least)
    found = stretches_along(looks, quantity, seen.elevation_sine - least)
    if horizon is None or not found:
        return [_edges(one.opens_s, one.closes_s, one.open_before, one.open_after) for one in found]
    return _masked(station.site, horizon, looks, found)


def _edges(opens_s: float, closes_s: float, before: bool, after: bool) -> Ends:
    return opens_s, closes_s, "span" if before else "horizon", "span" if after else "horizon"


@frozen(eq=False)
class _Apparent:
    """The craft as one site sees it, as a path round the Earth in TEME: for the search along a mask."""

    path: Path
    site: Site

    def states_teme(self, tai_ns: TaiNs) -> tuple[Floats, Floats]:
        """Positions and velocities (n, 3)."""
        moments = np.clip(tai_ns, self.path.start.tai_ns, self.path.end.tai_ns)
        sky = Sky.at(self.path, moments)
        site_km = site_itrs_km(self.site)
        late_s, seen_km = light_late(sky.craft_km - site_km, sky.craft_km_s, sky.pull_km_s2)
        left_km_s = sky.craft_km_s - sky.pull_km_s2 * late_s
        return teme_from_itrs(seen_km + site_km, moments), teme_from_itrs(left_km_s, moments)

    def known(self, span: Span) -> tuple[Span, ...]:
        """The part that the path knows."""
        return (known_of(self.path, span),)


def _masked(site: Site, horizon: Horizon, looks: Looks, found: tuple[Stretch, ...]) -> list[Ends]:
    """Of stretches above a horizon's lowest point, those above the horizon."""
    start = looks.span.start
    passes = tuple(_pass_of(one, looks) for one in found if one.opens_s + 1e-6 < one.closes_s)
    above = masked_of(_Apparent(looks.path, site), site, start, horizon, passes, gap_s=_MASK_GAP_S)
    return [
        _edges(one.rise.seconds_since(start), one.set.seconds_since(start), one.cut_at_start, one.cut_at_end)
        for one in above
    ]


def _pass_of(stretch: Stretch, looks: Looks) -> Pass:
    opens, closes = (Instant(int(ns)) for ns in looks.moments(np.array([stretch.opens_s, stretch.closes_s])))
    return Pass(
        rise=opens,
        culmination=opens,
        set=closes,
        rise_azimuth_deg=0.0,
        culmination_azimuth_deg=0.0,
        set_azimuth_deg=0.0,
        max_elevation_deg=0.0,
        range_km=0.0,
        cut_at_start=stretch.open_before,
        cut_at_end=stretch.open_after,
    )


def _less(above: list[Ends], behind: list[tuple[float, float]]) -> list[Ends]:
    """The stretches with those behind the Moon cut out, both ascending."""
    left: list[Ends] = []
    first = 0
    for opens_s, closes_s, begins, ends in above:
        while first < len(behind) and behind[first][1] < opens_s:
            first += 1
        at_s, edge = opens_s, begins
        for hides_s, shows_s in behind[first:]:
            if hides_s >= closes_s:
                break
            if hides_s > at_s:
                left.append((at_s, hides_s, edge, "moon"))
            at_s, edge = max(at_s, shows_s), "moon"
        if at_s < closes_s:
            left.append((at_s, closes_s, edge, ends))
    return left


def _told(station: Station, looks: Looks, sky: Sky, ends: list[Ends]) -> list[Contact]:
    """The contacts with their heights, ranges and rates: from the looks inside each and from its ends."""
    moments = looks.moments(np.array([(one[0], one[1]) for one in ends]).reshape(-1))
    ends = [one for one, (opens, closes) in zip(ends, moments.reshape(-1, 2), strict=True) if opens < closes]
    if not ends:
        return []
    course = _course(station.site, looks, sky, np.array([(one[0], one[1]) for one in ends]))
    low, high = course.extremes(course.look.range_km)
    slow, fast = course.extremes(course.look.range_rate_km_s)
    (_, highest_s), (_, top_sine) = course.extremes_at(course.look.elevation_sine)
    opens, closes = looks.moments(course.ends_s[:, 0]), looks.moments(course.ends_s[:, 1])
    highest = np.clip(looks.moments(highest_s), opens, closes)
    light_s = np.interp(highest_s, course.at_s, course.look.light_time_s)
    top_deg = np.degrees(np.arcsin(np.clip(top_sine, -1.0, 1.0)))
    columns = zip(opens, closes, highest, top_deg, low, high, slow, fast, light_s, ends, strict=True)
    return [
        Contact(
            station=station.id,
            aos=Instant(int(aos)),
            los=Instant(int(los)),
            begins=one[2],
            ends=one[3],
            highest=Instant(int(top)),
            max_elevation_deg=float(top_el),
            range_km=(float(near), float(far)),
            range_rate_km_s=(float(least), float(most)),
            light_time_s=float(light),
        )
        for aos, los, top, top_el, near, far, least, most, light, one in columns
    ]


@frozen(eq=False)
class _Course:
    """What a station sees during its contacts, in one list of moments (n,), each contact's together."""

    ends_s: Floats  # (contacts, 2)
    at_s: Floats
    first: NDArray[np.intp]  # (contacts,) where each begins
    look: Look

    def extremes(self, value: Floats) -> tuple[Floats, Floats]:
        """Least and most of a quantity (n,) in each contact."""
        return self.extremes_at(value)[1]

    def extremes_at(self, value: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
        """When a quantity (n,) is least and most in each contact, and what it is then: parabolas through three."""
        (least_s, least), (most_s, most) = self._top(-value), self._top(value)
        return (least_s, most_s), (-least, most)

    def _top(self, value: Floats) -> tuple[Floats, Floats]:
        last = np.append(self.first[1:], value.size)
        highest = np.repeat(np.maximum.reduceat(value, self.first), last - self.first)
        at_top = np.flatnonzero(value == highest)
        peak = at_top[np.searchsorted(at_top, self.first)]  # the first where it is so high
        inner = (peak > self.first) & (peak < last - 1)
        at_s, top = self.at_s[peak], value[peak]
        m = peak[inner]
        before_s, after_s = self.at_s[m - 1] - self.at_s[m], self.at_s[m + 1] - self.at_s[m]
        before, after = value[m - 1] - value[m], value[m + 1] - value[m]
        scale = before_s * after_s * (before_s - after_s)
        with np.errstate(divide="ignore", invalid="ignore"):
            bend = (after_s * before - before_s * after) / scale
            slope = (before_s**2 * after - after_s**2 * before) / scale
            step_s = np.where(bend < 0, -slope / (2 * bend), 0.0)
        step_s = np.clip(np.nan_to_num(step_s), before_s, after_s)
        at_s[inner] += step_s
        top[inner] += np.maximum(np.nan_to_num(slope * step_s + bend * step_s**2), 0.0)
        return at_s, top


def _course(site: Site, looks: Looks, sky: Sky, ends_s: Floats) -> _Course:
    begin = np.searchsorted(looks.at_s, ends_s[:, 0], side="right")
    end = np.maximum(np.searchsorted(looks.at_s, ends_s[:, 1], side="left"), begin)
    count = end - begin
    inner = np.arange(count.sum()) + np.repeat(begin - np.concatenate([[0], np.cumsum(count)[:-1]]), count)
    first = np.concatenate([[0], np.cumsum(count + 2)[:-1]]).astype(np.intp)
    at_ends = np.concatenate([first, first + count + 1])
    at_inner = np.ones(count.sum() + 2 * count.size, dtype=np.bool_)
    at_inner[at_ends] = False
    at_s = np.empty(at_inner.size)
    at_s[at_inner], at_s[at_ends] = looks.at_s[inner], ends_s.T.reshape(-1)
    every = _merged(sky.of(inner), Sky.at(looks.path, looks.moments(ends_s.T.reshape(-1))), at_inner, at_ends)
    return _Course(ends_s, at_s, first, look_from(site, every))


def _merged(inner: Sky, ends: Sky, at_inner: NDArray[np.bool_], at_ends: NDArray[np.intp]) -> Sky:
    from attrs import fields

    columns = []
    for one in fields(Sky):
        column = np.empty((at_inner.size, 3))
        column[at_inner], column[at_ends] = getattr(inner, one.name), getattr(ends, one.name)
        columns.append(column)
    return Sky(*columns)
