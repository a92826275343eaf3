"""What `launches` does: call `app`, print what came back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.catalogue import catalogue_row
from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from hamsafar.app.launching import Launches
    from hamsafar.domain.launch_calendar import LaunchCalendar
    from hamsafar.domain.plan import Feasible, LaunchOpportunity, ProfileAnswer

ZONES = ("Asia/Shanghai", "Asia/Karachi")  # the clocks of the model case
_ANSWERS: dict[Feasible, bool | str] = {"yes": True, "unknown": "unknown", "no": False}
_DAYS_TOLD = 731  # why days are empty is told of up to two years


def launches(
    station: str,
    elements: Path,
    site: str,
    ship: str,
    start: str,
    end: str,
    profiles: Sequence[str],
    as_of: str | None,
    catalogue: Path | None,
    stay: str,
    picture: Path | None,
    zones: Sequence[str],
    as_json: bool,
) -> None:
    """`hamsafar launches`."""
    with Teller("Searching lift-offs") as teller:
        from hamsafar.app.files import ensure_replaceable, write_file
        from hamsafar.app.launch_calendar import launch_calendar, stay_of
        from hamsafar.app.launching import drawn, picture_of
        from hamsafar.app.launching import launches as find

        _ensure_zones(zones)
        stay_d = stay_of(stay)
        form = None if picture is None else picture_of(picture.name)
        if picture is not None:
            ensure_replaceable(picture)
        found = find(station, elements, site, ship, start, end, profiles=profiles, as_of=as_of, catalogue=catalogue)
        wanted = picture is not None or (as_json and found.span.seconds <= _DAYS_TOLD * 86_400)
        calendar = launch_calendar(found, stay_d=stay_d, zones=tuple(zones)) if wanted else None
        files = []
        if picture is not None and form is not None and calendar is not None:
            teller.tell("Drawing the calendar")
            files.append(str(write_file(picture, [drawn(calendar, form)])))
    for warning in found.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    if as_json:
        print_json(_document(found, calendar, files))
        return
    from hamsafar.cli.launch_table import print_launches

    print_launches(found, zones)
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
        "catalogue": catalogue_row(found),
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
        "opportunities": [_opportunity_row(found, one) for one in found],
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


def _opportunity_row(found: Launches, one: LaunchOpportunity) -> dict[str, Any]:
    return {
        "launch": _time(one.launch),
        "sigma_s": round(one.sigma_s, 3),
        "crossing": _time(one.crossing),
        "branch": one.branch,
        "azimuth_deg": round(one.azimuth_deg, 4),
        "plane_offset_deg": round(one.plane_offset_deg, 5),
        "phase_deg": None if one.phase_deg is None else round(one.phase_deg, 4) % 360.0,
        "phase_sigma_deg": None if one.phase_sigma_deg is None else round(one.phase_sigma_deg, 4),
        "boost_chance": round(found.boost_chance(one), 4),
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


def _time(moment: Instant) -> str:
    """A lift-off, to the millisecond that two runs agree to; what it is worth its sigma says."""
    return moment.iso(3)
