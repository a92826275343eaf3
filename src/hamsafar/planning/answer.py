"""What planning answers: a plan, a conflict, or that the effort ran out. Three values, never confused."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.schedule.problem import Tag

Where = Literal["flight choice", "training", "flight"]


@frozen(kw_only=True)
class Made:
    """A plan was found."""

    plan: Plan


@frozen(kw_only=True)
class NoPlan:
    """No plan exists. `conflict` are rules and facts that can't hold together, as sentences; `minimal`: each needed."""

    stage: Where
    tags: tuple[Tag, ...]
    conflict: tuple[str, ...]
    facts: tuple[str, ...] = ()
    minimal: bool = True


@frozen(kw_only=True)
class Undecided:
    """No plan was found in the effort given, and none was shown impossible."""

    stage: Where
    stopped_by: str
    effort: float
