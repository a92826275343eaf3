"""Second opinion on windows: what is claimed open is open, and what needs a window lies in one.

No event is searched for here: the geometry is evaluated every two seconds inside each claim.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import frozen

from hamsafar.domain.aboard import Activity, WindowNeed
from hamsafar.domain.changes import Outage
from hamsafar.domain.places import Site
from hamsafar.domain.plan import OpenSpan, WindowList
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.verify import physics
from hamsafar.verify.case import Case, Slot
from hamsafar.verify.magnetism import main_field_nt
from hamsafar.verify.registry import Breach, Gap, Said, checks

STEP_S = 2.0
LONGEST_SPAN_S = 31 * 86_400  # nothing of a station's orbit stays open longer, but a slip of the pen may
MOST_SAMPLES = 6_000_000  # over all windows of one plan; about half a year of them
ROW = 16_384  # samples evaluated at a time, nine hours: a month of them at once would fill the memory

_LEAST_TOLD_S, _WHOLE_FROM_S = 0.1, 10.0  # what sentences say of a length; findings carry all of it

_PASS_DEG = 10.0
_TARGET_DEG = 30.0
_DAYLIGHT_SUN_DEG = 10.0
_NIGHT_SUN_DEG = -6.0  # the end of civil twilight
_ANOMALY_NT = 32_000.0  # at the surface, straight below the station
_HORIZON_DEG = -0.8333  # upper limb with refraction
_DAY_ORDER = ("dawn", "sunrise", "noon", "sunset", "midnight")  # stage k runs from event k to the next

Condition = Callable[[Instant, physics.Array], physics.Truth]


@frozen
class Unclear:
    """Why a window's condition cannot be evaluated."""

    why: str


def _unclear(problem: OutOfRangeError) -> Unclear:
    return Unclear(f"This could not be judged: {problem}.")


def condition(case: Case, list_: WindowList) -> Condition | Unclear:
    """What has to be true inside a window of this list."""
    if list_.kind == "prayer":
        return _prayer(case, list_.of)
    try:
        path = case.path
    except OutOfRangeError as problem:
        return _unclear(problem)
    match list_.kind:
        case "relay":
            return _relay(case)
        case "darkness":
            return lambda base, s: _in_umbra(path, base, s)
        case "sunlight":
            return lambda base, s: ~_in_umbra(path, base, s)
        case "daylight":
            return lambda base, s: _sun_below_deg(path, base, s) >= _DAYLIGHT_SUN_DEG
        case "clear-of-anomaly":
            return lambda base, s: _field_below_nt(path, base, s) > _ANOMALY_NT
        case _:
            return _over_a_site(path, case.sites.get(list_.of or ""), list_)


def _over_a_site(path: physics.Path, site: Site | None, list_: WindowList) -> Condition | Unclear:
    if site is None:
        return Unclear(f"The site {list_.of!r} is not among the programme's.")
    match list_.kind:
        case "pass":
            return lambda base, s: _passes(path, site, base, s)
        case "visible-pass":
            return lambda base, s: (
                _passes(path, site, base, s)
                & ~_in_umbra(path, base, s)
                & (physics.sun_elevation_deg(site, base, s) <= _NIGHT_SUN_DEG)
            )
        case "daylight-target":
            return lambda base, s: (
                _high(path, site, base, s) & (physics.sun_elevation_deg(site, base, s) >= _DAYLIGHT_SUN_DEG)
            )
        case "night-target":
            return lambda base, s: (
                _high(path, site, base, s) & (physics.sun_elevation_deg(site, base, s) <= _NIGHT_SUN_DEG)
            )
        case _:
            return Unclear(f"This verifier knows no windows of the kind {list_.kind!r}.")


def _fixed_km(path: physics.Path, base: Instant, seconds: physics.Array) -> physics.Array:
    return physics.earth_fixed(base, seconds, path.states(base, seconds)[0])


def _passes(path: physics.Path, site: Site, base: Instant, seconds: physics.Array) -> physics.Truth:
    """High enough for a pass, and not behind what surrounds the site."""
    fixed_km = _fixed_km(path, base, seconds)
    high = physics.elevation_deg(site, fixed_km) >= _PASS_DEG
    return np.asarray(high & physics.above_horizon(site, site.horizon, fixed_km))


