"""Ticks in words: what one tick is, in the number that is meant."""

from __future__ import annotations

_SHORTEST_WORD = 4  # letters; what is shorter is a unit (min, s), which has no plural


def units(tick: str) -> str:
    """`min`, `periods`: what several ticks are called."""
    return tick if len(tick) < _SHORTEST_WORD else f"{tick}s"


def in_units(ticks: int, tick: str) -> str:
    """`60 min`, `1 period`, `1,440 ticks`."""
    return f"{ticks:,} {tick if abs(ticks) == 1 else units(tick)}"
