"""Minutes that add up: of work on one station date, and of whatever else is counted in a stretch of the stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor

from hamsafar.domain.aboard import Activity
from hamsafar.planning.crew.people import person_resource
from hamsafar.planning.crew.slots import Draft, Slot
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import Stretch
from hamsafar.schedule.constraints import Constraint, Load
from hamsafar.schedule.tasks import Tag


@enforces("CRW-07")
def work_a_day(draft: Draft) -> Iterator[Constraint]:
    """Minutes of work that start on one station date, for each person."""
    limit = floor(draft.limit("CRW-07", "max_work_min"))
    for person in draft.stay.presence:
        for day in draft.stay.days:
            yield from load_on_a_day(draft, person, day, limit, "CRW-07", lambda activity: activity.work)


@enforces("CRW-08")
def newcomer_work_a_day(draft: Draft) -> Iterator[Constraint]:
    """The same for the guest, less in the first days."""
    whole = Fraction(str(draft.limit("CRW-07", "max_work_min")))
    for day in draft.stay.days:
        first = day <= draft.limit("CRW-08", "first_days")
        share = Fraction(str(draft.limit("CRW-08", "first_share" if first else "later_share")))
        limit = floor(share * whole)
        yield from load_on_a_day(draft, draft.stay.guest, day, limit, "CRW-08", lambda activity: activity.work)


def load_on_a_day(
    draft: Draft, person: str, day: int, limit: int, rule: str, counts: Callable[[Activity], bool]
) -> Iterator[Constraint]:
    """The load of one person on one day, where it could be too much."""
    tag = tag_of(rule, person, str(draft.stay.dates[day - 1]))
    yield from load_of_one(draft, person, draft.stay.day_stretch(day), limit, tag, counts)


def load_of_one(
    draft: Draft, person: str, stretch: Stretch, limit: int, tag: Tag, counts: Callable[[Activity], bool]
) -> Iterator[Constraint]:
    """Minutes of what one person takes part in and what starts in a stretch, where they could be too many."""
    own = [slot for slot in draft.slots if counts(slot.activity) and person in slot.service.possible]
    weights = {slot.id: slot.duration for slot in own if could_start(draft, slot, stretch)}
    yield from load_of(weights, stretch, limit, tag, person)


def load_of(
    weights: dict[str, int], stretch: Stretch, limit: int, tag: Tag, person: str | None = None
) -> Iterator[Constraint]:
    """Weights of what starts in a stretch (of what the person takes, where one is named), where they could be over."""
    if sum(weights.values()) > limit:
        picked = None if person is None else person_resource(person)
        yield Load(weights=weights, start=stretch[0], end=stretch[1], limit=limit, tag=tag, picked=picked)


def could_start(draft: Draft, slot: Slot, stretch: Stretch) -> bool:
    """Whether a slot has a start in a stretch."""
    start, end = stretch
    return any(first < end and start <= last for first, last in draft.room(slot))
