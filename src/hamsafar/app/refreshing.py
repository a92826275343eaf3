"""`refresh`: a plan on newer elements: found again, judged again, what still holds told apart from what doesn't."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.asking import instant_of
from hamsafar.app.elements import ElementsGiven, Tracked, object_of
from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.plan_files import plan_at
from hamsafar.app.planning import OURS, exports
from hamsafar.domain.plan import Finding, FindingStatus, Judgement, Placement, Plan
from hamsafar.errors import HamsafarError, InputError
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.answer import NoPlan
from hamsafar.planning.refresh import FlightEvent, Refreshed, WindowChange
from hamsafar.planning.refresh import refresh as refreshed_by
from hamsafar.timeline import Instant
from hamsafar.verify import verify

__all__ = ["FlightEvent", "NoPlan", "Refresh", "Unsettled", "WindowChange", "refresh"]

_MOST_NAMED = 40  # placements in one sentence; where more are broken, the whole stay is
_LARGE_PHASE_DEG = 1.0  # a quarter of a minute of motion: from here a sigma is worth a word


@frozen(kw_only=True)
class Unsettled:
    """A placement of which a rule no longer holds, or can't be checked any more."""

    placement: Placement
    status: FindingStatus  # broken, or not_checked
    findings: tuple[Finding, ...]


