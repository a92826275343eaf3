"""Sheets of the days aboard: a crew member's, the ground's, an experiment's; as pages, calendars and PDF."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from attrs import field, frozen

from hamsafar.app.pace import pace_of
from hamsafar.domain.plan import Plan
from hamsafar.errors import InputError
from hamsafar.export.calendars import aboard_ics
from hamsafar.export.day_sheets import own_placements, person_document
from hamsafar.export.flight_days import FlightDay, crew_of, flight_days
from hamsafar.export.ground_sheets import GROUND, ground_document
from hamsafar.export.paper import Document
from hamsafar.export.team_sheets import Team, placements_of, team_document, teams_of


@frozen(kw_only=True)
class DaySheets:
    """What was made of the days aboard."""

    documents: tuple[Document, ...] = ()
    files: Mapping[str, bytes] = field(factory=dict)  # by their paths below the folder


def known_aboard(plan: Plan) -> tuple[str, ...]:
    """All that a sheet of the days aboard can be asked for by: crew, `ground`, activities of the guest's programme."""
    activities = [id_ for team in teams_of(plan) for id_ in team.ids]
    return tuple(dict.fromkeys([*(one.id for one in crew_of(plan)), GROUND, *activities]))


def days_asked(plan: Plan, day: int | None) -> tuple[FlightDay, ...]:
    """The flight day asked for, or all. Raises InputError for one that isn't of the plan."""
    days = flight_days(plan)
    found = tuple(one for one in days if day in (None, one.number))
    if not found:
        first, last = days[0].number, days[-1].number
        raise InputError(f"flight day {day} is not of this plan, which has days {first} to {last}", where="--day")
    return found


def day_sheets(
    plan: Plan,
    days: Sequence[FlightDay],
    only: Sequence[str],
    *,
    digest: str,
    pdf: bool,
    tell: Callable[[str], None],
) -> DaySheets:
    """The sheets of those named in `only`, of all where it is empty; none where no days are asked for.

    `digest` is that of the plan's file, for the feet of the pages.
    """
    if not days:
        return DaySheets()
    tell("Writing the days aboard")
    made = list(_documents(plan, days, set(only), digest))
    files: dict[str, bytes] = {}
    for document, calendar in made:
        files |= dict(_files(plan, document, calendar, pdf=pdf))
    return DaySheets(documents=tuple(document for document, _ in made), files=files)


def _documents(
    plan: Plan, days: Sequence[FlightDay], only: set[str], digest: str
) -> Iterator[tuple[Document, bytes | None]]:
    """Each document, and the calendar that goes with it; of a single day no experiment that isn't done on it."""
    crew = {one.id for one in crew_of(plan)}
    for person in crew_of(plan):
        if not only or person.id in only:
            own = [one for one in own_placements(plan, person.id) if any(one.span.overlaps(day.span) for day in days)]
            yield person_document(plan, person, days, digest), aboard_ics(plan, person.title, own)
    if not only or GROUND in only - crew:
        yield ground_document(plan, days, digest), None
    whole = len(days) == len(flight_days(plan))
    done = {team.id: placements_of(plan, team, days) for team in teams_of(plan)}
    wanted = only - crew - {GROUND}
    told = [team for team in teams_of(plan) if (_is_asked(team, wanted) if only else done[team.id] or whole)]
    if told:
        pace = pace_of(plan)
        for team in told:
            yield team_document(plan, team, days, digest, pace), aboard_ics(plan, team.title, done[team.id])


def _is_asked(team: Team, only: set[str]) -> bool:
    return not only.isdisjoint(team.ids)


def _files(plan: Plan, document: Document, calendar: bytes | None, *, pdf: bool) -> Iterator[tuple[str, bytes]]:
    from hamsafar.export.day_pages import document_html

    yield f"{document.path}.html", document_html(plan, document)
    if calendar is not None:
        yield f"{document.path}.ics", calendar
    if pdf:
        from hamsafar.export.pdf import document_pdf

        yield f"{document.path}.pdf", document_pdf(plan, document)
