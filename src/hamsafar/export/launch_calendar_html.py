"""The launch calendar as one page: the picture, and a table that says all of it in words. No script, no network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from attrs import frozen

from hamsafar.domain.launch_calendar import LaunchCalendar
from hamsafar.export import launch_calendar_words as words
from hamsafar.export.clocks import Clock
from hamsafar.export.launch_calendar_words import Mark
from hamsafar.export.svg import drawing
from hamsafar.export.svg_launches import launch_picture, state_mark
from hamsafar.export.words import clean, dated, sigma_text
from hamsafar.resources import read_text


@frozen
class _Row:
    """One line of the table: a lift-off, or a day without any."""

    day: str
    iso: str
    rows: int  # how many lines the day takes, told on its first; 0 on the others
    state: str
    state_text: str
    times: tuple[tuple[str, str], ...]  # lift-off on each clock, and its date there; empty without a lift-off
    sigma: str
    provisional: bool
    pad: str
    phase: str
    boost: str
    profiles: tuple[tuple[str, str, str], ...]  # state, its word, docking
    landing: str
    landing_light: str
    shift: str
    backups: str
    chance: str
    why_not: str


def page(calendar: LaunchCalendar) -> bytes:
    """The page in UTF-8."""
    from jinja2 import DictLoader, Environment, StrictUndefined
    from markupsafe import Markup

    words.ensure_drawable(calendar)
    environment = Environment(
        loader=DictLoader({"calendar": read_text("export/data/calendar.html.j2")}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value, "\n") if type(value) is str else value,
    )
    style = read_text("export/data/calendar.css")
    marks = {state: drawing(18, 14, state_mark(state, 9, 7, 5), css="key") for state in words.STATE_WORDS}
    made = environment.get_template("calendar").render(
        style=Markup(style),  # our own file
        style_hash="sha256-" + b64encode(sha256(style.encode("utf-8")).digest()).decode("ascii"),
        picture=Markup(launch_picture(calendar)),  # escaped in svg
        marks={state: Markup(mark) for state, mark in marks.items()},
        **_context(calendar),
    )
    return made.encode("utf-8")


def _context(calendar: LaunchCalendar) -> dict[str, Any]:
    launches = calendar.launches
    return {
        "calendar": calendar,
        "title": words.title(calendar),
        "subtitle": words.subtitle(calendar),
        "state_words": words.STATE_WORDS,
        "lights": words.LIGHTS,
        "clocks": words.clocks(calendar),
        "profiles": [one.name for one in launches[0].opportunity.profiles] if launches else [],
        "rows": list(_rows(calendar)),
        "first": dated(calendar.days[0].day, "%-d %b %Y"),
        "last": dated(calendar.days[-1].day, "%-d %b %Y"),
        "far": sum(one.opportunity.basis == "far" for one in launches),
        "counts": {state: sum(day.state == state for day in calendar.days) for state in words.STATE_WORDS},
        "rules": words.rules(calendar),
        "has_crew": words.has_crew(calendar),
        "has_landing": words.has_landing(calendar),
    }


def _rows(calendar: LaunchCalendar) -> Iterator[_Row]:
    clocks = words.clocks(calendar)
    marks: dict[str, list[Mark]] = {}
    for mark in words.marks(calendar):
        marks.setdefault(mark.day.day.isoformat(), []).append(mark)
    for day in calendar.days:
        mine = marks.get(day.day.isoformat(), [])
        shown, iso, why = dated(day.day, "%a %-d %b"), day.day.isoformat(), day.why_not or ""
        if not mine:
            yield _without(shown, iso, why)
        for n, mark in enumerate(mine):
            # the reason stands below the last of the day's lines, in one of its own
            last = n == len(mine) - 1
            yield _with(calendar, clocks, mark, shown, iso, 0 if n else len(mine) + bool(why), why if last else "")


def _without(shown: str, iso: str, why: str) -> _Row:
    return _Row(shown, iso, 2, "no", "no lift-off", (), "", False, "", "", "", (), "", "", "", "", "", why)


def _with(
    calendar: LaunchCalendar, clocks: tuple[Clock, ...], mark: Mark, shown: str, iso: str, rows: int, why: str
) -> _Row:
    launch, of = mark.launch, mark.launch.opportunity
    return _Row(
        day=shown,
        iso=iso,
        rows=rows,
        state=mark.state,
        state_text="range closed" if mark.day.closed else words.STATE_WORDS[mark.state],
        times=tuple((words.at(clock, of.launch, "%H:%M:%S"), words.at(clock, of.launch, "%-d %b")) for clock in clocks),
        sigma=sigma_text(of.sigma_s),
        provisional=of.basis == "far",
        pad=f"{words.LIGHT_WORDS[launch.light]} ({of.pad_sun_elevation_deg:.0f}°)",
        phase=words.phase_text(of),
        boost=words.boost_text(launch),
        profiles=tuple(
            (one.feasible, words.STATE_WORDS[one.feasible], words.at(clocks[0], one.docking, "%-d %b %H:%M"))
            for one in of.profiles
        ),
        landing=words.landing_text(launch.landing, clocks[0], "%-d %b %H:%M") if calendar.return_profile else "-",
        landing_light=words.light_text(launch.landing.light) if launch.landing else "",
        shift=words.shift_text(launch.crew_shift_h),
        backups=words.backups_text(launch),
        chance=words.chance_text(launch),
        why_not=why,
    )
