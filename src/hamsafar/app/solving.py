"""`solve` and `check`: a scheduling problem answered exactly, and any schedule judged, term by term.

Judging knows nothing of the solver, and does not load it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast, get_args

from attrs import define, field, frozen

from hamsafar.app.asking import Asked
from hamsafar.app.files import ensure_replaceable, read_text, write_file
from hamsafar.app.solving_explained import Explained, explained, file_lines
from hamsafar.errors import InputError, InputErrors, SolverError
from hamsafar.schedule.check import Violation, evaluate, soft
from hamsafar.schedule.check import check as violations_of
from hamsafar.schedule.problem import Answer, Conflict, Placed, Problem, Solved, TermValue
from hamsafar.schedule.tasks import Price, Tag

if TYPE_CHECKING:
    from hamsafar.schedule.relax import Relaxation as Relaxation
    from hamsafar.schedule.solve import Progress as Progress

__all__ = [
    "Conflict",
    "Judged",
    "NoSchedule",
    "Placed",
    "Problem",
    "Scheduled",
    "Unsettled",
    "Violation",
    "check",
    "read_problem",
    "solve",
]

MOST_BYTES = 50_000_000  # of a problem or a schedule
FORMAT = "hamsafar-schedule/1"
Reading = Literal["published", "strict"]  # of PDDL crew planning
ProblemGiven: TypeAlias = Problem | Path | str
ScheduleGiven: TypeAlias = Mapping[str, Placed] | Path | str
Paid: TypeAlias = tuple[tuple[Violation, Price], ...]


@frozen(kw_only=True)
class Scheduled:
    """A schedule, checked against its problem; `optimal`: every objective in its turn was proved."""

    problem: Problem
    placed: Mapping[str, Placed]  # those present only
    terms: tuple[TermValue, ...]
    soft: Paid  # what is softly broken, and its price
    optimal: bool
    stopped_by: str | None  # effort, time limit or asked to stop; None where optimal
    seconds: Mapping[str, float]
    file: Path | None = None  # that it was written to

    def document(self) -> dict[str, Any]:
        """The schedule as JSON carries it, without what differs from run to run."""
        return {
            "format": FORMAT,
            "problem": self.problem.name,
            "tick": self.problem.tick,
            "status": "optimal" if self.optimal else "feasible",
            "objective": [
                {"name": term.name, "value": term.value, "bound": term.bound, "unit": term.unit} for term in self.terms
            ],
            **placed_rows(self.problem, self.placed),
        }


@frozen(kw_only=True)
class NoSchedule:
    """No schedule exists: what these tags ask for can't hold together; `minimal`: each is needed for that.

    `conflicts` are all that were found, the first that one; they share no tag, and there may be `more`. `relaxations`
    tell for each tag of each by how little it would have to give way.
    """

    problem: Problem
    conflict: tuple[Tag, ...]
    minimal: bool
    seconds: Mapping[str, float]
    conflicts: tuple[Conflict, ...] = ()
    more: bool = True
    relaxations: tuple[Relaxation, ...] = ()
    where: Mapping[Tag, str] = field(factory=dict)  # FILE:line of each tag, as far as it is known


@frozen(kw_only=True)
class Unsettled:
    """No schedule was found before the search stopped, and none was shown impossible.

    Where one run saw that there is none, but no second one could confirm it in time, these tags are `suspected`.
    """

    problem: Problem
    bounds: Mapping[str, int]  # by objective, as far as any was proved
    stopped_by: str
    seconds: Mapping[str, float]
    suspected: tuple[Tag, ...] = ()


@frozen(kw_only=True)
class Judged:
    """What a schedule breaks, what it pays for, and what each objective comes to."""

    problem: Problem
    placed: Mapping[str, Placed]
    values: tuple[int, ...]  # of the objectives, in their order
    findings: tuple[Violation, ...]
    soft: Paid

    @property
    def verdict(self) -> Literal["holds", "broken"]:
        """Whether anything that must hold does not."""
        return "broken" if self.findings else "holds"


def solve(
    problem: ProblemGiven,
    *,
    seed: int = 0,
    workers: int = 2,
    effort: float | None = None,
    time_limit_s: float | None = None,
    out: Path | str | None = None,
    reading: str | None = None,
    explain: bool = True,
    tell: Callable[[str], None] = lambda _: None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Scheduled | NoSchedule | Unsettled:
    """The best schedule of a problem, a conflict, or neither found.

    `problem`: a file (our own JSON form; PSPLIB .sm and .mm, Patterson .rcp, ProGen/max .sch, MSPSP .dzn, iMOPSE .def,
    IPC-2008 crew planning .pddl with domain.pddl beside it), or one already made. The search stops by its own
    deterministic `effort`, and then the same call gives the same answer; with a `time_limit_s` and no effort the clock
    alone stops it. `out`: a file for the schedule, written whole or not at all, and only where there is one.
    `reading`: of PDDL, "published" or "strict", its loophole closed. With `explain`, where there is no schedule further
    conflicts and what would make it fit are looked for, with as much effort again or what is left of the time.

    Raises InputError (InputErrors) for anything wrong in what is given; nothing is written then.
    """
    clock = _Clock()
    _ensure_limits(effort, time_limit_s, workers)
    if out is not None:
        _ensure_another(Path(out), problem)
    tell(f"Reading {problem if not isinstance(problem, Problem) else problem.name}")
    known = read_problem(problem, reading)
    clock.lap("read")
    tell(f"Searching: {len(known.tasks):,} activities, {len(known.constraints):,} constraints")
    search = _Search(known, effort, time_limit_s, on_progress, should_stop)
    answer = search.answer(seed, workers)
    clock.lap("solve")
    if isinstance(answer, Conflict):
        told = Explained(conflicts=(answer,), more=True)
        if explain:
            tell("Looking for what would make it fit")
            told = search.explained(answer, seed, workers)
            clock.lap("explain")
        tags = [tag for conflict in told.conflicts for tag in conflict.tags]
        return NoSchedule(
            problem=known,
            conflict=answer.tags,
            minimal=answer.minimal,
            seconds=clock.seconds,
            conflicts=told.conflicts,
            more=told.more,
            relaxations=told.relaxations,
            where=file_lines(problem, known, tags, _text_of),
        )
    if not isinstance(answer, Solved):
        return Unsettled(
            problem=known,
            bounds=search.bounds,
            stopped_by=answer.stopped_by,
            seconds=clock.seconds,
            suspected=answer.suspected,
        )
    tell("Checking the schedule")
    paid = _checked(known, answer)
    clock.lap("check")
    found = Scheduled(
        problem=known,
        placed=answer.placed,
        terms=answer.terms,
        soft=paid,
        optimal=answer.optimal,
        stopped_by=answer.stopped_by,
        seconds=clock.seconds,
        file=None if out is None else Path(out),
    )
    if found.file is not None:
        text = json.dumps(found.document(), ensure_ascii=False, indent=1) + "\n"
        write_file(found.file, [text.encode("utf-8", errors="backslashreplace")])
    return found


def check(problem: ProblemGiven, schedule: ScheduleGiven, *, reading: str | None = None) -> Judged:
    """Whatever a schedule breaks, term by term, ours or another's, and what each objective comes to.

    `problem`: as for `solve`. `schedule`: a file of what `solve` prints or writes, or another's
    `{"start": {id: tick}, "mode": {id: mode}, "picked": {id: {pick: [who]}}}`; or one already read.
    Raises InputError (InputErrors) for anything wrong in what is given.
    """
    with Asked() as asked:
        text = None if isinstance(schedule, Mapping) else asked.read(_text_of, Path(schedule))
        known = asked.read(read_problem, problem, reading)
        placed = schedule if isinstance(schedule, Mapping) else asked.read(_placed_of, text, str(schedule), known)
    return Judged(
        problem=known,
        placed=placed,
        values=evaluate(known, placed),
        findings=violations_of(known, placed),
        soft=soft(known, placed),
    )


def read_problem(given: ProblemGiven, reading: str | None = None) -> Problem:
    """The problem that somebody gave: read from a file, or already made.

    Raises InputError (InputErrors) naming everything that is wrong with it.
    """
    if isinstance(given, Problem):
        _ensure_sound(given)
        return given
    from hamsafar.schedule.formats import SUFFIXES, read_problem_file

    path = Path(given)
    suffix = path.suffix.lower()
    how = _reading_of(reading, suffix)
    text = read_text(path, most_bytes=MOST_BYTES, or_latin=suffix in SUFFIXES)
    if suffix in SUFFIXES:
        known = read_problem_file(str(path), text, beside=partial(_text_beside, path), reading=how)
        _ensure_sound(known, f"{path} ")
        return known
    if suffix == ".json" or text.lstrip().startswith("{"):
        from hamsafar.schedule.form import read_problem as problem_of_json

        return problem_of_json(text, str(path))
    raise InputError(
        f"is no problem that is read here: our own is JSON, and others' names end in {', '.join(SUFFIXES)}",
        where=str(path),
    )


def placed_rows(problem: Problem, placed: Mapping[str, Placed]) -> dict[str, Any]:
    """`start` of whatever is present, `mode` of what has several, `picked` of what picks; in the problem's order."""
    present = [(task, placed[task.id]) for task in problem.tasks if task.id in placed]
    return {
        "start": {task.id: place.start for task, place in present},
        "mode": {task.id: place.mode for task, place in present if len(task.modes) > 1},
        "picked": {
            task.id: {pick: list(who) for pick, who in place.picked.items()} for task, place in present if place.picked
        },
    }


