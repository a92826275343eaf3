"""Declarations of conflicts of interest as assessors send them, XLSX or CSV → declarations, every error placed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hamsafar.domain.selection import Declaration
from hamsafar.errors import InputError
from hamsafar.formats.many_errors import together
from hamsafar.formats.tables import Cell, NoValue, Row, Table, read_tables

_ASKED, _KNOWN = ("assessor", "candidate", "conflict"), ("assessor", "candidate", "conflict", "kind")
_YES, _NO = frozenset({"yes", "y", "true", "1", "conflict"}), frozenset({"no", "n", "false", "0", "none", "free"})
_ALL = frozenset({"", "*", "all", "all others", "others"})
_SHOWN = 40  # characters of what was found that an error shows


def read_declarations(
    content: bytes, *, where: str, stage: str, assessors: Collection[str], candidates: Collection[str]
) -> tuple[Declaration, ...]:
    """Declarations of a table with the columns Assessor, Candidate, Conflict and, if wanted, Kind.

    An empty candidate stands for all others: `no` there says that the assessor is free but of those named. Raises
    InputErrors with everything wrong: an unknown assessor or candidate, an answer that is neither yes nor no, a
    formula, a pair that is declared both ways.
    """
    tables = [table for table in read_tables(content, where=where) if table.rows]
    if len(tables) != 1:
        raise InputError(f"has {len(tables)} sheets with something in them; declarations are one table", where=where)
    columns, rows = _headed(tables[0])
    errors: list[InputError] = []
    found: dict[tuple[str, str | None], Declaration] = {}
    for row in rows:
        cells = {name: row.cells[at] for name, at in columns.items() if at < len(row.cells)}
        try:
            one = _declaration(cells, row, stage, assessors, candidates)
            if found.setdefault((one.assessor, one.candidate), one).conflict != one.conflict:
                raise InputError("is declared both ways in this file; leave one of them", where=row.cells[0].at)
            found[one.assessor, one.candidate] = one
        except InputError as problem:
            errors.append(problem)
    if errors:
        raise together(errors, where)
    return tuple(found.values())


def _headed(table: Table) -> tuple[dict[str, int], tuple[Row, ...]]:
    heading, *rows = table.rows
    columns: dict[str, int] = {}
    for at, cell in enumerate(heading.cells):
        name = cell.text.lower()
        if name in columns and name in _KNOWN:
            raise InputError(f"the heading {name!r} stands twice", where=cell.at)
        columns[name] = at
    missing = [name for name in _ASKED if name not in columns]
    if missing:
        raise InputError(f"the first row lacks the headings {', '.join(missing)}", where=heading.cells[0].at)
    return {name: at for name, at in columns.items() if name in _KNOWN}, tuple(rows)


def _declaration(
    cells: Mapping[str, Cell], row: Row, stage: str, assessors: Collection[str], candidates: Collection[str]
) -> Declaration:
    for cell in cells.values():
        if isinstance(cell.value, NoValue):
            raise InputError(cell.value.what, where=cell.at)
    who, code = _text(cells, "assessor"), _text(cells, "candidate")
    if who not in assessors:
        raise InputError(f"is no assessor of the campaign (got {who!r:.{_SHOWN}})", where=_at(cells, "assessor", row))
    if code.lower() not in _ALL and code not in candidates:
        raise InputError(f"is no candidate's code (got {code!r:.{_SHOWN}})", where=_at(cells, "candidate", row))
    return Declaration(
        assessor=who,
        stage=stage,
        candidate=None if code.lower() in _ALL else code,
        conflict=_answer(cells, row),
        kind=_text(cells, "kind"),
    )


def _answer(cells: Mapping[str, Cell], row: Row) -> bool:
    said = _text(cells, "conflict").lower()
    if said not in _YES | _NO:
        raise InputError(f"should be yes or no (got {said!r:.{_SHOWN}})", where=_at(cells, "conflict", row))
    return said in _YES


def _text(cells: Mapping[str, Cell], name: str) -> str:
    return cells[name].text if name in cells else ""


def _at(cells: Mapping[str, Cell], name: str, row: Row) -> str:
    return cells[name].at if name in cells else row.cells[0].at
