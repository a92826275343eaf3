"""`hamsafar solve` and `hamsafar check`: call `app`, print the schedule or what is broken of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import Exit, print_json
from hamsafar.cli.stopping import StopRequest

if TYPE_CHECKING:
    from hamsafar.app.solving import Judged, NoSchedule, Placed, Problem, Progress, Scheduled, Unsettled, Violation

_MOST_ROWS = 40  # on a terminal; into a pipe or a file all are printed
_ASKED_TO_STOP = "asked to stop"
_UNTOLD: dict[str, Any] = {  # every key is there, whatever the answer is
    "status": "undecided",
    "objective": [],
    "start": {},
    "mode": {},
    "picked": {},
    "soft": [],
    "conflict": [],
    "minimal": False,
    "conflicts": [],
    "more_conflicts": False,
    "relaxations": [],
    "suspected": [],
    "stopped_by": None,
    "files": [],
}


def solve(
    file: Path,
    out: Path | None,
    reading: str | None,
    seed: int,
    workers: int,
    effort: float | None,
    time_limit_s: float | None,
    as_json: bool,
) -> None:
    """`hamsafar solve`."""
    with StopRequest() as stop, _Watch(quiet=as_json) as watch:
        from hamsafar.app.solving import NoSchedule, Scheduled  # once there is something to see
        from hamsafar.app.solving import solve as find

        answer = find(
            file,
            out=out,
            reading=reading,
            seed=seed,
            workers=workers,
            effort=effort,
            time_limit_s=time_limit_s,
            tell=watch.tell,
            on_progress=watch.on_progress,
            should_stop=stop.heard,
        )
    if as_json:
        print_json(_answer_document(answer))
    elif isinstance(answer, Scheduled):
        _print_schedule(answer)
    elif isinstance(answer, NoSchedule):
        from hamsafar.cli.no_schedule import print_no_schedule

        print_no_schedule(answer)
    else:
        _print_unsettled(answer)
    raise typer.Exit(_code_of(answer))


def check(file: Path, schedule: Path, reading: str | None, as_json: bool) -> None:
    """`hamsafar check`."""
    from hamsafar.app.solving import check as judge

    judged = judge(file, schedule, reading=reading)
    if as_json:
        print_json(_judged_document(judged))
    else:
        _print_judged(judged)
    raise typer.Exit(Exit.BROKEN if judged.findings else Exit.DONE)


class _Watch:
    """A live line on a terminal: the stage, the best value, the bound, the gap and the time. Elsewhere it is quiet."""

    def __init__(self, *, quiet: bool) -> None:
        self._live: Any = None
        if not quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

            columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
            self._live = Progress(*columns, console=Console(stderr=True), transient=True)
            self._line = self._live.add_task("Starting", total=None)

    def __enter__(self) -> _Watch:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._live is not None:
            self._live.stop()

    def tell(self, text: str) -> None:
        """Shows this line."""
        if self._live is not None:
            self._live.update(self._line, description=plain(text))

    def on_progress(self, news: Progress) -> None:
        """Shows how far the search is."""
        self.tell(progress_words(news.stage, news.value, news.bound))


def progress_words(stage: str, value: int | None, bound: int | None) -> str:
    """`makespan: 43, bound 40, gap 7.0 %`, as far as it is known."""
    known = [] if value is None else [f"{value:,}"]
    known += [] if bound is None else [f"bound {bound:,}"]
    known += [] if value is None or bound is None else [f"gap {gap_percent(value, bound):.1f} %"]
    return f"{stage}: {', '.join(known)}" if known else stage


def gap_percent(value: int, bound: int) -> float:
    """How far the proved bound is from a value, in per cent of the value."""
    return 100.0 * abs(value - bound) / max(1, abs(value))


def plain(text: str) -> str:
    """Text without what would move a terminal's cursor or change its colours."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def _code_of(answer: Scheduled | NoSchedule | Unsettled) -> Exit:
    from hamsafar.app.solving import NoSchedule, Scheduled

    if isinstance(answer, NoSchedule):
        return Exit.NO_PLAN
    if _ASKED_TO_STOP in (answer.stopped_by or ""):
        return Exit.INTERRUPTED
    return Exit.DONE if isinstance(answer, Scheduled) else Exit.UNDECIDED


def _answer_document(answer: Scheduled | NoSchedule | Unsettled) -> dict[str, Any]:
    from hamsafar.app.solving import NoSchedule, Scheduled
    from hamsafar.app.solving_words import bound_rows, paid_rows, tag_rows

    if isinstance(answer, Scheduled):
        files = [] if answer.file is None else [str(answer.file)]
        told = {
            **answer.document(),
            "soft": paid_rows(answer.soft),
            "stopped_by": answer.stopped_by,
            "files": files,
        }
    elif isinstance(answer, NoSchedule):
        from hamsafar.cli.no_schedule import no_schedule_document

        told = no_schedule_document(answer)
    else:
        bounds = bound_rows(answer.problem, answer.bounds)
        told = {
            "status": "undecided",
            "objective": bounds,
            "stopped_by": answer.stopped_by,
            "suspected": tag_rows(answer.problem, answer.suspected),
        }
    named = {"problem": answer.problem.name, "tick": answer.problem.tick}
    return {**named, **_UNTOLD, **told, "seconds": dict(answer.seconds)}


def _judged_document(judged: Judged) -> dict[str, Any]:
    from hamsafar.app.solving_words import finding_rows, paid_rows

    return {
        "verdict": judged.verdict,
        "objective": [
            {"name": one.name, "value": value, "unit": one.unit}
            for one, value in zip(judged.problem.objectives, judged.values, strict=True)
        ],
        "findings": finding_rows(judged.findings),
        "soft": paid_rows(judged.soft),
    }


