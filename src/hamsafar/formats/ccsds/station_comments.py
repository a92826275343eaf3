"""What agencies say of a station in the comments of its ephemeris: mass, areas, coefficients, and planned burns.

An OEM has no keywords for these; NASA writes them into comments (`MASS=454339.00`, and a table of events), and other
agencies use the keywords of an OPM in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

from attrs import frozen

from hamsafar.domain.messages import SpacecraftBlock
from hamsafar.timeline import Instant

_KEYWORDS = ("MASS", "SOLAR_RAD_AREA", "SOLAR_RAD_COEFF", "DRAG_AREA", "DRAG_COEFF")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_VALUE = re.compile(rf"\s*({'|'.join(_KEYWORDS)})\s*=\s*({_NUMBER})\s*(?:\[?(?:kg|m\*\*2|m\^2|m2)\]?)?\s*", re.ASCII)
# A row of the table of events: name, day of the year and time (GMT), sometimes the orbit's number, speed, two heights.
_EVENT = re.compile(
    r"\s*(?P<name>\S.*?)\s+(?P<day>\d{3}):(?P<h>\d\d):(?P<m>\d\d):(?P<s>\d\d(?:\.\d+)?)"
    r"(?:\s+\d+)?\s+(?P<dv>\d+\.\d+)\s+\d+\.\d+\s+\d+\.\d+\s*",
    re.ASCII,
)
_HEADING = ("DV", "TIG")
_UNIT = "M/S"
_MOST_BEFORE = timedelta(days=180)  # an event whose day of the year lies further back belongs to the next year


@frozen(kw_only=True)
class StatedBurn:
    """A burn that the comments announce: when it begins and how much it changes the speed; not in which direction."""

    name: str
    start: Instant
    delta_v_m_s: float


def stated_spacecraft(comments: Iterable[str]) -> SpacecraftBlock | None:
    """Mass, areas and coefficients that comments state, `KEY = VALUE` each; None where they state none of them."""
    found: dict[str, float] = {}
    for comment in comments:
        match = _VALUE.fullmatch(comment)
        if match is not None:
            found.setdefault(match[1], float(match[2]))
    if not found:
        return None
    return SpacecraftBlock(
        mass_kg=found.get("MASS"),
        solar_radiation_area_m2=found.get("SOLAR_RAD_AREA"),
        solar_radiation_coefficient=found.get("SOLAR_RAD_COEFF"),
        drag_area_m2=found.get("DRAG_AREA"),
        drag_coefficient=found.get("DRAG_COEFF"),
    )


def stated_burns(comments: Iterable[str], first_state: Instant) -> Iterator[StatedBurn]:
    """The events with a change of speed above 0 in NASA's table of events, in its order.

    The table names the day of the year only; it is taken in the year that begins half a year before the first state.
    Rows are read only below a heading that says the speed is in m/s.
    """
    seen: set[str] = set()
    for comment in comments:
        seen.update(word for word in (*_HEADING, _UNIT) if word in comment.split() or f"({word})" in comment)
        match = _EVENT.fullmatch(comment)
        if match is None or not seen.issuperset({*_HEADING, _UNIT}) or float(match["dv"]) == 0.0:
            continue
        start = _moment(match, first_state)
        if start is not None:
            yield StatedBurn(name=match["name"], start=start, delta_v_m_s=float(match["dv"]))


def _moment(match: re.Match[str], first_state: Instant) -> Instant | None:
    """The event's moment; None for a time that no day has."""
    h, m, s = int(match["h"]), int(match["m"]), float(match["s"])
    if h > 23 or m > 59 or s >= 60.0 or not 1 <= int(match["day"]) <= 366:
        return None
    earliest = first_state.datetime() - _MOST_BEFORE
    for year in (earliest.year, earliest.year + 1, earliest.year + 2):
        day = Instant.utc(year, 1, 1).datetime() + timedelta(days=int(match["day"]) - 1)
        if day.year == year and day >= earliest:
            return Instant.utc(year, day.month, day.day, h, m, s)
    return None
