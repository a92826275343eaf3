"""How likely each day overruns, drawn: a row a person, a column a day, darker where it is likelier."""

from __future__ import annotations

from hamsafar.domain.pace import DayPace, Overruns
from hamsafar.domain.plan import Plan
from hamsafar.export.svg import chart, drawing, label, names_column, rect, titled

_CELL_PX, _ROW_PX, _HEAD_PX = 64, 30, 26
_LEVELS = 5  # of darkness


def pace_picture(plan: Plan, found: Overruns) -> str:
    """The chances of a simulated plan, each a cell that can be focused and says all it knows."""
    days = sorted({one.day for one in found.days})
    people = [*plan.programme.flight.crew_up, *plan.programme.flight.crew_aboard]
    people = [person for person in dict.fromkeys(people) if any(one.person == person for one in found.days)]
    titles = {person.id: person.title for person in plan.programme.people}
    height = _HEAD_PX + _ROW_PX * len(people) + 4
    parts = [label(n * _CELL_PX + _CELL_PX / 2, 17, f"Day {day}", "axis", "middle") for n, day in enumerate(days)]
    first = True
    for one in found.days:
        if one.person in people:
            x, y = days.index(one.day) * _CELL_PX, _HEAD_PX + people.index(one.person) * _ROW_PX
            parts.append(_cell(one, x, y, titles.get(one.person, one.person), first=first))
            first = False
    rows = [(_HEAD_PX + n * _ROW_PX + 19.0, titles.get(person, person), "name") for n, person in enumerate(people)]
    plot = drawing(_CELL_PX * len(days) + 2, height, "".join(parts), css="overruns", title="Chance of overrunning")
    return chart(names_column(height, rows), plot)


def _cell(one: DayPace, x: float, y: float, title: str, *, first: bool) -> str:
    level = min(_LEVELS - 1, int(one.overrun.share * _LEVELS))
    inside = rect(x + 2, y + 2, _CELL_PX - 4, _ROW_PX - 4, f"o{level}", rx=3)
    inside += label(x + _CELL_PX / 2, y + 19, f"{one.overrun.share:.0%}", "", "middle")
    lines = [
        f"{title}, day {one.day}",
        f"Overruns in {chance_text(one.overrun.share, one.overrun.error)} of stays",
        f"Something missed in {one.missed.share:.1%}, late to bed in {one.late.share:.1%}",
        f"Late at bedtime: {one.late_mean_min:.1f} min in the mean, nine in ten less than {one.late_p90_min:.1f} min",
    ]
    return titled("cell", lines, inside, first=first)


def chance_text(share: float, error: float) -> str:
    """`12.3 % ± 0.3`."""
    return f"{100 * share:.1f} % \u00b1 {100 * error:.1f}"
