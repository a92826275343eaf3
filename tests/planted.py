"""Problems of the size of a real term, with a planted answer and planted conflicts, both hidden from who solves.

**What is drawn.** `planted(activities=1000, windows=40, seed=1)` is a term or a stay: working days of eight hours (a
thousand activities fill 26 weeks of five), one tick a minute. An activity takes 30 to 180 min (whole five minutes) and
three resources: somebody of `PEOPLE`, somebody of `TEACHERS`, one of `DEVICES`, each one thing at a time. `prime` is
the scarcest: the days are as many as make its load `load` (at least 0.8) of the working hours. Each activity may run
in `windows` windows, each as long as the activity at least and at most twice as long, none touching another, none over
the end of a day. One activity in five comes after another one.

**What is planted.** First the answer is laid out: `prime`'s activities fill its days with the idle time cut at random
places, the others lie wherever three resources are free. Then windows are drawn, one of them around the planted place
at a random offset, the others anywhere; and precedences, only such as the answer obeys. The problem tells nothing of
the answer: no hint, and every preferred time is drawn without looking at it.

**What is wanted.** `wish="preferred"`: everything is mandatory; as few minutes away from preferred times as can be. The
planted answer gives an upper bound. `wish="value"`: everything may be left out at the loss of its value; the planted
answer loses nothing, so 0 is the known optimum. `wish="both"`: half is mandatory, lost value comes before time.

**Conflicts.** `with_conflict(planted, kind, rules, seed)` adds activities on days of their own after the last, on the
same teachers and devices, which can't all be placed: by exactly `rules` rules, each needed. `kind` is `chain` (not
before, gaps, not after), `crowd` (one booth and more activities in a stretch than it takes) or `load` (a limit and
what must start under it). Dropping any one of the tags, the presence of an activity among them, leaves a schedule;
`without_any` gives one for each, and so shows that there is no other conflict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Literal

from attrs import evolve, field, frozen

from hamsafar.schedule.constraints import Constraint, Lag, Load, NoOverlap
from hamsafar.schedule.objectives import AwayFromPreferred, LostValue, Objective
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Allowed, Tag, Task

DAY = 1_440
OPENS, CLOSES = 480, 960  # the working hours of a day, minutes after midnight
PEOPLE = ("prime", "backup", "crew")
TEACHERS = ("teacher-1", "teacher-2", "teacher-3", "teacher-4")
DEVICES = ("device-1", "device-2", "device-3", "device-4")
PRIME_SHARE = 0.5  # of the activities

Wish = Literal["preferred", "value", "both"]
Kind = Literal["chain", "crowd", "load"]
Ranges = tuple[tuple[int, int], ...]


@frozen(kw_only=True)
class Planted:
    """A problem and what was planted in it."""

    problem: Problem
    answer: Mapping[str, Placed]  # of all activities but those of a planted conflict
    load: float  # of the scarcest resource, of its working hours
    conflict: frozenset[Tag] = frozenset()
    without_any: Mapping[Tag, Mapping[str, Placed]] = field(factory=dict)  # a schedule for when that tag is dropped


def planted(
    *, activities: int, windows: int = 40, load: float = 0.85, seed: int = 0, wish: Wish = "preferred"
) -> Planted:
    """A problem with a planted answer."""
    dice = Random(f"planted {activities} {windows} {load} {seed}")
    durations = {f"a{n:04d}": dice.randrange(30, 185, 5) for n in range(activities)}
    primes = [name for name in durations if dice.random() < PRIME_SHARE]
    by_day = _days_of(durations, primes, load)
    days = len(by_day)
    draws = (_answer(dice, durations, by_day) for _ in range(100))
    starts, takes = next(laid_out for laid_out in draws if laid_out is not None)
    tasks = tuple(
        Task(
            id=name,
            duration=duration,
            allowed=(Allowed(ranges=_windows(dice, starts[name], duration, windows, days), tag=Tag("WIN", name)),),
            occupies=dict.fromkeys(takes[name], 1),
            optional=wish == "value" or (wish == "both" and dice.random() < 0.5),
            value=dice.randint(1, 20),
            required=Tag("WANTED", name),
        )
        for name, duration in durations.items()
    )
    tasks = tuple(evolve(task, required=None) if task.optional else evolve(task, value=0) for task in tasks)
    problem = Problem(
        name=f"planted {activities} x {windows} {wish} {seed}",
        first=0,
        last=days * DAY,
        tasks=tasks,
        constraints=(*_one_at_a_time(), *_orders(dice, starts, durations)),
        objectives=tuple(_objectives(dice, tasks, wish)),
        tick="min",
    )
    busy = sum(durations[name] for name in primes)
    answer = {name: Placed(start=start) for name, start in starts.items()}
    return Planted(problem=problem, answer=answer, load=busy / (days * (CLOSES - OPENS)))


def _days_of(durations: Mapping[str, int], primes: list[str], load: float) -> list[list[str]]:
    """The scarcest resource's activities by day: the longest first into the emptiest, as few days as the load has."""
    for days in range(max(1, int(sum(durations[name] for name in primes) / (load * (CLOSES - OPENS)))), 10_000):
        by_day: list[list[str]] = [[] for _ in range(days)]
        for name in sorted(primes, key=lambda name: -durations[name]):
            min(by_day, key=lambda names: sum(durations[one] for one in names)).append(name)
        if all(sum(durations[name] for name in names) <= CLOSES - OPENS for names in by_day):
            return by_day
    raise ValueError("an activity is longer than a day")


