"""Medical verdicts as a table, CSV or XLSX: one candidate a row. No details: they are files, one a candidate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hamsafar.domain.selection import Medical, MedicalVerdict
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.tables import NoValue, Row, Table
from hamsafar.programme.selection.columns import day_of, places_of

COLUMNS = ("candidate", "verdict", "limits", "valid_until")
VERDICTS: tuple[MedicalVerdict, ...] = get_args(MedicalVerdict)


def verdicts_of(tables: Sequence[Table], *, stage: str) -> tuple[Medical, ...]:
    """The verdicts of a file's first sheet that holds anything; limits are set apart by semicolons.

    Raises InputErrors with every error, each with its cell.
    """
    table = next((one for one in tables if one.rows), None)
    if table is None:
        raise InputError("holds no rows", where=tables[0].at if tables else "")
    places = places_of(table, COLUMNS, COLUMNS[:2], of="medical verdicts")
    found: dict[str, Medical] = {}
    errors: list[InputError] = []
    for row in table.rows[1:]:
        try:
            one = _verdict(row, places, stage)
        except InputErrors as problem:
            errors += problem.errors
            continue
        if one.candidate in found:
            errors.append(InputError(f"{one.candidate} stands twice", where=row.cells[places["candidate"]].at))
        found[one.candidate] = one
    if not found and not errors:
        errors.append(InputError("holds no verdict below its headings", where=table.at))
    if errors:
        raise InputErrors(errors)
    return tuple(found.values())


def _verdict(row: Row, places: dict[str, int], stage: str) -> Medical:
    cells = {name: row.cells[index] for name, index in places.items() if index < len(row.cells)}
    errors = [InputError(one.value.what, where=one.at) for one in cells.values() if isinstance(one.value, NoValue)]
    texts = {name: cell.text for name, cell in cells.items()}
    at = cells["candidate"].at if "candidate" in cells else row.cells[0].at
    if not texts.get("candidate"):
        errors.append(InputError("has no candidate", where=at))
    verdict = next((one for one in VERDICTS if one == texts.get("verdict", "").casefold()), None)
    if verdict is None:
        what = f"should be one of {', '.join(VERDICTS)} (got {texts.get('verdict', '')[:40]!r})"
        errors.append(InputError(what, where=cells["verdict"].at if "verdict" in cells else at))
    until = None
    try:
        until = day_of(cells.get("valid_until"))
    except InputError as problem:
        errors.append(problem)
    if errors or verdict is None:
        raise InputErrors(errors)
    limits = tuple(part.strip() for part in texts.get("limits", "").split(";") if part.strip())
    return Medical(candidate=texts["candidate"], stage=stage, verdict=verdict, limits=limits, valid_until=until)
