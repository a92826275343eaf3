"""The crew-planning domain of the planning competition of 2008 (PDDL 2.1), as a Problem in whole minutes.

A task is one ground action of a plan, named by it: `have_meal c1 d1` (which exercise equipment is used stays open: as
many exercise at once as there are unused). Where any of the crew may do it, each way is an optional task and exactly
one of them is there. Conditions become lags: `at start (done_meal ?c ?d)` is an end before a start, and `over all
(currentday ?c ?d)` puts an action between the post_sleep of its crew member into that day and the one out of it.
`available` is a capacity of 1, gone from the start of a sleep to the end of the next post_sleep. Durations are those
of the domain file; its actions must be those of `crew_domain`, or it is another domain.

PDDL separates what excludes each other by a small epsilon; here they may touch, and a makespan has no epsilons in it.
Some things are put so without loss: a sleep ends when the post_sleep after it starts (it could otherwise be later);
no action is done twice; the reports of a day take nobody's time, so all are given in one minute, as
`report_payload_activity_at_deadline d1`, and `… c1 d1` says by whom. And nobody gets up again after the last night that
the goals ask for: a plan with that would last beyond the end of that night's day plus a post_sleep, so a makespan up to
there is the shortest of all.

Two readings. `published`: the crew are available from the start, so they may work before and during the first
post_sleep, one action at a time. `strict`: they work from the end of their first post_sleep. (By the letter a
post_sleep that ends during such work makes its crew member available a second time; nobody is two people in either
reading. A makespan equal to the days' 1440 minutes each is the shortest by the letter as well.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from attrs import field, frozen

from hamsafar.errors import InputError
from hamsafar.schedule.constraints import Capacity, Choose, Constraint, Lag
from hamsafar.schedule.formats.crew_domain import ensure_crew_planning
from hamsafar.schedule.formats.pddl import Domain, Fact, Instance, read_domain, read_instance
from hamsafar.schedule.objectives import Makespan
from hamsafar.schedule.problem import Problem
from hamsafar.schedule.tasks import Tag, Task

Reading = Literal["published", "strict"]

_RPCM_STEPS = {  # each after these
    "first_reconfigurate_thermal_loops": (),
    "remove_sleep_station": (),
    "replace_rpcm": ("first_reconfigurate_thermal_loops", "remove_sleep_station"),
    "assemble_sleep_station": ("replace_rpcm",),
    "second_reconfigurate_thermal_loops": ("replace_rpcm",),
}
_FINISHED_BY = ("assemble_sleep_station", "second_reconfigurate_thermal_loops")
_EQUIPMENT = "exercise equipment"


def read_crew_planning(name: str, text: str, *, domain: str | None, reading: Reading) -> Problem:
    """The problem of an instance of the domain, in minutes. Raises InputError with the place of what is wrong."""
    if domain is None:
        raise InputError("needs its domain, in a file domain.pddl beside it", where=name)
    rules = read_domain("domain.pddl", domain)
    ensure_crew_planning(rules)
    instance = read_instance(name, text, rules.predicates)
    if instance.domain != rules.name:
        raise InputError(f"is an instance of {instance.domain}, and domain.pddl is {rules.name}", where=f"{name}:1:1")
    return _Plan.of(rules, instance, reading).problem()


@frozen(kw_only=True)
class _Plan:
    """The parts of a problem as they are found: what the crew do every day, and what the goals ask for besides."""

    rules: Domain
    instance: Instance
    reading: Reading
    days: tuple[str, ...]  # in their order, from the one the crew is in at the start
    nights: int  # how many the goals ask for; night k ends day k
    tasks: list[Task] = field(factory=list)
    constraints: list[Constraint] = field(factory=list)

    @classmethod
    def of(cls, rules: Domain, instance: Instance, reading: Reading) -> _Plan:
        days = _days(instance)
        return cls(rules=rules, instance=instance, reading=reading, days=days, nights=_nights(instance, days))

    @property
    def crew(self) -> tuple[str, ...]:
        return self.instance.of_type("crewmember")

    def problem(self) -> Problem:
        self.initialize()
        for who in self.crew:
            self.routine(who)
            tag = Tag("available", self.instance.written(who), source=self.instance.file)
            self.constraints.append(Capacity(resource=tag.place, capacity=1, tag=tag))
        self.equipment()
        self.payloads()
        self.rpcms()
        self.routine_goals()
        once = {task.id: task.duration for task in self.tasks}
        for choice in self.constraints:
            if isinstance(choice, Choose):  # of several ways one is taken, and all take the same time
                once |= dict.fromkeys(choice.tasks[1:], 0)
        return Problem(
            name=self.instance.name,
            first=0,
            last=sum(once.values()),  # one of the crew can do all that is open, one action after another
            tasks=tuple(self.tasks),
            constraints=tuple(self.constraints),
            objectives=(Makespan(name="makespan", unit="min"),),
            tick="min",
        )

    def goals(self, predicate: str) -> Iterator[tuple[Fact, str]]:
        return ((fact, where) for fact, where in self.instance.goal.items() if fact.predicate == predicate)

    def day(self, fact: Fact, where: str) -> int:
        """The position of the day that a fact is about, which is its last word."""
        if fact.of[-1] not in self.days:
            raise InputError(f"no plan reaches {fact.of[-1]}: it follows no day that the crew is in", where=where)
        return self.days.index(fact.of[-1])

    # ---- tasks and lags

    def action(self, *words: str, takes: str = "", optional: bool = False) -> str:
        """Puts in the action of these words and gives its id; `takes` names who is busy with it."""
        named = self.instance.written(*words)
        occupies = {self.instance.written(takes): 1} if takes else {}
        if words[0] == "exercise":
            occupies[_EQUIPMENT] = 1
        duration = self.rules.actions[words[0]].duration
        self.tasks.append(Task(id=named, duration=duration, occupies=occupies, optional=optional))
        return named

    def after(self, before: str, after: str, condition: str, *, max_gap: int | None = None) -> None:
        """`after` starts when `before` is over, because it asks for this condition (or would undo it)."""
        source = f"{self.rules.file}:{self.rules.actions[after.split()[0]].line}"
        tag = Tag(condition, f"{before} → {after}", source=source)
        self.constraints.append(Lag(before=before, after=after, min_gap=0, max_gap=max_gap, tag=tag))

    def rises(self, who: str, day: int) -> str:
        """The id of the post_sleep that brings somebody into a day."""
        return self.instance.written("post_sleep", who, *self.days[day - 1 : day + 1])

    def sleeps(self, who: str, day: int) -> str:
        return self.instance.written("sleep", who, self.days[day])

    # ---- every day

    def routine(self, who: str) -> None:
        """A post_sleep into each day, a meal, exercise and sleep on it."""
        for day in range(1, self.nights + 1):
            rises = self.action(
                "post_sleep",
                who,
                *self.days[day - 1 : day + 1],
                takes=who if day > 1 or not self.available(who) else "",
            )
            meal = self.action("have_meal", who, self.days[day], takes=who)
            exercise = self.action("exercise", who, self.days[day], takes=who)
            sleeps = self.action("sleep", who, self.days[day], takes=who)
            begins = self.instance.written(*self.begins(day))
            if any(task.id == begins for task in self.tasks):
                self.after(begins, rises, "initiated")
            if day > 1:
                self.after(self.sleeps(who, day - 1), rises, "done_sleep", max_gap=0)
            for done, condition in ((meal, "done_meal"), (exercise, "done_exercise")):
                self.after(rises, done, "done_post_sleep")
                self.after(done, sleeps, condition)

    def equipment(self) -> None:
        unused = [where for fact, where in self.instance.init.items() if fact.predicate == "unused"]
        source = (unused or [self.instance.file])[0].rpartition(":")[0]
        self.constraints.append(
            Capacity(resource=_EQUIPMENT, capacity=len(unused), tag=Tag("unused", _EQUIPMENT, source=source))
        )

    def initialize(self) -> None:
        """The initialize_day actions up to the days needed, each after the one before."""
        given = {fact.of[0] for fact in self.instance.init if fact.predicate == "initiated"}
        needed = {*range(1, self.nights + 1), *(self.day(fact, where) for fact, where in self.goals("initiated"))}
        for day in reversed(range(len(self.days))):
            if day not in needed or self.days[day] in given:
                continue
            if day == 0:
                raise InputError(f"nothing ever initiates {self.days[0]}", where=f"{self.instance.file}:1:1")
            needed.add(day - 1)
            self.action(*self.begins(day))
        made = {task.id for task in self.tasks}
        for day in range(1, len(self.days)):
            before, after = (self.instance.written(*self.begins(at)) for at in (day - 1, day))
            if day > 1 and {before, after} <= made:
                self.after(before, after, "initiated")

    def begins(self, day: int) -> tuple[str, ...]:
        """The words of the action that initiates a day."""
        return "initialize_day", *self.days[max(0, day - 1) : day + 1]

    # ---- what any of the crew may do

    def ways(self, words: tuple[str, ...], *, day: int | None, busy: bool) -> tuple[str, ...]:
        """The ids of an action by each of the crew, of which exactly one is done: on that day, or on any."""
        found = []
        for who in self.crew:
            on = () if day is None else (self.days[day],)
            way = self.action(*words, who, *on, takes=who if busy else "", optional=len(self.crew) > 1)
            if busy:
                self.after(way, self.sleeps(who, day or self.nights), "available")
            if day is not None:
                self.after(self.rises(who, day), way, "currentday")
                if day < self.nights:
                    self.after(way, self.rises(who, day + 1), "currentday")
            elif not self.available(who):
                self.after(self.rises(who, 1), way, "available")
            found.append(way)
        if len(found) > 1:
            source = f"{self.rules.file}:{self.rules.actions[words[0]].line}"
            tag = Tag("one does it", self.instance.written(*words), source=source)
            self.constraints.append(Choose(tasks=tuple(found), least=1, most=1, tag=tag))
        return tuple(found)

    def available(self, who: str) -> bool:
        """Whether somebody may work from the start on."""
        return self.reading == "published" and Fact("available", (who,)) in self.instance.init

    def follow(self, before: tuple[str, ...], after: tuple[str, ...], condition: str) -> None:
        """Whichever way the one is done, and whichever the other."""
        for first in before:
            for second in after:
                self.after(first, second, condition)

    def goal_day(self, fact: Fact, where: str) -> int:
        day = self.day(fact, where)
        if not 1 <= day <= self.nights:
            raise InputError(f"{fact.of[-1]} is no day at the end of which the goals let the crew sleep", where=where)
        return day

    def routine_goals(self) -> None:
        """What a day asks for besides sleep: filters and conferences."""
        for predicate, action in (("changed", "change_filter"), ("mcs_finished", "medical_conference")):
            for fact, where in self.goals(predicate):
                self.ways((action, fact.of[0]), day=self.goal_day(fact, where), busy=True)

    def payloads(self) -> None:
        """Each payload activity once; the reports of a day, which take nobody's time, all in the same minute."""
        done: dict[str, tuple[str, ...]] = {}
        reports: dict[int, str] = {}
        for fact, where in self.goals("payload_act_completed"):
            what, day = fact.of[0], self.goal_day(fact, where)
            if what not in done:
                done[what] = self.ways(("conduct_payload_activity", what), day=None, busy=True)
            if day not in reports:
                reports[day] = self.deadline("report_payload_activity_at_deadline", day)
            self.follow(done[what], (reports[day],), "payload_act_done")

    def deadline(self, action: str, day: int) -> str:
        """The id of an action that is done once on a day, while it is that day for whoever of the crew does it."""
        ways = self.ways((action,), day=day, busy=False)
        if len(ways) == 1:
            return ways[0]
        once = self.action(action, self.days[day])
        for way in ways:
            source = f"{self.rules.file}:{self.rules.actions[action].line}"
            tag = Tag("one does it", way, source=source)
            link = Lag(before=once, after=way, min_gap=0, max_gap=0, since="start", until="start", tag=tag)
            self.constraints.append(link)
        return once

    def rpcms(self) -> None:
        """The steps of each remove-and-replace once, and its finish on each day that asks for it."""
        done: dict[str, dict[str, tuple[str, ...]]] = {}
        for fact, where in self.goals("done_rpcm"):
            what, day = fact.of[0], self.goal_day(fact, where)
            if what not in done:
                done[what] = {step: self.ways((step, what), day=None, busy=True) for step in _RPCM_STEPS}
                for step, before in _RPCM_STEPS.items():
                    for earlier in before:
                        self.follow(done[what][earlier], done[what][step], earlier)
            finish = self.ways(("finish_rpcm", what), day=day, busy=False)
            for step in _FINISHED_BY:
                self.follow(done[what][step], finish, step)


