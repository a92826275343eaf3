"""Print what the catalogue's figures on launches, rendezvous, landings and forecasts rest on.

    python tools/calibrate_flights.py ELEMENTS.tle [MORE.tle ...]

ELEMENTS are public element sets of the station, of many epochs (TLE or 3LE; several files are joined). The flights
are in `calibration_flights.yaml` beside this file. Nothing is written: compare the figures printed with
`src/hamsafar/catalog/data/stations.yaml` and `ships.yaml`, which must equal them to the digits they give.

How: the geometry is the product's own (`hamsafar.flight`). A phase or a lead counts when the station's phase sigma
at the age of the nearest set is within the station's near limit, or when two sets at least 5 d apart in age give it
within 1 deg (then no boost lies between); and never where the table of flights excludes it with a reason.
"""

from __future__ import annotations

import argparse
import sys
from itertools import pairwise
from math import atan2, cos, degrees, pi, radians, sin, sqrt
from pathlib import Path

import numpy as np
from attrs import evolve, frozen
from ruamel.yaml import YAML

from hamsafar.catalog import load
from hamsafar.domain.elements import Elements
from hamsafar.domain.places import Site
from hamsafar.domain.vehicles import Branch, Station
from hamsafar.events.plane import geometry, off_plane_rad, phase_rad
from hamsafar.events.plane_crossings import crossings_ns, middles_ns
from hamsafar.flight import held_orbit, phase_sigma_deg, plane_sigma_s
from hamsafar.flight.forecast import NEAR_PHASE_SIGMA_DEG
from hamsafar.flight.launches import age_d
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import Instant, Span
from hamsafar.units import EARTH_EQUATORIAL_RADIUS_KM, EARTH_J2, EARTH_MU_KM3_S2

FLIGHTS = Path(__file__).with_name("calibration_flights.yaml")
TURN_DEG_D = 360.9856 + 6.09  # the plane against the ground
AGE_BINS_D = {
    10: (8, 12),
    14: (12, 16),
    30: (25, 35),
    60: (50, 70),
    90: (80, 100),
    120: (110, 130),
    180: (150, 210),
    270: (240, 300),
}
PRACTICE_SIGMA_S = 2.0  # ours: lift-offs repeat no better than this even when known to the second


@frozen(kw_only=True)
class Seen:
    """One moment of a flight in the geometry of one element set."""

    age_d: float  # of the moment after the epoch; negative when the set is later
    crossing_minus_min: float | None  # crossing of the plane minus the moment
    off_plane_deg: float
    phase_deg: float  # from the place to the station


def flights() -> dict:
    """The table of flights."""
    return YAML(typ="safe", pure=True).load(FLIGHTS.read_text(encoding="utf-8"))


def read_history(paths: list[Path]) -> tuple[Elements, ...]:
    """All sets of the files, ascending, one an epoch, without those whose plane disagrees with both neighbours."""
    sets = {one.epoch: one for path in paths for one in read_tles(path.read_text(encoding="ascii"), where=path.name)}
    ordered = [sets[epoch] for epoch in sorted(sets)]
    bad = [
        now
        for before, now, after in zip(ordered, ordered[1:], ordered[2:], strict=False)
        if age_d(before, after.epoch) < 10
        and min(abs(now.inclination_deg - before.inclination_deg), abs(now.inclination_deg - after.inclination_deg))
        > 0.0025
    ]
    return tuple(one for one in ordered if one not in bad)


def seen_from(elements: Elements, place: Site, moment: Instant, branch: Branch | None) -> Seen:
    """The geometry of a place and the station's plane at one moment."""
    trajectory = Sgp4Trajectory(elements)
    at = np.array([moment.tai_ns], dtype=np.int64)
    where, r_teme_km, normal = geometry(trajectory, place, at)
    minus_min = None
    if branch is not None:
        day = Span(moment.plus(days=-0.6), moment.plus(days=0.6))
        crossings, _ = crossings_ns(trajectory, place, middles_ns(trajectory, place, day, branch), branch)
        minus_min = min(((int(ns) - moment.tai_ns) / 60e9 for ns in crossings), key=abs)
    return Seen(
        age_d=age_d(elements, moment),
        crossing_minus_min=minus_min,
        off_plane_deg=degrees(off_plane_rad(where, normal)[0]),
        phase_deg=degrees(phase_rad(where, r_teme_km, normal)[0]),
    )


