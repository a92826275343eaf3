"""What `refresh` does: call `app`, print what came back, choose the exit code."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from hamsafar.cli.commands import age_of, code_of, finding_rows, length_of
from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.no_plan import print_no_plan
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from rich.table import Table

    from hamsafar.app.refreshing import FlightEvent, Refresh, WindowChange
    from hamsafar.domain.plan import Finding, OpenSpan, Placement

_MOST_TOLD = 12  # windows or placements named one by one on a screen; --json names all
_MOST_OF_A_RULE = 5  # of the placements that no longer keep it
_WHOLE_FROM_S = 10.0  # shorter moves are told to a tenth


def refresh(plan: Path, elements: Path, as_of: str | None, out: Path | None, as_json: bool) -> None:
    """`hamsafar refresh`."""
    with Teller("Reading the plan and the elements") as teller:
        from hamsafar.app.refreshing import NoPlan
        from hamsafar.app.refreshing import refresh as run

        answer = run(plan, elements, as_of=as_of, out=out, tell=teller.tell)
    if isinstance(answer, NoPlan):
        print_no_plan(answer, as_json)
        raise typer.Exit(Exit.NO_PLAN)
    for warning in answer.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    if as_json:
        print_json(_document(answer))
    else:
        _print(answer, elements, as_of)
    raise typer.Exit(code_of(answer.judgement.verdict))


def _document(answer: Refresh) -> dict[str, Any]:
    old, new = answer.refreshed.before, answer.plan
    return {
        "elements": {
            "name": new.trajectory.elements.name,
            "norad": new.trajectory.elements.norad,
            "from": old.trajectory.elements.epoch.exact_iso(),
            "to": new.trajectory.elements.epoch.exact_iso(),
            "age_d": {
                "from": round(old.flight.launch.elements_age_d, 4),
                "to": round(new.flight.launch.elements_age_d, 4),
            },
        },
        "basis": {"from": old.trajectory.basis, "to": new.trajectory.basis},
        "profile": {"from": old.flight.profile, "to": new.flight.profile},
        "flight": [_event_row(event) for event in answer.refreshed.events],
        "changed": [_change_row(change) for change in answer.refreshed.changed],
        "touched": [{"event": touch.event, **_placement_row(touch.placement)} for touch in answer.refreshed.touching],
        "verdict": answer.judgement.verdict,
        "verdict_before": answer.before.verdict,
        "holds": {
            "count": len(answer.holding),
            "of": len(answer.plan.placements),
            "placements": [one.id for one in answer.holding],
            "rules": _rules_holding(answer),
        },
        "broken": _unsettled_rows(answer, "broken"),
        "not_checked": _unsettled_rows(answer, "not_checked"),
        "findings": _rows(answer, answer.judgement.findings),
        "warnings": [*answer.warnings, *new.warnings],
        "files": [str(path) for path in answer.files],
    }


def _event_row(event: FlightEvent) -> dict[str, Any]:
    return {
        "event": event.name,
        "from": event.before.exact_iso(),
        "to": event.after.exact_iso(),
        "shift_s": round(event.shift_s, 3),
        "sigma_s": {"from": _rounded(event.sigma_before_s, 1), "to": _rounded(event.sigma_after_s, 1)},
    }


def _change_row(change: WindowChange) -> dict[str, Any]:
    return {
        "window": change.name,
        "title": change.title,
        "change": change.change,
        "from": _window_row(change.before),
        "to": _window_row(change.after),
        "shift_s": _rounded(change.shift_s, 3),
    }


def _window_row(window: OpenSpan | None) -> dict[str, Any] | None:
    if window is None:
        return None
    return {"start": window.start.iso(3), "end": window.end.iso(3), "sigma_s": window.sigma_s, "note": window.note}


def _placement_row(placement: Placement) -> dict[str, Any]:
    return {
        "placement": placement.id,
        "title": placement.title,
        "start": placement.start.exact_iso(),
        "end": placement.end.exact_iso(),
    }


def _unsettled_rows(answer: Refresh, status: Literal["broken", "not_checked"]) -> list[dict[str, Any]]:
    return [
        {**_placement_row(one.placement), "findings": _rows(answer, one.findings)}
        for one in answer.unsettled
        if one.status == status
    ]


def _rows(answer: Refresh, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings, each with whether it was there before the refresh."""
    found = list(findings)
    return [
        row | {"before": answer.was_there(finding)} for row, finding in zip(finding_rows(found), found, strict=True)
    ]


