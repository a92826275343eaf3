"""Why something lies where it does in a week, or why it was left out and what putting it in would cost."""

from __future__ import annotations

from attrs import evolve, frozen

from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.planning.operations.doings import pictures_of
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.make import hours
from hamsafar.planning.operations.problem import LOST, ON_AIR
from hamsafar.planning.operations.rules import Week, tag
from hamsafar.planning.operations.solve import Adjust, Best, Effort, Impossible, best_week
from hamsafar.schedule.problem import Problem
from hamsafar.timeline import Span


@frozen(kw_only=True)
class PuttingIn:
    """What a week with it would cost against this one."""

    points: int
    on_air_min: int
    left_out: tuple[str, ...]  # that are in this week


@frozen(kw_only=True)
class WhyTask:
    """The answer: where it is, in sentences why; and for what was left out, what putting it in would cost."""

    task: str
    placed: Span | None
    reasons: tuple[str, ...]
    cost: PuttingIn | None = None


def why_placed(plan: OperationsPlan, facts: WeekFacts, task: OperationsTask) -> WhyTask:
    """The windows that it lies in, what it waits for, and what it brings."""
    said = [f"{task.id} ({task.title}) lies {task.start.iso()} to {task.end.iso()}, in mode {task.mode}."]
    if task.kind == "image":
        said += _opening(facts, task.of, task, "its target is in view")
        sent = [one for one in plan.tasks if any(part.of == task.id for part in one.sends)]
        if sent:
            last = max(one.end for one in sent)
            said.append(
                f"Its {task.stored_kbit:g} kbit come down in {', '.join(one.id for one in sent)}; home {last.iso()}."
            )
    if task.kind == "transmission":
        said += _opening(facts, task.station or "", task, "the link closes")
        brought = ", ".join(f"{part.of} {part.kbit:g} kbit" for part in task.sends)
        said.append(f"It brings {brought}." if brought else "It brings nothing: the craft is to be heard (OPS-11).")
    step = next((step for step, _ in facts.steps if step.id == task.of), None)
    if step is not None:
        needs = ["contact"] * step.in_contact + ["sunlight"] * step.in_sunlight
        if needs:
            said.append(f"It needs {' and '.join(needs)} (OPS-12).")
        if step.after:
            said.append(f"It comes after {', '.join(step.after)} (OPS-02).")
        if step.value is None:
            said.append(f"It must be done {step.count} time{'s' if step.count > 1 else ''} (OPS-13).")
    return WhyTask(task=task.id, placed=task.span, reasons=tuple(said))


def _opening(facts: WeekFacts, of: str, task: OperationsTask, what: str) -> list[str]:
    for window in facts.windows:
        for part in window.spans if window.of == of else ():
            if part.span.covers(task.span):
                sigma = "" if part.sigma_s is None else f", each end uncertain by {part.sigma_s:.0f} s (1 sigma)"
                return [f"There {what}: {part.start.iso()} to {part.end.iso()}{sigma}."]
    return []


def why_left_out(plan: OperationsPlan, facts: WeekFacts, id_: str, effort: Effort) -> WhyTask:
    """The reason that the plan gives, and the best week that has it: what that costs."""
    undone = next(one for one in plan.undone if one.id == id_)
    said = [f"{id_} ({undone.title}, worth {undone.value}) was left out: {undone.reason}."]
    doing = next((one for one in pictures_of(facts) if one.id == id_), None)
    if doing is not None and not doing.starts:
        return WhyTask(task=id_, placed=None, reasons=(*said, "No week of this orbit has it."))
    answer = best_week(facts, effort, adjust=_forced(id_))
    if isinstance(answer, Impossible):
        return WhyTask(task=id_, placed=None, reasons=(*said, "No week that has it keeps all that must be done."))
    if not isinstance(answer, Best):
        return WhyTask(task=id_, placed=None, reasons=(*said, "What it would cost was not found in the effort given."))
    return WhyTask(task=id_, placed=None, reasons=(*said, _told(cost := _cost(plan, answer))), cost=cost)


def _forced(id_: str) -> Adjust:
    def adjust(problem: Problem, week: Week) -> Problem:
        del week
        tasks = tuple(
            evolve(task, optional=False, required=tag("OPS-14", id_)) if task.id == id_ else task
            for task in problem.tasks
        )
        return evolve(problem, tasks=tasks)

    return adjust


def _cost(plan: OperationsPlan, best: Best) -> PuttingIn:
    before = {term.name: term.value for term in plan.objective}
    after = {term.name: term.value for term in best.terms}
    there = {one.doing.id for one in best.lies}
    return PuttingIn(
        points=round(after[LOST] - before[LOST]),
        on_air_min=round(after[ON_AIR] - before[ON_AIR]),
        left_out=tuple(task.id for task in plan.tasks if task.kind != "transmission" and task.id not in there),
    )


def _told(cost: PuttingIn) -> str:
    gone = f"; {', '.join(cost.left_out)} would be left out" if cost.left_out else ""
    if cost.points <= 0 and not cost.left_out:
        return f"It can be had for {hours(max(0, cost.on_air_min))} more on the air."
    air = f"{hours(abs(cost.on_air_min))} {'more' if cost.on_air_min >= 0 else 'less'} on the air"
    return f"With it the week would lose {cost.points} points more, with {air}{gone}."
