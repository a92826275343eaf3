"""The field's files, read into a Problem: PSPLIB, Patterson, ProGen/max, MSPSP, iMOPSE and PDDL crew planning.

Every reader is our own: `psplib`, the library that reads most of these, names no line and takes a file that is cut
off for a whole one; it is what the tests compare with. A file that cannot be understood is one InputError with
`file:line:column`; what is read wrong is worse than what is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath

from hamsafar.errors import InputError
from hamsafar.schedule.formats.crew_planning import Reading, read_crew_planning
from hamsafar.schedule.formats.imopse import read_imopse
from hamsafar.schedule.formats.mspsp import read_mspsp
from hamsafar.schedule.formats.patterson import read_patterson
from hamsafar.schedule.formats.progen_max import read_progen_max
from hamsafar.schedule.formats.psplib import read_psplib
from hamsafar.schedule.problem import Problem

__all__ = ["SUFFIXES", "Beside", "Reading", "read_problem_file"]

LARGEST_CHARACTERS = 3_000_000  # of a file; a hundred times the largest of the sets, and read in seconds

Beside = Callable[[str], str | None]

_READERS: Mapping[str, Callable[[str, str], Problem]] = {
    ".sm": read_psplib,
    ".mm": read_psplib,
    ".rcp": read_patterson,
    ".sch": read_progen_max,
    ".dzn": read_mspsp,
    ".def": read_imopse,
}
SUFFIXES = (*_READERS, ".pddl")  # of the files that are read here, in lower case


def read_problem_file(name: str, text: str, *, beside: Beside, reading: Reading = "published") -> Problem:
    """The problem that a file of the field states, chosen by the suffix of its name in either case.

    `beside` gives the text of a file of that name in the same place, or None where there is none: a PDDL instance
    has its domain in `domain.pddl`. `reading` matters to crew planning alone (see `crew_planning`).
    Raises InputError, with `name:line:column`, for a file of another kind, cut off or damaged.
    """
    suffix = PurePath(name).suffix.lower()
    text = text.removeprefix("\ufeff").rstrip("\x1a\x00")  # marks that some systems put at the ends of a text
    _ensure_no_larger(name, text)
    if suffix == ".pddl":
        domain = beside("domain.pddl")
        _ensure_no_larger("domain.pddl", domain or "")
        return read_crew_planning(name, text, domain=domain, reading=reading)
    if suffix not in _READERS:
        raise InputError(
            f"is no kind of file that is read here (its name ends in none of {', '.join(SUFFIXES)})", where=name
        )
    return _READERS[suffix](name, text)


def _ensure_no_larger(name: str, text: str) -> None:
    if len(text) > LARGEST_CHARACTERS:
        raise InputError(f"is longer than {LARGEST_CHARACTERS:,} characters, the most of a file of a set", where=name)
