"""Who is told when the kernel is about to be compiled: that takes a quarter of a minute, once on a machine."""

from __future__ import annotations

from collections.abc import Callable

_to_be_told: list[Callable[[], None]] = []


def tell_of_compiling(say: Callable[[], None]) -> None:
    """`say` is called if something must be compiled: at most once, and at once before; never if it is kept on disk."""
    _to_be_told[:] = [say]


def announce() -> None:
    """Tells, and then no more."""
    if _to_be_told:
        _to_be_told.pop()()
