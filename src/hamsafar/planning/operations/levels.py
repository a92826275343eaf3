"""Store, battery and pictures on their way home, followed minute by minute; and where they go wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, floor

from attrs import frozen

from hamsafar.planning.operations.doings import Doing
from hamsafar.planning.operations.facts import Stretch, WeekFacts
from hamsafar.planning.operations.rules import DAY_MIN, Week, battery_lasts, data_come_home, dues, hot_day, store_holds
from hamsafar.schedule.constraints import Load
from hamsafar.schedule.problem import Placed

MW = 1_000  # the battery is counted in whole mW x min


@frozen(kw_only=True)
class Lies:
    """A doing as it is placed: minutes [start, end)."""

    doing: Doing
    start: int
    end: int


def lying(week: Week, placed: Mapping[str, Placed]) -> tuple[Lies, ...]:
    """What is placed, in the order of time."""
    found = []
    for doing in week.doings:
        place = placed.get(doing.id)
        if place is not None:
            length = int(place.mode) if place.mode else doing.shortest
            found.append(Lies(doing=doing, start=place.start, end=place.start + length))
    return tuple(sorted(found, key=lambda one: (one.start, one.doing.id)))


def broken(week: Week, lies: Sequence[Lies], idle: Idle | None) -> tuple[Load, ...]:
    """The balances that these tasks break, the worst of each kind first; none where everything holds."""
    return (
        *_not_home(week, lies),
        *_too_hot(week, lies),
        *_too_full(week, lies),
        *(_too_empty(week, lies, idle) if idle is not None else ()),
    )


def _not_home(week: Week, lies: Sequence[Lies]) -> tuple[Load, ...]:
    found = []
    for due in dues(week):
        left = worst = 0
        at = None
        for one in reversed(lies):  # backwards: what is still to be sent when all before is forgotten
            if one.start >= due:
                continue
            if one.doing.kind == "transmission" and not one.doing.past:
                left = left - week.facts.bits_a_minute * (min(one.end, due) - one.start)
            elif one.doing.kind == "image" and one.doing.wanted and (one.doing.due or week.facts.minutes) <= due:
                left += one.doing.owed_bits
                if left > worst:
                    worst, at = left, one.start
        if at is not None:
            found.append(data_come_home(week, at, due))
    return tuple(found)


def _too_hot(week: Week, lies: Sequence[Lies]) -> tuple[Load, ...]:
    sent = [one for one in lies if one.doing.kind == "transmission"]
    most = week.facts.operations.transmitter_min_a_day
    found = []
    for start in sorted({one.start for one in sent} | {max(0, one.end - DAY_MIN) for one in sent}):
        on = sum(max(0, min(one.end, start + DAY_MIN) - max(one.start, start)) for one in sent)
        if on > most:
            found.append((on, start))
    return tuple(hot_day(week, start) for _, start in sorted(found, reverse=True)[:3])


def _too_full(week: Week, lies: Sequence[Lies]) -> tuple[Load, ...]:
    """The level before and after each task; it was last empty (or the week began) at `since`."""
    facts = week.facts
    level, since, now = facts.start_bits, 0, 0
    worst: dict[int, tuple[int, int]] = {}

    def look(minute: int) -> None:
        over = level - facts.store_bits
        if over > max(0, worst.get(since, (0, 0))[0]):
            worst[since] = over, minute

    for one in lies:
        level += facts.telemetry_bits(now, one.start)
        look(one.start)
        if one.doing.kind == "transmission":
            level -= facts.bits_a_minute * (one.end - one.start)
            if level <= 0:
                level, since = 0, one.end
        level += one.doing.bits + facts.telemetry_bits(one.start, one.end)
        look(one.end)
        now = one.end
    level += facts.telemetry_bits(now, facts.minutes)
    look(facts.minutes)
    return tuple(store_holds(week, since, end) for since, (_, end) in sorted(worst.items(), key=lambda x: -x[1][0])[:3])


# ---- the battery


@frozen(kw_only=True)
class Idle:
    """The battery of a craft that does nothing: what comes in each minute, and what a task takes besides (mW x min)."""

    full: int
    lowest: int
    start: int
    net: tuple[int, ...]
    best: tuple[int, ...]  # likewise, of a craft that does in each minute what is best for its battery
    draws: Mapping[str, int]  # doing → each minute, at most; negative where it always brings more than idling does
    exact: bool  # whether each draws the same wherever it may lie: then balances ask no more than the battery does

    def room(self, start: int, end: int) -> int:
        """What tasks may draw in a stretch before which the battery was full (at 0: as the week begins)."""
        return (self.start if start == 0 else self.full) - self.lowest + sum(self.net[start:end])

    def too_low(self) -> tuple[int, int] | None:
        """Where the battery falls furthest below what it may whatever is done: minute, and how far; or None."""
        level, worst, at = self.start, 0, None
        for minute, net in enumerate(self.best):
            level = min(self.full, level + net)
            if level - self.lowest < worst:
                worst, at = level - self.lowest, minute
        return None if at is None else (at, -worst)


def idle_of(week: Week) -> Idle | None:
    """The idle craft's battery; None where nothing is said of power."""
    facts = week.facts
    if facts.power is None:
        return None
    net = tuple(net_mwmin(facts, facts.idle_mode, 0.0))
    known: dict[tuple[str, float], list[int]] = {}
    best, draws, exact = list(net), {}, True
    for one in week.doings:
        key = one.mode, one.extra_w
        if key not in known:
            known[key] = net_mwmin(facts, *key)
        drawn = [net[minute] - known[key][minute] for a, b in one.windows for minute in range(a, b)]
        draws[one.id] = max(drawn, default=0)
        exact = exact and draws[one.id] == min(drawn, default=0)
        for minute in (minute for a, b in one.windows for minute in range(a, b)) if min(drawn, default=0) < 0 else ():
            best[minute] = max(best[minute], known[key][minute])
    return Idle(
        full=floor(facts.power.full_wmin * MW),
        lowest=ceil(facts.power.lowest_wmin * MW),
        start=floor(facts.power.start_wmin * MW),
        net=net,
        best=tuple(best),
        draws=draws,
        exact=exact,
    )


