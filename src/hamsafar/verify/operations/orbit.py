"""OPS-15: the orbit that a week rests on, flown again by the second opinion's own forces.

From a row of every half hour on the second opinion flies by itself for six hours at the most (Runge and Kutta's fourth
order, steps of a minute or less: 1 m) and is held against the plan's rows on the way. An arc ends sooner where what its
field leaves out may have carried it off by half of what is allowed: over mascons after minutes, far out not at all.
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
from hamsafar.verify.operations.sky import MOON_KM, Array, Rows, Truth

ARC_S = 21_600.0
EVERY_S = 1_800.0
STEP_S = 60.0
FURTHEST_APART_S = 120.0  # rows; a cubic between two is then right to 10 m at any height
OFF_BETWEEN_KM = 0.010  # what the cubic between rows may be wrong by, as the plan promises
_ICRF = ("ICRF", "GCRF", "EME2000", "J2000")  # the last two lie 0.02" beside it, 1 m


@frozen(eq=False)
class Arcs:
    """Stretches flown by the second opinion: how far off the rows are, and how far they might be for its own faults."""

    first_row: Rows  # (arcs,)
    off_km: Array  # (steps, arcs) at rows first_row + 1, + 2, ...
    doubt_km: Array  # the same
    there: Truth  # the same: whether there is such a row


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
        arcs = fly_again(case)
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


def fly_again(case: OperationsCase) -> Arcs:
    """Flies from a row of every half hour, and measures how far the rows are from that (see the module's head)."""
    seconds, r_km, v_km_s = case.rows
    row_s = float(seconds[-1] - seconds[0]) / (len(seconds) - 1)
    every = max(1, round(EVERY_S / row_s))
    longest = max(1, min(round(ARC_S / row_s), len(seconds) - 1))
    first = np.arange(0, len(seconds) - 1, every)
    pull = Pull(case.base, case.sky, case.mission.mass_kg, case.mission.solar)
    push = _Thrust(case.mission.burns, case)
    inside = whole_steps(row_s, STEP_S)
    state = np.concatenate([r_km[first], v_km_s[first]], axis=1)
    off_km, doubt_km = np.zeros((longest, len(first))), np.zeros((longest, len(first)))
    gone_km, gone_km_s = np.zeros(len(first)), np.zeros(len(first))
    there = first + np.arange(1, longest + 1)[:, None] < len(seconds)
    for row in range(longest):
        for step in range(inside):
            at_s = np.minimum(seconds[first] + (row + step / inside) * row_s, seconds[-1] - row_s / inside)
            state = _step(pull, push, at_s, row_s / inside, state)
        stated_km = r_km[np.minimum(first + row + 1, len(seconds) - 1)]
        apart_km = np.linalg.norm(state[:, :3] - stated_km, axis=1)
        off_km[row] = np.where(np.isfinite(apart_km), apart_km, np.inf)
        left_out = left_out_km_s2(np.maximum(np.linalg.norm(stated_km, axis=1), MOON_KM))
        gone_km += gone_km_s * row_s + left_out * row_s**2 / 2
        gone_km_s += left_out * row_s
        doubt_km[row] = gone_km
    return Arcs(first, off_km, doubt_km, there)


def _flown(case: OperationsCase, arcs: Arcs, allowed_km: float) -> Said:
    seconds = case.rows[0]
    judged = (arcs.doubt_km <= allowed_km / 2) & arcs.there
    if not judged.any(axis=0).all():
        low = int(np.argmin(judged.any(axis=0)))
        at = case.base.plus(seconds=float(seconds[int(arcs.first_row[low])])).iso()
        yield Gap(
            f"The orbit at {at} is too low for this verifier's field to fly again from one row to the next.", (at,)
        )
    far = judged & ~(arcs.off_km <= allowed_km)
    wrong = np.flatnonzero(far.any(axis=0))
    if not len(wrong):
        return
    arc = int(wrong[0])
    row = int(np.argmax(far[:, arc]))
    start = case.base.plus(seconds=float(seconds[int(arcs.first_row[arc])]))
    end = case.base.plus(seconds=float(seconds[int(arcs.first_row[arc]) + row + 1]))
    off_km = float(arcs.off_km[row, arc])
    sentence = (
        f"The Moon, the Earth and the Sun don't carry the craft from the row at {start.iso()} to that at {end.iso()}"
    )
    told = f"it comes out {off_km:.1f} km away, and {allowed_km:g} km are allowed"
    also = f" ({len(wrong)} of {len(arcs.first_row)} arcs of the week are so)" if len(wrong) > 1 else ""
    yield Breach(f"{sentence}: {told}{also}.", (start.iso(), end.iso()), off_km - allowed_km, "km")


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
    a1 = pull(at_s, r)
    v2 = v + step_s / 2 * a1
    middle_s = at_s + step_s / 2
    a2 = pull(middle_s, r + step_s / 2 * v)
    v3 = v + step_s / 2 * a2
    a3 = pull(middle_s, r + step_s / 2 * v2)
    v4 = v + step_s * a3
    a4 = pull(at_s + step_s, r + step_s * v3)
    r_next = r + step_s / 6 * (v + 2 * v2 + 2 * v3 + v4)
    v_next = v + step_s / 6 * (a1 + 2 * a2 + 2 * a3 + a4) + half
    return np.concatenate([r_next, v_next], axis=1)
