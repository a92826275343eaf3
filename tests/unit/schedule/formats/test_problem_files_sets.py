"""Files of the public sets are read whole, as another reader reads them, and never wrongly where they are cut off."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest
from problem_files import SETS, read_or_error

from hamsafar.schedule.constraints import Budget, Capacity, Lag
from hamsafar.schedule.formats import SUFFIXES, read_problem_file
from hamsafar.schedule.problem import Problem

FILES = sorted(path for path in SETS.rglob("*") if path.suffix.lower() in SUFFIXES and path.name != "domain.pddl")
A_FEW = [path for _, found in groupby(FILES, lambda path: path.parent) for path in list(found)[:2]]
pytestmark = pytest.mark.skipif(not FILES, reason="the benchmark sets are not beside the project")
FORMATS = {".sm": "psplib", ".mm": "psplib", ".rcp": "patterson", ".sch": "rcpsp_max"}


def read(path: Path, text: str) -> Problem:
    return read_problem_file(path.name, text, beside=lambda name: (path.parent / name).read_text())


def ensure_never_wrong(path: Path, step: int) -> None:
    """Cut off at every so many characters, and closely near its end."""
    text = path.read_bytes().decode("latin-1")
    whole = read(path, text)
    for end in {*range(0, len(text), step), *range(max(0, len(text) - 60), len(text), min(step, 7))}:
        found = read_or_error(lambda end=end: read(path, text[:end]), path.name)
        assert found in (None, whole), (path.name, end)


@pytest.mark.parametrize("path", A_FEW, ids=lambda path: path.name)
def test_a_file_cut_off_is_an_error_or_the_same(path: Path) -> None:
    ensure_never_wrong(path, 997)


@pytest.mark.slow
@pytest.mark.parametrize("path", A_FEW, ids=lambda path: path.name)
def test_a_file_cut_off_at_every_seventh_character(path: Path) -> None:
    ensure_never_wrong(path, 7)


@pytest.mark.parametrize("most", [10, pytest.param(40, marks=pytest.mark.slow)])
@pytest.mark.parametrize("path", A_FEW, ids=lambda path: path.name)
def test_a_line_lost_or_doubled_is_an_error_or_another_problem(path: Path, most: int) -> None:
    lines = path.read_bytes().decode("latin-1").splitlines(keepends=True)
    for number in range(0, len(lines), 1 + len(lines) // most):
        for middle in ([], lines[number : number + 1] * 2):
            changed = "".join([*lines[:number], *middle, *lines[number + 1 :]])
            read_or_error(lambda text=changed: read(path, text), path.name)  # and no other exception


@pytest.mark.parametrize("suffix", FORMATS)
def test_psplib_the_library_reads_the_same(suffix: str) -> None:
    psplib = pytest.importorskip("psplib")
    first = 0 if suffix == ".sch" else 1
    for path in (path for path in FILES if path.suffix.lower() == suffix):
        theirs = psplib.parse(path, instance_format=FORMATS[suffix])
        ours = read(path, path.read_text())
        lags = [(c.before, c.after, c.min_gap) for c in ours.constraints if isinstance(c, Lag)]
        assert lags == [
            (str(i), str(j + first), lag)
            for i, a in enumerate(theirs.activities, first)
            for j, lag in zip(a.successors, a.delays or [0] * len(a.successors), strict=True)
        ]
        supplies = [c for c in ours.constraints if isinstance(c, Capacity | Budget)]
        amounts = [c.capacity if isinstance(c, Capacity) else c.limit for c in supplies]
        assert amounts == [resource.capacity for resource in theirs.resources]
        assert [isinstance(c, Capacity) for c in supplies] == [resource.renewable for resource in theirs.resources]
        names = [c.resource for c in supplies]
        assert [
            [(w.duration, [{**w.occupies, **w.consumes}.get(n, 0) for n in names]) for w in t.ways] for t in ours.tasks
        ] == [[(mode.duration, mode.demands) for mode in a.modes] for a in theirs.activities]
