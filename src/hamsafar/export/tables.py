"""The rows of the report's tables: plain texts, ordered as they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from attrs import frozen

from hamsafar.domain.plan import Finding, Judgement, ObjectiveValue, Placement, Plan
from hamsafar.export.clocks import Clock, clocks_of, liftoff_of
from hamsafar.export.counted import counted
from hamsafar.export.svg_crew import window_basis
from hamsafar.export.words import basis_of, clean, dated, duration_text, facility_titles, people_short, sigma_text
from hamsafar.timeline import Instant, local_date, mission_elapsed

_STATUS_ORDER = {"broken": 0, "not_checked": 1, "holds": 2}
_PLACES_SHOWN = 6
_DAY = "%d %b"


@frozen
class FlightEvent:
    """One of the four great moments: its clocks, how sure it is, what it rests on."""

    name: str
    utc_date: str
    utc_clock: str
    others: tuple[tuple[str, str, str], ...]  # label, zone, time
    met: str
    sigma: str
    basis: str


@frozen
class PlacementRow:
    """A placement as the big table shows it."""

    anchor: str
    stage: str
    person_ids: str
    utc: str
    others: tuple[str, ...]
    met: str
    duration: str
    title: str
    id: str
    kind: str
    people: str
    places: str
    basis: str
    flag: str


@frozen
class WindowRow:
    """A window: what it is of, when, how sure."""

    title: str
    kind: str
    start: str
    end: str
    minutes: str
    sigma: str
    basis: str
    note: str


@frozen
class Place:
    """Where a finding points: a link where it names a placement."""

    text: str
    anchor: str


@frozen
class FindingRow:
    """A finding, and the rule's own words where the finding says something else."""

    rule: str
    status: str
    sentence: str
    rule_sentence: str
    source: str
    params: str
    by: str
    places: tuple[Place, ...]
    more: tuple[Place, ...]


@frozen
class Week:
    """A training week: headline, what is in it (`12 sessions, 28 nights`), and its rows."""

    title: str
    said: str
    rows: tuple[PlacementRow, ...]


@frozen
class TermOfObjective:
    """One named term: value, proved bound, and what lies between."""

    stage: str
    name: str
    value: str
    bound: str
    gap: str


def flight_events(plan: Plan) -> list[FlightEvent]:
    """Launch, docking, undocking, landing."""
    flight = plan.flight
    launch, landing = flight.launch, flight.landing
    return [
        _event(plan, "Launch", launch.launch, sigma_text(launch.sigma_s), launch.basis),
        _event(plan, "Docking", flight.docking, sigma_text(flight.docking_sigma_s), launch.basis),
        _event(plan, "Undocking", landing.undocking, f"{sigma_text(landing.sigma_s)} with landing", landing.basis),
        _event(plan, "Landing", landing.landing, sigma_text(landing.sigma_s), landing.basis),
    ]


def _event(plan: Plan, name: str, moment: Instant, sigma: str, basis: str) -> FlightEvent:
    utc, *others = clocks_of(plan)
    return FlightEvent(
        name,
        dated(moment.datetime(), "%a %-d %b %Y"),
        utc(moment, "%H:%M:%S"),
        tuple((clock.label, clock.zone, clock(moment, "%d %b %H:%M:%S")) for clock in others),
        mission_elapsed(moment, liftoff_of(plan)),
        sigma,
        basis,
    )


def anchors_of(plan: Plan) -> dict[str, str]:
    """Each placement's anchor in the page: its number, since an id may hold any characters."""
    return {one.id: f"a{n}" for n, one in enumerate(plan.placements)}


def flags_of(judgement: Judgement) -> dict[str, str]:
    """Placements that something broken names, with what is said of them."""
    return {
        place: f"BROKEN {finding.rule}: {finding.sentence}"
        for finding in reversed(judgement.findings)
        if finding.status == "broken"
        for place in finding.where
    }


def placement_rows(plan: Plan, flagged: Mapping[str, str]) -> list[PlacementRow]:
    """Every placement, in the plan's order."""
    anchors, clocks, titles = anchors_of(plan), clocks_of(plan), facility_titles(plan)
    return [_row(plan, one, anchors[one.id], clocks, titles, flagged) for one in plan.placements]


