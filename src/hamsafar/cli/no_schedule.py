"""`hamsafar solve` where there is no schedule: the conflicts, and what would make it fit, for people and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hamsafar.app.relaxing_words import relaxation_rows, relaxation_words
from hamsafar.app.solving_words import tag_rows, tag_words, units
from hamsafar.cli.scheduling import as_many_as_fit, say

if TYPE_CHECKING:
    from hamsafar.app.solving import Conflict, NoSchedule


def no_schedule_document(answer: NoSchedule) -> dict[str, Any]:
    """What JSON says of it."""
    problem, where = answer.problem, answer.where
    return {
        "status": "infeasible",
        "conflict": tag_rows(problem, answer.conflict, where),
        "minimal": answer.minimal,
        "conflicts": [{"tags": tag_rows(problem, one.tags, where), "minimal": one.minimal} for one in answer.conflicts],
        "more_conflicts": answer.more,
        "relaxations": relaxation_rows(problem, answer.relaxations, where),
    }


def print_no_schedule(answer: NoSchedule) -> None:
    """The conflicts one after another, and then what would make it fit."""
    problem = answer.problem
    when = f"from {problem.first:,} to {problem.last:,} {units(problem.tick)}"
    _err(f"{problem.name}: infeasible, no schedule exists {when}. These can't all hold:")
    for number, conflict in enumerate(answer.conflicts):
        if number:
            _err("And, whatever gives way of those, neither can these:")
        _print_conflict(answer, conflict)
    if answer.relaxations:
        _print_relaxations(answer)
    if answer.more:
        _err("There may be further conflicts: the search ended before the rest was seen to fit.")


def _print_conflict(answer: NoSchedule, conflict: Conflict) -> None:
    rows = as_many_as_fit(conflict.tags)
    for tag in rows:
        line = f" [{answer.where[tag]}]" if tag in answer.where else ""
        _err(f"  - {tag_words(answer.problem, tag)}{line}")
    if len(rows) < len(conflict.tags):
        _err(f"  ... and {len(conflict.tags) - len(rows):,} more: all with --json.")
    if conflict.minimal:
        _err("Each of them is needed for the conflict: give way in any one.")
    else:
        needed = f"{len(conflict.needed):,} of these {len(conflict.tags):,}"
        _err(f"Not all of them may be needed: the search ended when {needed} had been shown to be.")


def _print_relaxations(answer: NoSchedule) -> None:
    _err("What would make it fit:")
    told = as_many_as_fit(answer.relaxations)
    for one in told:
        _err(f"  - {relaxation_words(answer.problem, one)}")
    if len(told) < len(answer.relaxations):
        _err(f"  ... and {len(answer.relaxations) - len(told):,} more: all with --json.")
    if all(one.least for one in answer.relaxations):
        _err("Each was proved by planning again, and less is not enough.")


def _err(text: str) -> None:
    say(text, err=True)
