"""Every case of AIAA 2006-6753 (Vallado et al. 2006) through our reader and our propagator, the failing ones too."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import attrs
import numpy as np
import pytest
from sgp4.api import WGS84, Satrec

from hamsafar.domain.elements import Elements
from hamsafar.errors import InputErrors, OutOfRangeError
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.orbit.trajectory import Sgp4Trajectory

Rows = list[list[float]]  # minutes, km (3), km/s (3)


@cache
def cases() -> tuple[tuple[str, str, str, Rows], ...]:
    """(number, line 1, line 2 with the schedule behind it, published rows), in the order of the files."""
    blocks: list[Rows] = []
    for line in files("sgp4").joinpath("tcppver.out").read_text().splitlines():
        words = line.split()
        if words[-1] == "xx":
            blocks.append([])
        else:
            blocks[-1].append([float(word) for word in words[:7]])
    lines = [
        line for line in files("sgp4").joinpath("SGP4-VER.TLE").read_text().splitlines() if line[:2] in ("1 ", "2 ")
    ]
    pairs = zip(lines[::2], lines[1::2], blocks, strict=True)
    return tuple((one[2:7].strip(), one, two, rows) for one, two, rows in pairs)


NUMBERS = range(33)
NAMES = [f"{number}-{k}" for k, (number, _, _, _) in enumerate(cases())]
# Where SGP4 has no state any more (minutes from epoch), and the words of its error. The published files end before.
FAILS = {
    "22312": (494.2028672, "mean eccentricity"),
    "28350": (1560.0, "mean eccentricity"),
    "28872": (55.0, "decayed"),
    "29141": (440.0, "decayed"),
    "33333": (25.0, "semilatus rectum"),
    "33334": (0.0, "perturbed eccentricity"),
    "20413-32": (1844345.0, "decayed"),
}
BAD_SUMS = ("33333", "33334", "33335")
_FAR_OUT = ("20413", "23333")  # beyond 140,000 km the epoch's last bit (3e-7 s) shows in the Moon's and Sun's phases


def signed(text: str) -> str:
    """An element line of 69 characters with its checksum put right."""
    return f"{text[:68]}{sum(int(c) if c.isdigit() else c == '-' for c in text[:68]) % 10}"


def elements_of(number: int) -> Elements:
    name, one, two, _ = cases()[number]
    text = f"{one}\n{two[:69]}\n"
    if name in BAD_SUMS:
        with pytest.raises(InputErrors, match="checksum"):
            read_tles(text, where="SGP4-VER.TLE")
        text = f"{signed(one)}\n{signed(two)}\n"
    (found,) = read_tles(text, where="SGP4-VER.TLE")
    return found


def failure(number: int) -> tuple[float, str] | None:
    name = cases()[number][0]
    return FAILS.get(f"{name}-{number}", FAILS.get(name))


def scheduled_min(number: int) -> Floats:
    """The minutes that the case asks for: its own start, stop and step."""
    start, stop, step = (float(word) for word in cases()[number][2][69:].split())
    return np.append(np.arange(start, stop, step), stop)


@pytest.mark.parametrize("number", NUMBERS, ids=NAMES)
def test_every_published_state(number: int) -> None:
    name, _, _, rows = cases()[number]
    if name == "33334":  # it fails at once; the published block is the state of the case before it
        return
    elements, published = elements_of(number), np.array(rows)
    r, v = Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, published[:, 0] * 60))
    # Printed to 1e-8 km and 1e-9 km/s.
    assert np.abs(r - published[:, 1:4]).max() < (5e-6 if name in _FAR_OUT else 7e-9)
    assert np.abs(v - published[:, 4:7]).max() < (2e-9 if name in _FAR_OUT else 6e-10)


@pytest.mark.parametrize("number", NUMBERS, ids=NAMES)
def test_the_whole_schedule_of_every_case(number: int) -> None:
    elements, fails, minutes = elements_of(number), failure(number), scheduled_min(number)
    sound = minutes if fails is None else minutes[minutes < fails[0] - 1e-9]
    if sound.size:
        r, v = Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, sound * 60))
        assert np.isfinite(r).all()
        assert np.isfinite(v).all()
    if fails is None:
        return
    assert fails[0] <= minutes[-1]
    late = tai_ns_after(elements.epoch, np.array([fails[0] * 60]))
    with pytest.raises(OutOfRangeError, match=fails[1]) as caught:
        Sgp4Trajectory(elements).states_teme(late)
    assert f"({elements.norad})" in str(caught.value)
    assert caught.value.asked is not None


def test_the_constants_are_those_of_wgs_72() -> None:
    elements = elements_of(2)  # 06251, near the Earth, with drag
    published = np.array(cases()[2][3])
    _, r_84, _ = Satrec.twoline2rv(*elements.text, WGS84).sgp4_array(
        np.full(len(published), elements.epoch.julian_date_utc()[0]),
        elements.epoch.julian_date_utc()[1] + published[:, 0] / 1_440,
    )
    r, _ = Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, published[:, 0] * 60))
    assert np.abs(r - published[:, 1:4]).max() < 7e-9
    assert np.linalg.norm(r_84 - published[:, 1:4], axis=-1).max() > 0.02  # km: the newer constants are the wrong ones


@pytest.mark.parametrize(
    "change",
    [
        {"mean_motion_rev_d": 0.0},
        {"mean_motion_rev_d": -15.6},
        {"eccentricity": -0.01},
        {"eccentricity": 1.0},
        {"eccentricity": 1.3},
        {"mean_motion_rev_d": 17.9},
    ],
    ids=str,
)
def test_elements_of_no_orbit_are_an_error_and_never_a_number(change: dict[str, float]) -> None:
    elements = attrs.evolve(elements_of(2), **change)  # what no reader lets through, but a caller may hand us
    with pytest.raises(OutOfRangeError, match="SGP4 has no state of object"):
        Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, np.array([0.0, 3_600.0])))


@pytest.mark.parametrize(
    ("columns", "text", "message"),
    [
        ((53, 63), " 0.00000000", "mean motion lies between"),
        ((53, 63), "-5.56387291", "mean motion"),
        ((27, 33), "-030035", "eccentricity"),
        ((9, 16), "181.0000", "inclination"),
    ],
)
def test_the_reader_refuses_what_sgp4_could_not_run(columns: tuple[int, int], text: str, message: str) -> None:
    _, one, two, _ = cases()[2]
    changed = signed(f"{two[: columns[0] - 1]}{text}{two[columns[1] : 69]}")
    with pytest.raises(InputErrors, match=message):
        read_tles(f"{one}\n{changed}\n", where="SGP4-VER.TLE")
