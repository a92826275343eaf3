"""`replan`: a plan and a change file to the nearest plan that holds, written beside the old one and verified."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.attending import Unlisted, attended
from hamsafar.app.diffing import Diff, between
from hamsafar.app.elements import object_of
from hamsafar.app.files import ensure_writable
from hamsafar.app.plan_files import plan_given
from hamsafar.app.planning import Clock, written
from hamsafar.app.requesting import from_host
from hamsafar.app.versions import digest_of
from hamsafar.domain.changes import Change, Version
from hamsafar.domain.elements import Elements
from hamsafar.domain.plan import Judgement, Plan
from hamsafar.errors import HamsafarError, InputError, InputErrors
from hamsafar.planning.answer import NoPlan, Undecided
from hamsafar.planning.changed import changed
from hamsafar.planning.crew.undone import OVER
from hamsafar.planning.make import Options
from hamsafar.planning.replan import EFFORT, Replanned
from hamsafar.planning.replan import replan as replanned_by
from hamsafar.programme import read_change, write_change
from hamsafar.schedule.nearest import MOVED, NEARNESS, SHIFT

__all__ = ["EFFORT", "MOVED", "NEARNESS", "OVER", "SHIFT", "NoPlan", "Options", "Replan", "Undecided", "replan"]

_NUMBERED = re.compile(r"(?P<name>.+)\.v\d+")


@frozen(kw_only=True, slots=False)
class Replan:
    """A plan after a change: found, written and verified."""

    before: Plan
    plan: Plan
    judgement: Judgement
    files: tuple[Path, ...]
    seconds: dict[str, float]
    of_the_flight: tuple[str, ...] = ()  # where the flight isn't on the day asked for, and why; among the warnings

    @cached_property
    def diff(self) -> Diff:
        """What differs from the plan before."""
        return between(self.before, self.plan)

    @property
    def version(self) -> Version:
        """Its own place in the chain: who asked for what."""
        return self.plan.versions[-1]


def replan(
    plan: Path | str | Plan,
    change: Path | str | Change | None = None,
    *,
    out: Path | str | None = None,
    options: Options | None = None,
    attendance: Sequence[Path | str] = (),
    unlisted: Unlisted | None = None,
    host_plan: Sequence[Path | str] = (),
    answers: Sequence[Path | str] = (),
    host_zone: str | None = None,
    mind: Callable[[str], None] = lambda note: None,
) -> Replan | NoPlan | Undecided:
    """The plan nearest to an old one in which a change holds: what is promised first, then everything, stays.

    `plan`: a plan, its file, or the folder it lies in; `change`: a change, or its file; `attendance`: files that say
    what happened, besides or in its place; `unlisted`: what became of sessions that they don't name; `host_plan`:
    files of what the host has fixed aboard, in `host_zone` where they name no zone; `answers`: files of its answers to
    requests; `mind` is told what a reader of all these should know. Files go to `out`, or to a new folder beside the
    plan's: NAME.v2, NAME.v3, ... ; of a plan without a file, to that beside out/NAME.
    Raises InputErrors naming everything wrong with the input; nothing is written then, nor when no plan is found.
    """
    options = options or Options(effort=EFFORT)
    clock, tell = Clock(), options.tell
    tell("Reading the plan and the change")
    given = plan_given(plan)
    host = partial(from_host, host_plan=host_plan, answers=answers, zone=host_zone, mind=mind)
    asked = _asked(given, change, attendance, unlisted, mind, host if host_plan or answers else None)
    folder = _folder(plan, given) if out is None else Path(out)
    _ensure_apart(folder, plan)
    ensure_writable(folder)
    elements = _fitting(given, asked, asked if change is None else change)
    clock.lap("read")
    answer = _again(given, asked, options, elements, where="the plan" if isinstance(plan, Plan) else str(plan))
    clock.lap("plan")
    if not isinstance(answer, Replanned):
        return answer
    made = _with_version(answer, asked)
    made, judgement, files = written(made, folder, clock, tell)
    return Replan(
        before=given,
        plan=made,
        judgement=judgement,
        files=files,
        seconds=clock.seconds,
        of_the_flight=answer.of_the_flight,
    )


def _asked(
    plan: Plan,
    change: Path | str | Change | None,
    attendance: Sequence[Path | str],
    unlisted: Unlisted | None,
    mind: Callable[[str], None],
    host: Callable[[Plan, Change | None], Change] | None,
) -> Change:
    """The change, and what the host and the attendance add to it."""
    said = change if change is None or isinstance(change, Change) else read_change(Path(change), plan)
    said = said if host is None else host(plan, said)
    if attendance:
        found = attended(plan, attendance, change=said, unlisted=unlisted)
        for note in found.notes:
            mind(note)
        return found.change
    if said is None:
        raise InputError("nothing is asked: give a change, attendance, the host's plan, or its answers")
    return said


def _again(
    plan: Plan, change: Change, options: Options, elements: tuple[Elements, ...], *, where: str
) -> Replanned | NoPlan | Undecided:
    """The nearest plan. A file may be a plan in form and name people or sites that it doesn't hold."""
    try:
        return replanned_by(plan, change, options, elements=elements)
    except HamsafarError:
        raise
    except (KeyError, StopIteration) as problem:
        what = f"contradicts itself, so it can't be planned again ({type(problem).__name__}: {problem})"
        raise InputError(f"{what}; hamsafar verify says more", where=where) from problem


