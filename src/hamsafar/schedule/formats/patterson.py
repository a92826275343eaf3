"""Patterson's format (`.rcp`): one project, one mode an activity, a stream of numbers with line ends anywhere.

The number of activities and of resources; what there is of each resource; then for each activity its duration, its
demands, the number of its successors and their numbers, counted from 1 (Patterson 1984; Demeulemeester and Herroelen
1992 give it this way).
"""

from __future__ import annotations

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
from hamsafar.schedule.formats.words import Words, lines_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Task


def read_patterson(name: str, text: str) -> Problem:
    """The project of a `.rcp` file. Raises InputError with the place of what is wrong."""
    words = Words.of(name, lines_of(text))
    activities = words.whole("the number of activities", least=1)
    kinds = words.whole("the number of resources")
    resources: list[Resource] = []
    for number in range(1, kinds + 1):
        amount = words.whole(f"the availability of resource {number}")
        resources.append(Resource(id=f"R{number}", amount=amount, renewable=True, source=words.source))
    tasks: list[Task] = []
    arcs: list[Arc] = []
    for number in range(1, activities + 1):
        tasks.append(_task(words, number, resources))
        arcs += _arcs(words, number, activities)
    words.nothing_more()
    if words.touches(text) and words.words[-1].text != "0":  # the last activity has no successors, told by a 0
        raise words.cut_off()
    ensure_no_cycle(arcs)
    return shortest_project(name, tuple(tasks), (*precedence(arcs), *supplies(resources)))


def _task(words: Words, number: int, resources: list[Resource]) -> Task:
    duration = words.whole(f"the duration of activity {number}")
    demands = [words.whole(f"the demand of activity {number} for {resource.id}") for resource in resources]
    return single(str(number), mode_of("", duration, demands, resources))


def _arcs(words: Words, number: int, activities: int) -> list[Arc]:
    found = []
    for _ in range(words.whole(f"the number of successors of activity {number}", most=activities)):
        after = words.whole(f"a successor of activity {number}", least=1, most=activities)
        found.append(Arc(before=str(number), after=str(after), source=words.source))
    return found
