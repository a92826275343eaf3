"""How uncertain the times of a week are, by the second opinion's own estimate from the release's spread.

To first order and about a ball: each of the six components of the release is moved a little, both are followed along
their ellipses, and what lies between them along the track, over the speed, is how much earlier or later the craft
comes by. Energy changes the period, so this grows with every revolution; place and shape come and go within one. The
forces left out carry the phase of the ellipse off, so up to a quarter of a revolution to either side is looked at too,
and the least and the most found there are what is said.
"""

from __future__ import annotations

from math import isfinite, pi, sqrt

import numpy as np
from attrs import frozen

from hamsafar.domain.operations import OperationsSpan, OperationsWindow
from hamsafar.errors import OutOfRangeError
from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.operations.field import MU_KM3_S2, PRESSURE_N_M2
from hamsafar.verify.operations.registry import Breach, Gap, Said
from hamsafar.verify.operations.sky import Array

TOO_SMALL = 2.0  # a sigma stated less than this part of the least that may be, is
FAR_TOO_SMALL = 10.0  # the same of the most that may be: nobody can say that it is right
OTHER_ORBIT = 0.2  # energies that differ by this share belong to another orbit than the release's
LITTLE = 1e-3  # of a sigma, that a component is moved by: far from where the ellipses bend
MOST_SPANS = 5_000
LONGEST_S = 400 * 86_400.0
_PHASES = np.linspace(-1.0, 1.0, 17)  # of how far to either side is looked
_LEAST_REACH, _MORE_REACH, _MOST_REACH = 0.02, 0.05, 0.25  # revolutions: at first, for each, at the most
_TURN_RAD_S = 2.6616995e-6  # of the Moon, a sidereal month of 27.321661 d
_INERTIAL = ("ICRF", "GCRF", "EME2000", "J2000", "TEME", "MOON_EQUATOR", "MOON_PA_INERTIAL", "MOON_ME_INERTIAL")
_ROTATING = ("MOON_PA", "MOON_ME")


@frozen(eq=False)
class Release:
    """The ellipse that the week began on, about the Moon, and what is known of it."""

    at_s: float  # from the week's start
    r_km: Array  # (3,), axes that don't turn
    v_km_s: Array
    sigma: Array  # (6,) km and km/s: radial, transverse, normal
    light_km_s2: float  # one sigma of sunlight's push

    @property
    def energy_km2_s2(self) -> float:
        """Negative on an ellipse."""
        return float(self.v_km_s @ self.v_km_s) / 2 - MU_KM3_S2 / float(np.linalg.norm(self.r_km))


def sigmas_stated(case: OperationsCase, window: OperationsWindow, rule: str) -> Said:
    """Whether the sigmas of a list are as large as the release's spread asks for; one finding for a list.

    What is too large harms nobody; what is too small by less than the tolerance of an edge isn't told.
    """
    spans = [span for span in window.spans if _sane(case, span)]
    spread = case.mission.spread
    if not spans or not (any(spread.position_km) or any(spread.velocity_m_s) or _light(case)):
        return
    name = f"{window.kind} {window.of}" if window.of else window.kind
    try:
        release = release_of(case)
        ends_s = np.array([case.s(span.end) for span in spans])
        if len(spans) > MOST_SPANS:
            raise OutOfRangeError(f"{len(spans)} windows are more than the {MOST_SPANS} judged in one list")
        least_s, most_s = estimated_s(release, ends_s)
    except OutOfRangeError as problem:
        yield Gap(f"Whether the sigmas of {name} are as large as the release's spread asks for: {problem}.", (name,))
        return
    lit_s = most_s + _pushed_s(release, ends_s)
    matters_s = case.param(rule, "tolerance_s") / case.param(rule, "timing_sigmas")
    yield from _compared(name, spans, matters_s, (least_s, most_s, lit_s))


