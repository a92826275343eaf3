"""The iMOPSE format (`.def`): each task takes one person who has its skill at its level, or better.

After a head that tells the counts, a table of people (salary, skills with levels) and a table of tasks (duration,
skill with level, predecessors), between lines of `=` (Myszkowski, Skowroński, Olech, Oślizło 2015). Task ids may have
gaps. Salaries do not matter to the makespan, and are read but not kept.
"""

from __future__ import annotations

import re
from itertools import pairwise

from attrs import frozen

from hamsafar.schedule.constraints import Capacity
from hamsafar.schedule.formats.project import Arc, ensure_no_cycle, precedence, shortest_project
from hamsafar.schedule.formats.words import Line, Word, Words, error_at, lines_of, shown
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Person, Pick, Tag, Task

_RULE = re.compile(r"\s*=====[\s=]*")
_PEOPLE = re.compile(r"\s*ResourceID\b", re.IGNORECASE)
_TASKS = re.compile(r"\s*TaskID\b", re.IGNORECASE)
_COUNTS = ("Tasks", "Resources", "Precedence relations")
_SALARY = re.compile(r"[0-9]+([.,][0-9]+)?")
_SKILL = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@frozen
class _Row:
    task: Task
    before: tuple[str, ...]
    source: str


def read_imopse(name: str, text: str) -> Problem:
    """The project of a `.def` file. Raises InputError with the place of what is wrong."""
    lines = lines_of(text)
    people = [_person(Words.of(name, [line])) for line in _table(name, lines, _PEOPLE, "ResourceID")]
    rows = [_row(Words.of(name, [line])) for line in _table(name, lines, _TASKS, "TaskID")]
    arcs = [Arc(before=task, after=row.task.id, source=row.source) for row in rows for task in row.before]
    _ensure_counts(name, lines, (len(rows), len(people), len(arcs)))
    _ensure_ids(name, lines, [person.id for person, _ in people], rows)
    ensure_no_cycle(arcs)
    alone = (Capacity(resource=p.id, capacity=1, tag=Tag("one at a time", p.id, source=s)) for p, s in people)
    tasks = tuple(row.task for row in rows)
    return shortest_project(name, tasks, (*precedence(arcs), *alone), people=tuple(person for person, _ in people))


def _table(name: str, lines: list[Line], head: re.Pattern[str], title: str) -> list[Line]:
    """The lines under this head, to the line of `=` that closes the table."""
    begins = next((at for at, line in enumerate(lines) if head.match(line.text)), None)
    if begins is None:
        raise error_at(name, lines[-1], f"there is no table {title}; the file is cut off or of another kind")
    ends = next((at for at in range(begins, len(lines)) if _RULE.fullmatch(lines[at].text)), None)
    if ends is None:
        raise error_at(name, lines[-1], f"the table {title} is not closed by a line of =; the file is cut off")
    return [line for line in lines[begins + 1 : ends] if line.text.strip()]


def _skill(words: Words) -> tuple[str, int]:
    """A skill and its level, written `Q3: 2`."""
    word = words.next("a skill")
    skill, colon, level = word.text.partition(":")
    if not colon or not _SKILL.fullmatch(skill):
        raise error_at(words.name, word, f"a skill should stand here, as Q3: 2 (got {shown(word.text)})")
    if not level:
        return skill, words.whole(f"the level of {skill}")
    return skill, Words(words.name, [Word(level, word.line, word.column + len(skill) + 1)], words.end).whole(
        f"the level of {skill}"
    )


def _person(words: Words) -> tuple[Person, str]:
    number = words.whole("the id of a resource", least=1)
    word = words.next(f"the salary of resource {number}")
    if not _SALARY.fullmatch(word.text):
        raise error_at(words.name, word, f"the salary of resource {number} must be a number (got {shown(word.text)})")
    skills: dict[str, int] = {}
    while words.taken < len(words.words):
        skill, level = _skill(words)
        if skill in skills:
            raise error_at(
                words.name, words.words[words.taken - 1], f"resource {number} is given the skill {skill} twice"
            )
        skills[skill] = level
    return Person(id=f"R{number}", skills=skills), words.source


def _row(words: Words) -> _Row:
    number = words.whole("the id of a task", least=1)
    duration = words.whole(f"the duration of task {number}")
    skill, level = _skill(words)
    source = words.source
    before = []
    while words.taken < len(words.words):
        before.append(str(words.whole(f"a predecessor of task {number}", least=1)))
    who = Pick(
        name="who", count=1, skill=skill, level=level, tag=Tag("skill", str(number), f"{skill}: {level}", source)
    )
    return _Row(Task(id=str(number), duration=duration, picks=(who,)), tuple(before), source)


def _ensure_counts(name: str, lines: list[Line], found: tuple[int, ...]) -> None:
    for what, count in zip(_COUNTS, found, strict=True):
        pattern = re.compile(rf"\s*{what}\s*:", re.IGNORECASE)
        line = next((line for line in lines if pattern.match(line.text)), None)
        if line is None:
            raise error_at(
                name, lines[0], f"the head does not tell “{what}: …”; the file is damaged or of another kind"
            )
        told = Words.of(name, [Line(line.number, pattern.sub(lambda m: " " * len(m[0]), line.text))]).whole(what)
        if told != count:
            raise error_at(name, line, f"{told} are told as {what}, but the tables have {count}")


def _ensure_ids(name: str, lines: list[Line], people: list[str], rows: list[_Row]) -> None:
    known = {row.task.id for row in rows}
    for person, after in pairwise(sorted(people)):
        if person == after:
            raise error_at(name, lines[0], f"the resource {person[1:]} is listed twice")
    seen: set[str] = set()
    for row in rows:
        line = lines[int(row.source.rpartition(":")[2]) - 1]
        if row.task.id in seen:
            raise error_at(name, line, f"the task {row.task.id} is listed twice")
        seen.add(row.task.id)
        for task in row.before:
            if task not in known:
                raise error_at(name, line, f"task {row.task.id} follows task {task}, which is not in the table")
