"""The launch calendar as SVG: days across, one panel for each question, every lift-off a mark that says what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from math import ceil
from typing import TypeAlias

from attrs import frozen

from hamsafar.domain.launch_calendar import LaunchCalendar, LaunchDay, Light
from hamsafar.domain.plan import Feasible, ProfileAnswer
from hamsafar.export import launch_calendar_words as words
from hamsafar.export.clocks import clock_label
from hamsafar.export.launch_calendar_words import LIGHTS, Mark
from hamsafar.export.svg import drawing, esc, label, line, num, rect
from hamsafar.export.words import dated, fit

_LEFT, _RIGHT = 132.0, 118.0
_ROOM_PX, _NARROWEST_PX, _WIDEST_PX = 1_100.0, 4.0, 32.0  # of a day's column
_HOUR_PX = 15.0
_GAP = 9.0
_PHASE_PX, _LIGHT_PX, _SHIFT_PX, _BACKUP_PX, _ROW_PX = 84.0, 13.0, 58.0, 44.0, 17.0
_TURN_DEG = 190.0  # half a turn, and room for a dot at its end
_DAYS_FROM_PX = 15.0  # a column so wide carries its day
_COUNTED_FROM_PX = 24.0  # and its count of backups
_EDGED_FROM_PX = 8.0  # narrower bars are all edge


_Panel: TypeAlias = Callable[["_Sheet", LaunchCalendar, Sequence[Mark], float], tuple[str, float]]


@frozen
class _Sheet:
    """Where columns and panels stand, px."""

    column: float
    count: int

    @property
    def width(self) -> float:
        return self.column * self.count

    def x(self, columns: float) -> float:
        return _LEFT + self.column * columns

    @property
    def mark(self) -> float:
        """Half the size of a mark."""
        return max(1.8, min(5.0, 0.36 * self.column))


def launch_picture(calendar: LaunchCalendar) -> str:
    """The picture as an SVG element; what it shows is said again, in words, by the table below it."""
    count = len(calendar.days)
    sheet = _Sheet(min(max(_ROOM_PX / count, _NARROWEST_PX), _WIDEST_PX), count)
    marks = list(words.marks(calendar))
    parts: list[str] = []
    y = 34.0
    for panel in _panels(calendar):
        body, height = panel(sheet, calendar, marks, y)
        parts.append(body)
        y += height + _GAP
    bottom = y - _GAP
    parts.append(_columns(sheet, [day.day for day in calendar.days], bottom))
    parts.append(_closed(sheet, calendar.days, 34.0, bottom))
    width = _LEFT + sheet.width + _RIGHT
    hatch = (
        '<defs><pattern id="closed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<path class="hatch" d="M0 0V6"/></pattern></defs>'
    )
    title = f"{words.title(calendar)}. {words.subtitle(calendar)} The table below says the same in words."
    return drawing(width, bottom + 44, hatch + "".join(parts), css="launches", title=title)


def _panels(calendar: LaunchCalendar) -> Iterator[_Panel]:
    """From above; those that have nothing to tell of a ship are left out."""
    yield from (_footing, _lift_offs, _profiles, _phases)
    if words.band_scale(calendar) is not None:
        yield _phases_about_bands
    if words.has_landing(calendar):
        yield _landings
    if words.has_crew(calendar):
        yield _shifts
    yield _backups


def state_mark(state: Feasible, x: float, y: float, size: float) -> str:
    """A disc where it is possible, an open diamond where it isn't known, a cross where it is not possible."""
    if state == "yes":
        return f'<circle class="m-yes" cx="{num(x)}" cy="{num(y)}" r="{num(size)}"/>'
    if state == "unknown":
        s = size * 1.25
        sides = f"l{num(s)} {num(s)}l{num(-s)} {num(s)}l{num(-s)} {num(-s)}z"
        return f'<path class="m-unknown" d="M{num(x)} {num(y - s)}{sides}"/>'
    s = size * 0.9
    return (
        f'<path class="m-no" d="M{num(x - s)} {num(y - s)}l{num(2 * s)} {num(2 * s)}m0 {num(-2 * s)}'
        f'l{num(-2 * s)} {num(2 * s)}"/>'
    )