def by_nearness(history: tuple[Elements, ...], moment: Instant) -> list[Elements]:
    """All sets, the nearest in time first."""
    return sorted(history, key=lambda one: abs(age_d(one, moment)))


def seen_best(
    history: tuple[Elements, ...], station: Station, place: Site, moment: Instant, branch: Branch | None
) -> tuple[Seen, bool]:
    """What the nearest set shows, and whether its phase counts."""
    nearest, *others = by_nearness(history, moment)
    best = seen_from(nearest, place, moment, branch)
    if phase_sigma_deg(station, best.age_d) <= NEAR_PHASE_SIGMA_DEG:
        return best, True
    other = next((one for one in others if abs(age_d(one, moment) - best.age_d) >= 5), None)
    if other is None:
        return best, False
    apart = (seen_from(other, place, moment, None).phase_deg - best.phase_deg + 180) % 360 - 180
    return best, abs(apart) <= 1


def weighted_offset_s(rows: list[tuple[Seen, float]], station: Station) -> tuple[float, float]:
    """Weighted mean of lift-off minus crossing, and the plain spread of the flights; rows of (seen, known to s)."""
    minus_s = np.array([-60 * (seen.crossing_minus_min or 0.0) for seen, _ in rows])
    variances = [to_s**2 / 12 + plane_sigma_s(station, seen.age_d) ** 2 + PRACTICE_SIGMA_S**2 for seen, to_s in rows]
    spread_s = float(np.std(minus_s, ddof=1)) if len(rows) > 1 else 0.0
    return float(np.average(minus_s, weights=1 / np.array(variances))), spread_s


def p68(median: float, p90: float) -> float:
    """The error not exceeded in 68.3 % of cases (normal quantile 0.4760), by a log-normal through two quantiles."""
    return median * (p90 / median) ** (0.4760 / 1.2816)


def phase_of_study(study: dict, age: float) -> float:
    """One sigma of the phase in the study at an age, log-log between its ages; 180 where it is meaningless."""
    known = [(a, p68(*figures[2:])) for a, figures in study.items() if figures[2]]
    if age > known[-1][0]:
        return 180.0
    return float(np.exp(np.interp(np.log(age), *np.log(np.array(known)).T)))


def kozai_altitude_km(elements: Elements) -> float:
    """a - 6378.137 km of the mean motion as printed."""
    n_rad_s = elements.mean_motion_rev_d * 2 * pi / 86_400
    return (EARTH_MU_KM3_S2 / n_rad_s**2) ** (1 / 3) - EARTH_EQUATORIAL_RADIUS_KM


def node_turn_deg(history: tuple[Elements, ...]) -> float:
    """How far the node turned from the first set to the last, followed from set to set."""
    total = 0.0
    for before, after in pairwise(history):
        expected = -6.09 * age_d(before, after.epoch)
        seen = after.raan_deg - before.raan_deg
        total += seen + 360 * round((expected - seen) / 360)
    return total


def altitude_of_node_rate_km(rate_deg_d: float, inclination_deg: float) -> float:
    """The altitude whose first-order J2 node rate is the given one: rate ~ a^-7/2."""
    radius = EARTH_EQUATORIAL_RADIUS_KM
    at_surface = -1.5 * EARTH_J2 * sqrt(EARTH_MU_KM3_S2 / radius**3) * cos(radians(inclination_deg))
    return radius * ((degrees(at_surface) * 86_400 / rate_deg_d) ** (2 / 7) - 1)


