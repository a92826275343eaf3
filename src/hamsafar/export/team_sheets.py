"""An experiment's own sheet, for its team on the ground: when, who, which link, how sure, the order, the return.

One experiment is an activity of the guest's programme and all of that programme that it waits for or that waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from hamsafar.domain.aboard import Activity
from hamsafar.domain.pace import ActivityPace, Chance, Overruns
from hamsafar.domain.plan import OpenSpan, Placement, Plan
from hamsafar.export.day_words import (
    Aboard,
    aboard_of,
    function_text,
    marks_of,
    opens_text,
    sure_text,
    things_text,
    time_cells,
    time_columns,
    window_of,
    window_unknown,
)
from hamsafar.export.flight_days import FlightDay
from hamsafar.export.paper import Cell, Column, Document, Page, Row, Table, cut_to_pages, foot_text
from hamsafar.export.seen_by import file_name
from hamsafar.export.words import clean, duration_text, mark, sigma_text
from hamsafar.timeline import Instant

_PRIVATE = ("medical", "family")


@frozen(kw_only=True)
class Team:
    """The activities that make one experiment."""

    id: str  # of the first of them
    title: str
    activities: tuple[Activity, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its activities."""
        return tuple(one.id for one in self.activities)

    @property
    def path(self) -> str:
        """Its sheet, below the folder of the sheets, without its ending."""
        return f"aboard/experiments/{file_name(self.id)}"


def teams_of(plan: Plan) -> tuple[Team, ...]:
    """Every experiment of the guest's programme, in the programme's order."""
    own = [one for one in plan.programme.activities if one.guest_programme and one.kind not in _PRIVATE]
    groups: dict[str, list[str]] = {one.id: [one.id] for one in own}
    for one in own:
        for after in one.after:
            if after.of in groups and groups[after.of] is not groups[one.id]:
                joined = groups[after.of] + groups[one.id]
                groups.update(dict.fromkeys(joined, joined))
    found = dict.fromkeys(id(groups[one.id]) for one in own)
    return tuple(_team([one for one in own if id(groups[one.id]) == key]) for key in found)


def _team(activities: Sequence[Activity]) -> Team:
    """Named by what the titles have in common before their colons, else by the first."""
    heads = {clean(one.title).partition(":")[0].strip() for one in activities}
    first = clean(activities[0].title)
    title = heads.pop() if len(activities) > 1 and len(heads) == 1 else first
    more = f" and {len(activities) - 1} more" if len(activities) > 1 and title == first else ""
    return Team(id=activities[0].id, title=title + more, activities=tuple(activities))


def placements_of(plan: Plan, team: Team, days: Sequence[FlightDay]) -> tuple[Placement, ...]:
    """When its activities are done, on the days asked for."""
    return tuple(
        one
        for one in plan.placements
        if one.stage == "flight" and one.of in team.ids and any(one.span.overlaps(day.span) for day in days)
    )


def team_document(plan: Plan, team: Team, days: Sequence[FlightDay], digest: str, pace: Overruns) -> Document:
    """The sheet of one experiment; `pace` is the simulated stay, for the probabilities."""
    aboard = aboard_of(plan)
    own = placements_of(plan, team, days)
    tables = (
        _when(aboard, own, days, pace),
        _order(aboard, team, own),
        _return(aboard, own),
        _left_out(plan, team),
    )
    page = Page(
        title=team.title,
        sub=f"For the experiment's team; clocks are those of {', '.join(one.label for one in aboard.clocks)}",
        lines=tuple(_lines(aboard, team, own, pace)),
        tables=tuple(table for table in tables if table.rows),
    )
    return Document(
        path=team.path,
        title=team.title,
        group="Experiments",
        about="When, who, on which link, how sure, what follows what, and the return.",
        pages=cut_to_pages(page, wide=False),
        foot=foot_text(plan, digest),
        provisional=plan.trajectory.basis == "far",
    )


def _lines(aboard: Aboard, team: Team, own: Sequence[Placement], pace: Overruns) -> Iterator[str]:
    minutes = sum(round(one.span.seconds / 60) for one in own)
    left_out = sum(one.of in team.ids for one in aboard.plan.dropped)
    count = f"{len(own)} time{'' if len(own) == 1 else 's'}"
    yield f"Done {count}, {duration_text(minutes)} in all" + (f"; left out {left_out}" if left_out else "") + "."
    if aboard.plan.trajectory.basis == "far":
        yield "Provisional: every window moves when fresh elements of the orbit come; the order and the lengths stay."
    if own:
        yield (
            f"Chances, of {pace.runs:,} simulated stays at the pace of those aboard: begins as planned, not pushed "
            f"by what comes before it; done as planned, whole and over in time (both give or take {pace.late_min:g} "
            "min); missed, where its window or its promised time goes by or ends before it does."
        )


# When


def _when(aboard: Aboard, own: Sequence[Placement], days: Sequence[FlightDay], pace: Overruns) -> Table:
    columns = (
        Column(title="Day", width_mm=9, css="time"),
        *time_columns(aboard, 17),
        Column(title="What", width_mm=30, css="what"),
        Column(title="Who", width_mm=28),
        Column(title="Window, how sure", width_mm=35),
        Column(title="Chances", width_mm=23),
    )
    told = {one.placement: one for one in pace.activities}
    rows = tuple(_row(aboard, one, days, told.get(one.id)) for one in own)
    return Table(title="When", columns=columns, rows=rows)


