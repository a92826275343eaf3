"""Made-up weeks of a CubeSat: windows by hand, in minutes from the beginning of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from hamsafar.domain.lunar import (
    Antenna,
    Camera,
    Image,
    Link,
    LunarMission,
    Mode,
    Operations,
    Panel,
    Power,
    Station,
    Target,
)
from hamsafar.domain.operations import OperationsSpan, OperationsWindow
from hamsafar.domain.orbits import OrbitState
from hamsafar.domain.places import Site
from hamsafar.planning.operations.facts import PowerFacts, WeekFacts
from hamsafar.timeline import Instant, Span

START = Instant.utc(2024, 5, 9)


def at(minute: float) -> Instant:
    return START.plus(seconds=60 * minute)


def span(first: float, end: float) -> Span:
    return Span(at(first), at(end))


def window(
    kind: Any, of: str | None, *stretches: tuple[float, float], sigma_s: float | None = None
) -> OperationsWindow:
    spans = tuple(OperationsSpan(start=at(a), end=at(b), sigma_s=sigma_s) for a, b in stretches)
    return OperationsWindow(kind=kind, of=of, spans=spans)


def station(id_: str, **other: Any) -> Station:
    antenna = Antenna(dish_m=12.0, noise_k=120.0, lowest_mhz=400.0, highest_mhz=450.0)
    site = Site(id=id_, name=id_.title(), latitude_deg=33.7, longitude_deg=73.1, zone="Asia/Karachi")
    return Station(site=site, antennas=(antenna,), **other)


CAMERA = Camera(
    id="cam", title="camera", boresight=(1.0, 0.0, 0.0), field_deg=30.0, width_px=1000, height_px=600, bits_per_px=1
)  # 600 kbit: 10 min of the link


def wish(id_: str, **other: Any) -> Image:
    return Image(id=id_, target=f"t-{id_}", camera="cam", **other)


def mission(
    minutes: int,
    *,
    images: Sequence[Image] = (),
    stations: Sequence[Station] | None = None,
    camera: Camera = CAMERA,
    power: Power | None = None,
    **operations: Any,
) -> LunarMission:
    asked: dict[str, Any] = {
        "image_mode": "aim",
        "downlink_mode": "talk",
        "slew_min": 2,
        "settle_min": 1,
        "longest_transmission_min": 10,
        "shortest_transmission_min": 3,
        "transmitter_rest_min": 4,
        "transmitter_min_a_day": 240,
        "contact_every_min": None,
        "store_kbit": 100_000.0,
        **operations,
    }
    link = Link(
        id="uhf",
        title="UHF",
        direction="down",
        frequency_mhz=435.0,
        rate_bit_s=1_000.0,
        craft_power_w=2.0,
        craft_gain_dbi=0.0,
        needed_eb_n0_db=2.0,
        transmitter_w=8.0,
    )
    return LunarMission(
        id="cube",
        title="CubeSat",
        state=OrbitState(epoch=START, centre="moon", position_km=(10_337.0, 0.0, 0.0), velocity_km_s=(0.0, 0.2, 0.35)),
        mass_kg=7.0,
        power=power,
        stations=tuple(stations if stations is not None else [station("isb")]),
        links=(link,),
        cameras=(camera,),
        targets=tuple(Target(id=f"t-{one.id}", title=one.id.title()) for one in images),
        operations=Operations(span=span(0, minutes), images=tuple(images), downlink="uhf", **asked),
        source="mission.yaml",
    )


MODES = (
    Mode(id="sun", pointing="sun", load_w=3.0),
    Mode(id="aim", pointing="nadir", load_w=5.0),
    Mode(id="talk", pointing="earth", load_w=4.0),
)


def power(**other: Any) -> Power:
    asked: dict[str, Any] = {
        "panels": (Panel(normal=(0.0, 0.0, 1.0), area_m2=0.05, efficiency=0.28),),
        "battery_wh": 20.0,
        "lowest_share": 0.3,
        "modes": MODES,
        "safe_mode": "sun",
        "idle_mode": "sun",
        **other,
    }
    return Power(**asked)


def powered(facts: WeekFacts, bus_w: Mapping[str, Sequence[float]], *, start_wmin: float | None = None) -> WeekFacts:
    """With so much from the panels in each mode, minute by minute."""
    known = facts.mission.power
    assert known is not None
    full = known.battery_wh * 60
    figures = PowerFacts(
        full_wmin=full,
        lowest_wmin=full * known.lowest_share,
        start_wmin=full * known.at_release_share if start_wmin is None else start_wmin,
        bus_w={mode: tuple(values) for mode, values in bus_w.items()},
    )
    return evolve(facts, power=figures)
