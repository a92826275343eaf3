"""Small projects drawn at random and written in each format by the test's own hand, and where the public sets lie."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from attrs import frozen
from hypothesis import strategies as st

from hamsafar.errors import InputError
from hamsafar.schedule.formats import read_problem_file
from hamsafar.schedule.problem import Problem

SETS = Path(__file__).parents[5] / "shared" / "benchmarks"


def read(name: str, text: str) -> Problem:
    """The problem of a text that has nothing beside it."""
    return read_problem_file(name, text, beside=lambda _: None)


def read_or_error(read: Callable[[], Problem], name: str) -> Problem | None:
    """The problem, or None where there is an InputError; which must begin with the file's name and a line."""
    try:
        return read()
    except InputError as error:
        return None if re.match(rf"{re.escape(name)}:\d+:\d+: ", str(error)) else pytest.fail(f"no place: {error}")


@frozen
class Drawn:
    """What is to be written: durations and demands by activity and mode, arcs by position, what there is."""

    ways: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]
    arcs: tuple[tuple[int, int], ...]
    amounts: tuple[int, ...]
    lags: tuple[int, ...]  # one an arc


@st.composite
def projects(draw: st.DrawFn, *, modes: int = 1) -> Drawn:
    """Up to six activities between a source and a sink, up to three resources, arcs from lower to higher numbers."""
    number, kinds = draw(st.integers(0, 6)), draw(st.integers(1, 3))
    demand = st.tuples(*[st.integers(0, 12)] * kinds)
    nothing = ((0, (0,) * kinds),)
    ways = draw(
        st.lists(
            st.lists(st.tuples(st.integers(0, 15), demand), min_size=1, max_size=modes).map(tuple),
            min_size=number,
            max_size=number,
        )
    )
    pairs = [(i, j) for i in range(number + 1) for j in range(i + 1, number + 2)]
    arcs = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=12).map(sorted))
    lags = draw(st.lists(st.integers(-20, 20), min_size=len(arcs), max_size=len(arcs)))
    amounts = draw(st.lists(st.integers(12, 99), min_size=kinds, max_size=kinds))
    return Drawn((nothing, *ways, nothing), tuple(arcs), tuple(amounts), tuple(lags))


def ends_of(drawn: Drawn, i: int) -> list[int]:
    """The successors of an activity, by position."""
    return [after for before, after in drawn.arcs if before == i]


def psplib_text(drawn: Drawn, renewable: int) -> str:
    """As PSPLIB writes it; the first `renewable` resources are renewable."""
    letters = ["R"] * renewable + ["N"] * (len(drawn.amounts) - renewable)
    numbers = [letters[: i + 1].count(letter) for i, letter in enumerate(letters)]
    heads = "  ".join(f"{letter} {number}" for letter, number in zip(letters, numbers, strict=True))
    stars = "*" * 72
    lines = [stars, "file with basedata            : made.bas", "initial value random generator: 1", stars]
    lines += ["projects                      :  1", f"jobs (incl. supersource/sink ):  {len(drawn.ways)}", "RESOURCES"]
    lines += [f"  - renewable                 :  {renewable}   R"]
    lines += [f"  - nonrenewable              :  {len(letters) - renewable}   N"]
    lines += ["  - doubly constrained        :  0   D", stars, "PRECEDENCE RELATIONS:"]
    lines += ["jobnr.    #modes  #successors   successors"]
    for i, ways in enumerate(drawn.ways):
        after = ends_of(drawn, i)
        lines.append(f"   {i + 1}   {len(ways)}   {len(after)}   {'  '.join(str(j + 1) for j in after)}")
    lines += [stars, "REQUESTS/DURATIONS:", f"jobnr. mode duration  {heads}", "-" * 72]
    for i, ways in enumerate(drawn.ways):
        for mode, (duration, demands) in enumerate(ways, 1):
            job = str(i + 1) if mode == 1 else ""
            lines.append(f"{job:>3}  {mode}  {duration}  {'  '.join(map(str, demands))}")
    lines += [stars, "RESOURCEAVAILABILITIES:", heads, "  ".join(map(str, drawn.amounts)), stars]
    return "\n".join(lines) + "\n"


def patterson_text(drawn: Drawn) -> str:
    """As Patterson's files are written, with a blank line here and there."""
    lines = [f"{len(drawn.ways)}\t{len(drawn.amounts)}", "", "\t".join(map(str, drawn.amounts)), ""]
    for i, ((duration, demands), *_) in enumerate(drawn.ways):
        after = [j + 1 for j in ends_of(drawn, i)]
        lines.append("\t".join(map(str, (duration, *demands, len(after), *after))))
    return "\n".join(lines) + "\n"


def progen_max_text(drawn: Drawn) -> str:
    """As ProGen/max writes it."""
    lines = [f"{len(drawn.ways) - 2}\t{len(drawn.amounts)}\t0\t0"]
    for i in range(len(drawn.ways)):
        after = ends_of(drawn, i)
        lags = [f"[{lag}]" for (before, _), lag in zip(drawn.arcs, drawn.lags, strict=True) if before == i]
        lines.append("\t".join(map(str, (i, 1, len(after), *after, *lags))))
    for i, ((duration, demands), *_) in enumerate(drawn.ways):
        lines.append("\t".join(map(str, (i, 1, duration, *demands))))
    return "\r\n".join((*lines, "\t".join(map(str, drawn.amounts)))) + "\r\n"


def spoilt(text: str, draw: Callable[[st.SearchStrategy[int]], int]) -> str:
    """The text with a few characters taken out, or others put in."""
    at = draw(st.integers(0, len(text)))
    length = draw(st.integers(0, 6))
    put = ("", "-", "7", "x", "\n", "[", "]", ")", "(", ";", "٣", "\x00", "9" * 30)[draw(st.integers(0, 12))]
    return text[:at] + put + text[at + length :]
