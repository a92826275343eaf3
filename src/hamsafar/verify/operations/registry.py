"""Which function judges which rule of the week. What such a function may say is that of all verifiers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hamsafar.verify.operations.case import OperationsCase
from hamsafar.verify.registry import Breach, Gap

Said = Iterator[Breach | Gap]
Checker = Callable[[OperationsCase], Said]

CHECKERS: dict[str, Checker] = {}


def checks(rule: str) -> Callable[[Checker], Checker]:
    """Registers the one checker of a rule; a second one for the same rule is a mistake and raises."""

    def register(checker: Checker) -> Checker:
        if rule in CHECKERS:
            raise ValueError(f"{rule} has two checkers")
        CHECKERS[rule] = checker
        return checker

    return register


__all__ = ["CHECKERS", "Breach", "Checker", "Gap", "Said", "checks"]
