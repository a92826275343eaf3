"""What the launch calendar says in words, and where its marks stand: the same for the picture and the page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from math import ceil, floor

from attrs import frozen

from hamsafar.domain.launch_calendar import CalendarLanding, CalendarLaunch, LaunchCalendar, LaunchDay, Light
from hamsafar.domain.plan import Basis, Feasible, LaunchOpportunity
from hamsafar.domain.vehicles import RendezvousProfile
from hamsafar.errors import InputError
from hamsafar.export.clocks import Clock, clock_label
from hamsafar.export.words import dated, sigma_text
from hamsafar.timeline import Instant, zone

_ABOUT_BANDS_DEG = 15.0  # what is shown beside the bands where they are drawn large
_WIDEST_SCALE_DEG = 120.0  # bands farther apart are seen well enough on the whole turn
MOST_DAYS = 732  # two years: more columns than a page can show
STATE_WORDS: dict[Feasible, str] = {"yes": "possible", "unknown": "not known", "no": "not possible"}
LIGHT_WORDS: dict[Light, str] = {"day": "day", "twilight": "twilight", "night": "night"}
LIGHTS: tuple[Light, ...] = ("night", "twilight", "day")  # from below


@frozen
class Mark:
    """A lift-off in its day's column: `x` counts columns from the left, two of a day side by side."""

    x: float
    day: LaunchDay
    launch: CalendarLaunch

    @property
    def state(self) -> Feasible:
        """What is possible, the range's closing counted."""
        return "no" if self.day.closed else self.launch.state


@frozen
class Run:
    """Neighbouring columns [first, end) whose answers rest on the same footing."""

    first: int
    end: int
    basis: Basis


def ensure_drawable(calendar: LaunchCalendar) -> None:
    """Raises InputError for more days than columns can be drawn for."""
    if len(calendar.days) > MOST_DAYS:
        what = f"can show {MOST_DAYS} days at most; ask for a shorter window (got {len(calendar.days)} days)"
        raise InputError(what, where="--calendar")


def marks(calendar: LaunchCalendar) -> Iterator[Mark]:
    """Every lift-off, by time."""
    for n, day in enumerate(calendar.days):
        for k, launch in enumerate(day.launches):
            yield Mark(n + (k + 1) / (len(day.launches) + 1), day, launch)


def runs(calendar: LaunchCalendar) -> list[Run]:
    """The columns by what their lift-offs rest on; a day with a far one is far, one without any as the day before."""
    bases: list[Basis] = []
    for day in calendar.days:
        found = {one.opportunity.basis for one in day.launches}
        bases.append("far" if "far" in found else "near" if found else bases[-1] if bases else "far")
    found_runs: list[Run] = []
    for basis, group in groupby(range(len(bases)), key=lambda n: bases[n]):
        columns = list(group)
        found_runs.append(Run(columns[0], columns[-1] + 1, basis))
    return found_runs


def clocks(calendar: LaunchCalendar) -> tuple[Clock, ...]:
    """UTC first, then the calendar's zones."""
    return tuple(Clock(clock_label(name), name) for name in dict.fromkeys(("UTC", *calendar.zones)))


def offset_min(zone_name: str, at: Instant) -> int:
    """How far a zone's clock is ahead of UTC, minutes."""
    offset = at.datetime(zone(zone_name)).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() / 60)


def offset_text(minutes: int) -> str:
    """`UTC+8`, `UTC-3:30`."""
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def minute_of_day(moment: Instant, day: LaunchDay) -> float:
    """Minutes after the day's 00:00 UTC, by elapsed time: a day with a leap second has a second more than 1440."""
    return moment.seconds_since(day.pad_light[0].span.start) / 60.0


def title(calendar: LaunchCalendar) -> str:
    """`Launch calendar: Shenzhou to Tiangong from Jiuquan`."""
    return f"Launch calendar: {calendar.ship.name} to {calendar.station.name} from {calendar.pad.name}"


def subtitle(calendar: LaunchCalendar) -> str:
    """The window and how old the elements are in it."""
    first, last = calendar.days[0].day, calendar.days[-1].day
    return f"{dated(first, '%-d %b %Y')} to {dated(last, '%-d %b %Y')}, UTC days. {elements_text(calendar)}"


def elements_text(calendar: LaunchCalendar) -> str:
    """`Elements of 2026-09-18, 13 to 43 d old at lift-off.`"""
    used = [one.opportunity for one in calendar.launches]
    if not used:
        return "No lift-off in the window."
    epochs = sorted({one.elements_epoch for one in used})
    ages = sorted(one.elements_age_d for one in used)
    first, last = epochs[0].iso()[:10], epochs[-1].iso()[:10]
    of = f"Elements of {first}" if first == last else f"{len(epochs)} element sets of {first} to {last}"
    if ages[0] >= 0:
        return f"{of}, {ages[0]:.0f} to {ages[-1]:.0f} d old at lift-off."
    return f"{of}; lift-offs from {-ages[0]:.1f} d before to {max(ages[-1], 0.0):.1f} d after the set used."


