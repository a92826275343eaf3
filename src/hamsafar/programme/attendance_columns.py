"""Which column of an attendance table says what: found by its heading, in any order and case."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import frozen

from hamsafar.errors import InputError
from hamsafar.formats.tables import Cell, Row, Table
from hamsafar.programme.problems import nearest

Says = Literal["session", "person", "date", "start", "end", "zone", "outcome", "mark", "note"]

# The first of each is what we write ourselves (hamsafar.export.attendance).
HEADINGS: Mapping[Says, tuple[str, ...]] = {
    "session": ("session", "id", "session id", "placement", "lesson"),
    "person": (
        "person",
        "people",
        "trainee",
        "trainees",
        "participant",
        "participants",
        "attendee",
        "attendees",
        "who",
    ),
    "date": ("date", "day"),
    "start": ("start", "from", "begin", "begins", "began", "start time"),
    "end": ("end", "to", "until", "ends", "ended", "end time"),
    "zone": ("zone", "time zone", "timezone"),
    "outcome": ("outcome", "attended", "attendance", "present", "result", "status"),
    "mark": ("mark", "marks", "score", "grade", "points"),
    "note": ("note", "notes", "remark", "remarks", "comment", "comments", "reason", "why"),
}
OURS = frozenset({"title", "kind", "place"})  # that our own sheets have besides, for people
_OF = {heading: says for says, headings in HEADINGS.items() for heading in headings}
_NEEDED: frozenset[Says] = frozenset({"session", "outcome"})
_LOOKED_AT = 10  # rows in which the headings may stand, below a title
_NO_LETTERS = re.compile(r"[\W_]+")


@frozen(kw_only=True)
class Columns:
    """The row of the headings, where each thing is said, and the headings that say nothing to us."""

    row: Row
    of: Mapping[Says, tuple[int, ...]]  # only the outcome may be said in more than one column
    others: tuple[str, ...]

    def cell(self, row: Row, says: Says) -> Cell | None:
        """The cell of a row that says something; None where the table, or this row, has none."""
        return next(self.cells(row, says), None)

    def cells(self, row: Row, says: Says) -> Iterator[Cell]:
        """All of them."""
        yield from (row.cells[index] for index in self.of.get(says, ()) if index < len(row.cells))


def columns_of(table: Table) -> Columns | None:
    """The columns of a table; None where it is none of attendance. Raises InputError where one of two is missing."""
    looked_at = table.rows[:_LOOKED_AT]
    best = max(looked_at, key=_alike, default=None)
    if best is None or not _NEEDED & set(_known(best).values()):
        return None
    found: dict[Says, tuple[int, ...]] = {}
    for index, says in _known(best).items():
        if says in found and says != "outcome":
            first = best.cells[found[says][0]]
            what = f"says the same as the column {first.text!r} ({first.at}); leave one of them"
            raise InputError(f"the column {best.cells[index].text!r} {what}", where=best.cells[index].at)
        found[says] = (*found.get(says, ()), index)
    _tell_missing(best, found)
    texts = [(index, cell.text) for index, cell in enumerate(best.cells)]
    others = [text for index, text in texts if text and index not in _known(best) and _plain(text) not in OURS]
    return Columns(row=best, of=found, others=tuple(others))


def no_headings(table: Table) -> InputError:
    """That a table is none of attendance."""
    if not table.rows:
        return InputError(
            "is empty; it should have the columns Session and Outcome, and a row a session", where=table.at
        )
    texts = [cell.text[:30] for cell in table.rows[0].cells if cell.text][:8]
    what = "has no columns that are known; it should have Session and Outcome, and may have Person, Date, Start, End"
    return InputError(f"{what} (got {', '.join(map(repr, texts))})", where=table.rows[0].cells[0].at)


def _tell_missing(row: Row, found: Mapping[Says, tuple[int, ...]]) -> None:
    for says in sorted(_NEEDED, reverse=True):
        if says not in found:
            names = ", ".join(HEADINGS[says][1:])
            unknown = [cell.text for index, cell in enumerate(row.cells) if cell.text and index not in _known(row)]
            near = next((hint for one in unknown if "mean" in (hint := nearest(_plain(one), HEADINGS[says]))), "")
            what = f"no column is headed {says.capitalize()} (or {names}){near}"
            raise InputError(what, where=row.cells[0].at)


def _alike(row: Row) -> tuple[int, int]:
    """How much a row looks like that of the headings."""
    found = set(_known(row).values())
    return len(found & _NEEDED), len(found)


def _known(row: Row) -> dict[int, Says]:
    """Column → what it says, of those whose heading we know."""
    return {index: _OF[_plain(cell.text)] for index, cell in enumerate(row.cells) if _plain(cell.text) in _OF}


def _plain(heading: str) -> str:
    return _NO_LETTERS.sub(" ", heading.casefold()).strip()
