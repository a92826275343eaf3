"""Who takes which seat, from many people: the best choices in order, by CP-SAT. Whole numbers, no meaning."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen


@frozen(kw_only=True)
class Reached:
    """What the people in some seats reach together: the `most` or the `least` of them; at least `floor`."""

    kind: Literal["most", "least"]
    seats: tuple[int, ...]
    scores: tuple[int, ...]  # by person
    floor: int
    weight: int = field(default=1)  # of what is reached, in the value


@frozen(kw_only=True)
class Seating:
    """People for seats. The value of a choice: what each is worth, and the weighted reaches; of equals the first seat.

    All seats but the first are alike: of choices that differ only in who of them sits where, one is told.
    """

    worth: tuple[int, ...]  # by person, in whatever seat
    seats: int
    reached: tuple[Reached, ...]


@frozen(kw_only=True)
class Seated:
    """Choices, best first: people by seat. `proved`: none that is left out is better than one told."""

    choices: tuple[tuple[int, ...], ...]
    proved: bool


def seated(problem: Seating, *, count: int, effort: float = 20.0, seed: int = 0) -> Seated:
    """The best `count` choices, fewer where there are no more; all of them optimal where `proved`."""
    from ortools.sat.python import cp_model

    from hamsafar.schedule.engine import Engine

    model = cp_model.CpModel()
    people, seats = range(len(problem.worth)), range(problem.seats)
    sits = [[model.new_bool_var(f"sits[{one},{seat}]") for seat in seats] for one in people]
    for one in people:
        model.add_at_most_one(sits[one])
    for seat in seats:
        model.add_exactly_one(sits[one][seat] for one in people)
    number = [sum(one * sits[one][seat] for one in people) for seat in seats]
    for seat in seats[1:-1]:
        model.add(number[seat] < number[seat + 1])
    value = [problem.worth[one] * sits[one][seat] for one in people for seat in seats]
    for at, reach in enumerate(problem.reached):
        value.append(reach.weight * _reach(model, reach, sits, at))
    first = sum(problem.worth[one] * sits[one][0] for one in people)
    beyond = 1 + max(map(abs, problem.worth), default=0) * 2
    model.maximize(beyond * sum(value) + first)
    engine, found, proved = Engine(left=effort, seed=seed, each=0.0), list[tuple[int, ...]](), True
    while len(found) < count:
        run = engine.run(model)
        proved = proved and run.status in ("optimal", "infeasible")
        if not run.found:
            break
        choice = tuple(next(one for one in people if run.values[sits[one][seat].index]) for seat in seats)
        found.append(choice)
        model.add(sum(sits[one][seat] for seat, one in enumerate(choice)) < problem.seats)
    return Seated(choices=tuple(found), proved=proved)


def _reach(model, reach: Reached, sits, at: int):  # type: ignore[no-untyped-def]  # CP-SAT's expressions have no public type
    """The variable of what is reached; at least the floor."""
    own = [sum(score * sits[one][seat] for one, score in enumerate(reach.scores)) for seat in reach.seats]
    got = model.new_int_var(reach.floor, max(reach.floor, *reach.scores), f"reached[{at}]")
    if reach.kind == "least":
        for each in own:
            model.add(got <= each)
        return got
    which = [model.new_bool_var(f"reaches[{at},{seat}]") for seat in reach.seats]
    model.add_exactly_one(which)
    for flag, each in zip(which, own, strict=True):
        model.add(got <= each).only_enforce_if(flag)
    return got
