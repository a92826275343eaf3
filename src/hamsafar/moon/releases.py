"""When to let go of the carrier, which way and how fast: every option with its life, its clearance, its contacts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isinf
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from attrs import evolve, field, frozen

from hamsafar.domain.lunar import Carrier, LunarMission, Station
from hamsafar.domain.orbits import Craft, OrbitState, Vector
from hamsafar.errors import InputError
from hamsafar.moon.carrier import BothWays, Path, state_on
from hamsafar.moon.clearance import Clearance, clearance
from hamsafar.moon.elements import rtn_axes
from hamsafar.moon.lives import USUAL, Lives, PartAsked, Running, run_lives
from hamsafar.moon.start import craft_of, forces_of, solar_m2_kg, start_of, until_of, vector_of
from hamsafar.orbit.numerical.model import ForceModel
from hamsafar.orbit.states import keplerian
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from hamsafar.orbit.numerical import NumericalTrajectory

ContactHours: TypeAlias = "Callable[[NumericalTrajectory, Span], float]"  # hours a day

DEFAULT_TIMES = 8  # of a revolution, or of the time in which the carrier may let go
DEFAULT_DIRECTIONS: tuple[Vector, ...] = (
    (0.0, 1.0, 0.0),
    (0.0, -1.0, 0.0),
    (1.0, 0.0, 0.0),
    (-1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.0, 0.0, -1.0),
)
DEFAULT_SPEEDS_M_S = (1.0,)
MOST_OPTIONS = 5_000
REVOLUTIONS_LOOKED_AT = 10  # of the carrier, for meeting it again
_DAY_S = 86_400.0


@frozen(kw_only=True)
class ReleaseOption:
    """One way to be let go. Direction: radial, transverse, normal of the carrier's orbit; a unit vector."""

    number: int
    time: Instant
    direction: Vector
    speed_m_s: float
    true_anomaly_deg: float  # of the carrier at that moment
    state: OrbitState  # of the CubeSat, just after; ICRF axes about the Moon

    @property
    def name(self) -> str:
        """`3: 2024-05-08T08:14:00Z along 1 m/s`."""
        return f"{self.number}: {self.time.iso()} {self.way} {self.speed_m_s:g} m/s"

    @property
    def way(self) -> str:
        """The direction in words where it is one of the axes, else its numbers."""
        ways = dict(zip(DEFAULT_DIRECTIONS, ("along", "against", "up", "down", "left", "right"), strict=True))
        return ways.get(self.direction) or "RTN " + ",".join(f"{part:+.2f}" for part in self.direction)


@frozen(kw_only=True, eq=False)
class Release:
    """An option and what became of it.

    `life_d`: days until impact, or to where it was followed (`ended_by` "until"); `lowest_km` the lowest radius in
    that time, `first_perilune_km` that of the first perilune, None where the ground comes before one. `why_not`: what
    speaks against it, empty for those on the first front. `front`: 1 for options that no other beats in everything, 2
    for those beaten by these alone, and so on; None where the option is ruled out.
    """

    option: ReleaseOption
    life_d: float
    ended_by: str
    lowest_km: float
    first_perilune_km: float | None
    clearance: Clearance
    contact_h_a_day: float | None
    ruled_out: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()
    front: int | None = None

    @property
    def closest_km(self) -> float:
        """How near the carrier comes again once it should be clear."""
        return self.clearance.closest.distance_km

    def merits(self) -> tuple[float, ...]:
        """What is better when larger, to the step that a choice minds: life (all that still live are alike), clearance,
        contact.
        """
        life_d = round(self.life_d, 1) if self.ended_by == "impact" else inf
        contact = () if self.contact_h_a_day is None else (round(self.contact_h_a_day, 2),)
        return (life_d, round(self.closest_km, 1), *contact)


@frozen(kw_only=True, eq=False)
class Releases:
    """Every option, the best front first, and within a front the longest life."""

    releases: tuple[Release, ...]
    until: Instant
    clearance_span_s: float
    min_clearance_km: float
    clear_after_h: float
    assumed: tuple[str, ...] = field(default=())
    complete: bool = True

    @property
    def best(self) -> tuple[Release, ...]:
        """Those that no other beats in everything."""
        return tuple(one for one in self.releases if one.front == 1)


