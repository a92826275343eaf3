"""The picture beside a day's table: the day from midnight to midnight, a lane a person, bands of windows beneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Plan
from hamsafar.export.clocks import Clock
from hamsafar.export.flight_days import FlightDay, presence
from hamsafar.export.seen_by import hidden_from
from hamsafar.export.svg import drawing, label, line, rect, titled
from hamsafar.export.svg_crew import bands_of, unknown_of
from hamsafar.export.words import fit, mark, text_width_px
from hamsafar.timeline import Span

WIDE_PX, NARROW_PX = 1040, 733  # as wide as A4 landscape and portrait, so that nothing is scaled on paper
_NAMES_WIDE_PX, _NAMES_PX = 152, 126
_HEAD_PX, _GAP_PX = 26, 2
_TEXT_PX, _LINE_PX, _FEWEST_LETTERS = 9.5, 11.2, 5
_TALL_ENOUGH_PX, _CODE_PX = 14, 15
_BANDS = ("relay", "pass", "visible-pass", "darkness", "prayer")
_OWN_BANDS = ("prayer",)  # drawn for the one who prays, not for the ground
_NIGHT = "Orbital night"


@frozen(kw_only=True)
class Bar:
    """Something on a lane; `start` and `end` are shares of the day."""

    start: float
    end: float
    key: str
    text: str  # what is written on it where there is room
    code: str  # two letters, where there is less
    said: tuple[str, ...]


@frozen(kw_only=True)
class Lane:
    """A row of bars."""

    title: str
    tall_px: float
    bars: tuple[Bar, ...]


@frozen(kw_only=True)
class Strip:
    """One day drawn; `hours` are shares of the day with what the station's clock and UTC say there."""

    title: str
    zone: str
    width_px: int
    hours: tuple[tuple[float, str, str], ...]
    lanes: tuple[Lane, ...]

    @property
    def names_px(self) -> int:
        """How wide the column of the lanes' names is."""
        return _NAMES_WIDE_PX if self.width_px == WIDE_PX else _NAMES_PX

    @property
    def tops_px(self) -> tuple[float, ...]:
        """Where each lane begins."""
        tall = [lane.tall_px + _GAP_PX for lane in self.lanes]
        return tuple(_HEAD_PX + sum(tall[:n]) for n in range(len(tall)))

    @property
    def height_px(self) -> float:
        """How tall it is drawn."""
        return _HEAD_PX + sum(lane.tall_px + _GAP_PX for lane in self.lanes) + 6


def strip_of(plan: Plan, day: FlightDay, station: Clock, people: Sequence[Person], viewer: str | None) -> Strip:
    """The day of some people; `viewer` is whose sheet it is, None for the ground's."""
    tall = 34 if len(people) == 1 else 22
    lanes = [Lane(title=one.title, tall_px=tall, bars=tuple(_bars(plan, day, station, one, viewer))) for one in people]
    return Strip(
        title=f"Flight day {day.number}",
        zone=station.label,
        width_px=NARROW_PX if len(people) == 1 else WIDE_PX,
        hours=tuple(_hours(day, station)),
        lanes=(*lanes, *_bands(plan, day, station, own=viewer is not None)),
    )


def _hours(day: FlightDay, station: Clock) -> Iterator[tuple[float, str, str]]:
    for hour in range(0, 25, 2):
        moment = day.span.start.plus(seconds=day.span.seconds * hour / 24)
        yield hour / 24, "24:00" if hour == 24 else station(moment, "%H:%M"), f"{moment.datetime():%H:%M}"


def _bars(plan: Plan, day: FlightDay, station: Clock, person: Person, viewer: str | None) -> Iterator[Bar]:
    aboard = presence(plan, person)
    for away, text in (
        (Span(day.span.start, aboard.start) if aboard.start > day.span.start else None, "not aboard yet"),
        (Span(aboard.end, day.span.end) if aboard.end < day.span.end else None, "hatch closed"),
    ):
        if away is not None and away.overlaps(day.span):
            yield _bar(day, station, away, "away", text)
    for one in plan.placements:
        if one.stage == "flight" and person.id in one.person_ids and one.span.overlaps(day.span):
            shown = hidden_from(one, viewer)
            key, code = mark(shown)
            yield _bar(day, station, one.span, key, shown.title, code=code)


