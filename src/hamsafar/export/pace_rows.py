"""What a simulated plan tells people, as rows: days that overrun too often and what to move, and what is missed."""

from __future__ import annotations

from attrs import frozen

from hamsafar.domain.pace import Chance, Overruns
from hamsafar.domain.plan import Plan
from hamsafar.export.svg_pace import chance_text

_MOVES, _MISSED = 3, 12  # told on the page; `hamsafar pace --json` tells all


@frozen
class TightRow:
    """A day that overruns too often."""

    day: int
    person: str
    chance: str
    moves: tuple[str, ...]  # `without Cell culture exchange (cells#1): 4.1 % ± 0.2`, best first


@frozen
class MissedRow:
    """Something that is often missed."""

    title: str
    id: str
    day: int
    missed: str
    late: str


def tight_rows(plan: Plan, found: Overruns) -> list[TightRow]:
    """The tight days, as they come."""
    people = {person.id: person.title for person in plan.programme.people}
    titles = {one.id: one.title for one in plan.placements}
    return [
        TightRow(
            one.day,
            people.get(one.person, one.person),
            _said(one.overrun),
            tuple(
                f"without {titles.get(each.placement, '')} ({each.placement}): {_said(each.without)}"
                for each in one.reliefs[:_MOVES]
            ),
        )
        for one in found.tight
    ]


def missed_rows(plan: Plan, found: Overruns) -> list[MissedRow]:
    """What is missed most often, most often first."""
    titles = {one.id: one.title for one in plan.placements}
    missed = sorted((one for one in found.activities if one.missed.share > 0), key=lambda one: -one.missed.share)
    return [
        MissedRow(titles.get(one.placement, ""), one.placement, one.day, _said(one.missed), _said(one.late))
        for one in missed[:_MISSED]
    ]


def _said(one: Chance) -> str:
    return chance_text(one.share, one.error)
