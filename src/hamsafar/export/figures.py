"""Key figures of a plan, each counted from its placements."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Placement, Plan
from hamsafar.export.counted import APART, counted, minutes_of
from hamsafar.export.words import duration_text


@frozen
class Tile:
    """One figure: what it is, the figure, what it is made of."""

    name: str
    value: str
    note: str


@frozen
class ClassHours:
    """Hours of one class, of all, or of what is told apart: for each trainee, as `trainees_of` has them."""

    title: str
    hours: tuple[str, ...]
    bars: tuple[float, ...]  # 0..100 of the longest class
    is_sum: bool = False


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
    return Tile(f"Sessions, {person.title}", str(len(own)), counted(own).hours_said)


def _attends(one: Placement, person: str) -> bool:
    return person in one.person_ids


def _flight_day(plan: Plan, one: Placement) -> int:
    return int(one.start.seconds_since(plan.flight.docking) // 86_400)


def hours_per_class(plan: Plan) -> list[ClassHours]:
    """Hours of training that each trainee spends in each class, in the syllabus' order, and in all; the rest apart."""
    term = plan.programme.term
    if term is None:
        return []
    class_of = {session.id: subject.training_class for subject in term.subjects for session in subject.sessions}
    minutes: Counter[tuple[str, str]] = Counter()
    for one in plan.placements:
        if one.is_session:
            row = one.kind if one.kind in APART else f"class {class_of.get(one.of, '')}"
            minutes.update(
                {(row, person.id): minutes_of(one) for person in trainees_of(plan) if _attends(one, person.id)}
            )
    most = max(minutes.values(), default=0) or 1
    people = [person.id for person in trainees_of(plan)]

    def row_of(title: str, *rows: str, is_sum: bool = False) -> ClassHours:
        spent = [sum(minutes[row, person] for row in rows) for person in people]
        bars = tuple(0.0 if is_sum else 100 * one / most for one in spent)
        return ClassHours(title, tuple(map(duration_text, spent)), bars, is_sum)

    classes = [(f"class {one.id}", one.title) for one in term.classes]
    return [
        *(row_of(title, row) for row, title in classes),
        row_of("All training", *(row for row, _ in classes), is_sum=True),
        *(row_of(name.capitalize(), kind) for kind, name in APART.items()),
    ]
