"""ProGen/max's format (`.sch`): one project with minimum and maximum lags from start to start (RCPSP/max).

The number of activities (a source 0 and a sink come in addition) and of renewable, nonrenewable and doubly
constrained resources; a line of each activity with its number of modes, its successors and in brackets their lags; a
line of each with its mode, duration and demands; what there is of each resource (Schwindt 1998). A lag w from i to j
says start(j) >= start(i) + w; a negative one is a maximum lag the other way. A cycle of lags that cannot hold is no
fault of the file: the set has such instances, and that there is no schedule is their answer.
"""

from __future__ import annotations

from itertools import chain

from attrs import frozen

from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.formats.project import Resource, mode_of, shortest_project, single, supplies
from hamsafar.schedule.formats.words import LARGEST_NUMBER, Words, error_at, lines_of
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag


@frozen
class _Weighted:
    """start(after) >= start(before) + lag, as the file says in this place."""

    before: int
    after: int
    lag: int
    source: str


def read_progen_max(name: str, text: str) -> Problem:
    """The project of a `.sch` file. Raises InputError with the place of what is wrong."""
    words = Words.of(name, lines_of(text))
    activities = words.whole("the number of activities") + 2
    kinds = words.whole("the number of renewable resources")
    for kind in ("nonrenewable", "doubly constrained"):
        words.whole(f"the number of {kind} resources (this format is read without them)", most=0)
    arcs = list(chain.from_iterable(_arcs(words, number, activities) for number in range(activities)))
    rows = [_row(words, number, kinds) for number in range(activities)]
    resources = [_resource(words, number) for number in range(1, kinds + 1)]
    words.nothing_more()
    if kinds and words.touches(text) and resources[-1].amount < max(demands[-1] for _, demands in rows):
        raise words.cut_off()  # less than an activity needs, in a file that ends within its line
    tasks = tuple(single(str(i), mode_of("", *row, resources)) for i, row in enumerate(rows))
    largest = {str(i): max((arc.lag for arc in arcs if arc.before == i), default=0) for i in range(activities)}
    return shortest_project(name, tasks, (*map(_lag, arcs), *supplies(resources)), lags=largest)


def _arcs(words: Words, number: int, activities: int) -> list[_Weighted]:
    words.exactly(number, "the successors of activity")
    words.exactly(1, "the number of modes")
    count = words.whole(f"the number of successors of activity {number}", most=activities)
    after = []
    for _ in range(count):
        after.append(words.whole(f"a successor of activity {number}", most=activities - 1))
        if after[-1] == number:
            raise error_at(words.name, words.words[words.taken - 1], f"activity {number} is its own successor")
    return [_Weighted(number, j, _bracketed(words, number, j), words.source) for j in after]


def _bracketed(words: Words, before: int, after: int) -> int:
    what = f"the lag from activity {before} to {after}"
    for bracket in "[]":
        word = words.next(f"{what} in brackets")
        if word.text != bracket:
            raise error_at(words.name, word, f"{what} should stand here in brackets, one number (got {word.text!r})")
        if bracket == "[":
            lag = words.whole(what, least=-LARGEST_NUMBER)
    return lag


def _row(words: Words, number: int, kinds: int) -> tuple[int, list[int]]:
    words.exactly(number, "the demands of activity")
    words.exactly(1, "the mode")
    duration = words.whole(f"the duration of activity {number}")
    return duration, [words.whole(f"the demand of activity {number} for R{kind}") for kind in range(1, kinds + 1)]


def _resource(words: Words, number: int) -> Resource:
    amount = words.whole(f"the availability of resource {number}")
    return Resource(id=f"R{number}", amount=amount, renewable=True, source=words.source)


def _lag(arc: _Weighted) -> Lag:
    return Lag(
        before=str(arc.before),
        after=str(arc.after),
        min_gap=arc.lag,
        max_gap=None,
        since="start",
        until="start",
        tag=Tag("lag", f"{arc.before}→{arc.after}", f"[{arc.lag}]", source=arc.source),
    )
