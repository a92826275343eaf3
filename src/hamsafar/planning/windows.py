"""The windows of a stay: everything that the orbit and the Sun open and close between docking and undocking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache, partial

from attrs import frozen

from hamsafar.domain.aboard import PrayerBlock, PrayerTimes, WindowKind
from hamsafar.domain.changes import Outage
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Basis, Flight, OpenSpan, Trajectory, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.events.anomaly import anomaly_windows
from hamsafar.events.daylight import ground_daylight
from hamsafar.events.light import sunlit_windows, umbra, visible_windows
from hamsafar.events.mask import masked_windows
from hamsafar.events.passes import Pass, elevation_deg, find_passes
from hamsafar.events.relay import RelayLink, relay_links
from hamsafar.events.sun_events import SunEvent, sun_events
from hamsafar.events.targets import target_windows
from hamsafar.flight.forecast import station_forecast, window_sigma_s
from hamsafar.orbit.times import tai_ns_of
from hamsafar.orbit.trajectory import Trajectory as StationTrajectory
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.planning.enforces import enforces
from hamsafar.planning.ticks import date_at, day_start, instant_of
from hamsafar.timeline import Instant, Span, Windows

# What the kinds mean is said in docs/explanation/what-rules-mean.md, "Windows"; the verifier reads the same page.
_PASS_ELEVATION_DEG = 10.0
_TARGET_ELEVATION_DEG = 30.0
_DAY_SUN_DEG = 10.0
_NIGHT_SUN_DEG = -6.0

Sigma = Callable[[Instant], float | None]


def open_windows(
    programme: Programme, flight: Flight, path: Trajectory, known: Iterable[WindowList] = ()
) -> tuple[WindowList, ...]:
    """Every list of windows that the programme's activities ask for, and the relay links and shadow always.

    What is closed to us is cut out of them. `known`: lists of the same flight, sky and outages, which stay as they are.
    """
    there = {(one.kind, one.of): one for one in known}
    made = (there.get((kind, of)) or make() for kind, of, make in _lists(programme, flight, path))
    return tuple(made)


_Made = tuple[WindowKind, str | None, Callable[[], WindowList]]


def _lists(programme: Programme, flight: Flight, path: Trajectory) -> Iterator[_Made]:
    """What the lists are of, and what makes them."""
    sky = _Sky(trajectory_of(path), flight.aboard, path.basis, _sigma(programme, path), programme.outages)
    yield "relay", None, partial(_links, sky, programme)
    for kind, whole in _WHOLE.items():
        if kind == "darkness" or _is_needed(programme, kind):
            yield kind, None, partial(whole, sky)
    for kind, over_a_site in _OVER_A_SITE.items():
        for site in _sites_of(programme, kind):
            yield kind, site.id, partial(over_a_site, sky, site)
    if programme.prayer is not None:
        for block in programme.prayer.blocks:
            yield "prayer", block.id, partial(_prayer, programme, programme.prayer, block, flight)


def _links(sky: _Sky, programme: Programme) -> WindowList:
    return _merged_links(sky, relay_links(sky.station, programme.relays, programme.station.relay_cone_deg, sky.span))


def _darkness(sky: _Sky) -> WindowList:
    return sky.listed("darkness", None, "Station in the Earth's shadow", umbra(sky.station, sky.span))


def _sunlight(sky: _Sky) -> WindowList:
    return sky.listed("sunlight", None, "Station in sunlight", sunlit_windows(sky.station, sky.span))


def _daylight(sky: _Sky) -> WindowList:
    lit = ground_daylight(sky.station, sky.span, min_sun_deg=_DAY_SUN_DEG)
    return sky.listed("daylight", None, "Daylight straight below", lit)


def _clear_of_anomaly(sky: _Sky) -> WindowList:
    over = anomaly_windows(sky.station, sky.span)
    clear = Windows(over.closed(), over.known)
    return sky.listed("clear-of-anomaly", None, "Clear of the South Atlantic anomaly", clear)


@frozen
class _Sky:
    """The station over the stay, and how sure its windows are."""

    station: StationTrajectory
    span: Span
    basis: Basis
    sigma: Sigma
    outages: tuple[Outage, ...]

    def listed(
        self, kind: WindowKind, of: str | None, title: str, windows: Windows, note: Callable[[Span], str] = lambda _: ""
    ) -> WindowList:
        """A list of windows, known where they are known, each with its sigma and what `note` says of it."""
        left = open_to_us(windows, self.outages, kind, of)
        spans = (OpenSpan(start=o.start, end=o.end, sigma_s=self.sigma(o.middle), note=note(o)) for o in left)
        return WindowList(kind=kind, of=of, title=title, basis=self.basis, known=windows.known, spans=tuple(spans))


@enforces("WIN-02")
def open_to_us(spans: Iterable[Span], outages: Iterable[Outage], kind: WindowKind, of: str | None) -> tuple[Span, ...]:
    """What the outages of a kind, and of what the windows are of, leave of them."""
    left = tuple(spans)
    for outage in outages:
        if outage.kind == kind and outage.of in (None, of):
            left = tuple(piece for span in left for piece in _around(outage.span, span))
    return left


def _around(closed: Span, span: Span) -> Iterator[Span]:
    """What of a span comes before a closed one, and what after it."""
    if span.start < closed.start:
        yield Span(span.start, min(span.end, closed.start))
    if closed.end < span.end:
        yield Span(max(span.start, closed.end), span.end)


def _passes(sky: _Sky, site: Site) -> WindowList:
    passes = find_passes(sky.station, site, sky.span, min_elevation_deg=_PASS_ELEVATION_DEG)
    above = Windows([one.span for one in passes], sky.station.known(sky.span))
    windows = _above_horizon(sky, site, above)
    return sky.listed("pass", site.id, f"Pass over {site.name}", windows, _height_note(sky, site, passes))


def _visible_passes(sky: _Sky, site: Site) -> WindowList:
    passes = find_passes(sky.station, site, sky.span, min_elevation_deg=_PASS_ELEVATION_DEG)
    seen = visible_windows(
        sky.station, site, sky.span, min_elevation_deg=_PASS_ELEVATION_DEG, max_sun_deg=_NIGHT_SUN_DEG
    )
    windows, title = _above_horizon(sky, site, seen), f"Seen from {site.name}"
    return sky.listed("visible-pass", site.id, title, windows, _height_note(sky, site, passes))


def _above_horizon(sky: _Sky, site: Site, windows: Windows) -> Windows:
    """What the site's own horizon, where it has one, leaves of windows over it."""
    if site.horizon is None:
        return windows
    return windows.intersection(masked_windows(sky.station, site, sky.span, site.horizon))


