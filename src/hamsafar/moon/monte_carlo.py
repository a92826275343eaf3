"""How long a life lasts when its release, the Sun's push and the Moon's gravity are known only so well."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from hamsafar.domain.lunar import LunarMission
from hamsafar.errors import InputError
from hamsafar.moon.lives import ESCAPE, USUAL, Lives, PartAsked, Running, run_lives
from hamsafar.moon.places import FEWEST_IMPACTS, ImpactEllipse, impact_ellipse
from hamsafar.moon.spread import draw
from hamsafar.moon.start import forces_of, solar_m2_kg, start_of, until_of, vector_of
from hamsafar.moon.survival import Survival, survival
from hamsafar.orbit.lunar_frames import me_from_icrf, selenographic
from hamsafar.orbit.times import Floats, TaiNs, tai_ns_after
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

MOST_RUNS = 1_000_000
QUANTILES = (0.05, 0.5, 0.95)
_ROWS = 60  # of the lowest periapsis over time
_DAY_S = 86_400.0


@frozen(kw_only=True)
class ImpactGroup:
    """Impacts of one perilune: from the first to the last, how many of all lives, and their ellipse if they gather."""

    first: Instant
    last: Instant
    number: int
    ellipse: ImpactEllipse | None


@frozen(kw_only=True, eq=False)
class LowestPeriapsis:
    """The lowest radius that lives have come to by a time, quantiles over all of them: 5 %, 50 %, 95 %.

    `at_s` (m,) s after the release, `radius_km` (m, 3). A life that hit the Moon counts with the surface from then on.
    """

    at_s: Floats
    radius_km: Floats


@frozen(kw_only=True, eq=False)
class MonteCarlo:
    """What many lives tell together.

    `asked`: lives asked for, of which `done` were followed (the first ones; fewer where somebody stopped it or time ran
    out). Impact places are those of lives that hit, in their order: (k,) TAI ns, deg in the mean-Earth frame.
    """

    asked: int
    done: int
    seed: int
    start: Instant
    until: Instant
    survival: Survival
    escaped: int
    impact_tai_ns: TaiNs
    impact_latitude_deg: Floats
    impact_longitude_deg: Floats
    ellipse: ImpactEllipse | None  # of all impacts together
    groups: tuple[ImpactGroup, ...]
    lowest: LowestPeriapsis
    lives: Lives

    @property
    def impacted_share(self) -> float:
        """The share of the lives followed that hit the Moon before the end."""
        return self.survival.ended / self.done

    @property
    def impacted_error(self) -> float:
        """Its standard error, that of a binomial share."""
        share = self.impacted_share
        return float(np.sqrt(share * (1.0 - share) / self.done))

    def life_d(self, share: float) -> float | None:
        """The life, in days, that this share of all does not outlast; None where so few ended before the end."""
        seconds = self.survival.quantile_s(share)
        return None if seconds is None else seconds / _DAY_S


def monte_carlo(
    mission: LunarMission,
    runs: int,
    *,
    seed: int = 0,
    until: Instant | None = None,
    degree: int | None = None,
    surface_km: float = MOON_RADIUS_KM,
    running: Running = USUAL,
) -> MonteCarlo:
    """Lives from the release, each drawn from the mission's spread, until impact or `until` (a year if None).

    The same numbers whatever the workers, and on a Dask cluster of the same kind of processor. Raises InputError for a
    release without spread, for burns (a drawn life coasts), and as `run_lives` does.
    """
    _refuse(mission, runs)
    state, end = start_of(mission), until_of(mission, until)
    if end <= state.epoch:
        raise InputError(f"should come after the release at {state.epoch} (got {end})", where="--until")
    drawn = draw(vector_of(state), mission.spread, seed, range(runs))
    asked = PartAsked(
        epoch=state.epoch,
        states_icrf=drawn.states_icrf,
        solar_m2_kg=drawn.solar * solar_m2_kg(mission),
        until=end,
        forces=forces_of(mission, degree),
        surface_km=surface_km,
        clones=tuple((seed, number) for number in range(runs)) if mission.spread.gravity else None,
    )
    lives = run_lives(asked, running)
    return summed(lives, asked=runs, seed=seed, until=end, surface_km=surface_km)


def _refuse(mission: LunarMission, runs: int) -> None:
    if not 1 <= runs <= MOST_RUNS:
        raise InputError(f"should be 1 to {MOST_RUNS:,} (got {runs})", where="--runs")
    spread = mission.spread
    if not (any(spread.position_km) or any(spread.velocity_m_s) or spread.solar_share or spread.gravity):
        what = "the release has no spread, so all lives would be one; say how uncertain it is under release: spread"
        raise InputError(what, where=mission.source)
    if mission.burns:
        raise InputError("a drawn life coasts; take the burns out, or run it from after them", where=mission.source)


def summed(lives: Lives, *, asked: int, seed: int, until: Instant, surface_km: float = MOON_RADIUS_KM) -> MonteCarlo:
    """What lives tell together."""
    hit = lives.impacted
    tai_ns = tai_ns_after(lives.epoch, lives.end_s[hit])
    latitude_deg, longitude_deg = impact_places(lives)
    # Whoever left the Moon will not hit it: alive to the end, not lost from sight.
    life_s = np.where(lives.ended_by == ESCAPE, until.seconds_since(lives.epoch), lives.end_s)
    return MonteCarlo(
        asked=asked,
        done=len(lives),
        seed=seed,
        start=lives.epoch,
        until=until,
        survival=survival(life_s, hit),
        escaped=int(np.sum(lives.ended_by == ESCAPE)),
        impact_tai_ns=tai_ns,
        impact_latitude_deg=latitude_deg,
        impact_longitude_deg=longitude_deg,
        ellipse=impact_ellipse(latitude_deg, longitude_deg),
        groups=_groups(lives, tai_ns, latitude_deg, longitude_deg),
        lowest=lowest_over_time(lives, until, surface_km),
        lives=lives,
    )


def impact_places(lives: Lives) -> tuple[Floats, Floats]:
    """Latitude and longitude (mean Earth) of those that hit, deg: (k,), (k,)."""
    hit = lives.impacted
    tai_ns = tai_ns_after(lives.epoch, lives.end_s[hit])
    if not tai_ns.size:
        return np.empty(0), np.empty(0)
    r_me_km = np.einsum("nij,nj->ni", me_from_icrf(tai_ns), lives.states_icrf[hit, :3])
    latitude_deg, longitude_deg, _ = selenographic(r_me_km)
    return latitude_deg, longitude_deg


def _groups(lives: Lives, tai_ns: TaiNs, latitude_deg: Floats, longitude_deg: Floats) -> tuple[ImpactGroup, ...]:
    """Impacts in order of time, cut where more than a third of a revolution lies between two."""
    if not tai_ns.size:
        return ()
    order = np.argsort(tai_ns, kind="stable")
    gap_ns = _revolution_s(lives) / 3.0 * 1e9
    edges = [0, *(np.flatnonzero(np.diff(tai_ns[order]) > gap_ns) + 1).tolist(), tai_ns.size]
    found = []
    for first, after in pairwise(edges):
        some = order[first:after]
        ellipse = impact_ellipse(latitude_deg[some], longitude_deg[some]) if after - first >= FEWEST_IMPACTS else None
        group = ImpactGroup(
            first=Instant(int(tai_ns[some[0]])),
            last=Instant(int(tai_ns[some[-1]])),
            number=after - first,
            ellipse=ellipse,
        )
        found.append(group)
    return tuple(found)


def _revolution_s(lives: Lives) -> float:
    """The median time between two periapses; a day where there are none."""
    gaps = np.diff(lives.periapsis_s, axis=1)
    known = gaps[np.isfinite(gaps)]
    return float(np.median(known)) if known.size else _DAY_S


def lowest_over_time(lives: Lives, until: Instant, surface_km: float) -> LowestPeriapsis:
    """Quantiles of the lowest radius so far, at sixty equal steps to the end."""
    at_s = np.linspace(0.0, until.seconds_since(lives.epoch), _ROWS + 1)[1:]
    seen = np.where(np.isnan(lives.periapsis_km), np.inf, lives.periapsis_km)
    so_far = np.minimum.accumulate(seen, axis=1) if seen.shape[1] else seen
    rows = np.full((_ROWS, len(QUANTILES)), np.nan)
    for row, moment in enumerate(at_s.tolist()):
        lowest = _by_then(lives, so_far, moment, surface_km)
        rows[row] = np.quantile(lowest, QUANTILES, method="inverted_cdf")
    told = np.isfinite(rows).all(axis=1)  # once most have come to a perilune
    return LowestPeriapsis(at_s=at_s[told], radius_km=rows[told])


def _by_then(lives: Lives, so_far: Floats, moment_s: float, surface_km: float) -> Floats:
    """The lowest radius of each life by a moment (n,); infinite before its first periapsis."""
    passed = np.sum(lives.periapsis_s <= moment_s, axis=1)
    rows: NDArray[np.intp] = np.arange(len(lives))
    lowest = np.full(len(lives), np.inf)
    any_passed = passed > 0
    lowest[any_passed] = so_far[rows[any_passed], passed[any_passed] - 1]
    lowest[lives.impacted & (lives.end_s <= moment_s)] = surface_km
    return lowest
