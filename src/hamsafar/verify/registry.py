"""Which function judges which rule, and the two things such a function may say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from attrs import frozen

from hamsafar.verify.case import Case


@frozen
class Breach:
    """One place where the rule is broken: a sentence with figures, the ids concerned, and by how much."""

    sentence: str
    where: tuple[str, ...] = ()
    by: float | None = None
    unit: str = ""


@frozen
class Gap:
    """Something that could not be judged, and why."""

    why: str
    where: tuple[str, ...] = ()


Said = Iterator[Breach | Gap]
Checker = Callable[[Case], Said]

CHECKERS: dict[str, Checker] = {}


def checks(rule: str) -> Callable[[Checker], Checker]:
    """Registers the one checker of a rule; a second one for the same rule is a mistake and raises."""

    def register(checker: Checker) -> Checker:
        if rule in CHECKERS:
            raise ValueError(f"{rule} has two checkers")
        CHECKERS[rule] = checker
        return checker

    return register
