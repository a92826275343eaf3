"""Stays with placements put where a test wants them, to be simulated: no planner is asked, and no rule kept."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from attrs import evolve

from aboard import ABOARD, FLIGHT, GUEST, UP, activity, at, need, programme, sleep, windows
from export_plan import rich_plan
from hamsafar.domain.aboard import Activity, Use, WindowNeed
from hamsafar.domain.plan import Assignment, Placement, Plan, WindowList
from hamsafar.planning.change_of_figures import with_figure
from hamsafar.planning.limits import with_every_figure
from hamsafar.timeline import Instant
from programmes import ZONE

EVERYBODY = (GUEST, UP, ABOARD)


def put(what: Activity, start: Instant, *people: str, minutes: int | None = None, id_: str = "") -> Placement:
    """An occurrence of something, for as long as it is on the ground if not said."""
    return Placement(
        id=id_ or f"{what.id}#1", of=what.id, stage="flight", title=what.title, kind=what.kind, start=start,
        end=start.plus(minutes=what.duration_min if minutes is None else minutes), zone=ZONE,
        people=tuple(Assignment(person=person, function="worker") for person in people or (GUEST,)),
        facilities=tuple(use.resource for use in what.uses),
    )  # fmt: skip


def stay(
    activities: Sequence[Activity],
    placements: Iterable[Placement],
    *open_: WindowList,
    resources: Iterable[tuple[str, int]] = (),
    **figures: float,
) -> Plan:
    """A plan of that, and of everybody's sleep; `figures` are CRW-20's."""
    asked = with_every_figure(programme(*activities, sleep(), resources=resources))
    for name, figure in figures.items():
        asked = with_figure(asked, "CRW-20", name, figure)
    placed = tuple(sorted(placements, key=lambda one: (one.start, one.id)))
    return evolve(rich_plan(), programme=asked, flight=FLIGHT, windows=open_, placements=placed)


def bedtime(day: int, person: str, clock: str) -> Placement:
    """A sleep of eight hours."""
    return put(sleep(), at(day, clock), person, id_=f"sleep@{day}@{person}#1")


def crowded(seed: int, days: int = 3) -> Plan:
    """Everybody busy from morning to night with hardly a gap: work, links, single things, windows that just do."""
    chance = random.Random(seed)
    made: list[Activity] = []
    placed: list[Placement] = []
    spans: list[tuple[Instant, Instant]] = []
    for day in range(2, 2 + days):
        free = dict.fromkeys((*EVERYBODY, "box"), at(day, "07:00"))
        for n in range(22):
            people = tuple(chance.sample(EVERYBODY, chance.choice((1, 1, 1, 2, 3))))
            kind = chance.choice(("experiment", "experiment", "station-work", "meal", "link", "handover", "free"))
            uses = (Use(resource="box"),) if chance.random() < 0.3 else ()
            windowed = chance.random() < 0.25
            minutes = chance.randrange(20, 80)
            what = activity(
                f"do-{day}-{n}", minutes, need(*people), kind=kind, uses=uses, promised=kind == "link", work=True,
                window=WindowNeed(kind="relay") if windowed else None, guest_programme=True,
                optional=chance.random() < 0.5, flight_days=(day,) if chance.random() < 0.5 else (),
            )  # fmt: skip
            start = max(free[key] for key in (*people, *(use.resource for use in uses)))
            start = start.plus(minutes=chance.choice((0, 5, 15)))
            planned = minutes * 3 // 2 if kind == "experiment" and GUEST in people else minutes
            end = start.plus(minutes=planned)
            if end > at(day, "22:00"):
                continue
            made.append(what)
            placed.append(put(what, start, *people, minutes=planned))
            free |= dict.fromkeys((*people, *(use.resource for use in uses)), end)
            if windowed:
                spans.append((start.plus(minutes=-chance.randrange(9)), end.plus(minutes=chance.randrange(25))))
        placed += [bedtime(day, person, "22:10") for person in EVERYBODY]
    return stay(made, placed, windows(*spans), resources=(("box", 1),))
