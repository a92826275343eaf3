"""The launch calendar of a window: day by day what each lift-off would bring, or why there is none."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import pairwise
from math import inf

import numpy as np

from hamsafar.domain.launch_calendar import (
    Backups,
    CalendarLanding,
    CalendarLaunch,
    CrewDay,
    LaunchDay,
    Light,
    LightSpan,
)
from hamsafar.domain.places import Range, Site
from hamsafar.domain.plan import Feasible, LaunchOpportunity, ProfileAnswer, Trim
from hamsafar.domain.vehicles import ReturnProfile, Ship
from hamsafar.events.sun_events import HORIZON_DEG
from hamsafar.flight.attempts import backups
from hamsafar.flight.forecast import StationForecast
from hamsafar.flight.landing_light import CIVIL_TWILIGHT_DEG, landings_after, light_of
from hamsafar.flight.profiles import phase_error_deg, profile_of
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.orbit.times import DAY_NS
from hamsafar.timeline import NS_PER_S, Instant, Span, days_between, zone

TOLD_DAYS_AHEAD = (1.0, 3.0, 7.0, 14.0, 30.0)  # of the days for which a trim is known, those that people are told
_RANK = {"yes": 0, "unknown": 1, "no": 2}
_LIGHT_STEP_NS = 1_200 * NS_PER_S  # 5 deg of the Sun's day: the straight line between misses by half a minute


def calendar_days(
    forecast: StationForecast,
    ship: Ship,
    pad: Site,
    window: Span,
    opportunities: Sequence[LaunchOpportunity],
    *,
    return_profile: ReturnProfile | None,
    landing_site: Site | None,
    stay_d: float,
    crew_day: CrewDay,
    closed_days: Collection[date] = (),
    as_of: Instant | None = None,
) -> tuple[LaunchDay, ...]:
    """Every UTC day that the half-open window touches, with its lift-offs.

    `opportunities`: those of `launch_opportunities` in the window, ascending. The landing is the one nearest to
    docking by the best profile plus `stay_d` days plus the return profile's undocking to landing, if one lies within a
    day of that. `closed_days` are UTC dates on which the range is closed. `as_of`: when it is asked, where that is
    later than the newest set: no burn is told for before it (see `burns_told`). The light of pad and landing site is
    the Sun's (HORIZON_DEG, civil twilight), the pad's day good to a minute. Without a return profile no landing
    follows, and without seats no crew shifts its sleep.
    """
    best = [best_profile(one) for one in opportunities]
    landings: Sequence[CalendarLanding | None] = [None] * len(best)
    if return_profile is not None and landing_site is not None:
        down_min = return_profile.undocking_to_landing_min
        wanted = [one.docking.plus(days=stay_d, minutes=down_min) for one in best]
        landings = landings_after(forecast, return_profile, landing_site, wanted)
    days = [one.launch.datetime().date() for one in opportunities]
    open_ones = [
        (one.launch, answer.feasible)
        for one, answer, day in zip(opportunities, best, days, strict=True)
        if day not in closed_days
    ]
    launches = [
        _launch(forecast, one, answer, landing, ship, pad, crew_day, () if day in closed_days else open_ones)
        for one, answer, landing, day in zip(opportunities, best, landings, days, strict=True)
    ]
    return tuple(_days(window, ship, pad, launches, closed_days, burns_after(forecast, as_of)))


def burns_after(forecast: StationForecast, as_of: Instant | None) -> Instant:
    """From when on a burn of the station can still be told: what it did up to the newest set is in the elements."""
    newest = forecast.sets[-1].epoch
    return newest if as_of is None else max(newest, as_of)


def burns_told(launch: Instant, answer: ProfileAnswer, after: Instant) -> tuple[Trim, ...]:
    """Of a profile's trims those that people are told: some numbers of days ahead, made after a moment."""
    return tuple(
        trim
        for trim in answer.trim
        if trim.days_ahead in TOLD_DAYS_AHEAD and launch.plus(days=-trim.days_ahead) > after
    )


def best_profile(opportunity: LaunchOpportunity) -> ProfileAnswer:
    """The best answer of a lift-off: yes, then unknown, then no; of the near ones the least phase error; the first."""

    def rank(answer: ProfileAnswer) -> tuple[int, float]:
        judged = opportunity.basis == "near" and answer.phase_error_deg is not None
        return _RANK[answer.feasible], (answer.phase_error_deg or 0.0) if judged else inf

    return min(opportunity.profiles, key=rank)


