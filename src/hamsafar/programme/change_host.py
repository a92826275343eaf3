"""The sections of a change file that come from the host: what it has fixed, its answers, its minutes agreed."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.host import Fixed, HostAnswer
from hamsafar.domain.hosts_minutes import HostsMinutes
from hamsafar.programme import change_sections as the
from hamsafar.programme.change_beside import flight_asked
from hamsafar.programme.change_draft import ChangeDraft
from hamsafar.programme.change_names import Known
from hamsafar.programme.host_plan import NOT_FIXED
from hamsafar.programme.hosts_minutes import faults_of, hosts_minutes_of
from hamsafar.programme.sections import HostsMinutesSection
from hamsafar.programme.sense_frame import latest_flight_day


def fixed_of(draft: ChangeDraft, known: Known, aboard: frozenset[str]) -> Iterator[Fixed]:
    """What the host has fixed; what makes no sense is told."""
    names: set[str] = set()
    for entry, asked in draft.of("host_plan", the.FixedEntry):
        known.tell_twice(entry.place("id"), asked.id, names)
        people: set[str] = set()
        for index, person in enumerate(asked.people):
            known.tell_unknown(entry.place("people", index), person, aboard, "somebody aboard")
            known.tell_twice(entry.place("people", index), person, people)
        if asked.kind in NOT_FIXED:
            draft.problems.add(entry.place("kind"), "is placed by the plan itself, by rules of its own", got=asked.kind)
        if asked.begins.floor_utc_minute() >= asked.ends.ceil_utc_minute():
            draft.problems.add(entry.place("to"), "ends before it starts", got=entry.value("to"))
        elif not draft.problems:
            yield Fixed(
                activity=asked.id,
                title=asked.title,
                kind=asked.kind,
                start=asked.begins,
                end=asked.ends,
                people=tuple(asked.people),
                source=asked.source,
            )


def answers_of(draft: ChangeDraft, known: Known) -> Iterator[HostAnswer]:
    """What the host answers; what makes no sense is told."""
    numbers: set[str] = set()
    for entry, asked in draft.of("answers", the.AnswerEntry):
        known.tell_twice(entry.place("request"), str(asked.request), numbers)
        if asked.answer == "moved" and asked.start is None:
            draft.problems.add(entry.place("answer"), "is moved, and doesn't say when: `start`", got="moved")
        elif asked.answer != "moved" and asked.start is not None:
            draft.problems.add(entry.place("start"), "is said only of what is moved", got=entry.value("start"))
        else:
            yield HostAnswer(
                request=asked.request,
                word=asked.answer,
                start=asked.start,
                by=asked.by,
                on=asked.on,
                reason=asked.why,
            )


def minutes_of(draft: ChangeDraft, known: Known) -> HostsMinutes | None:
    """The minutes agreed now; what makes no sense is told."""
    found = draft.value("hosts_minutes", HostsMinutesSection)
    if found is None:
        return None
    entry, budget = found
    if budget.a_day is not None:
        what = "is a figure of a rule: in a change, say it in `limits` as CRW-09: {max_host: ...}"
        draft.problems.add(entry.place("hosts_minutes", "a_day"), what)
    flight = flight_asked(known.programme, draft)
    hosts = tuple(one for one in (*flight.crew_up, *flight.crew_aboard) if one != flight.guest)
    for path, what in faults_of(budget, hosts, flight.guest, latest_flight_day(flight)):
        draft.problems.add(entry.place("hosts_minutes", *path), what, got=entry.value("hosts_minutes", *path))
    return hosts_minutes_of(budget)
