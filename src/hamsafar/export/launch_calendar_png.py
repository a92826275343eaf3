"""The launch calendar drawn with matplotlib: days across, one panel for each question, one column for each day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from hamsafar.domain.launch_calendar import LaunchCalendar, Light
from hamsafar.domain.plan import Feasible
from hamsafar.export import launch_calendar_words as words
from hamsafar.export.clocks import clock_label
from hamsafar.export.launch_calendar_words import LIGHTS, Mark
from hamsafar.export.words import clean, dated

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SIZE_IN = (16.54, 11.69)  # A3, lying
_DPI = 150
_EACH_DAY_UP_TO = 46  # more columns than this carry months, not days
_LINES_BELOW = 12  # of why-not
_TURN_DEG = 190.0  # half a turn, and room for a dot at its end
_CLOCK_APART = 0.05  # of a panel's width
_BANDS = ("#0b5394", "#a8371a", "#0b6b64", "#7a2e95")
_INK, _SOFT, _RULE = "#1a1f26", "#56606b", "#b9b5aa"
_SKY: dict[Light, str] = {"night": "#c2c9dd", "twilight": "#e2dfeb", "day": "#fff8e2"}
_STATE: dict[Feasible, dict[str, Any]] = {  # shape and filling say it without the colour
    "yes": {"marker": "o", "color": "#1b6b3a", "markerfacecolor": "#1b6b3a"},
    "unknown": {"marker": "D", "color": "#8a4b00", "markerfacecolor": "#ffffff"},
    "no": {"marker": "x", "color": "#b3151d"},
}


def drawn(calendar: LaunchCalendar) -> bytes:
    """The page as PNG."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    words.ensure_drawable(calendar)
    plain: dict[Any, Any] = {
        key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")
    }
    ours: dict[Any, Any] = {
        "font.family": "DejaVu Sans",
        "font.size": 8.5,
        "hatch.linewidth": 0.5,
        "text.parse_math": False,
    }
    with matplotlib.rc_context(plain | ours):
        figure = Figure(figsize=_SIZE_IN, dpi=_DPI)
        FigureCanvasAgg(figure)
        _draw(figure, calendar)
        made = BytesIO()
        figure.savefig(made, format="png", metadata={"Software": None})
    return made.getvalue()


def _draw(figure: Figure, calendar: LaunchCalendar) -> None:
    profiles = len(calendar.launches[0].opportunity.profiles) if calendar.launches else 0
    marks = list(words.marks(calendar))
    drawn: list[tuple[float, Callable[[Axes], None]]] = [
        (0.28, lambda panel: _footing(panel, calendar)),
        (4.2, lambda panel: _lift_offs(panel, calendar, marks)),
        (0.26 * max(profiles, 1), lambda panel: _profiles(panel, marks)),
        (0.9, lambda panel: _phases(panel, calendar, marks)),
    ]
    if words.band_scale(calendar) is not None:
        drawn.append((0.95, lambda panel: _phases_about_bands(panel, calendar, marks)))
    if words.has_landing(calendar):
        drawn.append((0.62, lambda panel: _landings(panel, marks)))
    if words.has_crew(calendar):
        drawn.append((0.9, lambda panel: _shifts(panel, marks)))
    drawn.append((0.7, lambda panel: _backups(panel, calendar, marks)))
    if words.has_sure_attempt(calendar):
        drawn.append((0.7, lambda panel: _chances(panel, marks)))
    heights = [height for height, _ in drawn]
    grid = figure.add_gridspec(
        len(heights), 1, height_ratios=heights, hspace=0.12, left=0.085, right=0.895, top=0.868, bottom=0.232
    )
    panels = [figure.add_subplot(grid[0])]
    panels += [figure.add_subplot(grid[n], sharex=panels[0]) for n in range(1, len(heights))]
    for panel, (_, draw) in zip(panels, drawn, strict=True):
        draw(panel)
        _columns(panel, calendar, last=panel is panels[-1])
    _head(figure, calendar)
    _foot(figure, calendar)


