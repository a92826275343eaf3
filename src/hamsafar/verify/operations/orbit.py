"""OPS-15: the orbit that a week rests on, flown again by the second opinion's own forces.

The week is cut into arcs. Along each the second opinion flies by itself from the plan's row at its start (Runge and
Kutta's fourth order, steps of two minutes or less: 20 m) and is held against the plan's rows on the way. An arc is as
long as what its field leaves out could not have carried it off by half of what is allowed, six hours at the most: over
mascons minutes, far out hours. The next begins at its last row, so that no row is passed over.
"""

from __future__ import annotations

from math import log

import numpy as np
from attrs import frozen

from hamsafar.domain.orbits import Burn
from hamsafar.errors import OutOfRangeError
from hamsafar.timeline import Instant
from hamsafar.verify.operations.case import OperationsCase, whole_steps
from hamsafar.verify.operations.field import Pull, left_out_km_s2
from hamsafar.verify.operations.registry import Breach, Gap, Said, checks
from hamsafar.verify.operations.sky import MOON_KM, Array, Rows

ARC_S = 21_600.0
STEP_S = 120.0
FURTHEST_APART_S = 120.0  # rows; a cubic between two is then right to 10 m at any height
OFF_BETWEEN_KM = 0.010  # what the cubic between rows may be wrong by, as the plan promises
_ICRF = ("ICRF", "GCRF", "EME2000", "J2000")  # the last two lie 0.02" beside it, 1 m


@frozen(eq=False)
class Arcs:
    """Stretches flown by the second opinion, and how far off the plan's rows are; n arcs, m steps of the longest."""

    first_row: Rows  # (n,)
    step_s: float  # from one comparison to the next
    off_km: Array  # (m, n) one step after the first row, two, ...; 0 where an arc is over
    doubt_km: Array  # (n,) what the field leaves out by the arc's end


@checks("OPS-15")
def orbit_allowed(case: OperationsCase) -> Said:
    """The rows cover the week evenly, a cubic can stand between them, and the forces lead from one to the next."""
    try:
        seconds, r_km, v_km_s = case.rows
    except OutOfRangeError as problem:
        yield Breach(f"The orbit can't be flown again: {problem}.")
        return
    yield from _coverage(case, seconds)
    yield from _fineness(seconds, r_km, v_km_s, case.base)
    yield from _begins(case)
    yield from _above_ground(case, seconds, r_km)
    with np.errstate(all="ignore"):  # rows that are no orbit lead anywhere; that is told as a distance
        arcs = fly_again(case, case.param("OPS-15", "off_km") / 2)
    yield from _flown(case, arcs, case.param("OPS-15", "off_km"))


def _coverage(case: OperationsCase, seconds: Array) -> Said:
    short_s = max(0.0, float(seconds[0])) + max(0.0, case.length_s - float(seconds[-1]))
    if short_s > 0:
        sentence = (
            f"The orbit reaches from {case.plan.orbit[0].at} to {case.plan.orbit[-1].at}, not over the whole week"
        )
        yield Breach(f"{sentence}: {short_s:.0f} s are missing.", by=short_s, unit="s")


def _fineness(seconds: Array, r_km: Array, v_km_s: Array, base: Instant) -> Said:
    step_s = float(seconds[-1] - seconds[0]) / (len(seconds) - 1)
    if step_s > FURTHEST_APART_S:
        sentence = f"The orbit's rows are {step_s:.0f} s apart; a cubic needs {FURTHEST_APART_S:.0f} s or less"
        yield Breach(f"{sentence}.", by=step_s - FURTHEST_APART_S, unit="s")
        return
    # A row left out, the cubic over the gap of two steps is off by sixteen times what it is over one.
    half = (r_km[:-2] + r_km[2:]) / 2 + 2 * step_s / 8 * (v_km_s[:-2] - v_km_s[2:])
    off_km = np.linalg.norm(half - r_km[1:-1], axis=1) / 16
    if len(off_km) and not off_km.max() <= OFF_BETWEEN_KM:
        worst = int(np.argmax(off_km))
        at = base.plus(seconds=float(seconds[worst + 1])).iso()
        sentence = f"Positions and velocities of the orbit don't belong together about {at}"
        told = f"a cubic between rows is off by {off_km[worst] * 1_000:.0f} m there"
        yield Breach(f"{sentence}: {told}.", (at,), float(off_km[worst]) - OFF_BETWEEN_KM, "km")


