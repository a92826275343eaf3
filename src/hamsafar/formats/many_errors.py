"""Errors of one file told together: a file wrong in every line says so with fewer."""

from __future__ import annotations

from collections.abc import Sequence

from hamsafar.errors import InputError, InputErrors

MOST_ERRORS = 100


def together(errors: Sequence[InputError], file: str) -> InputErrors:
    """The first hundred errors of a list in reading order, then how many more there are and where they begin."""
    kept, rest = list(errors[:MOST_ERRORS]), errors[MOST_ERRORS:]
    if rest:
        line = rest[0].where.removeprefix(f"{file}:").split(" ")[0]
        kept.append(InputError(f"and {len(rest)} more errors in this file", where=f"{file}:{line}"))
    return InputErrors(kept)
