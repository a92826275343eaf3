"""`hamsafar moon link`: parse, call `app`, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit
from hamsafar.cli.moon.contacts import Stations
from hamsafar.cli.moon.options import Degree, From, Spec, Until, moon, typer
from hamsafar.cli.moon.tables import print_assumed, table
from hamsafar.cli.moon.written import Form, Limit, Out, form_of, hand_over
from hamsafar.cli.options import Json
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.moon.link import LunarLink, StationLink


@moon.command()
def link(
    spec: Spec,
    links: Annotated[
        list[str] | None, typer.Option("--link", metavar="ID", help="Only this link; may be given again.")
    ] = None,
    stations: Stations = None,
    start: From = None,
    end: Until = None,
    degree: Degree = None,
    form: Form = None,
    out: Out = None,
    time_limit_s: Limit = None,
    as_json: Json = False,
) -> None:
    """The radio links of a lunar CubeSat line by line, hours a day in which they close, and what a picture costs."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.moon.link import link as find
        from hamsafar.app.moon.link import link_document, link_rows

        wanted = form_of(form, out, as_json)
        found = find(
            spec,
            links=links or (),
            stations=stations or (),
            start=start,
            end=end,
            degree=degree,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
    if wanted is not None:
        hand_over(wanted, out, as_json, lambda: link_document(found), lambda: link_rows(found))
    else:
        _print(found)
    if found.followed.ended_by == "time":
        raise typer.Exit(Exit.UNDECIDED)


def _print(found: LunarLink) -> None:
    way = found.followed
    typer.echo(f"{way.mission.title}: links from {way.span.start} to {way.span.end} ({way.ending}).")
    for one in found.links:
        _print_budget(one)
    for each in found.unable:
        typer.echo(f"Not {each.link} with {each.station}: {each.why}.")
    if found.images:
        typer.echo("What one picture costs:")
        rows = table("Camera", "Link", "Raw kbit", "Sent kbit", "Link min", "Raw h", "Pictures a day at most")
        for image in found.images:
            rows.add(
                image.camera,
                image.link,
                f"{image.raw_kbit:,.0f}",
                f"{image.kbit:,.0f}",
                f"{image.minutes:.1f}",
                f"{image.raw_minutes / 60:.2f}",
                f"{image.pictures_a_day:.1f}",
            )
        rows.show()
    print_assumed(way.mission, way.assumed)


def _print_budget(one: StationLink) -> None:
    typer.echo(
        f"{one.link.title} ({one.link.id}, {one.link.direction}, {one.link.frequency_mhz:g} MHz,"
        f" {one.link.rate_bit_s:,.0f} bit/s) with {one.station.id}: worst and best moment"
    )
    rows = table("Line", "Worst", "Best", "Unit")
    for worst, best in zip(one.worst.lines, one.best.lines, strict=True):
        rows.add(
            worst.title.split(" over ")[0].split(" at ")[0], f"{worst.value:+z.2f}", f"{best.value:+z.2f}", worst.unit
        )
    rows.show()
    asked = f"{one.link.margin_db:g} dB asked"
    closes = "closes always" if one.worst.closes else "closes at times" if one.best.closes else "never closes"
    typer.echo(
        f"It {closes} with the {asked}; highest rate {one.worst.highest_rate_bit_s:,.0f} to"
        f" {one.best.highest_rate_bit_s:,.0f} bit/s; {one.hours_a_day:.2f} h a day, {one.kbit_a_day:,.0f} kbit a day."
    )
