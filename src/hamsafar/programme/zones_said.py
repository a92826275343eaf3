"""Whose clock a table keeps, as people write it: `UTC`, `BJT`, `UTC+8`, `+05:00`, `Asia/Karachi`."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

from hamsafar.errors import InputError
from hamsafar.timeline import Instant, local_instant, zone

_NAMES = {
    "utc": "UTC",
    "gmt": "UTC",
    "z": "UTC",
    "zulu": "UTC",
    "bjt": "Asia/Shanghai",
    "beijing": "Asia/Shanghai",
    "beijing time": "Asia/Shanghai",
    "pkt": "Asia/Karachi",
    "msk": "Europe/Moscow",
    "moscow time": "Europe/Moscow",
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+\-−])\s?(\d{1,2})(?::?([0-5]\d))?", re.ASCII)
_IANA = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+", re.ASCII)
_FARTHEST_H = 14
_SAID = re.compile(
    r"(?:all\s|the\s)?(?:times?|clocks?|zone)(?:\s?zone)?(?:\s|are\b|is\b|in\b|of\b|=|:|,)+(.{1,40})", re.IGNORECASE
)
A_ZONE = "UTC, BJT, UTC+8, +05:00 or Asia/Karachi"


def zone_said(text: str) -> str | None:
    """What a text says of the zone: an IANA name, or an offset `+05:00`; None where it says none that is known.

    Names that more than one country uses (CST, IST) are none.
    """
    plain = " ".join(text.split()).strip(" .,;").casefold()
    if plain in _NAMES:
        return _NAMES[plain]
    if (found := _OFFSET.fullmatch(plain)) is not None:
        hours, minutes = int(found[2]), int(found[3] or 0)
        sign = "+" if found[1] == "+" else "-"
        return f"{sign}{hours:02}:{minutes:02}" if hours * 60 + minutes <= _FARTHEST_H * 60 else None
    name = " ".join(text.split()).strip(" .,;")
    if len(name) <= 64 and _IANA.fullmatch(name):
        try:
            return zone(name).key
        except InputError:
            return None
    return None


def zone_in_words(text: str) -> str | None:
    """The same of a line such as `All times UTC`, `Time zone: BJT`, `Times are in Asia/Shanghai.`"""
    found = _SAID.fullmatch(" ".join(text.split()))
    return None if found is None else zone_said(found[1])


def instant_on(label: datetime, zone_name: str) -> Instant:
    """The instant of a wall clock's label in a zone as `zone_said` gives it. Raises InputError where there is none."""
    if zone_name[0] not in "+-":
        return local_instant(label.date(), label.time(), zone_name)
    hours, minutes = map(int, zone_name[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if zone_name[0] == "-" else 1)
    return Instant.from_datetime(label.replace(tzinfo=timezone(offset)))
