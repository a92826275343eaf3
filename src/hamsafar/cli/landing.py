"""What `landings` does: call `app`, print what came back."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from hamsafar.cli.catalogue import catalogue_row, print_changed
from hamsafar.cli.door import print_json
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from hamsafar.app.landing import EmptyDay, Landing, Landings
    from hamsafar.domain.places import LandingRule, Site

ZONES = ("Asia/Shanghai", "Asia/Karachi")  # the clocks of the model case
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAYS_TOLD = 10  # empty days a person is told of one by one
_MINUTES_FROM_S = 120.0  # from this sigma on the seconds of a landing mean nothing
_WIDE = 160  # columns where no terminal says how many it has


def landings(
    station: str,
    elements: Path,
    site: str,
    ship: str,
    start: str,
    end: str,
    profiles: Sequence[str],
    wind: Sequence[str],
    as_of: str | None,
    catalogue: Path | None,
    zones: Sequence[str],
    as_json: bool,
) -> None:
    """`hamsafar landings`."""
    with Teller("Searching landings") as teller:
        from hamsafar.app.landing import landings as find

        for name in zones:
            zone(name)
        found = find(
            station,
            elements,
            site,
            ship,
            start,
            end,
            profiles=profiles,
            wind=wind,
            as_of=as_of,
            catalogue=catalogue,
            tell=teller.tell,
        )
    for warning in found.warnings:
        typer.echo(f"Mind: {warning}.", err=True)
    if as_json:
        print_json(_document(found))
    else:
        _print(found, zones)


def _document(found: Landings) -> dict[str, Any]:
    return {
        "object": {"name": found.name, "norad": found.station.norad},
        "station": {"id": found.station.id, "name": found.station.name, "norad": found.station.norad},
        "ship": {"id": found.ship.id, "name": found.ship.name},
        "site": _site_row(found.site),
        "from": found.span.start.exact_iso(),
        "to": found.span.end.exact_iso(),
        "as_of": None if found.as_of is None else found.as_of.exact_iso(),
        "catalogue": catalogue_row(found),
        "profiles": [
            {
                "name": one.name,
                "undocking_to_landing_h": round(one.undocking_to_landing_min / 60, 4),
                "undocking_to_landing_sigma_h": round(one.undocking_to_landing_sigma_min / 60, 4),
                "deorbit_to_landing_min": one.deorbit_to_landing_min,
                "station_lead_deg": one.station_lead_deg,
                "station_lead_sigma_deg": one.station_lead_sigma_deg,
                "max_crossrange_km": round(found.longest_crossrange_km(one), 3),
                "longest_wait_h": one.longest_wait_h,
                "flights": list(one.flights),
                "source": one.source,
            }
            for one in found.profiles
        ],
        "opportunities": [_opportunity_row(one) for one in found],
        "days": [_day_row(one) for one in found.empty_days],
        "warnings": list(found.warnings),
    }


def _site_row(site: Site) -> dict[str, Any]:
    return {
        "id": site.id,
        "name": site.name,
        "latitude_deg": site.latitude_deg,
        "longitude_deg": site.longitude_deg,
        "height_km": site.height_km,
        "landing_rule": None if site.landing is None else _rule_row(site.landing),
    }


def _rule_row(rule: LandingRule) -> dict[str, Any]:
    area = rule.area
    return {
        "area": {
            "south_deg": area.south_deg,
            "north_deg": area.north_deg,
            "west_deg": area.west_deg,
            "east_deg": area.east_deg,
        },
        "max_wind_m_s": rule.max_wind_m_s,
        "wind_height_m": rule.wind_height_m,
        "source": rule.source,
    }


def _opportunity_row(one: Landing) -> dict[str, Any]:
    of = one.opportunity
    return {
        "landing": _time(of.landing),
        "sigma_s": round(of.sigma_s, 3),
        "profile": one.profile.name,
        "undocking": _time(of.undocking),
        "undocking_sigma_s": round(one.undocking_sigma_s, 3),
        "deorbit": _time(of.deorbit),
        "crossrange_km": round(of.crossrange_km, 3),
        "station_lead_deg": round(of.station_lead_deg, 4),
        "sun_elevation_deg": round(of.sun_elevation_deg, 4),
        "free_flight_h": round(of.free_flight_min / 60, 4),
        "free_flight_sigma_h": round(one.profile.undocking_to_landing_sigma_min / 60, 4),
        "backups": [_time(moment) for moment in one.backups],
        "wind": None
        if one.wind is None
        else {
            "forecast_m_s": one.wind.forecast_m_s,
            "limit_m_s": one.wind.limit_m_s,
            "height_m": one.wind.height_m,
            "go": one.wind.go,
            "why": one.wind.why,
        },
        "elements_epoch": of.elements_epoch.exact_iso(),
        "elements_age_d": round(of.elements_age_d, 4),
        "boost_chance": round(one.boost_chance, 4),
        "basis": of.basis,
    }


def _day_row(one: EmptyDay) -> dict[str, Any]:
    return {
        "date": one.span.start.iso()[:10],
        "from": one.span.start.exact_iso(),
        "to": one.span.end.exact_iso(),
        "profiles": list(one.profiles),
        "closest": _time(one.closest),
        "crossrange_km": round(one.crossrange_km, 3),
        "why": one.why,
    }


def _print(found: Landings, zones: Sequence[str]) -> None:
    what = f"{found.ship.name} from {found.station.name} to {found.site.name}"
    times = len(found.times)
    number = f"{times:,} landing{'' if times == 1 else 's'}" if times else "no landing"
    typer.echo(f"{what}: {number} from {found.span.start} to {found.span.end}.")
    print_changed(found)
    typer.echo(_rule(found.site.landing))
    if len(found):
        _print_table(found, zones)
    for one in found.empty_days[:_DAYS_TOLD]:
        day = one.span.start.iso()[:10]
        typer.echo(f"No landing on {day} by {' or '.join(one.profiles)}: {one.why}.")
    if len(found.empty_days) > _DAYS_TOLD:
        typer.echo(f"{len(found.empty_days) - _DAYS_TOLD:,} more days have none; --json tells of each.")


def _rule(rule: LandingRule | None) -> str:
    if rule is None:
        return "No rule of the site is known."
    area = rule.area
    return (
        f"Rule of the site: down within {area.south_deg:g} to {area.north_deg:g}° N and {area.west_deg:g} to "
        f"{area.east_deg:g}° E, in at most {rule.max_wind_m_s:g} m/s of wind at {rule.wind_height_m:g} m height."
    )


def _print_table(found: Landings, zones: Sequence[str]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    from hamsafar.app.landing import clock_label

    clocks = map(clock_label, zones)
    windy = any(one.wind for one in found)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    columns = ("Landing UTC", *clocks, "±", "Sun °", "Beside km", "Profile", "Undocking", "Deorbit", "Backups")
    for name in (*columns, *(["Wind m/s"] if windy else [])):
        table.add_column(name, overflow="fold", justify="right" if name.endswith("km") or name == "±" else "left")
    before: Landing | None = None
    for one in found:
        shared = _shared(one, zones)
        again = before is not None and before.landing == one.landing  # the same landing, come to another way
        table.add_row(
            *([""] * len(shared) if again else shared),
            one.profile.name,
            _beside(one.opportunity.undocking, one.landing),
            _beside(one.opportunity.deorbit, one.landing),
            ", ".join(_beside(moment, one.landing) for moment in one.backups) or "none",
            *([_wind(one)] if windy else []),
        )
        before = one
    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(table)
    if any(one.opportunity.basis == "far" for one in found):
        typer.echo("* far from the elements, and provisional")
    if windy and not all(one.wind for one in found):
        typer.echo("? no wind forecast was given for that day")


def _shared(one: Landing, zones: Sequence[str]) -> list[str]:
    """What is the same by every profile: time, light, distance; to the minute where the seconds mean nothing."""
    from hamsafar.app.landing import sigma_text

    of = one.opportunity
    cut = -len(":03") if of.sigma_s >= _MINUTES_FROM_S else None
    return [
        of.landing.iso().replace("T", " ").removesuffix("Z")[:cut] + ("*" if of.basis == "far" else ""),
        *(_local(of.landing, name)[:cut] for name in zones),
        sigma_text(of.sigma_s).removeprefix("±"),
        f"{of.sun_elevation_deg:+.0f} {one.light}",
        f"{of.crossrange_km:.0f}",
    ]


def _beside(moment: Instant, landing: Instant) -> str:
    """`05:29`, with the days that it lies beside the landing's: `05:29 +1 d`."""
    days = (moment.datetime().date() - landing.datetime().date()).days
    return f"{moment.iso()[11:16]}{f' {days:+} d' if days else ''}"


def _wind(one: Landing) -> str:
    if one.wind is None:
        return "?"
    return f"{one.wind.forecast_m_s:g} {'go' if one.wind.go else 'no-go'}"


def _time(moment: Instant) -> str:
    """A landing, to the millisecond that two runs agree to; what it is worth its sigma says."""
    return moment.iso(3)


def _local(moment: Instant, zone_name: str) -> str:
    """`Sun 23:08:06`, the same second on a zone's clock."""
    local = Instant.parse(moment.iso()).datetime(zone(zone_name))
    return f"{_DAYS[local.weekday()]} {local:%H:%M:%S}"
