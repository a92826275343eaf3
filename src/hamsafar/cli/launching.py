"""What `launches` does: call `app`, print what came back."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.door import print_json
from hamsafar.domain.plan import Feasible, LaunchOpportunity, ProfileAnswer
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from rich.table import Table

    from hamsafar.app.launching import Launches
    from hamsafar.domain.launch_calendar import LaunchCalendar

ZONES = ("Asia/Shanghai", "Asia/Karachi")  # the clocks of the model case
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SUNRISE_DEG, _TWILIGHT_DEG = -0.833, -6.0  # the Sun's centre at sunrise, and where civil twilight ends
_TRIM_DAYS = (1.0, 3.0, 7.0, 14.0, 30.0)  # of those told, the ones a screen has room for
_MARKS: dict[Feasible, str] = {"yes": "yes", "unknown": "?", "no": "no"}
_ANSWERS: dict[Feasible, bool | str] = {"yes": True, "unknown": "unknown", "no": False}
_MOST_TRIMS = 40  # lines; a longer interval is for another program
_DAYS_TOLD = 731  # why days are empty is told of up to two years
_WIDE = 160  # columns where no terminal says how many it has


def launches(
    station: str,
    elements: Path,
    site: str,
    ship: str,
    start: str,
    end: str,
    profiles: Sequence[str],
    as_of: str | None,
    stay_d: float,
    picture: Path | None,
    zones: Sequence[str],
    as_json: bool,
) -> None:
    """`hamsafar launches`."""
    from hamsafar.app.files import ensure_replaceable, write_file
    from hamsafar.app.launch_calendar import launch_calendar
    from hamsafar.app.launching import drawn, picture_of
    from hamsafar.app.launching import launches as find

    _ensure_zones(zones)
    form = None if picture is None else picture_of(picture.name)
    if picture is not None:
        ensure_replaceable(picture)
    found = find(station, elements, site, ship, start, end, profiles=profiles, as_of=as_of)
    wanted = found.span.seconds <= _DAYS_TOLD * 86_400 or picture is not None
    calendar = launch_calendar(found, stay_d=stay_d, zones=tuple(zones)) if wanted else None
    for warning in found.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    files = []
    if picture is not None and form is not None and calendar is not None:
        files.append(str(write_file(picture, [drawn(calendar, form)])))
    if as_json:
        print_json(_document(found, calendar, files))
        return
    _print(found, zones)
    for file in files:
        typer.echo(f"Wrote the calendar to {file}.")


def _ensure_zones(names: Sequence[str]) -> None:
    for name in names:
        try:
            zone(name)
        except InputError as problem:
            raise InputError(problem.what, where="--clock") from problem


def _document(found: Launches, calendar: LaunchCalendar | None, files: list[str]) -> dict[str, Any]:
    return {
        "station": {"id": found.station.id, "name": found.station.name, "norad": found.station.norad},
        "ship": {"id": found.ship.id, "name": found.ship.name},
        "site": {
            "id": found.pad.id,
            "name": found.pad.name,
            "latitude_deg": found.pad.latitude_deg,
            "longitude_deg": found.pad.longitude_deg,
            "height_km": found.pad.height_km,
        },
        "from": found.span.start.exact_iso(),
        "to": found.span.end.exact_iso(),
        "as_of": None if found.as_of is None else found.as_of.exact_iso(),
        "words": found.words,
        "elements": _elements_row(found),
        "offsets": [
            {
                "branch": one.branch,
                "offset_s": one.offset_s,
                "offset_sigma_s": one.offset_sigma_s,
                "flights": list(one.flights),
                "source": one.source,
            }
            for one in found.offsets
        ],
        "opportunities": [_opportunity_row(one) for one in found],
        "days": None if calendar is None else _day_rows(calendar),
        "files": files,
        "warnings": list(found.warnings),
    }


def _day_rows(calendar: LaunchCalendar) -> list[dict[str, str]]:
    """The days on which nothing is possible, and why."""
    return [{"date": day.day.isoformat(), "why": day.why_not} for day in calendar.days if day.why_not]


def _elements_row(found: Launches) -> dict[str, Any]:
    history = found.forecast.history
    return {
        "sets": len(history.sets),
        "first": history.sets[0].epoch.exact_iso(),
        "last": history.sets[-1].epoch.exact_iso(),
        "rejected": [
            {"epoch": one.elements.epoch.exact_iso(), "why": one.why, "doubtful": one.doubtful}
            for one in history.rejected
        ],
    }


def _opportunity_row(one: LaunchOpportunity) -> dict[str, Any]:
    return {
        "launch": _time(one.launch),
        "sigma_s": round(one.sigma_s, 3),
        "crossing": _time(one.crossing),
        "branch": one.branch,
        "azimuth_deg": round(one.azimuth_deg, 4),
        "plane_offset_deg": round(one.plane_offset_deg, 5),
        "phase_deg": None if one.phase_deg is None else round(one.phase_deg, 4),
        "phase_sigma_deg": None if one.phase_sigma_deg is None else round(one.phase_sigma_deg, 4),
        "beta_deg": round(one.beta_deg, 4),
        "pad_sun_elevation_deg": round(one.pad_sun_elevation_deg, 4),
        "elements_epoch": one.elements_epoch.exact_iso(),
        "elements_age_d": round(one.elements_age_d, 4),
        "basis": one.basis,
        "profiles": [_profile_row(answer) for answer in one.profiles],
    }


def _profile_row(answer: ProfileAnswer) -> dict[str, Any]:
    return {
        "name": answer.name,
        "feasible": _ANSWERS[answer.feasible],
        "docking": _time(answer.docking),
        "docking_sigma_s": round(answer.docking_sigma_s, 3),
        "phase_error_deg": None if answer.phase_error_deg is None else round(answer.phase_error_deg, 4),
        "trim": [{"days_ahead": one.days_ahead, "delta_v_m_s": round(one.delta_v_m_s, 4)} for one in answer.trim],
        "why": answer.why,
    }


def _print(found: Launches, zones: Sequence[str]) -> None:
    from hamsafar.app.launching import clock_label, sigma_text

    what = f"{found.ship.name} from {found.pad.name} to {found.station.name}"
    number = f"{len(found):,} lift-off{'' if len(found) == 1 else 's'}" if len(found) else "no lift-off"
    typer.echo(f"{what}: {number} from {found.span.start} to {found.span.end}.")
    typer.echo(f"{found.words[:1].upper()}{found.words[1:]}.")
    if not len(found):
        return
    docking = (f"{name}, docks" for name in found.profiles)
    clocks = (f"{clock_label(name)}" for name in zones)
    table = _table("Lift-off UTC", *clocks, "±", "Phase °", *docking, "Beta °", "Pad", "Age d")
    for one in found:
        table.add_row(
            _second(one.launch),
            *(_local(one.launch, name) for name in zones),
            sigma_text(one.sigma_s).removeprefix("±"),
            _phase(one),
            *(_profile(one, answer) for answer in one.profiles),
            f"{one.beta_deg:+.1f}",
            _light(one.pad_sun_elevation_deg),
            f"{one.elements_age_d:.1f}",
        )
    _print_table(table)
    typer.echo("Docking in UTC. ? stands where no flight has shown it, or the phase is not known well enough.")
    _print_trims(found)


def _phase(one: LaunchOpportunity) -> str:
    if one.phase_deg is None or one.phase_sigma_deg is None:
        return "unknown"
    return f"{one.phase_deg:.1f} ±{one.phase_sigma_deg:.2g}"


def _profile(one: LaunchOpportunity, answer: ProfileAnswer) -> str:
    """`yes 21:46`, `? 02:10 +1 d`, `no, 13° off`."""
    if answer.feasible == "no":
        return f"no, {answer.phase_error_deg:.0f}° off"
    days = (answer.docking.datetime().date() - one.launch.datetime().date()).days
    return f"{_MARKS[answer.feasible]} {answer.docking.iso()[11:16]}{f' +{days} d' if days else ''}"


def _light(sun_elevation_deg: float) -> str:
    if sun_elevation_deg >= _SUNRISE_DEG:
        return "day"
    return "twilight" if sun_elevation_deg >= _TWILIGHT_DEG else "night"


def _print_trims(found: Launches) -> None:
    """What the operator would have to burn where the phase is known and no profile is possible."""
    rows = list(_trims(found))
    if not rows:
        return
    typer.echo("Burns of the station, m/s along its motion, that would bring the nearest profile into its band,")
    typer.echo("made so many days before lift-off:")
    days_ahead = [days for days in _TRIM_DAYS if any(_burns(found, *row).get(days) for row in rows)]
    table = _table("Lift-off UTC", "Profile", "Off °", *(f"{days:g} d" for days in days_ahead))
    for one, answer in rows[:_MOST_TRIMS]:
        burns = _burns(found, one, answer)
        table.add_row(
            _second(one.launch),
            answer.name,
            f"{answer.phase_error_deg:.1f}",
            *(burns.get(days, "") for days in days_ahead),
        )
    _print_table(table)
    if len(rows) > _MOST_TRIMS:
        typer.echo(f"... and {len(rows) - _MOST_TRIMS} more; --json tells all")


def _burns(found: Launches, one: LaunchOpportunity, answer: ProfileAnswer) -> dict[float, str]:
    """The burns by days ahead; asked as of some moment, those that would still lie after it."""
    return {
        trim.days_ahead: _burn(trim.delta_v_m_s)
        for trim in answer.trim
        if found.as_of is None or one.launch.plus(days=-trim.days_ahead) > found.as_of
    }


def _burn(delta_v_m_s: float) -> str:
    return f"{delta_v_m_s:+.0f}" if abs(delta_v_m_s) >= 9.95 else f"{delta_v_m_s:+.2g}"


def _trims(found: Launches) -> Iterator[tuple[LaunchOpportunity, ProfileAnswer]]:
    """Each lift-off that needs a trim, with the profile that needs the smallest."""
    for one in found:
        if one.basis == "near" and one.profiles and all(answer.feasible != "yes" for answer in one.profiles):
            yield one, min(one.profiles, key=lambda answer: answer.phase_error_deg or 0.0)


def _time(moment: Instant) -> str:
    """A lift-off, to the millisecond that two runs agree to; what it is worth its sigma says."""
    return moment.iso(3)


def _second(moment: Instant) -> str:
    return moment.iso().replace("T", " ").removesuffix("Z")


def _local(moment: Instant, zone_name: str) -> str:
    """`Sun 23:08:06`, the same second on a zone's clock."""
    local = Instant.parse(moment.iso()).datetime(zone(zone_name))
    return f"{_DAYS[local.weekday()]} {local:%H:%M:%S}"


def _table(*names: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in names:
        is_number = name.endswith(("°", " d")) or name == "±"
        table.add_column(name, overflow="fold", justify="right" if is_number else "left")
    return table


def _print_table(table: Table) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(table)