def _compared(
    name: str, spans: list[OperationsSpan], matters_s: float, estimates_s: tuple[Array, Array, Array]
) -> Said:
    """What is stated against the least, the most, and the most with sunlight always pushing the same way."""
    least_s, most_s, lit_s = estimates_s
    stated_s = np.array([span.sigma_s or 0.0 for span in spans])
    short_s = np.where(stated_s * TOO_SMALL < least_s, least_s - stated_s, 0.0)
    worst = int(np.argmax(short_s))
    if short_s[worst] > matters_s:
        span, said = spans[worst], "none" if spans[worst].sigma_s is None else f"{spans[worst].sigma_s:g} s"
        count = int((short_s > matters_s).sum())
        also = f" ({count} windows of this list are so)" if count > 1 else ""
        sentence = f"The window {name} from {span.start.iso()} states a sigma of its times of {said}"
        told = f"with the release's spread it is {least_s[worst]:.1f} s or more"
        yield Breach(f"{sentence}; {told}{also}.", (name, str(span.start)), float(short_s[worst]), "s")
        return
    doubtful = (stated_s * FAR_TOO_SMALL < most_s) & (most_s > matters_s)
    doubtful |= (stated_s == 0) & (lit_s > matters_s)
    if doubtful.any():
        first = int(np.argmax(doubtful))
        span = spans[first]
        sentence = f"The window {name} from {span.start.iso()} states a sigma of its times of {stated_s[first]:g} s"
        yield Gap(
            f"{sentence}; it may be up to {lit_s[first]:.1f} s, and this estimate can't say.", (name, str(span.start))
        )


def _sane(case: OperationsCase, span: OperationsSpan) -> bool:
    """Other checks tell of windows without length and of sigmas that are nonsense; outside the week nothing counts."""
    week = case.plan.span
    sound = span.sigma_s is None or 0 <= span.sigma_s < float("inf")
    return sound and span.start < span.end and span.start < week.end and span.end > week.start


def _light(case: OperationsCase) -> float:
    """One sigma of sunlight's push, km/s2, at 1 au."""
    solar = case.mission.solar
    if solar is None:
        return 0.0
    push_km_s2 = solar.cr * solar.area_m2 / case.mission.mass_kg * PRESSURE_N_M2 / 1_000
    return case.mission.spread.solar_share * push_km_s2


@np.errstate(all="ignore")  # what comes out of nonsense is told of
def release_of(case: OperationsCase) -> Release:
    """The mission's state with its spread. Raises OutOfRangeError for a state that this estimate can't begin with."""
    state, spread = case.mission.state, case.mission.spread
    if state.centre != "moon" or state.frame not in (*_INERTIAL, *_ROTATING):
        raise OutOfRangeError(f"from a state in {state.frame} about the {state.centre} it isn't estimated here")
    r, v = np.array(state.position_km), np.array(state.velocity_km_s)
    if state.frame in _ROTATING:
        v = v + np.cross([0.0, 0.0, _TURN_RAD_S], r)
    sigma = np.abs(np.array([*spread.position_km, *(part / 1_000 for part in spread.velocity_m_s)]))
    release = Release(case.s(state.epoch), r, v, sigma, _light(case))
    if not np.linalg.norm(r) > 1.0:
        raise OutOfRangeError("the release is at the Moon's centre")
    energy, now = release.energy_km2_s2, _energy_of_rows(case)
    if not (np.isfinite(sigma).all() and isfinite(release.light_km_s2) and -1e9 < energy < -1e-6):
        raise OutOfRangeError("the release is on no ellipse about the Moon")
    if now is not None and not abs(now / energy - 1) <= OTHER_ORBIT:
        raise OutOfRangeError("the week's orbit has another energy than the release")
    return release


def _energy_of_rows(case: OperationsCase) -> float | None:
    try:
        _, r_km, v_km_s = case.rows
    except OutOfRangeError:  # told by OPS-15
        return None
    return float(v_km_s[0] @ v_km_s[0]) / 2 - MU_KM3_S2 / float(np.linalg.norm(r_km[0]))


@np.errstate(all="ignore")
def _pushed_s(release: Release, ends_s: Array) -> Array:
    """How much one sigma of sunlight can do at the most: always along the track."""
    speed_km_s = sqrt(-2 * release.energy_km2_s2)  # in the mean
    return np.asarray(1.5 * release.light_km_s2 * (ends_s - release.at_s) ** 2 / speed_km_s)


