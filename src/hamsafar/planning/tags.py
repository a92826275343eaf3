"""Tags with their source: who says that a rule of the book holds."""

from __future__ import annotations

from hamsafar.rules import BOOK
from hamsafar.schedule.tasks import Tag


def tag_of(rule: str, place: str = "", detail: str = "") -> Tag:
    """What a rule of the book asked for at a place, with the source that the book gives for it."""
    return Tag(rule, place, detail, BOOK[rule].source)
