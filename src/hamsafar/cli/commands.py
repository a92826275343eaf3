"""What each command does: call `app`, print what came back, choose the exit code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from attrs import evolve

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.no_plan import print_no_plan, print_undecided
from hamsafar.cli.telling import Teller
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, local_label, mission_elapsed

if TYPE_CHECKING:
    from hamsafar.app.planning import Planned
    from hamsafar.domain.plan import Finding, Judgement, Plan

_WHOLE_D = 10.0  # from here on nobody asks for a tenth of a day


def new(folder: Path, template: str, as_json: bool) -> None:
    """`hamsafar new`."""
    from hamsafar.app.starting import new as start

    files = [str(path) for path in start(folder, template)]
    if as_json:
        print_json({"files": files})
        return
    typer.echo(f"Wrote {len(files)} files to {folder}. Next: hamsafar plan {folder}")


def plan(
    programme: Path,
    out: Path | None,
    as_of: str | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar plan`."""
    from hamsafar.app.operations.files import is_mission

    if is_mission(programme):
        from hamsafar.cli import operations

        operations.plan(programme, out, seed, workers, effort, time_limit_s, as_json)
        return
    with Teller("Reading the programme") as teller:
        from hamsafar.app.planning import NoPlan, Options, Planned
        from hamsafar.app.planning import plan as run

        moment = _instant(as_of, "--as-of") if as_of is not None else None
        options = Options(seed=seed, workers=workers, time_limit_s=time_limit_s, tell=teller.tell)
        if effort is not None:
            options = evolve(options, effort=effort)
        answer = run(programme, out=out, as_of=moment, options=options)
    if isinstance(answer, Planned):
        _print_planned(answer, as_json)
        raise typer.Exit(code_of(answer.judgement.verdict))
    if isinstance(answer, NoPlan):
        print_no_plan(answer, as_json)
        raise typer.Exit(Exit.NO_PLAN)
    print_undecided(answer, as_json)
    raise typer.Exit(Exit.UNDECIDED)


def verify(plan_file: Path, as_json: bool) -> None:
    """`hamsafar verify`."""
    from hamsafar.app.operations.files import is_week

    if is_week(plan_file):
        from hamsafar.cli import operations

        operations.verify(plan_file, as_json)
        return
    with Teller("Verifying the plan by its own physics"):
        from hamsafar.app.verifying import verify_plan

        judgement = verify_plan(plan_file)
    if as_json:
        print_json({"verdict": judgement.verdict, "findings": finding_rows(judgement.findings)})
    else:
        print_judgement(judgement)
    raise typer.Exit(code_of(judgement.verdict))


def _instant(text: str, option: str) -> Instant:
    try:
        return Instant.parse(text)
    except InputError as problem:
        raise InputError(f"{problem.what} (got {text!r})", where=option) from problem


def code_of(verdict: str) -> Exit:
    """The exit code that says a verdict."""
    return {"holds": Exit.DONE, "broken": Exit.BROKEN, "incomplete": Exit.NOT_CHECKED}[verdict]


