"""Print what the catalogue's figures on launches, rendezvous, landings and forecasts rest on.

    python tools/calibrate_flights.py [--elements FILE ...]

The flights are in `calibration/flights.yaml`, the station's element sets in `calibration/elements.tle` (or in the
files given), both beside this file. Nothing is written: the figures printed are those of
`src/hamsafar/catalog/data/stations.yaml` and `ships.yaml`, to the digits they give (a test compares them).

How: the geometry is the product's own (`hamsafar.flight`): lift-off less the moment at which the pad passes through
the plane that an orbit over the pad has. Flights are weighted by how well the plane and the second are known. A phase
counts where one sigma of it is within 1 deg, the station's lead at a landing where it is within 3 deg.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from math import atan2, cos, degrees, pi, sin, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from attrs import evolve, frozen
from ruamel.yaml import YAML

from hamsafar.catalog import load
from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import AltitudeKeeping, Station
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.flight.forecast import StationForecast, age_d, phase_sigma_deg, station_forecast
from hamsafar.flight.history import history_of
from hamsafar.flight.pad_crossings import PadPlane
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.plane_drift import DriftingPlane
from hamsafar.orbit.times import DAY_NS
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_MU_KM3_S2

FOLDER = Path(__file__).with_name("calibration")
# Craft whose sets stand for the station's while they were docked to it.
DOCKED = (
    *(48852, 53239, 54216, 56446, 56761),  # Shenzhou-12, Wentian, Mengtian, Tianzhou-6, Shenzhou-16
    *(61683, 61983, 63632, 64786),  # Shenzhou-19, Tianzhou-8, Shenzhou-20, Tianzhou-9
)
PRACTICE_S = 8.0  # how well lift-offs repeat, about: the weight of a flight known perfectly
PHASE_COUNTS_DEG, LEAD_COUNTS_DEG, PLANE_COUNTS_S = 1.0, 3.0, 25.0  # one sigma, at most
BAND_DEG = 2.0  # a band is what flights have shown, widened by this to both sides
AGES_D = {1: 0.3, 3: 0.3, 7: 0.5, 14: 1.0, 30: 1.5, 60: 3.0, 90: 4.0}
QUIET_KM = 0.5  # no boost between two sets where the altitude is within this of sinking on
SINKING_AGE_D = 30
RELAY_MINUTES = 30.0


@frozen(kw_only=True)
class Lifted:
    """A lift-off in the geometry of the element set nearest to it."""

    flight: str
    launch: Instant
    after_crossing_s: float
    sigma_s: float  # of the crossing
    off_plane_deg: float
    phase_deg: float
    phase_sigma_deg: float
    set_d: float  # the epoch, in days after lift-off
    row: dict[str, Any]


@frozen(kw_only=True)
class Landed:
    """A landing in the geometry of the element set nearest to it."""

    flight: str
    landing: Instant
    off_plane_deg: float
    lead_deg: float
    lead_sigma_deg: float
    set_d: float
    row: dict[str, Any]

    @property
    def counts(self) -> bool:
        """Whether its lead is used."""
        return self.lead_sigma_deg <= LEAD_COUNTS_DEG and "excluded" not in self.row


@frozen(kw_only=True)
class Tried:
    """One forecast of a crossing, made from what was known at an element set, against the set of the day."""

    age: int
    made: Instant
    error_s: float
    sigma_s: float
    phase_error_deg: float
    quiet: bool  # no boost came between


def flights() -> dict[str, Any]:
    """The table of flights."""
    table: dict[str, Any] = YAML(typ="safe", pure=True).load((FOLDER / "flights.yaml").read_text(encoding="utf-8"))
    return table


def read_sets(paths: Iterable[Path], station: Station) -> tuple[Elements, ...]:
    """All sets of the files, those of docked craft as the station's."""
    found = [one for path in paths for one in read_tles(path.read_text(encoding="ascii"), where=path.name)]
    return tuple(evolve(one, norad=station.norad) if one.norad in DOCKED else one for one in found)


# Lift-offs