def _high(path: physics.Path, site: Site, base: Instant, seconds: physics.Array) -> physics.Truth:
    return np.asarray(physics.elevation_deg(site, _fixed_km(path, base, seconds)) >= _TARGET_DEG)


def _in_umbra(path: physics.Path, base: Instant, seconds: physics.Array) -> physics.Truth:
    return physics.in_umbra(path.states(base, seconds)[0], physics.sun_teme_km(base, seconds))


def _sun_below_deg(path: physics.Path, base: Instant, seconds: physics.Array) -> physics.Array:
    """The Sun's elevation at the points straight below the station."""
    places_km, normals = physics.straight_below(_fixed_km(path, base, seconds))
    return physics.sun_over_deg(places_km, normals, physics.sun_fixed_km(base, seconds))


def _field_below_nt(path: physics.Path, base: Instant, seconds: physics.Array) -> physics.Array:
    """The strength of the Earth's main field at the points straight below the station."""
    places_km, _ = physics.straight_below(_fixed_km(path, base, seconds))
    return np.asarray(np.linalg.norm(main_field_nt(base, seconds, places_km), axis=1), dtype=np.float64)


def _relay(case: Case) -> Condition | Unclear:
    station = case.programme.station
    relays = [relay for relay in case.programme.relays if relay.id in station.relays]
    missing = sorted(set(station.relays) - {relay.id for relay in relays})
    if missing:
        return Unclear(f"The relays {', '.join(missing)} are not among the programme's.")

    def seen(base: Instant, seconds: physics.Array) -> physics.Truth:
        fixed_km = physics.earth_fixed(base, seconds, case.path.states(base, seconds)[0])
        answer = np.zeros(len(seconds), dtype=np.bool_)
        for relay in relays:
            working = _works(case, relay.id, base, seconds)
            answer |= working & physics.sees_relay(fixed_km, relay, station.relay_cone_deg)
        return answer

    return seen


def _works(case: Case, relay: str, base: Instant, seconds: physics.Array) -> physics.Truth:
    """Where a relay has no outage of its own."""
    works = np.ones(len(seconds), dtype=np.bool_)
    for outage in case.programme.outages:
        if outage.kind == "relay" and outage.of == relay:
            first, end = outage.span.start.seconds_since(base), outage.span.end.seconds_since(base)
            works &= (seconds < first) | (seconds >= end)
    return works


def _prayer(case: Case, block_id: str | None) -> Condition | Unclear:
    prayer = case.programme.prayer
    if prayer is None:
        return Unclear("The programme keeps no prayer times.")
    place = case.sites.get(prayer.place)
    block = next((each for each in prayer.blocks if each.id == block_id), None)
    if place is None or block is None:
        return Unclear(f"The prayer block {block_id!r} at {prayer.place!r} is not among the programme's.")
    first, last = _DAY_ORDER.index(block.opens), _DAY_ORDER.index(block.closes)
    wanted = [(first + k) % 5 for k in range((last - first - 1) % 5 + 1)]
    return lambda base, s: np.isin(stage_of_day(place, prayer.twilight_deg, base, s), wanted)


def stage_of_day(place: Site, twilight_deg: float, base: Instant, seconds: physics.Array) -> physics.Array:
    """Which of the Sun's events came last at a place: 0 dawn, 1 sunrise, 2 noon, 3 sunset, 4 midnight; shape (n,)."""
    sun_km = physics.sun_fixed_km(base, seconds)
    sun_deg, morning = physics.elevation_deg(place, sun_km), physics.is_morning(place, sun_km)
    up, dark = sun_deg >= _HORIZON_DEG, sun_deg < -twilight_deg
    before_noon = np.where(up, 1, np.where(dark, 4, 0))
    return np.where(morning, before_noon, np.where(up, 2, 3)).astype(np.float64)


