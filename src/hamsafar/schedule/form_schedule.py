"""A schedule from JSON, as `hamsafar solve --json` prints it → where each activity lies, or every error at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import frozen

from hamsafar.schedule.faults import Fault, Names, Path, has_half, shown
from hamsafar.schedule.json_text import read_json
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.tasks import Task
from hamsafar.schedule.validate_sums import LARGEST


def schedule_from_json(text: str, name: str, problem: Problem) -> dict[str, Placed]:
    """`{"start": {id: tick}, "mode": {id: mode}, "picked": {id: {pick: [who]}}}`; other keys are passed over.

    Activities without a start are left out. `mode` may be missing where there is one way only, `picked` where
    nobody is picked. Raises InputErrors with everything that does not fit the form or names what the problem doesn't
    have. Whether the schedule keeps what the problem asks is for `check` to say.
    """
    read = read_json(text, name)
    tasks = {task.id: task for task in problem.tasks}
    reader = _Reader(tasks=tasks, known=Names.of(tasks), faults=[])
    placed = reader.schedule(read.value)
    read.raise_for(reader.faults)
    return placed


_NONE_FOUND = ("infeasible", "undecided")


@frozen(kw_only=True)
class _Reader:
    tasks: Mapping[str, Task]
    known: Names
    faults: list[Fault]

    def schedule(self, body: Any) -> dict[str, Placed]:
        if not isinstance(body, dict):
            self.faults.append(Fault((), f'should be an object {{ }} with the key "start" (got {shown(body)})'))
            return {}
        if not body.get("start") and ("start" not in body or body.get("status") in _NONE_FOUND):
            status = f"; its status is {shown(body['status'])}" if "status" in body else ""
            self.faults.append(Fault(("start",), f"is missing: this tells no schedule{status}"))
            return {}
        starts = dict(self._by_task(body, "start"))
        modes = dict(self._by_task(body, "mode", starts))
        picked = dict(self._by_task(body, "picked", starts))
        return {
            task: Placed(
                start=self._start(start, ("start", task)),
                mode=self._mode(self.tasks[task], modes.get(task), ("mode", task)),
                picked=dict(self._picks(self.tasks[task], picked.get(task), ("picked", task))),
            )
            for task, start in starts.items()
        }

    def _by_task(self, body: Any, key: str, starts: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Any]]:
        """What stands under each id of the problem; ids that it doesn't have, or that have no start, are told."""
        given = body.get(key, {})
        if not isinstance(given, dict):
            self.faults.append(Fault((key,), f"should be an object {{ }} of activities (got {shown(given)})"))
            return
        for task, value in given.items():
            if task not in self.known:
                words = f"the problem has no activity {shown(task)}{self.known.near(task)}"
                self.faults.append(Fault((key, task), words, on_key=True))
            elif starts is not None and task not in starts:
                self.faults.append(Fault((key, task), "this activity has no start", on_key=True))
            else:
                yield task, value

    def _start(self, start: Any, at: Path) -> int:
        if type(start) is int and abs(start) <= LARGEST:
            return start
        what = "should be a whole number of ticks" if type(start) is not int else f"lies beyond ±{LARGEST}"
        self.faults.append(Fault(at, f"{what} (got {shown(start)})"))
        return 0

    def _mode(self, task: Task, mode: Any, at: Path) -> str:
        ids = [way.id for way in task.ways]
        if mode is None and len(ids) == 1:
            return ids[0]
        if isinstance(mode, str) and mode in ids:
            return mode
        if mode is None:
            words = f"is missing; it should be one of {', '.join(ids)}"
        elif not task.modes:
            words = f"the activity has no modes (got {shown(mode)})"
        else:
            near = Names.of(ids).near(mode) if isinstance(mode, str) else ""
            words = f"is no mode of the activity{near} (got {shown(mode)})"
        self.faults.append(Fault(at, words))
        return ids[0]

    def _picks(self, task: Task, picked: Any, at: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
        if picked is None:
            return
        if not isinstance(picked, dict):
            self.faults.append(Fault(at, f"should be an object {{ }} of picks (got {shown(picked)})"))
            return
        of_modes = (pick for mode in task.modes for pick in mode.picks)
        known = Names.of(pick.name for pick in (*task.picks, *of_modes))
        for pick, who in picked.items():
            if pick not in known:
                words = f"the activity has no pick {shown(pick)}{known.near(pick)}"
                self.faults.append(Fault((*at, pick), words, on_key=True))
            elif isinstance(who, list) and all(isinstance(one, str) and not has_half(one) for one in who):
                yield pick, tuple(who)
            else:
                self.faults.append(Fault((*at, pick), f"should be a list of ids (got {shown(who)})"))
