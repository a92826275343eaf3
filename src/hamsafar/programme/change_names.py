"""The names that a change may use: those of the plan, or of a programme alone, that it is asked of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.programme.problems import Place, Problems, nearest
from hamsafar.timeline import local_date

_OCCURRENCE = re.compile(r"(?P<of>[^@#]+)(?:@(?P<day>\d{1,4})(?:@(?P<person>[^#]+))?)?#(?P<n>\d{1,4})", re.ASCII)


@frozen(kw_only=True, eq=False, slots=False)
class Known:
    """What there is, and where what isn't is told."""

    programme: Programme
    plan: Plan | None  # None where there is only a programme, which has no placements
    problems: Problems

    @classmethod
    def of(cls, of: Plan | Programme, problems: Problems) -> Known:
        """The names of a plan, or of a programme."""
        if isinstance(of, Plan):
            return cls(programme=of.programme, plan=of, problems=problems)
        return cls(programme=of, plan=None, problems=problems)

    @cached_property
    def placements(self) -> frozenset[str] | None:
        """What is placed in the plan."""
        return None if self.plan is None else frozenset(one.id for one in self.plan.placements)

    @cached_property
    def people(self) -> frozenset[str]:
        """Everybody."""
        return frozenset(person.id for person in self.programme.people)

    @cached_property
    def askers(self) -> frozenset[str]:
        """Who may ask for a change."""
        return self.people | {agency.id for agency in self.programme.agencies}

    @cached_property
    def activities(self) -> frozenset[str]:
        """Everything done aboard."""
        return frozenset(activity.id for activity in self.programme.activities)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The subjects of the term."""
        term = self.programme.term
        return frozenset(subject.id for subject in term.subjects) if term is not None else frozenset()

    @cached_property
    def sessions(self) -> frozenset[str]:
        """Their sessions."""
        subjects = self.programme.term.subjects if self.programme.term is not None else ()
        return frozenset(session.id for subject in subjects for session in subject.sessions)

    @cached_property
    def rooms(self) -> frozenset[str]:
        """The facilities of the term."""
        term = self.programme.term
        return frozenset(facility.id for facility in term.facilities) if term is not None else frozenset()

    @cached_property
    def resources(self) -> frozenset[str]:
        """What is shared aboard."""
        return frozenset(resource.id for resource in self.programme.resources)

    @cached_property
    def relays(self) -> frozenset[str]:
        """The relay satellites that the station uses."""
        return frozenset(relay.id for relay in self.programme.relays)

    @cached_property
    def blocks(self) -> frozenset[str]:
        """The blocks of prayer."""
        prayer = self.programme.prayer
        return frozenset(block.id for block in prayer.blocks) if prayer is not None else frozenset()

    def tell_unknown(self, at: Place, name: str, known: Iterable[str], kind: str) -> None:
        """A name that is not among the known ones; `kind`: `a person`."""
        names = frozenset(known)
        if name not in names:
            self.problems.add(at, f"is not the name of {kind}{nearest(name, names)}", got=name)

    def tell_not_placed(self, at: Place, name: str) -> None:
        """A placement that the plan doesn't have."""
        if self.placements is not None and name not in self.placements:
            what = f"is not placed in this plan{nearest(name, self.placements)}"
            self.problems.add(at, what, got=name)

    def tell_impossible(self, at: Place, name: str) -> None:
        """What can't have happened: neither placed nor left out, nor asked for at all."""
        if self.plan is None or self.placements is None or name in self.placements or self._is_asked(self.plan, name):
            return
        known = self.placements | {one.id for one in self.plan.dropped}
        self.problems.add(at, f"is neither placed in this plan nor asked for{nearest(name, known)}", got=name)

    def _is_asked(self, plan: Plan, name: str) -> bool:
        """Whether an activity of the programme has such an occurrence; who is aboard then is not looked at."""
        found = _OCCURRENCE.fullmatch(name)
        activity = next((one for one in self.programme.activities if found and one.id == found["of"]), None)
        if found is None or activity is None or not 1 <= int(found["n"]) <= activity.times:
            return False
        day, person = found["day"], found["person"]
        if activity.repeat == "once":
            return day is None
        candidates = {one for need in activity.who for one in need.candidates}
        fits = person in candidates if activity.repeat == "each-person-day" else person is None
        return day is not None and int(day) <= _last_day(plan) and fits

    def tell_twice(self, at: Place, name: str, seen: set[str]) -> None:
        """A name that has been seen; from now on it has."""
        if name in seen:
            self.problems.add(at, "is listed twice", got=name)
        seen.add(name)


def _last_day(plan: Plan) -> int:
    """The flight day of undocking."""
    zone_name = plan.programme.station.zone
    undocked, docked = plan.flight.landing.undocking, plan.flight.docking
    return (local_date(undocked, zone_name) - local_date(docked, zone_name)).days + 1