class _Sampler:
    """Evaluates conditions, and stops before a plan full of absurd spans takes all day."""

    def __init__(self) -> None:
        self.left = MOST_SAMPLES

    def closed_s(self, open_: Condition, start: Instant, end: Instant) -> tuple[float, float] | Unclear:
        """(seconds closed, seconds from `start` to the first of them) of a stretch; its two ends included."""
        length_s = max(0.0, end.seconds_since(start))
        if length_s > LONGEST_SPAN_S:
            return Unclear(f"The span of {length_s / 86_400:.0f} d is longer than what this verifier samples.")
        self.left -= int(length_s / STEP_S) + 2
        if self.left < 0:
            return Unclear(f"The plan states more windows than this verifier samples ({MOST_SAMPLES:,} moments).")
        seconds = np.append(np.arange(0.0, length_s, STEP_S), length_s)
        rows = (seconds[row : row + ROW] for row in range(0, len(seconds), ROW))
        try:
            closed = ~np.concatenate([open_(start, row) for row in rows])
        except OutOfRangeError as problem:  # of this stretch alone: the others are judged all the same
            return _unclear(problem)
        first = float(seconds[np.argmax(closed)]) if closed.any() else 0.0
        return min(float(closed.sum()) * STEP_S, max(length_s, 1.0)), first


@checks("WIN-01")
def windows_open(case: Case) -> Said:
    """Every stated window open all through; everything that needs one inside one, and right by geometry too."""
    tolerance_s = case.param("WIN-01", "tolerance_s")
    conditions = [(list_, condition(case, list_)) for list_ in case.plan.windows]
    sampler = _Sampler()
    for list_, open_ in conditions:
        if isinstance(open_, Unclear):
            yield Gap(open_.why, (name_of(list_),))
            continue
        for span in list_.spans:
            yield from _claim(sampler, list_, span, open_, tolerance_s)
    for slot, activity in case.flown:
        if activity.window is not None:
            yield from _placed(case, sampler, slot, activity.window, conditions, tolerance_s)


def stated_for(case: Case, slot: Slot, activity: Activity) -> Said:
    """Whether a placement lies with its margins inside a window that the plan states, of the kind it needs."""
    need, sigmas = activity.window, case.param("WIN-01", "margin_sigmas")
    if need is None:
        return
    lists = [one for one in case.plan.windows if one.kind == need.kind and need.of in (None, one.of)]
    short_s = min((_short_s(slot, span, sigmas) for list_ in lists for span in list_.spans), default=None)
    if short_s is None or short_s > 0:
        sentence = f"{slot.id} does not lie in a window {need.kind} {need.of or ''}".strip()
        yield Breach(f"{sentence} that the plan states.", (slot.id,), short_s, "s")


@checks("WIN-02")
def nothing_closed(case: Case) -> Said:
    """No stated window, and nothing that needs one, shares time with an outage of what it is of.

    An outage of one relay is judged with the windows: the link may run through another (WIN-01).
    """
    for outage in case.programme.outages:
        for list_ in case.plan.windows:
            for span in list_.spans if _closes(outage, list_.kind, list_.of) else ():
                shared_s = _shared_s(span.start, span.end, outage.span)
                if shared_s > 0:
                    sentence = f"The window {name_of(list_)} {_from_to(span.start, span.end)} is closed to us"
                    where = (name_of(list_), str(span.start))
                    yield Breach(f"{sentence} for {_length(shared_s)} of it.", where, shared_s, "s")
        for slot, activity in case.flown:
            if activity.window is not None and _closes(outage, activity.window.kind, activity.window.of):
                shared_s = _shared_s(slot.start, slot.end, outage.span)
                if shared_s > 0:
                    sentence = f"{slot.id} needs a window {activity.window.kind}, which is closed to us"
                    closed = _from_to(outage.span.start, outage.span.end)
                    yield Breach(f"{sentence} {closed}, {_length(shared_s)} of it.", (slot.id,), shared_s, "s")


def _closes(outage: Outage, kind: str, of: str | None) -> bool:
    return outage.kind == kind and outage.of in (None, of)


def _shared_s(start: Instant, end: Instant, closed: Span) -> float:
    return min(end, closed.end).seconds_since(max(start, closed.start))


