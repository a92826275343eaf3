"""In which line of a problem's JSON text each tag is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from hamsafar.schedule.asked import presence_tag
from hamsafar.schedule.faults import Path
from hamsafar.schedule.json_text import line_of_each
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag, Task


def lines_of(problem: Problem, text: str, tags: Iterable[Tag]) -> Mapping[Tag, int]:
    """The line, counted from 1, of the first constraint or activity that carries the tag; `text` says the problem."""
    wanted, first = frozenset(tags), dict[Tag, Path]()
    for tag, path in chain(_of_constraints(problem), _of_tasks(problem)):
        if tag in wanted:
            first.setdefault(tag, path)
    lines = line_of_each(text, first.values())
    return {tag: lines[path] for tag, path in first.items() if path in lines}


def _of_constraints(problem: Problem) -> Iterator[tuple[Tag, Path]]:
    for number, constraint in enumerate(problem.constraints):
        yield constraint.tag, ("constraints", number)


def _of_tasks(problem: Problem) -> Iterator[tuple[Tag, Path]]:
    for number, task in enumerate(problem.tasks):
        yield from ((tag, ("activities", number, *path)) for tag, path in _of_task(task))
        if not task.optional:
            yield presence_tag(task), ("activities", number)


def _of_task(task: Task) -> Iterator[tuple[Tag, Path]]:
    for key in ("allowed", "forbidden", "picks"):
        for number, asked in enumerate(getattr(task, key)):
            yield asked.tag, (key, number)
    for number, mode in enumerate(task.modes):
        for position, pick in enumerate(mode.picks):
            yield pick.tag, ("modes", number, "picks", position)
