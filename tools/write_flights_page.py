"""Writes the tables and pictures of docs/explanation/launch-and-landing.md anew: flight by flight, forecast and fact.

Use: python tools/write_flights_page.py [--check] [--quick]. With --check nothing is written; exit code 1 says what is
stale: another word, or a number off by more than one in its last digit. With --quick the forecasts by age, which take
half a minute, are left as they are. The text between the tables is written by hand.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from math import hypot
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import calibrate_flights as tool
import flights_measured as measured
import flights_pictures as pictures
from hamsafar.catalog import load
from hamsafar.domain.history import Boost
from hamsafar.flight import station_forecast
from hamsafar.flight.forecast import FOLLOWED_PHASE_SIGMA_DEG, StationForecast
from hamsafar.orbit.frames import site_itrs_km
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.timeline import Instant

PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "launch-and-landing.md"
PICTURES = PAGE.parent / "pictures"
_BLOCK = re.compile(r"(<!-- (?P<name>[a-z-]+): written by tools/write_flights_page.py -->\n)(.*?)(<!-- end -->)", re.S)
_NUMBER = re.compile(r"[+−-]?\d[\d,]*(?:\.\d+)?")
_DRAWN_PT = 0.6  # so far a point of a picture may lie from where it was
_TO_FLOOR = "the days to the floor, held within these; ours"
DAILY_SINCE = Instant.utc(2026, 3, 1)  # from then on the public sets are daily, for a while
FRESH_S = 3.0  # crossings known so well show the operator's practice
TABLE = tool.flights()


@cache
def forecast() -> StationForecast:
    """The station's path by the calibration's sets."""
    station = load().station("tiangong")
    return station_forecast(tool.read_sets([tool.FOLDER / "elements.tle"], station), station)


@cache
def lift_offs() -> list[measured.LiftOff]:
    """Every lift-off, held out."""
    return measured.lift_offs(forecast(), TABLE)


@cache
def landings() -> list[measured.Landing]:
    """Every landing, held out."""
    return measured.landings(forecast(), TABLE)


@cache
def tries() -> list[tool.Tried]:
    """Every forecast from what was known then, the operator's habit without the month."""
    return tool.tries(forecast(), without_month=True)


# Words


