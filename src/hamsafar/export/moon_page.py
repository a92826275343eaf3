"""The report of a lunar mission: its week, life, dark, contacts and costs, as one page that opens from a disk."""

from __future__ import annotations

from itertools import groupby

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.lunar_report import MissionShown
from hamsafar.domain.operations import OperationsPlan
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
        impact=None if life is None or life.impact is None else drawn(impact_picture([life.impact])),
        lowest=0.0 if low is None else low.altitude_km,
        lowest_at=mission.state.epoch if low is None else low.at,
        swept=[
            (of, drawn(swept_picture(list(rows), "deg"))) for of, rows in groupby(shown.swept, key=lambda row: row.of)
        ],
        dark=drawn(dark_picture(shown.days)) if shown.days else None,
        contacts=drawn(contacts_picture(shown.days, list(names))) if shown.days else None,
        data=drawn(data_picture(shown.days)) if shown.days else None,
        stations=list(names.values()),
        station=lambda id_: "" if id_ is None else names.get(id_, id_),
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


def _clock(at: Instant) -> str:
    return at.iso()[:16].replace("T", " ")


def _local(at: Instant, name: str) -> str:
    return at.datetime(zone(name)).strftime("%m-%d %H:%M")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
