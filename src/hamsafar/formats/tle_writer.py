"""Two-line element sets written: Elements → the two lines, exact to the column.

Numbers are rounded to the digits the lines have room for; what they cannot carry at all is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from math import isfinite

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputError
from hamsafar.formats.ccsds.sniff import form_of
from hamsafar.timeline import Instant

_ALPHA5 = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # I and O look like digits and are left out
_DAY_PARTS = 100_000_000  # the lines print 1e-8 of a day
_NS_PER_PART = 864_000
_LEAST_REV_D, _MOST_REV_D = 1e-5, 18.0  # what the reader takes
_LONGEST_NAME = 24  # characters a name has room for


def write_tle(elements: Elements) -> tuple[str, str]:
    """Line 1 and line 2 of an element set, unclassified, ephemeris type 0.

    `read_tles` gives back the same numbers where they have no more digits than the lines (epoch 1e-8 d, angles
    1e-4 deg, eccentricity 1e-7, mean motion 1e-8 rev/d, B* five digits). Angles below 0 are brought into a turn.
    Raises InputError, naming the value, for what no element line can carry: a catalogue number above 339,999
    (Alpha-5), an epoch outside 1957 to 2056, a designator of more than eight characters, ...
    """
    number = catalogue_number(elements.norad)
    first = (
        f"1 {number}U {_designator(elements)} {_epoch(elements)} {_rate(elements)}"
        f" {_power(elements.mean_motion_ddot, 'mean_motion_ddot')} {_power(elements.bstar_per_er, 'bstar_per_er')}"
        f" 0 {_count(elements.element_set, 4, 'element_set')}"
    )
    second = (
        f"2 {number} {_angle(elements.inclination_deg, 'inclination_deg')} {_angle(elements.raan_deg, 'raan_deg')}"
        f" {_eccentricity(elements)} {_angle(elements.argument_of_perigee_deg, 'argument_of_perigee_deg')}"
        f" {_angle(elements.mean_anomaly_deg, 'mean_anomaly_deg')} {_mean_motion(elements)}"
        f"{_count(elements.revolution, 5, 'revolution')}"
    )
    return _summed(first), _summed(second)


def write_tles(sets: Iterable[Elements]) -> str:
    """The sets as text, each with its name line where it has a name that fits one."""
    lines: list[str] = []
    for elements in sets:
        name = elements.name
        if name and len(name) <= _LONGEST_NAME and name.isascii() and name.isprintable() and name == name.strip():
            # As 3LE do, where it could be taken for another line, or the text for another form.
            lines.append(f"0 {name}" if name[0] in "#012" or form_of(name) else name)
        lines += write_tle(elements)
    return "\n".join(lines) + "\n"


def catalogue_number(norad: int) -> str:
    """Five characters: `48274`, or `E8493` (Alpha-5) for 148493. InputError above 339,999."""
    if 0 <= norad <= 99_999:
        return f"{norad:05}"
    if 100_000 <= norad <= 339_999:
        return f"{_ALPHA5[norad // 10_000 - 10]}{norad % 10_000:04}"
    raise InputError(f"element lines carry catalogue numbers from 0 to 339999 (got {norad}); write an OMM instead")


def _summed(line: str) -> str:
    assert len(line) == 68, line
    return line + str(sum(int(char) if char.isdigit() else char == "-" for char in line) % 10)


def _cannot(name: str, value: object) -> InputError:
    return InputError(f"element lines cannot carry {name} = {value!r}; write an OMM instead")


def _designator(elements: Elements) -> str:
    text = elements.designator
    if len(text) > 8 or not text.isascii() or not (text.isprintable() or not text):
        raise _cannot("designator", text)
    return f"{text:8}"


def _epoch(elements: Elements) -> str:
    day = elements.epoch.datetime().date()
    midnight = Instant.utc(day.year, day.month, day.day)
    parts = _round_half_up(elements.epoch.tai_ns - midnight.tai_ns, _NS_PER_PART)
    if parts >= _DAY_PARTS:  # rounded up to midnight, or inside a leap second
        day, parts = day + timedelta(days=1), 0
    if not 1957 <= day.year <= 2056:
        raise _cannot("epoch", elements.epoch.iso(3))
    return f"{day.year % 100:02}{day.timetuple().tm_yday:03}.{parts:08}"


def _round_half_up(amount: int, step: int) -> int:
    """Whole steps nearest to an amount."""
    return (amount + step // 2) // step


def _rate(elements: Elements) -> str:
    value = elements.mean_motion_dot
    if not isfinite(value):
        raise _cannot("mean_motion_dot", value)
    text = f"{abs(value):.8f}"
    if text.startswith("0"):
        return ("-" if value < 0 and float(text) else " ") + text[1:]
    if len(text) > 10 or value < 0:
        raise _cannot("mean_motion_dot", value)
    return text


def _power(value: float, name: str) -> str:
    """` 20659-3` for 0.00020659: five digits behind an assumed point and a power of ten."""
    if not isfinite(value):
        raise _cannot(name, value)
    digits, exponent = f"{abs(value):.4e}".split("e")
    power = int(exponent) + 1
    if value == 0.0 or power < -9 - 5:
        return " 00000+0"
    mantissa = digits.replace(".", "")
    if power < -9:  # fewer digits, as far down as the lines go
        mantissa, power = f"{round(abs(value) * 1e14):05}", -9
    if power > 9:
        raise _cannot(name, value)
    return f"{'-' if value < 0 else ' '}{mantissa}{'-' if power < 0 else '+'}{abs(power)}"


def _angle(value: float, name: str) -> str:
    turned = (value if 0.0 <= value <= 360.0 else value % 360.0) + 0.0  # which makes -0.0 a 0.0
    if not turned == turned or (name == "inclination_deg" and not 0.0 <= value <= 180.0):
        raise _cannot(name, value)
    return f"{turned:8.4f}"


def _eccentricity(elements: Elements) -> str:
    text = f"{elements.eccentricity + 0.0:.7f}"
    if not re.fullmatch(r"0\.\d{7}", text):
        raise _cannot("eccentricity", elements.eccentricity)
    return text[2:]


def _mean_motion(elements: Elements) -> str:
    text = f"{elements.mean_motion_rev_d:11.8f}"
    if not _LEAST_REV_D <= float(text) < _MOST_REV_D:
        raise _cannot("mean_motion_rev_d", elements.mean_motion_rev_d)
    return text


def _count(value: int, width: int, name: str) -> str:
    if not 0 <= value < 10**width:
        raise _cannot(name, value)
    return f"{value:{width}}"
