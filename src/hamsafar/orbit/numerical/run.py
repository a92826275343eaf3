"""A whole run: an orbit cut at its burns, and with air into stretches whose density settles along the path itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import monotonic

import attrs
import numpy as np
from attrs import evolve, frozen

from hamsafar.domain.orbits import Burn, Craft, OrbitState, Vector
from hamsafar.errors import ConvergenceError, InputError
from hamsafar.orbit.numerical.arc import integrate
from hamsafar.orbit.numerical.atmosphere import AIR_MODEL, AirModel, air_table
from hamsafar.orbit.numerical.field import bundled_field
from hamsafar.orbit.numerical.model import AirTable, ForceModel, GravityField, Tables, Thrust
from hamsafar.orbit.numerical.setup import FLOOR_KM, bodies_needed
from hamsafar.orbit.numerical.surface import Surface
from hamsafar.orbit.numerical.tables import tables_for
from hamsafar.orbit.numerical.trajectory import NumericalTrajectory, join
from hamsafar.orbit.states import to_icrf
from hamsafar.orbit.times import Floats, tai_ns_after
from hamsafar.timeline import NS_PER_S, Instant

_LONGEST_STRETCH_S = 86_400.0
_SHORTEST_STRETCH_S = 300.0
_SETTLED_KM = 0.0005  # between two passes of a stretch: half a metre
_MOST_PASSES = 8
_LARGEST_SINK_KM = 2.0  # between two passes: more, and the heights of the table are too far from the path
_SAMPLES = 24


def propagate(
    state: OrbitState,
    craft: Craft,
    forces: ForceModel,
    until: Instant,
    *,
    field: GravityField | None = None,
    surface_km: float | Surface | None = None,
    air_model: AirModel = AIR_MODEL,
    weather_known_at: Instant | None = None,
    tell: Callable[[float], None] | None = None,
    deadline_s: float | None = None,
) -> NumericalTrajectory:
    """The path of a craft from a state until an instant, or until it meets the surface, escapes, or time runs out.

    `field`: instead of the bundled one of the centre, cut to the model's degree. `surface_km`: the distance from the
    centre at which it ends ("impact"), or a `Surface`; 1,737.4 km at the Moon and 80 km above the equator's radius at
    the Earth if not given. `weather_known_at`: with the space weather as it could be foreseen then, instead of as it
    came. `tell` is called now and then with the fraction done. After `deadline_s` seconds of wall clock it ends where
    it is (`ended_by` "time"). Air is counted about the Earth where the craft has drag.

    Raises InputError for a state that can't be followed and burns that overlap, OutOfRangeError where a table ends.
    """
    start = to_icrf(state)
    if until <= start.epoch:
        raise InputError(f"the end should come after the state's epoch {start.epoch} (got {until})")
    run = _Run(
        epoch=start.epoch,
        until=until,
        craft=craft,
        forces=forces,
        field=bundled_field(forces.centre, forces.degree) if field is None else field,
        tables=tables_for(
            forces.centre, bodies_needed(forces, craft.solar is not None), start.epoch, until.seconds_since(start.epoch)
        ),
        surface_km=FLOOR_KM[forces.centre] if surface_km is None else surface_km,
        air_model=air_model,
        weather_known_at=weather_known_at,
        tell=tell,
        stop_at=None if deadline_s is None else monotonic() + deadline_s,
    )
    return run.followed(start)


@frozen(kw_only=True)
class _Leg:
    """A stretch between burns, or one burn: the jump of velocity at its start, and the engine that burns throughout."""

    start: Instant
    end: Instant
    mass_kg: float
    jumps: tuple[Burn, ...] = ()
    thrust: Thrust | None = None


def legs_of(craft: Craft, epoch: Instant, until: Instant) -> Iterator[_Leg]:
    """The legs of a run in order, its burns between them. Raises InputError for burns that overlap."""
    at, mass_kg = epoch, craft.mass_kg
    jumps: tuple[Burn, ...] = ()
    for burn in sorted(craft.burns, key=lambda one: (one.start, one.duration_s)):
        if burn.start >= until:
            break
        if burn.start < at:
            raise InputError(f"the burn at {burn.start} begins before {at}, when the state or the last burn ends")
        if burn.start > at:
            yield _Leg(start=at, end=burn.start, mass_kg=mass_kg, jumps=jumps)
            at, jumps = burn.start, ()
        if burn.duration_s == 0.0:
            jumps = (*jumps, burn)
        else:
            end = min(until, burn.start.plus(seconds=burn.duration_s))
            yield _Leg(start=at, end=end, mass_kg=mass_kg, jumps=jumps, thrust=thrust_of(burn, mass_kg, epoch))
            at, jumps = end, ()
        mass_kg -= burn.mass_loss_kg
        _ensure_mass(mass_kg, burn)
    if at < until:
        yield _Leg(start=at, end=until, mass_kg=mass_kg, jumps=jumps)


def _ensure_mass(mass_kg: float, burn: Burn) -> None:
    if mass_kg <= 0.0:
        raise InputError(f"the burn at {burn.start} uses more mass up than there is")


def thrust_of(burn: Burn, mass_kg: float, epoch: Instant) -> Thrust:
    """The constant force of a long burn, in its axes: its acceleration integrates to the burn's change of velocity.

    With mass lost evenly, dv = F / loss * ln(m0 / m1): the rocket equation (Tsiolkovsky 1903).
    """
    loss_kg_s = burn.mass_loss_kg / burn.duration_s
    if burn.mass_loss_kg > 0.0:
        if burn.mass_loss_kg >= mass_kg:
            raise InputError(f"the burn at {burn.start} uses more mass up than there is")
        share = loss_kg_s / float(-np.log1p(-burn.mass_loss_kg / mass_kg))
    else:
        share = mass_kg / burn.duration_s
    x, y, z = burn.delta_v_km_s
    return Thrust(
        axes=burn.axes,
        force_kg_km_s2=(x * share, y * share, z * share),
        mass_kg=mass_kg,
        loss_kg_s=loss_kg_s,
        start_s=burn.start.seconds_since(epoch),
    )


def local_axes(axes: str, r_km: Floats, v_km_s: Floats) -> Floats:
    """Matrix (3, 3) whose rows are the axes that a burn is told in ("ICRF", "RTN", "TNW"), as `Burn` says."""
    if axes == "ICRF":
        return np.eye(3)
    across = np.cross(r_km, v_km_s)
    across /= np.linalg.norm(across)
    if axes == "RTN":
        radial = r_km / np.linalg.norm(r_km)
        return np.stack([radial, np.cross(across, radial), across])
    along = v_km_s / np.linalg.norm(v_km_s)
    return np.stack([along, np.cross(across, along), across])


def _after_jumps(state: OrbitState, jumps: tuple[Burn, ...]) -> OrbitState:
    """The state after impulses at once, each in the axes that the one before leaves."""
    r, v = np.array(state.position_km), np.array(state.velocity_km_s)
    for burn in jumps:
        v = v + np.array(burn.delta_v_km_s) @ local_axes(burn.axes, r, v)
    return evolve(state, velocity_km_s=_vector(v))


def _vector(row: Floats) -> Vector:
    return float(row[0]), float(row[1]), float(row[2])


@frozen(kw_only=True, eq=False)
class _Run:
    """Everything that stays the same while one orbit is followed."""

    epoch: Instant
    until: Instant
    craft: Craft
    forces: ForceModel
    field: GravityField
    tables: Tables
    surface_km: float | Surface
    air_model: AirModel
    weather_known_at: Instant | None
    tell: Callable[[float], None] | None
    stop_at: float | None
    _stretch_s: list[float] = attrs.field(init=False, factory=lambda: [_LONGEST_STRETCH_S])

    def followed(self, start: OrbitState) -> NumericalTrajectory:
        """The whole path, its legs joined."""
        parts: list[NumericalTrajectory] = []
        state = start
        for leg in legs_of(self.craft, self.epoch, self.until):
            state = _after_jumps(state, leg.jumps)
            for part in self._leg(state, leg):
                parts.append(part)
                if part.ended_by != "until":
                    return join(parts)
                state = _end_of(part, state)
        return join(parts)

    def _leg(self, state: OrbitState, leg: _Leg) -> Iterator[NumericalTrajectory]:
        """The parts of one leg: all of it at once without air, and settled stretches with it."""
        if not self._has_air:
            yield self._arc(state, leg, leg.end, None)
            return
        while state.epoch < leg.end:
            part = self._stretch(state, leg)
            yield part
            if part.ended_by != "until":
                return
            state = _end_of(part, state)

    @property
    def _has_air(self) -> bool:
        drag = self.craft.drag
        return self.forces.centre == "earth" and drag is not None and drag.area_m2 * drag.cd > 0.0

    def _stretch(self, state: OrbitState, leg: _Leg) -> NumericalTrajectory:
        """The next stretch of a leg, as long as its air settles: a day, or less where the orbit falls fast."""
        while True:
            length_s = self._stretch_s[0]
            end = min(leg.end, state.epoch.plus(seconds=length_s))
            found = self._settled(state, leg, end)
            if found is not None:
                self._stretch_s[0] = min(_LONGEST_STRETCH_S, 2.0 * length_s)
                return found
            if length_s <= _SHORTEST_STRETCH_S:
                raise ConvergenceError(f"the air along the path from {state.epoch} does not settle")
            self._stretch_s[0] = max(_SHORTEST_STRETCH_S, length_s / 4.0)

    def _settled(self, state: OrbitState, leg: _Leg, end: Instant) -> NumericalTrajectory | None:
        """The path with the air that lies along it, found by turns; None where the stretch is too long for that."""
        path = self._arc(state, leg, end, None)
        for _ in range(_MOST_PASSES):
            last, path = path, self._arc(state, leg, end, self._air_along(path, state, end))
            if path.ended_by == "time":
                return path
            apart_km, sunk_km = _apart(last, path)
            if sunk_km > _LARGEST_SINK_KM and end.seconds_since(state.epoch) > _SHORTEST_STRETCH_S:
                return None
            if apart_km < _SETTLED_KM and last.ended_by == path.ended_by:
                return path
        return None

    def _air_along(self, path: NumericalTrajectory, state: OrbitState, end: Instant) -> AirTable:
        epoch = state.epoch
        first_s, last_s = 0.0, path.end.seconds_since(epoch)

        def place(seconds: Floats) -> Floats:
            """On the path; beyond its ends straight on with the last acceleration: the table's margin only."""
            inside = np.clip(seconds, first_s, last_s)
            r, v = path.states_icrf(_moments(epoch, inside, path))
            over = (seconds - inside)[:, None]
            pull = -self.field.mu_km3_s2 * r / np.linalg.norm(r, axis=1)[:, None] ** 3
            placed: Floats = r + over * v + 0.5 * over**2 * pull
            return placed

        until_s = end.seconds_since(epoch) if path.ended_by == "until" else last_s
        return air_table(epoch, first_s, until_s, place, model=self.air_model, known_at=self.weather_known_at)

    def _arc(self, state: OrbitState, leg: _Leg, end: Instant, air: AirTable | None) -> NumericalTrajectory:
        left_s = None if self.stop_at is None else max(0.0, self.stop_at - monotonic())
        since_s = state.epoch.seconds_since(self.epoch)
        thrust = None if leg.thrust is None else evolve(leg.thrust, start_s=leg.thrust.start_s - since_s)
        return integrate(
            state,
            evolve(self.craft, mass_kg=leg.mass_kg, burns=()),
            self.forces,
            end,
            field=self.field,
            tables=evolve(self.tables, start_s=self.tables.start_s - since_s),
            air=air,
            thrust=thrust,
            surface_km=self.surface_km,
            tell=self._told(state.epoch, end),
            deadline_s=left_s,
        )

    def _told(self, start: Instant, end: Instant) -> Callable[[float], None] | None:
        """The fraction of an arc as one of the whole run."""
        if self.tell is None:
            return None
        tell, whole_s = self.tell, self.until.seconds_since(self.epoch)
        before_s, arc_s = start.seconds_since(self.epoch), end.seconds_since(start)
        return lambda done: tell((before_s + done * arc_s) / whole_s)