def held_errors_s(history: tuple[Elements, ...], station: Station, low_d: float, high_d: float) -> np.ndarray:
    """Errors of a plane crossing, held orbit of one set against a later one, over all pairs of such an age."""
    errors = []
    for index, early in enumerate(history):
        for late in history[index + 1 :]:
            if low_d <= age_d(early, late.epoch) < high_d:
                held = held_orbit(early, station, epoch=late.epoch)
                apart = (held.raan_deg - late.raan_deg + 180) % 360 - 180
                errors.append(abs(apart) / TURN_DEG_D * 86_400)
    return np.array(errors)


def thinned(history: tuple[Elements, ...], apart_d: float = 3) -> tuple[Elements, ...]:
    """At most one set in so many days, so that the dense season does not outvote the years."""
    kept: list[Elements] = []
    for one in history:
        if not kept or age_d(kept[-1], one.epoch) >= apart_d:
            kept.append(one)
    return tuple(kept)


def relay_cone_deg(minutes: float, altitude_km: float) -> float:
    """Half-angle about the zenith that keeps a geostationary relay in the orbit plane in sight for so long."""
    station_km, relay_km = EARTH_EQUATORIAL_RADIUS_KM + altitude_km, 42_164.0
    period_min = 2 * pi * sqrt(station_km**3 / EARTH_MU_KM3_S2) / 60
    half = minutes / 2 * 2 * pi / period_min
    return degrees(atan2(relay_km * sin(half), relay_km * cos(half) - station_km))


def print_launches(history: tuple[Elements, ...], station: Station, table: dict) -> None:
    """Crossings, phases, offset, bands and durations."""
    print("LAUNCHES  crossing minus launch, off the plane, phase at lift-off, nearest set")
    shown: dict[str, tuple[Seen, bool, float]] = {}
    for row in table["launches"]:
        moment = Instant.parse(row["launch"])
        seen, counts = seen_best(history, station, load().site(row["pad"]), moment, "descending")
        shown[row["flight"]] = (seen, counts, row["to_s"])
        phase = f"{seen.phase_deg:6.1f} deg" if counts else "     (old)"
        print(
            f"  {row['flight']:12} {row['pad']:9} {row['launch']}  {seen.crossing_minus_min:+6.2f} min "
            f"{seen.off_plane_deg:+6.3f} deg {phase}  {-seen.age_d:+6.1f} d"
        )
    used = [(shown[name][0], shown[name][2]) for name in table["offset_flights"]]
    mean_s, spread_s = weighted_offset_s(used, station)
    print(f"OFFSET of {', '.join(table['offset_flights'])}: {mean_s:.1f} s, spread {spread_s:.1f} s")
    for left in table["offset_flights"]:
        rest = [(shown[name][0], shown[name][2]) for name in table["offset_flights"] if name != left]
        predicted = weighted_offset_s(rest, station)[0] + 60 * shown[left][0].crossing_minus_min
        print(f"  without {left}: its lift-off is predicted {predicted:+.1f} s off")
    hours = {row["flight"]: row["docking_h"] for row in table["launches"]}
    for name, group in table["profiles"].items():
        minutes = [60 * hours[flight] for flight in group]
        spread = f"{np.std(minutes, ddof=1):.1f}" if len(minutes) > 1 else "unknown"
        phases = sorted((shown[f][0].phase_deg + 180) % 360 - 180 for f in group if shown[f][1])
        band = f"{(phases[0] - 1) % 360:.1f} to {(phases[-1] + 1) % 360:.1f}"
        print(f"PROFILE {name}: {np.mean(minutes):.1f} min, spread {spread}; phases widened by 1: {band} deg")


