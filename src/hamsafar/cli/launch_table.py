"""What `launches` prints for people: the lift-offs, and the burns that would make more of them possible."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from hamsafar.cli.catalogue import print_changed
from hamsafar.domain.plan import Feasible, LaunchOpportunity, ProfileAnswer, Trim
from hamsafar.timeline import Instant, zone

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from hamsafar.app.launching import Launches

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SUNRISE_DEG, _TWILIGHT_DEG = -0.833, -6.0  # the Sun's centre at sunrise, and where civil twilight ends
_MARKS: dict[Feasible, str] = {"yes": "yes", "unknown": "?", "no": "no"}
_MOST_TRIMS = 40  # lines; a longer interval is for another program
_WIDE = 160  # columns where no terminal says how many it has
_NO_LIMIT = 10_000  # columns, to ask a table how wide it would be
_PROMISING_SIGMAS = 2.0  # a phase farther than so many sigmas from a band is told without a docking


def print_launches(found: Launches, zones: Sequence[str]) -> None:
    """The answer in words and tables, as wide as the terminal is."""
    what = f"{found.ship.name} from {found.pad.name} to {found.station.name}"
    number = f"{len(found):,} lift-off{'' if len(found) == 1 else 's'}" if len(found) else "no lift-off"
    typer.echo(f"{what}: {number} from {found.span.start} to {found.span.end}.")
    print_changed(found)
    typer.echo(f"{found.words[:1].upper()}{found.words[1:]}.")
    if not len(found):
        return
    console = _console()
    _print_fitting(console, (_whole(found, zones), _whole(found, ()), _narrow(found)))
    typer.echo("Under a profile stands its docking, UTC, and how far the phase is outside of its band.")
    typer.echo("? stands where no flight has shown it, or the phase is not known well enough; ± is one sigma, 68 %.")
    if found.boost_words:
        typer.echo(f"{found.boost_words}.")
    _print_trims(console, found)


def _whole(found: Launches, zones: Sequence[str]) -> Table:
    from hamsafar.app.launching import clock_label, sigma_text

    clocks = [clock_label(name) for name in zones]
    table = _table("Lift-off UTC", *clocks, "±", "Phase °", *found.profiles, "Beta °", "Pad", "Age d")
    for one in found:
        table.add_row(
            _second(one.launch),
            *(_local(one.launch, name) for name in zones),
            sigma_text(one.sigma_s).removeprefix("±"),
            _phase(one),
            *(_profile(one, answer) for answer in one.profiles),
            f"{one.beta_deg:+.1f}",
            _light(one.pad_sun_elevation_deg),
            f"{round(one.elements_age_d, 1) + 0.0:.1f}",  # never -0.0
        )
    return table


def _narrow(found: Launches) -> Table:
    """What 80 columns have room for: of the profiles the best one."""
    from hamsafar.app.launching import sigma_text

    table = _table("Lift-off UTC", "±", "Phase °", "Best profile", "", "Pad")
    for one in found:
        best = found.best_profile(one)
        table.add_row(
            _second(one.launch),
            sigma_text(one.sigma_s).removeprefix("±"),
            _phase(one),
            best.name,
            _profile(one, best),
            _light(one.pad_sun_elevation_deg),
        )
    return table


def _phase(one: LaunchOpportunity) -> str:
    if one.phase_deg is None or one.phase_sigma_deg is None:
        return "unknown"
    return f"{_degrees(one.phase_deg)} ±{one.phase_sigma_deg:.2g}"


def _degrees(phase_deg: float) -> str:
    """An angle of a turn to a tenth; what rounds up to the whole turn is its beginning."""
    return f"{round(phase_deg, 1) % 360.0:.1f}"


def _profile(one: LaunchOpportunity, answer: ProfileAnswer) -> str:
    """`yes 21:46`, `? 02:10 +1 d`, `? 02:10, 6° off`, `? 102° off`, `no, 13° off`."""
    off_deg = answer.phase_error_deg
    off = f"{off_deg:.0f}° off" if off_deg else ""
    if answer.feasible == "no":
        return f"no, {off}"
    if off_deg and one.basis == "far" and off_deg > _PROMISING_SIGMAS * (one.phase_sigma_deg or 0.0):
        return f"? {off}"
    days = (answer.docking.datetime().date() - one.launch.datetime().date()).days
    docking = f"{_MARKS[answer.feasible]} {answer.docking.iso()[11:16]}{f' +{days} d' if days else ''}"
    return f"{docking}, {off}" if off else docking


def _light(sun_elevation_deg: float) -> str:
    if sun_elevation_deg >= _SUNRISE_DEG:
        return "day"
    return "twilight" if sun_elevation_deg >= _TWILIGHT_DEG else "night"


def _print_trims(console: Console, found: Launches) -> None:
    """For the lift-offs that none of the profiles allows as it is: the burn that would bring the nearest one there."""
    rows = [(one, answer, burns) for one, answer in _nearest(found) if (burns := found.burns(one, answer))]
    if rows:
        typer.echo("Burns of the station, m/s, that would bring the nearest profile into its band, made so many days")
        typer.echo("before lift-off:")
        shown = rows[:_MOST_TRIMS]
        ahead_d = sorted({trim.days_ahead for _, _, burns in shown for trim in burns})
        table = _table("Lift-off UTC", "Profile", "Off °", *(f"{days:g} d" for days in ahead_d))
        for one, answer, burns in shown:
            told = {trim.days_ahead: _burn(found, trim) for trim in burns}
            off = f"{answer.phase_error_deg:.1f} ±{one.phase_sigma_deg:.2g}"
            table.add_row(_second(one.launch), answer.name, off, *(told.get(days, "") for days in ahead_d))
        console.print(table)
        if len(rows) > _MOST_TRIMS:
            typer.echo(f"... and {len(rows) - _MOST_TRIMS} more; --json tells all")
        _print_legend(found, [trim for _, _, burns in shown for trim in burns])
    _print_unknown(found)


def _print_legend(found: Launches, burns: Sequence[Trim]) -> None:
    typer.echo("+ is along the motion: the orbit rises and the station falls back; - is against it.")
    typer.echo("No figure stands where the burn would lie before the newest elements or --as-of.")
    largest = found.largest_boost
    if largest is not None and any(_is_unheard_of(found, trim) for trim in burns):
        size, day = abs(largest.delta_v_m_s), largest.time.iso()[:10]
        typer.echo(f"* is beyond any boost seen: the largest that the elements date took {size:.1f} m/s, on {day}.")


def _print_unknown(found: Launches) -> None:
    """One line for all lift-offs of which no phase is known: at most half a turn is to be made up for."""
    unknown = [one for one in found if one.phase_deg is None]
    most: dict[float, Trim] = {}
    for one in unknown:
        for answer in one.profiles:
            for trim in found.burns(one, answer):
                most[trim.days_ahead] = max(trim, most.get(trim.days_ahead, trim), key=lambda one: one.delta_v_m_s)
    if most:
        said = ", ".join(f"{abs(most[days].delta_v_m_s):.2g} m/s at {days:g} d" for days in sorted(most) if days >= 7)
        said = said or ", ".join(f"{abs(trim.delta_v_m_s):.2g} m/s at {days:g} d" for days, trim in most.items())
        where = "that lift-off" if len(unknown) == 1 else f"{len(unknown):,} lift-offs"
        typer.echo(f"Phase not known at {where}: to bring it into a band takes a burn of up to {said} before.")


def _burn(found: Launches, trim: Trim) -> str:
    size = f"{trim.delta_v_m_s:+.0f}" if abs(trim.delta_v_m_s) >= 9.95 else f"{trim.delta_v_m_s:+.2g}"
    return f"{size}*" if _is_unheard_of(found, trim) else size


def _is_unheard_of(found: Launches, trim: Trim) -> bool:
    largest = found.largest_boost
    return largest is not None and abs(trim.delta_v_m_s) > abs(largest.delta_v_m_s)


def _nearest(found: Launches) -> Iterator[tuple[LaunchOpportunity, ProfileAnswer]]:
    """Each lift-off that no profile is known to work for, with the profile whose band is nearest to its phase."""
    for one in found:
        judged = [answer for answer in one.profiles if answer.phase_error_deg is not None]
        if judged and all(answer.feasible != "yes" for answer in one.profiles):
            yield one, min(judged, key=lambda answer: answer.phase_error_deg or 0.0)


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
        table.add_column(name, no_wrap=True, overflow="fold", justify="right" if is_number else "left")
    return table


def _print_fitting(console: Console, tables: Sequence[Table]) -> None:
    """The first of some tables that is not too wide, or the last."""
    room = console.options.update(max_width=_NO_LIMIT)
    fitting = (table for table in tables if console.measure(table, options=room).maximum <= console.width)
    console.print(next(fitting, tables[-1]))


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else _WIDE, highlight=False)