def _rules_holding(answer: Refresh) -> list[str]:
    against = {finding.rule for finding in answer.against}
    return list(dict.fromkeys(one.rule for one in answer.judgement.findings if one.rule not in against))


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits)


# For people


def _print(answer: Refresh, elements: Path, as_of: str | None) -> None:
    old, new = answer.refreshed.before, answer.plan
    typer.echo(new.programme.title)
    typer.echo(
        f"Elements of {new.trajectory.elements.epoch.iso()} instead of {old.trajectory.elements.epoch.iso()}: "
        f"{_ages(old.flight.launch.elements_age_d, new.flight.launch.elements_age_d)}"
    )
    typer.echo(
        f"Basis {_basis(old.trajectory.basis, new.trajectory.basis)}; "
        f"profile {_profile(old.flight.profile, new.flight.profile)}"
    )
    _print_flight(answer)
    _print_windows(answer)
    _print_touched(answer)
    for warning in new.warnings[: len(new.warnings) - len(answer.marks)]:  # the verdict names these one by one
        typer.echo(f"Mind: {warning}")
    _print_verdict(answer)
    for path in answer.files:
        if path.name in ("plan.json", "report.html"):
            typer.echo(f"{'Report' if path.name == 'report.html' else 'Plan'}: {path}")
    _print_next(answer, elements, as_of)


def _ages(before_d: float, after_d: float) -> str:
    """`0.5 d old at lift-off, not 0.8`, or what to say where one of the two is later than the lift-off."""
    now, was = age_of(after_d), age_of(before_d)
    return f"{now}, not {before_d:.1f}" if min(before_d, after_d) >= 0 else f"{now}, not {was}"


def _profile(before: str, after: str) -> str:
    return after if before == after else f"{before} -> {after}"


def _basis(before: str, after: str) -> str:
    words = {"far": "far, provisional", "near": "near, real"}
    return f"{words[after]}, as before" if before == after else f"{words[after]}; before: {words[before]}"


def _print_flight(answer: Refresh) -> None:
    table = _table("Flight", "Planned UTC", "Now UTC", "Moved s", "± planned", "± now")
    for event in answer.refreshed.events:
        table.add_row(
            event.name.capitalize(),
            _second(event.before),
            _second(event.after),
            f"{event.shift_s:+,.0f}" if event.shift_s else "0",
            _spread(event.sigma_before_s),
            _spread(event.sigma_after_s),
        )
    _print_table(table)


def _spread(sigma_s: float | None) -> str:
    return "" if sigma_s is None else length_of(sigma_s)


