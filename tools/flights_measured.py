"""What the pages on flights and forecasts show: each flight forecast with itself held out, and forecasts taken apart.

Used by write_flights_page.py. The geometry is the product's own, the rows and sets are those of calibrate_flights.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from math import degrees, radians, sqrt
from typing import Any
from unittest.mock import patch

import numpy as np
from attrs import evolve, frozen

import calibrate_flights as tool
from hamsafar.catalog import load
from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.plan import LandingOpportunity, LaunchOpportunity, ProfileAnswer
from hamsafar.domain.vehicles import RendezvousProfile, ReturnProfile, Ship
from hamsafar.events.plane import place_teme
from hamsafar.events.plane_crossings import plane_crossings
from hamsafar.flight import launch_opportunities, station_forecast
from hamsafar.flight.far_landings import landing_passages
from hamsafar.flight.forecast import StationForecast, age_d
from hamsafar.flight.history import history_of
from hamsafar.flight.pad_crossings import TURN_NS, PadPlane
from hamsafar.orbit import plane_drift
from hamsafar.orbit.plane_drift import DriftingPlane, node_rate_rad_s, short_period_tilt
from hamsafar.orbit.times import DAY_NS
from hamsafar.orbit.trajectory import Sgp4Trajectory, satrec
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

APART_AGES_D = (3, 7, 14, 30)  # at which forecasts are taken apart
SMOOTHED_D = 3.0
_FEWEST = 2  # flights of a rule, the one held out included, that still make an offset and a spread: one more
_LAST_SETS = 150  # of the history before a forecast; older ones change nothing
_FIRST_SET = 8  # before it there is no history to speak of


@frozen(kw_only=True)
class LiftOff:
    """A lift-off that happened and what is said of it without it."""

    fact: tool.Lifted
    said: LaunchOpportunity  # by the set nearest to it
    before: LaunchOpportunity | None  # by the sets before it alone; None without any
    profile: str | None  # the one flown, as far as it is known
    docking_is_foretold: bool  # other flights of the profile tell how long it takes

    @property
    def error_s(self) -> float:
        """Forecast less fact."""
        return self.said.launch.seconds_since(self.fact.launch)

    @property
    def error_before_s(self) -> float | None:
        """The same from the sets before it."""
        return None if self.before is None else self.before.launch.seconds_since(self.fact.launch)

    @property
    def answer(self) -> ProfileAnswer | None:
        """What is said of the profile that was flown."""
        return next((one for one in self.said.profiles if one.name == self.profile), None)

    @property
    def docking(self) -> Instant | None:
        """When it docked."""
        return Instant.parse(self.fact.row["docking"]) if "docking" in self.fact.row else None


@frozen(kw_only=True)
class Landing:
    """A landing that happened and the nearest one said, without it."""

    fact: tool.Landed
    said: LandingOpportunity
    before: LandingOpportunity | None

    @property
    def error_min(self) -> float:
        """Forecast less fact."""
        return self.said.landing.seconds_since(self.fact.landing) / 60

    @property
    def error_before_min(self) -> float | None:
        """The same from the sets before it."""
        return None if self.before is None else self.before.landing.seconds_since(self.fact.landing) / 60


def known_before(forecast: StationForecast, moment: Instant) -> StationForecast | None:
    """The forecast as it was at a moment; None where no set was there yet."""
    sets = (*forecast.history.sets, *(one.elements for one in forecast.history.rejected))
    earlier = tuple(sorted((one for one in sets if one.epoch < moment), key=lambda one: one.epoch))
    return station_forecast(earlier, forecast.station) if earlier else None


# Lift-offs


def lift_offs(forecast: StationForecast, table: dict[str, Any]) -> list[LiftOff]:
    """Every lift-off of the table, by time."""
    rows = [tool.lifted(forecast, row) for row in table["launches"]]
    return [_lift_off(forecast, rows, one, table) for one in rows]


def flown_profile(flight: str, ship: str, table: dict[str, Any]) -> str | None:
    """The profile that a flight flew."""
    for groups in (table["profiles"][ship], table["phases_also"].get(ship, {})):
        for name, flights in groups.items():
            if flight in flights:
                return str(name)
    return None


def _lift_off(forecast: StationForecast, rows: list[tool.Lifted], one: tool.Lifted, table: dict[str, Any]) -> LiftOff:
    ship = ship_without(rows, one, table)
    pad = load().site(one.row["pad"])
    before = known_before(forecast, one.launch)
    profile = flown_profile(one.flight, ship.id, table)
    others = [name for name in table["profiles"][ship.id].get(profile, ()) if name != one.flight]
    return LiftOff(
        fact=one,
        said=_nearest_launch(forecast, ship, pad, one.launch),
        before=None if before is None else _nearest_launch(before, ship, pad, one.launch),
        profile=profile,
        docking_is_foretold=bool(others),
    )


def ship_without(rows: list[tool.Lifted], held_out: tool.Lifted, table: dict[str, Any]) -> Ship:
    """A ship as the catalogue would know it without one of its flights: offset, durations and bands.

    A flight that another rule sent off is forecast by the flights of that rule.
    """
    ship = load().ship(held_out.row["ship"])
    offset_s, sigma_s = tool.offset_s(companions(rows, held_out))
    launches = (evolve(ship.launches[0], offset_s=offset_s, offset_sigma_s=sigma_s),)
    by_name = {one.flight: one for one in rows}
    profiles = tuple(_profile_without(profile, ship, held_out.flight, by_name, table) for profile in ship.profiles)
    return evolve(ship, launches=launches, profiles=profiles)


def companions(rows: list[tool.Lifted], held_out: tool.Lifted) -> list[tool.Lifted]:
    """The flights whose offset forecasts another: those of the same rule."""
    ship, rule = held_out.row["ship"], held_out.row.get("excluded")
    of_rule = [one for one in rows if rule and one.row["ship"] == ship and one.row.get("excluded") == rule]
    found = of_rule if len(of_rule) > _FEWEST else tool.counted(rows, ship)
    return [one for one in found if one is not held_out]


def _profile_without(
    profile: RendezvousProfile, ship: Ship, flight: str, by_name: dict[str, tool.Lifted], table: dict[str, Any]
) -> RendezvousProfile:
    group = [by_name[name] for name in table["profiles"][ship.id][profile.name] if name != flight]
    also = [by_name[name] for name in table["phases_also"].get(ship.id, {}).get(profile.name, ()) if name != flight]
    shown = [one.phase_deg for one in (*group, *also) if one.phase_sigma_deg <= tool.PHASE_COUNTS_DEG]
    low, high = tool.band_deg(shown) or (None, None)
    minutes = [tool.minutes_between(one.row["launch"], one.row["docking"]) for one in group]
    duration_min = float(np.mean(minutes)) if minutes else profile.duration_min
    return evolve(profile, phase_low_deg=low, phase_high_deg=high, duration_min=duration_min)


def _nearest_launch(forecast: StationForecast, ship: Ship, pad: Site, launch: Instant) -> LaunchOpportunity:
    window = Span(launch.plus(hours=-12), launch.plus(hours=12))
    names = tuple(profile.name for profile in ship.profiles)
    found = launch_opportunities(forecast, ship, pad, window, profiles=names)
    return min(found, key=lambda one: abs(one.launch.seconds_since(launch)))


def osculating_spread_s(forecast: StationForecast, rows: list[tool.Lifted], ship: str) -> float:
    """The spread of a ship's offset if it were counted from SGP4's osculating plane at the station's place."""
    moved = []
    for one in tool.counted(rows, ship):
        around = Span(one.launch.plus(days=-0.6), one.launch.plus(days=0.6))
        path = Sgp4Trajectory(forecast.nearest(one.launch))
        crossings = plane_crossings(path, load().site(one.row["pad"]), around)
        after_s = min(
            (one.launch.seconds_since(each.time) for each in crossings if each.branch == "descending"), key=abs
        )
        moved.append(evolve(one, after_crossing_s=after_s))
    return tool.offset_s(moved)[1]