def _begins(case: OperationsCase) -> Said:
    """Where the week begins with the mission's state, the orbit goes through it."""
    state = case.mission.state
    at_s = case.s(state.epoch)
    seconds, _, _ = case.rows
    if state.centre != "moon" or state.frame not in _ICRF or not seconds[0] <= at_s <= seconds[-1]:
        return
    off_km = float(np.linalg.norm(case.craft_km(np.array([at_s]))[0] - np.array(state.position_km)))
    allowed_km = case.param("OPS-15", "off_km")
    if not off_km <= allowed_km:
        sentence = f"At {state.epoch}, where the mission's file has its state, the orbit is {off_km:.1f} km from it"
        yield Breach(f"{sentence}; {allowed_km:g} km are allowed.", (str(state.epoch),), off_km - allowed_km, "km")


def _above_ground(case: OperationsCase, seconds: Array, r_km: Array) -> Said:
    """No row lies inside the sphere, on which impacts are counted."""
    radius_km = np.linalg.norm(r_km, axis=1)
    lowest = int(np.argmin(radius_km))
    deep_km = MOON_KM - float(radius_km[lowest])
    if deep_km > 0:
        at = case.base.plus(seconds=float(seconds[lowest])).iso()
        yield Breach(f"The orbit runs into the Moon: at {at} it is {deep_km:.1f} km deep.", (at,), deep_km, "km")


def fly_again(case: OperationsCase, enough_km: float) -> Arcs:
    """Flies the week again in arcs (see the module's head), each until what is left out comes to `enough_km`."""
    seconds, r_km, v_km_s = case.rows
    row_s = float(seconds[-1] - seconds[0]) / (len(seconds) - 1)
    stride = min(len(seconds) - 1, max(1, int(STEP_S / row_s + 1e-9)))  # rows from one that is compared to the next
    steps, step_s = whole_steps(row_s, STEP_S), stride * row_s
    first, laps, doubt_km = _cut(np.linalg.norm(r_km, axis=1), stride, step_s, enough_km)
    pull = Pull(case.base, case.sky, case.mission.mass_kg, case.mission.solar)
    push = _Thrust(case.mission.burns, case)
    state = np.concatenate([r_km[first], v_km_s[first]], axis=1)
    off_km = np.zeros((int(laps.max()), len(first)))
    for lap in range(int(laps.max())):
        on = np.flatnonzero(laps > lap)
        for part in range(steps):
            at_s = seconds[first[on]] + (lap + part / steps) * step_s
            state[on] = _step(pull, push, at_s, step_s / steps, state[on])
        apart_km = np.linalg.norm(state[on, :3] - r_km[first[on] + (lap + 1) * stride], axis=1)
        off_km[lap, on] = np.where(np.isfinite(apart_km), apart_km, np.inf)
    return Arcs(first, step_s, off_km, doubt_km)


def _cut(radius_km: Array, stride: int, step_s: float, enough_km: float) -> tuple[Rows, Rows, Array]:
    """(first rows, how many steps of `stride` rows, doubt in km at the end) of the arcs; the last ends at the last row.

    Doubt is what the usual size of the pull left out moves the craft, were it always the same way.
    """
    left_out = left_out_km_s2(np.maximum(radius_km, MOON_KM)).tolist()
    longest = max(1, round(ARC_S / step_s))
    arcs: list[tuple[int, int, float]] = []
    start, last = 0, len(left_out) - 1
    while start < last:
        start = min(start, last - stride)
        laps, gone_km, speed_km_s = 0, 0.0, 0.0
        while start + (laps + 1) * stride <= last and laps < longest:
            pull = left_out[start + (laps + 1) * stride]
            further_km = gone_km + speed_km_s * step_s + pull * step_s**2 / 2
            if laps and further_km > enough_km:
                break
            laps, gone_km, speed_km_s = laps + 1, further_km, speed_km_s + pull * step_s
        arcs.append((start, laps, gone_km))
        start += laps * stride
    first, laps_of, doubt = zip(*arcs, strict=True)
    return np.array(first), np.array(laps_of), np.array(doubt)


