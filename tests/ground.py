"""Training terms solved and checked, for tests of the rules on the ground."""

from __future__ import annotations

from datetime import datetime

from hamsafar.domain.plan import Placement
from hamsafar.domain.programme import Programme
from hamsafar.planning.training import training_placements, training_problem
from hamsafar.planning.words import describe
from hamsafar.schedule.check import check
from hamsafar.schedule.problem import Conflict, Solved
from hamsafar.schedule.solve import solve
from hamsafar.timeline import Instant, zone
from programmes import LAUNCH, ZONE


def planned(programme: Programme, *without: str, launch: Instant = LAUNCH) -> dict[str, Placement]:
    """The term's placements by id, one worker, checked against the problem they answer."""
    problem = training_problem(programme, launch, without=frozenset(without))
    answer = solve(problem, effort=2.0)
    assert isinstance(answer, Solved), answer
    assert check(problem, answer.placed) == ()
    return {placement.id: placement for placement in training_placements(programme, problem, answer)}


def refused(programme: Programme, *without: str, launch: Instant = LAUNCH) -> dict[str, str]:
    """Rule → its (last) sentence, of the conflict that there is."""
    answer = solve(training_problem(programme, launch, without=frozenset(without)), effort=2.0)
    assert isinstance(answer, Conflict), answer
    return {sentence[:6]: sentence for sentence in describe(programme, answer.tags)}


def local(moment: Instant) -> str:
    """`Mon 02-01 08:00` on the term's wall clock."""
    return f"{moment.datetime(zone(ZONE)):%a %m-%d %H:%M}"


def local_start(placement: Placement) -> datetime:
    """The start on the term's wall clock."""
    return placement.start.datetime(zone(ZONE))


def minutes_between(first: Placement, second: Placement) -> float:
    """From the end of the one to the start of the other."""
    return second.start.seconds_since(first.end) / 60