def _row(
    plan: Plan,
    one: Placement,
    anchor: str,
    clocks: Sequence[Clock],
    titles: Mapping[str, str],
    flagged: Mapping[str, str],
) -> PlacementRow:
    return PlacementRow(
        anchor,
        one.stage,
        " ".join(one.person_ids),
        _two_lines(clocks[0].span(one.start, one.end)),
        tuple(_two_lines(clock.span(one.start, one.end, _DAY)) for clock in clocks[1:]),
        mission_elapsed(one.start, liftoff_of(plan)),
        duration_text(one.span.seconds / 60),
        one.title,
        one.id,
        one.kind,
        people_short(plan, one),
        ", ".join(titles.get(facility, facility) for facility in one.facilities),
        basis_of(plan, one),
        flagged.get(one.id, ""),
    )


def _two_lines(span: str) -> str:
    """A span on two lines where it runs past midnight, so that its column stays narrow."""
    start, dash, end = span.partition(" – ")
    return f"{start} –\n{end}" if " " in end else f"{start}{dash}{end}"


def training_weeks(plan: Plan, rows: Sequence[PlacementRow]) -> list[Week]:
    """The training placements by week, Monday to Sunday of the term's zone."""
    term = plan.programme.term
    if term is None:
        return []
    weeks: dict[date, list[tuple[Placement, PlacementRow]]] = {}
    launch = local_date(liftoff_of(plan), term.zone)
    for one, row in zip(plan.placements, rows, strict=True):
        if one.stage == "training":
            day = local_date(one.start, term.zone)
            weeks.setdefault(day - timedelta(days=day.weekday()), []).append((one, row))
    return [
        Week(
            f"Week of {dated(monday, '%-d %b %Y')}, L−{max(0, (launch - monday).days // 7)} wk",
            counted(one for one, _ in week).number_said,
            tuple(row for _, row in week),
        )
        for monday, week in sorted(weeks.items())
    ]


def window_rows(plan: Plan) -> list[WindowRow]:
    """Every open window, list by list."""
    return [
        WindowRow(
            listed.title,
            listed.kind,
            open_.start.iso().replace("T", " "),
            open_.end.iso().replace("T", " "),
            f"{open_.span.seconds / 60:.1f}",
            "–" if listed.basis == "sun" and not open_.sigma_s else sigma_text(open_.sigma_s),
            window_basis(listed),
            open_.note,
        )
        for listed in plan.windows
        for open_ in listed.spans
    ]


def finding_rows(plan: Plan, judgement: Judgement) -> list[FindingRow]:
    """All findings: broken first, then not checked, then what holds; in rule order within each."""
    anchors = anchors_of(plan)
    ordered = sorted(judgement.findings, key=lambda one: (_STATUS_ORDER[one.status], one.rule))
    return [_finding(plan, one, anchors) for one in ordered]


def _finding(plan: Plan, one: Finding, anchors: Mapping[str, str]) -> FindingRow:
    rule = next((rule for rule in plan.rules if rule.id == one.rule), None)
    places = tuple(Place(place, anchors.get(place, "")) for place in one.where)
    params = one.params or (rule.params if rule else {})
    return FindingRow(
        one.rule,
        one.status,
        one.sentence,
        rule.sentence if rule and clean(rule.sentence) != clean(one.sentence) else "",
        rule.source if rule else "",
        ", ".join(f"{name} = {value:g}" for name, value in params.items()),
        f"{one.by:g} {one.unit}".strip() if one.by is not None else "",
        places[:_PLACES_SHOWN],
        places[_PLACES_SHOWN:],
    )


def objective_rows(plan: Plan) -> list[TermOfObjective]:
    """Each named term with its bound; `proved` where the two meet."""
    return [_objective(one) for one in plan.objective]


def _objective(one: ObjectiveValue) -> TermOfObjective:
    gap = abs(one.value - one.bound)
    return TermOfObjective(
        one.stage,
        one.name,
        f"{one.value:g} {one.unit}",
        f"{one.bound:g} {one.unit}",
        "none: proved best" if gap == 0 else f"{gap:g} {one.unit}",
    )
