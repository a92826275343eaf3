"""Thirty hours of a made-up lunar CubeSat: a mission, an orbit, and a plan put down by hand that keeps every rule.

The orbit is `oracles/data/lunar_day.json`. The windows are read off second by second from the second opinion's own
views, which other tests hold against other programs.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from attrs import evolve

from hamsafar.domain.lunar import (
    Antenna,
    Camera,
    Image,
    Link,
    LossLine,
    LunarMission,
    Mode,
    Operations,
    Panel,
    Power,
    Station,
    Step,
    Target,
)
from hamsafar.domain.operations import (
    OperationsPlan,
    OperationsSpan,
    OperationsTask,
    OperationsWindow,
    Sent,
    StateRow,
    Undone,
)
from hamsafar.domain.orbits import OrbitState, SolarPressure
from hamsafar.domain.places import Site
from hamsafar.domain.plan import RuleUse
from hamsafar.rules.operations import OPERATIONS_RULES
from hamsafar.timeline import Instant, Span
from hamsafar.verify.operations import views
from hamsafar.verify.operations.case import OperationsCase

START = Instant.utc(2026, 3, 1)
MINUTES = 1_800
WEEK = Span(START, START.plus(minutes=MINUTES))
PICTURE_KBIT = 737.28


def at(minute: float) -> Instant:
    """A moment of the thirty hours."""
    return START.plus(minutes=minute)


@cache
def orbit() -> tuple[StateRow, ...]:
    """A row every two minutes."""
    found = json.loads((Path(__file__).parent / "oracles/data/lunar_day.json").read_text(encoding="utf-8"))
    start, step_s = Instant.parse(found["epoch"]), found["step_s"]
    return tuple(
        StateRow(at=start.plus(seconds=step_s * n), position_km=tuple(row[:3]), velocity_km_s=tuple(row[3:]))
        for n, row in enumerate(found["rows"])
    )


def _station(id_: str, name: str, latitude_deg: float, longitude_deg: float) -> Station:
    dish = Antenna(dish_m=12.0, noise_k=120.0, power_w=50.0, lowest_mhz=400.0, highest_mhz=450.0)
    site = Site(id=id_, name=name, latitude_deg=latitude_deg, longitude_deg=longitude_deg)
    return Station(site=site, min_elevation_deg=5.0, antennas=(dish,))


def power() -> Power:
    """Panels all around but for the antenna's face."""
    faces = ((1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, -1.0))
    return Power(
        panels=tuple(Panel(normal=face, area_m2=0.03, efficiency=0.3) for face in faces),
        battery_wh=40.0,
        sun_axis=(1.0, 1.0, 0.0),
        modes=(
            Mode(id="rest", pointing="tumbling", load_w=3.0),
            Mode(id="safe", pointing="sun", load_w=2.0),
            Mode(id="talk", pointing="earth", load_w=4.0),
            Mode(id="look", pointing="nadir", load_w=4.0),
        ),
        safe_mode="safe",
        idle_mode="rest",
    )


def week() -> Operations:
    """What is asked of the thirty hours."""
    return Operations(
        span=WEEK,
        commissioning=(
            Step(id="deploy", title="Unfold the antennas", duration_min=30, mode="safe", in_sunlight=True),
            Step(
                id="hello",
                title="Hear it first",
                duration_min=20,
                mode="talk",
                in_contact=True,
                data_kbit=50.0,
                after=("deploy",),
            ),
        ),
        upkeep=(
            Step(id="calibrate", title="Calibrate", duration_min=10, mode="rest", count=2, spacing_min=600),
            Step(id="listen", title="Listen", duration_min=15, mode="rest", value=2, after=("calibrate",)),
        ),
        images=(
            Image(id="plain", target="plain", camera="wide", value=3),
            Image(id="home", target="earth", camera="wide", value=5, by=at(1_760)),
        ),
        downlink="down",
        image_mode="look",
        downlink_mode="talk",
        slew_min=5,
        settle_min=1,
        longest_transmission_min=30,
        shortest_transmission_min=10,
        transmitter_rest_min=60,
        transmitter_min_a_day=80,
        contact_every_min=790,
        telemetry_kbit_per_h=60.0,
        store_kbit=3_200.0,
        store_at_start_kbit=100.0,
        battery_at_start_share=0.8,
    )


