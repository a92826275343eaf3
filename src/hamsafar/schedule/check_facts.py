"""What a checker looks at: the present tasks of a schedule as they lie, and what it has to say about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import field, frozen

from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Mode, Pick, Task

Schedule = Mapping[str, Placed]
Stretches = tuple[tuple[int, int], ...]


@frozen
class Finding:
    """One thing that is broken: by how much, by which tasks, and in words."""

    amount: int
    tasks: tuple[str, ...]
    words: str


@frozen(kw_only=True)
class Present:
    """One task as it was placed: in which mode, where it lies, where it runs, and what it takes."""

    task: Task
    way: Mode
    start: int
    end: int
    running: Stretches
    takes: tuple[tuple[str, int], ...]  # resource and amount: one for each it occupies, one for each that is picked
    picked: Mapping[str, tuple[str, ...]]  # who was picked, by the pick's name

    @property
    def id(self) -> str:
        """The task's id."""
        return self.task.id

    @property
    def taking(self) -> Stretches:
        """When it takes what it takes: while it runs, and in pauses where its breaks hold."""
        holds = self.task.breaks is not None and self.task.breaks.holds
        return ((self.start, self.end),) if holds and self.running else self.running

    def taken(self, resource: str) -> bool:
        """Whether it takes this resource at all."""
        return any(name == resource for name, _ in self.takes)

    def runs_within(self, first: int, end: int) -> int:
        """The ticks of [first, end) at which it runs."""
        return sum(max(0, min(end, b) - max(first, a)) for a, b in self.running)


@frozen
class Facts:
    """A problem and the tasks that lie in a schedule for it; what the problem does not know is not there."""

    problem: Problem
    present: Mapping[str, Present] = field()

    def of(self, tasks: Iterable[str]) -> list[Present]:
        """Those of the tasks that are present, in their order."""
        return [self.present[name] for name in tasks if name in self.present]

    def takings(self, resource: str) -> Iterator[tuple[Present, int]]:
        """Every taking of the resource that lasts: the task, and the amount."""
        for there in self.present.values():
            if there.taking:
                yield from ((there, amount) for name, amount in there.takes if name == resource)


def facts_of(problem: Problem, placed: Schedule) -> Facts:
    """The schedule as it lies."""
    there = (present_of(task, placed[task.id]) for task in problem.tasks if task.id in placed)
    return Facts(problem, {one.id: one for one in there if one is not None})


def present_of(task: Task, place: Placed) -> Present | None:
    """The task as it lies; None where it has no such mode."""
    if place.mode not in {way.id for way in task.ways}:
        return None
    way = task.way(place.mode)
    always = tuple((name, amount) for name, amount in way.occupies.items() if amount > 0)
    chosen = tuple((who, 1) for pick in picks_of(task, way) for who in place.picked.get(pick.name, ()))
    return Present(
        task=task,
        way=way,
        start=place.start,
        end=task.end(place.start, place.mode),
        running=task.running(place.start, place.mode),
        takes=always + chosen,
        picked=place.picked,
    )


def picks_of(task: Task, way: Mode) -> tuple[Pick, ...]:
    """Whom the task picks when it is done in this way."""
    return task.picks + way.picks


def distance(tick: int, ranges: Stretches) -> int:
    """Ticks to the nearest of these inclusive ranges; 1 where there are none."""
    return min((max(first - tick, tick - last, 0) for first, last in ranges), default=1)
