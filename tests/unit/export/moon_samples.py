"""A made-up lunar mission's report: nothing in it was calculated."""

from __future__ import annotations

from datetime import date, timedelta
from math import sin
from pathlib import Path

from hamsafar.domain.lunar import LunarMission
from hamsafar.domain.lunar_report import (
    CostShown,
    DayShown,
    Gauge,
    ImpactAt,
    LifeShown,
    Low,
    MissionShown,
    PaperDue,
    Swept,
)
from hamsafar.domain.operations import (
    ObjectiveTerm,
    OperationsPlan,
    OperationsSpan,
    OperationsTask,
    OperationsWindow,
    Sent,
    Undone,
)
from hamsafar.domain.plan import Finding, Judgement
from hamsafar.programme.lunar import read_mission

MISSION: LunarMission = read_mission(Path(__file__).parents[3] / "examples" / "lunar-cubesat")
assert MISSION.operations is not None
_WEEK = MISSION.operations.span
_START = MISSION.state.epoch
_KINDS = ("commissioning", "image", "transmission", "upkeep")


def _task(n: int) -> OperationsTask:
    kind = _KINDS[n % 4]
    start = _WEEK.start.plus(hours=6 * n)
    sending = kind == "transmission"
    return OperationsTask(
        id=f"task#{n}",
        of="x",
        kind=kind,  # type: ignore[arg-type]  # of the four
        title=f"Task <{n}>",
        start=start,
        end=start.plus(minutes=40),
        mode="talk",
        station="guest-dish" if sending else None,
        sends=(Sent(of="task#1", kbit=700.0),) if sending else (),
    )


def _passes(station: str) -> OperationsWindow:
    spans = [(_WEEK.start.plus(hours=24 * n + 9), _WEEK.start.plus(hours=24 * n + 14)) for n in range(7)]
    return OperationsWindow(kind="contact", of=station, spans=tuple(OperationsSpan(start=a, end=b) for a, b in spans))


PLAN = OperationsPlan(
    mission=MISSION,
    span=_WEEK,
    orbit=(),
    windows=(_passes("guest-dish"), _passes("dwingeloo")),
    tasks=tuple(_task(n) for n in range(24)),
    undone=(Undone(id="tycho#2", of="near-side", title="Tycho 2", value=3, reason="costs 13 min of link; 5 min left"),),
    home=("task#1",),
    status="optimal",
    objective=(ObjectiveTerm(name="worth of pictures left out", value=3, bound=3, unit="points"),),
    rules=(),
    verdict="holds",
)
JUDGEMENT = Judgement(
    verdict="holds",
    findings=(Finding(rule="OPS-01", status="holds", where=(), sentence="Everything lies in the week."),),
)
SHOWN = MissionShown(
    life=LifeShown(
        start=_START,
        end=_START.plus(days=150),
        ended_by="It falls on the Moon",
        lows=tuple(Low(at=_START.plus(hours=12 * n), altitude_km=200 + 150 * sin(n / 30)) for n in range(300)),
        impact=ImpactAt(at=_START.plus(days=150), latitude_deg=12.0, longitude_deg=-100.0),
    ),
    swept=tuple(
        Swept(
            of="release.elements.inclination",
            value=value,
            life_d=None if value > 90 else 50.0,
            looked_d=184.0,
            lowest_km=88.0,
        )
        for value in (30.0, 60.0, 110.0)
    ),
    days=tuple(
        DayShown(
            day=date(2024, 5, 8) + timedelta(days=n),
            contact_h=(("guest-dish", 4 + sin(n)), ("dwingeloo", 3.0)),
            dark_moon_min=30.0,
            dark_earth_min=80.0 if n == 40 else 0.0,
            could_kbit=25_000.0 + 1_000 * n,
        )
        for n in range(150)
    ),
    costs=(
        CostShown(
            wish="near-side", title="Crater Tycho", count=2, kbit=737.28, link_min=13.6, share_of_week=0.02, openings=4
        ),
    ),
    battery=tuple(Gauge(at=_WEEK.start.plus(hours=n), value=70 + 20 * sin(n)) for n in range(168)),
    store=tuple(Gauge(at=_WEEK.start.plus(hours=n), value=500.0 * (n % 12)) for n in range(168)),
    papers=(
        PaperDue(
            id="iaru", title="IARU", owner="guest", source="x", begin=date(2022, 1, 1), due=date(2022, 2, 1), done=None
        ),
    ),
    notes=("The orbit's plane is an assumption.",),
)