def crew_shift_h(crew_day: CrewDay, launch: Instant, hatch_open: Instant) -> float:
    """By how many hours the crew's waking day must move, later above 0, from -12 to 12; see CrewDay.

    Awake from a to b, the waking day [w, w + awake] holds both if it is moved by something from b - awake - w to
    a - w, give or take whole days: by nothing where that lies between, else by the nearer end.
    """
    up = launch.plus(hours=-crew_day.up_before_launch_h)
    awake_h = min(hatch_open.seconds_since(up) / 3_600.0, crew_day.awake_h)
    local = up.datetime(zone(crew_day.zone))
    after_waking_h = (local.hour + (local.minute + local.second / 60.0) / 60.0) - crew_day.wake_min / 60.0
    latest_h = after_waking_h % 24.0  # moved by so much, the day begins as the crew gets up
    spare_h = crew_day.awake_h - awake_h
    if latest_h <= spare_h:
        return 0.0
    return latest_h - 24.0 if 24.0 - latest_h < latest_h - spare_h else latest_h - spare_h


def _launch(
    forecast: StationForecast,
    opportunity: LaunchOpportunity,
    answer: ProfileAnswer,
    landing: CalendarLanding | None,
    ship: Ship,
    pad: Site,
    crew_day: CrewDay,
    open_ones: Sequence[tuple[Instant, Feasible]],
) -> CalendarLaunch:
    hatch_open = answer.docking.plus(minutes=ship.docking_to_hatch_min)
    return CalendarLaunch(
        opportunity=opportunity,
        profile=answer.name,
        state=answer.feasible,
        light=light_of(opportunity.pad_sun_elevation_deg),
        hatch_open=hatch_open,
        landing=landing,
        boost_chance=forecast.boost_chance(opportunity.launch),
        crew_shift_h=crew_shift_h(crew_day, opportunity.launch, hatch_open) if ship.seats else None,
        backups=_backups(opportunity.launch, answer.feasible, open_ones, pad.range) if open_ones else None,
    )


def _backups(
    launch: Instant, state: Feasible, open_ones: Sequence[tuple[Instant, Feasible]], at: Range | None
) -> Backups | None:
    if state == "no" or at is None:
        return None
    until = launch.plus(days=at.longest_wait_d)
    first = bisect_right(open_ones, launch, key=lambda one: one[0])
    last = bisect_right(open_ones, until, key=lambda one: one[0])
    return backups(launch, state, open_ones[first:last], at)


def _days(
    window: Span,
    ship: Ship,
    pad: Site,
    launches: Sequence[CalendarLaunch],
    closed_days: Collection[date],
    burns_from: Instant,
) -> Iterator[LaunchDay]:
    first, last = window.start.datetime().date(), Instant(window.end.tai_ns - 1).datetime().date()
    days = days_between(first, last)
    starts = [Instant.utc(day.year, day.month, day.day) for day in days]
    after = date.fromordinal(last.toordinal() + 1)
    starts.append(Instant.utc(after.year, after.month, after.day))
    bands = _pad_light(pad, starts)
    moments = [one.opportunity.launch for one in launches]
    for n, day in enumerate(days):
        low, high = bisect_left(moments, starts[n]), bisect_left(moments, starts[n + 1])
        span = Span(max(starts[n], window.start), min(starts[n + 1], window.end))
        closed = day in closed_days
        yield LaunchDay(
            day=day,
            span=span,
            launches=tuple(launches[low:high]),
            closed=closed,
            pad_light=bands[n],
            why_not=_why_not(launches, low, high, ship, closed, span == Span(starts[n], starts[n + 1]), burns_from),
        )


def _why_not(
    launches: Sequence[CalendarLaunch],
    low: int,
    high: int,
    ship: Ship,
    closed: bool,
    whole: bool,
    burns_from: Instant,
) -> str | None:
    """The sentence of a day on which nothing is possible; None where something may be."""
    if closed:
        times = " and ".join(f"{one.opportunity.launch.iso()[11:19]} UTC" for one in launches[low:high])
        return "The range is closed on this day" + (f"; lift-off would be at {times}." if times else ".")
    if low == high:
        part = "" if whole else ", or in that part of it that lies in the window"
        return f"The pad does not pass through the station's plane at lift-off on this UTC day{part}" + _about(
            launches, low, high
        )
    if any(one.state != "no" for one in launches[low:high]):
        return None
    closest = min(launches[low:high], key=lambda one: _answer(one).phase_error_deg or 0.0)
    return _out_of_band(closest, ship, burns_from)