def _row(aboard: Aboard, one: Placement, days: Sequence[FlightDay], pace: ActivityPace | None) -> Row:
    marked = ", ".join(marks_of(aboard.activities.get(one.of)))
    people = dict.fromkeys(one.person_ids)
    who = tuple(_served(aboard, one, person) for person in people) or ("",)
    number = next(day.number for day in days if one.span.overlaps(day.span))
    told = tuple(text for text in (clean(one.title), marked, things_text(aboard, one)) if text)
    times = time_cells(aboard, None, one.start, one.end)
    return Row(
        cells=((f"FD {number}",), *times, told, who, _window_cell(aboard, one), _chances_cell(pace)), key=mark(one)[0]
    )


def _served(aboard: Aboard, one: Placement, person: str) -> str:
    title, part = clean(aboard.titles.get(person, person)), function_text(aboard, one, person)
    return f"{title}: {part}" if part else title


def _window_cell(aboard: Aboard, one: Placement) -> Cell:
    """The window with its ends, by which relay or how high, and how far the activity keeps from its ends."""
    found = window_of(aboard, one)
    if found is None:
        return window_unknown(aboard, one) or ("waits for no window",)
    listed, open_ = found
    if open_ is None:
        return (clean(listed.title), "NOT OPEN all the while")
    ends = f"{opens_text(aboard.station, open_.start)}–{aboard.station(open_.end, '%H:%M')} {aboard.station.label}"
    said = (clean(listed.title), ends, clean(open_.note), f"{sure_text(listed, open_)}; {_margin_text(open_, one)}")
    return tuple(text for text in said if text)


def _margin_text(open_: OpenSpan, one: Placement) -> str:
    """`4 min inside, 5.9 sigma`: how far the window may move until the activity no longer lies in it."""
    margin_s = min(one.start.seconds_since(open_.start), open_.end.seconds_since(one.end))
    inside = f"{int(margin_s // 60)} min inside" if margin_s >= 60 else f"{int(margin_s)} s inside"
    return f"{inside}, {margin_s / open_.sigma_s:.1f} sigma" if open_.sigma_s else inside


def _chances_cell(pace: ActivityPace | None) -> Cell:
    """`begins 97 %`, `done 81 %` and, for what can be, `missed 3 %`."""
    if pace is None:
        return ("not known",)
    told = (f"begins {_chance_text(pace.begun)}", f"done {_chance_text(pace.in_full)}")
    return (*told, f"missed {_chance_text(pace.missed)}") if pace.missed.share else told


def _chance_text(chance: Chance) -> str:
    """`97 %`; never a certainty that a count of simulated days can't give."""
    share = chance.share
    return "> 99 %" if share > 0.99 else "< 1 %" if share < 0.01 else f"{100 * share:.0f} %"


# Order and samples, return, left out


def _order(aboard: Aboard, team: Team, own: Sequence[Placement]) -> Table:
    """What has to follow what, and how long after it does."""
    columns = (
        Column(title="What", width_mm=60, css="what"),
        Column(title="After", width_mm=60),
        Column(title="Asked", width_mm=44),
        Column(title="As planned", width_mm=30),
    )
    rows = []
    for activity in team.activities:
        for after in activity.after:
            later = [one for one in own if one.of == activity.id]
            earlier = [one for one in aboard.plan.placements if one.of == after.of and one.stage == "flight"]
            if later and earlier:
                gap = min(one.start for one in later).seconds_since(max(one.end for one in earlier)) / 60
                title = clean(aboard.activities[after.of].title) if after.of in aboard.activities else after.of
                asked = _asked_text(after.min_gap_min, after.max_gap_min)
                cells = ((clean(activity.title),), (title,), (asked,), (f"{duration_text(gap)} after",))
                rows.append(Row(cells=cells))
    return Table(title="Order and samples", columns=columns, rows=tuple(rows))


def _asked_text(least_min: int, most_min: int | None) -> str:
    said = [f"at least {duration_text(least_min)} after"] if least_min else []
    if most_min is not None:
        said.append(f"within {duration_text(most_min)}")
    return ", ".join(said) or "after it"


def _return(aboard: Aboard, own: Sequence[Placement]) -> Table:
    """From the last activity to the landing: when what comes home is packed, leaves and lands."""
    columns = (
        *time_columns(aboard, 22),
        Column(title="Return", width_mm=60, css="what"),
        Column(title="After the last activity", width_mm=50),
    )
    flight = aboard.plan.flight
    events: list[tuple[Instant, str]] = [
        *((one.start, clean(one.title)) for one in aboard.plan.placements if one.kind == "descent"),
        (flight.hatch_close, "Hatch closes"),
        (flight.landing.undocking, "Undocking"),
        (flight.landing.landing, f"Landing, {sigma_text(flight.landing.sigma_s)}"),
        *((moment, "Landing, if that one is missed") for moment in flight.landing_backups),
    ]
    last = max((one.end for one in own), default=None)
    rows = tuple(
        Row(cells=(*time_cells(aboard, None, moment, None), (title,), (_since_text(last, moment),)))
        for moment, title in sorted(events)
    )
    return Table(title="Return", columns=columns, rows=rows if own else ())


def _since_text(last: Instant | None, moment: Instant) -> str:
    minutes = moment.seconds_since(last) / 60 if last is not None else 0.0
    return duration_text(minutes) if minutes >= 0 else f"{duration_text(-minutes)} before it"


def _left_out(plan: Plan, team: Team) -> Table:
    columns = (Column(title="Left out", width_mm=60, css="what"), Column(title="Why", width_mm=134))
    rows = tuple(Row(cells=((clean(one.title),), (clean(one.why),))) for one in plan.dropped if one.of in team.ids)
    return Table(title="Left out", columns=columns, rows=rows)