def _flown(case: OperationsCase, arcs: Arcs, allowed_km: float) -> Said:
    seconds = case.rows[0]

    def at(arc: int, steps: int) -> str:
        return case.base.plus(seconds=float(seconds[int(arcs.first_row[arc])]) + steps * arcs.step_s).iso()

    if arcs.doubt_km.max() > allowed_km:
        low = at(int(np.argmax(arcs.doubt_km)), 0)
        yield Gap(
            f"The orbit at {low} is too low for this verifier's field to fly it again from one row to the next.", (low,)
        )
    far = ~(arcs.off_km <= allowed_km)
    wrong = np.flatnonzero(far.any(axis=0))
    if not len(wrong):
        return
    arc = int(wrong[0])
    step = int(np.argmax(far[:, arc]))
    start, end, off_km = at(arc, 0), at(arc, step + 1), float(arcs.off_km[step, arc])
    sentence = f"The Moon, the Earth and the Sun don't carry the craft from the row at {start} to that at {end}"
    told = f"it comes out {off_km:.1f} km away, and {allowed_km:g} km are allowed"
    also = f" ({len(wrong)} of {len(arcs.first_row)} arcs of the week are so)" if len(wrong) > 1 else ""
    yield Breach(f"{sentence}: {told}{also}.", (start, end), off_km - allowed_km, "km")


class _Thrust:
    """The mission's burns: constant thrust over their time; one at an instant is spread over a second."""

    def __init__(self, burns: tuple[Burn, ...], case: OperationsCase) -> None:
        self.burns = [(case.s(burn.start), max(burn.duration_s, 1.0), burn) for burn in burns]
        self.mass_kg = case.mission.mass_kg

    def during(self, first_s: Array, length_s: float, state: Array) -> Array:
        """The change of velocity in `length_s` from moments (n,), ICRF (n, 3) km/s."""
        answer = np.zeros((len(first_s), 3))
        for start_s, burn_s, burn in self.burns:
            low = np.clip(first_s, start_s, start_s + burn_s) - start_s
            high = np.clip(first_s + length_s, start_s, start_s + burn_s) - start_s
            share = self._share(burn, high / burn_s) - self._share(burn, low / burn_s)
            if np.any(share > 0):
                answer += share[:, None] * _in_icrf(burn, state)
        return answer

    def _share(self, burn: Burn, time: Array) -> Array:
        """Of the change of velocity, that is given when a share of the time is over: the rocket's equation."""
        lost = burn.mass_loss_kg / self.mass_kg
        if not 1e-9 < lost < 1:
            return time
        return np.asarray(np.log1p(-lost * time) / log(1 - lost))


def _in_icrf(burn: Burn, state: Array) -> Array:
    if burn.axes == "ICRF":
        return np.broadcast_to(np.array(burn.delta_v_km_s), (len(state), 3))
    r, v = state[:, :3], state[:, 3:]
    normal = np.cross(r, v)
    first = r if burn.axes == "RTN" else v
    axes = [first, np.cross(normal, first), normal]
    if burn.axes == "TNW":  # along the velocity, to the outside, along the angular momentum
        axes[1] = np.cross(v, normal)
    lengths = [axis / np.maximum(np.linalg.norm(axis, axis=1), 1e-12)[:, None] for axis in axes]
    return np.asarray(sum(part * axis for part, axis in zip(burn.delta_v_km_s, lengths, strict=True)))


def _step(pull: Pull, push: _Thrust, at_s: Array, step_s: float, state: Array) -> Array:
    """One step of Runge and Kutta's fourth order; thrust is given half before and half after it."""
    half = push.during(at_s, step_s, state) / 2 if push.burns else 0.0
    r, v = state[:, :3], state[:, 3:] + half
    now, middle, end = pull.around(at_s, at_s + step_s / 2, at_s + step_s)
    light = pull.sunlight(now, r)
    a1 = pull.at(now, r) + light
    v2 = v + step_s / 2 * a1
    a2 = pull.at(middle, r + step_s / 2 * v) + light
    v3 = v + step_s / 2 * a2
    a3 = pull.at(middle, r + step_s / 2 * v2) + light
    v4 = v + step_s * a3
    a4 = pull.at(end, r + step_s * v3) + light
    r_next = r + step_s / 6 * (v + 2 * v2 + 2 * v3 + v4)
    v_next = v + step_s / 6 * (a1 + 2 * a2 + 2 * a3 + a4) + half
    return np.concatenate([r_next, v_next], axis=1)