def _with_version(answer: Replanned, change: Change) -> Plan:
    """The plan with its own version at the end of the chain."""
    own = Version(
        number=answer.before.versions[-1].number + 1,
        parent=digest_of(answer.before),
        title=change.title,
        asked_by=change.asked_by,
        asked_on=change.asked_on,
        why=change.why,
        change=write_change(change),
        stay_moved_d=answer.differences.stay_moved_d,
    )
    return evolve(answer.plan, versions=(*answer.before.versions, own))


def _fitting(plan: Plan, asked: Change, given: Path | str | Change) -> tuple[Elements, ...]:
    """The element sets that a change brings; where there are none, that is told with all else that doesn't fit."""
    try:
        return _elements(asked, given)
    except InputError as problem:
        errors = list(problem.errors) if isinstance(problem, InputErrors) else [problem]
        try:
            changed(plan, asked)
        except InputErrors as more:
            errors += more.errors
        raise InputErrors(errors) from problem


def _elements(change: Change, given: Path | str | Change) -> tuple[Elements, ...]:
    """The element sets that a change brings, from the file beside it."""
    if change.elements is None:
        return ()
    beside = Path() if isinstance(given, Change) else Path(given).parent
    tracked = object_of(beside / change.elements)
    if not tracked.sets:
        where = change.where.get("elements", "elements")
        raise InputError("should be element sets (TLE, 3LE, OMM); this is an ephemeris", where=where)
    return tuple(tracked.sets)


# Where it goes


def _folder(plan: Path | str | Plan, given: Plan) -> Path:
    """The first folder beside the plan's that is not there: NAME.v2, NAME.v3, ..., from its version on."""
    home = Path("out") / given.programme.id if isinstance(plan, Plan) else _home(Path(plan))
    found = _NUMBERED.fullmatch(home.name)
    name = home.name if found is None else found["name"]
    number = given.versions[-1].number + 1
    while (home.parent / f"{name}.v{number}").exists():
        number += 1
    return home.parent / f"{name}.v{number}"


def _home(path: Path) -> Path:
    """The folder a plan lies in, by a name of its own."""
    folder = path if path.is_dir() else path.parent
    return folder if folder.name not in ("", "..") else folder.absolute().resolve()


def _ensure_apart(folder: Path, plan: Path | str | Plan) -> None:
    """Raises InputError where the new plan would take the place of the old one."""
    if isinstance(plan, Plan):
        return
    file = Path(plan) / "plan.json" if Path(plan).is_dir() else Path(plan)
    if (folder / "plan.json").exists() and (folder / "plan.json").samefile(file):
        raise InputError("holds the plan that is to be changed, and it stays; name another folder", where="--out")
