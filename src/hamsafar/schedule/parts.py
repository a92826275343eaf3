"""The stretches in which a task runs, as variables: one, or with pauses one for each segment that it may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from hamsafar.schedule.variables import Variables, Way

Expression = cp_model.LinearExpr | int
Segment = tuple[int, int]


@frozen(kw_only=True)
class Part:
    """A stretch in which a task runs, there when the literal is (ticks from the horizon's first).

    It is then `shortest` to `longest` ticks long. Start and end lie in [first, last] even where it is not there.
    """

    start: Expression
    end: Expression
    literal: cp_model.IntVar
    shortest: int
    longest: int
    first: int
    last: int


def running_parts(made: Variables, task: str) -> tuple[Part, ...]:
    """The parts of a task; none where it can't be or never runs."""
    ways = [way for way in made.ways[task] if way.mode.duration and way.starts]
    if not ways:
        return ()
    if made.pauses(task):
        return _Segments(made, task, ways).parts()
    first = made.problem.first
    return (
        Part(
            start=made.start[task],
            end=made.end(task),
            literal=made.present[task],
            shortest=min(way.mode.duration for way in made.ways[task]),
            longest=max(way.mode.duration for way in ways),
            first=made.possible[task][0][0] - first,
            last=made.latest_end(task) - first,
        ),
    )


class _Segments:
    """A task that may pause, and the segments of running time in which it begins, ends and runs.

    It begins in exactly one segment and ends in exactly one, each pinned by a literal; it runs in those between, so
    whether it touches a segment is what has begun up to there less what has ended before.
    """

    def __init__(self, made: Variables, task: str, ways: list[Way]) -> None:
        self.made, self.task = made, task
        self.origin = made.problem.first
        self.longest = max(way.mode.duration for way in ways)
        literals = [way.literal for way in ways]
        whole = len(ways) == len(made.ways[task])
        self.runs = made.present[task] if whole else made.any_of(literals, f"runs[{task}]")
        self.touched = [piece.segments for way in ways for piece in way.pieces]
        self.begins = self._one_of({segments[0] for segments in self.touched}, made.start[task], 0, "begins")
        self.ends = self._one_of({segments[-1] for segments in self.touched}, made.ends[task], 1, "ends")

    def _one_of(
        self, segments: set[Segment], edge: cp_model.IntVar, shift: int, does: str
    ) -> dict[Segment, cp_model.IntVar]:
        """For each segment the literal that this edge of the task lies in it; an end belongs to what it ends."""
        if len(segments) == 1:
            return dict.fromkeys(segments, self.runs)
        model, found = self.made.model, {}
        for opens, closes in sorted(segments):
            found[opens, closes] = literal = model.new_bool_var(f"{does}[{self.task}@{opens}]")
            inside = cp_model.Domain(opens + shift - self.origin, closes - 1 + shift - self.origin)
            model.add_linear_expression_in_domain(edge, inside).only_enforce_if(literal)
        model.add(sum(found.values()) == self.runs)
        return found

    def parts(self) -> tuple[Part, ...]:
        return tuple(self._part(segment) for segment in sorted({one for many in self.touched for one in many}))

    def _part(self, segment: Segment) -> Part:
        made, (opens, closes) = self.made, segment
        return Part(
            start=self._edge(segment, made.start[self.task], self.begins, 0),
            end=self._edge(segment, made.ends[self.task], self.ends, 1),
            literal=self._touches(segment),
            shortest=1,
            longest=min(self.longest, closes - opens),
            first=opens - self.origin,
            last=closes - self.origin,
        )

    def _touches(self, segment: Segment) -> cp_model.IntVar:
        if all(segment in many for many in self.touched):
            return self.runs
        begun = sum(literal for one, literal in self.begins.items() if one <= segment)
        ended = sum(literal for one, literal in self.ends.items() if one < segment)
        literal = self.made.model.new_bool_var(f"runs[{self.task}@{segment[0]}]")
        self.made.model.add(literal == begun - ended)
        return literal

    def _edge(
        self, segment: Segment, edge: cp_model.IntVar, within: dict[Segment, cp_model.IntVar], side: int
    ) -> Expression:
        """The task's own edge where that lies in the segment, and the segment's otherwise."""
        bound = segment[side] - self.origin
        if segment not in within:
            return bound
        if len(within) == 1 and self.runs.index == self.made.present[self.task].index:
            return edge  # it has no other place to be
        model, (opens, closes) = self.made.model, segment
        name = ("start", "end")[side]
        found = model.new_int_var(
            opens + side - self.origin, closes - 1 + side - self.origin, f"{name}[{self.task}@{opens}]"
        )
        model.add(found == edge).only_enforce_if(within[segment])
        model.add(found == bound).only_enforce_if(within[segment].negated())
        return found
