"""How active the Sun and the Earth's magnetic field are: F10.7 and ap of every day, observed and predicted."""

from __future__ import annotations

from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.errors import OutOfRangeError
from hamsafar.orbit.times import DAY_NS, Floats, TaiNs
from hamsafar.resources import read_arrays
from hamsafar.timeline import NS_PER_S, Instant, Span

MEAN_AP = 13.0  # of 1957 to 2026 in the table itself: what stands where only months are predicted
QUIET_AP = 8.0  # its median: what a forecast of the next days expects, as storms are not foreseen
_MJD_2000 = 51_544  # 2000-01-01, where an Instant counts from
_SLOT_NS = 3 * 3_600 * NS_PER_S  # ap is told for three hours
_SLOTS_BEFORE = 19  # 57 hours: as far back as the model looks
_PREDICTED = 2  # `kind` of a predicted day


@frozen(eq=False)
class SpaceWeather:
    """The whole table as even series: F10.7 by day, ap by three hours; both from 00:00 UTC of `first_mjd`."""

    first_mjd: int
    f107: Floats  # (days,) solar flux units, observed, of the day
    f107_mean: Floats  # (days,) of the 81 days around
    ap: Floats  # (8 days,)
    predicted_mjd: int  # from here on predicted by the day
    monthly_mjd: int  # from here on predicted by the month, with MEAN_AP

    @property
    def last_mjd(self) -> int:
        """The last day there is a value for."""
        return self.first_mjd + len(self.f107) - 1


@frozen(eq=False)
class Activity:
    """What MSIS asks for, of n moments: the day before's F10.7 (n,), its mean over 81 days (n,), and ap (n, 7).

    Columns of ap: the day's mean; that of these three hours, and of those 3, 6 and 9 h before; the means of 12 to 33 h
    and of 36 to 57 h before.
    """

    f107: Floats
    f107_mean: Floats
    ap: Floats


@cache
def space_weather() -> SpaceWeather:
    """The bundled table (orbit/data/space_weather.md says where it comes from).

    Months that are predicted as a whole are joined by straight lines, and their ap is MEAN_AP.
    """
    table = read_arrays("orbit/data/space_weather.npz")
    first, ap, kind = int(table["first_mjd"]), table["ap"].astype(float), table["kind"]
    months = table["month_mjd"].astype(float)
    daily = [table["f107_tenths"] / 10.0, table["f107_mean_tenths"] / 10.0]
    monthly = [table["month_f107_tenths"] / 10.0, table["month_f107_mean_tenths"] / 10.0]
    known = len(ap)
    later = np.arange(first + known, months[-1] + 1)
    flux, mean = (
        np.concatenate([by_day, np.interp(later, [first + known - 1, *months], [by_day[-1], *by_month])])
        for by_day, by_month in zip(daily, monthly, strict=True)
    )
    return SpaceWeather(
        first_mjd=first,
        f107=flux,
        f107_mean=mean,
        ap=np.concatenate([ap.ravel(), np.full(8 * len(later), MEAN_AP)]),
        predicted_mjd=first + int(np.argmax(kind == _PREDICTED)) if _PREDICTED in kind else first + known,
        monthly_mjd=first + known,
    )


def known_span() -> Span:
    """The moments there is space weather for, predictions included."""
    table = space_weather()
    return Span(_midnight(table.first_mjd + 3), _midnight(table.last_mjd + 1))  # the model looks 57 hours back


def doubts_of(span: Span, *, known_at: Instant | None = None) -> tuple[str, ...]:
    """What a reader should know of the space weather over a span; empty where all of it was observed.

    With `known_at` the table isn't read after it (see `activity_at`).
    """
    table = space_weather()
    end = span.end if known_at is None else min(span.end, known_at)
    predicted, monthly = _midnight(table.predicted_mjd), _midnight(table.monthly_mjd)
    if end > monthly:
        since = f"space weather after {monthly} is a monthly prediction with a mean ap of {MEAN_AP:g}"
        return (f"{since}: drag may be half or twice as much",)
    if end > predicted:
        return (f"space weather after {predicted} is predicted, not observed",)
    return ()


def activity_at(tai_ns: TaiNs, *, known_at: Instant | None = None) -> Activity:
    """F10.7 and ap of moments (n,), each constant over its day and its three hours.

    With `known_at`, as an agency foresees it then, by the day: ap is the day's mean, and QUIET_AP after that day; F10.7
    stays that day's. Raises OutOfRangeError outside `known_span`.
    """
    moments = np.asarray(tai_ns, dtype=np.int64)
    table = space_weather()
    if not moments.size:
        return Activity(np.empty(0), np.empty(0), np.empty((0, 7)))
    _ensure_known(int(moments.min()), int(moments.max()))
    # A table of three hours minds no leap second between two moments of one run; the last day may be met a little late.
    behind_ns = _tai_minus_utc_ns(Instant(int(moments[0])))
    since_ns = moments - behind_ns - (table.first_mjd - _MJD_2000) * DAY_NS
    since_ns = np.minimum(since_ns, len(table.f107) * DAY_NS - 1)
    day, slot = since_ns // DAY_NS, since_ns // _SLOT_NS
    if known_at is None:
        return Activity(table.f107[day - 1], table.f107_mean[day], _ap_of(table.ap, day, slot))
    known_ns = known_at.tai_ns - behind_ns - (table.first_mjd - _MJD_2000) * DAY_NS
    last = min(max(1, known_ns // DAY_NS), len(table.f107) - 1)
    by_day = table.ap.reshape(-1, 8).mean(axis=1)
    by_day[last + 1 :] = QUIET_AP
    flux = table.f107[np.minimum(day - 1, last)]
    return Activity(flux, table.f107_mean[np.minimum(day, last)], np.repeat(by_day[day][:, None], 7, axis=1))


def _ap_of(ap: Floats, day: NDArray[np.int64], slot: NDArray[np.int64]) -> Floats:
    """(n, 7), as `Activity` says."""
    sums = np.concatenate([[0.0], np.cumsum(ap)])

    def mean(first: NDArray[np.int64], count: int) -> Floats:
        averaged: Floats = (sums[first + count] - sums[first]) / count
        return averaged

    now = [ap[slot - back] for back in range(4)]
    return np.stack([mean(day * 8, 8), *now, mean(slot - 11, 8), mean(slot - _SLOTS_BEFORE, 8)], axis=-1)


def _ensure_known(first_ns: int, last_ns: int) -> None:
    known = known_span()
    if first_ns < known.start.tai_ns or last_ns >= known.end.tai_ns:
        asked = Instant(first_ns if first_ns < known.start.tai_ns else last_ns)
        what = "space weather, and with it drag, is known from October 1957 to October 2041 only; leave drag out"
        raise OutOfRangeError(what, asked=asked, first=known.start, last=known.end)


def _midnight(mjd: int) -> Instant:
    """00:00 UTC of a day (of TAI before 1972, when there was no UTC as we know it)."""
    ns = (mjd - _MJD_2000) * DAY_NS
    return Instant(ns + _tai_minus_utc_ns(Instant(ns)))


def _tai_minus_utc_ns(moment: Instant) -> int:
    try:
        midnight, fraction = moment.julian_date_utc()
    except OutOfRangeError:
        return 0
    utc_ns = round((midnight - 2_400_000.5 - _MJD_2000) * DAY_NS) + round(fraction * DAY_NS)
    return round((moment.tai_ns - utc_ns) / NS_PER_S) * NS_PER_S