def _answer(
    dice: Random, durations: Mapping[str, int], by_day: list[list[str]]
) -> tuple[dict[str, int], dict[str, tuple[str, ...]]] | None:
    """Where everything lies, and what it takes; None where the draw left no room for something."""
    busy: dict[str, list[tuple[int, int]]] = {name: [] for name in (*PEOPLE, *TEACHERS, *DEVICES)}
    starts: dict[str, int] = {}
    takes: dict[str, tuple[str, ...]] = {}

    def free(among: tuple[str, ...], start: int, end: int) -> list[str]:
        return [one for one in among if all(end <= a or b <= start for a, b in busy[one])]

    def place(name: str, start: int, taken: tuple[str, ...]) -> None:
        starts[name], takes[name] = start, taken
        for one in taken:
            busy[one].append((start, start + durations[name]))

    for name, start in _prime_starts(dice, durations, by_day):
        end = start + durations[name]
        place(name, start, ("prime", dice.choice(free(TEACHERS, start, end)), dice.choice(free(DEVICES, start, end))))
    others = [name for name in durations if name not in starts]
    for name in sorted(others, key=lambda name: -durations[name]):  # the long ones while there is room
        duration = durations[name]
        for _ in range(1_000):
            start = dice.randrange(len(by_day)) * DAY + dice.randrange(OPENS, CLOSES - duration + 1, 5)
            found = [free(among, start, start + duration) for among in (PEOPLE[1:], TEACHERS, DEVICES)]
            if all(found):
                place(name, start, tuple(dice.choice(among) for among in found))
                break
        else:
            return None
    return starts, takes


def _prime_starts(dice: Random, durations: Mapping[str, int], by_day: list[list[str]]) -> Iterator[tuple[str, int]]:
    """The scarcest resource's activities, day by day in a random order, the idle time cut at random places."""
    for day, names in enumerate(by_day):
        dice.shuffle(names)
        idle = CLOSES - OPENS - sum(durations[name] for name in names)
        cuts = sorted(dice.randint(0, idle) for _ in names)
        now = day * DAY + OPENS
        for name, cut in zip(names, cuts, strict=True):
            yield name, now + cut
            now += durations[name]