def landing_rule(calendar: LaunchCalendar) -> str:
    """Which landing a launch is given."""
    if calendar.landing_site is None or calendar.return_profile is None:
        return f"{calendar.ship.name} has no return profile in the catalogue: no landing is told."
    return (
        f"Landing: the one at {calendar.landing_site.name} by {calendar.return_profile} that is nearest to a stay of "
        f"{calendar.stay_d:g} d, docking to undocking, and within a day of it, with one sigma. Light there: day while "
        "the Sun's limb is up, twilight down to -6°; every light within that sigma is shown."
    )


def range_rule(calendar: LaunchCalendar) -> str:
    """What backups count on."""
    at = calendar.range
    if at is None:
        return f"Backups: nothing is known of scrubs and turnaround at {calendar.pad.name}, so none are counted."
    return (
        f"Backups: later lift-offs in the window within {at.longest_wait_d:g} d, at least {at.turnaround_d:g} d apart, "
        f"range open. An attempt is scrubbed with a probability of {at.scrub_probability:g} ({_clause(at.source)}); "
        "the chance is that of having left by the last of them, from the one that counts sure attempts only to the one "
        "that counts all that may be."
    )


def _clause(source: str) -> str:
    text = source.strip().rstrip(".")
    return text[:1].lower() + text[1:] if text else "no source"


def far_rule() -> str:
    """What provisional means."""
    return (
        "Provisional (far): the elements are too old to know the phase, which the operator sets by then. Lift-off "
        "times hold within their sigma; profiles are not known."
    )


def boost_rule() -> str:
    """What a phase's sigma leaves out."""
    return (
        "Boost: the chance of a boost of the station between the newest elements and lift-off. A boost moves the phase "
        "by tens of degrees; the sigma of a phase (68 %) is for no boost."
    )


def crew_rule(calendar: LaunchCalendar) -> str:
    """What the sleep shift means, and why it may jump."""
    return (
        f"{calendar.crew_day.definition} The shorter way round the clock is told, so from one day to the next it may "
        f"jump from later to earlier. Source: {calendar.crew_day.source}."
    )


def rules(calendar: LaunchCalendar) -> list[str]:
    """What the panels and columns mean, a paragraph each; of those that are shown."""
    far = any(run.basis == "far" for run in runs(calendar))
    return [
        landing_rule(calendar),
        range_rule(calendar),
        *([crew_rule(calendar)] if has_crew(calendar) else []),
        *([boost_rule()] if any(one.opportunity.phase_deg is not None for one in calendar.launches) else []),
        *([far_rule()] if far else []),
    ]


def has_crew(calendar: LaunchCalendar) -> bool:
    """Whether anybody is aboard whose sleep shifts."""
    return calendar.ship.seats > 0


def has_landing(calendar: LaunchCalendar) -> bool:
    """Whether the ship comes back."""
    return calendar.return_profile is not None


def has_sure_attempt(calendar: LaunchCalendar) -> bool:
    """Whether any lift-off that counts as an attempt is sure; else what is sure needs no room."""
    return any(one.backups is not None and one.backups.leaves_surely > 0 for one in calendar.launches)


def boost_text(launch: CalendarLaunch) -> str:
    """`boost 21 %`: how likely one is before lift-off; empty where no phase is told."""
    return "" if launch.opportunity.phase_deg is None else f"boost {percent(launch.boost_chance)} %"


def band_text(profile: RendezvousProfile) -> str:
    """`351.1° to 353.1°`; where no flight has shown a band, says so."""
    if profile.phase_low_deg is None or profile.phase_high_deg is None:
        return "band not known"
    return f"{profile.phase_low_deg:g}° to {profile.phase_high_deg:g}°"


def band_parts(profile: RendezvousProfile) -> list[tuple[float, float]]:
    """The band as parts of -180 to 180 deg: none where it isn't known, two where it runs over the end."""
    if profile.phase_low_deg is None or profile.phase_high_deg is None:
        return []
    low = (profile.phase_low_deg + 180) % 360 - 180
    high = low + (profile.phase_high_deg - profile.phase_low_deg) % 360
    return [(low, min(high, 180.0))] + ([(-180.0, high - 360)] if high > 180 else [])


def banded(calendar: LaunchCalendar) -> list[RendezvousProfile]:
    """The profiles that were asked about and whose band is known, in the ship's order."""
    asked = {one.name for launch in calendar.launches[:1] for one in launch.opportunity.profiles}
    return [one for one in calendar.ship.profiles if one.name in asked and one.phase_low_deg is not None]


def band_scale(calendar: LaunchCalendar) -> tuple[float, float] | None:
    """The phases, -180 to 180 deg in whole tens, about the bands; None where no part of the turn is much like them."""
    parts = [part for profile in banded(calendar) for part in band_parts(profile)]
    if not parts:
        return None
    low = 10 * floor((min(low for low, _ in parts) - _ABOUT_BANDS_DEG) / 10)
    high = 10 * ceil((max(high for _, high in parts) + _ABOUT_BANDS_DEG) / 10)
    return (low, high) if high - low <= _WIDEST_SCALE_DEG else None


