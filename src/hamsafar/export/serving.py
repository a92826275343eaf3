"""Who teaches and interprets how much: hours by week, and where all the work hangs on one of several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from attrs import frozen

from hamsafar.domain.people import Person
from hamsafar.domain.plan import Plan
from hamsafar.domain.training import Session, Term
from hamsafar.export.counted import minutes_of
from hamsafar.export.weeks import Week
from hamsafar.export.words import duration_text
from hamsafar.timeline import local_date

_SERVING = ("instructor", "interpreter")
_MOST_SHARE = 0.8  # of what others could do as well; above it their illness would be a catastrophe


@frozen(kw_only=True)
class Served:
    """What one instructor or interpreter does in the term."""

    title: str
    function: str
    sessions: int
    hours: str
    busiest: str  # `22 h in W50`
    alone: str  # the hours that nobody else is qualified for
    weeks: tuple[float, ...]  # hours of each of the weeks; 0 where there is nothing


@frozen(kw_only=True)
class Serving:
    """All who teach and interpret, and what is to be looked at."""

    weeks: tuple[Week, ...]
    rows: tuple[Served, ...]
    warnings: tuple[str, ...]


@frozen(kw_only=True)
class _Turn:
    """One session that somebody serves in, and who else is qualified to."""

    person: str
    function: str
    week: Week
    minutes: int
    others: tuple[str, ...]


def serving_of(plan: Plan) -> Serving | None:
    """Hours of everybody who teaches or interprets; None where nobody does."""
    term = plan.programme.term
    turns = list(_turns(plan, term)) if term is not None else []
    if not turns:
        return None
    first, last = (pick(turn.week for turn in turns) for pick in (min, max))
    weeks = tuple(_from_to(first, last))
    people = [one for one in plan.programme.people if one.function in _SERVING]
    rows = tuple(_row(one, [turn for turn in turns if turn.person == one.id], weeks) for one in people)
    return Serving(weeks=weeks, rows=rows, warnings=tuple(_warnings(people, turns)))


def _turns(plan: Plan, term: Term) -> Iterator[_Turn]:
    sessions = {session.id: session for subject in term.subjects for session in subject.sessions}
    for one in plan.placements:
        session = sessions.get(one.of) if one.is_session else None
        for each in one.people if session is not None else ():
            if session is not None and each.function in _SERVING:
                yield _Turn(
                    person=each.person,
                    function=each.function,
                    week=Week.of(local_date(one.start, term.zone)),
                    minutes=minutes_of(one),
                    others=_others(plan, session, each.person, each.function),
                )


def _others(plan: Plan, session: Session, person: str, function: str) -> tuple[str, ...]:
    wanted = session.instructor if function == "instructor" else f"interpret-{session.language}"
    return tuple(
        each.id
        for each in plan.programme.people
        if each.function == function and each.id != person and wanted in each.qualifications
    )


def _from_to(first: Week, last: Week) -> Iterator[Week]:
    for monday in range(first.monday.toordinal(), last.monday.toordinal() + 1, 7):
        yield Week(date.fromordinal(monday))


def _row(person: Person, turns: list[_Turn], weeks: tuple[Week, ...]) -> Served:
    by_week: Counter[Week] = Counter()
    for turn in turns:
        by_week[turn.week] += turn.minutes
    week, most = max(by_week.items(), key=lambda item: item[1], default=(None, 0))
    return Served(
        title=person.title,
        function=person.function,
        sessions=len(turns),
        hours=duration_text(sum(by_week.values())),
        busiest=f"{duration_text(most)} in {week.name[5:]}" if week is not None else "",
        alone=duration_text(sum(turn.minutes for turn in turns if not turn.others)),
        weeks=tuple(by_week[one] / 60 for one in weeks),
    )


def _warnings(people: list[Person], turns: list[_Turn]) -> Iterator[str]:
    """Where one of several does nearly all that each of them could do."""
    titles = {one.id: one.title for one in people}
    shared: dict[tuple[str, frozenset[str]], Counter[str]] = {}
    for turn in turns:
        if turn.others:
            group = shared.setdefault((turn.function, frozenset({turn.person, *turn.others})), Counter())
            group[turn.person] += turn.minutes
    for (_, group_ids), minutes in shared.items():
        person, most = minutes.most_common(1)[0]
        if most > _MOST_SHARE * minutes.total():
            named = " and ".join(title for one, title in titles.items() if one in group_ids)
            yield (
                f"Of the {duration_text(minutes.total())} for which {named} are qualified alike, {titles[person]} "
                f"does {duration_text(most)}; planning doesn't spread it."
            )
