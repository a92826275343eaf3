"""Progress drawn: a bar for the hours of a class, and certificates on a time line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from attrs import frozen

from hamsafar.domain.plan import Plan
from hamsafar.domain.progress import CertificateLine, ClassProgress, Progress
from hamsafar.domain.training import Term
from hamsafar.export.progress_words import day_text
from hamsafar.export.svg import drawing, label, line, num, rect, titled
from hamsafar.export.words import fit
from hamsafar.timeline import local_date

_BAR_PX, _BAR_TALL_PX = 220, 14
_WIDTH_PX, _NAMES_PX, _ROW_PX, _HEAD_PX = 1040, 190, 26, 44
_AFTER_D = 14  # days drawn after landing


@frozen
class _Frame:
    first: date
    last: date

    def x(self, day: date) -> float:
        """Where a day begins, kept inside the drawing."""
        kept = min(max(day, self.first), self.last)
        return _NAMES_PX + (kept - self.first).days * (_WIDTH_PX - _NAMES_PX - 1) / (self.last - self.first).days


def class_bar(one: ClassProgress, most_min: int) -> str:
    """Hours done, to come, and missing, one after another, to the scale of the longest class."""
    x, parts = 0.0, []
    for css, minutes in (("done", one.done_min), ("tocome", one.to_come_min), ("missing", one.missing_min)):
        wide = (_BAR_PX - 2) * minutes / max(most_min, 1)
        if minutes:
            parts.append(rect(x + 1, 1, wide, _BAR_TALL_PX - 2, css))
        x += wide
    return drawing(_BAR_PX, _BAR_TALL_PX, "".join(parts), css="bar")


def certificate_picture(plan: Plan, term: Term, progress: Progress) -> str:
    """A row a certificate: when it is valid, when it is needed, and where that is not the same."""
    launch = local_date(plan.flight.launch.launch, term.zone)
    landing = local_date(plan.flight.landing.landing, term.zone)
    earliest = [one.valid[0].first for one in progress.certificates if one.valid and one.valid[0].earned]
    frame = _Frame(min([term.start, launch, *earliest]), landing + timedelta(days=_AFTER_D))
    height = _HEAD_PX + _ROW_PX * len(progress.certificates) + 6
    parts = [rect(frame.x(launch), 30, frame.x(landing + timedelta(days=1)) - frame.x(launch), height - 30, "stay")]
    parts += _months(frame, height)
    for n, one in enumerate(progress.certificates):
        parts.append(_row(frame, one, _HEAD_PX + n * _ROW_PX, first=n == 0))
    parts.append(line(frame.x(launch), 24, frame.x(launch), height, "liftoff"))
    parts.append(label(frame.x(launch) - 4, 38, "Lift-off", "axis", "end"))
    if frame.first <= progress.as_of <= frame.last:
        parts.append(line(frame.x(progress.as_of), 24, frame.x(progress.as_of), height, "now"))
        parts.append(label(frame.x(progress.as_of) + 3, 38, "Today", "axis"))
    return drawing(_WIDTH_PX, height, "".join(parts), css="lines", title="Certificates by day")


def _months(frame: _Frame, height: float) -> Iterator[str]:
    day = frame.first.replace(day=1)
    while day <= frame.last:
        if day >= frame.first:
            yield line(frame.x(day), 20, frame.x(day), height, "month")
            yield label(frame.x(day) + 3, 16, f"{day:%b %Y}", "axis")
        day = (day + timedelta(days=32)).replace(day=1)


def _row(frame: _Frame, one: CertificateLine, y: float, *, first: bool) -> str:
    inside = label(0, y + 15, fit(one.title, _NAMES_PX - 10, 11.5), "row")
    for valid in one.valid:
        x, ends = frame.x(valid.first), frame.x(valid.last + timedelta(days=1))
        inside += rect(x, y + 3, ends - x, 12, "valid" if valid.earned else "brought", rx=2)
        if valid.earned and frame.first <= valid.first <= frame.last:
            inside += f'<path class="exam" d="M{num(x)} {num(y + 3)}l5 6l-5 6l-5 -6z"/>'
    if one.needed_aboard is not None:
        x, ends = frame.x(one.needed_aboard[0]), frame.x(one.needed_aboard[1] + timedelta(days=1))
        inside += rect(x, y + 1, max(ends - x, 3), 16, "need")
    for day in one.needed:
        inside += line(frame.x(day), y + 16, frame.x(day), y + 22, "need")
    return titled("cert", said_lines(one), inside, first=first)


def said_lines(one: CertificateLine) -> list[str]:
    """All that the row shows, a line each."""
    return [
        one.title,
        *(
            f"{'Earned' if valid.earned else 'Brought: valid from'} {day_text(valid.first)}, to {day_text(valid.last)}"
            for valid in one.valid
        ),
        "" if one.valid else "Not earned",
        f"Needed aboard from {day_text(one.needed_aboard[0])} to {day_text(one.needed_aboard[1])}"
        if one.needed_aboard
        else "",
        f"Sessions that ask for it on {', '.join(map(day_text, one.needed))}" if one.needed else "",
    ]