def _columns(panel: Axes, calendar: LaunchCalendar, *, last: bool) -> None:
    """Days along the panel, closed ones hatched."""
    days = [day.day for day in calendar.days]
    panel.set_xlim(0, len(days))
    for n, day in enumerate(calendar.days):
        if day.closed:
            panel.axvspan(n, n + 1, facecolor="#00000022", edgecolor=_SOFT, hatch="////", linewidth=0, zorder=4)
    months = [n for n, day in enumerate(days) if day.day == 1]
    for n in months:
        panel.axvline(n, color=_SOFT, linewidth=0.7, zorder=2)
    panel.tick_params(axis="x", length=2, labelbottom=last)
    panel.tick_params(axis="y", labelsize=8)
    for spine in panel.spines.values():
        spine.set_color(_RULE)
    if not last:
        panel.tick_params(axis="x", bottom=False)  # the last panel's ticks are those of all
    elif len(days) <= _EACH_DAY_UP_TO:
        panel.set_xticks([n + 0.5 for n in range(len(days))])
        panel.set_xticklabels([_day_label(days, n) for n in range(len(days))], fontsize=8)
    else:
        shown = [n for n, day in enumerate(days) if day.day == 1 or (day.day == 15 and len(days) < 250)]
        if not shown or shown[0] > len(days) / 10:
            shown.insert(0, 0)
        panel.set_xticks(shown)
        panel.set_xticklabels([dated(days[n], "%-d %b\n%Y") for n in shown], fontsize=8, ha="left")


def _day_label(days: Sequence[Any], n: int) -> str:
    day = days[n]
    month = dated(day, "%b\n%Y") if n == 0 or day.day == 1 else ""
    return f"{day:%a}"[:2] + f"\n{day.day}\n{month}"


def _named(panel: Axes, text: str) -> None:
    panel.set_ylabel(text, rotation=0, ha="right", va="center", fontsize=8.5, labelpad=8)


def _footing(panel: Axes, calendar: LaunchCalendar) -> None:
    """Which columns are near and which provisional."""
    panel.set_ylim(0, 1)
    panel.set_yticks([])
    for run in words.runs(calendar):
        far = run.basis == "far"
        panel.axvspan(
            run.first,
            run.end,
            facecolor="#ffecc7" if far else "#dff2e4",
            edgecolor="#d98a00" if far else "#1b6b3a",
            linestyle="--" if far else "-",
            linewidth=0.8,
        )
        share = (run.end - run.first) / len(calendar.days)
        text = (
            ("PROVISIONAL: phase too uncertain to judge" if far else "near: phase forecast")
            if share > 0.18
            else "far"
            if far
            else "near"
        )
        if share > 0.02:
            panel.text((run.first + run.end) / 2, 0.47, text, ha="center", va="center", fontsize=8, color=_INK)
    _named(panel, "rests on")


def _lift_offs(panel: Axes, calendar: LaunchCalendar, marks: list[Mark]) -> None:
    from matplotlib.collections import PolyCollection

    for light in LIGHTS:
        boxes = []
        for n, day in enumerate(calendar.days):
            for one in day.pad_light:
                if one.light == light:
                    low, high = (words.minute_of_day(at, day) / 60 for at in (one.span.start, one.span.end))
                    boxes.append([(n, low), (n + 1, low), (n + 1, high), (n, high)])
        # without edges neighbouring columns of one colour are one surface
        panel.add_collection(
            PolyCollection(boxes, facecolor=_SKY[light], edgecolor="none", antialiased=False, zorder=0)
        )
    panel.set_ylim(0, 24)
    hours = list(range(0, 25, 2))
    panel.set_yticks(hours)
    panel.set_yticklabels([f"{hour:02}:00" for hour in hours])
    panel.grid(axis="y", color=_RULE, linewidth=0.4, zorder=1)
    panel.set_ylabel("lift-off, time of day, UTC", fontsize=9)
    for place, name in enumerate(dict.fromkeys(calendar.zones)):
        _clock_beside(panel, calendar, name, hours, place)
    size = _mark_size(calendar, 7.0)
    for state, style in _STATE.items():
        mine = [mark for mark in marks if mark.state == state]
        clock = [words.minute_of_day(mark.launch.opportunity.launch, mark.day) / 60 for mark in mine]
        where = [mark.x for mark in mine]
        panel.plot(where, clock, linestyle="none", markersize=size, zorder=5, clip_on=False, **style)


