"""PSPLIB's format (`.sm`, `.mm`): one project, one or several modes a job, renewable and nonrenewable resources.

Sections under titles, between lines of stars: precedence relations, requests and durations, availabilities (Kolisch
and Sprecher 1996). Within a section numbers are taken as a stream, so line ends and blanks may fall anywhere. Where
any job has several modes, the jobs are read with modes "1", "2", …; otherwise none has a mode to name.
"""

from __future__ import annotations

import re
from itertools import chain

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.schedule.formats.project import (
    Arc,
    Resource,
    ensure_no_cycle,
    mode_of,
    precedence,
    shortest_project,
    single,
    supplies,
)
from hamsafar.schedule.formats.words import Line, Words, error_at, lines_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Task

_JOBS = re.compile(r"\s*jobs\b[^:]*:", re.IGNORECASE)
_PROJECTS = re.compile(r"\s*projects\s*:", re.IGNORECASE)
_KINDS = (("R", "renewable"), ("N", "nonrenewable"), ("D", "doubly constrained"))
_TITLES = {
    "PRECEDENCE RELATIONS": re.compile(r"\s*PRECEDENCE\s+RELATIONS", re.IGNORECASE),
    "REQUESTS/DURATIONS": re.compile(r"\s*REQUESTS\s*/\s*DURATIONS", re.IGNORECASE),
    "RESOURCEAVAILABILITIES": re.compile(r"\s*RESOURCE\s*AVAILABILITIES", re.IGNORECASE),
}
_RULE = re.compile(r"[\s*=-]*")  # lines of stars or dashes
_COLUMN = re.compile(r"\s*([RND])\s*([0-9]+)", re.IGNORECASE)


@frozen
class _Job:
    modes: int
    arcs: tuple[Arc, ...]


def read_psplib(name: str, text: str) -> Problem:
    """The project of a `.sm` or `.mm` file. Raises InputError with the place of what is wrong."""
    lines = lines_of(text)
    sections = _sections(name, lines)
    head = lines[: sections["PRECEDENCE RELATIONS"][0].number - 1]
    count = _jobs(name, head)
    resources = _resources(name, text, sections["RESOURCEAVAILABILITIES"])
    _ensure_counts(name, head, resources)
    words = Words.of(name, sections["PRECEDENCE RELATIONS"][2:])
    jobs = [_job(words, number, count) for number in range(1, count + 1)]
    words.nothing_more()
    words = Words.of(name, sections["REQUESTS/DURATIONS"][2:])
    several = any(job.modes > 1 for job in jobs)
    tasks = tuple(_task(words, str(number), job, resources, several) for number, job in enumerate(jobs, 1))
    words.nothing_more()
    arcs = list(chain.from_iterable(job.arcs for job in jobs))
    ensure_no_cycle(arcs)
    return shortest_project(name, tasks, (*precedence(arcs), *supplies(resources)))


def _sections(name: str, lines: list[Line]) -> dict[str, list[Line]]:
    """Under each title its line, the line of column heads, and those of numbers."""
    begins: dict[str, int] = {}
    for title, pattern in _TITLES.items():
        found = [at for at, line in enumerate(lines) if pattern.match(line.text)]
        if not found:
            raise error_at(name, lines[-1], f"there is no section {title}; the file is cut off or of another kind")
        if len(found) > 1:
            raise error_at(name, lines[found[1]], f"there is a second section {title}")
        begins[title] = found[0]
    if sorted(begins.values()) != list(begins.values()):
        raise error_at(name, lines[max(begins.values())], f"the sections should come in the order {', '.join(begins)}")
    ends = (*list(begins.values())[1:], len(lines))
    bodies = {
        title: [line for line in lines[begin:end] if not _RULE.fullmatch(line.text)]
        for (title, begin), end in zip(begins.items(), ends, strict=True)
    }
    for title, body in bodies.items():
        if len(body) < 2:
            raise error_at(name, body[0], f"the section {title} is empty; the file is cut off or damaged")
    return bodies


def _jobs(name: str, head: list[Line]) -> int:
    projects = _headed(name, head, _PROJECTS)
    if projects not in (None, 1):
        raise error_at(name, head[-1], f"one project a file is read (this one says it has {projects})")
    jobs = _headed(name, head, _JOBS)
    if jobs is None:
        raise error_at(name, head[-1] if head else Line(1, ""), "the number of jobs is not told above this")
    return jobs


def _headed(name: str, head: list[Line], pattern: re.Pattern[str]) -> int | None:
    """The number after these words in the head of the file."""
    for line in head:
        if found := pattern.match(line.text):
            blank = " " * found.end() + line.text[found.end() :]
            return Words.of(name, [Line(line.number, blank)]).whole(f"the number of {found[0].split()[0].lower()}")
    return None


def _resources(name: str, text: str, section: list[Line]) -> list[Resource]:
    heads = _COLUMN.findall(section[1].text)
    if _COLUMN.sub("", section[1].text).strip():
        raise error_at(
            name, section[1], f"the resources should be named here, as R 1 or N 1 (got {section[1].text.strip()!r})"
        )
    words, resources = Words.of(name, section[2:] or section[1:2]), []
    words.taken = 0 if section[2:] else len(words.words)
    for kind, number in heads:
        amount = words.whole(f"the availability of {kind.upper()} {number}")
        renewable = kind.upper() == "R"
        resources.append(
            Resource(id=f"{kind.upper()}{number}", amount=amount, renewable=renewable, source=words.source)
        )
    words.nothing_more()
    if words.touches(text):  # these files end in a line of stars
        raise words.cut_off()
    if len({resource.id for resource in resources}) < len(resources):
        raise error_at(name, section[1], "a resource is named twice")
    return resources


def _ensure_counts(name: str, head: list[Line], resources: list[Resource]) -> None:
    for letter, kind in _KINDS:
        pattern = r"[\s-]*" + r"\s+".join(kind.split()) + r"\s*:"
        told = _headed(name, head, re.compile(pattern, re.IGNORECASE))
        listed = sum(resource.id.startswith(letter) for resource in resources)
        if told is not None and told != listed:
            raise error_at(
                name, head[-1], f"{told} {kind} resources are told, but {listed} listed under the availabilities"
            )
        if letter == "D" and listed:
            raise InputError("doubly constrained resources are not read", where=resources[-1].source + ":1")


def _job(words: Words, number: int, count: int) -> _Job:
    words.exactly(number, "the successors of job")
    modes = words.whole(f"the number of modes of job {number}", least=1)
    arcs = []
    for _ in range(words.whole(f"the number of successors of job {number}", most=count)):
        after = words.whole(f"a successor of job {number}", least=1, most=count)
        arcs.append(Arc(before=str(number), after=str(after), source=words.source))
    return _Job(modes, tuple(arcs))


def _task(words: Words, task: str, job: _Job, resources: list[Resource], several: bool) -> Task:
    words.exactly(int(task), "the requests of job")
    ways = []
    for mode in range(1, job.modes + 1):
        words.exactly(mode, f"in job {task}, mode")
        duration = words.whole(f"the duration of job {task}")
        demands = [words.whole(f"the demand of job {task} for {resource.id}") for resource in resources]
        ways.append(mode_of(str(mode), duration, demands, resources))
    return Task(id=task, modes=tuple(ways)) if several else single(task, ways[0])