def lifted(forecast: StationForecast, row: dict[str, Any]) -> Lifted:
    """A row of the table in the geometry of the day."""
    launch, pad = Instant.parse(row["launch"]), load().site(row["pad"])
    elements = forecast.nearest(launch)
    day = Span(launch.plus(days=-0.6), launch.plus(days=0.6))
    plane = PadPlane(forecast, forecast.plane(elements, day.widened(2 * 86_400.0)), pad, "descending")
    crossing = min((int(ns) for ns in plane.crossings(day).tai_ns), key=lambda ns: abs(ns - launch.tai_ns))
    at = np.array([launch.tai_ns], dtype=np.int64)
    place, r_teme_km, _ = geometry(Sgp4Trajectory(elements), pad, at)
    normal = plane.normals(at)
    return Lifted(
        flight=row["flight"],
        launch=launch,
        after_crossing_s=(launch.tai_ns - crossing) / 1e9,
        sigma_s=forecast.plane_sigma_s(elements, launch),
        off_plane_deg=degrees(off_plane_rad(place, normal)[0]),
        phase_deg=degrees(phase_rad(place, r_teme_km, normal)[0]),
        phase_sigma_deg=forecast.phase_sigma_deg(elements, launch),
        set_d=-age_d(elements, launch),
        row=row,
    )


def offset_s(rows: Iterable[Lifted]) -> tuple[float, float]:
    """Weighted mean and spread of lift-off after crossing."""
    known = list(rows)
    after_s = np.array([one.after_crossing_s for one in known])
    weights = np.array([1 / (one.row["to_s"] ** 2 / 12 + one.sigma_s**2 + PRACTICE_S**2) for one in known])
    mean_s = float(np.average(after_s, weights=weights))
    spread_s = sqrt(float(np.average((after_s - mean_s) ** 2, weights=weights)) * len(known) / (len(known) - 1))
    return mean_s, spread_s


def counted(rows: Iterable[Lifted], ship: str) -> list[Lifted]:
    """The lift-offs of a ship that make its offset."""
    return [
        one for one in rows if one.row["ship"] == ship and "excluded" not in one.row and one.sigma_s <= PLANE_COUNTS_S
    ]


def band_deg(phases_deg: Iterable[float]) -> tuple[float, float] | None:
    """From the lowest phase shown to the highest, widened; None without any."""
    about_zero = [(phase + 180) % 360 - 180 for phase in phases_deg]
    if not about_zero:
        return None
    return (min(about_zero) - BAND_DEG) % 360, (max(about_zero) + BAND_DEG) % 360


def minutes_between(earlier: str, later: str) -> float:
    """Minutes from one moment to another."""
    return Instant.parse(later).seconds_since(Instant.parse(earlier)) / 60


# Landings


def landed(forecast: StationForecast, row: dict[str, Any], site: Site) -> Landed:
    """A row of the table in the geometry of the day."""
    landing = Instant.parse(row["landing"])
    elements = forecast.nearest(landing)
    place, r_teme_km, normal = geometry(Sgp4Trajectory(elements), site, np.array([landing.tai_ns], dtype=np.int64))
    return Landed(
        flight=row["flight"],
        landing=landing,
        off_plane_deg=degrees(off_plane_rad(place, normal)[0]),
        lead_deg=degrees(phase_rad(place, r_teme_km, normal)[0]),
        lead_sigma_deg=forecast.phase_sigma_deg(elements, landing),
        set_d=-age_d(elements, landing),
        row=row,
    )


# Altitude


def gap_means_km(forecast: StationForecast, least_d: float = 10.0) -> list[tuple[float, float]]:
    """(days, mean altitude) between sets at least so far apart, from how far the node turned between them."""
    sets, found, first = forecast.sets, [], forecast.sets[0]
    for one in sets[1:]:
        days = age_d(first, one.epoch)
        if days < least_d:
            continue
        span = Span(first.epoch, one.epoch)
        known = (first.epoch.tai_ns, np.radians(first.raan_deg), np.radians(first.inclination_deg))
        missing = []
        for altitude_km in (385.0, 386.0):
            a_km = EARTH_EQUATORIAL_RADIUS_KM + altitude_km
            plane = DriftingPlane(known, partial(np.full_like, fill_value=a_km, dtype=float), span)
            node = degrees(float(plane.at(np.array([one.epoch.tai_ns]))[0][0]))
            missing.append((one.raan_deg - node + 180) % 360 - 180)
        found.append((days, 385.0 - missing[0] / (missing[1] - missing[0])))
        first = one
    return found


def kept(forecast: StationForecast) -> tuple[float, float, AltitudeKeeping]:
    """Mean altitude, spread, and how the operator keeps it, from a history."""
    days, means = np.array(gap_means_km(forecast)).T
    mean_km = float(np.average(means, weights=days))
    spread_km = sqrt(float(np.average((means - mean_km) ** 2, weights=days)))
    history, known = forecast.history, forecast.altitude
    daily = np.arange(known.epochs_ns[0], known.epochs_ns[-1], DAY_NS)
    floor_km = float(np.percentile(known.km(daily), 10))
    rates = [one.rate_km_per_day for one in history.decays if one.span.seconds > 3 * 86_400 and one.largest_gap_d < 30]
    old = forecast.station.keeping
    keeping = evolve(
        old,
        floor_km=round(floor_km, 1),
        sinking_km_per_day=round(float(np.median(rates)), 2),
    )
    return round(mean_km, 1), round(spread_km, 1), keeping