def _said(lines: Sequence[str], inside: str) -> str:
    told = "\n".join(esc(text) for text in lines)
    return f'<g role="img"><title>{told}</title>{inside}</g>'


def _frame(sheet: _Sheet, y: float, height: float) -> str:
    return rect(_LEFT, y, sheet.width, height, "frame")


def _name(y: float, *lines: str) -> str:
    first = y - 6.5 * (len(lines) - 1) + 4
    return "".join(label(_LEFT - 56, first + 13 * n, text, "axis", "end") for n, text in enumerate(lines))


def _footing(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    parts = [label(_LEFT - 8, y + 12, "rests on", "axis", "end")]
    for run in words.runs(calendar):
        left, width = sheet.x(run.first), sheet.column * (run.end - run.first)
        long = "provisional: phase too uncertain to judge" if run.basis == "far" else "near: phase forecast"
        short = "provisional" if run.basis == "far" else "near"
        text = next((one for one in (long, short) if fit(one, width - 8, 11.5) == one), "")
        inside = rect(left, y, width, 16, f"b-{run.basis}") + label(left + width / 2, y + 12, text, "tiny", "middle")
        parts.append(_said([long], inside))
    return "".join(parts), 16.0


def _lift_offs(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    height = 24 * _HOUR_PX

    def at(minutes: float) -> float:
        return y + height - minutes / 60 * _HOUR_PX

    parts = [f'<path class="l-{light}" d="{"".join(_sky(sheet, calendar, light, at))}"/>' for light in LIGHTS]
    ahead = [(name, words.offset_min(name, calendar.span.start)) for name in dict.fromkeys(calendar.zones)]
    right = sheet.x(sheet.count)
    for hour in range(0, 25, 2):
        here = at(hour * 60)
        parts.append(line(_LEFT, here, right, here, "grid"))
        parts.append(label(_LEFT - 6, here + 4, f"{hour:02}:00", "tick", "end"))
        for n, (_, minutes) in enumerate(ahead):
            clock = (hour * 60 + minutes) % 1_440
            parts.append(label(right + 6 + 54 * n, here + 4, f"{clock // 60:02}:{clock % 60:02}", "tick"))
    for n, (name, minutes) in enumerate(ahead):
        parts.append(label(right + 6 + 54 * n, y - 23, clock_label(name), "tick"))
        parts.append(label(right + 6 + 54 * n, y - 11, words.offset_text(minutes), "tick"))
    parts += [_frame(sheet, y, height), _name(y + height / 2, "lift-off,", "time of", "day, UTC")]
    for mark in marks:
        place = at(words.minute_of_day(mark.launch.opportunity.launch, mark.day))
        parts.append(_said(words.said(mark, calendar), state_mark(mark.state, sheet.x(mark.x), place, sheet.mark)))
    return "".join(parts), height


def _sky(sheet: _Sheet, calendar: LaunchCalendar, light: Light, at: object) -> Iterator[str]:
    assert callable(at)
    for n, day in enumerate(calendar.days):
        for one in day.pad_light:
            if one.light == light:
                low, high = (at(words.minute_of_day(moment, day)) for moment in (one.span.start, one.span.end))
                left, right = sheet.x(n), sheet.x(n + 1)
                yield f"M{num(left)} {num(low)}H{num(right)}V{num(high)}H{num(left)}z"


def _profiles(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    names = [one.name for one in marks[0].launch.opportunity.profiles] if marks else []
    height = _ROW_PX * max(len(names), 1)
    parts = [_frame(sheet, y, height)]
    for row, name in enumerate(names):
        middle = y + _ROW_PX * (row + 0.5)
        parts.append(label(_LEFT - 6, middle + 4, fit(name, _LEFT - 10, 11), "tick", "end"))
        for mark in marks:
            answer = _answer(mark, name)
            shape = state_mark(answer.feasible, sheet.x(mark.x), middle, min(sheet.mark, 4.2))
            parts.append(_said([f"{mark.day.day}, {name}: {words.STATE_WORDS[answer.feasible]}.", answer.why], shape))
    return "".join(parts), height


def _answer(mark: Mark, name: str) -> ProfileAnswer:
    return next(one for one in mark.launch.opportunity.profiles if one.name == name)


def _phases(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    """The whole turn."""
    names = ("phase at", "lift-off,", "deg")
    return _phase_panel(sheet, calendar, marks, y, (-_TURN_DEG, _TURN_DEG), (-180, -90, 0, 90, 180), names), _PHASE_PX


def _phases_about_bands(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    """The same, large about the bands, with their names."""
    scale = words.band_scale(calendar) or (-_TURN_DEG, _TURN_DEG)
    body = _phase_panel(sheet, calendar, marks, y, scale, words.scale_ticks(*scale), ("phase about", "the bands"))
    right = sheet.x(sheet.count)
    for n, profile in enumerate(words.banded(calendar)):
        body += label(right + 6, y + 10 + 26 * n, profile.name, f"tick inkband{n % 4}")
        body += label(right + 6, y + 22 + 26 * n, words.band_text(profile), f"tick inkband{n % 4}")
    return body, max(_PHASE_PX, 26.0 * len(words.banded(calendar)))


def _phase_panel(
    sheet: _Sheet,
    calendar: LaunchCalendar,
    marks: Sequence[Mark],
    y: float,
    scale: tuple[float, float],
    ticks: Sequence[int],
    names: Sequence[str],
) -> str:
    lowest, highest = scale

    def at(phase_deg: float) -> float:
        return y + _PHASE_PX * (highest - min(max(phase_deg, lowest), highest)) / (highest - lowest)

    right = sheet.x(sheet.count)
    parts = []
    for n, profile in enumerate(words.banded(calendar)):
        for low, high in words.band_parts(profile):
            box = rect(_LEFT, at(high), sheet.width, at(low) - at(high), f"band band{n % 4}")
            parts.append(_said([f"Band of {profile.name}: {words.band_text(profile)}"], box))
    for tick in ticks:
        parts.append(line(_LEFT, at(tick), right, at(tick), "grid"))
        parts.append(label(_LEFT - 6, at(tick) + 4, f"{tick}", "tick", "end"))
    parts += [_frame(sheet, y, _PHASE_PX), _name(y + _PHASE_PX / 2, *names)]
    for mark in marks:
        of = mark.launch.opportunity
        if of.phase_deg is None:
            continue
        phase, sigma, x = (of.phase_deg + 180) % 360 - 180, of.phase_sigma_deg or 0.0, sheet.x(mark.x)
        if phase + sigma < lowest or phase - sigma > highest:
            continue
        shown = line(x, at(phase - sigma), x, at(phase + sigma), "bar")
        if lowest <= phase <= highest:
            shown += f'<circle class="dot" cx="{num(x)}" cy="{num(at(phase))}" r="{num(min(sheet.mark, 2.4))}"/>'
        parts.append(_said([f"{mark.day.day}: phase {words.phase_text(of)}"], shown))
    return "".join(parts)


def _landings(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    height, half = 3 * _LIGHT_PX, min(sheet.mark, 4.0)
    parts = [_frame(sheet, y, height), _name(y + height / 2, "light at", "landing")]
    for row, light in enumerate(reversed(LIGHTS)):
        parts.append(label(_LEFT - 6, y + _LIGHT_PX * (row + 0.5) + 4, light, "tick", "end"))
    for mark in marks:
        landing = mark.launch.landing
        if landing is not None:
            css = "l-one" if len(landing.light) == 1 else "l-some"
            boxes = "".join(
                rect(
                    sheet.x(mark.x) - half,
                    y + _LIGHT_PX * (2 - LIGHTS.index(light) + 0.5) - half,
                    2 * half,
                    2 * half,
                    css,
                )
                for light in landing.light
            )
            about = words.landing_text(landing, words.clocks(calendar)[0])
            parts.append(_said([f"Landing about {about} UTC: {words.light_text(landing.light)}"], boxes))
    return "".join(parts), height


def _shifts(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    middle, per_h, wide = y + _SHIFT_PX / 2, _SHIFT_PX / 25, 0.7 * sheet.column
    parts = [_frame(sheet, y, _SHIFT_PX), _name(middle, "sleep", "shift, h", "(+ later)")]
    for hours in (-12, 0, 12):
        parts.append(line(_LEFT, middle - hours * per_h, sheet.x(sheet.count), middle - hours * per_h, "grid"))
        parts.append(label(_LEFT - 6, middle - hours * per_h + 4, f"{hours:+d}" if hours else "0", "tick", "end"))
    for mark in marks:
        hours_h = mark.launch.crew_shift_h or 0.0
        top = middle - max(hours_h, 0.0) * per_h
        box = rect(sheet.x(mark.x) - wide / 2, top, wide, max(abs(hours_h) * per_h, 0.5), "shift")
        parts.append(_said([f"{mark.day.day}: crew sleep shift {words.shift_text(hours_h)}"], box))
    return "".join(parts), _SHIFT_PX


def _backups(sheet: _Sheet, calendar: LaunchCalendar, marks: Sequence[Mark], y: float) -> tuple[str, float]:
    counted = [(mark, mark.launch.backups) for mark in marks if mark.launch.backups is not None]
    most = max((len(one.possible) for _, one in counted), default=0)
    twice = any(len(day.launches) > 1 for day in calendar.days)
    wide, per_one = sheet.column * (0.3 if twice else 0.7), (_BACKUP_PX - 14) / max(most, 1)
    parts = [_frame(sheet, y, _BACKUP_PX), _name(y + _BACKUP_PX / 2, "backups")]
    parts.append(label(_LEFT - 6, y + _BACKUP_PX, "0", "tick", "end"))
    if most:
        parts.append(label(_LEFT - 6, y + 18, f"{most}", "tick", "end"))
    maybe = "maybe" if sheet.column >= _EDGED_FROM_PX else "maybe flat"
    for mark, one in counted:
        left, bottom = sheet.x(mark.x) - wide / 2, y + _BACKUP_PX
        body = ""
        for number, css in ((len(one.possible), maybe), (len(one.sure), "sure")):
            body += rect(left, bottom - number * per_one, wide, number * per_one, css) if number else ""
        lines = [
            f"{mark.day.day}: backups {words.backups_text(mark.launch)}",
            f"Left by the last of them: {words.chance_text(mark.launch)}",
        ]
        parts.append(_said(lines, body or rect(left, bottom - 1, wide, 1, "maybe")))
    if sheet.column >= _COUNTED_FROM_PX:
        for x, text, number in words.backups_labels(calendar):
            parts.append(label(sheet.x(x), y + _BACKUP_PX - number * per_one - 3, text, "tiny", "middle"))
    return "".join(parts), _BACKUP_PX


def _columns(sheet: _Sheet, days: Sequence[date], bottom: float) -> str:
    parts = []
    every = 1 if sheet.column >= _DAYS_FROM_PX else 7 if sheet.column >= 6 else 1_000
    named = -1_000.0  # where the last month's name ends
    for n, day in enumerate(days):
        x = sheet.x(n)
        if day.day == 1:
            parts.append(line(x, 34, x, bottom, "month"))
        if every == 1 or (every == 7 and day.weekday() == 0):
            parts.append(label(sheet.x(n + 0.5), bottom + 14, str(day.day), "tick", "middle"))
        if (n == 0 and ceil(sheet.column * (32 - day.day)) > 60) or (day.day == 1 and x >= named):
            parts.append(label(x + 1, bottom + 30, dated(day, "%b %Y"), "axis"))
            named = x + 60
    return "".join(parts)


def _closed(sheet: _Sheet, days: Sequence[LaunchDay], top: float, bottom: float) -> str:
    found = [(n, day) for n, day in enumerate(days) if day.closed]
    return "".join(
        f'<rect class="closed" x="{num(sheet.x(n))}" y="{num(top)}" width="{num(sheet.column)}"'
        f' height="{num(bottom - top)}"><title>{day.day}: the range is closed</title></rect>'
        for n, day in found
    )