@cache
def mission() -> LunarMission:
    """A craft of 8 kg with a camera and a link of 1 kbit/s to two dishes of 12 m."""
    link = Link(
        id="down",
        title="Telemetry and pictures",
        direction="down",
        frequency_mhz=437.0,
        rate_bit_s=1_000.0,
        craft_power_w=2.0,
        craft_gain_dbi=2.0,
        losses=(LossLine(title="Polarisation", loss_db=3.0),),
        needed_eb_n0_db=3.0,
        margin_db=3.0,
        transmitter_w=6.0,
    )
    camera = Camera(
        id="wide", title="Wide", boresight=(1, 0, 0), field_deg=60.0, width_px=1_280, height_px=720, bits_per_px=8
    )
    first = orbit()[0]
    state = OrbitState(epoch=first.at, centre="moon", position_km=first.position_km, velocity_km_s=first.velocity_km_s)
    return LunarMission(
        id="made-up",
        title="A made-up CubeSat",
        state=state,
        mass_kg=8.0,
        solar=SolarPressure(area_m2=0.1, cr=1.3),
        power=power(),
        stations=(_station("east", "East", 33.7, 73.1), _station("west", "West", 52.8, 6.4)),
        links=(link,),
        cameras=(evolve(camera, compression=10.0, load_w=3.0),),
        targets=(
            Target(id="plain", title="A plain", latitude_deg=40.0, longitude_deg=5.0, max_range_km=9_000.0),
            Target(id="earth", title="The Earth", body="earth"),
        ),
        operations=week(),
    )


def _task(id_: str, kind: str, start: float, end: float, mode: str, **more) -> OperationsTask:
    of = id_.split("#")[0]
    facts = {
        "id": id_,
        "of": "down" if kind == "transmission" else of,
        "kind": kind,
        "title": of,
        "start": at(start),
        "end": at(end),
        "mode": mode,
    }
    return OperationsTask(**(facts | more))


def tasks() -> tuple[OperationsTask, ...]:
    """By hand."""
    plain, home = Sent(of="plain#1", kbit=PICTURE_KBIT), Sent(of="home#1", kbit=PICTURE_KBIT)
    return (
        _task("deploy#1", "commissioning", 10, 40, "safe"),
        _task("hello#1", "commissioning", 60, 80, "talk", stored_kbit=50.0),
        _task("tx#1", "transmission", 100, 120, "talk", station="west", sends=(Sent(of="telemetry", kbit=150.0),)),
        _task("calibrate#1", "upkeep", 400, 410, "rest"),
        _task("home#1", "image", 200, 201, "look", stored_kbit=PICTURE_KBIT),
        _task("plain#1", "image", 800, 801, "look", stored_kbit=PICTURE_KBIT),
        _task(
            "tx#2", "transmission", 880, 910, "talk", station="east", sends=(plain, Sent(of="telemetry", kbit=500.0))
        ),
        _task("calibrate#2", "upkeep", 1_100, 1_110, "rest"),
        _task(
            "tx#3", "transmission", 1_450, 1_480, "talk", station="west", sends=(home, Sent(of="hello#1", kbit=50.0))
        ),
    )


def _shut(condition: views.Condition, seconds: np.ndarray) -> np.ndarray:
    return ~np.logical_and.reduce(list(condition(seconds).values()))


def openings(condition: views.Condition) -> tuple[OperationsSpan, ...]:
    """Where a condition is true, to the second, inwards; minute by minute first, each that changes second by second."""
    coarse = np.arange(0.0, MINUTES * 60 + 1, 60.0)
    shut = _shut(condition, coarse)
    known = {float(s): bool(x) for s, x in zip(coarse, shut, strict=True)}
    for s in coarse[:-1][shut[:-1] != shut[1:]]:
        fine = s + np.arange(0.0, 60.0)
        known |= {float(each): bool(x) for each, x in zip(fine, _shut(condition, fine), strict=True)}
    found, opened, last = [], None, 0.0
    for s, closed in sorted(known.items()):
        if closed and opened is not None:
            found.append((opened, last))
        opened = None if closed else (s if opened is None else opened)
        last = s
    if opened is not None:
        found.append((opened, last))
    return tuple(OperationsSpan(start=START.plus(seconds=a), end=START.plus(seconds=b)) for a, b in found if b > a)


