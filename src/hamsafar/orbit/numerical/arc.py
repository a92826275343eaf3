"""One arc without a jump: the kernel called in stretches, so that progress is told and a deadline is kept."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np
from attrs import define, evolve, field

from hamsafar.domain.orbits import Craft, OrbitState
from hamsafar.errors import ConvergenceError, InputError
from hamsafar.orbit.numerical.model import AirTable, ForceModel, GravityField, Tables, Thrust
from hamsafar.orbit.numerical.other_body import OTHER, meets_other
from hamsafar.orbit.numerical.setup import refuse_floor
from hamsafar.orbit.numerical.surface import Surface, touches_ground
from hamsafar.orbit.numerical.trajectory import EndedBy, NumericalTrajectory, Steps
from hamsafar.orbit.times import Floats, tai_ns_of
from hamsafar.timeline import Instant

Tell = Callable[[float], None]
_STRETCH = 256  # steps a call of the kernel: some tens of milliseconds at degree 50


@define(kw_only=True)
class _Log:
    """The steps so far."""

    starts: list[Floats] = field(factory=list)
    lengths: list[Floats] = field(factory=list)
    states: list[Floats] = field(factory=list)
    series: list[Floats] = field(factory=list)

    def keep(self, buffers: tuple[Floats, Floats, Floats, Floats], count: int) -> None:
        """Copies the first `count` steps of the buffers."""
        for kept, buffer in zip((self.starts, self.lengths, self.states, self.series), buffers, strict=True):
            kept.append(buffer[:count].copy())

    def steps(self, epoch: Instant, begun: Instant, end_s: float) -> Steps:
        """All of them as one."""
        return Steps(
            epoch=epoch,
            begun=begun,
            starts_s=np.concatenate(self.starts),
            lengths_s=np.concatenate(self.lengths),
            states=np.concatenate(self.states),
            series=np.concatenate(self.series),
            end_s=end_s,
        )


def integrate(
    state: OrbitState,
    craft: Craft,
    forces: ForceModel,
    until: Instant,
    *,
    epoch: Instant | None = None,
    field: GravityField | None = None,
    tables: Tables | None = None,
    air: AirTable | None = None,
    thrust: Thrust | None = None,
    surface_km: float | Surface | None = None,
    tell: Tell | None = None,
    deadline_s: float | None = None,
) -> NumericalTrajectory:
    """The path of one arc; burns of the craft are not looked at, `thrust` acts throughout.

    `state` in ICRF axes about the centre of the forces. `tables`, `air` and
    `thrust` count seconds from `epoch`, the run's, which is the state's unless given.
    `surface_km`: a radius, or a function of places (`hamsafar.orbit.numerical.surface`); absent, the Moon's sphere of
    1737.4 km or 80 km above the Earth's equator. `until` may lie before the epoch: then it is flown backwards. Raises
    InputError for a start below the surface or another frame or centre, OutOfRangeError where the tables don't reach,
    ConvergenceError if steps become shorter than a tenth of a millisecond.
    """
    from hamsafar.orbit.numerical import kernel
    from hamsafar.orbit.numerical import setup as made
    from hamsafar.orbit.numerical.step import new_work

    began = monotonic()
    start = _start_of(state, forces, surface_km, made.FLOOR_KM[forces.centre])
    origin = state.epoch if epoch is None else epoch
    held = _own_tables(forces, craft, origin, state.epoch, until) if tables is None else tables
    made.refuse_beyond(held, origin, state.epoch, until)
    chosen = made.field_of(forces, field)
    numbers = made.forces_of(forces, craft, chosen, held, air, thrust)
    work = new_work()
    start_s, until_s = state.epoch.seconds_since(origin), until.seconds_since(origin)
    now = made.state_of(start, start_s, made.first_step_s(chosen.mu_km3_s2, start))
    buffers = (np.empty(_STRETCH), np.empty(_STRETCH), np.empty((_STRETCH, 6)), np.empty((_STRETCH, 3, 16)))
    log = _Log()
    floor_km = surface_km.floor_km if isinstance(surface_km, Surface) else surface_km
    if floor_km is None:
        floor_km = made.FLOOR_KM[forces.centre]
    code, ended_by, met = kernel.GOING, None, forces.centre
    while code == kernel.GOING and ended_by is None:
        code, count = kernel.march(numbers, work, now, until_s, floor_km, made.ESCAPE_KM[forces.centre], *buffers)
        log.keep(buffers, count)
        if isinstance(surface_km, Surface) and count:
            ground_s = touches_ground(surface_km, origin, buffers, count, float(now[0]))
            if ground_s is not None:
                now[0], code = ground_s, kernel.IMPACT
        met_s = meets_other(forces, origin, buffers, count, float(now[0]))
        if met_s is not None:
            now[0], code, met = met_s, kernel.IMPACT, OTHER[forces.centre]
        if tell is not None and until_s != start_s:
            tell(min(1.0, (float(now[0]) - start_s) / (until_s - start_s)))
        if code == kernel.GOING and deadline_s is not None and monotonic() - began >= deadline_s:
            ended_by = "time"
    if code == kernel.STUCK:
        raise ConvergenceError(f"the orbit can't be followed beyond {origin.plus(seconds=float(now[0]))}")
    names: dict[int, EndedBy] = {kernel.DONE: "until", kernel.IMPACT: "impact", kernel.ESCAPE: "escape"}
    end_s = float(now[0])
    ended = until if code == kernel.DONE else _inward(origin, end_s)
    return NumericalTrajectory(
        centre=forces.centre,
        ended_by="time" if ended_by else names[code],
        parts=(log.steps(origin, state.epoch, end_s),),
        begun=state.epoch,
        ended=ended,
        met=met if code == kernel.IMPACT else None,
    )


def _own_tables(forces: ForceModel, craft: Craft, origin: Instant, begun: Instant, until: Instant) -> Tables:
    """The bundled tables of the arc, counted from the run's epoch."""
    from hamsafar.orbit.numerical.setup import tables_of

    tables = tables_of(forces, craft, begun, until)
    return evolve(tables, start_s=tables.start_s + begun.seconds_since(origin))


def _inward(epoch: Instant, end_s: float) -> Instant:
    """The end to the nanosecond."""
    return Instant(epoch.tai_ns + int(end_s * 1e9))


def _start_of(state: OrbitState, forces: ForceModel, surface_km: float | Surface | None, usual_km: float) -> Floats:
    """The six numbers to start from; InputError where they can't be flown."""
    if state.centre != forces.centre:
        raise InputError(f"the state is about the {state.centre}, the forces about the {forces.centre}; choose one")
    if state.frame != "ICRF":
        raise InputError(f"the state is in {state.frame}; turn it into ICRF first (hamsafar.orbit.states.to_icrf)")
    start = np.array([*state.position_km, *state.velocity_km_s])
    radius_km = float(np.linalg.norm(start[:3]))
    floor_km = surface_km.floor_km if isinstance(surface_km, Surface) else surface_km
    least_km = usual_km if floor_km is None else floor_km
    refuse_floor(least_km)
    if radius_km <= least_km:
        raise InputError(
            f"the state lies {radius_km:.3f} km from the {state.centre}'s centre, not above {least_km:.3f} km"
        )
    if isinstance(surface_km, Surface) and radius_km < surface_km.top_km:
        above_km = float(surface_km.heights_km(start[None, :3], tai_ns_of(state.epoch))[0])
        if above_km <= 0.0:
            raise InputError(f"the state lies {-above_km:.3f} km below the ground")
    return start
