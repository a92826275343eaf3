"""How long a project takes at the least: the longest path, the energy between heads and tails, pairs that exclude."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.schedule.quick.project import Project


def floor_of(project: Project) -> int:
    """No schedule of the project is shorter than this many ticks."""
    return max([longest_path(project), *energies(project), *pairs(project)])


def longest_path(project: Project) -> int:
    """The longest chain of least distances and durations."""
    lengths = zip(project.heads, project.durations, project.tails, strict=True)
    return max((head + duration + tail for head, duration, tail in lengths), default=0)


def energies(project: Project) -> Iterator[int]:
    """For each resource, head and tail: what all that can't begin before nor end after must do in between."""
    for k, capacity in enumerate(project.capacities):
        takers = [i for i, needs in enumerate(project.needs) if needs[k] and project.durations[i]]
        takers.sort(key=lambda i: -project.heads[i])
        for least_tail in sorted({project.tails[i] for i in takers}):
            energy = 0
            for i in takers:
                if project.tails[i] >= least_tail:
                    energy += project.durations[i] * project.needs[i][k]
                    yield project.heads[i] + least_tail + -(-energy // capacity)


def pairs(project: Project) -> Iterator[int]:
    """Two tasks that never fit at one time follow each other, in one order or the other."""
    takers = [i for i, packed in enumerate(project.packed) if packed and project.durations[i]]
    for at, i in enumerate(takers):
        room = project.free - project.packed[i]
        for j in takers[:at]:
            if (room - project.packed[j]) & project.guard != project.guard:
                both = project.durations[i] + project.durations[j]
                yield both + min(project.heads[i] + project.tails[j], project.heads[j] + project.tails[i])
