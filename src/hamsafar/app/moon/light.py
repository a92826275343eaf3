"""`moon light`: when a lunar CubeSat is in shadow, how the Sun stands to its orbit, and whether its cells suffice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from hamsafar.app.asking import Asked
from hamsafar.app.moon.following import Followed, followed
from hamsafar.domain.lunar import LunarMission, Power
from hamsafar.errors import InputError
from hamsafar.orbit.times import DAY_NS
from hamsafar.timeline import Instant

if TYPE_CHECKING:
    from hamsafar.moon.battery import FirstHours, ModeBalance
    from hamsafar.moon.light import Eclipse, LitTurn, Occulters

_MOST_SHADOW_KM = 10_000.0


@frozen(kw_only=True)
class Beta:
    """The Sun's angle above the orbit plane, positive on the side of the angular momentum."""

    time: Instant
    beta_deg: float


@frozen(kw_only=True, eq=False)
class LunarLight:
    """Every eclipse of the time, ascending; beta day by day; the light of each revolution; cells against loads."""

    followed: Followed
    eclipses: tuple[Eclipse, ...]
    beta: tuple[Beta, ...]
    turns: tuple[LitTurn, ...]
    longest_a_day_s: dict[str, dict[str, float]]  # body -> UTC date -> longest eclipse that begins then
    balances: tuple[ModeBalance, ...]  # of every mode; none where the mission says nothing of power
    first_hours: FirstHours | None
    battery_wh: float | None


def light(
    spec: Path | str | LunarMission,
    *,
    start: Instant | str | None = None,
    end: Instant | str | None = None,
    degree: int | None = None,
    earth_shadow_radius_km: float | None = None,
    time_limit_s: float | None = None,
    tell: Callable[[str], None] = lambda _: None,
) -> LunarLight:
    """Eclipses by the Moon and the Earth along a mission's orbit, enter and leave to 1 ms of it, and what follows.

    From the release for 30 days unless asked otherwise. `earth_shadow_radius_km`: a ball instead of the WGS-84
    ellipsoid without air (6,450 for the shadow with its air). Raises InputError (InputErrors), OutOfRangeError.
    """
    from hamsafar.moon.battery import first_hours
    from hamsafar.moon.light import eclipses_along, lit_turns, longest_a_day

    with Asked() as asked:
        occulters = asked.read(_occulters, earth_shadow_radius_km)
    way = followed(spec, start=start, end=end, degree=degree, time_limit_s=time_limit_s, tell=tell, rests_on=("power",))
    tell("Searching eclipses")
    found = eclipses_along(way.looks, occulters=occulters)
    power, months = way.mission.power, way.mission.stowed_months
    tell("Following the battery")
    return LunarLight(
        followed=way,
        eclipses=found,
        beta=tuple(_betas(way)),
        turns=lit_turns(way.looks, found),
        longest_a_day_s={body: longest_a_day(found, body) for body in ("moon", "earth")},
        balances=() if power is None else _balances(power, way, found),
        first_hours=None if power is None else first_hours(power, months, way.looks, found),
        battery_wh=None if power is None else power.battery_wh,
    )


def _balances(power: Power, way: Followed, found: tuple[Eclipse, ...]) -> tuple[ModeBalance, ...]:
    from hamsafar.moon.battery import balance
    from hamsafar.moon.power import lit_along

    lit = lit_along(way.looks, found)
    return tuple(balance(power, mode, way.looks, found, lit=lit) for mode in power.modes)


def _occulters(radius_km: float | None) -> Occulters:
    from hamsafar.moon.light import OCCULTERS, Occulters

    if radius_km is None:
        return OCCULTERS
    if not 0.0 < radius_km <= _MOST_SHADOW_KM:
        raise InputError(
            f"should be a radius of 0 to {_MOST_SHADOW_KM:,.0f} km (got {radius_km:g})", where="--earth-shadow"
        )
    return Occulters(earth_km=radius_km, flattened=False)


def _betas(way: Followed) -> Iterator[Beta]:
    """At the start, every day after it, and at the end."""
    from hamsafar.moon.light import beta_deg

    daily = np.arange(way.span.start.tai_ns, way.span.end.tai_ns, DAY_NS, dtype=np.int64)
    moments = np.append(daily, np.int64(way.span.end.tai_ns))
    for ns, angle_deg in zip(moments, beta_deg(way.path, moments), strict=True):
        yield Beta(time=Instant(int(ns)), beta_deg=float(angle_deg))


def light_document(found: LunarLight) -> dict[str, Any]:
    """The answer as JSON carries it."""
    return {
        **found.followed.head(),
        "eclipses": [
            {
                "body": one.body,
                "kind": one.kind,
                "enter": one.enter.iso(3),
                "leave": one.leave.iso(3),
                "seconds": round(one.seconds, 3),
                "cut_at_start": one.cut_at_start,
                "cut_at_end": one.cut_at_end,
            }
            for one in found.eclipses
        ],
        "beta": [{"time": one.time.iso(3), "beta_deg": round(one.beta_deg, 4)} for one in found.beta],
        "revolutions": [
            {
                "start": one.span.start.iso(3),
                "end": one.span.end.iso(3),
                "lit_share": round(one.lit_share, 6),
                "dark_share": round(one.dark_share, 6),
            }
            for one in found.turns
        ],
        "longest_a_day": [
            {"body": body, "date": day, "seconds": round(seconds, 3)}
            for body, days in found.longest_a_day_s.items()
            for day, seconds in days.items()
        ],
        "power": _power_row(found),
        "assumed": list(found.followed.assumed),
    }


def _power_row(found: LunarLight) -> dict[str, Any] | None:
    first = found.first_hours
    if first is None:
        return None
    return {
        "battery_wh": found.battery_wh,
        "at_release_share": round(first.charge_share, 4),
        "dark_h": None if first.dark_h is None else round(first.dark_h, 3),
        "first_sun_h": None if first.first_sun_h is None else round(first.first_sun_h, 3),
        "lowest_share_in_safe_mode": round(first.lowest_share, 4),
        "modes": [
            {
                "mode": one.mode,
                "pointing": one.pointing,
                "load_w": one.load_w,
                "mean_w": round(one.mean_w, 3),
                "positive": one.positive,
                "worst_revolution": {"start": one.worst.start.iso(3), "end": one.worst.end.iso(3)},
                "worst_mean_w": round(one.worst_mean_w, 3),
                "worst_balance_wh": round(one.worst_wh, 3),
                "spare_w": round(one.spare_w, 3),
                "longest_eclipse_s": round(one.longest_eclipse_s, 3),
                "eclipse_wh": round(one.eclipse_wh, 3),
                "lowest_share": round(one.lowest_share, 4),
            }
            for one in found.balances
        ],
    }


def light_rows(found: LunarLight) -> Iterator[str]:
    """The eclipses as CSV, line by line."""
    yield "body,kind,enter,leave,seconds,cut_at_start,cut_at_end\n"
    for one in found.eclipses:
        cuts = f"{str(one.cut_at_start).lower()},{str(one.cut_at_end).lower()}"
        yield f"{one.body},{one.kind},{one.enter.iso(3)},{one.leave.iso(3)},{one.seconds:.3f},{cuts}\n"
