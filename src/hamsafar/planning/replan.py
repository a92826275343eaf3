"""A plan after a change: the feasible plan nearest to the old one, the past as it happened, and why what moved had to.

The same chain as for a new plan (flight, windows, term, days aboard), each step kept as near as it can be to what was:
the term by its dates, the days aboard by flight day and station clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from hamsafar.domain.changes import Change, Move
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Flight, Placement, Plan, Stage
from hamsafar.domain.programme import Programme
from hamsafar.planning.answer import NoPlan, Undecided
from hamsafar.planning.as_placed import as_placed
from hamsafar.planning.brought import Brought, brought
from hamsafar.planning.changed import changed
from hamsafar.planning.crew import crew_placements, crew_problem, dropped, first_schedule, left_undone
from hamsafar.planning.crew.stowage import with_stand_ins
from hamsafar.planning.differences import Difference, Differences, differences, flights_apart_d, promised_ids
from hamsafar.planning.figures import Asked, Build
from hamsafar.planning.flight_kept import Kept, keep_flight
from hamsafar.planning.happened import as_flown, with_what_happened
from hamsafar.planning.make import Options, written
from hamsafar.planning.news import news, units_of
from hamsafar.planning.reasons import reasons
from hamsafar.planning.relaxing import known_so_far, no_plan
from hamsafar.planning.training import (
    certificates_held,
    schedule_beside,
    training_placements,
    training_problem,
    with_days_away,
)
from hamsafar.planning.unplanned import unplanned
from hamsafar.schedule.check import check
from hamsafar.schedule.nearest import Before, nearest_problem
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved
from hamsafar.schedule.problem import Unknown as NothingFound
from hamsafar.timeline import Span

if TYPE_CHECKING:
    from hamsafar.schedule.causes import Cause

EFFORT = 4.0  # where nobody says how much, for both stages together
_SHARE = 0.5  # of the effort, for each of the two stages
_WHY_SHARE = 0.1  # of the effort, to find out why things had to move
_NAMES: dict[Stage, str] = {"training": "the training term", "flight": "the days aboard"}


@frozen(kw_only=True, slots=False)
class Replanned:
    """A plan nearest to an old one, not yet verified; its own version is still to be added to the chain."""

    before: Plan
    plan: Plan  # with what moved, and why
    causes: Mapping[str, Cause]  # by placement
    of_the_flight: tuple[str, ...] = ()  # where the flight isn't on the day asked for, and why; among the warnings

    @cached_property
    def differences(self) -> Differences:
        """What lies elsewhere, came and went."""
        return differences(self.before, self.plan)


@frozen(kw_only=True)
class _Repaired:
    """One stage after the change."""

    stage: Stage
    problem: Problem
    solved: Solved
    placements: tuple[Placement, ...]
    causes: Mapping[str, Cause]


def replan(
    plan: Plan, change: Change, options: Options, *, elements: Sequence[Elements] = ()
) -> Replanned | NoPlan | Undecided:
    """The plan nearest to an old one in which a change holds; the conflict; or that the effort ran out.

    Nearest: the fewest promised placements moved or left out, then the least value left out, then the fewest moved at
    all, then the least total shift; each proved, or told with its bound, in the plan's objective.
    `elements`: newer sets of the station. Raises InputErrors where the change doesn't fit the plan.
    """
    programme = changed(plan, change)
    options.tell("Looking for the flight again")
    kept = keep_flight(plan, programme, change, elements)
    if isinstance(kept, NoPlan):
        return kept
    programme, flight = kept.programme, kept.chosen.flight
    work = _Work(plan=plan, programme=programme, flight=flight, options=options)
    stages: list[_Repaired] = []
    if programme.term is not None:
        launch, landing = flight.launch.launch, flight.landing.landing
        build: Build = partial(training_problem, launch=launch, landing=landing, without=options.without)
        term = work.repaired("training", build)
        if not isinstance(term, _Repaired):
            return term
        stages.append(term)
    held = certificates_held(programme, stages[0].placements if stages else None)
    build = partial(crew_problem, flight=flight, windows=kept.windows, held=held, without=options.without)
    aboard = work.repaired("flight", build, partial(build, whole=True))
    if not isinstance(aboard, _Repaired):
        return aboard
    stages.append(aboard)
    return _replanned(plan, kept, stages, options)


@frozen(kw_only=True)
class _Work:
    """What every stage is repaired from."""

    plan: Plan
    programme: Programme
    flight: Flight
    options: Options

    def repaired(self, stage: Stage, build: Build, whole: Build | None = None) -> _Repaired | NoPlan | Undecided:
        """One stage repaired against what the plan holds of it; `build` makes its problem, were this the programme.

        `whole` makes it with nothing left out because of what could give way, where that is another.
        """
        past = brought(self.programme)
        own = [one for one in self.plan.placements if one.stage == stage]
        done = [*(one for one in own if one.id in past.done), *self._not_planned(stage, past)]

        def with_its_past(build: Build, programme: Programme, *, hinted: bool) -> Problem:
            return with_what_happened(build(programme, hinted=hinted), past, done)

        problem = with_its_past(build, self.programme, hinted=False)
        before = self._before(problem, [one for one in own if one.id not in past.done])
        answer = self._answer(stage, problem, before)
        if isinstance(answer, NothingFound):
            known = known_so_far(stage, problem, self.programme.past_until)
            return Undecided(stage=stage, stopped_by=answer.stopped_by, effort=answer.effort, known=known)
        if isinstance(answer, Conflict):
            asked = Asked(
                programme=self.programme,
                stage=stage,
                flight=self.flight,
                problem=problem,
                conflict=answer,
                build=partial(with_its_past, build),
                whole=None if whole is None else partial(with_its_past, whole),
                known=_rest(problem, before, [as_flown(one, past.done[one.id]) for one in done], answer),
            )
            return no_plan(asked, self.options)
        flown = tuple(as_flown(one, past.done[one.id]) for one in done)
        to_come = (one for one in self._placements(stage, problem, answer) if one.id not in past.done)
        return _Repaired(
            stage=stage,
            problem=problem,
            solved=answer,
            placements=(*flown, *to_come),
            causes=self._causes(stage, problem, before, answer),
        )

    def _not_planned(self, stage: Stage, past: Brought) -> Iterator[Placement]:
        """What was done aboard and wasn't in the old plan."""
        if stage != "flight":
            return
        known = {one.id for one in self.plan.placements}
        for id_, record in past.done.items():
            found = unplanned(self.programme, self.flight, id_) if id_ not in known else None
            if found is not None:
                yield found.placed(record, self.programme.station.zone)

    def _before(self, problem: Problem, placements: Iterable[Placement]) -> Before:
        """The old plan as the problem knows it; aboard, carried by whole station days."""
        known, promised = list(placements), promised_ids(self.programme)
        days = flights_apart_d(self.plan.flight, self.flight, self.programme.station.zone)
        return Before(
            placed=as_placed(problem, known, days=days),
            promised=frozenset(one.id for one in known if one.of in promised),
        )

    def _answer(self, stage: Stage, problem: Problem, before: Before) -> Answer:
        from hamsafar.schedule.repair import repair  # loads the solver, which takes half a second

        name, options = f"Repairing {_NAMES[stage]}", self.options
        options.tell(f"{name}: {len(before.placed)} placements, {len(problem.tasks)} activities")
        units = units_of(nearest_problem(problem, before))
        return repair(
            problem,
            before,
            seed=options.seed,
            workers=options.workers,
            effort=options.effort * _SHARE,
            time_limit_s=options.time_limit_s,
            on_progress=lambda step: options.tell(f"{name}: {news(step, units)}"),
            should_stop=options.should_stop,
            beside=partial(_beside, problem, before) if stage == "training" else partial(first_schedule, problem),
        )

    def _causes(self, stage: Stage, problem: Problem, before: Before, answer: Solved) -> Mapping[str, Cause]:
        from hamsafar.schedule.causes import why_moved

        options = self.options
        options.tell(f"Finding out why things moved: {_NAMES[stage]}")
        return why_moved(
            problem,
            before,
            answer,
            seed=options.seed,
            effort=options.effort * _WHY_SHARE,
            time_limit_s=options.time_limit_s,
            should_stop=options.should_stop,
        )

    def _placements(self, stage: Stage, problem: Problem, answer: Solved) -> tuple[Placement, ...]:
        if stage == "training":
            return training_placements(self.programme, problem, answer)
        return crew_placements(self.programme, self.flight, problem, answer)


