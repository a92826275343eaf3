"""How messages name objects, and what text they can carry: international designators, lines of ASCII."""

from __future__ import annotations

import re
from textwrap import wrap

UNKNOWN = "UNKNOWN"

_SHORT = re.compile(r"(\d{2})(\d{3})([A-Z]{1,3})", re.ASCII)
_LONG = re.compile(r"(\d{4})-(\d{3})([A-Z]{1,3})", re.ASCII)
_FIRST_YEAR = 1957  # the first satellite flew; element lines have two digits of the year, and count from there
_LONGEST_LINE = 200  # characters; a line of a message may have 254 (CCSDS 502.0-B-3, 7.3.2)


def short_designator(object_id: str) -> str:
    """`21035A` of `2021-035A`, as element lines have it; anything else as it is, UNKNOWN as nothing."""
    match = _LONG.fullmatch(object_id)
    if match and _FIRST_YEAR <= int(match[1]) < _FIRST_YEAR + 100:
        return match[1][2:] + match[2] + match[3]
    return "" if object_id == UNKNOWN else object_id


def long_designator(designator: str) -> str:
    """`2021-035A` of `21035A`; anything else as it is, nothing as UNKNOWN."""
    match = _SHORT.fullmatch(designator)
    if match:
        century = "19" if int(match[1]) >= _FIRST_YEAR % 100 else "20"
        return f"{century}{match[1]}-{match[2]}{match[3]}"
    return designator or UNKNOWN


def object_id(designator: str) -> str:
    """`2021-035A`, from that or from the short form of TLEs (`21035A`); UNKNOWN where it is neither."""
    found = long_designator(designator.strip())
    return found if _LONG.fullmatch(found) else UNKNOWN


def ascii_lines(text: str) -> tuple[str, ...]:
    """A text in lines of printable ASCII, which is all that a message allows; what isn't becomes a blank."""
    plain = "".join(char if " " <= char <= "~" else " " for char in text)
    return tuple(wrap(" ".join(plain.split()), _LONGEST_LINE))


def ascii_name(text: str) -> str:
    """The first such line of a name; UNKNOWN where nothing is left of it."""
    return next(iter(ascii_lines(text)), UNKNOWN)
