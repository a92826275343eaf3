"""An Instant is a whole number of nanoseconds of TAI: it sorts, hashes and compares exactly.

UTC exists at the edges only. Leap seconds come from the IERS table bundled as data; `23:59:60` is read
and written where the table has one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache

from attrs import field, frozen

from hamsafar.errors import InputError, OutOfRangeError
from hamsafar.resources import leap_second_text

NS_PER_S = 1_000_000_000
_DAY_S = 86_400
_J2000_MJD = 51_544  # 2000-01-01T00:00, the origin of our count
_MJD_ORDINAL = date(1858, 11, 17).toordinal()
_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


@cache
def _leap_seconds() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """(MJD from which it holds, TAI-UTC in s), ascending."""
    rows = [line.split() for line in leap_second_text().splitlines() if line and not line.startswith("#")]
    return tuple(int(float(row[0])) for row in rows), tuple(int(row[4]) for row in rows)


@cache
def leap_seconds_expire() -> date:
    """The day after which the bundled leap second table no longer promises to be complete."""
    found = re.search(r"expires on (\d+ \w+ \d{4})", leap_second_text())
    if found is None:
        raise OutOfRangeError("the bundled leap second table states no expiry date")
    return datetime.strptime(found.group(1), "%d %B %Y").replace(tzinfo=UTC).date()


def _tai_minus_utc_s(mjd: int) -> int:
    days, offsets = _leap_seconds()
    index = bisect_right(days, mjd) - 1
    if index < 0:
        raise OutOfRangeError("UTC before 1972-01-01 is not supported", asked=mjd, first=days[0])
    return offsets[index]


def _day_length_s(mjd: int) -> int:
    return _DAY_S + _tai_minus_utc_s(mjd + 1) - _tai_minus_utc_s(mjd)


@frozen
class Instant:
    """A moment, in nanoseconds of TAI since 2000-01-01T00:00:00 TAI."""

    tai_ns: int = field()

    @tai_ns.validator
    def _whole(self, _: object, value: int) -> None:
        if type(value) is not int:
            raise TypeError(f"an Instant counts whole nanoseconds, got {value!r}")

    # Written out, because comparing is most of what is done with many windows, and the general form is slow.
    def __lt__(self, other: Instant) -> bool:
        return self.tai_ns < other.tai_ns if type(other) is Instant else NotImplemented

    def __le__(self, other: Instant) -> bool:
        return self.tai_ns <= other.tai_ns if type(other) is Instant else NotImplemented

    def __gt__(self, other: Instant) -> bool:
        return self.tai_ns > other.tai_ns if type(other) is Instant else NotImplemented

    def __ge__(self, other: Instant) -> bool:
        return self.tai_ns >= other.tai_ns if type(other) is Instant else NotImplemented

    @classmethod
    def utc(cls, year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: float = 0) -> Instant:
        """The Instant of a UTC label. `second` may be 60.x in a minute that has a leap second."""
        mjd = date(year, month, day).toordinal() - _MJD_ORDINAL
        of_day_ns = (hour * 3_600 + minute * 60) * NS_PER_S + round(second * NS_PER_S)
        last_minute = (hour, minute) == (23, 59)
        minute_s = 60 + (_day_length_s(mjd) - _DAY_S if last_minute else 0)
        if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < minute_s):
            raise InputError(f"no such UTC time: {year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:g}")
        days_ns = ((mjd - _J2000_MJD) * _DAY_S + _tai_minus_utc_s(mjd)) * NS_PER_S
        return cls(days_ns + of_day_ns)

    @classmethod
    def parse(cls, text: str) -> Instant:
        """The Instant of an ISO 8601 text that carries `Z` or an offset; to the nanosecond.

        Raises InputError for a text without zone, an impossible date, or more than nine decimals.
        """
        match = _ISO.fullmatch(text.strip())
        if match is None:
            if _ISO.fullmatch(text.strip() + "Z"):
                raise InputError("has no zone; end it with Z for UTC, or with an offset such as +05:00")
            raise InputError("should be an instant such as 2027-06-05T09:30Z or 2027-06-05T14:30+05:00")
        year, month, day, hour, minute = (int(part) for part in match.group(1, 2, 3, 4, 5))
        second = int(match.group(6) or 0)
        fraction_ns = int((match.group(7) or "").ljust(9, "0"))
        try:
            if match.group(8) != "Z":
                sign = -1 if match.group(8)[0] == "-" else 1
                offset_h, offset_min = int(match.group(8)[1:3]), int(match.group(8)[4:6])
                if offset_h > 14 or offset_min > 59 or second > 59:
                    raise InputError("has an offset no zone uses")
                local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
                shifted = local - sign * timedelta(hours=offset_h, minutes=offset_min)
                return cls(cls.from_datetime(shifted).tai_ns + fraction_ns)
            return cls(cls.utc(year, month, day, hour, minute, second).tai_ns + fraction_ns)
        except (OverflowError, ValueError) as problem:
            if isinstance(problem, (InputError, OutOfRangeError)):
                raise
            raise InputError(f"no such date or time: {text.strip()}") from problem

    @classmethod
    def from_datetime(cls, moment: datetime) -> Instant:
        """The Instant of an aware datetime; a naive one is refused."""
        if moment.tzinfo is None:
            raise InputError("a datetime without a zone does not name an instant")
        utc = moment.astimezone(UTC)
        start = cls.utc(utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second)
        return cls(start.tai_ns + utc.microsecond * 1_000)

    @classmethod
    def from_utc_minute(cls, minute: int) -> Instant:
        """The Instant of a whole UTC minute, counted from 1970 as POSIX counts (see `utc_minute`)."""
        days, of_day = divmod(minute, 1_440)
        day = date(1970, 1, 1) + timedelta(days=days)
        return cls.utc(day.year, day.month, day.day, of_day // 60, of_day % 60)

    def _utc_parts(self) -> tuple[int, int]:
        """(MJD, nanoseconds of the UTC day, more than 86,400 s of them inside a leap second)."""
        mjd = _J2000_MJD + self.tai_ns // NS_PER_S // _DAY_S
        for day in (mjd, mjd - 1):
            of_day = self.tai_ns - ((day - _J2000_MJD) * _DAY_S + _tai_minus_utc_s(day)) * NS_PER_S
            if of_day >= 0:
                return day, of_day
        raise AssertionError("TAI is less than a day ahead of UTC")

    def utc_minute(self) -> float:
        """Minutes of the UTC label since 1970-01-01 (POSIX/60; a leap second repeats the last one)."""
        mjd, of_day = self._utc_parts()
        return (mjd - 40_587) * 1_440 + min(of_day, _DAY_S * NS_PER_S - 1) / (60 * NS_PER_S)

    def floor_utc_minute(self) -> int:
        """The whole UTC minute this Instant lies in."""
        mjd, of_day = self._utc_parts()
        return (mjd - 40_587) * 1_440 + min(of_day, _DAY_S * NS_PER_S - 1) // (60 * NS_PER_S)

    def ceil_utc_minute(self) -> int:
        """The first whole UTC minute not before this Instant."""
        minute = self.floor_utc_minute()
        return minute if Instant.from_utc_minute(minute) >= self else minute + 1

    def datetime(self, zone: tzinfo = UTC) -> datetime:
        """The aware datetime in a zone, rounded down to the microsecond; a leap second reads 23:59:59.999999."""
        mjd, of_day = self._utc_parts()
        of_day = min(of_day, _DAY_S * NS_PER_S - 1_000)
        midnight = datetime.fromordinal(mjd + _MJD_ORDINAL).replace(tzinfo=UTC)
        return (midnight + timedelta(microseconds=of_day // 1_000)).astimezone(zone)

    def iso(self, decimals: int = 0) -> str:
        """ISO 8601 in UTC with `Z`, rounded to the nearest `decimals` of a second."""
        step = 10 ** (9 - decimals)
        mjd, of_day = Instant((self.tai_ns + step // 2) // step * step)._utc_parts()
        day = date.fromordinal(mjd + _MJD_ORDINAL)
        whole_s, ns = divmod(of_day, NS_PER_S)
        clock_s = min(whole_s, _DAY_S - 1)
        text = f"{clock_s // 3_600:02}:{clock_s // 60 % 60:02}:{clock_s % 60 + whole_s - clock_s:02}"
        return f"{day.isoformat()}T{text}" + (f".{ns:09}"[: decimals + 1] if decimals else "") + "Z"

    def exact_iso(self) -> str:
        """ISO 8601 in UTC with as many decimals as it takes (none for whole seconds): reads back equal."""
        fraction = self.tai_ns % NS_PER_S
        return self.iso(len(f"{fraction:09}".rstrip("0")) if fraction else 0)

    def julian_date_tt(self) -> tuple[float, float]:
        """Two-part Julian date in Terrestrial Time (TAI + 32.184 s): (midnight, fraction of day)."""
        days, ns = divmod(self.tai_ns + 32_184_000_000, _DAY_S * NS_PER_S)
        return 2_400_000.5 + _J2000_MJD + days, ns / (_DAY_S * NS_PER_S)

    def julian_date_utc(self) -> tuple[float, float]:
        """Two-part quasi Julian date in UTC (midnight, fraction of 86,400 s), as SGP4 element epochs count."""
        mjd, of_day = self._utc_parts()
        return 2_400_000.5 + mjd, of_day / (_DAY_S * NS_PER_S)

    def plus(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> Instant:
        """This Instant moved by elapsed (TAI) time."""
        total_s = days * _DAY_S + hours * 3_600 + minutes * 60 + seconds
        return Instant(self.tai_ns + round(total_s * NS_PER_S))

    def seconds_since(self, other: Instant) -> float:
        """Elapsed seconds from `other` to this Instant."""
        return (self.tai_ns - other.tai_ns) / NS_PER_S

    def __str__(self) -> str:
        return self.exact_iso()
