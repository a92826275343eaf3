"""What the past left undone: missed and not made up for, or gone by without anybody doing it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hamsafar.domain.aboard import Activity
from hamsafar.domain.changes import last_records
from hamsafar.domain.plan import Dropped, Flight, WindowList
from hamsafar.domain.programme import Programme
from hamsafar.planning.brought import outcome_of
from hamsafar.planning.crew.occurrences import gone_of, occurrence_id
from hamsafar.planning.crew.sleep import stay_evenings
from hamsafar.planning.crew.stay import Stay, stay_of

OVER = "its day is over"


def left_undone(
    programme: Programme,
    flight: Flight,
    windows: tuple[WindowList, ...],
    placed: Iterable[str],
    before: Iterable[Dropped] = (),
) -> tuple[Dropped, ...]:
    """What nobody can ask for any more and nobody did, by id, each with what became of it.

    `placed`: what is in the plan, so that a night that was missed and is slept at another hour is none of these;
    `before`: what an older plan had left out, whose reasons are kept.
    """
    stay = stay_of(programme, flight)
    if stay.past.now is None:
        return ()
    known = {one.id: one.why for one in before}
    in_plan = frozenset(placed)
    found = [
        Dropped(id=id_, of=one.id, title=one.title, value=one.value, why=_why(programme, id_, known))
        for one in stay.programme.activities
        for id_ in _gone(stay, one, windows)
        if id_ not in in_plan
    ]
    return tuple(sorted(found, key=lambda one: one.id))


def _gone(stay: Stay, activity: Activity, windows: tuple[WindowList, ...]) -> Iterator[str]:
    """The ids that are not asked for any more; of sleeps, which no rule counts, those that were missed."""
    if activity.kind != "sleep":
        yield from (one.id for one in gone_of(stay, activity, windows))
        return
    people = dict.fromkeys(person for need in activity.who for person in need.candidates)
    ids = (occurrence_id(activity.id, 1, evening, person) for evening in stay_evenings(stay) for person in people)
    yield from (id_ for id_ in ids if id_ in stay.past.gone)


def _why(programme: Programme, id_: str, known: Mapping[str, str]) -> str:
    """`was missed on 2027-05-20; its day is over`; else what had been said of it, and that."""
    record = last_records(programme.happened).get(id_)
    said = known.get(id_, "") if record is None else f"was {outcome_of(record, programme.station.zone)}"
    return "; ".join(dict.fromkeys(part for part in (*said.split("; "), OVER) if part))