def releases(
    mission: LunarMission,
    carrier: Path,
    *,
    times: int = DEFAULT_TIMES,
    until: Instant | None = None,
    degree: int | None = None,
    contacts: ContactHours | None = None,
    tell: Callable[[str], None] = lambda _: None,
    running: Running = USUAL,
) -> Releases:
    """The mission's release options compared: lives until impact or `until` (a year if None), clearance from the
    carrier over its next ten revolutions, and contact over the same time with the mission's stations, if it has any.

    `carrier`: where the carrier is. Its own force from sunlight is not known: a path calculated for it is that of a
    body without any. Raises InputError for a mission without a carrier or with too many options, OutOfRangeError where
    the carrier's path doesn't reach.
    """
    asked = _carrier_of(mission)
    options = options_of(asked, carrier, times)
    tell(f"Lives of {len(options)} options")
    end = until_of(mission, until)
    lives = _lives(mission, options, end, degree, running)
    forces, craft = forces_of(mission, degree), craft_of(mission)
    talks = contacts or (contacts_with(mission.stations) if mission.stations else None)
    found = []
    for row, option in enumerate(options[: len(lives)]):
        tell(f"Clearance of {len(options)} options: {int(100 * option.number / len(options))}%")
        found.append(_judged(option, lives, row, asked, carrier, forces, craft, talks))
        if running.stopped():
            break
    return Releases(
        releases=ranked(found),
        until=end,
        clearance_span_s=REVOLUTIONS_LOOKED_AT * _revolution_s(options[0].state),
        min_clearance_km=asked.min_clearance_km,
        clear_after_h=asked.clear_after_h,
        complete=len(found) == len(options),
    )


def contacts_with(stations: Sequence[Station]) -> ContactHours:
    """Hours a day in which a path is in sight of any of the stations."""
    from hamsafar.moon.contacts import find_contacts, hours_a_day

    return lambda path, span: hours_a_day(find_contacts(stations, path, span), span)


def carrier_path(mission: LunarMission, *, times_end: Instant | None = None, degree: int | None = None) -> Path:
    """The carrier's path from its state, calculated to where the last option's clearance is looked at; backwards too,
    where it may let go before the moment of its state.
    """
    from hamsafar.orbit.numerical import propagate
    from hamsafar.orbit.numerical.arc import integrate

    asked = _carrier_of(mission)
    if asked.state is None:
        raise InputError("the carrier has neither a state nor an ephemeris", where=f"{mission.source}: carrier")
    state = start_of(mission, asked.state)
    revolution_s = _revolution_s(state)
    last = times_end or asked.release_to or state.epoch.plus(seconds=revolution_s)
    until = max(last, state.epoch).plus(seconds=(REVOLUTIONS_LOOKED_AT + 1) * revolution_s)
    craft = Craft(mass_kg=1_000.0)  # no sunlight, no air: its mass does nothing
    after = propagate(state, craft, forces_of(mission, degree), until)
    if asked.release_from is None or asked.release_from >= state.epoch:
        return after
    return BothWays(integrate(state, craft, forces_of(mission, degree), asked.release_from), after)


def _carrier_of(mission: LunarMission) -> Carrier:
    if mission.carrier is None:
        what = "says nothing of the carrier, so there is nothing to be released from; add a section carrier"
        raise InputError(what, where=mission.source)
    return mission.carrier


def options_of(asked: Carrier, path: Path, times: int = DEFAULT_TIMES) -> tuple[ReleaseOption, ...]:
    """All options: moments × directions × speeds. Moments lie evenly from `release_from` to `release_to`, both counted;
    without an end, over one revolution of the carrier.
    """
    if times < 1:
        raise InputError(f"should be 1 or more (got {times})", where="--times")
    start = asked.release_from or path.start
    one = state_on(path, start)
    end = asked.release_to or start.plus(seconds=_revolution_s(one) * (1.0 - 1.0 / times))
    if end < start:
        raise InputError(f"should not come before release_from ({start}) (got {end})", where="carrier.release_to")
    moments = (
        [start] if end == start else [start.plus(seconds=float(s)) for s in _even(end.seconds_since(start), times)]
    )
    directions = tuple(_unit(each) for each in asked.directions) or DEFAULT_DIRECTIONS
    speeds_m_s = asked.speeds_m_s or DEFAULT_SPEEDS_M_S
    number = len(moments) * len(directions) * len(speeds_m_s)
    if number > MOST_OPTIONS:
        raise InputError(f"makes {number:,} options; {MOST_OPTIONS:,} is the most", where="carrier")
    found: list[ReleaseOption] = []
    for moment in moments:
        held = state_on(path, moment)
        anomaly_deg = keplerian(held).true_anomaly_deg % 360.0
        for direction in directions:
            for speed_m_s in speeds_m_s:
                option = ReleaseOption(
                    number=len(found) + 1,
                    time=moment,
                    direction=direction,
                    speed_m_s=speed_m_s,
                    true_anomaly_deg=anomaly_deg,
                    state=pushed(held, direction, speed_m_s),
                )
                found.append(option)
    return tuple(found)


def _even(length_s: float, times: int) -> Floats:
    return np.linspace(0.0, length_s, times) if times > 1 else np.array([0.0])


def _unit(direction: Vector) -> Vector:
    length = float(np.linalg.norm(direction))
    if not length > 0.0:
        raise InputError("a direction has a length above 0", where="carrier.directions")
    x, y, z = (part / length for part in direction)
    return x, y, z