# Forecasts


def tries(forecast: StationForecast, *, without_month: bool, every_d: float = 1.0) -> list[Tried]:
    """Forecasts from every set of the history (a day apart), each from what was known then.

    `without_month`: what the catalogue says of the operator's habit is made again without the month before the
    target, so that no truth tells on itself.
    """
    pad, station = load().site("jiuquan"), forecast.station
    found: list[Tried] = []
    habits: dict[str, Station] = {}
    last: Instant | None = None
    for index, made in enumerate(forecast.sets):
        if index < 8 or (last is not None and made.epoch.seconds_since(last) < every_d * 86_400):
            continue
        last = made.epoch
        month = made.epoch.iso()[:7]
        if without_month and month not in habits:
            habits[month] = _habit_without(forecast, month)
        then = StationForecast(
            station=habits.get(month, station), history=history_of(forecast.sets[max(0, index - 150) : index + 1])
        )
        if then.sets[-1].epoch != made.epoch:  # a set that only later sets show to be good
            continue
        for age, tolerance in AGES_D.items():
            target = _set_at(forecast, index, age, tolerance)
            if target is not None:
                found.append(_tried(age, forecast, then, made, target, pad))
    return found


def _habit_without(forecast: StationForecast, month: str) -> Station:
    rest = tuple(one for one in forecast.sets if one.epoch.iso()[:7] != month)
    mean_km, spread_km, keeping = kept(station_forecast(rest, forecast.station))
    return evolve(forecast.station, mean_altitude_km=mean_km, mean_altitude_sigma_km=spread_km, keeping=keeping)


def _set_at(forecast: StationForecast, index: int, age: float, tolerance: float) -> Elements | None:
    made = forecast.sets[index]
    later = [one for one in forecast.sets[index + 1 :] if abs(age_d(made, one.epoch) - age) <= tolerance]
    return min(later, key=lambda one: abs(age_d(made, one.epoch) - age), default=None)


def _tried(
    age: int, forecast: StationForecast, then: StationForecast, made: Elements, target: Elements, pad: Site
) -> Tried:
    span = Span(target.epoch.plus(days=-0.6), target.epoch.plus(days=0.6))
    truth = _crossings(forecast, target, span, pad)
    truth_ns = int(truth[np.argmin(np.abs(truth - target.epoch.tai_ns))])
    said = _crossings(then, made, span.widened(43_200.0), pad)
    said_ns = int(said[np.argmin(np.abs(said - truth_ns))])
    at = np.array([target.epoch.tai_ns], dtype=np.int64)
    paths = [Sgp4Trajectory(one).states_teme(at) for one in (made, target)]
    normal = np.cross(paths[1][0][0], paths[1][1][0])
    across = float(np.dot(np.cross(paths[1][0][0], paths[0][0][0]), normal / np.linalg.norm(normal)))
    quiet_km = then.altitude.known_km[-1] - then.altitude.sinking_km_per_day * age_d(made, target.epoch)
    return Tried(
        age=age,
        made=made.epoch,
        error_s=(said_ns - truth_ns) / 1e9,
        sigma_s=then.plane_sigma_s(made, Instant(truth_ns)),
        phase_error_deg=degrees(atan2(across, float(np.dot(paths[1][0][0], paths[0][0][0])))),
        quiet=abs(float(forecast.altitude.km(at)[0]) - float(quiet_km)) <= QUIET_KM + 0.03 * age,
    )


def _crossings(forecast: StationForecast, elements: Elements, span: Span, pad: Site) -> np.ndarray:
    plane = forecast.plane(elements, span.widened(2 * 86_400.0))
    return PadPlane(forecast, plane, pad, "descending").crossings(span).tai_ns


