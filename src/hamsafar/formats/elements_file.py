"""Element sets in whatever form people send them: TLE, 3LE or CCSDS OMM → Elements."""

from __future__ import annotations

from hamsafar.domain.elements import Elements
from hamsafar.formats.tle import read_tles


def read_elements(text: str, *, where: str) -> tuple[Elements, ...]:
    """The element sets of a text, ascending in epoch, repeated sets once; the form is told from the text itself.

    Raises InputErrors with every error found, each with its place.
    """
    return read_tles(text, where=where)