def _about(launches: Sequence[CalendarLaunch], low: int, high: int) -> str:
    before = launches[low - 1].opportunity.launch.iso() if low else None
    after = launches[high].opportunity.launch.iso() if high < len(launches) else None
    told = [f"the last one before is {before}"] * bool(before) + [f"the next one is {after}"] * bool(after)
    return f": {' and '.join(told)}." if told else "."


def _answer(launch: CalendarLaunch) -> ProfileAnswer:
    return next(answer for answer in launch.opportunity.profiles if answer.name == launch.profile)


def _out_of_band(launch: CalendarLaunch, ship: Ship, burns_from: Instant) -> str:
    """By how much the phase is out of the band of the closest profile, and the smallest burn still ahead."""
    answer, of = _answer(launch), launch.opportunity
    profile = profile_of(ship, answer.name)
    error_deg = None if of.phase_deg is None else phase_error_deg(profile, of.phase_deg)
    if error_deg is None or not answer.trim:
        return f"{answer.name}: {answer.why}"
    side = "above" if error_deg > 0 else "below"
    return (
        f"The phase of {of.phase_deg:.1f} deg lies {abs(error_deg):.1f} deg {side} the band of {answer.name}, the "
        f"closest ({profile.phase_low_deg:g} to {profile.phase_high_deg:g} deg)"
        f"{_burn_said(burns_told(of.launch, answer, burns_from))}."
    )


def _burn_said(burns: Sequence[Trim]) -> str:
    if not burns:
        return "; it is too late for a burn of the station a day before"
    least = min(burns, key=lambda trim: abs(trim.delta_v_m_s))
    way = "along" if least.delta_v_m_s > 0 else "against"
    return (
        f"; a burn of the station of {abs(least.delta_v_m_s):.2f} m/s {way} its motion, {least.days_ahead:g} "
        f"{'day' if least.days_ahead == 1 else 'days'} before, would bring it there"
    )


def _pad_light(pad: Site, starts: Sequence[Instant]) -> list[tuple[LightSpan, ...]]:
    """The light at the pad on each day between neighbouring starts, as spans that fill the day."""
    first_ns, last_ns = starts[0].tai_ns, starts[-1].tai_ns
    grid_ns = np.arange(first_ns, last_ns + _LIGHT_STEP_NS, _LIGHT_STEP_NS, dtype=np.int64)
    sun_deg = sun_elevation_deg(pad, grid_ns)
    edges: list[tuple[int, float, bool]] = []
    for limit_deg in (HORIZON_DEG, CIVIL_TWILIGHT_DEG):
        above = sun_deg >= limit_deg
        changes = np.flatnonzero(above[:-1] != above[1:])
        share = (limit_deg - sun_deg[changes]) / (sun_deg[changes + 1] - sun_deg[changes])
        moments = grid_ns[changes] + np.round(share * _LIGHT_STEP_NS).astype(np.int64)
        edges += zip(moments.tolist(), [limit_deg] * len(changes), above[changes + 1].tolist(), strict=True)
    edges.sort()
    lights: list[Light] = [light_of(float(sun_deg[0]))]
    for _, limit_deg, rises in edges:
        lights.append(
            ("day" if rises else "twilight") if limit_deg == HORIZON_DEG else ("twilight" if rises else "night")
        )
    return _by_day([first_ns, *(edge[0] for edge in edges), last_ns + DAY_NS], lights, starts)


def _by_day(borders_ns: list[int], lights: list[Light], starts: Sequence[Instant]) -> list[tuple[LightSpan, ...]]:
    days: list[tuple[LightSpan, ...]] = []
    n = 0
    for start, end in pairwise(starts):
        spans: list[LightSpan] = []
        at_ns = start.tai_ns
        while at_ns < end.tai_ns:
            while borders_ns[n + 1] <= at_ns:
                n += 1
            until_ns = min(borders_ns[n + 1], end.tai_ns)
            spans.append(LightSpan(span=Span(Instant(at_ns), Instant(until_ns)), light=lights[n]))
            at_ns = until_ns
        days.append(tuple(spans))
    return days