def finding_rows(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as JSON carries them."""
    return [
        {
            "rule": finding.rule,
            "status": finding.status,
            "where": list(finding.where),
            "by": None if finding.by is None else {"value": finding.by, "unit": finding.unit},
            "params": dict(finding.params),
            "sentence": finding.sentence,
        }
        for finding in findings
    ]


def planned_document(
    made: Plan, judgement: Judgement, files: Iterable[Path], seconds: Mapping[str, float]
) -> dict[str, Any]:
    """A plan that was found, as JSON carries it."""
    from hamsafar.app.planning import minutes_document

    terms = [
        {"stage": term.stage, "name": term.name, "value": term.value, "bound": term.bound, "unit": term.unit}
        for term in made.objective
    ]
    return {
        "status": "optimal" if all(stage.status == "optimal" for stage in made.stages) else "feasible",
        "objective": terms,
        "verdict": judgement.verdict,
        "findings": finding_rows(judgement.findings),
        "requests": requests_counted(made),
        "hosts_minutes": minutes_document(made),
        "files": [str(path) for path in files],
        "seconds": dict(seconds),
    }


def requests_counted(made: Plan) -> dict[str, Any]:
    """How many requests to the host there are in each state, and when the next answer is due."""
    from hamsafar.app.requesting import counted, next_due, overdue

    due = next_due(made)
    return {**counted(made), "overdue": overdue(made), "next_answer_due": None if due is None else due.iso()}


def _print_planned(answer: Planned, as_json: bool) -> None:
    made = answer.plan
    if as_json:
        print_json(planned_document(made, answer.judgement, answer.files, answer.seconds))
        return
    typer.echo(made.programme.title)
    _print_flight(made)
    for stage in made.stages:
        values = [
            f"{term.name} {term.value:,.0f} {term.unit} (bound {term.bound:,.0f})"
            for term in made.objective
            if term.stage == stage.stage
        ]
        number = sum(placement.stage == stage.stage for placement in made.placements)
        what = "Training term" if stage.stage == "training" else "Days aboard"
        typer.echo(f"{what}: {number} placed, {stage.status}; {'; '.join(values)}")
    if made.dropped:
        typer.echo("Left out, optional: " + ", ".join(one.id for one in made.dropped))
    print_hosts_minutes(made)
    print_requests(made)
    for warning in made.warnings:
        typer.echo(f"Mind: {warning}")
    print_judgement(answer.judgement)
    for path in answer.files:
        if path.name in ("plan.json", "report.html"):
            typer.echo(f"{'Report' if path.name == 'report.html' else 'Plan'}: {path}")
    typer.echo(f"Done in {answer.seconds['total']:.0f} s.")


def print_hosts_minutes(made: Plan) -> None:
    """How much of the hosts' time the plan takes, of how much."""
    from hamsafar.app.planning import said_of_hosts_minutes

    said = said_of_hosts_minutes(made)
    if said:
        typer.echo(f"{said}.")


def print_requests(made: Plan) -> None:
    """How the requests to the host stand."""
    from hamsafar.app.requesting import said_of_requests

    said = said_of_requests(made)
    if said:
        typer.echo(f"{said}.")


def _print_flight(made: Plan) -> None:
    flight, programme = made.flight, made.programme
    basis = "far, provisional" if made.trajectory.basis == "far" else "near"
    typer.echo(
        f"Elements of {made.trajectory.elements.epoch.iso()}, {age_of(flight.launch.elements_age_d)}; "
        f"basis {basis}; profile {flight.profile}"
    )
    zones = sorted({agency.zone for agency in programme.agencies})
    events = (
        ("Lift-off", flight.launch.launch, flight.launch.sigma_s),
        ("Docking", flight.docking, flight.docking_sigma_s),
        ("Undocking", flight.landing.undocking, None),
        ("Landing", flight.landing.landing, flight.landing.sigma_s),
    )
    for name, moment, sigma_s in events:
        local = "   ".join(f"{local_label(moment, zone)} {zone}" for zone in zones)
        spread = "" if sigma_s is None else f"  ± {length_of(sigma_s)}"
        typer.echo(f"  {name:<10} {moment.iso()}   {local}   {mission_elapsed(moment, flight.launch.launch)}{spread}")


def age_of(age_d: float) -> str:
    """`0.8 d old at lift-off`; of elements later than it, as who looks back has them, `117 d after lift-off`."""
    if age_d >= 0:
        return f"{age_d:.1f} d old at lift-off"
    return f"{-age_d:.0f} d after lift-off" if age_d <= -_WHOLE_D else f"{-age_d:.1f} d after lift-off"


def length_of(seconds: float) -> str:
    """`75 s`, `12 min`: a spread as people say it."""
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def print_judgement(judgement: Judgement) -> None:
    """The verdict, and each finding against the plan."""
    rules = {finding.rule for finding in judgement.findings}
    wrong = [finding for finding in judgement.findings if finding.status != "holds"]
    typer.echo(f"Verdict: {judgement.verdict} ({len(rules)} rules judged, {len(wrong)} findings against the plan)")
    for finding in wrong:
        where = ", ".join(finding.where)
        by = "" if finding.by is None else f" by {finding.by:g} {finding.unit}"
        typer.echo(f"  {finding.status.replace('_', ' ')}: {finding.rule}{by} [{where}] {finding.sentence}")
