"""What is said of marks that don't count, as whoever gave them declared a conflict of interest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hamsafar.domain.selection import Mark


def left_out(marks: Iterable[Mark]) -> tuple[str, ...]:
    """A sentence for each assessor and candidate whose marks are left out."""
    counted = Counter((one.assessor, one.candidate) for one in marks if one.mark is not None)
    return tuple(
        f"{number} mark{'s' if number > 1 else ''} of {who} on {whom} {'are' if number > 1 else 'is'} left out: "
        "a conflict of interest was declared."
        for (who, whom), number in sorted(counted.items())
    )
