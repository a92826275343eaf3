"""The pictures of the page on flights, as SVG: the same every time, but for the last digits of another machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

import calibrate_flights as tool
from flights_measured import Landing, LiftOff, said_ns
from hamsafar.catalog import load
from hamsafar.flight.forecast import (
    UNKNOWN_PHASE_SIGMA_DEG,
    StationForecast,
    age_d,
    phase_sigma_deg,
    quiet_plane_sigma_s,
)
from hamsafar.flight.history import history_of
from hamsafar.orbit.times import DAY_NS
from hamsafar.timeline import Instant, Span

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INK, _SOFT, _RULE = "#1a1f26", "#56606b", "#d8d4ca"
_BLUE, _RED, _GREEN, _BAND = "#0b5394", "#a8371a", "#1b6b3a", "#cfdded"
_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "svg.hashsalt": "hamsafar",
    "svg.fonttype": "path",
    "axes.edgecolor": _SOFT,
    "axes.labelcolor": _INK,
    "axes.grid": True,
    "grid.color": _RULE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "axes.titlesize": 9.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
}
SHOWN_SINCE = Instant.utc(2026, 3, 20)  # the forecast drawn: three weeks of daily sets before it, months after
_SHOWN_D = 120.0
_DAYS_APART = 0.9  # between the points of the forecast drawn


def _figure(width_in: float, height_in: float) -> Figure:
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), layout="constrained", facecolor="white")
    FigureCanvasSVG(figure)
    return figure


_CLIP = re.compile(r'<clipPath id="([^"]+)"')


def _svg(figure: Figure) -> str:
    made = BytesIO()
    figure.savefig(made, format="svg", metadata={"Date": None, "Creator": None})
    return _clips_numbered(made.getvalue().decode("utf-8"))


def _clips_numbered(svg: str) -> str:
    """Clip paths by number: their own names are hashes of coordinates to the last bit, which differ by machine."""
    names = dict.fromkeys(_CLIP.findall(svg))
    numbers = {name: f"clip{n}" for n, name in enumerate(names, start=1)}
    return re.sub("|".join(numbers), lambda found: numbers[found[0]], svg) if numbers else svg


def _plain() -> matplotlib.RcParams:
    return {key: value for key, value in matplotlib.rcParamsDefault.items() if not key.startswith("backend")} | _STYLE


def flights_picture(lift_offs: Sequence[LiftOff], landings: Sequence[Landing]) -> str:
    """Errors of lift-offs and landings with their sigmas, by the nearest sets and by those before."""
    with matplotlib.rc_context(_plain()):
        figure = _figure(9.5, 8.6)
        upper, lower = figure.subplots(2, 1, height_ratios=[1.9, 1.0])
        _flights(
            upper,
            [one.fact.flight for one in lift_offs],
            [(one.error_s, one.said.sigma_s) for one in lift_offs],
            [None if one.before is None else (one.error_before_s, one.before.sigma_s) for one in lift_offs],
        )
        upper.set_title("Lift-off: forecast less fact, each flight held out of its own forecast; bars are one sigma")
        upper.set_xlabel("s; even steps to 20 s, beyond it logarithmic")
        upper.set_xscale("symlog", linthresh=20, linscale=1.6)
        ticks = (-200, -100, -50, -20, -10, 0, 10, 20, 50, 100, 200)
        upper.set_xticks(ticks, [f"{tick:+d}" if tick else "0" for tick in ticks])
        upper.set_xlim(-300, 300)
        figure.legend(*upper.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
        _flights(
            lower,
            [one.fact.flight for one in landings],
            [(one.error_min, one.said.sigma_s / 60) for one in landings],
            [None if one.before is None else (one.error_before_min, one.before.sigma_s / 60) for one in landings],
        )
        lower.set_title("Landing: the nearest one said less fact")
        lower.set_xlabel("min")
        lower.set_xlim(-48, 57)
        return _svg(figure)


def _flights(
    axes: Axes,
    names: Sequence[str],
    by_nearest: Sequence[tuple[float, float]],
    before: Sequence[tuple[float | None, float] | None],
) -> None:
    """One row a flight, the earliest on top."""
    rows = -np.arange(len(names), dtype=float)
    axes.axvline(0, color=_SOFT, linewidth=0.9)
    axes.errorbar(
        [error for error, _ in by_nearest],
        rows + 0.14,
        xerr=[sigma for _, sigma in by_nearest],
        **_marks("o", _BLUE, _BLUE),
        label="by the element set nearest to it",
    )
    known = [(row, *one) for row, one in zip(rows, before, strict=True) if one is not None]
    axes.errorbar(
        [error for _, error, _ in known],
        [row - 0.2 for row, _, _ in known],
        xerr=[sigma for _, _, sigma in known],
        **_marks("D", _RED, "white"),
        label="by the sets before it alone",
    )
    axes.set_yticks(rows, names)
    axes.set_ylim(rows[-1] - 0.7, 0.7)
    axes.grid(axis="y", visible=False)


def _marks(marker: str, colour: str, filling: str) -> dict[str, object]:
    return {
        "fmt": marker,
        "color": colour,
        "markerfacecolor": filling,
        "markersize": 4.5,
        "elinewidth": 1.1,
        "capsize": 2.5,
    }


def ages_picture(found: Sequence[tool.Tried], forecast: StationForecast) -> str:
    """Errors of forecasts against the age of the elements: of crossings and of phases."""
    station = forecast.station
    with matplotlib.rc_context(_plain()):
        figure = _figure(9.5, 4.9)
        planes, phases = figure.subplots(1, 2)
        _by_age(planes, found, [abs(one.error_s) for one in found], least=0.01)
        ages = list(tool.AGES_D)
        sigmas = [[one.sigma_s for one in found if one.age == age] for age in ages]
        low, high = (np.array([np.percentile(each, share) for each in sigmas]) for share in (5, 95))
        planes.fill_between(
            ages, low, high, color=_BAND, label="one sigma of a crossing: of 5 to 95 % of the forecasts"
        )
        quiet = np.geomspace(0.8, 110, 60)
        planes.plot(
            quiet,
            [quiet_plane_sigma_s(station, age) for age in quiet],
            color=_SOFT,
            linestyle="--",
            linewidth=1.1,
            label="one sigma of a crossing while no boost comes",
        )
        planes.set_title("Plane: error of a crossing, s")
        _by_age(phases, found, [abs(one.phase_error_deg) for one in found], least=0.001)
        phases.plot(
            quiet,
            [phase_sigma_deg(station, age) for age in quiet],
            color=_SOFT,
            linestyle="--",
            linewidth=1.1,
            label="one sigma of a phase",
        )
        phases.axhline(UNKNOWN_PHASE_SIGMA_DEG, color=_GREEN, linewidth=0.9, label="sigma of a phase not known")
        phases.set_title("Phase: error along the orbit, deg")
        shared = dict(zip(*reversed(planes.get_legend_handles_labels()), strict=True))
        shared |= dict(zip(*reversed(phases.get_legend_handles_labels()), strict=True))
        figure.legend(shared.values(), shared, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
        return _svg(figure)


def _by_age(axes: Axes, found: Sequence[tool.Tried], errors: Sequence[float], least: float) -> None:
    """Points, spread sideways so that they can be told apart; those with a boost between are hollow."""
    sideways = np.exp(np.random.default_rng(1).uniform(-0.12, 0.12, len(found)))
    ages, seen = np.array([one.age for one in found]) * sideways, np.maximum(errors, least)
    quiet = np.array([one.quiet for one in found])
    axes.plot(ages[quiet], seen[quiet], ".", color=_BLUE, markersize=3.5, label="no boost between")
    axes.plot(
        ages[~quiet],
        seen[~quiet],
        "o",
        color=_RED,
        markerfacecolor="none",
        markersize=3.2,
        markeredgewidth=0.7,
        label="a boost between",
    )
    medians = [
        np.median([error for error, one in zip(errors, found, strict=True) if one.age == age]) for age in tool.AGES_D
    ]
    axes.plot(list(tool.AGES_D), medians, color=_INK, linewidth=1.6, label="median")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(list(tool.AGES_D), [str(age) for age in tool.AGES_D])
    axes.set_xticks([], minor=True)
    axes.set_xlabel("age of the elements, d")


def altitude_picture(forecast: StationForecast) -> str:
    """The mean altitude with its boosts; and one forecast, of the altitude and of the crossings, against what came."""
    index = next(n for n, one in enumerate(forecast.sets) if one.epoch >= SHOWN_SINCE)
    then = StationForecast(station=forecast.station, history=history_of(forecast.sets[: index + 1]))
    with matplotlib.rc_context(_plain()):
        figure = _figure(9.5, 8.8)
        whole, height, seconds = figure.subplots(3, 1, height_ratios=[1.2, 1.0, 1.0])
        _history(whole, forecast)
        _height(height, forecast, then)
        _seconds(seconds, forecast, then)
        return _svg(figure)


def _legend(axes: Axes, columns: int) -> None:
    """The legend above the axes, at the right of the title, so that it covers nothing."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 0.99),
        ncols=columns,
        fontsize=8,
        frameon=False,
        handletextpad=0.5,
        columnspacing=1.2,
        borderaxespad=0.1,
    )


