"""What `passes`, `light` and `ephemeris` do: call `app`, print what came back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from hamsafar.cli.catalogue import catalogue_row, print_changed
from hamsafar.cli.door import print_document, print_json
from hamsafar.cli.telling import Teller
from hamsafar.errors import InputError
from hamsafar.timeline import Instant, Span, zone

if TYPE_CHECKING:
    from rich.table import Table

    from hamsafar.app.ephemeris import Ephemeris
    from hamsafar.app.lighting import Light
    from hamsafar.app.passing import Passes, SkyPass

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DATE = len("2026-09-19")
_UNITS = ("°", "km", "min")  # columns of numbers
_WIDE = 160  # columns where no terminal says how many it has


def passes(
    elements: Path,
    site: str,
    start: str,
    end: str,
    min_elevation_deg: float | None,
    mask: Path | None,
    as_of: str | None,
    catalogue: Path | None,
    visible_only: bool,
    as_json: bool,
) -> None:
    """`hamsafar passes`."""
    with Teller("Searching passes") as teller:
        from hamsafar.app.passing import passes as find

        found = find(
            elements,
            site,
            start,
            end,
            min_elevation_deg=min_elevation_deg,
            horizon=mask,
            as_of=as_of,
            catalogue=catalogue,
            visible_only=visible_only,
            tell=teller.tell,
        )
    _warn(found.warnings)
    if as_json:
        print_json(_passes_document(found))
    else:
        _print_passes(found, "visible " if visible_only else "")


def _passes_document(found: Passes) -> dict[str, Any]:
    (site,) = found.sites
    return {
        "object": _object_row(found),
        "site": {
            "id": site.id,
            "name": site.name,
            "latitude_deg": site.latitude_deg,
            "longitude_deg": site.longitude_deg,
            "height_km": site.height_km,
        },
        "catalogue": catalogue_row(found),
        **_interval(found.span),
        "min_elevation_deg": found.min_elevation_deg,
        "mask": _mask_rows(found),
        "passes": [
            {
                "rise": _time(one.rise),
                "culmination": _time(one.culmination),
                "set": _time(one.set),
                "rise_azimuth_deg": round(one.rise_azimuth_deg, 4),
                "culmination_azimuth_deg": round(one.culmination_azimuth_deg, 4),
                "set_azimuth_deg": round(one.set_azimuth_deg, 4),
                "max_elevation_deg": round(one.max_elevation_deg, 5),
                "range_km": round(one.range_km, 3),
                "sunlit": one.sunlit,
                "observer_dark": one.observer_dark,
                "visible": _spans(one.visible),
                "cut_at_start": one.cut_at_start,
                "cut_at_end": one.cut_at_end,
                "elements_epoch": _exact(one.elements_epoch),
                "elements_age_d": None if one.elements_age_d is None else round(one.elements_age_d, 4),
            }
            for one in found
        ],
        **_doubts(found.unknown, found.warnings),
    }


def _mask_rows(found: Passes) -> list[dict[str, float]] | None:
    if found.horizon is None:
        return None
    points = found.horizon.points
    return [{"azimuth_deg": point.azimuth_deg, "elevation_deg": point.elevation_deg} for point in points]


def _print_passes(found: Passes, which: str) -> None:
    (site,) = found.sites
    print_changed(found)
    local = site.zone.rsplit("/", 1)[-1].replace("_", " ") if site.zone != "UTC" else None
    height = "above its mask" if found.horizon else f"at least {found.min_elevation_deg:g}° high"
    what = f"{_object(found)} over {site.name}, {height}"
    if not found.passes:
        typer.echo(f"{what}: no {which}pass from {found.span.start} to {found.span.end}.")
        _print_unknown(found.unknown)
        return
    typer.echo(
        f"{what}: {_count(len(found), f'{which}pass', f'{which}passes')} from {found.span.start} to {found.span.end}."
    )
    rises = ("Rise UTC", f"Rise {local}") if local else ("Rise UTC",)
    table = _table(*rises, "Highest UTC", "Set UTC", "Azimuth °", "High °", "Range km", "Seen UTC")
    for one in found:
        azimuths = (one.rise_azimuth_deg, one.culmination_azimuth_deg, one.set_azimuth_deg)
        table.add_row(
            _second(one.rise) + ("*" if one.cut_at_start else ""),
            *([_local(one.rise, site.zone)] if local else []),
            _clock(one.culmination),
            _clock(one.set) + ("*" if one.cut_at_end else ""),
            " ".join(f"{round(azimuth) % 360:03}" for azimuth in azimuths),
            f"{one.max_elevation_deg:.1f}",
            f"{one.range_km:,.0f}",
            _seen(one),
        )
    _print_table(table)
    if any(one.cut_at_start or one.cut_at_end for one in found):
        typer.echo("* cut there by the ends of the interval")
    _print_unknown(found.unknown)


def _seen(one: SkyPass) -> str:
    """When a pass can be seen, or why not."""
    if one.visible:
        return ", ".join(f"{_clock(span.start)} to {_clock(span.end)}" for span in one.visible)
    return "no: in shadow" if one.observer_dark else "no: daylight"


def light(elements: Path, start: str, end: str, as_of: str | None, as_json: bool) -> None:
    """`hamsafar light`."""
    with Teller("Searching eclipses") as teller:
        from hamsafar.app.lighting import light as find

        found = find(elements, start, end, as_of=as_of, tell=teller.tell)
    _warn(found.warnings)
    if as_json:
        print_json(_light_document(found))
    else:
        _print_light(found)


def _light_document(found: Light) -> dict[str, Any]:
    return {
        "object": _object_row(found),
        **_interval(found.span),
        "eclipses": [
            {
                "kind": one.kind,
                "enter": _time(one.enter),
                "leave": _time(one.leave),
                "cut_at_start": one.cut_at_start,
                "cut_at_end": one.cut_at_end,
                "elements_epoch": _exact(one.elements_epoch),
            }
            for one in found.eclipses
        ],
        "beta": [
            {
                "time": _exact(one.time),
                "beta_deg": round(one.beta_deg, 5),
                "elements_epoch": _exact(one.elements_epoch),
            }
            for one in found.beta
        ],
        **_doubts(found.unknown, found.warnings),
    }


def _print_light(found: Light) -> None:
    number = sum(one.kind == "penumbra" for one in found.eclipses)
    eclipses = _count(number, "eclipse", "eclipses") if number else "no eclipse"
    typer.echo(f"{_object(found)}: {eclipses} from {found.span.start} to {found.span.end}.")
    table = _table("Shadow", "Enter UTC", "Leave UTC", "min")
    for one in found.eclipses:
        table.add_row(
            ("  umbra" if one.kind == "umbra" else "penumbra"),
            _second(one.enter) + ("*" if one.cut_at_start else ""),
            _second(one.leave) + ("*" if one.cut_at_end else ""),
            f"{one.span.seconds / 60:.1f}",
        )
    if found.eclipses:
        _print_table(table)
    if any(one.cut_at_start or one.cut_at_end for one in found.eclipses):
        typer.echo("* cut there by the ends of the interval")
    _print_betas(found)
    _print_unknown(found.unknown)


def _print_betas(found: Light) -> None:
    typer.echo("Beta, the Sun's angle above the orbit plane:")
    table = _table("UTC", "Beta °")
    for each in found.beta:
        table.add_row(_second(each.time), f"{each.beta_deg:+.2f}")
    _print_table(table)


def ephemeris(
    elements: Path,
    start: str,
    end: str,
    step: str,
    frame: str,
    form: str | None,
    out: Path | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """`hamsafar ephemeris`."""
    with Teller("Computing states"):
        from hamsafar.app.ephemeris import ephemeris as find
        from hamsafar.app.files import ensure_replaceable, write_file
        from hamsafar.app.state_files import form_of, pieces

        wanted = form_of(form, None if out is None else out.name)
        if as_json and out is None and wanted != "json":
            raise InputError(
                f"prints {wanted}, but --json asks for one JSON document; name a file with --out", where="--format"
            )
        if out is not None:
            ensure_replaceable(out)
        found = find(elements, start, end, step=step, frame=frame, as_of=as_of)
    _warn(found.warnings)
    if out is not None:
        path = write_file(out, (piece.encode() for piece in pieces(found, wanted)))
        _print_written(found, path, as_json)
    elif as_json or form is not None:
        print_document(pieces(found, wanted), in_json=wanted == "json")
    else:
        _print_states(found)


def _print_written(found: Ephemeris, path: Path, as_json: bool) -> None:
    if as_json:
        document = {"files": [str(path)], "states_written": len(found), **_doubts(found.unknown, found.warnings)}
        print_json(document)
        return
    typer.echo(f"Wrote {_count(len(found), 'state', 'states')} to {path}.")
    _print_unknown(found.unknown)


def _print_states(found: Ephemeris) -> None:
    """One line a state, of fixed width: there may be many."""
    typer.echo(f"{_object(found)}, {found.frame}: {_count(len(found), 'state', 'states')}")
    heads = ("x km", "y km", "z km", "vx km/s", "vy km/s", "vz km/s")
    typer.echo(f"{'UTC':<24}" + "".join(f"{head:>13}" for head in heads))
    columns = (found.tai_ns.tolist(), found.position_km.tolist(), found.velocity_km_s.tolist())
    for ns, r, v in zip(*columns, strict=True):
        numbers = "".join(f"{x:13.4f}" for x in r) + "".join(f"{x:13.7f}" for x in v)
        sys.stdout.write(f"{Instant(ns).iso(3):<24}{numbers}\n")
    _print_unknown(found.unknown)


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        typer.echo(f"Mind: {warning}.", err=True)


def _print_unknown(unknown: Iterable[Span]) -> None:
    for span in unknown:
        typer.echo(f"Unknown from {span.start} to {span.end}: the ephemeris has no states there.")


def _interval(span: Span) -> dict[str, str]:
    return {"from": span.start.exact_iso(), "to": span.end.exact_iso()}


def _doubts(unknown: Iterable[Span], warnings: Iterable[str]) -> dict[str, Any]:
    return {"unknown": [_interval(span) for span in unknown], "warnings": list(warnings)}


def _spans(spans: Iterable[Span]) -> list[dict[str, str]]:
    return [{"from": _time(span.start), "to": _time(span.end)} for span in spans]


def _time(moment: Instant) -> str:
    """An event's time, to the millisecond it is good to."""
    return moment.iso(3)


