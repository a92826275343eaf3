"""Many lives, in parts: each from its own state until impact or an end, on all cores or on a Dask cluster.

A part is a handful of lives that one thread calculates; which part holds a life, who does it and when never changes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from hamsafar.errors import InputError
from hamsafar.orbit.numerical.model import ForceModel, GravityField, Tables
from hamsafar.orbit.times import Floats
from hamsafar.timeline import Instant
from hamsafar.units import MOON_RADIUS_KM

UNTIL, IMPACT, ESCAPE = 1, 2, 3  # how a life ended, by code (`hamsafar.orbit.numerical.ENDED_BY`)
# Lives in a part. Few here, as a part that has begun is finished before a stop is heard; a cluster has its own delays.
_HERE, _ON_CLUSTER = 2, 8
_ERRORS_TO = 150  # degree to which formal errors are bundled
_LOOK_S = 0.2  # between two looks at whether somebody asked for an end

Part = TypeVar("Part")


@frozen(kw_only=True, eq=False)
class Lives:
    """How n lives went from one epoch: lengths, ends, and their revolutions.

    `end_s` (n,) s from the epoch; `ended_by` (n,) codes `UNTIL`, `IMPACT`, `ESCAPE`; `states_icrf` (n, 6) at the end;
    `periapsis_s`, `periapsis_km` (n, k) each revolution's lowest point from the Moon's centre, NaN behind the last.
    """

    epoch: Instant
    end_s: Floats
    ended_by: NDArray[np.int8]
    states_icrf: Floats
    periapsis_s: Floats
    periapsis_km: Floats

    def __len__(self) -> int:
        return len(self.end_s)

    @property
    def impacted(self) -> NDArray[np.bool_]:
        """Which of them hit the Moon, (n,)."""
        return np.asarray(self.ended_by == IMPACT)

    def lowest_km(self) -> Floats:
        """The lowest radius of each life (n,): its periapses, its end, and the surface where it hit."""
        seen = np.column_stack((self.periapsis_km, np.linalg.norm(self.states_icrf[:, :3], axis=1)))
        lowest: Floats = np.nanmin(seen, axis=1)
        return lowest


@frozen(kw_only=True, eq=False)
class PartAsked:
    """Some lives to calculate: plain numbers, so that it can go to another machine."""

    epoch: Instant
    states_icrf: Floats  # (n, 6)
    solar_m2_kg: Floats  # (n,)
    until: Instant
    forces: ForceModel
    surface_km: float = MOON_RADIUS_KM
    start_s: Floats | None = None  # (n,) when each begins, s after the epoch; None: all at it
    clones: tuple[tuple[int, int], ...] | None = None  # seed and number of each life's drawn gravity field


def _nobody(done: int, of: int) -> None:
    """Tells nobody."""


def _never() -> bool:
    return False


@frozen(kw_only=True)
class Running:
    """How many lives are run: on so many threads here (`workers`; all cores if None), or on the Dask cluster whose
    scheduler's address is given. `tell` gets how many parts of how many are done; `stopped` is asked now and then
    whether to end before all is done; after `deadline_s` of wall clock it ends too.
    """

    workers: int | None = None
    scheduler: str | None = None
    tell: Callable[[int, int], None] = _nobody
    stopped: Callable[[], bool] = _never
    deadline_s: float | None = None


USUAL = Running()


def run_part(asked: PartAsked) -> Lives:
    """The lives of a part, on one thread. The same numbers wherever it runs on the same kind of processor."""
    from hamsafar.moon.spread import clone
    from hamsafar.orbit.numerical import propagate_many

    field = None
    if asked.clones is not None:
        nominal = _field_with_errors(asked.forces.degree)
        field = [clone(nominal, seed, number) for seed, number in asked.clones]
    many = propagate_many(
        asked.states_icrf,
        asked.epoch,
        asked.solar_m2_kg,
        asked.forces,
        asked.until,
        field=field,
        tables=_tables(asked.forces, asked.epoch, asked.until),
        surface_km=asked.surface_km,
        start_s=asked.start_s,
        workers=1,
    )
    return Lives(
        epoch=asked.epoch,
        end_s=many.end_s,
        ended_by=many.ended_by,
        states_icrf=many.states_icrf,
        periapsis_s=many.periapsis_s,
        periapsis_km=many.periapsis_km,
    )


@lru_cache(maxsize=4)
def _tables(forces: ForceModel, epoch: Instant, until: Instant) -> Tables:
    """Made once for all parts of a run."""
    from hamsafar.orbit.numerical.setup import tables_of

    return tables_of(forces, None, epoch, until)


@lru_cache(maxsize=2)
def _field_with_errors(degree: int) -> GravityField:
    """The bundled field to a degree, with its formal errors as far as they are bundled."""
    from hamsafar.orbit.numerical.field import bundled_field

    field = bundled_field("moon", degree)
    if field.sigma_c is not None:
        return field
    known = bundled_field("moon", _ERRORS_TO)
    return evolve(field, sigma_c=known.sigma_c, sigma_s=known.sigma_s)


def parts_of(asked: PartAsked, size: int) -> Iterator[PartAsked]:
    """The same lives, cut into parts."""
    for first in range(0, len(asked.states_icrf), size):
        some = slice(first, first + size)
        yield evolve(
            asked,
            states_icrf=asked.states_icrf[some],
            solar_m2_kg=asked.solar_m2_kg[some],
            start_s=None if asked.start_s is None else asked.start_s[some],
            clones=None if asked.clones is None else asked.clones[some],
        )


def run_lives(asked: PartAsked, running: Running) -> Lives:
    """All lives asked for, or the first of them where it was stopped or time ran out.

    Raises InputError where no life was done in time, where no scheduler answers, or `distributed` isn't installed.
    """
    parts = list(parts_of(asked, _HERE if running.scheduler is None else _ON_CLUSTER))
    end_s = None if running.deadline_s is None else time.monotonic() + running.deadline_s

    def is_over() -> bool:
        return running.stopped() or (end_s is not None and time.monotonic() >= end_s)

    def tell(done: int) -> None:
        running.tell(done, len(parts))

    if running.scheduler is None:
        done = _run_here(run_part, parts, running.workers or cores(), tell=tell, is_over=is_over)
    else:
        from hamsafar.moon.cluster import run_on_cluster

        done = run_on_cluster(run_part, parts, running.scheduler, tell=tell, is_over=is_over)
    if not done:
        raise InputError("no life was done in the time given; give more", where="--time-limit")
    return joined(done)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run_here(
    run: Callable[[PartAsked], Part],
    parts: Sequence[PartAsked],
    workers: int,
    *,
    tell: Callable[[int], None],
    is_over: Callable[[], bool],
) -> list[Part]:
    """What threads made of the parts, in order, as far as all before them were done."""
    pool = ThreadPoolExecutor(workers)
    futures: list[Future[Part]] = []
    try:
        futures.extend(pool.submit(run, part) for part in parts)
        _wait(futures, tell, is_over)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    return done_in_order(futures)


def _wait(futures: Sequence[Any], tell: Callable[[int], None], is_over: Callable[[], bool]) -> None:
    """Returns when all are done, one failed, or it is over."""
    while True:
        number = sum(one.done() for one in futures)
        tell(number)
        failed = any(one.done() and not one.cancelled() and one.exception() is not None for one in futures)
        if number == len(futures) or failed or is_over():
            return
        time.sleep(_LOOK_S if number else _LOOK_S / 10)


def done_in_order(futures: Sequence[Future[Part]]) -> list[Part]:
    """Results up to the first that isn't there. Not those behind it: short lives are done sooner, and would count
    for more than their share.
    """
    found: list[Part] = []
    for one in futures:
        if one.cancelled() or not one.done():
            break
        found.append(one.result())
    return found


def joined(parts: Sequence[Lives]) -> Lives:
    """Parts one behind the other."""
    most = max(part.periapsis_s.shape[1] for part in parts)

    def widened(values: Floats) -> Floats:
        return np.pad(values, ((0, 0), (0, most - values.shape[1])), constant_values=np.nan)

    return Lives(
        epoch=parts[0].epoch,
        end_s=np.concatenate([part.end_s for part in parts]),
        ended_by=np.concatenate([part.ended_by for part in parts]),
        states_icrf=np.concatenate([part.states_icrf for part in parts]),
        periapsis_s=np.concatenate([widened(part.periapsis_s) for part in parts]),
        periapsis_km=np.concatenate([widened(part.periapsis_km) for part in parts]),
    )
