"""`hamsafar moon contacts`: parse, call `app`, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit
from hamsafar.cli.moon.options import Degree, From, Spec, Until, moon, typer
from hamsafar.cli.moon.tables import print_assumed, second, table
from hamsafar.cli.moon.written import Form, Limit, Out, form_of, hand_over
from hamsafar.cli.options import Json
from hamsafar.cli.telling import Teller
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from hamsafar.app.moon.contacts import LunarContacts

Stations = Annotated[
    list[str] | None, typer.Option("--station", metavar="ID", help="Only this station; may be given again.")
]
_SHOWN = 200
_EDGES = {"horizon": "", "moon": " Moon", "span": "*"}


@moon.command()
def contacts(
    spec: Spec,
    stations: Stations = None,
    link: Annotated[
        str | None, typer.Option("--link", metavar="ID", help="Whose Doppler; the downlink if not said.")
    ] = None,
    two_way: Annotated[bool, typer.Option("--two-way", help="Doppler up and back.")] = False,
    start: From = None,
    end: Until = None,
    degree: Degree = None,
    form: Form = None,
    out: Out = None,
    time_limit_s: Limit = None,
    as_json: Json = False,
) -> None:
    """When which station sees a lunar CubeSat: above its horizon, not behind the Moon; range, Doppler, light time."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.moon.contacts import contacts as find
        from hamsafar.app.moon.contacts import contacts_document, contacts_rows

        wanted = form_of(form, out, as_json)
        found = find(
            spec,
            stations=stations or (),
            link=link,
            two_way=two_way,
            start=start,
            end=end,
            degree=degree,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
    if wanted is not None:
        hand_over(wanted, out, as_json, lambda: contacts_document(found), lambda: contacts_rows(found))
    else:
        _print(found)
    if found.followed.ended_by == "time":
        raise typer.Exit(Exit.UNDECIDED)


def _print(found: LunarContacts) -> None:
    from hamsafar.app.moon.contacts import doppler_of

    way, link = found.followed, found.link
    typer.echo(f"{way.mission.title}: contacts from {way.span.start} to {way.span.end} ({way.ending}).")
    doppler = [] if link is None else ["Doppler kHz"]
    rows = table("Station", "From UTC", "To UTC", "Station's time", "h", "High °", "Range km", *doppler, "Light s")
    zones = {one.id: one.site.zone for one in found.stations}
    for one in found.contacts[:_SHOWN]:
        shift = doppler_of(found, one)
        rows.add(
            one.station,
            second(one.aos) + _EDGES[one.begins],
            second(one.los) + _EDGES[one.ends],
            f"{_local(one.aos, zones[one.station])} to {_local(one.los, zones[one.station])}",
            f"{one.seconds / 3_600:.2f}",
            f"{one.max_elevation_deg:.1f}",
            f"{one.range_km[0]:,.0f} to {one.range_km[1]:,.0f}",
            *([] if shift is None else [f"{shift[0] / 1e3:+z.2f} to {shift[1] / 1e3:+z.2f}"]),
            f"{one.light_time_s:.3f}",
        )
    rows.show()
    if len(found.contacts) > _SHOWN:
        typer.echo(f"... and {len(found.contacts) - _SHOWN} more: --format csv shows all.")
    typer.echo('"Moon": the Moon comes before it there; "*": cut by the ends of the time.')
    for id_, hours in found.hours_a_day.items():
        typer.echo(f"{id_}: {hours:.2f} h a day")
    typer.echo(f"any of them: {found.any_hours_a_day:.2f} h a day")
    print_assumed(way.mission, way.assumed)


def _local(moment: Instant, name: str) -> str:
    """Weekday, hour and minute at a station."""
    return moment.datetime(zone(name)).strftime("%a %H:%M")