def coverage(
    found: list[Tried], sigmas: float, what: str, station: Station, seed: int = 1
) -> tuple[float, float, float]:
    """The share within so many sigmas, and its 90 % interval by resampling whole months (Kuensch 1989)."""
    by_month: dict[str, list[bool]] = defaultdict(list)
    for one in found:
        if what == "plane":
            inside = abs(one.error_s) <= sigmas * one.sigma_s
        else:
            inside = abs(one.phase_error_deg) <= sigmas * phase_sigma_deg(station, one.age)
        by_month[one.made.iso()[:7]].append(inside)
    months, rng = list(by_month.values()), np.random.default_rng(seed)
    shares = []
    for _ in range(1_000):
        drawn = [months[index] for index in rng.integers(0, len(months), len(months))]
        shares.append(sum(map(sum, drawn)) / sum(map(len, drawn)))
    whole = sum(map(sum, months)) / sum(map(len, months))
    return whole, float(np.percentile(shares, 5)), float(np.percentile(shares, 95))


def p68(median: float, p90: float) -> float:
    """The error not exceeded in 68.3 % of cases (normal quantile 0.4760), by a log-normal through two quantiles."""
    return float(median * (p90 / median) ** (0.4760 / 1.2816))


def relay_cone_deg(minutes: float, altitude_km: float) -> float:
    """Half-angle about the zenith that keeps a geostationary relay in the orbit plane in sight for so long."""
    station_km, relay_km = EARTH_EQUATORIAL_RADIUS_KM + altitude_km, 42_164.0
    half = minutes / 2 / (2 * pi * sqrt(station_km**3 / EARTH_MU_KM3_S2) / 60) * 2 * pi
    return degrees(atan2(relay_km * sin(half), relay_km * cos(half) - station_km))


# Printing


def print_launches(forecast: StationForecast, table: dict[str, Any]) -> None:
    """Crossings, phases, offsets, bands and durations."""
    rows = [lifted(forecast, row) for row in table["launches"]]
    print("LAUNCHES  lift-off after crossing, sigma of the crossing; off the plane; phase and sigma; nearest set")
    for one in rows:
        print(
            f"  {one.flight:12} {one.launch.iso()}  {one.after_crossing_s:+7.1f} s ±{one.sigma_s:5.1f}  "
            f"{one.off_plane_deg:+.3f} deg  {one.phase_deg:6.1f} ±{one.phase_sigma_deg:6.1f} deg  {one.set_d:+6.1f} d  "
            f"{one.row.get('excluded', '')}"
        )
    for ship in table["profiles"]:
        used = counted(rows, ship)
        mean_s, spread_s = offset_s(used)
        print(f"OFFSET {ship}: {mean_s:.1f} s, spread {spread_s:.1f} s; {', '.join(one.flight for one in used)}")
        for left in used:
            rest = offset_s(one for one in used if one is not left)[0]
            print(f"  without {left.flight}: its lift-off is predicted {rest - left.after_crossing_s:+.1f} s off")
        print_profiles(rows, ship, table)


def print_profiles(rows: list[Lifted], ship: str, table: dict[str, Any]) -> None:
    """Durations and bands of a ship's profiles."""
    by_name = {one.flight: one for one in rows}
    for profile, group in table["profiles"][ship].items():
        minutes = [minutes_between(by_name[name].row["launch"], by_name[name].row["docking"]) for name in group]
        spread = f"{np.std(minutes, ddof=1):.1f}" if len(minutes) > 1 else "unknown"
        also = table["phases_also"].get(ship, {}).get(profile, [])
        shown = [by_name[name] for name in (*group, *also) if by_name[name].phase_sigma_deg <= PHASE_COUNTS_DEG]
        band = band_deg(one.phase_deg for one in shown)
        phases = ", ".join(f"{one.flight} {one.phase_deg:.1f}" for one in shown) or "none"
        said = f"{band[0]:.1f} to {band[1]:.1f} deg" if band else "unknown"
        print(f"PROFILE {ship} {profile}: {np.mean(minutes):.1f} min, spread {spread}; phases {said} ({phases})")


