"""What each command does: call `app`, print what came back, choose the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from attrs import evolve

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.telling import Teller
from hamsafar.domain.plan import Finding, Judgement, Plan
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, local_label, mission_elapsed

if TYPE_CHECKING:
    from hamsafar.app.planning import NoPlan, Planned, Undecided

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
    from hamsafar.app.planning import NoPlan, Options, Planned
    from hamsafar.app.planning import plan as run

    moment = _instant(as_of, "--as-of") if as_of is not None else None
    with Teller() as teller:
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
    _print_undecided(answer, as_json)
    raise typer.Exit(Exit.UNDECIDED)


def verify(plan_file: Path, as_json: bool) -> None:
    """`hamsafar verify`."""
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


def _print_planned(answer: Planned, as_json: bool) -> None:
    made = answer.plan
    optimal = all(stage.status == "optimal" for stage in made.stages)
    if as_json:
        terms = [
            {"stage": term.stage, "name": term.name, "value": term.value, "bound": term.bound, "unit": term.unit}
            for term in made.objective
        ]
        print_json(
            {
                "status": "optimal" if optimal else "feasible",
                "objective": terms,
                "verdict": answer.judgement.verdict,
                "findings": finding_rows(answer.judgement.findings),
                "files": [str(path) for path in answer.files],
                "seconds": dict(answer.seconds),
            }
        )
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
    for warning in made.warnings:
        typer.echo(f"Mind: {warning}")
    print_judgement(answer.judgement)
    for path in answer.files:
        if path.name in ("plan.json", "report.html"):
            typer.echo(f"{'Report' if path.name == 'report.html' else 'Plan'}: {path}")
    typer.echo(f"Done in {answer.seconds['total']:.0f} s.")


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


def print_no_plan(answer: NoPlan, as_json: bool) -> None:
    """The rules and facts that can't hold together."""
    if as_json:
        rows = [
            {
                "rule": clash.rule,
                "sentence": clash.sentence,
                "tags": [{"place": tag.place, "detail": tag.detail} for tag in clash.tags],
            }
            for clash in answer.clashes
        ]
        print_json(
            {
                "status": "infeasible",
                "stage": answer.stage,
                "conflict": rows,
                "minimal": answer.minimal,
                "facts": list(answer.facts),
            }
        )
        return
    typer.echo(f"No plan exists ({answer.stage}). These rules and facts can't all hold:", err=True)
    for sentence in answer.conflict:
        typer.echo(f"  - {sentence}", err=True)
    for fact in answer.facts:
        typer.echo(f"  fact: {fact}", err=True)
    if answer.minimal:
        typer.echo("Each of them is needed for the conflict: give way in any one.", err=True)
    else:
        typer.echo("Not all of them may be needed: the effort ran out while shrinking the set.", err=True)


def _print_undecided(answer: Undecided, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "status": "undecided",
                "stage": answer.stage,
                "stopped_by": answer.stopped_by,
                "effort": answer.effort,
                "bound": None,
            }
        )
        return
    typer.echo(
        f"Undecided ({answer.stage}): no plan was found and none was shown impossible; stopped by "
        f"{answer.stopped_by} after {answer.effort:.1f} of effort. Try more: --effort, --workers.",
        err=True,
    )
