"""Small weeks against every schedule that there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product
from random import Random

import pytest

from hamsafar.domain.lunar import Camera, Step
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.solve import Best, Effort, Impossible, best_week
from operating import mission, station, window, wish

GAP = 1  # slew and settling
SMALL = Camera(
    id="cam", title="camera", boresight=(1.0, 0.0, 0.0), field_deg=30.0, width_px=60, height_px=1000, bits_per_px=2
)  # 120 kbit: 2 min of the link


def a_week(seed: int) -> WeekFacts:
    """Sixteen minutes, two contacts, two or three wishes, a store and a daily limit that may be short."""
    dice = Random(seed)
    minutes = 16
    images = [wish(name, value=dice.randint(1, 4)) for name in "abc"[: dice.choice([2, 3])]]
    first = dice.randint(0, 6)
    second = dice.randint(first + 3, 11)
    contacts = window("contact", "isb", (first, first + dice.randint(2, 5)), (second, second + dice.randint(2, 6)))
    views = []
    for one in images:
        start = dice.randint(0, 11)
        views.append(window("target", one.id, (start, start + dice.randint(1, 4))))
    steps = (Step(id="wheels", title="Wheels", duration_min=2, mode="sun"),) if dice.random() < 0.5 else ()
    asked = mission(
        minutes,
        images=images,
        stations=[station("isb")],
        camera=SMALL,
        upkeep=steps,
        slew_min=GAP,
        settle_min=0,
        longest_transmission_min=3,
        shortest_transmission_min=1,
        transmitter_rest_min=1,
        transmitter_min_a_day=dice.choice([4, 5, 240]),
        store_kbit=dice.choice([180.0, 300.0, 10_000.0]),
        contact_every_min=dice.choice([None, 10]),
    )
    return WeekFacts(mission=asked, windows=(contacts, *views))


def enumerated(facts: WeekFacts) -> tuple[int, int] | None:
    """The least value lost and, with that, the fewest minutes on the air; None where there is no week at all.

    Every set of minutes on the air, every place of every picture and step, judged one minute at a time.
    """
    asked, minutes = facts.operations, facts.minutes
    wished = sum(one.value for one in asked.images)
    best: tuple[int, int] | None = None
    airs = list(_airs(facts))
    for places in product(*_places(facts)):
        lost = wished - sum(one.value for one, at in zip(asked.images, places, strict=False) if at is not None)
        doing: list[str | None] = [None] * minutes
        if not _put(doing, facts, places):
            continue
        for air in airs:
            if best is not None and (lost, sum(e - s for s, e in air)) >= best:
                continue
            if _holds(facts, doing, places, air):
                best = lost, sum(e - s for s, e in air)
    return best


def _places(facts: WeekFacts) -> Iterator[list[int | None]]:
    for one in facts.operations.images:
        yield [None, *(minute for a, b in facts.views[one.id] for minute in range(a, b))]
    for step in facts.operations.upkeep:
        yield list(range(facts.minutes - step.duration_min + 1))


def _put(doing: list[str | None], facts: WeekFacts, places: tuple[int | None, ...]) -> bool:
    names = [(one.id, 1) for one in facts.operations.images] + [(s.id, s.duration_min) for s in facts.operations.upkeep]
    for (name, length), at in zip(names, places, strict=True):
        for minute in range(at, at + length) if at is not None else ():
            if doing[minute] is not None:
                return False
            doing[minute] = name
    return True


def _airs(facts: WeekFacts) -> Iterator[tuple[tuple[int, int], ...]]:
    asked = facts.operations
    one = [
        (s, e)
        for a, b in facts.talking["isb"]
        for s in range(a, b)
        for e in range(s + asked.shortest_transmission_min, min(b, s + asked.longest_transmission_min) + 1)
    ]

    def more(after: int) -> Iterator[tuple[tuple[int, int], ...]]:
        yield ()
        for s, e in one:
            if s >= after:
                yield from (((s, e), *rest) for rest in more(e + asked.transmitter_rest_min))

    for air in more(0):
        if sum(e - s for s, e in air) <= asked.transmitter_min_a_day:
            yield air


def _holds(
    facts: WeekFacts,
    doing: list[str | None],
    places: tuple[int | None, ...],
    air: tuple[tuple[int, int], ...],
) -> bool:
    asked, line, minutes = facts.operations, list(doing), facts.minutes
    for s, e in air:
        if any(line[s:e][k] is not None for k in range(e - s)):
            return False
        line[s:e] = ["tx"] * (e - s)
    for minute in range(facts.minutes - 1):
        if line[minute] is not None and line[minute + 1] is not None and line[minute] != line[minute + 1]:
            return False  # a minute of slewing lies between any two that differ
    if asked.contact_every_min is not None:
        heard = [(0, 0), *air, (minutes, minutes)]
        if any(b[0] - a[1] > asked.contact_every_min for a, b in pairwise(heard)):
            return False
    level = 0.0
    for minute in range(facts.minutes):
        name = line[minute]
        if name == "tx":
            level = max(0.0, level - 60.0)
        elif name in {one.id for one in asked.images}:
            level += 120.0
        if level > asked.store_kbit:
            return False
    return level == 0.0  # every picture is home


@pytest.mark.parametrize("seed", range(12))
def test_a_small_week_is_the_best_there_is(seed: int) -> None:
    facts = a_week(seed)
    found = best_week(facts, Effort(workers=1))
    truth = enumerated(facts)
    if truth is None:
        assert isinstance(found, Impossible)
        return
    assert isinstance(found, Best)
    assert tuple(term.value for term in found.terms) == truth
    assert found.optimal
    assert tuple(term.bound for term in found.terms) == truth
