"""Key figures of a plan, each counted from its placements."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.words import duration_text


@frozen
class Tile:
    """One figure: what it is, the figure, what it is made of."""

    name: str
    value: str
    note: str


@frozen
class ClassHours:
    """Hours of one class of training: for each trainee, in the order of `trainees_of`; and of the longest in px."""

    title: str
    hours: tuple[str, ...]
    bars: tuple[float, ...]  # 0..100


def trainees_of(plan: Plan) -> tuple[Person, ...]:
    """The trainees, in the programme's order."""
    return tuple(person for person in plan.programme.people if person.function == "trainee")


def key_figures(plan: Plan) -> list[Tile]:
    """Sessions per trainee, the stay, experiments, links, work of the guest."""
    flight, placed = plan.flight, [one for one in plan.placements if one.stage == "flight"]
    tiles = [_sessions(plan, person) for person in trainees_of(plan)] if plan.programme.term else []
    stay_d = flight.aboard.seconds / 86_400
    kinds = {activity.id: activity.kind for activity in plan.programme.activities}
    runs = [one for one in placed if one.kind == "experiment"]
    left_out = sum(kinds.get(one.of) == "experiment" for one in plan.dropped)
    links = Counter(_flight_day(plan, one) for one in placed if one.kind in ("link", "outreach"))
    days = max(1, round(stay_d))
    distinct = len({one.of for one in runs})
    return [
        *tiles,
        Tile(
            "Stay, docking to undocking", f"{stay_d:.1f} d", f"{flight.profile}; {flight.considered} lift-offs weighed"
        ),
        Tile("Experiment runs placed", str(len(runs)), f"of {distinct} experiments; {left_out} runs left out"),
        Tile(
            "Links and outreach",
            str(sum(links.values())),
            f"{sum(links.values()) / days:.1f} a day, most {max(links.values(), default=0)}",
        ),
        Tile(
            "Placements in all",
            str(len(plan.placements)),
            f"{len(placed)} aboard, {len(plan.dropped)} left out",
        ),
    ]


def _sessions(plan: Plan, person: Person) -> Tile:
    own = [one for one in plan.placements if one.is_session and _attends(one, person.id)]
    return Tile(f"Sessions, {person.title}", str(len(own)), duration_text(sum(map(_minutes, own))))


def _attends(one: Placement, person: str) -> bool:
    return person in one.person_ids


def _minutes(one: Placement) -> int:
    return round(one.span.seconds / 60)


def _flight_day(plan: Plan, one: Placement) -> int:
    return int(one.start.seconds_since(plan.flight.docking) // 86_400)


def hours_per_class(plan: Plan) -> list[ClassHours]:
    """Hours each trainee spends in each class of the syllabus, classes in the syllabus' order."""
    term = plan.programme.term
    if term is None:
        return []
    class_of = {session.id: subject.training_class for subject in term.subjects for session in subject.sessions}
    minutes: Counter[tuple[str, str]] = Counter()
    for one in plan.placements:
        if one.is_session:
            for person in trainees_of(plan):
                if _attends(one, person.id):
                    minutes[class_of.get(one.of, ""), person.id] += _minutes(one)
    most = max(minutes.values(), default=0) or 1
    people = [person.id for person in trainees_of(plan)]
    return [
        ClassHours(
            training_class.title,
            tuple(f"{minutes[training_class.id, person] / 60:.1f}" for person in people),
            tuple(100 * minutes[training_class.id, person] / most for person in people),
        )
        for training_class in term.classes
    ]