@cache
def windows() -> tuple[OperationsWindow, ...]:
    """All that the plan states."""
    case = OperationsCase(_bare(), {})
    asked = mission()
    conditions = [("contact", station.id, views.contact(case, station)) for station in asked.stations]
    conditions.append(("sunlight", None, views.sunlight(case)))
    for wish in asked.operations.images:
        aim = next(each for each in asked.targets if each.id == wish.target)
        conditions.append(("target", wish.id, views.target(case, aim, asked.cameras[0])))
    return tuple(OperationsWindow(kind=kind, of=of, spans=openings(open_)) for kind, of, open_ in conditions)


def _bare() -> OperationsPlan:
    return OperationsPlan(
        mission=mission(),
        span=WEEK,
        orbit=orbit(),
        windows=(),
        tasks=tasks(),
        undone=(Undone(id="listen#1", of="listen", title="Listen", value=2, reason="no time for it"),),
        home=("home#1", "plain#1"),
        status="optimal",
        objective=(),
        rules=tuple(
            RuleUse(
                id=rule.id,
                sentence=rule.sentence,
                source=rule.source,
                params={name: param.default for name, param in rule.params.items()},
            )
            for rule in OPERATIONS_RULES
        ),
        engine="by hand",
    )


@cache
def plan() -> OperationsPlan:
    """The plan that keeps every rule."""
    return evolve(_bare(), windows=windows())


# Changing it


def with_task(plan_: OperationsPlan, id_: str, **changes) -> OperationsPlan:
    """One task changed."""
    assert any(task.id == id_ for task in plan_.tasks)
    return evolve(plan_, tasks=tuple(evolve(task, **changes) if task.id == id_ else task for task in plan_.tasks))


def moved(plan_: OperationsPlan, id_: str, minutes: float) -> OperationsPlan:
    """One task at another time."""
    task = next(task for task in plan_.tasks if task.id == id_)
    return with_task(plan_, id_, start=task.start.plus(minutes=minutes), end=task.end.plus(minutes=minutes))


def leaving_out(plan_: OperationsPlan, *ids: str) -> OperationsPlan:
    """These said to be left out, and nothing else."""
    told = (Undone(id=id_, of=id_.split("#")[0], title=id_, value=1, reason="no time for it") for id_ in ids)
    return evolve(plan_, undone=tuple(told))


def without(plan_: OperationsPlan, *ids: str) -> OperationsPlan:
    """Some tasks left out."""
    return evolve(plan_, tasks=tuple(task for task in plan_.tasks if task.id not in ids))


def adding(plan_: OperationsPlan, *more: OperationsTask) -> OperationsPlan:
    """More tasks."""
    return evolve(plan_, tasks=(*plan_.tasks, *more))


def task(id_: str, kind: str, start: float, end: float, mode: str, **more) -> OperationsTask:
    """A task from minutes; its id's first part is what it is of."""
    return _task(id_, kind, start, end, mode, **more)


def asking(plan_: OperationsPlan, **changes) -> OperationsPlan:
    """The week asked for changed."""
    asked = plan_.mission
    return evolve(plan_, mission=evolve(asked, operations=evolve(asked.operations, **changes)))


def with_window(plan_: OperationsPlan, kind: str, of: str | None, index: int, **changes) -> OperationsPlan:
    """One opening of one list changed."""

    def changed(window: OperationsWindow) -> OperationsWindow:
        if (window.kind, window.of) != (kind, of):
            return window
        spans = tuple(evolve(span, **changes) if n == index else span for n, span in enumerate(window.spans))
        return evolve(window, spans=spans)

    return evolve(plan_, windows=tuple(changed(window) for window in plan_.windows))


def spans_of(kind: str, of: str | None) -> tuple[OperationsSpan, ...]:
    """The openings of the unbroken plan."""
    return next(window.spans for window in windows() if (window.kind, window.of) == (kind, of))
