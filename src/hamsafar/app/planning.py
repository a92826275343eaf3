"""`plan`: read, plan, write out, read back, verify, export. The core behind every door."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.no_plans import with_places
from hamsafar.app.plan_files import ensure_no_plan
from hamsafar.domain.plan import Judgement, Plan
from hamsafar.export.hosts_minutes import minutes_document, said_of_hosts_minutes
from hamsafar.formats.plan_json import read_plan, write_plan
from hamsafar.planning.answer import Made, NoPlan, Undecided
from hamsafar.planning.make import Options, make_plan
from hamsafar.planning.requested import said_of_requests
from hamsafar.planning.training.readiness import readiness_of
from hamsafar.programme import read_programme
from hamsafar.timeline import Instant
from hamsafar.verify import verify

__all__ = [
    "NoPlan",
    "Options",
    "Planned",
    "Undecided",
    "exports",
    "minutes_document",
    "plan",
    "said_of_hosts_minutes",
]

# What a run may leave in its folder, so that a later run can clear away what no longer belongs to its plan.
OURS = ("report.html", "activities.xlsx", "activities.csv", "station.oem", "calendars/*.ics", "timings.json")


@frozen(kw_only=True)
class Planned:
    """A plan that was found, written and verified."""

    plan: Plan
    judgement: Judgement
    files: tuple[Path, ...]
    seconds: Mapping[str, float]


class Clock:
    """Wall-clock seconds of each stage; they live beside the plan, never in it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._started = self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        """Ends a stage."""
        now = time.perf_counter()
        self.seconds[name], self._last = round(now - self._last, 3), now
        self.seconds["total"] = round(now - self._started, 3)


def plan(
    programme: Path | str,
    *,
    out: Path | str | None = None,
    as_of: Instant | None = None,
    options: Options | None = None,
) -> Planned | NoPlan | Undecided:
    """Runs the whole chain on a programme folder; files go to `out`, or to out/NAME of the programme.

    `as_of`: elements of later epochs are not looked at, as if the plan were made then.

    Raises InputErrors naming everything wrong with the input; nothing is written then, nor when no plan is found.
    """
    options = options or Options()
    clock, tell = Clock(), options.tell
    tell("Reading the programme")
    ensure_no_plan(Path(programme))
    known = read_programme(Path(programme), as_of=as_of)
    folder = Path("out") / known.id if out is None else Path(out)
    ensure_writable(folder)
    clock.lap("read")
    answer = make_plan(known, options)
    clock.lap("plan")
    if isinstance(answer, NoPlan):
        return with_places(answer, Path(programme))
    if not isinstance(answer, Made):
        return answer
    made, judgement, files = written(answer.plan, folder, clock, tell)
    return Planned(plan=made, judgement=judgement, files=files, seconds=clock.seconds)


def written(
    plan: Plan, folder: Path, clock: Clock, tell: Callable[[str], None]
) -> tuple[Plan, Judgement, tuple[Path, ...]]:
    """The plan with its verdict inside, the judgement, and its files: of a broken one only plan.json."""
    tell("Verifying the plan by its own physics")
    judgement = verify(read_plan(write_plan(plan)))
    clock.lap("verify")
    made = evolve(plan, verdict=judgement.verdict)
    files = {"plan.json": write_plan(made).encode()}
    if judgement.verdict != "broken":
        tell("Writing the report, calendars and tables")
        files |= exports(made, judgement)
        clock.lap("export")
        files["timings.json"] = (json.dumps(clock.seconds, indent=1) + "\n").encode()
    return made, judgement, write_whole(folder, files, stale=OURS)


def exports(plan: Plan, judgement: Judgement) -> dict[str, bytes]:
    """Every export of a plan, by file name."""
    from hamsafar.app.pace import pace_of
    from hamsafar.app.track import oem_states, track_points
    from hamsafar.export.calendars import person_ics
    from hamsafar.export.oem import station_oem
    from hamsafar.export.page import report_html
    from hamsafar.export.sheets import activities_csv, activities_xlsx

    people = sorted({person for placement in plan.placements for person in placement.person_ids})
    calendars = {f"calendars/{person}.ics": person_ics(plan, person) for person in people}
    return {
        "report.html": report_html(
            plan, judgement, track_points(plan), readiness_of(plan), said_of_requests(plan), pace_of(plan)
        ),
        "activities.xlsx": activities_xlsx(plan),
        "activities.csv": activities_csv(plan),
        "station.oem": station_oem(plan, oem_states(plan), frame="TEME"),
        **calendars,
    }
