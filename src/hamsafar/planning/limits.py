"""The figures of every rule of the book, in a programme that was made with an older one too."""

from __future__ import annotations

from attrs import evolve

from hamsafar.domain.people import Limits
from hamsafar.domain.programme import Programme
from hamsafar.rules import BOOK


def with_every_figure(programme: Programme) -> Programme:
    """The same, with the book's figures of rules and parameters that came after it was made."""
    known = {limits.rule for limits in programme.limits}
    old = tuple(Limits(rule=one.rule, params={**_defaults(one.rule), **one.params}) for one in programme.limits)
    new = tuple(Limits(rule=rule, params=_defaults(rule)) for rule in BOOK if rule not in known and _defaults(rule))
    return programme if old == programme.limits and not new else evolve(programme, limits=(*old, *new))


def _defaults(rule: str) -> dict[str, float]:
    return {name: param.default for name, param in BOOK[rule].params.items()} if rule in BOOK else {}
