"""What the report of a lunar mission shows beside its week: life, sweeps, dark, contacts and data, papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, timedelta

from attrs import evolve

from hamsafar.domain.lunar import Link, LunarMission, Spread
from hamsafar.domain.lunar_report import DayShown, ImpactAt, LifeShown, Low, MissionShown, PaperDue, Swept
from hamsafar.moon.along import looks_along
from hamsafar.moon.contacts import contacts_along
from hamsafar.moon.life import Life, life
from hamsafar.moon.light import Eclipse, eclipses_along
from hamsafar.moon.link import link_windows_along, stations_of
from hamsafar.moon.monte_carlo import monte_carlo
from hamsafar.moon.sweep import sweep, swept_by
from hamsafar.timeline import NS_PER_S, Instant, Span
from hamsafar.units import MOON_RADIUS_KM

Tell = Callable[[str], None]
_ENDS = {
    "until": "It still flies at the end of what was looked at",
    "impact": "It falls on the Moon",
    "escape": "It leaves the Moon",
    "time": "The calculation was stopped before its end",
}
_DAY_S = 86_400
_DRAWN, _LATER_D = 40, 30.0  # lives drawn for the report, and how long after the life's end they are looked at
_DEGREE_SWEPT = 20  # of the field, at most: many lives, and what is swept matters more


def shown_of(mission: LunarMission, *, tell: Tell = lambda _: None) -> MissionShown:
    """Everything that the mission's file allows to calculate; what it doesn't say is left empty."""
    tell("Following the orbit to its end")
    lived = life(mission)
    tell("Finding shadows and contacts")
    days = days_of(mission, lived)
    tell("Sweeping the assumptions")
    swept = swept_of(mission)
    tell("Drawing lives from the release's spread")
    shown = _with_drawn(mission, _shown(lived))
    notes = tuple(_notes(mission, lived))
    return MissionShown(life=shown, swept=swept, days=days, papers=papers_of(mission), notes=notes)


def _shown(lived: Life) -> LifeShown:
    fallen = lived.impact
    lows = zip(lived.periapsis_tai_ns.tolist(), lived.periapsis_km.tolist(), strict=True)
    return LifeShown(
        start=lived.start,
        end=lived.end,
        ended_by=_ENDS[lived.ended_by],
        lows=tuple(Low(at=Instant(ns), altitude_km=radius_km - MOON_RADIUS_KM) for ns, radius_km in lows),
        impact=None
        if fallen is None
        else ImpactAt(at=fallen.time, latitude_deg=fallen.latitude_deg, longitude_deg=fallen.longitude_deg),
    )


def _with_drawn(mission: LunarMission, shown: LifeShown) -> LifeShown:
    """The life with the ends of lives drawn from the release's spread, where the file says one."""
    if mission.spread == Spread() or mission.burns:  # drawn lives coast
        return shown
    many = monte_carlo(mission, _DRAWN, until=shown.end.plus(days=_LATER_D), degree=min(mission.degree, _DEGREE_SWEPT))
    places = zip(many.impact_tai_ns.tolist(), many.impact_latitude_deg, many.impact_longitude_deg, strict=True)
    ends = [ImpactAt(at=Instant(ns), latitude_deg=float(lat), longitude_deg=float(lon)) for ns, lat, lon in places]
    return evolve(shown, drawn=many.done, drawn_ends=tuple(sorted(ends, key=lambda one: one.at)))


