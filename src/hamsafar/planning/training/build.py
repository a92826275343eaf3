"""From a programme with a term, and a lift-off, to a scheduling problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from attrs import evolve

from hamsafar.domain.programme import Programme
from hamsafar.domain.training import MILESTONE, NIGHT
from hamsafar.errors import SolverError
from hamsafar.planning.brought import as_it_happened, just_then
from hamsafar.planning.enforces import enforces
from hamsafar.planning.tags import tag_of
from hamsafar.planning.ticks import buckets
from hamsafar.planning.training import certificates, milestones, nights, refreshers, rules, starts, trips
from hamsafar.planning.training.grid import Occurrence, TermGrid
from hamsafar.planning.training.hint import first_schedule
from hamsafar.schedule.constraints import Constraint, Lag
from hamsafar.schedule.objectives import Lateness, Objective, Peak, PeakLoad
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Pick, Task
from hamsafar.timeline import Instant

# Adding a rule is adding its function to one of these three; nothing depends on their order.
_BOUNDS: tuple[Callable[[TermGrid], Iterator[tuple[str, Allowed]]], ...] = (
    starts.working_hours,
    starts.opening_hours,
    starts.in_its_phase,
    starts.outside_quarantine,
    starts.while_all_are_there,
    starts.while_not_shut,
    starts.from_now_or_where_pinned,
    starts.sat_again,
    certificates.certificate_days,
    refreshers.kept_until_landing,
    trips.clear_of_begun_journeys,
    milestones.waits_in_vain,
)
_PICKS: tuple[Callable[[TermGrid], Iterator[tuple[str, Pick | Allowed]]], ...] = (
    rules.who_teaches,
    rules.who_interprets,
)
_CONSTRAINTS: tuple[Callable[[TermGrid], Iterator[Constraint]], ...] = (
    starts.working_hours_of_candidates,
    starts.while_candidates_are_there,
    rules.one_thing_at_a_time,
    rules.facility_capacity,
    rules.order,
    certificates.certificate_first,
    rules.training_day,
    rules.training_week,
    rules.nights_rest,
    rules.recovery,
    rules.exams_a_day,
    rules.days_in_a_row,
    trips.one_site_at_a_time,
    milestones.in_order,
    milestones.what_waits,
    nights.night_after_night,
)


def training_problem(
    programme: Programme,
    launch: Instant,
    landing: Instant | None = None,
    *,
    without: frozenset[str] = frozenset(),
    hinted: bool = True,
) -> Problem:
    """The term of a programme as a problem in minutes: one task per placement, its id the placement's.

    `landing`: until when certificates have to last; left out, as long after lift-off as the stay asked for. `without`
    names rules that are not to be obeyed; `hinted`: with a first schedule to try.
    SolverError for a programme without a term.
    """
    if programme.term is None:
        raise SolverError("a programme without a term has no training to plan")
    landing = landing or launch.plus(minutes=programme.flight.stay_min)
    grid = TermGrid(programme=programme, term=programme.term, launch=launch, landing=landing, without=without)
    problem = Problem(
        name=f"training of {programme.id}",
        first=grid.first,
        last=grid.end,
        tick="min",
        tasks=_tasks(grid),
        constraints=tuple(_constraints(grid)),
        objectives=_objectives(grid),
    )
    for rule in sorted(without):
        problem = problem.without(rule)
    return evolve(problem, hint=first_schedule(problem)) if hinted else problem


def _tasks(grid: TermGrid) -> tuple[Task, ...]:
    allowed: dict[str, list[Allowed]] = {occurrence.id: [] for occurrence in grid.occurrences}
    picks: dict[str, list[Pick]] = {occurrence.id: [] for occurrence in grid.occurrences}
    for bounds in _BOUNDS:
        for name, bound in bounds(grid):
            allowed[name].append(bound)
    for choices in _PICKS:
        for name, choice in choices(grid):
            if isinstance(choice, Pick):
                picks[name].append(choice)
            else:
                allowed[name].append(choice)
    asked = (_task(grid, occurrence, allowed[occurrence.id], picks[occurrence.id]) for occurrence in grid.occurrences)
    return (
        *asked,
        *milestones.road(grid),
        *nights.asleep(grid),
        *trips.days_away(grid),
        *_missing(grid),
        *refreshers.lapsing(grid),
    )


def _constraints(grid: TermGrid) -> Iterator[Constraint]:
    """What every rule asks; that what has been held comes after something isn't asked any more."""
    for constraint in chain.from_iterable(ask(grid) for ask in _CONSTRAINTS):
        if not (isinstance(constraint, Lag) and constraint.after in grid.past.done):
            yield constraint


@enforces("PIN-01")
def _missing(grid: TermGrid) -> Iterator[Task]:
    """A task that fits nowhere for every pinned session, milestone or night that isn't asked for."""
    asked = {occurrence.id for occurrence in grid.occurrences}
    asked |= {task.id for task in (*milestones.road(grid), *nights.asleep(grid))}
    for id_ in sorted(grid.past.pins.keys() - asked):
        of = id_.partition("@")[0]
        if (of in grid.by_session or of.startswith((f"{MILESTONE}/", f"{NIGHT}/"))) and "PIN-01" not in grid.without:
            tag = tag_of("PIN-01", id_, "nothing asks for it")
            yield Task(id=f"missing PIN-01 {id_}", duration=1, allowed=(Allowed(ranges=(), tag=tag),), required=tag)


def _task(grid: TermGrid, occurrence: Occurrence, allowed: list[Allowed], picks: list[Pick]) -> Task:
    if occurrence.done is not None:
        return Task(
            id=occurrence.id,
            duration=occurrence.duration,
            allowed=(just_then(occurrence.id, occurrence.done),),
            occupies=rules.who_attends(occurrence) | trips.takes_home(grid, occurrence),
            required=as_it_happened(occurrence.id),
        )
    return Task(
        id=occurrence.id,
        duration=occurrence.duration,
        allowed=tuple(dict.fromkeys(allowed)),
        occupies=rules.who_attends(occurrence) | trips.takes_home(grid, occurrence),
        picks=tuple(picks),
        required=rules.must_be_there(occurrence),
    )


def _objectives(grid: TermGrid) -> tuple[Objective, ...]:
    """First room to sit each exam again, then the busiest week as light as can be."""
    room = int(grid.programme.limit("TRN-15", "room_d") * 1_440)
    due = {
        found.id: (starts.phase_ticks(grid, found.session.phase)[1] - room, 1)
        for subject in grid.held
        if subject.certificate is not None
        for found in grid.by_session.get(subject.final.id, ())
        if found.done is None
    }
    late = (Lateness(name="too late for a re-sit", unit="min", due=due),) if due else ()
    loads = tuple(
        PeakLoad(weights=weights, start=first, end=end)
        for trainee in grid.trainees
        if (weights := rules.minutes_of(grid, trainee))
        for first, end in buckets(grid.week_edges)
    )
    return (*late, *((Peak(name="busiest week", unit="min", loads=loads),) if loads else ()))
