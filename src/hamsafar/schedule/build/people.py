"""Who takes part together with whom, and in what else: SamePeople, OtherPeople, Together, NeverTogether."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import NeverTogether, OtherPeople, SamePeople, Together
from hamsafar.schedule.variables import Literal, Variables

Takings = Sequence[tuple[Literal, Literal | None]]  # whether it is present, and whether it takes (None: it can't)


def same_people(made: Variables, constraint: SamePeople) -> None:
    """Each of the people takes all of the tasks that are present, or none."""
    _all_or_none(made, constraint, [_takings_of(made, constraint.tasks, (who,)) for who in constraint.people])


def together(made: Variables, constraint: Together) -> None:
    """Each task takes all of the people, or none."""
    _all_or_none(made, constraint, [_takings_of(made, (task,), constraint.people) for task in constraint.tasks])


def other_people(made: Variables, constraint: OtherPeople) -> None:
    """Each of the people takes one of the tasks at most."""
    _one_at_most(made, constraint, [_takings_of(made, constraint.tasks, (who,)) for who in constraint.people])


def never_together(made: Variables, constraint: NeverTogether) -> None:
    """Each task takes one of the people at most."""
    _one_at_most(made, constraint, [_takings_of(made, (task,), constraint.people) for task in constraint.tasks])


def _takings_of(made: Variables, tasks: Sequence[str], people: Sequence[str]) -> Takings:
    return [(made.present[task], made.takes_it(task, who)) for task in tasks for who in people]


def _all_or_none(made: Variables, constraint: SamePeople | Together, groups: Sequence[Takings]) -> None:
    """In each group all present ones are taken, or none is; a soft group may be mixed, and then counts."""
    groups = [group for group in groups if len(group) > 1 and any(takes is not None for _, takes in group)]
    amount = made.amount(constraint, len(groups))
    mixed: list[Literal] = []
    for group in groups:
        ways_out: list[cp_model.BoolVarT] = []
        if constraint.price is not None:
            mixed.append(made.model.new_bool_var(f"mixed[{constraint.tag.rule} {constraint.tag.place} #{len(mixed)}]"))
            ways_out.append(mixed[-1])
        taken, never = _common(made, group), made.true.negated()
        for present, takes in group:
            made.model.add_bool_or([taken.negated(), present.negated(), never if takes is None else takes, *ways_out])
            if takes is not None:
                made.model.add_bool_or([takes.negated(), taken, *ways_out])
    if mixed:
        made.model.add(sum(mixed) <= amount)


def _common(made: Variables, group: Takings) -> cp_model.BoolVarT:
    """Whether the group is taken: told by one that is there whenever any is, or by a literal of its own."""
    presences = {present.index for present, _ in group}
    for present, takes in group:
        if present.index == made.true.index or len(presences) == 1:
            return made.true.negated() if takes is None else takes
    return made.model.new_bool_var(f"taken[{' '.join(str(takes) for _, takes in group if takes is not None)}]")


def _one_at_most(made: Variables, constraint: OtherPeople | NeverTogether, groups: Sequence[Takings]) -> None:
    """In each group one is taken at most; in a soft one, those beyond it count."""
    taken = [[takes for _, takes in group if takes is not None] for group in groups]
    taken = [group for group in taken if len(group) > 1]
    amount = made.amount(constraint, sum(len(group) - 1 for group in taken))
    beyond: list[Literal] = []
    for group in taken:
        if constraint.price is None:
            made.model.add_at_most_one(group)
            continue
        name = f"beyond[{constraint.tag.rule} {constraint.tag.place} #{len(beyond)}]"
        beyond.append(made.model.new_int_var(0, len(group) - 1, name))
        made.model.add(sum(group) <= 1 + beyond[-1])
    if beyond:
        made.model.add(sum(beyond) <= amount)
