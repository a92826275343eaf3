"""A mission's orbit over a time that is asked about: what light, contacts and link begin with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.asking import assumed, cut_short, degree_of, model_row, moment_of, seconds_of
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from hamsafar.moon.along import Looks
    from hamsafar.orbit.numerical import NumericalTrajectory

USUAL_LENGTH_D = 30.0
_ENDS = {
    "until": "the end of what was asked",
    "impact": "the craft hits the Moon",
    "escape": "the craft leaves the Moon",
    "time": "time ran out: followed so far",
}


@frozen(kw_only=True, eq=False)
class Followed:
    """A mission and its orbit over `span`, which ends early where the orbit does (`ended_by` as a trajectory's)."""

    mission: LunarMission
    degree: int
    span: Span
    ended_by: str
    assumed: tuple[str, ...]
    path: NumericalTrajectory
    looks: Looks

    @property
    def ending(self) -> str:
        """Why it ends there, in words."""
        return _ENDS[self.ended_by]

    def head(self) -> dict[str, Any]:
        """What every answer over it says of itself, as JSON carries it."""
        return {
            "mission": self.mission.id,
            "from": self.span.start.iso(3),
            "to": self.span.end.iso(3),
            "ended_by": self.ended_by,
            "model": model_row(self.mission, self.degree),
        }


def followed(
    spec: Path | str | LunarMission,
    *,
    start: Instant | str | None,
    end: Instant | str | None,
    degree: int | None,
    time_limit_s: float | None,
    tell: Callable[[str], None],
    rests_on: tuple[str, ...] = (),
) -> Followed:
    """The orbit of a mission from `start` (the release if not said) to `end` (30 days later if not said).

    `rests_on`: sections of the mission's file that the answer needs besides the orbit's.

    Raises InputError (InputErrors) for what is wrong in the mission's file or in what is asked, OutOfRangeError beyond
    the bundled ephemeris.
    """
    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    release = mission.state.epoch
    with Asked() as asked:
        first = asked.read(moment_of, start, release, release, "--from")
        last = asked.read(_end_of, end, first, release)
        known_degree = asked.read(degree_of, degree, mission)
        limit_s = asked.read(seconds_of, time_limit_s, "--time-limit")
    if first < release:
        raise InputError(f"comes before the release, {release} (got {first})", where="--from")
    if last <= first:
        raise InputError(f"should come after {first} (got {last})", where="--until")
    found = _along(mission, known_degree, first, last, limit_s, tell, rests_on)
    cut = cut_short(first.plus(days=USUAL_LENGTH_D)) if end is None else ()
    return evolve(found, assumed=(*found.assumed, *cut))


def _end_of(asked: Instant | str | None, first: Instant, release: Instant) -> Instant:
    return moment_of(asked, release, first.plus(days=USUAL_LENGTH_D), "--until")


def _along(
    mission: LunarMission,
    degree: int,
    first: Instant,
    last: Instant,
    limit_s: float | None,
    tell: Callable[[str], None],
    rests_on: tuple[str, ...],
) -> Followed:
    from hamsafar.moon.along import looks_along
    from hamsafar.moon.start import craft_of, forces_of, start_of
    from hamsafar.orbit.numerical import propagate
    from hamsafar.orbit.numerical.compiling import tell_of_compiling

    tell_of_compiling(lambda: tell("Compiling the kernel, once on this machine"))
    path = propagate(
        start_of(mission),
        craft_of(mission),
        forces_of(mission, degree),
        last,
        tell=lambda done: tell(f"Following the orbit: {done:.0%}"),
        deadline_s=limit_s,
    )
    if path.ended_by != "time":
        tell("Following the orbit: 100%")
    if path.end <= first:
        raise InputError(f"comes after {path.end}: {_ENDS[path.ended_by]} (got {first})", where="--from")
    looks = looks_along(path, Span(first, last))
    return Followed(
        mission=mission,
        degree=degree,
        span=looks.span,
        ended_by="escape" if path.met == "earth" else path.ended_by,
        assumed=assumed(mission, *rests_on),
        path=path,
        looks=looks,
    )
