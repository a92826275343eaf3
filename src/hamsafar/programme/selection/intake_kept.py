"""The cells of a table that are asked for, column by column: without totals, and never shifted."""

from __future__ import annotations

from typing import Any

from hamsafar.errors import InputError
from hamsafar.formats.large_tables import LargeTable
from hamsafar.programme.selection.intake_headings import Found
from hamsafar.programme.selection.intake_mapping import is_event, is_repeating
from hamsafar.programme.selection.intake_text import folded

_SHORT = 24  # characters; longer texts are seldom the same twice
_TOTALS = frozenset(
    ["total", "totals", "sum", "count", "average", "mean", "grand total", "合计", "总计", "کل", "میزان"]
)


class Kept:
    """The cells that are asked for, column by column; equal texts are kept once."""

    def __init__(self, table: LargeTable, found: Found, first: list[tuple[int, list[Any]]]) -> None:
        self._table = table
        self._columns = found.headings.columns
        heading_row = next((cells for number, cells in first if number == found.row), [])
        texts = [str(cell) if cell is not None else "" for cell in heading_row]
        self._refused = [index for index, text in enumerate(texts) if is_repeating(text)]
        self._event = next((index for index, text in enumerate(texts) if is_event(text)), None)
        self.numbers: list[int] = []
        self.cells: dict[int, list[Any]] = {column.index: [] for column in self._columns}
        self.totals: list[int] = []
        self.shifted: list[InputError] = []
        self._width = _width(table, found, first)
        self._same: dict[Any, Any] = {}
        self._events: set[Any] = set()

    def add(self, number: int, cells: list[Any]) -> None:
        for index in self._refused:
            if index < len(cells) and cells[index] not in (None, ""):
                what = "is a repeating instrument; export the instrument of the application alone, one row each"
                raise InputError(what, where=self._table.place(number, index))
        if self._event is not None and self._event < len(cells):
            self._events.add(cells[self._event])
            if len(self._events) > 1:
                what = "is a second event of the project; export one event, one row each application"
                raise InputError(what, where=self._table.place(number, self._event))
        if self._is_total(cells):
            self.totals.append(number)
            return
        width = len(cells)
        given = False
        for index, column in self.cells.items():
            cell = cells[index] if index < width else None
            if cell is not None:
                given = True
                if type(cell) is str and len(cell) < _SHORT:
                    cell = self._same.setdefault(cell, cell)
            column.append(cell)
        if given:
            self.numbers.append(number)
            self._refuse_shifted(number, cells)
            return
        for column in self.cells.values():
            column.pop()

    def _refuse_shifted(self, number: int, cells: list[Any]) -> None:
        beyond = next((index for index in range(self._width, len(cells)) if cells[index] not in (None, "")), None)
        if beyond is not None:
            what = "stands beyond the last heading; has the row shifted? Put each cell under its heading"
            self.shifted.append(InputError(what, where=self._table.place(number, beyond)))

    def _is_total(self, cells: list[Any]) -> bool:
        """Whether a row sums up the others: its first text says so, and few of its columns hold anything."""
        said = next((cell for cell in cells if cell is not None), None)
        if not isinstance(said, str) or folded(said).split(":")[0].strip() not in _TOTALS:
            return False
        held = sum(1 for index in self.cells if index < len(cells) and cells[index] is not None)
        return 2 * held < len(self.cells) or held <= 1


def _width(table: LargeTable, found: Found, first: list[tuple[int, list[Any]]]) -> int:
    """How many columns have headings, with those that a merged one spans."""
    rows = [cells for number, cells in first if found.row <= number <= found.last]
    said = [index for cells in rows for index, cell in enumerate(cells) if cell not in (None, "")]
    spanned = [area[3] for area in table.merged if found.row <= area[0] <= found.last]
    return max([*said, *spanned], default=-1) + 1