def scale_ticks(low: float, high: float) -> list[int]:
    """Where a scale of phases carries numbers: four to seven of them."""
    step = next(one for one in (10, 20, 30, 45, 90) if (high - low) / one <= 6)
    return list(range(ceil(low / step) * step, floor(high / step) * step + 1, step))


def phase_text(of: LaunchOpportunity) -> str:
    """`217.8° ± 11°`; where it can't be known, says so."""
    if of.phase_deg is None:
        return "not known"
    sigma = "" if of.phase_sigma_deg is None else f" ± {of.phase_sigma_deg:.2g}°"
    return f"{round(of.phase_deg, 1) % 360.0:.1f}°{sigma}"


def shift_text(hours: float | None) -> str:
    """`+3.5 h`, `-4.0 h`, `none`; `-` where nobody is aboard."""
    if hours is None:
        return "-"
    return "none" if abs(hours) < 0.05 else f"{hours:+.1f} h"


def light_text(lights: tuple[Light, ...]) -> str:
    """`night`, `night or twilight`."""
    return " or ".join(LIGHT_WORDS[light] for light in lights)


def at(clock: Clock, moment: Instant, pattern: str) -> str:
    """A moment, to the nearest second, on a clock; `%-d` works on every system."""
    return dated(Instant.parse(moment.iso()).datetime(zone(clock.zone)), pattern)


def landing_text(landing: CalendarLanding | None, clock: Clock, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """`2026-10-09 05:34 ± 64 min`: the landing on a clock."""
    if landing is None:
        return "none within a day"
    spread = sigma_text(max(landing.spread_s, 1.0)).replace("±", "± ")
    return f"{at(clock, landing.about, pattern)} {spread}"


def backups_text(launch: CalendarLaunch) -> str:
    """`3 of 7`: those that are sure and all that may be; one number where they are the same."""
    if launch.backups is None:
        return "-"
    sure, possible = len(launch.backups.sure), len(launch.backups.possible)
    return f"{sure}" if sure == possible else f"{sure} to {possible}"


def backups_labels(calendar: LaunchCalendar) -> Iterator[tuple[float, str, int]]:
    """Over the middle of each column with backups: (columns from the left, what it says, the most possible there)."""
    sure_somewhere = has_sure_attempt(calendar)
    for n, day in enumerate(calendar.days):
        counted = [one for one in day.launches if one.backups is not None]
        if counted:
            sure = max(len(one.backups.sure) for one in counted if one.backups is not None)
            most = max(len(one.backups.possible) for one in counted if one.backups is not None)
            yield n + 0.5, f"{most}" if sure == most or not sure_somewhere else f"{sure}-{most}", most


def chance_text(launch: CalendarLaunch) -> str:
    """`99 %`, `0 to 99 %`: the chance of having left by the last backup."""
    if launch.backups is None:
        return ""
    low, high = percent(launch.backups.leaves_surely), percent(launch.backups.leaves_possibly)
    return f"{low} %" if low == high else f"{low} to {high} %"


def percent(share: float) -> str:
    """`90`, `99.9`, `> 99.9`: a chance below one is never told as a hundred."""
    for decimals in (0, 1):
        text = f"{100 * share:.{decimals}f}"
        if float(text) < 100 or share == 1:
            return text
    return "> 99.9"


def said(mark: Mark, calendar: LaunchCalendar) -> list[str]:
    """What a lift-off says of itself when it is pointed at, line by line."""
    of = mark.launch.opportunity
    lines = [
        f"Lift-off {of.launch.iso()} {sigma_text(of.sigma_s)}" + (", provisional" if of.basis == "far" else ""),
        *(f"{clock.label} {at(clock, of.launch, '%Y-%m-%d %H:%M:%S')}" for clock in clocks(calendar)[1:]),
        f"At the pad: {LIGHT_WORDS[mark.launch.light]}, the Sun at {of.pad_sun_elevation_deg:.1f}°",
        f"Phase {phase_text(of)}" + (f"; {boost_text(mark.launch)}" if boost_text(mark.launch) else ""),
        *(f"{one.name}: {STATE_WORDS[one.feasible]}. {one.why}" for one in of.profiles),
    ]
    if mark.launch.landing is not None:
        about = landing_text(mark.launch.landing, clocks(calendar)[0])
        lines.append(f"Landing about {about} UTC, {light_text(mark.launch.landing.light)}")
    if mark.launch.crew_shift_h is not None:
        lines.append(f"Crew sleep shift: {shift_text(mark.launch.crew_shift_h)}")
    if mark.launch.backups is not None:
        lines.append(f"Backups: {backups_text(mark.launch)}; left by the last: {chance_text(mark.launch)}")
    if mark.day.closed:
        lines.append("The range is closed on this day.")
    return lines


def empty_days(calendar: LaunchCalendar) -> list[tuple[date, str]]:
    """Every day on which nothing is possible, and why."""
    return [(day.day, day.why_not) for day in calendar.days if day.why_not]
