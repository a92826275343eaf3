"""What would make a problem fit, in sentences and in rows of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hamsafar.app.solving_words import asked_words, in_stretches
from hamsafar.schedule.giving import Change
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Allowed, Pick, Tag
from hamsafar.schedule.units import in_units, units

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation


def relaxation_rows(problem: Problem, found: Iterable[Relaxation], where: Mapping[Tag, str]) -> list[dict[str, Any]]:
    """Relaxations as JSON carries them."""
    return [
        {
            "rule": one.tag.rule,
            "place": one.tag.place,
            "detail": one.tag.detail,
            "source": one.tag.source,
            "where": where.get(one.tag),
            "sentence": relaxation_words(problem, one),
            "way": one.way,
            "amount": one.amount,
            "unit": one.unit,
            "proved": one.proved,
            "least": one.least,
            "at_least": one.bound,
            "changes": [_change_row(problem, change) for change in one.changes],
            "together": [_change_row(problem, change) for change in one.together],
        }
        for one in found
    ]


def _change_row(problem: Problem, change: Change) -> dict[str, Any]:
    return {
        "rule": change.tag.rule,
        "place": change.tag.place,
        "detail": change.tag.detail,
        "kind": change.kind,
        "figure": change.what,
        "activities": list(change.tasks),
        "resource": change.resource or None,
        "mode": change.mode or None,
        "amount": change.amount,
        "unit": change.unit,
        "from": change.before,
        "to": change.after,
        "stretches": [list(stretch) for stretch in change.stretches],
        "sentence": change_words(problem, change),
    }


def relaxation_words(problem: Problem, one: Relaxation) -> str:
    """`LIMIT day: at most 41 ... instead of 40`, with what else has to give way, and how sure that is."""
    said = " ".join(part for part in (one.tag.rule, one.tag.place, one.tag.detail) if part)
    if not (one.changes or one.proved):
        return f"{said}: has to give way by {one.bound:,} at least; by how much was not found before the search ended"
    words = "; ".join(change_words(problem, change) for change in one.changes) or "as it is"
    besides = "; and ".join(
        f"{change.tag.rule} {change.tag.place}: {change_words(problem, change)}" for change in one.together
    )
    more = f", together with {besides}" if besides else ""
    return f"{said}: {words}{more}{_doubt(one)}"


def _doubt(one: Relaxation) -> str:
    if not one.proved:
        return " (nothing less is enough; whether this is was not shown before the search ended)"
    return "" if one.least else f" (enough; something less may be, of {one.bound:,} at least)"


def change_words(problem: Problem, change: Change) -> str:
    """What becomes of one figure: `z1 starts at least 54 min after the end of z0, instead of 55`."""
    return _SAID.get(change.what, _figure)(problem, change)


def _figure(problem: Problem, change: Change) -> str:
    if isinstance(change.demand, Pick):
        return f"{change.amount:,} fewer as {change.demand.name} of {change.tasks[0]}: {change.after:,} will do"
    words = "; ".join(asked_words(one, problem.tick) for one in change.instead)
    return f"{words}, instead of {change.before:,}" if change.before is not None else words


def _capacity(problem: Problem, change: Change) -> str:
    more = (change.after or 0) - (change.before or 0)
    return f"{more:,} more of {change.resource} in {in_stretches(change.stretches)} {units(problem.tick)}"


def _ranges(problem: Problem, change: Change) -> str:
    (name,) = change.tasks
    taking = "" if isinstance(change.demand, Allowed) else f"with {change.resource}, "
    if change.before is None or change.after is None:
        return f"{taking}{name} may start at {change.stretches[0][0]:,}"
    by = in_units(abs(change.after - change.before), problem.tick)
    side = "later" if change.after > change.before else "earlier"
    return f"{taking}{name} may start {by} {side}, at {change.after:,} instead of {change.before:,}"


def _ticks(problem: Problem, change: Change) -> str:
    return f"{change.tasks[0]} may run in {in_stretches(change.stretches)} {units(problem.tick)}"


def _optional(problem: Problem, change: Change) -> str:
    return f"{change.tasks[0]} is left out"


def _duration(problem: Problem, change: Change) -> str:
    mode = f" ({change.mode})" if change.mode else ""
    by, length = in_units(change.amount, problem.tick), in_units(change.after or 0, problem.tick)
    return f"{change.tasks[0]}{mode} is {by} shorter: {length} instead of {change.before:,}"


def _asked(problem: Problem, change: Change) -> str:
    if change.instead:
        return f"{', '.join(change.tasks)} need not keep clear of each other"
    return f"not asked any more: {asked_words(change.demand, problem.tick)}"


_SAID: Mapping[str, Callable[[Problem, Change], str]] = {
    "capacity": _capacity,
    "ranges": _ranges,
    "stretches": _ticks,
    "optional": _optional,
    "duration": _duration,
    "asked": _asked,
}