def _windows(dice: Random, start: int, duration: int, count: int, days: int) -> Ranges:
    """Start ranges of the windows: one around the planted place, the others anywhere, none touching another."""
    found = [_window(dice, start // DAY, duration, around=start)]
    for _ in range(200 * count):
        if len(found) == count:
            break
        window = _window(dice, dice.randrange(days), duration)
        if all(window[1] < a or b < window[0] for a, b in found):
            found.append(window)
    return tuple((a, b - duration) for a, b in sorted(found))


def _window(dice: Random, day: int, duration: int, around: int | None = None) -> tuple[int, int]:
    length = min(dice.randint(duration, 2 * duration), CLOSES - OPENS)
    first, last = day * DAY + OPENS, day * DAY + CLOSES - length
    if around is None:
        start = dice.randint(first, last)
    else:
        start = dice.randint(max(first, around + duration - length), min(last, around))
    return start, start + length


def _one_at_a_time() -> Iterator[Constraint]:
    for resource in (*PEOPLE, *TEACHERS, *DEVICES):
        yield NoOverlap(resource=resource, tag=Tag("ONE", resource))


def _orders(dice: Random, starts: Mapping[str, int], durations: Mapping[str, int]) -> Iterator[Constraint]:
    """One activity in five comes after another that ends before it in the answer."""
    names = list(starts)
    for after in names:
        if dice.random() < 0.2:
            before = dice.choice(names)
            if starts[before] + durations[before] <= starts[after]:
                yield Lag(before=before, after=after, min_gap=0, max_gap=None, tag=Tag("ORDER", after, before))


def _objectives(dice: Random, tasks: tuple[Task, ...], wish: Wish) -> Iterator[Objective]:
    if wish in ("value", "both"):
        yield LostValue(name="left undone")
    if wish in ("preferred", "both"):
        preferred = {task.id: dice.choice(task.allowed[0].ranges)[0] for task in tasks}
        yield AwayFromPreferred(name="away from preferred times", unit="min", preferred=preferred)


# ---- conflicts


def with_conflict(base: Planted, kind: Kind, rules: int, seed: int = 0) -> Planted:
    """The same with activities added that `rules` rules, and the facts that they are wanted, make impossible."""
    if rules < 2:
        raise ValueError("a conflict has two rules at least")
    dice = Random(f"conflict {kind} {rules} {seed} {base.problem.name}")
    first = base.problem.last + OPENS
    draw = {"chain": _chain, "crowd": _crowd, "load": _load}[kind]
    tasks, constraints, without = draw(dice, first, rules)
    own = {constraint.tag for constraint in constraints} | {task.required for task in tasks if task.required}
    own |= {allowed.tag for task in tasks for allowed in task.allowed}
    mixed = [*base.problem.tasks, *tasks]
    dice.shuffle(mixed)
    asked = [*base.problem.constraints, *constraints]
    dice.shuffle(asked)
    problem = evolve(base.problem, last=base.problem.last + 3 * DAY, tasks=tuple(mixed), constraints=tuple(asked))
    known = {
        tag: {**base.answer, **{name: Placed(start=at) for name, at in more.items()}} for tag, more in without.items()
    }
    return evolve(base, problem=problem, conflict=frozenset(own), without_any=known)


Drawn = tuple[list[Task], list[Constraint], dict[Tag, dict[str, int]]]


def _chain(dice: Random, first: int, rules: int) -> Drawn:
    """Not before, gaps of an hour or so each, not after: a minute short."""
    gaps = [dice.randrange(30, 95, 5) for _ in range(rules - 2)]
    count = len(gaps) + 1
    durations = [dice.randrange(30, 65, 5) for _ in range(count)]
    opens = Allowed(ranges=((first + 60, first + 2 * DAY),), tag=Tag("NOT-BEFORE", "z0"))
    earliest = [first + 60]
    for gap, duration in zip(gaps, durations, strict=False):
        earliest.append(earliest[-1] + duration + gap)
    last = earliest[-1] - 1
    closes = Allowed(ranges=((first - OPENS, last),), tag=Tag("NOT-AFTER", f"z{count - 1}"))
    takes = (dice.choice(TEACHERS), dice.choice(DEVICES))
    tasks = [
        _wanted(f"z{n}", duration, (opens,) * (n == 0) + (closes,) * (n == count - 1), takes)
        for n, duration in enumerate(durations)
    ]
    lags: list[Constraint] = [
        Lag(before=f"z{n}", after=f"z{n + 1}", min_gap=gap, max_gap=None, tag=Tag("GAP", f"z{n + 1}"))
        for n, gap in enumerate(gaps)
    ]
    late = {f"z{n}": at for n, at in enumerate(earliest)}
    early = {name: at - 1 for name, at in late.items()}
    without = {opens.tag: early, closes.tag: late}
    for n, lag in enumerate(lags):  # z0 to zn where the opening lets them, the rest a minute earlier
        without[lag.tag] = {f"z{k}": at - (k > n) for k, at in enumerate(earliest)}
    for n in range(count):
        ahead = {f"z{k}": at - (k > n) for k, at in enumerate(earliest) if k != n}
        without[Tag("WANTED", f"z{n}")] = ahead
    return tasks, lags, without


def _crowd(dice: Random, first: int, rules: int) -> Drawn:
    """A booth, and activities that must start in one stretch, which takes all but one of them."""
    count, duration = rules - 1, dice.randrange(30, 65, 5)
    last = first + (count - 1) * duration - 1
    if count == 1:  # one activity is no crowd: the booth opens when the stretch is over
        shut = Allowed(ranges=((first + 200, first + 400),), tag=Tag("OPENS", "z0"))
        early = Allowed(ranges=((first, first + 199),), tag=Tag("STRETCH", "z0"))
        task = _wanted("z0", duration, (shut, early), ("booth",))
        without: dict[Tag, dict[str, int]] = {shut.tag: {"z0": first}, early.tag: {"z0": first + 200}}
        return [task], [], {**without, Tag("WANTED", "z0"): {}}
    tasks, without = [], {}
    for n in range(count):
        stretch = Allowed(ranges=((first, last),), tag=Tag("STRETCH", f"z{n}"))
        tasks.append(_wanted(f"z{n}", duration, (stretch,), ("booth",)))
        others = [f"z{k}" for k in range(count) if k != n]
        packed = {name: first + k * duration for k, name in enumerate(others)}
        without[stretch.tag] = {**packed, f"z{n}": first + count * duration}
        without[Tag("WANTED", f"z{n}")] = packed
    booth = NoOverlap(resource="booth", tag=Tag("ONE", "booth"))
    without[booth.tag] = {f"z{n}": first for n in range(count)}
    return tasks, [booth], without


def _load(dice: Random, first: int, rules: int) -> Drawn:
    """A limit of minutes a day, a minute short of all that must start on it."""
    count = rules - 1
    durations = [dice.randrange(30, 65, 5) for _ in range(count)]
    takes = (dice.choice(TEACHERS), dice.choice(DEVICES))
    tasks, without = [], {}
    spread = {f"z{n}": first + 70 * n for n in range(count)}
    for n, duration in enumerate(durations):
        day = Allowed(ranges=((first, first + 479),), tag=Tag("DAY", f"z{n}"))
        tasks.append(_wanted(f"z{n}", duration, (day,), takes))
        without[day.tag] = {**spread, f"z{n}": first + DAY}
        without[Tag("WANTED", f"z{n}")] = {name: at for name, at in spread.items() if name != f"z{n}"}
    weights = {f"z{n}": duration for n, duration in enumerate(durations)}
    limit = Load(weights=weights, start=first, end=first + 480, limit=sum(durations) - 1, tag=Tag("LIMIT", "day"))
    without[limit.tag] = spread
    return tasks, [limit], without


def _wanted(name: str, duration: int, allowed: tuple[Allowed, ...], takes: tuple[str, ...]) -> Task:
    return Task(
        id=name, duration=duration, allowed=allowed, occupies=dict.fromkeys(takes, 1), required=Tag("WANTED", name)
    )
