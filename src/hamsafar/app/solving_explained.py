"""Why a problem has no schedule, and what would make one: its conflicts, the relaxations, and the lines of its file."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.schedule.problem import Conflict, Problem
from hamsafar.schedule.tasks import Tag

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation
    from hamsafar.schedule.solve import Progress

CONFLICTS_SHARE = 0.3  # of the effort and time, at most, to look for further conflicts
LEAST_TIME_S = 0.2  # with less than this left nothing is begun


@frozen(kw_only=True)
class Explained:
    """Every conflict found, those of the first relaxed, and whether there may be more conflicts."""

    conflicts: tuple[Conflict, ...]
    more: bool
    relaxations: tuple[Relaxation, ...] = ()


def explained(
    problem: Problem,
    conflict: Conflict,
    *,
    seed: int,
    workers: int,
    effort: float,
    ends_at_s: float | None,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool],
) -> Explained:
    """Further conflicts, and for each tag of every one the least that it has to give way.

    It stops by its own `effort`, and where `ends_at_s` says so (on the monotonic clock).
    """
    from hamsafar.schedule.engine import Engine
    from hamsafar.schedule.explain import conflicts_beside, share_of
    from hamsafar.schedule.relax import relaxations

    left_s = math.inf if ends_at_s is None else ends_at_s - time.monotonic()
    if left_s < LEAST_TIME_S or should_stop():
        return Explained(conflicts=(conflict,), more=True)
    engine = Engine(left=effort, seed=seed, workers=workers, ends_at_s=ends_at_s, should_stop=should_stop)
    with share_of(engine, CONFLICTS_SHARE):
        every = conflicts_beside(problem, (conflict,), engine)
    found: list[Relaxation] = []
    for k, one in enumerate(every.found):
        left_s = math.inf if ends_at_s is None else ends_at_s - time.monotonic()
        if left_s < LEAST_TIME_S or engine.left <= 0:
            break
        share = 1 / (len(every.found) - k)
        found.extend(
            relaxations(
                problem,
                one,
                others=[other for other in every.found if other is not one],
                known=every.placed,
                seed=seed,
                workers=workers,
                effort=engine.left * share,
                time_limit_s=None if ends_at_s is None else left_s * share,
                on_progress=on_progress,
                should_stop=should_stop,
            )
        )
    return Explained(conflicts=every.found, more=every.more, relaxations=tuple(found))


def file_lines(given: object, problem: Problem, tags: Iterable[Tag], read: Callable[[Path], str]) -> Mapping[Tag, str]:
    """`FILE:line` of each tag, where the problem was read from a file of our own form."""
    if isinstance(given, Problem) or not isinstance(given, str | Path):
        return {}
    from hamsafar.schedule.form_places import lines_of
    from hamsafar.schedule.formats import SUFFIXES

    if Path(given).suffix.lower() in SUFFIXES:  # there each tag's source is its line
        return {}
    try:
        text = read(Path(given))
    except InputError:  # gone since it was read
        return {}
    return {tag: f"{given}:{line}" for tag, line in lines_of(problem, text.removeprefix("\ufeff"), tags).items()}
