"""What planning answers: a plan, a conflict, or that the effort ran out. Three values, never confused."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.planning.words import Clash
from hamsafar.schedule.tasks import Tag

Where = Literal["flight choice", "training", "flight"]


@frozen(kw_only=True)
class Made:
    """A plan was found."""

    plan: Plan


@frozen(kw_only=True)
class NoPlan:
    """No plan exists: these rules and facts can't hold together; `minimal`: each of their tags is needed for that."""

    stage: Where
    clashes: tuple[Clash, ...]
    facts: tuple[str, ...] = ()
    minimal: bool = True

    @property
    def conflict(self) -> tuple[str, ...]:
        """The sentences."""
        return tuple(clash.sentence for clash in self.clashes)

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Every tag of the conflict."""
        return tuple(tag for clash in self.clashes for tag in clash.tags)


@frozen(kw_only=True)
class Undecided:
    """No plan was found in the effort given, and none was shown impossible."""

    stage: Where
    stopped_by: str
    effort: float
