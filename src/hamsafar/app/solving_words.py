"""What a scheduling problem asks, and what was found of it, in sentences and in rows of JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hamsafar.schedule.check import Violation
from hamsafar.schedule.constraints import (
    ActiveBuckets,
    AllOrNone,
    Apart,
    Budget,
    Capacity,
    Choose,
    Implies,
    Lag,
    Load,
    NeverTogether,
    NoOverlap,
    OtherPeople,
    PickAllowed,
    Repeats,
    Reservoir,
    RestBetween,
    Rolling,
    SamePeople,
    StartsApart,
    Together,
)
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Pick, Price, Tag, Task
from hamsafar.schedule.units import in_units
from hamsafar.schedule.units import units as units

_MOST_NAMES = 6  # told by name; a reader counts the rest
_MOST_ASKED = 3  # sentences for one tag


def tag_rows(
    problem: Problem, tags: Iterable[Tag], where: Mapping[Tag, str] | None = None
) -> list[dict[str, str | None]]:
    """Tags of a conflict as JSON carries them; `where`: the file and line of each, as far as it is known."""
    return [
        {
            "rule": tag.rule,
            "place": tag.place,
            "detail": tag.detail,
            "source": tag.source,
            "where": (where or {}).get(tag),
            "sentence": tag_words(problem, tag),
        }
        for tag in tags
    ]


def finding_rows(findings: Iterable[Violation]) -> list[dict[str, Any]]:
    """What is broken as JSON carries it."""
    return [_finding_row(finding) for finding in findings]


def paid_rows(paid: Iterable[tuple[Violation, Price]]) -> list[dict[str, Any]]:
    """What is softly broken, with its price, as JSON carries it."""
    return [
        {**_finding_row(finding), "price": price.each, "cost": finding.amount * price.each, "term": price.term}
        for finding, price in paid
    ]


def _finding_row(finding: Violation) -> dict[str, Any]:
    tag = finding.tag or Tag("")
    return {
        "rule": tag.rule,
        "source": tag.source,
        "place": tag.place,
        "detail": tag.detail,
        "kind": finding.kind,
        "activities": list(finding.tasks),
        "by": finding.amount,
        "sentence": finding.sentence,
    }


def bound_rows(problem: Problem, bounds: Mapping[str, int]) -> list[dict[str, Any]]:
    """The objectives where there is no schedule to value, each with its bound as far as one was proved."""
    return [
        {"name": one.name, "value": None, "bound": bounds.get(one.name), "unit": one.unit} for one in problem.objectives
    ]


def tag_words(problem: Problem, tag: Tag) -> str:
    """`precedence 3→7: 7 starts at least 0 after the end of 3 (j301_2.sm:23)`."""
    said = " ".join(part for part in (tag.rule, tag.place, tag.detail) if part)
    asked = list(dict.fromkeys(_asked_under(problem, tag)))
    more = [f"and {len(asked) - _MOST_ASKED:,} more like these"] if len(asked) > _MOST_ASKED else []
    words = "; ".join(asked[:_MOST_ASKED] + more)
    return f"{said}{': ' if words else ''}{words}{f' ({tag.source})' if tag.source else ''}"


def asked_words(asked: Any, tick: str) -> str:
    """What one constraint asks."""
    return _ASKED[type(asked)](asked, tick)


def in_stretches(stretches: Iterable[tuple[int, int]]) -> str:
    """`[10, 12)`, `[10, 12), [30, 31) and 5 more`."""
    return _stretches(stretches)


def _asked_under(problem: Problem, tag: Tag) -> Iterator[str]:
    """What the problem asks for under this tag. A tag that nothing carries stands for the presence of a task."""
    found = False
    for task in problem.tasks:
        for words in _asked_by(task, tag, units(problem.tick)):
            found = True
            yield words
    for constraint in problem.constraints:
        if constraint.tag == tag:
            found = True
            yield _ASKED[type(constraint)](constraint, problem.tick)
    mandatory = (task for task in problem.tasks if task.id == tag.place and not task.optional and task.required is None)
    if not found and next(mandatory, None) is not None:
        yield f"{tag.place} has to be done"


def _asked_by(task: Task, tag: Tag, unit: str) -> Iterator[str]:
    if task.required == tag:
        yield f"{task.id} has to be done"
    for allowed in task.allowed:
        if allowed.tag == tag:
            yield f"{task.id} starts {_in_ranges(allowed.ranges, unit)}"
    for forbidden in task.forbidden:
        if forbidden.tag == tag:
            yield f"{task.id} does not run in {_stretches(forbidden.stretches)} {unit}"
    if task.breaks is not None and task.breaks.tag == tag:
        yield f"{task.id} pauses in {_stretches(task.breaks.stretches)} {unit}"
    for pick in (*task.picks, *(pick for mode in task.modes for pick in mode.picks)):
        if pick.tag == tag:
            yield f"{task.id} takes {_pick(pick)}"


def _pick(pick: Pick) -> str:
    skilled = f" with {pick.skill}" if pick.skill else ""
    skilled += f" at {pick.level} or better" if pick.skill and pick.level else ""
    among = f" of {_names(pick.candidates)}" if pick.candidates else ""
    return f"{pick.count}{among}{skilled} as {pick.name}"


# ---- what each kind asks


def _no_overlap(asked: NoOverlap, tick: str) -> str:
    return f"one activity at a time takes {asked.resource}{', with time between them' if asked.setup else ''}"


def _capacity(asked: Capacity, tick: str) -> str:
    changes = f" ({asked.changes[0][1]:,} from {asked.changes[0][0]:,} {units(tick)} on, ...)" if asked.changes else ""
    return f"at most {asked.capacity:,} of {asked.resource} at a time{changes}"


def _budget(asked: Budget, tick: str) -> str:
    return f"at most {asked.limit:,} of {asked.resource} in all"


def _reservoir(asked: Reservoir, tick: str) -> str:
    highest = f"does not fall below {asked.lowest:,}"
    return f"{asked.name} {highest}" if asked.overflow else f"{asked.name} {highest} nor rise above {asked.highest:,}"


def _lag(asked: Lag, tick: str) -> str:
    if asked.min_gap is not None and asked.min_gap == asked.max_gap:
        sides = [_gap(("exactly", "exactly", "just at"), asked.min_gap, tick)]
    else:
        sides = [
            _gap(bounds, gap, tick)
            for bounds, gap in ((_NO_SOONER, asked.min_gap), (_NO_LATER, asked.max_gap))
            if gap is not None
        ]
    what = f"{asked.after} {'starts' if asked.until == 'start' else 'ends'}"
    return f"{what} {' and '.join(sides) or 'any time from'} the {asked.since} of {asked.before}"


_NO_SOONER, _NO_LATER = ("at least", "at most", "not before"), ("at most", "at least", "not after")


def _gap(bounds: tuple[str, str, str], gap: int, tick: str) -> str:
    """A gap in words, as it is positive, negative or nothing."""
    after, before, at = bounds
    return (
        at
        if gap == 0
        else f"{after} {in_units(gap, tick)} after"
        if gap > 0
        else f"{before} {in_units(-gap, tick)} before"
    )


def _apart(asked: Apart, tick: str) -> str:
    which = "either way" if asked.both_ways else f"when {asked.first} comes first"
    taking = f", where both take {asked.picked}" if asked.picked is not None else ""
    gap = in_units(asked.gap, tick)
    return f"{asked.first} and {asked.second} do not overlap, with {gap} between them {which}{taking}"


def _starts_apart(asked: StartsApart, tick: str) -> str:
    return f"any two of {_names(asked.tasks)} start {in_units(asked.gap, tick)} apart or more"


def _repeats(asked: Repeats, tick: str) -> str:
    unit = "buckets" if asked.edges else units(tick)
    return f"{_names(asked.tasks)} start in this order, each {_span(asked.least, asked.most)} {unit} after the last"


def _load(asked: Load, tick: str) -> str:
    return f"{_load_words(asked, tick)} in [{asked.start}, {asked.end}) {units(tick)}"


def _rolling(asked: Rolling, tick: str) -> str:
    return f"{_load_words(asked, tick)} in any {in_units(asked.span, tick)}"


def _load_words(asked: Load | Rolling, tick: str) -> str:
    what = units(tick) if asked.by == "ticks" else "weight of starts"
    taking = f" that take {asked.picked}" if asked.picked is not None else ""
    return f"{_span(asked.least, asked.limit)} {what} of {_names(asked.weights)}{taking}"


def _active_buckets(asked: ActiveBuckets, tick: str) -> str:
    return f"at most {asked.limit:,} of {asked.window:,} buckets in a row have a start of {_names(asked.tasks)}"


def _rest_between(asked: RestBetween, tick: str) -> str:
    return f"{in_units(asked.gap, tick)} between {_names(asked.tasks)} of one bucket and those of the next"


def _implies(asked: Implies, tick: str) -> str:
    return f"{asked.task} needs {asked.needs}"


def _all_or_none(asked: AllOrNone, tick: str) -> str:
    return f"all of {_names(asked.tasks)} are done, or none"


def _choose(asked: Choose, tick: str) -> str:
    return f"{_span(asked.least, asked.most)} of {_names(asked.tasks)} are done"


def _pick_allowed(asked: PickAllowed, tick: str) -> str:
    return f"with {asked.candidate}, {asked.task} starts {_in_ranges(asked.ranges, units(tick))}"


def _same_people(asked: SamePeople, tick: str) -> str:
    return f"{_names(asked.tasks)} take the same of {_names(asked.people)}"


def _other_people(asked: OtherPeople, tick: str) -> str:
    return f"none of {_names(asked.people)} takes two of {_names(asked.tasks)}"


def _together(asked: Together, tick: str) -> str:
    return f"{_names(asked.people)} take part in each of {_names(asked.tasks)} together or not at all"


def _never_together(asked: NeverTogether, tick: str) -> str:
    return f"no two of {_names(asked.people)} take part in one of {_names(asked.tasks)}"


_ASKED: Mapping[type, Callable[[Any, str], str]] = {
    NoOverlap: _no_overlap,
    Capacity: _capacity,
    Budget: _budget,
    Reservoir: _reservoir,
    Lag: _lag,
    Apart: _apart,
    StartsApart: _starts_apart,
    Repeats: _repeats,
    Load: _load,
    Rolling: _rolling,
    ActiveBuckets: _active_buckets,
    RestBetween: _rest_between,
    Implies: _implies,
    AllOrNone: _all_or_none,
    Choose: _choose,
    PickAllowed: _pick_allowed,
    SamePeople: _same_people,
    OtherPeople: _other_people,
    Together: _together,
    NeverTogether: _never_together,
}


def _span(least: int, most: int | None) -> str:
    if most is None:
        return f"at least {least:,}"
    if least == most:
        return f"{least:,}"
    return f"{least:,} to {most:,}" if least > 0 else f"at most {most:,}"


def _names(names: Iterable[str]) -> str:
    known = list(names)
    if len(known) <= _MOST_NAMES:
        return ", ".join(known) or "nobody"
    return f"{', '.join(known[: _MOST_NAMES - 1])} and {len(known) - _MOST_NAMES + 1:,} more"


def _in_ranges(ranges: tuple[tuple[int, int], ...], unit: str) -> str:
    told = _names(f"[{first}, {last}]" for first, last in ranges)
    return f"in {told} {unit}" if ranges else "at no time at all"


def _stretches(stretches: Iterable[tuple[int, int]]) -> str:
    return _names(f"[{first}, {end})" for first, end in stretches)
