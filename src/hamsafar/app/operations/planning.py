"""`plan` of a mission: read, count the costs, plan the week, write it out, read it back, verify, export."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from attrs import evolve, frozen

from hamsafar.app.files import ensure_writable, write_whole
from hamsafar.app.moon.spec import mission_of
from hamsafar.app.planning import Clock
from hamsafar.domain.operations import OperationsPlan
from hamsafar.domain.plan import Judgement
from hamsafar.formats.operations_json import read_operations, write_operations
from hamsafar.planning.operations.answer import NoWeek, no_week
from hamsafar.planning.operations.costs import WeekCosts, costs_of, shown_costs
from hamsafar.planning.operations.facts import WeekFacts
from hamsafar.planning.operations.gauges import gauges_of
from hamsafar.planning.operations.make import MadeWeek, make_week
from hamsafar.planning.operations.solve import DEFAULT_EFFORT, Effort, Impossible, NotFound
from hamsafar.planning.operations.windows import Prepared, prepare

__all__ = ["DEFAULT_EFFORT", "Effort", "NoWeek", "NotFound", "PlannedWeek", "WeekCosts", "plan_week", "week_costs"]

# What a run may leave in its folder, so that a later run can clear away what no longer belongs to its plan.
OURS = ("report.html", "timeline.xlsx", "timeline.csv", "orbit.oem", "calendars/*.ics", "timings.json")


@frozen(kw_only=True)
class PlannedWeek:
    """A week that was found, written and verified."""

    plan: OperationsPlan
    judgement: Judgement
    costs: WeekCosts
    files: tuple[Path, ...]
    seconds: Mapping[str, float]


def week_costs(spec: Path | str, *, tell: Callable[[str], None] = lambda _: None) -> WeekCosts:
    """What every wish of a mission costs, and what the link can give; nothing is planned. Raises InputErrors."""
    return costs_of(prepare(mission_of(spec), tell).facts)


def plan_week(
    spec: Path | str,
    *,
    out: Path | str | None = None,
    effort: Effort | None = None,
    costs: Callable[[WeekCosts], None] = lambda _: None,
) -> PlannedWeek | NoWeek | NotFound:
    """Plans the week of a mission's folder or file; files go to `out`, or to out/NAME of the mission.

    `costs` is told what every wish costs before anything is planned. Raises InputErrors naming everything wrong with
    the input; nothing is written then, nor when no week is found.
    """
    effort = effort or Effort()
    clock = Clock()
    effort.tell("Reading the mission")
    mission = mission_of(spec)
    folder = Path("out") / mission.id if out is None else Path(out)
    ensure_writable(folder)
    clock.lap("read")
    prepared = prepare(mission, effort.tell)
    clock.lap("windows")
    told = costs_of(prepared.facts)
    costs(told)
    answer = make_week(prepared, effort)
    if isinstance(answer, Impossible):
        return no_week(prepared.facts, answer, effort)
    clock.lap("plan")
    if not isinstance(answer, MadeWeek):
        return answer
    plan, judgement, files = written(answer.plan, prepared, folder, clock, effort.tell)
    return PlannedWeek(plan=plan, judgement=judgement, costs=told, files=files, seconds=clock.seconds)


def written(
    plan: OperationsPlan, prepared: Prepared, folder: Path, clock: Clock, tell: Callable[[str], None]
) -> tuple[OperationsPlan, Judgement, tuple[Path, ...]]:
    """The plan with its verdict inside, the judgement, and its files: of a broken one only plan.json."""
    from hamsafar.verify.operations import verify_operations

    tell("Verifying the week by its own physics")
    made = read_operations(write_operations(plan))
    judgement = verify_operations(made)
    clock.lap("verify")
    made = evolve(made, verdict=judgement.verdict)
    files = {"plan.json": write_operations(made).encode()}
    if judgement.verdict != "broken":
        tell("Writing the report, calendars and tables")
        files |= exports(made, judgement, prepared.facts, tell)
        clock.lap("export")
        files["timings.json"] = (json.dumps(clock.seconds, indent=1) + "\n").encode()
    return made, judgement, write_whole(folder, files, stale=OURS)


def exports(
    plan: OperationsPlan, judgement: Judgement, facts: WeekFacts, tell: Callable[[str], None]
) -> dict[str, bytes]:
    """Every export of a week, by file name; the report shows the whole mission."""
    from hamsafar.app.moon.reporting import shown_of
    from hamsafar.export.moon_page import mission_page
    from hamsafar.export.operations_tables import orbit_oem, station_calendar, timeline_csv, timeline_xlsx

    battery, store = gauges_of(plan, facts)
    mission = shown_of(plan.mission, tell=tell)
    shown = evolve(mission, costs=shown_costs(costs_of(facts)), battery=battery, store=store)
    heard = sorted({window.of for window in plan.windows if window.kind == "contact" and window.of and window.spans})
    return {
        "report.html": mission_page(plan.mission, shown, plan, judgement),
        "timeline.xlsx": timeline_xlsx(plan),
        "timeline.csv": timeline_csv(plan),
        "orbit.oem": orbit_oem(plan),
        **{f"calendars/{station}.ics": station_calendar(plan, station) for station in heard},
    }