@define
class _Search:
    """One search: how far it may go, and what it proved on its way."""

    problem: Problem
    effort: float | None
    time_limit_s: float | None
    on_progress: Callable[[Progress], None] | None
    should_stop: Callable[[], bool]
    bounds: dict[str, int] = field(factory=dict, init=False)
    _began_s: float = field(factory=time.monotonic, init=False)

    def answer(self, seed: int, workers: int) -> Answer:
        """What the solver answers. With no effort said, its own default, or none where the clock is to stop it."""
        from hamsafar.schedule.solve import EFFORT  # loads the solver, which takes half a second
        from hamsafar.schedule.solve import solve as search

        if self.effort is None and self.time_limit_s is not None:
            self.effort = math.inf
        return search(
            self.problem,
            seed=seed,
            workers=workers,
            effort=EFFORT if self.effort is None else self.effort,
            time_limit_s=self.time_limit_s,
            on_progress=self._heard,
            should_stop=self.should_stop,
        )

    def explained(self, conflict: Conflict, seed: int, workers: int) -> Explained:
        """The rest of what there is to say of a conflict."""
        from hamsafar.schedule.solve import EFFORT

        return explained(
            self.problem,
            conflict,
            seed=seed,
            workers=workers,
            effort=EFFORT if self.effort is None else self.effort,
            ends_at_s=None if self.time_limit_s is None else self._began_s + self.time_limit_s,
            on_progress=self.on_progress,
            should_stop=self.should_stop,
        )

    def _heard(self, news: Progress) -> None:
        if news.bound is not None:
            self.bounds[news.stage] = news.bound
        if self.on_progress is not None:
            self.on_progress(news)