def rows_of(head: str, rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table of a head and its rows."""
    names = [name.strip() for name in head.split("|")]
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def signed(value: float, digits: int = 0) -> str:
    """With its sign, a true minus; 0 without."""
    said = f"{value:+.{digits}f}".replace("-", "−")
    return said[1:] if float(said[1:]) == 0 else said


def clock(moment: Instant, seconds: bool = True) -> str:
    """UTC as `2026-05-24 15:08:36`."""
    return moment.iso()[: 19 if seconds else 16].replace("T", " ")


# Flights


def lift_offs_block() -> str:
    """Every lift-off: forecast against fact."""
    rows = []
    for one in lift_offs():
        fact, before = one.fact, one.before
        old = ["none", ""]
        if before is not None and one.error_before_s is not None:
            old = [f"{before.elements_age_d:.1f}", f"{signed(one.error_before_s)} ± {before.sigma_s:.0f}"]
        rows.append(
            [
                fact.flight,
                clock(fact.launch),
                signed(fact.after_crossing_s),
                signed(fact.off_plane_deg, 2),
                signed(fact.set_d, 1),
                clock(one.said.launch)[11:],
                f"{signed(one.error_s)} ± {one.said.sigma_s:.0f}",
                signed(one.error_s / one.said.sigma_s, 1),
                *old,
            ]
        )
    head = "flight | lift-off, UTC | after the crossing, s | off the plane, ° | nearest set, d | forecast | error, s"
    return rows_of(head + " | in sigmas | last set before, d | error by it, s", rows) + "\n" + _lift_offs_said()


def _lift_offs_said() -> str:
    nearest = [one.error_s / one.said.sigma_s for one in lift_offs()]
    before = [one.error_before_s / one.before.sigma_s for one in lift_offs() if one.before and one.error_before_s]
    of_all = [one.error_s / hypot(_offset_sigma_s(one), one.fact.sigma_s) for one in lift_offs()]
    fresh = [abs(one.error_s) for one in lift_offs() if "excluded" not in one.fact.row and one.fact.sigma_s <= FRESH_S]
    early = sum(one < 0 for one in before)
    return (
        f"By the nearest sets {_within(nearest)}; with the spread of all flights as sigma, {_within(of_all)}.\n"
        f"By the sets before lift-off alone {_within(before)}, the worst at {max(map(abs, before)):.1f}; "
        f"{early} of these {len(before)} forecasts are too early.\n"
        f"Where the crossing itself is known to {FRESH_S:.0f} s, the {len(fresh)} errors are {min(fresh):.0f} to "
        f"{max(fresh):.0f} s, {np.median(fresh):.0f} s in the median: that is the operator's practice, not the sky.\n"
    )


def _offset_sigma_s(one: measured.LiftOff) -> float:
    return load().ship(one.fact.row["ship"]).launches[0].offset_sigma_s


def _within(ratios: Sequence[float]) -> str:
    """`13 of 20 errors are within one sigma and 18 within two`."""
    inside = [sum(abs(one) <= sigmas for one in ratios) for sigmas in (1, 2)]
    return f"{inside[0]} of {len(ratios)} errors are within one sigma and {inside[1]} within two"


def offsets_block() -> str:
    """The offsets in use, and what they would be by the osculating plane."""
    facts, rows = [one.fact for one in lift_offs()], []
    for ship in TABLE["profiles"]:
        used = tool.counted(facts, ship)
        mean_s, spread_s = tool.offset_s(used)
        osculating_s = measured.osculating_spread_s(forecast(), facts, ship)
        rows.append(
            [
                load().ship(ship).name,
                *(signed(mean_s, 1), f"{spread_s:.1f}", f"{osculating_s:.1f}", str(len(used))),
                ", ".join(one.flight.split("-")[1] for one in used),
            ]
        )
    return rows_of("ship | offset, s | spread, s | spread by the osculating plane, s | flights | numbers", rows)


def dockings_block() -> str:
    """Every rendezvous: phase, profile, docking against fact."""
    rows = []
    for one in lift_offs():
        fact, answer = one.fact, one.answer
        known = fact.phase_sigma_deg <= tool.PHASE_COUNTS_DEG
        phase = (
            f"{fact.phase_deg:.1f} ± {fact.phase_sigma_deg:.2g}"
            if fact.phase_sigma_deg <= FOLLOWED_PHASE_SIGMA_DEG
            else "not known"
        )
        said, error, sigma = "no other flight of it", "", ""
        if answer is not None and one.docking_is_foretold:
            said = clock(answer.docking, seconds=False)[11:]
            sigma = f"{answer.docking_sigma_s / 60:.1f}"
        if answer is not None and one.docking_is_foretold and one.docking is not None:
            error = signed(answer.docking.seconds_since(one.docking) / 60, 1)
        feasible = "" if answer is None else answer.feasible
        docking = "not public" if one.docking is None else clock(one.docking, seconds=False)
        rows.append(
            [
                fact.flight,
                phase + (" (counts)" if known else ""),
                f"`{one.profile}`",
                feasible,
                docking,
                said,
                error,
                sigma,
            ]
        )
    head = "flight | phase at lift-off, ° | profile flown | our answer | docking, UTC | forecast | error, min"
    said = [one.answer.feasible for one in lift_offs() if one.answer is not None]
    counts = ", ".join(f"{said.count(each)} *{each}*" for each in ("yes", "unknown", "no"))
    return rows_of(head + " | sigma, min", rows) + f"\nOf the profiles that were flown: {counts}.\n"


def bands_block() -> str:
    """The profiles of the catalogue."""
    rows = []
    for ship in TABLE["profiles"]:
        for profile in load().ship(ship).profiles:
            band = "not known"
            if profile.phase_low_deg is not None:
                band = f"{profile.phase_low_deg:g} to {profile.phase_high_deg:g}"
            margin = f"{profile.phase_margin_deg:g}" if profile.phase_low_deg is not None else ""
            rows.append(
                [
                    load().ship(ship).name,
                    f"`{profile.name}`",
                    f"{profile.duration_min:.1f} ± {profile.duration_sigma_min:g}",
                    *(band, margin),
                    ", ".join(name.split("-")[1] for name in profile.flights),
                ]
            )
    return rows_of("ship | profile | lift-off to docking, min | band, ° | margin, ° | flights", rows)


def landings_block() -> str:
    """Every landing: forecast against fact."""
    site, rows = load().site("dongfeng"), []
    for one in landings():
        fact, before = one.fact, one.before
        sun_deg = float(sun_elevation_deg(site, np.array([fact.landing.tai_ns], dtype=np.int64))[0])
        old = ["none", ""]
        if before is not None and one.error_before_min is not None:
            old = [f"{before.elements_age_d:.1f}", f"{signed(one.error_before_min, 1)} ± {before.sigma_s / 60:.1f}"]
        rows.append(
            [
                fact.flight,
                clock(fact.landing),
                f"{abs(np.radians(fact.off_plane_deg)) * np.linalg.norm(site_itrs_km(site)):.0f}",
                signed(sun_deg),
                f"{fact.lead_deg:.1f} ± {fact.lead_sigma_deg:.2g}" + (" (counts)" if fact.counts else ""),
                signed(fact.set_d, 1),
                clock(one.said.landing)[11:],
                f"{signed(one.error_min, 1)} ± {one.said.sigma_s / 60:.1f}",
                signed(one.error_min * 60 / one.said.sigma_s, 1),
                *old,
            ]
        )
    head = "landing | clock, UTC | crossrange, km | Sun, ° | station ahead, ° | nearest set, d | forecast | error, min"
    return rows_of(head + " | in sigmas | last set before, d | error by it, min", rows) + "\n" + _landings_said()


def _landings_said() -> str:
    leads = tool.leads_of(one.fact for one in landings())
    counting = [abs(one.error_min) for one in landings() if one.fact.counts and one.fact.lead_deg in leads]
    ratios = [one.error_min * 60 / one.said.sigma_s for one in landings()]
    far = [
        f"{one.fact.flight} at {abs(ratio):.1f}"
        for one, ratio in zip(landings(), ratios, strict=True)
        if abs(ratio) > 2
    ]
    return (
        f"The lead in use is the mean of {len(leads)} landings, {np.mean(leads):.1f}° with a spread of "
        f"{np.std(leads, ddof=1):.1f}°.\n"
        f"Each of these held out of it, their landings are {min(counting):.1f} to {max(counting):.1f} min off.\n"
        f"Of all, {_within(ratios)}; beyond two are {', '.join(far) or 'none'}.\n"
        f"At the farthest the site was {max(abs(one.fact.off_plane_deg) for one in landings()):.2f}° off the plane.\n"
    )


def returns_block() -> str:
    """Times from undocking and burn to landing."""
    rows, ship = [], load().ship("shenzhou")
    for name, group in TABLE["returns"].items():
        by_name = {row["flight"]: row for row in TABLE["landings"]}
        minutes = [tool.minutes_between(by_name[one]["undocking"], by_name[one]["landing"]) for one in group]
        (profile,) = (one for one in ship.returns if one.name == name)
        rows.append(
            [
                *(f"`{name}`", f"{np.mean(minutes):.0f}", f"{min(minutes):.0f} to {max(minutes):.0f}"),
                *(f"{profile.undocking_to_landing_sigma_min:g}", f"{profile.deorbit_to_landing_min:.0f}"),
                str(len(group)),
            ]
        )
    return rows_of("return | undocking to landing, min | seen | sigma | burn to landing, min | flights", rows)


# The station


def station_block() -> str:
    """What the history says of altitude and boosts."""
    history, station = forecast().history, forecast().station
    mean_km, spread_km, _ = tool.kept(forecast())
    keeping = station.keeping
    first, last = (history.sets[index].epoch.iso()[:10] for index in (0, -1))
    sinking = f"{keeping.sinking_km_per_day:g} ± {keeping.sinking_sigma_km_per_day:g} km/d"
    rows = [
        ("element sets", f"{len(history.sets)}", f"{first} to {last}"),
        ("left out", f"{len(history.rejected)}", "sets that don't fit their neighbours"),
        ("mean altitude", f"{mean_km:.1f} ± {spread_km:.1f} km", "how far the node turned between sets 10 d apart"),
        ("floor", f"{keeping.floor_km:g} km", "below it for a tenth of the time"),
        ("sinking", sinking, "stretches without a boost; the sigma: what a rate is worth for the next weeks"),
        ("mean wait for a boost", f"{keeping.shortest_quiet_d:g} to {keeping.longest_quiet_d:g} d", _TO_FLOOR),
        ("settling", f"{keeping.settling_d:g} d", "how soon after a boost the mean altitude is kept; ours"),
        ("memory", f"{keeping.memory_d:g} d", "after so long one altitude says nothing of the next; ours"),
    ]
    return rows_of("what | figure | from", rows)


def boosts_block() -> str:
    """Every boost of the history."""
    found = forecast().history.boosts
    rows = [_boost_row(one) for one in found]
    dated = sum(not one.net for one in found)
    return (
        rows_of("when, UTC | height, km | at least, m/s", rows)
        + f"\n{len(found)} boosts; {dated} of them dated, the others the sum of what happened in a long gap.\n"
    )


def _boost_row(one: Boost) -> list[str]:
    when = f"{clock(one.time, seconds=False)} ± {one.time_sigma_s / 3600:.1f} h"
    if one.net:
        when = f"between {one.earliest.iso()[:10]} and {one.latest.iso()[:10]}"
    return [when, f"{signed(one.delta_altitude_km, 2)} ± {one.delta_altitude_sigma_km:.2f}", signed(one.delta_v_m_s, 2)]


def pieces_block() -> str:
    """What moves a crossing at Jiuquan."""
    pad = load().site("jiuquan")
    ripple_s = measured.ripple_s(pad, forecast())
    node_s_rad, tilt_s_rad = measured.s_per_rad(pad, forecast().sets[-1])
    node_s_deg, tilt_s_deg = np.radians(node_s_rad), np.radians(tilt_s_rad)
    zonals_deg_d, pulled_deg = measured.zonals_deg_d(forecast()), measured.pulled_deg(forecast())
    a_km_s = forecast().node_s_per_km_d(forecast().sets[-1])
    tilted = f"±{pulled_deg:.4f}° of inclination in a year: ±{pulled_deg * tilt_s_deg:.1f} s"
    turned = f"{abs(zonals_deg_d):.4f}° of node a day: {abs(zonals_deg_d) * node_s_deg:.2f} s a day"
    rows = [
        ("the node, by 0.01°", f"{node_s_deg * 0.01:.1f} s"),
        ("the inclination, by 0.01°", f"{tilt_s_deg * 0.01:.1f} s, because the track turns south there"),
        ("the station's place, by the ripple of J2", f"±{ripple_s:.0f} s"),
        ("even zonals 6 to 20, which SGP4 leaves out", turned),
        ("Sun and Moon, which SGP4 leaves out at this height", tilted),
        ("a kilometre of altitude, kept for a month", f"{a_km_s * 30:.0f} s"),
    ]
    return rows_of("what changes | a crossing of Jiuquan, southward, moves by", rows)


# Forecasts by age


def planes_block() -> str:
    """Errors of crossings by age, and how many lie within one and two sigma."""
    rows = []
    for age in tool.AGES_D:
        mine = [one for one in tries() if one.age == age]
        errors = np.abs([one.error_s for one in mine])
        quiet = np.abs([one.error_s for one in mine if one.quiet])
        rows.append(
            [str(age), str(len(mine)), *(f"{np.percentile(errors, each):.1f}" for each in (50, 68.27, 90))]
            + [f"{np.percentile(quiet, 68.27):.1f} of {len(quiet)}"]
            + [f"{np.median([one.sigma_s for one in mine]):.1f}"]
            + [_covered(mine, sigmas, "plane") for sigmas in (1, 2)]
        )
    head = "age, d | forecasts | median, s | 68 %, s | 90 %, s | no boost between: 68 %, s | sigma said, median, s"
    return rows_of(head + " | within one sigma | within two", rows) + _months()


def phases_block() -> str:
    """Errors of phases by age, and how many lie within one and two sigma."""
    rows, station = [], forecast().station
    for age in tool.AGES_D:
        mine = [one for one in tries() if one.age == age]
        errors = np.abs([one.phase_error_deg for one in mine])
        study = TABLE["phase_study"].get(age)
        rows.append(
            [str(age), str(len(mine)), *(f"{np.percentile(errors, each):.2f}" for each in (50, 68.27, 90))]
            + [f"{tool.p68(*study):.3g}" if study else ""]
            + [f"{tool.phase_sigma_deg(station, age):.3g}"]
            + [_covered(mine, sigmas, "phase") for sigmas in (1, 2)]
        )
    head = "age, d | forecasts | median, ° | 68 %, ° | 90 %, ° | study of 484 sets, 68 %, ° | sigma in use, °"
    return rows_of(head + " | within one sigma | within two", rows)


def _covered(mine: list[tool.Tried], sigmas: float, what: str) -> str:
    whole, low, high = tool.coverage(mine, sigmas, what, forecast().station)
    return f"{whole:.2f} [{low:.2f}, {high:.2f}]"


def _months() -> str:
    months = {one.made.iso()[:7] for one in tries()}
    older = [one.error_s / one.sigma_s for one in tries() if one.made < DAILY_SINCE]
    return (
        f"\n{len(tries())} forecasts, made in {len(months)} different months, "
        f"{len(tries()) - len(older)} of them since {DAILY_SINCE.iso()[:10]}.\n"
        f"Of those before, {_within(older)}.\n"
    )


def apart_block() -> str:
    """Median errors with pieces left out or changed."""
    found = measured.taken_apart(forecast())
    rows = [
        (name, *(f"{by_age[age]:.{2 if is_phase else 1}f}" for age in measured.APART_AGES_D), "°" if is_phase else "s")
        for name, by_age in found.items()
        for is_phase in [name.startswith("phase")]
    ]
    return rows_of("median error after | " + " | ".join(f"{age} d" for age in measured.APART_AGES_D) + " | in", rows)


QUICK: dict[str, Callable[[], str]] = {
    "lift-offs": lift_offs_block,
    "offsets": offsets_block,
    "dockings": dockings_block,
    "bands": bands_block,
    "landings": landings_block,
    "returns": returns_block,
    "pieces": pieces_block,
    "station": station_block,
    "boosts": boosts_block,
}
SLOW: dict[str, Callable[[], str]] = {"planes": planes_block, "phases": phases_block, "apart": apart_block}
QUICK_PICTURES: dict[str, Callable[[], str]] = {
    "flights.svg": lambda: pictures.flights_picture(lift_offs(), landings()),
    "altitude.svg": lambda: pictures.altitude_picture(forecast()),
}
SLOW_PICTURES: dict[str, Callable[[], str]] = {"ages.svg": lambda: pictures.ages_picture(tries(), forecast())}


def blocks_of(page: str) -> dict[str, str]:
    """The written blocks of a page, by name."""
    return {found["name"]: found.group(3) for found in _BLOCK.finditer(page)}


def with_blocks(page: str, made: dict[str, str]) -> str:
    """A page with the blocks made put in; the others as they are."""
    return _BLOCK.sub(lambda found: found.group(1) + made.get(found["name"], found.group(3)) + found.group(4), page)


def agree(one: str, other: str, within: float | None = None) -> bool:
    """Whether two texts say the same: the same words, each number within one of its last digit, or within so much.

    Another machine's sines differ in the last bit, and a rounded figure with them.
    """
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    return all(map(lambda a, b: _near(a, b, within), _NUMBER.findall(one), _NUMBER.findall(other)))


def _near(one: str, other: str, within: float | None) -> bool:
    digits = len(one.partition(".")[2])
    values = [float(each.replace("−", "-").replace(",", "")) for each in (one, other)]
    return abs(values[0] - values[1]) <= (1.01 * 10.0**-digits if within is None else within)


def main(arguments: Sequence[str]) -> int:
    """Writes or checks the page and its pictures; returns the exit code."""
    quick, check = "--quick" in arguments, "--check" in arguments
    old = PAGE.read_text(encoding="utf-8")
    written = blocks_of(old)
    made = {name: make() for name, make in (QUICK if quick else QUICK | SLOW).items()}
    drawn = {name: make() for name, make in (QUICK_PICTURES if quick else QUICK_PICTURES | SLOW_PICTURES).items()}
    stale = [name for name, text in made.items() if not agree(written.get(name, ""), text)]
    for name, svg in drawn.items():
        path = PICTURES / name
        if not path.exists() or not agree(path.read_text(encoding="utf-8"), svg, _DRAWN_PT):
            stale.append(name)
            if not check:
                path.write_text(svg, encoding="utf-8")
    if not check:
        PAGE.write_text(with_blocks(old, {name: made[name] for name in stale if name in made}), encoding="utf-8")
    print("stale: " + ", ".join(stale) if stale else "the page is as the calibration says")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