# Landings


def landings(forecast: StationForecast, table: dict[str, Any]) -> list[Landing]:
    """Every landing of the table, by time."""
    site, returns = load().site("dongfeng"), load().ship("shenzhou").returns
    rows = [tool.landed(forecast, row, site) for row in table["landings"]]
    flown = {flight: name for name, flights in table["returns"].items() for flight in flights}
    by_name = {profile.name: profile for profile in returns}
    return [_landing(forecast, rows, one, by_name[flown.get(one.flight, returns[0].name)], site) for one in rows]


def _landing(
    forecast: StationForecast, rows: list[tool.Landed], one: tool.Landed, profile: ReturnProfile, site: Site
) -> Landing:
    leads = tool.leads_of(other for other in rows if other is not one)
    blind = evolve(profile, station_lead_deg=float(np.mean(leads)), station_lead_sigma_deg=float(np.std(leads, ddof=1)))
    before = known_before(forecast, one.landing)
    said = _nearest_landing(forecast, blind, site, one.landing)
    if said is None:
        raise ValueError(f"no landing is said near that of {one.flight}")
    return Landing(
        fact=one,
        said=said,
        before=None if before is None else _nearest_landing(before, blind, site, one.landing),
    )


def _nearest_landing(
    forecast: StationForecast, profile: ReturnProfile, site: Site, landing: Instant
) -> LandingOpportunity | None:
    window = Span(landing.plus(hours=-12), landing.plus(hours=12))
    found = landing_passages(forecast, forecast.nearest(landing), profile, site, window)
    return min(found, key=lambda one: abs(one.landing.seconds_since(landing)), default=None)


