"""All that rows say of one placement on one day, as one record: who took part, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from attrs import frozen

from hamsafar.domain.changes import Outcome, Record
from hamsafar.domain.plan import Placement
from hamsafar.errors import InputError
from hamsafar.programme.attendance_rows import Line
from hamsafar.programme.attendance_values import Word
from hamsafar.timeline import Span

Unlisted = Literal["done", "missed"]
UNLISTED: tuple[Unlisted, ...] = ("done", "missed")
_LONGEST_NOTE = 200  # characters


@frozen(kw_only=True)
class Folded:
    """One placement on one day. `without`: trainees in it of whom no row says anything."""

    record: Record
    at: str
    span: Span
    without: tuple[str, ...]


def folded(placement: Placement, trainees: frozenset[str], lines: Sequence[Line], unlisted: Unlisted | None) -> Folded:
    """The lines of one day as one record; of whom nothing is said, trainees are as `unlisted` says, others came.

    Raises InputError where two rows contradict each other, or where one record can't hold what they say.
    """
    words = _by_person(placement, lines)
    learn = trainees & {*placement.person_ids} or {*placement.person_ids}
    without = tuple(person for person in placement.person_ids if person in learn and person not in words)
    came = {person for person in learn if _came(words.get(person), unlisted)}
    outcome: Outcome = "missed"
    if came:
        outcome = _outcome(placement, lines, {person: words.get(person, "attended") for person in came})
    people = [one for one in placement.person_ids if one in came or (one not in learn and words.get(one) != "missed")]
    span = _span(lines, outcome)
    as_planned = outcome == "missed" or span == placement.span
    record = Record(
        placement=placement.id,
        outcome=outcome,
        start=None if as_planned else span.start,
        end=None if as_planned else span.end,
        people=None if outcome == "missed" or tuple(people) == placement.person_ids else tuple(people),
        note=_note(lines),
    )
    return Folded(record=record, at=lines[0].at, span=span, without=without)


def _came(word: Word | None, unlisted: Unlisted | None) -> bool:
    return unlisted != "missed" if word is None else word != "missed"


def _by_person(placement: Placement, lines: Iterable[Line]) -> Mapping[str, Word]:
    """Person → what is said of them; who passed or failed was there."""
    said: dict[str, Line] = {}
    for line in lines:
        for person in line.people or placement.person_ids:
            other = said.get(person)
            if other is not None and _clash(line.word, other.word):
                raise _contradiction(person, line, other)
            if other is None or other.word == "attended":
                said[person] = line
    return {person: line.word for person, line in said.items()}


def _clash(one: Word, other: Word) -> bool:
    return one != other and ("missed" in (one, other) or "attended" not in (one, other))


def _contradiction(person: str, line: Line, other: Line) -> InputError:
    what = (
        f"{line.placement.id}: {person} {_told(line)} by this row, and {_told(other)} by {other.at}; leave one of them"
    )
    return InputError(what, where=line.at)


def _told(line: Line) -> str:
    return "was absent" if line.word == "missed" else line.word


def _outcome(placement: Placement, lines: Iterable[Line], came: Mapping[str, Word]) -> Outcome:
    """Of those who were there. One record can't say that one failed and another passed."""
    failed = sorted(person for person, word in came.items() if word == "failed")
    if not failed:
        return "done"
    others = sorted(came.keys() - {*failed})
    if not others:
        return "failed"
    at = next(line.at for line in lines if line.word == "failed")
    what = (
        f"{', '.join(failed)} failed {placement.id} and {', '.join(others)} passed it, in one sitting: a plan knows one"
    )
    mend = "call it passed and add a session for who failed in a change file, or call it failed for all"
    raise InputError(f"{what} outcome of it; {mend}", where=at)


def _span(lines: Sequence[Line], outcome: Outcome) -> Span:
    """When it was held; rows that say no time of day go along with those that do."""
    held = [line for line in lines if line.was_held or outcome == "missed"]
    timed = [line for line in held if line.timed and line.was_held]
    for line in timed[1:]:
        if line.span != timed[0].span:
            first, now = timed[0].span, line.span
            what = f"{line.placement.id} was held from {now.start} to {now.end} by this row, and from {first.start} to"
            raise InputError(f"{what} {first.end} by {timed[0].at}; leave one of them", where=line.at)
    return (timed or held or lines)[0].span


def _note(lines: Iterable[Line]) -> str:
    """What the rows add, each thing once."""
    text = "; ".join(dict.fromkeys(line.note for line in lines if line.note))
    return "".join(letter for letter in text if letter.isprintable())[:_LONGEST_NOTE].strip()
