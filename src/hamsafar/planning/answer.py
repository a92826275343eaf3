"""What planning answers: a plan, a conflict, or that the effort ran out. Three values, never confused."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from hamsafar.domain.changes import Change
from hamsafar.domain.plan import Plan
from hamsafar.planning.words import Clash
from hamsafar.schedule.tasks import Tag

Where = Literal["flight choice", "training", "flight"]


@frozen(kw_only=True)
class Made:
    """A plan was found."""

    plan: Plan


@frozen(kw_only=True)
class Relaxed:
    """What one rule or fact would have to give for everything else to fit.

    `proved`: a schedule (or a flight) with just this was found. `least`: nothing less does, and that was proved too.
    Where neither was shown, `amount` is what it takes at least.
    """

    rule: str
    sentence: str
    amount: float
    unit: str
    proved: bool
    least: bool
    tags: tuple[Tag, ...] = ()  # of the conflict: whose giving way this is
    together: tuple[str, ...] = ()  # sentences: what has to give besides, because there are other conflicts
    as_change: Change | None = None  # the same as a change of a plan, where one can say it


@frozen(kw_only=True)
class NoPlan:
    """No plan exists: these rules and facts can't hold together; `minimal`: each of their tags is needed for that.

    `others` are further conflicts, each on its own; `more`: there may be others still.
    """

    stage: Where
    clashes: tuple[Clash, ...]
    facts: tuple[str, ...] = ()
    minimal: bool = True
    others: tuple[tuple[Clash, ...], ...] = ()
    more: bool = False
    relaxations: tuple[Relaxed, ...] = ()

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
    """No plan was found in the effort given, and none was shown impossible. `known` says what was seen so far."""

    stage: Where
    stopped_by: str
    effort: float
    known: tuple[str, ...] = ()