def print_landings(forecast: StationForecast, table: dict[str, Any]) -> None:
    """Plane offsets and leads at landings, and times of flight."""
    rows = [landed(forecast, row, load().site("dongfeng")) for row in table["landings"]]
    print("LANDINGS  site off the plane; station ahead and sigma; nearest set")
    for one in rows:
        used = "" if one.counts else f"  not used{': ' + one.row['excluded'] if 'excluded' in one.row else ''}"
        print(
            f"  {one.flight:24} {one.landing.iso()}  {one.off_plane_deg:+.3f} deg  {one.lead_deg:6.1f} "
            f"±{one.lead_sigma_deg:5.1f} deg  {one.set_d:+6.1f} d{used}"
        )
    leads = leads_of(rows)
    print(f"LEAD: {np.mean(leads):.1f} deg, spread {np.std(leads, ddof=1):.1f}, of {len(leads)} landings")
    offs = [abs(one.off_plane_deg) for one in rows if abs(one.set_d) < 20]
    print(f"CROSSRANGE: {min(offs):.2f} to {max(offs):.2f} deg, of {len(offs)} landings")
    by_name = {one.flight: one.row for one in rows}
    for name, group in table["returns"].items():
        minutes = [minutes_between(by_name[one]["undocking"], by_name[one]["landing"]) for one in group]
        spread = f"{np.std(minutes, ddof=1):.1f}" if len(minutes) > 1 else "unknown"
        print(f"RETURN {name}: {np.mean(minutes):.0f} min, spread {spread}")
    burns = [minutes_between(row["burn"], row["landing"]) for row in by_name.values() if "burn" in row]
    print(f"BURN to landing: {np.mean(burns):.0f} min, of {len(burns)} landings")


def leads_of(rows: Iterable[Landed]) -> list[float]:
    """The leads that count, without those a boost hides: within 20 deg of their middle."""
    leads = [one.lead_deg for one in rows if one.counts]
    middle = float(np.median(leads))
    return [lead for lead in leads if abs(lead - middle) <= 20]


def print_station(forecast: StationForecast) -> None:
    """Altitude and how it is kept."""
    history = forecast.history
    mean_km, spread_km, keeping = kept(forecast)
    print(f"SETS: {len(history.sets)}, {history.sets[0].epoch.iso()} to {history.sets[-1].epoch.iso()}")
    for one in history.rejected:
        print(f"  left out {one.elements.epoch.iso()}: {one.why}")
    print(f"ALTITUDE: mean {mean_km:.1f} km, spread {spread_km:.1f} km, by the node between sets 10 d and more apart")
    print(
        f"KEEPING: floor {keeping.floor_km:.1f} km (below for a tenth of the time), sinking "
        f"{keeping.sinking_km_per_day:.2f} km/d"
    )
    print(f"RELAY CONE for {RELAY_MINUTES:.0f} min: {relay_cone_deg(RELAY_MINUTES, mean_km):.0f} deg")


def print_forecasts(forecast: StationForecast, table: dict[str, Any]) -> None:
    """Errors and coverage by age; each from what was known then, the operator's habit without the month."""
    found = tries(forecast, without_month=True)
    print("FORECASTS  plane, s: median, 68 %, 90 %; quiet 68 %; within 1 and 2 sigma [90 % by months]; phase, deg")
    for age in AGES_D:
        mine = [one for one in found if one.age == age]
        errors, quiet = np.abs([one.error_s for one in mine]), np.abs([one.error_s for one in mine if one.quiet])
        phases = np.abs([one.phase_error_deg for one in mine])
        shares = [coverage(mine, n, what, forecast.station) for what in ("plane", "phase") for n in (1, 2)]
        said = "  ".join(f"{share:.2f} [{low:.2f}, {high:.2f}]" for share, low, high in shares)
        study = table["phase_study"].get(age)
        of_study = f"{p68(*study):.3g}" if study else "-"
        print(
            f"  {age:3d} d  n {len(mine):4d}  {np.percentile(errors, 50):6.1f} {np.percentile(errors, 68.27):6.1f} "
            f"{np.percentile(errors, 90):6.1f}  quiet {np.percentile(quiet, 68.27):5.1f} of {len(quiet)}  "
            f"{said}  phase 68 % {np.percentile(phases, 68.27):6.2f}, study {of_study}"
        )

    quiet_s = np.abs([one.error_s for one in found if one.quiet and one.age == SINKING_AGE_D])
    node_s = forecast.node_s_per_km_d(forecast.sets[-1])
    sigma = float(np.percentile(quiet_s, 68.27)) / (node_s * SINKING_AGE_D**2 / 2)
    print(
        f"SINKING: a rate is ±{sigma:.2f} km/d from that of the next weeks, by quiet forecasts {SINKING_AGE_D} d ahead"
    )


def main(arguments: list[str]) -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--elements", nargs="+", type=Path, default=[FOLDER / "elements.tle"], help="element sets (TLE)"
    )
    parser.add_argument("--forecasts", action="store_true", help="also how good forecasts were (some 20 s)")
    asked = parser.parse_args(arguments)
    station, table = load().station("tiangong"), flights()
    forecast = station_forecast(read_sets(asked.elements, station), station)
    print_station(forecast)
    print_launches(forecast, table)
    print_landings(forecast, table)
    if asked.forecasts:
        print_forecasts(forecast, table)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
