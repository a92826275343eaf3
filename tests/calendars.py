"""Launch calendars made for tests: of real elements, and of lift-offs made up."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from hamsafar.app.launch_calendar import launch_calendar
from hamsafar.app.launching import launches
from hamsafar.domain.launch_calendar import CrewDay, LaunchCalendar
from hamsafar.domain.plan import Feasible, LaunchOpportunity, ProfileAnswer, Trim
from hamsafar.formats.tle import read_tles
from hamsafar.timeline import Instant

REAL = Path(__file__).parent / "unit" / "flight" / "real_elements.tle"
SETS = read_tles(REAL.read_text(), where="real_elements.tle")
CREW_DAY = CrewDay(zone="Asia/Shanghai")


@cache
def calendar_of(start: str, end: str, as_of: str | None = None, closed: tuple[str, ...] = ()) -> LaunchCalendar:
    """A calendar of Shenzhou from Jiuquan by the bundled elements."""
    found = launches("tiangong", SETS, "jiuquan", "shenzhou", start, end, as_of=as_of)
    return launch_calendar(found, closed_days=closed)


def near_and_far() -> LaunchCalendar:
    """Five weeks from fresh elements on, two days of them closed."""
    return calendar_of("2026-05-24", "2026-06-28", "2026-05-25", ("2026-05-26", "2026-06-10"))


def opportunity(launch: Instant, states: Sequence[Feasible] = ("yes",), error_deg: float = 30.0) -> LaunchOpportunity:
    """A lift-off with a profile of each state, p0, p1, ..., docking after six hours."""
    trims = (Trim(days_ahead=1, delta_v_m_s=10.0), Trim(days_ahead=5, delta_v_m_s=2.0))
    return LaunchOpportunity(
        launch=launch,
        sigma_s=5.0,
        crossing=launch,
        branch="descending",
        azimuth_deg=90.0,
        plane_offset_deg=0.2,
        phase_deg=100.0,
        phase_sigma_deg=0.1,
        beta_deg=0.0,
        pad_sun_elevation_deg=10.0,
        elements_epoch=launch.plus(days=-2),
        elements_age_d=2.0,
        basis="near",
        profiles=tuple(
            ProfileAnswer(
                name=f"p{n}",
                feasible=state,
                docking=launch.plus(hours=6),
                docking_sigma_s=60.0,
                phase_error_deg=0.0 if state == "yes" else error_deg + n,
                trim=() if state == "yes" else trims,
                why=f"{state} it is.",
            )
            for n, state in enumerate(states)
        ),
    )
