"""`moon orbit`: where a lunar CubeSat is and how it moves, in equal steps, with its elements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hamsafar.app.asking import Asked, step_ns_of
from hamsafar.app.moon.asking import assumed, degree_of, model_row, moment_of, seconds_of
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.orbit.times import Floats, TaiNs
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.elements import OrbitElements
    from hamsafar.moon.life import EndedBy, Impact
    from hamsafar.orbit.numerical import NumericalTrajectory

USUAL_LENGTH_D = 1.0
USUAL_STEP = "10 min"
MOST_STATES = 10_000_000


@frozen(kw_only=True, eq=False)
class LunarOrbit:
    """States about the Moon, ascending in time, and elements at the same moments in the lunar equator of date.

    `frame`: of the states; axes that stand still are those of the release. `ended_by` as a life's; `end` where the path
    ends, the last state stands there.
    """

    mission: LunarMission
    degree: int
    frame: str
    start: Instant
    end: Instant
    ended_by: EndedBy
    impact: Impact | None
    tai_ns: TaiNs  # (n,)
    position_km: Floats  # (n, 3)
    velocity_km_s: Floats  # (n, 3)
    elements: OrbitElements
    assumed: tuple[str, ...]
    path: NumericalTrajectory

    def __len__(self) -> int:
        return len(self.tai_ns)


def orbit(
    spec: Path | str | LunarMission,
    *,
    start: Instant | str | None = None,
    end: Instant | str | None = None,
    step: float | str = USUAL_STEP,
    frame: str = "ICRF",
    degree: int | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> LunarOrbit:
    """States from `start` (the release if not said) in equal steps to `end` (a day after), and one at the end itself.

    Frames: ICRF, EME2000, MOON_PA and MOON_ME (turning), MOON_PA_INERTIAL, MOON_ME_INERTIAL, MOON_EQUATOR (standing as
    at the release). Raises InputError (InputErrors) for anything wrong in what is asked or in the mission's file, more
    than ten million states too; OutOfRangeError beyond the ephemeris.
    """
    from hamsafar.moon.life import elements_along, impact_of
    from hamsafar.moon.start import craft_of, forces_of, start_of
    from hamsafar.orbit.numerical import propagate
    from hamsafar.orbit.states import frame_arrays, frame_of

    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    release = mission.state.epoch
    with Asked() as asked:
        first = asked.read(moment_of, start, release, release, "--from")
        last = asked.read(moment_of, end, release, _day_after(first, release), "--until")
        step_ns = asked.read(step_ns_of, step)
        known_degree = asked.read(degree_of, degree, mission)
        limit_s = asked.read(seconds_of, time_limit_s, "--time-limit")
        known_frame = asked.read(_frame_of, frame, frame_of)
    _refuse_times(release, first, last, step_ns)
    from hamsafar.orbit.numerical.compiling import tell_of_compiling

    tell_of_compiling(lambda: tell("Compiling the kernel, once on this machine"))
    path = propagate(
        start_of(mission),
        craft_of(mission),
        forces_of(mission, known_degree),
        last,
        tell=lambda done: tell(f"Following the orbit: {done:.0%}"),
        deadline_s=limit_s,
    )
    if path.ended_by != "time":
        tell("Following the orbit: 100%")
    if first >= path.end:
        how = {"impact": "it hits the Moon", "time": "time ran out"}.get(
            path.ended_by, f"the path ends ({path.ended_by})"
        )
        raise InputError(f"comes after {path.end}, when {how} (got {first})", where="--from")
    steps = np.arange(first.tai_ns, path.end.tai_ns, step_ns, dtype=np.int64)
    tai_ns = np.append(steps, np.int64(path.end.tai_ns))
    r_icrf_km, v_icrf_km_s = path.states_icrf(tai_ns)
    position_km, velocity_km_s = frame_arrays(known_frame, "moon", r_icrf_km, v_icrf_km_s, tai_ns, axes_at=release)
    return LunarOrbit(
        mission=mission,
        degree=known_degree,
        frame=known_frame,
        start=first,
        end=path.end,
        ended_by=path.ended_by,
        impact=impact_of(path) if path.ended_by == "impact" else None,
        tai_ns=tai_ns,
        position_km=position_km,
        velocity_km_s=velocity_km_s,
        elements=elements_along(path, tai_ns).elements,
        assumed=assumed(mission),
        path=path,
    )


def _day_after(first: object, release: Instant) -> Instant:
    return (first if isinstance(first, Instant) else release).plus(days=USUAL_LENGTH_D)


def _frame_of(asked: str, known: Callable[[str, Any], str]) -> str:
    try:
        return known(asked, "moon")
    except InputError as problem:
        raise InputError(problem.what, where="--frame") from problem


def _refuse_times(release: Instant, first: Instant, last: Instant, step_ns: int) -> None:
    if first < release:
        raise InputError(f"should not come before the release at {release} (got {first})", where="--from")
    if last <= first:
        raise InputError(f"should come after --from ({first}) (got {last})", where="--until")
    number = (last.tai_ns - first.tai_ns) // step_ns + 2
    if number > MOST_STATES:
        what = f"makes {number:,} states of this interval; {MOST_STATES:,} is the most: take a longer step"
        raise InputError(what, where="--step")


def orbit_pieces(found: LunarOrbit, form: str) -> Iterator[str]:
    """The text of an answer as json, csv or oem; every number of a state reads back equal."""
    from hamsafar.app.moon.orbit_forms import csv_pieces, json_pieces, oem_pieces

    makers = {"json": json_pieces, "csv": csv_pieces, "oem": oem_pieces}
    return makers[form](found)


def model_of(found: LunarOrbit) -> dict[str, object]:
    """What it was calculated from."""
    return model_row(found.mission, found.degree)