def _clock_beside(panel: Axes, calendar: LaunchCalendar, name: str, hours: list[int], place: int) -> None:
    """The same hours on another zone's clock, as it goes on the first day."""
    ahead_min = words.offset_min(name, calendar.span.start)
    beside: Any = panel.secondary_yaxis(1.0 + _CLOCK_APART * place)
    beside.set_yticks(hours)
    labels = [(hour * 60 + ahead_min) % 1_440 for hour in hours]
    beside.set_yticklabels([f"{minutes // 60:02}:{minutes % 60:02}" for minutes in labels], fontsize=8)
    beside.tick_params(length=2, color=_RULE)
    for spine in beside.spines.values():
        spine.set_color(_RULE)
    panel.annotate(
        f"{clock_label(name)}\n{words.offset_text(ahead_min)}",
        (1.0 + _CLOCK_APART * place, 1.0),
        xycoords="axes fraction",
        xytext=(2, 7),
        textcoords="offset points",
        va="bottom",
        fontsize=8,
        color=_INK,
    )


def _mark_size(calendar: LaunchCalendar, largest: float) -> float:
    """Points: as large as a column is wide, within reason."""
    column_pt = (0.895 - 0.085) * _SIZE_IN[0] * 72 / len(calendar.days)
    return max(2.0, min(largest, 0.8 * column_pt))


def _profiles(panel: Axes, marks: list[Mark]) -> None:
    names = [one.name for one in marks[0].launch.opportunity.profiles] if marks else []
    size = max(2.0, min(6.0, 500 / max(len(marks), 1)))
    for row, name in enumerate(reversed(names)):
        for state, style in _STATE.items():
            mine = [
                mark.x
                for mark in marks
                for answer in mark.launch.opportunity.profiles
                if answer.name == name and answer.feasible == state
            ]
            panel.plot(mine, [row] * len(mine), linestyle="none", markersize=size, **style)
    panel.set_ylim(-0.6, max(len(names), 1) - 0.4)
    panel.set_yticks(range(len(names)))
    panel.set_yticklabels(list(reversed(names)))


def _phases(panel: Axes, calendar: LaunchCalendar, marks: list[Mark]) -> None:
    """Phases of the whole turn with their sigma, and the bands of the profiles."""
    panel.set_ylim(-_TURN_DEG, _TURN_DEG)
    panel.set_yticks([-180, -90, 0, 90, 180])
    _phases_and_bands(panel, calendar, marks)
    if words.band_scale(calendar) is None:
        _name_bands(panel, calendar)
    _named(panel, "phase at\nlift-off, deg")
    panel.yaxis.set_label_coords(-0.03, 0.5)


def _phases_about_bands(panel: Axes, calendar: LaunchCalendar, marks: list[Mark]) -> None:
    """The same, large about the bands."""
    low, high = words.band_scale(calendar) or (-_TURN_DEG, _TURN_DEG)
    panel.set_ylim(low, high)
    panel.set_yticks(words.scale_ticks(low, high))
    _phases_and_bands(panel, calendar, marks)
    _name_bands(panel, calendar)
    _named(panel, "phase about\nthe bands, deg")
    panel.yaxis.set_label_coords(-0.03, 0.5)


