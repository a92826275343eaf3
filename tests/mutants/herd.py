"""What mutants are made with: small changes to a frozen plan, and the register of all mutants."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve, frozen

from hamsafar.domain.changes import Happened
from hamsafar.domain.plan import Placement as Placed
from hamsafar.domain.plan import Plan
from hamsafar.timeline import Instant
from handmade import far_plan, near_plan

BASES = {"far": far_plan, "near": near_plan}


@frozen
class Mutant:
    """A way to break one rule. An exact one takes a step: 0 stands on the limit and holds, 1 is just beyond."""

    rule: str
    name: str
    make: Callable[..., Plan]
    exact: bool
    base: str

    def plan(self, step: int = 1) -> Plan:
        """The mutated plan."""
        plan = BASES[self.base]()
        return self.make(plan, step) if self.exact else self.make(plan)


HERD: list[Mutant] = []


def mutant(rule: str, *, base: str = "far") -> Callable[[Callable[[Plan], Plan]], Callable[[Plan], Plan]]:
    """Registers a plan broken under one rule."""

    def register(make: Callable[[Plan], Plan]) -> Callable[[Plan], Plan]:
        HERD.append(Mutant(rule, make.__name__, make, False, base))
        return make

    return register


def on_the_limit(
    rule: str, *, base: str = "far"
) -> Callable[[Callable[[Plan, int], Plan]], Callable[[Plan, int], Plan]]:
    """Registers a plan that stands on a limit (step 0) or one step beyond (step 1)."""

    def register(make: Callable[[Plan, int], Plan]) -> Callable[[Plan, int], Plan]:
        HERD.append(Mutant(rule, make.__name__, make, True, base))
        return make

    return register


def placed(plan: Plan, id_: str) -> Placed:
    """The placement of that id."""
    return next(p for p in plan.placements if p.id == id_)


def with_placement(plan: Plan, id_: str, **changes: object) -> Plan:
    """The plan with one placement changed."""
    return evolve(plan, placements=tuple(evolve(p, **changes) if p.id == id_ else p for p in plan.placements))


def moved(plan: Plan, id_: str, start: Instant) -> Plan:
    """The plan with one placement moved whole."""
    old = placed(plan, id_)
    return with_placement(plan, id_, start=start, end=Instant(start.tai_ns + old.end.tai_ns - old.start.tai_ns))


def without(plan: Plan, id_: str) -> Plan:
    """The plan with one placement gone."""
    return evolve(plan, placements=tuple(p for p in plan.placements if p.id != id_))


def with_programme(plan: Plan, **changes: object) -> Plan:
    """The plan for a programme that says some things otherwise."""
    return evolve(plan, programme=evolve(plan.programme, **changes))


def with_request(plan: Plan, **changes: object) -> Plan:
    """The plan for a flight asked for otherwise."""
    return with_programme(plan, flight=evolve(plan.programme.flight, **changes))


def with_one(plan: Plan, what: str, id_: str, **changes: object) -> Plan:
    """The plan with one person, activity, calendar ... of its programme changed."""
    things = getattr(plan.programme, what)
    return with_programme(plan, **{what: tuple(evolve(t, **changes) if t.id == id_ else t for t in things)})


def with_session(plan: Plan, id_: str, **changes: object) -> Plan:
    """The plan with one session of the syllabus changed."""
    subjects = tuple(
        evolve(subject, sessions=tuple(evolve(s, **changes) if s.id == id_ else s for s in subject.sessions))
        for subject in plan.programme.term.subjects
    )
    return with_term(plan, subjects=subjects)


def with_term(plan: Plan, **changes: object) -> Plan:
    """The plan with its term changed."""
    return with_programme(plan, term=evolve(plan.programme.term, **changes))


def with_facility(plan: Plan, id_: str, **changes: object) -> Plan:
    """The plan with one training facility changed."""
    facilities = plan.programme.term.facilities
    return with_term(plan, facilities=tuple(evolve(f, **changes) if f.id == id_ else f for f in facilities))


def asking(plan: Plan, rule: str, name: str, value: float) -> Plan:
    """The plan under another figure of a rule, asked for and stated alike."""
    limits = tuple(
        evolve(each, params={**each.params, name: float(value)}) if each.rule == rule else each
        for each in plan.programme.limits
    )
    rules = tuple(
        evolve(each, params={**each.params, name: float(value)}) if each.id == rule else each for each in plan.rules
    )
    return evolve(with_programme(plan, limits=limits), rules=rules)


def as_planned(placement: Placed, **changes: object) -> Happened:
    """The record of a placement that was done as it is in the plan, but for the changes."""
    facts = {"start": placement.start, "end": placement.end, "people": placement.person_ids}
    return Happened(placement=placement.id, **(facts | changes))


def so_far(plan: Plan, now: Instant, *others: Happened) -> Plan:
    """The plan of which all that begins before now has been done as planned, but for what the others say."""
    told = {each.placement for each in others}
    done = (as_planned(p) for p in plan.placements if p.start < now and p.id not in told)
    return with_programme(plan, past_until=now, happened=(*done, *others))


def with_flight(plan: Plan, **changes: object) -> Plan:
    """The plan with its flight changed."""
    return evolve(plan, flight=evolve(plan.flight, **changes))


def with_windows(plan: Plan, kind: str, **changes: object) -> Plan:
    """The plan with its window lists of one kind changed."""
    return evolve(plan, windows=tuple(evolve(w, **changes) if w.kind == kind else w for w in plan.windows))


def of(plan: Plan, kind: str, person: str) -> list[Placed]:
    """One person's placements of a kind, by start."""
    return sorted((p for p in plan.placements if p.kind == kind and person in p.person_ids), key=lambda p: p.start)


def minutes(earlier: Instant, later: Instant) -> int:
    """Whole minutes between two Instants on whole minutes."""
    return round(later.seconds_since(earlier) / 60)