_INIT = ("currentday", "done_sleep", "available", "initiated", "next", "unused")
_GOALS = ("done_sleep", "initiated", "changed", "mcs_finished", "payload_act_completed", "done_rpcm")


def _days(instance: Instance) -> tuple[str, ...]:
    """The days in their order, from the one all the crew are in, having slept, at the start."""
    for fact, where in instance.init.items():
        if fact.predicate not in _INIT:
            raise InputError(f"a crew that starts with {fact.predicate} is not translated", where=where)
    crew = instance.of_type("crewmember")
    starts = {f.of for f in instance.init if f.predicate == "currentday"}
    first = next((day for _, day in starts), "")
    slept = {f.of for f in instance.init if f.predicate == "done_sleep"}
    if not crew or starts != {(who, first) for who in crew} or slept != starts:
        raise InputError("all the crew should start in one day, and have slept on it", where=f"{instance.file}:1:1")
    follows: dict[str, str] = {}
    for fact, where in instance.init.items():
        if fact.predicate == "next":
            if fact.of[0] in follows:
                raise InputError(f"a second day is next to {fact.of[0]}", where=where)
            follows[fact.of[0]] = fact.of[1]
    days = [first]
    while days[-1] in follows:
        days.append(follows[days[-1]])
        if days[-1] in days[:-1]:
            raise InputError(f"the days go round in a circle: {' → '.join(days)}", where=f"{instance.file}:1:1")
    return tuple(days)


def _nights(instance: Instance, days: tuple[str, ...]) -> int:
    """How many nights the goals ask of the crew, which is the same of each."""
    last = dict.fromkeys(instance.of_type("crewmember"), 0)
    for fact, where in instance.goal.items():
        if fact.predicate not in _GOALS:
            raise InputError(f"the goal {fact.predicate} is not translated", where=where)
        if fact.predicate == "done_sleep":
            if fact.of[1] not in days:
                raise InputError(f"no plan reaches {fact.of[1]}: it follows no day that the crew is in", where=where)
            last[fact.of[0]] = max(last[fact.of[0]], days.index(fact.of[1]))
    if len(set(last.values())) != 1 or 0 in last.values():
        raise InputError(
            "the goals should ask each of the crew to sleep up to the same day", where=f"{instance.file}:1:1"
        )
    return max(last.values())
