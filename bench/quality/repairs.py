"""How near repairs are to the old plan, and how fast, on problems of the size of a real term.

Use: python bench/quality/repairs.py [--activities N ...] [--changes KIND ...] [--seeds N ...] [--limit S]
[--json FILE]. The old plan is the planted answer of `tests/planted.py`; a fifth of its activities are promised. Then
something changes, and the plan is repaired: told are the seconds to the first repair, and how near the last one is and
how near any can be. Every repair is judged by the checker; the exit code is 1 when one breaks its problem or claims a
bound above its value. A change may leave no plan at all; that is told, and no fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from math import inf
from pathlib import Path
from random import Random

from attrs import asdict, evolve, frozen

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

from hamsafar.schedule.check import check
from hamsafar.schedule.nearest import Before
from hamsafar.schedule.problem import Conflict, Problem, Solved
from hamsafar.schedule.repair import repair
from hamsafar.schedule.solve import Progress
from hamsafar.schedule.tasks import Allowed, Forbidden, Tag, Task
from planted import CLOSES, DAY, DEVICES, OPENS, TEACHERS, planted  # tests are no package

WORKERS = 2


@frozen(kw_only=True)
class Outcome:
    """What became of one change."""

    activities: int
    change: str
    seed: int
    first_seconds: float | None  # until the first repair was known
    status: str
    seconds: float
    terms: tuple[tuple[str, int, int], ...]  # name, value, bound
    wrong: str = ""


def _never_in(problem: Problem, has: Callable[[Task], bool], first_day: int, days: int, tag: Tag) -> Problem:
    shut = Forbidden(stretches=((first_day * DAY, (first_day + days) * DAY),), tag=tag)
    tasks = tuple(evolve(task, forbidden=(*task.forbidden, shut)) if has(task) else task for task in problem.tasks)
    return evolve(problem, tasks=tasks)


def week_closed(problem: Problem, dice: Random) -> Problem:
    """The windows of a fifth of the activities are closed for five working days."""
    some = {task.id for task in problem.tasks if dice.random() < 0.2}
    first = dice.randrange(problem.last // DAY - 5)
    return _never_in(problem, lambda task: task.id in some, first, 5, Tag("SHUT", "windows"))


def device_shut(problem: Problem, dice: Random) -> Problem:
    """A device is shut for two days."""
    device, first = dice.choice(DEVICES), dice.randrange(problem.last // DAY - 2)
    return _never_in(problem, lambda task: device in task.occupies, first, 2, Tag("SHUT", device))


def teacher_away(problem: Problem, dice: Random) -> Problem:
    """A teacher is away for five working days."""
    teacher, first = dice.choice(TEACHERS), dice.randrange(problem.last // DAY - 5)
    return _never_in(problem, lambda task: teacher in task.occupies, first, 5, Tag("AWAY", teacher))


def longer(problem: Problem, dice: Random) -> Problem:
    """An activity takes half an hour more, and its windows close as much later."""
    name = dice.choice([task.id for task in problem.tasks])
    tasks = (evolve(task, duration=task.duration + 30) if task.id == name else task for task in problem.tasks)
    return evolve(problem, tasks=tuple(tasks))


def added(problem: Problem, dice: Random) -> Problem:
    """Five activities more for the one who has least time, on any day."""
    ranges = tuple((day * DAY + OPENS, day * DAY + CLOSES - 90) for day in range(problem.last // DAY))
    more = tuple(
        Task(
            id=f"new-{number}",
            duration=dice.randrange(30, 90, 5),
            allowed=(Allowed(ranges=ranges, tag=Tag("WIN", f"new-{number}")),),
            occupies=dict.fromkeys(("prime", dice.choice(TEACHERS), dice.choice(DEVICES)), 1),
            required=Tag("WANTED", f"new-{number}"),
        )
        for number in range(5)
    )
    return evolve(problem, tasks=(*problem.tasks, *more))


def first_days(problem: Problem, dice: Random) -> Problem:
    """Everything begins two days later."""
    return _never_in(problem, lambda task: True, 0, 2, Tag("LATE", "start"))


CHANGES: dict[str, Callable[[Problem, Random], Problem]] = {
    "week-closed": week_closed,
    "device-shut": device_shut,
    "teacher-away": teacher_away,
    "longer": longer,
    "added": added,
    "first-days": first_days,
}


def repaired(activities: int, change: str, seed: int, limit_s: float) -> Outcome:
    """One change, repaired in a few seconds and again in the time given."""
    made = planted(activities=activities, seed=seed)
    dice = Random(f"{change} {seed}")
    problem = CHANGES[change](made.problem, dice)
    promised = frozenset(name for name in made.answer if dice.random() < 0.2)
    before = Before(placed=made.answer, promised=promised)
    found_s: list[float] = []

    def heard(news: Progress) -> None:
        if news.value is not None:
            found_s.append(time.perf_counter() - began)

    began = time.perf_counter()
    answer = repair(problem, before, seed=seed, workers=WORKERS, effort=inf, time_limit_s=limit_s, on_progress=heard)
    seconds = time.perf_counter() - began
    if isinstance(answer, Solved):
        found_s.append(seconds)
    terms = tuple((term.name, term.value, term.bound) for term in answer.terms) if isinstance(answer, Solved) else ()
    broken = check(problem, answer.placed) if isinstance(answer, Solved) else ()
    wrong = broken[0].sentence if broken else ""
    wrong = wrong or "; ".join(f"{name}: {value} < {bound}" for name, value, bound in terms if value < bound)
    return Outcome(
        activities=activities,
        change=change,
        seed=seed,
        first_seconds=round(found_s[0], 2) if found_s else None,
        status=_status(answer),
        seconds=round(seconds, 2),
        terms=terms,
        wrong=wrong,
    )


def _status(answer: object) -> str:
    if isinstance(answer, Solved):
        return "optimal" if answer.optimal else "feasible"
    return "infeasible" if isinstance(answer, Conflict) else "undecided"


def main() -> int:
    """Runs what is asked for and prints a line a change."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--activities", type=int, nargs="*", default=[300, 1000])
    parser.add_argument("--changes", nargs="*", choices=CHANGES, default=list(CHANGES))
    parser.add_argument("--seeds", type=int, nargs="*", default=[1])
    parser.add_argument("--limit", type=float, default=60.0, help="seconds a change")
    parser.add_argument("--json", type=Path, help="all outcomes")
    asked = parser.parse_args()
    outcomes: list[Outcome] = []
    for activities in asked.activities:
        for change in asked.changes:
            for seed in asked.seeds:
                one = repaired(activities, change, seed, asked.limit)
                outcomes.append(one)
                said = ", ".join(f"{name} {value} [{bound}]" for name, value, bound in one.terms)
                first = "none" if one.first_seconds is None else f"first in {one.first_seconds} s"
                print(
                    f"{activities} {change} seed {seed}: {first}; {one.status} in {one.seconds} s: {said} {one.wrong}",
                    flush=True,
                )
                if asked.json:
                    asked.json.write_text(json.dumps([asdict(each) for each in outcomes], indent=1), encoding="utf-8")
    return 1 if any(outcome.wrong for outcome in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
