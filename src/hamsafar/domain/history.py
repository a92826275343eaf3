"""What a history of element sets tells of an object: its boosts, its decay, and the sets that can't be trusted."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen
from attrs.validators import ge

from hamsafar.domain.elements import Elements
from hamsafar.timeline import NS_PER_S, Instant, Span

_DAY_S = 86_400.0
_HOUR_NS, _DAY_NS = 3_600 * NS_PER_S, 86_400 * NS_PER_S
# What a plan carries of a history, from the newest set back: at most one set in so many hours, for so many days. A rate
# of sinking is that of the last six days, and catalogues print no two sets of a station within an hour; boosts and
# decay of two months show at one set a day; the altitude kept these days is the mean of a year or two.
_CARRIED_H_D = ((1, 10), (24, 60), (240, 730))
MOST_CARRIED = sum(days * 24 // hours for hours, days in _CARRIED_H_D)
_WHOLE_KM = 1.0  # smaller steps are told to 10 m
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@frozen(kw_only=True)
class Boost:
    """One manoeuvre that changed the mean altitude, up or down; burns within a day count as one.

    `delta_altitude_km` is the step itself, the decay of the gap taken out; below 0 where the orbit was lowered.
    `delta_v_m_s` is what the step costs along the track at least, with the step's sign.
    """

    time: Instant  # of several burns their middle, each by the height it gave
    time_sigma_s: float = field(validator=ge(0))
    earliest: Instant  # the last set before it
    latest: Instant  # the first set after it
    delta_altitude_km: float
    delta_altitude_sigma_km: float = field(validator=ge(0))
    delta_v_m_s: float
    net: bool  # the gap is so long that several may hide in it: this is their sum, on no particular day


@frozen(kw_only=True)
class DecaySpan:
    """How fast the mean altitude sank from one set to another with no boost seen between; the mean over the span."""

    span: Span
    rate_km_per_day: float  # positive when sinking
    sigma_km_per_day: float = field(validator=ge(0))
    largest_gap_d: float  # the longest time without a set: what a long one hides is not known


@frozen(kw_only=True)
class RejectedSet:
    """An element set that does not fit its neighbours."""

    elements: Elements
    why: str
    doubtful: bool  # at an end of the history, or where a step was seen by it alone: later sets will tell


@frozen(kw_only=True)
class History:
    """An object's history: what its sets show, ascending in time.

    `altitude_km` (one for each of `sets`) is the Brouwer mean semi-major axis, as SGP4 makes it of the mean motion
    (un-Kozai'd, WGS-72), less 6378.137 km.
    """

    sets: tuple[Elements, ...]  # those that are trusted
    altitude_km: tuple[float, ...]
    rejected: tuple[RejectedSet, ...]
    boosts: tuple[Boost, ...]
    decays: tuple[DecaySpan, ...]


def thinned(sets: Iterable[Elements]) -> tuple[Elements, ...]:
    """The part of a history that a forecast needs, ascending: the newest set, and ever fewer the older they are.

    Everything (at most one set an hour) of the last 10 days, one a day for 60 days before, one in 10 days for two
    years before those; each the newest of its stretch, counted back from the newest of all. Of sets of one epoch the
    one with the later element set number counts. At most `MOST_CARRIED`; what was thinned is not thinned further.
    """
    by_epoch = {one.epoch: one for one in sorted(sets, key=lambda one: (one.epoch, one.element_set, one.text))}
    newest_first = list(by_epoch.values())[::-1]
    found: dict[tuple[int, int], Elements] = {}
    for one in newest_first:
        stretch = _stretch(newest_first[0].epoch.tai_ns - one.epoch.tai_ns)
        if stretch is not None:
            found.setdefault(stretch, one)
    return tuple(found.values())[::-1]


def _stretch(ago_ns: int) -> tuple[int, int] | None:
    """Which stretch of a history a set so old belongs to; None for one older than all."""
    for tier, (hours, days) in enumerate(_CARRIED_H_D):
        if ago_ns < days * _DAY_NS:
            return tier, ago_ns // (hours * _HOUR_NS)
        ago_ns -= days * _DAY_NS
    return None


def said_of_last_boost(history: History, as_of: Instant | None = None) -> str:
    """The last boost and the age of the elements in words: `boosted by 4.1 km about 8 May; elements 2 days old`.

    Boosts and sets after `as_of` are not told; without it the newest set says how far the history goes.
    """
    epochs = [one.epoch for one in history.sets if as_of is None or one.epoch <= as_of]
    if not epochs:
        return "no boost seen; no elements up to then"
    asked, year = as_of or epochs[-1], as_of  # a reader who says no date is told every year
    known = [one for one in history.boosts if one.latest <= asked]
    over = f"no boost seen from {_day(epochs[0], year)} to {_day(epochs[-1], year)}"
    if len(epochs) == 1:
        over = "one set shows no boost"
    aged = f"elements {_days(asked.seconds_since(epochs[-1]))} old" if as_of else f"elements to {_dated(epochs[-1])}"
    return f"{said_of_boost(known[-1], year) if known else over}; {aged}"


def said_of_boost(boost: Boost, as_of: Instant | None) -> str:
    """One boost in words: `boosted by 4.1 km about 8 May`, with the year where it isn't that of `as_of`, if any."""
    done = "boosted" if boost.delta_altitude_km > 0 else "lowered"
    height_km = abs(boost.delta_altitude_km)
    size = f"{height_km:.1f} km" if height_km >= _WHOLE_KM else f"{height_km:.2f} km"
    if boost.net:
        between = f"between {_day(boost.earliest, as_of)} and {_day(boost.latest, as_of)}"
        return f"{done} by {size} net {between}, on days not known"
    return f"{done} by {size} about {_day(boost.time, as_of)}"


def _day(moment: Instant, as_of: Instant | None) -> str:
    same_year = as_of is not None and moment.datetime().year == as_of.datetime().year
    return _dated(moment).rsplit(" ", 1)[0] if same_year else _dated(moment)


def _dated(moment: Instant) -> str:
    utc = moment.datetime()
    return f"{utc.day} {_MONTHS[utc.month - 1]} {utc.year}"


def _days(seconds: float) -> str:
    days = seconds / _DAY_S
    if days < 1:
        return "less than a day"
    return "1 day" if round(days) == 1 else f"{days:.0f} days"