def _years(moments_ns: Sequence[int] | np.ndarray) -> np.ndarray:
    start = Instant.utc(2021, 1, 1).tai_ns
    return 2021 + (np.asarray(moments_ns, dtype=float) - start) / DAY_NS / 365.25


def _history(axes: Axes, forecast: StationForecast) -> None:
    history, keeping = forecast.history, forecast.station.keeping
    single = [boost for boost in history.boosts if not boost.net]
    for boost in history.boosts:
        if boost.net:
            axes.axvspan(*_years([boost.earliest.tai_ns, boost.latest.tai_ns]), color="#f3e3dc", linewidth=0)
    axes.axvspan(0, 0, color="#f3e3dc", label="boosted somewhere in a long gap")
    for n, boost in enumerate(single):
        axes.axvline(
            float(_years([boost.time.tai_ns])[0]), color=_RED, linewidth=1.0, label=None if n else "a boost, dated"
        )
    axes.axhline(keeping.floor_km, color=_GREEN, linestyle="--", linewidth=1.0, label=f"floor, {keeping.floor_km:g} km")
    epochs = np.array([one.epoch.tai_ns for one in history.sets])
    axes.plot(_years(epochs), history.altitude_km, color=_BLUE, linewidth=0.7)
    axes.plot(_years(epochs), history.altitude_km, ".", color=_BLUE, markersize=4, label="element sets")
    axes.set_xlim(2021.3, float(_years(epochs[-1:])[0]) + 0.1)
    axes.set_xticks(range(2022, 2027), [str(year) for year in range(2022, 2027)])
    axes.set_title("Mean altitude of the station, km")
    _legend(axes, 4)


