"""`moon lifetime`: how long a lunar CubeSat lives, where it ends, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.asking import assumed, cut_short, degree_of, moment_of, seconds_of
from hamsafar.app.moon.spec import mission_of
from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.life import Life
    from hamsafar.moon.monte_carlo import MonteCarlo
    from hamsafar.moon.places import ImpactEllipse
    from hamsafar.moon.sweep import Sweep

__all__ = [
    "ImpactEllipse",
    "Life",
    "Lifetime",
    "MonteCarlo",
    "Sweep",
    "heading_of",
    "lifetime",
]  # the parts of an answer, for doors
LONGEST_D = 365.25  # a life that outlasts a year is not followed further unless asked
_SOON_S = 5.0  # what is left is not worth telling
_LOWEST_KM, _HIGHEST_KM = 1_728.0, 1_749.0  # the Moon's deepest and highest ground


@frozen(kw_only=True, eq=False)
class Lifetime:
    """One life from the release, and what was asked besides: many drawn lives, or lives of swept assumptions.

    `complete` is False where time ran out or somebody stopped it: then each part says how far it came.
    """

    mission: LunarMission
    degree: int
    surface_km: float
    life: Life
    monte_carlo: MonteCarlo | None
    sweep: Sweep | None
    assumed: tuple[str, ...]
    complete: bool


def lifetime(
    spec: Path | str | LunarMission,
    *,
    until: Instant | str | None = None,
    degree: int | None = None,
    surface_radius_km: float | None = None,
    runs: int | None = None,
    seed: int = 0,
    sweep: Sequence[str] = (),
    scheduler: str | None = None,
    workers: int | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Lifetime:
    """The life from a mission's release until impact or `until` (a year if not said).

    `spec`: a mission's folder or file, or an OPM about the Moon. `surface_radius_km`: the ground's distance from the
    centre where it will hit (1,737.4 if not said). `runs`: so many more lives, drawn from the release's spread with
    `seed`; on a Dask cluster at `scheduler`. `sweep`: assumptions of the file to vary (`inclination`), or with values
    (`inclination=30,60`). After `time_limit_s` seconds what is there is answered.

    Raises InputError (InputErrors) with the place of everything that is wrong, OutOfRangeError beyond the ephemeris.
    """
    from hamsafar.moon.life import life as follow
    from hamsafar.moon.lives import Running
    from hamsafar.moon.monte_carlo import monte_carlo
    from hamsafar.moon.sweep import sweep as sweep_lives

    mission = spec if isinstance(spec, LunarMission) else mission_of(spec)
    start = mission.state.epoch
    with Asked() as asked:
        end = asked.read(moment_of, until, start, start.plus(days=LONGEST_D), "--until")
        known_degree = asked.read(degree_of, degree, mission)
        limit_s = asked.read(seconds_of, time_limit_s, "--time-limit")
        surface_km = asked.read(_surface_of, surface_radius_km)
        values = asked.read(values_of, mission, sweep)
    if end <= start:
        raise InputError(f"should come after the release at {start} (got {end})", where="--until")
    clock = _Clock(limit_s)
    from hamsafar.orbit.numerical.compiling import tell_of_compiling

    tell_of_compiling(lambda: tell("Compiling the kernel, once on this machine"))
    life = follow(
        mission,
        until=end,
        degree=known_degree,
        surface_km=surface_km,
        tell=lambda done: tell(f"Following the orbit: {done:.0%}"),
        deadline_s=clock.left_s(),
    )
    if life.ended_by != "time":
        tell("Following the orbit: 100%")
    running = Running(workers=workers, scheduler=scheduler, stopped=stopped)
    lives = None
    if runs is not None:
        lives = monte_carlo(
            mission,
            runs,
            seed=seed,
            until=end,
            degree=known_degree,
            surface_km=surface_km,
            running=evolve(running, tell=_share(tell, "Drawn lives"), deadline_s=clock.left_s()),
        )
    swept = None
    if values:
        swept = sweep_lives(
            mission,
            values,
            where="--sweep",
            until=end,
            degree=known_degree,
            surface_km=surface_km,
            running=evolve(running, tell=_share(tell, "Assumptions swept"), deadline_s=clock.left_s()),
        )
    return Lifetime(
        mission=mission,
        degree=known_degree,
        surface_km=surface_km,
        life=life,
        monte_carlo=lives,
        sweep=swept,
        assumed=(*assumed(mission), *(cut_short(start.plus(days=LONGEST_D)) if until is None else ())),
        complete=life.ended_by != "time"
        and (lives is None or lives.done == lives.asked)
        and (swept is None or swept.whole),
    )


class _Clock:
    """What is left of a limit."""

    def __init__(self, limit_s: float | None) -> None:
        import time

        self._now = time.monotonic
        self._end_s = None if limit_s is None else self._now() + limit_s

    def left_s(self) -> float | None:
        """Seconds, at least a moment; None where there is no limit."""
        return None if self._end_s is None else max(self._end_s - self._now(), 0.01)


def _share(tell: Callable[[str], None], stage: str) -> Callable[[int, int], None]:
    """Tells the share of parts that are done, and how long the rest will take once that can be guessed."""
    import time

    began_s = time.monotonic()

    def told(done: int, of: int) -> None:
        left_s = (time.monotonic() - began_s) * (of - done) / done if done else 0.0
        tell(f"{stage}: {int(100 * done / of)}%{_left(left_s)}")

    return told


def _left(seconds: float) -> str:
    """In words, to five seconds or a minute; empty where it is soon over."""
    if seconds < _SOON_S:
        return ""
    if seconds < 120.0:
        return f", about {5 * round(seconds / 5)} s left"
    return f", about {round(seconds / 60)} min left"


def _surface_of(asked: float | None) -> float:
    from hamsafar.units import MOON_RADIUS_KM

    if asked is None:
        return MOON_RADIUS_KM
    if not _LOWEST_KM <= asked <= _HIGHEST_KM:
        what = f"the Moon's ground lies {_LOWEST_KM:g} to {_HIGHEST_KM:g} km from its centre (got {asked:g})"
        raise InputError(what, where="--surface-radius")
    return float(asked)


def values_of(mission: LunarMission, asked: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """What to sweep, by name: the file's values, or those given behind an equals sign.

    Raises InputError for a name that the file assumes nothing of, unless values are given with it.
    """
    from hamsafar.moon.sweep import last_word, refuse_odd, swept_by

    known = swept_by(mission)
    found: dict[str, tuple[float, ...]] = {}
    for one in asked:
        name, _, numbers = one.partition("=")
        if "=" in one:
            taken = tuple(_number(each, one) for each in numbers.split(","))
            _ensure_once(found, name.strip(), taken, one)
            found[name.strip()] = taken
            continue
        meant = [of for of in known if of == name or last_word(of) == last_word(name)]
        if len(meant) != 1:
            which = ", ".join(known) or "none"
            what = f"should be one of the assumptions that have values to sweep ({which}), or carry some as in"
            raise InputError(f"{what} inclination=30,60,90 (got {one!r})", where="--sweep")
        _ensure_once(found, meant[0], known[meant[0]], one)
        found[meant[0]] = known[meant[0]]
    refuse_odd(found, "--sweep")
    return found


def heading_of(name: str) -> str:
    """What is swept, with the unit of its numbers: `inclination °` of `release.elements.inclination`."""
    from hamsafar.moon.sweep import last_word, unit_of

    word = name.rsplit(".", 1)[-1].strip()
    for ending in ("_km", "_deg", "_kg", "_m2"):
        word = word.removesuffix(ending) if last_word(name).endswith(ending) else word
    return f"{word.replace('_', ' ')} {unit_of(name)}".rstrip()


def _ensure_once(found: dict[str, tuple[float, ...]], name: str, values: tuple[float, ...], asked: str) -> None:
    from hamsafar.moon.sweep import same_thing

    if any(same_thing(name, other) for other in found):
        raise InputError(f"sweeps one thing twice; name it once, with all its values (got {asked!r})", where="--sweep")
    if len(set(values)) != len(values):
        raise InputError(f"names a value twice; each life is followed once (got {asked!r})", where="--sweep")


def _number(text: str, asked: str) -> float:
    from math import isfinite

    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise InputError(f"should carry numbers, as in inclination=30,60,90 (got {asked!r})", where="--sweep")
    return value
