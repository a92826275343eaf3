"""Where something may start for the windows it needs, and for the hours and windows of what it uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hamsafar.domain.aboard import Activity, WindowNeed
from hamsafar.domain.plan import OpenSpan, WindowList
from hamsafar.planning import ticks
from hamsafar.planning.crew.stay import Stay
from hamsafar.planning.ticks import Starts


def answers(windows: WindowList, need: WindowNeed) -> bool:
    """Whether a list is of the windows that are asked for."""
    return windows.kind == need.kind and (need.of is None or windows.of == need.of)


def starts_while_there(
    stay: Stay, lists: Iterable[WindowList], activity: Activity, duration: int
) -> Iterator[tuple[str, str, Starts]]:
    """(resource, why, starts) of everything used that is there only in some hours, or in some windows."""
    windows = tuple(lists)
    resources = {resource.id: resource for resource in stay.programme.resources}
    for thing in dict.fromkeys(use.resource for use in activity.uses):
        resource = resources.get(thing)
        if resource is not None and resource.calendar is not None:
            hours = ticks.open_stretches(stay.programme.calendar(resource.calendar), stay.first, stay.last)
            yield thing, f"in the hours of {resource.calendar}", ticks.fit(ticks.merged(hours), duration)
        if resource is not None and resource.window is not None:
            named = " ".join(filter(None, (resource.window.kind, resource.window.of)))
            yield thing, f"in a window {named}", starts_in_windows(stay, windows, resource.window, duration)


def starts_in_windows(stay: Stay, lists: Iterable[WindowList], need: WindowNeed, duration: int) -> Starts:
    """The starts at which something of that length lies in one window of the lists that answer a need."""
    margin = stay.programme.limit("WIN-01", "margin_sigmas")
    return ticks.joined(
        start
        for windows in lists
        if answers(windows, need)
        for span in windows.spans
        for start in ticks.fit(clear_minutes(span, margin), duration)
    )


def clear_minutes(span: OpenSpan, margin_sigmas: float) -> ticks.Stretches:
    """A window's whole minutes, with the margin kept clear at both ends."""
    margin_s = margin_sigmas * (span.sigma_s or 0.0)
    first = ticks.tick_at_or_after(span.start.plus(seconds=margin_s))
    end = ticks.tick_at_or_before(span.end.plus(seconds=-margin_s))
    return ((first, end),) if first < end else ()
