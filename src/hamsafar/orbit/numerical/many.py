"""Many lives at once: where each ends and how, and its periapsides, without keeping the paths."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.orbits import Craft, SolarPressure
from hamsafar.errors import ConvergenceError, InputError
from hamsafar.orbit.numerical.model import ForceModel, GravityField, Tables
from hamsafar.orbit.numerical.other_body import meets_other
from hamsafar.orbit.numerical.trajectory import EndedBy
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant

ENDED_BY: dict[int, EndedBy] = {1: "until", 2: "impact", 3: "escape"}
_STRETCH = 256  # steps a call of the kernel


@frozen(kw_only=True, eq=False)
class ManyEnds:
    """How n lives ended: seconds from the epoch (n,), codes of `ENDED_BY` (n,), states ICRF km km/s (n, 6).

    `periapsis_s`, `periapsis_km` (n, k): each local minimum of |r| in the order flown, filled up with NaN to the
    longest row. An impact is not one.
    """

    end_s: Floats
    ended_by: NDArray[np.int8]
    states_icrf: Floats
    periapsis_s: Floats
    periapsis_km: Floats


def propagate_many(
    states_icrf: Floats,
    epoch: Instant,
    cr_area_m2_kg: Floats | float,
    forces: ForceModel,
    until: Instant,
    *,
    field: GravityField | Sequence[GravityField] | None = None,
    tables: Tables | None = None,
    surface_km: float | None = None,
    start_s: Floats | None = None,
    workers: int = 1,
) -> ManyEnds:
    """Flies states (n, 6), km and km/s in ICRF axes about the forces' centre, from an epoch to a moment.

    `cr_area_m2_kg` (n,): cr times area over mass of each, 0 for no sunlight. `field`: one for all, one for each, or
    the bundled. `start_s` (n,): when each begins, seconds after the epoch; absent, at it. `workers`: threads; with 1
    nothing leaves the caller's. A life is the same to the last bit whatever the others and the workers are; one that
    meets the other of Earth and Moon has left its centre ("escape"). Raises InputError for arrays that don't match or
    a start below the surface, OutOfRangeError where tables don't reach, ConvergenceError when a life can't be followed.
    """
    from hamsafar.orbit.numerical import setup as made

    given = _Lives.of(states_icrf, cr_area_m2_kg, start_s)
    floor_km = made.FLOOR_KM[forces.centre] if surface_km is None else surface_km
    made.refuse_floor(floor_km)
    low = np.flatnonzero(np.linalg.norm(given.states[:, :3], axis=1) <= floor_km)
    if len(low):
        raise InputError(f"state {low[0]} lies not above {floor_km:.3f} km from the {forces.centre}'s centre")
    fields = _fields(field, len(given.states))
    held = made.tables_of(forces, None, epoch, until) if tables is None else tables
    made.refuse_beyond(held, epoch, epoch, until)
    until_s = until.seconds_since(epoch)

    def one(index: int) -> tuple[int, Floats, Floats, Floats]:
        chosen = made.field_of(forces, fields[index])
        return _life(given, index, epoch, forces, chosen, held, until_s, floor_km)

    if workers == 1:
        lives = [one(index) for index in range(len(given.states))]
    else:
        with ThreadPoolExecutor(workers) as pool:
            lives = list(pool.map(one, range(len(given.states))))
    return _gathered(lives)


@frozen(kw_only=True, eq=False)
class _Lives:
    """What differs from life to life."""

    states: Floats
    cr_area: Floats
    start_s: Floats

    @classmethod
    def of(cls, states_icrf: Floats, cr_area_m2_kg: Floats | float, start_s: Floats | None) -> _Lives:
        states = np.ascontiguousarray(states_icrf, dtype=np.float64)
        if states.ndim != 2 or states.shape[1] != 6 or not np.isfinite(states).all():
            raise InputError(f"states are (n, 6) finite numbers (got {states.shape})")
        count = len(states)
        areas = np.asarray(cr_area_m2_kg, dtype=np.float64)
        starts = np.zeros(count) if start_s is None else np.asarray(start_s, dtype=np.float64)
        if areas.shape not in ((), (count,)) or starts.shape != (count,):
            raise InputError(f"there are {count} states, but {areas.shape} areas and {starts.shape} starts")
        if not ((areas >= 0.0) & np.isfinite(areas)).all():
            raise InputError("cr times area over mass is 0 or more, and finite")
        if not np.isfinite(starts).all():
            raise InputError("starts are finite numbers of seconds from the epoch")
        return cls(states=states, cr_area=np.broadcast_to(areas, (count,)), start_s=starts)


def _fields(field: GravityField | Sequence[GravityField] | None, count: int) -> Sequence[GravityField | None]:
    if field is None or isinstance(field, GravityField):
        return [field] * count
    if len(field) != count:
        raise InputError(f"there are {count} states, but {len(field)} fields")
    return field


def _life(
    given: _Lives,
    index: int,
    epoch: Instant,
    forces: ForceModel,
    field: GravityField,
    tables: Tables,
    until_s: float,
    floor_km: float,
) -> tuple[int, Floats, Floats, Floats]:
    """One life: (code, time and state at the end (7,), periapsis times, radii)."""
    from hamsafar.orbit.numerical import kernel
    from hamsafar.orbit.numerical import setup as made
    from hamsafar.orbit.numerical.dense import all_turns, states_at
    from hamsafar.orbit.numerical.nodes import collocation
    from hamsafar.orbit.numerical.step import new_work

    area = float(given.cr_area[index])
    craft = Craft(mass_kg=1.0, solar=SolarPressure(area_m2=area, cr=1.0) if area else None)
    numbers, work = made.forces_of(forces, craft, field, tables), new_work()
    state = given.states[index]
    now = made.state_of(state, float(given.start_s[index]), made.first_step_s(field.mu_km3_s2, state))
    buffers = (np.empty(_STRETCH), np.empty(_STRETCH), np.empty((_STRETCH, 6)), np.empty((_STRETCH, 3, 16)))
    nodes, code = collocation().x, kernel.GOING
    turns: list[tuple[Floats, Floats]] = []
    while code == kernel.GOING:
        code, count = kernel.march(numbers, work, now, until_s, floor_km, made.ESCAPE_KM[forces.centre], *buffers)
        met_s = meets_other(forces, epoch, buffers, count, float(now[0]))
        if met_s is not None:
            now[0], code = met_s, kernel.ESCAPE
        starts, lengths, states, series = (buffer[:count] for buffer in buffers)
        turns.append(all_turns(starts, lengths, states, series, nodes, now[0], True))
    if code == kernel.STUCK:
        raise ConvergenceError(f"state {index} can't be followed beyond {now[0]:.3f} s")
    if code == kernel.IMPACT or met_s is not None:
        whole_s = np.zeros(1, dtype=np.int64)
        states_at(starts, lengths, states, series, whole_s, now[:1], now[1:7].reshape(1, 6))
    return code, now[:7].copy(), np.concatenate([at for at, _ in turns]), np.concatenate([km for _, km in turns])


def _gathered(lives: list[tuple[int, Floats, Floats, Floats]]) -> ManyEnds:
    longest = max((len(times) for _, _, times, _ in lives), default=0)
    times, radii = np.full((2, len(lives), longest), np.nan)
    for row, (_, _, when, radius) in enumerate(lives):
        times[row, : len(when)] = when
        radii[row, : len(when)] = radius
    ends = np.array([end for _, end, _, _ in lives]).reshape(len(lives), 7)
    return ManyEnds(
        end_s=ends[:, 0].copy(),
        ended_by=np.array([code for code, *_ in lives], dtype=np.int8),
        states_icrf=ends[:, 1:].copy(),
        periapsis_s=times,
        periapsis_km=radii,
    )
