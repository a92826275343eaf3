"""From a problem to fresh variables: starts, ways, picks and cells, and what binds them to each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from ortools.sat.python import cp_model

from hamsafar.schedule.constraints import Lag
from hamsafar.schedule.problem import Placed, Problem
from hamsafar.schedule.ranges import Ranges, clipped, intersection, merged
from hamsafar.schedule.running import pieces_of, shut_by_capacity, way_starts
from hamsafar.schedule.tasks import Mode, Pick, Task
from hamsafar.schedule.variables import Cell, Literal, Stretch, Take, Variables, Way, piece_end


def variables_of(problem: Problem, model: cp_model.CpModel, stretches: Iterable[Stretch]) -> Variables:
    """Fresh variables for all tasks; `stretches` are those that constraints and objectives will ask `starts_in` of."""
    shut = shut_by_capacity(problem)
    starts = {
        (task.id, way.id): way_starts(problem, task, way, tuple(_shut_for(task, way, shut)))
        for task in problem.tasks
        for way in task.ways
    }
    possible = {
        task.id: merged(part for way in task.ways for part in starts[task.id, way.id]) for task in problem.tasks
    }
    made = Variables(problem, model, {task.id: task for task in problem.tasks}, possible, model.new_constant(1))
    made.followed = frozenset(_followed(problem))
    cuts: dict[str, set[int]] = {}
    for task_id, start, end in stretches:
        cuts.setdefault(task_id, set()).update((start, end))
    for task in problem.tasks:
        _add_start(made, task)
        _add_ways(made, task, {way.id: starts[task.id, way.id] for way in task.ways})
        _add_end(made, task)
        _add_takes(made, task)
        _add_cells(made, task, cuts.get(task.id, set()))
    return made


def _followed(problem: Problem) -> Iterator[str]:
    """Tasks that never end after some other one that must be there: the latest end need not look at them.

    That other one is longer than nothing, or the last of its line, so that no two tasks vouch for each other.
    """
    there = {task.id: min(way.duration for way in task.ways) for task in problem.tasks if not task.optional}
    lags = [c for c in problem.constraints if isinstance(c, Lag) and c.price is None and c.since == "end"]
    holding = [c for c in lags if c.min_gap is not None and c.min_gap >= 0 and c.before != c.after and c.after in there]
    led = {c.before for c in holding}
    for lag in holding:
        if (lag.until == "start" and there[lag.after] > 0) or lag.after not in led:
            yield lag.before


def _shut_for(task: Task, way: Mode, shut: Mapping[str, tuple[tuple[int, int, int], ...]]) -> Iterator[tuple[int, int]]:
    """Stretches in which what the task always takes is not there; pauses that hold are left to the capacity itself."""
    if task.breaks is not None and task.breaks.holds:
        return
    for resource, amount in way.occupies.items():
        for first, end, capacity in shut.get(resource, ()):
            if amount > capacity:
                yield first, end


def _domain(made: Variables, ranges: Ranges) -> cp_model.Domain:
    first = made.problem.first
    return cp_model.Domain.from_intervals([(a - first, b - first) for a, b in ranges])


def _add_start(made: Variables, task: Task) -> None:
    possible = made.possible[task.id]
    domain = _domain(made, possible) if possible else cp_model.Domain(0, 0)
    made.start[task.id] = made.model.new_int_var_from_domain(domain, f"start[{task.id}]")
    made.present[task.id] = made.model.new_bool_var(f"present[{task.id}]") if task.optional else made.true
    if not possible:  # it fits nowhere: left out, or no schedule at all
        made.model.add_bool_or([made.present[task.id].negated()])


def _add_ways(made: Variables, task: Task, starts: Mapping[str, Ranges]) -> None:
    model, present = made.model, made.present[task.id]
    ways = []
    for mode in task.ways:
        mine = starts[mode.id]
        literal = present if len(task.ways) == 1 else model.new_bool_var(f"mode[{task.id}={mode.id}]")
        pieces = pieces_of(made.problem, task, mode)
        kept = tuple(piece for piece in pieces if intersection(mine, ((piece.first, piece.last),)))
        ways.append(Way(mode, literal, mine, kept))
        if literal is not present and not mine:
            model.add_bool_or([literal.negated()])
        elif literal is not present and mine != made.possible[task.id]:
            model.add_linear_expression_in_domain(made.start[task.id], _domain(made, mine)).only_enforce_if(literal)
    made.ways[task.id] = tuple(ways)
    if len(ways) > 1:
        _exactly_one(made, [way.literal for way in ways], present)


def _exactly_one(made: Variables, literals: Sequence[Literal], when: Literal) -> None:
    if when.index == made.true.index:
        made.model.add_exactly_one(literals)
    else:
        made.model.add_exactly_one([*literals, when.negated()])


def _add_end(made: Variables, task: Task) -> None:
    """A variable for the end, where the length is open: it depends on the way, or on pauses."""
    ways, model = made.ways[task.id], made.model
    paused = any(piece.pause for way in ways for piece in way.pieces)
    if not made.possible[task.id] or (not paused and len({way.mode.duration for way in ways}) == 1):
        return
    first = made.problem.first
    low = min(piece_end(way, way.starts[0][0]) for way in ways if way.starts)
    end = model.new_int_var(low - first, made.latest_end(task.id) - first, f"end[{task.id}]")
    made.ends[task.id] = end
    if not paused:
        length = sum(way.mode.duration * way.literal for way in ways)
        model.add(end == made.start[task.id] + length).only_enforce_if(made.when(made.present[task.id]))
        return
    for way in ways:
        _add_paused_end(made, task, way)


def _add_paused_end(made: Variables, task: Task, way: Way) -> None:
    """The end of a task in one way: one literal for each length of its pauses, each with the starts that have it."""
    start, end, model = made.start[task.id], made.ends[task.id], made.model
    by_pause: dict[int, list[tuple[int, int]]] = {}
    for piece in way.pieces:
        by_pause.setdefault(piece.pause, []).append((piece.first, piece.last))
    literals = []
    for pause, ranges in sorted(by_pause.items()):
        literal = way.literal if len(by_pause) == 1 else model.new_bool_var(f"pauses[{task.id} {way.mode.id} {pause}]")
        model.add(end == start + way.mode.duration + pause).only_enforce_if(made.when(literal))
        inside = _domain(made, intersection(merged(ranges), way.starts))
        model.add_linear_expression_in_domain(start, inside).only_enforce_if(made.when(literal))
        literals.append(literal)
    if len(literals) > 1:
        _exactly_one(made, literals, way.literal)


def _add_takes(made: Variables, task: Task) -> None:
    for way in made.ways[task.id]:
        for resource, amount in way.mode.occupies.items():
            if amount > 0:
                take = Take(task.id, way.mode.id, amount, way.literal, picked=False)
                made.takes.setdefault(resource, []).append(take)
        for pick in way.mode.picks:
            for who, literal in _add_pick(made, task, pick, way.mode.id, way.literal):
                made.takes.setdefault(who, []).append(Take(task.id, way.mode.id, 1, literal, picked=True))
    for pick in task.picks:
        for who, literal in _add_pick(made, task, pick, "", made.present[task.id]):
            for way in made.ways[task.id]:
                take = Take(task.id, way.mode.id, 1, made.both(way.literal, literal), picked=True)
                made.takes.setdefault(who, []).append(take)


def _add_pick(made: Variables, task: Task, pick: Pick, mode: str, when: Literal) -> list[tuple[str, Literal]]:
    """One literal for each who may be picked; as many are true as are asked for, when the task is there (so)."""
    candidates = made.problem.candidates(pick)
    everyone = pick.price is None and pick.count == len(candidates)
    found = []
    for who in candidates if pick.count else ():
        literal = when if everyone else made.model.new_bool_var(f"pick[{task.id}/{pick.name}={who}]")
        made.picked[task.id, mode, pick.name, who] = literal
        found.append((who, literal))
    if pick.count and not everyone:
        chosen = sum(literal for _, literal in found)
        if pick.price is None:
            made.model.add(chosen == pick.count * when)
        else:
            missing = made.amount(pick, pick.count, task=task.id)
            made.model.add(chosen <= pick.count * when)
            made.model.add(chosen + missing >= pick.count * when)
    return found


def _add_cells(made: Variables, task: Task, cuts: set[int]) -> None:
    parts = _parts(made.possible[task.id], sorted(cuts))
    if len(parts) <= 1:  # all in one cell: there when the task is
        made.cells[task.id] = tuple(Cell(part, made.present[task.id]) for part in parts)
        return
    model, cells = made.model, []
    for part in parts:
        literal = model.new_bool_var(f"in[{task.id}@{part[0][0]}]")
        model.add_linear_expression_in_domain(made.start[task.id], _domain(made, part)).only_enforce_if(literal)
        cells.append(Cell(part, literal))
    if task.optional:
        model.add(sum(cell.literal for cell in cells) == made.present[task.id])
    else:
        model.add_exactly_one(cell.literal for cell in cells)
    made.cells[task.id] = tuple(cells)


def _parts(possible: Ranges, cuts: list[int]) -> list[Ranges]:
    """The possible starts cut at the cuts; cuts that part nothing leave no trace."""
    if not possible:
        return []
    low, high = possible[0][0], possible[-1][1] + 1
    inner = cuts[bisect_left(cuts, low + 1) : bisect_left(cuts, high)]
    parts = (clipped(possible, start, end) for start, end in pairwise([low, *inner, high]))
    return [part for part in parts if part]


def hint_starts(made: Variables, starts: Mapping[str, int]) -> None:
    """Suggests these starts (problem ticks); tasks not named are suggested to be left out, where they may be."""
    for name, task in made.tasks.items():
        known = name in starts and any(a <= starts[name] <= b for a, b in made.possible[name])
        if task.optional:
            made.model.add_hint(made.present[name], known)
        if not known:
            continue
        made.model.add_hint(made.start[name], starts[name] - made.problem.first)
        if len(made.cells[name]) > 1:
            for cell in made.cells[name]:
                made.model.add_hint(cell.literal, any(a <= starts[name] <= b for a, b in cell.starts))


def hint_placed(made: Variables, placed: Mapping[str, Placed]) -> None:
    """Suggests a whole schedule in place of all that was suggested before: starts, and who is picked."""
    model = made.model
    model.clear_hints()  # type: ignore[no-untyped-call]  # ortools leaves it untyped
    hint_starts(made, {name: place.start for name, place in placed.items()})
    hinted = set(model.proto.solution_hint.vars)
    for (name, mode, pick, who), literal in made.picked.items():
        place = placed.get(name)
        if place is not None and mode in ("", place.mode) and literal.index >= 0 and literal.index not in hinted:
            hinted.add(literal.index)
            model.add_hint(literal, who in place.picked.get(pick, ()))


def placed_by(made: Variables, values: Sequence[int]) -> dict[str, Placed]:
    """The schedule that the solver's values (by variable index) stand for."""
    return {name: _placed(made, task, values) for name, task in made.tasks.items() if values[made.present[name].index]}


def _placed(made: Variables, task: Task, values: Sequence[int]) -> Placed:
    mode = next(way.mode for way in made.ways[task.id] if values[way.literal.index])
    picks = [("", pick) for pick in task.picks] + [(mode.id, pick) for pick in mode.picks]
    return Placed(
        start=values[made.start[task.id].index] + made.problem.first,
        mode=mode.id,
        picked={
            pick.name: tuple(
                who
                for who in made.problem.candidates(pick)
                if pick.count and values[made.picked[task.id, where, pick.name, who].index]
            )
            for where, pick in picks
        },
    )