def days_of(mission: LunarMission, lived: Life) -> tuple[DayShown, ...]:
    """Each day (UTC) of a life: hours that the downlink closes by station, the longest dark, data that could come."""
    span = Span(lived.start, lived.end)
    looks = looks_along(lived.trajectory, span)
    dark = {body: _longest_by_day([one for one in eclipses_along(looks, kinds=("penumbra",)) if one.body == body])
            for body in ("moon", "earth")}  # fmt: skip
    link = downlink_of(mission)
    hours: dict[str, dict[date, float]] = {}
    heard: list[Span] = []
    if link is not None:
        able = stations_of(link, mission.stations)
        contacts = contacts_along(able, looks)
        for station in able:
            mine = [one for one in contacts if one.station == station.id]
            spans = link_windows_along(link, station, looks, mine).spans
            hours[station.id] = _hours_by_day(spans)
            heard += spans
    rate = 0.0 if link is None else link.rate_bit_s * link.efficiency / 1_000
    by_any = _hours_by_day(_together(heard))
    return tuple(
        DayShown(
            day=day,
            contact_h=tuple((station, by_day[day]) for station, by_day in hours.items() if by_day.get(day)),
            dark_moon_min=dark["moon"].get(day, 0.0),
            dark_earth_min=dark["earth"].get(day, 0.0),
            could_kbit=by_any.get(day, 0.0) * 3_600 * rate,  # one transmitter: stations at once hear the same
        )
        for day in _dates(span)
    )


def _together(spans: Sequence[Span]) -> list[Span]:
    """When any of them is open, disjoint and ascending."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def downlink_of(mission: LunarMission) -> Link | None:
    """The link that brings pictures: the week's, or the first that goes down and that a station hears."""
    down = [link for link in mission.links if link.direction == "down"]
    if mission.operations is not None:
        down = [link for link in down if link.id == mission.operations.downlink]
    return down[0] if down else None


def _dates(span: Span) -> list[date]:
    first, last = (moment.datetime(UTC).date() for moment in (span.start, span.end))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _longest_by_day(found: Sequence[Eclipse]) -> dict[date, float]:
    longest: dict[date, float] = defaultdict(float)
    for one in found:
        day = one.enter.datetime(UTC).date()
        longest[day] = max(longest[day], one.seconds / 60)
    return longest


def _hours_by_day(spans: Sequence[Span]) -> dict[date, float]:
    hours: dict[date, float] = defaultdict(float)
    for span in spans:
        at = span.start
        while at < span.end:
            day = at.datetime(UTC).date()
            until = min(Instant.parse(f"{day + timedelta(days=1)}T00:00Z"), span.end)
            hours[day] += (until.tai_ns - at.tai_ns) / NS_PER_S / 3_600
            at = until
    return hours


def swept_of(mission: LunarMission) -> tuple[Swept, ...]:
    """The life with each value that an assumption lists, one assumption at a time."""
    found: list[Swept] = []
    for name, values in swept_by(mission).items():
        if values:
            lives = sweep(
                mission, {name: values}, until=mission.end_of_life, degree=min(mission.degree, _DEGREE_SWEPT)
            ).lives
            looked_d, lowest_km = float(lives.end_s.max()) / _DAY_S, lives.lowest_km()
            found += [
                Swept(
                    of=name,
                    value=value,
                    life_d=float(lives.end_s[n]) / _DAY_S if lives.impacted[n] else None,
                    looked_d=looked_d,
                    lowest_km=float(lowest_km[n]) - MOON_RADIUS_KM,
                )
                for n, value in enumerate(values)
            ]
    return tuple(found)


def papers_of(mission: LunarMission) -> tuple[PaperDue, ...]:
    """The dated duties, by the day on which each is to begin."""
    events = {"launch": mission.launch, "release": mission.state.epoch, "end": mission.end_of_life}
    found = []
    for paper in mission.papers:
        event = events[paper.event]
        if event is None:
            continue
        due = event.plus(days=-paper.days_before)
        found.append(
            PaperDue(
                id=paper.id,
                title=paper.title,
                owner=paper.owner,
                source=paper.source,
                begin=due.plus(days=-paper.takes_d).datetime(UTC).date(),
                due=due.datetime(UTC).date(),
                done=paper.done,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.begin, one.due, one.id)))


def _notes(mission: LunarMission, lived: Life) -> list[str]:
    notes = []
    if mission.assumptions:
        notes.append(f"{len(mission.assumptions)} values of the mission's file are assumptions; they stand below.")
    if lived.ended_by == "time":
        notes.append(f"The orbit was followed only to {lived.end.iso()}.")
    return notes