def name_of(list_: WindowList) -> str:
    """`pass islamabad`: a window list as findings name it."""
    return f"{list_.kind} {list_.of}" if list_.of else list_.kind


def _claim(sampler: _Sampler, list_: WindowList, span: OpenSpan, open_: Condition, tolerance_s: float) -> Said:
    where = (name_of(list_), str(span.start))
    if span.end <= span.start:
        yield Breach(f"A window of {name_of(list_)} ends at {_told(span.end)}, not after its start.", where)
        return
    inset_s = min(tolerance_s, span.end.seconds_since(span.start) / 2)
    judged = sampler.closed_s(open_, span.start.plus(seconds=inset_s), span.end.plus(seconds=-inset_s))
    if isinstance(judged, Unclear):
        yield Gap(judged.why, where)
    elif judged[0] > 0:
        closed_s, first_s = judged
        sentence = f"The window {name_of(list_)} {_from_to(span.start, span.end)} is closed for {closed_s:.0f} s of it"
        yield Breach(f"{sentence}, first {first_s + inset_s:.0f} s after its start.", where, closed_s, "s")


def _placed(
    case: Case,
    sampler: _Sampler,
    slot: Slot,
    need: WindowNeed,
    conditions: list[tuple[WindowList, Condition | Unclear]],
    tolerance_s: float,
) -> Said:
    fitting = [pair for pair in conditions if pair[0].kind == need.kind and need.of in (None, pair[0].of)]
    wanted = f"{need.kind} {need.of or ''}".strip()
    sigmas = case.param("WIN-01", "margin_sigmas")
    best: tuple[float, OpenSpan, Condition | Unclear] | None = None
    for list_, open_ in fitting:
        for span in list_.spans:
            short_s = _short_s(slot, span, sigmas)
            if best is None or short_s < best[0]:
                best = (short_s, span, open_)
    if best is None:
        yield Breach(f"{slot.id} needs a window {wanted}, and the plan states none.", (slot.id,))
        return
    short_s, span, open_ = best
    if short_s > 0:
        sentence = (
            f"{slot.id} needs a window {wanted}; the nearest, {_from_to(span.start, span.end)}, is {_length(short_s)}"
        )
        yield Breach(f"{sentence} short of it with its margin.", (slot.id, str(span.start)), short_s, "s")
    if isinstance(open_, Unclear):
        yield Gap(open_.why, (slot.id,))
        return
    margin_s = sigmas * (span.sigma_s or 0.0) - tolerance_s
    judged = sampler.closed_s(open_, slot.start.plus(seconds=-margin_s), slot.end.plus(seconds=margin_s))
    if isinstance(judged, Unclear):
        yield Gap(judged.why, (slot.id,))
    elif judged[0] > 0:
        sentence = f"{slot.id} {_from_to(slot.start, slot.end)} is not inside {wanted} for {judged[0]:.0f} s of it"
        yield Breach(f"{sentence}, by this verifier's own geometry.", (slot.id,), judged[0], "s")


def _from_to(start: Instant, end: Instant) -> str:
    return f"from {_told(start)} to {_told(end)}"


def _told(moment: Instant) -> str:
    """A moment in a sentence: to the second, or the millisecond where it is no whole one."""
    return moment.iso() if moment.tai_ns % NS_PER_S == 0 else moment.iso(3)


def _length(seconds: float) -> str:
    """`12 s`, `0.3 s`: never none at all."""
    if seconds < _LEAST_TOLD_S:
        return f"less than {_LEAST_TOLD_S:g} s"
    return f"{seconds:.0f} s" if seconds >= _WHOLE_FROM_S else f"{seconds:.1f} s"


def _short_s(slot: Slot, span: OpenSpan, sigmas: float) -> float:
    """How much of a placement with its margins sticks out of a window, s; 0 where it lies wholly inside."""
    margin_s = sigmas * (span.sigma_s or 0.0)
    before = span.start.seconds_since(slot.start) + margin_s
    after = slot.end.seconds_since(span.end) + margin_s
    return max(0.0, before) + max(0.0, after)