def pushed(state: OrbitState, direction: Vector, speed_m_s: float) -> OrbitState:
    """A state after a push along radial, transverse and normal of its own orbit; the carrier is too heavy to notice."""
    r_km, v_km_s = np.array(state.position_km), np.array(state.velocity_km_s)
    x, y, z = (v_km_s + speed_m_s / 1_000.0 * np.array(direction) @ rtn_axes(r_km, v_km_s)).tolist()
    return evolve(state, velocity_km_s=(x, y, z))


def _revolution_s(state: OrbitState) -> float:
    from hamsafar.orbit.bodies import GM_KM3_S2

    a_km = keplerian(state).semi_major_axis_km
    if not a_km > 0.0:
        raise InputError("the carrier leaves the Moon: its state is hyperbolic", where="carrier.state")
    return float(2.0 * np.pi * np.sqrt(a_km**3 / GM_KM3_S2["moon"]))


def _lives(
    mission: LunarMission,
    options: tuple[ReleaseOption, ...],
    end: Instant,
    degree: int | None,
    running: Running,
) -> Lives:
    """All options' lives together, from the first of their moments on."""
    epoch = min(option.time for option in options)
    asked = PartAsked(
        epoch=epoch,
        states_icrf=np.array([vector_of(option.state) for option in options]),
        solar_m2_kg=np.full(len(options), solar_m2_kg(mission)),
        start_s=np.array([option.time.seconds_since(epoch) for option in options]),
        until=end,
        forces=forces_of(mission, degree),
    )
    return run_lives(asked, running)


def _judged(
    option: ReleaseOption,
    lives: Lives,
    row: int,
    asked: Carrier,
    carrier: Path,
    forces: ForceModel,
    craft: Craft,
    contacts: ContactHours | None,
) -> Release:
    from hamsafar.orbit.numerical import ENDED_BY, propagate

    revolution_s = _revolution_s(option.state)
    end = min(option.time.plus(seconds=REVOLUTIONS_LOOKED_AT * revolution_s), carrier.end)
    path = propagate(option.state, craft, forces, end)
    clear_after = option.time.plus(hours=asked.clear_after_h)
    kept = clearance(
        path,
        carrier,
        Span(option.time, path.end),
        clear_after=min(clear_after, path.end.plus(seconds=-1)),
        revolution_s=revolution_s,
    )
    perilunes = lives.periapsis_km[row]
    release = Release(
        option=option,
        life_d=float(lives.end_s[row] - option.time.seconds_since(lives.epoch)) / _DAY_S,
        ended_by=ENDED_BY[int(lives.ended_by[row])],
        lowest_km=float(lives.lowest_km()[row]),
        first_perilune_km=None if not perilunes.size or np.isnan(perilunes[0]) else float(perilunes[0]),
        clearance=kept,
        contact_h_a_day=None if contacts is None else contacts(path, Span(option.time, path.end)),
    )
    return evolve(release, ruled_out=_ruled_out(release, asked))


def _ruled_out(one: Release, asked: Carrier) -> tuple[str, ...]:
    said = []
    if one.ended_by == "impact" and one.first_perilune_km is None:
        said.append("hits the Moon at its first perilune")
    if one.closest_km < asked.min_clearance_km:
        near = f"comes within {one.closest_km:.2f} km of the carrier on {one.clearance.closest.time.iso()}"
        said.append(
            f"{near}; {asked.min_clearance_km:g} km is asked for from {asked.clear_after_h:g} h after release on"
        )
    return tuple(said)


def ranked(found: list[Release]) -> tuple[Release, ...]:
    """Options with their fronts and reasons: those that none beats in all merits come first; ruled out ones last."""
    left, front = [one for one in found if not one.ruled_out], 1
    placed: list[Release] = []
    while left:
        best = [one for one in left if not any(_beats(other, one) for other in left)]
        for one in best:
            better = next((other for other in placed if other.front == front - 1 and _beats(other, one)), None)
            placed.append(evolve(one, front=front, why_not=() if better is None else (_beaten_by(better, one),)))
        left = [one for one in left if one not in best]
        front += 1
    out = [evolve(one, why_not=one.ruled_out) for one in found if one.ruled_out]
    return tuple(sorted(placed, key=lambda one: (one.front or 0, *(-merit for merit in one.merits()))) + out)


def _beats(one: Release, other: Release) -> bool:
    pairs = list(zip(one.merits(), other.merits(), strict=True))
    return all(mine >= theirs for mine, theirs in pairs) and any(mine > theirs for mine, theirs in pairs)


def _beaten_by(better: Release, one: Release) -> str:
    gains = []
    mine, theirs = one.merits(), better.merits()
    if theirs[0] > mine[0]:
        still = isinf(theirs[0])
        gains.append("still lives then" if still else f"lives {theirs[0] - mine[0]:.1f} d longer")
    if theirs[1] > mine[1]:
        gains.append(f"keeps {theirs[1] - mine[1]:.1f} km further from the carrier")
    if theirs[2:] > mine[2:]:
        gains.append(f"talks {theirs[2] - mine[2]:.2f} h a day more")
    return f"option {better.option.number} {', '.join(gains)}, and is as good in the rest"
