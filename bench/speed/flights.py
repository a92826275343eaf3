"""How fast a flight is chosen on this machine: lift-offs and calendar of a year, and their pictures.

Use: python bench/speed/flights.py. Prints a table; exits 1 when an answer is wrong or a bound is missed.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hamsafar.app.elements import object_of
from hamsafar.app.launch_calendar import launch_calendar
from hamsafar.app.launching import Launches, launches
from hamsafar.domain.launch_calendar import LaunchCalendar
from hamsafar.events.plane import off_plane_rad, place_teme
from hamsafar.export.launch_calendar import calendar_html, calendar_png
from hamsafar.flight.landing_light import light_of
from hamsafar.flight.pad_crossings import PadPlane
from hamsafar.formats.tle import read_tles
from hamsafar.orbit.sun import sun_elevation_deg
from hamsafar.timeline import NS_PER_S, Span

ROOT = Path(__file__).resolve().parents[2]
TLE = ROOT / "examples" / "tiangong-guest" / "elements.tle"
ELEMENTS = object_of(read_tles(TLE.read_text(encoding="ascii"), where=TLE.name)[-1])  # of 18 September 2026
FROM, TO, DAYS = "2026-10-01", "2027-10-01", 365

missed = False


def median_s(work: Callable[[], object], runs: int) -> float:
    """The median time of some runs after one that warms up."""
    work()
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)


def row(name: str, seconds: float, *, bound_s: float | None = None) -> None:
    """Prints one line of the table."""
    global missed
    met = bound_s is None or seconds <= bound_s
    missed = missed or not met
    bound = "" if bound_s is None else f"bound {bound_s * 1e3:,.0f} ms"
    print(f"{name:<62} {seconds * 1e3:10,.1f} ms  {bound}{'' if met else '  MISSED'}")


def year() -> Launches:
    """The lift-offs of a year."""
    return launches("tiangong", ELEMENTS, "jiuquan", "shenzhou", FROM, TO)


def assert_right(calendar: LaunchCalendar, found: Launches) -> None:
    """Lift-offs stand at crossings of the plane, days fill the year, and landings far away are the sampled ones."""
    crossings = np.array([one.crossing.tai_ns for one in found])
    plane = _plane(found, crossings)
    off_deg = np.degrees(off_plane_rad(place_teme(found.pad, crossings), plane.normals(crossings)))
    assert np.abs(off_deg).max() < 1e-6, off_deg  # 0.1 m on the ground
    gaps_d = np.diff(crossings) / NS_PER_S / 86_400
    assert np.all((gaps_d > 0.975) & (gaps_d < 0.99)), gaps_d
    assert len(calendar.days) == DAYS
    assert len(calendar.launches) == len(found)
    site, profile = calendar.landing_site, calendar.ship.returns[0]
    for one in calendar.launches[::40]:
        times = np.arange(-9_000, 9_000, 20) * NS_PER_S + one.landing.about.tai_ns
        near = _plane(found, times, of=site)
        off_deg = np.abs(np.degrees(off_plane_rad(place_teme(site, times), near.normals(times))))
        inside = off_deg <= profile.max_crossrange_deg
        assert inside[times.size // 2], one.landing
        within = np.abs(times - one.landing.about.tai_ns) <= one.landing.spread_s * NS_PER_S
        seen = {light_of(float(sun)) for sun in sun_elevation_deg(site, times[within])}
        assert set(one.landing.light) >= seen - {"twilight"}, one.landing


def _plane(found: Launches, times: Any, of: Any = None) -> PadPlane:
    span = Span(found.span.start, found.span.end).widened(60 * 86_400.0)
    elements = found.forecast.sets[-1]
    return PadPlane(found.forecast, found.forecast.plane(elements, span), of or found.pad, "descending")


def main() -> int:
    """Prints the table; 1 when a bound is missed."""
    found = year()
    calendar = launch_calendar(found)
    assert_right(calendar, found)
    row(f"lift-offs of a year ({len(found)}), warm", median_s(year, 15))
    row("    their calendar alone", median_s(lambda: launch_calendar(found), 15))
    row("a year's calendar, lift-offs and all, warm", median_s(lambda: launch_calendar(year()), 15), bound_s=0.1)
    row("    drawn as a page (HTML)", median_s(lambda: calendar_html(calendar), 5))
    row("    drawn as a picture (PNG)", median_s(lambda: calendar_png(calendar), 3))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