# What moves a plane


def ripple_s(pad: Site, forecast: StationForecast) -> float:
    """How far a crossing swings about its mean with the station's place, by J2's short periods; s."""
    elements = forecast.sets[-1]
    inclination = np.full(361, radians(elements.inclination_deg))
    a_km = np.full(361, EARTH_EQUATORIAL_RADIUS_KM + forecast.station.mean_altitude_km)
    node, tilt = short_period_tilt(a_km, inclination, np.radians(np.arange(361.0)))
    moved_s = (node * s_per_rad(pad, elements)[0]) + tilt * s_per_rad(pad, elements)[1]
    return float(np.ptp(moved_s)) / 2


def s_per_rad(pad: Site, elements: Elements) -> tuple[float, float]:
    """How far a crossing on the descending branch moves with node and inclination, s/rad."""
    place = place_teme(pad, np.array([elements.epoch.tai_ns], dtype=np.int64))[0]
    tangent = float(place[2] / np.hypot(place[0], place[1]))
    inclination, step = radians(elements.inclination_deg), 1e-6

    def from_node(inclination_rad: float) -> float:
        return float(np.pi - np.arcsin(min(tangent / np.tan(inclination_rad), 1.0)))

    turn_s = TURN_NS / NS_PER_S / (2 * np.pi)
    return turn_s, turn_s * (from_node(inclination + step) - from_node(inclination - step)) / (2 * step)


def zonals_deg_d(forecast: StationForecast) -> float:
    """What the even zonals from 6 on add to the node, deg a day."""
    a_km = np.array([EARTH_EQUATORIAL_RADIUS_KM + forecast.station.mean_altitude_km])
    inclination = np.radians([forecast.sets[-1].inclination_deg])
    with _without_high_zonals():
        low = float(node_rate_rad_s(a_km, inclination)[0])
    return degrees(float(node_rate_rad_s(a_km, inclination)[0]) - low) * 86_400.0