def _print_windows(answer: Refresh) -> None:
    changed = answer.refreshed.changed
    if not changed:
        typer.echo("Windows: every one as it was.")
        return
    typer.echo(f"Windows: {_changes(changed)}.")
    table = _table("Windows", "Moved", "by s, median", "by s, most", "Appeared", "Vanished")
    for title in dict.fromkeys(one.title for one in changed):
        mine = [one for one in changed if one.title == title]
        number = Counter(one.change for one in mine)
        shifts_s = sorted((one.shift_s for one in mine if one.shift_s is not None), key=abs)
        median_s = sorted(shifts_s)[len(shifts_s) // 2] if shifts_s else None
        table.add_row(
            title,
            str(number["moved"] + number["restated"]),
            "" if median_s is None else f"{median_s:+,.1f}",
            "" if not shifts_s else f"{shifts_s[-1]:+,.1f}",
            str(number["appeared"]),
            str(number["vanished"]),
        )
    _print_table(table)
    _print_comings(changed)


def _changes(changed: Sequence[WindowChange]) -> str:
    """`519 moved, median 1 s, largest 8 s; 2 appeared`: all of them in a line."""
    number = Counter(one.change for one in changed)
    parts = []
    if number["moved"]:
        moves_s = sorted(abs(one.shift_s) for one in changed if one.change == "moved" and one.shift_s is not None)
        median_s, largest_s = moves_s[len(moves_s) // 2], moves_s[-1]
        parts.append(f"{len(moves_s):,} moved, median {_move(median_s)}, largest {_move(largest_s)}")
    if number["restated"]:
        parts.append(f"{number['restated']:,} kept their times with another sigma or note")
    parts += [f"{number[name]:,} {name}" for name in ("appeared", "vanished") if number[name]]
    return "; ".join(parts)


def _move(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds < _WHOLE_FROM_S else length_of(seconds)


def _print_comings(changed: Iterable[WindowChange]) -> None:
    lines = [
        f"  {one.change}: {one.title}, {_second(window.start)} to {_second(window.end)[11:]}"
        for one in changed
        if one.change in ("appeared", "vanished") and (window := one.after or one.before) is not None
    ]
    _print_some(lines)


def _print_touched(answer: Refresh) -> None:
    for name in ("hatch opening", "hatch closing"):
        ids = [touch.placement.id for touch in answer.refreshed.touching if touch.event == name]
        if ids:
            more = f" and {len(ids) - _MOST_TOLD} more" if len(ids) > _MOST_TOLD else ""
            typer.echo(f"The {name} moved; it touches {', '.join(ids[:_MOST_TOLD])}{more}.")


def _print_verdict(answer: Refresh) -> None:
    before = "" if answer.before.verdict == answer.judgement.verdict else f"; before: {answer.before.verdict}"
    typer.echo(
        f"Verdict: {answer.judgement.verdict}{before} ({len(answer.holding)} of {len(answer.plan.placements)} "
        f"placements hold where they are, {len(_rules_holding(answer))} rules hold throughout)"
    )
    for rule, lines in _by_rule(answer).items():
        _print_some(lines, most=_MOST_OF_A_RULE, of=f" of {rule}")
    _print_some([_line(answer, finding) for finding in answer.elsewhere])


def _print_next(answer: Refresh, elements: Path, as_of: str | None) -> None:
    """What to do now."""
    if answer.judgement.verdict != "holds":
        until = "" if as_of is None else f" --as-of {as_of}"
        typer.echo(
            f"Next: let the programme take its elements from {elements.name}, and plan again with: "
            f"hamsafar plan PROGRAMME{until}"
        )
    elif not answer.files and not answer.refreshed.is_as_before:
        typer.echo("Next: keep the refreshed plan with --out DIR")


def _by_rule(answer: Refresh) -> dict[str, list[str]]:
    """By rule, a line for each placement that no longer keeps it, by start."""
    lines: dict[str, list[str]] = {}
    for one in answer.unsettled:
        first = {finding.rule: finding for finding in reversed(one.findings)}
        for rule, finding in first.items():
            lines.setdefault(rule, []).append(_line(answer, finding))
    return {rule: list(dict.fromkeys(lines[rule])) for rule in sorted(lines)}


def _line(answer: Refresh, finding: Finding) -> str:
    before = ", as before" if answer.was_there(finding) else ""
    return f"  {finding.status.replace('_', ' ')}{before}: {finding.rule} {finding.sentence}"


def _print_some(lines: list[str], most: int = _MOST_TOLD, of: str = "") -> None:
    for line in list(dict.fromkeys(lines))[:most]:
        typer.echo(line)
    if len(lines) > most:
        typer.echo(f"  ... and {len(lines) - most} more{of}; --json names all")


def _second(moment: Instant) -> str:
    return moment.iso().replace("T", " ").removesuffix("Z")


def _table(*names: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in names:
        text = name in ("Flight", "Windows") or name.endswith("UTC")
        table.add_column(name, overflow="fold", justify="left" if text else "right")
    return table


def _print_table(table: Table) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(table)
