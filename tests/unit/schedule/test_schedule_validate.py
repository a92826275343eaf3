"""A malformed problem is our own bug: SolverError, naming all of it at once."""

from __future__ import annotations

import pytest

from hamsafar.errors import SolverError
from hamsafar.schedule.problem import (
    ActiveBuckets,
    Allowed,
    Apart,
    Capacity,
    Lag,
    Load,
    LostValue,
    Peak,
    Pick,
    PickAllowed,
    Problem,
    RestBetween,
    StartsApart,
    Tag,
    Task,
    WeightedStarts,
)
from hamsafar.schedule.solve import solve
from hamsafar.schedule.validate import ensure_valid, faults_of

TAG = Tag("TRN-01", "here")


def test_everything_wrong_is_named_at_once() -> None:
    tasks = (
        Task(id="a", duration=1, value=-1, occupies={"r": -2}),
        Task(id="a", duration=1, allowed=(Allowed(ranges=((5, 4), (3, 6)), tag=TAG),)),
        Task(id="b", duration=1, optional=True, required=TAG),
        Task(
            id="c",
            duration=1,
            picks=(
                Pick(name="who", candidates=("r", "r"), count=3, tag=TAG),
                Pick(name="who", candidates=("r",), count=-1, tag=TAG),
            ),
        ),
    )
    constraints = (
        Capacity(resource="r", capacity=-1, tag=TAG),
        Lag(before="a", after="ghost", min_gap=0, max_gap=None, tag=TAG),
        Apart(first="a", second="a", gap=-1, both_ways=False, tag=TAG),
        StartsApart(tasks=("a", "a"), gap=-1, tag=TAG),
        Load(weights={"a": -1}, start=5, end=5, limit=-1, tag=TAG),
        ActiveBuckets(tasks=("a",), edges=(1, 1), window=0, limit=-1, tag=TAG),
        RestBetween(tasks=("ghost",), edges=(2, 1), gap=-1, tag=TAG),
        PickAllowed(task="ghost", candidate="r", ranges=((2, 1),), tag=TAG),
    )
    goals = (
        LostValue(name="x"),
        Peak(name="x", unit="", loads=(({"ghost": 1}, 0, 0),)),
        WeightedStarts(name="y", unit="", weights={"ghost": 1}),
    )
    asked = Problem(name="bad", first=9, last=0, tasks=tasks, constraints=constraints, objectives=goals)
    faults = list(faults_of(asked))
    assert len(faults) == 32, "\n".join(faults)
    with pytest.raises(SolverError, match="problem 'bad' is malformed") as caught:
        solve(asked)
    assert all(fault in str(caught.value) for fault in faults)


def test_contradictions_of_people_are_no_faults() -> None:
    """An empty calendar, a task too long for the horizon, a gap that cannot be: answers, not errors."""
    asked = Problem(
        name="sad",
        first=0,
        last=5,
        tasks=(Task(id="a", duration=9, allowed=(Allowed(ranges=(), tag=TAG),)), Task(id="b", duration=1)),
        constraints=(Lag(before="a", after="b", min_gap=3, max_gap=2, tag=TAG),),
        objectives=(),
        hint={"gone": 3},
    )
    ensure_valid(asked)
