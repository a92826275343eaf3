"""The report of a lunar mission: its week, life, dark, contacts and costs, as one page that opens from a disk."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.lunar_report import LifeShown, MissionShown
from hamsafar.domain.operations import OperationsPlan, OperationsTask
from hamsafar.domain.plan import Judgement
from hamsafar.export.clocks import clock_label
from hamsafar.export.svg_moon import (
    contacts_picture,
    dark_picture,
    data_picture,
    gauge_picture,
    home_picture,
    impact_picture,
    life_picture,
    swept_picture,
    week_picture,
)
from hamsafar.export.templates import drawn, filled
from hamsafar.timeline import Instant, Span, mission_elapsed, zone


def mission_page(
    mission: LunarMission,
    shown: MissionShown,
    plan: OperationsPlan | None = None,
    judgement: Judgement | None = None,
) -> bytes:
    """The page in UTF-8; the same input gives the same bytes. Nothing of any network."""
    names = {station.id: station.site.name for station in mission.stations}
    life = shown.life
    low = min(life.lows, key=lambda one: one.altitude_km) if life is not None and life.lows else None
    images = [] if plan is None else [task for task in plan.tasks if task.kind == "image"]
    return filled(
        "moon.html.j2",
        "board.css",
        "moon.css",
        mission=mission,
        shown=shown,
        plan=plan,
        judgement=judgement,
        images=len(images),
        home=0 if plan is None else len(plan.home),
        asked=0 if mission.operations is None else sum(wish.count for wish in mission.operations.images),
        week=None if plan is None else drawn(week_picture(plan)),
        pictures=None if plan is None or not images else drawn(home_picture(plan)),
        battery=_battery(mission, shown, plan),
        store=_store(mission, shown, plan),
        life=None if life is None else drawn(life_picture(life.lows, Span(life.start, life.end))),
        impact=None
        if life is None or life.impact is None
        else drawn(impact_picture([life.impact], life.drawn_ends, mission.targets)),
        lowest=0.0 if low is None else low.altitude_km,
        lowest_at=mission.state.epoch if low is None else low.at,
        swept=[
            (_called(of), drawn(swept_picture(list(rows), "deg")))
            for of, rows in groupby(shown.swept, key=lambda row: row.of)
        ],
        looked_to=mission.state.epoch.plus(days=max((row.looked_d for row in shown.swept), default=0.0)),
        drawn="" if life is None else _drawn_lives(life),
        dark=drawn(dark_picture(shown.days)) if shown.days else None,
        contacts=drawn(contacts_picture(shown.days, list(names))) if shown.days else None,
        data=drawn(data_picture(shown.days)) if shown.days else None,
        stations=list(names.values()),
        station=lambda task: _station(mission, plan, task, names),
        clock=_clock,
        local=_local,
        elapsed=lambda at: "" if mission.launch is None else mission_elapsed(at, mission.launch),
        zone_name=clock_label,
        figure=_figure,
    )


def _battery(mission: LunarMission, shown: MissionShown, plan: OperationsPlan | None) -> object:
    if plan is None or not shown.battery or mission.power is None:
        return None
    limits = [(mission.power.lowest_share * 100, "never below")]
    return drawn(gauge_picture(shown.battery, plan.span, unit="% of the battery", limits=limits))


def _store(mission: LunarMission, shown: MissionShown, plan: OperationsPlan | None) -> object:
    if plan is None or not shown.store or mission.operations is None:
        return None
    return drawn(gauge_picture(shown.store, plan.span, unit="kbit in the store", limits=[]))


def _called(name: str) -> str:
    """`release.elements.raan` in words."""
    last = name.rsplit(".", 1)[-1]
    return {"raan": "right ascension of the ascending node"}.get(last, last.replace("_", " "))


def _drawn_lives(life: LifeShown) -> str:
    """What lives drawn from the release's spread say of the end."""
    if not life.drawn:
        return ""
    fell = len(life.drawn_ends)
    told = f"Of {life.drawn} lives drawn from the release's spread {fell} fall"
    if fell < 2:
        return told + "."
    first, last = life.drawn_ends[0].at, life.drawn_ends[-1].at
    return f"{told}, from {_clock(first)} to {_clock(last)} (small dots)."


def _station(mission: LunarMission, plan: OperationsPlan | None, task: OperationsTask, names: Mapping[str, str]) -> str:
    """With whom: the task's station, or those that hear the craft all through a step that is done in contact."""
    if task.station is not None or plan is None or mission.operations is None:
        return names.get(task.station or "", task.station or "")
    steps = (*mission.operations.commissioning, *mission.operations.upkeep)
    if not any(step.id == task.of and step.in_contact for step in steps):
        return ""
    hearing = [
        names.get(window.of or "", window.of or "")
        for window in plan.windows
        if window.kind == "contact" and any(one.start <= task.start and task.end <= one.end for one in window.spans)
    ]
    return " or ".join(hearing)


def _clock(at: Instant) -> str:
    return at.iso()[:16].replace("T", " ")


def _local(at: Instant, name: str) -> str:
    return at.datetime(zone(name)).strftime("%m-%d %H:%M")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