@frozen
class _Clock:
    """Wall-clock seconds of each stage; they are told beside a schedule, never in it."""

    seconds: dict[str, float] = field(factory=dict)
    _began_s: float = field(factory=time.perf_counter, init=False)

    def lap(self, name: str) -> None:
        now_s = time.perf_counter() - self._began_s
        self.seconds[name] = round(now_s - self.seconds.pop("total", 0.0), 3)
        self.seconds["total"] = round(now_s, 3)


def _checked(problem: Problem, answer: Solved) -> Paid:
    """What the answer pays for. Raises SolverError where it breaks its own problem, or is not worth what it says."""
    broken = violations_of(problem, answer.placed)
    if broken:
        raise SolverError(f"the schedule found breaks its own problem: {broken[0].sentence}")
    values, told = evaluate(problem, answer.placed), tuple(term.value for term in answer.terms)
    if values != told:
        raise SolverError(f"the schedule found is worth {values}, not {told}")
    return soft(problem, answer.placed)


def _placed_of(text: str, name: str, problem: Problem) -> dict[str, Placed]:
    from hamsafar.schedule.form import schedule_from_json

    return schedule_from_json(text, name, problem)


def _text_of(path: Path) -> str:
    return read_text(path, most_bytes=MOST_BYTES)


def _text_beside(path: Path, name: str) -> str | None:
    near = path.with_name(name)
    return read_text(near, most_bytes=MOST_BYTES, or_latin=True) if near.exists() else None


def _ensure_sound(problem: Problem, where: str = "") -> None:
    from hamsafar.schedule.validate import faults_of

    errors = [InputError(fault.words, where=f"{where}{fault.path}") for fault in faults_of(problem)]
    if errors:
        raise InputErrors(errors)


def _reading_of(reading: str | None, suffix: str) -> Reading:
    known = get_args(Reading)
    if reading is not None and reading not in known:
        raise InputError(f"should be {' or '.join(known)} (got {reading!r})", where="--reading")
    if reading is not None and suffix != ".pddl":
        raise InputError("only PDDL can be read in two ways; leave it out for this file", where="--reading")
    return cast(Reading, reading or "published")


def _ensure_limits(effort: float | None, time_limit_s: float | None, workers: int) -> None:
    given = {"--effort": effort, "--time-limit": time_limit_s}
    errors = [
        InputError(f"should be a number above 0 (got {limit})", where=option)
        for option, limit in given.items()
        if limit is not None and not limit > 0  # nor NaN
    ]
    if time_limit_s == math.inf or (effort == math.inf and time_limit_s is None):
        endless = "--effort" if time_limit_s is None else "--time-limit"
        errors.append(InputError("should be a finite number, or the search may never end (got inf)", where=endless))
    if workers < 1:
        errors.append(InputError(f"should be at least 1 (got {workers})", where="--workers"))
    if errors:
        raise InputErrors(errors)


def _ensure_another(out: Path, problem: ProblemGiven) -> None:
    """A schedule can be written there, and not over the problem."""
    ensure_replaceable(out)
    if isinstance(problem, Problem):
        return
    given = Path(problem)
    if given.exists() and out.exists() and out.samefile(given):
        raise InputError("is the problem itself; name another file for the schedule", where="--out")