# ---- for people


def _print_schedule(found: Scheduled) -> None:
    problem = found.problem
    if not found.optimal:
        why = f"feasible, better ones may exist: stopped by {_stop_words(found.stopped_by)}"
    else:
        why = "optimal, no schedule is better" if problem.objectives else "a schedule, and nothing is to be made better"
    say(f"{problem.name}: {why}.")
    rows = [
        (term.name, f"{term.value:,}", f"{term.bound:,}", f"{gap_percent(term.value, term.bound):.1f}", term.unit)
        for term in found.terms
    ]
    _print_rows(("Objective", "Value", "Bound", "Gap %", "Unit"), rows, right={1, 2, 3})
    _print_paid(found.soft)
    _print_placed(problem, found.placed)
    if found.file is not None:
        say(f"Schedule: {found.file}")


def _stop_words(stopped_by: str | None) -> str:
    """`the effort given (more: --effort or --time-limit)`."""
    if stopped_by == "effort":
        return "the effort given (more with --effort or --time-limit)"
    return "the time limit" if stopped_by == "time limit" else f"who asked ({stopped_by})"


def _print_placed(problem: Problem, placed: Mapping[str, Placed]) -> None:
    from hamsafar.app.solving_words import units

    there = [(task, placed[task.id]) for task in problem.tasks if task.id in placed]
    there.sort(key=lambda each: each[1].start)
    modes = any(len(task.modes) > 1 for task, _ in there)
    who = any(place.picked for _, place in there)
    heads = ("Activity", "Start", "End", *(["Mode"] if modes else []), *(["Who"] if who else []))
    rows = [
        (
            task.id,
            f"{place.start:,}",
            f"{task.end(place.start, place.mode):,}",
            *([place.mode] if modes else []),
            *([_who(place)] if who else []),
        )
        for task, place in as_many_as_fit(there)
    ]
    if there:
        say(f"Times in {units(problem.tick)}:")
    _print_rows(heads, rows, right={1, 2})
    if len(rows) < len(there):
        say(f"... and {len(there) - len(rows):,} more: all with --json, --out FILE, or into a pipe (| less).")
    left = [task.id for task in problem.tasks if task.id not in placed]
    if left:
        shown = as_many_as_fit(left)
        more = f" and {len(left) - len(shown):,} more" if len(shown) < len(left) else ""
        say(f"Left out, optional: {', '.join(shown)}{more}")


def _who(place: Placed) -> str:
    return "; ".join(f"{pick}: {', '.join(who)}" for pick, who in place.picked.items())


def _print_unsettled(answer: Unsettled) -> None:
    bounds = "; ".join(f"{name} is at least {bound:,}" for name, bound in answer.bounds.items())
    say(
        f"{answer.problem.name}: undecided, no schedule was found and none was shown impossible; stopped by "
        f"{answer.stopped_by}.{f' {bounds}.' if bounds else ''} Try more: --effort, --time-limit, --workers.",
        err=True,
    )
    if answer.suspected:
        say(
            f"No schedule was found; {len(answer.suspected):,} tags are still suspected: one search saw that they "
            "can't all hold, and no second one could confirm it in time (all with --json).",
            err=True,
        )


def _print_judged(judged: Judged) -> None:
    number = len(judged.findings)
    verdict = f"broken ({number:,} finding{'' if number == 1 else 's'})" if number else "holds"
    say(f"{judged.problem.name}: the schedule {'is ' if number else ''}{verdict}.")
    _print_broken(judged.findings)
    rows = [
        (one.name, f"{value:,}", one.unit) for one, value in zip(judged.problem.objectives, judged.values, strict=True)
    ]
    _print_rows(("Objective", "Value", "Unit"), rows, right={1})
    _print_paid(judged.soft)


def _print_broken(findings: Sequence[Violation]) -> None:
    shown = as_many_as_fit(findings)
    for finding in shown:
        say(f"  broken: {_sentence(finding)}")
    if len(shown) < len(findings):
        say(f"  ... and {len(findings) - len(shown):,} more: all with --json, or into a pipe (| less).")


def _sentence(finding: Violation) -> str:
    """What is broken, and who says that it should not be."""
    return f"{finding.sentence} ({finding.tag.source})" if finding.tag and finding.tag.source else finding.sentence


def _print_paid(paid: Sequence[Any]) -> None:
    for finding, price in as_many_as_fit(paid):
        cost = f"{finding.amount:,} × {price.each:,} = {finding.amount * price.each:,}"
        say(f"  paid for: {_sentence(finding)}: {cost} in {price.term}")
    if len(as_many_as_fit(paid)) < len(paid):
        say(f"  ... and {len(paid) - _MOST_ROWS:,} more: all with --json, or into a pipe (| less).")


def as_many_as_fit(rows: Sequence[Any]) -> Sequence[Any]:
    """As many as a person reads on a terminal; all of them elsewhere."""
    return rows[:_MOST_ROWS] if sys.stdout.isatty() else rows


def _print_rows(heads: Sequence[str], rows: Iterable[Sequence[str]], right: set[int]) -> None:
    """A table as wide as its longest cells; nothing at all where there is no row."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if not cells:
        return
    widths = [max(len(head), *(len(row[n]) for row in cells)) for n, head in enumerate(heads)]
    typer.echo()
    for row in (heads, ["─" * width for width in widths], *cells):
        line = (
            cell.rjust(width) if n in right else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        typer.echo((" " + "  ".join(line)).rstrip())
    typer.echo()


def say(text: str, *, err: bool = False) -> None:
    """One line of plain text."""
    typer.echo(plain(text), err=err)
