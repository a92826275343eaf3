"""The launch calendar as a picture to print (PNG) and as a page that opens from a disk (HTML)."""

from __future__ import annotations

from hamsafar.domain.launch_calendar import LaunchCalendar


def calendar_png(calendar: LaunchCalendar) -> bytes:
    """The calendar as one A3 page at 150 dots an inch. The same calendar gives the same bytes.

    Raises InputError for more than two years.
    """
    from hamsafar.export.launch_calendar_png import drawn

    return drawn(calendar)


def calendar_html(calendar: LaunchCalendar) -> bytes:
    """The calendar as one page in UTF-8, picture and table, without scripts and without anything from a network.

    Raises InputError for more than two years.
    """
    from hamsafar.export.launch_calendar_html import page

    return page(calendar)
