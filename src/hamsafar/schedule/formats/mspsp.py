"""Multi-skill project scheduling (`.dzn`, Young, Feydy and Schutt 2017): who does what, with which skill.

An activity needs `sreq` different people of each skill for its whole length; a person masters several skills, is in
one activity at a time and fills one skill of it. What the files derive from these (`mint`, pairs that are unrelated,
useful resources, potential activities) is read over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hamsafar.errors import InputError
from hamsafar.schedule.constraints import Capacity
from hamsafar.schedule.formats.dzn import Assigned, Plain, Table, read_dzn
from hamsafar.schedule.formats.project import Arc, ensure_no_cycle, precedence, shortest_project
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Person, Pick, Tag, Task

Data = Mapping[str, Assigned]


def read_mspsp(name: str, text: str) -> Problem:
    """The project of a `.dzn` file of the set. Raises InputError with the place of what is wrong."""
    data = read_dzn(name, text)
    end = f"{name}:{len(text.splitlines()) or 1}:1"
    activities, skills, resources = (_number(data, end, what) for what in ("nActs", "nSkills", "nResources"))
    durations = _list(data, end, "dur", activities)
    required = _rows(data, end, "sreq", activities, skills)
    mastered = _rows(data, end, "mastery", resources, skills)
    arcs = _arcs(data, end, activities)
    ensure_no_cycle(arcs)
    source = _line(_given(data, end, "sreq"))
    tasks = tuple(
        Task(id=str(i), duration=duration, picks=_picks(i, row, source))
        for i, (duration, row) in enumerate(zip(durations, required, strict=True), 1)
    )
    people = tuple(_person(data, i, row) for i, row in enumerate(mastered, 1))
    tags = (Tag("one at a time", person.id, source=_line(data["mastery"])) for person in people)
    alone = (Capacity(resource=tag.place, capacity=1, tag=tag) for tag in tags)
    return shortest_project(name, tasks, (*precedence(arcs), *alone), people=people)


def _picks(activity: int, row: Sequence[int], source: str) -> tuple[Pick, ...]:
    return tuple(
        Pick(
            name=f"S{s}",
            count=count,
            skill=f"S{s}",
            level=1,
            tag=Tag("skill", str(activity), f"{count} with S{s}", source),
        )
        for s, count in enumerate(row, 1)
        if count
    )


def _person(data: Data, number: int, row: Sequence[int]) -> Person:
    if any(mastered not in (0, 1) for mastered in row):
        raise InputError(f"row {number} of mastery must be true or false throughout", where=data["mastery"].where)
    return Person(id=f"R{number}", skills={f"S{s}": 1 for s, mastered in enumerate(row, 1) if mastered})


def _arcs(data: Data, end: str, activities: int) -> list[Arc]:
    before = _list(data, end, "pred", _number(data, end, "nPrecs"), least=1, most=activities)
    after = _list(data, end, "succ", len(before), least=1, most=activities)
    source = _line(data["pred"])
    return [Arc(before=str(i), after=str(j), source=source) for i, j in zip(before, after, strict=True)]


def _given(data: Data, end: str, what: str) -> Assigned:
    if what not in data:
        raise InputError(f"{what} is not given; the file is cut off or no file of the MSPSP set", where=end)
    return data[what]


def _line(given: Assigned) -> str:
    return given.where.rpartition(":")[0]


def _number(data: Data, end: str, what: str) -> int:
    given = _given(data, end, what)
    return _whole(given.value, what, given, 0, None)


def _whole(value: object, what: str, given: Assigned, least: int, most: int | None) -> int:
    if not isinstance(value, int) or value < least or (most is not None and value > most):
        bounds = f"at least {least}" if most is None else f"from {least} to {most}"
        raise InputError(f"{what} must be a whole number {bounds} (got {value})", where=given.where)
    return int(value)


def _list(data: Data, end: str, what: str, count: int, *, least: int = 0, most: int | None = None) -> list[int]:
    given = _given(data, end, what)
    if not isinstance(given.value, tuple):
        raise InputError(f"{what} must be a list", where=given.where)
    return _wholes(given.value, what, given, count, least=least, most=most)


def _wholes(
    values: tuple[Plain, ...], what: str, given: Assigned, count: int, *, least: int = 0, most: int | None = None
) -> list[int]:
    if len(values) != count:
        raise InputError(f"{what} must have {count} values (got {len(values)})", where=given.where)
    return [_whole(value, f"value {at} of {what}", given, least, most) for at, value in enumerate(values, 1)]


def _rows(data: Data, end: str, what: str, rows: int, columns: int) -> list[list[int]]:
    given = _given(data, end, what)
    if not isinstance(given.value, Table):
        raise InputError(f"{what} must be a table, [| … |]", where=given.where)
    found = given.value.rows
    if found and not found[-1]:
        found = found[:-1]
    if len(found) != rows:
        raise InputError(f"{what} must have {rows} rows (got {len(found)})", where=given.where)
    return [_wholes(row, f"row {at} of {what}", given, columns) for at, row in enumerate(found, 1)]