def _height_note(sky: _Sky, site: Site, passes: Sequence[Pass]) -> Callable[[Span], str]:
    """Says how high the station climbs in a window that is a pass or a part of one."""

    def note(window: Span) -> str:
        whole = next(one for one in passes if one.span.overlaps(window))
        highest = min(max(whole.culmination, window.start), window.end)  # it climbs to there, and sinks from there
        return f"highest {float(elevation_deg(sky.station, site, tai_ns_of(highest))[0]):.0f} deg"

    return note


def _by_day(sky: _Sky, site: Site) -> WindowList:
    lit = target_windows(sky.station, site, sky.span, min_elevation_deg=_TARGET_ELEVATION_DEG, min_sun_deg=_DAY_SUN_DEG)
    return sky.listed("daylight-target", site.id, f"{site.name} by daylight", lit)


def _by_night(sky: _Sky, site: Site) -> WindowList:
    dark = target_windows(
        sky.station, site, sky.span, min_elevation_deg=_TARGET_ELEVATION_DEG, max_sun_deg=_NIGHT_SUN_DEG
    )
    return sky.listed("night-target", site.id, f"{site.name} by night", dark)


_WHOLE: dict[WindowKind, Callable[[_Sky], WindowList]] = {
    "darkness": _darkness,
    "sunlight": _sunlight,
    "daylight": _daylight,
    "clear-of-anomaly": _clear_of_anomaly,
}
_OVER_A_SITE: dict[WindowKind, Callable[[_Sky, Site], WindowList]] = {
    "pass": _passes,
    "visible-pass": _visible_passes,
    "daylight-target": _by_day,
    "night-target": _by_night,
}


