"""The sections of a change file that come from the host: what it has fixed, and its answers."""

from __future__ import annotations

from collections.abc import Iterator

from hamsafar.domain.host import Fixed, HostAnswer
from hamsafar.programme import change_sections as the
from hamsafar.programme.change_draft import ChangeDraft
from hamsafar.programme.change_names import Known
from hamsafar.programme.host_plan import NOT_FIXED


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
