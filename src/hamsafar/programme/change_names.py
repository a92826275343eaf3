"""The names that a change may use: those of the plan, or of a programme alone, that it is asked of."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.programme import Programme
from hamsafar.programme.problems import Place, Problems, nearest


@frozen(kw_only=True, eq=False, slots=False)
class Known:
    """What there is, and where what isn't is told."""

    programme: Programme
    placements: frozenset[str] | None  # None where there is only a programme, which has none
    problems: Problems

    @classmethod
    def of(cls, of: Plan | Programme, problems: Problems) -> Known:
        """The names of a plan, or of a programme."""
        if isinstance(of, Plan):
            placed = frozenset(one.id for one in of.placements)
            return cls(programme=of.programme, placements=placed, problems=problems)
        return cls(programme=of, placements=None, problems=problems)

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

    def tell_twice(self, at: Place, name: str, seen: set[str]) -> None:
        """A name that has been seen; from now on it has."""
        if name in seen:
            self.problems.add(at, "is listed twice", got=name)
        seen.add(name)
