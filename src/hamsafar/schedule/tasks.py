"""Tasks: what is to be done, by whom and how, and when it may be. Whole ticks and ids."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from attrs.validators import ge


@frozen(order=True)
class Tag:
    """Which rule asked for something, and where: `Tag("TRN-05", "trainee-prime", "2027-W07")`, and who says so."""

    rule: str
    place: str = ""
    detail: str = ""
    source: str = ""


@frozen
class Price:
    """What one unit of breaking a soft constraint costs, and the SoftCosts objective that counts it."""

    term: str
    each: int = field(default=1, validator=ge(0))


@frozen(kw_only=True)
class Allowed:
    """The start must lie in one of these inclusive, ascending, disjoint ranges [first, last].

    Amount: ticks from the start to the nearest allowed one (with no ranges at all: 1).
    """

    ranges: tuple[tuple[int, int], ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Forbidden:
    """The task never runs inside these half-open, ascending, disjoint stretches [first, end).

    While it pauses in a break it does not run, and a milestone never does. Amount: ticks at which it runs inside them.
    """

    stretches: tuple[tuple[int, int], ...]
    tag: Tag
    price: Price | None = None


@frozen(kw_only=True)
class Breaks:
    """The task pauses in these half-open, ascending stretches, none touching the next, and goes on after them.

    It neither starts nor ends in a pause: it starts outside, and ends when `duration` ticks of running are over (so
    it may end just where a break begins, and starts at its end rather than its beginning). With `holds`, what it
    takes stays taken through a pause; otherwise it is free for others meanwhile.
    """

    stretches: tuple[tuple[int, int], ...]
    holds: bool
    tag: Tag


@frozen(kw_only=True)
class Pick:
    """`count` different people or things take part, each then occupied (amount 1) for the whole task.

    Who may: `candidates`, or, where `skill` is named, the people of the problem who have it at `level` or better
    (of the candidates, where both are given). A pick of a mode is there in that mode only. Amount: how many are
    missing; what is soft is only that: never are more picked, or somebody twice, or who may not be.
    """

    name: str
    count: int
    tag: Tag
    candidates: tuple[str, ...] = ()
    skill: str = ""
    level: int = 0
    price: Price | None = None


@frozen(kw_only=True)
class Mode:
    """One way to do a task: how long it runs, what it always takes, what it uses up, and whom it picks besides."""

    id: str
    duration: int = field(validator=ge(0))
    occupies: Mapping[str, int] = field(factory=dict)
    consumes: Mapping[str, int] = field(factory=dict)
    picks: tuple[Pick, ...] = ()


@frozen(kw_only=True)
class Task:
    """One activity. It lies in the horizon, starts in every Allowed set and runs in no Forbidden stretch.

    `occupies` are resources it takes while it runs (id → amount), `consumes` what it uses up for good; `picks` choose
    more of the first kind. Where there are several ways to do it, `modes` lists them, and `duration`, `occupies` and
    `consumes` are those of the modes; `picks` of the task itself then hold in every mode. A milestone has duration 0
    and takes nothing: one that occupies or picks is an error in a file. An optional task may be left out; `value` is
    then lost (the objective decides what that costs).
    """

    id: str
    duration: int = field(default=0, validator=ge(0))
    allowed: tuple[Allowed, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    breaks: Breaks | None = None
    occupies: Mapping[str, int] = field(factory=dict)
    consumes: Mapping[str, int] = field(factory=dict)
    picks: tuple[Pick, ...] = ()
    modes: tuple[Mode, ...] = ()
    optional: bool = False
    value: int = 0
    required: Tag | None = None  # why a mandatory task must be there; None: because it is

    @property
    def ways(self) -> tuple[Mode, ...]:
        """The ways to do it: its modes, or the one that its own fields describe (its id is "")."""
        return self.modes or (
            Mode(id="", duration=self.duration, occupies=self.occupies, consumes=self.consumes, picks=()),
        )

    def way(self, mode: str) -> Mode:
        """The way of this name; KeyError where there is none."""
        for way in self.ways:
            if way.id == mode:
                return way
        raise KeyError(mode)

    def running(self, start: int, mode: str = "") -> tuple[tuple[int, int], ...]:
        """The stretches in which it runs when it starts then: one, several around breaks, none for a milestone."""
        left, now, found = self.way(mode).duration, start, []
        for first, end in self.breaks.stretches if self.breaks is not None else ():
            if left <= 0 or end <= now:
                continue
            part = min(left, max(0, first - now))
            if part:
                found.append((now, now + part))
            left, now = left - part, end
        if left > 0:
            found.append((now, now + left))
        return tuple(found)

    def end(self, start: int, mode: str = "") -> int:
        """The first tick after it when it starts then."""
        stretches = self.running(start, mode)
        return stretches[-1][1] if stretches else start


@frozen(kw_only=True)
class Person:
    """Somebody who can be picked, with skills and the level of each (higher is better)."""

    id: str
    skills: Mapping[str, int] = field(factory=dict)