def _beside(problem: Problem, before: Before) -> Mapping[str, int]:
    return schedule_beside(problem, with_days_away(problem, before.placed))


def _rest(
    problem: Problem, before: Before, flown: Iterable[Placement], conflict: Conflict
) -> Mapping[str, Placed] | None:
    """The old plan, where all that it breaks is of the conflict: a schedule of the rest that needs no search."""
    placed = with_stand_ins(problem, {**as_placed(problem, flown), **before.placed})
    return placed if {one.tag for one in check(problem, placed)} <= set(conflict.tags) else None


# The plan


def _replanned(plan: Plan, kept: Kept, stages: Sequence[_Repaired], options: Options) -> Replanned:
    programme, flight, path = kept.programme, kept.chosen.flight, kept.chosen.trajectory
    aboard = stages[-1]
    placements = tuple(one for stage in stages for one in stage.placements)
    undone = left_undone(programme, flight, kept.windows, (one.id for one in placements), plan.dropped)
    made = written(
        programme,
        options,
        flight,
        path,
        kept.windows,
        placements,
        tuple(sorted((*dropped(programme, aboard.problem, aboard.solved), *undone), key=lambda one: one.id)),
        [(stage.stage, stage.solved) for stage in stages],
    )
    causes = {id_: cause for stage in stages for id_, cause in stage.causes.items()}
    found = differences(plan, made)
    why = reasons(plan, made, causes, found)
    moved = tuple(sorted((_move(one, why[one.placement.id]) for one in found.each), key=lambda one: one.placement))
    warnings = (*kept.warnings, *made.warnings)
    made = evolve(made, warnings=warnings, versions=plan.versions, moved=moved)
    return Replanned(before=plan, plan=made, causes=causes, of_the_flight=kept.warnings)


def _move(one: Difference, why: str) -> Move:
    return Move(
        placement=one.placement.id,
        title=one.placement.title,
        before=None if one.before is None else Span(one.before.start, one.before.end),
        after=None if one.after is None else Span(one.after.start, one.after.end),
        why=why,
        promised=one.promised,
    )
