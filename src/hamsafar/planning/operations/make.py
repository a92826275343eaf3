"""From a prepared week to its plan: what lies where, what each transmission brings, what is home, what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version

from attrs import define, evolve, field, frozen

from hamsafar._version import __version__
from hamsafar.domain.operations import ObjectiveTerm, OperationsPlan, OperationsTask, Sent, Undone
from hamsafar.domain.plan import RuleUse
from hamsafar.planning.operations.doings import Doing, pictures_of
from hamsafar.planning.operations.facts import BITS, WeekFacts
from hamsafar.planning.operations.levels import Lies
from hamsafar.planning.operations.problem import ON_AIR, most_on_air
from hamsafar.planning.operations.replan import MOVED, fewest_changes, moves
from hamsafar.planning.operations.solve import Adjust, Best, Effort, Impossible, NotFound, best_week
from hamsafar.planning.operations.windows import Prepared
from hamsafar.rules.operations import OPERATIONS_BOOK

TELEMETRY = "telemetry"
_LEAST_KBIT = 1e-6


@frozen(kw_only=True)
class MadeWeek:
    """A week that was planned, not yet verified."""

    plan: OperationsPlan
    best: Best


def make_week(
    prepared: Prepared,
    effort: Effort,
    *,
    adjust: Adjust | None = None,
    names: Mapping[tuple[str, int], str] | None = None,
    before: OperationsPlan | None = None,
) -> MadeWeek | Impossible | NotFound:
    """The plan of the best week, why there is none, or that none was found. `before`: the plan that it repairs."""
    facts = prepared.facts
    kept = () if before is None else [t for t in before.tasks if facts.minute_of(t.start) >= facts.free_from]
    best = best_week(facts, effort, adjust=adjust, kept=[t for t in kept if t.kind == "transmission"])
    if not isinstance(best, Best):
        return best
    plan = plan_of(prepared, best, effort, names)
    return MadeWeek(plan=plan if before is None else _compared(before, plan, facts), best=best)


def _compared(before: OperationsPlan, plan: OperationsPlan, facts: WeekFacts) -> OperationsPlan:
    """The same, with all that differs from the plan before counted: the search counts starts of the old tasks only."""
    changed = len(moves(before, plan))
    least = min(changed, fewest_changes(before, facts))
    lost, *others = plan.objective
    terms = [lost]
    for term in others:
        if term.name == MOVED:
            terms.append(evolve(term, value=float(changed), bound=float(least if lost.value == lost.bound else 0)))
        elif term.name == ON_AIR:  # what the fewest minutes are is known only of weeks that differ as little
            terms.append(term if changed == 0 else evolve(term, bound=0.0))
    optimal = all(term.value == term.bound for term in terms)
    return evolve(plan, objective=tuple(terms), status="optimal" if optimal else "feasible")


def plan_of(
    prepared: Prepared, best: Best, effort: Effort, names: Mapping[tuple[str, int], str] | None = None
) -> OperationsPlan:
    """What was found, as the plan says it."""
    facts = prepared.facts
    tasks, home = told(facts, best.lies, names)
    return OperationsPlan(
        mission=facts.mission,
        span=facts.operations.span,
        orbit=prepared.orbit,
        windows=facts.windows,
        tasks=tasks,
        undone=tuple(undone_of(facts, tasks)),
        home=home,
        failed=tuple(task.id for task in tasks if task.id in facts.failed),
        status="optimal" if best.optimal else "feasible",
        objective=tuple(
            ObjectiveTerm(name=term.name, value=float(term.value), bound=float(term.bound), unit=term.unit)
            for term in best.terms
        ),
        rules=rules_used(facts),
        engine=f"hamsafar {__version__}, ortools {version('ortools')}, seed {effort.seed}, workers {effort.workers}, "
        f"effort {effort.effort:g}",
    )


def rules_used(facts: WeekFacts) -> tuple[RuleUse, ...]:
    """The book, with the figures that the plan was made with."""
    return tuple(
        RuleUse(
            id=rule.id,
            sentence=rule.sentence,
            source=rule.source,
            params={
                name: facts.timing_sigmas if name == "timing_sigmas" else float(param.default)
                for name, param in rule.params.items()
            },
        )
        for rule in OPERATIONS_BOOK.values()
    )


def told(
    facts: WeekFacts, lies: Sequence[Lies], names: Mapping[tuple[str, int], str] | None = None
) -> tuple[tuple[OperationsTask, ...], tuple[str, ...]]:
    """The tasks in the order of time, with what each transmission brings; and the pictures that are home.

    `names`: ids of transmissions of an older plan, by station and start (ns): those keep theirs.
    """
    store, kept = _Store(facts=facts), dict(names or {})
    past = {task.id: task for task in facts.past}
    tasks = []
    for one in lies:
        doing = one.doing
        id_, sends = doing.id, tuple[Sent, ...]()
        if doing.kind == "transmission":
            station = doing.station or ""
            id_ = _name(station, facts.at(one.start).tai_ns, kept)
            sends = store.sent_before(past[doing.id]) if doing.past else store.sent(one)
        else:
            store.taken(one)
        tasks.append(
            OperationsTask(
                id=id_,
                of=doing.of,
                kind=doing.kind,
                title=doing.title,
                start=facts.at(one.start),
                end=facts.at(one.end),
                mode=doing.mode,
                station=doing.station,
                sends=sends,
                stored_kbit=stored_kbit(facts, doing),
            )
        )
    return tuple(tasks), tuple(store.home)


def _name(station: str, start_ns: int, names: dict[tuple[str, int], str]) -> str:
    key = station, start_ns
    if key not in names:
        taken, number = set(names.values()), 1
        while f"{station}#{number}" in taken:
            number += 1
        names[key] = f"{station}#{number}"
    return names[key]


def stored_kbit(facts: WeekFacts, doing: Doing) -> float:
    """What it leaves in the store."""
    if doing.kind == "image":
        return facts.camera(next(wish for wish in facts.operations.images if wish.id == doing.of)).image_kbit
    return next((step.data_kbit for step, _ in facts.steps if step.id == doing.of), 0.0) if doing.bits else 0.0


@define(kw_only=True)
class _Store:
    """What is in the store: of pictures (with their dates), of steps, and telemetry."""

    facts: WeekFacts
    pictures: dict[str, tuple[int, int, float]] = field(factory=dict)  # id → due, taken, kbit left
    steps: dict[str, float] = field(factory=dict)
    telemetry_sent: float = 0.0
    home: list[str] = field(factory=list)

    def taken(self, one: Lies) -> None:
        kbit = stored_kbit(self.facts, one.doing)
        if one.doing.kind == "image":
            self.pictures[one.doing.id] = (one.doing.due or self.facts.minutes, one.end, kbit)
        elif kbit:
            self.steps[one.doing.id] = kbit

    def sent_before(self, task: OperationsTask) -> tuple[Sent, ...]:
        """What a transmission that is over has brought: history, not to be told anew."""
        for part in task.sends:
            if part.of in self.pictures:
                due, taken, kbit = self.pictures[part.of]
                self.pictures[part.of] = due, taken, round(kbit - part.kbit, 6)
                if kbit - part.kbit <= _LEAST_KBIT:
                    self.home.append(part.of)
                    del self.pictures[part.of]
            elif part.of in self.steps:
                self.steps[part.of] = round(self.steps[part.of] - part.kbit, 6)
            else:
                self.telemetry_sent += part.kbit
        return task.sends

    def sent(self, one: Lies) -> tuple[Sent, ...]:
        """Pictures by their dates, the oldest first; then what steps left; then telemetry."""
        left = self.facts.bits_a_minute * (one.end - one.start) / BITS
        found = []
        waited = {id_: picture for id_, picture in self.pictures.items() if id_ not in self.facts.failed}
        for id_, (due, taken, kbit) in sorted(waited.items(), key=lambda item: (item[1][:2], item[0])):
            part = min(left, kbit) if one.end <= due else 0.0
            if part > _LEAST_KBIT:
                found.append(Sent(of=id_, kbit=_rounded(part, kbit)))
                left -= part
                self.pictures[id_] = due, taken, round(kbit - part, 6)
            if kbit - part <= _LEAST_KBIT:
                self.home.append(id_)
                del self.pictures[id_]
        for id_, kbit in list(self.steps.items()):
            if (part := min(left, kbit)) > _LEAST_KBIT:
                found.append(Sent(of=id_, kbit=_rounded(part, kbit)))
                left, self.steps[id_] = left - part, round(kbit - part, 6)
        asked = self.facts.operations
        gathered = asked.store_at_start_kbit + asked.telemetry_kbit_per_h * one.start / 60 - self.telemetry_sent
        if (part := min(left, gathered)) > 0.001:
            part = int(part * 1_000) / 1_000
            found.append(Sent(of=TELEMETRY, kbit=part))
            self.telemetry_sent += part
        return tuple(found)


def _rounded(part: float, whole: float) -> float:
    """Without the dust of floating sums: what is sent whole is told as what it is."""
    return whole if abs(part - whole) < _LEAST_KBIT else round(part, 6)


def undone_of(facts: WeekFacts, tasks: Sequence[OperationsTask]) -> Iterator[Undone]:
    """Every picture, and every step that may be left out, that was; with the reason."""
    there = {task.id for task in tasks}
    for doing in pictures_of(facts):
        if doing.id not in there:
            yield Undone(
                id=doing.id, of=doing.of, title=doing.title, value=doing.value or 0, reason=_reason(facts, doing, tasks)
            )
    for step, _ in facts.steps:
        for number in range(1, step.count + 1):
            if step.value is not None and f"{step.id}#{number}" not in there:
                id_ = f"{step.id}#{number}"
                why = "found no place beside what is worth more"
                yield Undone(id=id_, of=step.id, title=step.title, value=step.value, reason=why)


def _reason(facts: WeekFacts, doing: Doing, tasks: Sequence[OperationsTask]) -> str:
    wish = next(wish for wish in facts.operations.images if wish.id == doing.of)
    window = next((one for one in facts.windows if one.kind == "target" and one.of == doing.of), None)
    if window is None or not window.spans:
        return "its target is never in view in the week, lit and seen as asked"
    if not doing.windows:
        return (
            "its target is in view only after it should be home, or not for certain: the orbit's timing is not so sure"
        )
    if not doing.starts:
        longest = max(b - a for a, b in doing.windows)
        return f"its target is in view for {longest} min at most, and a picture takes {doing.shortest} min"
    costs = facts.minutes_to_send(doing.bits)
    end = facts.minutes if doing.due is None else doing.due
    could = most_on_air(facts, min(a for a, _ in doing.windows), end)
    used = sum(_minutes(task) for task in tasks if task.kind == "transmission" and task.start >= facts.at(0))
    left = max(0, most_on_air(facts, 0, facts.minutes) - used)
    if costs > could:
        return f"costs {hours(costs)} of link, and after it comes into view there are {hours(could)} at most"
    if costs > left:
        return f"costs {hours(costs)} of link; {hours(left)} left beside what is worth more"
    wanted = "" if wish.by is None else f" by {wish.by.iso()}"
    return f"costs {hours(costs)} of link{wanted}; found no place beside what is worth more (battery, store or time)"


def _minutes(task: OperationsTask) -> int:
    return round(task.span.seconds / 60)


def hours(minutes: int) -> str:
    """`2 h 3 min`."""
    whole, rest = divmod(minutes, 60)
    return " ".join(
        part for part in (f"{whole} h" if whole else "", f"{rest} min" if rest or not whole else "") if part
    )