def _moments(epoch: Instant, seconds: Floats, path: NumericalTrajectory) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.clip(tai_ns_after(epoch, seconds), path.start.tai_ns, path.end.tai_ns)


def _end_of(part: NumericalTrajectory, like: OrbitState) -> OrbitState:
    """The state at a path's end."""
    r, v = part.states_icrf(np.array([part.end.tai_ns], dtype=np.int64))
    return evolve(like, epoch=part.end, position_km=_vector(r[0]), velocity_km_s=_vector(v[0]))


def _apart(one: NumericalTrajectory, other: NumericalTrajectory) -> tuple[float, float]:
    """The largest distance between two paths at equal moments, and the largest difference of radius, km."""
    end_ns = min(one.end.tai_ns, other.end.tai_ns)
    start_ns = one.start.tai_ns
    moments = start_ns + np.rint(np.linspace(0.0, end_ns - start_ns, _SAMPLES)).astype(np.int64)
    a, b = one.states_icrf(moments)[0], other.states_icrf(moments)[0]
    apart = float(np.linalg.norm(a - b, axis=1).max())
    late_s = abs(one.end.tai_ns - other.end.tai_ns) / NS_PER_S
    sunk = float(np.abs(np.linalg.norm(a, axis=1) - np.linalg.norm(b, axis=1)).max())
    return apart + 8.0 * late_s, sunk