def _exact(moment: Instant | None) -> str | None:
    return None if moment is None else moment.exact_iso()


def _second(moment: Instant) -> str:
    """`2026-09-19 12:34:56`, in UTC."""
    return moment.iso().replace("T", " ").removesuffix("Z")


def _local(moment: Instant, zone_name: str) -> str:
    """`Sat 17:34:56 +05:00`: the same second on a zone's clock."""
    local = Instant.parse(moment.iso()).datetime(zone(zone_name))
    offset = local.strftime("%z")
    return f"{_DAYS[local.weekday()]} {local:%H:%M:%S} {offset[:3]}:{offset[3:]}"


def _clock(moment: Instant) -> str:
    return moment.iso()[11:19]


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def _object_row(found: Passes | Light) -> dict[str, Any]:
    return {"name": found.name, "norad": found.norad}


def _object(found: Passes | Light | Ephemeris) -> str:
    name = found.name or "Object"
    return name if found.norad is None else f"{name} ({found.norad})"


def _table(*names: str) -> Table:
    """A table with some columns. Cells break at blanks where the terminal is narrow: nothing is cut off."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for name in names:
        justify: Literal["left", "right"] = "right" if name.endswith(_UNITS) else "left"
        table.add_column(name, overflow="fold", justify=justify, min_width=_DATE if name == "Rise UTC" else None)
    return table


def _print_table(table: Table) -> None:
    from rich.console import Console

    Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False).print(table)