def print_landings(history: tuple[Elements, ...], station: Station, table: dict) -> None:
    """Plane offsets and leads at landings, and times of flight."""
    print("LANDINGS  site off the plane, station ahead, nearest set")
    site, leads, offs = load().site("dongfeng"), [], []
    for row in table["landings"]:
        seen, counts = seen_best(history, station, site, Instant.parse(row["landing"]), None)
        counts = counts and "excluded" not in row
        if counts:
            leads.append(seen.phase_deg)
        plane_known = plane_sigma_s(station, seen.age_d) < 130  # 0.06 deg at the steepest
        if plane_known:
            offs.append(abs(seen.off_plane_deg))
        lead = f"{seen.phase_deg:6.1f} deg" if counts else f"({seen.phase_deg:.1f}: not used)"
        off = f"{seen.off_plane_deg:+.3f} deg" + ("" if plane_known else " (old)")
        print(f"  {row['flight']:16} {row['landing']}  {off}  {lead}  {-seen.age_d:+6.1f} d  {row.get('excluded', '')}")
    print(f"LEAD: {np.mean(leads):.1f} deg, spread {np.std(leads, ddof=1):.1f}, of {len(leads)} landings")
    print(f"CROSSRANGE: {min(offs):.2f} to {max(offs):.2f} deg, of {len(offs)} landings")
    hours = {row["flight"]: row.get("undocking_h") for row in table["landings"]}
    for name, group in table["returns"].items():
        minutes = [60 * hours[flight] for flight in group]
        spread = f"{np.std(minutes, ddof=1):.1f}" if len(minutes) > 1 else "unknown"
        print(f"RETURN {name}: {np.mean(minutes):.0f} min, spread {spread}")


def print_altitude(history: tuple[Elements, ...]) -> float:
    """Mean altitudes; returns the one that the node's drift shows."""
    months: dict[str, list[float]] = {}
    for one in history:
        months.setdefault(one.epoch.iso()[:7], []).append(kozai_altitude_km(one))
    means = [float(np.mean(values)) for values in months.values()]
    rate = node_turn_deg(history) / age_d(history[0], history[-1].epoch)
    inclination = float(np.mean([one.inclination_deg for one in thinned(history)]))
    altitude = altitude_of_node_rate_km(rate, inclination)
    print(f"ALTITUDE of {len(history)} sets, {history[0].epoch.iso()} to {history[-1].epoch.iso()}")
    print(f"  by months with sets ({len(means)}): {np.mean(means):.1f} km, spread {np.std(means, ddof=1):.1f} km")
    print(f"  by the node's drift of {rate:.4f} deg/d: {altitude:.1f} km")
    return altitude


def print_forecasts(history: tuple[Elements, ...], station: Station, table: dict) -> None:
    """The table of forecast errors as the catalogue holds it."""
    print("FORECASTS  one sigma (68 %) at each age: plane, phase; measured: held rule on these sets")
    study, held = table["forecasts"]["sgp4"], table["forecasts"]["held_median_s"]
    sparse, worst = thinned(history), 0.0
    for age in (*[a for a in study if a not in AGE_BINS_D], *AGE_BINS_D):
        figures = study.get(age)
        phase = phase_of_study(study, age)
        measured = held_errors_s(sparse, station, *AGE_BINS_D[age]) if age in AGE_BINS_D else np.empty(0)
        plane = [p68(figures[0], figures[1])] if figures and age not in held and not measured.size else []
        if age in held:
            plane.append(p68(held[age], held[age] * figures[1] / figures[0]))
        note = ""
        if measured.size:
            middle, sixty_eight, ninety = np.percentile(measured, [50, 68.27, 90])
            note = f"measured {middle:.0f} / {sixty_eight:.0f} / {ninety:.0f} s of {measured.size} pairs"
            plane.append(float(sixty_eight))
        worst = max(worst, *plane)
        print(f"  {age:4d} d  plane {worst:6.1f} s  phase {phase:7.3f} deg  {note}")


def main(arguments: list[str]) -> int:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("elements", nargs="+", type=Path, help="element sets of the station (TLE), many epochs")
    history = read_history(parser.parse_args(arguments).elements)
    station, table = load().station("tiangong"), flights()
    print_launches(history, station, table)
    print_landings(history, station, table)
    altitude = print_altitude(history)
    print_forecasts(history, evolve(station, mean_altitude_km=round(altitude, 1)), table)
    print(f"RELAY CONE for 30 min in the orbit plane: {relay_cone_deg(30, altitude):.0f} deg")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