def net_mwmin(facts: WeekFacts, mode: str, extra_w: float) -> list[int]:
    """What goes into the battery each minute in a mode, rounded down; negative where it comes out."""
    power = facts.mission.power
    known = facts.mode(mode)
    if power is None or facts.power is None or known is None:
        return [0] * facts.minutes
    load_w = known.load_w + extra_w
    return [
        floor(MW * (left * power.charge_efficiency if left >= 0 else left / power.discharge_efficiency))
        for left in (bus_w - load_w for bus_w in facts.power.bus_w[mode])
    ]


def _too_empty(week: Week, lies: Sequence[Lies], idle: Idle) -> tuple[Load, ...]:
    draw = [0] * week.facts.minutes
    for one in lies:
        for minute in range(one.start, one.end):
            draw[minute] += idle.draws[one.doing.id]
    level, since = idle.start, 0
    worst: dict[int, tuple[int, int]] = {}
    for minute in range(week.facts.minutes):
        level += idle.net[minute] - draw[minute]
        if level >= idle.full:
            level, since = idle.full, minute + 1
        if level - idle.lowest < min(0, worst.get(since, (0, 0))[0]):
            worst[since] = level - idle.lowest, minute + 1
    return tuple(
        battery_lasts(week, since, end, idle.room(since, end), idle.draws)
        for since, (_, end) in sorted(worst.items(), key=lambda item: item[1][0])[:3]
    )


def stretch_of(load: Load) -> Stretch:
    """From when to when a balance counts."""
    return load.start, load.end


def balance(week: Week, idle: Idle | None, rule: str, start: int, end: int) -> Load:
    """The balance of a rule in a stretch, of the tasks that there are."""
    match rule:
        case "OPS-14":
            return data_come_home(week, start, end)
        case "OPS-07":
            return hot_day(week, start)
        case "OPS-08":
            return store_holds(week, start, end)
        case _:
            assert idle is not None, "only a battery has the fourth"
            return battery_lasts(week, start, end, idle.room(start, end), idle.draws)
