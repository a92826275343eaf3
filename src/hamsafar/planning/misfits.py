"""What of a change doesn't fit the plan: every fault with its place in the change file, in reading order."""

from __future__ import annotations

from hamsafar.domain.changes import Change
from hamsafar.errors import InputError, InputErrors


class Misfits:
    """Collects faults. A place is a path in the change file, `pin[2]`; it is told with line and column if known."""

    def __init__(self, change: Change) -> None:
        self._where = change.where
        self._order = {path: number for number, path in enumerate(change.where)}
        self._found: list[tuple[int, InputError]] = []

    def add(self, path: str, what: str) -> None:
        """One fault at a place, or at the nearest place around it that is written."""
        written = path
        while written and written not in self._where:
            written = written[: max(written.rfind("."), written.rfind("["), 0)]
        where = self._where.get(written, path)
        self._found.append((self._order.get(written, len(self._order)), InputError(what, where=where)))

    @property
    def any(self) -> bool:
        """Whether there are some."""
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raises InputErrors with all of them."""
        if self._found:
            raise InputErrors([error for _, error in sorted(self._found, key=lambda found: found[0])])
