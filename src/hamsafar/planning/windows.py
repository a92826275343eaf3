"""The windows of a stay: everything that the orbit and the Sun open and close between docking and undocking."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

from hamsafar.domain.aboard import PrayerBlock, PrayerTimes, WindowKind
from hamsafar.domain.places import Site
from hamsafar.domain.plan import Flight, OpenSpan, Trajectory, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.events.light import daylight_target, umbra
from hamsafar.events.passes import find_passes
from hamsafar.events.relay import RelayLink, relay_links
from hamsafar.events.sun_events import SunEvent, sun_events
from hamsafar.flight.forecast import phase_sigma_deg, window_sigma_s
from hamsafar.orbit.trajectory import trajectory_of
from hamsafar.planning.ticks import date_at, day_start, instant_of
from hamsafar.timeline import Instant, Span

# What the kinds mean is said in docs/explanation/what-rules-mean.md, "Windows"; the verifier reads the same page.
_PASS_ELEVATION_DEG = 10.0
_TARGET_ELEVATION_DEG = 30.0
_TARGET_SUN_DEG = 10.0

Sigma = Callable[[Instant], float | None]


def open_windows(programme: Programme, flight: Flight, path: Trajectory) -> tuple[WindowList, ...]:
    """Every list of windows that the programme's activities ask for, and the relay links and shadow always."""
    return tuple(_lists(programme, flight, path))


def _lists(programme: Programme, flight: Flight, path: Trajectory) -> Iterator[WindowList]:
    span, sigma = flight.aboard, _sigma(programme, path)
    station = trajectory_of(path)
    links = relay_links(station, programme.relays, programme.station.relay_cone_deg, span)
    yield _listed("relay", None, "Relay link", path, span, _merged_links(links, sigma))
    dark = ((shadow, "") for shadow in umbra(station, span))
    yield _listed("darkness", None, "Station in the Earth's shadow", path, span, _open(dark, sigma))
    for site in _sites_of(programme, "pass"):
        passes = find_passes(station, site, span, min_elevation_deg=_PASS_ELEVATION_DEG)
        spans = ((Span(one.rise, one.set), f"highest {one.max_elevation_deg:.0f} deg") for one in passes)
        yield _listed("pass", site.id, f"Pass over {site.name}", path, span, _open(spans, sigma))
    for site in _sites_of(programme, "daylight-target"):
        lit = daylight_target(station, site, span, min_elevation_deg=_TARGET_ELEVATION_DEG, min_sun_deg=_TARGET_SUN_DEG)
        named = ((one, "") for one in lit)
        yield _listed("daylight-target", site.id, f"{site.name} below by daylight", path, span, _open(named, sigma))
    if programme.prayer is not None:
        yield from _prayers(programme, programme.prayer, flight)


def _sigma(programme: Programme, path: Trajectory) -> Sigma:
    """The sigma of a window's times at a moment, seconds; None where the phase is not known."""
    if path.basis == "far":
        return lambda _: None
    epoch, period_min = path.elements.epoch, 1_440 / path.elements.mean_motion_rev_d

    def sigma_s(moment: Instant) -> float:
        age_d = moment.seconds_since(epoch) / 86_400
        return round(window_sigma_s(phase_sigma_deg(programme.station, age_d), period_min * 60), 1)

    return sigma_s


def _sites_of(programme: Programme, kind: str) -> list[Site]:
    """The sites that activities need windows of a kind over, by id."""
    needs = (activity.window for activity in programme.activities)
    ids = {need.of for need in needs if need is not None and need.kind == kind and need.of is not None}
    return [programme.site(id_) for id_ in sorted(ids)]


def _open(spans: Iterable[tuple[Span, str]], sigma: Sigma) -> list[OpenSpan]:
    return [OpenSpan(start=one.start, end=one.end, sigma_s=sigma(one.middle), note=note) for one, note in spans]


def _listed(
    kind: WindowKind, of: str | None, title: str, path: Trajectory, span: Span, spans: Iterable[OpenSpan]
) -> WindowList:
    return WindowList(kind=kind, of=of, title=title, basis=path.basis, known=(span,), spans=tuple(spans))


def _merged_links(links: Iterable[RelayLink], sigma: Sigma) -> list[OpenSpan]:
    """The union of the links through single relays: where two overlap, the call is handed over."""
    by_start = sorted(links, key=lambda link: (link.start, link.end))
    merged: list[tuple[Span, list[str]]] = []
    for link in by_start:
        if merged and link.start <= merged[-1][0].end:
            whole, through = merged[-1]
            merged[-1] = (Span(whole.start, max(whole.end, link.end)), [*through, link.relay_id])
        else:
            merged.append((Span(link.start, link.end), [link.relay_id]))
    return _open(((span, "through " + ", then ".join(through)) for span, through in merged), sigma)


def _prayers(programme: Programme, prayer: PrayerTimes, flight: Flight) -> Iterator[WindowList]:
    """One list a block, over all flight days."""
    zone_name = programme.station.zone
    first_day = date_at(flight.docking.floor_utc_minute(), zone_name)
    last_day = date_at(flight.aboard.end.floor_utc_minute(), zone_name)
    days = Span(
        instant_of(day_start(first_day, zone_name)), instant_of(day_start(last_day + timedelta(days=1), zone_name))
    )
    events = sun_events(programme.site(prayer.place), days.widened(2 * 86_400), prayer.twilight_deg)
    for block in prayer.blocks:
        spans = [cut for span in _block_spans(block, events) if (cut := span.intersect(days)) is not None]
        opened = tuple(OpenSpan(start=span.start, end=span.end, sigma_s=0.0) for span in spans)
        yield WindowList(kind="prayer", of=block.id, title=block.title, basis="sun", known=(days,), spans=opened)


def _block_spans(block: PrayerBlock, events: Iterable[SunEvent]) -> Iterator[Span]:
    """From each opening event to the next closing one; an opening that nothing closes before the next is none."""
    opened: Instant | None = None
    for event in sorted(events, key=lambda one: one.time):
        if event.kind == block.opens:
            opened = event.time
        elif event.kind == block.closes and opened is not None:
            yield Span(opened, event.time)
            opened = None