def _phases_and_bands(panel: Axes, calendar: LaunchCalendar, marks: list[Mark]) -> None:
    panel.grid(axis="y", color=_RULE, linewidth=0.4)
    for n, profile in enumerate(words.banded(calendar)):
        for low, high in words.band_parts(profile):
            panel.axhspan(low, high, facecolor=_BANDS[n % 4], alpha=0.45, edgecolor="none")
    known = [mark for mark in marks if mark.launch.opportunity.phase_deg is not None]
    panel.errorbar(
        [mark.x for mark in known],
        [((mark.launch.opportunity.phase_deg or 0.0) + 180) % 360 - 180 for mark in known],
        yerr=[mark.launch.opportunity.phase_sigma_deg or 0.0 for mark in known],
        fmt=".",
        color=_INK,
        markersize=4,
        elinewidth=0.8,
        capsize=1.5,
    )
    if not known:
        panel.text(0.5, 0.5, "not known on any day", transform=panel.transAxes, ha="center", va="center", color=_SOFT)


def _name_bands(panel: Axes, calendar: LaunchCalendar) -> None:
    bands = words.banded(calendar)
    size = 6.5 * min(1.0, 6 / max(len(bands), 1))  # so that they stand clear of one another
    for n, profile in enumerate(bands):
        text = f"{profile.name} {words.band_text(profile)}"
        place = 1 - (2 * n + 1) / (2 * len(bands))
        panel.text(1.006, place, text, transform=panel.transAxes, fontsize=size, color=_BANDS[n % 4], va="center")


def _landings(panel: Axes, marks: list[Mark]) -> None:
    """Light at landing by height: every light that the landing may meet, filled where it is one and near."""
    size = max(1.8, min(5.0, 450 / max(len(marks), 1)))
    for row, light in enumerate(LIGHTS):
        for sure in (True, False):
            mine = [
                mark.x
                for mark in marks
                if mark.launch.landing is not None
                and light in mark.launch.landing.light
                and (len(mark.launch.landing.light) == 1) == sure
            ]
            face = _INK if sure else "#ffffff"
            panel.plot(
                mine, [row] * len(mine), "s", markersize=size, color=_INK, markerfacecolor=face, markeredgewidth=0.7
            )
    panel.set_ylim(-0.6, 2.6)
    panel.set_yticks(range(3))
    panel.set_yticklabels(LIGHTS)
    _named(panel, "light at\nlanding")
    panel.yaxis.set_label_coords(-0.045, 0.5)


def _shifts(panel: Axes, marks: list[Mark]) -> None:
    panel.bar(
        [mark.x for mark in marks],
        [mark.launch.crew_shift_h or 0.0 for mark in marks],
        width=_width(marks),
        color="#5b6f95",
    )
    panel.axhline(0, color=_INK, linewidth=0.6)
    panel.set_ylim(-12.5, 12.5)
    panel.set_yticks([-12, -6, 0, 6, 12])
    panel.grid(axis="y", color=_RULE, linewidth=0.4)
    _named(panel, "crew sleep\nshift, h\n(+ later)")
    panel.yaxis.set_label_coords(-0.03, 0.5)


def _width(marks: list[Mark]) -> float:
    return 0.7 if len(marks) < 200 else 0.9


def _backups(panel: Axes, calendar: LaunchCalendar, marks: list[Mark]) -> None:
    counted = [(mark.x, mark.launch.backups) for mark in marks if mark.launch.backups is not None]
    places = [x for x, _ in counted]
    possible, sure = ([len(one.possible) for _, one in counted], [len(one.sure) for _, one in counted])
    twice = any(len(day.launches) > 1 for day in calendar.days)
    width = 0.3 if twice and len(calendar.days) <= _EACH_DAY_UP_TO else _width(marks)
    edge = "none" if len(marks) > 120 else "#8a4b00"
    panel.bar(places, possible, width=width, facecolor="#ffecc7", edgecolor=edge, linewidth=0.7)
    panel.bar(places, sure, width=width, color="#1b6b3a")
    most = max(possible, default=0)
    panel.set_ylim(0, most * 1.45 + 0.6)
    panel.set_yticks(sorted({0, most}))
    if len(calendar.days) <= _EACH_DAY_UP_TO:
        for x, text, number in words.backups_labels(calendar):
            panel.text(x, number + 0.15, text, ha="center", va="bottom", fontsize=7)
    _named(panel, "backups" if words.has_sure_attempt(calendar) else "backups\npossible")
    panel.yaxis.set_label_coords(-0.03, 0.5)


