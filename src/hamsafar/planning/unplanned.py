"""What happened aboard though the plan didn't have it: an occurrence of the programme, and a placement of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Assignment, Flight, Placement
from hamsafar.domain.programme import Programme
from hamsafar.planning.crew.occurrences import activity_of, every_of, number_of, occurrence_id
from hamsafar.planning.crew.sleep import stay_evenings
from hamsafar.planning.crew.stay import Stay, stay_of
from hamsafar.planning.happened import STAND_IN


@frozen(kw_only=True)
class Unplanned:
    """Something that the programme asks for and that a plan doesn't have."""

    id: str
    activity: Activity
    person: str | None = None  # whose own it is

    @property
    def people(self) -> tuple[str, ...] | None:
        """Who is in it whenever it is done; None where somebody is to be chosen."""
        if self.person is not None:
            return (self.person,)
        if any(need.count < len(need.candidates) for need in self.activity.who):
            return None
        return tuple(dict.fromkeys(person for need in self.activity.who for person in need.candidates))

    def placed(self, record: Happened, zone_name: str) -> Placement:
        """The placement of what was done: each serves in the first function that they can fill, or stands in."""
        return Placement(
            id=self.id,
            of=self.activity.id,
            stage="flight",
            title=self.activity.title,
            kind=self.activity.kind,
            start=record.start,
            end=record.end,
            zone=zone_name,
            people=tuple(_serving(self.activity, record.people)),
            facilities=tuple(use.resource for use in self.activity.uses),
            occurrence=number_of(self.id),
        )


def _serving(activity: Activity, people: Iterable[str]) -> Iterator[Assignment]:
    left = list(dict.fromkeys(people))
    for need in activity.who:
        own = [person for person in left if person in need.candidates][: need.count]
        left = [person for person in left if person not in own]
        yield from (Assignment(person=person, function=need.function) for person in own)
    yield from (Assignment(person=person, function=STAND_IN) for person in left)


def unplanned(programme: Programme, flight: Flight, id_: str) -> Unplanned | None:
    """What the programme asks for under an id aboard; None where it asks for no such thing."""
    activity = next((one for one in programme.activities if one.id == activity_of(id_)), None)
    if activity is None:
        return None
    return next((one for one in _every(stay_of(programme, flight), activity) if one.id == id_), None)


def _every(stay: Stay, activity: Activity) -> Iterator[Unplanned]:
    if activity.kind != "sleep":
        yield from (Unplanned(id=one.id, activity=activity, person=one.person) for one in every_of(stay, activity))
        return
    for person in dict.fromkeys(person for need in activity.who for person in need.candidates):
        for evening in stay_evenings(stay):
            yield Unplanned(id=occurrence_id(activity.id, 1, evening, person), activity=activity, person=person)