def _sigma(programme: Programme, path: Trajectory) -> Sigma:
    """The sigma of a window's times at a moment, seconds; None where the phase is not known."""
    if path.basis == "far":
        return lambda _: None
    forecast = station_forecast(programme.elements, programme.station)
    period_s = 86_400 / path.elements.mean_motion_rev_d

    def sigma_s(moment: Instant) -> float:
        return round(window_sigma_s(forecast.phase_sigma_deg(path.elements, moment), period_s), 1)

    return sigma_s


def _is_needed(programme: Programme, kind: WindowKind) -> bool:
    return any(need.kind == kind for need in programme.window_needs)


def _sites_of(programme: Programme, kind: WindowKind) -> list[Site]:
    """The sites that windows of a kind are needed over, by id."""
    ids = {need.of for need in programme.window_needs if need.kind == kind and need.of is not None}
    return [programme.site(id_) for id_ in sorted(ids)]


def _merged_links(sky: _Sky, links: Iterable[RelayLink]) -> WindowList:
    """The union of the links through single relays: where two overlap, the call is handed over.

    An outage may be of one relay: then the others still carry the link.
    """
    by_start = [
        (span, link.relay_id)
        for link in sorted(links, key=lambda link: (link.start, link.end))
        for span in open_to_us([link.span], sky.outages, "relay", link.relay_id)
    ]
    windows = Windows([span for span, _ in by_start], sky.station.known(sky.span))

    def note(window: Span) -> str:
        return "through " + ", then ".join(relay for span, relay in by_start if window.covers(span))

    return sky.listed("relay", None, "Relay link", windows, note)


def _prayer(programme: Programme, prayer: PrayerTimes, block: PrayerBlock, flight: Flight) -> WindowList:
    """The list of a block, over all flight days."""
    zone_name = programme.station.zone
    first_day = date_at(flight.docking.floor_utc_minute(), zone_name)
    last_day = date_at(flight.aboard.end.floor_utc_minute(), zone_name)
    days = Span(
        instant_of(day_start(first_day, zone_name)), instant_of(day_start(last_day + timedelta(days=1), zone_name))
    )
    events = _events_of_the_sun(programme.site(prayer.place), days, prayer.twilight_deg)
    spans = [cut for span in _block_spans(block, events) if (cut := span.intersect(days)) is not None]
    left = open_to_us(spans, programme.outages, "prayer", block.id)
    opened = tuple(OpenSpan(start=span.start, end=span.end, sigma_s=0.0) for span in left)
    return WindowList(kind="prayer", of=block.id, title=block.title, basis="sun", known=(days,), spans=opened)


@lru_cache(maxsize=4)
def _events_of_the_sun(place: Site, days: Span, twilight_deg: float) -> tuple[SunEvent, ...]:
    """The same for every block of a plan."""
    return tuple(sun_events(place, days.widened(2 * 86_400), twilight_deg))


def _block_spans(block: PrayerBlock, events: Iterable[SunEvent]) -> Iterator[Span]:
    """From each opening event to the next closing one; an opening that nothing closes before the next is none."""
    opened: Instant | None = None
    for event in sorted(events, key=lambda one: one.time):
        if event.kind == block.opens:
            opened = event.time
        elif event.kind == block.closes and opened is not None:
            yield Span(opened, event.time)
            opened = None