def _bar(day: FlightDay, station: Clock, span: Span, key: str, text: str, *, code: str = "", more: str = "") -> Bar:
    said = (text, f"{station.label} {station.span(span.start, span.end)}", *([more] if more else []))
    return Bar(start=day.share(span.start), end=day.share(span.end), key=key, text=text, code=code, said=said)


def _bands(plan: Plan, day: FlightDay, station: Clock, *, own: bool) -> Iterator[Lane]:
    for title, lists in bands_of(plan):
        kind = lists[0].kind
        if kind not in _BANDS or (kind in _OWN_BANDS and not own):
            continue
        unknown = [_bar(day, station, gap, "unknown", "not known") for gap in unknown_of(lists[0], day.span)]
        shown = [(listed, one) for listed in lists for one in listed.spans if one.span.overlaps(day.span)]
        bars = [_bar(day, station, one.span, f"w-{kind}", listed.title, more=one.note) for listed, one in shown]
        if bars or kind == "relay":
            yield Lane(title=_NIGHT if kind == "darkness" else title, tall_px=11, bars=(*unknown, *bars))


# Drawn


def strip_svg(strip: Strip) -> str:
    """The strip as SVG; every bar can be focused and says what it is."""
    parts = list(_axis(strip))
    for n, (lane, y) in enumerate(zip(strip.lanes, strip.tops_px, strict=True)):
        parts.append(
            label(strip.names_px - 6, y + lane.tall_px / 2 + 3.5, fit(lane.title, strip.names_px - 8, 10), "row", "end")
        )
        parts.append(rect(strip.names_px, y, strip.width_px - strip.names_px, lane.tall_px, "lane"))
        parts += _drawn(strip, lane, y, first_lane=n == 0)
    return drawing(strip.width_px, strip.height_px, "".join(parts), css="strip", title=strip.title)


def _x(strip: Strip, share: float) -> float:
    return strip.names_px + share * (strip.width_px - strip.names_px - 1)


def _axis(strip: Strip) -> Iterator[str]:
    yield label(strip.names_px - 6, 9, strip.zone, "tick", "end")
    yield label(strip.names_px - 6, 20, "UTC", "tick", "end")
    for share, local, utc in strip.hours:
        x, anchor = _x(strip, share), "end" if share == 1 else "start" if share == 0 else "middle"
        yield label(x, 9, local, "tick", anchor)
        yield label(x, 20, utc, "tick", anchor)
        yield line(x, 23, x, strip.height_px - 4, "hour")


def _drawn(strip: Strip, lane: Lane, y: float, *, first_lane: bool) -> Iterator[str]:
    for number, bar in enumerate(lane.bars):
        x = _x(strip, bar.start)
        wide = max(_x(strip, bar.end) - x - 0.6, 1)
        inside = rect(x, y, wide, lane.tall_px, "f", rx=1.5)
        lines = lines_of_bar(strip, lane, bar)
        first = y + lane.tall_px / 2 + 3.4 - _LINE_PX / 2 * (len(lines) - 1)
        inside += "".join(label(x + 3, first + _LINE_PX * n, part) for n, part in enumerate(lines))
        yield titled(f"b {bar.key}", bar.said, inside, first=first_lane and number == 0)


def lines_of_bar(strip: Strip, lane: Lane, bar: Bar) -> list[str]:
    """What is written on a bar: its text on as many lines as it is tall for, cut where it must be; else two letters."""
    wide = (bar.end - bar.start) * (strip.width_px - strip.names_px - 1)
    if lane.tall_px < _TALL_ENOUGH_PX:
        return []
    lines = lines_on(bar.text, wide - 5, 1 if lane.tall_px < 2 * _LINE_PX + 4 else 2)
    return lines or ([bar.code] if bar.code and wide >= _CODE_PX else [])


def lines_on(text: str, wide: float, most: int) -> list[str]:
    """A text on at most so many lines, the last cut; none where less than a word's beginning would stay."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and len(lines) < most and text_width_px(longer, _TEXT_PX) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    cut = [fit(one, wide, _TEXT_PX) for one in lines]
    return (
        cut if all(len(one) >= _FEWEST_LETTERS or one == whole for one, whole in zip(cut, lines, strict=True)) else []
    )
