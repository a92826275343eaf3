"""`select import`: the applications of exports into the record: each once, changed ones anew, all of them or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from hamsafar.app.selection.campaigns import now_or, record_of
from hamsafar.domain.campaign import Campaign
from hamsafar.domain.selection import Applicant, Value
from hamsafar.errors import InputError, InputErrors
from hamsafar.formats.large_tables import LargeTable, read_large
from hamsafar.programme.selection.intake import (
    MOST_TOLD,
    Intake,
    Received,
    Unread,
    last_moment,
    read_applications,
    same_text,
)
from hamsafar.programme.selection.intake_headings import fitting
from hamsafar.programme.selection.intake_mapping import Mapping as ColumnMapping
from hamsafar.programme.selection.intake_mapping import read_mapping
from hamsafar.selection.codes import new_codes
from hamsafar.store import Record
from hamsafar.timeline import Instant

_USUAL_SOURCE = "applications"
_LATE = "The application came after the close."


@frozen(kw_only=True)
class Counts:
    """How many applied; a withdrawn application is neither valid nor invalid."""

    submitted: int
    valid: int
    invalid: int
    withdrawn: int


@frozen(kw_only=True)
class Duplicate:
    """Applications that may be of one person: told, never merged."""

    codes: tuple[str, ...]
    why: str


@frozen(kw_only=True)
class Imported:
    """What an import did, or would do: `written` says which."""

    written: bool
    new: int
    changed: int
    unchanged: int
    withdrawn: int  # by this import
    counts: Counts
    unread: tuple[Unread, ...]
    more_unread: int
    duplicates: tuple[Duplicate, ...]
    source: str  # whose numbers tell the applications apart
    notes: tuple[str, ...]


def import_applications(
    folder: Path | str,
    files: Sequence[Path | str],
    *,
    by: str,
    reason: str,
    mapping: Path | str | None = None,
    source: str | None = None,
    dry_run: bool = False,
    late: bool = False,
    at: Instant | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Imported:
    """Reads exports into the record. An application that is there already, by its source and number, is not doubled.

    One whose personal data have expired is left out, and said. After the close nothing new and nothing changed is
    taken, unless `late`. Raises InputErrors with everything for which the import is refused whole; nothing is written
    then.
    """
    record, now = record_of(folder), now_or(at)
    campaign = record.campaign
    columns = ColumnMapping() if mapping is None else read_mapping(Path(mapping), campaign)
    intakes = _read(files, campaign, columns, told)
    received = [one for intake in intakes for one in intake.received]
    _refuse_twice(campaign, received)
    gone = record.expired_among(source or _USUAL_SOURCE, [one.source_id for one in received])
    expired = tuple(_expired(one) for one in received if one.source_id in gone)
    received = [one for one in received if one.source_id not in gone]
    told("Comparing with what is there")
    known = {(one.source, one.source_id): one for one in record.applicants(by=by, purpose=f"import: {reason}")}
    sorted_ = _Sorted(campaign, source or _USUAL_SOURCE, known, now)
    applicants = sorted_.taken(received, record.codes())
    if sorted_.others:
        raise InputErrors(sorted_.others[:MOST_TOLD])
    if sorted_.late and not late:
        raise InputErrors(sorted_.late[:MOST_TOLD])
    everyone = {one.code: one for one in known.values()} | {one.code: one for one in applicants}
    withdrawn = [one.code for one in everyone.values() if one.withdrawn] + sorted_.gone
    counts = _counts(everyone.values(), set(withdrawn))
    if (applicants or sorted_.gone) and not dry_run:
        told("Writing")
        _write(record, applicants, sorted_, counts, files, by=by, reason=reason, at=at)
    return Imported(
        written=not dry_run,
        new=sorted_.new,
        changed=sorted_.changed,
        unchanged=len(received) - sorted_.new - sorted_.changed,
        withdrawn=len(sorted_.gone),
        counts=counts,
        unread=tuple(one for intake in intakes for one in intake.unread)[:MOST_TOLD],
        more_unread=_more(intakes),
        duplicates=duplicates_of(campaign, everyone.values()),
        source=source or _USUAL_SOURCE,
        notes=(*(note for intake in intakes for note in intake.notes), *_of_source(source), *expired),
    )


def _expired(one: Received) -> str:
    return f"{one.at}: is refused, as the personal data of this application have expired; nothing of it was taken"


def _of_source(source: str | None) -> tuple[str, ...]:
    if source is not None:
        return ()
    return (f"numbers are taken as those of {_USUAL_SOURCE!r}; name the export of another tool with --source",)


def _more(intakes: Sequence[Intake]) -> int:
    every = sum(len(one.unread) + one.more for one in intakes)
    return max(0, every - MOST_TOLD)


def _write(
    record: Record,
    applicants: Sequence[Applicant],
    sorted_: _Sorted,
    counts: Counts,
    files: Sequence[Path | str],
    *,
    by: str,
    reason: str,
    at: Instant | None,
) -> None:
    with record.change(command="import", by=by, reason=reason, at=at) as change:
        change.add_applicants(applicants)
        if sorted_.gone:
            change.withdraw(sorted_.gone)
        change.body.update(
            files=len(files),
            new=sorted_.new,
            changed=sorted_.changed,
            submitted=counts.submitted,
            valid=counts.valid,
            invalid=counts.invalid,
            withdrawn=counts.withdrawn,
        )


def _read(
    files: Sequence[Path | str], campaign: Campaign, mapping: ColumnMapping, told: Callable[[str], None]
) -> list[Intake]:
    intakes: list[Intake] = []
    errors: list[InputError] = []
    for file in files:
        told(f"Reading: {file}")
        try:
            intakes.append(read_applications(_one(read_large(Path(file)), campaign, mapping), campaign, mapping))
        except InputErrors as problem:
            errors += problem.errors
        except InputError as problem:
            errors.append(problem)
    if errors:
        raise InputErrors(errors)
    return intakes


def _one(tables: tuple[LargeTable, ...], campaign: Campaign, mapping: ColumnMapping) -> LargeTable:
    """The sheet that holds the applications: the one that is named, or the only one whose headings are known."""
    return tables[0] if len(tables) == 1 else fitting(tables, campaign, mapping)


def _refuse_twice(campaign: Campaign, received: Sequence[Received]) -> None:
    first: dict[str, Received] = {}
    errors: list[InputError] = []
    for one in received:
        if one.source_id in first:
            before = first[one.source_id]
            what = f"is the same application as {before.at}; import the newer file alone"
            if told := another_person(campaign, before.fields, one.fields):
                what = f"has the number of {before.at}, and is another person by {told}"
                what = f"{what}; import each file by itself, each with a --source of its own"
            errors.append(InputError(what, where=one.at))
        first.setdefault(one.source_id, one)
    if errors:
        raise InputErrors(errors[:MOST_TOLD])


class _Sorted:
    """What is new, what changed, and what came too late."""

    def __init__(
        self, campaign: Campaign, source: str, known: Mapping[tuple[str, str], Applicant], now: Instant
    ) -> None:
        self._campaign, self._source, self._known = campaign, source, known
        self._closed, self._now = last_moment(campaign), now
        self.new = self.changed = 0
        self.gone: list[str] = []
        self.late: list[InputError] = []
        self.others: list[InputError] = []  # rows that would make another person of somebody

    def taken(self, received: Sequence[Received], codes: Sequence[str]) -> tuple[Applicant, ...]:
        """The applications to write: new ones, and new versions of those that changed."""
        fresh = iter(new_codes(len(received), codes))
        found = [self._one(each, fresh) for each in received]
        return tuple(one for one in found if one is not None)

    def _one(self, given: Received, fresh: Iterable[str]) -> Applicant | None:
        before = self._known.get((self._source, given.source_id))
        if before is not None and (told := another_person(self._campaign, before.fields, given.fields)):
            what = f"has the number of {before.code}, and is another person by {told}; is it another export? "
            what += "Then name it with --source. If not, give the row a number of its own"
            self.others.append(InputError(what, where=given.at))
            return None
        why = given.why_invalid
        if given.submitted is not None and given.submitted >= self._closed:
            why = (*why, _LATE)
        code = before.code if before is not None else next(iter(fresh))
        after = Applicant(
            code=code,
            source=self._source,
            source_id=given.source_id,
            submitted=given.submitted,
            fields=given.fields,
            valid=not why,
            why_invalid=why,
            withdrawn=before is not None and before.withdrawn,
        )
        if given.withdrawn and not after.withdrawn:
            self.gone.append(code)
        if before is not None and _same(before, after):
            return None
        self._count(before, given)
        return after

    def _count(self, before: Applicant | None, given: Received) -> None:
        if before is None:
            self.new += 1
        else:
            self.changed += 1
        if self._now < self._closed or (before is None and given.submitted is not None):
            return  # a new one says itself when it was sent
        said = "is new" if before is None else "changed"
        what = f"{said}, and applications have closed; take it with --late and say in --reason why"
        self.late.append(InputError(what, where=given.at))


def another_person(campaign: Campaign, before: Mapping[str, Value], after: Mapping[str, Value]) -> str:
    """The titles of the fields by which two applications are of two people; empty where they may be of one.

    Every field marked `same_person` that both answer must differ, and so must name and date of birth together.
    """
    both = [
        one
        for one in campaign.fields
        if one.same_person and before.get(one.id) is not None and after.get(one.id) is not None
    ]
    if not both or any(_alike(before[one.id], after[one.id]) for one in both):
        return ""
    name_and_birth = _name_and_birth(campaign)
    known = name_and_birth(before)
    if known is not None and _alike(known, name_and_birth(after)):
        return ""
    return " and ".join(repr(one.title) for one in both)


def _alike(one: Value, other: Value) -> bool:
    return one is not None and other is not None and same_text(one) == same_text(other)


def _same(before: Applicant, after: Applicant) -> bool:
    ours, theirs = _said(before.fields), _said(after.fields)
    return (
        ours == theirs
        and before.submitted == after.submitted
        and before.valid == after.valid
        and before.why_invalid == after.why_invalid
    )


def _said(fields: Mapping[str, Value]) -> dict[str, Value]:
    return {name: value for name, value in fields.items() if value not in (None, ())}


def _counts(applicants: Iterable[Applicant], withdrawn: set[str]) -> Counts:
    kinds = Counter("withdrawn" if one.code in withdrawn else "valid" if one.valid else "invalid" for one in applicants)
    return Counts(submitted=kinds.total(), valid=kinds["valid"], invalid=kinds["invalid"], withdrawn=kinds["withdrawn"])


def duplicates_of(campaign: Campaign, applicants: Iterable[Applicant]) -> tuple[Duplicate, ...]:
    """Applications that are not withdrawn and may be of one person, by the fields that tell so, or name and birth."""
    there = [one for one in applicants if not one.withdrawn]
    found: dict[tuple[str, ...], str] = {}
    for field in campaign.fields:
        if field.same_person:
            for codes in _together(there, lambda one, id_=field.id: one.fields.get(id_)):  # type: ignore[misc]
                found.setdefault(codes, f"the same {field.title!r}")
    name_and_birth = _name_and_birth(campaign)
    for codes in _together(there, lambda one: name_and_birth(one.fields)):
        found.setdefault(codes, "the same name and date of birth")
    return tuple(Duplicate(codes=codes, why=why) for codes, why in found.items())


def _name_and_birth(campaign: Campaign) -> Callable[[Mapping[str, Value]], Value]:
    names = [one.id for one in campaign.fields if one.id == "name" and one.identifies]
    births = [one.id for one in campaign.fields if one.kind == "date" and one.id == "birth-date"]

    def both(fields: Mapping[str, Value]) -> Value:
        values = [fields.get(id_) for id_ in (*names, *births)]
        return tuple(map(str, values)) if len(values) == 2 and None not in values else None

    return both


def _together(there: Sequence[Applicant], value_of: Callable[[Applicant], Value]) -> Iterable[tuple[str, ...]]:
    by_value: dict[str, list[str]] = {}
    for one in there:
        value = value_of(one)
        if value is not None:
            by_value.setdefault(same_text(value), []).append(one.code)
    return (tuple(codes) for codes in by_value.values() if len(codes) > 1)


def withdraw(
    folder: Path | str, codes: Sequence[str], *, by: str, reason: str, at: Instant | None = None
) -> tuple[str, ...]:
    """Notes that applications were withdrawn; returns their codes. Raises InputErrors for codes nobody has."""
    record = record_of(folder)
    with record.change(command="withdraw", by=by, reason=reason, at=at) as change:
        change.withdraw(codes)
        change.body.update(withdrawn=len(codes))
    return tuple(codes)


__all__ = ["Counts", "Duplicate", "Imported", "duplicates_of", "import_applications", "withdraw"]
