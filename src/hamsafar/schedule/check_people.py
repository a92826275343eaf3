"""Who takes part in what: PickAllowed, SamePeople, OtherPeople, Together, NeverTogether."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.schedule.check_facts import Facts, Finding, distance
from hamsafar.schedule.constraints import NeverTogether, OtherPeople, PickAllowed, SamePeople, Together


def pick_allowed(rule: PickAllowed, facts: Facts) -> Iterator[Finding]:
    """Where the candidate takes part, the task starts in one of the ranges."""
    for there in facts.of((rule.task,)):
        away = distance(there.start, rule.ranges)
        if away and there.taken(rule.candidate):
            words = f"{there.id} starts at {there.start}, when {rule.candidate} can't take part"
            yield Finding(away, (there.id,), words)


def same_people(rule: SamePeople, facts: Facts) -> Iterator[Finding]:
    """Each of the people takes all of the present tasks, or none."""
    present = facts.of(rule.tasks)
    for who in rule.people:
        with_them = [there.id for there in present if there.taken(who)]
        if 0 < len(with_them) < len(present):
            without = ", ".join(there.id for there in present if not there.taken(who))
            tasks = tuple(there.id for there in present)
            yield Finding(1, tasks, f"{who} takes {', '.join(with_them)}, but not {without}")


def other_people(rule: OtherPeople, facts: Facts) -> Iterator[Finding]:
    """Each of the people takes one of the tasks at most."""
    for who in rule.people:
        taken = tuple(there.id for there in facts.of(rule.tasks) if there.taken(who))
        if len(taken) > 1:
            yield Finding(len(taken) - 1, taken, f"{who} takes {' and '.join(taken)}, at most one is allowed")


def together(rule: Together, facts: Facts) -> Iterator[Finding]:
    """Each task takes all of the people, or none."""
    for there in facts.of(rule.tasks):
        missing = [who for who in rule.people if not there.taken(who)]
        if missing and len(missing) < len(rule.people):
            here = ", ".join(who for who in rule.people if who not in missing)
            yield Finding(1, (there.id,), f"{there.id} takes {here} without {', '.join(missing)}")


def never_together(rule: NeverTogether, facts: Facts) -> Iterator[Finding]:
    """Each task takes one of the people at most."""
    for there in facts.of(rule.tasks):
        here = [who for who in rule.people if there.taken(who)]
        if len(here) > 1:
            yield Finding(len(here) - 1, (there.id,), f"{there.id} takes {' and '.join(here)}, who are kept apart")
