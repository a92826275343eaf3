"""The battery and the store over a planned week, as the builder follows them: for pictures, never for a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from hamsafar.domain.lunar_report import Gauge
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.levels import MW, net_mwmin

_EVERY_MIN = 10


def gauges_of(plan: OperationsPlan, facts: WeekFacts) -> tuple[tuple[Gauge, ...], tuple[Gauge, ...]]:
    """The battery's charge (% of the battery) and the store (kbit), every ten minutes; no battery, no gauge of it."""
    return _battery(plan, facts), _store(plan, facts)


def _battery(plan: OperationsPlan, facts: WeekFacts) -> tuple[Gauge, ...]:
    power = facts.power
    if power is None or facts.mission.power is None:
        return ()
    nets = {mode.id: net_mwmin(facts, mode.id, 0.0) for mode in facts.mission.power.modes}
    net = list(nets[facts.idle_mode])
    for task in plan.tasks:
        figures = net_mwmin(facts, task.mode, _extra_w(facts, task))
        for minute in range(max(0, facts.minute_of(task.start)), min(facts.minutes, facts.minute_of(task.end))):
            net[minute] = figures[minute]
    full, level, found = power.full_wmin * MW, power.start_wmin * MW, []
    for minute, flow in enumerate(net):
        if minute % _EVERY_MIN == 0:
            found.append(Gauge(at=facts.at(minute), value=round(100 * level / full, 2)))
        level = min(full, level + flow)
    return tuple(found)


def _extra_w(facts: WeekFacts, task: OperationsTask) -> float:
    if task.kind == "transmission":
        return facts.downlink.transmitter_w
    if task.kind == "image":
        return facts.camera(next(wish for wish in facts.operations.images if wish.id == task.of)).load_w
    return 0.0


def _store(plan: OperationsPlan, facts: WeekFacts) -> tuple[Gauge, ...]:
    asked, found, tasks = facts.operations, [], list(plan.tasks)
    for minute in range(0, facts.minutes + 1, _EVERY_MIN):
        gathered = asked.store_at_start_kbit + asked.telemetry_kbit_per_h * minute / 60
        level = gathered + sum(_left_by(facts, task, minute) for task in tasks)
        found.append(Gauge(at=facts.at(minute), value=round(max(0.0, level), 3)))
    return tuple(found)


def _left_by(facts: WeekFacts, task: OperationsTask, minute: int) -> float:
    start, end = facts.minute_of(task.start), facts.minute_of(task.end)
    made = task.stored_kbit if end <= minute else 0.0
    sent = sum(one.kbit for one in task.sends)
    return made - sent * min(1.0, max(0.0, (minute - start) / max(1, end - start)))


def lowest(gauges: Sequence[Gauge]) -> Gauge | None:
    """The lowest of them."""
    return min(gauges, key=lambda one: one.value, default=None)
