"""The chain from a programme to a plan: flight, windows, term, days aboard, one after the other, none reaching back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version

from attrs import evolve, frozen

from hamsafar._version import __version__
from hamsafar.domain.plan import (
    Dropped,
    Flight,
    ObjectiveValue,
    Placement,
    Plan,
    Provenance,
    RuleUse,
    Stage,
    StageResult,
    Trajectory,
    WindowList,
)
from hamsafar.domain.programme import Programme
from hamsafar.flight.forecast import station_forecast
from hamsafar.orbit.frames import earth_orientation_range, table_warnings
from hamsafar.planning.answer import Made, NoPlan, Undecided
from hamsafar.planning.choice import NoFlight, choose_flight
from hamsafar.planning.crew import crew_placements, crew_problem, dropped
from hamsafar.planning.figures import Asked, Build
from hamsafar.planning.flight_relaxing import no_flight
from hamsafar.planning.hosts_minutes import account_of, overdrawn
from hamsafar.planning.news import news, units_of
from hamsafar.planning.relaxing import known_so_far, no_plan
from hamsafar.planning.requested import numbered
from hamsafar.planning.spare import said_of_lists, spare_of
from hamsafar.planning.training import certificates_held, training_placements, training_problem
from hamsafar.planning.windows import open_windows
from hamsafar.rules import BOOK
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.problem import Unknown as NothingFound
from hamsafar.timeline import Span, leap_seconds_expire

DEFAULT_EFFORT = 2.0  # deterministic seconds of solver work, shared as below
_MINUTES_FROM_S = 120.0  # shorter spreads are told in seconds
_SHARES: dict[Stage, float] = {"training": 0.5, "flight": 2.5}  # of the effort; aboard, wishes are proved day by day

Progress = Callable[[str], None]


@frozen(kw_only=True)
class Options:
    """How hard to look, and who is told meanwhile. The first three are recorded in the plan."""

    seed: int = 0
    workers: int = 2
    effort: float = DEFAULT_EFFORT
    time_limit_s: float | None = None
    without: frozenset[str] = frozenset()  # rules switched off, to show what each is good for
    tell: Progress = lambda _: None
    should_stop: Callable[[], bool] = lambda: False


def make_plan(programme: Programme, options: Options) -> Made | NoPlan | Undecided:
    """One plan for a programme, not yet verified; or the conflict; or that the effort ran out."""
    options.tell("Choosing the flight")
    chosen = choose_flight(programme, without=options.without)
    if isinstance(chosen, NoFlight):
        return no_flight(programme, chosen, options.without)
    flight, path = chosen.flight, chosen.trajectory
    options.tell("Opening the windows of the stay")
    windows = open_windows(programme, flight, path)

    term: tuple[Placement, ...] = ()
    results: list[tuple[Stage, Solved]] = []
    if programme.term is not None:
        problem = training_problem(programme, flight.launch.launch, flight.landing.landing, without=options.without)
        answer = _solve("training", problem, options)
        if isinstance(answer, Conflict):
            build = partial(
                training_problem,
                launch=flight.launch.launch,
                landing=flight.landing.landing,
                without=options.without,
            )
            return no_plan(_asked(programme, "training", flight, problem, answer, build), options)
        if not isinstance(answer, Solved):
            return answer
        term = training_placements(programme, problem, answer)
        results.append(("training", answer))

    held = certificates_held(programme, term if programme.term is not None else None)
    problem = crew_problem(programme, flight, windows, held, without=options.without)
    answer = _solve("flight", problem, options)
    if isinstance(answer, Conflict):
        build = partial(crew_problem, flight=flight, windows=windows, held=held, without=options.without)
        asked = _asked(programme, "flight", flight, problem, answer, build)
        return no_plan(evolve(asked, whole=partial(build, whole=True)), options)
    if not isinstance(answer, Solved):
        return answer
    aboard = crew_placements(programme, flight, problem, answer)
    results.append(("flight", answer))
    undone = dropped(programme, problem, answer)
    plan = written(programme, options, flight, path, windows, (*term, *aboard), undone, results)
    return Made(plan=plan)


def _asked(
    programme: Programme, stage: Stage, flight: Flight, problem: Problem, conflict: Conflict, build: Build
) -> Asked:
    return Asked(programme=programme, stage=stage, flight=flight, problem=problem, conflict=conflict, build=build)


def _solve(stage: Stage, problem: Problem, options: Options) -> Solved | Conflict | Undecided:
    from hamsafar.schedule.solve import solve  # loads the solver, which takes half a second

    name = "the training term" if stage == "training" else "the days aboard"
    options.tell(f"Scheduling {name}: {len(problem.tasks)} activities, {len(problem.constraints)} constraints")
    answer = solve(
        problem,
        seed=options.seed,
        workers=options.workers,
        effort=options.effort * _SHARES[stage],
        time_limit_s=options.time_limit_s,
        on_progress=lambda step: options.tell(f"Scheduling {name}: {news(step, units_of(problem))}"),
        should_stop=options.should_stop,
    )
    if isinstance(answer, NothingFound):
        known = known_so_far(stage, problem)
        return Undecided(stage=stage, stopped_by=answer.stopped_by, effort=answer.effort, known=known)
    return answer


def written(
    programme: Programme,
    options: Options,
    flight: Flight,
    path: Trajectory,
    windows: tuple[WindowList, ...],
    placements: tuple[Placement, ...],
    undone: tuple[Dropped, ...],
    results: list[tuple[Stage, Solved]],
) -> Plan:
    """The plan of what the stages came to: what it rests on, requests to the host numbered, what is left free."""
    account = account_of(programme, flight, placements)
    made = Plan(
        programme=evolve(programme, requests=numbered(programme, placements)),
        provenance=provenance_of(options),
        trajectory=path,
        flight=flight,
        windows=windows,
        placements=tuple(sorted(placements, key=lambda one: (one.start, one.id))),
        dropped=undone,
        rules=_rules(programme),
        stages=tuple(
            StageResult(stage=stage, status="optimal" if solved.optimal else "feasible", effort=round(solved.effort, 3))
            for stage, solved in results
        ),
        objective=tuple(
            ObjectiveValue(
                stage=stage, name=term.name, value=float(term.value), bound=float(term.bound), unit=term.unit
            )
            for stage, solved in results
            for term in solved.terms
        ),
        warnings=(*warnings_of(programme, flight, path, windows), *overdrawn(programme, account)),
        hosts_minutes=account,
    )
    return with_spare(made)


def with_spare(plan: Plan) -> Plan:
    """The plan with what it leaves to the people aboard, and among its warnings which lists are too long."""
    found = evolve(plan, spare=spare_of(plan))
    return evolve(found, warnings=(*found.warnings, *said_of_lists(found)))


def provenance_of(options: Options) -> Provenance:
    """What it takes to make a plan of today's tables and packages again."""
    packages = ("astropy-iers-data", "holidays", "numpy", "ortools", "pyerfa", "sgp4", "tzdata")
    first, last = earth_orientation_range()
    return Provenance(
        hamsafar=__version__,
        versions={package: version(package) for package in packages},
        tables={
            "leap seconds, complete until": leap_seconds_expire().isoformat(),
            "Earth orientation (IERS finals2000A), from": first.isoformat(),
            "Earth orientation (IERS finals2000A), to": last.isoformat(),
        },
        seed=options.seed,
        workers=options.workers,
        effort=options.effort,
    )


