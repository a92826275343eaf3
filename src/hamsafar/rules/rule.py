"""What a rule is: an id, one sentence, a source, and parameters with units in their names. It decides nothing."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class Param:
    """A figure of a rule: its default, where that comes from, and what it means."""

    default: float
    source: str
    meaning: str
    least: float | None = None  # what a programme may ask for, where not everything makes sense
    most: float | None = None


@frozen
class Rule:
    """Something that must hold."""

    id: str
    sentence: str
    source: str = field(kw_only=True)
    params: dict[str, Param] = field(kw_only=True, factory=dict)
    edition: int = field(kw_only=True, default=1)  # of the book, in which it stood first
