"""`hamsafar moon light`: parse, call `app`, print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from hamsafar.cli.door import Exit
from hamsafar.cli.moon.options import Degree, From, Spec, Until, moon, typer
from hamsafar.cli.moon.tables import print_assumed, second, table
from hamsafar.cli.moon.written import Form, Limit, Out, form_of, hand_over
from hamsafar.cli.options import Json
from hamsafar.cli.telling import Teller

if TYPE_CHECKING:
    from hamsafar.app.moon.light import LunarLight

_SHOWN = 40  # eclipses of a body in a terminal


@moon.command()
def light(
    spec: Spec,
    start: From = None,
    end: Until = None,
    degree: Degree = None,
    earth_shadow_radius_km: Annotated[
        float | None,
        typer.Option(
            "--earth-shadow", metavar="KM", help="The Earth as a ball of this radius; 6450 for its shadow with the air."
        ),
    ] = None,
    form: Form = None,
    out: Out = None,
    time_limit_s: Limit = None,
    as_json: Json = False,
) -> None:
    """When a lunar CubeSat is in shadow, the Sun's angle to its orbit, and whether its cells suffice in each mode."""
    with Teller("Reading the mission") as teller:
        from hamsafar.app.moon.light import light as find
        from hamsafar.app.moon.light import light_document, light_rows

        wanted = form_of(form, out, as_json)
        found = find(
            spec,
            start=start,
            end=end,
            degree=degree,
            earth_shadow_radius_km=earth_shadow_radius_km,
            time_limit_s=time_limit_s,
            tell=teller.tell,
        )
    if wanted is not None:
        hand_over(wanted, out, as_json, lambda: light_document(found), lambda: light_rows(found))
    else:
        _print(found)
    if found.followed.ended_by == "time":
        raise typer.Exit(Exit.UNDECIDED)


def _print(found: LunarLight) -> None:
    way = found.followed
    typer.echo(f"{way.mission.title}: light from {way.span.start} to {way.span.end} ({way.ending}).")
    for body in ("earth", "moon"):
        _print_eclipses(found, body)
    if found.turns:
        worst = min(found.turns, key=lambda one: one.lit_share)
        typer.echo(
            f"Of each revolution {worst.lit_share:.1%} at least is in full sunlight ({second(worst.span.start)} UTC)."
        )
    betas = [one.beta_deg for one in found.beta]
    typer.echo(
        f"Beta goes from {betas[0]:+z.1f}° to {betas[-1]:+z.1f}°, least {min(betas):+z.1f}°, most {max(betas):+z.1f}°."
    )
    _print_power(found)
    print_assumed(way.mission, way.assumed)


def _print_eclipses(found: LunarLight, body: str) -> None:
    mine = [one for one in found.eclipses if one.body == body]
    number = sum(one.kind == "penumbra" for one in mine)
    typer.echo(f"By the {body.capitalize()}: {number} eclipse{'' if number == 1 else 's'}.")
    if not mine:
        return
    longest = max(mine, key=lambda one: one.seconds)
    typer.echo(f"The longest lasts {longest.seconds / 60:.1f} min, from {second(longest.enter)} UTC.")
    rows = table("Shadow", "Enter UTC", "Leave UTC", "min")
    for one in mine[:_SHOWN]:
        name = one.kind if one.kind == "penumbra" else f"  {one.kind}"
        starts = second(one.enter) + ("*" if one.cut_at_start else "")
        rows.add(name, starts, second(one.leave) + ("*" if one.cut_at_end else ""), f"{one.seconds / 60:.2f}")
    rows.show()
    if len(mine) > _SHOWN:
        typer.echo(f"... and {len(mine) - _SHOWN} more rows: --format csv shows all.")
    if any(one.cut_at_start or one.cut_at_end for one in mine):
        typer.echo("* cut there by the ends of the time")


def _print_power(found: LunarLight) -> None:
    first = found.first_hours
    if first is None:
        source = found.followed.mission.source
        typer.echo(f"{source} says nothing of power: a section 'power' of a mission.yaml is followed through the dark.")
        return
    typer.echo(f"Battery of {found.battery_wh:g} Wh, {first.charge_share:.0%} charged at release.")
    if first.first_sun_h is not None:
        lasts = "" if first.dark_h is None else f"; without any it would last {first.dark_h:.1f} h in safe mode"
        typer.echo(f"First sunlight after {first.first_sun_h:.2f} h{lasts}.")
    rows = table(
        "Mode", "Pointing", "Load W", "Mean W", "Worst revolution W", "To spare W", "Lowest battery %", "Lasts"
    )
    for one in found.balances:
        rows.add(
            one.mode,
            one.pointing,
            f"{one.load_w:.1f}",
            f"{one.mean_w:.2f}",
            f"{one.worst_mean_w:.2f}",
            f"{one.spare_w:+z.2f}",
            f"{one.lowest_share:.0%}",
            "power-positive" if one.positive else f"no: {one.worst_wh:+z.1f} Wh a revolution",
        )
    rows.show()