def pulled_deg(forecast: StationForecast) -> float:
    """How far Sun and Moon swing the inclination in a year, half of the range, deg."""
    first = forecast.sets[-1]
    span = Span(first.epoch, first.epoch.plus(days=365.25))
    known = (first.epoch.tai_ns, radians(first.raan_deg), radians(first.inclination_deg))
    a_km = partial(np.full_like, fill_value=EARTH_EQUATORIAL_RADIUS_KM + forecast.station.mean_altitude_km, dtype=float)
    at = np.arange(span.start.tai_ns, span.end.tai_ns, DAY_NS // 2, dtype=np.int64)
    return float(np.ptp(np.degrees(DriftingPlane(known, a_km, span).at(at)[1]))) / 2


def _without_high_zonals() -> Any:
    plane_drift._zonal_polynomials.cache_clear()
    low = tuple(row for row in plane_drift._zonal_polynomials() if row[0] <= 4)
    return patch.object(plane_drift, "_zonal_polynomials", lambda: low)


def _without_sun_and_moon() -> Any:
    return patch.multiple(plane_drift, SUN_MU_KM3_S2=0.0, MOON_MU_KM3_S2=0.0)


# Forecasts taken apart


class Sgp4MeanPlane:
    """SGP4's own mean node and inclination, its drag in: what elements say by themselves."""

    def __init__(self, elements: Elements) -> None:
        self._epoch_ns, self._satrec = elements.epoch.tai_ns, satrec(elements)

    def at(self, tai_ns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(node, inclination), each (n,) rad."""
        found = []
        for ns in np.asarray(tai_ns, dtype=np.int64):
            self._satrec.sgp4_tsince((int(ns) - self._epoch_ns) / NS_PER_S / 60)
            found.append((self._satrec.Om, self._satrec.im))
        return tuple(np.array(found).T)


def said_ns(forecast: StationForecast, plane: Any, pad: Site, near_ns: int) -> int:
    """The crossing nearest to a moment in a plane, TAI ns."""
    span = Span(Instant(near_ns - DAY_NS), Instant(near_ns + DAY_NS))
    found = PadPlane(forecast, plane, pad, "descending").crossings(span).tai_ns
    return int(found[np.argmin(np.abs(found - near_ns))])


def variants(then: StationForecast, made: Elements, pad: Site, truth_ns: int) -> dict[str, float]:
    """The error of a crossing, s, by each way of carrying the plane."""
    span = Span(*sorted((made.epoch, Instant(truth_ns)))).widened(4 * 86_400.0)
    known = (made.epoch.tai_ns, radians(made.raan_deg), radians(made.inclination_deg))
    mean_km = EARTH_EQUATORIAL_RADIUS_KM + then.station.mean_altitude_km

    def drifting(a_km: Callable[[Any], Any], start: tuple[int, float, float] = known) -> int:
        return said_ns(then, DriftingPlane(start, a_km, span), pad, truth_ns)

    recent = [one for one in then.sets if age_d(one, made.epoch) <= SMOOTHED_D]
    starts = [(one.epoch.tai_ns, radians(one.raan_deg), radians(one.inclination_deg)) for one in recent]
    found = {
        "as it is": drifting(then.semi_major_axis_km),
        "SGP4's own mean plane": said_ns(then, Sgp4MeanPlane(made), pad, truth_ns),
        "held at the mean altitude": drifting(partial(np.full_like, fill_value=mean_km, dtype=float)),
        f"the mean of the planes of the last {SMOOTHED_D:.0f} d": int(
            truth_ns + np.mean([drifting(then.semi_major_axis_km, start) - truth_ns for start in starts])
        ),
    }
    with _without_high_zonals():
        found["without the zonals from 6 on"] = drifting(then.semi_major_axis_km)
    with _without_sun_and_moon():
        found["without Sun and Moon"] = drifting(then.semi_major_axis_km)
    return {name: (ns - truth_ns) / NS_PER_S for name, ns in found.items()}


def phase_by_history_deg(then: StationForecast, made: Elements, target: Elements) -> tuple[float, float]:
    """The error of the phase by SGP4, and with the rate of sinking that the history shows in place of SGP4's; deg.

    Half a rate of the semi-major axis more moves a station by 3/4 n/a t^2 times it.
    """
    at = np.array([target.epoch.tai_ns], dtype=np.int64)
    (said, _), (true, true_v) = (Sgp4Trajectory(one).states_teme(at) for one in (made, target))
    normal = np.cross(true[0], true_v[0])
    across = float(np.dot(np.cross(true[0], said[0]), normal / np.linalg.norm(normal)))
    plain_deg = degrees(np.arctan2(across, float(np.dot(true[0], said[0]))))
    record, minutes = satrec(made), 1_440.0
    axes_km = []
    for after_min in (0.0, minutes):
        record.sgp4_tsince(after_min)
        axes_km.append(record.am * record.radiusearthkm)
    a_km = EARTH_EQUATORIAL_RADIUS_KM + float(then.altitude.known_km[-1])
    faster_km_s = (then.altitude.sinking_km_per_day - (axes_km[0] - axes_km[1])) / 86_400.0
    after_s = target.epoch.seconds_since(made.epoch)
    more_deg = degrees(0.75 * sqrt(EARTH_MU_KM3_S2 / a_km**3) / a_km * faster_km_s * after_s**2)
    return plain_deg, (plain_deg + more_deg + 180) % 360 - 180


def taken_apart(forecast: StationForecast, every_d: float = 1.0) -> dict[str, dict[int, float]]:
    """The median error by age of each way: of crossings in s, of phases in deg (names that begin with `phase`)."""
    pad, errors = load().site("jiuquan"), {}
    for then, made, age, target in _cases(forecast, every_d):
        plane = forecast.plane(target, Span(target.epoch, target.epoch.plus(seconds=1)).widened(3 * 86_400.0))
        truth_ns = said_ns(forecast, plane, pad, target.epoch.tai_ns)
        for name, error_s in variants(then, made, pad, truth_ns).items():
            errors.setdefault(name, {}).setdefault(age, []).append(abs(error_s))
        plain_deg, by_history_deg = phase_by_history_deg(then, made, target)
        errors.setdefault("phase by SGP4", {}).setdefault(age, []).append(abs(plain_deg))
        errors.setdefault("phase by the history's rate", {}).setdefault(age, []).append(abs(by_history_deg))
    return {name: {age: float(np.median(by_age[age])) for age in APART_AGES_D} for name, by_age in errors.items()}


def _cases(forecast: StationForecast, every_d: float) -> Iterator[tuple[StationForecast, Elements, int, Elements]]:
    last: Instant | None = None
    for index, made in enumerate(forecast.sets):
        if index < _FIRST_SET or (last is not None and made.epoch.seconds_since(last) < every_d * 86_400):
            continue
        last = made.epoch
        then = StationForecast(
            station=forecast.station, history=history_of(forecast.sets[max(0, index - _LAST_SETS) : index + 1])
        )
        if then.sets[-1].epoch != made.epoch:
            continue
        for age in APART_AGES_D:
            target = target_of(forecast.sets[index + 1 :], made, age)
            if target is not None:
                yield then, made, age, target


def target_of(later: Iterable[Elements], made: Elements, age: int) -> Elements | None:
    """The set nearest to an age after another, as near as the calibration asks."""
    near = [one for one in later if abs(age_d(made, one.epoch) - age) <= tool.AGES_D[age]]
    return min(near, key=lambda one: abs(age_d(made, one.epoch) - age), default=None)