@frozen(kw_only=True, slots=False)
class Refresh:
    """A refreshed plan and its judgement; `before` is what the verifier says of the plan as it was."""

    refreshed: Refreshed
    judgement: Judgement
    before: Judgement
    warnings: tuple[str, ...]
    marks: tuple[str, ...] = ()  # the last of the plan's own warnings: what of it can't stay as it is
    files: tuple[Path, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan on the new elements, its verdict inside."""
        return self.refreshed.plan

    @cached_property
    def against(self) -> tuple[Finding, ...]:
        """The findings against the plan."""
        return tuple(one for one in self.judgement.findings if one.status != "holds")

    @cached_property
    def unsettled(self) -> tuple[Unsettled, ...]:
        """The placements that findings name, by start; a placement that is broken anywhere counts as broken."""
        named: dict[str, list[Finding]] = {}
        for finding in self.against:
            for id_ in dict.fromkeys(finding.where):
                named.setdefault(id_, []).append(finding)
        return tuple(
            Unsettled(placement=one, status=_worst(named[one.id]), findings=tuple(named[one.id]))
            for one in self.plan.placements
            if one.id in named
        )

    @cached_property
    def holding(self) -> tuple[Placement, ...]:
        """The placements that every rule still holds of, by start."""
        unsettled = {one.placement.id for one in self.unsettled}
        return tuple(one for one in self.plan.placements if one.id not in unsettled)

    @cached_property
    def elsewhere(self) -> tuple[Finding, ...]:
        """The findings against the plan that name no placement: of the flight, the windows, what is missing."""
        ids = {one.id for one in self.plan.placements}
        return tuple(one for one in self.against if not ids.intersection(one.where))

    def was_there(self, finding: Finding) -> bool:
        """Whether the same rule was found against the same thing before: the elements are not to blame then."""
        return _gist(finding) in self._earlier

    @cached_property
    def _earlier(self) -> frozenset[tuple[str, str, str]]:
        return frozenset(map(_gist, self.before.findings))


def _worst(findings: list[Finding]) -> FindingStatus:
    return "broken" if any(one.status == "broken" for one in findings) else "not_checked"


def _gist(finding: Finding) -> tuple[str, str, str]:
    """What stays of a finding when figures change: its rule, status, and first of what it names."""
    return finding.rule, finding.status, finding.where[0] if finding.where else ""


def refresh(
    plan: Path | str | Plan,
    elements: ElementsGiven,
    *,
    as_of: Instant | str | None = None,
    out: Path | str | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> Refresh | NoPlan:
    """A plan on other elements of its station: flight and windows recomputed, every placement left where it was.

    `plan`: a plan, its file, or the folder it lies in. Of many element sets the one nearest to the lift-off counts;
    `as_of`: later ones are not looked at. `out`: a folder for the refreshed plan and its exports, of which only
    plan.json is written where something is broken; without it nothing is written.
    Raises InputErrors for a file that is no plan, elements of another object, and where `as_of` leaves none.
    """
    if out is not None:
        ensure_writable(Path(out))
    tell("Reading the plan and the elements")
    given, tracked = _read(plan), object_of(elements, as_of)
    if not tracked.sets:
        raise InputError("should be element sets (TLE, 3LE, OMM); this is an ephemeris", where="--elements")
    tell("Finding the flight again and opening its windows")
    moment = None if as_of is None else instant_of(as_of, "--as-of")
    found = _again(given, tracked, moment, where="the plan" if isinstance(plan, Plan) else str(plan))
    if isinstance(found, NoPlan):
        return found
    tell("Verifying the plan by its own physics, before and after")
    before, judgement = verify(given), verify(read_plan(write_plan(found.plan)))
    warnings = tuple(_warnings(found, before, tracked))
    answer = _marked(Refresh(refreshed=found, judgement=judgement, before=before, warnings=warnings))
    return answer if out is None else evolve(answer, files=_write(answer, Path(out), tell))


def _read(plan: Path | str | Plan) -> Plan:
    return plan if isinstance(plan, Plan) else plan_at(Path(plan))


def _again(plan: Plan, tracked: Tracked, as_of: Instant | None, *, where: str) -> Refreshed | NoPlan:
    """The plan on these elements. A file may be a plan in form and name sites or rules that it doesn't hold."""
    try:
        return refreshed_by(plan, tracked.sets, as_of=as_of)
    except HamsafarError:
        raise
    except Exception as problem:  # whatever a contradiction within the file leads to; `verify` judges such plans too
        what = f"contradicts itself, so its flight can't be found again ({type(problem).__name__}: {problem})"
        raise InputError(f"{what}; hamsafar verify says more", where=where) from problem


def _marked(answer: Refresh) -> Refresh:
    """The answer with its verdict in the plan, and what can't stay as it is named in the plan's warnings."""
    found = answer.refreshed
    marks = () if found.is_as_before else tuple(_marks(answer.unsettled))
    plan = evolve(found.plan, verdict=answer.judgement.verdict, warnings=(*found.plan.warnings, *marks))
    return evolve(answer, refreshed=evolve(found, plan=plan), marks=marks)


def _marks(unsettled: Iterable[Unsettled]) -> Iterator[str]:
    named = [f"{one.placement.id} ({', '.join(sorted({found.rule for found in one.findings}))})" for one in unsettled]
    if named:
        more = [f"and {len(named) - _MOST_NAMED} more"] if len(named) > _MOST_NAMED else []
        listed = ", ".join([*named[:_MOST_NAMED], *more])
        yield f"With these elements {len(named)} of what was placed can't stay as it is: {listed}."


def _write(answer: Refresh, folder: Path, tell: Callable[[str], None]) -> tuple[Path, ...]:
    files = {"plan.json": write_plan(answer.plan).encode()}
    if answer.judgement.verdict != "broken":
        tell("Writing the report, calendars and tables")
        files |= exports(answer.plan, answer.judgement)
    return write_whole(folder, files, stale=OURS)


def _warnings(found: Refreshed, before: Judgement, tracked: Tracked) -> Iterator[str]:
    """What whoever asked should know of the answer, besides what the plan itself says."""
    yield from tracked.doubts
    old, new = found.before, found.plan
    was, epoch = old.trajectory.elements.epoch, new.trajectory.elements.epoch
    if epoch < was:
        yield f"the elements of {epoch.iso()} are older than those the plan rests on ({was.iso()}): it knows less now"
    if epoch > new.flight.launch.launch:
        yield f"the elements of {epoch.iso()} are later than the lift-off; --as-of looks at earlier ones only"
    yield from _of_sigma(new)
    if found.days_moved:
        by = f"{abs(found.days_moved)} d {'later' if found.days_moved > 0 else 'earlier'}"
        yield f"no flight fits on the planned day any more: lift-off is {by}, and what was placed did not move along"
    if old.flight.profile != new.flight.profile:
        yield f"the profile {old.flight.profile} can't be flown any more: it is {new.flight.profile} now"
    if before.verdict == "broken":
        yield "the plan was broken before it was refreshed"


def _of_sigma(plan: Plan) -> Iterator[str]:
    """Plain words where the elements are too old for the phase, or the phase is known badly."""
    launch, age_d = plan.flight.launch, abs(plan.flight.launch.elements_age_d)
    if plan.trajectory.basis == "far":
        yield (
            f"the elements are {age_d:.0f} d away from lift-off, too old to know the station's place in its orbit: "
            f"lift-off is known to ± {_length(launch.sigma_s)}, and every window on the station is provisional"
        )
    elif launch.phase_sigma_deg is not None and launch.phase_sigma_deg > _LARGE_PHASE_DEG:
        yield (
            f"the elements are {age_d:.1f} d away from lift-off: the station's place in its orbit is known to "
            f"± {launch.phase_sigma_deg:.1f} deg by then, and less later"
        )


def _length(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