@np.errstate(all="ignore")
def estimated_s(release: Release, ends_s: Array) -> tuple[Array, Array]:
    """(least, most) sigma of the times, s, (n,) each, at seconds (n,) of the week.

    Raises OutOfRangeError where they are too far from the release, or the spread is too wide for its ellipses.
    """
    gone_s = np.abs(ends_s - release.at_s)
    if not gone_s.max() <= LONGEST_S:
        raise OutOfRangeError("the release is too long ago, or yet to come")
    period_s = 2 * pi * MU_KM3_S2 / (-2 * release.energy_km2_s2) ** 1.5
    reach_s = np.minimum(_LEAST_REACH * period_s + _MORE_REACH * gone_s, _MOST_REACH * period_s)
    about_s = np.maximum(0.0, gone_s[:, None] + _PHASES * reach_s[:, None])
    about_s = np.where((ends_s < release.at_s)[:, None], -about_s, about_s).ravel()
    _, v = _followed(release.r_km, release.v_km_s, about_s)
    speed2 = np.sum(v * v, axis=1)
    total = np.zeros(len(about_s))
    for moved in _moves(release):
        after, _ = _followed(release.r_km + moved[:3], release.v_km_s + moved[3:], about_s)
        before, _ = _followed(release.r_km - moved[:3], release.v_km_s - moved[3:], about_s)
        total += (np.sum((after - before) / 2 * v, axis=1) / speed2 / LITTLE) ** 2
    lead_s = np.sqrt(total).reshape(len(ends_s), len(_PHASES))
    if not np.isfinite(lead_s).all():
        raise OutOfRangeError("the spread is too wide for an ellipse")
    return lead_s.min(axis=1), lead_s.max(axis=1)


def _moves(release: Release) -> list[Array]:
    """A little of one sigma of each component that has any, (6,) in the release's axes."""
    normal = np.cross(release.r_km, release.v_km_s)
    axes = [release.r_km, np.cross(normal, release.r_km), normal]
    units = [axis / max(float(np.linalg.norm(axis)), 1e-12) for axis in axes]
    moves = []
    for n, sigma in enumerate(release.sigma):
        if sigma > 0:
            moved = np.zeros(6)
            moved[3 * (n // 3) : 3 * (n // 3) + 3] = LITTLE * sigma * units[n % 3]
            moves.append(moved)
    return moves


def _followed(r: Array, v: Array, seconds: Array) -> tuple[Array, Array]:
    """Along the ellipse, (n, 3) km and km/s: Kepler's equation in differences of anomaly (Battin 1999, eq. 4.43)."""
    far = float(np.linalg.norm(r))
    curved = 2 / far - float(v @ v) / MU_KM3_S2 if far > 0 else 0.0
    if not 1e-9 < curved < 1.0:
        raise OutOfRangeError("the spread is too wide for an ellipse")
    a = 1 / curved
    rate, sigma = sqrt(MU_KM3_S2 / a**3), float(r @ v) / sqrt(MU_KM3_S2 * a)
    mean = rate * seconds
    turns = 2 * pi * np.floor(mean / (2 * pi))
    low, high = np.zeros(len(seconds)) - 2.0, np.zeros(len(seconds)) + 2 * pi + 2.0
    for _ in range(60):  # halved: it always ends, and there is little to do
        x = (low + high) / 2
        beyond = x + sigma * (1 - np.cos(x)) - (1 - far / a) * np.sin(x) > mean - turns
        low, high = np.where(beyond, low, x), np.where(beyond, x, high)
    x = (low + high) / 2
    sines, rest = np.sin(x), 1 - np.cos(x)
    g = seconds - (x + turns - sines) / rate
    places = (1 - a / far * rest)[:, None] * r + g[:, None] * v
    away = np.linalg.norm(places, axis=1)
    speeds = (-sqrt(MU_KM3_S2 * a) / (away * far) * sines)[:, None] * r + (1 - a / away * rest)[:, None] * v
    return places, speeds
