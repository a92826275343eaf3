"""The road to the flight beside the training: reviews, deliveries and approvals, and what waits for them."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.training import MILESTONE, Milestone
from hamsafar.planning import ticks
from hamsafar.planning.brought import absences_of, as_it_happened, as_it_was, bound_by_the_past, just_then
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.training.grid import TermGrid
from hamsafar.planning.training.held import barred_milestones
from hamsafar.planning.training.starts import Bounded, person_resource
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.tasks import Allowed, Task


def held_milestones(grid: TermGrid) -> tuple[Milestone, ...]:
    """Those that are held, in the order of the programme: not what was refused, and not what comes after that."""
    barred = barred_milestones(grid.programme)
    return tuple(one for one in grid.programme.milestones if one.id not in barred)


@enforces("CMP-01")
def road(grid: TermGrid) -> Iterator[Task]:
    """A task for each milestone, called as its placement is."""
    for milestone in held_milestones(grid):
        id_, done = milestone.placement, grid.past.done.get(milestone.placement)
        if done is None:
            yield Task(
                id=id_,
                duration=milestone.duration_min,
                allowed=tuple(dict.fromkeys((*_in_its_time(grid, milestone), *_while_all_are_there(grid, milestone)))),
                occupies={person_resource(person): 1 for person in milestone.attended_by},
                required=tag_of("CMP-01", id_),
            )
        else:
            first, end = as_it_was(done)
            there = {person_resource(person): 1 for person in done.people}
            when, why = just_then(id_, done), as_it_happened(id_)
            yield Task(id=id_, duration=end - first, allowed=(when,), occupies=there, required=why)


@enforces("MIL-01")
def _in_its_time(grid: TermGrid, milestone: Milestone) -> Iterator[Allowed]:
    """Between its days before lift-off, not before today, and in one stretch of its calendar's hours."""
    first = ticks.tick_at_or_after(grid.launch.plus(days=-milestone.from_d))
    end = ticks.tick_at_or_before(grid.launch.plus(days=-milestone.to_d))
    today = ticks.day_start(grid.programme.now, grid.term.zone)
    days = tag_of("MIL-01", milestone.id, f"{grid.day(first)} to {grid.day(end)}")
    yield Allowed(ranges=ticks.fit([(first, end)], milestone.duration_min), tag=days)
    yield Allowed(
        ranges=((today, grid.end),) if today <= grid.end else (), tag=tag_of("MIL-01", "today", str(grid.day(today)))
    )
    hours = tag_of("MIL-01", milestone.id, f"calendar {milestone.calendar}")
    yield Allowed(ranges=grid.starts_in(milestone.calendar, milestone.duration_min), tag=hours)


@enforces("PPL-02", "PIN-01", "PST-01")
def _while_all_are_there(grid: TermGrid, milestone: Milestone) -> Iterator[Allowed]:
    """Clear of the absences of whoever takes part, from now on, and just where it is pinned."""
    for person in milestone.attended_by:
        for away in absences_of(grid.programme, person, grid.end, grid.term.zone):
            yield away.allows(milestone.duration_min, grid.first, grid.end)
    yield from bound_by_the_past(grid.past, milestone.placement, grid.first, grid.end, grid.term.zone)


@enforces("MIL-01")
def in_order(grid: TermGrid) -> Iterator[Constraint]:
    """A milestone keeps its gaps after the sessions and milestones that it comes after."""
    held = {one.placement for one in held_milestones(grid)}
    for milestone in held_milestones(grid):
        for after in milestone.after:
            before = [after.of] if after.of in held else [one.id for one in grid.by_session.get(after.of, ())]
            for name in before:
                yield Lag(
                    before=name,
                    after=milestone.placement,
                    min_gap=after.min_gap_min,
                    max_gap=after.max_gap_min,
                    tag=tag_of("MIL-01", milestone.id, f"after {name}"),
                )


@enforces("MIL-02")
def what_waits(grid: TermGrid) -> Iterator[Constraint]:
    """A session keeps its gaps after the milestones that it waits for."""
    held = {one.placement for one in held_milestones(grid)}
    for occurrence in grid.occurrences:
        for after in occurrence.session.after:
            if after.of in held:
                yield Lag(
                    before=after.of,
                    after=occurrence.id,
                    min_gap=after.min_gap_min,
                    max_gap=after.max_gap_min,
                    tag=tag_of("MIL-02", occurrence.id, f"after {after.of}"),
                )


@enforces("MIL-02")
def waits_in_vain(grid: TermGrid) -> Iterator[Bounded]:
    """No start for a session that waits for a milestone which was refused."""
    barred = {f"{MILESTONE}/{name}" for name in barred_milestones(grid.programme)}
    for occurrence in grid.occurrences:
        for after in occurrence.session.after:
            if after.of in barred:
                yield occurrence.id, Allowed(ranges=(), tag=tag_of("MIL-02", occurrence.id, f"{after.of} was refused"))