def _rules(programme: Programme) -> tuple[RuleUse, ...]:
    params = {limits.rule: dict(limits.params) for limits in programme.limits}
    return tuple(
        RuleUse(id=rule.id, sentence=rule.sentence, source=rule.source, params=params.get(rule.id, {}))
        for rule in BOOK.values()
    )


def warnings_of(
    programme: Programme, flight: Flight, path: Trajectory, windows: tuple[WindowList, ...]
) -> tuple[str, ...]:
    """What whoever reads a plan should mind: what is provisional, what is not known, where tables end."""
    found: list[str] = []
    if path.basis == "far":
        found.append(
            f"Provisional: lift-off is known to about ± {_spread(flight.launch.sigma_s)}, and every window that "
            "hangs on the station's place in its orbit will move. Plan again when fresh elements come."
        )
    found += _about_the_ships(programme)
    found += _doubtful(programme, path)
    found += table_warnings(flight.aboard)
    found += _unknown(flight.aboard, windows)
    provisional = {
        range_.reason
        for calendar in programme.calendars
        for range_ in (*calendar.closed, *(stretch.days for stretch in calendar.shorter))
        if range_.provisional
    }
    if provisional:
        found.append("Dates that depend on the sighting of the moon are provisional: " + ", ".join(sorted(provisional)))
    return tuple(found)


def _about_the_ships(programme: Programme) -> Iterator[str]:
    """Which ship nobody can go home in, and who is without a seat meanwhile: an exception, accepted, never silent."""
    for ship in programme.flight.unfit:
        why = f": {ship.reason}" if ship.reason else ""
        yield f"Nobody can go home in {ship.ship} from {ship.since.iso()} on{why}."
    for one in programme.flight.unseated:
        why = f": {one.reason}" if one.reason else ""
        who = f"{', '.join(one.people)} may have no seat in a ship that can leave"
        yield f"Accepted by {one.accepted_by}: {who}, {one.span.start.iso()} to {one.span.end.iso()}{why}."


def _spread(sigma_s: float) -> str:
    return f"{sigma_s:.0f} s" if sigma_s < _MINUTES_FROM_S else f"{sigma_s / 60:.0f} min"


def _doubtful(programme: Programme, path: Trajectory) -> Iterator[str]:
    """Which newer sets than the one that the plan rests on are not believed yet, and why."""
    if all(one.epoch <= path.elements.epoch for one in programme.elements):
        return
    for one in station_forecast(programme.elements, programme.station).history.rejected:
        if one.elements.epoch > path.elements.epoch:
            yield (
                f"The elements of {one.elements.epoch.iso()} are newer than those the plan rests on and do not fit "
                f"them: {one.why}. A boost or a bad set; plan again when later ones tell."
            )


def _unknown(aboard: Span, windows: tuple[WindowList, ...]) -> Iterator[str]:
    """Of which windows nothing is known for a part of the stay."""
    for listed in windows:
        known_s = sum(part.seconds for known in listed.known if (part := known.intersect(aboard)) is not None)
        if known_s < aboard.seconds:
            hours = (aboard.seconds - known_s) / 3_600
            yield f"{listed.title}: unknown for {hours:.1f} h of the stay; nothing that needs it is planned then."
