"""Second opinion on the hosts' minutes: what was agreed of their help, and the plan's own account of it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import ceil, floor

from hamsafar.verify.case import Case, Slot, at_length
from hamsafar.verify.registry import Breach, Gap, Said, checks


def _help(case: Case) -> Iterator[tuple[str, Slot]]:
    """Everybody but the guest in every placement of the guest's programme."""
    for slot, activity in case.flown:
        if activity.guest_programme:
            yield from ((person, slot) for person in sorted(slot.people & set(case.aboard) - {case.request.guest}))


@checks("CRW-21")
def within_what_was_agreed(case: Case) -> Said:
    """The sums of help in the stay, of each host with a total of their own, and on each flight day with one."""
    budget, every = case.programme.hosts_minutes, list(_help(case))
    if budget is None:
        return
    if budget.total_min is not None:
        yield from _over("All hosts together help", "in the stay", every, budget.total_min)
    for share in budget.people:
        if share.total_min is not None:
            own = [(person, slot) for person, slot in every if person == share.person]
            yield from _over(f"{share.person} helps", "in the stay", own, share.total_min, share.person)
    for day in budget.days:
        then = [(person, slot) for person, slot in every if case.flight_day(slot.start) == day.flight_day]
        yield from _over("All hosts together help", f"on flight day {day.flight_day}", then, day.total_min)


def _over(who: str, when: str, help_: Iterable[tuple[str, Slot]], most: int, *where: str) -> Said:
    found = list(help_)
    over = sum(slot.minutes for _, slot in found) - most
    if over > 0:
        sentence = f"{who} the guest's programme for {at_length(over + most)} {when}, {at_length(over)} over."
        yield Breach(sentence, (*where, *dict.fromkeys(slot.id for _, slot in found)), over, "min")


@checks("CRW-22")
def accounted_for(case: Case) -> Said:
    """The account is what the placements come to; each day of a host is there once, with what was agreed."""
    counted: dict[tuple[str, int], int] = defaultdict(int)
    for person, slot in _help(case):
        counted[person, case.flight_day(slot.start)] += ceil(slot.end_min) - floor(slot.start_min)
    account = case.plan.hosts_minutes
    if counted and not account:
        yield Gap("The plan carries no account of the hosts' minutes; plan it again.")
        return
    stated = {(one.person, one.flight_day): one for one in account}
    times = Counter((one.person, one.flight_day) for one in account)
    for person, day in sorted({*counted, *stated}):
        said = stated.get((person, day))
        used, told = counted.get((person, day), 0), 0 if said is None else said.used_min
        about = f"of {person} on flight day {day}"
        if used != told:
            sentence = f"The account says {told} min {about}, and the placements come to {used} min."
            yield Breach(sentence, (person,), abs(used - told), "min")
        if times[person, day] > 1:
            yield Breach(f"The account tells {times[person, day]} times {about}.", (person,))
        if said is not None and said.agreed_min != _a_day(case, person):
            sentence = f"The account says that {said.agreed_min:g} min {about} were agreed, and the programme says"
            yield Breach(f"{sentence} {_a_day(case, person):g} min.", (person,), unit="min")


def _a_day(case: Case, person: str) -> float:
    """What was agreed of one host for a day: their own figure, else the rule's."""
    budget = case.programme.hosts_minutes
    own = [one.a_day_min for one in budget.people if one.person == person] if budget is not None else []
    return case.param("CRW-09", "max_host_min") if not own or own[0] is None else float(own[0])