def _chances(panel: Axes, marks: list[Mark]) -> None:
    """From the chance that counts sure attempts only to the one that counts all that may be, a bar with two ends."""
    counted = [(mark.x, mark.launch.backups) for mark in marks if mark.launch.backups is not None]
    places = [x for x, _ in counted]
    least, most = [100 * one.leaves_surely for _, one in counted], [100 * one.leaves_possibly for _, one in counted]
    size = max(1.8, min(4.0, 450 / max(len(marks), 1)))
    panel.vlines(places, least, most, color=_INK, linewidth=0.8)
    panel.plot(places, most, "_", color=_INK, markersize=size + 2)
    panel.plot(places, least, "_", color=_INK, markersize=size + 2)
    panel.set_ylim(-12, 112)
    panel.set_yticks([0, 50, 100])
    panel.grid(axis="y", color=_RULE, linewidth=0.4)
    _named(panel, "chance to\nleave by the\nlast, %")
    panel.yaxis.set_label_coords(-0.03, 0.5)


def _head(figure: Figure, calendar: LaunchCalendar) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    figure.text(0.03, 0.968, clean(words.title(calendar)), fontsize=17, fontweight="bold", color=_INK, va="center")
    figure.text(0.03, 0.942, clean(words.subtitle(calendar)), fontsize=10, color=_INK, va="center")
    figure.text(0.03, 0.924, clean(calendar.words), fontsize=9, color=_SOFT, va="center")
    handles: list[Any] = [
        Line2D([], [], linestyle="none", markersize=7, label=f"profile {words.STATE_WORDS[state]}", **style)
        for state, style in _STATE.items()
    ]
    handles += [
        Patch(facecolor=_SKY[light], edgecolor=_RULE, label=f"pad: {words.LIGHT_WORDS[light]}") for light in LIGHTS
    ]
    handles += [
        Patch(facecolor="none", edgecolor=_SOFT, hatch="////", label="range closed"),
    ]
    if words.has_landing(calendar):
        square: dict[str, Any] = {"linestyle": "none", "marker": "s", "color": _INK, "markersize": 5}
        handles.append(Line2D([], [], label="landing light known", **square))
        handles.append(Line2D([], [], markerfacecolor="#fff", label="one of these", **square))
    if words.has_sure_attempt(calendar):
        handles.append(Patch(facecolor="#1b6b3a", label="backup sure"))
    handles.append(Patch(facecolor="#ffecc7", edgecolor="#8a4b00", label="backup possible"))
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.024, 0.914), ncol=len(handles), frameon=False, fontsize=8
    )


def _foot(figure: Figure, calendar: LaunchCalendar) -> None:
    """Why days are empty, as many lines as there is room for, and what the panels mean."""
    left = [line for rule in words.rules(calendar) for line in wrap(clean(rule), 152)]
    empty = words.empty_days(calendar)
    right = ["Why not:"] if empty else ["Something is possible, or not ruled out, on every day."]
    for number, (day, why) in enumerate(empty):
        lines = wrap(f"{dated(day, '%-d %b %Y')}: {clean(why)}", 140)
        if len(right) + len(lines) > _LINES_BELOW:
            right.append(f"... and {len(empty) - number} more; the page (HTML) has them all.")
            break
        right += lines
    for x, lines in ((0.03, left), (0.53, right)):
        figure.text(x, 0.172, "\n".join(lines), fontsize=7.3, color=_INK, va="top", linespacing=1.35)
