"""Every error of one reading, with its place, in reading order."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from attrs import frozen

from hamsafar.errors import InputError, InputErrors

_LONGEST_GOT = 60  # characters of a wrong value that are shown
_MOST_NAMES = 8  # names listed when none is near


@frozen(kw_only=True, order=True)
class Place:
    """`file:line:column path`; line 0 where only the file, or only the folder, is known."""

    file: str
    line: int = 0
    column: int = 0
    path: str = ""

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{head} {self.path}".rstrip()

    @property
    def short(self) -> str:
        """`file:line:column`, to point at a second place inside a sentence."""
        return f"{self.file}:{self.line}:{self.column}"


class _Unsaid:
    """No value to show (None is a value)."""


UNSAID = _Unsaid()


class Problems:
    """Collects errors; the same place is blamed once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int, str], tuple[Place, InputError]] = {}
        self._blamed: set[Place] = set()

    def add(self, place: Place, what: str, *, got: Any = UNSAID) -> None:
        """One error at a place, with the wrong value where there is one."""
        if place in self._blamed:
            return
        self._blamed.add(place)
        said = what if got is UNSAID else f"{what} (got {shown(got)})"
        # an alias leads to the same lines by several paths: one error is enough
        key = (place.file, place.line, place.column, said)
        self._found.setdefault(key, (place, InputError(said, where=str(place))))

    def add_error(self, error: InputError, place: Place) -> None:
        """Errors that another reader raised: with their own places if they carry one, else at `place`."""
        for one in error.errors if isinstance(error, InputErrors) else (error,):
            if one.where:
                self._found.setdefault((one.where, 0, 0, one.what), (place, one))
            else:
                self.add(place, one.what)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        """Raises InputErrors with all of them in reading order."""
        if self._found:
            raise InputErrors([error for _, error in sorted(self._found.values(), key=lambda found: found[0])])


def shown(value: Any) -> str:
    """A wrong value as an error shows it, shortened."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list" if value else "an empty list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    said = repr(value)
    return said if len(said) <= _LONGEST_GOT else said[:_LONGEST_GOT] + "…"


def nearest(name: object, known: Any) -> str:
    """`; did you mean 'x'?`, or what there is to choose from."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.6) if isinstance(name, str) and len(name) <= 100 else []
    if close:
        return f"; did you mean {close[0]!r}?"
    if not names:
        return "; there are none"
    more = f", … ({len(names)} in all)" if len(names) > _MOST_NAMES else ""
    return f"; there is {', '.join(names[:_MOST_NAMES])}{more}"
