"""What is left to the people aboard, as sheets and report show it: task lists, and what may be done ahead."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from hamsafar.domain.aboard import ListItem
from hamsafar.domain.people import Person
from hamsafar.domain.plan import Ahead, ListRoom, Plan, Spare
from hamsafar.export.day_words import Aboard, from_to
from hamsafar.export.flight_days import FlightDay, flight_days
from hamsafar.export.paper import Column, Row, Table
from hamsafar.export.words import clean, duration_text

_PRIVATE = ("medical", "family")
_TICK = Column(title="", width_mm=5, css="tick")


@frozen
class ListShown:
    """A row of the report's task lists."""

    person: str
    title: str
    minutes: str
    needs: str
    due: str


def list_lines(plan: Plan, person: Person, day: FlightDay) -> tuple[str, ...]:
    """`Task list: 35 min by flight day 3, and 2 h 10 min free by then.`: the next day on which something is due."""
    rooms = [one for one in (plan.spare or Spare()).room if one.person == person.id and one.until_day >= day.number]
    return tuple(room_text(one) for one in rooms[:1])


def room_text(room: ListRoom) -> str:
    """How much is on a list, how much time there is for it, and whether that is enough."""
    said = (
        f"Task list: {duration_text(room.listed_min)} by the end of flight day {room.until_day}, and "
        f"{duration_text(room.free_min)} with nothing planned by then"
    )
    return said + (f": {duration_text(room.short_min)} TOO MUCH." if room.short_min else ".")


def spare_tables(aboard: Aboard, person: Person, day: FlightDay) -> Iterator[Table]:
    """Somebody's task list on a day, with boxes to tick, and what they may do ahead on it."""
    spare = aboard.plan.spare or Spare()
    items = [item for item in _items_of(aboard.plan, person.id) if item.due_day is None or item.due_day >= day.number]
    if items:
        columns = (
            _TICK,
            Column(title="How long", width_mm=20),
            Column(title="What", width_mm=77, css="what"),
            Column(title="With what", width_mm=60),
            Column(title="By the end of", width_mm=32),
        )
        rows = tuple(
            Row(
                cells=(
                    ("",),
                    (duration_text(item.duration_min),),
                    (clean(item.title),),
                    (_needs(aboard, item),),
                    (_due(item),),
                ),
                key="list",
            )
            for item in items
        )
        yield Table(title="Task list: when there is time", columns=columns, rows=rows)
    ahead = [one for one in spare.ahead if one.day == day.number and person.id in [who.person for who in one.people]]
    if ahead:
        columns = (
            _TICK,
            Column(title="How long", width_mm=20),
            Column(title="What", width_mm=77, css="what"),
            Column(title=f"Start between ({aboard.station.label})", width_mm=60),
            Column(title="Planned", width_mm=32),
        )
        rows = tuple(_ahead_row(aboard, day, one) for one in ahead)
        yield Table(title="May be done ahead, if time is left over", columns=columns, rows=rows)


def _ahead_row(aboard: Aboard, day: FlightDay, one: Ahead) -> Row:
    placed = next((each for each in aboard.plan.placements if each.id == one.id), None)
    activity = aboard.activities.get(one.id.partition("#")[0].partition("@")[0])
    planned = "left out"
    if placed is not None:
        days = {each.number: each for each in flight_days(aboard.plan)}
        found = next((number for number, each in days.items() if each.span.contains(placed.start)), None)
        planned = f"day {found}, {aboard.station(placed.start, '%H:%M')}"
    title = clean(activity.title if activity is not None else one.id)
    between = from_to(aboard, day.span.start, one.first, one.last)
    return Row(
        cells=(("",), (duration_text(one.duration_min),), (title,), (between,), (planned,)),
        key="ahead",
    )


def list_rows(plan: Plan) -> tuple[ListShown, ...]:
    """All task lists, person by person; what is private is named by its kind alone."""
    things = {one.id: one.title for one in plan.programme.resources}
    return tuple(
        ListShown(
            person=person.title,
            title=f"Private ({item.kind})" if item.kind in _PRIVATE else item.title,
            minutes=duration_text(item.duration_min),
            needs=", ".join(things.get(use.resource, use.resource) for use in item.uses),
            due=_due(item),
        )
        for person in plan.programme.people
        for item in _items_of(plan, person.id)
    )


def room_rows(plan: Plan) -> tuple[str, ...]:
    """What every list comes to, with whose it is."""
    titles = {one.id: one.title for one in plan.programme.people}
    return tuple(f"{titles.get(one.person, one.person)}: {room_text(one)}" for one in (plan.spare or Spare()).room)


def _items_of(plan: Plan, person: str) -> list[ListItem]:
    own = {one.item for one in (plan.spare or Spare()).listed if one.person == person}
    return sorted(
        (item for item in plan.programme.task_list if item.id in own), key=lambda one: one.due_day or 1_000_000
    )


def _needs(aboard: Aboard, item: ListItem) -> str:
    things = [aboard.things.get(use.resource, use.resource) for use in item.uses]
    by = item.who.certificate
    return clean(", ".join([*things, *([f"by {aboard.certificates.get(by, by)}"] if by is not None else [])]))


def _due(item: ListItem) -> str:
    return "the stay" if item.due_day is None else f"flight day {item.due_day}"