def _height(axes: Axes, forecast: StationForecast, then: StationForecast) -> None:
    made = then.sets[-1]
    days = np.arange(1.0, _SHOWN_D + 1)
    mean_sigma_km = then.altitude.integral_sigma_km_d(float(then.altitude.known_km[-1]), days) / days
    said_km = then.altitude.expected_km(days)
    mean_km = np.cumsum(said_km) / days
    axes.fill_between(
        days,
        mean_km - mean_sigma_km,
        mean_km + mean_sigma_km,
        color=_BAND,
        label="its mean since then, ± one sigma",
    )
    axes.plot(days, said_km, color=_INK, linewidth=1.5, label="forecast")
    since = np.array([age_d(made, one.epoch) for one in forecast.sets])
    near = (since >= -30) & (since <= _SHOWN_D)
    axes.plot(since[near], np.array(forecast.history.altitude_km)[near], ".-", **_fact(), label="what came")
    axes.axvline(0, color=_SOFT, linewidth=0.9)
    axes.set_xlim(-30, _SHOWN_D)
    axes.set_title(f"One forecast, from the sets to {made.epoch.iso()[:10]}: altitude, km")
    _legend(axes, 3)


def _fact() -> dict[str, object]:
    return {"color": _BLUE, "markersize": 4, "linewidth": 0.7}


def _seconds(axes: Axes, forecast: StationForecast, then: StationForecast) -> None:
    made, pad = then.sets[-1], load().site("jiuquan")
    days = np.arange(0.0, _SHOWN_D + 1)
    sigmas = then.plane_sigmas_s(made, made.epoch.tai_ns + (days * DAY_NS).astype(np.int64))
    for times, shade in ((2, "#e7eef6"), (1, _BAND)):
        axes.fill_between(days, -times * sigmas, times * sigmas, color=shade, label=f"± {times} sigma")
    seen, last = [], 0.0
    for one in forecast.sets:
        after_d = age_d(made, one.epoch)
        if not 0 < after_d <= _SHOWN_D or after_d - last < _DAYS_APART:
            continue
        last = after_d
        around = Span(one.epoch, one.epoch.plus(seconds=1)).widened(3 * 86_400.0)
        truth_ns = said_ns(forecast, forecast.plane(one, around), pad, one.epoch.tai_ns)
        seen.append((after_d, (said_ns(then, then.plane(made, around), pad, truth_ns) - truth_ns) / 1e9))
    axes.plot(*zip(*seen, strict=True), ".-", **_fact(), label="forecast less fact")
    axes.axhline(0, color=_SOFT, linewidth=0.9)
    axes.set_xlim(-30, _SHOWN_D)
    axes.set_xlabel("days after the last set of the forecast")
    axes.set_title("The same forecast: crossings of the pad, s")
    _legend(axes, 3)
